//! `terrella snapshot …`: save, load and fork, with a bar for how far it is.

use crate::client::Failure;
use crate::flags::{Operator, SnapshotVerb};
use crate::verbs::{print, text};
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|e| Failure(format!("{}: {e}", path.display())))
}

/// Does what the verb says.
pub fn run(verb: SnapshotVerb) -> Result<(), Failure> {
    let (operator, word, path) = match verb {
        SnapshotVerb::Save { operator, path } => (operator, "save", path),
        SnapshotVerb::Fork { operator, path } => (operator, "fork", path),
        SnapshotVerb::Load { path, data: Some(data), operator } => return make(&path, &data, operator.json),
        SnapshotVerb::Load { path, data: None, operator } => (operator, "load", path),
    };
    let value = with_progress(&operator, &json!({"verb": word, "path": absolute(&path)?}))?;
    print(operator.json, &value, |v| match word {
        "fork" => format!("forked: `terrella start --data {0}` continues it apart", text(v, "path")),
        "load" => format!("loaded: the cloud is as it was when {0} was saved", text(v, "path")),
        _ => format!("saved: `terrella snapshot load {0}` brings it back", text(v, "path")),
    });
    Ok(())
}

/// Asks for long work, and shows how far it is.
fn with_progress(operator: &Operator, body: &Value) -> Result<Value, Failure> {
    let client = operator.client()?;
    let (tell, answered) = channel();
    let (asking, body) = (client.clone(), body.clone());
    std::thread::spawn(move || tell.send(asking.post("/_terrella/snapshots", &body)));
    let bar = (!operator.json).then(|| ProgressBar::new(0));
    loop {
        match answered.recv_timeout(Duration::from_millis(200)) {
            Ok(answer) => {
                if let Some(bar) = &bar {
                    bar.finish_and_clear();
                }
                return answer;
            }
            Err(RecvTimeoutError::Disconnected) => return Err(Failure("the request broke off".to_owned())),
            // The bar is a courtesy: what it cannot learn does not end the work.
            Err(RecvTimeoutError::Timeout) => {
                if let (Some(bar), Ok(at)) = (&bar, client.get("/_terrella/snapshots")) {
                    bar.set_length(at["of"].as_u64().unwrap_or(0));
                    bar.set_position(at["done"].as_u64().unwrap_or(0));
                }
            }
        }
    }
}

/// Makes a new data directory of a saved file.
fn make(from: &Path, data: &Path, json: bool) -> Result<(), Failure> {
    let bar = (!json).then(|| indicatif::ProgressBar::new(0));
    let mut progress = |done: u64, all: u64| {
        if let Some(bar) = &bar {
            bar.set_length(all);
            bar.set_position(done);
        }
    };
    std::fs::create_dir_all(data).map_err(|e| Failure(format!("{}: {e}", data.display())))?;
    let loaded = store::Store::load(&data.join("state"), from, &mut progress);
    loaded.map_err(|e| Failure(e.to_string()))?;
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    print(json, &json!({"data": data}), |_| format!("loaded: `terrella start --data {}` serves it", data.display()));
    Ok(())
}
