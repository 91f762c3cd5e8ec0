//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html>

use super::GONE;
use super::noun::{ALL, decoded, texts};
use service::resource::{Hand, Made, Resource, ResourceType, as_text, found, pick, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IAM::ManagedPolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn id(arn: &str) -> (String, Value) {
    ("PolicyArn".to_owned(), arn.into())
}

fn document(wanted: &Value) -> (String, Value) {
    ("PolicyDocument".to_owned(), wanted.get("PolicyDocument").map(as_text).into())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &["Path", "Description"]);
    input.push(("PolicyName".to_owned(), hand.name(wanted, "ManagedPolicyName", 128).into()));
    input.push(document(wanted));
    let made = hand.call("CreatePolicy", Value::map(input))?;
    let arn = text_at(&made, &["Policy", "Arn"]).unwrap_or_default().to_owned();
    hand.born(&arn);
    attach(hand, &arn, (&Value::Null, wanted))?;
    Ok(Made::of(arn))
}

/// Writes what differs of `Groups`, `Roles` and `Users`.
fn attach(hand: &mut Hand, arn: &str, (old, new): (&Value, &Value)) -> Result<()> {
    for noun in ALL {
        let (before, after) = (texts(old, noun.list), texts(new, noun.list));
        for holder in after.iter().filter(|holder| !before.contains(holder)) {
            noun.attach(hand, holder, arn)?;
        }
        for holder in before.iter().filter(|holder| !after.contains(holder)) {
            noun.detach(hand, holder, arn)?;
        }
    }
    Ok(())
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("GetPolicy", Value::map([id(policy.id)])), GONE)? else { return Ok(None) };
    let seen = answer.get("Policy").cloned().unwrap_or_default();
    let version = text_at(&seen, &["DefaultVersionId"]).unwrap_or_default();
    let input = [id(policy.id), ("VersionId".to_owned(), version.into())];
    let text = hand.look("GetPolicyVersion", Value::map(input))?;
    let holders = hand.look("ListEntitiesForPolicy", Value::map([id(policy.id)]))?;
    let mut out = pick(
        &seen,
        &[
            "Path",
            "Description",
            "AttachmentCount",
            "DefaultVersionId",
            "IsAttachable",
            "PermissionsBoundaryUsageCount",
            "PolicyId",
        ],
    );
    for noun in ALL {
        let list = holders.get(&format!("Policy{}", noun.list)).and_then(Value::as_list).unwrap_or_default();
        let names: Vec<Value> = list.iter().filter_map(|holder| holder.get(noun.member).cloned()).collect();
        if !names.is_empty() {
            out.push((noun.list.to_owned(), Value::List(names)));
        }
    }
    let time = |name: &str| match seen.get(name) {
        Some(Value::Time(at)) => at.iso8601().into(),
        _ => Value::Null,
    };
    out.push(("CreateDate".to_owned(), time("CreateDate")));
    out.push(("UpdateDate".to_owned(), time("UpdateDate")));
    out.push(("ManagedPolicyName".to_owned(), text_at(&seen, &["PolicyName"]).into()));
    out.push(("PolicyArn".to_owned(), policy.id.into()));
    out.push(("PolicyDocument".to_owned(), decoded(&text, &["PolicyVersion", "Document"])));
    Ok(Some(Value::map(out)))
}

/// The versions that are not the default one.
fn old_versions(hand: &mut Hand, arn: &str) -> Result<Vec<String>> {
    let versions = hand.pages("ListPolicyVersions", Value::map([id(arn)]), ["Marker", "Marker", "Versions"])?;
    let old = versions.iter().filter(|version| version.get("IsDefaultVersion").and_then(Value::as_bool) != Some(true));
    Ok(old.filter_map(|version| version.get("VersionId")?.as_str().map(str::to_owned)).collect())
}

fn forget(hand: &mut Hand, arn: &str, versions: &[String]) -> Result<()> {
    for version in versions {
        let input = Value::map([id(arn), ("VersionId".to_owned(), version.into())]);
        found(hand.call("DeletePolicyVersion", input), GONE)?;
    }
    Ok(())
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    if policy.properties.get("PolicyDocument") != wanted.get("PolicyDocument") {
        // A policy has five versions at the most: the oldest makes room.
        let old = old_versions(hand, policy.id)?;
        if let Some(oldest) = old.last().filter(|_| old.len() >= 4) {
            forget(hand, policy.id, std::slice::from_ref(oldest))?;
        }
        let input = [id(policy.id), document(wanted), ("SetAsDefault".to_owned(), true.into())];
        hand.call("CreatePolicyVersion", Value::map(input))?;
    }
    attach(hand, policy.id, (policy.properties, wanted))
}

fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    attach(hand, policy.id, (policy.properties, &Value::Null))?;
    let input = Value::map([id(policy.id)]);
    if found(hand.look("GetPolicy", input.clone()), GONE)?.is_none() {
        return Ok(());
    }
    let old = old_versions(hand, policy.id)?;
    forget(hand, policy.id, &old)?;
    found(hand.call("DeletePolicy", input), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let own = Value::map([("Scope", "Local".into())]);
    let policies = hand.pages("ListPolicies", own, ["Marker", "Marker", "Policies"])?;
    Ok(policies.iter().filter_map(|policy| policy.get("Arn")?.as_str().map(str::to_owned)).collect())
}
