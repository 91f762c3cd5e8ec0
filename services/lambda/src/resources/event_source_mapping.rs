//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html>

use super::GONE;
use super::retag::retag;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, tag_list, tag_map, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Lambda::EventSourceMapping",
    schemas: &super::SCHEMAS,
    refused: &["LoggingConfig", "ProvisionedPollerConfig", "SelfManagedEventSource"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties that change, under the names that operations have for them too. Of a queue's mapping Lambda refuses those of other
/// sources.
const CHANGING: [&str; 18] = [
    "AmazonManagedKafkaEventSourceConfig",
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "DocumentDBEventSourceConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "MetricsConfig",
    "ParallelizationFactor",
    "ScalingConfig",
    "SelfManagedKafkaEventSourceConfig",
    "SourceAccessConfigurations",
    "TumblingWindowInSeconds",
];
/// Properties that stay as they were.
const LASTING: [&str; 5] = ["EventSourceArn", "Queues", "StartingPosition", "StartingPositionTimestamp", "Topics"];

/// What a property is where its template no longer says.
fn usual(property: &str) -> Value {
    match property {
        "BatchSize" => Value::Int(10),
        "Enabled" => true.into(),
        "FilterCriteria" | "ScalingConfig" => Value::map::<&str>([]),
        "FunctionResponseTypes" => Value::List(Vec::new()),
        "MaximumBatchingWindowInSeconds" => Value::Int(0),
        "MetricsConfig" => Value::map([("Metrics", Value::List(Vec::new()))]),
        _ => Value::Null,
    }
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &CHANGING);
    input.extend(pick(wanted, &LASTING));
    input.push(("KMSKeyArn".to_owned(), text_at(wanted, &["KmsKeyArn"]).into()));
    input.push(("Tags".to_owned(), tag_map(&tags(wanted.get("Tags")))));
    let made = hand.call("CreateEventSourceMapping", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["UUID"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, mapping: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("GetEventSourceMapping", Value::map([("UUID", mapping.id.into())]));
    let Some(seen) = found(answer, GONE)? else { return Ok(None) };
    let mut out = pick(&seen, &CHANGING);
    out.extend(pick(&seen, &LASTING));
    let arn = text_at(&seen, &["EventSourceMappingArn"]).unwrap_or_default();
    let own = hand.look("ListTags", Value::map([("Resource", arn.into())]))?;
    // The function goes by whichever of its names the template has.
    let function = mapping.text("FunctionName").or_else(|| text_at(&seen, &["FunctionArn"]));
    out.push(("FunctionName".to_owned(), function.into()));
    out.push(("Enabled".to_owned(), (text_at(&seen, &["State"]) != Some("Disabled")).into()));
    out.push(("KmsKeyArn".to_owned(), text_at(&seen, &["KMSKeyArn"]).into()));
    out.push(("Id".to_owned(), mapping.id.into()));
    out.push(("EventSourceMappingArn".to_owned(), arn.into()));
    out.push(("Tags".to_owned(), tag_list(&tags(own.get("Tags")))));
    out.retain(|(_, value)| !value.is_null());
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, mapping: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = mapping.properties;
    let differs = |name: &str| old.get(name) != wanted.get(name);
    let changed = CHANGING.iter().filter(|name| differs(name));
    let value = |name: &str| wanted.get(name).cloned().unwrap_or_else(|| usual(name));
    let mut input: Vec<(String, Value)> = changed.map(|name| ((*name).to_owned(), value(name))).collect();
    if differs("KmsKeyArn") {
        input.push(("KMSKeyArn".to_owned(), text_at(wanted, &["KmsKeyArn"]).unwrap_or_default().into()));
    }
    if !input.is_empty() {
        input.push(("UUID".to_owned(), mapping.id.into()));
        hand.call("UpdateEventSourceMapping", Value::map(input))?;
    }
    let arn = hand.arn("lambda", format!("event-source-mapping:{}", mapping.id));
    retag(hand, arn.as_str(), (old, wanted))
}

fn delete(hand: &mut Hand, mapping: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteEventSourceMapping", Value::map([("UUID", mapping.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let markers = ["Marker", "NextMarker", "EventSourceMappings"];
    let all = hand.pages("ListEventSourceMappings", Value::map::<&str>([]), markers)?;
    Ok(all.iter().filter_map(|mapping| mapping.get("UUID")?.as_str().map(str::to_owned)).collect())
}
