//! Functions without processes: each does what its handler is called, at once and the same every time.

use serde_json::{Value as Json, json};
use service::function::{
    FUNCTIONS, Failure, FunctionError, FunctionRun, Invocation, InvocationEnd, LogLine, Refusal, Retirement, Timing,
};
use service::{AnyWork, Bytes, Done, Engine, Error, TraceHeader};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The engine that runs functions in a [`crate::World`], by their handlers:
///
/// - `echo` answers its event, `environment` what it finds about itself.
/// - `fail` fails, `fail:2` at the first two attempts of each request.
/// - `report:bad` names those messages of a batch as failed whose bodies contain `bad`.
/// - `trace` sends the subsegments in its variable `SUBSEGMENTS`, a list, to its trace daemon where its trace is recorded, and
///   answers as API Gateway wants it.
/// - `refuse` cannot be run at all.
/// - `say:{}` answers what follows; `proxy` answers HTTP with its event as the body.
/// - `authorize` lets in the token `allow`, turns away `deny`, and knows no other.
/// - `linger` answers when the next function is started.
#[derive(Default)]
pub struct Puppets {
    /// How often each request was tried.
    attempts: Mutex<BTreeMap<String, usize>>,
    /// What lingers.
    lingering: Mutex<Vec<(AnyWork, Done)>>,
}

impl Engine for Puppets {
    fn name(&self) -> &'static str {
        FUNCTIONS
    }

    fn start(&self, work: AnyWork, done: Done) {
        if work.is::<Retirement>() {
            return done(Ok(Arc::new(())));
        }
        let Some(run) = work.downcast_ref::<FunctionRun>() else {
            return done(Err(Error::internal("puppets do nothing else than functions do")));
        };
        self.end_lingering();
        if run.spec.handler == "linger" {
            let mut lingering = self.lingering.lock().unwrap_or_else(PoisonError::into_inner);
            return lingering.push((Arc::clone(&work), done));
        }
        let (verb, argument) = run.spec.handler.split_once(':').unwrap_or((&run.spec.handler, ""));
        let result = match verb {
            "environment" => Ok(environment(run)),
            "fail" if self.attempt(&run.invocation) <= argument.parse().unwrap_or(usize::MAX) => Err(failure()),
            "say" => Ok(Bytes::copy_from_slice(argument.as_bytes())),
            "proxy" => {
                let body = String::from_utf8_lossy(&run.invocation.payload);
                Ok(json!({ "statusCode": 200, "body": body }).to_string().into())
            }
            "authorize" => authorize(&run.invocation.payload),
            "trace" => Ok(Bytes::from_static(b"{\"statusCode\":200,\"body\":\"{}\"}")),
            "report" => Ok(report(&run.invocation.payload, argument)),
            "refuse" => {
                let refusal: Result<InvocationEnd, _> = Err(Refusal::Runtime("a puppet refuses".to_owned()));
                return done(Ok(Arc::new(refusal)));
            }
            _ => Ok(run.invocation.payload.clone()),
        };
        done(Ok(Arc::new(Ok::<_, Refusal>(ended(run, result)))));
    }
}

impl Puppets {
    fn end_lingering(&self) {
        let lingering = std::mem::take(&mut *self.lingering.lock().unwrap_or_else(PoisonError::into_inner));
        for (work, done) in lingering {
            if let Some(run) = work.downcast_ref::<FunctionRun>() {
                let result = Ok(run.invocation.payload.clone());
                done(Ok(Arc::new(Ok::<_, Refusal>(ended(run, result)))));
            }
        }
    }

    fn attempt(&self, invocation: &Invocation) -> usize {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = attempts.entry(invocation.request_id.clone()).or_default();
        *count += 1;
        *count
    }
}

fn ended(run: &FunctionRun, result: Result<Bytes, Failure>) -> InvocationEnd {
    let id = &run.invocation.request_id;
    let lines = [
        format!("START RequestId: {id} Version: {}", run.spec.id.version),
        format!("the puppet {} moves", run.spec.handler),
        format!("END RequestId: {id}"),
    ];
    let line = |(at, text): (u64, String)| LogLine { offset: Duration::from_millis(at), text };
    InvocationEnd {
        result,
        log: (0..).zip(lines).map(line).collect(),
        timing: Timing { duration: Duration::from_millis(2), billed_ms: 2, ..Timing::default() },
        log_stream: run.invocation.log_stream.clone(),
        trace_documents: if run.spec.handler == "trace" { subsegments(run) } else { Vec::new() },
    }
}

