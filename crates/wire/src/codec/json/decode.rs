use super::Reader;
use super::document::{document, out_of_range};
use crate::codec::fault::Bad;
use crate::codec::fill::{self, Members, Seen};
use crate::codec::scalar::{self, Form, type_name};
use crate::codec::{Scope, Side};
use model::{Kind, Member, Model, Shape, TimestampFormat};
use shape::{Node, Timestamp};

/// Reads JSON into shapes.
#[derive(Clone, Copy)]
pub(in crate::codec) struct Decode<'m> {
    pub(in crate::codec) model: &'m Model,
    pub(in crate::codec) side: Side,
    /// Whether moments must be in just their own format (REST-JSON).
    pub(in crate::codec) exact_times: bool,
}

impl Decode<'_> {
    /// Reads the one value of a body.
    pub(in crate::codec) fn body(
        &self,
        json: &[u8],
        shape: &Shape,
        scope: Scope,
        node: &mut dyn Node,
    ) -> Result<(), Bad> {
        let mut reader = Reader::new(json)?;
        match shape.kind {
            Kind::Structure | Kind::Union => self.structure(&mut reader, shape, scope, node)?,
            _ => self.node(&mut reader, &Member::default(), shape, node)?,
        }
        reader.end()
    }

    fn node(&self, r: &mut Reader<'_>, member: &Member, shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
        match shape.kind {
            Kind::Structure => self.structure(r, shape, Scope::Inner, node),
            Kind::Union => self.union(r, shape, node),
            Kind::List => self.list(r, shape, node),
            Kind::Map => self.map(r, shape, node),
            Kind::String => match r.peek() {
                Some(b'"') => fill::set_str(node, r.string()?.into_owned()),
                _ => Err(r.misplaced("a String")),
            },
            Kind::Boolean => self.boolean(r, node),
            Kind::Byte | Kind::Short | Kind::Integer | Kind::Long => integer(r, shape.kind, node),
            Kind::Float | Kind::Double => float(r, shape.kind, node),
            Kind::Blob => match r.peek() {
                Some(b'"') => fill::set_blob(node, scalar::blob(&r.string()?)?),
                _ => Err(r.misplaced("a Blob")),
            },
            Kind::Timestamp => {
                let form = Form::of(member, shape, TimestampFormat::Epoch);
                timestamp(r, form.exact(self.exact_times && self.side == Side::Server), node)
            }
            Kind::Document => fill::set_document(node, document(r)?),
        }
    }

    fn boolean(&self, r: &mut Reader<'_>, node: &mut dyn Node) -> Result<(), Bad> {
        match r.peek() {
            Some(b't') => r.literal("true").and_then(|()| fill::set_bool(node, true)),
            Some(b'f') => r.literal("false").and_then(|()| fill::set_bool(node, false)),
            _ => Err(r.misplaced("a Boolean")),
        }
    }

    fn structure(&self, r: &mut Reader<'_>, shape: &Shape, scope: Scope, node: &mut dyn Node) -> Result<(), Bad> {
        self.members(r, shape, scope, node).map(drop)
    }

    /// Exactly one member, and a known one.
    fn union(&self, r: &mut Reader<'_>, shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
        let set = self.members(r, shape, Scope::Inner, node)?;
        if self.side == Side::Server && set != 1 {
            return Err(Bad::new(format!("The union {} must have exactly one member set", shape.name)));
        }
        Ok(())
    }

    /// Reads members and counts those that were set, unknown ones too, for a union must have one only.
    fn members(&self, r: &mut Reader<'_>, shape: &Shape, scope: Scope, node: &mut dyn Node) -> Result<usize, Bad> {
        if r.peek() != Some(b'{') {
            return Err(r.misplaced("a Structure"));
        }
        r.open(b'{')?;
        let mut members = Members::open(node)?;
        let (mut seen, mut set, mut first, mut hint) = (Seen::default(), 0, true, 0);
        while r.next(b'}', &mut first)? {
            let key = r.key()?;
            let found = find(shape, &key, hint).filter(|(_, member)| scope.holds(member.location));
            let Some((index, member)) = found else {
                // AWS's clients may send a type's name along with a union's member.
                let counts = key != "__type" && r.peek() != Some(b'n');
                set += usize::from(counts && shape.kind == Kind::Union) * 2;
                r.skip()?;
                continue;
            };
            hint = index + 1;
            seen.note(index)?;
            if r.null()? {
                continue;
            }
            set += 1;
            match members.at(index, &member.name) {
                Some(node) => self.node(r, member, self.model.shape(member.shape), node)?,
                None => r.skip()?,
            }
        }
        Ok(set)
    }

    fn list(&self, r: &mut Reader<'_>, shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
        let Some(element) = shape.element() else { return r.skip() };
        if r.peek() != Some(b'[') {
            return Err(r.misplaced("a List"));
        }
        let of = self.model.shape(element.shape);
        let list = fill::open_list(node)?;
        r.open(b'[')?;
        let mut first = true;
        while r.next(b']', &mut first)? {
            if !r.null()? {
                self.node(r, element, of, list.push())?;
            } else if shape.sparse {
                list.push();
            } else if self.side == Side::Server {
                return Err(Bad::new("NULL_VALUE found in a list where not expected"));
            }
        }
        Ok(())
    }

    fn map(&self, r: &mut Reader<'_>, shape: &Shape, node: &mut dyn Node) -> Result<(), Bad> {
        let Some((_, value)) = shape.entry() else { return r.skip() };
        if r.peek() != Some(b'{') {
            return Err(r.misplaced("a Map"));
        }
        let of = self.model.shape(value.shape);
        let map = fill::open_map(node)?;
        r.open(b'{')?;
        let mut first = true;
        while r.next(b'}', &mut first)? {
            let key = r.key()?;
            if map.get(&key).is_some() {
                return Err(Bad::new("Duplicate key found in a map where not expected"));
            }
            if !r.null()? {
                self.node(r, value, of, map.entry(key.into_owned()))?;
            } else if shape.sparse {
                map.entry(key.into_owned());
            } else if self.side == Side::Server {
                return Err(Bad::new("NULL_VALUE found in a map where not expected"));
            }
        }
        Ok(())
    }
}

