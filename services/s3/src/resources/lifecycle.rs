//! The rules of a lifecycle: flat in a template, nested in a request.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html>

use super::forms::{alone, each, renamed, renamed_back};
use crate::errors;
use service::resource::text_at;
use service::{Result, Timestamp, Value};

/// Members that have other names in a request.
const NONCURRENT: [(&str, &str); 3] = [
    ("TransitionInDays", "NoncurrentDays"),
    ("StorageClass", "StorageClass"),
    ("NewerNoncurrentVersions", "NewerNoncurrentVersions"),
];

/// The members of a request that writes this `LifecycleConfiguration`.
pub fn write(value: &Value) -> Result<Vec<(&'static str, Value)>> {
    let rules = value.get("Rules").and_then(Value::as_list).unwrap_or_default();
    let rules = rules.iter().map(rule).collect::<Result<Vec<Value>>>()?;
    Ok(vec![
        ("LifecycleConfiguration", Value::map([("Rules", Value::List(rules))])),
        ("TransitionDefaultMinimumObjectSize", text_at(value, &["TransitionDefaultMinimumObjectSize"]).into()),
    ])
}

fn rule(given: &Value) -> Result<Value> {
    let member = |name: &str| Value::from(given.get(name).cloned());
    let expiration = Value::map([
        ("Date", moment(given.get("ExpirationDate"))?),
        ("Days", member("ExpirationInDays")),
        ("ExpiredObjectDeleteMarker", member("ExpiredObjectDeleteMarker")),
    ]);
    // The older form has one member where the newer one has a list.
    let transitions = match given.get("Transitions").cloned().into() {
        Value::Null => alone(given.get("Transition").cloned()),
        list => list,
    };
    let transitions = match transitions {
        Value::List(all) => Value::List(all.iter().map(transition).collect::<Result<_>>()?),
        none => none,
    };
    let noncurrent = match given.get("NoncurrentVersionTransitions").cloned().into() {
        Value::Null => alone(given.get("NoncurrentVersionTransition").cloned()),
        list => list,
    };
    let noncurrent = each(Some(&noncurrent), |one| classed(renamed(one, &NONCURRENT)));
    let ends = match member("NoncurrentVersionExpiration") {
        Value::Null => given
            .get("NoncurrentVersionExpirationInDays")
            .map(|days| Value::map([("NoncurrentDays", days.clone())]))
            .into(),
        given => given,
    };
    Ok(Value::map([
        ("ID", member("Id")),
        ("Status", member("Status")),
        ("Filter", filter(given)?),
        ("Expiration", if expiration.as_map().is_none_or(|map| map.is_empty()) { Value::Null } else { expiration }),
        ("Transitions", transitions),
        ("NoncurrentVersionTransitions", noncurrent),
        ("NoncurrentVersionExpiration", ends),
        ("AbortIncompleteMultipartUpload", member("AbortIncompleteMultipartUpload")),
    ]))
}

/// What a rule applies to: one condition stands alone, several under `And`.
fn filter(given: &Value) -> Result<Value> {
    let tags = given.get("TagFilters").and_then(Value::as_list).unwrap_or_default();
    let mut one: Vec<(&str, Value)> = Vec::new();
    if let Some(prefix) = given.get("Prefix") {
        one.push(("Prefix", prefix.clone()));
    }
    for name in ["ObjectSizeGreaterThan", "ObjectSizeLessThan"] {
        if let Some(size) = text_at(given, &[name]) {
            let size: i64 = size.parse().map_err(|_| errors::invalid_argument("The size is no number", name, size))?;
            one.push((name, Value::Int(size)));
        }
    }
    let whole = match (tags, one.len()) {
        ([], 0) => vec![("Prefix", "".into())],
        ([], 1) => one,
        ([tag], 0) => vec![("Tag", tag.clone())],
        _ => {
            if !tags.is_empty() {
                one.push(("Tags", Value::List(tags.to_vec())));
            }
            vec![("And", Value::map(one))]
        }
    };
    Ok(Value::map(whole))
}

fn transition(given: &Value) -> Result<Value> {
    let members = renamed(given, &[("TransitionInDays", "Days"), ("StorageClass", "StorageClass")]);
    let date = moment(given.get("TransitionDate"))?;
    let all = members.as_map().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone()));
    Ok(classed(Value::map(all.chain([("Date".to_owned(), date)]))))
}

/// Templates may write the class `GLACIER` as `Glacier`.
fn classed(mut transition: Value) -> Value {
    if let Value::Map(members) = &mut transition
        && let Some(Value::Str(class)) = members.get_mut("StorageClass")
    {
        class.make_ascii_uppercase();
    }
    transition
}

fn moment(given: Option<&Value>) -> Result<Value> {
    let Some(text) = given.and_then(Value::as_str) else { return Ok(Value::Null) };
    let read = Timestamp::parse_iso8601(text);
    let read = read.ok_or_else(|| errors::invalid_argument("The date is not in ISO 8601 format", "Date", text))?;
    Ok(read.into())
}

