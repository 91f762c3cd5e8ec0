//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html>

use super::GONE;
use super::named::named;
use service::resource::{
    Hand, Made, Resource, ResourceType, TagChange, found, pick, tag_list, tag_map, tags, text_at, with_capital_names,
    with_small_names,
};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Logs::LogGroup",
    schemas: &super::SCHEMAS,
    refused: &[
        "BearerTokenAuthenticationEnabled",
        "DataProtectionPolicy",
        "FieldIndexPolicies",
        "ResourcePolicyDocument",
    ],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const STANDARD: &str = "STANDARD";

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "LogGroupName", 512);
    let given = Value::map(pick(wanted, &["DeletionProtectionEnabled", "KmsKeyId", "LogGroupClass"]));
    let mut input = with_small_names(&given);
    if let Value::Map(members) = &mut input {
        members.insert("logGroupName".to_owned(), name.as_str().into());
        members.insert("tags".to_owned(), tag_map(&tags(wanted.get("Tags"))));
    }
    hand.call("CreateLogGroup", input)?;
    hand.born(&name);
    retain(hand, &name, (&Value::Null, wanted))?;
    Ok(Made::of(name))
}

/// Writes how long events are kept, if it differs.
fn retain(hand: &mut Hand, name: &str, (old, new): (&Value, &Value)) -> Result<()> {
    match (old.get("RetentionInDays"), new.get("RetentionInDays")) {
        (before, now) if before == now => Ok(()),
        (_, Some(days)) => {
            let input = Value::map([("logGroupName", name.into()), ("retentionInDays", days.clone())]);
            hand.call("PutRetentionPolicy", input).map(drop)
        }
        (_, None) => hand.call("DeleteRetentionPolicy", Value::map([("logGroupName", name.into())])).map(drop),
    }
}

fn read(hand: &mut Hand, group: &Resource<'_>) -> Result<Option<Value>> {
    let input = Value::map([("logGroupNamePrefix", group.id.into())]);
    let of_name = ("logGroups", "logGroupName", group.id);
    let Some(seen) = named(hand, ("DescribeLogGroups", input), of_name)? else { return Ok(None) };
    let seen = with_capital_names(&seen);
    let kept = ["Arn", "DeletionProtectionEnabled", "KmsKeyId", "LogGroupClass", "LogGroupName", "RetentionInDays"];
    let mut out = pick(&seen, &kept);
    let arn = text_at(&seen, &["LogGroupArn"]).into();
    let own = hand.look("ListTagsForResource", Value::map([("resourceArn", arn)]))?;
    out.push(("Tags".to_owned(), tag_list(&tags(own.get("tags")))));
    out.retain(|(_, value)| !value.is_null());
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, group: &Resource<'_>, wanted: &Value) -> Result<()> {
    let (old, name) = (group.properties, group.id);
    let class = |properties: &Value| text_at(properties, &["LogGroupClass"]).unwrap_or(STANDARD).to_owned();
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
    if class(old) != class(wanted) {
        return Err(Error::new(
            "InvalidParameterException",
            "LogGroupClass cannot be changed once a log group is made.",
        ));
    }
    retain(hand, name, (old, wanted))?;
    let by_name = ("logGroupName", Value::from(name));
    match (text_at(old, &["KmsKeyId"]), text_at(wanted, &["KmsKeyId"])) {
        (before, now) if before == now => {}
        (_, Some(key)) => drop(hand.call("AssociateKmsKey", Value::map([by_name, ("kmsKeyId", key.into())]))?),
        (_, None) => drop(hand.call("DisassociateKmsKey", Value::map([by_name]))?),
    }
    let protected =
        |properties: &Value| properties.get("DeletionProtectionEnabled").and_then(Value::as_bool).unwrap_or_default();
    if protected(old) != protected(wanted) {
        let switch = ("deletionProtectionEnabled", protected(wanted).into());
        hand.call("PutLogGroupDeletionProtection", Value::map([("logGroupIdentifier", name.into()), switch]))?;
    }
    let change = TagChange::between(old.get("Tags"), wanted.get("Tags"));
    let arn = hand.arn("logs", format!("log-group:{name}"));
    let by_arn = || ("resourceArn", Value::from(arn.as_str()));
    if !change.set.is_empty() {
        hand.call("TagResource", Value::map([by_arn(), ("tags", tag_map(&change.set))]))?;
    }
    if !change.unset.is_empty() {
        hand.call("UntagResource", Value::map([by_arn(), ("tagKeys", change.unset_list())]))?;
    }
    Ok(())
}

fn delete(hand: &mut Hand, group: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteLogGroup", Value::map([("logGroupName", group.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("DescribeLogGroups", Value::map::<&str>([]), ["nextToken", "nextToken", "logGroups"])?;
    Ok(all.iter().filter_map(|group| group.get("logGroupName")?.as_str().map(str::to_owned)).collect())
}
