//! A cloud that runs on when the verb that started it has ended.

use crate::address;
use crate::client::Failure;
use crate::flags::{Operator, Up};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a cloud may take until it answers: a large state is read first.
const LONGEST_START: Duration = Duration::from_secs(60);
/// How long one may take to end.
const LONGEST_END: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// Whether a cloud answers.
pub fn answers(operator: &Operator) -> bool {
    operator.client().is_ok_and(|client| client.get("/_terrella/health").is_ok())
}

/// Where it stands who was started for a data directory, and where what it says goes.
fn note_of(data: &Path) -> PathBuf {
    data.join("up.json")
}

/// Starts a cloud and waits until it answers; its process id.
pub fn start(flags: &Up) -> Result<u32, Failure> {
    let endpoint = flags.operator.endpoint();
    let listen = flags.operator.client()?.authority();
    if address::parse(&listen).is_ok_and(|address| address.ip().is_loopback()) {
        return start_at(flags, &listen);
    }
    Err(Failure(format!(
        "no cloud answers at {endpoint}, and only at an address of this machine can one be started: start it there, or leave \
         --endpoint and AWS_ENDPOINT_URL out"
    )))
}

fn start_at(flags: &Up, listen: &str) -> Result<u32, Failure> {
    let told = |path: &Path, e: &dyn std::fmt::Display| Failure(format!("{}: {e}", path.display()));
    fs::create_dir_all(&flags.data).map_err(|e| told(&flags.data, &e))?;
    let log = flags.data.join("terrella.log");
    let out = File::create(&log).map_err(|e| told(&log, &e))?;
    let err = out.try_clone().map_err(|e| told(&log, &e))?;
    let program =
        std::env::current_exe().map_err(|e| Failure(format!("the program does not know where it is: {e}")))?;
    let mut command = Command::new(program);
    command.args(["start", "--listen", listen]);
    match flags.memory {
        true => command.arg("--memory"),
        false => command.arg("--data").arg(&flags.data),
    };
    // A process group of its own: what is typed at this terminal does not end it.
    command.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0);
    let mut child = command.spawn().map_err(|e| Failure(format!("the cloud cannot be started: {e}")))?;
    let pid = child.id();
    wait_for(&flags.operator, &mut child, &log)?;
    let note = note_of(&flags.data);
    fs::write(&note, json!({"pid": pid, "endpoint": flags.operator.endpoint()}).to_string())
        .map_err(|e| told(&note, &e))?;
    Ok(pid)
}

fn wait_for(operator: &Operator, child: &mut Child, log: &Path) -> Result<(), Failure> {
    let begun = Instant::now();
    while !answers(operator) {
        if let Ok(Some(status)) = child.try_wait() {
            let said = fs::read_to_string(log).unwrap_or_default();
            let last = said.lines().last().unwrap_or("it said nothing").to_owned();
            return Err(Failure(format!("the cloud ended as it started ({status}): {last}; see {}", log.display())));
        }
        if begun.elapsed() > LONGEST_START {
            return Err(Failure(format!("the cloud has not answered for a minute: see {}", log.display())));
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Stops the cloud that was started for a data directory, if it answers at this endpoint; whether there was one.
pub fn stop(operator: &Operator, data: &Path) -> Result<bool, Failure> {
    let note = note_of(data);
    let Ok(text) = fs::read_to_string(&note) else { return Ok(false) };
    let told: Value = serde_json::from_str(&text).unwrap_or_default();
    let same = told["endpoint"].as_str() == Some(&operator.endpoint());
    let Some(pid) = told["pid"].as_u64().filter(|pid| same && is_ours(*pid)) else { return Ok(false) };
    let killed = Command::new("kill").arg("-TERM").arg(pid.to_string()).status();
    if !killed.is_ok_and(|status| status.success()) {
        return Err(Failure(format!("the cloud (process {pid}) cannot be told to stop")));
    }
    let begun = Instant::now();
    while is_ours(pid) {
        if begun.elapsed() > LONGEST_END {
            return Err(Failure(format!(
                "the cloud (process {pid}) does not end; `kill -9 {pid}` loses nothing acknowledged"
            )));
        }
        std::thread::sleep(PAUSE);
    }
    // What is no longer true is better gone; a file that stays is found out by its process.
    let _ = fs::remove_file(&note);
    Ok(true)
}

/// Whether a process is a cloud of this program: numbers are used again for others.
fn is_ours(pid: u64) -> bool {
    let Ok(line) = fs::read(format!("/proc/{pid}/cmdline")) else { return other_systems_know(pid) };
    let mut words = line.split(|b| *b == 0);
    let program = words.next().map(|word| String::from_utf8_lossy(word).into_owned()).unwrap_or_default();
    program.ends_with("terrella") && words.next() == Some(b"start".as_slice())
}

/// Where there is no /proc, `ps` tells.
fn other_systems_know(pid: u64) -> bool {
    let asked = Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    asked.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains("terrella start"))
}
