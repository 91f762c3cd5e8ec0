//! API Gateway. The answers of what makes something call it `id`: the last one counts.

use super::{Line, Listing};

/// A plan, and a method that can be deployed.
pub static COMMON: &[&str] = &[
    r#"CreateUsagePlan {"name": "p", "quota": {"limit": 5, "period": "DAY"}}"#,
    r#"GetUsage {"usagePlanId": "{id}", "startDate": "2026-01-01", "endDate": "2026-01-01"}"#,
    r#"CreateRestApi {"name": "shop"}"#,
    r#"PutMethod {"restApiId": "{id}", "resourceId": "{rootResourceId}", "httpMethod": "GET",
        "authorizationType": "NONE"}"#,
    r#"PutIntegration {"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET",
        "type": "MOCK"}"#,
];

const RESPONSE: &str = r#"PutMethodResponse {"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#;
const ANSWER: &str = r#"PutIntegrationResponse {"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#;
const DEPLOYED: &str = r#"CreateDeployment {"restApiId": "{restApiId}", "stageName": "dev"}"#;
const BARE: &str = r#"CreateDeployment {"restApiId": "{restApiId}", "description": "d{n}"}"#;
const AUTHORIZER: &str = r#"CreateAuthorizer {"restApiId": "{restApiId}", "name": "a{n}", "type": "COGNITO_USER_POOLS", "providerARNs": ["arn:aws:cognito-idp:us-east-1:{Account}:userpool/us-east-1_a"]}"#;
const ORDERS: &str =
    r#"CreateResource {"restApiId": "{restApiId}", "parentId": "{rootResourceId}", "pathPart": "r{n}"}"#;
const RESPONDED: &str = r#"PutGatewayResponse {"restApiId": "{restApiId}", "responseType": "UNAUTHORIZED"}"#;

const MODEL: &str = r#"CreateModel {"restApiId": "{restApiId}", "name": "M{n}", "contentType": "application/json", "schema": "{}"}"#;
const VALIDATOR: &str = r#"CreateRequestValidator {"restApiId": "{restApiId}", "name": "v{n}"}"#;

const KEY: &str = r#"CreateApiKey {"name": "k{n}"}"#;
const PLAN: &str = r#"CreateUsagePlan {"name": "p{n}", "quota": {"limit": 5, "period": "DAY"}}"#;
const HOLD: &str = r#"CreateUsagePlanKey {"usagePlanId": "{usagePlanId}", "keyId": "{id}", "keyType": "API_KEY"}"#;

