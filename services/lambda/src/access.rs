//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html>

use crate::address::{Address, LATEST, mapping_arn};
use crate::api::*;
use crate::ops::tags::Tagged;
use crate::state::{MAPPINGS, POLICIES};
use crate::{errors, mapping};
use service::{Access, ArnParts, CallerKind, Check, IndexMap, PolicyRole, Result, View};

/// Whether Lambda invokes for itself: an event that it took in, a batch of a mapping.
pub fn is_lambda_itself(view: &View) -> bool {
    view.caller().kind == CallerKind::Service && view.caller().arn == crate::api::FACTS.principal
}

/// A check on a function as it is addressed, with the policy that stands on just that.
fn check(view: &View, action: &'static str, address: &Address) -> Result<Check> {
    let check = Check::new(action, address.arn().as_str()).owned_by(address.scope.account);
    let check = match address.find(view)? {
        Some(function) => check.resource_tags(pairs(&function.tags)),
        None => check,
    };
    let qualifier = address.qualifier.as_deref().filter(|qualifier| *qualifier != LATEST).unwrap_or_default();
    let key = (address.name.clone(), qualifier.to_owned());
    Ok(match view.get_in(address.scope, &POLICIES, &key)? {
        Some(policy) => {
            check.with_policy(format!("policy of function {}", address.name), policy.text, PolicyRole::Optional)
        }
        None => check,
    })
}

/// A check on a version or alias, or the function where none is named.
fn qualified(view: &View, action: &'static str, (name, qualifier): (&str, Option<&str>)) -> Result<Access> {
    check(view, action, &Address::of(view, name, qualifier)?).map(Access::to)
}

/// A check on the function as a whole.
fn whole(view: &View, action: &'static str, name: &str) -> Result<Check> {
    check(view, action, &Address::of(view, name, None)?.qualified(None))
}

