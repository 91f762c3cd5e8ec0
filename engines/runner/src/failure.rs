use serde_json::json;
use service::function::{Failure, FunctionError};

/// An error of the platform's own.
pub(crate) fn failure(error_type: &str, message: &str) -> Failure {
    let payload = json!({ "errorType": error_type, "errorMessage": message }).to_string();
    Failure { kind: FunctionError::Unhandled, error_type: error_type.to_owned(), payload: payload.into() }
}
