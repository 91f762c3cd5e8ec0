//! Which events a trail delivers.

use crate::api::*;
use crate::state::{AdvancedSelector, DataResourceRow, FieldSelector, Selector, TRAILS, TrailRow};
use crate::{address, errors, selectors};
use service::{Cx, Result, View};

/// Selectors of one form take the place of those of the other.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>
pub fn put_event_selectors(cx: &mut Cx, input: PutEventSelectorsRequest) -> Result<PutEventSelectorsResponse> {
    let PutEventSelectorsRequest { trail_name, event_selectors, advanced_event_selectors } = input;
    let mut trail = address::open(cx, &trail_name)?;
    match (event_selectors, advanced_event_selectors.filter(|list| !list.is_empty())) {
        (Some(_), Some(_)) => {
            return Err(errors::selectors("A trail has event selectors or advanced event selectors, not both."));
        }
        (None, Some(list)) => {
            let rows: Vec<AdvancedSelector> = list.into_iter().map(advanced_row).collect();
            selectors::check_advanced(&rows)?;
            (trail.event_selectors, trail.advanced_event_selectors) = (Vec::new(), rows);
        }
        (list, None) => {
            let rows: Vec<Selector> = list.unwrap_or_default().into_iter().map(row).collect();
            selectors::check_basic(&rows)?;
            let default = [default_row()] == rows.as_slice();
            trail.event_selectors = if default { Vec::new() } else { rows };
            trail.advanced_event_selectors = Vec::new();
        }
    }
    cx.put(&TRAILS, &address::key(&trail), &trail)?;
    let (event_selectors, advanced_event_selectors) = shown(&trail);
    let trail_arn = Some(address::arn(cx, &trail).to_string());
    Ok(PutEventSelectorsResponse { trail_arn, event_selectors, advanced_event_selectors })
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html>
pub fn get_event_selectors(view: &View, input: GetEventSelectorsRequest) -> Result<GetEventSelectorsResponse> {
    let GetEventSelectorsRequest { trail_name } = input;
    let trail = address::find(view, &trail_name)?;
    let (event_selectors, advanced_event_selectors) = shown(&trail);
    let trail_arn = Some(address::arn(view, &trail).to_string());
    Ok(GetEventSelectorsResponse { trail_arn, event_selectors, advanced_event_selectors })
}

type Shown = (Option<Vec<EventSelector>>, Option<Vec<AdvancedEventSelector>>);

fn shown(trail: &TrailRow) -> Shown {
    let advanced = &trail.advanced_event_selectors;
    if !advanced.is_empty() {
        return (None, Some(advanced.iter().cloned().map(advanced_told).collect()));
    }
    let basic = &trail.event_selectors;
    let own = if basic.is_empty() { vec![default_row()] } else { basic.clone() };
    (Some(own.into_iter().map(told).collect()), None)
}

/// What a trail delivers that nobody told otherwise: all management events.
fn default_row() -> Selector {
    Selector { read_write_type: "All".to_owned(), include_management_events: true, ..Selector::default() }
}

fn row(selector: EventSelector) -> Selector {
    let EventSelector { read_write_type, include_management_events, data_resources, exclude_management_event_sources } =
        selector;
    let resource = |DataResource { type_, values }| DataResourceRow {
        kind: type_.unwrap_or_default(),
        values: values.unwrap_or_default(),
    };
    Selector {
        read_write_type: read_write_type.unwrap_or_else(|| "All".to_owned()),
        include_management_events: include_management_events.unwrap_or(true),
        data_resources: data_resources.unwrap_or_default().into_iter().map(resource).collect(),
        exclude_management_event_sources: exclude_management_event_sources.unwrap_or_default(),
    }
}

fn told(selector: Selector) -> EventSelector {
    let Selector { read_write_type, include_management_events, data_resources, exclude_management_event_sources } =
        selector;
    let resource = |DataResourceRow { kind, values }| DataResource { type_: Some(kind), values: Some(values) };
    EventSelector {
        read_write_type: Some(read_write_type),
        include_management_events: Some(include_management_events),
        data_resources: Some(data_resources.into_iter().map(resource).collect()),
        exclude_management_event_sources: Some(exclude_management_event_sources),
    }
}

fn advanced_row(selector: AdvancedEventSelector) -> AdvancedSelector {
    let AdvancedEventSelector { name, field_selectors } = selector;
    let field = |selector: AdvancedFieldSelector| {
        let AdvancedFieldSelector { field, equals, starts_with, ends_with, not_equals, not_starts_with, not_ends_with } =
            selector;
        FieldSelector {
            field,
            equals: equals.unwrap_or_default(),
            starts_with: starts_with.unwrap_or_default(),
            ends_with: ends_with.unwrap_or_default(),
            not_equals: not_equals.unwrap_or_default(),
            not_starts_with: not_starts_with.unwrap_or_default(),
            not_ends_with: not_ends_with.unwrap_or_default(),
        }
    };
    AdvancedSelector { name, field_selectors: field_selectors.into_iter().map(field).collect() }
}

fn advanced_told(selector: AdvancedSelector) -> AdvancedEventSelector {
    let AdvancedSelector { name, field_selectors } = selector;
    let field = |selector: FieldSelector| {
        let FieldSelector { field, equals, starts_with, ends_with, not_equals, not_starts_with, not_ends_with } =
            selector;
        let given = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
        AdvancedFieldSelector {
            field,
            equals: given(equals),
            starts_with: given(starts_with),
            ends_with: given(ends_with),
            not_equals: given(not_equals),
            not_starts_with: given(not_starts_with),
            not_ends_with: given(not_ends_with),
        }
    };
    AdvancedEventSelector { name, field_selectors: field_selectors.into_iter().map(field).collect() }
}
