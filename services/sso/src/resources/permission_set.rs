//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sso-permissionset.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, found, pick, tag_list, tags, text_at};
use service::{Duration, Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SSO::PermissionSet",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

/// Names the set: its physical id holds both ARNs.
fn named(id: &str, more: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let (instance, set) = id.split_once('|').unwrap_or((id, ""));
    let own = [("InstanceArn", Value::from(instance)), ("PermissionSetArn", Value::from(set))];
    Value::map(own.into_iter().chain(more))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &["InstanceArn", "Name", "Description", "SessionDuration", "Tags"]);
    input.extend(wanted.get("RelayStateType").cloned().map(|state| ("RelayState".to_owned(), state)));
    let made = hand.call("CreatePermissionSet", Value::map(input))?;
    let set = text_at(&made, &["PermissionSet", "PermissionSetArn"]);
    let set = set.ok_or_else(|| Error::internal("a permission set was made without an ARN"))?;
    let id = format!("{}|{set}", text_at(wanted, &["InstanceArn"]).unwrap_or_default());
    hand.born(&id);
    policies(hand, &id, &Value::Null, wanted)?;
    Ok(Made::of(id))
}

fn list_of(properties: &Value, name: &str) -> Vec<Value> {
    properties.get(name).and_then(Value::as_list).unwrap_or_default().to_vec()
}

/// Brings the policies from what they were to what is wanted, and tells whether any of them changed.
fn policies(hand: &mut Hand, id: &str, old: &Value, wanted: &Value) -> Result<bool> {
    let mut changed = false;
    for (property, member, attach, detach) in [
        (
            "ManagedPolicies",
            "ManagedPolicyArn",
            "AttachManagedPolicyToPermissionSet",
            "DetachManagedPolicyFromPermissionSet",
        ),
        (
            "CustomerManagedPolicyReferences",
            "CustomerManagedPolicyReference",
            "AttachCustomerManagedPolicyReferenceToPermissionSet",
            "DetachCustomerManagedPolicyReferenceFromPermissionSet",
        ),
    ] {
        let (before, after) = (list_of(old, property), list_of(wanted, property));
        for gone in before.iter().filter(|one| !after.contains(one)) {
            found(hand.call(detach, named(id, [(member, gone.clone())])), GONE)?;
            changed = true;
        }
        for new in after.iter().filter(|one| !before.contains(one)) {
            hand.call(attach, named(id, [(member, new.clone())]))?;
            changed = true;
        }
    }
    let inline = |properties: &Value| properties.get("InlinePolicy").map(as_text).filter(|text| !text.is_empty());
    match (inline(old), inline(wanted)) {
        (before, Some(policy)) if before.as_ref() != Some(&policy) => {
            hand.call("PutInlinePolicyToPermissionSet", named(id, [("InlinePolicy", policy.into())]))?;
            changed = true;
        }
        (Some(_), None) => {
            hand.call("DeleteInlinePolicyFromPermissionSet", named(id, []))?;
            changed = true;
        }
        _ => {}
    }
    match (old.get("PermissionsBoundary"), wanted.get("PermissionsBoundary")) {
        (before, Some(boundary)) if before != Some(boundary) => {
            let input = named(id, [("PermissionsBoundary", boundary.clone())]);
            hand.call("PutPermissionsBoundaryToPermissionSet", input)?;
            changed = true;
        }
        (Some(_), None) => {
            hand.call("DeletePermissionsBoundaryFromPermissionSet", named(id, []))?;
            changed = true;
        }
        _ => {}
    }
    Ok(changed)
}

