//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html>

use crate::address::{self, BusAddress, DEFAULT};
use crate::api::*;
use crate::ops::events::is_handed_over;
use crate::ops::tags::Tagged;
use crate::state::RULES;
use service::{Access, ArnParts, Caller, CallerKind, Check, PolicyRole, Result, View};
use std::collections::BTreeMap;

pub fn cancel_replay(view: &View, input: &CancelReplayRequest) -> Result<Access> {
    Ok(own(view, "events:CancelReplay", format!("replay/{}", input.replay_name)))
}

pub fn create_archive(view: &View, input: &CreateArchiveRequest) -> Result<Access> {
    let archive = address::arn(view.scope(), format!("archive/{}", input.archive_name));
    let checks = [archive.as_str(), &input.event_source_arn].map(|arn| Check::new("events:CreateArchive", arn));
    Ok(Access::Checks(checks.into()))
}

/// Tags on creation need TagResource too.
pub fn create_event_bus(view: &View, input: &CreateEventBusRequest) -> Result<Access> {
    let arn = address::arn(view.scope(), format!("event-bus/{}", input.name));
    let tags = pairs(input.tags.as_deref());
    let mut checks = vec![Check::new("events:CreateEventBus", arn.as_str()).request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(Check::new("events:TagResource", arn.as_str()).request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

pub fn delete_archive(view: &View, input: &DeleteArchiveRequest) -> Result<Access> {
    Ok(own(view, "events:DeleteArchive", format!("archive/{}", input.archive_name)))
}

pub fn delete_event_bus(view: &View, input: &DeleteEventBusRequest) -> Result<Access> {
    bus(view, "events:DeleteEventBus", Some(&input.name))
}

pub fn delete_rule(view: &View, input: &DeleteRuleRequest) -> Result<Access> {
    rule(view, "events:DeleteRule", (input.event_bus_name.as_deref(), &input.name)).map(Access::to)
}

pub fn describe_archive(view: &View, input: &DescribeArchiveRequest) -> Result<Access> {
    Ok(own(view, "events:DescribeArchive", format!("archive/{}", input.archive_name)))
}

pub fn describe_event_bus(view: &View, input: &DescribeEventBusRequest) -> Result<Access> {
    bus(view, "events:DescribeEventBus", input.name.as_deref())
}

pub fn describe_replay(view: &View, input: &DescribeReplayRequest) -> Result<Access> {
    Ok(own(view, "events:DescribeReplay", format!("replay/{}", input.replay_name)))
}

pub fn describe_rule(view: &View, input: &DescribeRuleRequest) -> Result<Access> {
    rule(view, "events:DescribeRule", (input.event_bus_name.as_deref(), &input.name)).map(Access::to)
}

pub fn disable_rule(view: &View, input: &DisableRuleRequest) -> Result<Access> {
    rule(view, "events:DisableRule", (input.event_bus_name.as_deref(), &input.name)).map(Access::to)
}

pub fn enable_rule(view: &View, input: &EnableRuleRequest) -> Result<Access> {
    rule(view, "events:EnableRule", (input.event_bus_name.as_deref(), &input.name)).map(Access::to)
}

pub fn list_archives(_view: &View, _input: &ListArchivesRequest) -> Result<Access> {
    Ok(Access::to(Check::new("events:ListArchives", "*")))
}

pub fn list_event_buses(_view: &View, _input: &ListEventBusesRequest) -> Result<Access> {
    Ok(Access::to(Check::new("events:ListEventBuses", "*")))
}

pub fn list_replays(_view: &View, _input: &ListReplaysRequest) -> Result<Access> {
    Ok(Access::to(Check::new("events:ListReplays", "*")))
}

pub fn list_rule_names_by_target(_view: &View, _input: &ListRuleNamesByTargetRequest) -> Result<Access> {
    Ok(Access::to(Check::new("events:ListRuleNamesByTarget", "*")))
}

pub fn list_rules(_view: &View, _input: &ListRulesRequest) -> Result<Access> {
    Ok(Access::to(Check::new("events:ListRules", "*")))
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceRequest) -> Result<Access> {
    tagged(view, "events:ListTagsForResource", &input.resource_arn).map(Access::to)
}

pub fn list_targets_by_rule(view: &View, input: &ListTargetsByRuleRequest) -> Result<Access> {
    rule(view, "events:ListTargetsByRule", (input.event_bus_name.as_deref(), &input.rule)).map(Access::to)
}

/// One check for each bus. An event that a rule hands over without a role comes as the rule's account, which a bus of another
/// account lets in by its policy; a service may always put its own events onto the default bus of the account that they are
/// about.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html>
pub fn put_events(view: &View, input: &PutEventsRequest) -> Result<Access> {
    let mut buses: BTreeMap<String, (BusAddress, Vec<&PutEventsRequestEntry>)> = BTreeMap::new();
    for entry in &input.entries {
        let address = BusAddress::of(view, entry.event_bus_name.as_deref());
        buses.entry(address.arn().to_string()).or_insert_with(|| (address, Vec::new())).1.push(entry);
    }
    let mut checks = Vec::new();
    for (arn, (address, entries)) in &buses {
        checks.push(put_events_check(view, arn, address, entries)?);
    }
    if view.caller().kind != CallerKind::Service {
        return Ok(Access::Checks(checks));
    }
    if is_handed_over(view) {
        let account = account_root(view);
        let let_in = checks.iter().all(|check| view.may(&account, check).is_ok());
        // A denial is put to the policies once more, so that it stands in the record as one.
        return Ok(if let_in { Access::Signed } else { Access::Checks(checks) });
    }
    let own = |(address, _): &(BusAddress, _)| address.name == DEFAULT && address.scope == view.scope();
    Ok(if buses.values().all(own) { Access::Signed } else { Access::Checks(checks) })
}

fn put_events_check(view: &View, arn: &str, address: &BusAddress, entries: &[&PutEventsRequestEntry]) -> Result<Check> {
    let sources = entries.iter().filter_map(|entry| entry.source.clone());
    let types = entries.iter().filter_map(|entry| entry.detail_type.clone());
    let check = Check::new("events:PutEvents", arn)
        .owned_by(address.scope.account)
        .keys("events:source", sources)
        .keys("events:detail-type", types)
        .key("events:eventBusInvocation", if is_handed_over(view) { "true" } else { "false" });
    let Some(bus) = address.find(view)? else { return Ok(check) };
    let check = check.resource_tags(bus.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    Ok(match bus.policy {
        Some(text) => check.with_policy(format!("policy of event bus {}", address.name), text, PolicyRole::Optional),
        None => check,
    })
}

/// The account of the rule that hands an event over.
fn account_root(view: &View) -> Caller {
    let account = view.caller().account;
    Caller {
        kind: CallerKind::Root,
        arn: format!("arn:{}:iam::{account}:root", view.scope().partition()),
        account,
        user_id: account.to_string(),
        ..Caller::anonymous()
    }
}

pub fn put_permission(view: &View, input: &PutPermissionRequest) -> Result<Access> {
    bus(view, "events:PutPermission", input.event_bus_name.as_deref())
}

/// The role is passed to EventBridge; tags on creation need TagResource too.
pub fn put_rule(view: &View, input: &PutRuleRequest) -> Result<Access> {
    let tags = pairs(input.tags.as_deref());
    let of = (input.event_bus_name.as_deref(), input.name.as_str());
    let mut checks = vec![rule(view, "events:PutRule", of)?.request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(rule(view, "events:TagResource", of)?.request_tags(tags));
    }
    checks.extend(input.role_arn.as_deref().map(pass));
    Ok(Access::Checks(checks))
}

pub fn put_targets(view: &View, input: &PutTargetsRequest) -> Result<Access> {
    let check = rule(view, "events:PutTargets", (input.event_bus_name.as_deref(), &input.rule))?;
    let check = check.keys("events:TargetArn", input.targets.iter().map(|target| target.arn.clone()));
    let roles = input.targets.iter().filter_map(|target| target.role_arn.as_deref()).map(pass);
    Ok(Access::Checks([check].into_iter().chain(roles).collect()))
}

fn pass(role: &str) -> Check {
    let check = Check::new("iam:PassRole", role).key("iam:PassedToService", "events.amazonaws.com");
    match ArnParts::parse(role).ok().and_then(|parts| parts.account.parse().ok()) {
        Some(account) => check.owned_by(account),
        None => check,
    }
}

pub fn remove_permission(view: &View, input: &RemovePermissionRequest) -> Result<Access> {
    bus(view, "events:RemovePermission", input.event_bus_name.as_deref())
}

pub fn remove_targets(view: &View, input: &RemoveTargetsRequest) -> Result<Access> {
    rule(view, "events:RemoveTargets", (input.event_bus_name.as_deref(), &input.rule)).map(Access::to)
}

pub fn start_replay(view: &View, input: &StartReplayRequest) -> Result<Access> {
    let replay = address::arn(view.scope(), format!("replay/{}", input.replay_name));
    let arns = [replay.as_str(), &input.event_source_arn, &input.destination.arn];
    Ok(Access::Checks(arns.map(|arn| Check::new("events:StartReplay", arn)).into()))
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let check = tagged(view, "events:TagResource", &input.resource_arn)?;
    Ok(Access::to(check.request_tags(pairs(Some(&input.tags)))))
}

pub fn test_event_pattern(_view: &View, _input: &TestEventPatternRequest) -> Result<Access> {
    Ok(Access::to(Check::new("events:TestEventPattern", "*")))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = tagged(view, "events:UntagResource", &input.resource_arn)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

pub fn update_archive(view: &View, input: &UpdateArchiveRequest) -> Result<Access> {
    Ok(own(view, "events:UpdateArchive", format!("archive/{}", input.archive_name)))
}

pub fn update_event_bus(view: &View, input: &UpdateEventBusRequest) -> Result<Access> {
    bus(view, "events:UpdateEventBus", input.name.as_deref())
}

fn own(view: &View, action: &'static str, resource: String) -> Access {
    Access::to(Check::new(action, address::arn(view.scope(), resource).as_str()))
}

fn bus(view: &View, action: &'static str, name: Option<&str>) -> Result<Access> {
    let address = BusAddress::of(view, name);
    let check = Check::new(action, address.arn().as_str()).owned_by(address.scope.account);
    Ok(Access::to(match address.find(view)? {
        Some(bus) => check.resource_tags(bus.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        None => check,
    }))
}

fn rule(view: &View, action: &'static str, (bus, name): (Option<&str>, &str)) -> Result<Check> {
    let address = BusAddress::of(view, bus);
    let check = Check::new(action, address.rule_arn(name).as_str()).owned_by(address.scope.account);
    Ok(match view.get_in(address.scope, &RULES, &(address.name, name.to_owned()))? {
        Some(rule) => check
            .key("events:creatorAccount", rule.created_by)
            .resource_tags(rule.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        None => check,
    })
}

fn tagged(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let check = Check::new(action, arn);
    Ok(match Tagged::find(view, arn) {
        Ok(found) => check.resource_tags(found.tags().iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        Err(_) => check,
    })
}

fn pairs(tags: Option<&[Tag]>) -> Vec<(&str, &str)> {
    tags.unwrap_or_default().iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect()
}
