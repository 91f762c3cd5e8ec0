//! Statuses and reasons, in AWS's words.

use service::{Error, IndexMap};

/// Why a resource is replaced.
pub const REPLACED: &str = "Requested update requires the creation of a new physical resource; hence creating one.";

/// A custom resource that should be made by another function.
pub const OTHER_TOKEN: &str = "Modifying service token is not allowed.";

/// Whether a stack of this status is deleted.
pub fn is_gone(status: &str) -> bool {
    status == "DELETE_COMPLETE"
}

/// Whether something is being done to a stack of this status.
pub fn is_busy(status: &str) -> bool {
    status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS"
}

/// The statuses of the beginning and the failure of a resource's change.
pub fn of_change(is_there: bool) -> (&'static str, &'static str) {
    if is_there { ("UPDATE_IN_PROGRESS", "UPDATE_FAILED") } else { ("CREATE_IN_PROGRESS", "CREATE_FAILED") }
}

/// Which resources failed to do what.
pub fn failed_resources(failed: &IndexMap<String, String>) -> String {
    let mut out = String::new();
    for verb in ["create", "update", "delete"] {
        let names: Vec<&str> = failed.iter().filter(|(_, did)| *did == verb).map(|(name, _)| name.as_str()).collect();
        if !names.is_empty() {
            out.push_str(&format!("The following resource(s) failed to {verb}: [{}]. ", names.join(", ")));
        }
    }
    out
}

/// A type that no service declares.
pub fn unknown_type(kind: &str) -> String {
    format!("Template format error: Unrecognized resource types: [{kind}]")
}

/// A property that would have an effect that cannot be given here.
pub fn refused_property(kind: &str, property: &str) -> String {
    format!("The property {property} of {kind} is not implemented.")
}

/// A resource that cannot stand beside its successor, which would have its name.
pub fn custom_named(name: &str) -> String {
    format!(
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} and update the \
         stack again."
    )
}

/// A resource that is not there once it was made.
pub fn not_stabilized(kind: &str, id: &str, token: &str) -> String {
    handler(&format!("Resource of type '{kind}' with identifier '{id}' did not stabilize."), token, "NotStabilized")
}

/// A call of a step that failed.
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html>
pub fn failed(service: &str, kind: &str, error: &Error, token: &str) -> String {
    // What a stack does itself is told as it is.
    if service == crate::api::FACTS.prefix && error.cause().is_none() {
        return error.message().to_owned();
    }
    let code = error.code();
    let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
    let told = match () {
        () if has(&["AccessDenied", "AuthorizationError", "Unauthorized"]) => "AccessDenied",
        () if has(&["AlreadyExist", "EntityAlready", "NameExists", "InUse"]) => "AlreadyExists",
        () if has(&["NotFound", "NoSuch", "NonExistent", "DoesNotExist"]) => "NotFound",
        () if has(&["LimitExceeded", "Quota"]) => "ServiceLimitExceeded",
        () if has(&["Throttl", "TooManyRequests"]) => "Throttling",
        () if has(&["Conflict"]) => "ResourceConflict",
        () if has(&["Validation", "Invalid", "Malformed", "Serialization", "MissingParameter"]) => "InvalidRequest",
        () if error.is_receiver_fault() && !has(&["NotImplemented"]) => "ServiceInternalError",
        () => "GeneralServiceException",
    };
    let why = match error.cause() {
        Some(cause) => format!("{} ({kind} of {service}: {cause})", error.message()),
        None => error.message().to_owned(),
    };
    handler(&why, token, told)
}

fn handler(message: &str, token: &str, code: &str) -> String {
    format!("Resource handler returned message: \"{message}\" (RequestToken: {token}, HandlerErrorCode: {code})")
}
