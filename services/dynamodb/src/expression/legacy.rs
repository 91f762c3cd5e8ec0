//! The parameters that were there before expressions: they come to the same conditions and updates.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html>

use super::Path;
use super::condition::{Comparator, Condition, Operand};
use super::update::{Term, Update};
use crate::api;
use crate::errors;
use crate::item::Literal;
use crate::value::AttributeValue;
use service::{Error, IndexMap, Result};

/// Conditions by attribute, joined by `ConditionalOperator`; `None` when there are none.
pub fn join(conditions: Vec<Condition>, operator: Option<&str>) -> Option<Condition> {
    let or = operator == Some("OR");
    conditions.into_iter().reduce(|a, b| match or {
        true => Condition::Or(Box::new(a), Box::new(b)),
        false => Condition::And(Box::new(a), Box::new(b)),
    })
}

/// Reads `QueryFilter`, `ScanFilter` or `KeyConditions`.
pub fn conditions(map: IndexMap<String, api::Condition>) -> Result<Vec<(String, Condition)>> {
    let one = |(name, condition): (String, api::Condition)| {
        let api::Condition { attribute_value_list, comparison_operator } = condition;
        let condition = compare(&name, &comparison_operator, attribute_value_list.unwrap_or_default())?;
        Ok((name, condition))
    };
    map.into_iter().map(one).collect()
}

/// Reads `Expected`.
pub fn expected(map: IndexMap<String, api::ExpectedAttributeValue>) -> Result<Vec<Condition>> {
    map.into_iter().map(|(name, expected)| expect(&name, expected)).collect()
}

fn expect(name: &str, expected: api::ExpectedAttributeValue) -> Result<Condition> {
    let api::ExpectedAttributeValue { value, exists, comparison_operator, attribute_value_list } = expected;
    if let Some(operator) = comparison_operator {
        if exists.is_some() {
            let text = "Exists and ComparisonOperator cannot be used together for Attribute: ";
            return Err(errors::invalid(format!("{text}{name}")));
        }
        if value.is_some() && attribute_value_list.is_some() {
            let text = "Value and AttributeValueList cannot be used together for Attribute: ";
            return Err(errors::invalid(format!("{text}{name}")));
        }
        let list = attribute_value_list.unwrap_or_else(|| value.into_iter().collect());
        return compare(name, &operator, list);
    }
    if attribute_value_list.is_some() {
        let text = "AttributeValueList can only be used with a ComparisonOperator for Attribute: ";
        return Err(errors::invalid(format!("{text}{name}")));
    }
    match (value, exists) {
        (Some(mut value), None | Some(true)) => {
            value.check()?;
            Ok(Condition::Compare(Operand::Path(Path::top(name)), Comparator::Equal, operand(&value)))
        }
        (Some(_), Some(false)) => {
            let text = "Value cannot be used when Exists is false for Attribute: ";
            Err(errors::invalid(format!("{text}{name}")))
        }
        (None, Some(false)) => Ok(Condition::Missing(Path::top(name))),
        (None, exists) => {
            let shown = exists.map_or("null".to_owned(), |truth| truth.to_string());
            let text = format!("Value must be provided when Exists is {shown} for Attribute: {name}");
            Err(errors::invalid(text))
        }
    }
}

fn operand(value: &AttributeValue) -> Operand {
    Operand::Value(Literal::of(value))
}

