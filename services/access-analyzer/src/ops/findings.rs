//! Findings.

use crate::api::*;
use crate::ops::analyzers::page;
use crate::state::{AnalyzerRow, FINDINGS, FindingRow, UnusedActionRow, UnusedServiceRow};
use crate::{errors, filter, names, peers, scan};
use service::{Cx, IndexMap, Nothing, Page, Result, Token, View};

/// The most findings that UpdateFindings is given.
const MOST_IDS: usize = 100;

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFinding.html>
pub fn get_finding(view: &View, input: GetFindingRequest) -> Result<GetFindingResponse> {
    let GetFindingRequest { analyzer_arn, id } = input;
    let analyzer = external(view, &analyzer_arn)?;
    let FindingSummary {
        id,
        principal,
        action,
        resource,
        is_public,
        resource_type,
        condition,
        created_at,
        analyzed_at,
        updated_at,
        status,
        resource_owner_account,
        error,
        sources,
        resource_control_policy_restriction,
    } = summary(view, finding(view, &analyzer, &id)?)?;
    let finding = Finding {
        id,
        principal,
        action,
        resource,
        is_public,
        resource_type,
        condition,
        created_at,
        analyzed_at,
        updated_at,
        status,
        resource_owner_account,
        error,
        sources,
        resource_control_policy_restriction,
    };
    Ok(GetFindingResponse { finding: Some(finding) })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingV2.html>
pub fn get_finding_v2(view: &View, input: GetFindingV2Request) -> Result<GetFindingV2Response> {
    let GetFindingV2Request { analyzer_arn, id, max_results, next_token } = input;
    let page = page(next_token.as_deref(), max_results)?;
    let analyzer = names::by_arn(view, &analyzer_arn)?;
    let finding = finding(view, &analyzer, &id)?;
    let (finding_details, next_token) = cut(details(view, &finding)?, &page)?;
    Ok(GetFindingV2Response {
        finding_details,
        analyzed_at: finding.analyzed_at,
        created_at: finding.created_at,
        error: None,
        id: finding.id,
        next_token,
        resource: Some(finding.resource),
        resource_type: finding.resource_type,
        resource_owner_account: finding.owner,
        status: finding.status,
        updated_at: finding.updated_at,
        finding_type: Some(finding.kind),
    })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindings.html>
pub fn list_findings(view: &View, input: ListFindingsRequest) -> Result<ListFindingsResponse> {
    let ListFindingsRequest { analyzer_arn, filter, sort, next_token, max_results } = input;
    let analyzer = external(view, &analyzer_arn)?;
    let (found, next_token) = listed(view, &analyzer, (filter, sort), (next_token, max_results))?;
    let findings = found.into_iter().map(|finding| summary(view, finding)).collect::<Result<_>>()?;
    Ok(ListFindingsResponse { findings, next_token })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListFindingsV2.html>
pub fn list_findings_v2(view: &View, input: ListFindingsV2Request) -> Result<ListFindingsV2Response> {
    let ListFindingsV2Request { analyzer_arn, filter, max_results, next_token, sort } = input;
    let analyzer = names::by_arn(view, &analyzer_arn)?;
    let (found, next_token) = listed(view, &analyzer, (filter, sort), (next_token, max_results))?;
    let told = |finding: FindingRow| FindingSummaryV2 {
        analyzed_at: finding.analyzed_at,
        created_at: finding.created_at,
        error: None,
        id: finding.id,
        resource: Some(finding.resource),
        resource_type: finding.resource_type,
        resource_owner_account: finding.owner,
        status: finding.status,
        updated_at: finding.updated_at,
        finding_type: Some(finding.kind),
    };
    Ok(ListFindingsV2Response { findings: found.into_iter().map(told).collect(), next_token })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UpdateFindings.html>
pub fn update_findings(cx: &mut Cx, input: UpdateFindingsRequest) -> Result<Nothing> {
    let UpdateFindingsRequest {
        analyzer_arn,
        status,
        ids,
        resource_arn,
        client_token: _, // stored only
    } = input;
    let analyzer = names::by_arn(cx, &analyzer_arn)?;
    if !matches!(status.as_str(), "ACTIVE" | "ARCHIVED") {
        return Err(errors::validation(format!("{status} is not a status that a finding can be given.")));
    }
    let wanted: Vec<FindingRow> = match (ids, resource_arn) {
        (Some(ids), None) if ids.len() <= MOST_IDS => {
            ids.iter().map(|id| finding(cx, &analyzer, id)).collect::<Result<_>>()?
        }
        (Some(_), None) => return Err(errors::validation(format!("At most {MOST_IDS} findings can be named."))),
        (None, Some(arn)) => all(cx, &analyzer)?.into_iter().filter(|finding| finding.resource == arn).collect(),
        _ => return Err(errors::validation("Either ids or resourceArn must be given.")),
    };
    let now = cx.now();
    for mut finding in wanted {
        // What is resolved stays so.
        if finding.status == "RESOLVED" || finding.status == status {
            continue;
        }
        (finding.status, finding.updated_at) = (status.clone(), now);
        let key = (analyzer.name.clone(), finding.id.clone());
        cx.put(&FINDINGS, &key, &finding)?;
        peers::tell(cx, &analyzer, &finding)?;
    }
    Ok(Nothing {})
}

/// An analyzer whose findings the first version of the API tells.
fn external(view: &View, arn: &str) -> Result<AnalyzerRow> {
    let analyzer = names::by_arn(view, arn)?;
    match analyzer.kind.as_str() {
        "ACCOUNT" | "ORGANIZATION" => Ok(analyzer),
        kind => Err(errors::validation(format!("Findings of an analyzer of the type {kind} are told by version 2."))),
    }
}

pub(crate) fn finding(view: &View, analyzer: &AnalyzerRow, id: &str) -> Result<FindingRow> {
    let key = (analyzer.name.clone(), id.to_owned());
    let row = view.get(&FINDINGS, &key)?.filter(|row| !scan::is_gone(row, view.now()));
    row.ok_or_else(|| errors::not_found("Finding", id))
}

/// All findings of an analyzer.
pub(crate) fn all(view: &View, analyzer: &AnalyzerRow) -> Result<Vec<FindingRow>> {
    let mut all: Vec<FindingRow> = view.rows(&FINDINGS, analyzer.name.as_str()).collect::<Result<_>>()?;
    all.retain(|row| !scan::is_gone(row, view.now()));
    Ok(all)
}

type Asked = (Option<IndexMap<String, Criterion>>, Option<SortCriteria>);

fn listed(
    view: &View,
    analyzer: &AnalyzerRow,
    (filter, sort): Asked,
    (token, most): (Option<String>, Option<i64>),
) -> Result<(Vec<FindingRow>, Option<String>)> {
    let page = page(token.as_deref(), most)?;
    let filter = filter::read(filter.unwrap_or_default())?;
    let mut all = all(view, analyzer)?;
    all.retain(|finding| filter::keeps(view, &filter, finding));
    all.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    if let Some(SortCriteria { attribute_name, order_by }) = sort {
        let by = attribute_name.unwrap_or_else(|| "updatedAt".to_owned());
        all.sort_by_cached_key(|finding| filter::value(view, finding, &by));
        if order_by.as_deref() == Some("DESC") {
            all.reverse();
        }
    }
    cut(all, &page)
}

/// A page of a list that stands in some order.
pub(crate) fn cut<T>(all: Vec<T>, page: &Page) -> Result<(Vec<T>, Option<String>)> {
    let from = match &page.after {
        None => 0,
        Some(token) => token.as_bytes().try_into().map(usize::from_be_bytes).map_err(|_| errors::token())?,
    };
    let to = from.saturating_add(page.limit);
    let next = (to < all.len()).then(|| Token::of(to.to_be_bytes()).encode());
    Ok((all.into_iter().skip(from).take(page.limit).collect(), next))
}

pub(crate) fn sources(finding: &FindingRow) -> Option<Vec<FindingSource>> {
    let source = |kind: &String| FindingSource { type_: kind.clone(), detail: None };
    Some(finding.sources.iter().map(source).collect())
}

fn summary(view: &View, finding: FindingRow) -> Result<FindingSummary> {
    let restriction = restriction(view, &finding)?;
    Ok(FindingSummary {
        sources: sources(&finding),
        id: finding.id,
        principal: Some(finding.principal),
        action: Some(finding.action),
        resource: Some(finding.resource),
        is_public: Some(finding.is_public),
        resource_type: finding.resource_type,
        condition: finding.condition,
        created_at: finding.created_at,
        analyzed_at: finding.analyzed_at,
        updated_at: finding.updated_at,
        status: finding.status,
        resource_owner_account: finding.owner,
        error: None,
        resource_control_policy_restriction: Some(restriction),
    })
}

/// Whether resource control policies bind the resource's account, whose effect findings leave out.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_FindingSummary.html>
pub(crate) fn restriction(view: &View, finding: &FindingRow) -> Result<String> {
    let owner = finding.owner.parse().unwrap_or(view.account());
    let bound = view.membership(owner)?.is_some_and(|member| !member.resource_control.is_empty());
    Ok(if bound { "APPLICABLE" } else { "NOT_APPLICABLE" }.to_owned())
}

/// What there is to say of a finding: of unused permissions one for each service.
fn details(view: &View, finding: &FindingRow) -> Result<Vec<FindingDetails>> {
    let last_accessed = finding.last_accessed;
    let one = match finding.kind.as_str() {
        "UnusedPermission" => return Ok(finding.unused.iter().flatten().map(unused_permission).collect()),
        "UnusedIAMRole" => FindingDetails {
            unused_iam_role_details: Some(UnusedIamRoleDetails { last_accessed }),
            ..FindingDetails::default()
        },
        "UnusedIAMUserAccessKey" => FindingDetails {
            unused_iam_user_access_key_details: Some(UnusedIamUserAccessKeyDetails {
                access_key_id: finding.access_key_id.clone().unwrap_or_default(),
                last_accessed,
            }),
            ..FindingDetails::default()
        },
        "UnusedIAMUserPassword" => FindingDetails {
            unused_iam_user_password_details: Some(UnusedIamUserPasswordDetails { last_accessed }),
            ..FindingDetails::default()
        },
        _ => FindingDetails {
            external_access_details: Some(ExternalAccessDetails {
                action: Some(finding.action.clone()),
                condition: finding.condition.clone(),
                is_public: Some(finding.is_public),
                principal: Some(finding.principal.clone()),
                sources: sources(finding),
                resource_control_policy_restriction: Some(restriction(view, finding)?),
            }),
            ..FindingDetails::default()
        },
    };
    Ok(vec![one])
}

fn unused_permission(row: &UnusedServiceRow) -> FindingDetails {
    let action = |row: &UnusedActionRow| UnusedAction { action: row.action.clone(), last_accessed: row.last_accessed };
    let actions: Vec<UnusedAction> = row.actions.iter().map(action).collect();
    FindingDetails {
        unused_permission_details: Some(UnusedPermissionDetails {
            actions: Some(actions).filter(|actions| !actions.is_empty()),
            service_namespace: row.namespace.clone(),
            last_accessed: row.last_accessed,
        }),
        ..FindingDetails::default()
    }
}
