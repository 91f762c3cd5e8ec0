//! Filters of paths: `[?(@.price > 5 && @.kind == 'book')]`.

use crate::language::path::Path;
use serde_json::Value;
use std::cmp::Ordering;

/// How deep filters may nest.
const DEEPEST: usize = 16;

/// A condition on each of several values.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// One of these holds.
    Or(Vec<Filter>),
    /// All of these hold.
    And(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// The path finds something.
    There(Path),
    /// Both sides compare so.
    Compare(Side, Operator, Side),
}

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Side {
    /// What a path finds in the value.
    Path(Path),
    /// A literal.
    Literal(Value),
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

const OPERATORS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::Unequal),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Filter {
    /// Whether a value passes.
    pub fn holds(&self, value: &Value) -> bool {
        match self {
            Filter::Or(any) => any.iter().any(|filter| filter.holds(value)),
            Filter::And(all) => all.iter().all(|filter| filter.holds(value)),
            Filter::Not(filter) => !filter.holds(value),
            Filter::There(path) => path.find(value).is_some(),
            Filter::Compare(left, operator, right) => match (left.of(value), right.of(value)) {
                (Some(left), Some(right)) => operator.compares(&left, &right),
                _ => false,
            },
        }
    }
}

impl Side {
    fn of(&self, value: &Value) -> Option<Value> {
        match self {
            Side::Path(path) => path.find(value),
            Side::Literal(literal) => Some(literal.clone()),
        }
    }
}

impl Operator {
    fn compares(self, left: &Value, right: &Value) -> bool {
        let order = match (left, right) {
            (Value::Number(left), Value::Number(right)) => {
                left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right))
            }
            (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
            (left, right) if left == right => Some(Ordering::Equal),
            _ => None,
        };
        match self {
            Operator::Equal => order == Some(Ordering::Equal),
            Operator::Unequal => order != Some(Ordering::Equal),
            Operator::Less => order == Some(Ordering::Less),
            Operator::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Operator::Greater => order == Some(Ordering::Greater),
            Operator::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// A filter from what stands between its parentheses; `None` if it is none.
pub fn read(text: &str) -> Option<Filter> {
    let mut reader = Reader { rest: text, depth: 0 };
    let filter = reader.or()?;
    reader.rest.trim().is_empty().then_some(filter)
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl Reader<'_> {
    fn takes(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(sign) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    fn or(&mut self) -> Option<Filter> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut any = vec![self.and()?];
        while self.takes("||") {
            any.push(self.and()?);
        }
        self.depth -= 1;
        if any.len() == 1 { any.pop() } else { Some(Filter::Or(any)) }
    }

    fn and(&mut self) -> Option<Filter> {
        let mut all = vec![self.one()?];
        while self.takes("&&") {
            all.push(self.one()?);
        }
        if all.len() == 1 { all.pop() } else { Some(Filter::And(all)) }
    }

    fn one(&mut self) -> Option<Filter> {
        if !self.rest.trim_start().starts_with("!=") && self.takes("!") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return None;
            }
            return self.one().map(|filter| Filter::Not(Box::new(filter)));
        }
        if self.takes("(") {
            let inner = self.or()?;
            return self.takes(")").then_some(inner);
        }
        let left = self.side()?;
        let operator = OPERATORS.iter().find(|(sign, _)| self.takes(sign)).map(|(_, operator)| *operator);
        match (operator, left) {
            (Some(operator), left) => Some(Filter::Compare(left, operator, self.side()?)),
            (None, Side::Path(path)) => Some(Filter::There(path)),
            (None, Side::Literal(_)) => None,
        }
    }

    fn side(&mut self) -> Option<Side> {
        let rest = self.rest.trim_start();
        if let Some(path) = rest.strip_prefix('@') {
            let end = path_end(path);
            self.rest = path.get(end..)?;
            return Path::read(&format!("${}", path.get(..end)?)).map(Side::Path);
        }
        if let Some(quote) = rest.chars().next().filter(|c| *c == '\'' || *c == '"') {
            let inner = rest.get(1..)?;
            let end = inner.find(quote)?;
            self.rest = inner.get(end + 1..)?;
            return Some(Side::Literal(Value::String(inner.get(..end)?.to_owned())));
        }
        let end = rest.find(|c: char| c.is_whitespace() || "&|)=!<>".contains(c)).unwrap_or(rest.len());
        let (literal, after) = rest.split_at(end);
        self.rest = after;
        let literal: Value = serde_json::from_str(literal).ok()?;
        (!literal.is_object() && !literal.is_array()).then_some(Side::Literal(literal))
    }
}

/// Where a path within a filter ends.
fn path_end(text: &str) -> usize {
    let mut depth = 0_usize;
    for (i, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            c if depth == 0 && (c.is_whitespace() || "&|)=!<>".contains(c)) => return i,
            _ => {}
        }
    }
    text.len()
}
