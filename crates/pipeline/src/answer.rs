//! The reply, and the record of it.

use crate::flow::{Asked, Flow, Origin, Progress, Target};
use crate::{front, send};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderName;
use ledger::{PrincipalKind, SessionFacts};
use model::Protocol;
use service::{CallerKind, Error, HttpReply};
use shape::{Node, Peek, Struct};
use std::sync::Arc;
use wire::Reply;
use wire::codec::{Call, Switches, encode_reply};
use wire::error::{ErrorReply, encode_error};

const SECOND_ID: HeaderName = HeaderName::from_static("x-amz-id-2");

impl Flow {
    /// Records a success of a call that changed nothing, and answers.
    pub(crate) fn answer(mut self: Box<Self>, target: Target, output: &dyn Struct) -> Progress {
        if let Origin::Service(_) = self.origin {
            self.show_output(target, output);
            self.complete_record(target.operation.http.code, None);
            self.cloud.ledger.append(&self.record);
            return self.conclude(target, output);
        }
        let reply = self.reply(target, output);
        self.show_output(target, output);
        self.complete_record(reply.status, None);
        self.cloud.ledger.append(&self.record);
        self.send(target, output, reply)
    }

    /// Gives the answer to whoever waits for it: a client, or another service.
    pub(crate) fn conclude(mut self: Box<Self>, target: Target, output: &dyn Struct) -> Progress {
        if let Origin::Client = self.origin {
            let reply = self.reply(target, output);
            return self.send(target, output, reply);
        }
        self.resolve(send::given(target, output)).unwrap_or_else(|flow| Progress::Done(flow.error_reply(&lost())))
    }

    /// The status of a call that gets no reply of its own.
    pub(crate) fn status(&self, error: Option<&Error>) -> u16 {
        let modelled = |code: &str| {
            let (_, shape) = self.asked?.entry.model.get().error(code)?;
            shape.error.as_ref()?.status
        };
        match error {
            None => self.target.map_or(200, |target| target.operation.http.code),
            Some(error) => error.own_status().or_else(|| modelled(error.code())).unwrap_or(400),
        }
    }

    /// The output in the request's own protocol.
    pub(crate) fn reply(&mut self, target: Target, output: &dyn Struct) -> Reply {
        if let Some(answer) = HttpReply::of(output).filter(|_| target.front.is_some()) {
            return front::reply(answer);
        }
        let call = Call {
            model: target.entry.model.get(),
            operation: target.operation,
            protocol: target.protocol,
            switches: &target.entry.switches,
        };
        let mut reply = encode_reply(&call, output.peek(), &self.id.to_string());
        if call.switches.second_id {
            reply.set(SECOND_ID, &self.second_id());
        }
        Flow::mark_partial(target, output, &mut reply);
        let reply = self.tell_origin(reply);
        self.record.stages.encode = self.clockwork.lap(self.cloud.clock.real());
        reply
    }

    /// Records a failure, and answers it in the request's own protocol.
    pub(crate) fn refuse(mut self: Box<Self>, error: Error) -> Progress {
        if self.info.door.0.is_none() {
            // It came no further than to the door: nobody is known, and what was asked may be.
            self.info = Arc::new(self.described(Arc::clone(&self.caller)));
        }
        if let Origin::Service(_) = self.origin {
            self.complete_record(self.status(Some(&error)), Some(&error));
            self.cloud.ledger.append(&self.record);
            return self.resolve(Err(error)).unwrap_or_else(|flow| Progress::Done(flow.error_reply(&lost())));
        }
        let reply = self.error_reply(&error);
        self.complete_record(reply.status, Some(&error));
        self.cloud.ledger.append(&self.record);
        Progress::Done(reply)
    }

    fn error_reply(&self, error: &Error) -> Reply {
        let plain = Switches::default();
        let (model, protocol, switches) = match &self.asked {
            Some(asked) => (asked.entry.model.get(), asked.protocol, &asked.entry.switches),
            None => (nothing(), self.guess(), &plain),
        };
        let second_id = if switches.second_id { self.second_id() } else { String::new() };
        self.tell_origin(encode_error(
            model,
            protocol,
            switches,
            &ErrorReply {
                code: error.code(),
                status: error.own_status().unwrap_or(0),
                message: error.message(),
                sender_fault: !error.is_receiver_fault(),
                members: error.members().map_or(Peek::Absent, Node::peek),
                request_id: &self.id.to_string(),
                host_id: &second_id,
            },
        ))
    }

    /// What support would ask for besides the request's id: opaque to clients.
    fn second_id(&self) -> String {
        let id = self.id.0;
        BASE64_STANDARD.encode([id.to_be_bytes(), id.rotate_left(61).to_be_bytes(), (!id).to_be_bytes()].concat())
    }

