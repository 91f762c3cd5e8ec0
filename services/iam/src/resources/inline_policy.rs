//! An inline policy of one group, role or user.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html>

use super::noun::{GROUP, Noun, ROLE, USER};
use service::resource::{Hand, Made, Resource, ResourceType, as_text};
use service::{Error, Result, Value};

pub const OF_GROUP: ResourceType = ResourceType {
    name: "AWS::IAM::GroupPolicy",
    create: |hand, wanted| create(hand, wanted, GROUP),
    read: |hand, policy| read(hand, policy, GROUP),
    update: |hand, policy, wanted| update(hand, policy, wanted, GROUP),
    delete: |hand, policy| delete(hand, policy, GROUP),
    ..OF_ROLE
};

pub const OF_ROLE: ResourceType = ResourceType {
    name: "AWS::IAM::RolePolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create: |hand, wanted| create(hand, wanted, ROLE),
    read: |hand, policy| read(hand, policy, ROLE),
    update: |hand, policy, wanted| update(hand, policy, wanted, ROLE),
    delete: |hand, policy| delete(hand, policy, ROLE),
    list: None,
};

pub const OF_USER: ResourceType = ResourceType {
    name: "AWS::IAM::UserPolicy",
    create: |hand, wanted| create(hand, wanted, USER),
    read: |hand, policy| read(hand, policy, USER),
    update: |hand, policy, wanted| update(hand, policy, wanted, USER),
    delete: |hand, policy| delete(hand, policy, USER),
    ..OF_ROLE
};

/// The id is the policy's name and its holder's, which stand in `PolicyName` and in `GroupName`, `RoleName` or `UserName`.
fn names<'a>(policy: &Resource<'a>) -> Result<(&'a str, &'a str)> {
    let cut = policy.id.split_once('|');
    cut.ok_or_else(|| {
        Error::new("ValidationException", "The id of an inline policy is its name, a bar, and its holder's.")
    })
}

fn document(wanted: &Value) -> String {
    wanted.get("PolicyDocument").map(as_text).unwrap_or_default()
}

fn create(hand: &mut Hand, wanted: &Value, noun: Noun) -> Result<Made> {
    let text = |name: &str| wanted.get(name).and_then(Value::as_str).unwrap_or_default();
    let (name, holder) = (text("PolicyName"), text(noun.member));
    noun.put(hand, holder, (name, &document(wanted)))?;
    Ok(Made::of(format!("{name}|{holder}")))
}

fn read(hand: &mut Hand, policy: &Resource<'_>, noun: Noun) -> Result<Option<Value>> {
    let (name, holder) = names(policy)?;
    let document = noun.document(hand, holder, name)?;
    let all = |document| [("PolicyName", name.into()), (noun.member, holder.into()), ("PolicyDocument", document)];
    Ok(document.map(|document| Value::map(all(document))))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value, noun: Noun) -> Result<()> {
    let (name, holder) = names(policy)?;
    noun.put(hand, holder, (name, &document(wanted)))
}

fn delete(hand: &mut Hand, policy: &Resource<'_>, noun: Noun) -> Result<()> {
    let (name, holder) = names(policy)?;
    noun.take(hand, holder, name)
}
