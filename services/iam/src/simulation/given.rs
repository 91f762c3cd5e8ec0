//! What a request for a simulation gives beside policies: actions, resources, context keys.

use crate::api::ContextEntry;
use crate::errors;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::policy::{Context, is_moment};
use service::{ArnParts, Result};
use std::net::IpAddr;

/// The types of context keys, single ones first.
const TYPES: [&str; 6] = ["string", "numeric", "boolean", "ip", "binary", "date"];

/// Context keys and their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    keys: Vec<(String, Vec<String>)>,
}

impl Given {
    /// The keys that an identity has by its tags.
    pub fn of_tags<'t>(tags: impl IntoIterator<Item = (&'t String, &'t String)>) -> Given {
        let key = |(key, value): (&String, &String)| (format!("aws:PrincipalTag/{key}"), vec![value.clone()]);
        Given { keys: tags.into_iter().map(key).collect() }
    }

    /// Adds the request's entries, which take the place of what the identity has.
    pub fn add(&mut self, entries: Option<Vec<ContextEntry>>) -> Result<()> {
        for entry in entries.unwrap_or_default() {
            let ContextEntry { context_key_name, context_key_values, context_key_type } = entry;
            let name = context_key_name.unwrap_or_default();
            let values = context_key_values.unwrap_or_default();
            if !name.contains(':') {
                return Err(errors::invalid_input(format!("Invalid context key name: {name}")));
            }
            check_values(&name, &values, context_key_type.as_deref().unwrap_or("string"))?;
            self.keys.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            self.keys.push((name, values));
        }
        Ok(())
    }

    /// Adds all to the context of a request.
    pub fn add_to<'c>(&'c self, context: &mut Context<'c>) {
        for (name, values) in &self.keys {
            context.remove(name);
            for value in values {
                context.add(name.as_str(), value.as_str());
            }
        }
    }
}

fn check_values(name: &str, values: &[String], kind: &str) -> Result<()> {
    let (single, list) = match kind.strip_suffix("List") {
        Some(single) => (single, true),
        None => (kind, false),
    };
    if !TYPES.contains(&single) {
        let set: Vec<String> = TYPES.iter().flat_map(|kind| [(*kind).to_owned(), format!("{kind}List")]).collect();
        let set = format!("Member must satisfy enum value set: [{}]", set.join(", "));
        return Err(errors::constraint("contextKeyType", kind, &set));
    }
    if !list && values.len() > 1 {
        let text = format!("Context key {name} of type {kind} must have a single value.");
        return Err(errors::invalid_input(text));
    }
    match values.iter().find(|value| !fits(single, value)) {
        Some(wrong) => Err(errors::invalid_input(format!(
            "Invalid value {wrong} of context key {name}: it must be of type {kind}."
        ))),
        None => Ok(()),
    }
}

fn fits(kind: &str, value: &str) -> bool {
    match kind {
        "numeric" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "boolean" => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        "ip" => value.split('/').next().is_some_and(|address| address.parse::<IpAddr>().is_ok()),
        "binary" => STANDARD.decode(value).is_ok(),
        "date" => is_moment(value),
        _ => true,
    }
}

/// Refuses actions without a service, and patterns: "This operation does not support using wildcards (*) in an operation name."
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>
pub fn check_actions(names: &[String]) -> Result<()> {
    let good = |name: &&String| {
        let parts = name.split_once(':');
        parts
            .is_none_or(|(service, action)| service.is_empty() || action.is_empty() || action.contains(['*', '?', ':']))
    };
    match names.iter().find(good) {
        Some(wrong) => Err(errors::invalid_input(format!("Invalid Action Name: {wrong}"))),
        None if names.is_empty() => Err(errors::validation("ActionNames must have at least one element.")),
        None => Ok(()),
    }
}

