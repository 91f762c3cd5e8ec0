//! Finding records: the newest in memory, the older ones in the segments.

use crate::ledger::{Core, Ledger};
use crate::query::{Cursor, Filter, MAX_PAGE, Order, Page, Query};
use crate::record::{Record, decode, head, id_of};
use crate::ring::Entry;
use crate::segments::Segment;
use ids::RequestId;
use std::io;
use std::sync::atomic::Ordering;

/// How many records are taken from the ring under one lock.
const CHUNK: usize = 256;

/// Some records in the order of the query, and where to go on.
struct Step {
    entries: Vec<Entry>,
    /// Numbers from here on are still to be looked at: the least of them, or one above the greatest.
    bound: u64,
}

impl Ledger {
    /// The newest place: a follower that begins here sees only what is new.
    pub fn head(&self) -> Cursor {
        Cursor(self.core.state.lock().next - 1)
    }

    /// The record of a request.
    pub fn find(&self, id: RequestId) -> io::Result<Option<Record>> {
        if let Some(body) = self.core.state.lock().ring.find(id) {
            return Ok(self.core.read(&body));
        }
        let Some(segments) = &self.core.segments else { return Ok(None) };
        self.core.flush()?;
        let (list, disk) = {
            let segments = segments.lock();
            (segments.list(), segments.disk())
        };
        for segment in list.iter().rev() {
            let frames = segment.frames(&*disk)?.into_iter().flatten();
            let mine = frames.filter(|frame| head(&frame.body).is_ok_and(|head| id_of(&head.id) == id));
            if let Some(frame) = mine.last() {
                return Ok(self.core.read(&frame.body));
            }
        }
        Ok(None)
    }

    /// The newest `count` records, oldest first; 10,000 at most.
    pub fn tail(&self, count: usize) -> io::Result<Vec<Record>> {
        let page = self.query(&Query { limit: count, ..Query::default() })?;
        Ok(page.records.into_iter().rev().map(|(_, record)| record).collect())
    }

    /// The records after a place, oldest first: for `log --follow`. [`Page::last`] is the next place, also when nothing
    /// was found.
    pub fn follow(&self, after: Cursor, filter: &Filter, limit: usize) -> io::Result<Page> {
        let (filter, order) = (filter.clone(), Order::OldestFirst);
        self.query(&Query { filter, order, after: Some(after), limit })
    }

    /// Finds records. Only the segments whose times can match are read, one at a time.
    pub fn query(&self, query: &Query) -> io::Result<Page> {
        let limit = query.limit.min(MAX_PAGE);
        let mut page = Page { records: Vec::new(), last: query.after.unwrap_or_default(), more: true };
        let mut bound = match (query.order, query.after) {
            (Order::OldestFirst, after) => after.map_or(0, |cursor| cursor.0.saturating_add(1)),
            (Order::NewestFirst, Some(after)) => after.0,
            (Order::NewestFirst, None) => u64::MAX,
        };
        loop {
            if page.records.len() >= limit {
                return Ok(page);
            }
            let step = match query.order {
                Order::OldestFirst => self.core.later(bound, &query.filter)?,
                Order::NewestFirst => self.core.earlier(bound, &query.filter)?,
            };
            let Some(step) = step else {
                page.more = false;
                return Ok(page);
            };
            for entry in &step.entries {
                if page.records.len() >= limit {
                    return Ok(page);
                }
                page.last = Cursor(entry.number);
                if let Some(record) = self.core.matching(entry, &query.filter) {
                    page.records.push((page.last, record));
                }
            }
            bound = step.bound;
        }
    }
}

impl Core {
    pub(crate) fn read(&self, body: &[u8]) -> Option<Record> {
        let record = decode(body);
        if record.is_err() {
            self.unreadable.fetch_add(1, Ordering::Relaxed);
        }
        record.ok()
    }

    fn matching(&self, entry: &Entry, filter: &Filter) -> Option<Record> {
        if !filter.in_time(entry.time) {
            return None;
        }
        if !filter.is_open() && !filter.takes(&entry.body) {
            return None;
        }
        self.read(&entry.body)
    }

    /// Records from number `from` on, oldest first.
    fn later(&self, from: u64, filter: &Filter) -> io::Result<Option<Step>> {
        let (first, next) = {
            let state = self.state.lock();
            let first = state.ring.first().unwrap_or(state.next);
            if from >= first {
                let entries = state.ring.slice(from..u64::MAX, CHUNK, false);
                let bound = entries.last().map(|entry| entry.number + 1);
                return Ok(bound.map(|bound| Step { entries, bound }));
            }
            (first, state.next)
        };
        let segment =
            self.segment(|list| list.iter().find(|s| s.summary.count > 0 && s.summary.last >= from).cloned())?;
        let Some(segment) = segment.filter(|s| s.summary.first < first) else {
            let gap = Step { entries: Vec::new(), bound: first };
            return Ok((first < next).then_some(gap));
        };
        let mut entries = self.entries(&segment, filter)?;
        entries.retain(|entry| entry.number >= from);
        Ok(Some(Step { entries, bound: segment.summary.last + 1 }))
    }

    /// Records below number `to`, newest first.
    fn earlier(&self, to: u64, filter: &Filter) -> io::Result<Option<Step>> {
        {
            let state = self.state.lock();
            let entries = state.ring.slice(0..to, CHUNK, true);
            if let Some(oldest) = entries.first() {
                let bound = oldest.number;
                return Ok(Some(Step { entries: entries.into_iter().rev().collect(), bound }));
            }
        }
        let segment = self.segment(|list| list.iter().rev().find(|s| s.summary.first < to).cloned())?;
        let Some(segment) = segment else { return Ok(None) };
        let mut entries = self.entries(&segment, filter)?;
        entries.retain(|entry| entry.number < to);
        entries.reverse();
        Ok(Some(Step { entries, bound: segment.summary.first }))
    }

    fn segment(&self, pick: impl FnOnce(&[Segment]) -> Option<Segment>) -> io::Result<Option<Segment>> {
        let Some(segments) = &self.segments else { return Ok(None) };
        // What has left the ring may not have left the buffer.
        self.flush()?;
        Ok(pick(&segments.lock().list()))
    }

    fn entries(&self, segment: &Segment, filter: &Filter) -> io::Result<Vec<Entry>> {
        let Some(segments) = &self.segments else { return Ok(Vec::new()) };
        if !filter.overlaps(segment.summary.oldest, segment.summary.newest) {
            return Ok(Vec::new());
        }
        let disk = segments.lock().disk();
        let frames = segment.frames(&*disk)?.into_iter().flatten();
        let entry = |frame: crate::frame::Frame| Entry {
            number: frame.tag.number,
            id: RequestId(0),
            time: frame.tag.time,
            body: frame.body,
        };
        Ok(frames.map(entry).collect())
    }
}
