//! Which keys a query looks for: one partition, and maybe a range within it.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html>

use super::Path;
use super::condition::{Comparator, Condition, Operand};
use crate::errors;
use crate::keys::KeySchema;
use crate::value::AttributeValue;
use service::{Error, Result};

/// What a query looks for.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyCondition {
    /// The partition key's value.
    pub hash: AttributeValue,
    /// The sort keys.
    pub range: Range,
}

/// The sort keys of a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Range {
    /// All of them.
    All,
    /// Compared with a value, but for unequal.
    Compare(Comparator, AttributeValue),
    /// From one to another, both included.
    Between(AttributeValue, AttributeValue),
    /// Those that begin so.
    BeginsWith(AttributeValue),
}

/// A condition on one key attribute.
struct One {
    name: String,
    range: Range,
}

impl KeyCondition {
    /// What a `KeyConditionExpression` means for a table or index.
    pub fn of_expression(condition: Condition, schema: &KeySchema) -> Result<KeyCondition> {
        let mut all = Vec::new();
        gather(condition, &mut all)?;
        KeyCondition::of(all, schema, "KeyConditionExpressions must only contain one condition per key")
    }

    /// Puts together what `KeyConditions` say.
    pub fn of_conditions(conditions: Vec<(String, Condition)>, schema: &KeySchema) -> Result<KeyCondition> {
        let one = |(name, condition)| match one(condition) {
            Ok(one) => Ok(one),
            Err(_) => Err(errors::validation(format!(
                "Attempted conditional constraint is not an indexable operation: {name}"
            ))),
        };
        let all = conditions.into_iter().map(one).collect::<Result<Vec<One>>>()?;
        KeyCondition::of(all, schema, "Conditions can be of length 1 or 2 only")
    }

    fn of(mut all: Vec<One>, schema: &KeySchema, too_many: &str) -> Result<KeyCondition> {
        if all.len() > 2 || (all.len() == 2 && all.first().map(|one| &one.name) == all.get(1).map(|one| &one.name)) {
            return Err(errors::validation(too_many));
        }
        let at = all.iter().position(|one| one.name == schema.hash.name);
        let hash = at.map(|at| all.remove(at)).ok_or_else(|| missed(&schema.hash.name))?;
        let Range::Compare(Comparator::Equal, hash) = hash.range else {
            return Err(errors::validation("Query key condition not supported"));
        };
        let range = match (all.pop(), &schema.range) {
            (None, _) => Range::All,
            (Some(one), Some(range)) if one.name == range.name => one.range,
            (Some(_), Some(range)) => return Err(missed(&range.name)),
            (Some(_), None) => return Err(errors::validation("Query key condition not supported")),
        };
        check_filled(&hash, &schema.hash.name)?;
        if let (Range::Compare(Comparator::Equal, value), Some(key)) = (&range, &schema.range) {
            check_filled(value, &key.name)?;
        }
        if matches!(range, Range::Compare(Comparator::Unequal, _)) {
            return Err(errors::validation("Query key condition not supported"));
        }
        let wrong = |value: &AttributeValue, kind: &str| value.kind() != kind;
        let ranges: Vec<&AttributeValue> = match &range {
            Range::All => Vec::new(),
            Range::Compare(_, value) | Range::BeginsWith(value) => vec![value],
            Range::Between(low, high) => vec![low, high],
        };
        let of_range = schema.range.as_ref().map_or("", |key| key.kind.as_str());
        if wrong(&hash, &schema.hash.kind) || ranges.into_iter().any(|value| wrong(value, of_range)) {
            return Err(errors::invalid("Condition parameter type does not match schema type"));
        }
        Ok(KeyCondition { hash, range })
    }
}

/// A key is never empty.
fn check_filled(value: &AttributeValue, key: &str) -> Result<()> {
    match value {
        AttributeValue::S(text) if text.is_empty() => Err(errors::empty_key("string", key)),
        AttributeValue::B(bytes) if bytes.is_empty() => Err(errors::empty_key("binary", key)),
        _ => Ok(()),
    }
}

