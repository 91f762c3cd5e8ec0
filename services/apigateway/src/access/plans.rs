//! API keys and usage plans.

use super::pairs;
use crate::api::*;
use crate::rest_api::arn;
use crate::state::{API_KEYS, TaggedRow, USAGE_PLANS};
use service::{Access, Check, Result, Table, View};

/// An action on something that has tags.
fn on(view: &View, action: &'static str, path: &str, row: Option<TaggedRow>) -> Access {
    let check = Check::new(action, arn(view, path));
    let tags = row.map(|row| row.tags).unwrap_or_default();
    Access::to(check.resource_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
}

fn row(view: &View, table: &Table<str, TaggedRow>, id: &str) -> Result<Option<TaggedRow>> {
    view.get(table, id)
}

fn on_key(view: &View, action: &'static str, id: &str) -> Result<Access> {
    Ok(on(view, action, &format!("/apikeys/{id}"), row(view, &API_KEYS, id)?))
}

/// An action on a plan or something in it.
fn on_plan(view: &View, action: &'static str, (id, path): (&str, &str)) -> Result<Access> {
    Ok(on(view, action, &format!("/usageplans/{id}{path}"), row(view, &USAGE_PLANS, id)?))
}

pub fn create_api_key(view: &View, input: &CreateApiKeyRequest) -> Result<Access> {
    let check = Check::new("apigateway:POST", arn(view, "/apikeys"));
    Ok(Access::to(check.request_tags(pairs(input.tags.as_ref()))))
}

pub fn get_api_keys(view: &View, _input: &GetApiKeysRequest) -> Result<Access> {
    Ok(Access::to(Check::new("apigateway:GET", arn(view, "/apikeys"))))
}

pub fn get_api_key(view: &View, input: &GetApiKeyRequest) -> Result<Access> {
    on_key(view, "apigateway:GET", &input.api_key)
}

pub fn update_api_key(view: &View, input: &UpdateApiKeyRequest) -> Result<Access> {
    on_key(view, "apigateway:PATCH", &input.api_key)
}

pub fn delete_api_key(view: &View, input: &DeleteApiKeyRequest) -> Result<Access> {
    on_key(view, "apigateway:DELETE", &input.api_key)
}

pub fn create_usage_plan(view: &View, input: &CreateUsagePlanRequest) -> Result<Access> {
    let check = Check::new("apigateway:POST", arn(view, "/usageplans"));
    Ok(Access::to(check.request_tags(pairs(input.tags.as_ref()))))
}

pub fn get_usage_plans(view: &View, _input: &GetUsagePlansRequest) -> Result<Access> {
    Ok(Access::to(Check::new("apigateway:GET", arn(view, "/usageplans"))))
}

pub fn get_usage_plan(view: &View, input: &GetUsagePlanRequest) -> Result<Access> {
    on_plan(view, "apigateway:GET", (&input.usage_plan_id, ""))
}

pub fn update_usage_plan(view: &View, input: &UpdateUsagePlanRequest) -> Result<Access> {
    on_plan(view, "apigateway:PATCH", (&input.usage_plan_id, ""))
}

pub fn delete_usage_plan(view: &View, input: &DeleteUsagePlanRequest) -> Result<Access> {
    on_plan(view, "apigateway:DELETE", (&input.usage_plan_id, ""))
}

pub fn create_usage_plan_key(view: &View, input: &CreateUsagePlanKeyRequest) -> Result<Access> {
    on_plan(view, "apigateway:POST", (&input.usage_plan_id, "/keys"))
}

pub fn get_usage_plan_keys(view: &View, input: &GetUsagePlanKeysRequest) -> Result<Access> {
    on_plan(view, "apigateway:GET", (&input.usage_plan_id, "/keys"))
}

pub fn get_usage_plan_key(view: &View, input: &GetUsagePlanKeyRequest) -> Result<Access> {
    on_plan(view, "apigateway:GET", (&input.usage_plan_id, &format!("/keys/{}", input.key_id)))
}

pub fn delete_usage_plan_key(view: &View, input: &DeleteUsagePlanKeyRequest) -> Result<Access> {
    on_plan(view, "apigateway:DELETE", (&input.usage_plan_id, &format!("/keys/{}", input.key_id)))
}

pub fn get_usage(view: &View, input: &GetUsageRequest) -> Result<Access> {
    on_plan(view, "apigateway:GET", (&input.usage_plan_id, "/usage"))
}

pub fn update_usage(view: &View, input: &UpdateUsageRequest) -> Result<Access> {
    on_plan(view, "apigateway:PATCH", (&input.usage_plan_id, &format!("/keys/{}/usage", input.key_id)))
}
