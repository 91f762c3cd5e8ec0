//! The layers that a reader sees as one: rows in memory, rows being folded, the base.

use std::sync::Arc;

use bytes::Bytes;

use crate::base::Base;
use crate::error::Error;
use crate::key::Key;
use crate::log::attachments::Attached;
use crate::tree::{Slot, Tree};

/// Rows in memory: the changes since the layer below was made.
#[derive(Clone, Default)]
pub(crate) struct Overlay {
    pub(crate) tree: Tree,
    /// Bytes of its keys and values.
    pub(crate) bytes: usize,
}

impl Overlay {
    /// Applies a change. `below` says whether a lower layer shows a row there: if none does, a deletion leaves
    /// nothing behind, and a queue that has been emptied takes no memory.
    pub(crate) fn apply(&mut self, key: Key, slot: Slot, below: bool) {
        let length = key.len();
        let old = match slot {
            Slot::Gone if !below => {
                let old = self.tree.remove(&key);
                self.bytes -= if old.is_some() { length } else { 0 };
                old
            }
            slot => {
                self.bytes += weight(&slot);
                let old = self.tree.insert(key, slot);
                self.bytes += if old.is_none() { length } else { 0 };
                old
            }
        };
        self.bytes -= old.as_ref().map_or(0, weight);
    }
}

fn weight(slot: &Slot) -> usize {
    match slot {
        Slot::Put(value) => value.len(),
        Slot::Gone => 0,
    }
}

/// A frozen overlay on its way into the base.
pub(crate) struct Frozen {
    pub(crate) overlay: Overlay,
    /// The last record it includes.
    pub(crate) seq: u64,
    /// The last segment whose records it includes.
    pub(crate) segment: u64,
    /// Which of those records carry attachments.
    pub(crate) attached: Attached,
}

/// All layers, top first.
#[derive(Clone, Default)]
pub(crate) struct Layers {
    pub(crate) active: Overlay,
    pub(crate) frozen: Option<Arc<Frozen>>,
    pub(crate) base: Option<Arc<Base>>,
}

impl Layers {
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Bytes>, Error> {
        let frozen = || self.frozen.as_ref().and_then(|frozen| frozen.overlay.tree.get(key));
        match self.active.tree.get(key).or_else(frozen) {
            Some(Slot::Put(value)) => Ok(Some(value.clone())),
            Some(Slot::Gone) => Ok(None),
            None => self.base.as_ref().map_or(Ok(None), |base| base.get(key)),
        }
    }

    /// Whether a layer below the active one shows a row at `key`.
    pub(crate) fn below(&self, key: &[u8]) -> bool {
        match self.frozen.as_ref().and_then(|frozen| frozen.overlay.tree.get(key)) {
            Some(Slot::Put(_)) => true,
            Some(Slot::Gone) => false,
            // A base that cannot be read may hold anything, and a mark too many does no harm.
            None => self.base.as_ref().is_some_and(|base| base.holds(key).unwrap_or(true)),
        }
    }
}
