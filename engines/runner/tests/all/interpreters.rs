//! Python and Node handlers, through the host's interpreters. Where one is missing, its tests say SKIPPED and count.

use crate::bed::{Bed, text};
use runner::{FunctionSpec, InvocationEnd, LogFormat};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

fn interpreters() -> &'static [String] {
    static FOUND: OnceLock<Vec<String>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let bed = Bed::interpreting();
        bed.runtime.block_on(bed.runner.capabilities()).unwrap().interpreters
    })
}

/// The runtime's identifier for the interpreter that this machine has.
fn runtime(language: &str) -> Option<String> {
    let found = interpreters();
    let version = found.iter().find_map(|line| line.strip_prefix(language)?.trim_start().split(' ').next());
    let Some(version) = version else {
        eprintln!("SKIPPED: no {language} on this machine");
        return None;
    };
    Some(match language {
        "node" => format!("nodejs{}.x", version.split('.').next().unwrap()),
        _ => format!("{language}{version}"),
    })
}

fn answer(end: &InvocationEnd) -> Value {
    let log = text(end);
    match &end.result {
        Ok(payload) => serde_json::from_slice(payload).unwrap(),
        Err(failure) => panic!("{failure:?}\n{log}"),
    }
}

fn failure(bed: &Bed, spec: FunctionSpec, event: &Value) -> (Value, String) {
    let end = bed.run(&Arc::new(spec), &event.to_string());
    let failure = end.result.clone().unwrap_err();
    (serde_json::from_slice(&failure.payload).unwrap(), text(&end))
}

const PYTHON: &str = r#"
import logging, os
count = 0
def handler(event, context):
    global count
    count += 1
    print("printed")
    logging.getLogger().warning("warned")
    return {"event": event, "count": count, "left": context.get_remaining_time_in_millis() > 0,
            "name": context.function_name, "id": context.aws_request_id, "mb": context.memory_limit_in_mb,
            "arn": context.invoked_function_arn, "version": context.function_version,
            "group": context.log_group_name, "stream": context.log_stream_name,
            "custom": context.client_context.custom if context.client_context else None,
            "identity": context.identity.cognito_identity_id, "cwd": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"],
            "env": os.environ["AWS_EXECUTION_ENV"]}
def boom(event, context):
    raise ValueError("boom")
def unserialisable(event, context):
    return {1, 2}
def leave(event, context):
    os._exit(5)
"#;

