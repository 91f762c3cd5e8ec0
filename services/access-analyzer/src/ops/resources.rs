//! The resources that analyzers look at.

use crate::api::*;
use crate::ops::analyzers::page;
use crate::ops::findings;
use crate::state::{COURSES, Course, FindingRow, RESOURCES, ResourceRow};
use crate::zone::Zone;
use crate::{errors, names, timers};
use service::{Cx, Nothing, Result, Scope, View};

/// Has the analyzers look again, at this resource among others.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_StartResourceScan.html>
pub fn start_resource_scan(cx: &mut Cx, input: StartResourceScanRequest, (): ()) -> Result<Nothing> {
    let StartResourceScanRequest { analyzer_arn, resource_arn: _, resource_owner_account: _ } = input;
    names::by_arn(cx, &analyzer_arn)?;
    let course = cx.get(&COURSES, "")?.unwrap_or_default();
    cx.put(&COURSES, "", &Course { forced: true, ..course })?;
    cx.set_timer(timers::SCAN, cx.now())?;
    Ok(Nothing {})
}

/// Makes sure that the resource of a scan is there, which may take a look at all that its account has.
///
/// # Errors
/// `ResourceNotFoundException`
pub(crate) fn check(view: &View, analyzer_arn: &str, (resource_arn, owner): (&str, Option<&str>)) -> Result<()> {
    let analyzer = names::by_arn(view, analyzer_arn)?;
    let owner = match owner {
        Some(owner) => owner.parse().ok(),
        None => Some(view.account()),
    };
    let zone = Zone::of(view, &analyzer)?;
    let owner = owner.filter(|owner| zone.is_some_and(|zone| zone.accounts.contains(owner)));
    let known = view.has(&RESOURCES, &(analyzer.name, resource_arn.to_owned()))?;
    let there = match owner {
        Some(owner) => known || crate::scan::there(&view.elsewhere(Scope::new(owner, view.region()))?, resource_arn)?,
        None => false,
    };
    if there { Ok(()) } else { Err(errors::not_found("Resource", resource_arn)) }
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetAnalyzedResource.html>
pub fn get_analyzed_resource(view: &View, input: GetAnalyzedResourceRequest) -> Result<GetAnalyzedResourceResponse> {
    let GetAnalyzedResourceRequest { analyzer_arn, resource_arn } = input;
    let analyzer = names::by_arn(view, &analyzer_arn)?;
    let key = (analyzer.name.clone(), resource_arn);
    let row = view.get(&RESOURCES, &key)?.ok_or_else(|| errors::not_found("Resource", &key.1))?;
    let all = findings::all(view, &analyzer)?;
    let own: Vec<&FindingRow> = all.iter().filter(|finding| finding.resource == row.arn).collect();
    let status = ["ACTIVE", "ARCHIVED", "RESOLVED"].into_iter().find(|s| own.iter().any(|own| own.status == *s));
    let mut shared: Vec<String> = own.iter().flat_map(|finding| finding.sources.clone()).collect();
    shared.sort();
    shared.dedup();
    let resource = AnalyzedResource {
        resource_arn: row.arn,
        resource_type: row.kind,
        created_at: row.created_at,
        analyzed_at: row.analyzed_at,
        updated_at: own.iter().map(|finding| finding.updated_at).max().unwrap_or(row.analyzed_at),
        is_public: row.is_public,
        actions: Some(row.actions),
        shared_via: Some(shared),
        status: status.map(str::to_owned),
        resource_owner_account: row.owner,
        error: None,
    };
    Ok(GetAnalyzedResourceResponse { resource: Some(resource) })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAnalyzedResources.html>
pub fn list_analyzed_resources(
    view: &View,
    input: ListAnalyzedResourcesRequest,
) -> Result<ListAnalyzedResourcesResponse> {
    let ListAnalyzedResourcesRequest { analyzer_arn, resource_type, next_token, max_results } = input;
    let analyzer = names::by_arn(view, &analyzer_arn)?;
    let page = page(next_token.as_deref(), max_results)?;
    let keep = |row: &ResourceRow| resource_type.as_ref().is_none_or(|kind| row.kind == *kind);
    let (rows, next) = view.page(&RESOURCES, analyzer.name.as_str(), &page, keep)?;
    let told = |row: ResourceRow| AnalyzedResourceSummary {
        resource_arn: row.arn,
        resource_owner_account: row.owner,
        resource_type: row.kind,
    };
    Ok(ListAnalyzedResourcesResponse {
        analyzed_resources: rows.into_iter().map(told).collect(),
        next_token: next.map(|token| token.encode()),
    })
}
