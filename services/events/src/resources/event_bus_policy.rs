//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, found, pick, text_at};
use service::template::json;
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Events::EventBusPolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn bus(properties: &Value) -> String {
    text_at(properties, &["EventBusName"]).unwrap_or("default").to_owned()
}

/// Puts the statement: as a whole where one stands in `Statement`, or made of `Action`, `Principal` and `Condition`.
fn put(hand: &mut Hand, wanted: &Value) -> Result<()> {
    let mut input = vec![("EventBusName".to_owned(), bus(wanted).into())];
    match wanted.get("Statement") {
        Some(statement) => {
            let statement = json::read(&as_text(statement)).unwrap_or_default();
            let mut members = pick(wanted, &[]);
            members.push(("Sid".to_owned(), text_at(wanted, &["StatementId"]).into()));
            members.extend(statement.as_map().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
            let statements = Value::List(vec![Value::map(members)]);
            let policy = Value::map([("Version", "2012-10-17".into()), ("Statement", statements)]);
            input.push(("Policy".to_owned(), json::write(&policy).into()));
        }
        None => input.extend(pick(wanted, &["StatementId", "Action", "Principal", "Condition"])),
    }
    hand.call("PutPermission", Value::map(input)).map(drop)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    put(hand, wanted)?;
    let id = text_at(wanted, &["StatementId"]).unwrap_or_default();
    Ok(Made::of(format!("{}|{id}", bus(wanted))))
}

fn names<'a>(policy: &Resource<'a>) -> (&'a str, &'a str) {
    policy.id.split_once('|').unwrap_or(("default", policy.id))
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let (bus, statement) = names(policy);
    let answer = hand.look("DescribeEventBus", Value::map([("Name", bus.into())]));
    let Some(seen) = found(answer, GONE)? else { return Ok(None) };
    let document = text_at(&seen, &["Policy"]).and_then(json::read).unwrap_or_default();
    let all = document.get("Statement").and_then(Value::as_list).unwrap_or_default();
    let own = all.iter().find(|own| text_at(own, &["Sid"]) == Some(statement)).cloned();
    Ok(own.map(|own| Value::map([("EventBusName", bus.into()), ("StatementId", statement.into()), ("Statement", own)])))
}

fn update(hand: &mut Hand, _policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, wanted)
}

fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    let (bus, statement) = names(policy);
    let input = Value::map([("EventBusName", bus.into()), ("StatementId", statement.into())]);
    found(hand.call("RemovePermission", input), GONE).map(drop)
}
