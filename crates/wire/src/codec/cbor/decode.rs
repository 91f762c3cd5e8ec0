use super::reader::{Head, Reader};
use crate::codec::Side;
use crate::codec::fault::Bad;
use crate::codec::fill::{self, Members, Seen};
use crate::codec::scalar::{in_range, type_name};
use model::{Kind, Model, Shape};
use shape::{Bytes, Node, Timestamp};

/// The tag of a moment: seconds since 1970.
const EPOCH: u64 = 1;

/// Reads CBOR into shapes.
#[derive(Clone, Copy)]
pub(in crate::codec) struct Decode<'m> {
    pub(in crate::codec) model: &'m Model,
    pub(in crate::codec) side: Side,
}

impl Decode<'_> {
    pub(in crate::codec) fn body(&self, cbor: &[u8], shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
        let mut reader = Reader::new(cbor);
        self.node(&mut reader, shape, node)?;
        reader.end()
    }

    fn node(&self, r: &mut Reader<'_>, shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
        match (shape.kind, r.head()?) {
            (Kind::Structure | Kind::Union, Head::Map(length)) => self.members(r, shape, length, node),
            (Kind::List, Head::List(length)) => self.list(r, shape, length, node),
            (Kind::Map, Head::Map(length)) => self.map(r, shape, length, node),
            (Kind::String, Head::Text(length)) => fill::set_str(node, r.text(length)?.into_owned()),
            (Kind::Blob, Head::Bytes(length)) => {
                fill::set_blob(node, Bytes::from(r.bytes(length, false)?.into_owned()))
            }
            (Kind::Boolean, Head::Bool(truth)) => fill::set_bool(node, truth),
            (kind @ (Kind::Byte | Kind::Short | Kind::Integer | Kind::Long), head) => {
                let number = integer(head).filter(|number| in_range(kind, *number));
                fill::set_int(node, number.ok_or_else(|| misplaced(head, kind))?)
            }
            (Kind::Float | Kind::Double, Head::Float(number)) => fill::set_float(node, number),
            (kind @ (Kind::Float | Kind::Double), head) => {
                fill::set_float(node, integer(head).ok_or_else(|| misplaced(head, kind))? as f64)
            }
            (Kind::Timestamp, Head::Tag(EPOCH)) => fill::set_time(node, moment(r.head()?)?),
            (kind, head) => Err(misplaced(head, kind)),
        }
    }

    fn members(&self, r: &mut Reader<'_>, shape: &Shape, length: Option<u64>, node: &mut dyn Node) -> Result<(), Bad> {
        let mut members = Members::open(node)?;
        let (mut seen, mut set) = (Seen::default(), 0);
        let mut left = r.enter(length)?;
        while r.next(&mut left)? {
            let key = r.key()?;
            let found = shape.members.iter().enumerate().find(|(_, member)| *member.name == *key);
            let Some((index, member)) = found else {
                set += usize::from(key != "__type" && r.peek()? != Head::Null) * 2;
                r.skip()?;
                continue;
            };
            seen.note(index)?;
            if r.null()? {
                continue;
            }
            set += 1;
            match members.at(index, &member.name) {
                Some(node) => self.node(r, self.model.shape(member.shape), node)?,
                None => r.skip()?,
            }
        }
        if shape.kind == Kind::Union && self.side == Side::Server && set != 1 {
            return Err(Bad::new(format!("The union {} must have exactly one member set", shape.name)));
        }
        Ok(())
    }

    fn list(&self, r: &mut Reader<'_>, shape: &Shape, length: Option<u64>, node: &mut dyn Node) -> Result<(), Bad> {
        let Some(element) = shape.element() else { return Err(Bad::new("The list has no element")) };
        let of = self.model.shape(element.shape);
        let list = fill::open_list(node)?;
        let mut left = r.enter(length)?;
        while r.next(&mut left)? {
            if !r.null()? {
                self.node(r, of, list.push())?;
            } else if shape.sparse {
                list.push();
            } else if self.side == Side::Server {
                return Err(Bad::new("NULL_VALUE found in a list where not expected"));
            }
        }
        Ok(())
    }

    fn map(&self, r: &mut Reader<'_>, shape: &Shape, length: Option<u64>, node: &mut dyn Node) -> Result<(), Bad> {
        let Some((_, value)) = shape.entry() else { return Err(Bad::new("The map has no value")) };
        let of = self.model.shape(value.shape);
        let map = fill::open_map(node)?;
        let mut left = r.enter(length)?;
        while r.next(&mut left)? {
            let key = r.key()?;
            if map.get(&key).is_some() {
                return Err(Bad::new("Duplicate key found in a map where not expected"));
            }
            if !r.null()? {
                self.node(r, of, map.entry(key.into_owned()))?;
            } else if shape.sparse {
                map.entry(key.into_owned());
            } else if self.side == Side::Server {
                return Err(Bad::new("NULL_VALUE found in a map where not expected"));
            }
        }
        Ok(())
    }
}

fn integer(head: Head) -> Option<i64> {
    match head {
        Head::Unsigned(number) => i64::try_from(number).ok(),
        Head::Negative(number) => i64::try_from(number).ok().map(|number| -1 - number),
        _ => None,
    }
}

fn moment(head: Head) -> Result<Timestamp, Bad> {
    let moment = match head {
        Head::Float(seconds) => Timestamp::from_secs_f64(seconds),
        head => integer(head).map(Timestamp::from_secs),
    };
    moment.ok_or_else(|| misplaced(head, Kind::Timestamp))
}

fn misplaced(head: Head, kind: Kind) -> Bad {
    let found = match head {
        Head::Map(_) => return Bad::new("Start of structure or map found where not expected"),
        Head::List(_) => return Bad::new("Start of list found where not expected"),
        Head::Text(_) => "STRING_VALUE",
        Head::Bytes(_) => "BINARY_VALUE",
        Head::Bool(true) => "TRUE_VALUE",
        Head::Bool(false) => "FALSE_VALUE",
        Head::Null => "NULL_VALUE",
        _ => "NUMBER_VALUE",
    };
    let wanted = match kind {
        Kind::Structure | Kind::Union => "a Structure",
        Kind::List => "a List",
        Kind::Map => "a Map",
        kind => type_name(kind),
    };
    Bad::new(format!("{found} can not be converted to {wanted}"))
}
