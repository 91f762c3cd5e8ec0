//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html>

use super::forms::{Patches, escaped, gone, input, output, seen};
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, tag_list, tag_map, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::RestApi",
    schemas: &super::SCHEMAS,
    refused: &[
        "Body",
        "BodyS3Location",
        "CloneFrom",
        "EndpointAccessMode",
        "FailOnWarnings",
        "MinimumCompressionSize",
        "Mode",
        "Parameters",
        "SecurityPolicy",
    ],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const SAME: [&str; 5] = ["Name", "Description", "Version", "BinaryMediaTypes", "DisableExecuteApiEndpoint"];

fn key(id: &str) -> Value {
    Value::map([("restApiId", id.into())])
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut members = input(wanted, &SAME);
    if wanted.get("Name").is_none() {
        members.push(("name".to_owned(), "".into()));
    }
    members.push(("apiKeySource".to_owned(), text_at(wanted, &["ApiKeySourceType"]).into()));
    let endpoint = wanted.get("EndpointConfiguration");
    let endpoint = endpoint.map(|endpoint| Value::map(input(endpoint, &["IpAddressType", "Types", "VpcEndpointIds"])));
    members.push(("endpointConfiguration".to_owned(), endpoint.into()));
    members.push(("policy".to_owned(), wanted.get("Policy").map(as_text).into()));
    members.push(("tags".to_owned(), tag_map(&tags(wanted.get("Tags")))));
    let made = hand.call("CreateRestApi", Value::map(members))?;
    Ok(Made::of(text_at(&made, &["id"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, api: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = seen(hand, "GetRestApi", key(api.id))? else { return Ok(None) };
    let mut out = output(&seen, &SAME);
    out.extend(output(&seen, &["RootResourceId", "Policy"]));
    out.push(("RestApiId".to_owned(), api.id.into()));
    out.push(("ApiKeySourceType".to_owned(), text_at(&seen, &["apiKeySource"]).into()));
    if let Some(endpoint) = seen.get("endpointConfiguration") {
        let endpoint = output(endpoint, &["IpAddressType", "Types", "VpcEndpointIds"]);
        out.push(("EndpointConfiguration".to_owned(), Value::map(endpoint)));
    }
    out.push(("Tags".to_owned(), tag_list(&tags(seen.get("tags")))));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, api: &Resource<'_>, wanted: &Value) -> Result<()> {
    let both = (api.properties, wanted);
    let mut patches = Patches::default();
    patches.set(both, ("Name", "/name"), Some(""));
    patches.set(both, ("Description", "/description"), None);
    patches.set(both, ("Version", "/version"), None);
    patches.set(both, ("Policy", "/policy"), None);
    patches.set(both, ("ApiKeySourceType", "/apiKeySource"), Some("HEADER"));
    patches.set(both, ("DisableExecuteApiEndpoint", "/disableExecuteApiEndpoint"), Some("false"));
    let kinds = |properties: &Value| {
        let list = properties.get("BinaryMediaTypes").and_then(Value::as_list).unwrap_or_default();
        list.iter().map(as_text).collect::<Vec<_>>()
    };
    let (old, new) = (kinds(api.properties), kinds(wanted));
    for kind in old.iter().filter(|kind| !new.contains(kind)) {
        patches.add("remove", format!("/binaryMediaTypes/{}", escaped(kind)), None);
    }
    for kind in new.iter().filter(|kind| !old.contains(kind)) {
        patches.add("add", format!("/binaryMediaTypes/{}", escaped(kind)), None);
    }
    let (old, new) = (endpoint(api.properties), endpoint(wanted));
    if old.0 != new.0 {
        patches.add("replace", format!("/endpointConfiguration/types/{}", old.0), Some(new.0));
    }
    if let (true, Some(kind)) = (old.1 != new.1, new.1) {
        patches.add("replace", "/endpointConfiguration/ipAddressType", Some(kind));
    }
    patches.send(hand, "UpdateRestApi", key(api.id))?;
    let change = TagChange::between(api.properties.get("Tags"), wanted.get("Tags"));
    write_tags(hand, &format!("/restapis/{}", api.id), change)
}

/// The kind of endpoint, and of its addresses.
fn endpoint(properties: &Value) -> (String, Option<String>) {
    let endpoint = properties.get("EndpointConfiguration");
    let kinds = endpoint.and_then(|endpoint| endpoint.get("Types")).and_then(Value::as_list).unwrap_or_default();
    let addresses = endpoint.and_then(|endpoint| endpoint.get("IpAddressType")).map(as_text);
    (kinds.first().map_or_else(|| "EDGE".to_owned(), as_text), addresses)
}

/// Changes the tags of what goes by a path.
pub fn write_tags(hand: &mut Hand, path: &str, change: TagChange) -> Result<()> {
    let arn = super::settings::arn(hand, path);
    if !change.set.is_empty() {
        let input = [("resourceArn", arn.as_str().into()), ("tags", tag_map(&change.set))];
        hand.call("TagResource", Value::map(input))?;
    }
    if !change.unset.is_empty() {
        let input = [("resourceArn", arn.as_str().into()), ("tagKeys", change.unset_list())];
        hand.call("UntagResource", Value::map(input))?;
    }
    Ok(())
}

fn delete(hand: &mut Hand, api: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteRestApi", key(api.id))
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("GetRestApis", Value::map([("limit", Value::Int(500))]), ["position", "position", "items"])?;
    Ok(all.iter().filter_map(|api| text_at(api, &["id"]).map(str::to_owned)).collect())
}
