//! What each operation asks of the policies: the HTTP method as action, and the path as resource.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-apis.html>

mod plans;

pub use plans::*;

use crate::api::*;
use crate::fronts;
use crate::places;
use crate::rest_api::arn;
use crate::state::APIS;
use service::{Access, ArnParts, Check, HttpRequest, IndexMap, Result, View};

pub fn create_rest_api(view: &View, input: &CreateRestApiRequest) -> Result<Access> {
    let check = Check::new("apigateway:POST", arn(view, "/restapis"));
    Ok(Access::to(check.request_tags(pairs(input.tags.as_ref()))))
}

pub fn get_rest_apis(view: &View, _input: &GetRestApisRequest) -> Result<Access> {
    Ok(Access::to(Check::new("apigateway:GET", arn(view, "/restapis"))))
}

pub fn create_stage(view: &View, input: &CreateStageRequest) -> Result<Access> {
    let check = on(view, "apigateway:POST", (&input.rest_api_id, "/stages"))?;
    Ok(Access::to(check.request_tags(pairs(input.tags.as_ref()))))
}

pub fn get_tags(view: &View, input: &GetTagsRequest) -> Result<Access> {
    Ok(Access::to(Check::new("apigateway:GET", tagged(view, &input.resource_arn))))
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let check = Check::new("apigateway:PUT", tagged(view, &input.resource_arn));
    Ok(Access::to(check.request_tags(pairs(Some(&input.tags)))))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = Check::new("apigateway:DELETE", tagged(view, &input.resource_arn));
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

/// Clients of an API are let in by its own methods; it happens where the API lies.
pub fn invoke(view: &View, request: &HttpRequest) -> Result<Access> {
    let scope = places::find(view, fronts::named(request).api)?;
    Ok(scope.map_or(Access::Public, Access::PublicIn))
}

pub fn get_rest_api(view: &View, input: &GetRestApiRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, "")).map(Access::to)
}

pub fn update_rest_api(view: &View, input: &UpdateRestApiRequest) -> Result<Access> {
    on(view, "apigateway:PATCH", (&input.rest_api_id, "")).map(Access::to)
}

pub fn delete_rest_api(view: &View, input: &DeleteRestApiRequest) -> Result<Access> {
    on(view, "apigateway:DELETE", (&input.rest_api_id, "")).map(Access::to)
}

pub fn create_resource(view: &View, input: &CreateResourceRequest) -> Result<Access> {
    on(view, "apigateway:POST", (&input.rest_api_id, &format!("/resources/{}", input.parent_id))).map(Access::to)
}

pub fn get_resource(view: &View, input: &GetResourceRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, &format!("/resources/{}", input.resource_id))).map(Access::to)
}

pub fn get_resources(view: &View, input: &GetResourcesRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, "/resources")).map(Access::to)
}

pub fn delete_resource(view: &View, input: &DeleteResourceRequest) -> Result<Access> {
    on(view, "apigateway:DELETE", (&input.rest_api_id, &format!("/resources/{}", input.resource_id))).map(Access::to)
}

pub fn put_method(view: &View, input: &PutMethodRequest) -> Result<Access> {
    on(
        view,
        "apigateway:PUT",
        (&input.rest_api_id, &format!("/resources/{}/methods/{}", input.resource_id, input.http_method)),
    )
    .map(Access::to)
}

pub fn get_method(view: &View, input: &GetMethodRequest) -> Result<Access> {
    on(
        view,
        "apigateway:GET",
        (&input.rest_api_id, &format!("/resources/{}/methods/{}", input.resource_id, input.http_method)),
    )
    .map(Access::to)
}

pub fn delete_method(view: &View, input: &DeleteMethodRequest) -> Result<Access> {
    on(
        view,
        "apigateway:DELETE",
        (&input.rest_api_id, &format!("/resources/{}/methods/{}", input.resource_id, input.http_method)),
    )
    .map(Access::to)
}

pub fn put_integration(view: &View, input: &PutIntegrationRequest) -> Result<Access> {
    let path = format!("/resources/{}/methods/{}/integration", input.resource_id, input.http_method);
    let check = on(view, "apigateway:PUT", (&input.rest_api_id, &path))?;
    Ok(with_role(check, input.credentials.as_deref()))
}

