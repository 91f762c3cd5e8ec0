//! The generation of policies.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html>

use crate::api::*;
use crate::generation::{self, Detail};
use crate::ops::analyzers::page;
use crate::state::{GENERATIONS, GenerationRow, TrailRow};
use crate::{errors, names};
use service::{ArnParts, Cx, Duration, Result, Timestamp, Token, View};

/// How much time a generation looks back on at the most, and how many there may be in a day.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html>
const LONGEST: Duration = Duration::from_secs(90 * 86_400);
const DAY: Duration = Duration::from_secs(86_400);
const MOST_A_DAY: usize = 50;
const FEW_A_DAY: usize = 5;
const FEW: [&str; 5] = ["af-south-1", "ap-east-1", "ap-southeast-3", "eu-south-1", "me-south-1"];

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_StartPolicyGeneration.html>
pub fn start_policy_generation(
    cx: &mut Cx,
    input: StartPolicyGenerationRequest,
) -> Result<StartPolicyGenerationResponse> {
    let StartPolicyGenerationRequest { policy_generation_details, cloud_trail_details, client_token } = input;
    let PolicyGenerationDetails { principal_arn } = policy_generation_details;
    // The reference calls it optional, and says of no other source.
    let details = cloud_trail_details.ok_or_else(|| errors::validation("cloudTrailDetails must be given."))?;
    let wanted = wanted(cx, principal_arn, details)?;
    let all: Vec<GenerationRow> = cx.rows(&GENERATIONS, ()).collect::<Result<_>>()?;
    let now = cx.now();
    for gone in all.iter().filter(|row| generation::is_gone(row, now)) {
        cx.delete(&GENERATIONS, gone.id.as_str())?;
    }
    if let Some(same) = all.iter().find(|row| client_token.is_some() && row.client_token == client_token) {
        return match is_same(same, &wanted) {
            true => Ok(StartPolicyGenerationResponse { job_id: same.id.clone() }),
            false => {
                let text = "The client token was used for another policy generation.";
                Err(errors::conflict("PolicyGeneration", &same.id, text))
            }
        };
    }
    check_quotas(cx, &wanted.principal, &all)?;
    let row = GenerationRow {
        id: cx.entropy().uuid(),
        client_token,
        status: "IN_PROGRESS".to_owned(),
        started_on: now,
        ..wanted
    };
    generation::begin(cx, &row)?;
    Ok(StartPolicyGenerationResponse { job_id: row.id })
}

/// What a request asks for.
fn wanted(view: &View, principal: String, details: CloudTrailDetails) -> Result<GenerationRow> {
    let CloudTrailDetails { trails, access_role, start_time, end_time } = details;
    let own = |arn: &str| ArnParts::parse(arn).is_ok_and(|parts| parts.account.parse() == Ok(view.account()));
    if !own(&principal) {
        return Err(errors::validation("The principal must be a user or role of this account."));
    }
    if !own(&access_role) {
        return Err(errors::validation("The access role must be a role of this account."));
    }
    if !names::identity_exists(view, &principal)? {
        return Err(errors::validation(format!("The principal {principal} does not exist.")));
    }
    let now = view.now();
    let (start, end) = (view.said(start_time), end_time.map_or(now, |end| view.said(end)));
    if start >= end {
        return Err(errors::validation("The start time must be before the end time."));
    }
    if end > now {
        return Err(errors::validation("The end time must not be in the future."));
    }
    if start < end.before(LONGEST) {
        return Err(errors::validation("The time range must not exceed 90 days."));
    }
    if trails.is_empty() {
        return Err(errors::validation("At least one trail must be given."));
    }
    let trails = trails.into_iter().map(|trail| wanted_trail(view, trail)).collect::<Result<_>>()?;
    Ok(GenerationRow { principal, access_role, trails, start, end, ..GenerationRow::default() })
}

fn wanted_trail(view: &View, Trail { cloud_trail_arn: arn, regions, all_regions }: Trail) -> Result<TrailRow> {
    let mut regions = regions.unwrap_or_default();
    match (all_regions, regions.is_empty()) {
        (Some(true), false) => return Err(errors::validation("Either regions or allRegions can be given.")),
        (Some(true), true) => {}
        (_, true) => regions.push(view.region().as_str().to_owned()),
        (_, false) => {}
    }
    Ok(TrailRow { arn, regions, all_regions })
}

fn is_same(row: &GenerationRow, wanted: &GenerationRow) -> bool {
    // Without an end it is the moment of the request.
    (&row.principal, &row.access_role, &row.trails, row.start)
        == (&wanted.principal, &wanted.access_role, &wanted.trails, wanted.start)
}