/// `LifecycleConfiguration` as it is.
pub fn read(answer: &Value) -> Value {
    Value::map([
        ("Rules", each(answer.get("Rules"), rule_seen)),
        ("TransitionDefaultMinimumObjectSize", text_at(answer, &["TransitionDefaultMinimumObjectSize"]).into()),
    ])
}

fn rule_seen(rule: &Value) -> Value {
    let at = |path: [&str; 2]| Value::from(path.iter().try_fold(rule, |value, name| value.get(name)).cloned());
    let whole = rule.get("Filter").cloned().unwrap_or_default();
    let inner = whole.get("And").cloned().unwrap_or_else(|| whole.clone());
    let tags = match inner.get("Tags").cloned().into() {
        Value::Null => alone(inner.get("Tag").cloned()),
        tags => tags,
    };
    let size = |name: &str| Value::from(inner.get(name).and_then(Value::as_int).map(|size| size.to_string()));
    let prefix = rule.get("Prefix").or_else(|| inner.get("Prefix")).filter(|prefix| prefix.as_str() != Some(""));
    Value::map([
        ("Id", rule.get("ID").cloned().into()),
        ("Status", rule.get("Status").cloned().into()),
        ("Prefix", prefix.cloned().into()),
        ("TagFilters", tags),
        ("ObjectSizeGreaterThan", size("ObjectSizeGreaterThan")),
        ("ObjectSizeLessThan", size("ObjectSizeLessThan")),
        ("ExpirationDate", date_seen(&at(["Expiration", "Date"]))),
        ("ExpirationInDays", at(["Expiration", "Days"])),
        ("ExpiredObjectDeleteMarker", at(["Expiration", "ExpiredObjectDeleteMarker"])),
        ("Transitions", each(rule.get("Transitions"), transition_seen)),
        (
            "NoncurrentVersionTransitions",
            each(rule.get("NoncurrentVersionTransitions"), |one| renamed_back(one, &NONCURRENT)),
        ),
        ("NoncurrentVersionExpiration", rule.get("NoncurrentVersionExpiration").cloned().into()),
        ("AbortIncompleteMultipartUpload", rule.get("AbortIncompleteMultipartUpload").cloned().into()),
    ])
}

fn transition_seen(one: &Value) -> Value {
    Value::map([
        ("StorageClass", one.get("StorageClass").cloned().into()),
        ("TransitionInDays", one.get("Days").cloned().into()),
        ("TransitionDate", date_seen(&one.get("Date").cloned().into())),
    ])
}

fn date_seen(value: &Value) -> Value {
    match value {
        Value::Time(at) => at.iso8601().into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::template::json;

    /// A rule as a template has it, as a request does, and as it is read back.
    fn check(given: &str, request: &str, back: &str) {
        let (given, request, back) =
            (json::read(given).unwrap(), json::read(request).unwrap(), json::read(back).unwrap());
        let made = rule(&given).unwrap();
        assert_eq!(made, request);
        assert_eq!(rule_seen(&made), back);
    }

    #[test]
    fn rules_are_turned_round() {
        check(
            r#"{"Status":"Enabled","ExpirationInDays":3}"#,
            r#"{"Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"Days":3}}"#,
            r#"{"Status":"Enabled","ExpirationInDays":3}"#,
        );
        check(
            r#"{"Id":"a","Status":"Enabled","Prefix":"x/","ObjectSizeLessThan":"9","TagFilters":[{"Key":"k","Value":"v"}],
                "Transition":{"StorageClass":"Glacier","TransitionInDays":1},"NoncurrentVersionExpirationInDays":2}"#,
            r#"{"ID":"a","Status":"Enabled","Filter":{"And":{"Prefix":"x/","ObjectSizeLessThan":9,"Tags":[{"Key":"k","Value":"v"}]}},
                "Transitions":[{"Days":1,"StorageClass":"GLACIER"}],"NoncurrentVersionExpiration":{"NoncurrentDays":2}}"#,
            r#"{"Id":"a","Status":"Enabled","Prefix":"x/","TagFilters":[{"Key":"k","Value":"v"}],"ObjectSizeLessThan":"9",
                "Transitions":[{"StorageClass":"GLACIER","TransitionInDays":1}],"NoncurrentVersionExpiration":{"NoncurrentDays":2}}"#,
        );
        let dated = json::read(r#"{"Status":"Enabled","ExpirationDate":"2027-01-01T00:00:00Z"}"#).unwrap();
        assert_eq!(rule_seen(&rule(&dated).unwrap()), dated);
        assert!(rule(&json::read(r#"{"ExpirationDate":"tomorrow"}"#).unwrap()).is_err());
        assert!(rule(&json::read(r#"{"ObjectSizeLessThan":"much"}"#).unwrap()).is_err());
    }
}
