//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html>

use service::resource::{
    Hand, Made, Resource, ResourceType, exists, found, text_at, with_capital_names, with_small_names,
};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::StepFunctions::StateMachineAlias",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const GONE: &[&str] = &["ResourceNotFound"];

/// Where the alias leads, as operations take it: the routes of the template, or all to the version that is deployed at once.
fn routes(wanted: &Value) -> Result<Value> {
    let invalid = |text: String| Error::new("ValidationException", text);
    match (wanted.get("RoutingConfiguration"), wanted.get("DeploymentPreference")) {
        (Some(routes), None) => Ok(with_small_names(routes)),
        (None, Some(preference)) => {
            let kind = text_at(preference, &["Type"]).unwrap_or_default();
            if kind != "ALL_AT_ONCE" {
                return Err(invalid(format!("DeploymentPreference of the type {kind} is not implemented.")));
            }
            if let Some(name) = ["Alarms", "Interval", "Percentage"].iter().find(|name| preference.get(name).is_some())
            {
                return Err(invalid(format!("DeploymentPreference with {name} is not implemented.")));
            }
            let version = text_at(preference, &["StateMachineVersionArn"]).into();
            Ok(Value::List(vec![Value::map([("stateMachineVersionArn", version), ("weight", Value::Int(100))])]))
        }
        _ => Err(invalid("Exactly one of RoutingConfiguration and DeploymentPreference must be specified.".to_owned())),
    }
}

fn describe(hand: &mut Hand, arn: &str) -> Result<Option<Value>> {
    found(hand.look("DescribeStateMachineAlias", Value::map([("stateMachineAliasArn", arn.into())])), GONE)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let (name, routes) = (hand.name(wanted, "Name", 80), routes(wanted)?);
    let first =
        routes.as_list().and_then(<[Value]>::first).and_then(|route| text_at(route, &["stateMachineVersionArn"]));
    let machine = first.and_then(|version| version.rsplit_once(':')).map(|(machine, _)| machine).unwrap_or_default();
    check_machine(wanted, machine)?;
    let arn = format!("{machine}:{name}");
    // CreateStateMachineAlias takes an alias that is the same for the one that it was to make.
    if describe(hand, &arn)?.is_some() {
        return Err(exists(TYPE.name, &arn));
    }
    let mut input = vec![("name", name.into()), ("routingConfiguration", routes)];
    input.extend(wanted.get("Description").map(|text| ("description", text.clone())));
    let made = hand.call("CreateStateMachineAlias", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["stateMachineAliasArn"]).unwrap_or_default()))
}

/// The machine that the template names is that of the versions.
fn check_machine(wanted: &Value, machine: &str) -> Result<()> {
    match text_at(wanted, &["StateMachineArn"]) {
        Some(named) if named != machine => {
            let text = format!("StateMachineArn {named} is not the state machine of the versions.");
            Err(Error::new("ValidationException", text))
        }
        _ => Ok(()),
    }
}

fn read(hand: &mut Hand, alias: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = describe(hand, alias.id)? else { return Ok(None) };
    let seen = with_capital_names(&answer);
    let machine = alias.id.rsplit_once(':').map(|(machine, _)| machine);
    let mut out = vec![
        ("Arn", alias.id.into()),
        ("Name", text_at(&seen, &["Name"]).into()),
        ("Description", text_at(&seen, &["Description"]).into()),
        ("RoutingConfiguration", seen.get("RoutingConfiguration").cloned().unwrap_or_default()),
        ("StateMachineArn", machine.into()),
    ];
    out.retain(|(_, value): &(&str, Value)| !value.is_null());
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, alias: &Resource<'_>, wanted: &Value) -> Result<()> {
    check_machine(wanted, alias.id.rsplit_once(':').map_or("", |(machine, _)| machine))?;
    let description = text_at(wanted, &["Description"]).unwrap_or_default().into();
    let input = Value::map([
        ("stateMachineAliasArn", alias.id.into()),
        ("description", description),
        ("routingConfiguration", routes(wanted)?),
    ]);
    hand.call("UpdateStateMachineAlias", input).map(drop)
}

fn delete(hand: &mut Hand, alias: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteStateMachineAlias", Value::map([("stateMachineAliasArn", alias.id.into())])), GONE).map(drop)
}
