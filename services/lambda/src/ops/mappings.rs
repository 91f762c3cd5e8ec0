//! Event source mappings.

use crate::address::Address;
use crate::api::*;
use crate::errors::{self, refuse};
use crate::mapping::{self, Wish};
use crate::paging::page;
use crate::resolve::Resolved;
use crate::state::{MAPPINGS, Mapping, POLLS};
use crate::{peers, polling, tags};
use service::{Cx, Result, Token, View};

/// How many records a batch has, if nobody says otherwise.
const USUAL_BATCH: i64 = 10;

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>
pub fn create_event_source_mapping(
    cx: &mut Cx,
    input: CreateEventSourceMappingRequest,
) -> Result<EventSourceMappingConfiguration> {
    let CreateEventSourceMappingRequest {
        event_source_arn,
        function_name,
        enabled,
        batch_size,
        filter_criteria,
        kms_key_arn,    // stored only
        metrics_config, // stored only
        logging_config,
        scaling_config,
        maximum_batching_window_in_seconds,
        parallelization_factor,
        starting_position,
        starting_position_timestamp,
        destination_config,
        maximum_record_age_in_seconds,
        bisect_batch_on_function_error,
        maximum_retry_attempts,
        tags,
        tumbling_window_in_seconds,
        topics,
        queues,
        source_access_configurations,
        self_managed_event_source,
        function_response_types,
        amazon_managed_kafka_event_source_config,
        self_managed_kafka_event_source_config,
        document_db_event_source_config,
        provisioned_poller_config,
    } = input;
    errors::unless([
        (self_managed_event_source.is_some(), refuse("SelfManagedEventSource")),
        (provisioned_poller_config.is_some(), refuse("ProvisionedPollerConfig")),
        (logging_config.is_some(), refuse("LoggingConfig")),
    ])?;
    let source =
        event_source_arn.ok_or_else(|| errors::invalid("Event source ARN is required for this event source."))?;
    mapping::check_source(&source)?;
    not_for_queues(&[
        (starting_position.is_some() || starting_position_timestamp.is_some(), "StartingPosition"),
        (parallelization_factor.is_some(), "ParallelizationFactor"),
        (destination_config.is_some(), "DestinationConfig"),
        (maximum_record_age_in_seconds.is_some(), "MaximumRecordAgeInSeconds"),
        (bisect_batch_on_function_error.is_some(), "BisectBatchOnFunctionError"),
        (maximum_retry_attempts.is_some(), "MaximumRetryAttempts"),
        (tumbling_window_in_seconds.is_some(), "TumblingWindowInSeconds"),
        (topics.is_some(), "Topics"),
        (queues.is_some(), "Queues"),
        (source_access_configurations.is_some_and(|all| !all.is_empty()), "SourceAccessConfigurations"),
        (amazon_managed_kafka_event_source_config.is_some(), "AmazonManagedKafkaEventSourceConfig"),
        (self_managed_kafka_event_source_config.is_some(), "SelfManagedKafkaEventSourceConfig"),
        (document_db_event_source_config.is_some(), "DocumentDBEventSourceConfig"),
    ])?;
    let wish = Wish {
        enabled,
        batch_size,
        window_seconds: maximum_batching_window_in_seconds,
        filters: filter_criteria,
        response_types: function_response_types,
        scaling: scaling_config,
        kms_key_arn,
        metrics: metrics_config,
    };
    let mapping = Mapping { source_arn: source, tags: tags::checked(cx, tags)?, ..Mapping::default() };
    make(cx, &function_name, mapping, wish)
}

