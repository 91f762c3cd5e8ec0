//! What is measured of requests.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html>

use crate::stage_settings;
use crate::visit::Visit;
use service::{Cx, Sample};

/// Measures one: by API, by stage and, where the stage says so, by method.
pub fn measure(cx: &mut Cx, visit: &Visit<'_>, status: i64) {
    let one = |wrong: bool| if wrong { 1.0 } else { 0.0 };
    let millis = |duration: service::Duration| duration.as_secs_f64() * 1000.0;
    let mut samples = vec![
        ("Count", 1.0, "Count"),
        ("4XXError", one((400..500).contains(&status)), "Count"),
        ("5XXError", one(status >= 500), "Count"),
        ("Latency", millis(cx.now().since(cx.request().arrived)), "Milliseconds"),
    ];
    samples.extend(visit.integration.as_ref().map(|i| ("IntegrationLatency", millis(i.took), "Milliseconds")));
    let (api, stage) = (("ApiName", visit.deployed.name.as_str()), ("Stage", visit.named.stage));
    let path = visit.found.as_ref().map(|found| found.resource.path.as_str());
    let method = path.zip(visit.verb).filter(|(path, verb)| {
        let setting = stage_settings::of(&visit.deployed.stage, path, verb);
        setting.is_some_and(|setting| setting.metrics_enabled == Some(true))
    });
    let detailed = method.map(|(path, verb)| [api, ("Method", verb), ("Resource", path), stage]);
    let sets: [&[(&str, &str)]; 3] = [&[api], &[api, stage], detailed.as_ref().map_or(&[], |set| set.as_slice())];
    for dimensions in sets.into_iter().filter(|set| !set.is_empty()) {
        for (metric, value, unit) in &samples {
            cx.sample(&Sample { namespace: None, metric, dimensions, value: *value, unit, at: None });
        }
    }
}
