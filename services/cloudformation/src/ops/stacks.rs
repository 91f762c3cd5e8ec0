//! Stacks as such: made, deleted, described.

use crate::api::*;
use crate::deploy::{self, Site, outputs};
use crate::source::{self, Wish};
use crate::state::{OPERATIONS, Operation, STACKS, Stack as Row, StoredOutput};
use crate::{drift, errors, ids, paging, timers, words};
use service::template::{Template, parameters};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
pub fn create_stack(cx: &mut Cx, input: CreateStackInput) -> Result<CreateStackOutput> {
    let CreateStackInput {
        stack_name,
        template_body,
        template_url,
        parameters,
        disable_rollback,
        rollback_configuration,
        timeout_in_minutes,
        notification_arns,
        capabilities,
        resource_types,
        role_arn,
        on_failure,
        stack_policy_body, // stored only
        stack_policy_url,
        tags,
        client_request_token,
        enable_termination_protection,
        retain_except_on_create,
        deployment_config,
        disable_validation: _, // stored only: there is no validation ahead of the deployment that it could switch off
    } = input;
    refuse_triggers(rollback_configuration.as_ref())?;
    refuse_policy_url(stack_policy_url.is_some())?;
    if deployment_config.is_some() {
        return Err(errors::refuse("DeploymentConfig"));
    }
    if let Some(there) = ids::find(cx, &stack_name)? {
        return again(cx, &there, client_request_token.as_deref());
    }
    let wish = Wish {
        body: template_body,
        url: template_url,
        parameters: parameters.unwrap_or_default(),
        capabilities: capabilities.unwrap_or_default(),
        tags: Some(tags.unwrap_or_default()),
        notification_arns: Some(notification_arns.unwrap_or_default()),
        role_arn,
        ..Wish::default()
    };
    let (source, template) = source::of(cx, wish, None)?;
    check_types(&template, resource_types.as_deref())?;
    let stack = Row {
        name: stack_name,
        uid: cx.entropy().uuid(),
        created_at: cx.now(),
        source,
        termination_protection: enable_termination_protection.unwrap_or(false),
        on_failure: on_failure_of(on_failure, disable_rollback)?,
        retain_except_on_create: retain_except_on_create.unwrap_or(false),
        timeout_minutes: timeout_in_minutes,
        policy: stack_policy_body,
        ..Row::default()
    };
    let stack_id = ids::stack_arn(cx, &stack.name, &stack.uid).to_string();
    begin_creation(cx, stack, client_request_token)?;
    Ok(CreateStackOutput { stack_id: Some(stack_id), operation_id: None })
}

/// Begins the creation of a stack.
pub(crate) fn begin_creation(cx: &mut Cx, stack: Row, token: Option<String>) -> Result<()> {
    timers::start(cx, &stack)?;
    let op = Operation { kind: "create".to_owned(), phase: "deploy".to_owned(), token, ..Operation::default() };
    let mut site = Site::begin(cx, stack, op)?;
    site.stack_event(cx, "CREATE_IN_PROGRESS", Some("User Initiated"))?;
    deploy::advance(cx, site)
}

/// A request that was made before with the same token is answered as it was.
fn again(view: &View, there: &Row, token: Option<&str>) -> Result<CreateStackOutput> {
    let first = crate::ops::events::first_of(view, there)?;
    let same = token.is_some() && first.is_some_and(|event| event.token.as_deref() == token);
    if same {
        let stack_id = Some(ids::stack_arn(view, &there.name, &there.uid).to_string());
        return Ok(CreateStackOutput { stack_id, operation_id: None });
    }
    Err(errors::already_exists(&there.name))
}

fn on_failure_of(on_failure: Option<String>, disable_rollback: Option<bool>) -> Result<String> {
    match (on_failure, disable_rollback) {
        (Some(_), Some(_)) => Err(errors::validation("Only one of OnFailure and DisableRollback can be specified.")),
        (Some(on_failure), None) => Ok(on_failure),
        (None, Some(true)) => Ok("DO_NOTHING".to_owned()),
        (None, _) => Ok("ROLLBACK".to_owned()),
    }
}

/// Alarms that would turn an operation back are not watched.
pub(crate) fn refuse_triggers(configuration: Option<&RollbackConfiguration>) -> Result<()> {
    let Some(RollbackConfiguration { rollback_triggers, monitoring_time_in_minutes }) = configuration else {
        return Ok(());
    };
    if rollback_triggers.as_ref().is_some_and(|triggers| !triggers.is_empty()) {
        return Err(errors::refuse("RollbackTriggers"));
    }
    match monitoring_time_in_minutes {
        None | Some(0) => Ok(()),
        Some(_) => Err(errors::refuse("MonitoringTimeInMinutes")),
    }
}

