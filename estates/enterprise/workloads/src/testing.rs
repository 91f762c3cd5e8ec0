//! AWS as a script: what it will answer, and what it was asked.

use crate::aws::{Aws, Carrier, Incoming, Outgoing};
use crate::failure::Failure;
use crate::functions;
use crate::runtime::Invocation;
use crate::session::Session;
use crate::settings::Settings;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What was asked.
pub struct Sent {
    pub url: String,
    /// `PutItem`, or the method where no header names an operation.
    pub operation: String,
    pub body: String,
}

impl Sent {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The answers to come, in their order.
pub struct Script {
    answers: RefCell<VecDeque<Incoming>>,
    seen: Rc<RefCell<Vec<Sent>>>,
}

impl Script {
    pub fn of(answers: impl IntoIterator<Item = Incoming>) -> Script {
        Script { answers: RefCell::new(answers.into_iter().collect()), seen: Rc::default() }
    }

    pub fn seen(&self) -> Rc<RefCell<Vec<Sent>>> {
        Rc::clone(&self.seen)
    }
}

impl Carrier for Script {
    fn send(&self, request: &Outgoing<'_>, _: Duration) -> Result<Incoming, (&'static str, String)> {
        let target = request.headers.iter().find(|(name, _)| *name == "x-amz-target");
        let operation = target.and_then(|(_, value)| value.split_once('.')).map_or(request.method, |(_, name)| name);
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        self.seen.borrow_mut().push(Sent { url: request.url.clone(), operation: operation.to_owned(), body });
        self.answers.borrow_mut().pop_front().ok_or(("Unreachable", "the script has ended".to_owned()))
    }
}

pub fn answer(status: u16, body: &str) -> Incoming {
    Incoming { status, request_id: Some("aws-1".to_owned()), error_type: None, body: body.as_bytes().to_vec() }
}

/// An answer of 200 with this body.
pub fn good(body: &Value) -> Incoming {
    answer(200, &body.to_string())
}

/// AWS's answer to a condition that did not hold for this item.
pub fn refused(item: &Value) -> Incoming {
    let item = crate::aws::dynamodb::attributes(item);
    answer(400, &json!({"__type": "x#ConditionalCheckFailedException", "message": "no", "Item": item}).to_string())
}

/// What came of an invocation, and what AWS was asked meanwhile.
pub struct Run {
    pub answer: Result<Value, Failure>,
    pub sent: Vec<Sent>,
}

impl Run {
    /// The answer of a function that an API calls: status and body.
    pub fn http(&self) -> (u64, Value) {
        let answer = self.answer.as_ref().unwrap();
        let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        (answer["statusCode"].as_u64().unwrap(), body)
    }

    /// The operations that were asked for.
    pub fn operations(&self) -> Vec<&str> {
        self.sent.iter().map(|sent| sent.operation.as_str()).collect()
    }
}

/// Runs a function once. Nothing of it is sampled, so no trace is sent.
pub fn run(name: &str, event: Value, answers: impl IntoIterator<Item = Incoming>) -> Run {
    let settings = Settings::of(&[
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-west-1"),
        ("ORDERS_TABLE", "Orders"),
        ("CUSTOMERS_TABLE", "Customers"),
        ("FEEDBACK_TABLE", "Feedback"),
        ("EVENT_BUS", "bus"),
        ("LAKE_BUCKET", "lake"),
        ("NOTIFICATIONS_TOPIC", "arn:aws:sns:eu-west-1:123456789012:n"),
        ("PAYMENT_LIMIT_CENTS", "1000000"),
    ]);
    let script = Script::of(answers);
    let seen = script.seen();
    let aws = Aws::new(&settings, Box::new(script)).unwrap();
    let invocation = Invocation {
        request_id: "lambda-1".to_owned(),
        deadline: Instant::now() + Duration::from_secs(60),
        trace_header: Some("Root=1-a-b;Parent=c;Sampled=0".to_owned()),
        event,
    };
    let session = Session::new(name, &settings, &aws, &invocation);
    let answer = functions::named(name).unwrap()(&session, &invocation.event);
    let sent = std::mem::take(&mut *seen.borrow_mut());
    Run { answer, sent }
}

/// An event of API Gateway's for a customer who has signed in.
pub fn api(method: &str, resource: &str, more: Value) -> Value {
    let mut event = json!({
        "httpMethod": method,
        "resource": resource,
        "headers": {},
        "requestContext": {
            "requestId": "api-1",
            "requestTimeEpoch": 1_735_689_599_001_u64,
            "authorizer": {"claims": {"sub": "ann", "email": "ann@example.com", "cognito:groups": "buyers"}},
        },
    });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}
