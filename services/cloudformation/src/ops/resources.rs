//! The resources of stacks.

use crate::api::*;
use crate::state::{RESOURCES, Resource, STACKS, Stack};
use crate::{drift, errors, ids, paging, words};
use service::{Result, Timestamp, View};

/// A resource's drift as it was found last, and when.
fn drift_of(view: &View, stack: &Stack, row: &Resource) -> Result<(String, Option<Timestamp>)> {
    let found = drift::known(view, stack, row)?;
    Ok(found.map_or_else(|| (drift::NOT_CHECKED.to_owned(), None), |found| (found.status, Some(found.at))))
}

fn shown(view: &View, stack: &Stack, row: Resource) -> Result<StackResource> {
    let (status, at) = drift_of(view, stack, &row)?;
    Ok(StackResource {
        stack_name: Some(stack.name.clone()),
        stack_id: Some(ids::stack_arn(view, &stack.name, &stack.uid).to_string()),
        logical_resource_id: row.logical.clone(),
        physical_resource_id: physical(&row),
        resource_type: row.kind,
        timestamp: row.updated_at,
        resource_status: row.status,
        resource_status_reason: row.status_reason,
        description: row.description,
        drift_information: Some(StackResourceDriftInformation {
            stack_resource_drift_status: status,
            last_check_timestamp: at,
        }),
        ..StackResource::default()
    })
}

/// What a resource is called: as it stands, or as it is being made.
fn physical(row: &Resource) -> Option<String> {
    let made = row.body.as_ref().or(row.step.as_ref().map(|step| &step.body));
    made.map(|body| body.id.clone()).filter(|id| !id.is_empty())
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html>
pub fn describe_stack_resource(view: &View, input: DescribeStackResourceInput) -> Result<DescribeStackResourceOutput> {
    let DescribeStackResourceInput { stack_name, logical_resource_id } = input;
    let stack = ids::find(view, &stack_name)?
        .ok_or_else(|| errors::validation(format!("Stack '{stack_name}' does not exist")))?;
    let row = view.get(&RESOURCES, &(stack.uid.clone(), logical_resource_id.clone()))?;
    let row = row.ok_or_else(|| errors::no_resource(&logical_resource_id, &stack.name))?;
    let (status, at) = drift_of(view, &stack, &row)?;
    let detail = StackResourceDetail {
        stack_name: Some(stack.name.clone()),
        stack_id: Some(ids::stack_arn(view, &stack.name, &stack.uid).to_string()),
        physical_resource_id: physical(&row),
        logical_resource_id: row.logical,
        resource_type: row.kind,
        last_updated_timestamp: row.updated_at,
        resource_status: row.status,
        resource_status_reason: row.status_reason,
        description: row.description,
        metadata: Some(row.metadata.unwrap_or_else(|| "{}".to_owned())),
        drift_information: Some(StackResourceDriftInformation {
            stack_resource_drift_status: status,
            last_check_timestamp: at,
        }),
        ..StackResourceDetail::default()
    };
    Ok(DescribeStackResourceOutput { stack_resource_detail: Some(detail) })
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html>
pub fn describe_stack_resources(
    view: &View,
    input: DescribeStackResourcesInput,
) -> Result<DescribeStackResourcesOutput> {
    let DescribeStackResourcesInput { stack_name, logical_resource_id, physical_resource_id } = input;
    let stack = match (stack_name, physical_resource_id) {
        (Some(name), None) => ids::get(view, &name)?,
        (None, Some(id)) => {
            of_resource(view, &id)?.ok_or_else(|| errors::validation(format!("Stack for {id} does not exist")))?
        }
        _ => {
            let text = "Exactly one of StackName and PhysicalResourceId must be specified.";
            return Err(errors::validation(text));
        }
    };
    let mut found = Vec::new();
    for row in view.rows(&RESOURCES, (stack.uid.clone(),)) {
        let row = row?;
        if logical_resource_id.as_ref().is_none_or(|wanted| *wanted == row.logical) {
            found.push(shown(view, &stack, row)?);
        }
    }
    if let Some(wanted) = logical_resource_id.filter(|_| found.is_empty()) {
        return Err(errors::no_resource(&wanted, &stack.name));
    }
    // "Only the first 100 resources will be returned."
    found.truncate(paging::PAGE);
    Ok(DescribeStackResourcesOutput { stack_resources: Some(found) })
}

/// The stack that has a resource of this physical id.
fn of_resource(view: &View, id: &str) -> Result<Option<Stack>> {
    for stack in view.rows(&STACKS, ()) {
        let stack = stack?;
        if words::is_gone(&stack.status) {
            continue;
        }
        for row in view.rows(&RESOURCES, (stack.uid.clone(),)) {
            if row?.body.is_some_and(|body| body.id == id) {
                return Ok(Some(stack));
            }
        }
    }
    Ok(None)
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html>
pub fn list_stack_resources(view: &View, input: ListStackResourcesInput) -> Result<ListStackResourcesOutput> {
    let ListStackResourcesInput { stack_name, next_token } = input;
    let stack = ids::get(view, &stack_name)?;
    let (rows, next) = view.page(&RESOURCES, (stack.uid.clone(),), &paging::page(next_token)?, |_| true)?;
    let summary = |row: Resource| {
        let (status, at) = drift_of(view, &stack, &row)?;
        Ok(StackResourceSummary {
            physical_resource_id: physical(&row),
            logical_resource_id: row.logical,
            resource_type: row.kind,
            last_updated_timestamp: row.updated_at,
            resource_status: row.status,
            resource_status_reason: row.status_reason,
            drift_information: Some(StackResourceDriftInformationSummary {
                stack_resource_drift_status: status,
                last_check_timestamp: at,
            }),
            ..StackResourceSummary::default()
        })
    };
    let stack_resource_summaries = Some(rows.into_iter().map(summary).collect::<Result<_>>()?);
    Ok(ListStackResourcesOutput { stack_resource_summaries, next_token: next.map(|token| token.encode()) })
}
