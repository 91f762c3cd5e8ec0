//! A client of a running cloud, signed as the account's root.

use crate::client::{Client, Failure};
use crate::flags::Operator;
use clock::{Clock, Timestamp};
use hyper::Request;
use proof::Ground;
use script::{Answer, Keys, written};
use serde_json::Value;
use std::time::Duration;
use wire::Reply;

/// Calls of a user to a running cloud.
pub struct Session {
    http: Client,
    client: script::Client,
    /// Who calls, and where.
    pub keys: Keys,
    clock: Clock,
}

impl Session {
    /// The root of the cloud's own account, in a region.
    pub fn new(operator: &Operator, region: &str) -> Result<Session, Failure> {
        let http = operator.client()?;
        let client = script::Client::new(catalog::directory(), &http.authority());
        Ok(Session { http, client, keys: Keys::bootstrap().in_region(region), clock: Clock::system(Vec::new()) })
    }

    /// The operator's API of the cloud.
    pub fn http(&self) -> &Client {
        &self.http
    }

    /// The account that it acts in.
    pub fn account(&self) -> Result<String, Failure> {
        let caller = self.call("sts", "GetCallerIdentity", &Value::Object(serde_json::Map::new()))?;
        Ok(caller["Account"].as_str().unwrap_or_default().to_owned())
    }

    /// Calls an operation; an error is told in words.
    pub fn call(&self, service: &str, operation: &str, input: &Value) -> Result<Value, Failure> {
        let answer = self.ask(service, operation, input)?;
        match answer.ok() {
            true => Ok(answer.output),
            false => Err(Failure(format!("{service} {operation}: {}", written(&answer)))),
        }
    }

    /// Calls an operation; `None` where the answer is one of these errors.
    pub fn call_or(
        &self,
        (service, operation): (&str, &str),
        input: &Value,
        codes: &[&str],
    ) -> Result<Option<Value>, Failure> {
        let answer = self.ask(service, operation, input)?;
        match answer.ok() {
            true => Ok(Some(answer.output)),
            false if codes.contains(&answer.code.as_str()) => Ok(None),
            false => Err(Failure(format!("{service} {operation}: {}", written(&answer)))),
        }
    }

    /// Calls an operation, whatever it is answered.
    pub fn ask(&self, service: &str, operation: &str, input: &Value) -> Result<Answer, Failure> {
        let request = self.client.request(&self.keys, (service, operation), input, self.clock.real());
        let reply = self.carry(request.map_err(Failure)?)?;
        Ok(self.client.answer((service, operation), &reply))
    }

    /// Calls an operation as a resource type's hand does.
    pub fn by_hand(&self, call: &service::Call) -> Result<service::Result<shape::Value>, Failure> {
        let (service, operation) = (call.service.as_str(), call.operation.as_str());
        let request = self.client.request_of(&self.keys, (service, operation), &call.input, self.clock.real());
        let reply = self.carry(request.map_err(Failure)?)?;
        let answer = self.client.answer((service, operation), &reply);
        if !answer.ok() {
            return Ok(Err(service::Error::new(answer.code, answer.message)));
        }
        self.client.output(service, operation, &reply).map(Ok).map_err(Failure)
    }

    fn carry(&self, request: wire::Request) -> Result<Reply, Failure> {
        let target = match request.query.is_empty() {
            true => request.path.clone(),
            false => format!("{}?{}", request.path, request.query),
        };
        let mut carried = Request::builder().method(request.method).uri(target);
        if let Some(headers) = carried.headers_mut() {
            *headers = request.headers;
        }
        let carried = carried.body(request.body).map_err(|e| Failure(format!("this cannot be asked: {e}")))?;
        let (head, body) = self.http.send(carried)?.into_parts();
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, body })
    }
}

impl Ground for Session {
    fn send(&mut self, request: wire::Request) -> Result<Reply, String> {
        self.carry(request).map_err(|Failure(why)| why)
    }

    fn operator(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let nothing = Value::Object(serde_json::Map::new());
        let answer = match method {
            "POST" => self.http.post(path, body.unwrap_or(&nothing)),
            "DELETE" => self.http.delete(path),
            _ => self.http.get(path),
        };
        answer.map_err(|Failure(why)| why)
    }

    fn pause(&mut self, span: Duration) {
        std::thread::sleep(span);
    }

    fn real_now(&self) -> Timestamp {
        self.clock.real()
    }
}
