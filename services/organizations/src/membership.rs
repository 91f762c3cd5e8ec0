//! What the door asks of Organizations on every call: where an account is, and what binds it there.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>

use crate::kinds::{self, RCP, SCP};
use crate::standing::{self, Organization};
use crate::state::{ACCOUNTS, ATTACHMENTS, AttachmentRow, PEOPLE, POLICIES, PolicyRow};
use crate::{account_ids, shown, tree};
use service::{AccountId, Authority, ControlLevel, Membership, NamedPolicy, Result, View};

/// Organizations is the authority on who is in which organisation, on closed accounts, and on the ids of new ones.
pub const AUTHORITY: Authority =
    Authority { membership, closed, account_ids: Some(account_ids::BOOK), ..Authority::SILENT };

/// The actions that resource control policies bind, by prefix.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>
pub const RESOURCE_CONTROLLED: &[&str] = &[
    "s3",
    "sts",
    "kms",
    "sqs",
    "secretsmanager",
    "cognito-identity",
    "cognito-idp",
    "logs",
    "dynamodb",
    "ecr",
    "aoss",
];

/// "Immediately, the account can no longer be used for any AWS activity", and after its post-closure period it is gone for good.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html>
fn closed(view: &View, account: AccountId) -> Result<bool> {
    Ok(view.get(&PEOPLE, account.to_string().as_str())?.is_some_and(|person| person.closed.is_some()))
}

fn membership(view: &View, account: AccountId) -> Result<Option<Membership>> {
    let Some(organization) = standing::of(view, account)? else { return Ok(None) };
    let id = account.to_string();
    let Some(row) = view.get_in(organization.scope(), &ACCOUNTS, id.as_str())? else { return Ok(None) };
    let above = tree::down_to(view, &organization, &row.parent)?;
    let management = organization.management == account;
    let mut levels = above;
    levels.push(id);
    let bound = |kind: &str| match management || !organization.has_all_features() {
        true => Ok(Vec::new()),
        false => control(view, &organization, kind, &levels),
    };
    Ok(Some(Membership {
        organization: organization.row.id.clone(),
        path: tree::path(view, &organization, &row.parent)?,
        management,
        closed: row.status != "ACTIVE",
        service_control: bound(SCP)?,
        resource_control: bound(RCP)?,
        resource_controlled: RESOURCE_CONTROLLED,
    }))
}

/// The policies of a type at each level; no level where the type is not enabled.
fn control(view: &View, organization: &Organization, kind: &str, levels: &[String]) -> Result<Vec<ControlLevel>> {
    if !organization.row.enabled.iter().any(|enabled| enabled == kind) {
        return Ok(Vec::new());
    }
    let level = |target: &String| {
        let policies = attached(view, organization, target, kind)?.into_iter();
        let named = |policy: PolicyRow| NamedPolicy {
            name: shown::policy_arn(view, organization, &policy).into(),
            text: policy.content.into(),
        };
        Ok(ControlLevel { target: target.clone(), policies: policies.map(named).collect() })
    };
    levels.iter().map(level).collect()
}

/// The policies of a type that are attached to a target, in the order of attachment.
pub fn attached(view: &View, organization: &Organization, target: &str, kind: &str) -> Result<Vec<PolicyRow>> {
    let rows = view.rows_in(organization.scope(), &ATTACHMENTS, (target,));
    let mut rows: Vec<AttachmentRow> = rows.collect::<Result<_>>()?;
    rows.retain(|row| row.kind == kind);
    rows.sort_by_key(|row| row.number);
    let policies = rows.into_iter().filter_map(|row| policy(view, organization, &row.policy).transpose());
    policies.collect()
}

/// A policy by its id: one of AWS's own, or of the organisation.
pub fn policy(view: &View, organization: &Organization, id: &str) -> Result<Option<PolicyRow>> {
    match kinds::managed(id) {
        Some((kind, managed)) => Ok(Some(kinds::as_row(kind, managed))),
        None => view.get_in(organization.scope(), &POLICIES, id),
    }
}
