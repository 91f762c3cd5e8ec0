//! A deployment keeps what its API is at the moment when it is made; for a new one a template gives it another logical id.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html>

use super::forms::{Patches, api, gone, input, key, output, seen};
use super::{rest_api::write_tags, settings};
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::Deployment",
    schemas: &super::SCHEMAS,
    refused: &["DeploymentCanarySettings"],
    create,
    read,
    update,
    delete,
    list: None,
};

/// What a deployment says of its stage as it makes it.
const OF_STAGE: [&str; 4] = ["CacheClusterEnabled", "CacheClusterSize", "TracingEnabled", "Variables"];

fn stage(properties: &Value) -> Value {
    properties.get("StageDescription").cloned().unwrap_or_default()
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let (name, said) = (text_at(wanted, &["StageName"]), stage(wanted));
    if name.is_none() && !said.is_null() {
        let text = "Invalid request provided: StageDescription cannot be specified when stage referenced by StageName \
                    is not specified";
        return Err(Error::new("ValidationException", text));
    }
    for missing in ["CanarySetting", "ClientCertificateId", "DocumentationVersion"] {
        if said.get(missing).is_some() {
            let text =
                format!("The property StageDescription.{missing} of a deployment is not implemented by Terrella");
            return Err(Error::new("NotImplemented", text).status(400));
        }
    }
    let mut members = [input(wanted, &["Description", "RestApiId", "StageName"]), input(&said, &OF_STAGE)].concat();
    members.push(("stageDescription".to_owned(), text_at(&said, &["Description"]).into()));
    let made = hand.call("CreateDeployment", Value::map(members))?;
    let id = text_at(&made, &["id"]).unwrap_or_default();
    hand.born(id);
    if let Some(name) = name {
        let known = ["Description", "TracingEnabled", "Variables"];
        let born = Value::map(known.iter().filter_map(|name| Some((*name, said.get(name)?.clone()))));
        change_stage(hand, (api(wanted), name), (&born, &said))?;
    }
    Ok(Made::of(id))
}

/// Makes of a stage's settings others.
fn change_stage(hand: &mut Hand, (api, name): (&str, &str), both: (&Value, &Value)) -> Result<()> {
    let key = Value::map([("restApiId", api.into()), ("stageName", name.into())]);
    settings::changes(both).send(hand, "UpdateStage", key)?;
    let change = TagChange::between(both.0.get("Tags"), both.1.get("Tags"));
    write_tags(hand, &format!("/restapis/{api}/stages/{name}"), change)
}

fn read(hand: &mut Hand, deployment: &Resource<'_>) -> Result<Option<Value>> {
    let key = key(deployment.properties, "deploymentId", deployment.id);
    let Some(seen) = seen(hand, "GetDeployment", key)? else { return Ok(None) };
    let mut out = output(&seen, &["Description"]);
    out.push(("RestApiId".to_owned(), deployment.text("RestApiId").into()));
    out.push(("DeploymentId".to_owned(), deployment.id.into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, deployment: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = deployment.properties;
    if old.get("StageName") != wanted.get("StageName") {
        let text = "A change of a deployment's StageName is not implemented by Terrella: give it another logical id.";
        return Err(Error::new("NotImplemented", text).status(400));
    }
    let mut patches = Patches::default();
    patches.set((old, wanted), ("Description", "/description"), Some(""));
    patches.send(hand, "UpdateDeployment", key(old, "deploymentId", deployment.id))?;
    match text_at(wanted, &["StageName"]) {
        Some(name) => change_stage(hand, (api(wanted), name), (&stage(old), &stage(wanted))),
        None => Ok(()),
    }
}

/// Its stage goes with it, if it still serves it.
fn delete(hand: &mut Hand, deployment: &Resource<'_>) -> Result<()> {
    if let Some(name) = deployment.text("StageName") {
        let key = || key(deployment.properties, "stageName", name);
        let served = seen(hand, "GetStage", key())?;
        if served.as_ref().and_then(|stage| text_at(stage, &["deploymentId"])) == Some(deployment.id) {
            gone(hand, "DeleteStage", key())?;
        }
    }
    gone(hand, "DeleteDeployment", key(deployment.properties, "deploymentId", deployment.id))
}
