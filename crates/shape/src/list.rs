use crate::{Node, Peek, Slot};
use indexmap::IndexMap;

/// A list of nodes of one type.
pub trait List: Send + Sync {
    /// How many nodes there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The node at `index`.
    fn at(&self, index: usize) -> Option<&dyn Node>;
    /// Adds a default node and gives it to be filled.
    fn push(&mut self) -> &mut dyn Node;
}

/// A map from strings to nodes of one type, in the order of insertion.
pub trait Map: Send + Sync {
    /// How many entries there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The entry at `index` in the order of insertion.
    fn at(&self, index: usize) -> Option<(&str, &dyn Node)>;
    /// The node under `key`.
    fn get(&self, key: &str) -> Option<&dyn Node>;
    /// The node under `key`, made if it is not there yet.
    fn entry(&mut self, key: String) -> &mut dyn Node;
}

impl<T: Node + Default> List for Vec<T> {
    fn len(&self) -> usize {
        Vec::len(self)
    }
    fn at(&self, index: usize) -> Option<&dyn Node> {
        self.get(index).map(|node| node as &dyn Node)
    }
    fn push(&mut self) -> &mut dyn Node {
        self.push_mut(T::default())
    }
}

impl<T: Node + Default> Node for Vec<T> {
    fn peek(&self) -> Peek<'_> {
        Peek::List(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Node + Default> Map for IndexMap<String, T> {
    fn len(&self) -> usize {
        IndexMap::len(self)
    }
    fn at(&self, index: usize) -> Option<(&str, &dyn Node)> {
        self.get_index(index).map(|(key, node)| (key.as_str(), node as &dyn Node))
    }
    fn get(&self, key: &str) -> Option<&dyn Node> {
        IndexMap::get(self, key).map(|node| node as &dyn Node)
    }
    fn entry(&mut self, key: String) -> &mut dyn Node {
        IndexMap::entry(self, key).or_default()
    }
}

impl<T: Node + Default> Node for IndexMap<String, T> {
    fn peek(&self) -> Peek<'_> {
        Peek::Map(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
}
