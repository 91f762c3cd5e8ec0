//! Statements of exactly what is needed: actions and resources are put together only where each needs each.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An action on a resource, as it was recorded; `*` where the action has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// `sqs:SendMessage`, say.
    pub action: String,
    /// Its ARN.
    pub resource: String,
}

/// A statement that allows each of its actions on each of its resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its id.
    pub sid: String,
    /// As a policy writes them.
    pub actions: Vec<String>,
    /// As a policy writes them: with patterns.
    pub resources: Vec<String>,
}

/// What is needed of one service: pairs of an action and a resource as a policy writes it.
type Pairs = BTreeSet<(String, String)>;

/// The statements, service by service: by what an action needs or by what a resource is needed for, whichever is shorter. No
/// two of them allow the same, so none can be left out; none allows what is not needed.
pub fn statements(needs: impl IntoIterator<Item = (String, String)>) -> Vec<Statement> {
    let mut services: BTreeMap<String, Pairs> = BTreeMap::new();
    for (action, resource) in needs {
        let service = action.split(':').next().unwrap_or_default().to_owned();
        services.entry(service).or_default().insert((action, resource));
    }
    services.iter().flat_map(|(service, pairs)| of_service(service, &narrowed(pairs))).collect()
}

/// Without the resources of an action that is needed on all.
fn narrowed(pairs: &Pairs) -> Pairs {
    let all: BTreeSet<&String> =
        pairs.iter().filter(|(_, resource)| resource == "*").map(|(action, _)| action).collect();
    pairs.iter().filter(|(action, resource)| resource == "*" || !all.contains(action)).cloned().collect()
}

fn of_service(service: &str, pairs: &Pairs) -> Vec<Statement> {
    let by_action = grouped(pairs.iter().map(|(action, resource)| (action.clone(), resource.clone())));
    let by_resource = grouped(pairs.iter().map(|(action, resource)| (resource.clone(), action.clone())));
    let by_resource: Vec<_> = by_resource.into_iter().map(|(resources, actions)| (actions, resources)).collect();
    let shorter = |groups: &[(Vec<String>, Vec<String>)]| {
        (groups.len(), groups.iter().map(|(actions, resources)| actions.len() + resources.len()).sum::<usize>())
    };
    let mut groups = if shorter(&by_resource) < shorter(&by_action) { by_resource } else { by_action };
    groups.sort();
    let many = groups.len() > 1;
    let statement = |(number, (actions, resources)): (usize, (Vec<String>, Vec<String>))| {
        let number = if many { (number + 1).to_string() } else { String::new() };
        Statement { sid: format!("{}Calls{number}", word(service)), actions, resources }
    };
    groups.into_iter().enumerate().map(statement).collect()
}

/// Keys that have the same values, together: each key stands in one group.
fn grouped(pairs: impl Iterator<Item = (String, String)>) -> Vec<(Vec<String>, Vec<String>)> {
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, value) in pairs {
        values.entry(key).or_default().insert(value);
    }
    let mut groups: BTreeMap<BTreeSet<String>, Vec<String>> = BTreeMap::new();
    for (key, values) in values {
        groups.entry(values).or_default().push(key);
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(values, keys)| (keys, values.into_iter().collect())).collect();
    groups.sort();
    groups
}

/// A statement's id has letters and digits only.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
fn word(service: &str) -> String {
    let mut letters = service.chars().filter(char::is_ascii_alphanumeric);
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A resource as a policy writes it that means this one and no other: what would be a wildcard or begin a variable stands for
/// itself.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars>
pub fn literal(resource: &str) -> String {
    if resource == "*" {
        return resource.to_owned();
    }
    let mut out = String::with_capacity(resource.len());
    for letter in resource.chars() {
        match letter {
            '*' | '?' | '$' => out.extend(["${", letter.encode_utf8(&mut [0; 4]), "}"]),
            _ => out.push(letter),
        }
    }
    out
}

/// The policy of these statements.
pub fn document(statements: &[Statement]) -> Value {
    let list = |values: &[String]| match values {
        [one] => json!(one),
        many => json!(many),
    };
    let statement = |s: &Statement| json!({"Sid": s.sid, "Effect": "Allow", "Action": list(&s.actions), "Resource": list(&s.resources)});
    json!({"Version": "2012-10-17", "Statement": statements.iter().map(statement).collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(needs: &[(&str, &str)], expect: &[(&str, &[&str], &[&str])]) {
        let got = statements(needs.iter().map(|(action, resource)| ((*action).to_owned(), (*resource).to_owned())));
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let expect: Vec<Statement> = expect
            .iter()
            .map(|(sid, actions, resources)| Statement {
                sid: (*sid).to_owned(),
                actions: owned(actions),
                resources: owned(resources),
            })
            .collect();
        assert_eq!(got, expect, "{needs:?}");
    }

    #[test]
    fn what_needs_the_same_stands_together() {
        check(&[("sqs:Send", "q")], &[("SqsCalls", &["sqs:Send"], &["q"])]);
        check(
            &[("sqs:Send", "a"), ("sqs:Send", "b"), ("sqs:Receive", "a"), ("sqs:Receive", "b")],
            &[("SqsCalls", &["sqs:Receive", "sqs:Send"], &["a", "b"])],
        );
        // Never the product of what was not recorded together.
        check(
            &[("sqs:Send", "a"), ("sqs:Receive", "b")],
            &[("SqsCalls1", &["sqs:Receive"], &["b"]), ("SqsCalls2", &["sqs:Send"], &["a"])],
        );
        // By resource, where that is shorter.
        check(
            &[("s3:Get", "a"), ("s3:Put", "a"), ("s3:Put", "b"), ("s3:Delete", "b")],
            &[("S3Calls1", &["s3:Delete", "s3:Put"], &["b"]), ("S3Calls2", &["s3:Get", "s3:Put"], &["a"])],
        );
        check(
            &[("sqs:List", "*"), ("sqs:List", "a"), ("iam:Get", "r")],
            &[("IamCalls", &["iam:Get"], &["r"]), ("SqsCalls", &["sqs:List"], &["*"])],
        );
    }

    #[test]
    fn what_looks_like_a_pattern_means_itself() {
        for (resource, expect) in [
            ("*", "*"),
            ("arn:aws:s3:::b/k", "arn:aws:s3:::b/k"),
            ("arn:aws:s3:::b/a*b?c", "arn:aws:s3:::b/a${*}b${?}c"),
            ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/${$}{aws:username}"),
        ] {
            assert_eq!(literal(resource), expect);
        }
    }
}
