//! Reports of what an organisation's accounts last accessed.

use crate::api::{
    AccessDetail, ErrorDetails, GenerateOrganizationsAccessReportRequest, GenerateOrganizationsAccessReportResponse,
    GetOrganizationsAccessReportRequest, GetOrganizationsAccessReportResponse,
};
use crate::state::{AccountsAccessRow, ORGANIZATION_REPORTS};
use crate::{errors, organization_report, paging, services_known};
use service::{Cx, Result, Timestamp, View};
use std::cmp::Ordering;

/// The report is made at once: what it tells is what was so when it was asked for.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html>
pub fn generate_organizations_access_report(
    cx: &mut Cx,
    input: GenerateOrganizationsAccessReportRequest,
) -> Result<GenerateOrganizationsAccessReportResponse> {
    let GenerateOrganizationsAccessReportRequest { entity_path, organizations_policy_id } = input;
    let report = organization_report::make(cx, &entity_path, organizations_policy_id.as_deref())?;
    let job_id = cx.entropy().uuid();
    cx.put(&ORGANIZATION_REPORTS, job_id.as_str(), &report)?;
    Ok(GenerateOrganizationsAccessReportResponse { job_id: Some(job_id) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOrganizationsAccessReport.html>
pub fn get_organizations_access_report(
    view: &View,
    input: GetOrganizationsAccessReportRequest,
) -> Result<GetOrganizationsAccessReportResponse> {
    let GetOrganizationsAccessReportRequest { job_id, max_items, marker, sort_key } = input;
    let sort_key = sort_key.unwrap_or_else(|| "SERVICE_NAMESPACE_ASCENDING".to_owned());
    let page = paging::asked(marker, max_items)?;
    let report = view.get(&ORGANIZATION_REPORTS, job_id.as_str())?;
    let report = report.ok_or_else(|| errors::not_found(format!("Job {job_id} cannot be found.")))?;
    let count = |unused: bool| {
        let counted = report.services.iter().filter(|service| !unused || service.accounts == 0).count();
        i64::try_from(counted).unwrap_or(i64::MAX)
    };
    let done = report.failure.is_none();
    let (accessible, not_accessed) = (done.then(|| count(false)), done.then(|| count(true)));
    let mut services = report.services;
    services.sort_by(|a, b| order(&sort_key, a, b));
    let ranked = services.into_iter().enumerate().map(|(rank, service)| (format!("{rank:04}"), service)).collect();
    let (services, next) = paging::cut(ranked, &page, |(rank, _): &(String, AccountsAccessRow)| rank.clone());
    let (is_truncated, marker) = paging::end(next);
    let home = view.scope().partition().home_region();
    Ok(GetOrganizationsAccessReportResponse {
        job_status: if done { "COMPLETED" } else { "FAILED" }.to_owned(),
        job_creation_date: report.created,
        job_completion_date: Some(report.created),
        number_of_services_accessible: accessible,
        number_of_services_not_accessed: not_accessed,
        access_details: done.then(|| services.into_iter().map(|(_, service)| shown(service, home)).collect()),
        is_truncated,
        marker,
        error_details: report.failure.map(|why| ErrorDetails { message: why.message, code: why.code }),
    })
}

/// What was never accessed comes last, whichever way times go.
fn order(sort_key: &str, a: &AccountsAccessRow, b: &AccountsAccessRow) -> Ordering {
    let names = a.namespace.cmp(&b.namespace);
    let time = |one: &AccountsAccessRow| one.last.as_ref().map(|last| last.at);
    let times = |way: fn(Timestamp, Timestamp) -> Ordering| match (time(a), time(b)) {
        (Some(a), Some(b)) => way(a, b).then(names),
        (a, b) => b.is_some().cmp(&a.is_some()).then(names),
    };
    match sort_key {
        "SERVICE_NAMESPACE_DESCENDING" => names.reverse(),
        "LAST_AUTHENTICATED_TIME_ASCENDING" => times(|a, b| a.cmp(&b)),
        "LAST_AUTHENTICATED_TIME_DESCENDING" => times(|a, b| b.cmp(&a)),
        _ => names,
    }
}

fn shown(service: AccountsAccessRow, home: &str) -> AccessDetail {
    let (at, place) = service.last.map(|last| (last.at, (last.region, last.path))).unzip();
    let (region, path) = place.unzip();
    AccessDetail {
        service_name: services_known::name_of(&service.namespace).to_owned(),
        service_namespace: service.namespace,
        region: region.map(|region| region.unwrap_or_else(|| home.to_owned())),
        entity_path: path,
        last_authenticated_time: at,
        total_authenticated_entities: Some(service.accounts),
    }
}
