//! The embedded metric format: log events that say themselves which metrics they hold.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use crate::reading::Event;
use crate::state::Group;
use serde_json::{Map, Value as Json};
use service::{Cx, Duration, Sample, Timestamp, View};
use std::collections::BTreeSet;

/// What the specification allows: metrics of a directive, values of a metric, keys of a set, characters of a text.
const MOST_METRICS: usize = 100;
const MOST_VALUES: usize = 100;
const MOST_KEYS: usize = 30;
const LONGEST_TEXT: usize = 1024;
/// The specification bounds no event's samples; here more than this are taken for a mistake.
const MOST_SAMPLES: usize = 10_000;
/// How far from now a metric may lie.
const OLDEST: Duration = Duration::from_secs(14 * 86_400);
const NEWEST: Duration = Duration::from_secs(2 * 3_600);

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>
const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

/// A metric of an event, for one set of dimensions.
#[derive(Debug, Clone, PartialEq)]
struct Found<'e> {
    namespace: &'e str,
    metric: &'e str,
    unit: &'e str,
    dimensions: Vec<(&'e str, &'e str)>,
    values: Vec<f64>,
}

/// Why an event gave no metrics, or not all that it names.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// It is no JSON, though it looks like the format.
    Parsing,
    /// It is not as the specification says.
    Validation,
}

impl Fault {
    /// The metric in `AWS/Logs` that counts it.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html>
    fn metric(self) -> &'static str {
        match self {
            Fault::Parsing => "EMFParsingErrors",
            Fault::Validation => "EMFValidationErrors",
        }
    }
}

/// Counts the metrics of events that were just written. Whatever is wrong with them, the events stay as they are.
pub fn emit(cx: &mut Cx, group: &Group, events: &[Event]) {
    for event in events.iter().filter(|event| is_meant(&event.message)) {
        let root: Option<Json> = serde_json::from_str(&event.message).ok();
        let fault = match root.as_ref().map(|root| (metrics(root), time(cx, root))) {
            None => Some(Fault::Parsing),
            Some((_, None)) => Some(Fault::Validation),
            Some(((found, fault), Some(at))) => {
                count(cx, &found, at);
                fault
            }
        };
        if let Some(fault) = fault {
            cx.meter(fault.metric(), ("LogGroupName", &group.name), 1.0, "Count");
        }
    }
}

/// Whether a message looks like one of the format: most are told apart without being read as JSON.
fn is_meant(message: &str) -> bool {
    message.trim_start().starts_with('{') && message.contains("\"_aws\"") && message.contains("\"CloudWatchMetrics\"")
}

fn count(cx: &mut Cx, found: &[Found<'_>], at: Timestamp) {
    for Found { namespace, metric, unit, dimensions, values } in found {
        for value in values {
            let (namespace, value, at) = (Some(*namespace), *value, Some(at));
            cx.sample(&Sample { namespace, metric, dimensions, value, unit, at });
        }
    }
}

/// The time of an event's metrics; `None` where it has none, or one that CloudWatch does not take.
fn time(view: &View, root: &Json) -> Option<Timestamp> {
    let millis = root.get("_aws")?.get("Timestamp")?;
    let millis = millis.as_i64().or_else(|| millis.as_f64().map(|millis| millis as i64))?;
    let at = view.said(Timestamp::from_millis(millis));
    (at >= view.now().before(OLDEST) && at <= view.now().after(NEWEST)).then_some(at)
}

/// The metrics of an event that are as they must be, and whether any is not.
fn metrics(root: &Json) -> (Vec<Found<'_>>, Option<Fault>) {
    let (mut found, mut fault) = (Vec::new(), None);
    let directives = root.get("_aws").and_then(|about| about.get("CloudWatchMetrics")).and_then(Json::as_array);
    let (Some(directives), Some(root)) = (directives, root.as_object()) else {
        return (found, Some(Fault::Validation));
    };
    let mut samples = 0;
    for one in directives.iter().map(|directive| metrics_of(root, directive)) {
        match one {
            Some((more, whole)) => {
                for metric in more {
                    samples += metric.values.len();
                    if samples > MOST_SAMPLES {
                        return (found, Some(Fault::Validation));
                    }
                    found.push(metric);
                }
                if !whole {
                    fault = Some(Fault::Validation);
                }
            }
            None => fault = Some(Fault::Validation),
        }
    }
    (found, fault)
}

/// The metrics of a directive, and whether all that it names are there; `None` where it is none.
fn metrics_of<'e>(
    root: &'e Map<String, Json>,
    directive: &'e Json,
) -> Option<(impl Iterator<Item = Found<'e>> + use<'e>, bool)> {
    let namespace = directive.get("Namespace").and_then(text)?;
    // Namespaces of services are theirs.
    if namespace.starts_with("AWS/") {
        return None;
    }
    let named = directive.get("Metrics")?.as_array().filter(|metrics| metrics.len() <= MOST_METRICS)?;
    let (sets, mut whole) = sets(root, directive.get("Dimensions")?.as_array()?);
    let mut metrics = Vec::new();
    for metric in named {
        match measured(root, metric) {
            Some(measured) => metrics.push(measured),
            None => whole = false,
        }
    }
    let all = sets.into_iter().flat_map(move |dimensions| {
        let found = |(metric, unit, values): (&'e str, &'e str, Vec<f64>)| Found {
            namespace,
            metric,
            unit,
            dimensions: dimensions.clone(),
            values,
        };
        metrics.clone().into_iter().map(found).collect::<Vec<_>>()
    });
    Some((all, whole))
}

