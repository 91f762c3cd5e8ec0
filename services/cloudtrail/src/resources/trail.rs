//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html>

use service::resource::{Hand, Made, Resource, ResourceType, TagChange, found, tag_list, tags, text_at};
use service::{IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CloudTrail::Trail",
    schemas: &super::SCHEMAS,
    refused: &["AggregationConfigurations", "InsightSelectors"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties, the members that they are, and what a trail has where a template says nothing. The empty text takes a
/// setting away.
const SETTINGS: [(&str, &str, Default); 10] = [
    ("CloudWatchLogsLogGroupArn", "CloudWatchLogsLogGroupArn", Default::Text),
    ("CloudWatchLogsRoleArn", "CloudWatchLogsRoleArn", Default::Text),
    ("EnableLogFileValidation", "EnableLogFileValidation", Default::Flag(false)),
    ("IncludeGlobalServiceEvents", "IncludeGlobalServiceEvents", Default::Flag(true)),
    ("IsMultiRegionTrail", "IsMultiRegionTrail", Default::Flag(false)),
    ("IsOrganizationTrail", "IsOrganizationTrail", Default::Flag(false)),
    ("KMSKeyId", "KmsKeyId", Default::Text),
    ("S3BucketName", "S3BucketName", Default::Text),
    ("S3KeyPrefix", "S3KeyPrefix", Default::Text),
    ("SnsTopicName", "SnsTopicName", Default::Text),
];

/// What a setting is that is not set.
enum Default {
    Text,
    Flag(bool),
}

impl Default {
    fn value(&self) -> Value {
        match self {
            Default::Text => "".into(),
            Default::Flag(flag) => (*flag).into(),
        }
    }
}

const GONE: &[&str] = &["TrailNotFoundException"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "TrailName", 128);
    let given = SETTINGS.iter().filter_map(|(property, member, _)| Some((*member, wanted.get(property)?.clone())));
    let own = [("Name", name.as_str().into()), ("TagsList", tag_list(&tags(wanted.get("Tags"))))];
    hand.call("CreateTrail", Value::map(given.chain(own)))?;
    hand.born(&name);
    select(hand, &name, (&Value::Null, wanted))?;
    if logs(wanted) {
        hand.call("StartLogging", Value::map([("Name", name.as_str().into())]))?;
    }
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, trail: &Resource<'_>) -> Result<Option<Value>> {
    let own = || Value::map([("Name", trail.id.into())]);
    let Some(answer) = found(hand.look("GetTrail", own()), GONE)? else { return Ok(None) };
    let status = hand.look("GetTrailStatus", own())?;
    let selectors = hand.look("GetEventSelectors", Value::map([("TrailName", trail.id.into())]))?;
    let shown = answer.get("Trail").cloned().unwrap_or_default();
    let arn = text_at(&shown, &["TrailARN"]).unwrap_or_default().to_owned();
    let tagged = hand.look("ListTags", Value::map([("ResourceIdList", Value::List(vec![arn.as_str().into()]))]))?;
    let mut seen: IndexMap<String, Value> = IndexMap::new();
    let renamed = [("EnableLogFileValidation", "LogFileValidationEnabled")];
    for (property, member, _) in &SETTINGS {
        let member = renamed.iter().find(|(own, _)| own == property).map_or(member, |(_, shown)| shown);
        if let Some(value) = shown.get(member).filter(|value| !value.is_null()) {
            seen.insert((*property).to_owned(), value.clone());
        }
    }
    for member in ["EventSelectors", "AdvancedEventSelectors"] {
        if let Some(list) = selectors.get(member).filter(|list| !list.is_null()) {
            seen.insert(member.to_owned(), list.clone());
        }
    }
    let first = tagged.get("ResourceTagList").and_then(Value::as_list).and_then(<[Value]>::first);
    seen.insert("Tags".to_owned(), tag_list(&tags(first.and_then(|first| first.get("TagsList")))));
    seen.insert("IsLogging".to_owned(), status.get("IsLogging").cloned().unwrap_or_default());
    seen.insert("TrailName".to_owned(), trail.id.into());
    seen.insert("Arn".to_owned(), arn.into());
    if let Some(topic) = text_at(&shown, &["SnsTopicARN"]) {
        seen.insert("SnsTopicArn".to_owned(), topic.into());
    }
    Ok(Some(Value::map(seen)))
}

fn update(hand: &mut Hand, trail: &Resource<'_>, wanted: &Value) -> Result<()> {
    let before = trail.properties;
    let changed = SETTINGS.iter().filter(|(property, ..)| before.get(property) != wanted.get(property));
    let changed = changed
        .map(|(property, member, default)| (*member, wanted.get(property).cloned().unwrap_or_else(|| default.value())));
    let mut members: Vec<(&str, Value)> = changed.collect();
    if !members.is_empty() {
        members.push(("Name", trail.id.into()));
        hand.call("UpdateTrail", Value::map(members))?;
    }
    select(hand, trail.id, (before, wanted))?;
    if logs(before) != logs(wanted) {
        let operation = if logs(wanted) { "StartLogging" } else { "StopLogging" };
        hand.call(operation, Value::map([("Name", trail.id.into())]))?;
    }
    tag(hand, trail, wanted)
}

/// Tags are of an ARN, and both operations take them as a list of tags.
fn tag(hand: &mut Hand, trail: &Resource<'_>, wanted: &Value) -> Result<()> {
    let change = TagChange::between(trail.properties.get("Tags"), wanted.get("Tags"));
    let arn = hand.arn("cloudtrail", format_args!("trail/{}", trail.id)).to_string();
    let of = |list: Value| Value::map([("ResourceId", arn.as_str().into()), ("TagsList", list)]);
    if !change.set.is_empty() {
        hand.call("AddTags", of(tag_list(&change.set)))?;
    }
    if !change.unset.is_empty() {
        let keys = change.unset.iter().map(|key| Value::map([("Key", key.as_str().into())]));
        hand.call("RemoveTags", of(Value::List(keys.collect())))?;
    }
    Ok(())
}

/// Puts the event selectors where they change; a template without any means the default.
fn select(hand: &mut Hand, name: &str, (before, wanted): (&Value, &Value)) -> Result<()> {
    let both = ["EventSelectors", "AdvancedEventSelectors"];
    if both.iter().all(|member| before.get(member) == wanted.get(member)) {
        return Ok(());
    }
    let given: Vec<_> = both.iter().filter_map(|member| Some((*member, wanted.get(member)?.clone()))).collect();
    let default = || {
        let all = [("ReadWriteType", "All".into()), ("IncludeManagementEvents", true.into())];
        vec![("EventSelectors", Value::List(vec![Value::map(all)]))]
    };
    let given = if given.is_empty() { default() } else { given };
    hand.call("PutEventSelectors", Value::map(given.into_iter().chain([("TrailName", name.into())])))?;
    Ok(())
}

fn logs(properties: &Value) -> bool {
    properties.get("IsLogging").and_then(Value::as_bool) == Some(true)
}

fn delete(hand: &mut Hand, trail: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteTrail", Value::map([("Name", trail.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("ListTrails", Value::map::<&str>([]), ["NextToken", "NextToken", "Trails"])?;
    let here = hand.region().as_str().to_owned();
    let own = all.iter().filter(|trail| text_at(trail, &["HomeRegion"]) == Some(here.as_str()));
    Ok(own.filter_map(|trail| text_at(trail, &["Name"])).map(str::to_owned).collect())
}
