//! What happened: every call with its decision, and what was measured.
//!
//! A [`Record`] is made for each request, allowed or denied. A write's record rides in the store's commit
//! ([`encode`], then [`Ledger::committed`]); all others are given to [`Ledger::append`]. Records live in segment files,
//! never in rows, with the newest in memory too; [`cloudtrail`], [`line`] and [`json`] show them, and [`Ledger::trail`] gives them to a service. [`Meters`] adds up
//! samples into a statistic set a minute.
//!
//! [`Elements`] writes inputs and outputs as records hold them, without secrets. What keys and principals did last is in
//! [`Ledger::take_uses`], for the owner to keep.
//!
//! Invariants: nothing here reads a clock, every time comes with the record; everything is bounded, and what a bound
//! dropped is counted in [`Stats`]; a damaged file costs the records it held and never the start.

mod asked;
mod bundle;
mod cloudtrail;
mod crc;
mod disk;
mod elements;
mod flows;
mod flush;
mod frame;
mod ledger;
mod meters;
mod os;
mod query;
mod record;
mod render;
mod ring;
mod search;
mod segment;
mod segments;
mod settled;
mod trail;
mod used;
mod uses;

pub use asked::Asked;
pub use bundle::bundle;
pub use cloudtrail::cloudtrail;
pub use disk::{Disk, SegmentFile};
pub use elements::Elements;
pub use flows::Flow;
pub use ledger::{Ledger, Options, Recovery, Stats, Subscription};
pub use meters::{Meters, Sample, SeriesName};
pub use query::{Cursor, Filter, Order, Page, Query};
pub use record::{
    CheckFacts, Decision, Facts, KeyFacts, Outcome, PrincipalKind, Record, Refusal, RefusalFacts, SessionFacts, Stages,
    decode, encode,
};
pub use render::{json, line};
pub use segments::{Damage, OpenError, OpenReport};
pub use uses::{KeyUse, ServiceUse};
