//! Document paths: `a.b[2].#c`.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html>

use super::Parameters;
use super::lexer::{Sort, Tokens};
use crate::item::{Coded, Item};
use crate::value::{AttributeValue, Attributes};
use service::Result;
use std::fmt;

/// How deep a path may reach: deeper than any item.
const DEEPEST: usize = 32;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a map, or to an attribute of the item.
    Name(String),
    /// Into a list.
    Index(usize),
}

/// A path. It has one step at least, and the first is a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path to an attribute of the item.
    pub fn top(name: impl Into<String>) -> Path {
        Path(vec![Step::Name(name.into())])
    }

    /// The attribute in which it begins.
    pub fn first(&self) -> &str {
        match self.0.first() {
            Some(Step::Name(name)) => name,
            _ => "",
        }
    }

    /// The attribute, if it reaches no deeper.
    pub fn only(&self) -> Option<&str> {
        (self.0.len() == 1).then(|| self.first())
    }

    /// What it leads to in an item.
    pub fn of<'i>(&self, item: &'i Item) -> Option<Coded<'i>> {
        let start = item.get(self.first())?;
        self.0.iter().skip(1).try_fold(start, |value, step| match step {
            Step::Name(name) => value.get(name),
            Step::Index(index) => value.at(*index),
        })
    }

    /// What it leads to in attributes.
    pub fn within<'i>(&self, attributes: &'i Attributes) -> Option<&'i AttributeValue> {
        let start = attributes.get(self.first())?;
        self.0.iter().skip(1).try_fold(start, |value, step| match (step, value) {
            (Step::Name(name), AttributeValue::M(map)) => map.get(name),
            (Step::Index(index), AttributeValue::L(list)) => list.get(*index),
            _ => None,
        })
    }

    /// Reads a path. Names are looked up once the whole expression was read ([`Parameters::resolve`]).
    pub fn parse(tokens: &mut Tokens<'_>, parameters: &Parameters) -> Result<Path> {
        let mut steps = vec![Step::Name(name(tokens, parameters)?)];
        loop {
            if tokens.symbol(".") {
                steps.push(Step::Name(name(tokens, parameters)?));
            } else if tokens.peek().text == "[" && tokens.peek().sort == Sort::Symbol {
                tokens.take();
                let index = tokens.peek();
                let number = if index.sort == Sort::Digits { index.text.parse().ok() } else { None };
                steps.push(Step::Index(number.ok_or_else(|| tokens.unexpected())?));
                tokens.take();
                tokens.expect("]")?;
            } else {
                break;
            }
        }
        if steps.len() > DEEPEST {
            let text = "The document path has too many nesting elements; nesting levels: ";
            return Err(tokens.kind().error(format!("{text}{}", steps.len())));
        }
        Ok(Path(steps))
    }

    /// How it meets another: both cannot be changed or shown at once.
    pub fn meets(&self, other: &Path) -> Option<Meeting> {
        for (a, b) in self.0.iter().zip(&other.0) {
            match (a, b) {
                (Step::Name(a), Step::Name(b)) if a == b => {}
                (Step::Index(a), Step::Index(b)) if a == b => {}
                (Step::Name(_), Step::Name(_)) | (Step::Index(_), Step::Index(_)) => return None,
                _ => return Some(Meeting::Conflict),
            }
        }
        Some(Meeting::Overlap)
    }
}

/// How two paths meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// One lies in the other, or they are the same.
    Overlap,
    /// They take one value for a map and a list.
    Conflict,
}

/// What is wrong with paths that cannot stand together, for the first pair that cannot.
pub fn clash<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Option<String> {
    let mut seen: Vec<&Path> = Vec::new();
    for path in paths {
        for other in &seen {
            let how = match other.meets(path) {
                None => continue,
                Some(Meeting::Overlap) => "overlap",
                Some(Meeting::Conflict) => "conflict",
            };
            return Some(format!(
                "Two document paths {how} with each other; must remove or rewrite one of these paths; \
                 path one: {other}, path two: {path}"
            ));
        }
        seen.push(path);
    }
    None
}

fn name(tokens: &mut Tokens<'_>, parameters: &Parameters) -> Result<String> {
    let token = tokens.peek();
    let name = match token.sort {
        Sort::Word => parameters.word(token.text),
        Sort::Name => parameters.name(token.text),
        _ => return Err(tokens.unexpected()),
    };
    tokens.take();
    Ok(name)
}

/// As AWS shows paths: `[a, b, [1]]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<String> = self
            .0
            .iter()
            .map(|step| match step {
                Step::Name(name) => name.clone(),
                Step::Index(index) => format!("[{index}]"),
            })
            .collect();
        write!(f, "[{}]", steps.join(", "))
    }
}
