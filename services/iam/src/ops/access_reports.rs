//! Reports of what users and roles last accessed, and which policies let them.

use crate::access_report::{self, word_of};
use crate::api::{
    EntityDetails, EntityInfo, GenerateServiceLastAccessedDetailsRequest, GenerateServiceLastAccessedDetailsResponse,
    GetServiceLastAccessedDetailsRequest, GetServiceLastAccessedDetailsResponse,
    GetServiceLastAccessedDetailsWithEntitiesRequest, GetServiceLastAccessedDetailsWithEntitiesResponse,
    ListPoliciesGrantingServiceAccessEntry, ListPoliciesGrantingServiceAccessRequest,
    ListPoliciesGrantingServiceAccessResponse, PolicyGrantingServiceAccess, ServiceLastAccessed,
    TrackedActionLastAccessed,
};
use crate::granting::Granted;
use crate::holder::{Held, Holder};
use crate::state::{ACCESS_REPORTS, AccessReportRow, AccessorRow, ServiceAccessRow};
use crate::{errors, paging, services_known};
use service::{Cx, Result, View};

/// The report is made at once: what it tells is what was so when it was asked for.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html>
pub fn generate_service_last_accessed_details(
    cx: &mut Cx,
    input: GenerateServiceLastAccessedDetailsRequest,
) -> Result<GenerateServiceLastAccessedDetailsResponse> {
    let GenerateServiceLastAccessedDetailsRequest { arn, granularity } = input;
    let granularity = granularity.unwrap_or_else(|| "SERVICE_LEVEL".to_owned());
    let report = access_report::make(cx, arn, granularity)?;
    let job_id = cx.entropy().uuid();
    cx.put(&ACCESS_REPORTS, job_id.as_str(), &report)?;
    Ok(GenerateServiceLastAccessedDetailsResponse { job_id: Some(job_id) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html>
pub fn get_service_last_accessed_details(
    view: &View,
    input: GetServiceLastAccessedDetailsRequest,
) -> Result<GetServiceLastAccessedDetailsResponse> {
    let GetServiceLastAccessedDetailsRequest { job_id, max_items, marker } = input;
    let page = paging::asked(marker, max_items)?;
    let report = find(view, &job_id)?;
    let (services, next) = paging::cut(report.services, &page, |service| service.namespace.clone());
    let (is_truncated, marker) = paging::end(next);
    Ok(GetServiceLastAccessedDetailsResponse {
        job_status: DONE.to_owned(),
        job_type: Some(report.granularity),
        job_creation_date: report.created,
        services_last_accessed: services.into_iter().map(|service| shown(view, service)).collect(),
        job_completion_date: report.created,
        is_truncated,
        marker,
        error: None,
    })
}

/// What is never in progress here.
const DONE: &str = "COMPLETED";

fn shown(view: &View, service: ServiceAccessRow) -> ServiceLastAccessed {
    let tracked = |action: crate::state::ActionAccessRow| TrackedActionLastAccessed {
        action_name: Some(action.name),
        last_accessed_entity: Some(action.arn),
        last_accessed_time: Some(action.at),
        last_accessed_region: Some(action.region),
    };
    let actions: Vec<TrackedActionLastAccessed> = service.actions.into_iter().map(tracked).collect();
    let count = i64::try_from(service.uses.len()).unwrap_or(i64::MAX);
    let last = service.uses.into_iter().next();
    // Services that have no region are called where AWS keeps them.
    let home = view.scope().partition().home_region();
    ServiceLastAccessed {
        service_name: services_known::name_of(&service.namespace).to_owned(),
        last_authenticated: last.as_ref().map(|last| last.at),
        service_namespace: service.namespace,
        last_authenticated_entity: last.as_ref().map(|last| last.arn.clone()),
        last_authenticated_region: last.map(|last| last.region.unwrap_or_else(|| home.to_owned())),
        total_authenticated_entities: Some(count),
        tracked_actions_last_accessed: Some(actions).filter(|actions| !actions.is_empty()),
    }
}

/// The latest access first; who never accessed the service comes last.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html>
pub fn get_service_last_accessed_details_with_entities(
    view: &View,
    input: GetServiceLastAccessedDetailsWithEntitiesRequest,
) -> Result<GetServiceLastAccessedDetailsWithEntitiesResponse> {
    let GetServiceLastAccessedDetailsWithEntitiesRequest { job_id, service_namespace, max_items, marker } = input;
    let page = paging::asked(marker, max_items)?;
    let report = find(view, &job_id)?;
    let details = match report.services.iter().find(|service| service.namespace == service_namespace) {
        Some(service) => details(&report.entities, service),
        None => Vec::new(),
    };
    let ranked = details.into_iter().enumerate().map(|(rank, details)| (format!("{rank:08}"), details)).collect();
    let (page, next) = paging::cut(ranked, &page, |(rank, _): &(String, EntityDetails)| rank.clone());
    let (is_truncated, marker) = paging::end(next);
    Ok(GetServiceLastAccessedDetailsWithEntitiesResponse {
        job_status: DONE.to_owned(),
        job_creation_date: report.created,
        job_completion_date: report.created,
        entity_details_list: page.into_iter().map(|(_, details)| details).collect(),
        is_truncated,
        marker,
        error: None,
    })
}

fn details(entities: &[AccessorRow], service: &ServiceAccessRow) -> Vec<EntityDetails> {
    let at = |arn: &str| service.uses.iter().find(|one| one.arn == arn).map(|one| one.at);
    let detail = |entity: &AccessorRow| EntityDetails {
        entity_info: EntityInfo {
            arn: entity.arn.clone(),
            name: entity.name.clone(),
            type_: entity.kind.clone(),
            id: entity.id.clone(),
            path: Some(entity.path.clone()),
        },
        last_authenticated: at(&entity.arn),
    };
    let mut all: Vec<EntityDetails> = entities.iter().map(detail).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.last_authenticated));
    all
}

fn find(view: &View, job_id: &str) -> Result<AccessReportRow> {
    let report = view.get(&ACCESS_REPORTS, job_id)?;
    report.ok_or_else(|| errors::not_found(format!("Job {job_id} cannot be found.")))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html>
pub fn list_policies_granting_service_access(
    view: &View,
    input: ListPoliciesGrantingServiceAccessRequest,
) -> Result<ListPoliciesGrantingServiceAccessResponse> {
    let ListPoliciesGrantingServiceAccessRequest { marker, arn, service_namespaces } = input;
    let page = paging::asked(marker, None)?;
    let held = Holder::find(view, &arn)?.policies(view)?;
    let granting: Vec<(Granted, &Held)> = held.iter().map(|held| (Granted::by(&held.text), held)).collect();
    let entry = |namespace: String| ListPoliciesGrantingServiceAccessEntry {
        policies: Some(
            granting.iter().filter(|(granted, _)| granted.covers(&namespace)).map(|(_, h)| policy(h)).collect(),
        ),
        service_namespace: Some(namespace),
    };
    let ranked = service_namespaces.into_iter().enumerate().map(|(rank, one)| (format!("{rank:04}"), one)).collect();
    let (page, next) = paging::cut(ranked, &page, |(rank, _): &(String, String)| rank.clone());
    let (is_truncated, marker) = paging::end(next);
    Ok(ListPoliciesGrantingServiceAccessResponse {
        policies_granting_service_access: page.into_iter().map(|(_, namespace)| entry(namespace)).collect(),
        is_truncated,
        marker,
    })
}

/// Whom it is attached to is told of inline policies alone.
fn policy(held: &Held) -> PolicyGrantingServiceAccess {
    let inline = held.arn.is_none();
    let (kind, owner) = &held.owner;
    PolicyGrantingServiceAccess {
        policy_name: held.name.clone(),
        policy_type: if inline { "INLINE" } else { "MANAGED" }.to_owned(),
        policy_arn: held.arn.clone(),
        entity_type: inline.then(|| word_of(*kind).to_owned()),
        entity_name: inline.then(|| owner.clone()),
    }
}
