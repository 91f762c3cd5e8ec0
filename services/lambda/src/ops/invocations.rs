//! Functions are invoked.

use crate::address::Address;
use crate::api::*;
use crate::errors::{self, refuse};
use crate::invoking::{self, Wish};
use crate::resolve::Resolved;
use crate::{access, asynchronous, tracing};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{Bytes, Cx, Error, Result};

/// The largest event of a synchronous invocation, in bytes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LARGEST_EVENT: usize = 6 << 20;
/// The largest event of an asynchronous invocation, in bytes.
const LARGEST_ASYNCHRONOUS: usize = 1 << 20;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
pub fn invoke(cx: &mut Cx, input: InvocationRequest) -> Result<InvocationResponse> {
    let InvocationRequest {
        function_name,
        invocation_type,
        log_type,
        client_context,
        durable_execution_name,
        payload,
        qualifier,
        tenant_id,
    } = input;
    errors::unless([
        (durable_execution_name.is_some(), refuse("DurableExecutionName")),
        (tenant_id.is_some(), refuse("TenantId")),
    ])?;
    let address = Address::of(cx, &function_name, qualifier.as_deref())?;
    let payload = checked(payload, invocation_type.as_deref())?;
    cx.in_scope(address.scope, |cx| {
        let mut chance = cx.entropy().fork();
        let resolved = Resolved::drawn(cx, &address, &mut chance)?;
        match invocation_type.as_deref() {
            Some("DryRun") => Ok(InvocationResponse { status_code: Some(204), ..InvocationResponse::default() }),
            Some("Event") => {
                let trace = tracing::accepted(cx, &resolved);
                asynchronous::accept(cx, &address, payload, trace)?;
                Ok(InvocationResponse { status_code: Some(202), ..InvocationResponse::default() })
            }
            _ => {
                let (request_id, client_context) = identity(cx, client_context)?;
                let is_event = access::is_lambda_itself(cx) && request_id != cx.request().id.to_string();
                let wish =
                    Wish { address: &address, resolved: &resolved, payload, request_id, client_context, is_event };
                let end = invoking::run(cx, wish)?;
                let tail = (log_type.as_deref() == Some("Tail")).then(|| invoking::tail(&end));
                let (payload, function_error) = match end.result {
                    Ok(payload) => (payload, None),
                    Err(failure) => (failure.payload, Some(failure.kind.as_str().to_owned())),
                };
                Ok(InvocationResponse {
                    status_code: Some(200),
                    function_error,
                    log_result: tail,
                    payload: Some(payload),
                    executed_version: Some(resolved.version),
                    durable_execution_arn: None,
                })
            }
        }
    })
}

/// The event: JSON, and not too large. None at all is an empty object.
fn checked(payload: Option<Bytes>, kind: Option<&str>) -> Result<Bytes> {
    let payload = payload.filter(|payload| !payload.is_empty()).unwrap_or_else(|| Bytes::from_static(b"{}"));
    let limit = if kind == Some("Event") { LARGEST_ASYNCHRONOUS } else { LARGEST_EVENT };
    if payload.len() > limit {
        return Err(errors::too_large(limit, "InvokeFunction"));
    }
    // Only its form is looked at; what it says is the function's.
    let read = serde_json::from_slice::<&serde_json::value::RawValue>(&payload);
    read.map_err(|fault| {
        let text = format!("Could not parse request body into json: Could not parse payload into json: {fault}");
        Error::new("InvalidRequestContentException", text).with("Type", "User")
    })?;
    Ok(payload)
}

/// The request's id as the function sees it, and the client's context. Between the halves of an asynchronous invocation the
/// context is the id.
fn identity(cx: &Cx, context: Option<String>) -> Result<(String, Option<String>)> {
    let own = cx.request().id.to_string();
    let Some(context) = context.filter(|text| !text.is_empty()) else { return Ok((own, None)) };
    if access::is_lambda_itself(cx) {
        return Ok((context, None));
    }
    let decoded = STANDARD.decode(&context).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let json = decoded.filter(|text| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok());
    let json = json.ok_or_else(|| {
        let text = "Client context must be a valid Base64-encoded JSON object.";
        Error::new("InvalidRequestContentException", text).with("Type", "User")
    })?;
    Ok((own, Some(json)))
}
