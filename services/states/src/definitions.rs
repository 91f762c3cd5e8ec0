//! Definitions and settings of machines as requests give them: what is taken, and what is refused.

use crate::api::{CloudWatchLogsLogGroup, LogDestination};
use crate::api::{EncryptionConfiguration, LoggingConfiguration, TracingConfiguration};
use crate::language::definition::{Block, Definition, Kind};
use crate::language::diagnostic::{Diagnostic, Rejection, SCHEMA};
use crate::language::parse;
use crate::state::Revision;
use crate::{errors, integration};
use service::{ArnParts, Result, View};

/// What is wrong with a definition, or nothing.
///
/// # Errors
/// `NotImplemented` for parts of the language that are not built.
pub fn diagnosed(view: &View, text: &str) -> Result<Vec<Diagnostic>> {
    match parse::read(text) {
        Ok(definition) => {
            let mut wrong = Vec::new();
            unknown(view, &definition.top, "", &mut wrong);
            Ok(wrong)
        }
        Err(Rejection::Wrong(wrong)) => Ok(wrong),
        Err(Rejection::NotBuilt(what)) => Err(errors::refuse(&what)),
    }
}

/// A definition that a machine can have.
///
/// # Errors
/// `InvalidDefinition`, with all that is wrong.
pub fn checked(view: &View, text: &str) -> Result<Definition> {
    let wrong = diagnosed(view, text)?;
    if !wrong.is_empty() {
        let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        return Err(errors::invalid_definition(told.join(", ")));
    }
    parse::read(text).map_err(|_| errors::invalid_definition(""))
}

/// Tasks of operations that no model has.
fn unknown(view: &View, block: &Block, at: &str, wrong: &mut Vec<Diagnostic>) {
    for (name, state) in &block.states {
        let at = format!("{at}/States/{name}");
        match &state.kind {
            Kind::Task(task) if !integration::is_known(view, &task.resource) => wrong.push(Diagnostic {
                code: SCHEMA,
                message: format!(
                    "The resource provided {} is not recognized. The value is not a valid resource ARN, or the resource \
                     is not available in this region.",
                    task.resource.arn
                ),
                location: Some(format!("{at}/Resource")),
            }),
            Kind::Parallel(branches) => {
                for (i, branch) in branches.iter().enumerate() {
                    unknown(view, branch, &format!("{at}/Branches[{i}]"), wrong);
                }
            }
            Kind::Map(map) => unknown(view, &map.processor, &format!("{at}/ItemProcessor"), wrong),
            _ => {}
        }
    }
}

/// The ARN of a role.
pub fn check_role(arn: &str) -> Result<()> {
    let parts = ArnParts::parse(arn).ok().filter(|parts| parts.service == "iam" && parts.resource.starts_with("role/"));
    match parts {
        Some(_) => Ok(()),
        None => Err(service::Error::new("InvalidArn", format!("Invalid Role Arn: '{arn}'"))),
    }
}

/// Encryption with a key of the customer's is not built.
pub fn check_encryption(configuration: Option<EncryptionConfiguration>) -> Result<()> {
    let Some(configuration) = configuration else { return Ok(()) };
    let EncryptionConfiguration { kms_key_id, kms_data_key_reuse_period_seconds, type_ } = configuration;
    let owned = type_ == "AWS_OWNED_KEY" && kms_key_id.is_none() && kms_data_key_reuse_period_seconds.is_none();
    if owned { Ok(()) } else { Err(errors::refuse("encryptionConfiguration with CUSTOMER_MANAGED_KMS_KEY")) }
}

/// Puts logging and tracing into what a machine is.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html>
pub fn set(
    revision: &mut Revision,
    logging: Option<LoggingConfiguration>,
    tracing: Option<TracingConfiguration>,
) -> Result<()> {
    if let Some(logging) = logging {
        let LoggingConfiguration { level, include_execution_data, destinations } = logging;
        let groups = destinations.unwrap_or_default().into_iter().map(|destination| {
            let LogDestination { cloud_watch_logs_log_group } = destination;
            cloud_watch_logs_log_group.and_then(|CloudWatchLogsLogGroup { log_group_arn }| log_group_arn)
        });
        let groups: Option<Vec<String>> = groups.collect();
        let groups = groups.ok_or_else(|| errors::invalid_logging("Log Destination must have a log group ARN."))?;
        revision.log_level = level.unwrap_or_else(|| "OFF".to_owned());
        if revision.log_level != "OFF" && groups.len() != 1 {
            return Err(errors::invalid_logging("Must specify exactly one Log Destination."));
        }
        let is_group = |arn: &String| {
            let parts = ArnParts::parse(arn).ok();
            parts.is_some_and(|p| {
                p.service == "logs" && p.resource.starts_with("log-group:") && p.resource.ends_with(":*")
            })
        };
        if !groups.iter().all(is_group) {
            return Err(errors::invalid_logging("The log group ARN must be one of a log group and end with ':*'."));
        }
        (revision.log_data, revision.log_groups) = (include_execution_data.unwrap_or(false), groups);
    }
    if let Some(TracingConfiguration { enabled }) = tracing {
        revision.tracing = enabled.unwrap_or(false);
    }
    Ok(())
}

/// Logging as it is shown.
pub fn shown_logging(revision: &Revision) -> LoggingConfiguration {
    let destination = |arn: &String| LogDestination {
        cloud_watch_logs_log_group: Some(CloudWatchLogsLogGroup { log_group_arn: Some(arn.clone()) }),
    };
    let destinations: Vec<LogDestination> = revision.log_groups.iter().map(destination).collect();
    LoggingConfiguration {
        level: Some(if revision.log_level.is_empty() { "OFF".to_owned() } else { revision.log_level.clone() }),
        include_execution_data: Some(revision.log_data),
        destinations: Some(destinations).filter(|destinations| !destinations.is_empty()),
    }
}
