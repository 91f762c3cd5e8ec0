//! What a target may be.
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html>

use crate::address::BusAddress;
use crate::api;
use crate::path::Path;
use crate::state::{Rule, Target, Transformer};
use crate::{errors, peers};
use service::{ArnParts, Result, View};

/// The most targets of a rule.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
pub const MOST: usize = 5;

/// The most variables of a template.
const MOST_PATHS: usize = 100;

/// The row of a target that a request gives.
pub fn row(view: &View, rule: &Rule, given: api::Target) -> Result<Target> {
    let api::Target {
        id,
        arn,
        role_arn,
        input,
        input_path,
        input_transformer,
        kinesis_parameters,
        run_command_parameters,
        ecs_parameters,
        batch_parameters,
        sqs_parameters,
        http_parameters,
        redshift_data_parameters,
        sage_maker_pipeline_parameters,
        dead_letter_config,
        retry_policy,
        app_sync_parameters,
    } = given;
    refuse(&[
        ("RunCommandParameters", run_command_parameters.is_some()),
        ("EcsParameters", ecs_parameters.is_some()),
        ("BatchParameters", batch_parameters.is_some()),
        ("HttpParameters", http_parameters.is_some()),
        ("RedshiftDataParameters", redshift_data_parameters.is_some()),
        ("SageMakerPipelineParameters", sage_maker_pipeline_parameters.is_some()),
        ("AppSyncParameters", app_sync_parameters.is_some()),
    ])?;
    check_arn(view, &id, &arn, role_arn.is_some())?;
    let inputs = [input.is_some(), input_path.is_some(), input_transformer.is_some()];
    if inputs.iter().filter(|given| **given).count() > 1 {
        return Err(errors::validation(format!(
            "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
        )));
    }
    if let Some(text) = &input {
        service::pattern::Json::parse(text)
            .map_err(|_| errors::validation(format!("JSON syntax error in input for target {id}")))?;
    }
    check_path(&id, input_path.as_deref())?;
    let message_group_id = sqs_parameters.and_then(|parameters| parameters.message_group_id);
    if arn.ends_with(".fifo")
        && ArnParts::parse(&arn).is_ok_and(|parts| parts.service == "sqs")
        && message_group_id.is_none()
    {
        return Err(errors::validation(format!("Parameter(s) SqsParameters must be specified for target: {id}.")));
    }
    let dead_letter_arn = dead_letter_config.and_then(|config| config.arn);
    if let Some(queue) = &dead_letter_arn {
        check_dead_letter_queue(queue)?;
    }
    let retry = retry_policy.unwrap_or_default();
    let transformer = input_transformer.map(|given| transformer(&id, given)).transpose()?;
    Ok(Target {
        bus: rule.bus.clone(),
        rule: rule.name.clone(),
        id,
        arn,
        role_arn,
        input,
        input_path,
        transformer,
        message_group_id,
        partition_key_path: kinesis_parameters.map(|parameters| parameters.partition_key_path),
        dead_letter_arn,
        most_retries: retry.maximum_retry_attempts,
        oldest_seconds: retry.maximum_event_age_in_seconds,
    })
}

fn refuse(parameters: &[(&str, bool)]) -> Result<()> {
    match parameters.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(errors::not_implemented(&format!("PutTargets with {name}"))),
        None => Ok(()),
    }
}

/// A target that this cloud could never call is refused by name.
fn check_arn(view: &View, id: &str, arn: &str, role: bool) -> Result<()> {
    let format =
        || errors::validation(format!("Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."));
    let parts = ArnParts::parse(arn).map_err(|_| format())?;
    let Some(kind) = peers::kind_of(arn) else {
        return Err(errors::not_implemented(&format!("a target of {}, {arn},", parts.service)));
    };
    if !view.offers(kind.service, kind.operation) {
        return Err(errors::not_implemented(&format!("a target of {}:{}, {arn},", kind.service, kind.operation)));
    }
    if crate::address::scope_of(&parts).is_none() {
        return Err(format());
    }
    // A bus of another account may let that account in by its policy alone.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
    let own_bus = BusAddress::of_arn(arn).is_some_and(|bus| bus.scope.account == view.account());
    if (kind.needs_role || own_bus) && !role {
        return Err(errors::validation(format!("RoleArn is required for target {id}.")));
    }
    Ok(())
}

fn check_dead_letter_queue(arn: &str) -> Result<()> {
    let good = ArnParts::parse(arn).is_ok_and(|parts| parts.service == "sqs" && !parts.resource.ends_with(".fifo"));
    if good {
        return Ok(());
    }
    Err(errors::validation(format!(
        "Parameter DeadLetterConfig.Arn is not valid. Reason: {arn} is not the ARN of a standard SQS queue."
    )))
}

fn check_path(id: &str, path: Option<&str>) -> Result<()> {
    match path {
        Some(path) if Path::read(path).is_none() => Err(errors::validation(format!(
            "Parameter InputPath is not valid. Reason: Invalid JSON path {path} for target {id}."
        ))),
        _ => Ok(()),
    }
}

fn transformer(id: &str, given: api::InputTransformer) -> Result<Transformer> {
    let api::InputTransformer { input_paths_map, input_template } = given;
    let paths = input_paths_map.unwrap_or_default();
    if paths.len() > MOST_PATHS {
        return Err(errors::limit_exceeded());
    }
    for (name, path) in &paths {
        if name.to_ascii_lowercase().starts_with("aws") {
            let text = format!("Parameter InputPathsMap is not valid. Reason: {name} is a reserved name.");
            return Err(errors::validation(text));
        }
        check_path(id, Some(path))?;
    }
    if let Some(unknown) = unknown_variable(&input_template, |name| paths.contains_key(name)) {
        return Err(errors::validation(format!(
            "Invalid InputTemplate for target {id} : InputTemplate contains placeholder {unknown} that is not defined in InputPathsMap."
        )));
    }
    Ok(Transformer { paths: Some(paths), template: input_template })
}

fn unknown_variable(template: &str, known: impl Fn(&str) -> bool) -> Option<&str> {
    let names = template.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(name, _)| name));
    let mut names =
        names.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)));
    names.find(|name| !name.starts_with("aws.events.") && !known(name))
}

/// A target as it is shown.
pub fn shown(row: Target) -> api::Target {
    let retries = row.most_retries.is_some() || row.oldest_seconds.is_some();
    api::Target {
        id: row.id,
        arn: row.arn,
        role_arn: row.role_arn,
        input: row.input,
        input_path: row.input_path,
        input_transformer: row.transformer.map(|t| api::InputTransformer {
            input_paths_map: t.paths.filter(|paths| !paths.is_empty()),
            input_template: t.template,
        }),
        kinesis_parameters: row
            .partition_key_path
            .map(|partition_key_path| api::KinesisParameters { partition_key_path }),
        sqs_parameters: row.message_group_id.map(|id| api::SqsParameters { message_group_id: Some(id) }),
        dead_letter_config: row.dead_letter_arn.map(|arn| api::DeadLetterConfig { arn: Some(arn) }),
        retry_policy: retries.then_some(api::RetryPolicy {
            maximum_retry_attempts: row.most_retries,
            maximum_event_age_in_seconds: row.oldest_seconds,
        }),
        ..api::Target::default()
    }
}