fn missed(key: &str) -> Error {
    errors::validation(format!("Query condition missed key schema element: {key}"))
}

fn operator(name: &str) -> Error {
    let text = "Invalid operator used in KeyConditionExpression: ";
    errors::validation(format!("{text}{name}"))
}

fn gather(condition: Condition, all: &mut Vec<One>) -> Result<()> {
    // A chain of ANDs leans to the left; the other side is a single condition or a fault.
    match condition {
        Condition::And(a, b) => {
            gather(*a, all)?;
            gather(*b, all)
        }
        other => {
            all.push(one(other)?);
            Ok(())
        }
    }
}

fn one(condition: Condition) -> Result<One> {
    match condition {
        Condition::Compare(a, how, b) => compare(a, how, b),
        Condition::Between(a, low, high) => {
            let name = key_name(a)?;
            Ok(One { name, range: Range::Between(literal(low)?, literal(high)?) })
        }
        Condition::BeginsWith(a, b) => {
            let Operand::Path(path) = a else {
                let text = "Invalid condition in KeyConditionExpression: begins_with operator must have the key \
                            attribute as its first operand";
                return Err(errors::validation(text));
            };
            Ok(One { name: top(path)?, range: Range::BeginsWith(literal(b)?) })
        }
        Condition::And(..) => Err(operator("AND")),
        Condition::Or(..) => Err(operator("OR")),
        Condition::Not(_) => Err(operator("NOT")),
        Condition::In(..) => Err(operator("IN")),
        Condition::Exists(_) => Err(operator("attribute_exists")),
        Condition::Missing(_) => Err(operator("attribute_not_exists")),
        Condition::Type(..) => Err(operator("attribute_type")),
        Condition::Contains(..) => Err(operator("contains")),
    }
}

fn compare(a: Operand, how: Comparator, b: Operand) -> Result<One> {
    if how == Comparator::Unequal {
        return Err(operator("<>"));
    }
    let (name, value, how) = match (a, b) {
        (Operand::Path(path), value @ Operand::Value(_)) => (top(path)?, literal(value)?, how),
        (value @ Operand::Value(_), Operand::Path(path)) => (top(path)?, literal(value)?, turned(how)),
        (Operand::Path(_), Operand::Path(_)) => {
            let text = "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition";
            return Err(errors::validation(text));
        }
        (Operand::Value(_), Operand::Value(_)) => {
            let text = "Invalid condition in KeyConditionExpression: No key attribute specified";
            return Err(errors::validation(text));
        }
        _ => return Err(nested()),
    };
    Ok(One { name, range: Range::Compare(how, value) })
}

fn turned(how: Comparator) -> Comparator {
    match how {
        Comparator::Less => Comparator::Greater,
        Comparator::AtMost => Comparator::AtLeast,
        Comparator::Greater => Comparator::Less,
        Comparator::AtLeast => Comparator::AtMost,
        same => same,
    }
}

fn nested() -> Error {
    errors::validation("KeyConditionExpressions cannot contain nested operations")
}

fn key_name(operand: Operand) -> Result<String> {
    match operand {
        Operand::Path(path) => top(path),
        Operand::Value(_) => {
            let text = "Invalid condition in KeyConditionExpression: No key attribute specified";
            Err(errors::validation(text))
        }
        Operand::Size(_) => Err(nested()),
    }
}

fn top(path: Path) -> Result<String> {
    let nested = "KeyConditionExpressions cannot have conditions on nested attributes";
    path.only().map(str::to_owned).ok_or_else(|| errors::validation(nested))
}

fn literal(operand: Operand) -> Result<AttributeValue> {
    match operand {
        Operand::Value(literal) => Ok(literal.coded().tree()),
        Operand::Path(_) => {
            let text = "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition";
            Err(errors::validation(text))
        }
        Operand::Size(_) => Err(nested()),
    }
}
