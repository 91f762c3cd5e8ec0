//! API keys: texts by which usage plans know their clients.

use crate::api::*;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{LETTERS, packed, unpacked};
use crate::state::{API_KEY_VALUES, API_KEYS, PLAN_KEYS, PartRow, TaggedRow, USAGE_PLANS};
use crate::{errors, paging, tags};
use service::{Cx, Error, Nothing, Result, View};

/// The most keys of an account's region.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MOST: usize = 10_000;
/// How long the values are that nobody chose.
const LENGTH: usize = 40;
/// How long a value may be.
const LENGTHS: std::ops::RangeInclusive<usize> = 20..=128;
const VALUE_LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const PLACES: &[Place] = &[
    ("/name", &["replace"], Kind::Text),
    ("/description", &["replace"], Kind::Text),
    ("/enabled", &["replace"], Kind::Flag),
    ("/customerId", &["replace"], Kind::Text),
];

/// A key by id.
pub(crate) fn find(view: &View, id: &str) -> Result<(TaggedRow, ApiKey)> {
    let row = view.get(&API_KEYS, id)?.ok_or_else(errors::no_api_key)?;
    let key = unpacked(&row.settings)?;
    Ok((row, key))
}

/// A key by the value that a client shows.
pub(crate) fn by_value(view: &View, value: &str) -> Result<Option<ApiKey>> {
    let Some(row) = view.get(&API_KEY_VALUES, value)? else { return Ok(None) };
    find(view, &row.name).map(|(_, key)| Some(key))
}

fn keep(cx: &mut Cx, mut row: TaggedRow, key: &ApiKey) -> Result<()> {
    row.settings = packed(key);
    cx.put(&API_KEYS, row.id.clone().as_str(), &row)
}

/// As answers show a key, with its value or without.
fn shown(row: TaggedRow, key: ApiKey, whole: bool) -> ApiKey {
    let value = key.value.filter(|_| whole);
    ApiKey { value, tags: (!row.tags.is_empty()).then_some(row.tags), ..key }
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html>
pub fn create_api_key(cx: &mut Cx, input: CreateApiKeyRequest) -> Result<ApiKey> {
    let CreateApiKeyRequest { name, description, enabled, generate_distinct_id, value, stage_keys, customer_id, tags } =
        input;
    if generate_distinct_id == Some(false) {
        return Err(errors::refuse("member generateDistinctId false", cx));
    }
    if stage_keys.is_some_and(|keys| !keys.is_empty()) {
        return Err(errors::refuse("member stageKeys", cx));
    }
    let tags = tags.unwrap_or_default();
    tags::check(cx, &tags)?;
    if cx.rows(&API_KEYS, ()).count() >= MOST {
        return Err(Error::new(
            "LimitExceededException",
            "Maximum number of API keys for this account has been reached.",
        ));
    }
    let value = value.unwrap_or_else(|| cx.entropy().text(VALUE_LETTERS, LENGTH));
    if !LENGTHS.contains(&value.len()) {
        return Err(errors::bad_request("API Key value should be at least 20 characters"));
    }
    if cx.has(&API_KEY_VALUES, value.as_str())? {
        return Err(errors::conflict("API Key already exists"));
    }
    let id = cx.entropy().text(LETTERS, 10);
    let key = ApiKey {
        id: Some(id.clone()),
        value: Some(value.clone()),
        name,
        customer_id,
        description,
        enabled: Some(enabled.unwrap_or_default()),
        created_date: Some(cx.now().whole_secs()),
        last_updated_date: Some(cx.now().whole_secs()),
        stage_keys: Some(Vec::new()),
        tags: None,
    };
    let row = TaggedRow { id: id.clone(), tags, ..TaggedRow::default() };
    cx.put(&API_KEY_VALUES, value.as_str(), &PartRow { name: id, ..PartRow::default() })?;
    keep(cx, row.clone(), &key)?;
    Ok(shown(row, key, true))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKey.html>
pub fn get_api_key(view: &View, input: GetApiKeyRequest) -> Result<ApiKey> {
    let GetApiKeyRequest { api_key, include_value } = input;
    let (row, key) = find(view, &api_key)?;
    Ok(shown(row, key, include_value == Some(true)))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKeys.html>
pub fn get_api_keys(view: &View, input: GetApiKeysRequest) -> Result<ApiKeys> {
    let GetApiKeysRequest { position, limit, name_query, customer_id, include_values } = input;
    let page = paging::page(limit, position.as_deref())?;
    let fits = |row: &TaggedRow| {
        let key: ApiKey = unpacked(&row.settings).unwrap_or_default();
        let named = name_query.as_ref().is_none_or(|query| key.name.unwrap_or_default().starts_with(query.as_str()));
        named && (customer_id.is_none() || key.customer_id == customer_id)
    };
    let (rows, next) = view.page(&API_KEYS, (), &page, fits)?;
    let read = |row: TaggedRow| {
        let key = unpacked(&row.settings)?;
        Ok(shown(row, key, include_values == Some(true)))
    };
    let items = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(ApiKeys { warnings: None, position: next.map(|token| token.encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateApiKey.html>
pub fn update_api_key(cx: &mut Cx, input: UpdateApiKeyRequest) -> Result<ApiKey> {
    let UpdateApiKeyRequest { api_key, patch_operations } = input;
    let (row, mut key) = find(cx, &api_key)?;
    patch::refuse(cx, patch_operations.as_ref(), &["/stages", "/labels"])?;
    patch::apply(&mut key, patch_operations, PLACES)?;
    key.last_updated_date = Some(cx.now().whole_secs());
    keep(cx, row.clone(), &key)?;
    Ok(shown(row, key, false))
}

/// It leaves the usage plans in which it is.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteApiKey.html>
pub fn delete_api_key(cx: &mut Cx, input: DeleteApiKeyRequest) -> Result<Nothing> {
    let DeleteApiKeyRequest { api_key } = input;
    let (_, key) = find(cx, &api_key)?;
    let plans: Vec<TaggedRow> = cx.rows(&USAGE_PLANS, ()).collect::<Result<_>>()?;
    for plan in plans {
        cx.delete(&PLAN_KEYS, &(plan.id, api_key.clone()))?;
    }
    cx.delete(&API_KEY_VALUES, key.value.unwrap_or_default().as_str())?;
    cx.delete(&API_KEYS, api_key.as_str())?;
    Ok(Nothing {})
}
