//! Event source mappings: what is let in, and how they are shown.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>

use crate::address::{Address, arn, mapping_arn};
use crate::api::*;
use crate::state::{Mapping, Poll};
use crate::{errors, records};
use service::{ArnParts, Result, Scope};

/// The most filters of a mapping.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>
const MOST_FILTERS: usize = 10;

/// What a request says of a mapping, each as far as it says it.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub enabled: Option<bool>,
    pub batch_size: Option<i64>,
    pub window_seconds: Option<i64>,
    pub filters: Option<FilterCriteria>,
    pub response_types: Option<Vec<String>>,
    pub scaling: Option<ScalingConfig>,
    pub kms_key_arn: Option<String>,
    pub metrics: Option<EventSourceMappingMetricsConfig>,
}

impl Wish {
    /// Checks what is wished for and puts it into a mapping.
    pub fn apply(self, mapping: &mut Mapping) -> Result<()> {
        mapping.enabled = self.enabled.unwrap_or(mapping.enabled);
        mapping.batch_size = self.batch_size.unwrap_or(mapping.batch_size);
        mapping.window_seconds = self.window_seconds.unwrap_or(mapping.window_seconds);
        check_batches(mapping)?;
        if let Some(FilterCriteria { filters }) = self.filters {
            mapping.filters = filters.unwrap_or_default().into_iter().filter_map(|filter| filter.pattern).collect();
            check_filters(&mapping.filters)?;
        }
        if let Some(types) = self.response_types {
            mapping.reports_failures = types.iter().any(|kind| kind == "ReportBatchItemFailures");
        }
        if let Some(ScalingConfig { maximum_concurrency }) = self.scaling {
            mapping.most_concurrent = maximum_concurrency;
        }
        if self.kms_key_arn.is_some() {
            mapping.kms_key_arn = self.kms_key_arn.filter(|arn| !arn.is_empty());
        }
        if let Some(EventSourceMappingMetricsConfig { metrics }) = self.metrics {
            mapping.metrics = metrics.unwrap_or_default();
        }
        Ok(())
    }
}

fn check_batches(mapping: &Mapping) -> Result<()> {
    let fifo = mapping.source_arn.ends_with(".fifo");
    if fifo && mapping.window_seconds > 0 {
        return Err(errors::invalid("Batching window is not supported for FIFO queues"));
    }
    if fifo && mapping.batch_size > 10 {
        let text = "Member must have value less than or equal to 10";
        return Err(errors::constraint(mapping.batch_size, "batchSize", text));
    }
    if mapping.batch_size > 10 && mapping.window_seconds < 1 {
        let text = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10";
        return Err(errors::invalid(text));
    }
    Ok(())
}

fn check_filters(filters: &[String]) -> Result<()> {
    if filters.len() > MOST_FILTERS {
        return Err(errors::invalid(format!("Maximum number of filters per event source mapping is {MOST_FILTERS}")));
    }
    filters.iter().try_for_each(|text| {
        records::check_filter(text)
            .map_err(|error| errors::invalid(format!("Invalid filter pattern definition. {}", error.located(text))))
    })
}

/// The queue that a mapping is to read.
///
/// # Errors
/// Other sources are refused by name.
pub fn check_source(source: &str) -> Result<()> {
    let unrecognized = || {
        errors::invalid("Unrecognized event source, must be kinesis, dynamodb stream, sqs, kafka, mq or documentdb.")
    };
    let parts = ArnParts::parse(source).map_err(|_| unrecognized())?;
    match parts.service {
        "sqs" => Ok(()),
        "dynamodb" | "kinesis" | "kafka" | "mq" | "rds" => {
            Err(errors::not_implemented(&format!("an event source mapping of {}", parts.service)))
        }
        _ => Err(unrecognized()),
    }
}

/// The function of a mapping.
pub fn function_arn(scope: Scope, mapping: &Mapping) -> String {
    arn(scope, &mapping.function, mapping.qualifier.as_deref()).to_string()
}

/// The address that a mapping invokes.
pub fn address(scope: Scope, mapping: &Mapping) -> Address {
    Address { scope, name: mapping.function.clone(), qualifier: mapping.qualifier.clone() }
}

/// A mapping as it is shown, in a state.
pub fn shown(scope: Scope, mapping: &Mapping, poll: &Poll, state: &str) -> EventSourceMappingConfiguration {
    let filters = || mapping.filters.iter().map(|text| Filter { pattern: Some(text.clone()) }).collect();
    EventSourceMappingConfiguration {
        uuid: Some(mapping.uuid.clone()),
        batch_size: Some(mapping.batch_size),
        maximum_batching_window_in_seconds: Some(mapping.window_seconds),
        event_source_arn: Some(mapping.source_arn.clone()),
        filter_criteria: (!mapping.filters.is_empty()).then(|| FilterCriteria { filters: Some(filters()) }),
        kms_key_arn: mapping.kms_key_arn.clone(),
        metrics_config: (!mapping.metrics.is_empty())
            .then(|| EventSourceMappingMetricsConfig { metrics: Some(mapping.metrics.clone()) }),
        scaling_config: mapping.most_concurrent.map(|most| ScalingConfig { maximum_concurrency: Some(most) }),
        function_arn: Some(function_arn(scope, mapping)),
        last_modified: Some(mapping.modified_at),
        last_processing_result: poll.last_result.clone(),
        state: Some(state.to_owned()),
        state_transition_reason: Some("USER_INITIATED".to_owned()),
        function_response_types: mapping.reports_failures.then(|| vec!["ReportBatchItemFailures".to_owned()]),
        event_source_mapping_arn: Some(mapping_arn(scope, &mapping.uuid).to_string()),
        ..EventSourceMappingConfiguration::default()
    }
}

/// The state of a mapping that nobody is changing.
pub fn state(mapping: &Mapping) -> &'static str {
    if mapping.enabled { "Enabled" } else { "Disabled" }
}
