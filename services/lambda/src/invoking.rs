//! An invocation as the engine runs it, and what becomes of its end.

use crate::address::Address;
use crate::peers::{self, Actor};
use crate::resolve::Resolved;
use crate::state::{FUNCTIONS, Function, RoleSession, SESSIONS};
use crate::tracing::{self, Traced};
use crate::{errors, logs, package, shown};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::function::{
    Code, FunctionId, FunctionRun, FunctionSpec, Invocation, InvocationEnd, LogFormat, Network, Refusal,
};
use service::{Bytes, Cx, Duration, Error, Lane, Result, View};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many invocations may go on at once in an account and region.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const CONCURRENCY: i64 = 1000;
/// How much of the log is answered, in bytes.
const TAIL: usize = 4096;
/// Sandboxes are not started with credentials that end sooner than the longest invocation.
const LEAST_LEFT: Duration = Duration::from_secs(900);

/// What is invoked, and with what.
pub struct Wish<'a> {
    pub address: &'a Address,
    pub resolved: &'a Resolved,
    pub payload: Bytes,
    pub request_id: String,
    pub client_context: Option<String>,
    /// Whether it is an event that was accepted before.
    pub is_event: bool,
}

/// Runs a function and counts it.
///
/// # Errors
/// `TooManyRequestsException` where concurrency does not suffice, and what keeps it from being run at all. The first error is
/// none, as with all questions: it must be passed on.
pub fn run(cx: &mut Cx, wish: Wish<'_>) -> Result<InvocationEnd> {
    let Wish { address, resolved, .. } = &wish;
    let (address, function, config) = (*address, &resolved.function, &resolved.config);
    let dimension = ("FunctionName", address.name.as_str());
    if function.reserved == Some(0) {
        return Err(throttled(cx, function));
    }
    let actor = Actor { role: config.role.clone(), function: address.name.clone(), arn: address.function_arn() };
    let (session, is_new) = session(cx, &actor)?;
    let lanes = lanes(cx, address, function)?;
    let lane = lanes.first().map(|lane| lane.name.clone()).unwrap_or_default();
    let spec = Arc::new(spec(cx, (address, resolved), &session)?);
    let traced = tracing::begin(cx, resolved);
    let invocation = invocation(cx, (&wish, &traced), &session);
    let end = match cx.run(FunctionRun { spec, invocation, lanes }) {
        Err(error) if error.is_busy() => return Err(throttled(cx, function)),
        end => end?.map_err(|refusal| refused(cx, function, refusal))?,
    };
    if is_new {
        cx.put(&SESSIONS, address.name.as_str(), &session)?;
    }
    cx.meter("Invocations", dimension, 1.0, "Count");
    cx.meter("Errors", dimension, if end.result.is_err() { 1.0 } else { 0.0 }, "Count");
    cx.meter("Duration", dimension, end.timing.duration.as_secs_f64() * 1000.0, "Milliseconds");
    // This one has left its lane by now.
    let concurrent = cx.busy(&lane) + 1;
    cx.meter("ConcurrentExecutions", dimension, concurrent as f64, "Count");
    logs::write(cx, &actor, &shown::log_group(&address.name, config), &end)?;
    tracing::record(cx, &actor, (&wish, &traced), &end)?;
    Ok(end)
}

/// The session that sandboxes of the function are started with, and whether it is new.
fn session(cx: &mut Cx, actor: &Actor) -> Result<(RoleSession, bool)> {
    let least = cx.now().after(LEAST_LEFT);
    let known = cx.get(&SESSIONS, actor.function.as_str())?;
    match known.filter(|session| session.role == actor.role && session.expires_at > least) {
        Some(session) => Ok((session, false)),
        None => Ok((peers::assume(cx, actor)?, true)),
    }
}

