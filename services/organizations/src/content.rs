//! What Organizations asks of documents before it stores them.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html>
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>

use crate::kinds::{Kind, RCP, SCP};
use crate::membership::RESOURCE_CONTROLLED;
use crate::{effective, errors};
use serde_json::Value as Json;
use service::Result;
use service::policy::valid::{self, Facts};
use service::policy::{Document, Effect, Limits, Named};

/// A document of a type of policy.
pub fn check(kind: &Kind, text: &str) -> Result<()> {
    if text.is_empty() {
        return Err(errors::invalid("MIN_LENGTH_EXCEEDED"));
    }
    if text.chars().count() > kind.longest {
        return Err(errors::constraint("POLICY_CONTENT_LIMIT_EXCEEDED"));
    }
    let right = match kind.name {
        SCP => language(text, valid::Kind::ServiceControl).is_some(),
        RCP => language(text, valid::Kind::ResourceControl).is_some_and(|document| resource_control(&document)),
        _ => management(kind, text),
    };
    if right { Ok(()) } else { Err(errors::malformed_policy()) }
}

fn language(text: &str, kind: valid::Kind) -> Option<Document> {
    let document = valid::check(text, kind, &Facts::default(), Limits::default()).ok()?;
    // A policy of an organisation is of the present version of the language.
    document.version().is_some().then_some(document)
}

/// Customers' resource control policies deny, name their actions, and those of services that know them.
fn resource_control(document: &Document) -> bool {
    let known = |action: &str| {
        let prefix = action.split_once(':').map_or("", |(prefix, _)| prefix);
        RESOURCE_CONTROLLED.iter().any(|known| known.eq_ignore_ascii_case(prefix))
    };
    document.statements().iter().all(|statement| {
        let actions = &statement.actions;
        statement.effect == Effect::Deny
            && !actions.negated
            && actions.patterns.iter().all(|action| known(action.as_str()))
    })
}

fn management(kind: &Kind, text: &str) -> bool {
    let Ok(Json::Object(document)) = serde_json::from_str::<Json>(text) else { return false };
    let placed = |name: &String| kind.top.is_empty() || name == kind.top || name.starts_with("@@");
    !document.is_empty() && document.keys().all(placed) && effective::is_well_formed(&Json::Object(document))
}

/// The most characters of a resource policy.
const DELEGATION: usize = 40_000;

/// A resource policy, which delegates actions of this service to member accounts.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html>
pub fn check_delegation(text: &str) -> Result<()> {
    if text.is_empty() {
        return Err(errors::invalid("MIN_LENGTH_EXCEEDED"));
    }
    if text.chars().count() > DELEGATION {
        return Err(errors::invalid("MAX_LENGTH_EXCEEDED"));
    }
    let limits = Limits::default();
    let document = valid::check(text, valid::Kind::Resource, &Facts::default(), limits);
    let document = document.map_err(|_| errors::invalid("INVALID_RESOURCE_POLICY_JSON"))?;
    for statement in document.statements() {
        let named =
            |name: &Named| matches!(name, Named::Account(_) | Named::Root { .. } | Named::Arn(_) | Named::Id(_));
        let principals = statement.principals.as_ref();
        let allows = statement.effect == Effect::Allow;
        if allows && !principals.is_some_and(|all| !all.negated && all.names.iter().all(named)) {
            return Err(errors::invalid("INVALID_PRINCIPAL"));
        }
        let own = |action: &str| action.to_ascii_lowercase().starts_with("organizations:");
        if allows
            && (statement.actions.negated || !statement.actions.patterns.iter().all(|action| own(action.as_str())))
        {
            return Err(errors::invalid("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds;

    fn said(kind: &str, text: &str) -> String {
        let checked = check(kinds::kind(kind).unwrap(), text);
        checked.map_or_else(|error| error.code().to_owned(), |()| "right".to_owned())
    }

    #[test]
    fn documents_are_held_against_the_rules_of_their_type() {
        let malformed = "MalformedPolicyDocumentException";
        for (kind, text, expect) in [
            (SCP, r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#, "right"),
            (
                SCP,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
                malformed,
            ),
            (SCP, "foobar", malformed),
            (SCP, r#"{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#, malformed),
            (
                RCP,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
                "right",
            ),
            (
                RCP,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}"#,
                malformed,
            ),
            (
                RCP,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"ec2:*","Resource":"*"}}"#,
                malformed,
            ),
            (
                RCP,
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#,
                malformed,
            ),
            ("TAG_POLICY", r#"{"tags":{"Team":{"tag_key":{"@@assign":"Team"}}}}"#, "right"),
            ("TAG_POLICY", r#"{"plans":{}}"#, malformed),
            ("TAG_POLICY", r#"{"tags":{"Team":{"tag_key":{"@@asign":"Team"}}}}"#, malformed),
            ("TAG_POLICY", r#"{"tags":{"Team":{"tag_value":{"@@append":"a"}}}}"#, malformed),
            ("TAG_POLICY", "[]", malformed),
        ] {
            assert_eq!(said(kind, text), expect, "{kind} {text}");
        }
        let long = " ".repeat(5121);
        assert_eq!(said(SCP, &long), "ConstraintViolationException");
    }
}
