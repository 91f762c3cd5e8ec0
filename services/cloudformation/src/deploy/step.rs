//! One step: a resource is made, changed or deleted, call by call.

use crate::deploy::hear;
use crate::deploy::site::Site;
use crate::deploy::tag::Tag;
use crate::state::{Body, Resource as Row, Step};
use crate::{fronts, kinds, peers, words};
use service::resource::{Errands, Hand, Made, Resource, ResourceType, Turn};
use service::{Call, Cx, Duration, Error, IndexMap, Result, Tell, Value};

/// The letters and digits of which generated names end.
const SUFFIX: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// How long a secret is: 36 to the power of 40 is more than anybody tries.
const SECRET: usize = 40;

/// How far a step has come.
pub enum Came {
    /// A call of it is on its way.
    Asked,
    /// Its last look is to be made again after this long.
    Again(Duration),
    /// It is done, or has failed with this reason.
    Ended(Result<(), String>),
}

/// What a finished function gave.
enum Gave {
    Made(Made, Option<Value>),
    Seen(Option<Value>),
    Nothing,
}

/// Begins a step of a resource.
pub fn begin(cx: &mut Cx, site: &mut Site, logical: &str, (action, body): (&str, Body)) -> Result<()> {
    site.op.steps += 1;
    let mut step = Step {
        action: action.to_owned(),
        number: site.op.steps,
        wanted: body.properties.clone(),
        body,
        token: cx.entropy().uuid(),
        suffix: cx.entropy().text(SUFFIX, 12),
        secret: Some(cx.entropy().text(SUFFIX, SECRET)),
        ..Step::default()
    };
    let mut wanted = Value::decode(&step.wanted)?;
    // What a secret says is kept for as long as the step takes, and is never shown.
    let resolved = if action == "delete" { Ok(()) } else { peers::resolve(cx, &site.by(cx), &mut wanted) };
    step.wanted = wanted.encode().into();
    if let Some(row) = site.rows.get_mut(logical) {
        row.step = Some(step);
    }
    match resolved {
        Ok(()) => go_on(cx, site, logical),
        Err(reason) => ended(cx, site, logical, Err(reason)),
    }
}

/// Begins the deletion of what a resource was before it was replaced.
pub fn begin_of_former(cx: &mut Cx, site: &mut Site, logical: &str, body: Body) -> Result<()> {
    site.op.steps += 1;
    let (action, number, wanted) = ("delete".to_owned(), site.op.steps, body.properties.clone());
    let (token, secret) = (cx.entropy().uuid(), Some(cx.entropy().text(SUFFIX, SECRET)));
    let step = Step { action, number, body, wanted, of_former: true, token, secret, ..Step::default() };
    if let Some(row) = site.rows.get_mut(logical) {
        row.step = Some(step);
    }
    go_on(cx, site, logical)
}

fn go_on(cx: &mut Cx, site: &mut Site, logical: &str) -> Result<()> {
    match turn(cx, site, logical)? {
        Came::Asked => Ok(()),
        Came::Again(_) => Err(Error::internal("a step waits before it has asked anything")),
        Came::Ended(end) => ended(cx, site, logical, end),
    }
}

/// Runs a step as far as its answers carry it.
pub fn turn(cx: &mut Cx, site: &mut Site, logical: &str) -> Result<Came> {
    let gone = || Error::internal("a step is gone");
    let row = site.rows.get(logical).ok_or_else(gone)?;
    let step = row.step.as_ref().ok_or_else(gone)?;
    let (number, token) = (step.number, step.token.clone());
    let Some((service, kind)) = kinds::find(cx, &row.kind) else {
        return Ok(Came::Ended(Err(words::unknown_type(&row.kind))));
    };
    let errands = Errands {
        service,
        scope: cx.scope(),
        name: format!("{}-{logical}", site.stack.name),
        suffix: step.suffix.clone(),
        token: step.token.clone(),
        owner: fronts::owner(cx, site, (row, step)),
    };
    let mut hand = Hand::new(errands, step.answers(service)?);
    let turned = take(&mut hand, kind, row, step)?;
    let born = match (&turned, hand.take_born()) {
        (Turn::Done(Gave::Made(made, _)), _) => Some(made.id.clone()),
        (_, born) => born,
    };
    if let Some(id) = born {
        is_born(cx, site, logical, id)?;
    }
    let tag = |site: &Site, look| {
        let (stack, uid) = (site.stack.name.clone(), site.stack.uid.clone());
        Tag { stack, uid, logical: logical.to_owned(), number, look }
    };
    Ok(match turned {
        Turn::Ask(call, look) => {
            cx.after(&site.by(cx), &call, Tell::Outcome(tag(site, look).write()))?;
            Came::Asked
        }
        Turn::Hear(name, within) => {
            let tag = tag(site, false);
            match hear::listen(cx, site, (&tag, &name), within)? {
                None => Came::Asked,
                Some(there) => {
                    let call = Call { service: String::new(), operation: name, input: Value::Null };
                    site.keep_answer(&tag, &call, &Ok(there));
                    return turn(cx, site, logical);
                }
            }
        }
        // Nobody waits any more for what a failed operation made.
        Turn::Again(_) if is_cancelled(site, logical) => Came::Ended(Ok(())),
        Turn::Again(after) => Came::Again(after),
        Turn::Failed(error) => Came::Ended(Err(words::failed(service, kind.name, &error, &token))),
        Turn::Done(gave) => Came::Ended(done(site, logical, kind, (gave, hand.take_attributes()))?),
    })
}

