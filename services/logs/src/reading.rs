//! Bringing log events out again, in the order of time or against it: of one stream, or of many at once.

use crate::batch;
use crate::position::Position;
use crate::state::{CHUNKS, Chunk, Group, Stream};
use service::{Direction, Edge, Key, KeyBuf, Result, View};
use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use std::iter::Peekable;

/// A log event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Where it stands.
    pub position: Position,
    /// When it was written, in milliseconds.
    pub ingested: i64,
    /// What it says.
    pub message: String,
}

/// The stretch of time that is read: from the first millisecond up to, but not with, the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: i64,
    pub end: i64,
}

impl Span {
    /// What a request asks for, as far as the group keeps events.
    pub fn of(view: &View, group: &Group, start: Option<i64>, end: Option<i64>) -> Span {
        let said = |millis: i64| view.said(service::Timestamp::from_millis(millis)).millis();
        let kept = group.retention_days.map_or(0, |days| batch::oldest(view.now().millis(), days));
        Span { start: start.map_or(0, said).max(kept), end: end.map_or(i64::MAX, said) }
    }

    fn has(&self, millis: i64) -> bool {
        millis >= self.start && millis < self.end
    }
}

type Rows<'v> = Peekable<Box<dyn Iterator<Item = Result<Chunk>> + 'v>>;

/// The events of a stream, one after the other.
pub struct Cursor<'v> {
    rows: Rows<'v>,
    stream: i64,
    span: Span,
    forward: bool,
    /// Those of one second, in their order.
    ready: VecDeque<Event>,
}

impl<'v> Cursor<'v> {
    /// The events of a stream in a stretch of time, beyond a position if one is given.
    pub fn new(view: &'v View, stream: i64, span: Span, (forward, from): (bool, Option<Position>)) -> Cursor<'v> {
        let mut span = span;
        if let Some(from) = from {
            match forward {
                true => span.start = span.start.max(from.millis),
                false => span.end = span.end.min(from.millis.saturating_add(1)),
            }
        }
        let key = |second: i64| {
            let mut key = KeyBuf::default();
            (stream, second).write(&mut key);
            key
        };
        let low = Edge::Before(key(span.start.div_euclid(1000)));
        let high = Edge::Behind(key(span.end.div_euclid(1000)));
        let direction = if forward { Direction::Forward } else { Direction::Reverse };
        let rows = view.range(&CHUNKS, (&low, &high), direction).peekable();
        Cursor { rows, stream, span, forward, ready: VecDeque::new() }
    }

    /// The next event.
    pub fn next(&mut self) -> Result<Option<Event>> {
        while self.ready.is_empty() {
            let Some(first) = self.rows.next().transpose()? else { return Ok(None) };
            let second = second_of(&first);
            let mut events: Vec<Event> = self.events(first);
            while self.rows.peek().is_some_and(|row| row.as_ref().is_ok_and(|row| second_of(row) == second)) {
                if let Some(row) = self.rows.next().transpose()? {
                    events.extend(self.events(row));
                }
            }
            events.sort_by_key(|event| event.position);
            if !self.forward {
                events.reverse();
            }
            self.ready = events.into();
        }
        Ok(self.ready.pop_front())
    }

    fn events(&self, chunk: Chunk) -> Vec<Event> {
        let Chunk { batch, ingested_at, lines } = chunk;
        let stream = self.stream;
        let wanted = lines.into_iter().filter(|line| self.span.has(line.millis));
        wanted
            .map(|line| Event {
                position: Position { millis: line.millis, stream, batch, index: line.index },
                ingested: ingested_at.millis(),
                message: line.message,
            })
            .collect()
    }
}

fn second_of(chunk: &Chunk) -> Option<i64> {
    chunk.lines.first().map(|line| line.millis.div_euclid(1000))
}

/// The events of many streams, one after the other.
pub struct Merged<'v> {
    cursors: Vec<Cursor<'v>>,
    /// The next event of each stream that has one.
    heads: BinaryHeap<Head>,
    forward: bool,
}

struct Head {
    event: Event,
    cursor: usize,
    forward: bool,
}

impl Ord for Head {
    /// The greatest comes out first.
    fn cmp(&self, other: &Head) -> Ordering {
        let order = self.event.position.cmp(&other.event.position);
        if self.forward { order.reverse() } else { order }
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Head) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Head) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

impl<'v> Merged<'v> {
    /// The events of these streams in a stretch of time, beyond a position if one is given.
    pub fn new(
        view: &'v View,
        streams: &[Stream],
        span: Span,
        (forward, from): (bool, Option<Position>),
    ) -> Result<Merged<'v>> {
        let mut merged = Merged { cursors: Vec::new(), heads: BinaryHeap::new(), forward };
        for stream in streams {
            let empty = stream.last_millis.is_none_or(|last| last < span.start)
                || stream.first_millis.is_none_or(|first| first >= span.end);
            if empty {
                continue;
            }
            let mut cursor = Cursor::new(view, stream.id, span, (forward, from));
            let beyond = |event: &Event| from.is_none_or(|from| is_beyond(event.position, from, forward));
            let head = loop {
                match cursor.next()? {
                    Some(event) if !beyond(&event) => {}
                    other => break other,
                }
            };
            if let Some(event) = head {
                merged.heads.push(Head { event, cursor: merged.cursors.len(), forward });
                merged.cursors.push(cursor);
            }
        }
        Ok(merged)
    }

    /// The next event.
    pub fn next(&mut self) -> Result<Option<Event>> {
        let Some(Head { event, cursor, .. }) = self.heads.pop() else { return Ok(None) };
        if let Some(next) = self.cursors.get_mut(cursor).map(Cursor::next).transpose()?.flatten() {
            self.heads.push(Head { event: next, cursor, forward: self.forward });
        }
        Ok(Some(event))
    }
}

/// Whether an event comes behind a position when one reads forward, or before it when one reads backward.
pub fn is_beyond(event: Position, from: Position, forward: bool) -> bool {
    if forward { event > from } else { event < from }
}
