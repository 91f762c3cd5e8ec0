//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html>

use super::retag::retag;
use super::{GONE, code};
use service::resource::{Hand, Made, Resource, ResourceType, as_text, found, pick, tag_list, tag_map, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Lambda::Function",
    schemas: &super::SCHEMAS,
    refused: &[
        "CapacityProviderConfig",
        "CodeSigningConfigArn",
        "DurableConfig",
        "FunctionScalingConfig",
        "PublishToLatestPublished",
        "RecursiveLoop",
        "RuntimeManagementConfig",
        "TenancyConfig",
    ],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties of a function's configuration, each with the member by which operations call it.
const CONFIGURATION: [(&str, &str); 17] = [
    ("DeadLetterConfig", "DeadLetterConfig"),
    ("Description", "Description"),
    ("Environment", "Environment"),
    ("EphemeralStorage", "EphemeralStorage"),
    ("FileSystemConfigs", "FileSystemConfigs"),
    ("Handler", "Handler"),
    ("ImageConfig", "ImageConfig"),
    ("KmsKeyArn", "KMSKeyArn"),
    ("Layers", "Layers"),
    ("LoggingConfig", "LoggingConfig"),
    ("MemorySize", "MemorySize"),
    ("Role", "Role"),
    ("Runtime", "Runtime"),
    ("SnapStart", "SnapStart"),
    ("Timeout", "Timeout"),
    ("TracingConfig", "TracingConfig"),
    ("VpcConfig", "VpcConfig"),
];

/// What a property is where its template no longer says.
fn usual(property: &str) -> Value {
    let none = || Value::List(Vec::new());
    match property {
        "DeadLetterConfig" => Value::map([("TargetArn", "".into())]),
        "Description" | "KmsKeyArn" => "".into(),
        "Environment" => Value::map([("Variables", Value::map::<&str>([]))]),
        "EphemeralStorage" => Value::map([("Size", Value::Int(512))]),
        "FileSystemConfigs" | "Layers" => none(),
        "MemorySize" => Value::Int(128),
        "SnapStart" => Value::map([("ApplyOn", "None".into())]),
        "Timeout" => Value::Int(3),
        "TracingConfig" => Value::map([("Mode", "PassThrough".into())]),
        "VpcConfig" => Value::map([("SubnetIds", none()), ("SecurityGroupIds", none())]),
        _ => Value::Null,
    }
}

/// A property in the form that operations take.
fn member(name: &str, property: &str, given: Option<&Value>) -> Value {
    match (property, given) {
        ("Environment", Some(given)) => {
            let variables = given.get("Variables").and_then(Value::as_map).into_iter().flatten();
            let variables = variables.map(|(name, value)| (name.clone(), Value::from(as_text(value))));
            Value::map([("Variables", Value::map(variables))])
        }
        // What of it is not said is as usual; an update would leave it as it was.
        ("LoggingConfig", given) => {
            let own = |member: &str| given.and_then(|given| given.get(member)).cloned();
            let levels = ["ApplicationLogLevel", "SystemLogLevel"].map(|level| (level, own(level).unwrap_or_default()));
            let usual = [("LogFormat", "Text".to_owned()), ("LogGroup", format!("/aws/lambda/{name}"))];
            let usual = usual.map(|(member, usual)| (member, own(member).unwrap_or_else(|| usual.into())));
            Value::map(usual.into_iter().chain(levels).filter(|(_, value)| !value.is_null()))
        }
        (_, Some(given)) => given.clone(),
        (property, None) => usual(property),
    }
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "FunctionName", 64);
    let mut input = pick(wanted, &["Architectures", "PackageType"]);
    input.push(("FunctionName".to_owned(), name.as_str().into()));
    input.push(("Code".to_owned(), Value::map(code::members(wanted)?)));
    input.push(("Tags".to_owned(), tag_map(&tags(wanted.get("Tags")))));
    let given = CONFIGURATION.iter().filter_map(|(property, to)| Some((*property, *to, wanted.get(property)?)));
    input.extend(given.map(|(property, to, value)| (to.to_owned(), member(&name, property, Some(value)))));
    hand.call("CreateFunction", Value::map(input))?;
    hand.born(&name);
    reserve(hand, &name, (&Value::Null, wanted))?;
    Ok(Made::of(name))
}

