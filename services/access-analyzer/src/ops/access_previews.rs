//! Access previews: what a resource would let others do.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-access-preview.html>

use crate::api::*;
use crate::ops::analyzers::page;
use crate::ops::findings::{cut, restriction, sources};
use crate::preview;
use crate::state::{AnalyzerRow, PREVIEWS, PreviewRow, PreviewedRow};
use crate::zone::Zone;
use crate::{errors, filter, names};
use service::shape::{Node, pick};
use service::{Bytes, Cx, Duration, Error, IndexMap, Result, Value, View};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html>
const MOST_AN_HOUR: usize = 1_000;
const HOUR: Duration = Duration::from_secs(3_600);

/// What is found of a proposal.
pub struct Previewed {
    valid: bool,
    findings: Vec<PreviewedRow>,
}

/// Looks at what is proposed, beside all that the resource's account has.
///
/// # Errors
/// `ResourceNotFoundException`, `ValidationException`; what is not looked at is not implemented, by name.
pub(crate) fn look(view: &View, input: &CreateAccessPreviewRequest) -> Result<Previewed> {
    let analyzer = external(view, &input.analyzer_arn)?;
    let (arn, configuration) = only(&input.configurations)?;
    let zone = Zone::of(view, &analyzer)?.ok_or_else(|| errors::validation("The analyzer is disabled."))?;
    let proposal = preview::read(view, &zone, (arn, configuration.clone()))?;
    let findings = match proposal.valid {
        true => preview::findings(view, &analyzer, &zone, &proposal)?,
        false => Vec::new(),
    };
    Ok(Previewed { valid: proposal.valid, findings })
}

/// AWS takes one resource a preview.
fn only(configurations: &IndexMap<String, Configuration>) -> Result<(&String, &Configuration)> {
    let mut all = configurations.iter();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(errors::validation("The configurations must have exactly one element.")),
    }
}

