//! The errors of AWS CloudTrail, in AWS's words where they were seen. Codes are the names of the model's error shapes.

use service::Error;
use std::fmt::Display;

pub fn trail_not_found(name: &str, account: impl Display) -> Error {
    Error::new("TrailNotFoundException", format!("Unknown trail: {name} for the user: {account}"))
}

pub fn trail_exists(name: &str, account: impl Display) -> Error {
    Error::new("TrailAlreadyExistsException", format!("Trail {name} already exists for customer: {account}"))
}

pub fn too_many_trails(most: usize, region: impl Display) -> Error {
    Error::new("MaximumNumberOfTrailsExceededException", format!("User already has {most} trails in {region}"))
}

pub fn trail_name(text: impl Into<String>) -> Error {
    Error::new("InvalidTrailNameException", text.into())
}

pub fn invalid_arn(arn: &str) -> Error {
    Error::new("CloudTrailARNInvalidException", format!("Trail ARN {arn} is not valid."))
}

pub fn home_region(name: &str, region: &str) -> Error {
    let text = format!("The trail {name} can be changed in its home region alone, which is {region}.");
    Error::new("InvalidHomeRegionException", text)
}

pub fn bucket_name(text: impl Into<String>) -> Error {
    Error::new("InvalidS3BucketNameException", text.into())
}

pub fn no_such_bucket(bucket: &str) -> Error {
    Error::new("S3BucketDoesNotExistException", format!("S3 bucket {bucket} does not exist!"))
}

pub fn bucket_policy(bucket: &str) -> Error {
    let text = format!("Incorrect S3 bucket policy is detected for bucket: {bucket}");
    Error::new("InsufficientS3BucketPolicyException", text)
}

pub fn encryption_policy(bucket: &str, key: &str) -> Error {
    let text = format!("Insufficient permissions to access S3 bucket {bucket} or KMS key {key}.");
    Error::new("InsufficientEncryptionPolicyException", text)
}

pub fn prefix(text: impl Into<String>) -> Error {
    Error::new("InvalidS3PrefixException", text.into())
}

pub fn topic_name(name: &str) -> Error {
    Error::new("InvalidSnsTopicNameException", format!("SNS topic name {name} is not valid."))
}

pub fn topic_policy() -> Error {
    let text = "SNS Topic does not exist or the topic policy is incorrect!";
    Error::new("InsufficientSnsTopicPolicyException", text)
}

pub fn log_group(text: &'static str) -> Error {
    Error::new("InvalidCloudWatchLogsLogGroupArnException", text)
}

pub fn log_role(text: &'static str) -> Error {
    Error::new("InvalidCloudWatchLogsRoleArnException", text)
}

pub fn kms_key_not_found(key: &str) -> Error {
    Error::new("KmsKeyNotFoundException", format!("KMS key {key} does not exist."))
}

pub fn kms_key_disabled(key: &str) -> Error {
    Error::new("KmsKeyDisabledException", format!("KMS key {key} is disabled."))
}

pub fn combination(text: &'static str) -> Error {
    Error::new("InvalidParameterCombinationException", text)
}

pub fn no_organization() -> Error {
    let text = "The request could not be completed because the account is not a member of an organization.";
    Error::new("OrganizationsNotInUseException", text)
}

pub fn selectors(text: impl Into<String>) -> Error {
    Error::new("InvalidEventSelectorsException", text.into())
}

pub fn tag_parameter(text: impl Into<String>) -> Error {
    Error::new("InvalidTagParameterException", text.into())
}

pub fn too_many_tags() -> Error {
    Error::new("TagsLimitExceededException", "The number of tags per trail has exceeded the permitted amount of 50.")
}

pub fn no_such_resource(id: &str) -> Error {
    Error::new("ResourceNotFoundException", format!("The resource {id} does not exist."))
}

pub fn time_range() -> Error {
    Error::new("InvalidTimeRangeException", "The start time is after the end time.")
}

pub fn lookup_attributes(text: impl Into<String>) -> Error {
    Error::new("InvalidLookupAttributesException", text.into())
}

pub fn max_results() -> Error {
    Error::new("InvalidMaxResultsException", "Max results must be between 1 and 50.")
}

pub fn next_token() -> Error {
    Error::new("InvalidNextTokenException", "Invalid token or time range: use the parameters of the first request.")
}

pub fn token() -> Error {
    Error::new("InvalidTokenException", "The token is not valid.")
}

pub fn event_category(category: &str) -> Error {
    Error::new("InvalidEventCategoryException", format!("Event category {category} is not valid."))
}

pub fn not_implemented(what: &str) -> Error {
    let text = format!("cloudtrail: {what} is not implemented here; trying again will not help.");
    Error::new("NotImplemented", text).status(400)
}
