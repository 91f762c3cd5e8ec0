//! What is attached where.

use super::policies;
use crate::api::*;
use crate::ids::{self, Named};
use crate::kinds::{self, SCP};
use crate::standing::{self, Organization, Reach};
use crate::state::{ATTACHMENTS, AttachmentRow, PolicyRow};
use crate::{directory, errors, membership, paging, tree};
use service::{Cx, Nothing, Result, View};

const TARGETS: &[Named] = &[Named::Root, Named::Unit, Named::Account];

fn target(view: &View, organization: &Organization, id: &str) -> Result<tree::Node> {
    ids::check(id, TARGETS)?;
    tree::find(view, organization, id)?.ok_or_else(errors::no_target)
}

/// The attachments of a type at a target.
fn there(view: &View, organization: &Organization, (target, kind): (&str, &str)) -> Result<Vec<AttachmentRow>> {
    let rows = view.rows_in(organization.scope(), &ATTACHMENTS, (target,));
    let mut rows: Vec<AttachmentRow> = rows.collect::<Result<_>>()?;
    rows.retain(|row| row.kind == kind);
    rows.sort_by_key(|row| row.number);
    Ok(rows)
}

fn attach(cx: &mut Cx, organization: &mut Organization, (policy, kind, target): (&str, &str, &str)) -> Result<()> {
    let number = organization.number();
    let (policy, target) = (policy.to_owned(), target.to_owned());
    let key = (target.clone(), policy.clone());
    let row = AttachmentRow { target, policy, kind: kind.to_owned(), number, since: cx.now() };
    cx.in_scope(organization.scope(), |cx| cx.put(&ATTACHMENTS, &key, &row))
}

/// Attaches AWS's own policy of a type, if it has one. The organisation's row is to be written.
pub(crate) fn attach_managed(cx: &mut Cx, organization: &mut Organization, (kind, target): (&str, &str)) -> Result<()> {
    match kinds::kind(kind)?.managed.as_ref() {
        Some(managed) => attach(cx, organization, (managed.id, kind, target)),
        None => Ok(()),
    }
}

/// Detaches all policies of a type from everything.
pub(crate) fn detach_all(cx: &mut Cx, organization: &Organization, kind: &str) -> Result<()> {
    cx.in_scope(organization.scope(), |cx| {
        let rows: Vec<AttachmentRow> = cx.rows(&ATTACHMENTS, ()).collect::<Result<_>>()?;
        for row in rows.into_iter().filter(|row| row.kind == kind) {
            cx.delete(&ATTACHMENTS, &(row.target, row.policy))?;
        }
        Ok(())
    })
}

/// It binds from the next call on.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html>
pub fn attach_policy(cx: &mut Cx, input: AttachPolicyRequest) -> Result<Nothing> {
    let AttachPolicyRequest { policy_id, target_id } = input;
    let mut organization = standing::open(cx, Reach::Delegates)?;
    let policy = policies::find(cx, &organization, &policy_id)?;
    target(cx, &organization, &target_id)?;
    if !organization.row.enabled.contains(&policy.kind) {
        return Err(errors::type_not_enabled());
    }
    let rows = there(cx, &organization, (&target_id, &policy.kind))?;
    if rows.iter().any(|row| row.policy == policy_id) {
        return Err(errors::duplicate_attachment());
    }
    if rows.len() >= kinds::kind(&policy.kind)?.most_attached {
        return Err(errors::constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"));
    }
    attach(cx, &mut organization, (&policy_id, &policy.kind, &target_id))?;
    organization.save(cx)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html>
pub fn detach_policy(cx: &mut Cx, input: DetachPolicyRequest) -> Result<Nothing> {
    let DetachPolicyRequest { policy_id, target_id } = input;
    let organization = standing::open(cx, Reach::Delegates)?;
    let policy = policies::find(cx, &organization, &policy_id)?;
    target(cx, &organization, &target_id)?;
    let rows = there(cx, &organization, (&target_id, &policy.kind))?;
    if !rows.iter().any(|row| row.policy == policy_id) {
        return Err(errors::policy_not_attached());
    }
    if kinds::managed(&policy_id).is_some_and(|(_, managed)| managed.stays) {
        return Err(errors::invalid("NON_DETACHABLE_POLICY"));
    }
    // Without any, nothing would be allowed there.
    if policy.kind == SCP && rows.len() == 1 {
        return Err(errors::constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"));
    }
    cx.in_scope(organization.scope(), |cx| cx.delete(&ATTACHMENTS, &(target_id, policy_id)))?;
    Ok(Nothing {})
}

/// What is attached to the target itself; what it inherits is not among it.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html>
pub fn list_policies_for_target(
    view: &View,
    input: ListPoliciesForTargetRequest,
) -> Result<ListPoliciesForTargetResponse> {
    let ListPoliciesForTargetRequest { target_id, filter, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    target(view, &organization, &target_id)?;
    kinds::kind(&filter)?;
    let rows = there(view, &organization, (&target_id, &filter))?;
    let (rows, next_token) = paging::page(rows, (next_token, max_results), |row| paging::numbered(row.number))?;
    let policies = rows.iter().filter_map(|row| membership::policy(view, &organization, &row.policy).transpose());
    let policies: Vec<PolicyRow> = policies.collect::<Result<_>>()?;
    let policies = policies.iter().map(|policy| crate::shown::policy_summary(view, &organization, policy));
    Ok(ListPoliciesForTargetResponse { policies: Some(policies.collect()), next_token })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html>
pub fn list_targets_for_policy(
    view: &View,
    input: ListTargetsForPolicyRequest,
) -> Result<ListTargetsForPolicyResponse> {
    let ListTargetsForPolicyRequest { policy_id, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    policies::find(view, &organization, &policy_id)?;
    let rows = view.rows_in(organization.scope(), &ATTACHMENTS, ());
    let mut rows: Vec<AttachmentRow> = rows.collect::<Result<_>>()?;
    rows.retain(|row| row.policy == policy_id);
    rows.sort_by_key(|row| row.number);
    let (rows, next_token) = paging::page(rows, (next_token, max_results), |row| paging::numbered(row.number))?;
    let targets = rows.iter().map(|row| shown(view, &organization, &row.target)).collect::<Result<_>>()?;
    Ok(ListTargetsForPolicyResponse { targets: Some(targets), next_token })
}

fn shown(view: &View, organization: &Organization, id: &str) -> Result<PolicyTargetSummary> {
    let node = tree::find(view, organization, id)?.ok_or_else(errors::no_target)?;
    let (kind, name) = match &node {
        tree::Node::Root => ("root", "Root".to_owned()),
        tree::Node::Unit(unit) => ("ou", unit.name.clone()),
        tree::Node::Account(account) => ("account", directory::person(view, &account.id)?.name),
    };
    Ok(PolicyTargetSummary {
        target_id: Some(id.to_owned()),
        arn: Some(organization.arn(view, kind, id)),
        name: Some(name),
        type_: Some(node.word().to_owned()),
    })
}