/// The member that goes by `key`. Clients send members in the model's order, so the search starts where the last ended.
fn find<'m>(shape: &'m Shape, key: &str, hint: usize) -> Option<(usize, &'m Member)> {
    let members = shape.members.iter().enumerate();
    let (before, after) = (members.clone().take(hint), members.skip(hint));
    after.chain(before).find(|(_, member)| member.wire_name() == key)
}

fn is_number(r: &mut Reader<'_>) -> bool {
    matches!(r.peek(), Some(b'-' | b'0'..=b'9'))
}

fn integer(r: &mut Reader<'_>, kind: Kind, node: &mut dyn Node) -> Result<(), Bad> {
    if !is_number(r) {
        return Err(r.misplaced(type_name(kind)));
    }
    let text = r.number()?;
    let number = text.parse().ok().or_else(|| whole(text)).filter(|n| scalar::in_range(kind, *n));
    fill::set_int(node, number.ok_or_else(|| out_of_range(text, kind))?)
}

/// An integer written as a decimal, such as `1.0` or `1e3`: clients whose only number is a double send those.
fn whole(text: &str) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number: f64 = text.parse().ok()?;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

fn float(r: &mut Reader<'_>, kind: Kind, node: &mut dyn Node) -> Result<(), Bad> {
    if is_number(r) {
        let text = r.number()?;
        let number = text.parse().ok().filter(|n: &f64| n.is_finite());
        return fill::set_float(node, number.ok_or_else(|| out_of_range(text, kind))?);
    }
    if r.peek() != Some(b'"') {
        return Err(r.misplaced(type_name(kind)));
    }
    let text = r.string()?;
    let number = scalar::named_float(&text);
    fill::set_float(node, number.ok_or_else(|| out_of_range(&text, kind))?)
}

fn timestamp(r: &mut Reader<'_>, form: Form, node: &mut dyn Node) -> Result<(), Bad> {
    let moment = if is_number(r) {
        let text = r.number()?;
        let allowed = form.time == TimestampFormat::Epoch || !form.exact;
        let seconds = text.parse().ok().filter(|_| allowed);
        seconds.and_then(Timestamp::from_secs_f64).ok_or_else(|| out_of_range(text, Kind::Timestamp))?
    } else if r.peek() == Some(b'"') {
        let text = r.string()?;
        let allowed = form.time != TimestampFormat::Epoch || !form.exact;
        let moment = if allowed { scalar::time(&text, form) } else { None };
        moment.ok_or_else(|| out_of_range(&text, Kind::Timestamp))?
    } else {
        return Err(r.misplaced("a Timestamp"));
    };
    fill::set_time(node, moment)
}
