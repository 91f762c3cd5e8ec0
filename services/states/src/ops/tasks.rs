//! Tasks that others carry out: what they send back with their tokens.

use crate::api::*;
use crate::errors;
use crate::language::flow::LARGEST_BYTES;
use crate::run::{End, Run, told_fault};
use crate::token::TaskToken;
use service::{Cx, Result};

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html>
pub fn send_task_success(cx: &mut Cx, input: SendTaskSuccessInput) -> Result<SendTaskSuccessOutput> {
    let SendTaskSuccessInput { task_token, output } = input;
    let token = decoded(&task_token)?;
    if output.len() > LARGEST_BYTES {
        return Err(errors::invalid_output("The output exceeds the maximum number of bytes service limit."));
    }
    let output = serde_json::from_str(&output).map_err(errors::invalid_output)?;
    ended(cx, &token, End::Output(output))?;
    Ok(SendTaskSuccessOutput {})
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html>
pub fn send_task_failure(cx: &mut Cx, input: SendTaskFailureInput) -> Result<SendTaskFailureOutput> {
    let SendTaskFailureInput { task_token, error, cause } = input;
    ended(cx, &decoded(&task_token)?, End::Fault(told_fault(error, cause)))?;
    Ok(SendTaskFailureOutput {})
}

fn ended(cx: &mut Cx, token: &TaskToken, end: End) -> Result<()> {
    let mut run = Run::resume(cx, &token.machine, &token.execution)?.ok_or_else(errors::task_over)?;
    let waiting = run.waiting(token.thread, token.attempt)?.ok_or_else(errors::task_over)?;
    run.settle(waiting, end)?;
    run.go().map(drop)
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html>
pub fn send_task_heartbeat(cx: &mut Cx, input: SendTaskHeartbeatInput) -> Result<SendTaskHeartbeatOutput> {
    let SendTaskHeartbeatInput { task_token } = input;
    let token = decoded(&task_token)?;
    let mut run = Run::resume(cx, &token.machine, &token.execution)?.ok_or_else(errors::task_over)?;
    let (thread, _) = run.waiting(token.thread, token.attempt)?.ok_or_else(errors::task_over)?;
    run.beat(thread)?;
    run.go()?;
    Ok(SendTaskHeartbeatOutput {})
}

fn decoded(text: &str) -> Result<TaskToken> {
    TaskToken::decode(text).ok_or_else(|| errors::invalid_token("Invalid token"))
}
