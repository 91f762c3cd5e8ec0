//! Stacks are changed, and changes are taken back.

use crate::api::*;
use crate::deploy::{self, Site};
use crate::ops::stacks::{check_types, refuse_policy_url, refuse_triggers};
use crate::source::{self, Wish};
use crate::state::{OPERATIONS, Operation, Source, Stack};
use crate::{changes, drift, errors, ids};
use service::template::Template;
use service::{Cx, Nothing, Result, View};

/// The statuses in which a stack can be updated.
const UPDATABLE: [&str; 6] = [
    "CREATE_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
];

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html>
pub fn update_stack(cx: &mut Cx, input: UpdateStackInput) -> Result<UpdateStackOutput> {
    let UpdateStackInput {
        stack_name,
        template_body,
        template_url,
        use_previous_template,
        stack_policy_during_update_body,
        stack_policy_during_update_url,
        parameters,
        capabilities,
        resource_types,
        role_arn,
        rollback_configuration,
        stack_policy_body, // stored only
        stack_policy_url,
        notification_arns,
        tags,
        disable_rollback,
        client_request_token,
        retain_except_on_create,
        deployment_config,
        disable_validation: _, // stored only: there is no validation ahead of the deployment that it could switch off
    } = input;
    refuse_triggers(rollback_configuration.as_ref())?;
    refuse_policy_url(stack_policy_url.is_some())?;
    if stack_policy_during_update_body.is_some() {
        return Err(errors::refuse("StackPolicyDuringUpdateBody"));
    }
    if stack_policy_during_update_url.is_some() {
        return Err(errors::refuse("StackPolicyDuringUpdateURL"));
    }
    if deployment_config.is_some() {
        return Err(errors::refuse("DeploymentConfig"));
    }
    let mut stack = ids::get(cx, &stack_name)?;
    check_updatable(cx, &stack)?;
    let wish = Wish {
        body: template_body,
        url: template_url,
        use_previous: use_previous_template.unwrap_or(false),
        parameters: parameters.unwrap_or_default(),
        capabilities: capabilities.unwrap_or_default(),
        tags,
        notification_arns,
        role_arn,
    };
    let (source, template) = source::of(cx, wish, Some(&stack.source))?;
    check_types(&template, resource_types.as_deref())?;
    check_kinds(&stack.source, &template)?;
    if !changes::any(cx, &stack, &source)? {
        return Err(errors::no_updates());
    }
    stack.policy = stack_policy_body.or(stack.policy);
    stack.retain_except_on_create = retain_except_on_create.unwrap_or(stack.retain_except_on_create);
    let stack_id = ids::stack_arn(cx, &stack.name, &stack.uid).to_string();
    let op = Operation {
        disable_rollback: disable_rollback.unwrap_or(false),
        token: client_request_token,
        ..Operation::default()
    };
    begin_update(cx, stack, source, op)?;
    Ok(UpdateStackOutput { stack_id: Some(stack_id), operation_id: None })
}

/// Begins the update of a stack.
pub(crate) fn begin_update(cx: &mut Cx, mut stack: Stack, source: Source, op: Operation) -> Result<()> {
    let before = std::mem::replace(&mut stack.source, source);
    stack.updated_at = Some(cx.now());
    // What was found before says nothing of what is made now.
    drift::forget(cx, &mut stack)?;
    let (kind, phase) = ("update".to_owned(), "deploy".to_owned());
    let mut site = Site::begin(cx, stack, Operation { kind, phase, before: Some(before), ..op })?;
    site.stack_event(cx, "UPDATE_IN_PROGRESS", Some("User Initiated"))?;
    deploy::advance(cx, site)
}

pub(crate) fn check_updatable(view: &View, stack: &Stack) -> Result<()> {
    if UPDATABLE.contains(&stack.status.as_str()) {
        return Ok(());
    }
    let arn = ids::stack_arn(view, &stack.name, &stack.uid);
    Err(errors::wrong_state(arn.as_str(), &stack.status, "updated"))
}

/// A logical id keeps its type.
pub(crate) fn check_kinds(before: &Source, template: &Template) -> Result<()> {
    let before = Template::parse(&before.template).unwrap_or_default();
    let other = |(logical, resource): (&String, &service::template::Resource)| {
        before.resources.get(logical).filter(|was| was.kind != resource.kind).map(|_| logical.clone())
    };
    let others: Vec<String> = template.resources.iter().filter_map(other).collect();
    if others.is_empty() {
        return Ok(());
    }
    let text = format!(
        "Update of resource type is not permitted. The new template modifies resource type of the following resources: [{}]",
        others.join(", ")
    );
    Err(errors::validation(text))
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html>
pub fn cancel_update_stack(cx: &mut Cx, input: CancelUpdateStackInput) -> Result<Nothing> {
    let CancelUpdateStackInput { stack_name, client_request_token: _ } = input; // stored only
    let stack = ids::get(cx, &stack_name)?;
    let op = cx.get(&OPERATIONS, stack.uid.as_str())?;
    let Some(mut op) = op.filter(|op| op.kind == "update" && op.phase == "deploy") else {
        let text = "CancelUpdateStack cannot be called from current stack status";
        return Err(errors::validation(text));
    };
    // The next answer that comes sends the update back.
    op.reason = Some("User Initiated".to_owned());
    cx.put(&OPERATIONS, stack.uid.as_str(), &op)?;
    deploy::hear::give_up(cx, &stack.uid)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html>
pub fn continue_update_rollback(
    cx: &mut Cx,
    input: ContinueUpdateRollbackInput,
) -> Result<ContinueUpdateRollbackOutput> {
    let ContinueUpdateRollbackInput {
        stack_name,
        role_arn,
        resources_to_skip,
        client_request_token,
        force_rollback: _, // stored only: no deployment pauses
    } = input;
    let stack = ids::get(cx, &stack_name)?;
    let site = Site::find(cx, &stack.name, &stack.uid)?.filter(|_| stack.status == "UPDATE_ROLLBACK_FAILED");
    let Some(mut site) = site else {
        let arn = ids::stack_arn(cx, &stack.name, &stack.uid);
        let text = format!(
            "Stack:{arn} is in {} state and can not continue update rollback. Stack must be in UPDATE_ROLLBACK_FAILED state.",
            stack.status
        );
        return Err(errors::validation(text));
    };
    site.op.skip = resources_to_skip.unwrap_or_default();
    if let Some(other) = site.op.skip.iter().find(|logical| !site.rows.contains_key(*logical)) {
        return Err(errors::no_resource(other, &stack.name));
    }
    if role_arn.is_some() {
        site.stack.source.role_arn = role_arn;
    }
    site.op.phase = "back".to_owned();
    site.op.token = client_request_token;
    site.stack_event(cx, "UPDATE_ROLLBACK_IN_PROGRESS", Some("User Initiated"))?;
    deploy::advance(cx, site)?;
    Ok(ContinueUpdateRollbackOutput {})
}
