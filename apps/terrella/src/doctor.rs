//! `terrella doctor`: the running cloud, and what a machine gives and lacks.

use crate::flags::Operator;
use serde_json::{Value, json};
use std::process::ExitCode;

/// What the packet path and the sandboxes will ask of a machine.
const WANTED: [(&str, &str); 3] = [
    ("/dev/net/tun", "packets of functions and tasks are switched through a TUN device"),
    ("/proc/self/ns/user", "functions and tasks run in user namespaces"),
    ("/sys/fs/cgroup/cgroup.controllers", "memory limits are enforced by cgroup v2"),
];

/// What names under localhost are for.
const HOSTS: &str = "SDKs that set a prefix before every host call some operations by names: terrella env --hosts";

/// Prints the findings; 1 where no cloud answers.
pub fn run(operator: &Operator) -> ExitCode {
    let cloud = operator.client().and_then(|client| client.get("/_terrella/info"));
    let row = |what: &str, there: bool, why: &str| json!({"what": what, "there": there, "for": why});
    let mut machine: Vec<Value> =
        WANTED.iter().map(|(path, why)| row(path, std::path::Path::new(path).exists(), why)).collect();
    machine.push(row("*.localhost", crate::env::localhost_has_hosts(), HOSTS));
    let files = rlimit::Resource::NOFILE.get().map_or(0, |(soft, _)| soft);
    let mut report = match &cloud {
        Ok(info) => info.clone(),
        Err(_) => json!({}),
    };
    report["endpoint"] = json!(operator.endpoint());
    report["answers"] = json!(cloud.is_ok());
    report["machine"] = json!(machine);
    report["openFiles"] = json!(files);
    if operator.json {
        println!("{report}");
    } else {
        print(&report, cloud.as_ref().err().map(ToString::to_string));
    }
    if cloud.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(report: &Value, failure: Option<String>) {
    let text = |name: &str| report.get(name).and_then(Value::as_str).unwrap_or_default();
    match failure {
        Some(why) => println!("cloud: {why}"),
        None => println!(
            "cloud: version {} at {}, IAM {}, state {}, its time {}, {} requests wait",
            text("version"),
            text("endpoint"),
            text("policies"),
            report.get("data").and_then(Value::as_str).unwrap_or("in memory"),
            text("now"),
            report.get("waiting").unwrap_or(&Value::Null),
        ),
    }
    for row in report.get("machine").and_then(Value::as_array).into_iter().flatten() {
        let state = if row["there"] == true { "there" } else { "missing" };
        println!(
            "{:7} {} ({})",
            state,
            row["what"].as_str().unwrap_or_default(),
            row["for"].as_str().unwrap_or_default()
        );
    }
    println!("open files: {} (each idle connection takes one)", report.get("openFiles").unwrap_or(&Value::Null));
}

/// The process that listens at a TCP port of this machine, as far as `/proc` tells.
pub fn owner_of(port: u16) -> Option<String> {
    let sockets: Vec<String> =
        ["/proc/net/tcp", "/proc/net/tcp6"].iter().filter_map(|table| listening(table, port)).collect();
    let processes = std::fs::read_dir("/proc").ok()?;
    for process in processes.filter_map(Result::ok) {
        let Ok(pid) = process.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else { continue };
        let targets = files.filter_map(|f| std::fs::read_link(f.ok()?.path()).ok());
        for target in targets {
            if sockets.iter().any(|inode| target.to_string_lossy() == format!("socket:[{inode}]")) {
                let name = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
                return Some(format!("process {pid} ({})", name.trim()));
            }
        }
    }
    None
}

/// The inode of the socket that listens at `port`: local address in the second column, state `0A` in the fourth.
fn listening(table: &str, port: u16) -> Option<String> {
    let text = std::fs::read_to_string(table).ok()?;
    text.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (_, hex) = columns.get(1)?.rsplit_once(':')?;
        let here = u16::from_str_radix(hex, 16).ok()? == port && *columns.get(3)? == "0A";
        here.then(|| columns.get(9).map(|inode| (*inode).to_owned()))?
    })
}
