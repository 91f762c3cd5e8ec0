//! Usage plans: which keys may call which stages, how fast and how often.

use crate::api::*;
use crate::patch::{self, Kind, Patch, Place};
use crate::rest_api::{LETTERS, packed, unpacked};
use crate::state::{PLAN_KEYS, STAGES, TaggedRow, USAGE, USAGE_PLANS};
use crate::{errors, paging, tags};
use service::{Cx, Error, Nothing, Result, View};

/// The most plans of an account's region.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MOST: usize = 300;

const PLACES: &[Place] = &[
    ("/name", &["replace"], Kind::Text),
    ("/description", &["replace"], Kind::Text),
    ("/throttle", &["remove"], Kind::Whole),
    ("/throttle/burstLimit", &["add", "replace"], Kind::Number),
    ("/throttle/rateLimit", &["add", "replace"], Kind::Decimal),
    ("/quota", &["remove"], Kind::Whole),
    ("/quota/limit", &["add", "replace"], Kind::Number),
    ("/quota/offset", &["add", "replace"], Kind::Number),
    ("/quota/period", &["add", "replace"], Kind::Text),
    ("/apiStages", &["add", "remove"], Kind::Text),
    ("/apiStages/*/throttle", &["remove"], Kind::Whole),
    ("/apiStages/*/throttle/*/*/burstLimit", &["add", "replace"], Kind::Number),
    ("/apiStages/*/throttle/*/*/rateLimit", &["add", "replace"], Kind::Decimal),
];

/// A plan by id.
pub(crate) fn find(view: &View, id: &str) -> Result<(TaggedRow, UsagePlan)> {
    let row = view.get(&USAGE_PLANS, id)?.ok_or_else(errors::no_usage_plan)?;
    let plan = unpacked(&row.settings)?;
    Ok((row, plan))
}

fn keep(cx: &mut Cx, mut row: TaggedRow, plan: &UsagePlan) -> Result<()> {
    row.settings = packed(plan);
    cx.put(&USAGE_PLANS, row.id.clone().as_str(), &row)
}

fn shown(row: TaggedRow, plan: UsagePlan) -> UsagePlan {
    UsagePlan { tags: (!row.tags.is_empty()).then_some(row.tags), ..plan }
}