/// Reserves concurrency, or gives it back.
fn reserve(hand: &mut Hand, name: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let reserved = "ReservedConcurrentExecutions";
    match (old.get(reserved), new.get(reserved)) {
        (before, now) if before == now => Ok(()),
        (_, Some(most)) => {
            let input = Value::map([("FunctionName", name.into()), (reserved, most.clone())]);
            hand.call("PutFunctionConcurrency", input).map(drop)
        }
        (_, None) => hand.call("DeleteFunctionConcurrency", Value::map([("FunctionName", name.into())])).map(drop),
    }
}

fn read(hand: &mut Hand, function: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("GetFunction", Value::map([("FunctionName", function.id.into())]));
    let Some(answer) = found(answer, GONE)? else { return Ok(None) };
    let seen = answer.get("Configuration").cloned().unwrap_or_default();
    let mut out = pick(&seen, &["FunctionName", "Architectures", "PackageType"]);
    let as_said = CONFIGURATION.iter().filter(|(property, _)| !["SnapStart", "VpcConfig"].contains(property));
    out.extend(as_said.filter_map(|(property, from)| Some(((*property).to_owned(), seen.get(from)?.clone()))));
    if let Some(vpc) = seen.get("VpcConfig").filter(|vpc| !vpc.is_null()) {
        let vpc = pick(vpc, &["SubnetIds", "SecurityGroupIds", "Ipv6AllowedForDualStack"]);
        out.push(("VpcConfig".to_owned(), Value::map(vpc)));
    }
    let concurrency = answer.get("Concurrency").cloned().unwrap_or_default();
    out.extend(pick(&concurrency, &["ReservedConcurrentExecutions"]));
    out.push(("Arn".to_owned(), text_at(&seen, &["FunctionArn"]).into()));
    out.push(("SnapStartResponse".to_owned(), seen.get("SnapStart").cloned().unwrap_or_default()));
    out.push(("Tags".to_owned(), tag_list(&tags(answer.get("Tags")))));
    out.retain(|(_, value)| !value.is_null());
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, function: &Resource<'_>, wanted: &Value) -> Result<()> {
    let (old, name) = (function.properties, function.id);
    let differs = |name: &str| old.get(name) != wanted.get(name);
    if differs("Code") || differs("Architectures") {
        let mut input = code::members(wanted)?;
        let usual = || Value::List(vec!["x86_64".into()]);
        input.push(("Architectures".to_owned(), wanted.get("Architectures").cloned().unwrap_or_else(usual)));
        input.push(("FunctionName".to_owned(), name.into()));
        hand.call("UpdateFunctionCode", Value::map(input))?;
    }
    let changed = CONFIGURATION.iter().filter(|(property, _)| differs(property));
    let mut input: Vec<(String, Value)> =
        changed.map(|(property, to)| ((*to).to_owned(), member(name, property, wanted.get(property)))).collect();
    if !input.is_empty() {
        input.push(("FunctionName".to_owned(), name.into()));
        hand.call("UpdateFunctionConfiguration", Value::map(input))?;
    }
    reserve(hand, name, (old, wanted))?;
    let arn = hand.arn("lambda", format!("function:{name}"));
    retag(hand, arn.as_str(), (old, wanted))
}

fn delete(hand: &mut Hand, function: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteFunction", Value::map([("FunctionName", function.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("ListFunctions", Value::map::<&str>([]), ["Marker", "NextMarker", "Functions"])?;
    Ok(all.iter().filter_map(|function| function.get("FunctionName")?.as_str().map(str::to_owned)).collect())
}
