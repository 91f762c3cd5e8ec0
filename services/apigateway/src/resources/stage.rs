//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html>

use super::forms::{gone, input, key, output, seen};
use super::{rest_api::write_tags, settings};
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, tag_list, tag_map, tags, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::Stage",
    schemas: &super::SCHEMAS,
    refused: &["CanarySetting", "ClientCertificateId", "DocumentationVersion"],
    create,
    read,
    update,
    delete,
    list: None,
};

const BORN_WITH: [&str; 8] = [
    "CacheClusterEnabled",
    "CacheClusterSize",
    "DeploymentId",
    "Description",
    "RestApiId",
    "StageName",
    "TracingEnabled",
    "Variables",
];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = text_at(wanted, &["StageName"]).unwrap_or_default();
    if wanted.get("DeploymentId").is_none() || name.is_empty() {
        return Err(Error::new("ValidationException", "A stage has a StageName and a DeploymentId."));
    }
    let mut members = input(wanted, &BORN_WITH);
    members.push(("tags".to_owned(), tag_map(&tags(wanted.get("Tags")))));
    hand.call("CreateStage", Value::map(members))?;
    hand.born(name);
    let born = Value::map(BORN_WITH.iter().filter_map(|name| Some((*name, wanted.get(name)?.clone()))));
    settings::changes((&born, wanted)).send(hand, "UpdateStage", key(wanted, "stageName", name))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, stage: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = seen(hand, "GetStage", key(stage.properties, "stageName", stage.id))? else { return Ok(None) };
    let mut out = output(&seen, &BORN_WITH);
    out.push(("RestApiId".to_owned(), stage.text("RestApiId").into()));
    if let Some(logs) = seen.get("accessLogSettings") {
        out.push(("AccessLogSetting".to_owned(), Value::map(output(logs, &["DestinationArn", "Format"]))));
    }
    let methods = settings::shown(seen.get("methodSettings"));
    if !methods.is_empty() {
        out.push(("MethodSettings".to_owned(), Value::List(methods)));
    }
    out.push(("Tags".to_owned(), tag_list(&tags(seen.get("tags")))));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, stage: &Resource<'_>, wanted: &Value) -> Result<()> {
    let both = (stage.properties, wanted);
    let mut patches = settings::changes(both);
    patches.set(both, ("DeploymentId", "/deploymentId"), Some(""));
    patches.set(both, ("CacheClusterEnabled", "/cacheClusterEnabled"), Some("false"));
    patches.set(both, ("CacheClusterSize", "/cacheClusterSize"), None);
    patches.send(hand, "UpdateStage", key(stage.properties, "stageName", stage.id))?;
    let change = TagChange::between(stage.properties.get("Tags"), wanted.get("Tags"));
    let api = stage.text("RestApiId").unwrap_or_default();
    write_tags(hand, &format!("/restapis/{api}/stages/{}", stage.id), change)
}

fn delete(hand: &mut Hand, stage: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteStage", key(stage.properties, "stageName", stage.id))
}
