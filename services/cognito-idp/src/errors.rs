//! The errors of user pools, in AWS's words. Codes are the names of the model's error shapes.
//!
//! AWS documents few of its texts. They are those that it was seen to answer, in users' reports and in tests that were
//! run against it.

use service::{Error, View};
use std::fmt::Display;

pub fn invalid(text: impl Into<String>) -> Error {
    Error::new("InvalidParameterException", text.into())
}

pub fn not_authorized(text: impl Into<String>) -> Error {
    Error::new("NotAuthorizedException", text.into())
}

/// What is not in this cloud, by the name of a member or a value of one.
pub fn refuse(what: &str, view: &View) -> Error {
    let text = format!("cognito-idp:{} {what} is not implemented by Terrella", view.request().operation);
    Error::new("NotImplemented", text).status(400)
}

pub fn no_pool(id: &str) -> Error {
    Error::new("ResourceNotFoundException", format!("User pool {id} does not exist."))
}

pub fn no_client(id: &str) -> Error {
    Error::new("ResourceNotFoundException", format!("User pool client {id} does not exist."))
}

pub fn no_user() -> Error {
    Error::new("UserNotFoundException", "User does not exist.")
}

pub fn no_group() -> Error {
    Error::new("ResourceNotFoundException", "Group not found.")
}

pub fn wrong_password() -> Error {
    not_authorized("Incorrect username or password.")
}

pub fn not_confirmed() -> Error {
    Error::new("UserNotConfirmedException", "User is not confirmed.")
}

pub fn reset_required() -> Error {
    Error::new("PasswordResetRequiredException", "Password reset required for the user")
}

pub fn wrong_code() -> Error {
    Error::new("CodeMismatchException", "Invalid verification code provided, please try again.")
}

pub fn expired_code() -> Error {
    Error::new("ExpiredCodeException", "Invalid code provided, please request a code again.")
}

pub fn too_many_attempts() -> Error {
    Error::new("LimitExceededException", "Attempt limit exceeded, please try after some time.")
}

pub fn bad_password(why: &str) -> Error {
    Error::new("InvalidPasswordException", format!("Password did not conform with policy: {why}"))
}

pub fn user_exists() -> Error {
    Error::new("UsernameExistsException", "User already exists")
}

/// Of an attribute that is a username.
pub fn account_exists(attribute: &str) -> Error {
    Error::new("UsernameExistsException", format!("An account with the given {attribute} already exists."))
}

pub fn alias_exists(attribute: &str) -> Error {
    Error::new("AliasExistsException", format!("An account with the {attribute} already exists."))
}

pub fn schema(text: impl Display) -> Error {
    invalid(format!("Attributes did not conform to the schema: {text}"))
}

pub fn wrong_session() -> Error {
    not_authorized("Invalid session for the user.")
}

pub fn expired_session() -> Error {
    not_authorized("Invalid session for the user, session is expired.")
}

pub fn missing_parameter(name: &str) -> Error {
    invalid(format!("Missing required parameter {name}"))
}

pub fn tagging(text: impl Into<String>) -> Error {
    Error::new("UserPoolTaggingException", text.into()).status(400)
}