/// Checks what a plan is to be.
fn check(view: &View, plan: &UsagePlan) -> Result<()> {
    if plan.name.as_deref().unwrap_or_default().is_empty() {
        return Err(errors::bad_request("Usage Plan name cannot be empty"));
    }
    for stage in plan.api_stages.iter().flatten() {
        let ApiStage { api_id, stage, throttle: _ } = stage;
        let (api, stage) = (api_id.clone().unwrap_or_default(), stage.clone().unwrap_or_default());
        if !view.has(&STAGES, &(api.clone(), stage.clone()))? {
            return Err(errors::no_api_stage(&api, &stage));
        }
    }
    if let Some(throttle) = &plan.throttle {
        let (rate, burst) = (throttle.rate_limit.unwrap_or_default(), throttle.burst_limit.unwrap_or_default());
        if !rate.is_finite() || rate < 0.0 || burst < 0 {
            return Err(errors::bad_request("Usage Plan throttle limits must be zero or more"));
        }
    }
    let Some(quota) = &plan.quota else { return Ok(()) };
    let (offset, limit) = (quota.offset.unwrap_or_default(), quota.limit.unwrap_or_default());
    if limit < 1 {
        return Err(errors::bad_request("Usage Plan quota limit must be greater than zero"));
    }
    let text = match quota.period.as_deref() {
        Some("DAY") if offset == 0 => return Ok(()),
        Some("WEEK") if (0..=6).contains(&offset) => return Ok(()),
        Some("MONTH") if (0..=27).contains(&offset) => return Ok(()),
        Some("DAY") => "Usage Plan quota offset must be zero in the DAY period",
        Some("WEEK") => "Usage Plan quota offset must be between zero and six inclusive in the WEEK period",
        Some("MONTH") => "Usage Plan quota offset must be between zero and 27 inclusive in the MONTH period",
        _ => "Usage Plan quota period must be one of DAY, WEEK, MONTH",
    };
    Err(errors::bad_request(text))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlan.html>
pub fn create_usage_plan(cx: &mut Cx, input: CreateUsagePlanRequest) -> Result<UsagePlan> {
    let CreateUsagePlanRequest { name, description, api_stages, throttle, quota, tags } = input;
    let tags = tags.unwrap_or_default();
    tags::check(cx, &tags)?;
    if cx.rows(&USAGE_PLANS, ()).count() >= MOST {
        return Err(Error::new(
            "LimitExceededException",
            "Maximum number of Usage Plans for this account has been reached.",
        ));
    }
    let quota = quota.map(|quota| QuotaSettings { offset: Some(quota.offset.unwrap_or_default()), ..quota });
    let id = cx.entropy().text(LETTERS, 6);
    let plan = UsagePlan {
        id: Some(id.clone()),
        name: Some(name),
        description,
        api_stages: Some(api_stages.unwrap_or_default()),
        throttle,
        quota,
        ..UsagePlan::default()
    };
    check(cx, &plan)?;
    let row = TaggedRow { id, tags, ..TaggedRow::default() };
    keep(cx, row.clone(), &plan)?;
    Ok(shown(row, plan))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlan.html>
pub fn get_usage_plan(view: &View, input: GetUsagePlanRequest) -> Result<UsagePlan> {
    let GetUsagePlanRequest { usage_plan_id } = input;
    let (row, plan) = find(view, &usage_plan_id)?;
    Ok(shown(row, plan))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlans.html>
pub fn get_usage_plans(view: &View, input: GetUsagePlansRequest) -> Result<UsagePlans> {
    let GetUsagePlansRequest { position, key_id, limit } = input;
    let page = paging::page(limit, position.as_deref())?;
    let has = |row: &TaggedRow| match &key_id {
        Some(key) => view.has(&PLAN_KEYS, &(row.id.clone(), key.clone())).unwrap_or_default(),
        None => true,
    };
    let (rows, next) = view.page(&USAGE_PLANS, (), &page, has)?;
    let read = |row: TaggedRow| {
        let plan = unpacked(&row.settings)?;
        Ok(shown(row, plan))
    };
    let items = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(UsagePlans { position: next.map(|token| token.encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateUsagePlan.html>
pub fn update_usage_plan(cx: &mut Cx, input: UpdateUsagePlanRequest) -> Result<UsagePlan> {
    let UpdateUsagePlanRequest { usage_plan_id, patch_operations } = input;
    let (row, mut plan) = find(cx, &usage_plan_id)?;
    patch::refuse(cx, patch_operations.as_ref(), &["/productCode"])?;
    let of_stages = |patch: &PatchOperation| patch.path.as_deref().unwrap_or_default().starts_with("/apiStages");
    let (stages, others): (Vec<_>, Vec<_>) = patch_operations.unwrap_or_default().into_iter().partition(of_stages);
    patch::apply(&mut plan, Some(others), PLACES)?;
    for patch in patch::checked(Some(stages))? {
        change_stages(&mut plan, &patch)?;
    }
    check(cx, &plan)?;
    keep(cx, row.clone(), &plan)?;
    Ok(shown(row, plan))
}

/// Stages go by their API's id and their name, joined by a colon.
fn change_stages(plan: &mut UsagePlan, patch: &Patch) -> Result<()> {
    let parts = patch::parts(&patch.path);
    let named = |stage: &ApiStage, name: &str| {
        name.split_once(':')
            .is_some_and(|(api, of)| stage.api_id.as_deref() == Some(api) && stage.stage.as_deref() == Some(of))
    };
    let stages = plan.api_stages.get_or_insert_default();
    let value = patch.value.clone().unwrap_or_default();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if let (["apiStages"], op) = (parts.as_slice(), patch.op.as_str()) {
        let Some((api, stage)) = value.split_once(':') else {
            return Err(errors::bad_request(format!("Invalid patch value '{value}' specified for path /apiStages")));
        };
        stages.retain(|known| !named(known, &value));
        if op == "add" {
            let (api_id, stage) = (Some(api.to_owned()), Some(stage.to_owned()));
            stages.push(ApiStage { api_id, stage, throttle: None });
        }
        return Ok(());
    }
    let of = parts.get(1).copied().unwrap_or_default();
    let stage = stages.iter_mut().find(|stage| named(stage, of));
    let stage = stage.ok_or_else(|| errors::bad_request(format!("Invalid API Stage specified: {of}")))?;
    let wrong = || errors::bad_request(format!("Invalid patch value '{value}' specified for path {}", patch.path));
    match (parts.as_slice(), patch.op.as_str()) {
        (["apiStages", _, "throttle"], "remove") => stage.throttle = None,
        (["apiStages", _, "throttle", path, verb, name], "add" | "replace") => {
            let all = stage.throttle.get_or_insert_default();
            let limits: &mut ThrottleSettings = all.entry(format!("{path}/{verb}")).or_default();
            match *name {
                "rateLimit" => limits.rate_limit = Some(value.parse().map_err(|_| wrong())?),
                "burstLimit" => limits.burst_limit = Some(value.parse().map_err(|_| wrong())?),
                _ => return Err(patch::invalid(patch, PLACES)),
            }
        }
        _ => return Err(patch::invalid(patch, PLACES)),
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteUsagePlan.html>
pub fn delete_usage_plan(cx: &mut Cx, input: DeleteUsagePlanRequest) -> Result<Nothing> {
    let DeleteUsagePlanRequest { usage_plan_id } = input;
    let (_, plan) = find(cx, &usage_plan_id)?;
    if plan.api_stages.is_some_and(|stages| !stages.is_empty()) {
        let text = format!("Cannot delete Usage Plan {usage_plan_id} because it has associated API stages");
        return Err(errors::bad_request(text));
    }
    cx.delete_all(&PLAN_KEYS, (usage_plan_id.as_str(),))?;
    cx.delete_all(&USAGE, (usage_plan_id.as_str(),))?;
    cx.delete(&USAGE_PLANS, usage_plan_id.as_str())?;
    Ok(Nothing {})
}
