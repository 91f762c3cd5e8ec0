//! How log groups and streams are called.

use crate::errors;
use crate::state::{GROUPS, Group, STREAMS, Stream};
use service::{AccountId, ArnParts, Region, Result, Scope, View};

const GROUP: &str = "log-group:";

/// The ARN of a log group without an end. Tags go by it.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html>
pub fn group_arn(view: &View, name: &str) -> String {
    view.arn("logs", format_args!("{GROUP}{name}")).to_string()
}

/// The ARN of a log group's streams, which permissions go by: its end is `:*`.
pub fn streams_arn(view: &View, name: &str) -> String {
    view.arn("logs", format_args!("{GROUP}{name}:*")).to_string()
}

/// The ARN of a log stream.
pub fn stream_arn(view: &View, group: &str, stream: &str) -> String {
    view.arn("logs", format_args!("{GROUP}{group}:log-stream:{stream}")).to_string()
}

/// The name in the ARN of a log group, with either end, and where the group is.
fn of_arn(arn: &str) -> Option<(Scope, &str)> {
    let parts = ArnParts::parse(arn).ok().filter(|parts| parts.service == "logs")?;
    let name = parts.resource.strip_prefix(GROUP)?;
    let account: AccountId = parts.account.parse().ok()?;
    let region = Region::new(parts.region)?;
    Some((Scope::new(account, region), name.strip_suffix(":*").unwrap_or(name)))
}

/// The name of the log group that a request means by either of two members.
pub fn named<'i>(view: &View, name: Option<&'i str>, identifier: Option<&'i str>) -> Result<&'i str> {
    match (name, identifier) {
        (Some(_), Some(_)) => {
            Err(errors::invalid("LogGroup name and LogGroup identifier are mutually exclusive parameters."))
        }
        (Some(name), None) => Ok(name),
        (None, Some(identifier)) => identified(view, identifier),
        (None, None) => Err(errors::invalid("LogGroup name or LogGroup identifier must be specified.")),
    }
}

/// The name in an identifier, which is a name or an ARN.
pub fn identified<'i>(view: &View, identifier: &'i str) -> Result<&'i str> {
    if !identifier.starts_with("arn:") {
        return Ok(identifier);
    }
    match of_arn(identifier) {
        Some((scope, _)) if scope != view.scope() => {
            Err(errors::not_implemented("a log group of another account or region"))
        }
        Some((_, name)) if !identifier.ends_with(":*") => Ok(name),
        _ => Err(errors::invalid("The specified log group identifier is invalid.")),
    }
}

/// The name in the ARN by which a log group is tagged.
pub fn tagged<'i>(view: &View, arn: &'i str) -> Result<&'i str> {
    match of_arn(arn) {
        Some((scope, name)) if scope == view.scope() => Ok(name),
        Some(_) => Err(errors::group_not_found()),
        None if arn.starts_with("arn:") => Err(errors::not_implemented("a tag on anything but a log group")),
        None => Err(errors::invalid("The specified resourceArn is invalid.")),
    }
}

/// The log group of a name.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn group(view: &View, name: &str) -> Result<Group> {
    view.get(&GROUPS, name)?.ok_or_else(errors::group_not_found)
}

/// A log stream of a group.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn stream(view: &View, group: &Group, name: &str) -> Result<Stream> {
    view.get(&STREAMS, &(group.id, name.to_owned()))?.ok_or_else(errors::stream_not_found)
}
