//! What is wrong with a definition.
//! <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html>

/// The definition is no JSON.
pub const INVALID_JSON: &str = "INVALID_JSON_DESCRIPTION";
/// It breaks the language's rules.
pub const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";
/// A transition leads nowhere, or no transition leads to a state.
pub const TRANSITION: &str = "MISSING_TRANSITION_TARGET";
/// It never ends.
pub const NO_END: &str = "MISSING_END_STATE";
/// Two states go by the same name.
pub const DUPLICATE: &str = "DUPLICATE_STATE_NAME";
/// Blocks within blocks without end.
pub const TOO_DEEP: &str = "TOO_DEEPLY_NESTED";

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Its code.
    pub code: &'static str,
    /// What is said of it.
    pub message: String,
    /// Where, such as `/States/Pay/Next`.
    pub location: Option<String>,
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.location {
            Some(location) => write!(f, " at {location}"),
            None => Ok(()),
        }
    }
}

/// Why a definition is not taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Rejection {
    /// It is wrong.
    Wrong(Vec<Diagnostic>),
    /// It uses this, which is not built.
    NotBuilt(String),
}
