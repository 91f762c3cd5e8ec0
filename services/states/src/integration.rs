//! Tasks as calls of other services: what is sent, what comes of the answer, and how AWS names what went wrong.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html>

use crate::language::fault::{Fault, TASK_FAILED};
use crate::modelled::{self, Blobs, Modelled, capital};
use crate::resource::{Resource, Target};
use serde_json::{Value as Json, json};
use service::model::{Model, Operation};
use service::{Bytes, Call, Error, Timestamp, Value, View};

/// The call that does a task with this input, for an execution and its machine, by their ARNs.
pub fn call(view: &View, resource: &Resource, input: &Json, sources: [&str; 2]) -> Result<Call, Fault> {
    if resource.target == Target::Function {
        return Ok(invocation(&resource.arn, input));
    }
    let (service, model, operation) = named(view, resource).ok_or_else(|| unknown(resource))?;
    let misfit =
        |why: String| Fault::runtime(format!("The Parameters '{input}' could not be used to start the Task: [{why}]"));
    let json = Modelled { model, blobs: blobs(resource), json_for_text: is_optimised(resource) };
    let mut input = json.input(operation, input).map_err(misfit)?;
    if is_optimised(resource) && service == "events" {
        name_sources(&mut input, sources);
    }
    Ok(Call { service: service.to_owned(), operation: operation.name.to_string(), input })
}

/// "The execution ARN and the state machine ARN are automatically appended to the Resources field of each PutEventsRequestEntry."
/// <https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html>
fn name_sources(input: &mut Value, sources: [&str; 2]) {
    let Value::Map(members) = input else { return };
    let Some(Value::List(entries)) = members.get_mut("Entries") else { return };
    for entry in entries {
        let Value::Map(entry) = entry else { continue };
        let resources = entry.entry("Resources".to_owned()).or_insert_with(|| Value::List(Vec::new()));
        if let Value::List(resources) = resources {
            resources.extend(sources.map(Value::from));
        }
    }
}

/// The service that a resource names, with its model and the operation; `None` where there is no such operation.
fn named<'r>(view: &View, resource: &'r Resource) -> Option<(&'r str, &'static Model, &'static Operation)> {
    let (names, operation) = match &resource.target {
        Target::Function => (["lambda"; 2], "Invoke"),
        Target::Activity => return None,
        Target::Optimised(one) => ([one.prefix; 2], one.operation),
        // A service that is not built goes by the SDK's name.
        Target::Sdk { service, sdk_name, action } => ([service.as_str(), sdk_name.as_str()], action.as_str()),
    };
    let (service, model) = names.into_iter().find_map(|name| Some((name, view.model(name)?)))?;
    Some((service, model, modelled::operation(model, operation)?))
}

fn unknown(resource: &Resource) -> Fault {
    Fault::runtime(format!("The resource provided {} is not recognized.", resource.arn))
}

/// Whether a resource is one that could be called: a modelled operation.
pub fn is_known(view: &View, resource: &Resource) -> bool {
    !matches!(resource.target, Target::Sdk { .. }) || named(view, resource).is_some()
}

fn is_optimised(resource: &Resource) -> bool {
    matches!(resource.target, Target::Optimised(_))
}

fn blobs(resource: &Resource) -> Blobs {
    match &resource.target {
        Target::Optimised(one) if one.prefix == "lambda" => Blobs::Json,
        _ => Blobs::Base64,
    }
}

fn invocation(function: &str, input: &Json) -> Call {
    let members = [
        ("FunctionName", Value::from(function)),
        ("InvocationType", Value::from("RequestResponse")),
        ("Payload", Value::Blob(Bytes::from(input.to_string()))),
    ];
    let input = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Call { service: "lambda".to_owned(), operation: "Invoke".to_owned(), input: Value::Map(input) }
}

/// What a task's answer is worth to its state.
pub fn result(view: &View, resource: &Resource, output: &Value, request: &str) -> Result<Json, Fault> {
    if resource.target == Target::Function {
        function_error(output)?;
        return Ok(payload(output));
    }
    let (service, model, operation) = named(view, resource).ok_or_else(|| unknown(resource))?;
    if is_optimised(resource) && service == "lambda" {
        function_error(output)?;
    }
    let mut json = Modelled { model, blobs: blobs(resource), json_for_text: false }.output(operation, output);
    if service == "events" && is_optimised(resource) && json["FailedEntryCount"].as_i64().unwrap_or(0) > 0 {
        return Err(Fault::new("EventBridge.FailedEntry", json.to_string()));
    }
    if let (true, Some(map)) = (is_optimised(resource), json.as_object_mut()) {
        map.insert("SdkHttpMetadata".to_owned(), json!({"HttpStatusCode": operation.http.code}));
        map.insert("SdkResponseMetadata".to_owned(), json!({"RequestId": request}));
    }
    Ok(json)
}

fn payload(output: &Value) -> Json {
    match output.get("Payload") {
        Some(Value::Blob(bytes)) => serde_json::from_slice(bytes).unwrap_or(Json::Null),
        _ => Json::Null,
    }
}

/// What a function threw, by its own name.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html>
fn function_error(output: &Value) -> Result<(), Fault> {
    if output.get("FunctionError").is_none_or(Value::is_null) {
        return Ok(());
    }
    let payload = payload(output);
    let error = payload.get("errorType").and_then(Json::as_str).unwrap_or("Lambda.Unknown");
    Err(Fault::new(error, payload.to_string()))
}