pub static LINES: &[Line] = &[
    ("apigateway.CreateApiKey", &[], r#"{"name": "k", "tags": {"team": "a"}}"#),
    ("apigateway.CreateUsagePlan", &[], r#"{"name": "p", "tags": {"team": "a"}}"#),
    (
        "apigateway.CreateUsagePlanKey",
        &[KEY],
        r#"{"usagePlanId": "{usagePlanId}", "keyId": "{id}", "keyType": "API_KEY"}"#,
    ),
    ("apigateway.DeleteApiKey", &[KEY], r#"{"apiKey": "{id}"}"#),
    ("apigateway.DeleteUsagePlan", &[PLAN], r#"{"usagePlanId": "{id}"}"#),
    ("apigateway.DeleteUsagePlanKey", &[KEY, HOLD], r#"{"usagePlanId": "{usagePlanId}", "keyId": "{id}"}"#),
    (
        "apigateway.FlushStageAuthorizersCache",
        &[DEPLOYED],
        r#"{"restApiId": "{restApiId}", "stageName": "dev"}"#,
    ),
    ("apigateway.GetApiKey", &[KEY], r#"{"apiKey": "{id}"}"#),
    (
        "apigateway.GetUsage",
        &[PLAN],
        r#"{"usagePlanId": "{id}", "startDate": "2026-01-01", "endDate": "2026-01-01"}"#,
    ),
    ("apigateway.GetUsagePlan", &[PLAN], r#"{"usagePlanId": "{id}"}"#),
    ("apigateway.GetUsagePlanKey", &[KEY, HOLD], r#"{"usagePlanId": "{usagePlanId}", "keyId": "{id}"}"#),
    ("apigateway.GetUsagePlanKeys", &[PLAN], r#"{"usagePlanId": "{id}"}"#),
    ("apigateway.UpdateApiKey", &[KEY], r#"{"apiKey": "{id}"}"#),
    ("apigateway.UpdateUsage", &[KEY, HOLD], r#"{"usagePlanId": "{usagePlanId}", "keyId": "{id}"}"#),
    ("apigateway.UpdateUsagePlan", &[PLAN], r#"{"usagePlanId": "{id}"}"#),
    (
        "apigateway.CreateModel",
        &[],
        r#"{"restApiId": "{restApiId}", "name": "M", "contentType": "application/json", "schema": "{}"}"#,
    ),
    ("apigateway.CreateRequestValidator", &[], r#"{"restApiId": "{restApiId}", "validateRequestBody": true}"#),
    ("apigateway.DeleteModel", &[], r#"{"restApiId": "{restApiId}", "modelName": "Empty"}"#),
    (
        "apigateway.DeleteRequestValidator",
        &[VALIDATOR],
        r#"{"restApiId": "{restApiId}", "requestValidatorId": "{id}"}"#,
    ),
    ("apigateway.GetGatewayResponses", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetModel", &[], r#"{"restApiId": "{restApiId}", "modelName": "Empty"}"#),
    ("apigateway.GetModels", &[], r#"{"restApiId": "{restApiId}"}"#),
    (
        "apigateway.GetRequestValidator",
        &[VALIDATOR],
        r#"{"restApiId": "{restApiId}", "requestValidatorId": "{id}"}"#,
    ),
    ("apigateway.GetRequestValidators", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.UpdateAuthorizer", &[AUTHORIZER], r#"{"restApiId": "{restApiId}", "authorizerId": "{id}"}"#),
    ("apigateway.UpdateDeployment", &[DEPLOYED], r#"{"restApiId": "{restApiId}", "deploymentId": "{id}"}"#),
    ("apigateway.UpdateGatewayResponse", &[], r#"{"restApiId": "{restApiId}", "responseType": "UNAUTHORIZED"}"#),
    (
        "apigateway.UpdateIntegration",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET"}"#,
    ),
    (
        "apigateway.UpdateIntegrationResponse",
        &[RESPONSE, ANSWER],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#,
    ),
    (
        "apigateway.UpdateMethod",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET"}"#,
    ),
    (
        "apigateway.UpdateMethodResponse",
        &[RESPONSE],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#,
    ),
    ("apigateway.UpdateModel", &[], r#"{"restApiId": "{restApiId}", "modelName": "Empty"}"#),
    (
        "apigateway.UpdateRequestValidator",
        &[VALIDATOR],
        r#"{"restApiId": "{restApiId}", "requestValidatorId": "{id}"}"#,
    ),
    ("apigateway.UpdateResource", &[ORDERS], r#"{"restApiId": "{restApiId}", "resourceId": "{id}"}"#),
    (
        "apigateway.CreateAuthorizer",
        &[],
        r#"{"restApiId": "{restApiId}", "name": "a", "type": "COGNITO_USER_POOLS", "providerARNs": ["arn:aws:cognito-idp:us-east-1:{Account}:userpool/us-east-1_a"]}"#,
    ),
    ("apigateway.CreateDeployment", &[], r#"{"restApiId": "{restApiId}"}"#),
    (
        "apigateway.CreateResource",
        &[],
        r#"{"restApiId": "{restApiId}", "parentId": "{rootResourceId}", "pathPart": "orders"}"#,
    ),
    ("apigateway.CreateRestApi", &[], r#"{"name": "more", "tags": {"team": "a"}}"#),
    (
        "apigateway.CreateStage",
        &[DEPLOYED],
        r#"{"restApiId": "{restApiId}", "stageName": "test", "deploymentId": "{id}"}"#,
    ),
    ("apigateway.DeleteAuthorizer", &[AUTHORIZER], r#"{"restApiId": "{restApiId}", "authorizerId": "{id}"}"#),
    ("apigateway.DeleteDeployment", &[BARE], r#"{"restApiId": "{restApiId}", "deploymentId": "{id}"}"#),
    (
        "apigateway.DeleteGatewayResponse",
        &[RESPONDED],
        r#"{"restApiId": "{restApiId}", "responseType": "UNAUTHORIZED"}"#,
    ),
    (
        "apigateway.DeleteIntegration",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET"}"#,
    ),
    (
        "apigateway.DeleteIntegrationResponse",
        &[RESPONSE, ANSWER],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#,
    ),
    (
        "apigateway.DeleteMethod",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET"}"#,
    ),
    (
        "apigateway.DeleteMethodResponse",
        &[RESPONSE],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#,
    ),
    ("apigateway.DeleteResource", &[ORDERS], r#"{"restApiId": "{restApiId}", "resourceId": "{id}"}"#),
    ("apigateway.DeleteRestApi", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.DeleteStage", &[DEPLOYED], r#"{"restApiId": "{restApiId}", "stageName": "dev"}"#),
    ("apigateway.GetAuthorizer", &[AUTHORIZER], r#"{"restApiId": "{restApiId}", "authorizerId": "{id}"}"#),
    ("apigateway.GetAuthorizers", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetDeployment", &[DEPLOYED], r#"{"restApiId": "{restApiId}", "deploymentId": "{id}"}"#),
    ("apigateway.GetDeployments", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetGatewayResponse", &[], r#"{"restApiId": "{restApiId}", "responseType": "UNAUTHORIZED"}"#),
    (
        "apigateway.GetIntegration",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET"}"#,
    ),
    (
        "apigateway.GetIntegrationResponse",
        &[RESPONSE, ANSWER],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#,
    ),
    (
        "apigateway.GetMethod",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET"}"#,
    ),
    (
        "apigateway.GetMethodResponse",
        &[RESPONSE],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#,
    ),
    ("apigateway.GetResource", &[], r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}"}"#),
    ("apigateway.GetResources", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetRestApi", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetStage", &[DEPLOYED], r#"{"restApiId": "{restApiId}", "stageName": "dev"}"#),
    ("apigateway.GetStages", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetTags", &[], r#"{"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/{restApiId}"}"#),
    ("apigateway.PutGatewayResponse", &[], r#"{"restApiId": "{restApiId}", "responseType": "UNAUTHORIZED"}"#),
    (
        "apigateway.PutIntegration",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "type": "MOCK"}"#,
    ),
    (
        "apigateway.PutIntegrationResponse",
        &[RESPONSE],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#,
    ),
    (
        "apigateway.PutMethod",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "POST", "authorizationType": "NONE"}"#,
    ),
    (
        "apigateway.PutMethodResponse",
        &[],
        r#"{"restApiId": "{restApiId}", "resourceId": "{rootResourceId}", "httpMethod": "GET", "statusCode": "200"}"#,
    ),
    (
        "apigateway.TagResource",
        &[],
        r#"{"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/{restApiId}", "tags": {"team": "a"}}"#,
    ),
    (
        "apigateway.UntagResource",
        &[],
        r#"{"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/{restApiId}", "tagKeys": ["team"]}"#,
    ),
    ("apigateway.UpdateRestApi", &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.UpdateStage", &[DEPLOYED], r#"{"restApiId": "{restApiId}", "stageName": "dev"}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("apigateway.GetApiKeys", 3, &[KEY], r#"{}"#),
    (
        "apigateway.GetUsage",
        3,
        &[KEY, HOLD],
        r#"{"usagePlanId": "{usagePlanId}", "startDate": "2026-01-01", "endDate": "2026-01-01"}"#,
    ),
    ("apigateway.GetUsagePlanKeys", 3, &[KEY, HOLD], r#"{"usagePlanId": "{usagePlanId}"}"#),
    ("apigateway.GetUsagePlans", 3, &[PLAN], r#"{}"#),
    ("apigateway.GetGatewayResponses", 0, &[], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetModels", 3, &[MODEL], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetRequestValidators", 3, &[VALIDATOR], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetAuthorizers", 3, &[AUTHORIZER], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetDeployments", 3, &[BARE], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetResources", 3, &[ORDERS], r#"{"restApiId": "{restApiId}"}"#),
    ("apigateway.GetRestApis", 3, &[r#"CreateRestApi {"name": "api{n}"}"#], r#"{}"#),
    ("apigateway.GetStages", 1, &[DEPLOYED], r#"{"restApiId": "{restApiId}"}"#),
    (
        "apigateway.GetTags",
        3,
        &[
            r#"TagResource {"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/{restApiId}", "tags": {"k{n}": "a"}}"#,
        ],
        r#"{"resourceArn": "arn:aws:apigateway:us-east-1::/restapis/{restApiId}"}"#,
    ),
];