fn compare(name: &str, operator: &str, mut list: Vec<AttributeValue>) -> Result<Condition> {
    list.iter_mut().try_for_each(AttributeValue::check)?;
    let count = list.len();
    let wanted = match operator {
        "NULL" | "NOT_NULL" => count == 0,
        "BETWEEN" => count == 2,
        "IN" => count > 0,
        _ => count == 1,
    };
    if !wanted {
        return Err(errors::invalid(format!("Invalid number of argument(s) for the {operator} ComparisonOperator")));
    }
    let allowed: &[&str] = match operator {
        "LE" | "LT" | "GE" | "GT" | "BETWEEN" | "IN" => &["S", "N", "B"],
        "BEGINS_WITH" => &["S", "B"],
        "CONTAINS" | "NOT_CONTAINS" => &["S", "N", "B", "BOOL", "NULL", "M", "L"],
        _ => &[],
    };
    if let Some(wrong) = list.iter().find(|value| !allowed.is_empty() && !allowed.contains(&value.kind())) {
        let kind = wrong.kind();
        let text = format!("ComparisonOperator {operator} is not valid for {kind} AttributeValue type");
        return Err(errors::invalid(text));
    }
    let path = || Operand::Path(Path::top(name));
    let mut values = list.iter().map(operand);
    let mut next = || values.next().ok_or_else(|| Error::internal("an operand was counted that is not there"));
    Ok(match operator {
        "EQ" => Condition::Compare(path(), Comparator::Equal, next()?),
        "NE" => Condition::Compare(path(), Comparator::Unequal, next()?),
        "LE" => Condition::Compare(path(), Comparator::AtMost, next()?),
        "LT" => Condition::Compare(path(), Comparator::Less, next()?),
        "GE" => Condition::Compare(path(), Comparator::AtLeast, next()?),
        "GT" => Condition::Compare(path(), Comparator::Greater, next()?),
        "BETWEEN" => {
            let (low, high) = (next()?, next()?);
            Condition::Between(path(), low, high)
        }
        "IN" => Condition::In(path(), list.iter().map(operand).collect()),
        "NULL" => Condition::Missing(Path::top(name)),
        "NOT_NULL" => Condition::Exists(Path::top(name)),
        "BEGINS_WITH" => Condition::BeginsWith(path(), next()?),
        "CONTAINS" => Condition::Contains(path(), next()?),
        "NOT_CONTAINS" => Condition::And(
            Box::new(Condition::Exists(Path::top(name))),
            Box::new(Condition::Not(Box::new(Condition::Contains(path(), next()?)))),
        ),
        other => return Err(errors::invalid(format!("Unsupported ComparisonOperator: {other}"))),
    })
}

/// Reads `AttributeUpdates`.
pub fn update(map: IndexMap<String, api::AttributeValueUpdate>) -> Result<Update> {
    let mut update = Update::default();
    for (name, one) in map {
        let api::AttributeValueUpdate { mut value, action } = one;
        if let Some(value) = &mut value {
            value.check()?;
        }
        let path = Path::top(name.as_str());
        match (action.as_deref().unwrap_or("PUT"), value) {
            ("DELETE", None) => update.remove.push(path),
            (action, None) => {
                let text = format!("Only DELETE action is allowed when no attribute value is specified: {action}");
                return Err(errors::invalid(text));
            }
            ("PUT", Some(value)) => update.set.push((path, Term::Value(value))),
            ("ADD", Some(value)) => match value {
                AttributeValue::N(_) | AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_) => {
                    update.add.push((path, value));
                }
                AttributeValue::L(list) => {
                    let old = Term::IfNotExists(path.clone(), Box::new(Term::Value(AttributeValue::L(Vec::new()))));
                    let new = Term::Value(AttributeValue::L(list));
                    update.set.push((path, Term::ListAppend(Box::new(old), Box::new(new))));
                }
                other => return Err(wrong_action("ADD", other.kind())),
            },
            ("DELETE", Some(value)) => match value {
                AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_) => {
                    update.delete.push((path, value));
                }
                other => return Err(wrong_action("DELETE", other.kind())),
            },
            (other, Some(_)) => return Err(errors::invalid(format!("Unknown action: {other}"))),
        }
    }
    Ok(update)
}

fn wrong_action(action: &str, kind: &str) -> Error {
    errors::invalid(format!("{action} action is not supported for the type {kind}"))
}

/// What an operation was given of the older parameters and of the newer ones: both at once cannot be.
pub fn check_mixture(older: &[(&str, bool)], newer: &[(&str, bool)]) -> Result<()> {
    let given = |list: &[(&str, bool)]| {
        let names: Vec<&str> = list.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        names.join(", ")
    };
    let (older, newer) = (given(older), given(newer));
    if older.is_empty() || newer.is_empty() {
        return Ok(());
    }
    Err(errors::validation(format!(
        "Can not use both expression and non-expression parameters in the same request: \
         Non-expression parameters: {{{older}}} Expression parameters: {{{newer}}}"
    )))
}

/// A filter may not look at what the keys have decided.
pub fn check_filter<'c>(condition: &'c Condition, keys: &[&str], parameter: &str) -> Result<()> {
    let mut found: Option<&'c str> = None;
    condition.attributes(&mut |name| {
        if found.is_none() && keys.contains(&name) {
            found = Some(name);
        }
    });
    match found {
        None => Ok(()),
        Some(key) => Err(errors::validation(format!(
            "{parameter} can only contain non-primary key attributes: Primary key attribute: {key}"
        ))),
    }
}

/// The values of a request's older `AttributesToGet`, as paths.
pub fn attributes_to_get(names: Vec<String>) -> Result<Vec<Path>> {
    let mut paths: Vec<Path> = Vec::new();
    for name in names {
        let path = Path::top(name.as_str());
        if paths.contains(&path) {
            return Err(errors::invalid(format!("Duplicate value in attribute name: {name}")));
        }
        paths.push(path);
    }
    Ok(paths)
}
