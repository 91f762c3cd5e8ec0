//! Which parts of an item are shown.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html>

use super::lexer::{Sort, Tokens};
use super::path::clash;
use super::{Kind, Parameters, Path, Step};
use crate::item::Item;
use crate::value::{AttributeValue, Attributes};
use service::Result;
use std::collections::{BTreeMap, BTreeSet};

/// The parts of an item that are shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Projection {
    paths: Vec<Path>,
}

/// What is shown of a value: all of it, or only some parts.
#[derive(Debug, Default)]
struct Shown<'p> {
    whole: bool,
    parts: BTreeMap<&'p Step, Shown<'p>>,
}

impl Projection {
    /// Reads a `ProjectionExpression`.
    pub fn parse(text: &str, parameters: &Parameters) -> Result<Projection> {
        let mut tokens = Tokens::of(Kind::Projection, text)?;
        let mut paths = vec![Path::parse(&mut tokens, parameters)?];
        while tokens.symbol(",") {
            paths.push(Path::parse(&mut tokens, parameters)?);
        }
        if tokens.peek().sort != Sort::End {
            return Err(tokens.unexpected());
        }
        parameters.resolve(Kind::Projection)?;
        match clash(&paths) {
            Some(text) => Err(Kind::Projection.error(text)),
            None => Ok(Projection { paths }),
        }
    }

    /// The parts that these paths lead to.
    pub fn of(paths: impl IntoIterator<Item = Path>) -> Projection {
        Projection { paths: paths.into_iter().collect() }
    }

    /// The attributes that are shown, whole or in part.
    pub fn attributes(&self) -> BTreeSet<&str> {
        self.paths.iter().map(Path::first).collect()
    }

    /// An item's parts that are shown.
    pub fn show(&self, item: &Item) -> Item {
        if self.paths.iter().all(|path| path.only().is_some()) {
            return item.with(|name| self.paths.iter().any(|path| path.first() == name));
        }
        let attributes = self.attributes();
        let mut shown = item.with(|name| attributes.contains(name)).attributes();
        let tree = self.tree();
        shown.retain(|name, value| tree.parts.get(&Step::Name(name.clone())).is_some_and(|shown| shown.keep(value)));
        Item::of(&shown)
    }

    fn tree(&self) -> Shown<'_> {
        let mut tree = Shown::default();
        for path in &self.paths {
            let end = path.0.iter().fold(&mut tree, |at, step| at.parts.entry(step).or_default());
            end.whole = true;
        }
        tree
    }
}

impl Shown<'_> {
    /// Reduces a value to what is shown of it, and tells whether that is anything.
    fn keep(&self, value: &mut AttributeValue) -> bool {
        if self.whole {
            return true;
        }
        match value {
            AttributeValue::M(map) => {
                let kept = |(name, mut value): (String, AttributeValue)| {
                    let shown = self.parts.get(&Step::Name(name.clone()))?;
                    shown.keep(&mut value).then_some((name, value))
                };
                let kept: Attributes = std::mem::take(map).into_iter().filter_map(kept).collect();
                *map = kept;
                !map.is_empty()
            }
            AttributeValue::L(list) => {
                let kept = |(index, mut value): (usize, AttributeValue)| {
                    let shown = self.parts.get(&Step::Index(index))?;
                    shown.keep(&mut value).then_some(value)
                };
                let kept: Vec<AttributeValue> = std::mem::take(list).into_iter().enumerate().filter_map(kept).collect();
                *list = kept;
                !list.is_empty()
            }
            _ => false,
        }
    }
}
