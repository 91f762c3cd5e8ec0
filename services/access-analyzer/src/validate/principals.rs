//! Principals: who may be named, and how.

use super::finding::{Findings, Grade, Path, Place};
use super::resources::has_wildcard;
use super::statements::Statement;
use super::text::{Kind, Node};
use super::{PolicyType, mismatch, variables};

const KEYS: [&str; 4] = ["AWS", "CanonicalUser", "Federated", "Service"];

pub fn check(found: &mut Findings, statement: &Statement<'_>) {
    for name in ["Principal", "NotPrincipal"] {
        let Some((path, node)) = statement.element(name) else { continue };
        match statement.about.kind {
            PolicyType::Identity => {
                let kind = statement.about.kind.name();
                let details = format!(
                    "The policy type {kind} does not support the Principal element. Remove the Principal element."
                );
                found.error("UNSUPPORTED_PRINCIPAL", details, Place::of(&path, node));
            }
            PolicyType::ServiceControl => {
                let details =
                    "SCPs do not support specifying principals. Remove the Principal or NotPrincipal element.";
                found.error("SCP_SYNTAX_ERROR_PRINCIPAL", details, Place::of(&path, node));
            }
            PolicyType::Resource | PolicyType::ResourceControl => named(found, (&path, node)),
        }
    }
    if statement.allows == Some(true)
        && statement.about.kind == PolicyType::Resource
        && let Some((path, node)) = statement.element("NotPrincipal")
    {
        let details =
            "Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal instead.";
        found.add(Grade::SecurityWarning, "ALLOW_WITH_NOT_PRINCIPAL", details, Place::of(&path, node));
    }
}

fn named(found: &mut Findings, (path, node): (&Path, &Node)) {
    let empty = "This statement includes no principals and does not affect the policy. Specify principals.";
    match &node.kind {
        Kind::Text(text) if text == "*" => {}
        Kind::Object(members) if members.is_empty() => {
            found.suggest("EMPTY_OBJECT_PRINCIPAL", empty, Place::of(path, node));
        }
        Kind::Object(members) => {
            for (key, value) in members {
                let name = key.text().unwrap_or_default();
                if !KEYS.contains(&name) {
                    let details = format!("The principal key {name} is not valid.");
                    found.error("INVALID_PRINCIPAL_KEY", details, Place::of(&path.key(name), key));
                    continue;
                }
                if value.is_list() && value.is_empty() {
                    found.suggest("EMPTY_ARRAY_PRINCIPAL", empty, Place::of(&path.value(name), value));
                }
                for (path, value) in path.value(name).each(value) {
                    one(found, (&path, value), name);
                }
            }
        }
        _ => {
            let details =
                "The Principal element contents are not valid. Specify a key-value pair in the Principal element.";
            found.error("INVALID_PRINCIPAL_FORMAT", details, Place::of(path, node));
        }
    }
}

fn one(found: &mut Findings, (path, node): (&Path, &Node), key: &str) {
    let Some(text) = node.text() else { return mismatch(found, path, node, "string") };
    variables::refuse(found, path, node);
    let place = || Place::of(path, node);
    let everyone = key == "AWS" && text == "*";
    if has_wildcard(text) && !everyone {
        let details = format!(
            "Wildcards (*, ?) are not supported with the principal key {key}. Replace the wildcard with a valid \
             principal value."
        );
        found.error("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", details, place());
    }
    let is_id = key == "AWS" && text.len() >= 16 && text.chars().all(|c| c.is_ascii_alphanumeric());
    if is_id && text.starts_with("AROA") {
        let details = format!(
            "The Principal element includes the IAM role ID {text}. We recommend that you use a role ARN instead."
        );
        found.warn("INVALID_ROLE_REFERENCE", details, place());
    } else if is_id && text.starts_with("AIDA") {
        let details = format!(
            "The Principal element includes the IAM user ID {text}. We recommend that you use a user ARN instead."
        );
        found.warn("INVALID_USER_REFERENCE", details, place());
    }
}
