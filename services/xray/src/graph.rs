//! The graph of services: who called whom, how often, for how long, and what became of it.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html#xray-api-servicegraph>

use crate::api::{Edge, EdgeStatistics, ErrorStatistics, FaultStatistics, HistogramEntry, Service, ServiceStatistics};
use crate::entity::{Entity, Outcome, rounded};
use crate::trace::Trace;
use service::{IndexMap, Timestamp};
use std::collections::BTreeMap;

/// The type of whoever calls the first of all services.
const CLIENT: &str = "client";

/// A graph under construction.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: IndexMap<(String, String), Node>,
}

#[derive(Debug, Default)]
struct Node {
    is_root: bool,
    seen: Counts,
    /// From here to the node of that number.
    edges: BTreeMap<usize, Counts>,
}

/// What is counted of a service, or of the calls between two.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Counts {
    ok: i64,
    throttles: i64,
    other_errors: i64,
    faults: i64,
    total: i64,
    seconds: f64,
    span: Option<(f64, f64)>,
    /// How many took how long, in microseconds.
    histogram: BTreeMap<i64, i64>,
}

impl Counts {
    /// Counts one; what goes on has no time yet.
    pub fn add(&mut self, entity: Entity<'_>, outcome: Outcome) {
        let (start, end) = (entity.start(), entity.end().unwrap_or(entity.start()));
        let (first, last) = self.span.unwrap_or((start, end));
        self.span = Some((first.min(start), last.max(end)));
        self.total += 1;
        match outcome {
            Outcome { fault: true, .. } => self.faults += 1,
            Outcome { throttle: true, .. } => self.throttles += 1,
            Outcome { error: true, .. } => self.other_errors += 1,
            Outcome { .. } => self.ok += 1,
        }
        if let Some(seconds) = entity.seconds() {
            self.seconds += seconds;
            *self.histogram.entry((seconds * 1e6).round() as i64).or_default() += 1;
        }
    }

    fn errors(&self) -> ErrorStatistics {
        ErrorStatistics {
            throttle_count: Some(self.throttles),
            other_count: Some(self.other_errors),
            total_count: Some(self.throttles + self.other_errors),
        }
    }

    fn fault_statistics(&self) -> FaultStatistics {
        FaultStatistics { other_count: Some(self.faults), total_count: Some(self.faults) }
    }

    /// As a service's statistics.
    pub fn of_service(&self) -> ServiceStatistics {
        ServiceStatistics {
            ok_count: Some(self.ok),
            error_statistics: Some(self.errors()),
            fault_statistics: Some(self.fault_statistics()),
            total_count: Some(self.total),
            total_response_time: Some(rounded(self.seconds)),
        }
    }

    /// As the statistics of calls.
    pub fn of_edge(&self) -> EdgeStatistics {
        EdgeStatistics {
            ok_count: Some(self.ok),
            error_statistics: Some(self.errors()),
            fault_statistics: Some(self.fault_statistics()),
            total_count: Some(self.total),
            total_response_time: Some(rounded(self.seconds)),
        }
    }

    /// How many took how long.
    pub fn shown_histogram(&self) -> Vec<HistogramEntry> {
        let entry =
            |(micros, count): (&i64, &i64)| HistogramEntry { value: Some(*micros as f64 / 1e6), count: Some(*count) };
        self.histogram.iter().map(entry).collect()
    }

    fn times(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let at = |seconds: f64| Timestamp::from_secs_f64(seconds);
        (self.span.and_then(|span| at(span.0)), self.span.and_then(|span| at(span.1)))
    }
}

/// A call between two segments of a trace.
pub struct Called<'a> {
    /// The segment that was called.
    pub segment: Entity<'a>,
    /// The segment that called; none where it was a client.
    pub caller: Option<Entity<'a>>,
    /// What is known of the call: the subsegment that made it, or the segment itself.
    pub call: Entity<'a>,
}

/// The calls of a trace.
pub fn calls(trace: &Trace) -> Vec<Called<'_>> {
    let mut owners: Owners<'_> = BTreeMap::new();
    for segment in trace.entities() {
        segment.walk(&mut |entity| {
            owners.insert(entity.text("id"), (segment, entity));
        });
    }
    // A broker that a subsegment called stands between it and what came of it.
    let brokers: BTreeMap<&str, Entity<'_>> = trace
        .entities()
        .filter(|segment| segment.is("inferred"))
        .map(|segment| (segment.text("parent_id"), segment))
        .collect();
    trace.entities().map(|segment| called(segment, (&brokers, &owners))).collect()
}

/// What an id stands for: the segment, and what in it.
type Owners<'a> = BTreeMap<&'a str, (Entity<'a>, Entity<'a>)>;

