//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-resourcepolicy.html>

use super::GONE;
use super::named::named;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, exists, found, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Logs::ResourcePolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn put(hand: &mut Hand, name: &str, wanted: &Value) -> Result<()> {
    let document = wanted.get("PolicyDocument").map(as_text).into();
    let input = Value::map([("policyName", name.into()), ("policyDocument", document)]);
    hand.call("PutResourcePolicy", input).map(drop)
}

fn find(hand: &mut Hand, name: &str) -> Result<Option<Value>> {
    let all = ("DescribeResourcePolicies", Value::map::<&str>([]));
    named(hand, all, ("resourcePolicies", "policyName", name))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = text_at(wanted, &["PolicyName"]).unwrap_or_default();
    // To put one where one stands would change somebody else's.
    if find(hand, name)?.is_some() {
        return Err(exists(TYPE.name, name));
    }
    put(hand, name, wanted)?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = find(hand, policy.id)? else { return Ok(None) };
    let document = text_at(&seen, &["policyDocument"]).into();
    Ok(Some(Value::map([("PolicyName", policy.id.into()), ("PolicyDocument", document)])))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, policy.id, wanted)
}

fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteResourcePolicy", Value::map([("policyName", policy.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let pages = ["nextToken", "nextToken", "resourcePolicies"];
    let all = hand.pages("DescribeResourcePolicies", Value::map::<&str>([]), pages)?;
    Ok(all.iter().filter_map(|policy| policy.get("policyName")?.as_str().map(str::to_owned)).collect())
}
