//! Functions, versions and aliases as they are shown.

use crate::address::{self, LATEST};
use crate::api::*;
use crate::state::{Alias, Config, Function, InvokeConfig, Version};
use service::{Scope, Timestamp};

/// `$LATEST` of a function. Without a qualifier its ARN has none either.
pub fn latest(scope: Scope, function: &Function, qualified: bool) -> FunctionConfiguration {
    let qualifier = qualified.then_some(LATEST);
    let arn = address::arn(scope, &function.name, qualifier).to_string();
    configuration(&function.name, arn, LATEST.to_owned(), &function.latest)
}

/// A published version.
pub fn version(scope: Scope, version: &Version) -> FunctionConfiguration {
    let number = version.number.to_string();
    let arn = address::arn(scope, &version.function, Some(&number)).to_string();
    configuration(&version.function, arn, number, &version.config)
}

/// The moment as Lambda writes it: `2026-01-31T12:00:00.000+0000`.
pub fn moment(at: Timestamp) -> String {
    let text = Timestamp::from_millis(at.millis()).iso8601();
    let text = text.trim_end_matches('Z');
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    format!("{seconds}.{fraction}+0000")
}

fn configuration(name: &str, arn: String, version: String, config: &Config) -> FunctionConfiguration {
    let vpc = !config.subnet_ids.is_empty() || !config.security_group_ids.is_empty();
    FunctionConfiguration {
        function_name: Some(name.to_owned()),
        function_arn: Some(arn),
        runtime: Some(config.runtime.clone()),
        role: Some(config.role.clone()),
        handler: Some(config.handler.clone()),
        code_size: Some(config.code_size),
        description: Some(config.description.clone()),
        timeout: Some(config.timeout),
        memory_size: Some(config.memory_size),
        last_modified: Some(moment(config.modified_at)),
        code_sha256: Some(config.code_sha256.clone()),
        version: Some(version),
        vpc_config: vpc.then(|| VpcConfigResponse {
            subnet_ids: Some(config.subnet_ids.clone()),
            security_group_ids: Some(config.security_group_ids.clone()),
            ipv6_allowed_for_dual_stack: Some(config.ipv6_allowed.unwrap_or_default()),
            ..VpcConfigResponse::default()
        }),
        dead_letter_config: config.dead_letter_arn.clone().map(|arn| DeadLetterConfig { target_arn: Some(arn) }),
        environment: config
            .environment
            .clone()
            .filter(|variables| !variables.is_empty())
            .map(|variables| EnvironmentResponse { variables: Some(variables), error: None }),
        kms_key_arn: config.kms_key_arn.clone(),
        tracing_config: Some(TracingConfigResponse { mode: Some(config.tracing.clone()) }),
        revision_id: Some(config.revision_id.clone()),
        state: Some("Active".to_owned()),
        last_update_status: Some("Successful".to_owned()),
        package_type: Some("Zip".to_owned()),
        architectures: Some(config.architectures.clone()),
        ephemeral_storage: Some(EphemeralStorage { size: config.ephemeral_storage }),
        snap_start: Some(SnapStartResponse {
            apply_on: Some("None".to_owned()),
            optimization_status: Some("Off".to_owned()),
        }),
        logging_config: Some(LoggingConfig {
            log_format: Some(config.log_format.clone()),
            application_log_level: config.application_log_level.clone(),
            system_log_level: config.system_log_level.clone(),
            log_group: Some(log_group(name, config)),
        }),
        ..FunctionConfiguration::default()
    }
}

/// The log group of a function.
pub fn log_group(name: &str, config: &Config) -> String {
    config.log_group.clone().unwrap_or_else(|| format!("/aws/lambda/{name}"))
}

/// An alias.
pub fn alias(scope: Scope, alias: &Alias) -> AliasConfiguration {
    AliasConfiguration {
        alias_arn: Some(address::arn(scope, &alias.function, Some(&alias.name)).to_string()),
        name: Some(alias.name.clone()),
        function_version: Some(alias.version.clone()),
        description: Some(alias.description.clone()),
        routing_config: (!alias.weights.is_empty())
            .then(|| AliasRoutingConfiguration { additional_version_weights: Some(alias.weights.clone()) }),
        revision_id: Some(alias.revision_id.clone()),
    }
}

/// What becomes of a function's events.
pub fn invoke_config(scope: Scope, config: &InvokeConfig) -> FunctionEventInvokeConfig {
    FunctionEventInvokeConfig {
        last_modified: Some(config.modified_at),
        function_arn: Some(address::arn(scope, &config.function, Some(&config.qualifier)).to_string()),
        maximum_retry_attempts: config.most_retries,
        maximum_event_age_in_seconds: config.oldest_seconds,
        destination_config: Some(DestinationConfig {
            on_success: Some(OnSuccess { destination: config.on_success.clone() }),
            on_failure: Some(OnFailure { destination: config.on_failure.clone() }),
        }),
    }
}
