//! Resource policies of secrets: what is taken, and what is public.
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html>

use serde_json::Value as Json;
use service::policy::{Document, Limits};
use service::{Result, View};

/// "20 KB": <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>
const LARGEST: usize = 20_480;

/// What is wrong with a policy: the name of the check, and its words.
pub fn faults(view: &View, text: &str) -> Result<Vec<(&'static str, String)>> {
    let mut faults = faults_of_text(text);
    let document = Document::parse(text, Limits { bytes: LARGEST, ..Limits::default() }).ok();
    let unknown = document.as_ref().map(|document| view.unknown_principal(document)).transpose()?;
    if unknown.flatten().is_some() {
        faults.push(("PRINCIPAL", "This resource policy contains an unsupported principal.".to_owned()));
    }
    Ok(faults)
}

fn faults_of_text(text: &str) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let limits = Limits { bytes: LARGEST, ..Limits::default() };
    if let Err(error) = Document::parse(text, limits) {
        faults.push(("JSON_POLICY_SYNTAX", error.message()));
        return faults;
    }
    let json: Json = serde_json::from_str(text).unwrap_or_default();
    if statements(&json).iter().any(|statement| !has_principal(statement)) {
        faults.push(("PRINCIPAL", "This resource policy contains a statement without a principal.".to_owned()));
    }
    if is_public(text) {
        faults.push(("PUBLIC_POLICY", "This resource policy allows broad access to this secret.".to_owned()));
    }
    faults
}

/// Whether anybody at all is let in: an Allow for every principal, without a condition.
pub fn is_public(text: &str) -> bool {
    let json: Json = serde_json::from_str(text).unwrap_or_default();
    let everybody = |principal: &Json| match principal {
        Json::String(text) => text == "*",
        Json::Object(map) => map
            .values()
            .any(|value| value == "*" || value.as_array().is_some_and(|list| list.iter().any(|one| one == "*"))),
        _ => false,
    };
    statements(&json).iter().any(|statement| {
        let free = statement.get("Condition").is_none_or(|c| c.as_object().is_none_or(serde_json::Map::is_empty));
        statement.get("Effect").is_some_and(|effect| effect == "Allow")
            && free
            && (statement.get("Principal").is_some_and(everybody) || statement.get("NotPrincipal").is_some())
    })
}

fn has_principal(statement: &Json) -> bool {
    statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some()
}

fn statements(json: &Json) -> Vec<&Json> {
    match json.get("Statement") {
        Some(Json::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public_is_told() {
        let check = |statement: &str, expect: &[&str]| {
            let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
            let found: Vec<&str> = faults_of_text(&text).into_iter().map(|(name, _)| name).collect();
            assert_eq!(found, expect, "{statement}");
        };
        let of = |rest: &str| format!(r#"{{"Effect":"Allow","Action":"secretsmanager:*","Resource":"*"{rest}}}"#);
        check(&of(r#","Principal":"*""#), &["PUBLIC_POLICY"]);
        check(&of(r#","Principal":{"AWS":["*"]}"#), &["PUBLIC_POLICY"]);
        check(&of(r#","Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o"}}"#), &[]);
        check(&of(r#","Principal":{"AWS":"arn:aws:iam::111111111111:root"}"#), &[]);
        check(&of(""), &["PRINCIPAL"]);
        assert_eq!(faults_of_text("{").first().map(|(name, _)| *name), Some("JSON_POLICY_SYNTAX"));
    }
}
