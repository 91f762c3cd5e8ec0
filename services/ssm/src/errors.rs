//! The errors of Parameter Store, in AWS's words.

use service::Error;

pub fn validation(text: impl Into<String>) -> Error {
    Error::new("ValidationException", text.into()).status(400)
}

/// AWS says no more than its code.
pub fn not_found() -> Error {
    Error::new("ParameterNotFound", "")
}

pub fn version_not_found(selector: &str, name: &str) -> Error {
    let what = if selector.bytes().all(|b| b.is_ascii_digit()) { "version" } else { "label" };
    let text = format!("Systems Manager could not find {what} {selector} of {name}. Verify the {what} and try again.");
    Error::new("ParameterVersionNotFound", text)
}

pub fn exists() -> Error {
    let text =
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
    Error::new("ParameterAlreadyExists", text)
}

pub fn reserved(name: &str) -> Error {
    let text = format!("No access to reserved parameter name: {name}.");
    Error::new("AccessDeniedException", text).status(400)
}

pub fn too_deep() -> Error {
    let text = "A hierarchy can have a maximum of 15 levels. For more information, see About requirements and constraints for \
                parameter names.";
    Error::new("HierarchyLevelLimitExceededException", text)
}

pub fn other_type() -> Error {
    let text = "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a \
                parameter from a String type to a SecureString type. You must create a new, unique parameter.";
    Error::new("HierarchyTypeMismatchException", text)
}

pub fn invalid_pattern() -> Error {
    Error::new("InvalidAllowedPatternException", "The request doesn't meet the regular expression requirement.")
}

pub fn pattern_mismatch(pattern: &str) -> Error {
    let text = format!("Parameter value, cannot be validated against allowedPattern: {pattern}");
    Error::new("ParameterPatternMismatchException", text)
}

pub fn too_many() -> Error {
    Error::new("ParameterLimitExceeded", "You have exceeded the number of parameters for this AWS account.")
}

pub fn oldest_is_labelled(name: &str, oldest: i64) -> Error {
    let text = format!(
        "You attempted to create a new version of {name} by calling the PutParameter API with the overwrite flag. Version {oldest}, \
         the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the \
         parameter, and try again."
    );
    Error::new("ParameterMaxVersionLimitExceeded", text)
}

pub fn too_many_labels() -> Error {
    let text = "An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A \
                parameter version can have maximum 10 labels.Move one or more labels to another version and try again.";
    Error::new("ParameterVersionLabelLimitExceeded", text)
}

pub fn invalid_key(text: impl Into<String>) -> Error {
    Error::new("InvalidKeyId", text.into())
}

pub fn invalid_filter_key(text: String) -> Error {
    Error::new("InvalidFilterKey", text)
}

pub fn invalid_filter_option(text: String) -> Error {
    Error::new("InvalidFilterOption", text)
}

pub fn invalid_token() -> Error {
    Error::new("InvalidNextToken", "The specified token isn't valid.")
}

pub fn invalid_resource() -> Error {
    Error::new(
        "InvalidResourceId",
        "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
    )
}

/// What is left out is refused by name.
pub fn refuse(what: &str) -> Error {
    let text = format!("ssm: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
