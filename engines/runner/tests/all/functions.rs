//! What a well-behaved function and its caller see.

use crate::bed::{Bed, text};
use runner::{Archive, Code, Failure, FunctionError, Isolation, Refusal};
use std::fs;
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[test]
fn an_event_goes_in_and_an_answer_comes_out_at_every_isolation() {
    for isolation in Bed::isolations() {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        let spec = Arc::new(bed.fixture());
        assert_eq!(bed.ask(&spec, "echo hello"), "\"hello\"", "{isolation}");
        assert_eq!(bed.ask(&spec, "served"), "2", "{isolation}: the second finds the sandbox warm");
        assert_eq!(bed.runner.sandboxes(), 1);
    }
}

#[test]
fn the_log_has_lambdas_lines() {
    let bed = Bed::new();
    let spec = Arc::new(bed.fixture());
    let mut invocation = bed.invocation("\"print hi\"");
    invocation.trace_header = Some("Root=1-5f35ae12-0c0fec141ab77a00bc047aa2;Parent=2be948a625588e32;Sampled=1".into());
    let id = invocation.request_id.clone();
    let end = bed.runtime.block_on(bed.runner.run(Arc::clone(&spec), invocation)).unwrap();
    let lines: Vec<&str> = end.log.iter().map(|line| line.text.as_str()).collect();
    let [start, hi, error, last, report] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(*start, format!("START RequestId: {id} Version: $LATEST"));
    assert_eq!((*hi, *error), ("hi", "error hi"));
    assert_eq!(*last, format!("END RequestId: {id}"));
    let fields: Vec<&str> = report.split('\t').collect();
    assert_eq!(fields[0], format!("REPORT RequestId: {id}"));
    for (field, name) in fields[1..].iter().zip([
        "Duration: ",
        "Billed Duration: ",
        "Memory Size: 128 MB",
        "Max Memory Used: ",
        "Init Duration: ",
    ]) {
        assert!(field.starts_with(name), "{report}");
    }
    assert!(
        report.contains(
            "\nXRAY TraceId: 1-5f35ae12-0c0fec141ab77a00bc047aa2\tSegmentId: 2be948a625588e32\tSampled: true"
        )
    );
    assert!(end.timing.max_memory_bytes > 0 || end.timing.max_memory_bytes == 0 && !cfg!(target_os = "linux"));
    assert!(end.timing.init.is_some() && u128::from(end.timing.billed_ms) >= end.timing.duration.as_millis());
    let warm = bed.run(&spec, "\"print hi\"");
    assert!(warm.timing.init.is_none() && !text(&warm).contains("Init Duration"));
}

