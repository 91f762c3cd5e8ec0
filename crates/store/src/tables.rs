//! The catalogue of tables: which name has which number. Kept as rows of table 0, so it needs no file of its own.

use std::cell::RefCell;
use std::collections::BTreeMap;

use bytes::Bytes;
use rustc_hash::FxHashMap;

use crate::error::Error;
use crate::key::{Key, Span, TABLE_BYTES, TableId, join};
use crate::read::Snapshot;
use crate::tree::Slot;

pub(crate) const CATALOGUE: TableId = TableId(0);
pub(crate) const TIMERS: TableId = TableId(1);
pub(crate) const HISTORY: TableId = TableId(2);
pub(crate) const RETAINED: TableId = TableId(3);

/// Numbers below are the store's own.
pub(crate) const FIRST_FREE: u16 = 16;

/// Names and numbers; a new name is written with the next commit, since until then no row can bear its number.
#[derive(Clone, Default)]
pub(crate) struct Catalogue {
    names: BTreeMap<String, TableId>,
    unwritten: Vec<String>,
}

impl Catalogue {
    pub(crate) fn read(snapshot: &Snapshot) -> Result<Catalogue, Error> {
        let mut names = BTreeMap::new();
        for row in snapshot.span(&Span::prefix(CATALOGUE, &[])) {
            let (name, number) = row?;
            if let Ok(number) = <[u8; 2]>::try_from(&*number) {
                names.insert(String::from_utf8_lossy(&name).into_owned(), TableId(u16::from_be_bytes(number)));
            }
        }
        Ok(Catalogue { names, unwritten: Vec::new() })
    }

    pub(crate) fn intern(&mut self, name: &str) -> TableId {
        if let Some(table) = self.names.get(name) {
            return *table;
        }
        let highest = self.names.values().map(|table| table.0).max();
        let number = highest.map_or(FIRST_FREE, |highest| highest.saturating_add(1));
        // Names are constants of the program, so this is out of any caller's reach.
        assert!(highest != Some(u16::MAX), "there are more than 65,000 tables");
        self.names.insert(name.to_owned(), TableId(number));
        self.unwritten.push(name.to_owned());
        TableId(number)
    }

    pub(crate) fn all(&self) -> Vec<(String, TableId)> {
        self.names.iter().map(|(name, table)| (name.clone(), *table)).collect()
    }

    pub(crate) fn has_unwritten(&self) -> bool {
        !self.unwritten.is_empty()
    }

    pub(crate) fn take_unwritten(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unwritten)
    }

    pub(crate) fn give_back(&mut self, names: Vec<String>) {
        self.unwritten.extend(names);
    }

    /// The row of a name.
    pub(crate) fn row(&self, name: &str) -> Option<(Key, Slot)> {
        let number = self.names.get(name)?.0.to_be_bytes();
        Some((Key::from(&join(CATALOGUE, name.as_bytes())[..]), Slot::Put(Bytes::copy_from_slice(&number))))
    }

    /// The rows of all names.
    pub(crate) fn rows(&self) -> Vec<(Key, Slot)> {
        self.names.keys().filter_map(|name| self.row(name)).collect()
    }
}

/// By store, and by where a name lies and how long it is: it lies there for good.
type Remembered = RefCell<FxHashMap<(u64, usize, usize), TableId>>;

thread_local! {
    /// Numbers of tables by store and name. Every read asks for one: the catalogue's lock would be the busiest of all.
    static REMEMBERED: Remembered = RefCell::default();
}

/// More than a process has tables; tests that open stores without end begin anew.
const MAX_REMEMBERED: usize = 16_384;

/// The number of a table, asked of the catalogue once on each thread: a name never changes its number.
pub(crate) fn remembered(store: u64, name: &'static str, ask: impl FnOnce() -> TableId) -> TableId {
    REMEMBERED.with_borrow_mut(|known| {
        let key = (store, name.as_ptr().addr(), name.len());
        if let Some(table) = known.get(&key) {
            return *table;
        }
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        *known.entry(key).or_insert_with(ask)
    })
}

const _: () = assert!(TABLE_BYTES == size_of::<TableId>());
