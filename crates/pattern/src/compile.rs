//! From a pattern's text to a tree of tests.

use crate::error::Fault;
use crate::reader::{Reader, Token};
use crate::test::Test;
use crate::{Error, expression};

/// A pattern, compiled: what an event must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    pub(crate) root: Node,
    /// The paths of the fields that may be asked to be nowhere in the event.
    pub(crate) absences: Vec<Box<[Box<str>]>>,
}

/// What an object of the event must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Node {
    pub(crate) fields: Vec<(Box<str>, Field)>,
    /// One of the nodes of each group.
    pub(crate) either: Vec<Vec<Node>>,
}

/// What a member of an object must be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Field {
    /// A value for which one of these holds.
    Leaf(Vec<Test>),
    /// An object.
    Branch(Node),
}

/// How numbers that a pattern lists are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Character by character: 300, 300.0 and 3.0e2 differ.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
    AsWritten,
    /// By their values.
    ByValue,
}

/// What a pattern may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How numbers are compared.
    pub numbers: Numbers,
    /// Whether objects may lie within objects.
    pub nested: bool,
    /// The most fields at the top.
    pub most_keys: usize,
    /// The most rules for which alternatives by `$or` stand.
    pub most_rules: u64,
    /// The most combinations of values, each list counting as often as it is deep.
    pub most_combinations: u64,
}

impl Limits {
    /// Those of EventBridge's rules.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or>
    pub const RULE: Limits = Limits {
        numbers: Numbers::AsWritten,
        nested: true,
        most_keys: usize::MAX,
        most_rules: 1000,
        most_combinations: u64::MAX,
    };
}

/// The names that make a list of objects under `$or` an ordinary field.
const RESERVED: [&str; 9] =
    ["exact", "exists", "prefix", "suffix", "cidr", "anything-but", "numeric", "equals-ignore-case", "wildcard"];

pub(crate) struct Compiler<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) limits: Limits,
    path: Vec<Box<str>>,
    absences: Vec<Box<[Box<str>]>>,
    combinations: u64,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Why it is none, with the place: see [`Error::located`].
    pub fn compile(text: &str, limits: Limits) -> Result<Pattern, Error> {
        let mut compiler =
            Compiler { reader: Reader::new(text), limits, path: Vec::new(), absences: Vec::new(), combinations: 1 };
        if compiler.reader.next()? != Token::BeginObject {
            return compiler.reader.refuse("Filter is not an object");
        }
        let (root, rules) = compiler.object(1)?;
        compiler.reader.next()?;
        if root.fields.len() + root.either.len() > limits.most_keys {
            let reason = format!("Filter policy can not have more than {} keys", limits.most_keys);
            return Err(Error { fault: Fault::TooManyKeys, reason, at: 0 });
        }
        if rules > limits.most_rules || compiler.combinations > limits.most_combinations {
            let reason = "Filter policy is too complex".to_owned();
            return Err(Error { fault: Fault::TooComplex, reason, at: 0 });
        }
        Ok(Pattern { root, absences: compiler.absences })
    }
}

impl Compiler<'_> {
    /// The rest of an object whose brace was read, and for how many rules it stands.
    fn object(&mut self, depth: u64) -> Result<(Node, u64), Error> {
        let (mut node, mut rules) = (Node::default(), 1_u64);
        let mut any = false;
        while let Token::Name(name) = self.reader.next()? {
            any = true;
            if name == "$or" && self.alternatives_follow()? {
                let (group, ways) = self.alternatives(depth)?;
                node.either.push(group);
                rules = rules.saturating_mul(ways);
                continue;
            }
            self.path.push(name.into());
            let (field, ways) = self.field(depth)?;
            let name = self.path.pop().unwrap_or_default();
            // Of two lists for one field the later counts.
            let replaced = matches!(field, Field::Leaf(_));
            node.fields.retain(|(known, field)| !(replaced && *known == name && matches!(field, Field::Leaf(_))));
            node.fields.push((name, field));
            rules = rules.saturating_mul(ways);
        }
        if !any {
            return self.reader.refuse("Empty objects are not allowed");
        }
        Ok((node, rules))
    }

    fn field(&mut self, depth: u64) -> Result<(Field, u64), Error> {
        match self.reader.next()? {
            Token::BeginObject if !self.limits.nested => {
                let reason = "Filter policy scope MessageAttributes does not support nested filter policy".to_owned();
                Err(Error { fault: Fault::Nested, reason, at: self.reader.place() })
            }
            Token::BeginObject => {
                let (node, ways) = self.object(depth + 1)?;
                Ok((Field::Branch(node), ways))
            }
            Token::BeginArray => Ok((Field::Leaf(self.tests(depth)?), 1)),
            _ => {
                let name = self.path.last().map(AsRef::as_ref).unwrap_or_default();
                self.reader.refuse(format!("\"{name}\" must be an object or an array"))
            }
        }
    }

    fn tests(&mut self, depth: u64) -> Result<Vec<Test>, Error> {
        let mut tests = Vec::new();
        loop {
            let test = match self.reader.next()? {
                Token::EndArray => break,
                Token::BeginObject => expression::read(self)?,
                Token::Text(text) => Test::Text(text.into()),
                Token::Number(digits) => self.number(digits),
                Token::Bool(truth) => Test::Bool(truth),
                Token::Null => Test::Null,
                _ => return self.reader.refuse("Match value must be String, number, true, false, or null"),
            };
            tests.push(test);
        }
        if tests.is_empty() {
            return self.reader.refuse("Empty arrays are not allowed");
        }
        self.count(tests.len(), depth);
        Ok(tests)
    }

    fn number(&self, digits: &str) -> Test {
        match (self.limits.numbers, crate::number::Number::read(digits)) {
            (Numbers::ByValue, Some(number)) => Test::Number(number),
            _ => Test::Digits(digits.into()),
        }
    }

    fn count(&mut self, values: usize, depth: u64) {
        self.combinations = self.combinations.saturating_mul(values as u64).saturating_mul(depth);
    }

    /// That the field of which a match expression speaks is nowhere.
    pub(crate) fn absence(&mut self) -> Test {
        self.absences.push(self.path.clone().into());
        Test::Absent(self.absences.len() - 1)
    }

    /// Whether what follows `$or` makes it an alternative: two objects or more, none of which is a match expression.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or>
    fn alternatives_follow(&self) -> Result<bool, Error> {
        let mut ahead = self.reader.clone();
        if ahead.next()? != Token::BeginArray {
            return Ok(false);
        }
        let (mut objects, mut depth) = (0, 0_usize);
        loop {
            match ahead.next()? {
                Token::EndArray if depth == 0 => return Ok(objects >= 2),
                Token::BeginObject => {
                    objects += usize::from(depth == 0);
                    depth += 1;
                }
                _ if depth == 0 => return Ok(false),
                Token::BeginArray => depth += 1,
                Token::EndObject | Token::EndArray => depth -= 1,
                Token::Name(name) if depth == 1 && RESERVED.contains(&&*name) => return Ok(false),
                Token::End => return Ok(false),
                _ => {}
            }
        }
    }

    fn alternatives(&mut self, depth: u64) -> Result<(Vec<Node>, u64), Error> {
        self.reader.next()?;
        let (mut nodes, mut ways) = (Vec::new(), 0_u64);
        while self.reader.next()? == Token::BeginObject {
            let (node, more) = self.object(depth + 1)?;
            nodes.push(node);
            ways = ways.saturating_add(more);
        }
        self.count(nodes.len(), depth);
        Ok((nodes, ways))
    }
}
