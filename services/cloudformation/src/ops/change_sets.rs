//! Change sets: what an update would do, and the doing of it.

use crate::api::{Change, *};
use crate::ops::stacks::{begin_creation, check_types, of_source, refuse_triggers};
use crate::ops::updates::{begin_update, check_kinds, check_updatable};
use crate::source::{self, Wish};
use crate::state::{CHANGE_SETS, ChangeSet, Operation, STACKS, Source, Stack};
use crate::{changes, errors, ids, kinds, paging, words};
use service::shape::{Node, fill};
use service::template::Template;
use service::{ArnParts, Cx, Error, Result, Value, View};

/// The reason of a change set that would change nothing, by which the AWS CLI knows one.
const NO_CHANGES: &str =
    "The submitted information didn't contain changes. Submit different information to create a change set.";

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
pub fn create_change_set(cx: &mut Cx, input: CreateChangeSetInput) -> Result<CreateChangeSetOutput> {
    let CreateChangeSetInput {
        stack_name,
        template_body,
        template_url,
        use_previous_template,
        parameters,
        capabilities,
        resource_types,
        role_arn,
        rollback_configuration,
        notification_arns,
        tags,
        change_set_name,
        client_token: _, // stored only
        description,
        change_set_type,
        resources_to_import,
        include_nested_stacks,
        on_stack_failure,
        import_existing_resources,
        deployment_mode,
        deployment_config,
        disable_validation: _, // stored only: there is no validation ahead of the deployment that it could switch off
    } = input;
    refuse_triggers(rollback_configuration.as_ref())?;
    for (member, given) in [
        ("ResourcesToImport", resources_to_import.is_some_and(|list| !list.is_empty())),
        ("ImportExistingResources", import_existing_resources == Some(true)),
        ("DeploymentMode", deployment_mode.is_some()),
        ("DeploymentConfig", deployment_config.is_some()),
    ] {
        if given {
            return Err(errors::refuse(member));
        }
    }
    let kind = change_set_type.unwrap_or_else(|| "UPDATE".to_owned());
    let stack = match kind.as_str() {
        "IMPORT" => return Err(errors::refuse("ChangeSetType IMPORT")),
        "CREATE" => reviewed(cx, &stack_name)?,
        _ => updated(cx, &stack_name)?,
    };
    let (stack, is_new) = stack;
    if cx.has(&CHANGE_SETS, &(stack.uid.clone(), change_set_name.clone()))? {
        return Err(errors::change_set_exists(&change_set_name));
    }
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
    let set = ChangeSet { name: change_set_name, kind, description, on_stack_failure, ..ChangeSet::default() };
    let set = foreseen(cx, (&stack, set), wish, resource_types.as_deref())?;
    if include_nested_stacks == Some(true) && has_nested(&set.source)? {
        return Err(errors::refuse("IncludeNestedStacks"));
    }
    keep(cx, stack, set, is_new)
}

fn has_nested(source: &Source) -> Result<bool> {
    let template = Template::parse(&source.template).map_err(errors::template)?;
    Ok(template.resources.values().any(|resource| resource.kind == kinds::STACK))
}

/// A change set with what the stack is to be made from, and what would change.
fn foreseen(
    cx: &mut Cx,
    (stack, set): (&Stack, ChangeSet),
    wish: Wish,
    resource_types: Option<&[String]>,
) -> Result<ChangeSet> {
    let is_update = set.kind == "UPDATE";
    let (source, template) = source::of(cx, wish, is_update.then_some(&stack.source))?;
    check_types(&template, resource_types)?;
    if is_update {
        check_kinds(&stack.source, &template)?;
    }
    let (list, outputs) = changes::of(cx, stack, &source)?;
    let nothing = is_update && list.is_empty() && !outputs;
    Ok(ChangeSet {
        uid: cx.entropy().uuid(),
        status: if nothing { "FAILED" } else { "CREATE_COMPLETE" }.to_owned(),
        status_reason: nothing.then(|| NO_CHANGES.to_owned()),
        execution_status: if nothing { "UNAVAILABLE" } else { "AVAILABLE" }.to_owned(),
        created_at: cx.now(),
        source,
        changes: Value::List(list.iter().map(|change| Value::of(change.peek())).collect()).encode().into(),
        ..set
    })
}

fn keep(cx: &mut Cx, stack: Stack, set: ChangeSet, is_new: bool) -> Result<CreateChangeSetOutput> {
    let stack_id = ids::stack_arn(cx, &stack.name, &stack.uid).to_string();
    if is_new {
        let mut site = crate::deploy::Site::begin(cx, stack.clone(), Operation::default())?;
        site.stack_event(cx, "REVIEW_IN_PROGRESS", Some("User Initiated"))?;
        site.save(cx)?;
    }
    cx.put(&CHANGE_SETS, &(stack.uid, set.name.clone()), &set)?;
    let id = ids::change_set_arn(cx, &set.name, &set.uid).to_string();
    Ok(CreateChangeSetOutput { id: Some(id), stack_id: Some(stack_id) })
}

