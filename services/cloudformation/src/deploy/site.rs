//! A stack while something is done to it.

use crate::deploy::tag::Tag;
use crate::state::{Body, Event, KeptAnswer, OPERATIONS, Operation, RESOURCES, Resource, STACKS, Stack, Step};
use crate::{events, ids, source};
use service::resource::Answer;
use service::{Arn, As, Call, Cx, Error, IndexMap, Result, Value, View};

/// The name of the sessions in which CloudFormation assumes a stack's role.
const SESSION: &str = "AWSCloudFormation";

/// A stack, what is being done to it, and its resources.
pub struct Site {
    /// The stack.
    pub stack: Stack,
    /// What is being done.
    pub op: Operation,
    /// Its resources by logical id.
    pub rows: IndexMap<String, Resource>,
    /// The resources as they are stored.
    stored: IndexMap<String, Resource>,
}

impl Site {
    /// A stack with which something begins.
    pub fn begin(view: &View, stack: Stack, op: Operation) -> Result<Site> {
        let rows = view.rows(&RESOURCES, (stack.uid.clone(),));
        let stored: IndexMap<String, Resource> =
            rows.map(|row| row.map(|row| (row.logical.clone(), row))).collect::<Result<_>>()?;
        let mut rows = stored.clone();
        for row in rows.values_mut() {
            (row.done, row.removed, row.change) = (false, false, String::new());
            (row.former, row.step) = (None, None);
        }
        Ok(Site { stack, op, rows, stored })
    }

    /// A stack to which something is being done; `None` where nothing is.
    pub fn find(view: &View, name: &str, uid: &str) -> Result<Option<Site>> {
        let stack = view.get(&STACKS, &(name.to_owned(), uid.to_owned()))?;
        let Some((stack, op)) = stack.zip(view.get(&OPERATIONS, uid)?) else { return Ok(None) };
        let rows = view.rows(&RESOURCES, (stack.uid.clone(),));
        let stored: IndexMap<String, Resource> =
            rows.map(|row| row.map(|row| (row.logical.clone(), row))).collect::<Result<_>>()?;
        Ok(Some(Site { stack, op, rows: stored.clone(), stored }))
    }

    /// Keeps all that has changed. An operation that has come to its end goes.
    pub fn save(self, cx: &mut Cx) -> Result<()> {
        let uid = self.stack.uid.clone();
        for (logical, row) in &self.rows {
            if self.stored.get(logical) != Some(row) {
                cx.put(&RESOURCES, &(uid.clone(), logical.clone()), row)?;
            }
        }
        for logical in self.stored.keys().filter(|logical| !self.rows.contains_key(*logical)) {
            cx.delete(&RESOURCES, &(uid.clone(), logical.clone()))?;
        }
        match self.op.phase.as_str() {
            "" => drop(cx.delete(&OPERATIONS, uid.as_str())?),
            _ => cx.put(&OPERATIONS, uid.as_str(), &self.op)?,
        }
        cx.put(&STACKS, &(self.stack.name.clone(), uid), &self.stack)
    }

    /// The stack's id.
    pub fn arn(&self, view: &View) -> Arn {
        ids::stack_arn(view, &self.stack.name, &self.stack.uid)
    }

    /// As whom resources are made.
    pub fn by(&self, view: &View) -> As {
        match &self.stack.source.role_arn {
            Some(role) => As::role(role, SESSION, &self.arn(view)),
            None => As::caller(),
        }
    }

    /// Whether the step of a tag is still under way.
    pub fn is_at(&self, tag: &Tag) -> bool {
        let step = self.rows.get(&tag.logical).and_then(|row| row.step.as_ref());
        step.is_some_and(|step| step.number == tag.number)
    }

    /// Whether any step is under way.
    pub fn is_busy(&self) -> bool {
        self.rows.values().any(|row| row.step.is_some())
    }

    /// Keeps what a step's call was answered, or what it has heard.
    pub fn keep_answer(&mut self, tag: &Tag, call: &Call, result: &Result<Value>) {
        let Some(step) = self.rows.get_mut(&tag.logical).and_then(|row| row.step.as_mut()) else { return };
        step.hearing = None;
        step.answers.push(kept(call, tag.look, result));
    }

    /// The stack as a whole has come to a status.
    pub fn stack_event(&mut self, cx: &mut Cx, status: &str, reason: Option<&str>) -> Result<()> {
        let arn = self.arn(cx).to_string();
        self.stack.status = status.to_owned();
        self.stack.status_reason = reason.map(str::to_owned);
        let event = Event {
            id: cx.entropy().uuid(),
            logical: self.stack.name.clone(),
            physical: arn,
            kind: events::STACK.to_owned(),
            status: status.to_owned(),
            reason: reason.map(str::to_owned),
            at: cx.now(),
            properties: None,
            token: self.op.token.clone(),
        };
        events::keep(cx, self, event)
    }

    /// A resource has come to a status; `body` is what there is of it, or is to be.
    pub fn resource_event(
        &mut self,
        cx: &mut Cx,
        (logical, body): (&str, Option<&Body>),
        status: &str,
        reason: Option<&str>,
    ) -> Result<()> {
        let now = cx.now();
        let Some(row) = self.rows.get_mut(logical) else { return Ok(()) };
        row.status = status.to_owned();
        row.status_reason = reason.map(str::to_owned);
        row.updated_at = now;
        let properties = body.map(|body| Value::decode(&body.properties)).transpose()?;
        let event = Event {
            id: format!("{logical}-{status}-{}", now.iso8601()),
            logical: logical.to_owned(),
            physical: body.map(|body| body.id.clone()).unwrap_or_default(),
            kind: row.kind.clone(),
            status: status.to_owned(),
            reason: reason.map(str::to_owned),
            at: now,
            properties: properties
                .map(|properties| service::template::json::write(&source::without_own_tags(properties))),
            token: self.op.token.clone(),
        };
        events::keep(cx, self, event)
    }
}

impl Step {
    /// What its calls were answered, as a hand takes it.
    pub fn answers(&self, service: &str) -> Result<Vec<Answer>> {
        let answer = |kept: &KeptAnswer| {
            let answer = match &kept.output {
                Some(output) => Ok(Value::decode(output)?),
                None => {
                    let error = Error::new(kept.code.clone(), kept.message.clone());
                    Err(match kept.status.and_then(|status| u16::try_from(status).ok()) {
                        Some(status) => error.status(status),
                        None => error,
                    })
                }
            };
            let input = Value::decode(&kept.input)?;
            let service = kept.service.clone().unwrap_or_else(|| service.to_owned());
            let call = Call { service, operation: kept.operation.clone(), input };
            Ok(Answer { call, look: kept.look, answer })
        };
        self.answers.iter().map(answer).collect()
    }
}

fn kept(call: &Call, look: bool, result: &Result<Value>) -> KeptAnswer {
    let (operation, input) = (call.operation.clone(), call.input.encode().into());
    let service = Some(call.service.clone());
    match result {
        Ok(output) => {
            let output = Some(output.encode().into());
            KeptAnswer { operation, input, look, output, service, ..KeptAnswer::default() }
        }
        Err(error) => KeptAnswer {
            operation,
            input,
            look,
            service,
            output: None,
            code: error.code().to_owned(),
            message: error.message().to_owned(),
            status: error.own_status().map(i64::from),
        },
    }
}
