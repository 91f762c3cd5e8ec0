//! Drift: what of a stack stands otherwise than its template says.

use crate::api::*;
use crate::state::{DETECTIONS, DRIFTS, DriftRow, RESOURCES, Stack};
use crate::{drift, errors, ids, paging};
use service::{Cx, Page, Result, Value, View};

/// The statuses in which a stack can be compared.
const COMPARABLE: [&str; 4] =
    ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"];

fn comparable(view: &View, name: &str) -> Result<Stack> {
    let stack = ids::get(view, name)?;
    if COMPARABLE.contains(&stack.status.as_str()) {
        return Ok(stack);
    }
    let text = format!(
        "Drift detection cannot be performed on stack [{}] while it is in the state {}",
        stack.name, stack.status
    );
    Err(errors::validation(text))
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html>
pub fn detect_stack_drift(cx: &mut Cx, input: DetectStackDriftInput) -> Result<DetectStackDriftOutput> {
    let DetectStackDriftInput { stack_name, logical_resource_ids } = input;
    let mut stack = comparable(cx, &stack_name)?;
    let under_way = match &stack.detection {
        Some(id) => cx.get(&DETECTIONS, id.as_str())?.filter(|detection| detection.pending > 0),
        None => None,
    };
    if under_way.is_some() {
        let arn = ids::stack_arn(cx, &stack.name, &stack.uid);
        return Err(errors::validation(format!("Drift detection is already in progress for stack [{arn}]")));
    }
    let wanted = logical_resource_ids.unwrap_or_default();
    for logical in &wanted {
        if !cx.has(&RESOURCES, &(stack.uid.clone(), logical.clone()))? {
            return Err(errors::no_resource(logical, &stack.name));
        }
    }
    let id = drift::begin(cx, &mut stack, &wanted)?;
    Ok(DetectStackDriftOutput { stack_drift_detection_id: id })
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackResourceDrift.html>
pub fn detect_stack_resource_drift(
    cx: &mut Cx,
    input: DetectStackResourceDriftInput,
) -> Result<DetectStackResourceDriftOutput> {
    let DetectStackResourceDriftInput { stack_name, logical_resource_id } = input;
    let stack = comparable(cx, &stack_name)?;
    let key = (stack.uid.clone(), logical_resource_id);
    let row = cx.get(&RESOURCES, &key)?.ok_or_else(|| errors::no_resource(&key.1, &stack.name))?;
    let Some(body) = row.body.clone().filter(|_| drift::is_supported(&row.kind)) else {
        let text = format!("Drift detection is not supported for resource [{}] of type [{}]", row.logical, row.kind);
        return Err(errors::validation(text));
    };
    let properties = Value::decode(&body.properties)?;
    let seen = drift::look(cx, &row, &body.id, &properties)?;
    let found = drift::judge(cx, &row, (&properties, seen))?;
    cx.put(&DRIFTS, &key, &found)?;
    Ok(DetectStackResourceDriftOutput { stack_resource_drift: shown(cx, &stack, found) })
}

fn shown(view: &View, stack: &Stack, drift: DriftRow) -> StackResourceDrift {
    let difference = |difference: drift::Difference| PropertyDifference {
        property_path: difference.path,
        expected_value: difference.expected,
        actual_value: difference.actual,
        difference_type: difference.kind,
    };
    StackResourceDrift {
        stack_id: ids::stack_arn(view, &stack.name, &stack.uid).to_string(),
        logical_resource_id: drift.logical,
        physical_resource_id: Some(drift.physical),
        resource_type: drift.kind,
        expected_properties: Some(drift.expected),
        actual_properties: drift.actual,
        property_differences: Some(drift.differences.into_iter().map(difference).collect()),
        stack_resource_drift_status: drift.status,
        timestamp: drift.at,
        ..StackResourceDrift::default()
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResourceDrifts.html>
pub fn describe_stack_resource_drifts(
    view: &View,
    input: DescribeStackResourceDriftsInput,
) -> Result<DescribeStackResourceDriftsOutput> {
    let DescribeStackResourceDriftsInput { stack_name, stack_resource_drift_status_filters, next_token, max_results } =
        input;
    let stack = ids::get(view, &stack_name)?;
    let wanted = stack_resource_drift_status_filters.unwrap_or_default();
    let limit = max_results.and_then(|most| usize::try_from(most).ok()).unwrap_or(paging::PAGE);
    let page = Page { limit, ..paging::page(next_token)? };
    let fits = |drift: &DriftRow| wanted.is_empty() || wanted.contains(&drift.status);
    let (rows, next) = view.page(&DRIFTS, (stack.uid.clone(),), &page, fits)?;
    Ok(DescribeStackResourceDriftsOutput {
        stack_resource_drifts: rows.into_iter().map(|row| shown(view, &stack, row)).collect(),
        next_token: next.map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackDriftDetectionStatus.html>
pub fn describe_stack_drift_detection_status(
    view: &View,
    input: DescribeStackDriftDetectionStatusInput,
) -> Result<DescribeStackDriftDetectionStatusOutput> {
    let DescribeStackDriftDetectionStatusInput { stack_drift_detection_id: id } = input;
    let found = view.get(&DETECTIONS, id.as_str())?;
    let found = found.ok_or_else(|| errors::validation(format!("Drift detection with id {id} does not exist")))?;
    Ok(DescribeStackDriftDetectionStatusOutput {
        stack_id: ids::stack_arn(view, &found.name, &found.uid).to_string(),
        stack_drift_detection_id: found.id,
        stack_drift_status: found.drift,
        detection_status: found.status,
        detection_status_reason: (!found.failed.is_empty()).then(|| found.failed.join("; ")),
        drifted_stack_resource_count: found.drifted,
        timestamp: found.at,
    })
}
