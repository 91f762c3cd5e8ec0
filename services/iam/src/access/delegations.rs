//! Delegation requests.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html#temporary-delegation-managing-permissions>

use super::one_check;
use crate::api::{
    AcceptDelegationRequestRequest, AssociateDelegationRequestRequest, CreateDelegationRequestRequest,
    GetDelegationRequestRequest, ListDelegationRequestsRequest, RejectDelegationRequestRequest,
    SendDelegationTokenRequest, UpdateDelegationRequestRequest,
};
use crate::delegation;
use crate::state::{DELEGATIONS, DelegationRow};
use serde_json::json;
use service::{Access, AccountId, CallerKind, Check, PolicyRole, Result, View};

one_check! {
    accept_delegation_request(AcceptDelegationRequestRequest.delegation_request_id) "iam:AcceptDelegationRequest", on;
    associate_delegation_request(AssociateDelegationRequestRequest.delegation_request_id)
        "iam:AssociateDelegationRequest", on;
    get_delegation_request(GetDelegationRequestRequest.delegation_request_id) "iam:GetDelegationRequest", on;
    reject_delegation_request(RejectDelegationRequestRequest.delegation_request_id) "iam:RejectDelegationRequest", on;
    send_delegation_token(SendDelegationTokenRequest.delegation_request_id) "iam:SendDelegationToken", on;
    update_delegation_request(UpdateDelegationRequestRequest.delegation_request_id) "iam:UpdateDelegationRequest", on;
}

/// What whoever initiates a request may do with it without being given the right.
const OF_INITIATORS: [&str; 5] = [
    "iam:AssociateDelegationRequest",
    "iam:GetDelegationRequest",
    "iam:RejectDelegationRequest",
    "iam:SendDelegationToken",
    "iam:UpdateDelegationRequest",
];
/// What anybody may do who has the id of a request that is nobody's yet.
const OF_ANYBODY: [&str; 2] = ["iam:AssociateDelegationRequest", "iam:GetDelegationRequest"];

fn on(view: &View, action: &'static str, id: &str) -> Result<Check> {
    let Some(row) = view.get(&DELEGATIONS, id)? else {
        return Ok(Check::new(action, delegation::arn_of(view, view.account(), id).to_string()));
    };
    let arn = delegation::arn(view, &row).to_string();
    let check = Check::new(action, arn.clone());
    let check = row.owner.iter().fold(check, |check, owner| check.key("iam:DelegationRequestOwner", owner.as_str()));
    let owner: Option<AccountId> = row.owner_account.as_deref().and_then(|id| id.parse().ok());
    let check = match owner {
        Some(owner) if owner != view.account() => return Ok(check.owned_by(owner)),
        _ => check,
    };
    let granted = match &row {
        DelegationRow { owner: Some(owner), .. } if *owner == view.caller().arn => OF_INITIATORS.as_slice(),
        DelegationRow { owner: None, .. } => OF_ANYBODY.as_slice(),
        _ => return Ok(check),
    };
    Ok(by_default(view, check, granted, &arn))
}

/// The permission that a caller has without a policy of his: one that denies it takes it away. A root user needs none, and would
/// stand for his whole account.
fn by_default(view: &View, check: Check, actions: &[&str], resource: &str) -> Check {
    if view.caller().kind == CallerKind::Root {
        return check;
    }
    let statement =
        json!({"Effect": "Allow", "Principal": {"AWS": view.caller().arn}, "Action": actions, "Resource": resource});
    let text = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    check.with_policy("default permissions of delegation requests", text, PolicyRole::Optional)
}

pub fn create_delegation_request(view: &View, input: &CreateDelegationRequestRequest) -> Result<Access> {
    let check = Check::new("iam:CreateDelegationRequest", view.arn("iam", "delegation-request/*").to_string());
    let template = input.permissions.policy_template_arn.as_deref();
    let check = template.into_iter().fold(check, |check, arn| check.key("iam:TemplateArn", arn));
    let check = check.key("iam:NotificationChannel", input.notification_channel.as_str());
    Ok(Access::to(check.key("iam:DelegationDuration", input.session_duration.to_string())))
}

/// Owners may list what they own.
pub fn list_delegation_requests(view: &View, input: &ListDelegationRequestsRequest) -> Result<Access> {
    let action = "iam:ListDelegationRequests";
    let Some(owner) = &input.owner_id else { return Ok(Access::to(Check::new(action, "*"))) };
    let check = Check::new(action, "*").key("iam:DelegationRequestOwner", owner.as_str());
    let own = *owner == view.caller().arn;
    Ok(Access::to(if own { by_default(view, check, &[action], "*") } else { check }))
}
