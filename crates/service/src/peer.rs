//! Calls to other services: three verbs, all of them through the whole door.
//!
//! - [`Cx::call`]: a fast peer, at once, in this very transaction, under a savepoint of its own.
//! - [`Cx::ask`]: a peer that may take time. This request is rolled back and put aside until the peer has answered; then
//!   its handler runs again, and what was answered is remembered. So it writes nothing before its last answer.
//! - [`Cx::after`]: a delivery, kept in this transaction and sent as a request of its own once it has committed.
//!
//! Each peer is authorised, metered, recorded and traced as if its caller had knocked from outside.

use crate::{AnyMade, AnyWork, Arn, Cx, Error, Result, Scope, Task, View};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clock::{Duration, Timestamp};
use ids::{AccountId, RequestId};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shape::{Node, Peek, Struct, Value};
use std::sync::Arc;

/// How deep calls may nest, and how often deliveries may lead to deliveries. AWS stops such loops of functions after about 16.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html>
pub const DEEPEST: u8 = 16;

/// The most that one request may ask before it answers.
pub const MOST_ASKED: usize = 64;

/// An operation of another service with its input: declared by [`crate::peer!`], or a [`Call`] chosen at run time.
pub trait Peer {
    /// What of the answer is wanted.
    type Answer;
    /// The service, by prefix.
    fn service(&self) -> &str;
    /// The operation, by the model's name.
    fn operation(&self) -> &str;
    /// The members of the input that are set.
    fn input(&self) -> Peek<'_>;
    /// The wanted part of the output.
    fn answer(output: Peek<'_>) -> Result<Self::Answer>;
}

/// An operation that data chose: a target of a rule, a task of a state machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The service, by prefix.
    pub service: String,
    /// The operation, by the model's name.
    pub operation: String,
    /// The input, by the model's names.
    pub input: Value,
}

impl Peer for Call {
    type Answer = Value;
    fn service(&self) -> &str {
        &self.service
    }
    fn operation(&self) -> &str {
        &self.operation
    }
    fn input(&self) -> Peek<'_> {
        self.input.peek()
    }
    fn answer(output: Peek<'_>) -> Result<Value> {
        Ok(Value::of(output))
    }
}

/// A call within a [`Tell`], the input whole, bytes and times included.
impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.service, &self.operation, STANDARD.encode(self.input.encode())).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Call, D::Error> {
        let (service, operation, input) = <(String, String, String)>::deserialize(deserializer)?;
        let input = STANDARD.decode(input).map_err(D::Error::custom)?;
        let input = Value::decode(&input).map_err(D::Error::custom)?;
        Ok(Call { service, operation, input })
    }
}

/// As whom a peer is called, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct As {
    /// As whom.
    pub who: Who,
    /// Where, if not in the scope of the request that calls.
    pub scope: Option<Scope>,
    /// The trace to which the call belongs, as the header `X-Amzn-Trace-Id` has it; that of the request that calls otherwise.
    pub trace: Option<String>,
}

/// As whom a peer is called.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// The caller of this request, whose session is forwarded. Policies see `aws:ViaAWSService` and `aws:CalledVia`.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html>
    Caller,
    /// This service itself for one of its resources, the ARN: what the peer's resource policy sees as `aws:SourceArn` and
    /// `aws:SourceAccount`.
    Service(String),
    /// The root user of the account where the call goes, for whom this service acts on behalf of one of its resources, the ARN: where
    /// it founded that account. The guardrails of organisations hold nobody back there.
    Owner(String),
    /// A role that this service assumes for one of its resources.
    Role {
        /// The role's ARN. Its trust policy must let this service assume it, and sees `aws:SourceArn`.
        role: String,
        /// The session's name.
        session: String,
        /// The resource's ARN.
        source: String,
    },
}

impl As {
    /// The caller of this request.
    pub fn caller() -> As {
        As { who: Who::Caller, scope: None, trace: None }
    }

