//! What is shared, with whom, and what that allows.

use super::shares::{is_own, shares_of};
use crate::api::{
    GetResourcePoliciesRequest, GetResourcePoliciesResponse, ListPrincipalsRequest, ListPrincipalsResponse,
    ListResourceTypesRequest, ListResourceTypesResponse, ListResourcesRequest, ListResourcesResponse, Principal,
    Resource, ServiceNameAndResourceType,
};
use crate::kinds::{KINDS, Kind};
use crate::share::{self, ACTIVE, Seen};
use crate::shareable::Shareable;
use crate::{errors, paging, policy};
use service::{Result, View};

const SCOPES: [&str; 3] = ["ALL", "REGIONAL", "GLOBAL"];

/// Whether a request asks for what lies in regions, which is all that can be shared here.
pub(super) fn regional(scope: Option<&str>) -> Result<bool> {
    let scope = scope.unwrap_or("ALL");
    if !SCOPES.contains(&scope) {
        return Err(errors::invalid_parameter(format!(
            "{scope} is not a valid resource region scope value. Specify a valid value and try again."
        )));
    }
    Ok(scope != "GLOBAL")
}

/// The service that owns a resource asks here what shares allow on it.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourcePolicies.html>
pub fn get_resource_policies(view: &View, input: GetResourcePoliciesRequest) -> Result<GetResourcePoliciesResponse> {
    let GetResourcePoliciesRequest { resource_arns, principal, next_token, max_results } = input;
    super::shares::refuse("principal", "GetResourcePolicies", principal.is_some())?;
    let all = policy::on(view, &resource_arns)?;
    let (policies, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(GetResourcePoliciesResponse { policies: Some(policies), next_token })
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListResources.html>
pub fn list_resources(view: &View, input: ListResourcesRequest) -> Result<ListResourcesResponse> {
    let ListResourcesRequest {
        resource_owner,
        principal,
        resource_type,
        resource_arns,
        resource_share_arns,
        next_token,
        max_results,
        resource_region_scope,
    } = input;
    let (own, regional) = (is_own(&resource_owner)?, regional(resource_region_scope.as_deref())?);
    let wanted_kind = check_type(resource_type.as_deref())?;
    let mut all = Vec::new();
    for Seen { scope, share: row, .. } in shares_of(view, own)? {
        let arn = share::arn(view, scope, &row.id);
        let with = |wanted: &String| row.principals.iter().any(|one| !one.gone && one.entity == *wanted);
        let fits = regional
            && row.status == ACTIVE
            && resource_share_arns.as_ref().is_none_or(|arns| arns.contains(&arn))
            && principal
                .as_ref()
                .is_none_or(|wanted| if own { with(wanted) } else { *wanted == scope.account.to_string() });
        if !fits {
            continue;
        }
        for one in row.resources.iter().filter(|one| share::is_in(one)) {
            let Ok(kind) = Shareable::read(&one.entity).map(Shareable::name) else { continue };
            let wanted = wanted_kind.is_none_or(|wanted| wanted.name == kind)
                && resource_arns.as_ref().is_none_or(|arns| arns.contains(&one.entity));
            if wanted {
                all.push(Resource {
                    arn: Some(one.entity.clone()),
                    type_: Some(kind.to_owned()),
                    resource_share_arn: Some(arn.clone()),
                    status: Some("AVAILABLE".to_owned()).filter(|_| !own),
                    creation_time: Some(one.created),
                    last_updated_time: Some(one.updated),
                    resource_region_scope: Some("REGIONAL".to_owned()),
                    ..Resource::default()
                });
            }
        }
    }
    all.sort_by(|one, other| (&one.arn, &one.resource_share_arn).cmp(&(&other.arn, &other.resource_share_arn)));
    let (resources, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListResourcesResponse { resources: Some(resources), next_token })
}

/// The type that a request names.
///
/// # Errors
/// `InvalidParameterException` for one that nothing here honours.
pub(super) fn check_type(name: Option<&str>) -> Result<Option<&'static Kind>> {
    let Some(name) = name else { return Ok(None) };
    let invalid = || errors::invalid_parameter(format!("Invalid resource type: {name}"));
    Kind::named(name).map(Some).ok_or_else(invalid)
}

/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPrincipals.html>
pub fn list_principals(view: &View, input: ListPrincipalsRequest) -> Result<ListPrincipalsResponse> {
    let ListPrincipalsRequest {
        resource_owner,
        resource_arn,
        principals,
        resource_type,
        resource_share_arns,
        next_token,
        max_results,
    } = input;
    let own = is_own(&resource_owner)?;
    let kind = check_type(resource_type.as_deref())?;
    let mut all = Vec::new();
    for Seen { scope, share: row, external } in shares_of(view, own)? {
        let arn = share::arn(view, scope, &row.id);
        let holds =
            |fits: &dyn Fn(&str) -> bool| row.resources.iter().any(|one| share::is_in(one) && fits(&one.entity));
        let is_of = |arn: &str, kind: &Kind| Shareable::read(arn).is_ok_and(|own| own.name() == kind.name);
        let fits = row.status == ACTIVE
            && resource_share_arns.as_ref().is_none_or(|arns| arns.contains(&arn))
            && resource_arn.as_ref().is_none_or(|wanted| holds(&|arn| arn == wanted))
            && kind.is_none_or(|kind| holds(&|arn| is_of(arn, kind)));
        if !fits {
            continue;
        }
        if !own {
            // Whoever receives sees who shares.
            all.push(Principal {
                id: Some(scope.account.to_string()),
                resource_share_arn: Some(arn),
                creation_time: Some(row.created),
                last_updated_time: Some(row.updated),
                external: Some(external),
            });
            continue;
        }
        for one in row.principals.iter().filter(|one| !one.gone) {
            all.push(Principal {
                id: Some(one.entity.clone()),
                resource_share_arn: Some(arn.clone()),
                creation_time: Some(one.created),
                last_updated_time: Some(one.updated),
                external: Some(one.external),
            });
        }
    }
    all.retain(|one| principals.as_ref().is_none_or(|wanted| one.id.as_ref().is_some_and(|id| wanted.contains(id))));
    all.sort_by(|one, other| (&one.id, &one.resource_share_arn).cmp(&(&other.id, &other.resource_share_arn)));
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListPrincipalsResponse { principals: Some(page), next_token })
}

/// What can be shared here.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListResourceTypes.html>
pub fn list_resource_types(_view: &View, input: ListResourceTypesRequest) -> Result<ListResourceTypesResponse> {
    let ListResourceTypesRequest { next_token, max_results, resource_region_scope } = input;
    let regional = regional(resource_region_scope.as_deref())?;
    let shown = |kind: &Kind| ServiceNameAndResourceType {
        resource_type: Some(kind.name.to_owned()),
        service_name: Some(kind.service.to_owned()),
        resource_region_scope: Some("REGIONAL".to_owned()),
    };
    let all = KINDS.iter().filter(|_| regional).map(shown).collect();
    let (page, next_token) = paging::page(all, max_results, next_token.as_deref())?;
    Ok(ListResourceTypesResponse { resource_types: Some(page), next_token })
}
