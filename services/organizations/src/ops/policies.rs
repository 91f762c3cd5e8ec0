//! Policies.

use crate::api::*;
use crate::ids::{self, Named};
use crate::kinds::{self, KINDS};
use crate::standing::{self, Organization, Reach};
use crate::state::{ATTACHMENTS, AttachmentRow, POLICIES, PolicyRow};
use crate::{content, errors, membership, paging, shown, tags};
use service::{Cx, Nothing, Result, View};

/// A policy that is there, by its id.
pub(crate) fn find(view: &View, organization: &Organization, id: &str) -> Result<PolicyRow> {
    ids::check(id, &[Named::Policy])?;
    membership::policy(view, organization, id)?.ok_or_else(errors::no_policy)
}

fn own(view: &View, organization: &Organization, id: &str) -> Result<PolicyRow> {
    let policy = find(view, organization, id)?;
    if kinds::managed(id).is_some() { Err(errors::invalid("IMMUTABLE_POLICY")) } else { Ok(policy) }
}

/// Writes a policy's row.
pub(crate) fn save(cx: &mut Cx, organization: &Organization, policy: &PolicyRow) -> Result<()> {
    cx.in_scope(organization.scope(), |cx| cx.put(&POLICIES, policy.id.as_str(), policy))
}

fn of_kind(view: &View, organization: &Organization, kind: &str) -> Result<Vec<PolicyRow>> {
    let own = view.rows_in(organization.scope(), &POLICIES, ());
    let mut rows: Vec<PolicyRow> = own.collect::<Result<_>>()?;
    rows.retain(|policy| policy.kind == kind);
    let managed =
        KINDS.iter().filter(|known| known.name == kind).filter_map(|known| Some((known, known.managed.as_ref()?)));
    rows.extend(managed.map(|(kind, managed)| kinds::as_row(kind, managed)));
    rows.sort_by_key(|policy| policy.number);
    Ok(rows)
}

fn check_name(view: &View, organization: &Organization, (kind, name): (&str, &str)) -> Result<()> {
    ids::check_length(name, 1, 128)?;
    let taken = of_kind(view, organization, kind)?.iter().any(|policy| policy.name == name);
    if taken { Err(errors::duplicate_policy()) } else { Ok(()) }
}

/// A policy can be written before its type is enabled, and attached only then.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html>
pub fn create_policy(cx: &mut Cx, input: CreatePolicyRequest) -> Result<CreatePolicyResponse> {
    let CreatePolicyRequest { content, description, name, type_, tags: given } = input;
    let mut organization = standing::open(cx, Reach::Delegates)?;
    let kind = kinds::kind(&type_)?;
    if !organization.has_all_features() {
        return Err(errors::type_not_available());
    }
    ids::check_length(&description, 0, 512)?;
    check_name(cx, &organization, (&type_, &name))?;
    content::check(kind, &content)?;
    let own = of_kind(cx, &organization, &type_)?.iter().filter(|policy| policy.number > 0).count();
    if own >= kind.most {
        return Err(errors::constraint("POLICY_NUMBER_LIMIT_EXCEEDED"));
    }
    let policy = PolicyRow {
        id: format!("p-{}", ids::draw(cx, 8)),
        name,
        description,
        kind: type_,
        content,
        number: organization.number(),
        changed: cx.now(),
        tags: tags::first(cx, given)?,
    };
    organization.save(cx)?;
    save(cx, &organization, &policy)?;
    Ok(CreatePolicyResponse { policy: Some(shown::policy(cx, &organization, &policy)) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html>
pub fn update_policy(cx: &mut Cx, input: UpdatePolicyRequest) -> Result<UpdatePolicyResponse> {
    let UpdatePolicyRequest { policy_id, name, description, content } = input;
    let organization = standing::open(cx, Reach::Delegates)?;
    let mut policy = own(cx, &organization, &policy_id)?;
    if let Some(name) = name.filter(|name| *name != policy.name) {
        check_name(cx, &organization, (&policy.kind, &name))?;
        policy.name = name;
    }
    if let Some(description) = description {
        ids::check_length(&description, 0, 512)?;
        policy.description = description;
    }
    if let Some(content) = content {
        content::check(kinds::kind(&policy.kind)?, &content)?;
        policy.content = content;
    }
    policy.changed = cx.now();
    save(cx, &organization, &policy)?;
    Ok(UpdatePolicyResponse { policy: Some(shown::policy(cx, &organization, &policy)) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html>
pub fn delete_policy(cx: &mut Cx, input: DeletePolicyRequest) -> Result<Nothing> {
    let DeletePolicyRequest { policy_id } = input;
    let organization = standing::open(cx, Reach::Delegates)?;
    own(cx, &organization, &policy_id)?;
    let rows: Vec<AttachmentRow> = cx.rows_in(organization.scope(), &ATTACHMENTS, ()).collect::<Result<_>>()?;
    if rows.iter().any(|row| row.policy == policy_id) {
        return Err(errors::policy_in_use());
    }
    cx.in_scope(organization.scope(), |cx| cx.delete(&POLICIES, policy_id.as_str()))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html>
pub fn describe_policy(view: &View, input: DescribePolicyRequest) -> Result<DescribePolicyResponse> {
    let DescribePolicyRequest { policy_id } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let policy = find(view, &organization, &policy_id)?;
    Ok(DescribePolicyResponse { policy: Some(shown::policy(view, &organization, &policy)) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html>
pub fn list_policies(view: &View, input: ListPoliciesRequest) -> Result<ListPoliciesResponse> {
    let ListPoliciesRequest { filter, next_token, max_results } = input;
    kinds::kind(&filter)?;
    let organization = standing::open(view, Reach::Administrators)?;
    let policies = of_kind(view, &organization, &filter)?;
    let mark = |policy: &PolicyRow| paging::numbered(policy.number);
    let (policies, next_token) = paging::page(policies, (next_token, max_results), mark)?;
    let policies = policies.iter().map(|policy| shown::policy_summary(view, &organization, policy));
    Ok(ListPoliciesResponse { policies: Some(policies.collect()), next_token })
}
