use crate::codec::Scope;
use crate::codec::scalar::{self, Form};
use crate::codec::scan::plain;
use model::{Kind, Member, Model, Shape, TimestampFormat};
use shape::{Listener, Node, Peek, Timestamp, Value};
use std::io::Write;

/// Writes shapes as JSON. Trees come from our own services or through a bounded reader, so depth is not counted.
pub(in crate::codec) struct Encode<'m> {
    pub(in crate::codec) model: &'m Model,
    pub(in crate::codec) out: Vec<u8>,
}

impl Encode<'_> {
    /// Writes a structure: all of its members, or those of the body only.
    pub(in crate::codec) fn structure(&mut self, shape: &Shape, scope: Scope, peek: Peek<'_>) {
        self.out.push(b'{');
        let mut first = true;
        for (index, member) in shape.members.iter().enumerate() {
            let inside = peek.member(index, &member.name);
            if inside.is_absent() || !scope.holds(member.location) {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.out.push(b',');
            }
            string(&mut self.out, member.wire_name());
            self.out.push(b':');
            self.node(member, self.model.shape(member.shape), inside);
        }
        self.out.push(b'}');
    }

    pub(in crate::codec) fn node(&mut self, member: &Member, shape: &Shape, peek: Peek<'_>) {
        match (shape.kind, peek) {
            (Kind::Structure | Kind::Union, Peek::Struct(_) | Peek::Map(_)) => {
                self.structure(shape, Scope::Inner, peek);
            }
            (_, Peek::Encoded(node)) => document(&mut self.out, Peek::Encoded(node)),
            (Kind::List, Peek::List(list)) => self.list(shape, list),
            (Kind::Map, Peek::Map(map)) => self.map(shape, map),
            (Kind::Document, _) => document(&mut self.out, peek),
            (Kind::Timestamp, Peek::Int(secs)) => self.timestamp(member, shape, Timestamp::from_secs(secs)),
            (_, Peek::Time(moment)) => self.timestamp(member, shape, moment),
            (kind, _) => leaf(&mut self.out, kind, peek),
        }
    }

    fn timestamp(&mut self, member: &Member, shape: &Shape, moment: Timestamp) {
        let form = Form::of(member, shape, TimestampFormat::Epoch);
        let text = scalar::write_time(moment, form.time);
        match form.time {
            TimestampFormat::Epoch => self.out.extend_from_slice(text.as_bytes()),
            _ => string(&mut self.out, &text),
        }
    }

    fn list(&mut self, shape: &Shape, list: &dyn shape::List) {
        self.out.push(b'[');
        let mut first = true;
        let Some(element) = shape.element() else { return self.out.push(b']') };
        let of = self.model.shape(element.shape);
        for node in (0..list.len()).filter_map(|i| list.at(i)) {
            let inside = node.peek();
            if inside.is_absent() && !shape.sparse {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.out.push(b',');
            }
            self.node(element, of, inside);
        }
        self.out.push(b']');
    }

    fn map(&mut self, shape: &Shape, map: &dyn shape::Map) {
        self.out.push(b'{');
        let mut first = true;
        let Some((_, value)) = shape.entry() else { return self.out.push(b'}') };
        let of = self.model.shape(value.shape);
        for (key, node) in (0..map.len()).filter_map(|i| map.at(i)) {
            let inside = node.peek();
            if inside.is_absent() && !shape.sparse {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.out.push(b',');
            }
            string(&mut self.out, key);
            self.out.push(b':');
            self.node(value, of, inside);
        }
        self.out.push(b'}');
    }

    /// Writes a tree whose form no model gives.
    pub(super) fn document(out: &mut Vec<u8>, value: &Value) {
        document(out, value.peek());
    }
}

fn leaf(out: &mut Vec<u8>, kind: Kind, peek: Peek<'_>) {
    match peek {
        Peek::Bool(true) => out.extend_from_slice(b"true"),
        Peek::Bool(false) => out.extend_from_slice(b"false"),
        // A Vec takes all that is written to it.
        Peek::Int(number) => write!(out, "{number}").unwrap_or_default(),
        Peek::Float(number) if number.is_finite() => {
            out.extend_from_slice(scalar::float_text(number, kind).as_bytes());
        }
        Peek::Float(number) => string(out, &scalar::float_text(number, kind)),
        Peek::Str(text) => string(out, text),
        Peek::Blob(bytes) => string(out, &scalar::base64(bytes)),
        Peek::Time(moment) => out.extend_from_slice(scalar::epoch_text(moment).as_bytes()),
        Peek::Absent | Peek::List(_) | Peek::Map(_) | Peek::Struct(_) | Peek::Encoded(_) => {
            out.extend_from_slice(b"null")
        }
    }
}

fn document(out: &mut Vec<u8>, peek: Peek<'_>) {
    match peek {
        Peek::List(list) => {
            out.push(b'[');
            for (index, node) in (0..list.len()).filter_map(|i| list.at(i)).enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                document(out, node.peek());
            }
            out.push(b']');
        }
        Peek::Map(map) => {
            out.push(b'{');
            for (index, (key, node)) in (0..map.len()).filter_map(|i| map.at(i)).enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                string(out, key);
                out.push(b':');
                document(out, node.peek());
            }
            out.push(b'}');
        }
        Peek::Struct(_) => document(out, Value::of(peek).peek()),
        Peek::Encoded(node) => node.tell(&mut Told { out, closers: Vec::new(), first: true, keyed: false }),
        _ => leaf(out, Kind::Double, peek),
    }
}

/// Writes an encoded node as it is told.
struct Told<'o> {
    out: &'o mut Vec<u8>,
    /// The brackets that are still open, by what closes them.
    closers: Vec<u8>,
    /// Whether nothing stands in the innermost bracket yet.
    first: bool,
    /// Whether a key was just written, so that no comma belongs before what comes next.
    keyed: bool,
}

impl Told<'_> {
    fn comma(&mut self) {
        if !std::mem::take(&mut self.keyed) && !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        self.first = false;
    }

    fn open(&mut self, opener: u8, closer: u8) {
        self.comma();
        self.out.push(opener);
        self.closers.push(closer);
        self.first = true;
    }
}

impl Listener for Told<'_> {
    fn open_map(&mut self) {
        self.open(b'{', b'}');
    }
    fn open_list(&mut self) {
        self.open(b'[', b']');
    }
    fn close(&mut self) {
        self.out.extend(self.closers.pop());
        self.first = false;
    }
    fn key(&mut self, key: &str) {
        self.comma();
        string(self.out, key);
        self.out.push(b':');
        self.keyed = true;
    }
    fn leaf(&mut self, peek: Peek<'_>) {
        self.comma();
        leaf(self.out, Kind::Double, peek);
    }
}

/// Writes a string with its quotes.
fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (clean, more) = rest.split_at(plain(rest, |b| (b == b'"') | (b == b'\\') | (b < 0x20)));
        out.extend_from_slice(clean);
        let Some((byte, after)) = more.split_first() else { break };
        rest = after;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => write!(out, "\\u{byte:04x}").unwrap_or_default(),
        }
    }
    out.push(b'"');
}