pub(crate) fn refuse_policy_url(given: bool) -> Result<()> {
    if given { Err(errors::refuse("StackPolicyURL")) } else { Ok(()) }
}

/// A caller may say which types he wants to work with: `AWS::*`, `AWS::SQS::*` or a type itself.
pub(crate) fn check_types(template: &Template, allowed: Option<&[String]>) -> Result<()> {
    let Some(allowed) = allowed.filter(|allowed| !allowed.is_empty()) else { return Ok(()) };
    let fits = |kind: &str| {
        allowed.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(head) => kind.starts_with(head),
            None => pattern == kind,
        })
    };
    let others: Vec<&str> = template.resource_types().into_iter().filter(|kind| !fits(kind)).collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(errors::validation(format!("Resource types not permitted: [{}]", others.join(", "))))
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html>
pub fn delete_stack(cx: &mut Cx, input: DeleteStackInput) -> Result<Nothing> {
    let DeleteStackInput {
        stack_name,
        retain_resources,
        role_arn,
        client_request_token,
        deletion_mode,
        deployment_config,
    } = input;
    if deletion_mode.is_some_and(|mode| mode != "STANDARD") {
        return Err(errors::refuse("DeletionMode"));
    }
    if deployment_config.is_some() {
        return Err(errors::refuse("DeploymentConfig"));
    }
    // A stack that is not there is deleted already.
    let Some(mut stack) = ids::find(cx, &stack_name)?.filter(|stack| !words::is_gone(&stack.status)) else {
        return Ok(Nothing {});
    };
    let arn = ids::stack_arn(cx, &stack.name, &stack.uid);
    if stack.termination_protection {
        let text = format!("Stack [{}] cannot be deleted while TerminationProtection is enabled", stack.name);
        return Err(errors::validation(text));
    }
    match stack.status.as_str() {
        "DELETE_IN_PROGRESS" => return Ok(Nothing {}),
        "CREATE_IN_PROGRESS" => return abandon(cx, stack),
        status if words::is_busy(status) => return Err(errors::wrong_state(arn.as_str(), status, "deleted")),
        _ => {}
    }
    let skip = retain_resources.unwrap_or_default();
    if !skip.is_empty() && stack.status != "DELETE_FAILED" {
        let text = "Invalid operation on stack. Specify which resources to retain only when the stack is in the DELETE_FAILED \
                    state.";
        return Err(errors::validation(text));
    }
    for name in stack.outputs.iter().filter_map(|output| output.export.as_deref()) {
        if let Some(user) = outputs::importers(cx, name)?.first() {
            let text = format!("Delete canceled. Cannot delete export {name} as it is in use by {user}.");
            return Err(errors::validation(text));
        }
    }
    if role_arn.is_some() {
        stack.source.role_arn = role_arn;
    }
    let (kind, phase, token) = ("delete".to_owned(), "delete".to_owned(), client_request_token);
    let mut site = Site::begin(cx, stack, Operation { kind, phase, skip, token, ..Operation::default() })?;
    site.rows.retain(|_, row| row.body.is_some());
    site.rows.values_mut().for_each(|row| row.removed = true);
    site.stack_event(cx, "DELETE_IN_PROGRESS", Some("User Initiated"))?;
    deploy::advance(cx, site)?;
    Ok(Nothing {})
}

