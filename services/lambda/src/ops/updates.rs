//! Functions change: their code, their configuration.

use super::functions::{package_of, publish_as_next, put_package, snaps, touch};
use crate::address::Address;
use crate::api::*;
use crate::config::Wish;
use crate::errors::{self, refuse};
use crate::package::Package;
use crate::peers::InBucket;
use crate::state::{FUNCTIONS, Function, SESSIONS};
use crate::{peers, polling, shown};
use service::{Cx, Result};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html>
pub fn update_function_code(
    cx: &mut Cx,
    input: UpdateFunctionCodeRequest,
    package: Option<Package>,
) -> Result<FunctionConfiguration> {
    let UpdateFunctionCodeRequest {
        function_name,
        zip_file: _, // prepared before
        s3_bucket,
        s3_key,
        s3_object_version,
        s3_object_storage_mode,
        image_uri: _, // prepared before
        architectures,
        publish,
        publish_to,
        dry_run,
        revision_id,
        source_kms_key_arn,
    } = input;
    errors::unless([
        (publish_to.is_some(), refuse("PublishTo")),
        (s3_object_storage_mode.is_some_and(|mode| mode != "COPY"), refuse("S3ObjectStorageMode")),
        (source_kms_key_arn.is_some(), refuse("SourceKMSKeyArn")),
    ])?;
    let (address, mut function) = changing(cx, &function_name, revision_id.as_deref())?;
    let place = InBucket { bucket: s3_bucket, key: s3_key, version: s3_object_version };
    let package = package_of(cx, package, place, "UpdateFunctionCode")?;
    let is_other = package.sha256 != function.latest.code_sha256;
    if let Some(architectures) = architectures {
        function.latest.architectures = architectures;
    }
    if dry_run.unwrap_or_default() {
        function.latest.code_sha256 = package.sha256;
        function.latest.code_size = package.bytes.len() as i64;
        return Ok(shown::latest(cx.scope(), &function, false));
    }
    peers::retire(cx, &address.function_arn())?;
    if is_other {
        put_package(cx, &mut function.latest, &package)?;
    }
    touch(cx, &mut function.latest);
    cx.put(&FUNCTIONS, address.name.as_str(), &function)?;
    match publish.unwrap_or_default() {
        true => publish_as_next(cx, &mut function, None),
        false => Ok(shown::latest(cx.scope(), &function, false)),
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html>
pub fn update_function_configuration(
    cx: &mut Cx,
    input: UpdateFunctionConfigurationRequest,
) -> Result<FunctionConfiguration> {
    let UpdateFunctionConfigurationRequest {
        function_name,
        role,
        handler,
        description,
        timeout,
        memory_size,
        vpc_config, // stored only
        environment,
        runtime,
        dead_letter_config,
        kms_key_arn, // stored only
        tracing_config,
        revision_id,
        layers,
        file_system_configs,
        image_config,
        ephemeral_storage,
        snap_start,
        logging_config,
        capacity_provider_config,
        durable_config,
        runtime_config,
        accelerator_config,
    } = input;
    errors::unless([
        (layers.is_some_and(|layers| !layers.is_empty()), refuse("Layers")),
        (file_system_configs.is_some_and(|systems| !systems.is_empty()), refuse("FileSystemConfigs")),
        (image_config.is_some(), refuse("ImageConfig")),
        (snaps(snap_start.as_ref()), refuse("SnapStart")),
        (capacity_provider_config.is_some(), refuse("CapacityProviderConfig")),
        (durable_config.is_some(), refuse("DurableConfig")),
        (runtime_config.is_some(), refuse("RuntimeConfig")),
        (accelerator_config.is_some(), refuse("AcceleratorConfig")),
    ])?;
    let wish = Wish {
        runtime,
        handler,
        role,
        description,
        timeout,
        memory_size,
        ephemeral_storage,
        environment,
        tracing: tracing_config,
        dead_letter: dead_letter_config,
        logging: logging_config,
        kms_key_arn,
        vpc: vpc_config,
    };
    let (address, function) = changing(cx, &function_name, revision_id.as_deref())?;
    change(cx, &address, function, wish)
}

/// Makes a function as wished.
fn change(cx: &mut Cx, address: &Address, mut function: Function, wish: Wish) -> Result<FunctionConfiguration> {
    let (old_role, old_tracing) = (function.latest.role.clone(), function.latest.tracing.clone());
    wish.apply(&mut function.latest)?;
    peers::retire(cx, &address.function_arn())?;
    let has_new_role = function.latest.role != old_role;
    if has_new_role {
        let actor = peers::actor(cx, &address.name, &function.latest.role);
        peers::check_role(cx, &actor)?;
        cx.delete(&SESSIONS, address.name.as_str())?;
    }
    if function.latest.tracing == "Active" && (has_new_role || old_tracing != "Active") {
        let actor = peers::actor(cx, &address.name, &function.latest.role);
        peers::check_tracing(cx, &actor)?;
    }
    touch(cx, &mut function.latest);
    cx.put(&FUNCTIONS, address.name.as_str(), &function)?;
    if has_new_role {
        polling::refresh(cx, &address.name)?;
    }
    Ok(shown::latest(cx.scope(), &function, false))
}

/// The function that is to change, if it is as its changer believes.
fn changing(cx: &Cx, name: &str, revision: Option<&str>) -> Result<(Address, Function)> {
    let address = Address::of(cx, name, None)?.unqualified()?;
    let function = address.own(cx)?;
    if revision.is_some_and(|revision| revision != function.latest.revision_id) {
        return Err(errors::revision("GetFunction/GetAlias"));
    }
    Ok((address, function))
}
