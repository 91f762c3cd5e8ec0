//! Requests of every model and protocol, damaged, through routing, decoding, the check of constraints and back.

use bytes::Bytes;
use fuzz::models::{self, Api};
use fuzz::{Allocator, Case, Dice, Mutator};
use http::{HeaderName, HeaderValue, Method};
use model::Protocol;
use shape::{Node, Value};
use wire::Request;
use wire::codec::{Call, Switches, decode_request, encode_reply, encode_request};
use wire::route::{self, Routes};
use wire::validate::{Rules, Scope, Style, check};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

const PROTOCOLS: [Protocol; 7] = [
    Protocol::Query,
    Protocol::Ec2,
    Protocol::Json,
    Protocol::RestJson,
    Protocol::RestXml,
    Protocol::RpcV2Cbor,
    Protocol::RpcV2Json,
];

const WORDS: [&[u8]; 34] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"1e999",
    b"-0",
    b"{\"a\":",
    b"[[",
    b".member.1",
    b".entry.1.key=",
    b"&Action=",
    b"&",
    b"=",
    b"%00",
    b"%ff",
    b"+",
    b"<a>",
    b"</a>",
    b"<![CDATA[",
    b"&#x0;",
    b"&amp;",
    b"<!DOCTYPE",
    b"xmlns=\"",
    b"\xbf",
    b"\x9f",
    b"\xff",
    b"\x7b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xfb",
    b"\xc1",
    b"\x81",
];

struct Target {
    apis: Vec<Api>,
    routes: Routes,
    rules: Vec<Rules>,
    words: Mutator<'static>,
}

fn main() {
    let apis = models::all();
    let facts: Vec<_> = apis.iter().map(|api| api.facts).collect();
    let routes = Routes::new(&facts).with_domain("localhost.localstack.cloud");
    let rules = apis.iter().map(|_| Rules::new(Style::default(), Scope::default()).closed()).collect();
    let target = Target { apis, routes, rules, words: Mutator { words: &WORDS, others: &[] } };
    fuzz::fuzz("wire_decode", |dice, case| target.run(dice, case));
}

impl Target {
    fn run(&self, dice: &mut Dice, case: &mut Case) {
        let at = dice.below(self.apis.len());
        let api = &self.apis[at];
        let operation = dice.pick(api.model.operations());
        let own = api.model.metadata.protocols.first().copied().unwrap_or_default();
        let protocol = if dice.one_in(4) { *dice.pick(&PROTOCOLS) } else { own };
        let switches = Switches::default();
        let call = Call { model: &api.model, operation, protocol, switches: &switches };
        let input = operation.input.map(|id| models::value(dice, &api.model, id, 0)).unwrap_or_default();
        let Ok(mut request) = encode_request(&call, input.peek()) else { return };
        request.host = format!("{}.us-east-1.localhost.localstack.cloud:4566", api.facts.hosts[0]);
        self.damage(dice, &mut request);
        case.begins(&shown(&api.facts.name, protocol, &request));

        let scope = [Some(api.facts.signing_names[0]), None, Some("nobody")][dice.below(3)];
        if let Some(found) = self.routes.service(&request, scope) {
            let api = &self.apis[found.index];
            if let Ok(found) = route::operation(&api.model, &api.model.metadata.protocols, api.table.as_ref(), &request)
            {
                let call = Call {
                    model: &api.model,
                    operation: found.operation,
                    protocol: found.protocol,
                    switches: &switches,
                };
                let _ = decode_request(&call, &request, &mut Value::default());
            }
        }
        let mut decoded = Value::default();
        if decode_request(&call, &request, &mut decoded).is_ok() {
            case.went_well();
            self.use_it(&call, &decoded, at, case);
        }
    }

    /// What was read is checked against the model, and can be written: as a request again, and as a reply.
    fn use_it(&self, call: &Call<'_>, decoded: &Value, at: usize, case: &mut Case) {
        if let Some(id) = call.operation.input {
            // The first use of a pattern compiles it, for good.
            let first = case.free(|| check(call.model, id, decoded.peek(), &self.rules[at]).len());
            let again = check(call.model, id, decoded.peek(), &self.rules[at]).len();
            case.expect(first == again, || "a second check finds something else".to_owned());
        }
        let _ = encode_request(call, decoded.peek());
        let _ = encode_reply(call, decoded.peek(), "id");
    }

    fn damage(&self, dice: &mut Dice, request: &mut Request) {
        for _ in 0..1 + dice.below(2) {
            match dice.below(10) {
                0 => request.path = self.text(dice, &request.path),
                1 => request.query = self.text(dice, &request.query),
                2 => request.host = self.text(dice, &request.host),
                3 => self.header(dice, request),
                4 => {
                    request.method =
                        dice.pick(&[Method::GET, Method::PUT, Method::POST, Method::DELETE, Method::HEAD]).clone()
                }
                _ => {
                    let mut body = request.body.to_vec();
                    self.words.mutate(dice, &mut body);
                    request.body = Bytes::from(body);
                }
            }
        }
    }

    fn text(&self, dice: &mut Dice, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        self.words.mutate(dice, &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn header(&self, dice: &mut Dice, request: &mut Request) {
        let names: Vec<HeaderName> = request.headers.keys().cloned().collect();
        if names.is_empty() || dice.one_in(4) {
            let name = *dice.pick(&[
                "content-type",
                "x-amz-target",
                "smithy-protocol",
                "authorization",
                "x-amz-meta-a",
                "accept",
            ]);
            let value = *dice.pick(&[
                "application/x-www-form-urlencoded",
                "a.b",
                "rpc-v2-cbor",
                "Bearer x",
                "\u{1}",
                "application/cbor",
            ]);
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers.insert(name, value);
            }
            return;
        }
        let name = dice.pick(&names).clone();
        let mut bytes = request.headers.get(&name).map(|v| v.as_bytes().to_vec()).unwrap_or_default();
        self.words.mutate(dice, &mut bytes);
        if let Ok(value) = HeaderValue::from_bytes(&bytes) {
            request.headers.insert(name, value);
        }
    }
}

/// A request in words, for the report.
fn shown(service: &str, protocol: Protocol, request: &Request) -> Vec<u8> {
    let mut text =
        format!("{service} {protocol:?} {} {}?{} {}\n", request.method, request.path, request.query, request.host)
            .into_bytes();
    for (name, value) in &request.headers {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.push(b'\n');
    }
    text.push(b'\n');
    text.extend_from_slice(&request.body);
    text
}