pub fn get_integration(view: &View, input: &GetIntegrationRequest) -> Result<Access> {
    on(
        view,
        "apigateway:GET",
        (&input.rest_api_id, &format!("/resources/{}/methods/{}/integration", input.resource_id, input.http_method)),
    )
    .map(Access::to)
}

pub fn delete_integration(view: &View, input: &DeleteIntegrationRequest) -> Result<Access> {
    on(
        view,
        "apigateway:DELETE",
        (&input.rest_api_id, &format!("/resources/{}/methods/{}/integration", input.resource_id, input.http_method)),
    )
    .map(Access::to)
}

pub fn put_method_response(view: &View, input: &PutMethodResponseRequest) -> Result<Access> {
    on(
        view,
        "apigateway:PUT",
        (
            &input.rest_api_id,
            &format!("/resources/{}/methods/{}/responses/{}", input.resource_id, input.http_method, input.status_code),
        ),
    )
    .map(Access::to)
}

pub fn get_method_response(view: &View, input: &GetMethodResponseRequest) -> Result<Access> {
    on(
        view,
        "apigateway:GET",
        (
            &input.rest_api_id,
            &format!("/resources/{}/methods/{}/responses/{}", input.resource_id, input.http_method, input.status_code),
        ),
    )
    .map(Access::to)
}

pub fn delete_method_response(view: &View, input: &DeleteMethodResponseRequest) -> Result<Access> {
    on(
        view,
        "apigateway:DELETE",
        (
            &input.rest_api_id,
            &format!("/resources/{}/methods/{}/responses/{}", input.resource_id, input.http_method, input.status_code),
        ),
    )
    .map(Access::to)
}

pub fn put_integration_response(view: &View, input: &PutIntegrationResponseRequest) -> Result<Access> {
    on(
        view,
        "apigateway:PUT",
        (
            &input.rest_api_id,
            &format!(
                "/resources/{}/methods/{}/integration/responses/{}",
                input.resource_id, input.http_method, input.status_code
            ),
        ),
    )
    .map(Access::to)
}

pub fn get_integration_response(view: &View, input: &GetIntegrationResponseRequest) -> Result<Access> {
    on(
        view,
        "apigateway:GET",
        (
            &input.rest_api_id,
            &format!(
                "/resources/{}/methods/{}/integration/responses/{}",
                input.resource_id, input.http_method, input.status_code
            ),
        ),
    )
    .map(Access::to)
}

pub fn delete_integration_response(view: &View, input: &DeleteIntegrationResponseRequest) -> Result<Access> {
    on(
        view,
        "apigateway:DELETE",
        (
            &input.rest_api_id,
            &format!(
                "/resources/{}/methods/{}/integration/responses/{}",
                input.resource_id, input.http_method, input.status_code
            ),
        ),
    )
    .map(Access::to)
}

pub fn create_authorizer(view: &View, input: &CreateAuthorizerRequest) -> Result<Access> {
    let check = on(view, "apigateway:POST", (&input.rest_api_id, "/authorizers"))?;
    Ok(with_role(check, input.authorizer_credentials.as_deref()))
}

pub fn update_authorizer(view: &View, input: &UpdateAuthorizerRequest) -> Result<Access> {
    let path = format!("/authorizers/{}", input.authorizer_id);
    let check = on(view, "apigateway:PATCH", (&input.rest_api_id, &path))?;
    Ok(with_role(check, patched(input.patch_operations.as_ref(), "/authorizerCredentials")))
}

pub fn get_account(view: &View, _input: &GetAccountRequest) -> Result<Access> {
    Ok(Access::to(Check::new("apigateway:GET", arn(view, "/account"))))
}

pub fn update_account(view: &View, input: &UpdateAccountRequest) -> Result<Access> {
    let check = Check::new("apigateway:PATCH", arn(view, "/account"));
    Ok(with_role(check, patched(input.patch_operations.as_ref(), "/cloudwatchRoleArn")))
}

pub fn update_deployment(view: &View, input: &UpdateDeploymentRequest) -> Result<Access> {
    let path = format!("/deployments/{}", input.deployment_id);
    on(view, "apigateway:PATCH", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn get_gateway_responses(view: &View, input: &GetGatewayResponsesRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, "/gatewayresponses")).map(Access::to)
}

