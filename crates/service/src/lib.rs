//! The contract between the machine and a service: all that a service may import.
//!
//! A service is a [`Service`] value: its model, its operations, its tables and what falls due in it. An operation is a
//! plain function: `&View` reads a snapshot, `&mut Cx` writes in one transaction that commits when it answers `Ok`.
//! The door (crates/pipeline) has decoded, authenticated and authorised before the function runs, and records and
//! encodes after it.
//!
//! Invariants: a service sees no bytes, headers or clocks; account and region lead every key and come from the request;
//! nothing that a handler did before an `Err` or a [`Outcome::Wait`] remains.

mod access;
mod authority;
mod body;
mod caller;
mod cx;
mod engine;
mod error;
mod expect;
mod front;
pub mod function;
mod history;
mod key;
mod last_use;
mod lately;
mod letter;
mod meter;
mod operation;
mod organization;
mod outbox;
mod outcome;
mod paging;
mod peer;
mod register;
mod request;
pub mod resource;
mod scope;
mod table;
mod tags;
mod timer;
mod trace;
mod trail;
mod view;

pub use access::{Access, Check, ContextKey, Grant, GrantConstraint, PolicyRole, ResourcePolicy};
pub use authority::{
    Assume, Authority, Credential, Delegated, GrantingPolicies, Issuer, Issuers, NamedPolicy, PolicyText,
};
pub use body::{Body, BodyFault, BodyKey, BodyPart, BodyPlan, Checksum, Received, StoredBody, Upload, bodies_of};
pub use caller::{Caller, CallerKind, Session};
pub use cx::{Cx, Effects};
pub use engine::{AnyWork, Done, Engine, Lane, Task, Work};
pub use error::{Error, Result};
pub use front::{CrossOrigin, Front, HttpHeader, HttpReply, HttpRequest};
pub use history::SweepPlace;
pub use key::{Key, KeyBuf};
pub use last_use::LastUse;
pub use letter::{Letter, StoredCaller, StoredSession};
pub use meter::{Distribution, Measured, Meter, Sample, Statistics};
pub use operation::{
    AnyMade, AnyShape, EventFacts, Facts, Gauge, Intake, KeepMeasured, Nothing, OnActivity, Operation, Prepared, Run,
    Service, TrailFacts, ValidationFacts, ValidationMode, WireFacts,
};
pub use organization::{AccountIds, ControlLevel, Membership, ReservedId};
pub use outbox::Dispatch;
pub use outcome::{Outcome, Signal, Wake};
pub use paging::{Page, Token};
pub use peer::{
    Answered, As, Asked, Call, DEEPEST, Delivery, Errand, LetterId, MOST_ASKED, Next, Peer, PreparedDelivery, Question,
    Tell, Via, ViaRef, Who,
};
pub use register::{Register, Registered};
pub use request::{Door, DoorRef, Limit, RequestInfo};
pub use scope::{Place, Scope};
pub use store::Direction;
pub use table::{Breadth, Change, Row, Table, TableInfo, account_prefix};
pub use tags::{Tag, TagRules};
pub use timer::{PreparedTimer, Timer};
pub use trace::{Sampling, TraceHeader};
pub use trail::{TrailEvent, TrailPage, TrailQuery};
pub use view::{Edge, View};

pub use ::model::{self, LazyModel};
pub use ::shape::{self, Node, Struct, Value};
pub use bytes::Bytes;
pub use clock::{Duration, Entropy, Timestamp, secret};
pub use ids::{AccountId, Arn, ArnParts, Partition, Region, RequestId, key_id};
pub use indexmap::IndexMap;
pub use pattern;
pub use policy;
pub use template;

#[doc(hidden)]
pub mod __private {
    pub use crate::body::Sent;
    pub use crate::operation::{borrow_input, take_input, take_made};
    pub use crate::peer::picked;
}
