//! Custom policy checks.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html>

use crate::api::*;
use crate::checks::{self, Verdict};
use crate::errors;
use service::policy::analysis::Stand;
use service::{Result, View};

/// The most actions and the most resources of one access.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Access.html>
const MOST_NAMED: usize = 100;

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html>
pub fn check_no_new_access(_view: &View, input: CheckNoNewAccessRequest) -> Result<CheckNoNewAccessResponse> {
    let CheckNoNewAccessRequest { new_policy_document, existing_policy_document, policy_type } = input;
    let stand = stand(&policy_type)?;
    let new = checks::document("newPolicyDocument", &new_policy_document)?;
    let existing = checks::document("existingPolicyDocument", &existing_policy_document)?;
    let (message, verdict) = match checks::new_access(&new, &existing, stand)? {
        found if found.is_empty() => ("The updated policy does not grant new access.", found),
        found => ("The modified permissions grant new access compared to your existing policy.", found),
    };
    Ok(CheckNoNewAccessResponse {
        result: Some(result(&verdict)),
        message: Some(message.to_owned()),
        reasons: reasons("New access in the statement", verdict),
    })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html>
pub fn check_access_not_granted(
    _view: &View,
    input: CheckAccessNotGrantedRequest,
) -> Result<CheckAccessNotGrantedResponse> {
    let CheckAccessNotGrantedRequest { policy_document, access, policy_type } = input;
    let stand = stand(&policy_type)?;
    let policy = checks::document("policyDocument", &policy_document)?;
    let mut probes = Vec::new();
    for Access { actions, resources } in access {
        let (actions, resources) = (actions.unwrap_or_default(), resources.unwrap_or_default());
        if actions.len() > MOST_NAMED || resources.len() > MOST_NAMED {
            return Err(errors::validation(format!("An access names at most {MOST_NAMED} actions and resources.")));
        }
        if actions.is_empty() && resources.is_empty() {
            return Err(errors::validation("An access must name actions or resources."));
        }
        probes.push((actions, resources));
    }
    if probes.is_empty() {
        return Err(errors::validation("At least one access must be given."));
    }
    let of = if probes.iter().all(|(actions, _)| actions.is_empty()) { "resources" } else { "actions" };
    let found = checks::granted(&policy, &probes, stand)?;
    let message = match found.is_empty() {
        true => format!("The policy document does not grant access to perform the listed {of}."),
        false if of == "actions" => {
            "The policy document grants access to perform one or more of the listed actions.".to_owned()
        }
        false => "The policy document grants access to one or more of the listed resources.".to_owned(),
    };
    Ok(CheckAccessNotGrantedResponse {
        result: Some(result(&found)),
        message: Some(message),
        reasons: reasons(&format!("One or more of the listed {of} in the statement"), found),
    })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html>
pub fn check_no_public_access(_view: &View, input: CheckNoPublicAccessRequest) -> Result<CheckNoPublicAccessResponse> {
    let CheckNoPublicAccessRequest { policy_document, resource_type } = input;
    let prefix = checks::iam_prefix(&resource_type)
        .ok_or_else(|| errors::invalid_parameter(format!("The resource type {resource_type} is not supported.")))?;
    let policy = checks::document("policyDocument", &policy_document)?;
    let found = checks::public(&policy, prefix)?;
    let message = match found.is_empty() {
        true => "The resource policy does not grant public access for the given resource type.",
        false => "The resource policy grants public access for the given resource type.",
    };
    Ok(CheckNoPublicAccessResponse {
        result: Some(result(&found)),
        message: Some(message.to_owned()),
        reasons: reasons("Public access granted in the following statement", found),
    })
}

fn stand(policy_type: &str) -> Result<Stand> {
    match policy_type {
        "IDENTITY_POLICY" => Ok(Stand::Identity),
        "RESOURCE_POLICY" => Ok(Stand::Resource),
        other => Err(errors::validation(format!("{other} is not a type of policy that can be checked."))),
    }
}

fn result(found: &[Verdict]) -> String {
    if found.is_empty() { "PASS" } else { "FAIL" }.to_owned()
}

fn reasons(what: &str, found: Vec<Verdict>) -> Option<Vec<ReasonSummary>> {
    let reason = |Verdict { index, sid }: Verdict| {
        let which = sid.as_ref().map_or_else(|| format!("index: {index}"), |sid| format!("sid: {sid}"));
        ReasonSummary {
            description: Some(format!("{what} with {which}.")),
            statement_index: Some(index as i64),
            statement_id: sid,
        }
    };
    Some(found.into_iter().map(reason).collect::<Vec<_>>()).filter(|reasons| !reasons.is_empty())
}