fn pairs(tags: &IndexMap<String, String>) -> Vec<(&str, &str)> {
    tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
fn pass(view: &View, role: &str) -> Result<Check> {
    let check = Check::new("iam:PassRole", role).key("iam:PassedToService", "lambda.amazonaws.com");
    match ArnParts::parse(role).ok().and_then(|parts| parts.account.parse().ok()) {
        // "you can't pass a role across accounts", whoever asks.
        Some(account) if view.account() != account => Err(errors::cross_account_role()),
        Some(account) => Ok(check.owned_by(account)),
        None => Ok(check),
    }
}

fn in_vpc(check: Check, vpc: Option<&VpcConfig>) -> Check {
    let Some(VpcConfig { subnet_ids, security_group_ids, .. }) = vpc else { return check };
    let check = check.keys("lambda:SubnetIds", subnet_ids.iter().flatten().cloned());
    check.keys("lambda:SecurityGroupIds", security_group_ids.iter().flatten().cloned())
}

pub fn add_permission(view: &View, input: &AddPermissionRequest) -> Result<Access> {
    let check = whole(view, "lambda:AddPermission", &input.function_name)?.key("lambda:Principal", &input.principal);
    Ok(Access::to(match &input.function_url_auth_type {
        Some(kind) => check.key("lambda:FunctionUrlAuthType", kind),
        None => check,
    }))
}

pub fn create_alias(view: &View, input: &CreateAliasRequest) -> Result<Access> {
    whole(view, "lambda:CreateAlias", &input.function_name).map(Access::to)
}

pub fn create_event_source_mapping(view: &View, input: &CreateEventSourceMappingRequest) -> Result<Access> {
    let function = Address::of(view, &input.function_name, None)?.arn();
    let tags = input.tags.as_ref().map(pairs).unwrap_or_default();
    let check = Check::new("lambda:CreateEventSourceMapping", "*").key("lambda:FunctionArn", function.as_str());
    Ok(Access::to(check.request_tags(tags)))
}

/// The role is passed to Lambda; tags on creation need TagResource too.
pub fn create_function(view: &View, input: &CreateFunctionRequest) -> Result<Access> {
    let tags = input.tags.as_ref().map(pairs).unwrap_or_default();
    let check = whole(view, "lambda:CreateFunction", &input.function_name)?.request_tags(tags.iter().copied());
    let mut checks = vec![in_vpc(check, input.vpc_config.as_ref()), pass(view, &input.role)?];
    if !tags.is_empty() {
        checks.push(whole(view, "lambda:TagResource", &input.function_name)?.request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

pub fn delete_alias(view: &View, input: &DeleteAliasRequest) -> Result<Access> {
    whole(view, "lambda:DeleteAlias", &input.function_name).map(Access::to)
}

pub fn delete_event_source_mapping(view: &View, input: &DeleteEventSourceMappingRequest) -> Result<Access> {
    one_mapping(view, "lambda:DeleteEventSourceMapping", &input.uuid)
}

pub fn delete_function(view: &View, input: &DeleteFunctionRequest) -> Result<Access> {
    qualified(view, "lambda:DeleteFunction", (&input.function_name, input.qualifier.as_deref()))
}

pub fn delete_function_concurrency(view: &View, input: &DeleteFunctionConcurrencyRequest) -> Result<Access> {
    whole(view, "lambda:DeleteFunctionConcurrency", &input.function_name).map(Access::to)
}

pub fn delete_function_event_invoke_config(
    view: &View,
    input: &DeleteFunctionEventInvokeConfigRequest,
) -> Result<Access> {
    let of = (input.function_name.as_str(), input.qualifier.as_deref());
    qualified(view, "lambda:DeleteFunctionEventInvokeConfig", of)
}

pub fn get_account_settings(_: &View, _: &GetAccountSettingsRequest) -> Result<Access> {
    Ok(Access::to(Check::new("lambda:GetAccountSettings", "*")))
}

pub fn get_alias(view: &View, input: &GetAliasRequest) -> Result<Access> {
    whole(view, "lambda:GetAlias", &input.function_name).map(Access::to)
}

pub fn get_event_source_mapping(view: &View, input: &GetEventSourceMappingRequest) -> Result<Access> {
    one_mapping(view, "lambda:GetEventSourceMapping", &input.uuid)
}

pub fn get_function(view: &View, input: &GetFunctionRequest) -> Result<Access> {
    qualified(view, "lambda:GetFunction", (&input.function_name, input.qualifier.as_deref()))
}

pub fn get_function_concurrency(view: &View, input: &GetFunctionConcurrencyRequest) -> Result<Access> {
    whole(view, "lambda:GetFunctionConcurrency", &input.function_name).map(Access::to)
}

pub fn get_function_configuration(view: &View, input: &GetFunctionConfigurationRequest) -> Result<Access> {
    qualified(view, "lambda:GetFunctionConfiguration", (&input.function_name, input.qualifier.as_deref()))
}

pub fn get_function_event_invoke_config(view: &View, input: &GetFunctionEventInvokeConfigRequest) -> Result<Access> {
    qualified(view, "lambda:GetFunctionEventInvokeConfig", (&input.function_name, input.qualifier.as_deref()))
}

pub fn get_policy(view: &View, input: &GetPolicyRequest) -> Result<Access> {
    qualified(view, "lambda:GetPolicy", (&input.function_name, input.qualifier.as_deref()))
}

/// The action is called otherwise than the operation.
pub fn invoke(view: &View, input: &InvocationRequest) -> Result<Access> {
    if is_lambda_itself(view) {
        return Ok(Access::Signed);
    }
    qualified(view, "lambda:InvokeFunction", (&input.function_name, input.qualifier.as_deref()))
}

pub fn list_aliases(view: &View, input: &ListAliasesRequest) -> Result<Access> {
    whole(view, "lambda:ListAliases", &input.function_name).map(Access::to)
}

pub fn list_event_source_mappings(_: &View, _: &ListEventSourceMappingsRequest) -> Result<Access> {
    Ok(Access::to(Check::new("lambda:ListEventSourceMappings", "*")))
}

pub fn list_function_event_invoke_configs(
    view: &View,
    input: &ListFunctionEventInvokeConfigsRequest,
) -> Result<Access> {
    whole(view, "lambda:ListFunctionEventInvokeConfigs", &input.function_name).map(Access::to)
}

pub fn list_functions(_: &View, _: &ListFunctionsRequest) -> Result<Access> {
    Ok(Access::to(Check::new("lambda:ListFunctions", "*")))
}

pub fn list_tags(view: &View, input: &ListTagsRequest) -> Result<Access> {
    Ok(Access::to(tagged(view, "lambda:ListTags", &input.resource)))
}

pub fn list_versions_by_function(view: &View, input: &ListVersionsByFunctionRequest) -> Result<Access> {
    whole(view, "lambda:ListVersionsByFunction", &input.function_name).map(Access::to)
}

pub fn publish_version(view: &View, input: &PublishVersionRequest) -> Result<Access> {
    whole(view, "lambda:PublishVersion", &input.function_name).map(Access::to)
}

pub fn put_function_concurrency(view: &View, input: &PutFunctionConcurrencyRequest) -> Result<Access> {
    whole(view, "lambda:PutFunctionConcurrency", &input.function_name).map(Access::to)
}

pub fn put_function_event_invoke_config(view: &View, input: &PutFunctionEventInvokeConfigRequest) -> Result<Access> {
    qualified(view, "lambda:PutFunctionEventInvokeConfig", (&input.function_name, input.qualifier.as_deref()))
}

pub fn remove_permission(view: &View, input: &RemovePermissionRequest) -> Result<Access> {
    whole(view, "lambda:RemovePermission", &input.function_name).map(Access::to)
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    Ok(Access::to(tagged(view, "lambda:TagResource", &input.resource).request_tags(pairs(&input.tags))))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = tagged(view, "lambda:UntagResource", &input.resource);
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

pub fn update_alias(view: &View, input: &UpdateAliasRequest) -> Result<Access> {
    whole(view, "lambda:UpdateAlias", &input.function_name).map(Access::to)
}

pub fn update_event_source_mapping(view: &View, input: &UpdateEventSourceMappingRequest) -> Result<Access> {
    one_mapping(view, "lambda:UpdateEventSourceMapping", &input.uuid)
}

pub fn update_function_code(view: &View, input: &UpdateFunctionCodeRequest) -> Result<Access> {
    whole(view, "lambda:UpdateFunctionCode", &input.function_name).map(Access::to)
}

/// A new role is passed to Lambda.
pub fn update_function_configuration(view: &View, input: &UpdateFunctionConfigurationRequest) -> Result<Access> {
    let check = whole(view, "lambda:UpdateFunctionConfiguration", &input.function_name)?;
    let check = in_vpc(check, input.vpc_config.as_ref());
    let passed = input.role.as_deref().map(|role| pass(view, role)).transpose()?;
    Ok(Access::Checks([check].into_iter().chain(passed).collect()))
}

pub fn update_function_event_invoke_config(
    view: &View,
    input: &UpdateFunctionEventInvokeConfigRequest,
) -> Result<Access> {
    let of = (input.function_name.as_str(), input.qualifier.as_deref());
    qualified(view, "lambda:UpdateFunctionEventInvokeConfig", of)
}

fn one_mapping(view: &View, action: &'static str, uuid: &str) -> Result<Access> {
    let check = Check::new(action, mapping_arn(view.scope(), uuid).as_str());
    Ok(Access::to(match view.get(&MAPPINGS, uuid)? {
        Some(found) => check
            .key("lambda:FunctionArn", mapping::function_arn(view.scope(), &found))
            .resource_tags(pairs(&found.tags)),
        None => check,
    }))
}

fn tagged(view: &View, action: &'static str, arn: &str) -> Check {
    let check = Check::new(action, arn);
    match Tagged::find(view, arn) {
        Ok(found) => check.resource_tags(pairs(found.tags())),
        Err(_) => check,
    }
}