fn is_cancelled(site: &Site, logical: &str) -> bool {
    site.rows.get(logical).and_then(|row| row.step.as_ref()).is_some_and(|step| step.cancelled)
}

fn take(hand: &mut Hand, kind: &ResourceType, row: &Row, step: &Step) -> Result<Turn<Gave>> {
    let wanted = Value::decode(&step.wanted)?;
    let present = match &row.body {
        Some(body) => Value::decode(&body.properties)?,
        None => Value::Null,
    };
    Ok(match step.action.as_str() {
        "create" => hand.run(|hand| {
            let made = (kind.create)(hand, &wanted)?;
            hand.born(&made.id);
            let seen = (kind.read)(hand, &Resource { id: &made.id, properties: &wanted })?;
            Ok(Gave::Made(made, seen))
        }),
        "update" => hand.run(|hand| {
            let id = &step.body.id;
            (kind.update)(hand, &Resource { id, properties: &present }, &wanted)?;
            Ok(Gave::Seen((kind.read)(hand, &Resource { id, properties: &wanted })?))
        }),
        _ => hand.run(|hand| {
            (kind.delete)(hand, &Resource { id: &step.body.id, properties: &wanted })?;
            Ok(Gave::Nothing)
        }),
    })
}

/// A resource is there, though its making is not finished.
fn is_born(cx: &mut Cx, site: &mut Site, logical: &str, id: String) -> Result<()> {
    let Some(row) = site.rows.get_mut(logical) else { return Ok(()) };
    let replaces = row.body.is_some();
    let Some(step) = row.step.as_mut().filter(|step| step.body.id != id) else { return Ok(()) };
    let is_update = step.action == "update";
    if !is_update && !step.body.id.is_empty() {
        return Ok(());
    }
    step.body.id = id;
    if step.cancelled || is_update {
        return Ok(());
    }
    let body = step.body.clone();
    if row.kind == kinds::STACK {
        hear::adopt(cx, site, &body.id)?;
    }
    let status = if replaces { "UPDATE_IN_PROGRESS" } else { "CREATE_IN_PROGRESS" };
    site.resource_event(cx, (logical, Some(&body)), status, Some("Resource creation Initiated"))
}

/// Keeps what a finished function gave.
fn done(
    site: &mut Site,
    logical: &str,
    kind: &ResourceType,
    (gave, told): (Gave, Option<IndexMap<String, Value>>),
) -> Result<Result<(), String>> {
    let Some(step) = site.rows.get_mut(logical).and_then(|row| row.step.as_mut()) else { return Ok(Ok(())) };
    let (before, seen) = match gave {
        Gave::Made(made, seen) => {
            step.body.id = made.id;
            (made.attributes, seen)
        }
        Gave::Seen(seen) => {
            let known = Value::decode(&step.body.attributes).unwrap_or_default();
            (known.as_map().cloned().unwrap_or_default(), seen)
        }
        Gave::Nothing => return Ok(Ok(())),
    };
    let Some(seen) = seen else {
        return Ok(Err(words::not_stabilized(kind.name, &step.body.id, &step.token)));
    };
    let mut attributes: IndexMap<String, Value> = told.unwrap_or(before);
    for name in kind.schema()?.attributes() {
        let value = name.split('.').try_fold(&seen, |value, part| value.get(part));
        if let Some(value) = value {
            attributes.insert(name, value.clone());
        }
    }
    step.body.attributes = Value::Map(attributes).encode().into();
    Ok(Ok(()))
}

/// What the end of a step means for its resource.
pub fn ended(cx: &mut Cx, site: &mut Site, logical: &str, end: Result<(), String>) -> Result<()> {
    let step = site.rows.get_mut(logical).and_then(|row| Some((row.step.take()?, kinds::is_custom(&row.kind))));
    let Some((step, is_custom)) = step else { return Ok(()) };
    if is_custom {
        hear::forget_early(cx, step.secret.as_deref().unwrap_or_default())?;
    }
    match (step.action.as_str(), site.op.phase.as_str()) {
        ("create", _) => super::forward::created(cx, site, (logical, step), end),
        ("update", "back") => super::backward::restored(cx, site, (logical, step), end),
        ("update", _) => super::forward::updated(cx, site, (logical, step), end),
        _ => super::clean::deleted(cx, site, (logical, step), end),
    }
}
