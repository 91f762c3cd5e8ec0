//! What becomes of asynchronous invocations.

use crate::address::{Address, LATEST};
use crate::api::*;
use crate::paging::page;
use crate::resolve::Resolved;
use crate::state::{INVOKE_CONFIGS, InvokeConfig};
use crate::{errors, peers, shown};
use service::{Cx, Nothing, Result, Token, View};

type Key = (String, String);

fn key_of(view: &View, name: &str, qualifier: Option<&str>) -> Result<(Address, Key)> {
    let address = Address::of(view, name, qualifier)?;
    address.own(view)?;
    Resolved::of(view, &address)?;
    let qualifier = address.qualifier.clone().unwrap_or_else(|| LATEST.to_owned());
    let key = (address.name.clone(), qualifier);
    Ok((address, key))
}

fn missing(address: &Address, key: &Key) -> service::Error {
    let arn = address.qualified(Some(&key.1)).arn();
    errors::not_found(format!("The function {arn} doesn't have an EventInvokeConfig"))
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html>
pub fn put_function_event_invoke_config(
    cx: &mut Cx,
    input: PutFunctionEventInvokeConfigRequest,
) -> Result<FunctionEventInvokeConfig> {
    let PutFunctionEventInvokeConfigRequest {
        function_name,
        qualifier,
        maximum_retry_attempts,
        maximum_event_age_in_seconds,
        destination_config,
    } = input;
    let (address, key) = key_of(cx, &function_name, qualifier.as_deref())?;
    let mut config = InvokeConfig {
        function: key.0.clone(),
        qualifier: key.1.clone(),
        most_retries: maximum_retry_attempts,
        oldest_seconds: maximum_event_age_in_seconds,
        modified_at: cx.now(),
        ..InvokeConfig::default()
    };
    set_destinations(&address, &mut config, destination_config)?;
    cx.put(&INVOKE_CONFIGS, &key, &config)?;
    Ok(shown::invoke_config(cx.scope(), &config))
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html>
pub fn update_function_event_invoke_config(
    cx: &mut Cx,
    input: UpdateFunctionEventInvokeConfigRequest,
) -> Result<FunctionEventInvokeConfig> {
    let UpdateFunctionEventInvokeConfigRequest {
        function_name,
        qualifier,
        maximum_retry_attempts,
        maximum_event_age_in_seconds,
        destination_config,
    } = input;
    let (address, key) = key_of(cx, &function_name, qualifier.as_deref())?;
    let mut config = cx.get(&INVOKE_CONFIGS, &key)?.ok_or_else(|| missing(&address, &key))?;
    config.most_retries = maximum_retry_attempts.or(config.most_retries);
    config.oldest_seconds = maximum_event_age_in_seconds.or(config.oldest_seconds);
    config.modified_at = cx.now();
    set_destinations(&address, &mut config, destination_config)?;
    cx.put(&INVOKE_CONFIGS, &key, &config)?;
    Ok(shown::invoke_config(cx.scope(), &config))
}

/// Sets the destinations that are named; an empty one is taken away.
fn set_destinations(address: &Address, config: &mut InvokeConfig, wish: Option<DestinationConfig>) -> Result<()> {
    let Some(DestinationConfig { on_success, on_failure }) = wish else { return Ok(()) };
    if let Some(OnSuccess { destination }) = on_success {
        config.on_success = destination.filter(|arn| !arn.is_empty());
    }
    if let Some(OnFailure { destination }) = on_failure {
        config.on_failure = destination.filter(|arn| !arn.is_empty());
    }
    for arn in [&config.on_success, &config.on_failure].into_iter().flatten() {
        if arn.contains(":s3:") {
            return Err(errors::not_implemented("a bucket as a destination"));
        }
        if !peers::is_destination(arn) {
            return Err(errors::invalid(format!("The destination ARN {arn} is invalid.")));
        }
        if arn == address.function_arn().as_str() {
            return Err(errors::invalid("You can't specify the function as a destination for itself."));
        }
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html>
pub fn get_function_event_invoke_config(
    view: &View,
    input: GetFunctionEventInvokeConfigRequest,
) -> Result<FunctionEventInvokeConfig> {
    let GetFunctionEventInvokeConfigRequest { function_name, qualifier } = input;
    let (address, key) = key_of(view, &function_name, qualifier.as_deref())?;
    let config = view.get(&INVOKE_CONFIGS, &key)?.ok_or_else(|| missing(&address, &key))?;
    Ok(shown::invoke_config(view.scope(), &config))
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html>
pub fn delete_function_event_invoke_config(
    cx: &mut Cx,
    input: DeleteFunctionEventInvokeConfigRequest,
) -> Result<Nothing> {
    let DeleteFunctionEventInvokeConfigRequest { function_name, qualifier } = input;
    let (address, key) = key_of(cx, &function_name, qualifier.as_deref())?;
    match cx.delete(&INVOKE_CONFIGS, &key)? {
        true => Ok(Nothing {}),
        false => Err(missing(&address, &key)),
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html>
pub fn list_function_event_invoke_configs(
    view: &View,
    input: ListFunctionEventInvokeConfigsRequest,
) -> Result<ListFunctionEventInvokeConfigsResponse> {
    let ListFunctionEventInvokeConfigsRequest { function_name, marker, max_items } = input;
    let address = Address::of(view, &function_name, None)?.unqualified()?;
    address.own(view)?;
    let page = page(marker, max_items)?;
    let (configs, next) = view.page(&INVOKE_CONFIGS, (address.name.as_str(),), &page, |_| true)?;
    let shown = configs.iter().map(|config| shown::invoke_config(view.scope(), config)).collect();
    Ok(ListFunctionEventInvokeConfigsResponse {
        function_event_invoke_configs: Some(shown),
        next_marker: next.as_ref().map(Token::encode),
    })
}