fn read(hand: &mut Hand, set: &Resource<'_>) -> Result<Option<Value>> {
    let Some(shown) = found(hand.look("DescribePermissionSet", named(set.id, [])), GONE)? else { return Ok(None) };
    let shown = shown.get("PermissionSet").cloned().unwrap_or_default();
    let (instance, arn) = set.id.split_once('|').unwrap_or_default();
    let mut members = pick(&shown, &["Name", "Description", "PermissionSetArn", "SessionDuration"]);
    let mut add = |name: &str, value: Value| members.push((name.to_owned(), value));
    add("InstanceArn", instance.into());
    shown.get("RelayState").cloned().into_iter().for_each(|state| add("RelayStateType", state));
    let inline = hand.look("GetInlinePolicyForPermissionSet", named(set.id, []))?;
    match inline.get("InlinePolicy") {
        Some(Value::Str(text)) if !text.is_empty() => add("InlinePolicy", text.into()),
        _ => {}
    }
    let lists = ["NextToken", "NextToken", "AttachedManagedPolicies"];
    let managed = hand.pages("ListManagedPoliciesInPermissionSet", named(set.id, []), lists)?;
    let managed: Vec<Value> = managed.iter().filter_map(|one| one.get("Arn").cloned()).collect();
    let lists = ["NextToken", "NextToken", "CustomerManagedPolicyReferences"];
    let customer = hand.pages("ListCustomerManagedPolicyReferencesInPermissionSet", named(set.id, []), lists)?;
    for (name, list) in [("ManagedPolicies", managed), ("CustomerManagedPolicyReferences", customer)] {
        if !list.is_empty() {
            add(name, Value::List(list));
        }
    }
    let boundary = found(hand.look("GetPermissionsBoundaryForPermissionSet", named(set.id, [])), GONE)?;
    boundary
        .iter()
        .filter_map(|found| found.get("PermissionsBoundary").cloned())
        .for_each(|one| add("PermissionsBoundary", one));
    let input = Value::map([("InstanceArn", instance.into()), ("ResourceArn", arn.into())]);
    let tags = tags(hand.look("ListTagsForResource", input)?.get("Tags"));
    if !tags.is_empty() {
        add("Tags", tag_list(&tags));
    }
    Ok(Some(Value::map(members)))
}

/// Its roles follow at once, as on AWS.
fn update(hand: &mut Hand, set: &Resource<'_>, wanted: &Value) -> Result<()> {
    let (instance, arn) = set.id.split_once('|').unwrap_or_default();
    let facts = ["Description", "SessionDuration", "RelayStateType"];
    let mut changed = false;
    if facts.iter().any(|name| set.properties.get(name) != wanted.get(name)) {
        let mut input = pick(wanted, &["Description", "SessionDuration"]);
        input.extend(wanted.get("RelayStateType").cloned().map(|state| ("RelayState".to_owned(), state)));
        input.push(("InstanceArn".to_owned(), instance.into()));
        input.push(("PermissionSetArn".to_owned(), arn.into()));
        hand.call("UpdatePermissionSet", Value::map(input))?;
        changed = true;
    }
    changed |= policies(hand, set.id, set.properties, wanted)?;
    let TagChange { set: more, unset } = TagChange::between(set.properties.get("Tags"), wanted.get("Tags"));
    let about = [("InstanceArn", Value::from(instance)), ("ResourceArn", Value::from(arn))];
    if !more.is_empty() {
        let input = about.clone().into_iter().chain([("Tags", tag_list(&more))]);
        hand.call("TagResource", Value::map(input))?;
    }
    if !unset.is_empty() {
        let keys = Value::List(unset.iter().map(Value::from).collect());
        hand.call("UntagResource", Value::map(about.into_iter().chain([("TagKeys", keys)])))?;
    }
    if changed { provision(hand, set.id) } else { Ok(()) }
}

fn provision(hand: &mut Hand, id: &str) -> Result<()> {
    let asked = hand.call("ProvisionPermissionSet", named(id, [("TargetType", "ALL_PROVISIONED_ACCOUNTS".into())]))?;
    let request = text_at(&asked, &["PermissionSetProvisioningStatus", "RequestId"]).unwrap_or_default().to_owned();
    let instance = id.split_once('|').map(|(instance, _)| instance).unwrap_or_default();
    let input = [("InstanceArn", instance.into()), ("ProvisionPermissionSetRequestId", request.into())];
    let status = hand.look("DescribePermissionSetProvisioningStatus", Value::map(input))?;
    match text_at(&status, &["PermissionSetProvisioningStatus", "Status"]) {
        Some("IN_PROGRESS") => Err(hand.again(Duration::from_secs(1))),
        Some("FAILED") => {
            let why = text_at(&status, &["PermissionSetProvisioningStatus", "FailureReason"]).unwrap_or_default();
            Err(Error::new("GeneralServiceException", why.to_owned()).status(400))
        }
        _ => Ok(()),
    }
}

fn delete(hand: &mut Hand, set: &Resource<'_>) -> Result<()> {
    found(hand.call("DeletePermissionSet", named(set.id, [])), GONE).map(drop)
}
