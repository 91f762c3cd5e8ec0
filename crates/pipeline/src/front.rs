//! Plain HTTP at the door: what has no model, and goes through the same list.

use crate::directory::{Entry, Fronted};
use crate::flow::{Asked, Flow, Target};
use http::Method;
use model::Protocol;
use service::{HttpHeader, HttpReply, HttpRequest};
use shape::Struct;
use wire::Reply;

impl Flow {
    /// Takes a request for what a front answers. Errors have the form of AWS's REST services.
    pub(crate) fn meet(&mut self, entry: &'static Entry, fronted: &'static Fronted) {
        self.meet_in(Protocol::RestJson, entry, fronted);
    }

    /// Takes a preflight, where the service has an answer of its own. Errors have the form of the service's others.
    pub(crate) fn meet_preflight(&mut self, entry: &'static Entry) -> bool {
        let Some(fronted) = entry.preflight().filter(|_| self.request.method == Method::OPTIONS) else { return false };
        let protocol = entry.model.get().metadata.protocols.first().copied().unwrap_or_default();
        self.meet_in(protocol, entry, fronted);
        true
    }

    fn meet_in(&mut self, protocol: Protocol, entry: &'static Entry, fronted: &'static Fronted) {
        let operation = &fronted.operation;
        self.asked = Some(Asked { entry, operation: Some(operation), protocol });
        let (handler, front) = (&fronted.front.operation, Some(fronted.front));
        self.target = Some(Target { entry, operation, protocol, handler, front });
    }

    /// The request as it came.
    pub(crate) fn plain(&self) -> HttpRequest {
        let request = &self.request;
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| HttpHeader {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        HttpRequest {
            method: request.method.as_str().to_owned(),
            host: request.host.clone(),
            host_rest: self.host_rest.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: request.headers.iter().map(header).collect(),
            body: request.body.clone(),
        }
    }

    /// The status of a success: what a front says, or the model.
    pub(crate) fn success(target: Target, output: &dyn Struct) -> u16 {
        let own = HttpReply::of(output).filter(|_| target.front.is_some());
        own.map_or(target.operation.http.code, |reply| u16::try_from(reply.status).unwrap_or(500))
    }
}

impl Flow {
    /// Says what a browser is to know that asks for a page of another origin.
    pub(crate) fn tell_origin(&self, mut reply: Reply) -> Reply {
        let service = self.asked.and_then(|asked| asked.entry.service);
        let Some(told) = service.and_then(|service| service.cross_origin) else { return reply };
        let preflight = self.target.is_some_and(|target| target.front.is_some());
        if preflight || self.request.headers.get(http::header::ORIGIN).is_none() {
            return reply;
        }
        let view = self.cloud.backstage_view(self.scope);
        // Without an answer a browser keeps what it got from its page: that is the safe side.
        let headers = (told.headers)(&view, &self.plain()).unwrap_or_default();
        add(&mut reply, &headers);
        reply
    }
}

impl Flow {
    /// Whether a service's own settings name an origin among those whose pages may ask. That any page may is no name.
    pub(crate) fn is_named_by_service(&self, origin: &str) -> bool {
        let service = self.asked.and_then(|asked| asked.entry.service);
        let Some(told) = service.and_then(|service| service.cross_origin) else { return false };
        let view = self.cloud.backstage_view(self.scope);
        let headers = (told.headers)(&view, &self.plain()).unwrap_or_default();
        let mut allowed = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(ALLOW_ORIGIN));
        allowed.any(|header| header.value == origin)
    }
}

/// What a front answered, as the connection sends it.
pub(crate) fn reply(answer: &HttpReply) -> Reply {
    let mut reply =
        Reply { status: u16::try_from(answer.status).unwrap_or(500), body: answer.body.clone(), ..Reply::default() };
    add(&mut reply, &answer.headers);
    reply
}

fn add(reply: &mut Reply, headers: &[HttpHeader]) {
    for HttpHeader { name, value } in headers {
        let (name, value) = (http::HeaderName::try_from(name), http::HeaderValue::try_from(value));
        if let (Ok(name), Ok(value)) = (name, value)
            && !OURS.contains(&name)
        {
            reply.headers.append(name, value);
        }
    }
}

/// The header that says whose pages may see a reply.
const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";

/// What the connection says itself: a front that said otherwise could break it.
const OURS: [http::HeaderName; 3] =
    [http::header::CONNECTION, http::header::CONTENT_LENGTH, http::header::TRANSFER_ENCODING];
