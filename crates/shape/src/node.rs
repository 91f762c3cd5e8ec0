use crate::{List, Map, Value};
use bytes::Bytes;
use clock::Timestamp;
use std::any::Any;
use std::fmt::Debug;

/// A node as a writer sees it.
#[derive(Clone, Copy)]
pub enum Peek<'a> {
    /// Not there: an optional member that is not set, or the null of a document or sparse list.
    Absent,
    /// A boolean.
    Bool(bool),
    /// Any of the integer kinds; the model knows the width.
    Int(i64),
    /// A float or double.
    Float(f64),
    /// A string, plain or of an enumeration.
    Str(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A moment.
    Time(Timestamp),
    /// A list.
    List(&'a dyn List),
    /// A map with string keys; also how a [`Value`] shows a structure.
    Map(&'a dyn Map),
    /// A structure or union.
    Struct(&'a dyn Struct),
    /// A node that is kept encoded and tells what it holds.
    Encoded(&'a dyn Encoded),
}

/// A node kept in a form of its owner's, which it tells piece by piece: nothing is built in order to write it out.
/// A row keeps such a node's bytes as a blob instead.
pub trait Encoded: Send + Sync {
    /// Tells what is here, in order, from the outside inwards.
    fn tell(&self, to: &mut dyn Listener);
}

/// Who is told what an [`Encoded`] node holds.
pub trait Listener {
    /// A map or structure begins; keys and values follow in turn until it is closed.
    fn open_map(&mut self);
    /// A list begins; its elements follow until it is closed.
    fn open_list(&mut self);
    /// The innermost map or list ends.
    fn close(&mut self);
    /// The key of the value that comes next.
    fn key(&mut self, key: &str);
    /// A value without parts.
    fn leaf(&mut self, leaf: Peek<'_>);
}

/// A node as a reader fills it. Asking for a slot makes an optional member present.
pub enum Slot<'a> {
    /// A boolean.
    Bool(&'a mut bool),
    /// Any of the integer kinds.
    Int(&'a mut i64),
    /// A float or double.
    Float(&'a mut f64),
    /// A string.
    Str(&'a mut String),
    /// Bytes.
    Blob(&'a mut Bytes),
    /// A moment.
    Time(&'a mut Timestamp),
    /// A list to push to.
    List(&'a mut dyn List),
    /// A map to insert into.
    Map(&'a mut dyn Map),
    /// A structure or union.
    Struct(&'a mut dyn Struct),
    /// A tree whose form the model decides.
    Value(&'a mut Value),
}

/// Anything that a codec can write and read.
pub trait Node: Send + Sync {
    /// What is here.
    fn peek(&self) -> Peek<'_>;
    /// The place to fill.
    fn slot(&mut self) -> Slot<'_>;
}

/// A structure or union made by [`crate::shape!`].
pub trait Struct: Node + Any + Debug {
    /// The shape's name in the model.
    fn name(&self) -> &'static str;
    /// The members' names, in the model's order.
    fn members(&self) -> &'static [&'static str];
    /// The member at `index` of [`Struct::members`].
    fn member(&self, index: usize) -> Option<&dyn Node>;
    /// The member at `index`, to fill.
    fn member_mut(&mut self, index: usize) -> Option<&mut dyn Node>;
    /// For getting the concrete type back.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
    /// For getting the concrete type back, borrowed.
    fn as_any(&self) -> &dyn Any;
}

impl<'a> Peek<'a> {
    /// A member of a structure, whichever way the structure is held: by its index in the model, or by name in a [`Value`].
    pub fn member(self, index: usize, name: &str) -> Peek<'a> {
        match self {
            Peek::Struct(s) => s.member(index).map_or(Peek::Absent, Node::peek),
            Peek::Map(m) => m.get(name).map_or(Peek::Absent, Node::peek),
            _ => Peek::Absent,
        }
    }

    /// Whether nothing is here.
    pub fn is_absent(self) -> bool {
        matches!(self, Peek::Absent)
    }
}

macro_rules! leaf {
    ($type:ty, $kind:ident, |$read:ident| $peek:expr) => {
        impl Node for $type {
            fn peek(&self) -> Peek<'_> {
                let $read = self;
                Peek::$kind($peek)
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::$kind(self)
            }
        }
    };
}

leaf!(bool, Bool, |v| *v);
leaf!(i64, Int, |v| *v);
leaf!(f64, Float, |v| *v);
leaf!(String, Str, |v| v);
leaf!(Bytes, Blob, |v| v);
leaf!(Timestamp, Time, |v| *v);

impl<T: Node + Default> Node for Option<T> {
    fn peek(&self) -> Peek<'_> {
        self.as_ref().map_or(Peek::Absent, Node::peek)
    }
    fn slot(&mut self) -> Slot<'_> {
        self.get_or_insert_with(T::default).slot()
    }
}

impl<T: Node + ?Sized> Node for Box<T> {
    fn peek(&self) -> Peek<'_> {
        (**self).peek()
    }
    fn slot(&mut self) -> Slot<'_> {
        (**self).slot()
    }
}
