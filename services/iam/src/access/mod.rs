//! What a caller must be allowed to do for each operation: actions, ARNs, tags and condition keys.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>

mod account;
mod check;
mod delegations;
mod groups;
mod policies;
mod profiles;
mod providers;
mod roles;
mod users;

pub use account::*;
pub use delegations::*;
pub use groups::*;
pub use policies::*;
pub use profiles::*;
pub use providers::*;
pub use roles::*;
pub use users::*;

/// Operations with one check, which one member of the request decides: the member, the action, and how the member
/// leads to the check.
macro_rules! one_check {
    ($($function:ident($request:ident.$field:ident) $action:literal, $how:expr;)*) => {
        $(pub fn $function(view: &View, input: &$request) -> Result<Access> {
            Ok(Access::to($how(view, $action, &input.$field)?))
        })*
    };
}

/// The same for operations that attach or detach the policy `policy_arn`.
macro_rules! attaching {
    ($($function:ident($request:ident.$field:ident) $action:literal, $how:expr;)*) => {
        $(pub fn $function(view: &View, input: &$request) -> Result<Access> {
            Ok(Access::to($how(view, $action, &input.$field)?.key("iam:PolicyARN", input.policy_arn.as_str())))
        })*
    };
}

/// The same for operations that set `tags`.
macro_rules! tagging {
    ($($function:ident($request:ident.$field:ident) $action:literal, $how:expr;)*) => {
        $(pub fn $function(view: &View, input: &$request) -> Result<Access> {
            let check = $how(view, $action, &input.$field)?;
            Ok(Access::to(check.request_tags(check::pairs(&input.tags))))
        })*
    };
}

/// The same for operations that take away `tag_keys`.
macro_rules! untagging {
    ($($function:ident($request:ident.$field:ident) $action:literal, $how:expr;)*) => {
        $(pub fn $function(view: &View, input: &$request) -> Result<Access> {
            let check = $how(view, $action, &input.$field)?;
            Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
        })*
    };
}

/// Operations on the account as a whole.
macro_rules! on_all {
    ($($function:ident($request:ident) $action:literal;)*) => {
        $(pub fn $function(_: &View, _: &$request) -> Result<Access> {
            Ok(Access::to(Check::new($action, "*")))
        })*
    };
}

use {attaching, on_all, one_check, tagging, untagging};
