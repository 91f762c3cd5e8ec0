//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html>

use crate::address::{self, Address};
use crate::api::*;
use crate::ops::tags::Tagged;
use service::{Access, ArnParts, Check, Result, View};

pub fn create_activity(view: &View, input: &CreateActivityInput) -> Result<Access> {
    let arn = address::activity_arn(view, &input.name);
    let tags = pairs(input.tags.as_deref());
    let mut checks = vec![Check::new("states:CreateActivity", arn.as_str()).request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(Check::new("states:TagResource", arn).request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

/// The role is passed to Step Functions; tags on creation need TagResource too, and a version PublishStateMachineVersion.
pub fn create_state_machine(view: &View, input: &CreateStateMachineInput) -> Result<Access> {
    let arn = address::machine_arn(view, &input.name).to_string();
    let tags = pairs(input.tags.as_deref());
    let mut checks = vec![
        Check::new("states:CreateStateMachine", arn.as_str()).request_tags(tags.iter().copied()),
        pass(&input.role_arn),
    ];
    if !tags.is_empty() {
        checks.push(Check::new("states:TagResource", arn.as_str()).request_tags(tags));
    }
    if input.publish == Some(true) {
        checks.push(Check::new("states:PublishStateMachineVersion", arn));
    }
    Ok(Access::Checks(checks))
}

pub fn create_state_machine_alias(view: &View, input: &CreateStateMachineAliasInput) -> Result<Access> {
    let first = input.routing_configuration.first().map(|item| item.state_machine_version_arn.as_str());
    machine(view, "states:CreateStateMachineAlias", first.unwrap_or("*"))
}

pub fn delete_activity(view: &View, input: &DeleteActivityInput) -> Result<Access> {
    tagged(view, "states:DeleteActivity", &input.activity_arn)
}

pub fn delete_state_machine(view: &View, input: &DeleteStateMachineInput) -> Result<Access> {
    machine(view, "states:DeleteStateMachine", &input.state_machine_arn)
}

pub fn delete_state_machine_alias(view: &View, input: &DeleteStateMachineAliasInput) -> Result<Access> {
    machine(view, "states:DeleteStateMachineAlias", &input.state_machine_alias_arn)
}

pub fn delete_state_machine_version(view: &View, input: &DeleteStateMachineVersionInput) -> Result<Access> {
    machine(view, "states:DeleteStateMachineVersion", &input.state_machine_version_arn)
}

pub fn describe_activity(view: &View, input: &DescribeActivityInput) -> Result<Access> {
    tagged(view, "states:DescribeActivity", &input.activity_arn)
}

pub fn describe_execution(view: &View, input: &DescribeExecutionInput) -> Result<Access> {
    execution(view, "states:DescribeExecution", &input.execution_arn)
}

pub fn describe_state_machine(view: &View, input: &DescribeStateMachineInput) -> Result<Access> {
    machine(view, "states:DescribeStateMachine", &input.state_machine_arn)
}

pub fn describe_state_machine_alias(view: &View, input: &DescribeStateMachineAliasInput) -> Result<Access> {
    machine(view, "states:DescribeStateMachineAlias", &input.state_machine_alias_arn)
}

pub fn describe_state_machine_for_execution(
    view: &View,
    input: &DescribeStateMachineForExecutionInput,
) -> Result<Access> {
    execution(view, "states:DescribeStateMachineForExecution", &input.execution_arn)
}

pub fn get_activity_task(view: &View, input: &GetActivityTaskInput) -> Result<Access> {
    tagged(view, "states:GetActivityTask", &input.activity_arn)
}

pub fn get_execution_history(view: &View, input: &GetExecutionHistoryInput) -> Result<Access> {
    execution(view, "states:GetExecutionHistory", &input.execution_arn)
}

pub fn list_activities(_view: &View, _input: &ListActivitiesInput) -> Result<Access> {
    Ok(Access::to(Check::new("states:ListActivities", "*")))
}

pub fn list_executions(view: &View, input: &ListExecutionsInput) -> Result<Access> {
    let arn = input.state_machine_arn.as_deref().or(input.map_run_arn.as_deref());
    machine(view, "states:ListExecutions", arn.unwrap_or("*"))
}

pub fn list_state_machine_aliases(view: &View, input: &ListStateMachineAliasesInput) -> Result<Access> {
    machine(view, "states:ListStateMachineAliases", &input.state_machine_arn)
}

pub fn list_state_machine_versions(view: &View, input: &ListStateMachineVersionsInput) -> Result<Access> {
    machine(view, "states:ListStateMachineVersions", &input.state_machine_arn)
}

pub fn list_state_machines(_view: &View, _input: &ListStateMachinesInput) -> Result<Access> {
    Ok(Access::to(Check::new("states:ListStateMachines", "*")))
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceInput) -> Result<Access> {
    tagged(view, "states:ListTagsForResource", &input.resource_arn)
}

pub fn publish_state_machine_version(view: &View, input: &PublishStateMachineVersionInput) -> Result<Access> {
    machine(view, "states:PublishStateMachineVersion", &input.state_machine_arn)
}

/// A token names no resource: "SendTaskFailure ... Resource types: none".
pub fn send_task_failure(_view: &View, _input: &SendTaskFailureInput) -> Result<Access> {
    Ok(Access::to(Check::new("states:SendTaskFailure", "*")))
}

pub fn send_task_heartbeat(_view: &View, _input: &SendTaskHeartbeatInput) -> Result<Access> {
    Ok(Access::to(Check::new("states:SendTaskHeartbeat", "*")))
}

pub fn send_task_success(_view: &View, _input: &SendTaskSuccessInput) -> Result<Access> {
    Ok(Access::to(Check::new("states:SendTaskSuccess", "*")))
}

pub fn start_execution(view: &View, input: &StartExecutionInput) -> Result<Access> {
    machine(view, "states:StartExecution", &input.state_machine_arn)
}

pub fn stop_execution(view: &View, input: &StopExecutionInput) -> Result<Access> {
    execution(view, "states:StopExecution", &input.execution_arn)
}

pub fn tag_resource(view: &View, input: &TagResourceInput) -> Result<Access> {
    let check = on_tagged(view, "states:TagResource", &input.resource_arn);
    Ok(Access::to(check.request_tags(pairs(Some(&input.tags)))))
}

pub fn untag_resource(view: &View, input: &UntagResourceInput) -> Result<Access> {
    let check = on_tagged(view, "states:UntagResource", &input.resource_arn);
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

/// The role that is passed is the new one; where it stays, the one that is there.
pub fn update_state_machine(view: &View, input: &UpdateStateMachineInput) -> Result<Access> {
    let arn = input.state_machine_arn.as_str();
    let mut checks = vec![on_machine(view, "states:UpdateStateMachine", arn)];
    let kept = Address::machine(view, arn).ok().map(|(_, machine)| machine.now.role_arn);
    checks.extend(input.role_arn.clone().or(kept).map(|role| pass(&role)));
    if input.publish == Some(true) {
        checks.push(on_machine(view, "states:PublishStateMachineVersion", arn));
    }
    Ok(Access::Checks(checks))
}

pub fn update_state_machine_alias(view: &View, input: &UpdateStateMachineAliasInput) -> Result<Access> {
    machine(view, "states:UpdateStateMachineAlias", &input.state_machine_alias_arn)
}

pub fn validate_state_machine_definition(_view: &View, _input: &ValidateStateMachineDefinitionInput) -> Result<Access> {
    Ok(Access::to(Check::new("states:ValidateStateMachineDefinition", "*")))
}

fn machine(view: &View, action: &'static str, arn: &str) -> Result<Access> {
    Ok(Access::to(on_machine(view, action, arn)))
}

/// A version or alias is authorised on its machine, and `states:StateMachineQualifier` is what stands behind the machine's name.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html>
fn on_machine(view: &View, action: &'static str, arn: &str) -> Check {
    let Some(address) = Address::of(arn).filter(|address| address.kind == "stateMachine") else {
        return Check::new(action, arn);
    };
    let bare = arn.get(..arn.len() - address.rest.as_ref().map_or(0, |rest| rest.len() + 1)).unwrap_or(arn);
    let check = on_tagged(view, action, bare);
    match address.rest {
        Some(qualifier) => check.keys("states:StateMachineQualifier", [qualifier]),
        None => check,
    }
}

/// Executions have the tags of their machine.
fn execution(view: &View, action: &'static str, arn: &str) -> Result<Access> {
    let check = Check::new(action, arn);
    let machine = Address::of(arn).filter(|address| address.scope == view.scope());
    let machine = machine.map(|address| address::machine_arn(view, &address.name).to_string());
    Ok(Access::to(match machine.and_then(|machine| Tagged::find(view, &machine).ok()) {
        Some(found) => check.resource_tags(found.tags().iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        None => check,
    }))
}

fn tagged(view: &View, action: &'static str, arn: &str) -> Result<Access> {
    Ok(Access::to(on_tagged(view, action, arn)))
}

fn on_tagged(view: &View, action: &'static str, arn: &str) -> Check {
    let check = Check::new(action, arn);
    let check = match Address::of(arn) {
        Some(address) => check.owned_by(address.scope.account),
        None => check,
    };
    match Tagged::find(view, arn) {
        Ok(found) => check.resource_tags(found.tags().iter().map(|(key, value)| (key.as_str(), value.as_str()))),
        Err(_) => check,
    }
}

fn pass(role: &str) -> Check {
    let check = Check::new("iam:PassRole", role).key("iam:PassedToService", "states.amazonaws.com");
    match ArnParts::parse(role).ok().and_then(|parts| parts.account.parse().ok()) {
        Some(account) => check.owned_by(account),
        None => check,
    }
}

fn pairs(tags: Option<&[Tag]>) -> Vec<(&str, &str)> {
    tags.unwrap_or_default().iter().map(|tag| (text(&tag.key), text(&tag.value))).collect()
}

fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}
