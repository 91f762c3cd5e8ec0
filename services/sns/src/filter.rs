//! Filter policies: which messages a subscription wants.
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html>

use crate::errors;
use crate::state::Subscription;
use service::pattern::{Cache, Error as PatternError, Fault, Json, Limits, Numbers};
use service::{IndexMap, Result};
use std::borrow::Cow;

/// <https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html>
const OF_BODY: Limits =
    Limits { numbers: Numbers::ByValue, nested: true, most_keys: 5, most_rules: 1000, most_combinations: 150 };
const OF_ATTRIBUTES: Limits = Limits { nested: false, ..OF_BODY };

static BODY_PATTERNS: Cache = Cache::new(5_000, OF_BODY);
static ATTRIBUTE_PATTERNS: Cache = Cache::new(5_000, OF_ATTRIBUTES);

/// Whether a scope is that of message bodies.
pub fn is_body(scope: Option<&str>) -> bool {
    scope == Some("MessageBody")
}

/// Checks a filter policy.
pub fn check(text: &str, scope: Option<&str>) -> Result<()> {
    let cache = if is_body(scope) { &BODY_PATTERNS } else { &ATTRIBUTE_PATTERNS };
    cache.get(text).map(drop).map_err(|error| refusal(&error, text))
}

fn refusal(error: &PatternError, text: &str) -> service::Error {
    match error.fault {
        Fault::Nested => errors::invalid(&error.reason),
        Fault::Syntax => errors::invalid("FilterPolicy: failed to parse JSON."),
        Fault::Form | Fault::TooManyKeys | Fault::TooComplex => {
            errors::invalid(format_args!("FilterPolicy: {}", error.located(text)))
        }
    }
}

/// What a message attribute says to filters: its type and its text.
pub struct Attribute<'a> {
    /// `String`, `Number`, `Binary` or `String.Array`, and maybe a label.
    pub data_type: &'a str,
    /// The value of all but binaries.
    pub text: Option<&'a str>,
}

/// Why a message is not let through: the metric that counts it.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html>
pub type Filtered = &'static str;

/// Whether a subscription wants a message, and if not, which metric counts that.
pub fn wants(
    subscription: &Subscription,
    body: &str,
    attributes: &IndexMap<String, Attribute<'_>>,
) -> Result<Result<(), Filtered>> {
    let Some(policy) = &subscription.filter_policy else { return Ok(Ok(())) };
    let matches = if is_body(subscription.filter_scope.as_deref()) {
        let pattern = BODY_PATTERNS.get(policy).map_err(service::Error::internal)?;
        // Only an object can match.
        let Ok(json @ Json::Object(_)) = Json::parse(body) else {
            return Ok(Err("NumberOfNotificationsFilteredOut-InvalidMessageBody"));
        };
        pattern.matches(&json)
    } else {
        let pattern = ATTRIBUTE_PATTERNS.get(policy).map_err(service::Error::internal)?;
        let entries =
            attributes.iter().filter_map(|(name, attribute)| Some((Cow::Borrowed(name.as_str()), value(attribute)?)));
        let matches = pattern.matches(&Json::Object(entries.collect()));
        if !matches && attributes.is_empty() {
            return Ok(Err("NumberOfNotificationsFilteredOut-NoMessageAttributes"));
        }
        matches
    };
    let counted = if is_body(subscription.filter_scope.as_deref()) {
        "NumberOfNotificationsFilteredOut-MessageBody"
    } else {
        "NumberOfNotificationsFilteredOut-MessageAttributes"
    };
    Ok(if matches { Ok(()) } else { Err(counted) })
}

/// Binaries are not looked at.
fn value<'a>(attribute: &Attribute<'a>) -> Option<Json<'a>> {
    let text = attribute.text?;
    match attribute.data_type {
        "String.Array" => Json::parse(text).ok(),
        kind if kind == "Number" || kind.starts_with("Number.") => Some(Json::Number(Cow::Borrowed(text))),
        _ => Some(Json::String(Cow::Borrowed(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(policy: &str, scope: &str) -> Subscription {
        Subscription {
            filter_policy: Some(policy.to_owned()),
            filter_scope: Some(scope.to_owned()),
            ..Subscription::default()
        }
    }

    #[test]
    fn attributes_are_filtered() {
        let check = |policy: &str, given: &[(&str, &str, &str)], expect: bool| {
            let attributes = given
                .iter()
                .map(|(name, data_type, text)| ((*name).to_owned(), Attribute { data_type, text: Some(text) }));
            let wanted = wants(&subscription(policy, "MessageAttributes"), "{}", &attributes.collect()).unwrap();
            assert_eq!(wanted.is_ok(), expect, "{policy} {given:?}");
        };
        let policy = r#"{"store": ["shop"], "price": [{"numeric": [">=", 100]}]}"#;
        check(policy, &[("store", "String", "shop"), ("price", "Number", "100.0")], true);
        check(policy, &[("store", "String", "shop"), ("price", "Number", "99")], false);
        check(policy, &[("store", "String", "shop")], false);
        check(r#"{"interests": ["rugby"]}"#, &[("interests", "String.Array", r#"["soccer", "rugby"]"#)], true);
        check(r#"{"price": [100]}"#, &[("price", "Number", "100.00")], true);
        check(r#"{"price": ["100"]}"#, &[("price", "Number", "100")], false);
        check(r#"{"x": [{"exists": false}]}"#, &[], true);
        check(r#"{"x": [{"anything-but": ["a"]}]}"#, &[("x", "String", "b")], true);
        check(r#"{"$or": [{"a": ["1"]}, {"b": ["1"]}]}"#, &[("b", "String", "1")], true);
    }

    #[test]
    fn bodies_are_filtered() {
        let check = |body: &str, expect: Result<(), Filtered>| {
            let policy = r#"{"order": {"items": {"sku": [{"prefix": "A"}]}}}"#;
            assert_eq!(
                wants(&subscription(policy, "MessageBody"), body, &IndexMap::default()).unwrap(),
                expect,
                "{body}"
            );
        };
        check(r#"{"order": {"items": [{"sku": "B1"}, {"sku": "A1"}]}}"#, Ok(()));
        check(r#"{"order": {"items": []}}"#, Err("NumberOfNotificationsFilteredOut-MessageBody"));
        check("plain", Err("NumberOfNotificationsFilteredOut-InvalidMessageBody"));
    }

    #[test]
    fn policies_are_checked() {
        let check = |policy: &str, scope: &str, expect: &str| {
            let found = super::check(policy, Some(scope)).map_err(|error| error.message().to_owned());
            assert!(found.as_ref().is_err_and(|text| text.starts_with(expect)), "{policy}: {found:?}");
        };
        let nested = r#"{"a": {"b": ["c"]}}"#;
        assert_eq!(super::check(nested, Some("MessageBody")), Ok(()));
        check(
            nested,
            "MessageAttributes",
            "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy",
        );
        check(
            r#"{"a": "b"}"#,
            "MessageAttributes",
            "Invalid parameter: FilterPolicy: \"a\" must be an object or an array",
        );
        check(
            r#"{"a": [{"near": "b"}]}"#,
            "MessageBody",
            "Invalid parameter: FilterPolicy: Unrecognized match type near",
        );
        check("{", "MessageBody", "Invalid parameter: FilterPolicy: failed to parse JSON.");
    }
}