/// The stack that a change set is to create: a new one, or one that waits for its first change set to be executed.
fn reviewed(cx: &mut Cx, name: &str) -> Result<(Stack, bool)> {
    match ids::find(cx, name)? {
        Some(stack) if stack.status == "REVIEW_IN_PROGRESS" => Ok((stack, false)),
        Some(stack) => {
            let text = format!(
                "Stack [{}] already exists and cannot be created again with the changeSet [CREATE].",
                stack.name
            );
            Err(errors::validation(text))
        }
        None => {
            let (uid, created_at) = (cx.entropy().uuid(), cx.now());
            let on_failure = "ROLLBACK".to_owned();
            Ok((Stack { name: name.to_owned(), uid, created_at, on_failure, ..Stack::default() }, true))
        }
    }
}

fn updated(view: &View, name: &str) -> Result<(Stack, bool)> {
    let stack = ids::find(view, name)?.filter(|stack| stack.status != "REVIEW_IN_PROGRESS");
    let stack = stack.ok_or_else(|| errors::validation(format!("Stack [{name}] does not exist")))?;
    check_updatable(view, &stack)?;
    Ok((stack, false))
}

/// The change set that goes by a name of a stack, or by an id, with its stack.
pub(crate) fn find(view: &View, name_or_id: &str, stack: Option<&str>) -> Result<(Stack, ChangeSet)> {
    let missing = || errors::no_change_set(name_or_id);
    let by_id = ArnParts::parse(name_or_id).ok().and_then(|parts| {
        let (name, uid) = parts.resource.strip_prefix("changeSet/")?.split_once('/')?;
        Some((name.to_owned(), uid.to_owned()))
    });
    match (by_id, stack) {
        (Some((name, uid)), _) => {
            for stack in view.rows(&STACKS, ()) {
                let stack = stack?;
                let set = view.get(&CHANGE_SETS, &(stack.uid.clone(), name.clone()))?;
                if let Some(set) = set.filter(|set| set.uid == uid) {
                    return Ok((stack, set));
                }
            }
            Err(missing())
        }
        (None, Some(stack)) => {
            let stack = ids::find(view, stack)?.ok_or_else(|| errors::no_stack_named(stack))?;
            let set = view.get(&CHANGE_SETS, &(stack.uid.clone(), name_or_id.to_owned()))?;
            set.map(|set| (stack, set)).ok_or_else(missing)
        }
        (None, None) => {
            Err(errors::validation("StackName must be specified if ChangeSetName is not specified as an ARN."))
        }
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html>
pub fn describe_change_set(view: &View, input: DescribeChangeSetInput) -> Result<DescribeChangeSetOutput> {
    let DescribeChangeSetInput { change_set_name, stack_name, next_token, include_property_values } = input;
    if include_property_values == Some(true) {
        return Err(errors::refuse("IncludePropertyValues"));
    }
    let (stack, set) = find(view, &change_set_name, stack_name.as_deref())?;
    let page = paging::page(next_token)?;
    let skip = match page.after {
        Some(token) => token.as_bytes().try_into().map(u64::from_be_bytes).map_err(|_| errors::token())?,
        None => 0,
    };
    let skip = usize::try_from(skip).map_err(|_| errors::token())?;
    let all = changes_of(&set)?;
    let more = all.len() > skip.saturating_add(page.limit);
    let next = more.then(|| service::Token::of(((skip + page.limit) as u64).to_be_bytes()).encode());
    Ok(DescribeChangeSetOutput {
        change_set_id: Some(ids::change_set_arn(view, &set.name, &set.uid).to_string()),
        stack_id: Some(ids::stack_arn(view, &stack.name, &stack.uid).to_string()),
        stack_name: Some(stack.name),
        description: set.description,
        parameters: Some(of_source(&set.source)),
        creation_time: Some(set.created_at),
        execution_status: Some(set.execution_status),
        status: Some(set.status),
        status_reason: set.status_reason,
        notification_arns: Some(set.source.notification_arns),
        rollback_configuration: Some(RollbackConfiguration::default()),
        capabilities: Some(set.source.capabilities),
        tags: Some(set.source.tags.into_iter().map(|(key, value)| Tag { key, value }).collect()),
        changes: Some(all.into_iter().skip(skip).take(page.limit).collect()),
        next_token: next,
        include_nested_stacks: Some(false),
        on_stack_failure: set.on_stack_failure,
        change_set_name: Some(set.name),
        ..DescribeChangeSetOutput::default()
    })
}

fn changes_of(set: &ChangeSet) -> Result<Vec<Change>> {
    let list = Value::decode(&set.changes)?;
    let change = |value: &Value| {
        let mut change = Change::default();
        fill(&mut change, value).map_err(Error::internal)?;
        Ok(change)
    };
    list.as_list().unwrap_or_default().iter().map(change).collect()
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html>
pub fn execute_change_set(cx: &mut Cx, input: ExecuteChangeSetInput) -> Result<ExecuteChangeSetOutput> {
    let ExecuteChangeSetInput {
        change_set_name,
        stack_name,
        client_request_token,
        disable_rollback,
        retain_except_on_create,
    } = input;
    let (mut stack, set) = find(cx, &change_set_name, stack_name.as_deref())?;
    if set.execution_status != "AVAILABLE" || words::is_busy(&stack.status) {
        let id = ids::change_set_arn(cx, &set.name, &set.uid);
        let text = format!(
            "ChangeSet [{id}] cannot be executed in its current status of [{}]",
            if set.execution_status == "AVAILABLE" { &stack.status } else { &set.status }
        );
        return Err(errors::change_set_status(text));
    }
    let on_failure = match (set.on_stack_failure.as_deref(), disable_rollback) {
        (Some(_), Some(_)) => {
            return Err(errors::validation(
                "DisableRollback cannot be specified where the change set has OnStackFailure.",
            ));
        }
        (Some(on_failure), None) => on_failure.to_owned(),
        (None, Some(true)) => "DO_NOTHING".to_owned(),
        (None, _) => "ROLLBACK".to_owned(),
    };
    forget_others(cx, &stack)?;
    stack.change_set = Some(ids::change_set_arn(cx, &set.name, &set.uid).to_string());
    stack.retain_except_on_create = retain_except_on_create.unwrap_or(false);
    if set.kind == "CREATE" {
        (stack.source, stack.on_failure) = (set.source, on_failure);
        begin_creation(cx, stack, client_request_token)?;
    } else {
        let op = Operation {
            disable_rollback: on_failure == "DO_NOTHING",
            token: client_request_token,
            ..Operation::default()
        };
        let source: Source = set.source;
        begin_update(cx, stack, source, op)?;
    }
    Ok(ExecuteChangeSetOutput {})
}

/// What a stack's change sets say holds no longer once one of them was executed.
fn forget_others(cx: &mut Cx, stack: &Stack) -> Result<()> {
    let names = cx.rows(&CHANGE_SETS, (stack.uid.clone(),)).map(|set| set.map(|set| set.name));
    for name in names.collect::<Result<Vec<_>>>()? {
        cx.delete(&CHANGE_SETS, &(stack.uid.clone(), name))?;
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html>
pub fn delete_change_set(cx: &mut Cx, input: DeleteChangeSetInput) -> Result<DeleteChangeSetOutput> {
    let DeleteChangeSetInput { change_set_name, stack_name } = input;
    let found = find(cx, &change_set_name, stack_name.as_deref());
    match found {
        Ok((stack, set)) => {
            cx.delete(&CHANGE_SETS, &(stack.uid, set.name))?;
            Ok(DeleteChangeSetOutput {})
        }
        // One that is not there is deleted already.
        Err(error) if error.code() == "ChangeSetNotFoundException" => Ok(DeleteChangeSetOutput {}),
        Err(error) => Err(error),
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListChangeSets.html>
pub fn list_change_sets(view: &View, input: ListChangeSetsInput) -> Result<ListChangeSetsOutput> {
    let ListChangeSetsInput { stack_name, next_token } = input;
    let stack = ids::find(view, &stack_name)?.ok_or_else(|| errors::no_stack_named(&stack_name))?;
    let (rows, next) = view.page(&CHANGE_SETS, (stack.uid.clone(),), &paging::page(next_token)?, |_| true)?;
    let summary = |set: ChangeSet| ChangeSetSummary {
        stack_id: Some(ids::stack_arn(view, &stack.name, &stack.uid).to_string()),
        stack_name: Some(stack.name.clone()),
        change_set_id: Some(ids::change_set_arn(view, &set.name, &set.uid).to_string()),
        change_set_name: Some(set.name),
        execution_status: Some(set.execution_status),
        status: Some(set.status),
        status_reason: set.status_reason,
        creation_time: Some(set.created_at),
        description: set.description,
        include_nested_stacks: Some(false),
        ..ChangeSetSummary::default()
    };
    let summaries = Some(rows.into_iter().map(summary).collect());
    Ok(ListChangeSetsOutput { summaries, next_token: next.map(|token| token.encode()) })
}