/// What an invocation takes a place of: its function's reserved concurrency, or what others leave of the account's.
fn lanes(view: &View, address: &Address, function: &Function) -> Result<Vec<Lane>> {
    let own = format!("lambda {}", address.function_arn());
    let most = |count: i64| usize::try_from(count).unwrap_or_default();
    if let Some(reserved) = function.reserved {
        return Ok(vec![Lane { name: own, most: most(reserved) }]);
    }
    let left = CONCURRENCY - reserved(view)?;
    let (account, region) = (view.account(), view.region());
    Ok(vec![
        Lane { name: own, most: usize::MAX },
        Lane { name: format!("lambda {account} {region} unreserved"), most: most(left) },
    ])
}

/// The reserved concurrency of all functions together.
pub fn reserved(view: &View) -> Result<i64> {
    let all = view.rows(&FUNCTIONS, ()).map(|function| Ok(function?.reserved.unwrap_or_default()));
    all.sum()
}

fn throttled(view: &View, function: &Function) -> Error {
    view.count("Throttles", ("FunctionName", &function.name), 1.0, "Count");
    errors::throttled(match function.reserved {
        Some(_) => "ReservedFunctionConcurrentInvocationLimitExceeded",
        None => "ConcurrentInvocationLimitExceeded",
    })
}

fn refused(view: &View, function: &Function, refusal: Refusal) -> Error {
    match refusal {
        Refusal::PayloadTooLarge { .. } => errors::too_large(6 << 20, "InvokeFunction"),
        Refusal::Runtime(text) => errors::cannot_run(&text),
        Refusal::Code(_) => {
            let text = "Lambda could not unzip the deployment package.";
            Error::new("InvalidZipFileException", text).with("Type", "User")
        }
        Refusal::Busy => throttled(view, function),
        refusal @ (Refusal::Sandbox(_) | Refusal::Stopping) => {
            Error::new("ServiceException", refusal.to_string()).with("Type", "Service")
        }
    }
}

fn spec(view: &View, (address, resolved): (&Address, &Resolved), session: &RoleSession) -> Result<FunctionSpec> {
    let config = &resolved.config;
    let size = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(FunctionSpec {
        id: FunctionId {
            arn: address.function_arn().to_string(),
            version: resolved.version.clone(),
            // Other credentials are other sandboxes.
            revision: format!("{} {}", config.revision_id, session.access_key_id),
        },
        name: address.name.clone(),
        region: address.scope.region.to_string(),
        runtime: config.runtime.clone(),
        handler: config.handler.clone(),
        code: Code::Zip(view.archive(&config.package, package::file_name(&config.code_sha256))?),
        layers: Vec::new(),
        environment: config.environment.iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect(),
        memory_mb: size(config.memory_size),
        ephemeral_storage_mb: size(config.ephemeral_storage),
        timeout: Duration::from_secs(config.timeout.unsigned_abs()),
        log_group: shown::log_group(&address.name, config),
        log_format: if config.log_format == "JSON" { LogFormat::Json } else { LogFormat::Text },
        network: Network::Host,
    })
}

fn invocation(cx: &mut Cx, (wish, traced): (&Wish<'_>, &Traced), session: &RoleSession) -> Invocation {
    let day = cx.now().iso8601().chars().take(10).collect::<String>().replace('-', "/");
    let stream = format!("{day}/[{}]{:032x}", wish.resolved.version, cx.entropy().u128());
    let credentials = [
        ("AWS_ACCESS_KEY_ID", &session.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &session.secret_access_key),
        ("AWS_SESSION_TOKEN", &session.session_token),
    ];
    let session: BTreeMap<String, String> =
        credentials.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
    Invocation {
        payload: wish.payload.clone(),
        request_id: wish.request_id.clone(),
        invoked_function_arn: wish.address.arn().to_string(),
        client_context: wish.client_context.clone(),
        cognito_identity: None,
        trace_header: Some(traced.given.to_string()),
        session,
        log_stream: stream,
    }
}

/// The end of the log, in base64.
pub fn tail(end: &InvocationEnd) -> String {
    let text: String = end.log.iter().map(|line| format!("{}\n", line.text)).collect();
    let bytes = text.as_bytes();
    STANDARD.encode(bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default())
}
