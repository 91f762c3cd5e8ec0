//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html>

use crate::api::*;
use crate::name::{self, Wanted};
use crate::shared::Shared;
use crate::state::PARAMETERS;
use service::{Access, Check, Result, View};

pub fn add_tags_to_resource(view: &View, input: &AddTagsToResourceRequest) -> Result<Access> {
    let check = on(view, "ssm:AddTagsToResource", &input.resource_id)?;
    Ok(Access::to(check.request_tags(pairs(Some(&input.tags)))))
}

pub fn delete_parameter(view: &View, input: &DeleteParameterRequest) -> Result<Access> {
    on(view, "ssm:DeleteParameter", &input.name).map(Access::to)
}

pub fn delete_parameters(view: &View, input: &DeleteParametersRequest) -> Result<Access> {
    each(view, "ssm:DeleteParameters", &input.names)
}

pub fn describe_parameters(_view: &View, _input: &DescribeParametersRequest) -> Result<Access> {
    Ok(Access::to(Check::new("ssm:DescribeParameters", "*")))
}

pub fn get_parameter(view: &View, input: &GetParameterRequest) -> Result<Access> {
    readable(view, "ssm:GetParameter", &input.name).map(Access::to)
}

pub fn get_parameter_history(view: &View, input: &GetParameterHistoryRequest) -> Result<Access> {
    on(view, "ssm:GetParameterHistory", &input.name).map(Access::to)
}

pub fn get_parameters(view: &View, input: &GetParametersRequest) -> Result<Access> {
    let checks = input.names.iter().map(|name| readable(view, "ssm:GetParameters", name));
    checks.collect::<Result<_>>().map(Access::Checks)
}

/// On a parameter of one's own, or one that another account shares.
fn readable(view: &View, action: &'static str, name: &str) -> Result<Check> {
    match Shared::read(view, name)? {
        Some(shared) => shared.check(view, action),
        None => on(view, action, name),
    }
}

/// The path is what is asked for; who may read it may read all that is under it.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html>
pub fn get_parameters_by_path(view: &View, input: &GetParametersByPathRequest) -> Result<Access> {
    let arn = name::arn(view, input.path.trim_end_matches('/'));
    let recursive = input.recursive.unwrap_or(false).to_string();
    Ok(Access::to(Check::new("ssm:GetParametersByPath", arn).key("ssm:Recursive", recursive)))
}

pub fn label_parameter_version(view: &View, input: &LabelParameterVersionRequest) -> Result<Access> {
    on(view, "ssm:LabelParameterVersion", &input.name).map(Access::to)
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceRequest) -> Result<Access> {
    on(view, "ssm:ListTagsForResource", &input.resource_id).map(Access::to)
}

/// Tags on creation need AddTagsToResource too.
pub fn put_parameter(view: &View, input: &PutParameterRequest) -> Result<Access> {
    let tags = pairs(input.tags.as_deref());
    let overwrite = input.overwrite.unwrap_or(false).to_string();
    let check = on(view, "ssm:PutParameter", &input.name)?.key("ssm:Overwrite", overwrite);
    let mut checks = vec![check.request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(on(view, "ssm:AddTagsToResource", &input.name)?.request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

pub fn remove_tags_from_resource(view: &View, input: &RemoveTagsFromResourceRequest) -> Result<Access> {
    let check = on(view, "ssm:RemoveTagsFromResource", &input.resource_id)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

pub fn unlabel_parameter_version(view: &View, input: &UnlabelParameterVersionRequest) -> Result<Access> {
    on(view, "ssm:UnlabelParameterVersion", &input.name).map(Access::to)
}

fn each(view: &View, action: &'static str, names: &[String]) -> Result<Access> {
    names.iter().map(|name| on(view, action, name)).collect::<Result<_>>().map(Access::Checks)
}

fn on(view: &View, action: &'static str, name: &str) -> Result<Check> {
    let Ok(wanted) = Wanted::read(view, name) else { return Ok(Check::new(action, name)) };
    let check = Check::new(action, name::arn(view, &wanted.name));
    let Some(parameter) = view.get(&PARAMETERS, &wanted.name)? else { return Ok(check) };
    let check = parameter
        .tags
        .iter()
        .fold(check, |check, (key, value)| check.key(format!("ssm:resourceTag/{key}"), value.as_str()));
    Ok(check.resource_tags(parameter.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
}

fn pairs(tags: Option<&[Tag]>) -> Vec<(&str, &str)> {
    tags.unwrap_or_default().iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect()
}
