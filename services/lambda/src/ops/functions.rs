//! Functions are made, shown and deleted.

use crate::address::{Address, LATEST};
use crate::api::*;
use crate::config::{self, Wish};
use crate::errors::{self, refuse};
use crate::package::Package;
use crate::paging::page;
use crate::peers::InBucket;
use crate::resolve::{self, Resolved};
use crate::state::{
    ALIASES, Alias, Config, FUNCTIONS, Function, INVOKE_CONFIGS, InvokeConfig, POLICIES, SESSIONS, VERSIONS, Version,
};
use crate::{peers, polling, shown, tags};
use service::{Cx, Error, Result, StoredBody, Token, View};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub fn create_function(
    cx: &mut Cx,
    input: CreateFunctionRequest,
    package: Option<Package>,
) -> Result<FunctionConfiguration> {
    let CreateFunctionRequest {
        function_name,
        runtime,
        role,
        handler,
        code,
        description,
        timeout,
        memory_size,
        publish,
        publish_to,
        vpc_config,      // stored only
        package_type: _, // prepared before
        dead_letter_config,
        environment,
        kms_key_arn, // stored only
        tracing_config,
        tags,
        layers,
        file_system_configs,
        code_signing_config_arn,
        image_config,
        architectures,
        ephemeral_storage,
        snap_start,
        logging_config,
        tenancy_config,
        capacity_provider_config,
        durable_config,
        runtime_config,
        accelerator_config,
    } = input;
    errors::unless([
        (publish_to.is_some(), refuse("PublishTo")),
        (layers.is_some_and(|layers| !layers.is_empty()), refuse("Layers")),
        (file_system_configs.is_some_and(|systems| !systems.is_empty()), refuse("FileSystemConfigs")),
        (code_signing_config_arn.is_some(), refuse("CodeSigningConfigArn")),
        (image_config.is_some(), refuse("ImageConfig")),
        (snaps(snap_start.as_ref()), refuse("SnapStart")),
        (tenancy_config.is_some(), refuse("TenancyConfig")),
        (capacity_provider_config.is_some(), refuse("CapacityProviderConfig")),
        (durable_config.is_some(), refuse("DurableConfig")),
        (runtime_config.is_some(), refuse("RuntimeConfig")),
        (accelerator_config.is_some(), refuse("AcceleratorConfig")),
    ])?;
    let wish = Wish {
        runtime,
        handler,
        role: Some(role),
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
    let architectures = architectures.unwrap_or_else(|| config::usual().architectures);
    let latest = Config { architectures, ..config::usual() };
    let function = Function { name: function_name, latest, tags: tags::checked(cx, tags)?, ..Function::default() };
    make(cx, (function, wish), (package, place_of(code)?), publish.unwrap_or_default())
}

/// Where the code of a new function lies, if it did not come along.
fn place_of(code: FunctionCode) -> Result<InBucket> {
    let FunctionCode {
        zip_file: _,
        s3_bucket,
        s3_key,
        s3_object_version,
        s3_object_storage_mode,
        image_uri: _,
        source_kms_key_arn,
    } = code;
    errors::unless([
        (s3_object_storage_mode.is_some_and(|mode| mode != "COPY"), refuse("S3ObjectStorageMode")),
        (source_kms_key_arn.is_some(), refuse("SourceKMSKeyArn")),
    ])?;
    Ok(InBucket { bucket: s3_bucket, key: s3_key, version: s3_object_version })
}

/// Makes a function that is as wished.
fn make(
    cx: &mut Cx,
    (mut function, wish): (Function, Wish),
    (package, place): (Option<Package>, InBucket),
    publish: bool,
) -> Result<FunctionConfiguration> {
    let address = Address::of(cx, &function.name, None)?.unqualified()?;
    if address.scope != cx.scope() {
        return Err(errors::invalid("A function is created in the account and region of the request."));
    }
    function.name.clone_from(&address.name);
    if wish.runtime.is_none() || wish.handler.is_none() {
        let text = "Runtime and Handler are mandatory parameters for functions created with deployment packages.";
        return Err(errors::invalid(text));
    }
    wish.apply(&mut function.latest)?;
    if address.find(cx)?.is_some() {
        return Err(errors::conflict(format!("Function already exist: {}", address.name)));
    }
    let package = package_of(cx, package, place, "CreateFunction")?;
    let actor = peers::actor(cx, &address.name, &function.latest.role);
    peers::check_role(cx, &actor)?;
    if function.latest.tracing == "Active" {
        peers::check_tracing(cx, &actor)?;
    }
    put_package(cx, &mut function.latest, &package)?;
    touch(cx, &mut function.latest);
    cx.put(&FUNCTIONS, address.name.as_str(), &function)?;
    let shown = match publish {
        // "create-function --publish" answers version 1 under the function's own ARN, unlike every other answer about a version.
        // Measured on AWS: https://github.com/floci-io/floci/pull/2825
        true => FunctionConfiguration {
            function_arn: Some(address.function_arn().to_string()),
            ..publish_as_next(cx, &mut function, None)?
        },
        false => shown::latest(cx.scope(), &function, false),
    };
    polling::refresh(cx, &address.name)?;
    Ok(shown)
}

/// Whether SnapStart is asked for.
pub(crate) fn snaps(snap_start: Option<&SnapStart>) -> bool {
    snap_start.and_then(|snap| snap.apply_on.as_deref()).is_some_and(|on| on != "None")
}

/// The package that came with a request, or the one that lies where it says.
pub(crate) fn package_of(cx: &mut Cx, package: Option<Package>, place: InBucket, operation: &str) -> Result<Package> {
    match package {
        Some(package) => Ok(package),
        None => Package::check(peers::fetch(cx, place)?, operation),
    }
}

/// Keeps a package as a configuration's own.
pub(crate) fn put_package(cx: &mut Cx, config: &mut Config, package: &Package) -> Result<()> {
    config.package = cx.keep_body(&package.bytes)?;
    config.code_sha256.clone_from(&package.sha256);
    config.code_size = package.bytes.len() as i64;
    Ok(())
}

/// Notes that a configuration changed.
pub(crate) fn touch(cx: &mut Cx, config: &mut Config) {
    config.revision_id = cx.entropy().uuid();
    config.modified_at = cx.now();
}

/// Publishes what is there now, unless it is what was published last.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html>
pub(crate) fn publish_as_next(
    cx: &mut Cx,
    function: &mut Function,
    description: Option<String>,
) -> Result<FunctionConfiguration> {
    let last = match u64::try_from(function.last_version) {
        Ok(number) => cx.get(&VERSIONS, &(function.name.clone(), number))?,
        Err(_) => None,
    };
    let mut config = function.latest.clone();
    config.description = description.unwrap_or(config.description);
    if let Some(last) = last.filter(|last| is_same(&last.config, &function.latest)) {
        return Ok(shown::version(cx.scope(), &last));
    }
    config.package = cx.copy_body(&function.latest.package)?;
    config.revision_id = cx.entropy().uuid();
    function.last_version += 1;
    let version = Version { function: function.name.clone(), number: function.last_version, config };
    cx.put(&VERSIONS, &(function.name.clone(), function.last_version.unsigned_abs()), &version)?;
    cx.put(&FUNCTIONS, function.name.as_str(), function)?;
    Ok(shown::version(cx.scope(), &version))
}

/// Whether nothing changed but the description, which a version may have of its own.
fn is_same(version: &Config, latest: &Config) -> bool {
    let plain = |config: &Config| Config {
        package: StoredBody::default(),
        description: String::new(),
        revision_id: String::new(),
        ..config.clone()
    };
    plain(version) == plain(latest)
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html>
pub fn get_function(view: &View, input: GetFunctionRequest) -> Result<GetFunctionResponse> {
    let GetFunctionRequest { function_name, qualifier } = input;
    let address = Address::of(view, &function_name, qualifier.as_deref())?;
    let Resolved { function, .. } = Resolved::of(view, &address)?;
    Ok(GetFunctionResponse {
        configuration: Some(configuration(view, &address)?),
        // The package is not served, so there is no Location.
        code: Some(FunctionCodeLocation { repository_type: Some("S3".to_owned()), ..FunctionCodeLocation::default() }),
        tags: (!function.tags.is_empty()).then_some(function.tags),
        concurrency: function.reserved.map(|most| Concurrency { reserved_concurrent_executions: Some(most) }),
        ..GetFunctionResponse::default()
    })
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html>
pub fn get_function_configuration(
    view: &View,
    input: GetFunctionConfigurationRequest,
) -> Result<FunctionConfiguration> {
    let GetFunctionConfigurationRequest { function_name, qualifier } = input;
    configuration(view, &Address::of(view, &function_name, qualifier.as_deref())?)
}

/// The configuration that an address means, by the ARN that was asked for.
fn configuration(view: &View, address: &Address) -> Result<FunctionConfiguration> {
    let Resolved { function, version, .. } = Resolved::of(view, address)?;
    let mut shown = match resolve::published(view, address, &version)? {
        Some(version) => shown::version(address.scope, &version),
        None => shown::latest(address.scope, &function, address.qualifier.is_some()),
    };
    shown.function_arn = Some(address.arn().to_string());
    Ok(shown)
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
pub fn list_functions(view: &View, input: ListFunctionsRequest) -> Result<ListFunctionsResponse> {
    let ListFunctionsRequest { master_region, function_version, marker, max_items } = input;
    let page = page(marker, max_items)?;
    // Only functions of Lambda@Edge have another region; there are none here.
    let here = master_region.is_none_or(|region| region == "ALL" || region == view.region().as_str());
    let (functions, next) = view.page(&FUNCTIONS, (), &page, |_| here)?;
    let mut shown = Vec::with_capacity(functions.len());
    for function in &functions {
        let all = function_version.as_deref() == Some("ALL");
        shown.push(shown::latest(view.scope(), function, all));
        if all {
            for version in view.rows(&VERSIONS, (function.name.as_str(),)) {
                shown.push(shown::version(view.scope(), &version?));
            }
        }
    }
    Ok(ListFunctionsResponse { functions: Some(shown), next_marker: next.as_ref().map(Token::encode) })
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html>
pub fn delete_function(cx: &mut Cx, input: DeleteFunctionRequest) -> Result<DeleteFunctionResponse> {
    let DeleteFunctionRequest { function_name, qualifier } = input;
    let address = Address::of(cx, &function_name, qualifier.as_deref())?;
    let function = address.own(cx)?;
    match address.qualifier.as_deref() {
        None => {
            peers::retire(cx, &address.function_arn())?;
            delete_whole(cx, &function)?;
        }
        Some(LATEST) => {
            let text = "$LATEST version cannot be deleted without deleting the function.";
            return Err(errors::invalid(text));
        }
        Some(number) if resolve::is_number(number) => delete_version(cx, &function, number)?,
        Some(_) => {
            let text = "Deletion of aliases is not currently supported. Use DeleteAlias to delete an alias.";
            return Err(errors::invalid(text));
        }
    }
    Ok(DeleteFunctionResponse { status_code: Some(204) })
}

fn delete_whole(cx: &mut Cx, function: &Function) -> Result<()> {
    let name = function.name.as_str();
    let versions: Vec<Version> = cx.rows(&VERSIONS, (name,)).collect::<Result<_>>()?;
    let aliases: Vec<Alias> = cx.rows(&ALIASES, (name,)).collect::<Result<_>>()?;
    let configs: Vec<InvokeConfig> = cx.rows(&INVOKE_CONFIGS, (name,)).collect::<Result<_>>()?;
    let qualifiers = versions.iter().map(|version| version.number.to_string());
    let qualifiers: Vec<String> =
        qualifiers.chain(aliases.iter().map(|alias| alias.name.clone())).chain([String::new()]).collect();
    for qualifier in qualifiers {
        cx.delete(&POLICIES, &(name.to_owned(), qualifier))?;
    }
    for version in &versions {
        cx.delete(&VERSIONS, &(name.to_owned(), version.number.unsigned_abs()))?;
    }
    for alias in &aliases {
        cx.delete(&ALIASES, &(name.to_owned(), alias.name.clone()))?;
    }
    for config in &configs {
        cx.delete(&INVOKE_CONFIGS, &(name.to_owned(), config.qualifier.clone()))?;
    }
    cx.delete(&SESSIONS, name)?;
    cx.delete(&FUNCTIONS, name)?;
    // Mappings stay, and wait until there is a function of that name again.
    polling::refresh(cx, name)
}

fn delete_version(cx: &mut Cx, function: &Function, number: &str) -> Result<()> {
    let aliases: Vec<Alias> = cx.rows(&ALIASES, (function.name.as_str(),)).collect::<Result<_>>()?;
    let refers = |alias: &&Alias| alias.version == number || alias.weights.contains_key(number);
    let names: Vec<&str> = aliases.iter().filter(refers).map(|alias| alias.name.as_str()).collect();
    if !names.is_empty() {
        let names = names.join(", ");
        let text = format!("Unable to delete version because the following aliases reference it: [{names}]");
        return Err(errors::conflict(text));
    }
    // One that is not there is deleted all the same.
    let key = number.parse::<u64>().map_err(Error::internal)?;
    cx.delete(&VERSIONS, &(function.name.clone(), key))?;
    cx.delete(&POLICIES, &(function.name.clone(), number.to_owned()))?;
    cx.delete(&INVOKE_CONFIGS, &(function.name.clone(), number.to_owned()))?;
    Ok(())
}
