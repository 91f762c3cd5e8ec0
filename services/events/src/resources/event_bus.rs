//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, found, pick, tag_list, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Events::EventBus",
    schemas: &super::SCHEMAS,
    refused: &["EventSourceName", "KmsKeyIdentifier", "LogConfig"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &["Name", "Description", "DeadLetterConfig"]);
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    hand.call("CreateEventBus", Value::map(input))?;
    let name = text_at(wanted, &["Name"]).unwrap_or_default().to_owned();
    hand.born(&name);
    permit(hand, &name, (&Value::Null, wanted))?;
    Ok(Made::of(name))
}

/// Writes the policy, if it differs.
fn permit(hand: &mut Hand, name: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let text = |properties: &Value| properties.get("Policy").map(as_text);
    match (text(old), text(new)) {
        (before, now) if before == now => Ok(()),
        (_, Some(policy)) => {
            let input = [("EventBusName", name.into()), ("Policy", policy.into())];
            hand.call("PutPermission", Value::map(input)).map(drop)
        }
        (_, None) => {
            let input = Value::map([("EventBusName", name.into()), ("RemoveAllPermissions", true.into())]);
            found(hand.call("RemovePermission", input), GONE).map(drop)
        }
    }
}

fn read(hand: &mut Hand, bus: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("DescribeEventBus", Value::map([("Name", bus.id.into())]));
    let Some(seen) = found(answer, GONE)? else { return Ok(None) };
    let mut out = pick(&seen, &["Name", "Arn", "Description", "DeadLetterConfig", "Policy"]);
    let own = hand.look("ListTagsForResource", Value::map([("ResourceARN", text_at(&seen, &["Arn"]).into())]))?;
    out.push(("Tags".to_owned(), tag_list(&tags(own.get("Tags")))));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, bus: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = bus.properties;
    let differs = |name: &str| old.get(name) != wanted.get(name);
    if differs("Description") || differs("DeadLetterConfig") {
        let mut input = pick(wanted, &["Description", "DeadLetterConfig"]);
        input.push(("Name".to_owned(), bus.id.into()));
        hand.call("UpdateEventBus", Value::map(input))?;
    }
    permit(hand, bus.id, (old, wanted))?;
    let arn = hand.arn("events", format!("event-bus/{}", bus.id));
    let change = TagChange::between(old.get("Tags"), wanted.get("Tags"));
    change.write(hand, ("TagResource", "UntagResource"), ("ResourceARN", arn.as_str()))
}

fn delete(hand: &mut Hand, bus: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteEventBus", Value::map([("Name", bus.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("ListEventBuses", Value::map::<&str>([]), ["NextToken", "NextToken", "EventBuses"])?;
    let names = all.iter().filter_map(|bus| bus.get("Name")?.as_str());
    Ok(names.filter(|name| *name != "default").map(str::to_owned).collect())
}