/// The resources, `*` where there are none.
pub fn check_resources(arns: Option<Vec<String>>) -> Result<Vec<String>> {
    let arns = arns.filter(|arns| !arns.is_empty()).unwrap_or_else(|| vec!["*".to_owned()]);
    let wrong: Vec<&str> =
        arns.iter().map(String::as_str).filter(|arn| *arn != "*" && ArnParts::parse(arn).is_err()).collect();
    if wrong.is_empty() {
        return Ok(arns);
    }
    Err(errors::invalid_input(format!("ResourceNames are not in a valid ARN format: {}.", wrong.join(", "))))
}

/// The scenarios of `ec2:RunInstances`, each with the types of resources that must be given.
const SCENARIOS: [(&str, &[&str]); 6] = [
    ("EC2-Classic-InstanceStore", &["instance", "image", "security-group"]),
    ("EC2-Classic-EBS", &["instance", "image", "security-group", "volume"]),
    ("EC2-VPC-InstanceStore", &["instance", "image", "security-group", "network-interface"]),
    ("EC2-VPC-InstanceStore-Subnet", &["instance", "image", "security-group", "network-interface", "subnet"]),
    ("EC2-VPC-EBS", &["instance", "image", "security-group", "network-interface", "volume"]),
    ("EC2-VPC-EBS-Subnet", &["instance", "image", "security-group", "network-interface", "subnet", "volume"]),
];

/// Refuses a scenario that is none of AWS's, or whose resources are not all there.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>
pub fn check_handling(option: Option<&str>, resources: &[String]) -> Result<()> {
    let Some(option) = option else { return Ok(()) };
    let Some((_, wanted)) = SCENARIOS.iter().find(|(name, _)| *name == option) else {
        return Err(errors::invalid_input(format!("Invalid Resource Handling Option: {option}")));
    };
    let has = |kind: &str| {
        resources
            .iter()
            .filter_map(|arn| ArnParts::parse(arn).ok())
            .any(|parts| parts.service == "ec2" && parts.resource.split('/').next() == Some(kind))
    };
    let lacks: Vec<&str> = wanted.iter().copied().filter(|kind| !has(kind)).collect();
    if lacks.is_empty() {
        return Ok(());
    }
    Err(errors::invalid_input(format!("{option} requires resources of these types: {}", lacks.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: &str, values: &[&str]) -> Option<Vec<ContextEntry>> {
        Some(vec![ContextEntry {
            context_key_name: Some("aws:Key".to_owned()),
            context_key_values: Some(values.iter().map(|value| (*value).to_owned()).collect()),
            context_key_type: Some(kind.to_owned()),
        }])
    }

    #[test]
    fn values_are_of_their_types() {
        for (kind, values, fits) in [
            ("string", &["a"][..], true),
            ("string", &["a", "b"], false),
            ("stringList", &["a", "b"], true),
            ("numeric", &["1.5"], true),
            ("numeric", &["one"], false),
            ("booleanList", &["true", "False"], true),
            ("boolean", &["yes"], false),
            ("ip", &["203.0.113.7"], true),
            ("ip", &["2001:db8::/32"], true),
            ("ip", &["here"], false),
            ("date", &["2026-01-01T00:00:00Z"], true),
            ("date", &["soon"], false),
            ("binary", &["QQ=="], true),
            ("binary", &["!"], false),
            ("text", &["a"], false),
        ] {
            assert_eq!(Given::default().add(entry(kind, values)).is_ok(), fits, "{kind} {values:?}");
        }
    }

    #[test]
    fn a_scenario_wants_its_resources() {
        let arns = |kinds: &[&str]| -> Vec<String> {
            kinds.iter().map(|kind| format!("arn:aws:ec2:eu-west-1:111111111111:{kind}/x")).collect()
        };
        let all = arns(&["instance", "image", "security-group", "network-interface"]);
        assert!(check_handling(Some("EC2-VPC-InstanceStore"), &all).is_ok());
        let told = check_handling(Some("EC2-VPC-EBS-Subnet"), &all).unwrap_err();
        assert_eq!(told.message(), "EC2-VPC-EBS-Subnet requires resources of these types: subnet, volume");
        assert!(check_handling(Some("EC2"), &all).is_err() && check_handling(None, &[]).is_ok());
    }
}
