//! The configuration of functions: what is let in, and in which words the rest is refused.
//! <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>

use crate::api::*;
use crate::errors;
use crate::state::Config;
use service::{ArnParts, IndexMap, Result};

/// The most bytes of names and values of environment variables together, as JSON.
const LARGEST_ENVIRONMENT: usize = 4096;

/// What AWS runs today.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
const RUNTIMES: &[&str] = &[
    "nodejs20.x",
    "nodejs22.x",
    "nodejs24.x",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "java8.al2",
    "java11",
    "java17",
    "java21",
    "java25",
    "dotnet8",
    "dotnet10",
    "ruby3.2",
    "ruby3.3",
    "ruby3.4",
    "provided.al2",
    "provided.al2023",
];

/// What AWS ran once, and lets nobody create any more.
const RETIRED: &[&str] = &[
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "java8",
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "python3.9",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "dotnet6",
    "go1.x",
    "ruby2.5",
    "ruby2.7",
    "provided",
];

/// Names that Lambda sets itself.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

/// What a request says of a configuration, each as far as it says it.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub runtime: Option<String>,
    pub handler: Option<String>,
    pub role: Option<String>,
    pub description: Option<String>,
    pub timeout: Option<i64>,
    pub memory_size: Option<i64>,
    pub ephemeral_storage: Option<EphemeralStorage>,
    pub environment: Option<Environment>,
    pub tracing: Option<TracingConfig>,
    pub dead_letter: Option<DeadLetterConfig>,
    pub logging: Option<LoggingConfig>,
    pub kms_key_arn: Option<String>,
    pub vpc: Option<VpcConfig>,
}

/// What a function is if nobody says otherwise.
pub fn usual() -> Config {
    Config {
        timeout: 3,
        memory_size: 128,
        ephemeral_storage: 512,
        tracing: "PassThrough".to_owned(),
        log_format: "Text".to_owned(),
        architectures: vec!["x86_64".to_owned()],
        ..Config::default()
    }
}

impl Wish {
    /// Checks what is wished for and puts it into a configuration.
    pub fn apply(self, config: &mut Config) -> Result<()> {
        if let Some(runtime) = self.runtime {
            check_runtime(&runtime)?;
            config.runtime = runtime;
        }
        if let Some(timeout) = self.timeout {
            within(timeout, "timeout", 1, 900)?;
            config.timeout = timeout;
        }
        if let Some(size) = self.memory_size {
            within(size, "memorySize", 128, 10_240)?;
            config.memory_size = size;
        }
        if let Some(EphemeralStorage { size }) = self.ephemeral_storage {
            within(size, "ephemeralStorage.size", 512, 10_240)?;
            config.ephemeral_storage = size;
        }
        if let Some(Environment { variables }) = self.environment {
            let variables = variables.unwrap_or_default();
            check_environment(&variables)?;
            config.environment = Some(variables);
        }
        if let Some(DeadLetterConfig { target_arn }) = self.dead_letter {
            config.dead_letter_arn = target_arn.filter(|arn| !arn.is_empty());
            config.dead_letter_arn.as_deref().map_or(Ok(()), check_dead_letter)?;
        }
        if let Some(VpcConfig { subnet_ids, security_group_ids, ipv6_allowed_for_dual_stack }) = self.vpc {
            config.subnet_ids = subnet_ids.unwrap_or_default();
            config.security_group_ids = security_group_ids.unwrap_or_default();
            config.ipv6_allowed = ipv6_allowed_for_dual_stack;
        }
        if let Some(TracingConfig { mode: Some(mode) }) = self.tracing {
            config.tracing = mode;
        }
        self.logging.map_or(Ok(()), |logging| set_logging(config, logging))?;
        set(&mut config.handler, self.handler);
        set(&mut config.role, self.role);
        set(&mut config.description, self.description);
        if self.kms_key_arn.is_some() {
            config.kms_key_arn = self.kms_key_arn.filter(|arn| !arn.is_empty());
        }
        Ok(())
    }
}

fn set(member: &mut String, value: Option<String>) {
    if let Some(value) = value {
        *member = value;
    }
}

fn within(value: i64, member: &str, least: i64, most: i64) -> Result<()> {
    match value {
        value if value < least => {
            let text = format!("Member must have value greater than or equal to {least}");
            Err(errors::constraint(value, member, &text))
        }
        value if value > most => {
            let text = format!("Member must have value less than or equal to {most}");
            Err(errors::constraint(value, member, &text))
        }
        _ => Ok(()),
    }
}

/// What AWS does not take is told in its words; what AWS takes and no engine here runs is refused by name.
fn check_runtime(runtime: &str) -> Result<()> {
    if RETIRED.contains(&runtime) {
        let text = format!(
            "The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. \
             We recommend you use a supported runtime while creating or updating functions."
        );
        return Err(errors::invalid(text));
    }
    if !RUNTIMES.contains(&runtime) {
        let text = format!(
            "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{}] or be \
             a valid ARN",
            RUNTIMES.join(", ")
        );
        return Err(errors::invalid(text));
    }
    if ["provided", "python", "nodejs"].iter().any(|family| runtime.starts_with(family)) {
        return Ok(());
    }
    Err(errors::not_implemented(&format!("the runtime {runtime}")))
}

fn check_environment(variables: &IndexMap<String, String>) -> Result<()> {
    let reserved: Vec<&str> = variables.keys().map(String::as_str).filter(|name| RESERVED.contains(name)).collect();
    if !reserved.is_empty() {
        let text = format!(
            "Lambda was unable to configure your environment variables because the environment variables you have \
             provided contains reserved keys that are currently not supported for modification. Reserved keys used in \
             this request: {}",
            reserved.join(", ")
        );
        return Err(errors::invalid(text));
    }
    let measured = serde_json::to_string(variables).unwrap_or_default();
    if measured.len() > LARGEST_ENVIRONMENT {
        let text = format!(
            "Lambda was unable to configure your environment variables because the environment variables you have \
             provided exceeded the 4KB limit. String measured: {measured}"
        );
        return Err(errors::invalid(text));
    }
    Ok(())
}

fn check_dead_letter(arn: &str) -> Result<()> {
    let parts = ArnParts::parse(arn).ok();
    let known = parts.as_ref().is_some_and(|parts| ["sqs", "sns"].contains(&parts.service));
    if !known {
        let text =
            format!("The provided target ARN {arn} is invalid: a dead-letter target is an SQS queue or an SNS topic.");
        return Err(errors::invalid(text));
    }
    Ok(())
}

fn set_logging(config: &mut Config, logging: LoggingConfig) -> Result<()> {
    let LoggingConfig { log_format, application_log_level, system_log_level, log_group } = logging;
    set(&mut config.log_format, log_format);
    let levels = application_log_level.is_some() || system_log_level.is_some();
    if config.log_format != "JSON" && levels {
        let text = "When LogFormat is set to Text, ApplicationLogLevel and SystemLogLevel can't be set.";
        return Err(errors::invalid(text));
    }
    config.application_log_level = application_log_level;
    config.system_log_level = system_log_level;
    if log_group.is_some() {
        config.log_group = log_group;
    }
    Ok(())
}
