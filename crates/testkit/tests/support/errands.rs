//! How the lab uses its peers: each verb once, with what its caller wants of it.

use super::lab::{Answer, Thing};
use service::shape::shape;
use service::{
    Access, AnyMade, Arn, As, Call, Check, Cx, Delivery, Error, Next, Region, Result, Scope, Table, Tell, Value, View,
    peer,
};
use std::cell::RefCell;
use std::time::Duration;

shape! {
    /// A call that the lab is to make.
    pub struct Errand {
        pub name: String = "Name",
        pub service: String = "Service",
        pub operation: String = "Operation",
        /// The input as JSON.
        pub input: String = "Input",
        /// `caller`, `service`, or a role's ARN.
        pub who: String = "Who",
        pub region: String = "Region",
        /// What follows: `fail`, `swallow`, `again`; `within 5` asks with that many seconds of patience.
        pub then: String = "Then",
    }

    pub struct Line {
        pub text: String,
    }
}

peer! {
    /// Puts a message into a queue.
    "sqs".SendMessage {
        queue_url: String = "QueueUrl",
        message_body: String = "MessageBody",
    } -> Sent {
        message_id: Option<String> = "MessageId",
    }
}

/// What the lab was told of its deliveries, in order.
pub static TOLD: Table<i64, Line> = Table::new("lab.told");

pub fn may(view: &View, _input: &Errand) -> Result<Access> {
    Ok(Access::to(Check::new(format!("lab:{}", view.request().operation), "*")))
}

/// The resource for which the lab calls.
fn source(view: &View) -> Arn {
    view.arn("lab", "thing/source")
}

fn by(view: &View, errand: &Errand) -> As {
    let by = match errand.who.as_str() {
        "" | "caller" => As::caller(),
        "service" => As::service(&source(view)),
        role => As::role(role, "lab-session", &source(view)),
    };
    match Region::new(&errand.region) {
        Some(region) => by.within(Scope::new(view.account(), region)),
        None => by,
    }
}

fn call(errand: &Errand) -> Result<Call> {
    let json: serde_json::Value = serde_json::from_str(&errand.input).map_err(Error::internal)?;
    Ok(Call { service: errand.service.clone(), operation: errand.operation.clone(), input: value(&json) })
}

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Object(members) => {
            Value::Map(members.iter().map(|(name, json)| (name.clone(), value(json))).collect())
        }
        serde_json::Value::Array(list) => Value::List(list.iter().map(value).collect()),
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Bool(truth) => (*truth).into(),
        serde_json::Value::Number(number) => number.as_i64().unwrap_or_default().into(),
        serde_json::Value::Null => Value::Null,
    }
}

/// What a peer answered, in a line.
fn line(answer: &Value) -> String {
    let text = |value: &Value| value.as_str().map(str::to_owned).or_else(|| Some(value.as_int()?.to_string()));
    match answer {
        Value::Map(map) => {
            map.iter().map(|(name, value)| format!("{name}={}", line(value))).collect::<Vec<_>>().join(" ")
        }
        Value::List(list) => list.iter().map(line).collect::<Vec<_>>().join(","),
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
        leaf => text(leaf).unwrap_or_default(),
    }
}

/// Notes that it was here, calls, and does what then follows.
pub fn call_peer(cx: &mut Cx, input: Errand) -> Result<Answer> {
    note(cx, &format!("calls {}", input.name))?;
    let answer = cx.call(&by(cx, &input), &call(&input)?);
    match (input.then.as_str(), answer) {
        ("swallow", Err(error)) => Ok(Answer { texts: vec![error.to_string()] }),
        ("fail", Ok(_)) => Err(Error::new("LabFailure", "it fails after its peer").status(400)),
        (_, answer) => Ok(Answer { texts: vec![line(&answer?)] }),
    }
}

/// Asks once, or twice, and then notes what it was answered.
pub fn ask_peer(cx: &mut Cx, input: Errand) -> Result<Answer> {
    if input.then == "write first" {
        note(cx, "too early")?;
    }
    let patience = input.then.strip_prefix("within ").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let first = match patience {
        Some(patience) => cx.ask_within(&by(cx, &input), &call(&input)?, patience),
        None => cx.ask(&by(cx, &input), &call(&input)?),
    };
    if first.as_ref().is_err_and(Error::is_timed_out) {
        return Ok(Answer { texts: vec![format!("late after {} s", cx.took().as_secs())] });
    }
    let first = if input.then == "swallow" {
        first.map_or_else(|error| error.to_string(), |answer| line(&answer))
    } else {
        line(&first?)
    };
    let mut texts = vec![first];
    if input.then == "again" {
        texts.push(line(&cx.ask(&by(cx, &input), &call(&input)?)?));
    }
    if input.then == "fail" {
        return Err(Error::new("LabFailure", "it fails after its peer").status(400));
    }
    note(cx, &format!("asked {}", texts.join(" and ")))?;
    Ok(Answer { texts })
}

