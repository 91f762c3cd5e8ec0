//! Scripts that run once the cloud is ready, as LocalStack's `ready.d`.
//! <https://docs.localstack.cloud/references/init-hooks/>

use crate::address::from_here;
use crate::flags::Start;
use gateway::ReadyScripts;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// Where LocalStack's images look for them.
const LOCALSTACK: &str = "/etc/localstack/init/ready.d";

/// How deep folders are looked into: a link to a folder above would have no end.
const DEEPEST: usize = 8;

/// The system's word for a file that it cannot execute, having no first line that names an interpreter (`ENOEXEC`).
const NO_FORMAT: i32 = 8;

/// The scripts of a start, in the order in which they run.
pub struct Scripts(Vec<PathBuf>);

impl Scripts {
    /// Those of `--ready-dir`, which must be there, or of LocalStack's folder, which need not.
    pub fn find(flags: &Start) -> Result<Scripts, String> {
        let mut found = Vec::new();
        match &flags.ready_dir {
            Some(dir) => {
                find_in(dir, DEEPEST, &mut found).map_err(|e| {
                    format!("--ready-dir {}: {e}: name a folder that is there and can be read", dir.display())
                })?;
            }
            // Nobody asked for it: what is not there has no scripts.
            None => find_in(Path::new(LOCALSTACK), DEEPEST, &mut found).unwrap_or_default(),
        }
        Ok(Scripts(found))
    }

    /// What is told of them.
    pub fn told(&self) -> ReadyScripts {
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        ReadyScripts::new(self.0.iter().map(name).collect())
    }

    /// Runs them one after the other, beside the cloud; the next runs, too, where one fails.
    pub fn run(self, address: SocketAddr, told: ReadyScripts) {
        if self.0.is_empty() {
            return;
        }
        let endpoint = format!("http://{}", from_here(address));
        std::thread::spawn(move || {
            for (number, script) in self.0.iter().enumerate() {
                told.begin(number);
                let well = run_one(script, &endpoint);
                told.end(number, well);
            }
        });
    }
}

/// A folder's own scripts first, by their names, then those of the folders in it.
fn find_in(dir: &Path, deep: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(dir)?.map(|entry| std::path::absolute(entry?.path())).collect::<io::Result<_>>()?;
    paths.sort();
    let is_script = |path: &Path| matches!(path.extension().and_then(|e| e.to_str()), Some("sh" | "py"));
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| path.is_dir());
    found.extend(files.into_iter().filter(|path| is_script(path)));
    for folder in folders {
        if deep > 0 {
            find_in(&folder, deep - 1, found)?;
        }
    }
    Ok(())
}

/// Whether it ended well.
fn run_one(script: &Path, endpoint: &str) -> bool {
    let name = script.display();
    let ended = ended(script, endpoint);
    match &ended {
        Ok(status) if status.success() => eprintln!("ready script {name}: done"),
        Ok(status) => eprintln!("warning: ready script {name}: {status}"),
        Err(e) => eprintln!("warning: ready script {name} cannot be run: {e}"),
    }
    ended.is_ok_and(|status| status.success())
}

/// Runs a script as its first line says, where it is executable; by bash otherwise, or by sh where there is no bash.
fn ended(script: &Path, endpoint: &str) -> io::Result<ExitStatus> {
    if script.extension().is_some_and(|e| e == "py") {
        return status(Command::new("python3").arg(script), endpoint);
    }
    if script.metadata()?.permissions().mode() & 0o111 != 0 {
        match status(&mut Command::new(script), endpoint) {
            Err(e) if e.raw_os_error() == Some(NO_FORMAT) => {}
            done => return done,
        }
    }
    match status(Command::new("bash").arg(script), endpoint) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => status(Command::new("sh").arg(script), endpoint),
        done => done,
    }
}

fn status(command: &mut Command, endpoint: &str) -> io::Result<ExitStatus> {
    command.env("AWS_ENDPOINT_URL", endpoint);
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true"),
    ] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command.status()
}
