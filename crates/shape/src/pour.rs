use crate::{Misfit, Node, Peek, Slot, Value};

/// Fills `to` from another shape, member by member of `from` by its name: how a caller that names few members of an
/// operation's input fills the whole input. A member that `to` has not is a misfit.
pub fn pour(from: Peek<'_>, to: &mut dyn Node) -> Result<(), Misfit> {
    walk(from, to, Wanted::AllOfSource)
}

/// Fills `to` with those of its members that `from` has: how a caller that wants few members of an answer gets them.
pub fn pick(from: Peek<'_>, to: &mut dyn Node) -> Result<(), Misfit> {
    walk(from, to, Wanted::AllOfTarget)
}

#[derive(Clone, Copy)]
enum Wanted {
    AllOfSource,
    AllOfTarget,
}

fn walk(from: Peek<'_>, to: &mut dyn Node, wanted: Wanted) -> Result<(), Misfit> {
    if from.is_absent() {
        return Ok(());
    }
    if let Peek::Encoded(_) = from {
        return walk(Value::of(from).peek(), to, wanted);
    }
    match (to.slot(), from) {
        (Slot::Value(slot), from) => *slot = Value::of(from),
        (Slot::Bool(slot), Peek::Bool(v)) => *slot = v,
        (Slot::Int(slot), Peek::Int(v)) => *slot = v,
        (Slot::Float(slot), Peek::Float(v)) => *slot = v,
        (Slot::Float(slot), Peek::Int(v)) => *slot = v as f64,
        (Slot::Str(slot), Peek::Str(v)) => v.clone_into(slot),
        (Slot::Blob(slot), Peek::Blob(v)) => *slot = bytes::Bytes::copy_from_slice(v),
        (Slot::Time(slot), Peek::Time(v)) => *slot = v,
        (Slot::List(slot), Peek::List(list)) => {
            for node in (0..list.len()).filter_map(|i| list.at(i)) {
                walk(node.peek(), slot.push(), wanted)?;
            }
        }
        (Slot::Map(slot), Peek::Map(map)) => {
            for (key, node) in (0..map.len()).filter_map(|i| map.at(i)) {
                walk(node.peek(), slot.entry(key.to_owned()), wanted)?;
            }
        }
        (Slot::Struct(slot), from) => match wanted {
            Wanted::AllOfSource => {
                for (name, node) in named(from).ok_or_else(|| Misfit::of(slot.name()))? {
                    if node.is_absent() {
                        continue;
                    }
                    let at = slot.members().iter().position(|member| *member == name);
                    let member = at.and_then(|at| slot.member_mut(at)).ok_or_else(|| Misfit::of(name))?;
                    walk(node, member, wanted).map_err(|misfit| misfit.within(name))?;
                }
            }
            Wanted::AllOfTarget => {
                let names = slot.members();
                let source: Vec<_> = named(from).ok_or_else(|| Misfit::of(slot.name()))?.collect();
                for (at, name) in names.iter().enumerate() {
                    let found = source.iter().find(|(source, node)| source == name && !node.is_absent());
                    if let (Some((_, node)), Some(member)) = (found, slot.member_mut(at)) {
                        walk(*node, member, wanted).map_err(|misfit| misfit.within(name))?;
                    }
                }
            }
        },
        _ => return Err(Misfit::of("its member")),
    }
    Ok(())
}

type Named<'a> = Box<dyn Iterator<Item = (&'a str, Peek<'a>)> + 'a>;

/// The members of a structure, however it is held; `None` for anything else.
fn named(from: Peek<'_>) -> Option<Named<'_>> {
    match from {
        Peek::Struct(s) => {
            let members = s.members().iter().enumerate();
            Some(Box::new(members.filter_map(move |(i, name)| Some((*name, s.member(i)?.peek())))))
        }
        Peek::Map(map) => {
            Some(Box::new((0..map.len()).filter_map(move |i| map.at(i)).map(|(name, node)| (name, node.peek()))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IndexMap;

    crate::shape! {
        /// All of it.
        pub struct Whole {
            /// a
            pub name: String = "Name",
            /// b
            pub age: Option<i64> = "Age",
            /// c
            pub parts: Vec<Whole> = "Parts",
            /// d
            pub notes: IndexMap<String, String> = "Notes",
        }
        /// Some of it.
        pub struct Some2 {
            /// b
            pub age: Option<i64> = "Age",
            /// c
            pub parts: Vec<Some2> = "Parts",
        }
        /// Something else.
        pub struct Other {
            /// x
            pub colour: String = "Colour",
        }
    }

    fn whole() -> Whole {
        let part = Whole { name: "b".into(), age: Some(1), ..Whole::default() };
        let notes = IndexMap::from([("k".to_owned(), "v".to_owned())]);
        Whole { name: "a".into(), age: None, parts: vec![part], notes }
    }

    #[test]
    fn a_part_fills_the_whole_and_a_whole_gives_a_part() {
        let mut part = Some2::default();
        pick(whole().peek(), &mut part).unwrap();
        let inner = Some2 { age: Some(1), parts: Vec::new() };
        assert_eq!(part, Some2 { age: None, parts: vec![inner] });
        let mut filled = Whole::default();
        pour(part.peek(), &mut filled).unwrap();
        assert_eq!(filled.parts[0].age, Some(1));
        let mut copy = Whole::default();
        pour(Value::of(whole().peek()).peek(), &mut copy).unwrap();
        assert_eq!(copy, whole());
    }

    #[test]
    fn a_member_that_is_not_there_or_of_another_kind_is_a_misfit() {
        let other = Other { colour: "red".into() };
        assert_eq!(pour(other.peek(), &mut Whole::default()), Err(Misfit::of("Colour")));
        let wrong = Value::Map(IndexMap::from([("Age".to_owned(), Value::from("old"))]));
        let misfit = pour(wrong.peek(), &mut Whole::default()).unwrap_err();
        assert_eq!(misfit.to_string(), "a value does not fit Age.its member");
        assert!(pour(Value::Int(1).peek(), &mut Whole::default()).is_err());
    }
}
