//! The rules of Choice states.
//! <https://states-language.net/#choice-state>

use crate::language::fault::Fault;
use crate::language::path::Path;
use crate::language::scope::Scope;
use serde_json::Value;
use service::Timestamp;
use std::cmp::Ordering;

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// All of these hold.
    And(Vec<Rule>),
    /// One of these holds.
    Or(Vec<Rule>),
    /// It does not hold.
    Not(Box<Rule>),
    /// What the path finds stands so to the operand.
    Compare(Path, Comparison, Operand),
}

/// What a variable is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A literal.
    Literal(Value),
    /// What a path finds.
    Path(Path),
}

/// How a variable is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `StringEquals`, `NumericLessThan` and their like.
    Order(Type, Order),
    /// `StringMatches`
    Matches,
    /// `IsNull` and its like.
    Is(Kind),
}

/// Of which type both sides are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    String,
    Numeric,
    Boolean,
    Timestamp,
}

/// How the variable stands to the operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Equals,
    LessThan,
    GreaterThan,
    LessThanEquals,
    GreaterThanEquals,
}

/// What a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Null,
    Present,
    Numeric,
    String,
    Boolean,
    Timestamp,
}

const TYPES: [(&str, Type); 4] =
    [("String", Type::String), ("Numeric", Type::Numeric), ("Boolean", Type::Boolean), ("Timestamp", Type::Timestamp)];

const ORDERS: [(&str, Order); 5] = [
    ("Equals", Order::Equals),
    ("LessThan", Order::LessThan),
    ("GreaterThan", Order::GreaterThan),
    ("LessThanEquals", Order::LessThanEquals),
    ("GreaterThanEquals", Order::GreaterThanEquals),
];

const KINDS: [(&str, Kind); 6] = [
    ("IsNull", Kind::Null),
    ("IsPresent", Kind::Present),
    ("IsNumeric", Kind::Numeric),
    ("IsString", Kind::String),
    ("IsBoolean", Kind::Boolean),
    ("IsTimestamp", Kind::Timestamp),
];

impl Comparison {
    /// A comparison by its name in a rule, and whether its operand is a path.
    pub fn read(name: &str) -> Option<(Comparison, bool)> {
        if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == name) {
            return Some((Comparison::Is(*kind), false));
        }
        if name == "StringMatches" {
            return Some((Comparison::Matches, false));
        }
        let (bare, is_path) = name.strip_suffix("Path").map_or((name, false), |bare| (bare, true));
        let (prefix, of) = *TYPES.iter().find(|(prefix, _)| bare.starts_with(prefix))?;
        let (_, order) = *ORDERS.iter().find(|(order, _)| bare.strip_prefix(prefix) == Some(*order))?;
        if of == Type::Boolean && order != Order::Equals {
            return None;
        }
        Some((Comparison::Order(of, order), is_path))
    }

    /// Whether a literal can be the operand.
    pub fn takes(self, literal: &Value) -> bool {
        match self {
            Comparison::Order(Type::String, _) | Comparison::Matches => literal.is_string(),
            Comparison::Order(Type::Numeric, _) => literal.is_number(),
            Comparison::Order(Type::Boolean, _) | Comparison::Is(_) => literal.is_boolean(),
            Comparison::Order(Type::Timestamp, _) => moment(literal).is_some(),
        }
    }
}

