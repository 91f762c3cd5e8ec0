//! The validation of policies.

use crate::api::*;
use crate::errors;
use crate::validate::{self, PolicyType};
use service::{Result, Token, View};

/// The most findings of one page, and those where none are asked for.
const MOST_RESULTS: i64 = 1_000;

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html>
pub fn validate_policy(_view: &View, input: ValidatePolicyRequest) -> Result<ValidatePolicyResponse> {
    let ValidatePolicyRequest {
        locale: _, // stored only
        max_results,
        next_token,
        policy_document,
        policy_type,
        validate_policy_resource_type,
    } = input;
    let kind = PolicyType::of(&policy_type)
        .ok_or_else(|| errors::validation(format!("{policy_type} is not a type of policy.")))?;
    if validate_policy_resource_type.is_some() && kind != PolicyType::Resource {
        return Err(errors::validation("A resource type can be given for a resource policy alone."));
    }
    let from = match next_token {
        None => 0,
        Some(token) => place(&token).ok_or_else(errors::token)?,
    };
    let most = max_results.unwrap_or(MOST_RESULTS);
    if !(1..=MOST_RESULTS).contains(&most) {
        return Err(errors::validation(format!("maxResults must be between 1 and {MOST_RESULTS}.")));
    }
    let to = from.saturating_add(usize::try_from(most).unwrap_or_default());
    let found = validate::findings(&policy_document, kind, validate_policy_resource_type.as_deref());
    let page = found.get(from.min(found.len())..to.min(found.len())).unwrap_or_default();
    Ok(ValidatePolicyResponse {
        findings: page.iter().map(|finding| finding.told(&policy_document)).collect(),
        next_token: (to < found.len()).then(|| Token::of(to.to_be_bytes()).encode()),
    })
}

fn place(token: &str) -> Option<usize> {
    let token = Token::decode(token)?;
    token.as_bytes().try_into().map(usize::from_be_bytes).ok()
}