fn check_quotas(view: &View, principal: &str, all: &[GenerationRow]) -> Result<()> {
    if all.iter().any(generation::is_open) {
        let text = "The maximum number of concurrent policy generations is 1.";
        return Err(errors::quota("PolicyGeneration", principal, text));
    }
    let most = if FEW.contains(&view.region().as_str()) { FEW_A_DAY } else { MOST_A_DAY };
    let day = view.now().before(DAY);
    if all.iter().filter(|row| row.started_on > day).count() >= most {
        let text = format!("The maximum number of policy generations per day is {most}.");
        return Err(errors::quota("PolicyGeneration", principal, text));
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetGeneratedPolicy.html>
pub fn get_generated_policy(view: &View, input: GetGeneratedPolicyRequest) -> Result<GetGeneratedPolicyResponse> {
    let GetGeneratedPolicyRequest { job_id, include_resource_placeholders, include_service_level_template } = input;
    let row = find(view, &job_id)?;
    let succeeded = row.status == "SUCCEEDED";
    let detail = Detail {
        placeholders: include_resource_placeholders == Some(true),
        services: include_service_level_template == Some(true),
    };
    let policy = generation::policy(&row.actions, &row.services, view.scope().partition().as_str(), detail);
    let policy = policy.filter(|_| succeeded).map(|policy| GeneratedPolicy { policy });
    let message = row.error_message.unwrap_or_default();
    let job_error = row.error_code.map(|code| JobError { code, message });
    let trails = row.trails.iter().map(|trail| TrailProperties {
        cloud_trail_arn: trail.arn.clone(),
        regions: Some(trail.regions.clone()),
        all_regions: Some(trail.all_regions == Some(true)),
    });
    let cloud_trail_properties =
        CloudTrailProperties { trail_properties: trails.collect(), start_time: row.start, end_time: row.end };
    Ok(GetGeneratedPolicyResponse {
        generated_policy_result: GeneratedPolicyResult {
            properties: GeneratedPolicyProperties {
                is_complete: succeeded.then_some(row.services.is_empty()),
                principal_arn: row.principal.clone(),
                cloud_trail_properties: Some(cloud_trail_properties),
            },
            generated_policies: Some(policy.into_iter().collect()),
        },
        job_details: JobDetails {
            job_id: row.id,
            status: row.status,
            started_on: row.started_on,
            completed_on: row.completed_on,
            job_error,
        },
    })
}

/// The newest first.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListPolicyGenerations.html>
pub fn list_policy_generations(
    view: &View,
    input: ListPolicyGenerationsRequest,
) -> Result<ListPolicyGenerationsResponse> {
    let ListPolicyGenerationsRequest { principal_arn, max_results, next_token } = input;
    let page = page(next_token.as_deref(), max_results)?;
    let mut all: Vec<GenerationRow> = view.rows(&GENERATIONS, ()).collect::<Result<_>>()?;
    all.retain(|row| {
        !generation::is_gone(row, view.now()) && principal_arn.as_ref().is_none_or(|own| row.principal == *own)
    });
    all.sort_by(|a, b| place(b).cmp(&place(a)));
    if let Some(after) = &page.after {
        all.retain(|row| place_text(row).as_bytes() < after.as_bytes());
    }
    let more = all.len() > page.limit;
    all.truncate(page.limit);
    let next_token = all.last().filter(|_| more).map(|row| Token::of(place_text(row).as_bytes()).encode());
    let told = |row: GenerationRow| PolicyGeneration {
        job_id: row.id,
        principal_arn: row.principal,
        status: row.status,
        started_on: row.started_on,
        completed_on: row.completed_on,
    };
    Ok(ListPolicyGenerationsResponse { policy_generations: all.into_iter().map(told).collect(), next_token })
}

fn place(row: &GenerationRow) -> (Timestamp, &str) {
    (row.started_on, &row.id)
}

/// The same as text that sorts alike.
fn place_text(row: &GenerationRow) -> String {
    format!("{:020} {}", row.started_on.0, row.id)
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CancelPolicyGeneration.html>
pub fn cancel_policy_generation(
    cx: &mut Cx,
    input: CancelPolicyGenerationRequest,
) -> Result<CancelPolicyGenerationResponse> {
    let CancelPolicyGenerationRequest { job_id } = input;
    let row = find(cx, &job_id)?;
    if !generation::is_open(&row) {
        return Err(errors::validation(format!("The policy generation {job_id} is not in progress.")));
    }
    generation::end(cx, row, "CANCELED")?;
    Ok(CancelPolicyGenerationResponse {})
}

/// The generation of an id. The model has no error for one that is missing but this.
fn find(view: &View, id: &str) -> Result<GenerationRow> {
    let row = view.get(&GENERATIONS, id)?.filter(|row| !generation::is_gone(row, view.now()));
    row.ok_or_else(|| errors::validation(format!("The policy generation {id} does not exist.")))
}