    /// Everything that the record says besides what the stages noted on the way.
    pub(crate) fn complete_record(&mut self, status: u16, error: Option<&Error>) {
        self.note_context();
        let (info, caller) = (&self.info, &self.caller);
        let service = self.asked.as_ref().and_then(|asked| asked.entry.service);
        let read_only = service.is_some_and(|s| self.reads(s));
        let data = service.is_some_and(|s| self.is_data_event(s));
        let r = &mut self.record;
        r.id = self.id.0.to_be_bytes().to_vec().into();
        r.time = info.arrived;
        r.real_time = self.cloud.clock.real();
        r.account = self.scope.account.number() as i64;
        r.region = self.scope.region.as_str().to_owned();
        r.service = info.service.to_owned();
        r.operation = info.operation.to_owned();
        r.event_source = service.map_or_else(String::new, |s| s.facts.event_source.to_owned());
        if let Some(name) = service.and_then(|s| s.events.name(info.operation)) {
            name.clone_into(&mut r.event_name);
        }
        r.read_only = read_only;
        r.data = data;
        r.caller = caller.arn.clone();
        r.principal = caller.principal_arn().to_owned();
        r.access_key = caller.access_key.clone();
        r.caller_kind = kind(caller.kind).as_str().to_owned();
        r.caller_account = caller.account.number() as i64;
        r.user_id = caller.user_id.clone();
        r.user_name = caller.name.clone();
        r.session = caller.session.as_ref().map(|s| SessionFacts {
            name: s.name.clone(),
            issuer: s.role_arn.clone(),
            issued: s.issued,
            mfa: s.mfa_at.is_some(),
            source_identity: s.source_identity.clone(),
            provider: s.federated_provider.clone(),
            assumed_root: s.is_assumed_root().then_some(true),
            delegate: s.delegate.map(|account| account.to_string()),
        });
        // Not `to_string`, which would go through the formatter.
        r.source_ip = (*info.source_ip).to_owned();
        r.user_agent = (*info.user_agent).to_owned();
        r.base_host = (*info.base_url).to_owned();
        r.status = i64::from(status);
        r.duration = r.real_time.0.saturating_sub(self.started.0).max(0);
        if let Some(error) = error {
            r.error_code =
                self.asked.and_then(|asked| wire_code(&asked, error.code())).unwrap_or(error.code()).to_owned();
            r.error_message = error.cause().unwrap_or(error.message()).to_owned();
        }
    }

    /// Whether what is asked only reads.
    pub(crate) fn reads(&self, service: &service::Service) -> bool {
        let name = self.info.operation;
        let handler = match self.target {
            Some(target) => Some(target.handler),
            None => self.asked.and_then(|asked| asked.entry.operation(name)),
        };
        handler.is_some_and(|h| matches!(h.run, service::Run::Read(_))) || service.facts.read_only.contains(&name)
    }
}

/// The code that the client saw where that is not the shape's name: the XML protocols have codes of their own.
fn wire_code<'a>(asked: &Asked, code: &str) -> Option<&'a str> {
    match asked.protocol {
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => {
            let (_, shape) = asked.entry.model.get().error(code)?;
            shape.error.as_ref()?.code.as_deref()
        }
        _ => None,
    }
}

fn kind(kind: CallerKind) -> PrincipalKind {
    match kind {
        CallerKind::Root => PrincipalKind::Root,
        CallerKind::User => PrincipalKind::User,
        CallerKind::AssumedRole => PrincipalKind::AssumedRole,
        CallerKind::FederatedUser => PrincipalKind::FederatedUser,
        CallerKind::Service => PrincipalKind::Service,
        CallerKind::Provider | CallerKind::Anonymous => PrincipalKind::Anonymous,
    }
}

/// A service's request whose sender is lost.
fn lost() -> Error {
    Error::internal("a service's request came back to no one")
}

impl Flow {
    fn guess(&self) -> Protocol {
        match &self.origin {
            Origin::Client => guess(&self.request),
            Origin::Service(_) => Protocol::Json,
        }
    }
}

/// The protocol in which to answer a request that no service claims.
fn guess(request: &wire::Request) -> Protocol {
    let content = request.header("content-type").unwrap_or_default();
    if request.header("x-amz-target").is_some() || content.contains("json") { Protocol::Json } else { Protocol::Query }
}

/// A model of no service, for answers to requests that no service claims.
fn nothing() -> &'static model::Model {
    static NOTHING: std::sync::LazyLock<model::Model> = std::sync::LazyLock::new(model::Model::default);
    &NOTHING
}
