//! What is recommended of unused permissions: for each policy of the user or role the same without them.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-remediate.html>

use crate::facts;
use crate::scan::identities::Held;
use crate::state::{StepRow, UnusedServiceRow};
use serde_json::{Value as Json, json};

/// What is left of a policy.
#[derive(Debug, Clone, PartialEq)]
enum Left {
    /// All of it.
    Whole,
    /// This policy.
    Policy(String),
    /// Nothing that would allow anything.
    Nothing,
}

/// The steps for the policies of an identity. Those of groups are not its own to change.
pub fn steps(policies: &[Held], unused: &[UnusedServiceRow]) -> Vec<StepRow> {
    let step = |held: &Held| {
        let (action, policy) = match left(&held.text, unused) {
            Left::Whole => return None,
            Left::Policy(text) => ("CREATE_POLICY", Some(text)),
            Left::Nothing => ("DETACH_POLICY", None),
        };
        Some(StepRow { action: action.to_owned(), policy, existing: held.id.clone(), updated: held.updated })
    };
    policies.iter().filter(|held| !held.of_group).filter_map(step).collect()
}

fn left(text: &str, unused: &[UnusedServiceRow]) -> Left {
    let Ok(mut policy) = serde_json::from_str::<Json>(text) else { return Left::Whole };
    let statements: Vec<Json> = match policy.get("Statement") {
        Some(Json::Array(list)) => list.clone(),
        Some(one) => vec![one.clone()],
        None => return Left::Whole,
    };
    let kept: Vec<Json> = statements.iter().filter_map(|statement| kept(statement, unused)).collect();
    if kept == statements {
        return Left::Whole;
    }
    if !kept.iter().any(allows) {
        return Left::Nothing;
    }
    policy["Statement"] = Json::Array(kept);
    Left::Policy(policy.to_string())
}

fn allows(statement: &Json) -> bool {
    statement.get("Effect").and_then(Json::as_str) == Some("Allow")
}

/// A statement without the actions that are unused; `None` where it has no others. What `NotAction` allows cannot be told apart.
fn kept(statement: &Json, unused: &[UnusedServiceRow]) -> Option<Json> {
    let patterns: Vec<&str> = match statement.get("Action") {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    if !allows(statement) || patterns.is_empty() {
        return Some(statement.clone());
    }
    let mut actions: Vec<String> = patterns.iter().flat_map(|pattern| used(pattern, unused)).collect();
    if actions == patterns {
        return Some(statement.clone());
    }
    actions.sort();
    actions.dedup();
    let mut statement = statement.clone();
    statement["Action"] = match actions.as_slice() {
        [] => return None,
        [one] => json!(one),
        many => json!(many),
    };
    Some(statement)
}

/// What is used of a pattern: itself, if nothing of it is unused.
fn used(pattern: &str, unused: &[UnusedServiceRow]) -> Vec<String> {
    let (service, name) = if pattern == "*" { ("*", "*") } else { pattern.split_once(':').unwrap_or((pattern, "*")) };
    let touched = |namespace: &str| {
        let own = unused.iter().find(|row| row.namespace == namespace)?;
        let covers = |row: &&crate::state::UnusedActionRow| facts::covers(pattern, &row.action);
        (own.actions.is_empty() || own.actions.iter().any(|row| covers(&row))).then_some(own)
    };
    let namespaces: Vec<&str> = facts::prefixes().filter(|own| facts::covers(service, own)).collect();
    if !namespaces.iter().any(|own| touched(own).is_some()) {
        return vec![pattern.to_owned()];
    }
    let mut all = Vec::new();
    for namespace in namespaces {
        match touched(namespace) {
            None => all.push(format!("{namespace}:{name}")),
            Some(row) if row.actions.is_empty() => {}
            Some(row) => {
                let known = facts::service(namespace).into_iter().flat_map(|service| service.actions.values());
                let named = known.map(|action| format!("{namespace}:{}", action.name));
                let used = named.filter(|own| facts::covers(&format!("{namespace}:{name}"), own));
                all.extend(used.filter(|own| !row.actions.iter().any(|gone| gone.action == *own)));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::UnusedActionRow;

    fn check(actions: &str, expect: &Left) {
        let row = |namespace: &str, actions: &[&str]| UnusedServiceRow {
            namespace: namespace.into(),
            last_accessed: None,
            actions: actions
                .iter()
                .map(|action| UnusedActionRow { action: (*action).into(), last_accessed: None })
                .collect(),
        };
        let unused = [row("s3", &[]), row("sqs", &["sqs:DeleteQueue", "sqs:PurgeQueue"])];
        let text = |actions: &str| {
            format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{actions},"Resource":"*"}}]}}"#
            )
        };
        let expect = match expect {
            Left::Policy(actions) => Left::Policy(text(actions)),
            other => other.clone(),
        };
        assert_eq!(left(&text(actions), &unused), expect, "{actions}");
    }

    #[test]
    fn what_is_used_stays() {
        check(r#""s3:*""#, &Left::Nothing);
        check(r#"["s3:GetObject","kms:Decrypt"]"#, &Left::Policy(r#""kms:Decrypt""#.into()));
        check(r#""sqs:SendMessage""#, &Left::Whole);
        check(r#"["sqs:P*","sqs:D*"]"#, &Left::Policy(r#""sqs:DeleteMessage""#.into()));
        check(r#""kms:*""#, &Left::Whole);
    }

    #[test]
    fn stars_are_written_out() {
        let unused = [UnusedServiceRow { namespace: "s3".into(), last_accessed: None, actions: Vec::new() }];
        let used = used("*", &unused);
        assert!(used.contains(&"sqs:*".to_owned()) && !used.iter().any(|own| own.starts_with("s3:")));
    }
}
