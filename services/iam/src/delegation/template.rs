//! Policy templates: policies with `@{placeholders}` and with statements that a parameter switches.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-policy-templates.html>

use crate::{documents, errors};
use serde_json::{Map, Value};
use service::policy::{Context, Document, Effect, Limits};
use service::{Partition, Result};
use std::collections::BTreeMap;

/// The directive by which a statement stands or falls with a parameter.
const ENABLED: &str = "@Enabled";
/// Characters of a policy that came of a template.
const LONGEST: usize = 2048;
/// As many texts may come of one text with lists in it. More do not fit into a policy anyway.
const MOST_COMBINATIONS: usize = 1000;

/// What is put into a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters(BTreeMap<String, Parameter>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parameter {
    values: Vec<String>,
    is_list: bool,
}

impl Parameters {
    /// From name, type and values. AWS's model and its guide write the types with small and with capital letters.
    ///
    /// # Errors
    /// `InvalidInput` for a type that is none, for a text that is not exactly one, and for names that come twice.
    pub fn of<'p>(given: impl IntoIterator<Item = (&'p str, Option<&'p str>, &'p [String])>) -> Result<Parameters> {
        let mut all = BTreeMap::new();
        for (name, kind, values) in given {
            let is_list = match kind.unwrap_or("string") {
                kind if kind.eq_ignore_ascii_case("string") => false,
                kind if kind.eq_ignore_ascii_case("stringList") => true,
                kind => return Err(errors::invalid_input(format!("{kind} is no type of a policy parameter."))),
            };
            if values.is_empty() || (!is_list && values.len() > 1) {
                let wanted = if is_list { "at least one value" } else { "exactly one value" };
                return Err(errors::invalid_input(format!("The policy parameter {name} takes {wanted}.")));
            }
            let parameter = Parameter { values: values.to_vec(), is_list };
            if all.insert(name.to_owned(), parameter).is_some() {
                return Err(errors::invalid_input(format!("The policy parameter {name} is given more than once.")));
            }
        }
        Ok(Parameters(all))
    }

    fn is_true(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|parameter| parameter.values.as_slice() == ["True"])
    }
}