    /// This service, for its resource `source`.
    pub fn service(source: &Arn) -> As {
        As { who: Who::Service(source.to_string()), scope: None, trace: None }
    }

    /// The root user of another account, which this service founded, for its resource `source`.
    pub fn owner(scope: Scope, source: &Arn) -> As {
        As { who: Who::Owner(source.to_string()), scope: Some(scope), trace: None }
    }

    /// A role that this service assumes for its resource `source`.
    pub fn role(role: &str, session: &str, source: &Arn) -> As {
        let (role, session) = (role.to_owned(), session.to_owned());
        As { who: Who::Role { role, session, source: source.to_string() }, scope: None, trace: None }
    }

    /// In another account or region.
    pub fn within(mut self, scope: Scope) -> As {
        self.scope = Some(scope);
        self
    }

    /// As part of a trace.
    pub fn traced(mut self, header: Option<String>) -> As {
        self.trace = header;
        self
    }
}

/// The way by which a request came from another service.
#[derive(Debug, Clone, PartialEq)]
pub struct Via {
    /// The principal of the service that called, such as `s3.amazonaws.com`.
    pub principal: &'static str,
    /// The resource for which it called, an ARN; empty where it forwards its caller.
    pub source: String,
    /// The account of the request that called: the resource's, where its ARN names none.
    pub account: AccountId,
    /// The services that forwarded their caller, the first of them first: `aws:CalledVia`.
    pub forwarded: Vec<&'static str>,
    /// The request that called.
    pub parent: RequestId,
    /// How many calls and deliveries lie between a client's request, or a timer, and this one.
    pub depth: u8,
    /// Whether the service acts as the owner of the account ([`Who::Owner`]).
    pub as_owner: bool,
}

/// A call on its way to the door.
pub struct Errand<'a> {
    /// As whom, and where.
    pub by: &'a As,
    /// The service, by prefix.
    pub service: &'a str,
    /// The operation.
    pub operation: &'a str,
    /// The input's members that are set.
    pub input: Peek<'a>,
}

/// What a request asked, and was answered.
#[derive(Clone)]
pub struct Asked {
    /// What it asked.
    pub question: Question,
    /// What it was answered.
    pub answer: Result<Answered>,
    /// How long that took, in virtual time.
    pub took: Duration,
}

/// What a request cannot go on without.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// A peer's answer.
    Peer {
        /// As whom, and where.
        by: As,
        /// The call.
        call: Call,
        /// How long the answer is waited for, in virtual time; `None` for as long as it takes.
        patience: Option<Duration>,
    },
    /// The end of an engine's work.
    Work(Task),
    /// A decision of this request's own, by name.
    Decision(&'static str),
}

/// What was answered.
#[derive(Clone)]
pub enum Answered {
    /// A peer's output.
    Output(Value),
    /// What came of an engine's work.
    End(AnyWork),
}

/// What the sender of a delivery is told of it, through [`crate::Service::on_delivery`], with words of its own by which it
/// knows it again.
#[derive(Debug, Clone, PartialEq)]
pub enum Tell {
    /// Failures alone.
    Failures(String),
    /// How each attempt ended.
    Outcome(String),
}

impl Tell {
    /// [`Tell::Failures`], with what the sender needs to know it again: read with [`Delivery::told`].
    pub fn failures(tag: &impl Serialize) -> Result<Tell> {
        Ok(Tell::Failures(serde_json::to_string(tag).map_err(Error::internal)?))
    }

    /// [`Tell::Outcome`], with what the sender needs to know it again: read with [`Delivery::told`].
    pub fn outcome(tag: &impl Serialize) -> Result<Tell> {
        Ok(Tell::Outcome(serde_json::to_string(tag).map_err(Error::internal)?))
    }
}

