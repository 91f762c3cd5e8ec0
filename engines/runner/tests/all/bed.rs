//! A runner with a folder, and functions to run in it.

use bytes::Bytes;
use runner::{
    Code, FunctionId, FunctionSpec, Invocation, InvocationEnd, Isolation, Launcher, LogFormat, Network, Refusal,
    Runner, Settings,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub struct Bed {
    pub runner: Runner,
    pub runtime: Runtime,
    pub folder: TempDir,
    next: AtomicU32,
}

impl Bed {
    pub fn new() -> Bed {
        Bed::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Settings)) -> Bed {
        let folder = tempfile::tempdir().unwrap();
        let launcher = Launcher { program: env!("CARGO_BIN_EXE_runner-launcher").into(), arguments: Vec::new() };
        let mut settings = Settings::new(folder.path().join("runner"), launcher);
        // Looking for interpreters costs the start of each: only tests that need them do.
        settings.search_path = Vec::new();
        change(&mut settings);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let runner = Runner::new(settings, runtime.handle().clone()).unwrap();
        Bed { runner, runtime, folder, next: AtomicU32::new(0) }
    }

    /// A runner that finds the interpreters of this machine.
    pub fn interpreting() -> Bed {
        Bed::with(Bed::find_interpreters)
    }

    pub fn find_interpreters(settings: &mut Settings) {
        settings.search_path = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    }

    /// The isolations that work here.
    pub fn isolations() -> Vec<Isolation> {
        let all = [Isolation::Namespaces, Isolation::Confined, Isolation::Process];
        all.into_iter().filter(|i| Bed::works(*i)).collect()
    }

    pub fn works(isolation: Isolation) -> bool {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        match bed.runtime.block_on(bed.runner.capabilities()) {
            Ok(_) => true,
            Err(refusal) => {
                eprintln!("SKIPPED: {isolation}: {refusal}");
                false
            }
        }
    }

    /// The fixture as a custom runtime.
    pub fn fixture(&self) -> FunctionSpec {
        let code = self.folder.path().join("fixture");
        fs::create_dir_all(&code).unwrap();
        if !code.join("bootstrap").exists() {
            fs::copy(env!("CARGO_BIN_EXE_runner-fixture"), code.join("bootstrap")).unwrap();
        }
        self.spec("provided.al2023", "unused", code)
    }

    /// Code of one file, for an interpreter.
    pub fn source(&self, runtime: &str, file: &str, text: &str, handler: &str) -> FunctionSpec {
        let code = self.folder.path().join(format!("code{}", self.next.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir_all(&code).unwrap();
        fs::write(code.join(file), text).unwrap();
        self.spec(runtime, handler, code)
    }

    pub fn spec(&self, runtime: &str, handler: &str, code: PathBuf) -> FunctionSpec {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let name = format!("f{number}");
        FunctionSpec {
            id: FunctionId {
                arn: format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}"),
                version: "$LATEST".into(),
                revision: "1".into(),
            },
            log_group: format!("/aws/lambda/{name}"),
            name,
            region: "eu-west-1".into(),
            runtime: runtime.into(),
            handler: handler.into(),
            code: Code::Folder(code),
            layers: Vec::new(),
            environment: BTreeMap::new(),
            memory_mb: 128,
            ephemeral_storage_mb: 512,
            // Generous: tests that are about timeouts set their own.
            timeout: Duration::from_secs(60),
            log_format: LogFormat::Text,
            network: Network::Host,
        }
    }

    pub fn invocation(&self, payload: &str) -> Invocation {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Invocation {
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            request_id: format!("8476a536-e9f4-11e8-9739-{number:012x}"),
            invoked_function_arn: "arn:aws:lambda:eu-west-1:111122223333:function:f:live".into(),
            log_stream: "2026/01/31/[$LATEST]0".into(),
            ..Invocation::default()
        }
    }

    pub fn try_run(&self, spec: &Arc<FunctionSpec>, payload: &str) -> Result<InvocationEnd, Refusal> {
        self.runtime.block_on(self.runner.run(Arc::clone(spec), self.invocation(payload)))
    }

    pub fn run(&self, spec: &Arc<FunctionSpec>, payload: &str) -> InvocationEnd {
        self.try_run(spec, payload).unwrap()
    }

    /// The fixture's answer to a verb.
    pub fn ask(&self, spec: &Arc<FunctionSpec>, verb: &str) -> String {
        let end = self.run(spec, &format!("{verb:?}"));
        let log = text(&end);
        String::from_utf8(end.result.unwrap_or_else(|f| panic!("{verb}: {f:?}\n{log}")).to_vec()).unwrap()
    }

    /// The error's type and payload.
    pub fn error(&self, spec: &Arc<FunctionSpec>, payload: &str) -> (String, String, InvocationEnd) {
        let end = self.run(spec, payload);
        let failure = end.result.clone().unwrap_err();
        (failure.error_type, String::from_utf8(failure.payload.to_vec()).unwrap(), end)
    }
}

/// A log as one text.
pub fn text(end: &InvocationEnd) -> String {
    end.log.iter().map(|line| format!("{}\n", line.text)).collect()
}
