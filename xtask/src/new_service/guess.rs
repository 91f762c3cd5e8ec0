use crate::{Finding, Outcome, Repo, codegen};
use model::{Metadata, Protocol};
use serde_json::Value;

/// What a new service's files say, guessed from the data sets. A person checks it.
#[derive(Debug)]
pub(super) struct Guess {
    /// The folder's and package's name.
    pub prefix: String,
    pub model: String,
    pub title: String,
    pub iam_prefix: String,
    pub arn_service: String,
    pub event_source: String,
    pub global: bool,
    pub access_denied: &'static str,
    pub validation_code: &'static str,
    /// An operation to show the way with.
    pub first: String,
}

impl Guess {
    pub(super) fn of(repo: &Repo, name: &str) -> Outcome<Guess> {
        let file = model_file(repo, name)?;
        let model = codegen::model(repo, &file)?;
        let meta = &model.metadata;
        let iam_prefix = iam_prefix(repo, &file, meta);
        let first = model.operations().iter().find(|op| op.input.is_some()).or(model.operations().first());
        Ok(Guess {
            prefix: folder(repo, &file, meta),
            title: title(repo, &file).unwrap_or_else(|| meta.service_id.to_string()),
            arn_service: arn_service(repo, &iam_prefix).unwrap_or_else(|| iam_prefix.clone()),
            event_source: format!("{}.amazonaws.com", meta.endpoint_prefix),
            global: is_global(repo, &file),
            access_denied: access_denied(meta),
            validation_code: validation_code(meta),
            first: first.map(|op| op.name.to_string()).unwrap_or_default(),
            model: file,
            iam_prefix,
        })
    }
}

/// The name in full, which the typed model leaves out.
fn title(repo: &Repo, file: &str) -> Option<String> {
    let json: Value = serde_json::from_slice(&repo.read_bytes(&format!("models/botocore/{file}.json")).ok()?).ok()?;
    json.get("metadata")?.get("serviceFullName")?.as_str().map(str::to_owned)
}

/// The model that `name` means: by its file's name, else by the endpoint prefix that it alone has.
fn model_file(repo: &Repo, name: &str) -> Outcome<String> {
    if repo.has(&format!("models/botocore/{name}.json")) {
        return Ok(name.to_owned());
    }
    let files = repo.names("models/botocore");
    let names: Vec<&str> = files.iter().filter_map(|file| file.strip_suffix(".json")).collect();
    let mut found = Vec::new();
    for file in &names {
        if *codegen::model(repo, file)?.metadata.endpoint_prefix == *name {
            found.push(*file);
        }
    }
    if let [one] = found.as_slice() {
        return Ok((*one).to_owned());
    }
    let near = if found.is_empty() { names.join(", ") } else { found.join(", ") };
    Finding::new(format!("new-service {name}"), "means no model", format!("choose one of: {near}")).alone()
}

/// The endpoint prefix, unless another folder or crate has the name or it is no package name; then the model's.
fn folder(repo: &Repo, file: &str, meta: &Metadata) -> String {
    let prefix: &str = &meta.endpoint_prefix;
    let taken = repo.has(&format!("services/{prefix}")) && owner(repo, prefix).is_none_or(|model| model != file);
    if taken || prefix.contains('.') || repo.has(&format!("crates/{prefix}")) {
        return file.to_owned();
    }
    prefix.to_owned()
}

fn owner(repo: &Repo, prefix: &str) -> Option<String> {
    codegen::ServiceFacts::read(repo, prefix).ok().map(|facts| facts.model)
}

fn iam_prefix(repo: &Repo, file: &str, meta: &Metadata) -> String {
    let candidates = [&*meta.signing_name, &*meta.endpoint_prefix, file];
    let known = candidates.into_iter().find(|name| repo.has(&format!("models/iam/actions/{name}.json")));
    known.unwrap_or(&meta.endpoint_prefix).to_owned()
}

/// The service's part of its ARNs, from the first resource type that has one of its own.
fn arn_service(repo: &Repo, iam_prefix: &str) -> Option<String> {
    let actions = repo.read(&format!("models/iam/actions/{iam_prefix}.json")).ok()?;
    let actions: Value = serde_json::from_str(&actions).ok()?;
    let arn = actions.get("resources")?.as_object()?.values().find_map(|resource| resource.get("arn")?.as_str())?;
    arn.split(':').nth(2).map(str::to_owned)
}

fn is_global(repo: &Repo, file: &str) -> bool {
    let endpoints = repo.read("models/endpoints.json").ok();
    let endpoints: Value = endpoints.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let flag = endpoints.get("services").and_then(|s| s.get(file)?.get("global")?.as_bool());
    flag == Some(true)
}

/// Services that began with XML say `AccessDenied`.
fn access_denied(meta: &Metadata) -> &'static str {
    match meta.protocols.first() {
        Some(Protocol::Ec2) => "UnauthorizedOperation",
        Some(Protocol::Query | Protocol::RestXml) => "AccessDenied",
        _ if meta.query_compatible => "AccessDenied",
        _ => "AccessDeniedException",
    }
}

fn validation_code(meta: &Metadata) -> &'static str {
    match meta.protocols.first() {
        Some(Protocol::Ec2) => "InvalidParameterValue",
        Some(Protocol::RestXml) => "InvalidArgument",
        Some(Protocol::Query) => "ValidationError",
        _ => "ValidationException",
    }
}