/// Subsegments as a tracing library sends them by themselves, a millisecond long, from when the trace began.
fn subsegments(run: &FunctionRun) -> Vec<String> {
    let header = run.invocation.trace_header.as_deref().and_then(TraceHeader::parse).unwrap_or_default();
    let wanted = run.spec.environment.get("SUBSEGMENTS").and_then(|text| serde_json::from_str(text).ok());
    let Some(Json::Array(mut all)) = wanted.filter(|_| header.is_sampled()) else { return Vec::new() };
    let begun = header.root.get(2..10).and_then(|seconds| u32::from_str_radix(seconds, 16).ok()).unwrap_or_default();
    for (at, subsegment) in all.iter_mut().enumerate() {
        let seed = header.parent.as_deref().and_then(|id| u64::from_str_radix(id, 16).ok()).unwrap_or_default();
        subsegment["id"] = json!(format!("{:016x}", seed.wrapping_add(at as u64 + 1)));
        subsegment["type"] = json!("subsegment");
        (subsegment["trace_id"], subsegment["parent_id"]) = (json!(header.root), json!(header.parent));
        subsegment["start_time"] = json!(f64::from(begun) + at as f64 / 1e3);
        subsegment["end_time"] = json!(f64::from(begun) + (at + 1) as f64 / 1e3);
    }
    all.iter().map(Json::to_string).collect()
}

fn failure() -> Failure {
    let payload = json!({ "errorType": "Puppet", "errorMessage": "it was to fail" }).to_string();
    Failure { kind: FunctionError::Unhandled, error_type: "Puppet".to_owned(), payload: payload.into() }
}

/// What a Lambda authorizer answers, with a context.
fn authorize(event: &[u8]) -> Result<Bytes, Failure> {
    let event: Json = serde_json::from_slice(event).unwrap_or_default();
    let token = event.get("authorizationToken").or_else(|| event.pointer("/headers/token"));
    let token = token.and_then(Json::as_str).unwrap_or_default();
    let effect = match token {
        "allow" => "Allow",
        "deny" => "Deny",
        _ => {
            let payload = json!({ "errorType": "Error", "errorMessage": "Unauthorized" }).to_string();
            let (kind, error_type) = (FunctionError::Unhandled, "Error".to_owned());
            return Err(Failure { kind, error_type, payload: payload.into() });
        }
    };
    let statement = json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": event.get("methodArn") });
    let answer = json!({
        "principalId": "ann",
        "policyDocument": { "Version": "2012-10-17", "Statement": [statement] },
        "context": { "tier": "gold", "number": 7 },
        "usageIdentifierKey": "the-key-of-ann-0123456789",
    });
    Ok(answer.to_string().into())
}

fn environment(run: &FunctionRun) -> Bytes {
    let (spec, invocation) = (&run.spec, &run.invocation);
    let found = json!({
        "environment": spec.environment,
        "session": invocation.session.keys().collect::<Vec<_>>(),
        "key": invocation.session.get("AWS_ACCESS_KEY_ID"),
        "name": spec.name,
        "version": spec.id.version,
        "arn": invocation.invoked_function_arn,
        "request": invocation.request_id,
        "trace": invocation.trace_header,
        "context": invocation.client_context,
        "seconds": spec.timeout.as_secs(),
        "memory": spec.memory_mb,
        "logGroup": spec.log_group,
        "logStream": invocation.log_stream,
        "code": code(run),
    });
    found.to_string().into()
}

/// How many bytes the package has.
fn code(run: &FunctionRun) -> Json {
    match &run.spec.code {
        service::function::Code::Zip(archive) => (archive.load)().map_or(Json::Null, |bytes| json!(bytes.len())),
        service::function::Code::Folder(_) => Json::Null,
    }
}

fn report(event: &[u8], bad: &str) -> Bytes {
    let event: Json = serde_json::from_slice(event).unwrap_or_default();
    let records = event.get("Records").and_then(Json::as_array).cloned().unwrap_or_default();
    let is_bad = |record: &&Json| record.get("body").and_then(Json::as_str).is_some_and(|body| body.contains(bad));
    let failed: Vec<Json> =
        records.iter().filter(is_bad).map(|record| json!({ "itemIdentifier": record.get("messageId") })).collect();
    json!({ "batchItemFailures": failed }).to_string().into()
}
