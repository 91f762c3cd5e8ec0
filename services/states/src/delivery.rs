//! What tasks' calls came to. Whether one is tried again is for the state machine to say, so no delivery is.

use crate::run::Run;
use crate::token::TaskToken;
use service::{Cx, Delivery, Next, Result, Value};

/// Is told how a delivery ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    let Some(token) = TaskToken::read(&delivery.tag) else { return Ok(Next::Done) };
    let Some(mut run) = Run::resume(cx, &token.machine, &token.execution)? else { return Ok(Next::Done) };
    // An attempt that was given up meanwhile has no use for its answer.
    let Some(waiting) = run.waiting(token.thread, token.attempt)? else { return Ok(Next::Done) };
    run.answered(waiting, result, &delivery.request.to_string())?;
    run.go()?;
    Ok(Next::Done)
}
