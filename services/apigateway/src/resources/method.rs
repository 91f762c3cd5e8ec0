//! A method goes by no id of its own: where it is says its properties. A change makes it anew, as AWS's does.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html>

use super::forms::{flags, gone, input, output, seen, with};
use service::resource::{Hand, Made, Resource, ResourceType, as_text};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::Method",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

/// Where it is.
const PLACE: [&str; 3] = ["HttpMethod", "ResourceId", "RestApiId"];
const OWN: [&str; 7] = [
    "ApiKeyRequired",
    "AuthorizationScopes",
    "AuthorizationType",
    "AuthorizerId",
    "OperationName",
    "RequestModels",
    "RequestValidatorId",
];
const INTEGRATION: [&str; 14] = [
    "CacheKeyParameters",
    "CacheNamespace",
    "ConnectionId",
    "ConnectionType",
    "ContentHandling",
    "Credentials",
    "IntegrationTarget",
    "PassthroughBehavior",
    "RequestParameters",
    "RequestTemplates",
    "ResponseTransferMode",
    "TimeoutInMillis",
    "Type",
    "Uri",
];
const INTEGRATION_RESPONSE: [&str; 5] =
    ["ContentHandling", "ResponseParameters", "ResponseTemplates", "SelectionPattern", "StatusCode"];

fn put(hand: &mut Hand, wanted: &Value, mut born: impl FnMut(&mut Hand)) -> Result<()> {
    let mut method = [input(wanted, &PLACE), input(wanted, &OWN)].concat();
    if wanted.get("AuthorizationType").is_none() {
        method.push(("authorizationType".to_owned(), "NONE".into()));
    }
    hand.call("PutMethod", with(method, "requestParameters", flags(wanted.get("RequestParameters"))))?;
    born(hand);
    for response in items(wanted.get("MethodResponses")) {
        let mut members = [input(wanted, &PLACE), input(response, &["ResponseModels"])].concat();
        members.push(("statusCode".to_owned(), response.get("StatusCode").map(as_text).into()));
        let parameters = flags(response.get("ResponseParameters"));
        hand.call("PutMethodResponse", with(members, "responseParameters", parameters))?;
    }
    let Some(integration) = wanted.get("Integration") else { return Ok(()) };
    let members = [input(wanted, &PLACE), input(integration, &INTEGRATION)].concat();
    let verb = integration.get("IntegrationHttpMethod").cloned();
    hand.call("PutIntegration", with(members, "integrationHttpMethod", verb))?;
    for response in items(integration.get("IntegrationResponses")) {
        let members = [input(wanted, &PLACE), input(response, &INTEGRATION_RESPONSE)].concat();
        hand.call("PutIntegrationResponse", Value::map(members))?;
    }
    Ok(())
}

fn items(list: Option<&Value>) -> &[Value] {
    list.and_then(Value::as_list).unwrap_or_default()
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let id = hand.generated(128);
    put(hand, wanted, |hand| hand.born(&id))?;
    Ok(Made::of(id))
}

fn read(hand: &mut Hand, method: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = seen(hand, "GetMethod", Value::map(input(method.properties, &PLACE)))? else { return Ok(None) };
    let mut out = output(&seen, &OWN);
    out.extend(output(&seen, &["RequestParameters"]));
    let place = PLACE.iter().filter_map(|name| Some(((*name).to_owned(), method.properties.get(name)?.clone())));
    out.extend(place);
    let responses = |all: Option<&Value>, names: &[&str]| {
        let all = all.and_then(Value::as_map).into_iter().flatten();
        let list: Vec<Value> = all.map(|(_, response)| Value::map(output(response, names))).collect();
        list
    };
    let own = responses(seen.get("methodResponses"), &["ResponseModels", "ResponseParameters", "StatusCode"]);
    if !own.is_empty() {
        out.push(("MethodResponses".to_owned(), Value::List(own)));
    }
    if let Some(integration) = seen.get("methodIntegration") {
        let mut members = output(integration, &INTEGRATION);
        members.push(("IntegrationHttpMethod".to_owned(), integration.get("httpMethod").cloned().into()));
        let own = responses(integration.get("integrationResponses"), &INTEGRATION_RESPONSE);
        if !own.is_empty() {
            members.push(("IntegrationResponses".to_owned(), Value::List(own)));
        }
        out.push(("Integration".to_owned(), Value::map(members)));
    }
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, method: &Resource<'_>, wanted: &Value) -> Result<()> {
    delete(hand, method)?;
    put(hand, wanted, |_| ())
}

fn delete(hand: &mut Hand, method: &Resource<'_>) -> Result<()> {
    gone(hand, "DeleteMethod", Value::map(input(method.properties, &PLACE)))
}
