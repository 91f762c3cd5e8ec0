//! One ordered walk over all layers at once.

use std::collections::btree_map;

use bytes::Bytes;
use redb::AccessGuard;

use crate::base::BaseRows;
use crate::error::Error;
use crate::key::{Key, Span, TABLE_BYTES};
use crate::layers::Layers;
use crate::tree::{Cursor, Slot};

/// The order in which rows are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// From the smallest key to the largest.
    #[default]
    Forward,
    /// From the largest key to the smallest.
    Reverse,
}

/// The rows of a range, read as they are asked for: each a key, without its table, and a value.
/// After an error there is nothing more.
pub struct Rows<'a> {
    /// Those that hold rows of the span, highest priority first.
    layers: Vec<Layer<'a>>,
    span: Span,
    reverse: bool,
    failed: Option<Error>,
}

struct Layer<'a> {
    source: Source<'a>,
    head: Option<Head<'a>>,
}

enum Source<'a> {
    Writes(btree_map::Range<'a, Key, Slot>),
    Tree(Cursor<'a>),
    Base(Box<BaseRows>),
}

enum Head<'a> {
    Memory(&'a Key, &'a Slot),
    Base(AccessGuard<'static, &'static [u8]>, AccessGuard<'static, &'static [u8]>),
}

impl Head<'_> {
    fn key(&self) -> &[u8] {
        match self {
            Head::Memory(key, _) => key,
            Head::Base(key, _) => key.value(),
        }
    }

    /// The row to show, unless this is the mark of a deletion.
    fn row(&self) -> Option<(Bytes, Bytes)> {
        let value = match self {
            Head::Memory(_, Slot::Gone) => return None,
            Head::Memory(_, Slot::Put(value)) => value.clone(),
            Head::Base(_, value) => Bytes::copy_from_slice(value.value()),
        };
        Some((Bytes::copy_from_slice(self.key()), value))
    }
}

impl<'a> Layer<'a> {
    fn step(&mut self, span: &Span, reverse: bool) -> Result<(), Error> {
        let memory = |(key, slot)| Head::Memory(key, slot);
        self.head = match &mut self.source {
            Source::Writes(rows) => if reverse { rows.next_back() } else { rows.next() }.map(memory),
            Source::Tree(cursor) => cursor.next().filter(|(key, _)| !span.is_passed(key, reverse)).map(memory),
            Source::Base(rows) => {
                let row = if reverse { rows.next_back() } else { rows.next() };
                let row = row.transpose().map_err(|error| Error::Base(error.to_string()))?;
                row.map(|(key, value)| Head::Base(key, value))
            }
        };
        Ok(())
    }
}

impl<'a> Rows<'a> {
    /// Nothing at all.
    pub(crate) fn none() -> Rows<'a> {
        Rows { layers: Vec::new(), span: Span::all(), reverse: false, failed: None }
    }

    /// The rows of `span` in `layers`, under a transaction's own `writes`.
    pub(crate) fn new(
        layers: &'a Layers,
        writes: Option<btree_map::Range<'a, Key, Slot>>,
        span: Span,
        direction: Direction,
    ) -> Rows<'a> {
        let reverse = direction == Direction::Reverse;
        let mut rows = Rows { layers: Vec::new(), span, reverse, failed: None };
        rows.failed = rows.fill(layers, writes).err();
        rows
    }

    /// Most spans hold nothing in most layers, and a span that holds nothing at all costs no memory.
    fn fill(&mut self, layers: &'a Layers, writes: Option<btree_map::Range<'a, Key, Slot>>) -> Result<(), Error> {
        if let Some(writes) = writes {
            self.add(Source::Writes(writes))?;
        }
        self.add(Source::Tree(layers.active.tree.walk(&self.span, self.reverse)))?;
        if let Some(frozen) = &layers.frozen {
            self.add(Source::Tree(frozen.overlay.tree.walk(&self.span, self.reverse)))?;
        }
        match &layers.base {
            Some(base) => base.range(&self.span)?.map_or(Ok(()), |range| self.add(Source::Base(Box::new(range)))),
            None => Ok(()),
        }
    }

    fn add(&mut self, source: Source<'a>) -> Result<(), Error> {
        let mut layer = Layer { source, head: None };
        layer.step(&self.span, self.reverse)?;
        if layer.head.is_some() {
            self.layers.push(layer);
        }
        Ok(())
    }

    /// The topmost layer that holds the next key.
    fn nearest(&self) -> Option<usize> {
        let mut best: Option<(usize, &[u8])> = None;
        for (at, layer) in self.layers.iter().enumerate() {
            let Some(key) = layer.head.as_ref().map(Head::key) else { continue };
            let nearer = best.is_none_or(|(_, best)| if self.reverse { key > best } else { key < best });
            if nearer {
                best = Some((at, key));
            }
        }
        best.map(|(at, _)| at)
    }

    /// Takes the next key from the layer at `at`, and from all others that hold it too.
    fn take(&mut self, at: usize) -> Result<Option<(Bytes, Bytes)>, Error> {
        let Some(head) = self.layers[at].head.take() else { return Ok(None) };
        self.layers[at].step(&self.span, self.reverse)?;
        for layer in &mut self.layers[at + 1..] {
            if layer.head.as_ref().is_some_and(|other| other.key() == head.key()) {
                layer.step(&self.span, self.reverse)?;
            }
        }
        Ok(head.row())
    }
}

impl Rows<'_> {
    /// The next row, its key with the table in front.
    pub(crate) fn next_joined(&mut self) -> Option<Result<(Bytes, Bytes), Error>> {
        if let Some(error) = self.failed.take() {
            self.layers.clear();
            return Some(Err(error));
        }
        loop {
            let at = self.nearest()?;
            match self.take(at) {
                Ok(Some(row)) => return Some(Ok(row)),
                Ok(None) => {}
                Err(error) => {
                    self.layers.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<(Bytes, Bytes), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.next_joined()?;
        Some(row.map(|(mut key, value)| {
            bytes::Buf::advance(&mut key, TABLE_BYTES);
            (key, value)
        }))
    }
}
