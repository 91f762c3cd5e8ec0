use crate::{Encoded, Listener, Peek, Value};
use indexmap::IndexMap;

/// The tree of an encoded node, for writers that cannot take it piece by piece.
pub(crate) fn tree(node: &dyn Encoded) -> Value {
    let mut told = Told { open: Vec::new(), whole: Value::Null };
    node.tell(&mut told);
    told.whole
}

/// What was told so far.
struct Told {
    /// The maps and lists that are open, each with the key of the value that comes next.
    open: Vec<(Value, String)>,
    whole: Value,
}

impl Told {
    fn add(&mut self, value: Value) {
        match self.open.last_mut() {
            Some((Value::Map(map), key)) => drop(map.insert(std::mem::take(key), value)),
            Some((Value::List(list), _)) => list.push(value),
            _ => self.whole = value,
        }
    }
}

impl Listener for Told {
    fn open_map(&mut self) {
        self.open.push((Value::Map(IndexMap::new()), String::new()));
    }
    fn open_list(&mut self) {
        self.open.push((Value::List(Vec::new()), String::new()));
    }
    fn close(&mut self) {
        if let Some((value, _)) = self.open.pop() {
            self.add(value);
        }
    }
    fn key(&mut self, key: &str) {
        if let Some((_, next)) = self.open.last_mut() {
            key.clone_into(next);
        }
    }
    fn leaf(&mut self, leaf: Peek<'_>) {
        self.add(Value::of(leaf));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pair;

    impl Encoded for Pair {
        fn tell(&self, to: &mut dyn Listener) {
            to.open_map();
            to.key("a");
            to.leaf(Peek::Int(1));
            to.key("b");
            to.open_list();
            to.leaf(Peek::Str("x"));
            to.open_map();
            to.close();
            to.close();
            to.close();
        }
    }

    #[test]
    fn what_is_told_becomes_a_tree() {
        let b = Value::List(vec![Value::from("x"), Value::Map(IndexMap::new())]);
        let want = IndexMap::from([("a".to_owned(), Value::Int(1)), ("b".to_owned(), b)]);
        assert_eq!(Value::of(Peek::Encoded(&Pair)), Value::Map(want));
    }
}