/// A delivery as its sender is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The sender's own words.
    pub tag: String,
    /// What is delivered.
    pub call: Call,
    /// As whom, and where.
    pub by: As,
    /// How often it was tried, the last time included.
    pub attempts: u32,
    /// When it was handed over, in virtual time.
    pub since: Timestamp,
    /// The id of the request that delivered it last.
    pub request: RequestId,
}

impl Delivery {
    /// What the sender gave to [`Tell::failures`] or [`Tell::outcome`].
    ///
    /// # Errors
    /// `InternalFailure` where it gave something else.
    pub fn told<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.tag).map_err(Error::internal)
    }
}

/// What is done of the end of a delivery that takes long, as to unpack what was read: prepared beside all others, on a snapshot, and
/// then written alone. The rows may have changed in between.
#[derive(Clone, Copy)]
pub struct PreparedDelivery {
    /// What needs no lock. After an error the sender is told again later.
    pub prepare: fn(&View, &Delivery, &Result<Value>) -> Result<AnyMade>,
    /// Is told, given what was prepared.
    pub told: fn(&mut Cx, &Delivery, &Result<Value>, AnyMade) -> Result<Next>,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is over.
    Done,
    /// It is tried again, no sooner than at this moment.
    RetryAt(Timestamp),
}

/// A delivery that was handed over: what a transaction leaves for the door to send.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LetterId(pub(crate) Vec<u8>);

impl Cx {
    /// Calls a peer now, in this transaction. If it fails, what it wrote is taken back and the error is the answer; if this request
    /// fails later, what the peer did is gone too. A peer that waits is refused; in another account or region it may only
    /// read.
    pub fn call<P: Peer>(&mut self, by: &As, peer: &P) -> Result<P::Answer> {
        let errand = Errand { by, service: peer.service(), operation: peer.operation(), input: peer.input() };
        let door = self.request().door.0.clone();
        let door = door.ok_or_else(|| Error::internal("the door was asked where there is none"))?;
        let output = door.call(self, &errand)?;
        P::answer(output.peek())
    }

    /// Asks a peer that may take time. The error that comes back first is no answer: it must be passed on, and the handler
    /// runs again when there is one. Nothing may have been written before.
    pub fn ask<P: Peer>(&mut self, by: &As, peer: &P) -> Result<P::Answer> {
        self.ask_for(by, peer, None)
    }

    /// [`Cx::ask`], for so long at the most. Then the answer is [`Error::timed_out`]; the peer goes on, and nobody is told.
    pub fn ask_within<P: Peer>(&mut self, by: &As, peer: &P, patience: Duration) -> Result<P::Answer> {
        self.ask_for(by, peer, Some(patience))
    }

    fn ask_for<P: Peer>(&mut self, by: &As, peer: &P, patience: Option<Duration>) -> Result<P::Answer> {
        let question = Question::Peer {
            by: by.clone(),
            call: Call {
                service: peer.service().to_owned(),
                operation: peer.operation().to_owned(),
                input: Value::of(peer.input()),
            },
            patience,
        };
        match self.remembered(question)?? {
            Answered::Output(output) => P::answer(output.peek()),
            Answered::End(_) => Err(Error::internal("a peer was asked, and an engine answered")),
        }
    }

    pub(crate) fn done(&mut self, task: Task) -> Result<AnyWork> {
        match self.remembered(Question::Work(task))?? {
            Answered::End(end) => Ok(end),
            Answered::Output(_) => Err(Error::internal("an engine was asked, and a peer answered")),
        }
    }

    /// Hands over a delivery: it is sent once this transaction has committed, as a request of its own, until it has
    /// arrived or [`crate::Service::on_delivery`] gives it up. It survives a restart. A peer that only writes here gets it exactly once,
    /// one that has effects elsewhere at least once.
    pub fn after<P: Peer>(&mut self, by: &As, peer: &P, tell: Tell) -> Result<()> {
        self.after_until_recalled(by, peer, tell).map(drop)
    }

