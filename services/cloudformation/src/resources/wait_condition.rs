//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html>

use crate::fronts;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, pick, text_at};
use service::template::json;
use service::{Duration, Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::CloudFormation::WaitCondition",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

/// The longest that is waited, in seconds.
const LONGEST_SECONDS: u64 = 43_200;

fn failed(text: impl Into<String>) -> Error {
    Error::new("WaitCondition", text.into()).status(400)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let number = |property: &str| wanted.get(property).and_then(|value| as_text(value).parse::<u64>().ok());
    let Some(handle) = text_at(wanted, &["Handle"]) else {
        return Err(failed("A wait condition without a Handle takes a CreationPolicy, which is not implemented."));
    };
    let Some(seconds) = number("Timeout").filter(|seconds| *seconds <= LONGEST_SECONDS) else {
        return Err(failed(format!("Timeout must be a number of seconds from 0 to {LONGEST_SECONDS}.")));
    };
    let count = number("Count").unwrap_or(1);
    let name = format!("signals/{}/{count}", fronts::secret_of(handle));
    let signals = hand.hear(&name, Duration::from_secs(seconds))?.unwrap_or_default();
    let signals = signals.as_list().unwrap_or_default();
    let text = |signal: &Value, name: &str| text_at(signal, &[name]).unwrap_or_default().to_owned();
    if let Some(bad) = signals.iter().find(|signal| text(signal, "Status") != "SUCCESS") {
        let (reason, id) = (text(bad, "Reason"), text(bad, "UniqueId"));
        return Err(failed(format!("WaitCondition received failed message: '{reason}' for uniqueId: {id}")));
    }
    let received = signals.len();
    if (received as u64) < count {
        let text = format!("WaitCondition timed out. Received {received} conditions when expecting {count}");
        return Err(failed(text));
    }
    let data = signals.iter().map(|signal| (text(signal, "UniqueId"), Value::from(text(signal, "Data"))));
    let data = json::write(&Value::map(data));
    hand.tell([("Data".to_owned(), data.into())].into_iter().collect());
    let (stack, logical) = (hand.owner("StackId"), hand.owner("LogicalResourceId"));
    Ok(Made::of(format!("{}/{}", as_text(&stack), as_text(&logical))))
}

fn read(_: &mut Hand, condition: &Resource<'_>) -> Result<Option<Value>> {
    let mut out = pick(condition.properties, &["Count", "Handle", "Timeout"]);
    out.push(("Id".to_owned(), condition.id.into()));
    Ok(Some(Value::map(out)))
}

fn update(_: &mut Hand, _: &Resource<'_>, _: &Value) -> Result<()> {
    Err(failed("Update to resource type AWS::CloudFormation::WaitCondition is not supported."))
}

fn delete(_: &mut Hand, _: &Resource<'_>) -> Result<()> {
    Ok(())
}
