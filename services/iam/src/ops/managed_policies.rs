//! Managed policies, the account's own and AWS's.

use crate::api::{
    CreatePolicyRequest, CreatePolicyResponse, DeletePolicyRequest, GetPolicyRequest, GetPolicyResponse,
    ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse, ListPoliciesRequest, ListPoliciesResponse,
    PolicyGroup, PolicyRole, PolicyUser,
};
use crate::entity::{self, Kind};
use crate::hooks::{USE_BOUNDARY, USE_POLICY};
use crate::managed::{self, Managed};
use crate::policies::{self, Policy};
use crate::shown::{self, Detail};
use crate::state::{ATTACHMENTS, AttachmentRow, POLICIES, PolicyRow, VersionRow};
use crate::{documents, errors, paging};
use service::{Cx, Nothing, Page, Result, Token, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html>
pub fn create_policy(cx: &mut Cx, input: CreatePolicyRequest) -> Result<CreatePolicyResponse> {
    let CreatePolicyRequest { policy_name, path, policy_document, description, tags } = input;
    let core = entity::begin(cx, Kind::Policy, policy_name, path, tags)?;
    documents::check_managed(cx.scope().partition(), &policy_document)?;
    let created = core.created;
    let version = VersionRow { number: 1, document: policy_document, created };
    let policy = PolicyRow { core, description, updated: created, default: 1, next: 2, versions: vec![version] };
    entity::create(cx, &policy)?;
    let mut shown = shown::policy(cx, &Policy::Own(policy), Detail::Full)?;
    // What is made is told of with less than what is asked for.
    shown.description = None;
    shown.tags = shown.tags.filter(|tags| !tags.is_empty());
    Ok(CreatePolicyResponse { policy: Some(shown) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>
pub fn get_policy(view: &View, input: GetPolicyRequest) -> Result<GetPolicyResponse> {
    let GetPolicyRequest { policy_arn } = input;
    let policy = policies::get(view, &policy_arn)?;
    Ok(GetPolicyResponse { policy: Some(shown::policy(view, &policy, Detail::Full)?) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html>
pub fn delete_policy(cx: &mut Cx, input: DeletePolicyRequest) -> Result<Nothing> {
    let DeletePolicyRequest { policy_arn } = input;
    let policy = policies::get_own(cx, &policy_arn)?;
    if policies::uses(cx, &policy_arn)? != (0, 0) {
        return Err(errors::delete_conflict("Cannot delete a policy attached to entities."));
    }
    if policy.versions.len() > 1 {
        return Err(errors::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's \
             versions. The default version is deleted with the policy.",
        ));
    }
    entity::remove(cx, &policy)?;
    Ok(Nothing {})
}

/// What a listing keeps.
struct Filter {
    path_prefix: String,
    only_attached: bool,
    usage: Option<String>,
}

impl Filter {
    fn keeps(&self, view: &View, path: &str, arn: &str) -> Result<bool> {
        if !path.starts_with(&self.path_prefix) {
            return Ok(false);
        }
        if !self.only_attached && self.usage.is_none() {
            return Ok(true);
        }
        let (attached, boundaries) = policies::uses(view, arn)?;
        Ok(match self.usage.as_deref() {
            Some("PermissionsBoundary") => boundaries > 0,
            Some(_) => attached > 0,
            None => attached + boundaries > 0,
        })
    }
}

/// The account's own policies first, then AWS's.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html>
pub fn list_policies(view: &View, input: ListPoliciesRequest) -> Result<ListPoliciesResponse> {
    let ListPoliciesRequest { scope, only_attached, path_prefix, policy_usage_filter, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let filter = Filter {
        path_prefix: path_prefix.unwrap_or_else(|| "/".to_owned()),
        only_attached: only_attached.unwrap_or(false),
        usage: policy_usage_filter,
    };
    let mut found = Vec::new();
    if scope.as_deref() != Some("AWS") {
        for row in view.rows(&POLICIES, ()) {
            let row = row?;
            if filter.keeps(view, &row.core.path, &entity::arn(view, Kind::Policy, &row.core))? {
                found.push(Policy::Own(row));
            }
        }
    }
    if scope.as_deref() != Some("Local") {
        for managed in managed::all(view.scope().partition()) {
            let managed: Managed = managed?;
            if filter.keeps(view, managed.path, &managed.arn())? {
                found.push(Policy::Aws(managed));
            }
        }
    }
    let (found, next) = paging::cut(found, &page, |policy| match policy {
        Policy::Own(row) => format!("0{}", entity::key(&row.core.name)),
        Policy::Aws(managed) => format!("1{}", managed.name),
    });
    let (is_truncated, marker) = paging::end(next);
    let policies: Vec<_> =
        found.iter().map(|policy| shown::policy(view, policy, Detail::Listed)).collect::<Result<_>>()?;
    Ok(ListPoliciesResponse { policies: Some(policies), is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html>
pub fn list_entities_for_policy(
    view: &View,
    input: ListEntitiesForPolicyRequest,
) -> Result<ListEntitiesForPolicyResponse> {
    let ListEntitiesForPolicyRequest { policy_arn, entity_filter, path_prefix, policy_usage_filter, marker, max_items } =
        input;
    let page = paging::asked(marker, max_items)?;
    policies::get(view, &policy_arn)?;
    let kinds = match entity_filter.as_deref() {
        Some("User") => &["user"][..],
        Some("Group") => &["group"],
        Some("Role") => &["role"],
        _ => &["group", "role", "user"],
    };
    let uses = match policy_usage_filter.as_deref() {
        Some("PermissionsPolicy") => &[USE_POLICY][..],
        Some("PermissionsBoundary") => &[USE_BOUNDARY],
        _ => &[USE_POLICY, USE_BOUNDARY],
    };
    let prefix = path_prefix.unwrap_or_else(|| "/".to_owned());
    let (rows, next) = entities(view, &policy_arn, (kinds, uses), &prefix, &page)?;
    let (is_truncated, marker) = paging::end(next);
    let of = |kind: &'static str| {
        let rows = rows.iter().filter(move |row| row.kind == kind);
        rows.map(|row| (row.name.clone(), row.id.clone()))
    };
    let group = |(name, id)| PolicyGroup { group_name: Some(name), group_id: Some(id) };
    let user = |(name, id)| PolicyUser { user_name: Some(name), user_id: Some(id) };
    let role = |(name, id)| PolicyRole { role_name: Some(name), role_id: Some(id) };
    Ok(ListEntitiesForPolicyResponse {
        policy_groups: Some(of("group").map(group).collect()),
        policy_users: Some(of("user").map(user).collect()),
        policy_roles: Some(of("role").map(role).collect()),
        is_truncated,
        marker,
    })
}

fn entities(
    view: &View,
    arn: &str,
    (kinds, uses): (&[&str], &[&str]),
    path_prefix: &str,
    page: &Page,
) -> Result<(Vec<AttachmentRow>, Option<Token>)> {
    let mut rows: Vec<AttachmentRow> = Vec::new();
    for used in uses {
        for row in view.rows(&ATTACHMENTS, (arn, *used)) {
            let row = row?;
            // Who has a policy both attached and as a boundary is told of once.
            let fits = kinds.contains(&row.kind.as_str()) && row.path.starts_with(path_prefix);
            if fits && !rows.iter().any(|known| known.id == row.id) {
                rows.push(row);
            }
        }
    }
    Ok(paging::cut(rows, page, |row| format!("{}/{}", row.kind, entity::key(&row.name))))
}
