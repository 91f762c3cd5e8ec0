//! The operations, a file for each noun.

pub(crate) mod encryption;
pub(crate) mod graphs;
pub(crate) mod groups;
pub(crate) mod sampling;
pub(crate) mod segments;
pub(crate) mod statistics;
pub(crate) mod tags;
pub(crate) mod traces;
