//! Graphs of services.

use crate::api::*;
use crate::graph::Graph;
use crate::ops::traces::{By, named, rows};
use crate::range::Range;
use crate::trace::Trace as Whole;
use crate::{filter, paging};
use service::{Result, View};

/// How many services a page has.
const SERVICES: usize = 100;

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetServiceGraph.html>
pub fn get_service_graph(view: &View, input: GetServiceGraphRequest) -> Result<GetServiceGraphResult> {
    let GetServiceGraphRequest { start_time, end_time, group_name, group_arn, next_token } = input;
    let range = Range::of(view, start_time, end_time)?;
    let wanted = super::groups::expression(view, group_name.as_deref(), group_arn.as_deref())?;
    let mut graph = Graph::default();
    for row in rows(view, &range, By::Service)?.into_iter().rev() {
        let Some(trace) = Whole::find(view, &row.id)? else { continue };
        if wanted.as_ref().is_none_or(|wanted| filter::matches(wanted, &trace)) {
            // What goes on is seen when it began.
            graph.add(&trace, |segment| range.holds(segment.end().unwrap_or(segment.start())));
        }
    }
    let services = graph.services(&view.account().to_string());
    let (services, next_token) = paging::part(services, next_token, SERVICES)?;
    Ok(GetServiceGraphResult {
        start_time: Some(range.start),
        end_time: Some(range.end),
        services: Some(services),
        contains_old_group_versions: Some(false),
        next_token,
    })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetTraceGraph.html>
pub fn get_trace_graph(view: &View, input: GetTraceGraphRequest) -> Result<GetTraceGraphResult> {
    let GetTraceGraphRequest { trace_ids, next_token } = input;
    let mut graph = Graph::default();
    for id in named(&trace_ids)? {
        if let Some(trace) = Whole::find(view, &id)? {
            graph.add(&trace, |_| true);
        }
    }
    let services = graph.services(&view.account().to_string());
    let (services, next_token) = paging::part(services, next_token, SERVICES)?;
    Ok(GetTraceGraphResult { services: Some(services), next_token })
}
