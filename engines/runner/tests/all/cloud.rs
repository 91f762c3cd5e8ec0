//! The engine where it belongs: behind the door of a cloud, running functions that the cloud keeps.

use runner::{Functions, Launcher, Settings};
use serde_json::{Value as Json, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use testkit::{Answer, Call, Keys, World};
use tokio::runtime::Runtime;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

struct Cloud {
    world: World,
    _runtime: Runtime,
    _folder: TempDir,
}

impl Cloud {
    /// A cloud whose functions run in the strongest sandboxes that work here, and a role for them.
    fn new() -> Cloud {
        let folder = tempfile::tempdir().unwrap();
        let launcher = Launcher { program: env!("CARGO_BIN_EXE_runner-launcher").into(), arguments: Vec::new() };
        let mut settings = Settings::new(folder.path().join("functions"), launcher);
        settings.search_path = Vec::new();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let functions = Functions::new(settings, runtime.handle().clone());
        functions.set_endpoint("http://127.0.0.1:4566".into());
        let world = World::with_engines(testkit::directory(), vec![Arc::new(functions)]);
        let mut cloud = Cloud { world, _runtime: runtime, _folder: folder };
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
        cloud.call("iam", "CreateRole", &json!({"RoleName": "worker", "AssumeRolePolicyDocument": trust.to_string()}));
        cloud
    }

    /// Calls, and waits for real processes where the call does.
    fn call(&mut self, service: &str, operation: &str, input: &Json) -> Answer {
        let answer = match self.world.begin(&Keys::bootstrap(), service, operation, input) {
            Call::Done(answer) => *answer,
            Call::Waiting(ticket) => loop {
                if let Some(answer) = self.world.take(ticket) {
                    break answer;
                }
                std::thread::yield_now();
                self.world.go_on();
            },
        };
        assert!(answer.ok(), "{operation}: {answer:?}");
        answer
    }

    fn create(&mut self, name: &str, zip: &str) {
        let input = json!({"FunctionName": name, "Runtime": "provided.al2023", "Handler": "unused",
            "Role": "arn:aws:iam::000000000000:role/worker", "Code": {"ZipFile": zip}, "Timeout": 30,
            "Environment": {"Variables": {"STAGE": "test"}}});
        self.call("lambda", "CreateFunction", &input);
    }

    /// The fixture's answer to a verb.
    fn ask(&mut self, name: &str, verb: &str) -> String {
        let payload = base64(json!(verb).to_string().as_bytes());
        let answer = self.call("lambda", "Invoke", &json!({"FunctionName": name, "Payload": payload}));
        assert_eq!(answer.output.get("FunctionError"), None, "{answer:?}");
        text(&answer.output["Payload"])
    }
}

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number =
            three.iter().fold(0_usize, |number, byte| (number << 8) | usize::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = char::from(ALPHABET[(number >> (18 - 6 * place)) & 63]);
            out.push(if place > three.len() { '=' } else { letter });
        }
    }
    out
}

/// A blob of an answer as text.
fn text(blob: &Json) -> String {
    let letters = blob.as_str().unwrap_or_default().bytes().filter_map(|b| ALPHABET.iter().position(|l| *l == b));
    let bits: Vec<usize> = letters.collect();
    let mut bytes = Vec::new();
    for four in bits.chunks(4) {
        let number = four.iter().fold(0, |number, six| (number << 6) | six) << (6 * (4 - four.len()));
        bytes.extend((0..four.len().saturating_sub(1)).map(|place| (number >> (16 - 8 * place)) as u8));
    }
    String::from_utf8(bytes).unwrap()
}

fn zip(program: &Path) -> String {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(0o755)).unwrap();
    zip.write_all(&fs::read(program).unwrap()).unwrap();
    base64(&zip.finish().unwrap().into_inner())
}

#[test]
fn a_function_of_the_cloud_runs_as_its_role() {
    let mut cloud = Cloud::new();
    let package = zip(Path::new(env!("CARGO_BIN_EXE_runner-fixture")));
    cloud.create("first", &package);
    assert_eq!(cloud.ask("first", "echo hello"), "\"hello\"");
    for (name, expect) in [
        ("STAGE", "test"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "first"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/first"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
    ] {
        assert_eq!(cloud.ask("first", &format!("env {name}")), json!(expect).to_string());
    }
    let [key, secret, token] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
        .map(|name| cloud.ask("first", &format!("env {name}")).trim_matches('"').to_owned());
    let keys = Keys { token: Some(token), ..Keys::of(&key, &secret) };
    let who = cloud.world.call(&keys, "sts", "GetCallerIdentity", &json!({}));
    assert_eq!(who.output["Arn"], "arn:aws:sts::000000000000:assumed-role/worker/first", "{who:?}");
    // The sandbox is warm until the function changes.
    let served: u32 = cloud.ask("first", "served").parse().unwrap();
    assert!(served > 1);
    cloud.call("lambda", "UpdateFunctionConfiguration", &json!({"FunctionName": "first", "Timeout": 20}));
    assert_eq!(cloud.ask("first", "served"), "1");
}

#[test]
fn errors_logs_and_timeouts_are_lambdas() {
    let mut cloud = Cloud::new();
    cloud.create("second", &zip(Path::new(env!("CARGO_BIN_EXE_runner-fixture"))));
    let verb = |verb: &str| base64(json!(verb).to_string().as_bytes());
    let input = json!({"FunctionName": "second", "Payload": verb("exit 3"), "LogType": "Tail"});
    let answer = cloud.call("lambda", "Invoke", &input);
    assert_eq!((&answer.output["FunctionError"], &answer.output["StatusCode"]), (&json!("Unhandled"), &json!(200)));
    assert!(text(&answer.output["Payload"]).contains("Runtime exited with error: exit status 3"), "{answer:?}");
    assert!(text(&answer.output["LogResult"]).contains("\nREPORT RequestId: "), "{answer:?}");
    cloud.call("lambda", "UpdateFunctionConfiguration", &json!({"FunctionName": "second", "Timeout": 1}));
    let answer = cloud.call("lambda", "Invoke", &json!({"FunctionName": "second", "Payload": verb("hang")}));
    assert!(text(&answer.output["Payload"]).contains("Task timed out after 1.00 seconds"), "{answer:?}");
}
