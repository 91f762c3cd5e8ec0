//! Scripts that run once the cloud is ready, as LocalStack's `ready.d`.

use crate::flags::Start;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where LocalStack's images look for them.
const LOCALSTACK: &str = "/etc/localstack/init/ready.d";

/// Starts the scripts of `--ready-dir` or of LocalStack's folder, one after the other, beside the cloud.
pub fn run(address: SocketAddr, flags: &Start) {
    let dir = flags.ready_dir.clone().unwrap_or_else(|| PathBuf::from(LOCALSTACK));
    let scripts = scripts_in(&dir);
    if scripts.is_empty() {
        return;
    }
    let endpoint = format!("http://{address}");
    std::thread::spawn(move || {
        for script in scripts {
            run_one(&script, &endpoint);
        }
    });
}

fn scripts_in(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut scripts: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    scripts.retain(|path| matches!(path.extension().and_then(|e| e.to_str()), Some("sh" | "py")));
    scripts.sort();
    scripts
}

fn run_one(script: &Path, endpoint: &str) {
    let interpreter = if script.extension().is_some_and(|e| e == "py") { "python3" } else { "sh" };
    let mut command = Command::new(interpreter);
    command.arg(script).env("AWS_ENDPOINT_URL", endpoint);
    for (name, value) in
        [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_DEFAULT_REGION", "us-east-1")]
    {
        if std::env::var(name).is_err() {
            command.env(name, value);
        }
    }
    let name = script.display();
    match command.status() {
        Ok(status) if status.success() => eprintln!("ready script {name}: done"),
        Ok(status) => eprintln!("warning: ready script {name}: {status}"),
        Err(e) => eprintln!("warning: ready script {name} cannot be run: {e}"),
    }
}
