//! The keywords of a schema.

use super::{Place, format, pattern};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

type Members = Map<String, Json>;

impl<'s> Place<'s> {
    /// One keyword of a schema with what it wants. One that this draft does not have means nothing, as to API Gateway's validator.
    pub(super) fn keyword(
        self,
        schema: &'s Members,
        keyword: (&str, &'s Json),
        value: &Json,
        faults: &mut Vec<String>,
    ) {
        let fault = match value {
            Json::Number(_) => number(schema, keyword, value),
            Json::String(text) => string(keyword, text),
            Json::Array(items) => self.array(schema, keyword, (items, &mut *faults)),
            Json::Object(members) => self.object(schema, keyword, (members, &mut *faults)),
            _ => None,
        };
        faults.extend(fault.or_else(|| self.whole(keyword, value)));
    }

    /// What is wanted of a value of whatever type.
    fn whole(self, (keyword, wanted): (&str, &'s Json), value: &Json) -> Option<String> {
        let of = || wanted.as_array().map(Vec::as_slice).unwrap_or_default();
        let matched = || of().iter().filter(|schema| self.holds(schema, value)).count();
        match keyword {
            "type" => {
                let allowed = allowed(wanted);
                let own = kind(value);
                let fits = allowed.contains(own) || own == "integer" && allowed.contains("number");
                let list = serde_json::to_string(&widened(&allowed)).unwrap_or_default();
                (!fits).then(|| {
                    format!("instance type ({own}) does not match any allowed primitive type (allowed: {list})")
                })
            }
            "enum" if !of().contains(value) => {
                Some(format!("instance value ({value}) not found in enum (possible values: {wanted})"))
            }
            "allOf" => match (matched(), of().len()) {
                (count, all) if count < all => {
                    Some(format!("instance failed to match all required schemas (matched only {count} out of {all})"))
                }
                _ => None,
            },
            "anyOf" if matched() == 0 => {
                Some(format!("instance failed to match at least one required schema among {}", of().len()))
            }
            "oneOf" => match matched() {
                1 => None,
                count => {
                    Some(format!("instance failed to match exactly one schema (matched {count} out of {})", of().len()))
                }
            },
            "not" if self.holds(wanted, value) => Some("instance matched a schema which it should not have".to_owned()),
            _ => None,
        }
    }

    fn array(
        self,
        schema: &'s Members,
        (keyword, wanted): (&str, &'s Json),
        (items, faults): (&[Json], &mut Vec<String>),
    ) -> Option<String> {
        let (length, bound) = (items.len() as u64, wanted.as_u64().unwrap_or_default());
        match keyword {
            "minItems" if length < bound => Some(format!(
                "array is too short: must have at least {bound} elements but instance has {length} elements"
            )),
            "maxItems" if length > bound => Some(format!(
                "array is too long: must have at most {bound} elements but instance has {length} elements"
            )),
            "uniqueItems" if wanted.as_bool() == Some(true) => {
                let different: BTreeSet<String> = items.iter().map(Json::to_string).collect();
                (different.len() < items.len()).then(|| "array must not contain duplicate elements".to_owned())
            }
            "items" => {
                match wanted {
                    Json::Array(each) => {
                        let more = schema.get("additionalItems").filter(|more| more.is_object());
                        let schemas = each.iter().map(Some).chain(std::iter::repeat(more));
                        for (item, schema) in items.iter().zip(schemas) {
                            schema.into_iter().for_each(|schema| self.check(schema, item, faults));
                        }
                    }
                    every => items.iter().for_each(|item| self.check(every, item, faults)),
                }
                None
            }
            "additionalItems" if wanted.as_bool() == Some(false) => {
                let most = schema.get("items").and_then(Json::as_array)?.len();
                (items.len() > most)
                    .then(|| format!("schema only allows {most} elements in array, but instance has {length} elements"))
            }
            _ => None,
        }
    }

    fn object(
        self,
        schema: &'s Members,
        (keyword, wanted): (&str, &'s Json),
        (members, faults): (&Members, &mut Vec<String>),
    ) -> Option<String> {
        let (count, bound) = (members.len(), wanted.as_u64().unwrap_or_default());
        match keyword {
            "required" => {
                let names = wanted.as_array()?.iter().filter_map(Json::as_str);
                let absent: BTreeSet<&str> = names.filter(|name| !members.contains_key(*name)).collect();
                let list = serde_json::to_string(&absent).unwrap_or_default();
                (!absent.is_empty()).then(|| format!("object has missing required properties ({list})"))
            }
            "minProperties" if (count as u64) < bound => {
                Some(format!("object has too few properties (found {count} but schema requires at least {bound})"))
            }
            "maxProperties" if (count as u64) > bound => {
                Some(format!("object has too many properties (found {count} but schema requires at most {bound})"))
            }
            "properties" => {
                for (name, schema) in wanted.as_object()? {
                    members.get(name).into_iter().for_each(|value| self.check(schema, value, faults));
                }
                None
            }
            "patternProperties" => {
                for (text, schema) in wanted.as_object()? {
                    let Some(pattern) = pattern(text) else { continue };
                    let fitting = members.iter().filter(|(name, _)| pattern.is_match(name));
                    fitting.for_each(|(_, value)| self.check(schema, value, faults));
                }
                None
            }
            "additionalProperties" => self.further(schema, wanted, (members, faults)),
            "dependencies" => self.dependencies(wanted, (members, faults)),
            _ => None,
        }
    }

    /// Members that neither `properties` nor `patternProperties` name.
    fn further(
        self,
        schema: &Members,
        wanted: &'s Json,
        (members, faults): (&Members, &mut Vec<String>),
    ) -> Option<String> {
        let named = schema.get("properties").and_then(Json::as_object);
        let patterns = schema.get("patternProperties").and_then(Json::as_object);
        let patterns: Vec<_> = patterns.into_iter().flatten().filter_map(|(text, _)| pattern(text)).collect();
        let known = |name: &str| {
            named.is_some_and(|named| named.contains_key(name)) || patterns.iter().any(|p| p.is_match(name))
        };
        let further = members.iter().filter(|(name, _)| !known(name));
        if wanted.as_bool() == Some(false) {
            let names: BTreeSet<&str> = further.map(|(name, _)| name.as_str()).collect();
            let list = serde_json::to_string(&names).unwrap_or_default();
            return (!names.is_empty())
                .then(|| format!("object instance has properties which are not allowed by the schema: {list}"));
        }
        if wanted.is_object() {
            further.for_each(|(_, value)| self.check(wanted, value, faults));
        }
        None
    }

    fn dependencies(self, wanted: &'s Json, (members, faults): (&Members, &mut Vec<String>)) -> Option<String> {
        for (name, needed) in wanted.as_object()?.iter().filter(|(name, _)| members.contains_key(*name)) {
            let Some(needed) = needed.as_array() else {
                self.check(needed, &Json::Object(members.clone()), faults);
                continue;
            };
            let needed: BTreeSet<&str> = needed.iter().filter_map(Json::as_str).collect();
            let absent: BTreeSet<&&str> = needed.iter().filter(|name| !members.contains_key(**name)).collect();
            if !absent.is_empty() {
                let all = serde_json::to_string(&needed).unwrap_or_default();
                let absent = serde_json::to_string(&absent).unwrap_or_default();
                faults.push(format!(
                    "property \"{name}\" of object has missing property dependencies (schema requires {all}; missing: {absent})"
                ));
            }
        }
        None
    }
}

fn number(schema: &Members, (keyword, wanted): (&str, &Json), value: &Json) -> Option<String> {
    let (own, bound) = (value.as_f64()?, wanted.as_f64()?);
    let strict = |name: &str| schema.get(name).and_then(Json::as_bool) == Some(true);
    match keyword {
        "minimum" if own < bound => {
            Some(format!("numeric instance is lower than the required minimum (minimum: {wanted}, found: {value})"))
        }
        "minimum" if own == bound && strict("exclusiveMinimum") => {
            Some(format!("numeric instance is not strictly greater than the required minimum {wanted}"))
        }
        "maximum" if own > bound => {
            Some(format!("numeric instance is greater than the required maximum (maximum: {wanted}, found: {value})"))
        }
        "maximum" if own == bound && strict("exclusiveMaximum") => {
            Some(format!("numeric instance is not strictly lower than the required maximum {wanted}"))
        }
        "multipleOf" if bound > 0.0 && !is_multiple(own, bound) => {
            Some(format!("remainder of division is not zero ({value} / {wanted})"))
        }
        _ => None,
    }
}

/// Whether a number is so many times another one, but for what binary fractions cannot hold.
fn is_multiple(number: f64, of: f64) -> bool {
    let times = number / of;
    (times - times.round()).abs() <= f64::EPSILON * times.abs().max(1.0)
}

fn string((keyword, wanted): (&str, &Json), text: &str) -> Option<String> {
    let quoted = || Json::from(text);
    let length = || text.chars().count() as u64;
    match keyword {
        "minLength" if length() < wanted.as_u64()? => {
            Some(format!("string {} is too short (length: {}, required minimum: {wanted})", quoted(), length()))
        }
        "maxLength" if length() > wanted.as_u64()? => {
            Some(format!("string {} is too long (length: {}, maximum allowed: {wanted})", quoted(), length()))
        }
        "pattern" => {
            let wanted = wanted.as_str()?;
            (!pattern(wanted)?.is_match(text))
                .then(|| format!("ECMA 262 regex \"{wanted}\" does not match input string {}", quoted()))
        }
        "format" => format::fault(wanted.as_str()?, text),
        _ => None,
    }
}

/// A value's type, the narrowest.
fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn allowed(wanted: &Json) -> BTreeSet<&str> {
    match wanted {
        Json::String(one) => [one.as_str()].into_iter().collect(),
        Json::Array(all) => all.iter().filter_map(Json::as_str).collect(),
        _ => BTreeSet::new(),
    }
}

/// A number may be whole.
fn widened<'a>(allowed: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut all = allowed.clone();
    if all.contains("number") {
        all.insert("integer");
    }
    all
}
