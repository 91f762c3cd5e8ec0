//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html>

use crate::deploy::hear::FOREVER;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, pick, tag_list, tags, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CloudFormation::Stack",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

/// What the stack is to be made from, as operations take it. It has its owner's capabilities, and his role.
fn source(hand: &Hand, wanted: &Value) -> Vec<(String, Value)> {
    let mut input = pick(wanted, &["NotificationARNs", "TemplateURL"]);
    let parameters = wanted.get("Parameters").and_then(Value::as_map).into_iter().flatten();
    let text = |value: &Value| match value {
        Value::List(items) => items.iter().map(as_text).collect::<Vec<_>>().join(","),
        value => as_text(value),
    };
    let parameters = parameters
        .map(|(name, value)| Value::map([("ParameterKey", Value::from(name)), ("ParameterValue", text(value).into())]));
    input.push(("Parameters".to_owned(), Value::List(parameters.collect())));
    // Those of its own CloudFormation sets itself.
    let mut own = tags(wanted.get("Tags"));
    own.retain(|key, _| !key.starts_with("aws:"));
    input.push(("Tags".to_owned(), tag_list(&own)));
    input.extend(["Capabilities", "RoleARN"].map(|name| (name.to_owned(), hand.owner(name))));
    input.retain(|(_, value)| !value.is_null());
    input
}

/// How what is being done to a stack ends: its status, and why.
fn end(hand: &mut Hand, id: &str) -> Result<(String, String)> {
    let mut parts = id.rsplit('/');
    let (uid, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let told = hand.hear(&format!("stack/{uid}/{name}"), FOREVER)?.unwrap_or_default();
    let text = |name: &str| text_at(&told, &[name]).unwrap_or_default().to_owned();
    Ok((text("Status"), text("Reason")))
}

/// Tells what the stack puts out.
fn tell_outputs(hand: &mut Hand, id: &str) -> Result<()> {
    let answer = hand.look("DescribeStacks", Value::map([("StackName", id.into())]))?;
    let stack = answer.get("Stacks").and_then(Value::as_list).and_then(|all| all.first().cloned()).unwrap_or_default();
    let outputs = stack.get("Outputs").and_then(Value::as_list).unwrap_or_default().iter();
    let output =
        |output: &Value| Some((text_at(output, &["OutputKey"])?.to_owned(), output.get("OutputValue")?.clone()));
    hand.tell(outputs.filter_map(output).map(|(key, value)| (format!("Outputs.{key}"), value)).collect());
    Ok(())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = source(hand, wanted);
    input.push(("StackName".to_owned(), hand.generated(128).into()));
    input.extend(pick(wanted, &["TimeoutInMinutes"]));
    // What it made is deleted with it, by the stack that it is nested in.
    input.push(("OnFailure".to_owned(), "DO_NOTHING".into()));
    let made = hand.call("CreateStack", Value::map(input))?;
    let id = text_at(&made, &["StackId"]).unwrap_or_default().to_owned();
    hand.born(&id);
    match end(hand, &id)? {
        (status, _) if status == "CREATE_COMPLETE" => {
            tell_outputs(hand, &id)?;
            Ok(Made::of(id))
        }
        (_, why) => Err(failed(format!("Embedded stack {id} was not successfully created: {why}"))),
    }
}

fn failed(text: String) -> Error {
    Error::new("ValidationError", text)
}

fn read(hand: &mut Hand, stack: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("DescribeStacks", Value::map([("StackName", stack.id.into())]));
    // One that was never there and one that is gone are told of in the same words.
    let Ok(answer) = answer else { return Ok(None) };
    let all = answer.get("Stacks").and_then(Value::as_list).unwrap_or_default();
    let Some(seen) = all.first().filter(|seen| text_at(seen, &["StackStatus"]) != Some("DELETE_COMPLETE")) else {
        return Ok(None);
    };
    let parameters = seen.get("Parameters").and_then(Value::as_list).unwrap_or_default().iter();
    let parameter =
        |item: &Value| Some((text_at(item, &["ParameterKey"])?.to_owned(), item.get("ParameterValue")?.clone()));
    let mut out = pick(seen, &["NotificationARNs", "StackId", "TimeoutInMinutes"]);
    out.push(("Parameters".to_owned(), Value::map(parameters.filter_map(parameter))));
    out.push(("Tags".to_owned(), tag_list(&tags(seen.get("Tags")))));
    out.retain(|(_, value)| !value.is_null());
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, stack: &Resource<'_>, wanted: &Value) -> Result<()> {
    let mut input = source(hand, wanted);
    input.push(("StackName".to_owned(), stack.id.into()));
    match hand.call("UpdateStack", Value::map(input)) {
        Err(error) if error.message() == crate::errors::no_updates().message() => return Ok(()),
        answer => drop(answer?),
    }
    match end(hand, stack.id)? {
        (status, _) if status == "UPDATE_COMPLETE" => tell_outputs(hand, stack.id),
        (status, why) => {
            let id = stack.id;
            let text =
                format!("Embedded stack {id} was not successfully updated. Currently in {status} with reason: {why}");
            Err(failed(text))
        }
    }
}

fn delete(hand: &mut Hand, stack: &Resource<'_>) -> Result<()> {
    hand.call("DeleteStack", Value::map([("StackName", stack.id.into())]))?;
    match end(hand, stack.id)? {
        (status, _) if status == "DELETE_COMPLETE" => Ok(()),
        (_, why) => Err(failed(format!("Embedded stack {} was not successfully deleted: {why}", stack.id))),
    }
}
