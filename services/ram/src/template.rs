//! Policy templates: what a customer managed permission allows, as its maker writes it.
//! <https://docs.aws.amazon.com/ram/latest/APIReference/API_CreatePermission.html>

use crate::errors;
use crate::kinds::Kind;
use serde_json::{Map, Value as Json, json};
use service::Result;
use service::policy::{Document, Limits};

/// What a permission allows: actions, and on which conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// The actions, as statements have them.
    pub actions: Json,
    /// The conditions, as statements have them; empty for none.
    pub conditions: Map<String, Json>,
}

/// Operators that say what must be, one by one.
/// <https://docs.aws.amazon.com/ram/latest/userguide/managed-permission-considerations.html>
const OPERATORS: [&str; 19] = [
    "ArnEquals",
    "ArnLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "IpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
];
/// Keys that are RAM's own to set.
const KEYS: [&str; 7] = [
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceorgpaths",
    "aws:sourceorgid",
];
/// Keys of system tags.
const SYSTEM: [&str; 3] = ["aws:principaltag/aws:", "aws:resourcetag/aws:", "aws:requesttag/aws:"];

/// Reads a template for a type of resource.
///
/// # Errors
/// `MalformedPolicyTemplateException` for what is no template; `InvalidPolicyException` for actions that are not the type's, and for
/// conditions that permissions cannot have.
pub fn read(kind: &Kind, text: &str) -> Result<Terms> {
    let terms = parse(text).ok_or_else(errors::malformed_template)?;
    let allowed = kind.actions();
    for action in actions(&terms) {
        if !allowed.iter().any(|own| own.eq_ignore_ascii_case(action)) {
            return Err(errors::invalid_policy(format!(
                "The action {action} is not supported for the resource type {}.",
                kind.name
            )));
        }
    }
    check_conditions(&terms)?;
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": terms.actions, "Resource": "*", "Condition": terms.conditions});
    let document = json!({"Version": "2012-10-17", "Statement": [statement]});
    Document::parse(&document.to_string(), Limits::default()).map_err(|_| errors::malformed_template())?;
    Ok(terms)
}

/// The terms of a template; `None` for what is none.
pub fn parse(text: &str) -> Option<Terms> {
    let Ok(Json::Object(mut members)) = serde_json::from_str::<Json>(text) else { return None };
    let effect = members.remove("Effect")?;
    let actions = members.remove("Action")?;
    let conditions = members.remove("Condition").unwrap_or_else(|| json!({}));
    let allows = effect.as_str().is_some_and(|effect| effect.eq_ignore_ascii_case("allow"));
    let Json::Object(conditions) = conditions else { return None };
    if !allows || !members.is_empty() {
        return None;
    }
    let named = match &actions {
        Json::String(action) => !action.is_empty(),
        Json::Array(all) => !all.is_empty() && all.iter().all(Json::is_string),
        _ => false,
    };
    named.then_some(Terms { actions, conditions })
}

fn actions(terms: &Terms) -> Vec<&str> {
    match &terms.actions {
        Json::Array(all) => all.iter().filter_map(Json::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

fn check_conditions(terms: &Terms) -> Result<()> {
    for (operator, tests) in &terms.conditions {
        let plain = operator.strip_suffix("IfExists").unwrap_or(operator);
        if !OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(plain)) {
            return Err(errors::invalid_policy(format!("The condition operator {operator} is not supported.")));
        }
        let keys = tests.as_object().ok_or_else(errors::malformed_template)?.keys();
        for key in keys {
            let lower = key.to_ascii_lowercase();
            if KEYS.contains(&lower.as_str()) || SYSTEM.iter().any(|prefix| lower.starts_with(prefix)) {
                return Err(errors::invalid_policy(format!("The condition key {key} is not supported.")));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::KINDS;

    #[test]
    fn templates_are_read() {
        let kind = KINDS.first().unwrap();
        let of =
            |condition: &str| format!(r#"{{"Effect":"Allow","Action":["ssm:GetParameter"],"Condition":{condition}}}"#);
        for (text, expect) in [
            (r#"{"Effect":"ALLOW","Action":"ssm:GetParameter"}"#.to_owned(), Ok(())),
            (of(r#"{"StringEquals":{"aws:PrincipalTag/team":"a"}}"#), Ok(())),
            (of(r#"{"StringEqualsIfExists":{"aws:RequestedRegion":["eu-west-1"]}}"#), Ok(())),
            (of(r#"{"StringNotEquals":{"aws:PrincipalTag/team":"a"}}"#), Err("InvalidPolicyException")),
            (of(r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}}"#), Err("InvalidPolicyException")),
            (of(r#"{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#), Err("InvalidPolicyException")),
            (of(r#"{"StringEquals":{"aws:PrincipalTag/aws:x":"a"}}"#), Err("InvalidPolicyException")),
            (of(r#"{"StringEquals":"a"}"#), Err("MalformedPolicyTemplateException")),
            (of("[]"), Err("MalformedPolicyTemplateException")),
            (r#"{"Effect":"Allow","Action":["ssm:PutParameter"]}"#.to_owned(), Err("InvalidPolicyException")),
            (r#"{"Effect":"Allow","Action":"ssm:*"}"#.to_owned(), Err("InvalidPolicyException")),
            (r#"{"Effect":"Deny","Action":"ssm:GetParameter"}"#.to_owned(), Err("MalformedPolicyTemplateException")),
            (r#"{"Effect":"Allow","Action":[]}"#.to_owned(), Err("MalformedPolicyTemplateException")),
            (
                r#"{"Effect":"Allow","Action":"ssm:GetParameter","Resource":"*"}"#.to_owned(),
                Err("MalformedPolicyTemplateException"),
            ),
            ("{".to_owned(), Err("MalformedPolicyTemplateException")),
        ] {
            let read = read(kind, &text);
            assert_eq!(read.as_ref().map(drop).map_err(|error| error.code()), expect, "{text}");
        }
    }
}
