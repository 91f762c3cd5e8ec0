//! Items are found by their keys, or all of them are gone through.

use crate::address::{Address, Target};
use crate::api::*;
use crate::capacity::{Consistency, Way, charge};
use crate::errors;
use crate::expression::condition::Condition as Filter;
use crate::expression::key_condition::KeyCondition;
use crate::expression::projection::Projection;
use crate::expression::{self, Kind, Parameters, legacy};
use crate::keys::{self, KeySchema};
use crate::pages::{self, Page, Plan};
use crate::reading;
use crate::state::Index;
use crate::value::Attributes;
use service::{Direction, IndexMap, Result, View};

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html>
pub fn query(view: &View, input: QueryInput) -> Result<QueryOutput> {
    let QueryInput {
        table_name,
        index_name,
        select,
        attributes_to_get,
        limit,
        consistent_read,
        key_conditions,
        query_filter,
        conditional_operator,
        scan_index_forward,
        exclusive_start_key,
        return_consumed_capacity,
        projection_expression,
        filter_expression,
        key_condition_expression,
        expression_attribute_names: names,
        expression_attribute_values: values,
    } = input;
    let shown = (projection_expression, attributes_to_get);
    let filters = Filters { expression: filter_expression, older: query_filter, operator: conditional_operator };
    legacy::check_mixture(
        &[
            ("AttributesToGet", shown.1.is_some()),
            ("QueryFilter", filters.older.is_some()),
            ("ConditionalOperator", filters.operator.is_some()),
            ("KeyConditions", key_conditions.is_some()),
        ],
        &[
            ("ProjectionExpression", shown.0.is_some()),
            ("FilterExpression", filters.expression.is_some()),
            ("KeyConditionExpression", key_condition_expression.is_some()),
        ],
    )?;
    let (filtered, keyed) = (filters.expression.is_some(), key_condition_expression.is_some());
    let given = [(Kind::Filter, filtered), (Kind::KeyCondition, keyed)];
    let parameters = Parameters::of(names, values, &given, filtered || keyed || shown.0.is_some())?;
    let forms = (shown.0.is_some(), shown.1.is_some());
    let (filter, is_older) = filters.read(&parameters)?;
    let projection = reading::projection(shown.0, shown.1, &parameters)?;
    let key_condition = key_condition_expression
        .map(|text| expression::condition(Kind::KeyCondition, &text, &parameters))
        .transpose()?;
    parameters.all_used()?;
    let target = Address::of(view, &table_name)?.target(view)?;
    let index = index_name.as_deref().map(|name| target.index(name)).transpose()?;
    let schema = index.map_or_else(|| KeySchema::of_table(&target.layout), KeySchema::of_index);
    check_index(&target, index, (select.as_deref(), forms), projection.as_ref(), consistent_read)?;
    let condition = sought(key_condition, key_conditions, &schema)?;
    if let Some(filter) = &filter {
        let parameter = if is_older { "QueryFilter" } else { "Filter Expression" };
        legacy::check_filter(filter, &schema.names(), parameter)?;
    }
    let direction = if scan_index_forward == Some(false) { Direction::Reverse } else { Direction::Forward };
    let space = index.map_or(target.layout.space, |index| index.space);
    let start = exclusive_start_key.map(|key| start(&target, index, key, (space, &condition))).transpose()?;
    let edges = pages::behind(pages::edges(space, &condition), start, direction);
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let (consistency, select) = (Consistency::of(consistent_read), select.as_deref());
    let plan = Plan { target: &target, index, edges, direction, limit, filter, projection, select, consistency };
    let Page { items, count, scanned, last, spent } = read(view, &plan)?;
    Ok(QueryOutput {
        items: (select != Some("COUNT")).then_some(items),
        count: Some(count),
        scanned_count: Some(scanned),
        last_evaluated_key: last,
        consumed_capacity: spent.shown(&target.address, return_consumed_capacity.as_deref(), None),
    })
}

/// What a query looks for, by whichever parameter says it.
fn sought(
    condition: Option<Filter>,
    older: Option<IndexMap<String, Condition>>,
    schema: &KeySchema,
) -> Result<KeyCondition> {
    match (condition, older) {
        (Some(condition), _) => KeyCondition::of_expression(condition, schema),
        (None, Some(older)) => KeyCondition::of_conditions(legacy::conditions(older)?, schema),
        (None, None) => {
            let text = "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.";
            Err(errors::validation(text))
        }
    }
}

/// Checks what a read asks of an index.
fn check_index(
    target: &Target,
    index: Option<&Index>,
    (select, forms): (Option<&str>, (bool, bool)),
    shown: Option<&Projection>,
    consistent: Option<bool>,
) -> Result<()> {
    pages::check_select(select, index, forms)?;
    pages::check_projected(target, index, select, shown)?;
    check_consistency(index, consistent)
}

/// What a query or scan was given to filter by.
struct Filters {
    expression: Option<String>,
    older: Option<IndexMap<String, Condition>>,
    operator: Option<String>,
}

