//! What Step Functions counts for CloudWatch, in `AWS/States`.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html>

use crate::resource::{Resource, Target};
use service::{Cx, Duration};

const MACHINE: &str = "StateMachineArn";

/// An execution has begun.
pub fn started(cx: &mut Cx, machine: &str) {
    cx.meter("ExecutionsStarted", (MACHINE, machine), 1.0, "Count");
}

/// An execution is over, after so long.
pub fn ended(cx: &mut Cx, machine: &str, (status, spent): (&str, Duration)) {
    let metric = match status {
        "SUCCEEDED" => "ExecutionsSucceeded",
        "ABORTED" => "ExecutionsAborted",
        "TIMED_OUT" => "ExecutionsTimedOut",
        _ => "ExecutionsFailed",
    };
    cx.meter(metric, (MACHINE, machine), 1.0, "Count");
    cx.meter("ExecutionTime", (MACHINE, machine), spent.as_secs_f64() * 1000.0, "Milliseconds");
}

/// A task was scheduled, has started or has ended.
pub fn task(cx: &mut Cx, resource: &Resource, what: &str) {
    let (dimension, metrics) = match resource.target {
        Target::Function => (
            "LambdaFunctionArn",
            [
                "LambdaFunctionsScheduled",
                "LambdaFunctionsStarted",
                "LambdaFunctionsSucceeded",
                "LambdaFunctionsFailed",
                "LambdaFunctionsTimedOut",
            ],
        ),
        Target::Activity => (
            "ActivityArn",
            [
                "ActivitiesScheduled",
                "ActivitiesStarted",
                "ActivitiesSucceeded",
                "ActivitiesFailed",
                "ActivitiesTimedOut",
            ],
        ),
        _ => (
            "ServiceIntegrationResourceArn",
            [
                "ServiceIntegrationsScheduled",
                "ServiceIntegrationsStarted",
                "ServiceIntegrationsSucceeded",
                "ServiceIntegrationsFailed",
                "ServiceIntegrationsTimedOut",
            ],
        ),
    };
    let at = ["Scheduled", "Started", "Succeeded", "Failed", "TimedOut"].iter().position(|known| *known == what);
    if let Some(metric) = at.and_then(|at| metrics.get(at)) {
        cx.meter(metric, (dimension, &resource.arn), 1.0, "Count");
    }
}