/// Hands over a delivery and notes it.
pub fn post_peer(cx: &mut Cx, input: Errand) -> Result<Answer> {
    let tell =
        if input.then == "tell" { Tell::Outcome(input.name.clone()) } else { Tell::Failures(input.name.clone()) };
    match input.service.as_str() {
        "queue" => {
            let message = SendMessage { queue_url: input.input.clone(), message_body: input.name.clone() };
            cx.after(&by(cx, &input), &message, tell)?;
        }
        _ => cx.after(&by(cx, &input), &call(&input)?, tell)?,
    }
    note(cx, &format!("posts {}", input.name))?;
    if input.then == "fail" {
        return Err(Error::new("LabFailure", "it fails after it posted").status(400));
    }
    Ok(Answer::default())
}

/// Calls itself, and itself again, without end.
pub fn spin(cx: &mut Cx, input: Thing) -> Result<Answer> {
    let again = Call {
        service: "lab".to_owned(),
        operation: "Spin".to_owned(),
        input: Value::Map([("Number".to_owned(), Value::Int(input.number + 1))].into_iter().collect()),
    };
    match input.name.as_str() {
        "post" => {
            note(cx, &format!("spin {}", input.number))?;
            let mut again = again;
            if let Value::Map(map) = &mut again.input {
                map.insert("Name".to_owned(), "post".into());
            }
            cx.after(&As::caller(), &again, Tell::Failures("loop".to_owned()))?;
            Ok(Answer::default())
        }
        "waver" => {
            let mut chance = [0; 4];
            service::secret(&mut chance);
            let number = Value::Int(i64::from(u32::from_le_bytes(chance)));
            let operation = "Told".to_owned();
            let input = Value::Map([("Number".to_owned(), number)].into_iter().collect());
            let other = Call { service: "lab".to_owned(), operation, input };
            cx.ask(&As::caller(), &other).map(|answer| Answer { texts: vec![line(&answer)] })
        }
        _ => cx.call(&As::caller(), &again).map(|answer| Answer { texts: vec![line(&answer)] }),
    }
}

thread_local! {
    /// What happens while the lab prepares to hear of a delivery, once.
    pub static PREPARING: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// Makes out which delivery it is of which it is to hear.
pub fn prepare(_: &View, delivery: &Delivery, _: &Result<Value>) -> Result<AnyMade> {
    if let Some(preparing) = PREPARING.take() {
        preparing();
    }
    Ok(Box::new(delivery.tag.clone()))
}

/// Notes how each delivery ended; one that is named for it is tried again after ten seconds, three times in all.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>, made: AnyMade) -> Result<Next> {
    assert_eq!(made.downcast_ref(), Some(&delivery.tag));
    let end = match result {
        Ok(_) => "arrived".to_owned(),
        Err(error) => error.code().to_owned(),
    };
    note(cx, &format!("{} {} at attempt {}", delivery.tag, end, delivery.attempts))?;
    if result.is_err() && delivery.tag.starts_with("stubborn") && delivery.attempts < 3 {
        return Ok(Next::RetryAt(cx.now().after(Duration::from_secs(10))));
    }
    Ok(Next::Done)
}

fn note(cx: &mut Cx, text: &str) -> Result<()> {
    let number = cx.rows(&TOLD, ()).count() as i64;
    cx.put(&TOLD, &number, &Line { text: text.to_owned() })
}

/// All that was noted.
pub fn told_so_far(view: &View, _input: Thing) -> Result<Answer> {
    let lines = view.rows(&TOLD, ()).map(|row| Ok(row?.text)).collect::<Result<_>>()?;
    Ok(Answer { texts: lines })
}

/// A chore for the lab's engine.
#[derive(Debug, Clone)]
pub struct Chore(pub String);

impl service::Work for Chore {
    type End = String;
    const ENGINE: &'static str = "bench";
    fn mark(&self) -> String {
        self.0.clone()
    }
}

/// Has the engine do two chores, one after the other, and notes what came of them.
pub fn work(cx: &mut Cx, input: Thing) -> Result<Answer> {
    let first = cx.run(Chore(format!("{} first", input.name)))?;
    let second = cx.run(Chore(format!("{} second", input.name)))?;
    note(cx, &format!("{first}, {second}"))?;
    Ok(Answer { texts: vec![first, second] })
}