    /// [`Cx::after`], for a delivery that may have to be taken back ([`Cx::recall`]), such as a long poll.
    pub fn after_until_recalled<P: Peer>(&mut self, by: &As, peer: &P, tell: Tell) -> Result<LetterId> {
        let call = Call {
            service: peer.service().to_owned(),
            operation: peer.operation().to_owned(),
            input: Value::of(peer.input()),
        };
        self.post(by.clone(), call, tell)
    }
}

/// The output of an operation as far as a peer wants it.
#[doc(hidden)]
pub fn picked<T: Struct + Default>(output: Peek<'_>) -> Result<T> {
    let mut wanted = T::default();
    shape::pick(output, &mut wanted).map_err(Error::internal)?;
    Ok(wanted)
}

/// The way of a request, shared.
pub type ViaRef = Option<Arc<Via>>;

/// Declares operations of other services, with the members of their inputs and outputs that are needed here. The names are
/// checked against the other service's model by `cargo xtask tidy`.
///
/// ```ignore
/// peer! {
///     /// Puts a message into a queue.
///     "sqs".SendMessage {
///         queue_url: String = "QueueUrl",
///         message_body: String = "MessageBody",
///     } -> MessageSent {
///         message_id: Option<String> = "MessageId",
///     }
/// }
/// let sent = cx.call(&As::service(&topic), &SendMessage { queue_url, message_body })?;
/// ```
#[macro_export]
macro_rules! peer {
    ($(
        $(#[$meta:meta])*
        $service:literal . $operation:ident { $($field:ident : $type:ty = $wire:literal),* $(,)? }
        -> $answer:ident { $($afield:ident : $atype:ty = $awire:literal),* $(,)? }
    )*) => { $(
        $crate::shape::shape! {
            $(#[$meta])*
            pub struct $operation {
                $(#[doc = $wire] pub $field: $type = $wire,)*
            }
            #[doc = concat!("What is wanted of the answer of ", stringify!($operation), ".")]
            pub struct $answer {
                $(#[doc = $awire] pub $afield: $atype = $awire,)*
            }
        }
        impl $crate::Peer for $operation {
            type Answer = $answer;
            fn service(&self) -> &str {
                $service
            }
            fn operation(&self) -> &str {
                stringify!($operation)
            }
            fn input(&self) -> $crate::shape::Peek<'_> {
                $crate::shape::Node::peek(self)
            }
            fn answer(output: $crate::shape::Peek<'_>) -> $crate::Result<$answer> {
                $crate::__private::picked(output)
            }
        }
    )* };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Tag {
        One { name: String, then: Vec<Call> },
        Other,
    }

    fn told(tell: Tell) -> Result<Tag> {
        let (Tell::Failures(tag) | Tell::Outcome(tag)) = tell;
        let call = Call { service: String::new(), operation: String::new(), input: Value::Null };
        let request = RequestId::parse("00000000-0000-4000-8000-000000000000").unwrap();
        Delivery { tag, call, by: As::caller(), attempts: 1, since: Timestamp(0), request }.told()
    }

    #[test]
    fn what_a_sender_keeps_of_a_delivery_reads_back() {
        let input = Value::List(vec![Value::Blob(vec![0, 255].into()), Value::Time(Timestamp(7)), Value::Float(0.5)]);
        let call = Call { service: "logs".into(), operation: "PutLogEvents".into(), input };
        let tag = || Tag::One { name: "a/\"b".into(), then: vec![call.clone()] };
        assert_eq!(told(Tell::outcome(&tag()).unwrap()), Ok(tag()));
        assert_eq!(told(Tell::failures(&Tag::Other).unwrap()), Ok(Tag::Other));
        for bad in ["", "[]", "\"Else\"", "{\"One\":{}}"] {
            assert!(told(Tell::Failures(bad.into())).is_err(), "{bad}");
        }
    }
}
