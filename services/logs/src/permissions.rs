//! Resource policies: who else may write to the logs of an account.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html#resource-policies-cwl>

use crate::errors;
use crate::state::POLICIES;
use serde_json::{Value, json};
use service::policy::valid::{self, Facts, Kind};
use service::policy::{Limits, Named};
use service::{Result, View};

/// The largest policy, in bytes.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html>
const LARGEST: usize = 5_120;

/// Checks a policy.
pub fn check(text: &str) -> Result<()> {
    if text.len() > LARGEST {
        return Err(errors::limit_exceeded());
    }
    let limits = Limits { bytes: LARGEST, ..Limits::default() };
    let document = valid::check(text, Kind::Resource, &Facts::default(), limits)
        .map_err(|error| errors::invalid(format!("Invalid policy document: {}", error.message())))?;
    let principals = document.statements().iter().filter_map(|statement| statement.principals.as_ref());
    principals.flat_map(|principals| principals.names.iter()).try_for_each(check_principal)
}

/// Accounts are named by their numbers, and nobody else of AWS's identities at all:
/// <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2557>,
/// <https://github.com/hashicorp/terraform-provider-aws/issues/32260>.
fn check_principal(named: &Named) -> Result<()> {
    match named {
        Named::Root { .. } | Named::Arn(_) => {
            let (_, arn) = named.written();
            Err(errors::invalid(format!("Principal section of policy contains ARN instead of account ID: {arn}")))
        }
        Named::Id(_) => Err(errors::invalid("Could not convert to persistable policy.")),
        _ => Ok(()),
    }
}

/// All policies of the account as one: each of them may allow, and each may deny.
pub fn together(view: &View) -> Result<Option<String>> {
    let mut statements = Vec::new();
    for policy in view.rows(&POLICIES, ()) {
        let mut document: Value = serde_json::from_str(&policy?.document).unwrap_or_default();
        match document.get_mut("Statement").map(Value::take) {
            Some(Value::Array(list)) => statements.extend(list),
            Some(one @ Value::Object(_)) => statements.push(one),
            _ => {}
        }
    }
    // Two policies may use the same statement ids.
    for statement in statements.iter_mut().filter_map(Value::as_object_mut) {
        statement.remove("Sid");
    }
    let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    Ok((!statements.is_empty()).then_some(document))
}