pub fn update_gateway_response(view: &View, input: &UpdateGatewayResponseRequest) -> Result<Access> {
    let path = format!("/gatewayresponses/{}", input.response_type);
    on(view, "apigateway:PATCH", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn update_resource(view: &View, input: &UpdateResourceRequest) -> Result<Access> {
    let path = format!("/resources/{}", input.resource_id);
    on(view, "apigateway:PATCH", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn update_method(view: &View, input: &UpdateMethodRequest) -> Result<Access> {
    let path = format!("/resources/{}/methods/{}", input.resource_id, input.http_method);
    on(view, "apigateway:PATCH", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn update_method_response(view: &View, input: &UpdateMethodResponseRequest) -> Result<Access> {
    let (resource, verb) = (&input.resource_id, &input.http_method);
    let path = format!("/resources/{resource}/methods/{verb}/responses/{}", input.status_code);
    on(view, "apigateway:PATCH", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn update_integration(view: &View, input: &UpdateIntegrationRequest) -> Result<Access> {
    let path = format!("/resources/{}/methods/{}/integration", input.resource_id, input.http_method);
    let check = on(view, "apigateway:PATCH", (&input.rest_api_id, &path))?;
    Ok(with_role(check, patched(input.patch_operations.as_ref(), "/credentials")))
}

pub fn update_integration_response(view: &View, input: &UpdateIntegrationResponseRequest) -> Result<Access> {
    let (resource, verb) = (&input.resource_id, &input.http_method);
    let path = format!("/resources/{resource}/methods/{verb}/integration/responses/{}", input.status_code);
    on(view, "apigateway:PATCH", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn create_model(view: &View, input: &CreateModelRequest) -> Result<Access> {
    on(view, "apigateway:POST", (&input.rest_api_id, "/models")).map(Access::to)
}

pub fn get_models(view: &View, input: &GetModelsRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, "/models")).map(Access::to)
}

pub fn get_model(view: &View, input: &GetModelRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, &format!("/models/{}", input.model_name))).map(Access::to)
}

pub fn update_model(view: &View, input: &UpdateModelRequest) -> Result<Access> {
    on(view, "apigateway:PATCH", (&input.rest_api_id, &format!("/models/{}", input.model_name))).map(Access::to)
}

pub fn delete_model(view: &View, input: &DeleteModelRequest) -> Result<Access> {
    on(view, "apigateway:DELETE", (&input.rest_api_id, &format!("/models/{}", input.model_name))).map(Access::to)
}

pub fn create_request_validator(view: &View, input: &CreateRequestValidatorRequest) -> Result<Access> {
    on(view, "apigateway:POST", (&input.rest_api_id, "/requestvalidators")).map(Access::to)
}

pub fn get_request_validators(view: &View, input: &GetRequestValidatorsRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, "/requestvalidators")).map(Access::to)
}

pub fn get_request_validator(view: &View, input: &GetRequestValidatorRequest) -> Result<Access> {
    let path = format!("/requestvalidators/{}", input.request_validator_id);
    on(view, "apigateway:GET", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn update_request_validator(view: &View, input: &UpdateRequestValidatorRequest) -> Result<Access> {
    let path = format!("/requestvalidators/{}", input.request_validator_id);
    on(view, "apigateway:PATCH", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn delete_request_validator(view: &View, input: &DeleteRequestValidatorRequest) -> Result<Access> {
    let path = format!("/requestvalidators/{}", input.request_validator_id);
    on(view, "apigateway:DELETE", (&input.rest_api_id, &path)).map(Access::to)
}

pub fn get_authorizers(view: &View, input: &GetAuthorizersRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, "/authorizers")).map(Access::to)
}

pub fn get_authorizer(view: &View, input: &GetAuthorizerRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, &format!("/authorizers/{}", input.authorizer_id))).map(Access::to)
}

pub fn delete_authorizer(view: &View, input: &DeleteAuthorizerRequest) -> Result<Access> {
    on(view, "apigateway:DELETE", (&input.rest_api_id, &format!("/authorizers/{}", input.authorizer_id)))
        .map(Access::to)
}

pub fn create_deployment(view: &View, input: &CreateDeploymentRequest) -> Result<Access> {
    on(view, "apigateway:POST", (&input.rest_api_id, "/deployments")).map(Access::to)
}

pub fn get_deployments(view: &View, input: &GetDeploymentsRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, "/deployments")).map(Access::to)
}

pub fn get_deployment(view: &View, input: &GetDeploymentRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, &format!("/deployments/{}", input.deployment_id))).map(Access::to)
}