#[test]
fn python_handlers_run() {
    let Some(runtime) = runtime("python") else { return };
    let bed = Bed::interpreting();
    let spec = Arc::new(bed.source(&runtime, "app.py", PYTHON, "app.handler"));
    let mut invocation = bed.invocation(r#"{"a":"ü"}"#);
    invocation.client_context = Some(r#"{"custom":{"k":"v"}}"#.into());
    invocation.cognito_identity = Some(r#"{"cognitoIdentityId":"me","cognitoIdentityPoolId":"p"}"#.into());
    let id = invocation.request_id.clone();
    let end = bed.runtime.block_on(bed.runner.run(Arc::clone(&spec), invocation)).unwrap();
    let expect = json!({
        "event": {"a": "ü"}, "count": 1, "left": true, "name": spec.name, "id": id, "mb": "128",
        "arn": "arn:aws:lambda:eu-west-1:111122223333:function:f:live", "version": "$LATEST",
        "group": spec.log_group, "stream": "2026/01/31/[$LATEST]0", "custom": {"k": "v"}, "identity": "me",
        "cwd": true, "env": format!("AWS_Lambda_{runtime}"),
    });
    assert_eq!(answer(&end), expect);
    let log = text(&end);
    assert!(log.contains("\nprinted\n[WARNING]\t") && log.contains(&format!("Z\t{id}\twarned\n")), "{log}");
    assert_eq!(answer(&bed.run(&spec, "{}"))["count"], 2, "the module stays loaded");
}

#[test]
fn python_errors_are_lambdas() {
    let Some(runtime) = runtime("python") else { return };
    let bed = Bed::interpreting();
    let spec = |file: &str, text: &str, handler: &str| bed.source(&runtime, file, text, handler);
    let (error, log) = failure(&bed, spec("app.py", PYTHON, "app.boom"), &json!({}));
    assert_eq!((&error["errorType"], &error["errorMessage"]), (&json!("ValueError"), &json!("boom")));
    assert!(error["stackTrace"][0].as_str().unwrap().contains("app.py\", line 17, in boom\n"), "{error}");
    assert!(log.contains("[ERROR] ValueError: boom\nTraceback (most recent call last):\n"), "{log}");
    for (source, handler, kind, message) in [
        (
            PYTHON,
            "app.unserialisable",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type set is not JSON serializable",
        ),
        (PYTHON, "app.nothing", "Runtime.HandlerNotFound", "Handler 'nothing' missing on module 'app'"),
        (
            PYTHON,
            "other.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'other': No module named 'other'",
        ),
        (
            PYTHON,
            "handler",
            "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "import nowhere",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nowhere'",
        ),
        ("def (", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app': "),
    ] {
        let (error, _) = failure(&bed, spec("app.py", source, handler), &json!({}));
        assert_eq!(error["errorType"], kind, "{error}");
        assert!(error["errorMessage"].as_str().unwrap().starts_with(message), "{error}");
    }
    let (error, log) = failure(&bed, spec("app.py", "raise RuntimeError('early')", "app.handler"), &json!({}));
    assert_eq!((&error["errorType"], &error["errorMessage"]), (&json!("RuntimeError"), &json!("early")));
    assert_eq!(log.matches("INIT_REPORT").count(), 2, "{log}");
    let (error, _) = failure(&bed, spec("app.py", PYTHON, "app.leave"), &json!({}));
    assert_eq!(error["errorType"], "Runtime.ExitError");
}

#[test]
fn python_logs_as_json() {
    let Some(runtime) = runtime("python") else { return };
    let bed = Bed::interpreting();
    let mut spec = bed.source(&runtime, "app.py", PYTHON, "app.handler");
    spec.log_format = LogFormat::Json;
    let end = bed.run(&Arc::new(spec), "{}");
    let log = text(&end);
    let line: Value = serde_json::from_str(log.lines().find(|line| line.contains("warned")).unwrap()).unwrap();
    assert_eq!(
        (&line["level"], &line["message"], &line["logger"]),
        (&json!("WARNING"), &json!("warned"), &json!("root"))
    );
    assert!(line["requestId"].is_string() && line["timestamp"].is_string(), "{line}");
}

const NODE: &str = r#"
let count = 0;
exports.handler = async (event, context) => {
  console.log("logged", { a: 1 });
  console.error("two\nlines");
  return { event, count: ++count, left: context.getRemainingTimeInMillis() > 0, name: context.functionName,
    id: context.awsRequestId, mb: context.memoryLimitInMB, custom: context.clientContext?.custom };
};
exports.callback = (event, context, callback) => { setTimeout(() => callback(null, "called back"), 1); };
exports.impatient = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  setTimeout(() => {}, 1e9);
  callback(null, "at once");
};
exports.done = (event, context) => { context.succeed("done"); };
exports.nothing = (event, context) => {};
exports.boom = async () => { throw new TypeError("boom"); };
exports.callbackError = (event, context, callback) => { callback(new Error("told")); };
exports.text = async () => { throw "a text"; };
exports.later = (event, context, callback) => { setTimeout(() => { throw new Error("later"); }, 1); };
exports.lost = async () => { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 1e6)); };
exports.never = async () => { await new Promise(() => {}); };
exports.nested = { deep: async () => "deep" };
exports.big = async () => 10n;
"#;

#[test]
fn node_handlers_run() {
    let Some(runtime) = runtime("node") else { return };
    let bed = Bed::interpreting();
    let spec = |file: &str, text: &str, handler: &str| {
        let mut spec = bed.source(&runtime, file, text, handler);
        spec.memory_mb = 256;
        Arc::new(spec)
    };
    let main = spec("index.js", NODE, "index.handler");
    let mut invocation = bed.invocation(r#"{"a":"ü"}"#);
    invocation.client_context = Some(r#"{"custom":{"k":"v"}}"#.into());
    let id = invocation.request_id.clone();
    let end = bed.runtime.block_on(bed.runner.run(Arc::clone(&main), invocation)).unwrap();
    let expect = json!({
        "event": {"a": "ü"}, "count": 1, "left": true, "name": main.name, "id": id, "mb": "256", "custom": {"k": "v"},
    });
    assert_eq!(answer(&end), expect);
    let log = text(&end);
    assert!(log.contains(&format!("Z\t{id}\tINFO\tlogged {{ a: 1 }}\n")), "{log}");
    assert!(log.contains(&format!("Z\t{id}\tERROR\ttwo\nlines\n")), "{log}");
    assert_eq!(answer(&bed.run(&main, "{}"))["count"], 2);
    let esm = "export const handler = async () => 'esm';";
    for (file, text, handler, expect) in [
        ("index.js", NODE, "index.callback", json!("called back")),
        ("index.js", NODE, "index.impatient", json!("at once")),
        ("index.js", NODE, "index.done", json!("done")),
        ("index.js", NODE, "index.nothing", json!(null)),
        ("index.js", NODE, "index.nested.deep", json!("deep")),
        ("index.cjs", NODE, "index.nested.deep", json!("deep")),
        ("index.mjs", esm, "index.handler", json!("esm")),
        ("index.js", esm, "index.handler", json!("esm")),
    ] {
        assert_eq!(answer(&bed.run(&spec(file, text, handler), "{}")), expect, "{file} {handler}");
    }
}

#[test]
fn node_errors_are_lambdas() {
    let Some(runtime) = runtime("node") else { return };
    let bed = Bed::interpreting();
    for (source, handler, kind, message) in [
        (NODE, "index.boom", "TypeError", "boom"),
        (NODE, "index.callbackError", "Error", "told"),
        (NODE, "index.text", "string", "a text"),
        (NODE, "index.later", "Error", "later"),
        (NODE, "index.lost", "Runtime.UnhandledPromiseRejection", "Error: lost"),
        (NODE, "index.never", "Runtime.ExitError", ""),
        (NODE, "index.big", "Runtime.MarshalError", "Unable to stringify response body"),
        (NODE, "index.missing", "Runtime.HandlerNotFound", "index.missing is undefined or not exported"),
        (NODE, "other.handler", "Runtime.ImportModuleError", "Error: Cannot find module '"),
        (NODE, "index", "Runtime.MalformedHandlerName", "Bad handler"),
        ("exports.handler = (", "index.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: "),
        ("throw new Error('early')", "index.handler", "Error", "early"),
    ] {
        let mut spec = bed.source(&runtime, "index.js", source, handler);
        spec.memory_mb = 256;
        let (error, log) = failure(&bed, spec, &json!({}));
        assert_eq!(error["errorType"], kind, "{handler}: {error} {log}");
        assert!(error["errorMessage"].as_str().unwrap().contains(message), "{error}");
    }
}

#[test]
fn another_minor_version_is_refused_unless_allowed() {
    let Some(runtime) = runtime("python") else { return };
    let other = if runtime == "python3.9" { "python3.14" } else { "python3.9" };
    let bed = Bed::interpreting();
    let spec = Arc::new(bed.source(other, "app.py", PYTHON, "app.handler"));
    if interpreters().iter().any(|i| i.starts_with(&other.replace("python", "python "))) {
        eprintln!("SKIPPED: this machine has {other}");
        return;
    }
    assert!(bed.try_run(&spec, "{}").unwrap_err().to_string().contains("--nearest-runtime"));
    let bed = Bed::with(|settings| {
        Bed::find_interpreters(settings);
        settings.nearest_runtime = true;
    });
    let spec = Arc::new(bed.source(other, "app.py", PYTHON, "app.handler"));
    assert_eq!(answer(&bed.run(&spec, "{}"))["count"], 1);
}