/// Makes a mapping that is as wished.
fn make(cx: &mut Cx, function: &str, mapping: Mapping, wish: Wish) -> Result<EventSourceMappingConfiguration> {
    let address = Address::of(cx, function, None)?;
    address.own(cx)?;
    let mut mapping = Mapping {
        uuid: cx.entropy().uuid(),
        function: address.name.clone(),
        qualifier: address.qualifier.clone(),
        enabled: true,
        batch_size: USUAL_BATCH,
        modified_at: cx.now(),
        ..mapping
    };
    wish.apply(&mut mapping)?;
    check_unique(cx, &mapping)?;
    check_queue(cx, &mapping)?;
    cx.put(&MAPPINGS, mapping.uuid.as_str(), &mapping)?;
    polling::ensure(cx, &mapping)?;
    shown(cx, &mapping, "Creating")
}

fn not_for_queues(given: &[(bool, &str)]) -> Result<()> {
    given
        .iter()
        .find(|(given, _)| *given)
        .map_or(Ok(()), |(_, name)| Err(errors::invalid(format!("{name} is not valid for SQS event sources."))))
}

/// A queue feeds a function once.
fn check_unique(view: &View, mapping: &Mapping) -> Result<()> {
    for other in view.rows(&MAPPINGS, ()) {
        let other = other?;
        let same = (&other.source_arn, &other.function, &other.qualifier)
            == (&mapping.source_arn, &mapping.function, &mapping.qualifier);
        if same && other.uuid != mapping.uuid {
            let text = format!(
                "The event source arn (\" {} \") and function (\" {} \") provided mapping already exists. Please \
                 update or delete the existing mapping with UUID {}",
                mapping.source_arn, mapping.function, other.uuid
            );
            return Err(errors::conflict(text));
        }
    }
    Ok(())
}

/// What was received stays hidden for as long as the function may take.
fn check_queue(cx: &mut Cx, mapping: &Mapping) -> Result<()> {
    let resolved = Resolved::of(cx, &mapping::address(cx.scope(), mapping))?;
    let actor = peers::actor(cx, &mapping.function, &resolved.config.role);
    let hidden = peers::visibility_timeout(cx, &actor, &mapping.source_arn)?;
    let timeout = resolved.config.timeout;
    if hidden < timeout {
        let text =
            format!("Queue visibility timeout: {hidden} seconds is less than Function timeout: {timeout} seconds");
        return Err(errors::invalid(text));
    }
    Ok(())
}

fn shown(view: &View, mapping: &Mapping, state: &str) -> Result<EventSourceMappingConfiguration> {
    let poll = view.get(&POLLS, mapping.uuid.as_str())?.unwrap_or_default();
    Ok(mapping::shown(view.scope(), mapping, &poll, state))
}

