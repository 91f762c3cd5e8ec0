//! Reading: the same for a snapshot and for a transaction, which also sees its own writes.

use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;

use crate::CommitSeq;
use crate::error::Error;
use crate::key::{Span, TableId, joined};
use crate::layers::Layers;
use crate::rows::{Direction, Rows};

/// A consistent view of all rows.
pub trait Read {
    /// The value at `key`, or `None`.
    fn get(&self, table: TableId, key: &[u8]) -> Result<Option<Bytes>, Error>;

    /// The rows between two bounds, in the order asked for. Inverted bounds hold nothing.
    fn range(&self, table: TableId, from: Bound<&[u8]>, to: Bound<&[u8]>, direction: Direction) -> Rows<'_>;

    /// The rows whose key begins with `prefix`.
    fn prefix(&self, table: TableId, prefix: &[u8], direction: Direction) -> Rows<'_>;

    /// Whether there is a row at `key`.
    fn contains(&self, table: TableId, key: &[u8]) -> Result<bool, Error> {
        Ok(self.get(table, key)?.is_some())
    }
}

pub(crate) struct Version {
    pub(crate) seq: u64,
    pub(crate) layers: Layers,
}

/// All rows as they were after some commit, for as long as it is held. It blocks nobody; what it holds of the base
/// file cannot be reused meanwhile, so it should not be held for hours.
#[derive(Clone)]
pub struct Snapshot(pub(crate) Arc<Version>);

impl Snapshot {
    /// The last commit it includes.
    pub fn seq(&self) -> CommitSeq {
        CommitSeq(self.0.seq)
    }

    /// Every row of every table with its table in front of the key.
    pub(crate) fn span(&self, span: &Span) -> Rows<'_> {
        Rows::new(&self.0.layers, None, span.clone(), Direction::Forward)
    }
}

impl Read for Snapshot {
    fn get(&self, table: TableId, key: &[u8]) -> Result<Option<Bytes>, Error> {
        joined(table, key, |key| self.0.layers.get(key))
    }

    fn range(&self, table: TableId, from: Bound<&[u8]>, to: Bound<&[u8]>, direction: Direction) -> Rows<'_> {
        let Some(span) = Span::of(table, from, to) else { return Rows::none() };
        Rows::new(&self.0.layers, None, span, direction)
    }

    fn prefix(&self, table: TableId, prefix: &[u8], direction: Direction) -> Rows<'_> {
        Rows::new(&self.0.layers, None, Span::prefix(table, prefix), direction)
    }
}
