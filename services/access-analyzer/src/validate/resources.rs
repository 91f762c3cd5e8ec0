//! Resources: whether they are ARNs, of a form that their service has.

use super::finding::{Findings, Path, Place};
use super::statements::Statement;
use super::text::Node;
use super::{mismatch, variables};
use crate::facts::{self, meet, pattern};

/// The partitions that there are.
const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

pub fn check(found: &mut Findings, statement: &Statement<'_>) {
    for name in ["Resource", "NotResource"] {
        let Some((path, node)) = statement.element(name) else { continue };
        if node.is_list() && node.is_empty() {
            let details = "This statement includes no resources and does not affect the policy. Specify resources.";
            found.suggest("EMPTY_ARRAY_RESOURCE", details, Place::of(&path, node));
        }
        for (path, node) in path.each(node) {
            match node.text() {
                None => mismatch(found, &path, node, "string"),
                Some(arn) => {
                    variables::check(found, statement.about, (&path, node));
                    one(found, (&path, node), arn);
                }
            }
        }
    }
}

fn one(found: &mut Findings, (path, node): (&Path, &Node), arn: &str) {
    if arn == "*" {
        return;
    }
    let place = || Place::of(path, node);
    let plain = without_variables(arn);
    if !plain.starts_with("arn:") && !plain.starts_with('*') {
        found.error("INVALID_ARN_PREFIX", "Add the required prefix (arn) to the resource ARN.", place());
        return;
    }
    let parts: Vec<&str> = plain.splitn(6, ':').collect();
    let [_, partition, service, region, account, _] = parts.as_slice() else {
        // A star may stand for several parts.
        if !plain.contains('*') {
            let details = "Resource ARNs must include at least 6 fields in the following structure: \
                           arn:partition:service:region:account:resource";
            found.error("MISSING_ARN_FIELD", details, place());
        }
        return;
    };
    if !has_wildcard(partition) && !PARTITIONS.contains(partition) {
        let details = format!(
            "The resource ARN for the service {service} does not support the partition {partition}. Use the supported \
             values: [{}]",
            PARTITIONS.join(", ")
        );
        found.error("INVALID_PARTITION", details, place());
        return;
    }
    if service.chars().any(|c| c.is_ascii_uppercase()) {
        let details = format!("Update the service name {service} in the resource ARN to use all lowercase letters.");
        found.error("INVALID_ARN_SERVICE_CASE", details, place());
        return;
    }
    if !account.is_empty() && !has_wildcard(account) && !is_account(account) {
        let details = format!("The resource ARN account ID {account} is not valid. Provide a 12-digit account ID.");
        found.error("INVALID_ARN_ACCOUNT", details, place());
        return;
    }
    if !region.is_empty() && !has_wildcard(region) && !facts::is_region(region) {
        let details = format!(
            "The Region {region} is not valid for this resource. Update the resource ARN to include a supported Region."
        );
        found.error("INVALID_ARN_REGION", details, place());
        return;
    }
    if !has_wildcard(service) {
        form(found, place(), (&plain, service, region, account));
    }
}

/// Whether the ARN may be one of the forms that its service has.
fn form(found: &mut Findings, place: Place, (arn, service, region, account): (&str, &str, &str, &str)) {
    let forms = forms(service);
    if forms.is_empty() || forms.iter().any(|form| fits(form, arn)) {
        return;
    }
    let part = |form: &str, at: usize| form.splitn(6, ':').nth(at).unwrap_or_default().to_owned();
    let without = |at: usize| forms.iter().all(|form| part(form, at).is_empty());
    if !account.is_empty() && without(4) {
        let details = format!("The service {service} does not support specifying an account ID in the resource ARN.");
        found.error("ARN_ACCOUNT_NOT_ALLOWED", details, place);
    } else if !region.is_empty() && without(3) {
        let details = format!("The service {service} does not support specifying a Region in the resource ARN.");
        found.error("ARN_REGION_NOT_ALLOWED", details, place);
    } else if region.is_empty() && forms.iter().all(|form| !part(form, 3).is_empty()) {
        found.error("MISSING_ARN_REGION", format!("Add a Region to the {service} resource ARN."), place);
    } else {
        let details = "Resource ARN does not match the expected ARN format. Update the resource portion of the ARN.";
        found.error("INVALID_ARN_RESOURCE", details, place);
    }
}

/// Whether an ARN may be of a form, part by part: what varies in a form is never empty.
fn fits(form: &str, arn: &str) -> bool {
    let mut parts = form.splitn(6, ':').zip(arn.splitn(6, ':'));
    parts.all(|(form, own)| meet(form, own) && (form.is_empty() || !own.is_empty()))
}

/// The forms of all ARNs whose service part is this. The prefix of a service's actions may be another.
fn forms(service: &str) -> Vec<String> {
    let of = |arn: &&String| arn.split(':').nth(2) == Some(service);
    let Some(own) = facts::service(service) else { return Vec::new() };
    let all: Vec<String> = own.resources.values().filter(of).map(|arn| pattern(arn)).collect();
    // What a service's actions are on may be another's: if anything goes there is nothing to hold against it.
    if own.resources.values().any(|arn| arn.split(':').nth(2).is_none_or(|part| part.contains('$'))) {
        return Vec::new();
    }
    all
}

/// With a star for each variable: its value is not known.
pub fn without_variables(text: &str) -> String {
    match text.contains("${") {
        true => pattern(&text.replace("${*}", "*").replace("${?}", "?").replace("${$}", "$")),
        false => text.to_owned(),
    }
}

pub fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