/// The policy that comes of a template, as JSON.
///
/// # Errors
/// `InvalidInput` where a placeholder has no value, and for what comes out as no policy or too long.
pub fn rendered(partition: Partition, template: &str, parameters: &Parameters) -> Result<String> {
    let damaged = |_| errors::invalid_input("The policy template is no JSON.");
    let mut policy: Map<String, Value> = serde_json::from_str(template).map_err(damaged)?;
    let statements = match policy.shift_remove("Statement") {
        Some(Value::Array(all)) => all,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let mut kept = Vec::new();
    for statement in statements {
        if let Some(statement) = switched(statement, parameters) {
            kept.push(filled(statement, parameters)?);
        }
    }
    if kept.is_empty() {
        return Err(errors::invalid_input("No statement of the policy template is enabled."));
    }
    policy.insert("Statement".to_owned(), Value::Array(kept));
    let text = Value::Object(policy).to_string();
    if text.chars().count() > LONGEST {
        let why = format!("The policy has {} characters, and may have {LONGEST}.", text.chars().count());
        return Err(errors::invalid_input(why));
    }
    documents::read_given(partition, &text)?;
    Ok(text)
}

/// The statement without its directive; `None` where that switches it off.
fn switched(mut statement: Value, parameters: &Parameters) -> Option<Value> {
    let directive = statement.as_object_mut().and_then(|members| members.shift_remove(ENABLED));
    let enabled = match directive.as_ref().and_then(Value::as_str) {
        Some(name) => match name.strip_prefix('!') {
            Some(name) => !parameters.is_true(name),
            None => parameters.is_true(name),
        },
        None => directive.is_none(),
    };
    enabled.then_some(statement)
}

fn filled(value: Value, parameters: &Parameters) -> Result<Value> {
    Ok(match value {
        Value::String(text) => match texts(&text, parameters)? {
            Texts::One(text) => Value::String(text),
            Texts::List(texts) => Value::from(texts),
        },
        Value::Array(items) => {
            let mut all = Vec::new();
            for item in items {
                let list = item.is_string();
                match filled(item, parameters)? {
                    Value::Array(more) if list => all.extend(more),
                    other => all.push(other),
                }
            }
            Value::Array(all)
        }
        Value::Object(members) => {
            let pairs = members.into_iter().map(|(name, value)| Ok((name, filled(value, parameters)?)));
            Value::Object(pairs.collect::<Result<_>>()?)
        }
        other => other,
    })
}

enum Texts {
    One(String),
    /// One for each combination of what the lists in it hold.
    List(Vec<String>),
}

fn texts(text: &str, parameters: &Parameters) -> Result<Texts> {
    let (mut all, mut list, mut rest) = (vec![String::new()], false, text);
    while let Some((before, after)) = rest.split_once("@{") {
        let Some((name, after)) = after.split_once('}') else { break };
        let missing = || errors::invalid_input(format!("The policy parameter {name} is missing."));
        let parameter = parameters.0.get(name).ok_or_else(missing)?;
        if all.len().saturating_mul(parameter.values.len()) > MOST_COMBINATIONS {
            return Err(errors::invalid_input("The lists of the policy parameters are too long."));
        }
        let with = |start: &String| {
            let start = format!("{start}{before}");
            parameter.values.iter().map(move |value| format!("{start}{value}")).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).collect();
        list |= parameter.is_list;
        rest = after;
    }
    all.iter_mut().for_each(|text| text.push_str(rest));
    Ok(match all.pop() {
        Some(one) if !list => Texts::One(one),
        last => Texts::List(all.into_iter().chain(last).collect()),
    })
}

/// The boundaries that a policy demands of roles which it lets be made; `None` where it lets roles be made without one.
/// "Product providers must attach a permission boundary to any IAM role created through temporary delegation."
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html>
pub fn boundaries(policy: &str) -> Option<Vec<String>> {
    let document = Document::parse(policy, Limits::default()).ok()?;
    let policy: Value = serde_json::from_str(policy).ok()?;
    let written = policy.get("Statement").and_then(Value::as_array)?;
    let mut all = Vec::new();
    for statement in document.statements().iter().filter(|statement| statement.effect == Effect::Allow) {
        // Patterns of actions are kept in lower case.
        let named = statement.actions.patterns.iter().any(|p| p.matches("iam:createrole", &Context::new()));
        if named == statement.actions.negated {
            continue;
        }
        let demanded = written.get(statement.index).map(demanded).unwrap_or_default();
        if demanded.is_empty() {
            return None;
        }
        all.extend(demanded);
    }
    all.sort();
    all.dedup();
    Some(all)
}

/// What a statement says that `iam:PermissionsBoundary` must be.
fn demanded(statement: &Value) -> Vec<String> {
    let conditions = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    let equal = conditions.filter(|(operator, _)| ["StringEquals", "ArnEquals"].contains(&operator.as_str()));
    let keys = equal.flat_map(|(_, keys)| keys.as_object().into_iter().flatten());
    let values = keys.filter(|(key, _)| key.eq_ignore_ascii_case("iam:PermissionsBoundary")).map(|(_, value)| value);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = values.flat_map(|value| match value {
        Value::Array(all) => all.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect::<Vec<_>>(),
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parameters(given: &[(&str, &str, &[&str])]) -> Result<Parameters> {
        let lists: Vec<Vec<String>> =
            given.iter().map(|(_, _, v)| v.iter().map(|v| (*v).to_owned()).collect()).collect();
        Parameters::of(
            given.iter().zip(&lists).map(|((name, kind, _), values)| (*name, Some(*kind), values.as_slice())),
        )
    }

    fn render(statements: Value, given: &[(&str, &str, &[&str])]) -> Result<Value> {
        let template = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let text = rendered(Partition::Standard, &template, &parameters(given)?)?;
        let policy: Value = serde_json::from_str(&text).map_err(service::Error::internal)?;
        Ok(policy["Statement"].clone())
    }

    #[test]
    fn placeholders_are_filled_as_awss_guide_shows() {
        let on = |resource: Value| json!([{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": resource}]);
        let buckets: (&str, &str, &[&str]) = ("bucketNames", "StringList", &["bucket-1", "bucket-2"]);
        for (resource, given, expect) in [
            (
                "arn:aws:s3:::@{bucketName}/*",
                &[("bucketName", "String", &["b"] as &[&str])] as &[_],
                json!("arn:aws:s3:::b/*"),
            ),
            (
                "arn:aws:s3:::@{bucketNames}/*",
                &[buckets],
                json!(["arn:aws:s3:::bucket-1/*", "arn:aws:s3:::bucket-2/*"]),
            ),
            (
                "arn:aws:s3:::@{bucketNames}/@{prefix}/*",
                &[buckets, ("prefix", "string", &["data"])],
                json!(["arn:aws:s3:::bucket-1/data/*", "arn:aws:s3:::bucket-2/data/*"]),
            ),
            ("arn:aws:s3:::${aws:username}", &[], json!("arn:aws:s3:::${aws:username}")),
        ] {
            assert_eq!(render(on(json!(resource)), given).unwrap(), on(expect), "{resource}");
        }
        let spliced = render(on(json!(["arn:aws:s3:::a", "arn:aws:s3:::@{bucketNames}"])), &[buckets]).unwrap();
        assert_eq!(spliced, on(json!(["arn:aws:s3:::a", "arn:aws:s3:::bucket-1", "arn:aws:s3:::bucket-2"])));
    }

    #[test]
    fn statements_are_switched_by_parameters() {
        let read = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
        let write = json!({"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"});
        for (directive, value, expect) in [
            ("WRITE", "True", 2),
            ("WRITE", "False", 1),
            ("WRITE", "true", 1),
            ("!WRITE", "True", 1),
            ("!WRITE", "False", 2),
            ("OTHER", "True", 1),
            ("!OTHER", "True", 2),
        ] {
            let mut statement = write.clone();
            statement["@Enabled"] = json!(directive);
            let got = render(json!([read, statement]), &[("WRITE", "string", &[value])]).unwrap();
            assert_eq!(got.as_array().unwrap().len(), expect, "{directive} {value}");
            assert!(got[1].get("@Enabled").is_none());
        }
    }

    #[test]
    fn what_templates_refuse() {
        let on = |resource: &str| json!([{"Effect": "Allow", "Action": "sqs:*", "Resource": resource}]);
        let long = "q".repeat(2048);
        for (statements, given, expect) in [
            (on("@{queue}"), &[] as &[(&str, &str, &[&str])], "The policy parameter queue is missing."),
            (on("*"), &[("queue", "number", &["1"])], "number is no type of a policy parameter."),
            (on("*"), &[("queue", "string", &["1", "2"])], "The policy parameter queue takes exactly one value."),
            (on("*"), &[("queue", "stringList", &[])], "The policy parameter queue takes at least one value."),
            (
                on("*"),
                &[("queue", "string", &["1"]), ("queue", "string", &["2"])],
                "The policy parameter queue is given more than once.",
            ),
            (
                on("arn:aws:sqs:*:*:@{queue}"),
                &[("queue", "string", &[&long])],
                "The policy has 2152 characters, and may have 2048.",
            ),
            (
                json!([{"@Enabled": "queue", "Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]),
                &[],
                "No statement of the policy template is enabled.",
            ),
        ] {
            assert_eq!(render(statements, given).unwrap_err().message(), expect);
        }
        assert_eq!(render(json!([{"Effect": "Maybe"}]), &[]).unwrap_err().code(), "InvalidInputException");
    }

    #[test]
    fn roles_need_boundaries() {
        let policy = |statement: Value| json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let bound = json!({"StringEquals": {"iam:PermissionsBoundary": boundary}});
        for (statement, expect) in [
            (json!({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}), Some(vec![])),
            (json!({"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*"}), Some(vec![])),
            (json!({"Effect": "Allow", "Action": "iam:Create*", "Resource": "*"}), None),
            (json!({"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"}), None),
            (
                json!({"Effect": "Allow", "Action": "iam:CreateRole", "Resource": "*", "Condition": bound}),
                Some(vec![boundary.to_owned()]),
            ),
        ] {
            assert_eq!(boundaries(&policy(statement.clone())), expect, "{statement}");
        }
    }
}
