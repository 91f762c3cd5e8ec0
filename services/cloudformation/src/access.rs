//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html>

use crate::api::*;
use crate::fronts;
use crate::ids;
use crate::ops::change_sets;
use service::{Access, Check, HttpRequest, Result, View};

/// A stack by name or id; one that is not there is meant by its name.
fn stack(view: &View, action: &'static str, name_or_id: &str) -> Result<Check> {
    Ok(match ids::find(view, name_or_id)? {
        Some(stack) => {
            let tags = stack.source.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
            Check::new(action, ids::stack_arn(view, &stack.name, &stack.uid).as_str()).resource_tags(tags)
        }
        None if name_or_id.starts_with("arn:") => Check::new(action, name_or_id),
        None => Check::new(action, ids::stack_arn(view, name_or_id, "*").as_str()),
    })
}

fn on_stack(view: &View, action: &'static str, name_or_id: &str) -> Result<Access> {
    stack(view, action, name_or_id).map(Access::to)
}

/// The members of requests that make or change a stack.
struct Making<'a> {
    role_arn: Option<&'a str>,
    template_url: Option<&'a str>,
    policy_url: Option<&'a str>,
    resource_types: Option<&'a [String]>,
    tags: Option<&'a [Tag]>,
}

fn making(check: Check, making: &Making<'_>) -> Access {
    let keys = [
        ("cloudformation:RoleArn", making.role_arn),
        ("cloudformation:TemplateUrl", making.template_url),
        ("cloudformation:StackPolicyUrl", making.policy_url),
    ];
    let check = keys.into_iter().fold(check, |check, (key, value)| match value {
        Some(value) => check.key(key, value),
        None => check,
    });
    let check = match making.resource_types {
        Some(kinds) => check.keys("cloudformation:ResourceTypes", kinds.iter().cloned()),
        None => check,
    };
    let tags = making.tags.unwrap_or_default();
    let check = check.request_tags(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())));
    let mut checks = vec![check];
    checks.extend(making.role_arn.map(pass));
    Access::Checks(checks)
}

fn pass(role: &str) -> Check {
    Check::new("iam:PassRole", role).key("iam:PassedToService", "cloudformation.amazonaws.com")
}

fn change_set(view: &View, action: &'static str, (name, of): (&str, Option<&str>)) -> Result<Access> {
    let check = match (of, change_sets::find(view, name, of)) {
        (_, Ok((found, set))) => stack(view, action, ids::stack_arn(view, &found.name, &found.uid).as_str())?
            .key("cloudformation:ChangeSetName", set.name),
        (Some(of), Err(_)) => stack(view, action, of)?.key("cloudformation:ChangeSetName", name),
        (None, Err(_)) => Check::new(action, name),
    };
    Ok(Access::to(check))
}

pub fn cancel_update_stack(view: &View, input: &CancelUpdateStackInput) -> Result<Access> {
    on_stack(view, "cloudformation:CancelUpdateStack", &input.stack_name)
}

pub fn continue_update_rollback(view: &View, input: &ContinueUpdateRollbackInput) -> Result<Access> {
    let check = stack(view, "cloudformation:ContinueUpdateRollback", &input.stack_name)?;
    Ok(with_role(check, input.role_arn.as_deref()))
}

fn with_role(check: Check, role: Option<&str>) -> Access {
    match role {
        Some(role) => Access::Checks(vec![check.key("cloudformation:RoleArn", role), pass(role)]),
        None => Access::to(check),
    }
}

pub fn create_change_set(view: &View, input: &CreateChangeSetInput) -> Result<Access> {
    let check = stack(view, "cloudformation:CreateChangeSet", &input.stack_name)?;
    let check = check.key("cloudformation:ChangeSetName", input.change_set_name.as_str());
    let members = Making {
        role_arn: input.role_arn.as_deref(),
        template_url: input.template_url.as_deref(),
        policy_url: None,
        resource_types: input.resource_types.as_deref(),
        tags: input.tags.as_deref(),
    };
    Ok(making(check, &members))
}

pub fn create_stack(view: &View, input: &CreateStackInput) -> Result<Access> {
    let check = stack(view, "cloudformation:CreateStack", &input.stack_name)?;
    let members = Making {
        role_arn: input.role_arn.as_deref(),
        template_url: input.template_url.as_deref(),
        policy_url: input.stack_policy_url.as_deref(),
        resource_types: input.resource_types.as_deref(),
        tags: input.tags.as_deref(),
    };
    Ok(making(check, &members))
}

pub fn delete_change_set(view: &View, input: &DeleteChangeSetInput) -> Result<Access> {
    let of = (input.change_set_name.as_str(), input.stack_name.as_deref());
    change_set(view, "cloudformation:DeleteChangeSet", of)
}

pub fn delete_stack(view: &View, input: &DeleteStackInput) -> Result<Access> {
    let check = stack(view, "cloudformation:DeleteStack", &input.stack_name)?;
    Ok(with_role(check, input.role_arn.as_deref()))
}

pub fn describe_change_set(view: &View, input: &DescribeChangeSetInput) -> Result<Access> {
    let of = (input.change_set_name.as_str(), input.stack_name.as_deref());
    change_set(view, "cloudformation:DescribeChangeSet", of)
}

pub fn describe_stack_events(view: &View, input: &DescribeStackEventsInput) -> Result<Access> {
    on_stack(view, "cloudformation:DescribeStackEvents", &input.stack_name)
}

pub fn describe_stack_resource(view: &View, input: &DescribeStackResourceInput) -> Result<Access> {
    on_stack(view, "cloudformation:DescribeStackResource", &input.stack_name)
}

