//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html>

use crate::api::*;
use crate::names::{self, Named};
use crate::state::TRAILS;
use service::{Access, Check, Result, View};

/// A role that is handed over needs PassRole, tags on creation AddTags.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html>
pub fn create_trail(view: &View, input: &CreateTrailRequest) -> Result<Access> {
    let tags = pairs(input.tags_list.as_deref().unwrap_or_default());
    let mut checks = vec![trail(view, "cloudtrail:CreateTrail", &input.name)?.request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(trail(view, "cloudtrail:AddTags", &input.name)?.request_tags(tags));
    }
    checks.extend(pass(input.cloud_watch_logs_role_arn.as_deref()));
    Ok(Access::Checks(checks))
}

pub fn update_trail(view: &View, input: &UpdateTrailRequest) -> Result<Access> {
    let own = trail(view, "cloudtrail:UpdateTrail", &input.name)?;
    Ok(Access::Checks([own].into_iter().chain(pass(input.cloud_watch_logs_role_arn.as_deref())).collect()))
}

pub fn add_tags(view: &View, input: &AddTagsRequest) -> Result<Access> {
    let check = trail(view, "cloudtrail:AddTags", &input.resource_id)?;
    Ok(Access::to(check.request_tags(pairs(&input.tags_list))))
}

pub fn remove_tags(view: &View, input: &RemoveTagsRequest) -> Result<Access> {
    let keys = input.tags_list.iter().map(|tag| tag.key.clone());
    Ok(Access::to(trail(view, "cloudtrail:RemoveTags", &input.resource_id)?.keys("aws:TagKeys", keys)))
}

pub fn list_tags(view: &View, input: &ListTagsRequest) -> Result<Access> {
    let checks = input.resource_id_list.iter().map(|id| trail(view, "cloudtrail:ListTags", id));
    Ok(Access::Checks(checks.collect::<Result<_>>()?))
}

/// Operations on one trail, with the member that names it.
macro_rules! on_trail {
    ($($function:ident, $input:ident, $member:ident, $action:literal;)*) => { $(
        pub fn $function(view: &View, input: &$input) -> Result<Access> {
            Ok(Access::to(trail(view, $action, &input.$member)?))
        }
    )* };
}

on_trail! {
    delete_trail, DeleteTrailRequest, name, "cloudtrail:DeleteTrail";
    get_trail, GetTrailRequest, name, "cloudtrail:GetTrail";
    get_trail_status, GetTrailStatusRequest, name, "cloudtrail:GetTrailStatus";
    start_logging, StartLoggingRequest, name, "cloudtrail:StartLogging";
    stop_logging, StopLoggingRequest, name, "cloudtrail:StopLogging";
    put_event_selectors, PutEventSelectorsRequest, trail_name, "cloudtrail:PutEventSelectors";
    get_event_selectors, GetEventSelectorsRequest, trail_name, "cloudtrail:GetEventSelectors";
}

/// Operations on no trail in particular.
macro_rules! on_none {
    ($($function:ident, $input:ident, $action:literal;)*) => { $(
        pub fn $function(_view: &View, _input: &$input) -> Result<Access> {
            Ok(Access::to(Check::new($action, "*")))
        }
    )* };
}

on_none! {
    describe_trails, DescribeTrailsRequest, "cloudtrail:DescribeTrails";
    list_trails, ListTrailsRequest, "cloudtrail:ListTrails";
    list_public_keys, ListPublicKeysRequest, "cloudtrail:ListPublicKeys";
    lookup_events, LookupEventsRequest, "cloudtrail:LookupEvents";
}

fn trail(view: &View, action: &'static str, text: &str) -> Result<Check> {
    let named = Named::read(view, text)?;
    let arn = match named.by_arn {
        true => text.to_owned(),
        false => names::arn(view, &named.region, &named.name).to_string(),
    };
    let check = Check::new(action, arn);
    Ok(match view.get(&TRAILS, &(named.region, named.name))? {
        Some(row) => check.resource_tags(row.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        None => check,
    })
}

fn pass(role: Option<&str>) -> Option<Check> {
    let role = role.filter(|role| !role.is_empty())?;
    Some(Check::new("iam:PassRole", role).key("iam:PassedToService", FACTS.principal))
}

fn pairs(tags: &[Tag]) -> Vec<(&str, &str)> {
    tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_deref().unwrap_or_default())).collect()
}
