//! Policies in effect: what an account inherits and has, merged.

use crate::api::*;
use crate::ids::{self, Named};
use crate::standing::{self, Organization, Reach};
use crate::{effective, errors, kinds, membership, tree};
use serde_json::Value as Json;
use service::{Error, Result, Timestamp, View};

/// An account may look at its own.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html>
pub fn describe_effective_policy(
    view: &View,
    input: DescribeEffectivePolicyRequest,
) -> Result<DescribeEffectivePolicyResponse> {
    let DescribeEffectivePolicyRequest { policy_type, target_id } = input;
    let own = view.account().to_string();
    let target = target_id.unwrap_or_else(|| own.clone());
    let reach = if target == own { Reach::Members } else { Reach::Administrators };
    let organization = standing::open(view, reach)?;
    if kinds::kind(&policy_type)?.authorizes {
        return Err(errors::invalid("INVALID_ENUM_POLICY_TYPE"));
    }
    ids::check(&target, &[Named::Account])?;
    let account = view.get_in(organization.scope(), &crate::state::ACCOUNTS, target.as_str())?;
    let account = account.ok_or_else(errors::no_target)?;
    let mut levels = tree::down_to(view, &organization, &account.parent)?;
    levels.push(target.clone());
    let (documents, changed) = documents(view, &organization, (&policy_type, &levels))?;
    let merged = effective::merged(&documents, policy_type == "TAG_POLICY").ok_or_else(errors::no_effective_policy)?;
    let policy = EffectivePolicy {
        policy_content: Some(merged.to_string()),
        last_updated_timestamp: Some(changed),
        target_id: Some(target),
        policy_type: Some(policy_type),
    };
    Ok(DescribeEffectivePolicyResponse { effective_policy: Some(policy) })
}

/// The documents at each level, and when one of them was last changed.
fn documents(
    view: &View,
    organization: &Organization,
    (kind, levels): (&str, &[String]),
) -> Result<(Vec<Vec<Json>>, Timestamp)> {
    let mut changed = Timestamp::EPOCH;
    let mut documents = Vec::new();
    for level in levels {
        let policies = membership::attached(view, organization, level, kind)?;
        changed = policies.iter().map(|policy| policy.changed).chain([changed]).max().unwrap_or(changed);
        let read = policies.iter().map(|policy| serde_json::from_str(&policy.content).map_err(Error::internal));
        documents.push(read.collect::<Result<_>>()?);
    }
    Ok((documents, changed))
}
