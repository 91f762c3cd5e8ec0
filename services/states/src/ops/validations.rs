//! Checking a definition without making a machine of it.

use crate::api::*;
use crate::{definitions, errors};
use service::{Result, View};

/// Warnings are not given: see the README.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html>
pub fn validate_state_machine_definition(
    view: &View,
    input: ValidateStateMachineDefinitionInput,
) -> Result<ValidateStateMachineDefinitionOutput> {
    let ValidateStateMachineDefinitionInput { definition, type_, severity, max_results } = input;
    if type_.as_deref() == Some("EXPRESS") {
        return Err(errors::refuse("a state machine of type EXPRESS"));
    }
    if severity.as_deref() == Some("WARNING") {
        return Err(errors::refuse("the severity WARNING"));
    }
    let most = max_results.and_then(|most| usize::try_from(most).ok()).filter(|most| *most > 0).unwrap_or(100);
    let wrong = definitions::diagnosed(view, &definition)?;
    let truncated = wrong.len() > most;
    let result = if wrong.is_empty() { "OK" } else { "FAIL" };
    let shown = wrong.into_iter().take(most).map(|one| ValidateStateMachineDefinitionDiagnostic {
        severity: "ERROR".to_owned(),
        code: one.code.to_owned(),
        message: one.message,
        location: one.location,
    });
    Ok(ValidateStateMachineDefinitionOutput {
        result: result.to_owned(),
        diagnostics: shown.collect(),
        truncated: Some(truncated),
    })
}
