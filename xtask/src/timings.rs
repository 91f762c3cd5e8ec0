//! How long a clean build takes, and which crates take the most of it.

use crate::{Finding, Outcome, Repo};
use serde_json::Value;

/// Its own target folder, so that the usual one stays warm.
const TARGET: &str = "target/timings";
const SLOWEST: usize = 10;

/// Builds the packages named, or the default ones, from nothing, and prints what cargo measured.
pub fn run(repo: &Repo, packages: &[&str], as_json: bool) -> Outcome {
    repo.remove_folder(TARGET)?;
    let target = repo.root().join(TARGET);
    let target = target.to_string_lossy();
    let named = packages.iter().flat_map(|package| ["--package", package]);
    let args: Vec<&str> = ["build", "--timings", "--target-dir", &target].into_iter().chain(named).collect();
    repo.cargo(&args, &[])?;
    let page = format!("{TARGET}/cargo-timings/cargo-timing.html");
    let units = units(&repo.read(&page)?).ok_or_else(|| {
        let fix = "cargo's page has changed: see units() in xtask/src/timings.rs";
        vec![Finding::new(&page, "holds no UNIT_DATA", fix)]
    })?;
    print!("{}", report(&units, as_json));
    Ok(())
}

/// One piece of the build, in seconds.
#[derive(Debug, PartialEq)]
struct Unit {
    name: String,
    /// What cargo puts behind the name, such as `(bin)` or `build script (run)`.
    target: String,
    start: f64,
    duration: f64,
}

/// The measurements that cargo's page carries for its own chart.
fn units(page: &str) -> Option<Vec<Unit>> {
    let json = page.split_once("const UNIT_DATA = ")?.1;
    let json = json.split_once(";\n").map_or(json, |(json, _)| json);
    let list: Value = serde_json::from_str(json).ok()?;
    let unit = |value: &Value| {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let number = |key: &str| value.get(key).and_then(Value::as_f64);
        let name = format!("{} {}", text("name"), text("version"));
        Some(Unit { name, target: text("target"), start: number("start")?, duration: number("duration")? })
    };
    list.as_array()?.iter().map(unit).collect()
}

fn report(units: &[Unit], as_json: bool) -> String {
    let wall = units.iter().map(|u| u.start + u.duration).fold(0.0, f64::max);
    let work: f64 = units.iter().map(|u| u.duration).sum();
    let mut names: Vec<&str> = units.iter().map(|u| u.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut slowest: Vec<&Unit> = units.iter().collect();
    slowest.sort_by(|a, b| b.duration.total_cmp(&a.duration));
    slowest.truncate(SLOWEST);
    if as_json {
        let slow: Vec<Value> = slowest
            .iter()
            .map(|u| serde_json::json!({"crate": u.name, "target": u.target, "seconds": u.duration}))
            .collect();
        let all =
            serde_json::json!({"wall_seconds": wall, "work_seconds": work, "crates": names.len(), "slowest": slow});
        return format!("{all:#}\n");
    }
    let lines = slowest.iter().map(|u| format!("{:>8.1} s  {} {}\n", u.duration, u.name, u.target));
    let head = format!("{wall:.1} s for {} crates ({work:.1} s of work); the slowest:\n", names.len());
    lines.fold(head, |text, line| text + &line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_page_is_read() {
        let page = "x\nconst UNIT_DATA = [{\"name\":\"a\",\"version\":\"1\",\"target\":\"\",\"start\":0.5,\"duration\":2.0},\n\
            {\"name\":\"b\",\"version\":\"2\",\"target\":\" (bin)\",\"start\":1,\"duration\":4}];\nconst Y = 1;\n";
        let text = report(&units(page).unwrap(), false);
        assert_eq!(text, "5.0 s for 2 crates (6.0 s of work); the slowest:\n     4.0 s  b 2 (bin)\n     2.0 s  a 1 \n");
        assert!(units("nothing").is_none());
    }
}
