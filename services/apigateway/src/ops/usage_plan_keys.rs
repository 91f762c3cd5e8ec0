//! The keys of usage plans, and how often each has called.

use crate::api::*;
use crate::ops::{api_keys, usage_plans};
use crate::patch::{self, Kind, Place};
use crate::rest_api::unpacked;
use crate::state::{API_KEYS, PLAN_KEYS, PartRow, USAGE};
use crate::usage::{self, Days};
use crate::{errors, paging};
use service::{Cx, IndexMap, Nothing, Result, View};

const PLACES: &[Place] = &[("/remaining", &["replace"], Kind::Number)];

fn shown(key: ApiKey, whole: bool) -> UsagePlanKey {
    let value = key.value.filter(|_| whole);
    UsagePlanKey { id: key.id, type_: Some("API_KEY".to_owned()), value, name: key.name }
}

/// A key of a plan.
fn find(view: &View, plan: &str, key: &str) -> Result<ApiKey> {
    usage_plans::find(view, plan)?;
    if !view.has(&PLAN_KEYS, &(plan.to_owned(), key.to_owned()))? {
        return Err(errors::no_plan_key());
    }
    api_keys::find(view, key).map(|(_, key)| key)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlanKey.html>
pub fn create_usage_plan_key(cx: &mut Cx, input: CreateUsagePlanKeyRequest) -> Result<UsagePlanKey> {
    let CreateUsagePlanKeyRequest { usage_plan_id, key_id, key_type } = input;
    if key_type != "API_KEY" {
        return Err(errors::bad_request("Invalid key type specified. Valid options are API_KEY"));
    }
    let (_, key) = api_keys::find(cx, &key_id)?;
    let (_, plan) = usage_plans::find(cx, &usage_plan_id)?;
    if cx.has(&PLAN_KEYS, &(usage_plan_id.clone(), key_id.clone()))? {
        return Err(errors::conflict(format!("Usage Plan {usage_plan_id} already has the API key {key_id}")));
    }
    // One key must lead to one plan of a stage.
    let stages = |plan: &UsagePlan| -> Vec<(Option<String>, Option<String>)> {
        plan.api_stages.iter().flatten().map(|stage| (stage.api_id.clone(), stage.stage.clone())).collect()
    };
    let own = stages(&plan);
    for (id, other) in usage::plans_of(cx, &key_id)? {
        if let Some((api, stage)) = stages(&other).into_iter().find(|stage| own.contains(stage)) {
            let (api, stage) = (api.unwrap_or_default(), stage.unwrap_or_default());
            return Err(errors::conflict(format!(
                "API Key {key_id} cannot be added to Usage Plan {usage_plan_id} because it is in {id} with the stage {api}:{stage}"
            )));
        }
    }
    let row = PartRow { name: key_id.clone(), ..PartRow::default() };
    cx.put(&PLAN_KEYS, &(usage_plan_id, key_id), &row)?;
    Ok(shown(key, true))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlanKey.html>
pub fn get_usage_plan_key(view: &View, input: GetUsagePlanKeyRequest) -> Result<UsagePlanKey> {
    let GetUsagePlanKeyRequest { usage_plan_id, key_id } = input;
    find(view, &usage_plan_id, &key_id).map(|key| shown(key, true))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlanKeys.html>
pub fn get_usage_plan_keys(view: &View, input: GetUsagePlanKeysRequest) -> Result<UsagePlanKeys> {
    let GetUsagePlanKeysRequest { usage_plan_id, position, limit, name_query } = input;
    usage_plans::find(view, &usage_plan_id)?;
    let page = paging::page(limit, position.as_deref())?;
    let key = |row: &PartRow| -> ApiKey {
        let row = view.get(&API_KEYS, row.name.as_str()).ok().flatten();
        row.and_then(|row| unpacked(&row.settings).ok()).unwrap_or_default()
    };
    let fits = |row: &PartRow| {
        name_query.as_ref().is_none_or(|query| key(row).name.unwrap_or_default().starts_with(query.as_str()))
    };
    let (rows, next) = view.page(&PLAN_KEYS, (usage_plan_id.as_str(),), &page, fits)?;
    let items = rows.iter().map(|row| shown(key(row), true)).collect();
    Ok(UsagePlanKeys { position: next.map(|token| token.encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteUsagePlanKey.html>
pub fn delete_usage_plan_key(cx: &mut Cx, input: DeleteUsagePlanKeyRequest) -> Result<Nothing> {
    let DeleteUsagePlanKeyRequest { usage_plan_id, key_id } = input;
    find(cx, &usage_plan_id, &key_id)?;
    cx.delete_all(&USAGE, (usage_plan_id.as_str(), key_id.as_str()))?;
    cx.delete(&PLAN_KEYS, &(usage_plan_id, key_id))?;
    Ok(Nothing {})
}

/// What was used and what was left on each day.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html>
pub fn get_usage(view: &View, input: GetUsageRequest) -> Result<Usage> {
    let GetUsageRequest { usage_plan_id, key_id, start_date, end_date, position, limit } = input;
    let (_, plan) = usage_plans::find(view, &usage_plan_id)?;
    let days = Days::between(&start_date, &end_date).ok_or_else(|| {
        errors::bad_request("Invalid date range specified. Dates are YYYY-MM-DD, and at most 90 days lie between them")
    })?;
    if let Some(key) = &key_id {
        find(view, &usage_plan_id, key)?;
    }
    let page = paging::page(limit, position.as_deref())?;
    let fits = |row: &PartRow| key_id.as_ref().is_none_or(|key| *key == row.name);
    let (rows, next) = view.page(&PLAN_KEYS, (usage_plan_id.as_str(),), &page, fits)?;
    let mut items = IndexMap::new();
    for row in rows {
        let used = usage::by_day(view, (&usage_plan_id, &row.name), (&plan, &days))?;
        items.insert(row.name, used);
    }
    Ok(Usage {
        usage_plan_id: Some(usage_plan_id),
        start_date: Some(start_date),
        end_date: Some(end_date),
        position: next.map(|token| token.encode()),
        items: Some(items),
    })
}

/// Gives a key more for the rest of the period, or less.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateUsage.html>
pub fn update_usage(cx: &mut Cx, input: UpdateUsageRequest) -> Result<Usage> {
    let UpdateUsageRequest { usage_plan_id, key_id, patch_operations } = input;
    let (_, plan) = usage_plans::find(cx, &usage_plan_id)?;
    find(cx, &usage_plan_id, &key_id)?;
    let Some(quota) = &plan.quota else {
        return Err(errors::bad_request("Usage Plan does not have a quota"));
    };
    for patch in patch::checked(patch_operations)? {
        let remaining = patch.value.as_deref().and_then(|value| value.parse::<i64>().ok());
        let (Some(remaining), "replace", "/remaining") = (remaining, patch.op.as_str(), patch.path.as_str()) else {
            return Err(patch::invalid(&patch, PLACES));
        };
        usage::set_remaining(cx, (&usage_plan_id, &key_id), (quota, remaining))?;
    }
    let today = usage::date(cx.now());
    let days = Days::between(&today, &today).unwrap_or_default();
    let items = [(key_id.clone(), usage::by_day(cx, (&usage_plan_id, &key_id), (&plan, &days))?)];
    Ok(Usage {
        usage_plan_id: Some(usage_plan_id),
        start_date: Some(today.clone()),
        end_date: Some(today),
        position: None,
        items: Some(items.into_iter().collect()),
    })
}