impl Rule {
    /// Whether it holds.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, Fault> {
        match self {
            Rule::And(rules) => {
                for rule in rules {
                    if !rule.holds(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Rule::Or(rules) => {
                for rule in rules {
                    if rule.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Rule::Not(rule) => rule.holds(scope).map(|holds| !holds),
            Rule::Compare(path, comparison, operand) => compare(scope, path, (*comparison, operand)),
        }
    }
}

fn compare(scope: &Scope<'_>, path: &Path, (comparison, operand): (Comparison, &Operand)) -> Result<bool, Fault> {
    let found = path.find(if path.in_context { scope.context } else { scope.input });
    if comparison == Comparison::Is(Kind::Present) {
        let there = found.is_some_and(|found| path.is_reference() || found != Value::Array(Vec::new()));
        return Ok(Operand::Literal(Value::Bool(there)) == *operand);
    }
    let Some(variable) = found else {
        let text = "The choice state's condition path references an invalid value.";
        return Err(Fault::runtime(format!("Invalid path '{}': {text}", path.text())));
    };
    let operand = match operand {
        Operand::Literal(literal) => literal.clone(),
        Operand::Path(path) => scope.find(path, "Variable")?,
    };
    Ok(match comparison {
        Comparison::Is(kind) => Value::Bool(is(&variable, kind)) == operand,
        Comparison::Matches => match (&variable, &operand) {
            (Value::String(text), Value::String(pattern)) => matches(text, pattern),
            _ => false,
        },
        Comparison::Order(of, order) => match ordering(of, &variable, &operand) {
            Some(found) => holds(order, found),
            None => false,
        },
    })
}

fn is(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Null => value.is_null(),
        Kind::Present => true,
        Kind::Numeric => value.is_number(),
        Kind::String => value.is_string(),
        Kind::Boolean => value.is_boolean(),
        Kind::Timestamp => moment(value).is_some(),
    }
}

/// Sides of another type than the rule's are not equal, and neither is less.
fn ordering(of: Type, left: &Value, right: &Value) -> Option<Ordering> {
    match of {
        Type::String => Some(left.as_str()?.cmp(right.as_str()?)),
        Type::Numeric => left.as_f64()?.partial_cmp(&right.as_f64()?),
        Type::Boolean => Some(left.as_bool()?.cmp(&right.as_bool()?)),
        Type::Timestamp => Some(moment(left)?.cmp(&moment(right)?)),
    }
}

fn holds(order: Order, found: Ordering) -> bool {
    match order {
        Order::Equals => found == Ordering::Equal,
        Order::LessThan => found == Ordering::Less,
        Order::GreaterThan => found == Ordering::Greater,
        Order::LessThanEquals => found != Ordering::Greater,
        Order::GreaterThanEquals => found != Ordering::Less,
    }
}

/// "Timestamps ... must conform to the RFC3339 profile of ISO 8601, with the further restrictions that an uppercase T
/// character must separate the date and time portions, and an uppercase Z must denote that a numeric time zone offset is not present".
pub fn moment(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    if text.contains(['t', 'z']) || text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    Timestamp::parse_iso8601(text)
}

/// `*` stands for any text; `\*` for itself, and `\\` for a backslash.
fn matches(text: &str, pattern: &str) -> bool {
    let mut pieces = vec![String::new()];
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let literal = match c {
            '*' => {
                pieces.push(String::new());
                continue;
            }
            '\\' if chars.peek().is_some_and(|next| *next == '*' || *next == '\\') => chars.next().unwrap_or(c),
            c => c,
        };
        if let Some(piece) = pieces.last_mut() {
            piece.push(literal);
        }
    }
    let Some((first, rest)) = pieces.split_first() else { return false };
    let Some(mut text) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return text.is_empty() };
    for piece in middle {
        match text.find(piece.as_str()) {
            Some(at) => text = text.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    text.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Unlikely;
    use serde_json::json;

    fn check(variable: &str, name: &str, operand: Value, expect: Option<bool>) {
        let input = json!({
            "s": "log-x.txt", "n": 5, "b": true, "t": "2026-01-02T03:04:05Z", "null": null, "m": 7, "star": "a*b", "list": [1],
        });
        let (comparison, is_path) = Comparison::read(name).unwrap_or_else(|| panic!("{name}"));
        let path = Path::read(variable).unwrap_or_else(|| panic!("{variable}"));
        let operand = match operand.as_str().filter(|_| is_path).and_then(Path::read) {
            Some(path) => Operand::Path(path),
            None => Operand::Literal(operand),
        };
        let rule = Rule::Compare(path, comparison, operand);
        let scope = Scope { input: &input, context: &Value::Null, chance: &mut Unlikely };
        assert_eq!(rule.holds(&scope).ok(), expect, "{variable} {name}");
        let not = Rule::Not(Box::new(rule)).holds(&scope).ok();
        assert_eq!(not, expect.map(|holds| !holds), "not {variable} {name}");
    }

    #[test]
    fn rules_decide() {
        check("$.s", "StringEquals", json!("log-x.txt"), Some(true));
        check("$.s", "StringGreaterThan", json!("a"), Some(true));
        check("$.s", "StringLessThanEquals", json!("log"), Some(false));
        check("$.s", "StringMatches", json!("log-*.txt"), Some(true));
        check("$.s", "StringMatches", json!("log-*.tx"), Some(false));
        check("$.s", "StringMatches", json!("*-*-*"), Some(false));
        check("$.star", "StringMatches", json!("a\\*b"), Some(true));
        check("$.s", "StringMatches", json!("log-\\*"), Some(false));
        check("$.n", "NumericEquals", json!(5.0), Some(true));
        check("$.n", "NumericLessThanPath", json!("$.m"), Some(true));
        check("$.n", "NumericGreaterThanEquals", json!(6), Some(false));
        check("$.n", "StringEquals", json!("5"), Some(false));
        check("$.b", "BooleanEquals", json!(true), Some(true));
        check("$.t", "TimestampEquals", json!("2026-01-02T04:04:05+01:00"), Some(true));
        check("$.t", "TimestampLessThan", json!("2026-01-02T03:04:04Z"), Some(false));
        check("$.t", "IsTimestamp", json!(true), Some(true));
        check("$.s", "IsTimestamp", json!(true), Some(false));
        check("$.null", "IsNull", json!(true), Some(true));
        check("$.null", "IsPresent", json!(true), Some(true));
        check("$.no", "IsPresent", json!(false), Some(true));
        check("$.n", "IsNumeric", json!(true), Some(true));
        check("$.n", "IsString", json!(false), Some(true));
        check("$.b", "IsBoolean", json!(true), Some(true));
        check("$.no", "IsString", json!(true), None);
        check("$.no", "StringEquals", json!("a"), None);
        check("$.n", "NumericEqualsPath", json!("$.no"), None);
    }

    #[test]
    fn there_are_no_other_comparisons() {
        for name in ["StringEqual", "BooleanLessThan", "StringMatchesPath", "IsNullPath", "NumericMatches", "Equals"] {
            assert_eq!(Comparison::read(name), None, "{name}");
        }
    }
}