impl Filters {
    /// The filter, and whether it is of the older form.
    fn read(self, parameters: &Parameters) -> Result<(Option<Filter>, bool)> {
        match (self.expression, self.older) {
            (Some(text), _) => Ok((Some(expression::condition(Kind::Filter, &text, parameters)?), false)),
            (None, Some(older)) => {
                let all = legacy::conditions(older)?.into_iter().map(|(_, condition)| condition).collect();
                Ok((legacy::join(all, self.operator.as_deref()), true))
            }
            (None, None) => Ok((None, false)),
        }
    }
}

/// Reads a page where the table is, and charges for it.
fn read(view: &View, plan: &Plan<'_>) -> Result<Page> {
    let scope = plan.target.address.scope;
    let page = if scope == view.scope() { plan.read(view)? } else { plan.read(&view.elsewhere(scope)?)? };
    charge(view, plan.target, Way::Read, &page.spent)?;
    view.count("ReturnedItemCount", ("TableName", &plan.target.layout.table), page.count as f64, "Count");
    Ok(page)
}

fn check_consistency(index: Option<&Index>, consistent: Option<bool>) -> Result<()> {
    if consistent == Some(true) && index.is_some_and(|index| index.global) {
        return Err(errors::validation("Consistent reads are not supported on global secondary indexes"));
    }
    Ok(())
}

fn start(
    target: &Target,
    index: Option<&Index>,
    key: Attributes,
    (space, condition): (i64, &KeyCondition),
) -> Result<service::KeyBuf> {
    let found = pages::start(target, index, key)?;
    let partition = keys::partition(space, &keys::value_bytes(&condition.hash));
    if !found.as_bytes().starts_with(partition.as_bytes()) {
        let text = "The provided starting key is outside query boundaries based on provided conditions";
        return Err(errors::validation(text));
    }
    Ok(found)
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html>
pub fn scan(view: &View, input: ScanInput) -> Result<ScanOutput> {
    let ScanInput {
        table_name,
        index_name,
        attributes_to_get,
        limit,
        select,
        scan_filter,
        conditional_operator,
        exclusive_start_key,
        return_consumed_capacity,
        total_segments,
        segment,
        projection_expression,
        filter_expression,
        expression_attribute_names: names,
        expression_attribute_values: values,
        consistent_read,
    } = input;
    let shown = (projection_expression, attributes_to_get);
    let filters = Filters { expression: filter_expression, older: scan_filter, operator: conditional_operator };
    legacy::check_mixture(
        &[
            ("AttributesToGet", shown.1.is_some()),
            ("ScanFilter", filters.older.is_some()),
            ("ConditionalOperator", filters.operator.is_some()),
        ],
        &[("ProjectionExpression", shown.0.is_some()), ("FilterExpression", filters.expression.is_some())],
    )?;
    let filtered = filters.expression.is_some();
    let parameters = Parameters::of(names, values, &[(Kind::Filter, filtered)], filtered || shown.0.is_some())?;
    let forms = (shown.0.is_some(), shown.1.is_some());
    let (filter, _) = filters.read(&parameters)?;
    let projection: Option<Projection> = reading::projection(shown.0, shown.1, &parameters)?;
    parameters.all_used()?;
    let (segment, total) = segments(segment, total_segments)?;
    let target = Address::of(view, &table_name)?.target(view)?;
    let index = index_name.as_deref().map(|name| target.index(name)).transpose()?;
    check_index(&target, index, (select.as_deref(), forms), projection.as_ref(), consistent_read)?;
    let space = index.map_or(target.layout.space, |index| index.space);
    let start = exclusive_start_key.map(|key| pages::start(&target, index, key)).transpose()?;
    if start.as_ref().is_some_and(|start| keys::segment_of(start, total) != segment) {
        return Err(errors::validation(format!(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct \
             Segment. TotalSegments: {total} Segment: {segment}"
        )));
    }
    let direction = Direction::Forward;
    let edges = pages::behind(keys::segment(space, segment, total), start, direction);
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let (consistency, select) = (Consistency::of(consistent_read), select.as_deref());
    let plan = Plan { target: &target, index, edges, direction, limit, filter, projection, select, consistency };
    let Page { items, count, scanned, last, spent } = read(view, &plan)?;
    Ok(ScanOutput {
        items: (select != Some("COUNT")).then_some(items),
        count: Some(count),
        scanned_count: Some(scanned),
        last_evaluated_key: last,
        consumed_capacity: spent.shown(&target.address, return_consumed_capacity.as_deref(), None),
    })
}

/// Which segment of how many: the only one unless the request says otherwise.
fn segments(segment: Option<i64>, total: Option<i64>) -> Result<(u64, u64)> {
    let text = match (segment, total) {
        (None, None) => return Ok((0, 1)),
        (Some(_), None) => {
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is \
             present"
                .to_owned()
        }
        (None, Some(_)) => {
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is \
             present"
                .to_owned()
        }
        (Some(segment), Some(total)) if segment >= total => format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is \
             not less than TotalSegments: {total}"
        ),
        (Some(segment), Some(total)) => return Ok((segment.unsigned_abs(), total.unsigned_abs())),
    };
    Err(errors::validation(text))
}
