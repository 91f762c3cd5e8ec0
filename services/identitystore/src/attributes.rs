//! Attributes by their paths, such as `name.givenName`.

use crate::api::AttributeOperation;
use crate::errors;
use service::resource::with_capital_names;
use service::shape::{self, Node};
use service::{IndexMap, Result, Value};

/// What may be set of a user, and what is compared. The members of what lies below are the model's own.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateUser.html>
pub const OF_USERS: &[&str] = &[
    "UserName",
    "Name",
    "DisplayName",
    "NickName",
    "ProfileUrl",
    "Emails",
    "Addresses",
    "PhoneNumbers",
    "UserType",
    "Title",
    "PreferredLanguage",
    "Locale",
    "Timezone",
    "Photos",
    "Website",
    "Birthdate",
    "Roles",
];
/// What may be set of a group.
pub const OF_GROUPS: &[&str] = &["DisplayName", "Description"];
const OF_NAMES: &[&str] = &["Formatted", "FamilyName", "GivenName", "MiddleName", "HonorificPrefix", "HonorificSuffix"];

/// Sets and takes off attributes of a user or group as a whole request says.
///
/// # Errors
/// `ValidationException` for a path that there is not, or a value that is none of its kind.
pub fn change<T: Node + Default>(row: &T, operations: Vec<AttributeOperation>, known: &[&str]) -> Result<T> {
    let mut tree = Value::of(row.peek());
    for AttributeOperation { attribute_path, attribute_value } in operations {
        let value = attribute_value.filter(|value| !value.is_null());
        let path = resolved(&attribute_path, known)?;
        set(&mut tree, &path, value.map(|value| with_capital_names(&value)));
    }
    let mut changed = T::default();
    shape::fill(&mut changed, &tree).map_err(|misfit| errors::validation(misfit.to_string()))?;
    Ok(changed)
}

/// The members that a path names: small and capital letters are the same.
fn resolved(path: &str, known: &[&str]) -> Result<Vec<String>> {
    let invalid = || errors::validation(format!("The attribute {path} is not a valid attribute"));
    let find = |part: &str, among: &[&str]| {
        among.iter().find(|name| name.eq_ignore_ascii_case(part)).map(|name| (*name).to_owned()).ok_or_else(invalid)
    };
    let mut parts = path.split('.');
    let first = find(parts.next().unwrap_or_default(), known)?;
    match (parts.next(), parts.next()) {
        (None, _) => Ok(vec![first]),
        (Some(part), None) if first == "Name" => Ok(vec![first, find(part, OF_NAMES)?]),
        _ => Err(invalid()),
    }
}

fn set(tree: &mut Value, path: &[String], value: Option<Value>) {
    let (Value::Map(members), Some((first, rest))) = (tree, path.split_first()) else { return };
    if !rest.is_empty() {
        let inner = members.entry(first.clone()).or_insert_with(|| Value::Map(IndexMap::new()));
        return set(inner, rest, value);
    }
    match value {
        Some(value) => drop(members.insert(first.clone(), value)),
        None => drop(members.shift_remove(first)),
    }
}

/// Whether an attribute that a filter names has this value. Texts are compared without regard to case.
///
/// # Errors
/// `ValidationException` for an attribute by which nothing is found.
pub fn check_filter(path: &str, known: &[&str]) -> Result<()> {
    match known.iter().any(|name| name.eq_ignore_ascii_case(path)) {
        true => Ok(()),
        false => Err(errors::validation(format!("The attribute {path} is not supported in filters"))),
    }
}

/// A revision that follows another.
pub fn next_revision(revision: &str) -> String {
    revision.parse::<u64>().unwrap_or_default().saturating_add(1).to_string()
}

/// Whether the revision that a request names is the latest.
///
/// # Errors
/// `ConflictException`
pub fn check_revision(given: Option<&str>, latest: &str) -> Result<()> {
    if given.is_some_and(|given| given != latest) { Err(errors::stale_revision()) } else { Ok(()) }
}
