use model::{Kind, Model, Shape};
use shape::{Node, Peek, Timestamp, Value};

/// Writes shapes as CBOR: structures of no told length, as AWS does, lists and maps with theirs.
pub(in crate::codec) struct Encode<'m> {
    pub(in crate::codec) model: &'m Model,
    pub(in crate::codec) out: Vec<u8>,
}

const TEXT: u8 = 3;
const LIST: u8 = 4;
const MAP: u8 = 5;

impl Encode<'_> {
    fn head(&mut self, major: u8, argument: u64) {
        let major = major << 5;
        match argument {
            0..=23 => self.out.push(major | argument as u8),
            24..=0xff => self.out.extend_from_slice(&[major | 24, argument as u8]),
            0x100..=0xffff => {
                self.out.push(major | 25);
                self.out.extend_from_slice(&(argument as u16).to_be_bytes());
            }
            0x1_0000..=0xffff_ffff => {
                self.out.push(major | 26);
                self.out.extend_from_slice(&(argument as u32).to_be_bytes());
            }
            _ => {
                self.out.push(major | 27);
                self.out.extend_from_slice(&argument.to_be_bytes());
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.head(TEXT, text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(in crate::codec) fn structure(&mut self, shape: &Shape, peek: Peek<'_>) {
        self.out.push(0xbf);
        for (index, member) in shape.members.iter().enumerate() {
            let inside = peek.member(index, &member.name);
            if !inside.is_absent() {
                self.text(&member.name);
                self.node(self.model.shape(member.shape), inside);
            }
        }
        self.out.push(0xff);
    }

    fn node(&mut self, shape: &Shape, peek: Peek<'_>) {
        match (shape.kind, peek) {
            (Kind::Structure | Kind::Union, Peek::Struct(_) | Peek::Map(_)) => self.structure(shape, peek),
            (Kind::List, Peek::List(list)) => {
                let Some(element) = shape.element() else { return self.head(LIST, 0) };
                let of = self.model.shape(element.shape);
                let kept = || {
                    let peeks = (0..list.len()).filter_map(|i| list.at(i)).map(|node| node.peek());
                    peeks.filter(|peek| shape.sparse || !peek.is_absent())
                };
                self.head(LIST, kept().count() as u64);
                kept().for_each(|peek| self.node(of, peek));
            }
            (Kind::Map, Peek::Map(map)) => {
                let Some((_, value)) = shape.entry() else { return self.head(MAP, 0) };
                let of = self.model.shape(value.shape);
                let kept = || {
                    let peeks = (0..map.len()).filter_map(|i| map.at(i)).map(|(key, node)| (key, node.peek()));
                    peeks.filter(|(_, peek)| shape.sparse || !peek.is_absent())
                };
                self.head(MAP, kept().count() as u64);
                for (key, peek) in kept() {
                    self.text(key);
                    self.node(of, peek);
                }
            }
            (_, Peek::Encoded(_)) => self.node(shape, Value::of(peek).peek()),
            (kind, _) => self.leaf(kind, peek),
        }
    }

    fn leaf(&mut self, kind: Kind, peek: Peek<'_>) {
        match peek {
            Peek::Bool(truth) => self.out.push(0xf4 + u8::from(truth)),
            Peek::Int(secs) if kind == Kind::Timestamp => self.moment(Timestamp::from_secs(secs)),
            Peek::Int(number) if number < 0 => self.head(1, !(number as u64)),
            Peek::Int(number) => self.head(0, number as u64),
            Peek::Float(number) if kind == Kind::Float => {
                self.out.push(0xfa);
                self.out.extend_from_slice(&(number as f32).to_be_bytes());
            }
            Peek::Float(number) => self.double(number),
            Peek::Str(text) => self.text(text),
            Peek::Blob(bytes) => {
                self.head(2, bytes.len() as u64);
                self.out.extend_from_slice(bytes);
            }
            Peek::Time(moment) => self.moment(moment),
            Peek::Absent | Peek::List(_) | Peek::Map(_) | Peek::Struct(_) | Peek::Encoded(_) => self.out.push(0xf6),
        }
    }

    fn double(&mut self, number: f64) {
        self.out.push(0xfb);
        self.out.extend_from_slice(&number.to_be_bytes());
    }

    /// A moment, to the millisecond.
    fn moment(&mut self, moment: Timestamp) {
        self.out.push(0xc1);
        self.double(moment.millis() as f64 / 1000.0);
    }
}
