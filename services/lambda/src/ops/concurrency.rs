//! Reserved concurrency.
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>

use crate::address::Address;
use crate::api::*;
use crate::errors;
use crate::invoking::{CONCURRENCY, reserved};
use crate::state::FUNCTIONS;
use service::{Cx, Nothing, Result, View};

/// What must be left for functions that have none of their own.
const LEAST_UNRESERVED: i64 = 100;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html>
pub fn put_function_concurrency(cx: &mut Cx, input: PutFunctionConcurrencyRequest) -> Result<Concurrency> {
    let PutFunctionConcurrencyRequest { function_name, reserved_concurrent_executions } = input;
    let address = Address::of(cx, &function_name, None)?.unqualified()?;
    let mut function = address.own(cx)?;
    let others = reserved(cx)? - function.reserved.unwrap_or_default();
    if CONCURRENCY - others - reserved_concurrent_executions < LEAST_UNRESERVED {
        let text = format!(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution \
             below its minimum value of [{LEAST_UNRESERVED}]."
        );
        return Err(errors::invalid(text));
    }
    function.reserved = Some(reserved_concurrent_executions);
    cx.put(&FUNCTIONS, address.name.as_str(), &function)?;
    Ok(Concurrency { reserved_concurrent_executions: function.reserved })
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html>
pub fn get_function_concurrency(
    view: &View,
    input: GetFunctionConcurrencyRequest,
) -> Result<GetFunctionConcurrencyResponse> {
    let GetFunctionConcurrencyRequest { function_name } = input;
    let function = Address::of(view, &function_name, None)?.unqualified()?.own(view)?;
    Ok(GetFunctionConcurrencyResponse { reserved_concurrent_executions: function.reserved })
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html>
pub fn delete_function_concurrency(cx: &mut Cx, input: DeleteFunctionConcurrencyRequest) -> Result<Nothing> {
    let DeleteFunctionConcurrencyRequest { function_name } = input;
    let address = Address::of(cx, &function_name, None)?.unqualified()?;
    let mut function = address.own(cx)?;
    function.reserved = None;
    cx.put(&FUNCTIONS, address.name.as_str(), &function)?;
    Ok(Nothing {})
}
