//! Versions of managed policies.

use crate::api::{
    CreatePolicyVersionRequest, CreatePolicyVersionResponse, DeletePolicyVersionRequest, GetPolicyVersionRequest,
    GetPolicyVersionResponse, ListPolicyVersionsRequest, ListPolicyVersionsResponse, PolicyVersion,
    SetDefaultPolicyVersionRequest,
};
use crate::managed::Managed;
use crate::policies::{self, Policy};
use crate::shown;
use crate::state::{PolicyRow, VersionRow};
use crate::{documents, entity, errors, paging};
use service::{Cx, Nothing, Result, View};

/// How many versions a policy may have.
const MOST: usize = 5;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html>
pub fn create_policy_version(cx: &mut Cx, input: CreatePolicyVersionRequest) -> Result<CreatePolicyVersionResponse> {
    let CreatePolicyVersionRequest { policy_arn, policy_document, set_as_default } = input;
    let mut policy = policies::get_own(cx, &policy_arn)?;
    documents::check_managed(cx.scope().partition(), &policy_document)?;
    if policy.versions.len() >= MOST {
        return Err(errors::limit(
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
             version.",
        ));
    }
    let version = VersionRow { number: policy.next, document: policy_document, created: cx.now().whole_secs() };
    policy.next += 1;
    policy.updated = version.created;
    if set_as_default == Some(true) {
        policy.default = version.number;
    }
    let shown = shown::version(&policy, &version, false);
    policy.versions.push(version);
    entity::save(cx, &policy)?;
    Ok(CreatePolicyVersionResponse { policy_version: Some(shown) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html>
pub fn get_policy_version(view: &View, input: GetPolicyVersionRequest) -> Result<GetPolicyVersionResponse> {
    let GetPolicyVersionRequest { policy_arn, version_id } = input;
    let missing = || errors::no_such_version(&policy_arn, &version_id);
    let version = match policies::get(view, &policy_arn)? {
        Policy::Own(policy) => {
            let at = position(&policy, &version_id).ok_or_else(missing)?;
            policy.versions.get(at).map(|version| shown::version(&policy, version, true))
        }
        Policy::Aws(managed) if managed.version == version_id => Some(aws_version(&managed, true)),
        Policy::Aws(_) => return Err(missing()),
    };
    Ok(GetPolicyVersionResponse { policy_version: version })
}

/// The newest first, without their documents.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html>
pub fn list_policy_versions(view: &View, input: ListPolicyVersionsRequest) -> Result<ListPolicyVersionsResponse> {
    let ListPolicyVersionsRequest { policy_arn, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let versions = match policies::get(view, &policy_arn)? {
        Policy::Own(policy) => {
            let shown = policy.versions.iter().rev().map(|version| shown::version(&policy, version, false));
            shown.collect()
        }
        Policy::Aws(managed) => vec![aws_version(&managed, false)],
    };
    let numbered: Vec<_> = versions.into_iter().enumerate().collect();
    let (versions, next) = paging::cut(numbered, &page, |(place, _)| place.to_string());
    let (is_truncated, marker) = paging::end(next);
    let versions = versions.into_iter().map(|(_, version)| version).collect();
    Ok(ListPolicyVersionsResponse { versions: Some(versions), is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html>
pub fn set_default_policy_version(cx: &mut Cx, input: SetDefaultPolicyVersionRequest) -> Result<Nothing> {
    let SetDefaultPolicyVersionRequest { policy_arn, version_id } = input;
    let mut policy = policies::get_own(cx, &policy_arn)?;
    let at = position(&policy, &version_id);
    let version = at.and_then(|at| policy.versions.get(at));
    policy.default = version.ok_or_else(|| errors::no_such_version(&policy_arn, &version_id))?.number;
    policy.updated = cx.now().whole_secs();
    entity::save(cx, &policy)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html>
pub fn delete_policy_version(cx: &mut Cx, input: DeletePolicyVersionRequest) -> Result<Nothing> {
    let DeletePolicyVersionRequest { policy_arn, version_id } = input;
    let mut policy = policies::get_own(cx, &policy_arn)?;
    let at = position(&policy, &version_id).ok_or_else(|| errors::no_such_version(&policy_arn, &version_id))?;
    if version_id == shown::version_id(policy.default) {
        return Err(errors::delete_conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.remove(at);
    entity::save(cx, &policy)?;
    Ok(Nothing {})
}

fn position(policy: &PolicyRow, version_id: &str) -> Option<usize> {
    policy.versions.iter().position(|version| shown::version_id(version.number) == version_id)
}

fn aws_version(managed: &Managed, with_document: bool) -> PolicyVersion {
    PolicyVersion {
        document: with_document.then(|| documents::shown(&managed.document())),
        version_id: Some(managed.version.to_owned()),
        is_default_version: Some(true),
        create_date: Some(managed.updated),
    }
}