#[test]
fn what_is_told_to_the_trace_daemon_comes_back_with_the_end() {
    for isolation in Bed::isolations() {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        let spec = Arc::new(bed.fixture());
        let first = bed.run(&spec, "\"trace a b\"");
        assert_eq!(first.trace_documents, [r#"{"id":"a"}"#, r#"{"id":"b"}"#], "{isolation}");
        assert_eq!(first.result.unwrap(), "\"127.0.0.1\"");
        let warm = bed.run(&spec, "\"trace c\"");
        assert_eq!(warm.trace_documents, [r#"{"id":"c"}"#], "{isolation}: each has its own");
        assert!(bed.run(&spec, "\"echo d\"").trace_documents.is_empty());
    }
}

#[test]
fn the_environment_is_lambdas() {
    let bed = Bed::new();
    let mut spec = bed.fixture();
    spec.environment.insert("MINE".into(), "yes".into());
    let spec = Arc::new(spec);
    let mut invocation = bed.invocation("\"echo\"");
    invocation.session.insert("AWS_ACCESS_KEY_ID".into(), "ASIAEXAMPLE".into());
    bed.runtime.block_on(bed.runner.run(Arc::clone(&spec), invocation)).unwrap().result.unwrap();
    for (name, value) in [
        ("MINE", "yes"),
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_LAMBDA_FUNCTION_NAME", spec.name.as_str()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", spec.log_group.as_str()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/31/[$LATEST]0"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_REGION", "eu-west-1"),
        ("_HANDLER", "unused"),
        ("TZ", ":UTC"),
        // Nothing of the server's own environment.
        ("CARGO", ""),
        ("HOME", ""),
    ] {
        assert_eq!(bed.ask(&spec, &format!("env {name}")), format!("{value:?}"), "{name}");
    }
}

#[test]
fn the_event_carries_its_headers() {
    let bed = Bed::new();
    let mut invocation = bed.invocation("\"headers\"");
    invocation.trace_header = Some("Root=1-2-3".into());
    invocation.client_context = Some(r#"{"custom":{"a":"ü"}}"#.into());
    invocation.cognito_identity = Some(r#"{"cognitoIdentityId":"i"}"#.into());
    let end = bed.runtime.block_on(bed.runner.run(Arc::new(bed.fixture()), invocation)).unwrap();
    let headers = String::from_utf8(end.result.unwrap().to_vec()).unwrap();
    for part in [
        "trace-id: Root=1-2-3",
        "function-arn: arn:aws:lambda:eu-west-1:111122223333:function:f:live",
        "ü",
        "cognitoIdentityId",
    ] {
        assert!(headers.contains(part), "{part} in {headers}");
    }
}

#[test]
fn a_reported_error_passes_through() {
    let bed = Bed::new();
    let spec = Arc::new(bed.fixture());
    let end = bed.run(&spec, "\"fail\"");
    let payload = br#"{"errorMessage":"no","errorType":"My.Error","stackTrace":["a"]}"#;
    let expect = Failure { kind: FunctionError::Unhandled, error_type: "My.Error".into(), payload: payload[..].into() };
    assert_eq!(end.result, Err(expect));
    assert!(!text(&end).contains("Status:"), "the runtime survived it");
    assert_eq!(bed.ask(&spec, "served"), "2");
    let (_, payload, _) = bed.error(&spec, "\"babble\"");
    assert_eq!(payload, r#"{"errorType":"Unhandled","errorMessage":"no JSON"}"#);
}

#[test]
fn a_runtime_that_ends_is_an_exit_error() {
    let bed = Bed::new();
    let spec = Arc::new(bed.fixture());
    for (verb, how) in [
        ("exit 0", "Runtime exited without providing a reason"),
        ("exit 3", "Runtime exited with error: exit status 3"),
        ("abort", "Runtime exited with error: signal: aborted"),
    ] {
        let (error_type, payload, end) = bed.error(&spec, &format!("{verb:?}"));
        assert_eq!(error_type, "Runtime.ExitError");
        assert!(payload.contains(&format!("Error: {how}\"")) && payload.contains("RequestId: 8476a536"), "{payload}");
        let log = text(&end);
        assert!(
            log.contains(&format!("Error: {how}\nRuntime.ExitError\n"))
                && log.contains("\tStatus: error\tError Type: Runtime.ExitError"),
            "{log}"
        );
        assert_eq!(bed.ask(&spec, "served"), "1", "the next gets a new sandbox");
    }
}

#[test]
fn a_timeout_ends_the_sandbox() {
    for isolation in Bed::isolations() {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        let mut spec = bed.fixture();
        spec.timeout = Duration::from_millis(300);
        let spec = Arc::new(spec);
        let (error_type, payload, end) = bed.error(&spec, "\"hang\"");
        assert_eq!(error_type, "Sandbox.Timedout");
        assert!(payload.contains("Error: Task timed out after 0.30 seconds"), "{payload}");
        let log = text(&end);
        assert!(log.contains("hanging\n") && log.contains("Task timed out after 0.30 seconds\nEND"), "{log}");
        assert!(log.contains("\tDuration: 300.00 ms\tBilled Duration: ") && log.contains("\tStatus: timeout"), "{log}");
        assert!(end.timing.timed_out && bed.runner.sandboxes() == 0);
    }
}

#[test]
fn initialisation_is_tried_twice() {
    for (mode, error_type, in_log) in [
        ("exit", "Runtime.ExitError", "INIT_REPORT Init Duration: "),
        ("error", "Init.Bad", "\tPhase: init\tStatus: error\tError Type: Init.Bad"),
        ("hang", "Sandbox.Timedout", "\tPhase: init\tStatus: timeout"),
    ] {
        let bed = Bed::with(|settings| settings.init_limit = Duration::from_millis(200));
        let mut spec = bed.fixture();
        spec.environment.insert("FIXTURE_INIT".into(), mode.into());
        spec.timeout = Duration::from_millis(400);
        let (found, payload, end) = bed.error(&Arc::new(spec), "\"echo\"");
        let log = text(&end);
        assert_eq!(found, error_type, "{payload} {log}");
        assert!(log.contains(in_log) && log.contains("\tPhase: invoke\t"), "{log}");
        assert_eq!(log.matches("INIT_REPORT").count(), 2, "{log}");
    }
}

#[test]
fn an_entry_point_that_cannot_run_is_invalid() {
    let bed = Bed::new();
    let mut spec = bed.source("provided.al2023", "other", "", "h");
    let (error_type, payload, _) = bed.error(&Arc::new(spec.clone()), "1");
    assert_eq!(error_type, "Runtime.InvalidEntrypoint");
    assert!(payload.contains("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"), "{payload}");
    let Code::Folder(folder) = &spec.code else { unreachable!() };
    for (mode, content, why) in [(0o644, "", "permission denied"), (0o755, "\0\0\0\0", "exec format error")] {
        fs::write(folder.join("bootstrap"), content).unwrap();
        fs::set_permissions(folder.join("bootstrap"), fs::Permissions::from_mode(mode)).unwrap();
        spec.id.revision = why.into();
        let (error_type, payload, _) = bed.error(&Arc::new(spec.clone()), "1");
        assert_eq!(error_type, "Runtime.InvalidEntrypoint");
        assert!(payload.contains(&format!("fork/exec /var/task/bootstrap: {why}")), "{payload}");
    }
}

#[test]
fn a_zip_and_its_layers_are_run() {
    let bed = Bed::new();
    let zip = |name: &str, bytes: &[u8]| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let mut spec = bed.fixture();
    spec.code = Code::Zip(Archive::of_bytes(
        "code",
        zip("bootstrap", &fs::read(env!("CARGO_BIN_EXE_runner-fixture")).unwrap()),
    ));
    spec.layers = vec![Archive::of_bytes("layer", zip("data/a.txt", b"from a layer"))];
    spec.memory_mb = 256;
    if Bed::works(Isolation::Namespaces) {
        assert_eq!(
            bed.ask(&Arc::new(spec), "read /opt/data/a.txt"),
            "\"Ok(\\\"from a layer\\\")\"".replace("\\\"", "\"").trim_matches('"').to_owned()
        );
    }
}

#[test]
fn what_cannot_be_run_is_refused() {
    let bed = Bed::with(|settings| settings.max_sandboxes = 1);
    let spec = Arc::new(bed.fixture());
    let large = format!("{:?}", "x".repeat(6 * 1024 * 1024));
    assert!(matches!(bed.try_run(&spec, &large), Err(Refusal::PayloadTooLarge { .. })));
    let java = Arc::new(bed.spec("java21", "h", bed.folder.path().into()));
    assert!(matches!(bed.try_run(&java, "1"), Err(Refusal::Runtime(text)) if text.contains("java21")));
    // One place only: an idle sandbox gives way.
    bed.ask(&spec, "served");
    let other = Arc::new(bed.fixture());
    assert_eq!(bed.ask(&other, "served"), "1");
    assert_eq!(bed.runner.sandboxes(), 1);
    assert_eq!(bed.ask(&spec, "served"), "1");
}

#[test]
fn invocations_at_once_have_a_sandbox_each() {
    let bed = Bed::new();
    let spec = Arc::new(bed.fixture());
    let (tell, told) = std::sync::mpsc::channel();
    for number in 0..6 {
        let tell = tell.clone();
        let invocation = bed.invocation(&format!("\"echo {number}\""));
        bed.runner.invoke(Arc::clone(&spec), invocation, move |end| tell.send((number, end)).unwrap());
    }
    drop(tell);
    let mut answers: Vec<(i32, _)> = told.iter().map(|(number, end)| (number, end.unwrap().result.unwrap())).collect();
    answers.sort();
    let expect: Vec<(i32, _)> = (0..6).map(|number| (number, format!("\"{number}\"").into_bytes().into())).collect();
    assert_eq!(answers, expect);
    assert!((1..=6).contains(&bed.runner.sandboxes()));
    assert_ne!(bed.ask(&spec, "served"), "1", "one of them is used again");
}

#[test]
fn retired_and_expired_sandboxes_end() {
    let bed = Bed::new();
    let spec = Arc::new(bed.fixture());
    bed.ask(&spec, "served");
    bed.runner.retire(&spec.id.arn);
    assert_eq!(bed.runner.sandboxes(), 0);
    assert_eq!(bed.ask(&spec, "served"), "1");
    bed.runner.stop();
    assert_eq!(bed.runner.sandboxes(), 0);
    let short = Bed::with(|settings| settings.idle = Duration::ZERO);
    let spec = Arc::new(short.fixture());
    short.ask(&spec, "served");
    assert_eq!(short.runner.sandboxes(), 0);
}