/// A metric's name, unit and values.
fn measured<'e>(root: &'e Map<String, Json>, metric: &'e Json) -> Option<(&'e str, &'e str, Vec<f64>)> {
    let name = metric.get("Name").and_then(text)?;
    let unit = match metric.get("Unit") {
        Some(unit) => unit.as_str().filter(|unit| UNITS.contains(unit))?,
        None => "None",
    };
    let resolution = metric.get("StorageResolution").map_or(Some(60), Json::as_i64);
    if !resolution.is_some_and(|seconds| seconds == 1 || seconds == 60) {
        return None;
    }
    let finite = |value: &Json| value.as_f64().filter(|value| value.is_finite());
    let values = match root.get(name)? {
        Json::Array(values) if values.len() <= MOST_VALUES => values.iter().map(finite).collect::<Option<Vec<_>>>()?,
        value => vec![finite(value)?],
    };
    Some((name, unit, values))
}

/// The sets of dimensions whose values are there, each once, and whether all are.
fn sets<'e>(root: &'e Map<String, Json>, named: &'e [Json]) -> (BTreeSet<Vec<(&'e str, &'e str)>>, bool) {
    let dimension = |key: &'e Json| {
        let key = text(key)?;
        Some((key, root.get(key).and_then(text)?))
    };
    let set = |keys: &'e Json| {
        let keys = keys.as_array().filter(|keys| keys.len() <= MOST_KEYS)?;
        keys.iter().map(dimension).collect::<Option<Vec<_>>>()
    };
    let all: Vec<Option<Vec<_>>> = named.iter().map(set).collect();
    let whole = all.iter().all(Option::is_some);
    (all.into_iter().flatten().collect(), whole)
}

fn text(value: &Json) -> Option<&str> {
    value.as_str().filter(|text| (1..=LONGEST_TEXT).contains(&text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(directives: Json) -> Json {
        json!({
            "_aws": { "Timestamp": 1_574_109_732_004_i64, "CloudWatchMetrics": directives },
            "functionVersion": "$LATEST", "Service": "orders", "time": 100, "sizes": [1, 2.5], "text": "x", "none": null,
        })
    }

    fn seen(root: &Json) -> Vec<(String, usize, Vec<f64>)> {
        let own = |found: &Found<'_>| (found.metric.to_owned(), found.dimensions.len(), found.values.clone());
        metrics(root).0.iter().map(own).collect()
    }

    #[test]
    fn each_metric_counts_in_each_set_of_dimensions() {
        let root = event(json!([{
            "Namespace": "shop", "Dimensions": [["functionVersion"], ["functionVersion", "Service"], []],
            "Metrics": [{ "Name": "time", "Unit": "Milliseconds", "StorageResolution": 60 }, { "Name": "sizes" }],
        }]));
        let (found, fault) = metrics(&root);
        assert_eq!(fault, None);
        assert_eq!(found.len(), 6);
        assert_eq!((found[0].namespace, found[0].unit, found[1].unit), ("shop", "Milliseconds", "None"));
        assert_eq!(seen(&root)[1], ("sizes".to_owned(), 0, vec![1.0, 2.5]));
    }

    #[test]
    fn what_is_wrong_counts_as_such_and_the_rest_is_taken() {
        let one = |change: Json| {
            let mut directive = json!({ "Namespace": "shop", "Dimensions": [[]], "Metrics": [{ "Name": "time" }] });
            let map = directive.as_object_mut().unwrap();
            map.extend(change.as_object().unwrap().clone());
            event(json!([directive]))
        };
        for (change, count) in [
            (json!({ "Namespace": "" }), 0),
            (json!({ "Namespace": "AWS/Lambda" }), 0),
            (json!({ "Metrics": [{ "Name": "text" }, { "Name": "time" }] }), 1),
            (json!({ "Metrics": [{ "Name": "missing" }] }), 0),
            (json!({ "Metrics": [{ "Name": "time", "Unit": "Miles" }] }), 0),
            (json!({ "Metrics": [{ "Name": "time", "StorageResolution": 5 }] }), 0),
            (json!({ "Metrics": vec![json!({ "Name": "time" }); 101] }), 0),
            (json!({ "Dimensions": [["none"], ["Service"]] }), 1),
            (json!({ "Dimensions": [vec!["Service"; 31]] }), 0),
            (json!({ "Dimensions": "Service" }), 0),
        ] {
            let root = one(change);
            let (found, fault) = metrics(&root);
            assert_eq!((found.len(), fault), (count, Some(Fault::Validation)), "{root}");
        }
        for root in [json!({ "_aws": 1 }), json!([]), event(json!({}))] {
            assert_eq!(metrics(&root), (Vec::new(), Some(Fault::Validation)), "{root}");
        }
    }

    #[test]
    fn an_event_cannot_count_without_end() {
        let sets: Vec<Json> = (0..200).map(|_| json!(["Service"])).collect();
        let many = vec![
            json!({ "Namespace": "n", "Dimensions": sets, "Metrics": vec![json!({ "Name": "sizes" }); 100] });
            200
        ];
        let root = event(json!(many));
        let (found, fault) = metrics(&root);
        assert!(found.iter().map(|found| found.values.len()).sum::<usize>() <= MOST_SAMPLES && fault.is_some());
    }

    #[test]
    fn most_messages_are_not_even_read() {
        for message in ["hello", "{\"a\":1}", "[\"_aws\", \"CloudWatchMetrics\"]", "{\"_aws\": 1}"] {
            assert!(!is_meant(message), "{message}");
        }
        assert!(is_meant(" {\"_aws\": {\"CloudWatchMetrics\": "));
    }
}