/// A creation that is under way fails, and what it made is deleted.
fn abandon(cx: &mut Cx, mut stack: Row) -> Result<Nothing> {
    if let Some(mut op) = cx.get(&OPERATIONS, stack.uid.as_str())? {
        op.reason = Some("User Initiated".to_owned());
        cx.put(&OPERATIONS, stack.uid.as_str(), &op)?;
        deploy::hear::give_up(cx, &stack.uid)?;
    }
    stack.on_failure = "DELETE".to_owned();
    cx.put(&STACKS, &(stack.name.clone(), stack.uid.clone()), &stack)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html>
pub fn describe_stacks(view: &View, input: DescribeStacksInput) -> Result<DescribeStacksOutput> {
    let DescribeStacksInput { stack_name, next_token } = input;
    if let Some(name) = stack_name {
        let stack = ids::get(view, &name)?;
        return Ok(DescribeStacksOutput { stacks: Some(vec![shown(view, &stack)]), next_token: None });
    }
    let (rows, next) = view.page(&STACKS, (), &paging::page(next_token)?, |stack| !words::is_gone(&stack.status))?;
    let stacks = rows.iter().map(|stack| shown(view, stack)).collect();
    Ok(DescribeStacksOutput { stacks: Some(stacks), next_token: next.map(|token| token.encode()) })
}

fn shown(view: &View, stack: &Row) -> Stack {
    Stack {
        stack_id: Some(ids::stack_arn(view, &stack.name, &stack.uid).to_string()),
        stack_name: stack.name.clone(),
        change_set_id: stack.change_set.clone(),
        description: description_of(stack),
        parameters: Some(shown_parameters(stack)),
        creation_time: stack.created_at,
        deletion_time: stack.deleted_at,
        last_updated_time: stack.updated_at,
        rollback_configuration: Some(RollbackConfiguration::default()),
        stack_status: stack.status.clone(),
        stack_status_reason: stack.status_reason.clone(),
        disable_rollback: Some(stack.on_failure == "DO_NOTHING"),
        notification_arns: Some(stack.source.notification_arns.clone()),
        timeout_in_minutes: stack.timeout_minutes,
        capabilities: Some(stack.source.capabilities.clone()),
        outputs: Some(stack.outputs.iter().map(shown_output).collect()),
        role_arn: stack.source.role_arn.clone(),
        tags: Some(shown_tags(stack)),
        enable_termination_protection: Some(stack.termination_protection),
        drift_information: Some(StackDriftInformation {
            stack_drift_status: drift_of(stack),
            last_check_timestamp: stack.drift_at,
        }),
        retain_except_on_create: stack.retain_except_on_create.then_some(true),
        parent_id: stack.parent.clone(),
        root_id: stack.root.clone(),
        ..Stack::default()
    }
}

fn drift_of(stack: &Row) -> String {
    stack.drift.clone().unwrap_or_else(|| drift::NOT_CHECKED.to_owned())
}

fn description_of(stack: &Row) -> Option<String> {
    Template::parse(&stack.source.template).ok()?.description
}

pub(crate) fn shown_tags(stack: &Row) -> Vec<Tag> {
    stack.source.tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}

fn shown_output(output: &StoredOutput) -> Output {
    Output {
        output_key: Some(output.key.clone()),
        output_value: Some(output.value.clone()),
        description: output.description.clone(),
        export_name: output.export.clone(),
    }
}

/// A stack's parameters. Of those that are not to be shown, stars.
pub(crate) fn shown_parameters(stack: &Row) -> Vec<Parameter> {
    of_source(&stack.source)
}

pub(crate) fn of_source(source: &crate::state::Source) -> Vec<Parameter> {
    let template = Template::parse(&source.template).unwrap_or_default();
    let shown = |(name, text): (&String, &String)| {
        let declared = template.parameters.get(name);
        let is_secret = declared.is_some_and(|parameter| parameter.no_echo);
        let is_stored = declared.is_some_and(parameters::is_stored);
        Parameter {
            parameter_key: Some(name.clone()),
            parameter_value: Some(if is_secret { "****".to_owned() } else { text.clone() }),
            use_previous_value: None,
            resolved_value: source.resolved.get(name).filter(|_| is_stored && !is_secret).cloned(),
        }
    };
    source.parameters.iter().map(shown).collect()
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html>
pub fn list_stacks(view: &View, input: ListStacksInput) -> Result<ListStacksOutput> {
    let ListStacksInput { next_token, stack_status_filter } = input;
    let wanted = stack_status_filter.unwrap_or_default();
    let fits = |stack: &Row| wanted.is_empty() || wanted.contains(&stack.status);
    let (rows, next) = view.page(&STACKS, (), &paging::page(next_token)?, fits)?;
    let summary = |stack: &Row| StackSummary {
        stack_id: Some(ids::stack_arn(view, &stack.name, &stack.uid).to_string()),
        stack_name: stack.name.clone(),
        template_description: description_of(stack),
        creation_time: stack.created_at,
        last_updated_time: stack.updated_at,
        deletion_time: stack.deleted_at,
        stack_status: stack.status.clone(),
        stack_status_reason: stack.status_reason.clone(),
        parent_id: stack.parent.clone(),
        root_id: stack.root.clone(),
        drift_information: Some(StackDriftInformationSummary {
            stack_drift_status: drift_of(stack),
            last_check_timestamp: stack.drift_at,
        }),
        ..StackSummary::default()
    };
    let stack_summaries = Some(rows.iter().map(summary).collect());
    Ok(ListStacksOutput { stack_summaries, next_token: next.map(|token| token.encode()) })
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html>
pub fn update_termination_protection(
    cx: &mut Cx,
    input: UpdateTerminationProtectionInput,
) -> Result<UpdateTerminationProtectionOutput> {
    let UpdateTerminationProtectionInput { enable_termination_protection, stack_name } = input;
    let mut stack = ids::get(cx, &stack_name)?;
    stack.termination_protection = enable_termination_protection;
    cx.put(&STACKS, &(stack.name.clone(), stack.uid.clone()), &stack)?;
    let stack_id = Some(ids::stack_arn(cx, &stack.name, &stack.uid).to_string());
    Ok(UpdateTerminationProtectionOutput { stack_id })
}