fn find(view: &View, uuid: &str) -> Result<Mapping> {
    view.get(&MAPPINGS, uuid)?.ok_or_else(errors::no_such_resource)
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html>
pub fn get_event_source_mapping(
    view: &View,
    input: GetEventSourceMappingRequest,
) -> Result<EventSourceMappingConfiguration> {
    let GetEventSourceMappingRequest { uuid } = input;
    let mapping = find(view, &uuid)?;
    shown(view, &mapping, mapping::state(&mapping))
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html>
pub fn list_event_source_mappings(
    view: &View,
    input: ListEventSourceMappingsRequest,
) -> Result<ListEventSourceMappingsResponse> {
    let ListEventSourceMappingsRequest { event_source_arn, function_name, marker, max_items } = input;
    let function = function_name.map(|name| Address::of(view, &name, None)).transpose()?;
    let wanted = |mapping: &Mapping| {
        event_source_arn.as_ref().is_none_or(|arn| mapping.source_arn == *arn)
            && function.as_ref().is_none_or(|address| {
                mapping.function == address.name
                    && (address.qualifier.is_none() || mapping.qualifier == address.qualifier)
            })
    };
    let (mappings, next) = view.page(&MAPPINGS, (), &page(marker, max_items)?, wanted)?;
    let shown: Result<Vec<_>> = mappings.iter().map(|mapping| shown(view, mapping, mapping::state(mapping))).collect();
    Ok(ListEventSourceMappingsResponse {
        event_source_mappings: Some(shown?),
        next_marker: next.as_ref().map(Token::encode),
    })
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html>
pub fn update_event_source_mapping(
    cx: &mut Cx,
    input: UpdateEventSourceMappingRequest,
) -> Result<EventSourceMappingConfiguration> {
    let UpdateEventSourceMappingRequest {
        uuid,
        function_name,
        enabled,
        batch_size,
        filter_criteria,
        kms_key_arn,    // stored only
        metrics_config, // stored only
        logging_config,
        scaling_config,
        maximum_batching_window_in_seconds,
        parallelization_factor,
        destination_config,
        maximum_record_age_in_seconds,
        bisect_batch_on_function_error,
        maximum_retry_attempts,
        tumbling_window_in_seconds,
        source_access_configurations,
        function_response_types,
        amazon_managed_kafka_event_source_config,
        self_managed_kafka_event_source_config,
        document_db_event_source_config,
        provisioned_poller_config,
    } = input;
    errors::unless([
        (provisioned_poller_config.is_some(), refuse("ProvisionedPollerConfig")),
        (logging_config.is_some(), refuse("LoggingConfig")),
    ])?;
    not_for_queues(&[
        (parallelization_factor.is_some(), "ParallelizationFactor"),
        (destination_config.is_some(), "DestinationConfig"),
        (maximum_record_age_in_seconds.is_some(), "MaximumRecordAgeInSeconds"),
        (bisect_batch_on_function_error.is_some(), "BisectBatchOnFunctionError"),
        (maximum_retry_attempts.is_some(), "MaximumRetryAttempts"),
        (tumbling_window_in_seconds.is_some(), "TumblingWindowInSeconds"),
        (source_access_configurations.is_some_and(|all| !all.is_empty()), "SourceAccessConfigurations"),
        (amazon_managed_kafka_event_source_config.is_some(), "AmazonManagedKafkaEventSourceConfig"),
        (self_managed_kafka_event_source_config.is_some(), "SelfManagedKafkaEventSourceConfig"),
        (document_db_event_source_config.is_some(), "DocumentDBEventSourceConfig"),
    ])?;
    let wish = Wish {
        enabled,
        batch_size,
        window_seconds: maximum_batching_window_in_seconds,
        filters: filter_criteria,
        response_types: function_response_types,
        scaling: scaling_config,
        kms_key_arn,
        metrics: metrics_config,
    };
    change(cx, find(cx, &uuid)?, function_name, wish)
}

/// Makes a mapping as wished.
fn change(
    cx: &mut Cx,
    mut mapping: Mapping,
    function: Option<String>,
    wish: Wish,
) -> Result<EventSourceMappingConfiguration> {
    if let Some(name) = function {
        let address = Address::of(cx, &name, None)?;
        address.own(cx)?;
        (mapping.function, mapping.qualifier) = (address.name, address.qualifier);
        check_unique(cx, &mapping)?;
    }
    let was_enabled = mapping.enabled;
    wish.apply(&mut mapping)?;
    if mapping.enabled {
        check_queue(cx, &mapping)?;
    }
    mapping.modified_at = cx.now();
    cx.put(&MAPPINGS, mapping.uuid.as_str(), &mapping)?;
    polling::stop(cx, &mapping.uuid)?;
    polling::ensure(cx, &mapping)?;
    let state = match (was_enabled, mapping.enabled) {
        (false, true) => "Enabling",
        (true, false) => "Disabling",
        _ => "Updating",
    };
    shown(cx, &mapping, state)
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html>
pub fn delete_event_source_mapping(
    cx: &mut Cx,
    input: DeleteEventSourceMappingRequest,
) -> Result<EventSourceMappingConfiguration> {
    let DeleteEventSourceMappingRequest { uuid } = input;
    let mapping = find(cx, &uuid)?;
    let shown = shown(cx, &mapping, "Deleting")?;
    polling::stop(cx, &uuid)?;
    cx.cancel_timer(&uuid)?;
    cx.delete(&POLLS, uuid.as_str())?;
    cx.delete(&MAPPINGS, uuid.as_str())?;
    Ok(shown)
}
