//! Executions.

use crate::address::{self, Address};
use crate::api::*;
use crate::language::flow::LARGEST_BYTES;
use crate::ops::versions;
use crate::paging::page;
use crate::run::Run;
use crate::state::{EXECUTIONS, Execution, LISTED, Listed};
use crate::{definitions, errors, redrive, tracing};
use serde_json::Value as Json;
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html>
pub fn start_execution(cx: &mut Cx, input: StartExecutionInput) -> Result<StartExecutionOutput> {
    let StartExecutionInput { state_machine_arn, name, input, trace_header } = input;
    let draw = cx.entropy().below(100) as i64;
    let found = versions::find_by(cx, &state_machine_arn, |routes| {
        let mut reached = 0;
        let heaviest = routes.iter().find(|(_, weight)| {
            reached += weight;
            draw < reached
        });
        heaviest.copied()
    })?;
    if let Some(name) = &name {
        address::check_name(name)?;
    }
    let input = input.unwrap_or_else(|| "{}".to_owned());
    check_input(&input)?;
    let name = name.unwrap_or_else(|| cx.entropy().uuid());
    let arn = address::execution_arn(cx, &found.machine.name, &name);
    // "StartExecution is idempotent for STANDARD workflows. ... if you call StartExecution with the same name and input as
    // a running execution, the call succeeds".
    if let Some(old) = cx.get(&EXECUTIONS, &(found.machine.name.clone(), name.clone()))? {
        if old.status == "RUNNING" && same(&old.input, &input) {
            return Ok(StartExecutionOutput { execution_arn: arn, start_date: old.started_at });
        }
        return Err(errors::execution_exists(&arn));
    }
    let trace_header = trace_header.or_else(|| cx.request().trace.as_deref().map(str::to_owned));
    let trace_header = match found.revision.tracing {
        true => Some(tracing::begin(cx, trace_header, &found.machine.name)),
        false => trace_header,
    };
    let execution = Execution {
        machine: found.machine.name,
        name,
        revision: found.revision.id.clone(),
        version: found.version,
        alias: found.alias,
        status: "RUNNING".to_owned(),
        started_at: cx.now(),
        input,
        trace_header,
        ..Execution::default()
    };
    let execution = Run::begin(cx, execution, found.revision)?.go()?;
    Ok(StartExecutionOutput { execution_arn: arn, start_date: execution.started_at })
}

fn check_input(input: &str) -> Result<()> {
    if input.len() > LARGEST_BYTES {
        return Err(errors::invalid_input("The input exceeds the maximum number of bytes service limit."));
    }
    serde_json::from_str::<Json>(input).map(drop).map_err(errors::invalid_input)
}

