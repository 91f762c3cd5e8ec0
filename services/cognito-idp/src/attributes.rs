//! Whether attributes may have the values that are given, and who may set them.

use crate::api::{AttributeType, SchemaAttributeType};
use crate::client::Client;
use crate::errors;
use crate::pool::Pool;
use service::{IndexMap, Result};

/// Attributes that are true or false.
const FLAGS: [&str; 2] = ["email_verified", "phone_number_verified"];

/// Who sets attributes.
#[derive(Clone, Copy)]
pub enum By<'a> {
    /// Somebody with keys.
    Administrator,
    /// A user, by a client.
    User(&'a Client),
}

/// Attributes that are given, checked against the schema.
pub fn read(pool: &Pool, given: Vec<AttributeType>, by: By<'_>) -> Result<IndexMap<String, String>> {
    let mut read = IndexMap::new();
    for AttributeType { name, value } in given {
        let value = value.unwrap_or_default();
        let schema = find(pool, &name)?;
        if let By::User(client) = by
            && (FLAGS.contains(&name.as_str()) || !client.may_write(&name))
        {
            return Err(errors::not_authorized("A client attempted to write unauthorized attribute"));
        }
        check(schema, &name, &value)?;
        read.insert(name, value);
    }
    Ok(read)
}

/// Checks that attributes that exist may be changed. One that was never set may be set once.
pub fn check_mutable(pool: &Pool, before: &IndexMap<String, String>, names: &[&str]) -> Result<()> {
    for name in names {
        let schema = find(pool, name)?;
        if *name == "sub" || (schema.mutable == Some(false) && before.contains_key(*name)) {
            return Err(errors::invalid(format!("user.{name}: Attribute cannot be updated.")));
        }
    }
    Ok(())
}

/// Checks that nothing is missing that the schema demands.
pub fn check_required(pool: &Pool, attributes: &IndexMap<String, String>) -> Result<()> {
    match missing(pool, attributes).first() {
        Some(name) => Err(errors::schema(format!("{name}: The attribute {name} is required"))),
        None => Ok(()),
    }
}

/// The attributes that the schema demands and that are not there.
pub fn missing(pool: &Pool, attributes: &IndexMap<String, String>) -> Vec<String> {
    let demanded = pool.schema().iter().filter(|attribute| attribute.required == Some(true));
    let names = demanded.filter_map(|attribute| attribute.name.clone()).filter(|name| name != "sub");
    names.filter(|name| !attributes.contains_key(name)).collect()
}

/// Checks that attributes that are to be deleted can be.
pub fn check_deletable(pool: &Pool, before: &IndexMap<String, String>, names: &[String]) -> Result<()> {
    for name in names {
        let schema = find(pool, name)?;
        if schema.required == Some(true) {
            return Err(errors::invalid(format!(
                "user.{name}: The attribute {name} is required and cannot be deleted."
            )));
        }
    }
    check_mutable(pool, before, &names.iter().map(String::as_str).collect::<Vec<_>>())
}

fn find<'p>(pool: &'p Pool, name: &str) -> Result<&'p SchemaAttributeType> {
    let found = pool.schema().iter().find(|attribute| attribute.name.as_deref() == Some(name));
    found.ok_or_else(|| errors::schema(format!("Type for attribute {{{name}}} could not be determined")))
}

fn check(schema: &SchemaAttributeType, name: &str, value: &str) -> Result<()> {
    match schema.attribute_data_type.as_deref() {
        Some("Number") => check_number(schema, name, value)?,
        Some("Boolean") if !["true", "false"].contains(&value.to_ascii_lowercase().as_str()) => {
            return Err(errors::schema(format!("{name}: Attribute must be true or false")));
        }
        Some("String") => check_length(schema, name, value)?,
        _ => {}
    }
    match name {
        "email" if !is_email(value) => Err(errors::invalid("Invalid email address format.")),
        "phone_number" if !is_phone_number(value) => Err(errors::invalid("Invalid phone number format.")),
        _ => Ok(()),
    }
}

fn check_length(schema: &SchemaAttributeType, name: &str, value: &str) -> Result<()> {
    let Some(bounds) = &schema.string_attribute_constraints else { return Ok(()) };
    let bound = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<usize>().ok());
    let length = value.chars().count();
    // An empty text takes an attribute back.
    if length > 0 && bound(&bounds.min_length).is_some_and(|least| length < least) {
        let least = bounds.min_length.as_deref().unwrap_or_default();
        return Err(errors::schema(format!("{name}: String must be at least {least} characters")));
    }
    if bound(&bounds.max_length).is_some_and(|most| length > most) {
        let most = bounds.max_length.as_deref().unwrap_or_default();
        return Err(errors::schema(format!("{name}: String must be no longer than {most} characters")));
    }
    Ok(())
}

fn check_number(schema: &SchemaAttributeType, name: &str, value: &str) -> Result<()> {
    let Ok(number) = value.parse::<i64>() else {
        return Err(errors::schema(format!("{name}: Attribute must be a number")));
    };
    let Some(bounds) = &schema.number_attribute_constraints else { return Ok(()) };
    let bound = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<i64>().ok());
    if bound(&bounds.min_value).is_some_and(|least| number < least)
        || bound(&bounds.max_value).is_some_and(|most| number > most)
    {
        return Err(errors::schema(format!("{name}: Number is out of range")));
    }
    Ok(())
}

/// Whether a text has the form of an address.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '@';
    !local.is_empty()
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.chars().all(plain)
        && domain.split('.').all(|label| !label.is_empty())
}

/// Whether a text is a number in the form of E.164.
pub fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_told_from_names() {
        for (text, email, phone) in [
            ("ann@example.com", true, false),
            ("a.b+c@x.co", true, false),
            ("ann", false, false),
            ("ann@example", false, false),
            ("@example.com", false, false),
            ("an n@example.com", false, false),
            ("ann@example..com", false, false),
            ("+15555550100", false, true),
            ("15555550100", false, false),
            ("+1 555", false, false),
            ("+", false, false),
            ("+1234567890123456", false, false),
        ] {
            assert_eq!((is_email(text), is_phone_number(text)), (email, phone), "{text}");
        }
    }
}
