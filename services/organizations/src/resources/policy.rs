//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html>

use super::{GONE, change_tags, tags_of};
use crate::kinds::KINDS;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, found, pick, tag_list, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Organizations::Policy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn of(id: &str) -> Value {
    Value::map([("PolicyId", id.into())])
}

fn content(wanted: &Value) -> (String, Value) {
    ("Content".to_owned(), wanted.get("Content").map(as_text).into())
}

fn description(wanted: &Value) -> (String, Value) {
    ("Description".to_owned(), text_at(wanted, &["Description"]).unwrap_or_default().into())
}

fn targets(properties: &Value) -> Vec<String> {
    let list = properties.get("TargetIds").and_then(Value::as_list).unwrap_or_default();
    list.iter().map(as_text).collect()
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &["Name", "Type"]);
    input.extend([content(wanted), description(wanted)]);
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    let made = hand.call("CreatePolicy", Value::map(input))?;
    let id = text_at(&made, &["Policy", "PolicySummary", "Id"]).unwrap_or_default().to_owned();
    hand.born(&id);
    for target in targets(wanted) {
        attach(hand, "AttachPolicy", (&id, &target))?;
    }
    Ok(Made::of(id))
}

fn attach(hand: &mut Hand, operation: &str, (policy, target): (&str, &str)) -> Result<()> {
    let input = Value::map([("PolicyId", Value::from(policy)), ("TargetId", target.into())]);
    let done = ["DuplicatePolicyAttachmentException", "PolicyNotAttachedException", "TargetNotFoundException"];
    let passed = if operation == "AttachPolicy" { &done[..1] } else { &done[1..] };
    found(hand.call(operation, input), passed).map(drop)
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = found(hand.look("DescribePolicy", of(policy.id)), GONE)? else { return Ok(None) };
    let seen = seen.get("Policy").cloned().unwrap_or_default();
    let summary = seen.get("PolicySummary").cloned().unwrap_or_default();
    let mut out = pick(&summary, &["Id", "Arn", "Name", "Description", "Type", "AwsManaged"]);
    out.extend(pick(&seen, &["Content"]));
    let names = ["NextToken", "NextToken", "Targets"];
    let targets = hand.pages("ListTargetsForPolicy", of(policy.id), names)?;
    let ids = targets.iter().filter_map(|target| target.get("TargetId").cloned());
    out.push(("TargetIds".to_owned(), Value::List(ids.collect())));
    out.push(("Tags".to_owned(), tags_of(hand, policy.id)?));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = policy.properties;
    if ["Name", "Description", "Content"].iter().any(|name| old.get(name) != wanted.get(name)) {
        let mut input = pick(wanted, &["Name"]);
        input.extend([content(wanted), description(wanted)]);
        input.push(("PolicyId".to_owned(), policy.id.into()));
        hand.call("UpdatePolicy", Value::map(input))?;
    }
    let (before, after) = (targets(old), targets(wanted));
    // First what is new: the last policy of a target cannot be detached.
    for target in after.iter().filter(|target| !before.contains(target)) {
        attach(hand, "AttachPolicy", (policy.id, target))?;
    }
    for target in before.iter().filter(|target| !after.contains(target)) {
        attach(hand, "DetachPolicy", (policy.id, target))?;
    }
    change_tags(hand, policy.id, (old, wanted))
}

/// It is detached from wherever it is attached first.
fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    let names = ["NextToken", "NextToken", "Targets"];
    let targets = hand.pages("ListTargetsForPolicy", of(policy.id), names).map(Value::List);
    let Some(targets) = found(targets, GONE)? else { return Ok(()) };
    for target in targets.as_list().unwrap_or_default() {
        attach(hand, "DetachPolicy", (policy.id, text_at(target, &["TargetId"]).unwrap_or_default()))?;
    }
    found(hand.call("DeletePolicy", of(policy.id)), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for kind in &KINDS {
        let input = Value::map([("Filter", kind.name.into())]);
        let policies = hand.pages("ListPolicies", input, ["NextToken", "NextToken", "Policies"]).map(Value::List);
        let Some(policies) = found(policies, GONE)? else { return Ok(all) };
        let own = |policy: &&Value| policy.get("AwsManaged").and_then(Value::as_bool) != Some(true);
        let own = policies.as_list().unwrap_or_default().iter().filter(own);
        all.extend(own.filter_map(|policy| text_at(policy, &["Id"]).map(str::to_owned)));
    }
    Ok(all)
}
