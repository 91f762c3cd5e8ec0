//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html>

use super::{definition, retag};
use service::resource::{
    Hand, Made, Resource, ResourceType, exists, found, pick, text_at, with_capital_names, with_small_names,
};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::StepFunctions::StateMachine",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const GONE: &[&str] = &["StateMachineDoesNotExist"];
/// Properties that are members of the same name, but for its first letter.
const SAME: [&str; 4] = ["EncryptionConfiguration", "LoggingConfiguration", "RoleArn", "TracingConfiguration"];

fn describe(hand: &mut Hand, arn: &str) -> Result<Option<Value>> {
    found(hand.look("DescribeStateMachine", Value::map([("stateMachineArn", arn.into())])), GONE)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "StateMachineName", 80);
    let arn = hand.arn("states", format!("stateMachine:{name}"));
    // CreateStateMachine takes a machine that is the same for the one that it was to make.
    if describe(hand, arn.as_str())?.is_some() {
        return Err(exists(TYPE.name, arn.as_str()));
    }
    let text = definition::text(hand, wanted)?;
    let mut input = with_small_names(&Value::map(pick(wanted, &SAME)));
    if let Value::Map(members) = &mut input {
        members.insert("name".to_owned(), name.into());
        members.insert("definition".to_owned(), text.into());
        members.insert("tags".to_owned(), retag::members(wanted));
        members.extend(wanted.get("StateMachineType").map(|kind| ("type".to_owned(), kind.clone())));
    }
    let made = hand.call("CreateStateMachine", input)?;
    Ok(Made::of(text_at(&made, &["stateMachineArn"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, machine: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = describe(hand, machine.id)? else { return Ok(None) };
    let seen = with_capital_names(&answer);
    let mut out = pick(&seen, &SAME);
    let texts = [
        ("Arn", "StateMachineArn"),
        ("Name", "Name"),
        ("StateMachineName", "Name"),
        ("StateMachineType", "Type"),
        ("StateMachineRevisionId", "RevisionId"),
        ("DefinitionString", "Definition"),
    ];
    out.extend(texts.map(|(property, member)| (property.to_owned(), text_at(&seen, &[member]).into())));
    // A machine that never changed has no revision to be told of.
    if seen.get("RevisionId").is_none_or(Value::is_null) {
        out.push(("StateMachineRevisionId".to_owned(), crate::ops::machines::INITIAL.into()));
    }
    out.push(("Tags".to_owned(), retag::seen(hand, machine.id)?));
    out.retain(|(_, value)| !value.is_null());
    Ok(Some(Value::map(out)))
}

/// What a setting is where its template no longer says.
fn usual(property: &str) -> Value {
    match property {
        "LoggingConfiguration" => Value::map([("Level", "OFF".into()), ("IncludeExecutionData", false.into())]),
        "TracingConfiguration" => Value::map([("Enabled", false.into())]),
        _ => Value::Null,
    }
}

fn update(hand: &mut Hand, machine: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = machine.properties;
    let differs = |name: &&&str| old.get(name) != wanted.get(name);
    let value = |name: &str| wanted.get(name).cloned().unwrap_or_else(|| usual(name));
    let changed: Vec<(String, Value)> =
        SAME.iter().filter(differs).map(|name| ((*name).to_owned(), value(name))).collect();
    let mut input = with_small_names(&Value::map(changed.into_iter().filter(|(_, value)| !value.is_null())));
    let is_defined_anew = definition::PROPERTIES.iter().any(|name| differs(&name));
    if let (Value::Map(members), true) = (&mut input, is_defined_anew) {
        members.insert("definition".to_owned(), definition::text(hand, wanted)?.into());
    }
    if let Some(members) = input.as_map().filter(|members| !members.is_empty()) {
        let arn = ("stateMachineArn".to_owned(), Value::from(machine.id));
        hand.call("UpdateStateMachine", Value::map(members.clone().into_iter().chain([arn])))?;
    }
    retag::retag(hand, machine.id, (old, wanted))
}

/// A machine that is not there is deleted already, Step Functions says.
fn delete(hand: &mut Hand, machine: &Resource<'_>) -> Result<()> {
    hand.call("DeleteStateMachine", Value::map([("stateMachineArn", machine.id.into())])).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let pages = ["nextToken", "nextToken", "stateMachines"];
    let all = hand.pages("ListStateMachines", Value::map::<&str>([]), pages)?;
    Ok(all.iter().filter_map(|machine| machine.get("stateMachineArn")?.as_str().map(str::to_owned)).collect())
}