/// How AWS names an error of a service.
pub fn fault(view: &View, resource: &Resource, (error, request): (&Error, &str)) -> Fault {
    if resource.target == Target::Activity {
        return Fault::new(TASK_FAILED, error.message());
    }
    let model = named(view, resource).map(|(_, model, _)| model);
    let listed = model.and_then(|model| model.error(error.code())).map(|(_, shape)| &*shape.name);
    let status = status(model, error);
    match &resource.target {
        Target::Sdk { .. } => {
            let name = model.map_or(String::new(), |model| class_name(&model.metadata.service_id));
            let code = listed.map_or_else(|| format!("{name}Exception"), exception);
            let said = error.message();
            let cause = format!("{said} (Service: {name}, Status Code: {status}, Request ID: {request})");
            Fault::new(&format!("{name}.{code}"), cause)
        }
        target => {
            let (errors, unlisted, called) = match target {
                Target::Optimised(one) => (one.errors, one.unlisted, one.called),
                _ => ("Lambda", "AWSLambdaException", "AWSLambda"),
            };
            let code = listed.map_or_else(|| unlisted.to_owned(), exception);
            let cause = format!(
                "{} (Service: {called}; Status Code: {status}; Error Code: {}; Request ID: {request}; Proxy: null)",
                error.message(),
                error.code(),
            );
            Fault::new(&format!("{errors}.{code}"), cause)
        }
    }
}

fn status(model: Option<&Model>, error: &Error) -> u16 {
    let modelled =
        model.and_then(|model| model.error(error.code())).and_then(|(_, shape)| shape.error.as_ref()?.status);
    error.own_status().or(modelled).unwrap_or(400)
}

/// The SDK's classes of errors end so.
fn exception(shape: &str) -> String {
    if shape.ends_with("Exception") { capital(shape) } else { format!("{}Exception", capital(shape)) }
}

/// The SDK's name of a service's classes: `DynamoDb` for `DynamoDB`, `CloudWatchLogs` for `CloudWatch Logs`, `Sfn` for `SFN`.
fn class_name(service_id: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for c in service_id.chars() {
        if !c.is_alphanumeric() {
            before = ' ';
            continue;
        }
        let begins = before == ' ' || (before.is_lowercase() && c.is_uppercase());
        name.push(if begins { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
        before = c;
    }
    name
}

/// What a finished execution is to the state that started it.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html>
pub fn described(execution: &crate::state::Execution, (arn, machine): (&str, &str), parsed: bool) -> Json {
    let data = |text: &str| {
        if parsed { serde_json::from_str(text).unwrap_or(Json::Null) } else { Json::String(text.to_owned()) }
    };
    let millis = |moment: Timestamp| Json::from(moment.millis());
    let mut json = json!({
        "ExecutionArn": arn,
        "Input": data(&execution.input),
        "InputDetails": {"Included": true},
        "Name": execution.name,
        "RedriveCount": execution.redrive_count,
        "RedriveStatus": "NOT_REDRIVABLE",
        "StartDate": millis(execution.started_at),
        "StateMachineArn": machine,
        "Status": execution.status,
    });
    if let Some(map) = json.as_object_mut() {
        if let Some(output) = &execution.output {
            map.insert("Output".to_owned(), data(output));
            map.insert("OutputDetails".to_owned(), json!({"Included": true}));
        }
        let texts = [("Error", &execution.error), ("Cause", &execution.cause)];
        map.extend(texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?)))));
        map.extend(execution.stopped_at.map(|at| ("StopDate".to_owned(), millis(at))));
    }
    json
}

/// The detail of the event by which EventBridge is told of an execution's status.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html>
pub fn status_change(execution: &crate::state::Execution, (arn, machine): (&str, &str)) -> Json {
    let qualified = |qualifier: Option<String>| qualifier.map(|qualifier| format!("{machine}:{qualifier}"));
    let details = |there: bool| if there { json!({"included": true}) } else { Json::Null };
    json!({
        "executionArn": arn,
        "stateMachineArn": machine,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started_at.millis(),
        "stopDate": execution.stopped_at.map(Timestamp::millis),
        "input": execution.input,
        "output": execution.output,
        "stateMachineVersionArn": qualified(execution.version.map(|number| number.to_string())),
        "stateMachineAliasArn": qualified(execution.alias.clone()),
        "redriveCount": execution.redrive_count,
        "redriveDate": execution.redriven_at.map(Timestamp::millis),
        "redriveStatus": crate::redrive::status(execution).0,
        "redriveStatusReason": crate::redrive::status(execution).1,
        "inputDetails": {"included": true},
        "outputDetails": details(execution.output.is_some()),
        "error": execution.error,
        "cause": execution.cause,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_named_as_the_sdk_does() {
        let names = ["DynamoDB", "CloudWatch Logs", "SFN", "SQS", "EventBridge", "Secrets Manager", "S3", "KMS"];
        let named = ["DynamoDb", "CloudWatchLogs", "Sfn", "Sqs", "EventBridge", "SecretsManager", "S3", "Kms"];
        assert_eq!(names.map(class_name), named);
        assert_eq!(exception("QueueDoesNotExist"), "QueueDoesNotExistException");
        assert_eq!(exception("ConditionalCheckFailedException"), "ConditionalCheckFailedException");
    }
}