pub fn describe_stack_resources(view: &View, input: &DescribeStackResourcesInput) -> Result<Access> {
    let action = "cloudformation:DescribeStackResources";
    match input.stack_name.as_deref() {
        Some(name) => on_stack(view, action, name),
        None => Ok(Access::to(Check::new(action, "*"))),
    }
}

/// All stacks may be described only by who may list them.
pub fn describe_stacks(view: &View, input: &DescribeStacksInput) -> Result<Access> {
    match input.stack_name.as_deref() {
        Some(name) => on_stack(view, "cloudformation:DescribeStacks", name),
        None => Ok(Access::Checks(vec![
            Check::new("cloudformation:DescribeStacks", "*"),
            Check::new("cloudformation:ListStacks", "*"),
        ])),
    }
}

pub fn describe_stack_drift_detection_status(
    _view: &View,
    _input: &DescribeStackDriftDetectionStatusInput,
) -> Result<Access> {
    Ok(Access::to(Check::new("cloudformation:DescribeStackDriftDetectionStatus", "*")))
}

pub fn describe_stack_resource_drifts(view: &View, input: &DescribeStackResourceDriftsInput) -> Result<Access> {
    on_stack(view, "cloudformation:DescribeStackResourceDrifts", &input.stack_name)
}

pub fn detect_stack_drift(view: &View, input: &DetectStackDriftInput) -> Result<Access> {
    on_stack(view, "cloudformation:DetectStackDrift", &input.stack_name)
}

pub fn detect_stack_resource_drift(view: &View, input: &DetectStackResourceDriftInput) -> Result<Access> {
    on_stack(view, "cloudformation:DetectStackResourceDrift", &input.stack_name)
}

pub fn execute_change_set(view: &View, input: &ExecuteChangeSetInput) -> Result<Access> {
    let of = (input.change_set_name.as_str(), input.stack_name.as_deref());
    change_set(view, "cloudformation:ExecuteChangeSet", of)
}

pub fn get_stack_policy(view: &View, input: &GetStackPolicyInput) -> Result<Access> {
    on_stack(view, "cloudformation:GetStackPolicy", &input.stack_name)
}

pub fn get_template(view: &View, input: &GetTemplateInput) -> Result<Access> {
    let action = "cloudformation:GetTemplate";
    match (&input.change_set_name, &input.stack_name) {
        (Some(name), of) => change_set(view, action, (name, of.as_deref())),
        (None, Some(name)) => on_stack(view, action, name),
        (None, None) => Ok(Access::to(Check::new(action, "*"))),
    }
}

pub fn get_template_summary(view: &View, input: &GetTemplateSummaryInput) -> Result<Access> {
    let action = "cloudformation:GetTemplateSummary";
    let check = match input.stack_name.as_deref() {
        Some(name) => stack(view, action, name)?,
        None => Check::new(action, "*"),
    };
    Ok(with_template(check, input.template_url.as_deref()))
}

fn with_template(check: Check, url: Option<&str>) -> Access {
    Access::to(match url {
        Some(url) => check.key("cloudformation:TemplateUrl", url),
        None => check,
    })
}

pub fn list_change_sets(view: &View, input: &ListChangeSetsInput) -> Result<Access> {
    on_stack(view, "cloudformation:ListChangeSets", &input.stack_name)
}

pub fn list_exports(_view: &View, _input: &ListExportsInput) -> Result<Access> {
    Ok(Access::to(Check::new("cloudformation:ListExports", "*")))
}

pub fn list_imports(_view: &View, _input: &ListImportsInput) -> Result<Access> {
    Ok(Access::to(Check::new("cloudformation:ListImports", "*")))
}

pub fn list_stack_resources(view: &View, input: &ListStackResourcesInput) -> Result<Access> {
    on_stack(view, "cloudformation:ListStackResources", &input.stack_name)
}

pub fn list_stacks(_view: &View, _input: &ListStacksInput) -> Result<Access> {
    Ok(Access::to(Check::new("cloudformation:ListStacks", "*")))
}

/// Who knows the secret at the end of its URL may answer.
pub fn put_response(_view: &View, request: &HttpRequest) -> Result<Access> {
    Ok(fronts::place(&request.path).map_or(Access::Public, Access::PublicIn))
}

pub fn set_stack_policy(view: &View, input: &SetStackPolicyInput) -> Result<Access> {
    let check = stack(view, "cloudformation:SetStackPolicy", &input.stack_name)?;
    Ok(Access::to(match input.stack_policy_url.as_deref() {
        Some(url) => check.key("cloudformation:StackPolicyUrl", url),
        None => check,
    }))
}

pub fn update_stack(view: &View, input: &UpdateStackInput) -> Result<Access> {
    let check = stack(view, "cloudformation:UpdateStack", &input.stack_name)?;
    let members = Making {
        role_arn: input.role_arn.as_deref(),
        template_url: input.template_url.as_deref(),
        policy_url: input.stack_policy_url.as_deref(),
        resource_types: input.resource_types.as_deref(),
        tags: input.tags.as_deref(),
    };
    Ok(making(check, &members))
}

pub fn update_termination_protection(view: &View, input: &UpdateTerminationProtectionInput) -> Result<Access> {
    on_stack(view, "cloudformation:UpdateTerminationProtection", &input.stack_name)
}

pub fn validate_template(_view: &View, input: &ValidateTemplateInput) -> Result<Access> {
    let check = Check::new("cloudformation:ValidateTemplate", "*");
    Ok(with_template(check, input.template_url.as_deref()))
}