pub fn delete_deployment(view: &View, input: &DeleteDeploymentRequest) -> Result<Access> {
    on(view, "apigateway:DELETE", (&input.rest_api_id, &format!("/deployments/{}", input.deployment_id)))
        .map(Access::to)
}

pub fn get_stages(view: &View, input: &GetStagesRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, "/stages")).map(Access::to)
}

pub fn get_stage(view: &View, input: &GetStageRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, &format!("/stages/{}", input.stage_name))).map(Access::to)
}

pub fn update_stage(view: &View, input: &UpdateStageRequest) -> Result<Access> {
    on(view, "apigateway:PATCH", (&input.rest_api_id, &format!("/stages/{}", input.stage_name))).map(Access::to)
}

pub fn delete_stage(view: &View, input: &DeleteStageRequest) -> Result<Access> {
    on(view, "apigateway:DELETE", (&input.rest_api_id, &format!("/stages/{}", input.stage_name))).map(Access::to)
}

pub fn put_gateway_response(view: &View, input: &PutGatewayResponseRequest) -> Result<Access> {
    on(view, "apigateway:PUT", (&input.rest_api_id, &format!("/gatewayresponses/{}", input.response_type)))
        .map(Access::to)
}

pub fn get_gateway_response(view: &View, input: &GetGatewayResponseRequest) -> Result<Access> {
    on(view, "apigateway:GET", (&input.rest_api_id, &format!("/gatewayresponses/{}", input.response_type)))
        .map(Access::to)
}

pub fn delete_gateway_response(view: &View, input: &DeleteGatewayResponseRequest) -> Result<Access> {
    on(view, "apigateway:DELETE", (&input.rest_api_id, &format!("/gatewayresponses/{}", input.response_type)))
        .map(Access::to)
}

pub fn flush_stage_authorizers_cache(view: &View, input: &FlushStageAuthorizersCacheRequest) -> Result<Access> {
    let path = format!("/stages/{}/cache/authorizers", input.stage_name);
    on(view, "apigateway:DELETE", (&input.rest_api_id, &path)).map(Access::to)
}

/// What a patch puts at a path.
fn patched<'p>(patches: Option<&'p Vec<PatchOperation>>, path: &str) -> Option<&'p str> {
    let mut patches = patches.into_iter().flatten().rev();
    patches.find(|patch| patch.path.as_deref() == Some(path))?.value.as_deref()
}

/// An action that hands API Gateway a role.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
fn with_role(check: Check, role: Option<&str>) -> Access {
    let Some(parts) = role.and_then(|role| ArnParts::parse(role).ok()) else { return Access::to(check) };
    let pass =
        Check::new("iam:PassRole", role.unwrap_or_default()).key("iam:PassedToService", "apigateway.amazonaws.com");
    let pass = match parts.account.parse() {
        Ok(account) => pass.owned_by(account),
        Err(_) => pass,
    };
    Access::Checks(vec![check, pass])
}

/// An action on an API or something in it.
fn on(view: &View, action: &'static str, (api, path): (&str, &str)) -> Result<Check> {
    let check = Check::new(action, arn(view, &format!("/restapis/{api}{path}")));
    let Some(row) = view.get(&APIS, api)? else { return Ok(check) };
    Ok(check.resource_tags(row.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
}

/// The resource of an action on tags, which names what has them, escaped.
fn tagged(view: &View, resource: &str) -> String {
    arn(view, &format!("/tags/{}", resource.replace(':', "%3A").replace('/', "%2F")))
}

fn pairs(tags: Option<&IndexMap<String, String>>) -> impl Iterator<Item = (&str, &str)> {
    tags.into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()))
}
