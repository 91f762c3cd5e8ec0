//! One request's journey through the house, as one readable list: [`journey::STAGES`] in words, `Flow::travel` in code.
//!
//! Sync and without sockets: a listener hands a [`wire::Request`] to [`Cloud::handle`] and gets a reply, or a
//! [`Parked`] request that asks to be woken. The testkit drives the same function on one thread.
//!
//! Invariants: no handler runs that was not authorised on the state that it reads; what was answered has committed; every request,
//! denied and failed ones too, leaves one record.

mod answer;
mod authenticate;
mod authorize;
mod buckets;
mod checksums;
mod cipher;
mod cloud;
mod courier;
mod directory;
mod door;
mod due;
mod errand;
pub mod faults;
mod flow;
mod front;
mod identity;
mod inflate;
mod issuers;
mod judge;
mod lately;
mod load;
mod measured;
mod membership;
mod noted;
mod receive;
mod refusal;
mod registers;
mod run;
mod send;
mod settings;
mod strike;
mod supposed;
pub mod throttle;
mod trail;
mod uses;
mod waiters;
mod well_known;
mod works;

pub use cloud::{Cloud, Parts, Wound};
pub use directory::{Directory, Entry};
pub use flow::{Peer, Progress};
pub use receive::Receiving;
pub use send::Download;
pub use settings::{Bootstrap, IamMode, RootKey, Settings};
pub use strike::{Broken, Delayed};
pub use supposed::{Replay, Supposed, Verdict};
pub use waiters::Parked;