fn same(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Json>(text).ok();
    one == other || read(one) == read(other)
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html>
pub fn stop_execution(cx: &mut Cx, input: StopExecutionInput) -> Result<StopExecutionOutput> {
    let StopExecutionInput { execution_arn, error, cause } = input;
    let execution = Address::execution(cx, &execution_arn)?;
    let Some(mut run) = Run::resume(cx, &execution.machine, &execution.name)? else {
        // One that is over stays as it is.
        return Ok(StopExecutionOutput { stop_date: execution.stopped_at.unwrap_or(cx.now()) });
    };
    run.abort(error, cause)?;
    let execution = run.go()?;
    Ok(StopExecutionOutput { stop_date: execution.stopped_at.unwrap_or(cx.now()) })
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html>
pub fn describe_execution(view: &View, input: DescribeExecutionInput) -> Result<DescribeExecutionOutput> {
    let DescribeExecutionInput { execution_arn, included_data } = input;
    let execution = Address::execution(view, &execution_arn)?;
    let included = included_data.as_deref() != Some("METADATA_ONLY");
    let details = || Some(CloudWatchEventsExecutionDataDetails { included: Some(included) });
    let (redrive_status, redrive_reason) = redrive::status(&execution);
    let names = Names::of(view, &execution.machine, (execution.version, execution.alias.as_deref()));
    Ok(DescribeExecutionOutput {
        execution_arn,
        state_machine_arn: names.machine,
        name: Some(execution.name),
        status: execution.status,
        start_date: execution.started_at,
        stop_date: execution.stopped_at,
        input: included.then_some(execution.input),
        input_details: details(),
        output_details: execution.output.as_ref().and_then(|_| details()),
        output: execution.output.filter(|_| included),
        trace_header: execution.trace_header,
        map_run_arn: None,
        error: execution.error,
        cause: execution.cause.filter(|_| included),
        state_machine_version_arn: names.version,
        state_machine_alias_arn: names.alias,
        redrive_count: Some(execution.redrive_count),
        redrive_date: execution.redriven_at,
        redrive_status: Some(redrive_status.to_owned()),
        redrive_status_reason: Some(redrive_reason.to_owned()),
    })
}

/// The ARNs of an execution's machine.
struct Names {
    machine: String,
    version: Option<String>,
    alias: Option<String>,
}

impl Names {
    fn of(view: &View, machine: &str, (version, alias): (Option<i64>, Option<&str>)) -> Names {
        Names {
            machine: address::machine_arn(view, machine).to_string(),
            version: version.map(|number| address::qualified_arn(view, machine, number)),
            alias: alias.map(|alias| address::qualified_arn(view, machine, alias)),
        }
    }
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html>
pub fn describe_state_machine_for_execution(
    view: &View,
    input: DescribeStateMachineForExecutionInput,
) -> Result<DescribeStateMachineForExecutionOutput> {
    let DescribeStateMachineForExecutionInput {
        execution_arn,
        // Nothing is encrypted with a key that the caller may lack.
        included_data: _, // stored only
    } = input;
    let execution = Address::execution(view, &execution_arn)?;
    let missing = || errors::execution_missing(&execution_arn);
    let revision = address::revision(view, &execution.machine, &execution.revision)?.ok_or_else(missing)?;
    let names = Names::of(view, &execution.machine, (execution.version, None));
    Ok(DescribeStateMachineForExecutionOutput {
        state_machine_arn: names.version.unwrap_or(names.machine),
        name: execution.machine,
        logging_configuration: Some(definitions::shown_logging(&revision)),
        tracing_configuration: Some(TracingConfiguration { enabled: Some(revision.tracing) }),
        definition: revision.definition,
        role_arn: revision.role_arn,
        update_date: revision.updated_at,
        map_run_arn: None,
        label: None,
        revision_id: Some(revision.id).filter(|id| id != super::machines::INITIAL),
        encryption_configuration: Some(super::machines::owned_key()),
        variable_references: None,
    })
}

/// The latest first.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html>
pub fn list_executions(view: &View, input: ListExecutionsInput) -> Result<ListExecutionsOutput> {
    let ListExecutionsInput { state_machine_arn, status_filter, max_results, next_token, map_run_arn, redrive_filter } =
        input;
    if map_run_arn.is_some() {
        return Err(errors::refuse("mapRunArn"));
    }
    let Some(arn) = state_machine_arn else {
        let text = "Must specify one of stateMachineArn or mapRunArn";
        return Err(errors::validation(text, "MISSING_REQUIRED_PARAMETER"));
    };
    let found = versions::find(view, &arn)?;
    let redriven = redrive_filter.map(|filter| filter == "REDRIVEN");
    let keep = |row: &Listed| {
        status_filter.as_ref().is_none_or(|status| *status == row.status)
            && redriven.is_none_or(|wanted| wanted == (row.redrive_count > 0))
            && found.alias.as_ref().is_none_or(|alias| Some(alias) == row.alias.as_ref())
            && (found.alias.is_some() || found.version.is_none_or(|number| Some(number) == row.version))
    };
    let page = page(next_token, max_results)?;
    let machine = found.machine.name.as_str();
    let (rows, next) = view.page(&LISTED, (machine,), &page, keep)?;
    let shown = |row: Listed| {
        let names = Names::of(view, machine, (row.version, row.alias.as_deref()));
        ExecutionListItem {
            execution_arn: address::execution_arn(view, machine, &row.name),
            state_machine_arn: names.machine,
            name: row.name,
            status: row.status,
            start_date: row.started_at,
            stop_date: row.stopped_at,
            map_run_arn: None,
            item_count: None,
            state_machine_version_arn: names.version,
            state_machine_alias_arn: names.alias,
            redrive_count: Some(row.redrive_count),
            redrive_date: row.redriven_at,
        }
    };
    Ok(ListExecutionsOutput {
        executions: rows.into_iter().map(shown).collect(),
        next_token: next.map(|token| token.encode()),
    })
}
