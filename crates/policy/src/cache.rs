//! Compiled documents by their text.

use std::collections::VecDeque;
use std::hash::Hasher;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHasher};

use crate::document::{Document, Limits};
use crate::error::Error;

/// Compiled documents, bounded by number and by bytes of text. What was not asked for since the hand last passed goes
/// first. Readers run beside each other; documents that are in use stay alive by their `Arc`.
pub struct Cache {
    limits: Limits,
    documents: usize,
    bytes: usize,
    inner: RwLock<Inner>,
}

#[derive(Default)]
struct Inner {
    entries: FxHashMap<u64, Entry>,
    hand: VecDeque<u64>,
    bytes: usize,
}

struct Entry {
    text: Box<str>,
    document: Arc<Document>,
    used: AtomicBool,
}

impl Cache {
    /// At most `documents` documents of `bytes` bytes of text together; each within `limits`.
    pub fn new(documents: usize, bytes: usize, limits: Limits) -> Self {
        Self { limits, documents, bytes, inner: RwLock::default() }
    }

    /// The compiled form of `text`.
    ///
    /// # Errors
    /// As [`Document::parse`]. A text that does not parse is not remembered.
    pub fn get(&self, text: &str) -> Result<Arc<Document>, Error> {
        let key = hash(text);
        {
            let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
            // The text is compared too: the hash is quick, and a client could find two texts with one hash.
            if let Some(entry) = inner.entries.get(&key).filter(|entry| *entry.text == *text) {
                entry.used.store(true, Ordering::Relaxed);
                return Ok(Arc::clone(&entry.document));
            }
        }
        let document = Arc::new(Document::parse(text, self.limits)?);
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        inner.insert(key, text, &document);
        while inner.entries.len() > self.documents || inner.bytes > self.bytes {
            if !inner.evict() {
                break;
            }
        }
        Ok(document)
    }

    /// How many documents are held.
    pub fn len(&self) -> usize {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).entries.len()
    }

    /// True if none is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Inner {
    fn insert(&mut self, key: u64, text: &str, document: &Arc<Document>) {
        let entry = Entry { text: text.into(), document: Arc::clone(document), used: AtomicBool::new(false) };
        self.bytes += text.len();
        match self.entries.insert(key, entry) {
            Some(old) => self.bytes -= old.text.len(),
            None => self.hand.push_back(key),
        }
    }

    /// Drops the first entry that was not used since it was last looked at; false if there is none left.
    fn evict(&mut self) -> bool {
        while let Some(key) = self.hand.pop_front() {
            let used = self.entries.get(&key).is_some_and(|entry| entry.used.swap(false, Ordering::Relaxed));
            if used {
                self.hand.push_back(key);
                continue;
            }
            if let Some(entry) = self.entries.remove(&key) {
                self.bytes -= entry.text.len();
                return true;
            }
        }
        false
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(n: usize) -> String {
        format!(r#"{{"Statement":{{"Sid":"S{n}","Effect":"Allow","Action":"*","Resource":"*"}}}}"#)
    }

    #[test]
    fn holds_what_is_used_within_its_bounds() {
        let cache = Cache::new(3, 10_000, Limits::default());
        let first = cache.get(&text(0)).unwrap();
        for n in 1..20 {
            cache.get(&text(n)).unwrap();
            assert!(Arc::ptr_eq(&first, &cache.get(&text(0)).unwrap()), "the used one stays, at {n}");
            assert!(cache.len() <= 3);
        }
        let small = Cache::new(100, text(0).len() * 2, Limits::default());
        for n in 0..10 {
            small.get(&text(n)).unwrap();
        }
        assert_eq!(small.len(), 2);
        assert!(small.get("{").is_err());
        assert_eq!(small.len(), 2);
    }

    #[test]
    fn a_document_larger_than_the_cache_is_answered_and_not_kept() {
        let cache = Cache::new(10, 10, Limits::default());
        assert_eq!(cache.get(&text(1)).unwrap().statements().len(), 1);
        assert!(cache.is_empty());
    }
}
