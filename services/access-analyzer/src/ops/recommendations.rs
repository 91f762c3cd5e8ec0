//! Recommendations for findings of unused permissions.

use crate::api::*;
use crate::ops::analyzers::page;
use crate::ops::findings::{cut, finding};
use crate::scan::identities;
use crate::state::{RECOMMENDATIONS, RecommendationRow, StepRow};
use crate::{errors, names, recommendation};
use service::{Cx, Nothing, Result, View};

/// It is made at once; AWS takes a while.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GenerateFindingRecommendation.html>
pub fn generate_finding_recommendation(cx: &mut Cx, input: GenerateFindingRecommendationRequest) -> Result<Nothing> {
    let GenerateFindingRecommendationRequest { analyzer_arn, id } = input;
    // The model knows no error for what is missing.
    let missing = |error: service::Error| match error.code() {
        "ResourceNotFoundException" => errors::validation(error.message().to_owned()),
        _ => error,
    };
    let analyzer = names::by_arn(cx, &analyzer_arn).map_err(missing)?;
    let found = finding(cx, &analyzer, &id).map_err(missing)?;
    let Some(unused) = found.unused.filter(|_| found.status != "RESOLVED") else {
        return Err(errors::validation("Recommendations are made for active findings of unused permissions."));
    };
    let identity = identities::all(cx)?.into_iter().find(|identity| identity.arn == found.resource);
    let policies = identity.map(|identity| identity.policies).unwrap_or_default();
    let steps = recommendation::steps(&policies, &unused);
    let row = RecommendationRow { made_at: cx.now(), resource: found.resource, steps };
    cx.put(&RECOMMENDATIONS, &(analyzer.name, id), &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingRecommendation.html>
pub fn get_finding_recommendation(
    view: &View,
    input: GetFindingRecommendationRequest,
) -> Result<GetFindingRecommendationResponse> {
    let GetFindingRecommendationRequest { analyzer_arn, id, max_results, next_token } = input;
    let page = page(next_token.as_deref(), max_results)?;
    let analyzer = names::by_arn(view, &analyzer_arn)?;
    let row = view.get(&RECOMMENDATIONS, &(analyzer.name, id.clone()))?;
    let row = row.ok_or_else(|| errors::not_found("Recommendation", &id))?;
    let (steps, next_token) = cut(row.steps, &page)?;
    Ok(GetFindingRecommendationResponse {
        started_at: row.made_at,
        completed_at: Some(row.made_at),
        next_token,
        error: None,
        resource_arn: row.resource,
        recommended_steps: Some(steps.into_iter().map(step).collect()),
        recommendation_type: "UnusedPermissionRecommendation".to_owned(),
        status: "SUCCEEDED".to_owned(),
    })
}

fn step(StepRow { action, policy, existing, updated }: StepRow) -> RecommendedStep {
    RecommendedStep {
        unused_permissions_recommended_step: Some(UnusedPermissionsRecommendedStep {
            policy_updated_at: updated,
            recommended_action: action,
            recommended_policy: policy,
            existing_policy_id: Some(existing),
        }),
    }
}