/// It is made at once; AWS takes a while.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAccessPreview.html>
pub fn create_access_preview(
    cx: &mut Cx,
    input: CreateAccessPreviewRequest,
    found: Result<Previewed>,
) -> Result<CreateAccessPreviewResponse> {
    let CreateAccessPreviewRequest { analyzer_arn, configurations, client_token } = input;
    let analyzer = external(cx, &analyzer_arn)?;
    let (arn, configuration) = only(&configurations)?;
    let kept = Bytes::from(Value::of(configuration.peek()).encode());
    let all: Vec<PreviewRow> = cx.rows(&PREVIEWS, analyzer.name.as_str()).collect::<Result<_>>()?;
    if let Some(same) = all.iter().find(|row| client_token.is_some() && row.client_token == client_token) {
        return match same.resource == *arn && same.configuration == kept {
            true => Ok(CreateAccessPreviewResponse { id: same.id.clone() }),
            false => {
                let text = "The client token was used for another access preview.";
                Err(errors::conflict("AccessPreview", &same.id, text))
            }
        };
    }
    let since = cx.now().before(HOUR);
    if all.iter().filter(|row| row.created_at > since).count() >= MOST_AN_HOUR {
        let text = format!("The maximum number of access previews per analyzer per hour is {MOST_AN_HOUR}.");
        return Err(errors::quota("AccessPreview", &analyzer_arn, text));
    }
    let Previewed { valid, mut findings } = found?;
    for found in &mut findings {
        found.finding.id = cx.entropy().uuid();
    }
    let row = PreviewRow {
        id: cx.entropy().uuid(),
        created_at: cx.now(),
        resource: arn.clone(),
        configuration: kept,
        reason: (!valid).then(|| "INVALID_CONFIGURATION".to_owned()),
        findings,
        client_token,
    };
    cx.put(&PREVIEWS, &(analyzer.name, row.id.clone()), &row)?;
    Ok(CreateAccessPreviewResponse { id: row.id })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetAccessPreview.html>
pub fn get_access_preview(view: &View, input: GetAccessPreviewRequest) -> Result<GetAccessPreviewResponse> {
    let GetAccessPreviewRequest { access_preview_id, analyzer_arn } = input;
    let row = find(view, &external(view, &analyzer_arn)?, &access_preview_id)?;
    let value = Value::decode(&row.configuration).map_err(Error::internal)?;
    let mut configuration = Configuration::default();
    pick(value.peek(), &mut configuration).map_err(Error::internal)?;
    let AccessPreviewSummary { id, analyzer_arn, created_at, status, status_reason } = summary(&analyzer_arn, &row);
    let configurations = [(row.resource, configuration)].into_iter().collect();
    Ok(GetAccessPreviewResponse {
        access_preview: AccessPreview { id, analyzer_arn, configurations, created_at, status, status_reason },
    })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAccessPreviews.html>
pub fn list_access_previews(view: &View, input: ListAccessPreviewsRequest) -> Result<ListAccessPreviewsResponse> {
    let ListAccessPreviewsRequest { analyzer_arn, next_token, max_results } = input;
    let page = page(next_token.as_deref(), max_results)?;
    let analyzer = external(view, &analyzer_arn)?;
    let (rows, next) = view.page(&PREVIEWS, analyzer.name.as_str(), &page, |_| true)?;
    Ok(ListAccessPreviewsResponse {
        access_previews: rows.iter().map(|row| summary(&analyzer_arn, row)).collect(),
        next_token: next.map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAccessPreviewFindings.html>
pub fn list_access_preview_findings(
    view: &View,
    input: ListAccessPreviewFindingsRequest,
) -> Result<ListAccessPreviewFindingsResponse> {
    let ListAccessPreviewFindingsRequest { access_preview_id, analyzer_arn, filter, next_token, max_results } = input;
    let page = page(next_token.as_deref(), max_results)?;
    let row = find(view, &external(view, &analyzer_arn)?, &access_preview_id)?;
    if row.reason.is_some() {
        return Err(errors::conflict("AccessPreview", &row.id, "The access preview has failed."));
    }
    let filter = filter::read_with(filter.unwrap_or_default(), &KEYS)?;
    let kept = row.findings.into_iter().filter(|found| filter::holds(&filter, |property| value(view, found, property)));
    let (found, next_token) = cut(kept.collect(), &page)?;
    let findings = found.into_iter().map(|found| told(view, found)).collect::<Result<_>>()?;
    Ok(ListAccessPreviewFindingsResponse { findings, next_token })
}

/// What findings of previews are filtered by besides.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html>
const KEYS: [&str; 3] = ["changeType", "existingFindingId", "existingFindingStatus"];

fn value(view: &View, row: &PreviewedRow, property: &str) -> Option<String> {
    match property {
        "changeType" => Some(row.change.clone()),
        "existingFindingId" => row.existing_id.clone(),
        "existingFindingStatus" => row.existing_status.clone(),
        _ => filter::value(view, &row.finding, property),
    }
}

fn told(view: &View, row: PreviewedRow) -> Result<AccessPreviewFinding> {
    let PreviewedRow { finding, existing_id, existing_status, change } = row;
    Ok(AccessPreviewFinding {
        existing_finding_id: existing_id,
        existing_finding_status: existing_status,
        sources: sources(&finding),
        resource_control_policy_restriction: Some(restriction(view, &finding)?),
        id: finding.id,
        principal: Some(finding.principal),
        action: Some(finding.action),
        condition: Some(finding.condition),
        resource: Some(finding.resource),
        is_public: Some(finding.is_public),
        resource_type: finding.resource_type,
        created_at: finding.created_at,
        change_type: change,
        status: finding.status,
        resource_owner_account: finding.owner,
        error: None,
    })
}

fn summary(analyzer_arn: &str, row: &PreviewRow) -> AccessPreviewSummary {
    AccessPreviewSummary {
        id: row.id.clone(),
        analyzer_arn: analyzer_arn.to_owned(),
        created_at: row.created_at,
        status: if row.reason.is_some() { "FAILED" } else { "COMPLETED" }.to_owned(),
        status_reason: row.reason.clone().map(|code| AccessPreviewStatusReason { code }),
    }
}

/// An analyzer of external access: the others have no previews.
fn external(view: &View, arn: &str) -> Result<AnalyzerRow> {
    let analyzer = names::by_arn(view, arn)?;
    match analyzer.kind.as_str() {
        "ACCOUNT" | "ORGANIZATION" => Ok(analyzer),
        kind => Err(errors::validation(format!("An analyzer of the type {kind} has no access previews."))),
    }
}

fn find(view: &View, analyzer: &AnalyzerRow, id: &str) -> Result<PreviewRow> {
    let row = view.get(&PREVIEWS, &(analyzer.name.clone(), id.to_owned()))?;
    row.ok_or_else(|| errors::not_found("AccessPreview", id))
}
