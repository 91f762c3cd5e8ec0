//! The errors of AWS X-Ray, in AWS's words. Codes are the names of the model's error shapes.

use service::Error;

pub fn invalid(text: impl Into<String>) -> Error {
    Error::new("InvalidRequestException", text.into())
}

pub fn not_found(arn: &str) -> Error {
    Error::new("ResourceNotFoundException", "The resource was not found. Verify that the name or ARN is correct.")
        .with("ResourceName", arn)
}

pub fn too_many_tags(arn: &str) -> Error {
    let text = "You have exceeded the maximum number of tags you can apply to this resource.";
    Error::new("TooManyTagsException", text).with("ResourceName", arn)
}

pub fn too_many_rules(most: usize) -> Error {
    Error::new("RuleLimitExceededException", format!("You have reached the maximum number of sampling rules: {most}."))
}

/// What is left out is refused by name.
pub fn refuse(what: &str) -> Error {
    let text = format!("xray: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
