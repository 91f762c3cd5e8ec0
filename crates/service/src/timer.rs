use crate::{AnyMade, Cx, Result, Scope, View};
use clock::Timestamp;

/// Something that falls due in a service: set with [`crate::Cx::set_timer`], fired once in a transaction of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Timer {
    /// The service whose timer it is, by prefix.
    pub service: String,
    /// Whose and where.
    pub scope: Scope,
    /// What it is about; setting the same name again moves the timer.
    pub name: String,
    /// When it falls due, in virtual time.
    pub due: Timestamp,
}

/// What is done of a timer that takes long: prepared beside all others, on a snapshot, and then written alone. The rows may
/// have changed in between.
#[derive(Clone, Copy)]
pub struct PreparedTimer {
    /// What needs no lock. An error leaves the timer where it is.
    pub prepare: fn(&View, &Timer) -> Result<AnyMade>,
    /// Fires, given what was prepared.
    pub fire: fn(&mut Cx, &Timer, AnyMade) -> Result<()>,
}

shape::shape! {
    /// A timer as it is stored.
    pub struct Stored {
        /// The service, by prefix.
        pub service: String,
        /// The account.
        pub account: i64,
        /// The region.
        pub region: String,
        /// What it is about.
        pub name: String,
    }
}