fn called<'a>(segment: Entity<'a>, (brokers, owners): (&BTreeMap<&'a str, Entity<'a>>, &Owners<'a>)) -> Called<'a> {
    let parent = segment.text("parent_id");
    let (caller, call) = match (brokers.get(parent), owners.get(parent)) {
        (Some(broker), _) if !segment.is("inferred") => (Some(*broker), segment),
        (_, Some((caller, entity))) if entity.text("id") == caller.text("id") => (Some(*caller), segment),
        (_, Some((caller, entity))) => (Some(*caller), *entity),
        _ => (None, segment),
    };
    Called { segment, caller, call }
}

impl Graph {
    /// Adds those segments of a trace that `wants` wants.
    pub fn add(&mut self, trace: &Trace, wants: impl Fn(Entity<'_>) -> bool) {
        for Called { segment, caller, call } in calls(trace) {
            if !wants(segment) {
                continue;
            }
            let (name, kind) = segment.service();
            let number = self.node(name, kind);
            if let Some((_, node)) = self.nodes.get_index_mut(number) {
                node.seen.add(segment, segment.outcome());
                node.is_root |= caller.is_none();
            }
            let from = match caller {
                Some(caller) => self.node(caller.text("name"), caller.text("origin")),
                None => self.node(name, CLIENT),
            };
            if let Some((_, from)) = self.nodes.get_index_mut(from) {
                from.edges.entry(number).or_default().add(call, call.outcome());
            }
        }
    }

    fn node(&mut self, name: &str, kind: &str) -> usize {
        let entry = self.nodes.entry((name.to_owned(), kind.to_owned()));
        let number = entry.index();
        entry.or_default();
        number
    }

    /// The graph as it is shown.
    pub fn services(self, account: &str) -> Vec<Service> {
        let nodes = self.nodes.into_iter().enumerate();
        nodes.map(|(number, ((name, kind), node))| shown(number, (name, kind), node, account)).collect()
    }
}

fn shown(number: usize, (name, kind): (String, String), node: Node, account: &str) -> Service {
    let is_client = kind == CLIENT;
    let edges = node.edges.iter().map(|(to, counts)| {
        let (start_time, end_time) = counts.times();
        Edge {
            reference_id: Some(*to as i64),
            start_time,
            end_time,
            summary_statistics: Some(counts.of_edge()),
            response_time_histogram: Some(counts.shown_histogram()),
            aliases: Some(Vec::new()),
            edge_type: None,
            received_event_age_histogram: None,
        }
    });
    let edges: Vec<Edge> = edges.collect();
    // A client is seen by what it calls alone.
    let whole = node.edges.values().filter_map(|counts| counts.span).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let span = if is_client { Counts { span: whole, ..Counts::default() } } else { node.seen.clone() };
    let (start_time, end_time) = span.times();
    let seen = |counted: bool| counted.then_some(&node.seen).filter(|seen| seen.total > 0);
    Service {
        reference_id: Some(number as i64),
        names: Some(vec![name.clone()]),
        name: Some(name),
        root: node.is_root.then_some(true),
        account_id: (!is_client).then(|| account.to_owned()),
        type_: Some(kind).filter(|kind| !kind.is_empty()),
        state: Some(if is_client { "unknown" } else { "active" }.to_owned()),
        start_time,
        end_time,
        edges: Some(edges),
        summary_statistics: seen(!is_client).map(Counts::of_service),
        duration_histogram: Some(seen(!is_client).map(Counts::shown_histogram).unwrap_or_default()),
        response_time_histogram: Some(seen(!is_client).map(Counts::shown_histogram).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::assembled;
    use serde_json::json;

    #[test]
    fn calls_become_edges_and_brokers_stand_between() {
        let put = json!({"id": "s", "name": "Events", "namespace": "aws", "start_time": 1.0, "end_time": 2.0});
        let segments = assembled(vec![
            json!({"id": "a", "name": "api", "start_time": 0.0, "end_time": 3.0, "subsegments": [put]}),
            json!({"id": "f", "name": "f", "origin": "AWS::Lambda", "parent_id": "s", "start_time": 4.0, "end_time": 5.0,
                   "fault": true}),
            json!({"id": "g", "name": "f", "origin": "AWS::Lambda::Function", "parent_id": "f", "start_time": 4.0,
                   "end_time": 4.5, "error": true, "throttle": true}),
        ]);
        let mut graph = Graph::default();
        graph.add(&Trace { row: crate::state::Trace::default(), segments }, |_| true);
        let services = graph.services("1");
        let seen: Vec<(&str, Option<&str>)> =
            services.iter().map(|service| (service.name.as_deref().unwrap(), service.type_.as_deref())).collect();
        let lambda = [("f", Some("AWS::Lambda")), ("f", Some("AWS::Lambda::Function"))];
        assert_eq!(seen[..3], [("api", None), ("api", Some("client")), ("Events", Some("AWS::Events"))]);
        assert_eq!(seen[3..], lambda);
        let edges: Vec<Vec<i64>> = services
            .iter()
            .map(|service| service.edges.iter().flatten().filter_map(|edge| edge.reference_id).collect())
            .collect();
        assert_eq!(edges, [vec![2], vec![0], vec![3], vec![4], vec![]]);
        let last = services[4].summary_statistics.as_ref().unwrap();
        assert_eq!(last.error_statistics.as_ref().unwrap().throttle_count, Some(1));
        assert_eq!(
            services[3].summary_statistics.as_ref().unwrap().fault_statistics.as_ref().unwrap().total_count,
            Some(1)
        );
    }
}
