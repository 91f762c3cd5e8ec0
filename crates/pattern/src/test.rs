use crate::address::Block;
use crate::number::{Number, Range};
use crate::text::{self, Wildcard};
use crate::{Json, text::same};

/// One of the alternatives that a field of a pattern lists.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Null,
    Bool(bool),
    Text(Box<str>),
    /// A number, by the characters in which it is written.
    Digits(Box<str>),
    /// A number, by its value.
    Number(Number),
    Range(Range),
    Prefix(Box<str>),
    PrefixIgnoreCase(Box<str>),
    Suffix(Box<str>),
    SuffixIgnoreCase(Box<str>),
    IgnoreCase(Box<str>),
    Wildcard(Wildcard),
    Block(Block),
    /// Any value but those for which one of these holds.
    AnythingBut(Box<[Test]>),
    Exists,
    /// The field is nowhere in the event: which of the pattern's absences this is.
    Absent(usize),
}

impl Test {
    /// Whether it holds for a value that is no array and no object.
    pub(crate) fn holds(&self, value: &Json<'_>) -> bool {
        match (self, value) {
            (Test::Exists, _) => true,
            (Test::AnythingBut(tests), value) => !tests.iter().any(|test| test.holds(value)),
            (Test::Null, Json::Null) => true,
            (Test::Bool(wanted), Json::Bool(found)) => wanted == found,
            (Test::Digits(wanted), Json::Number(found)) => **wanted == **found,
            (Test::Number(wanted), Json::Number(found)) => Number::read(found) == Some(*wanted),
            (Test::Range(range), Json::Number(found)) => range.holds(found),
            (test, Json::String(found)) => test.holds_text(found),
            _ => false,
        }
    }

    fn holds_text(&self, found: &str) -> bool {
        match self {
            Test::Text(wanted) => **wanted == *found,
            Test::Prefix(prefix) => found.starts_with(&**prefix),
            Test::Suffix(suffix) => found.ends_with(&**suffix),
            Test::PrefixIgnoreCase(prefix) => text::begins(found, prefix),
            Test::SuffixIgnoreCase(suffix) => text::ends(found, suffix),
            Test::IgnoreCase(wanted) => same(found, wanted),
            Test::Wildcard(wildcard) => wildcard.matches(found),
            Test::Block(block) => block.holds(found),
            _ => false,
        }
    }
}
