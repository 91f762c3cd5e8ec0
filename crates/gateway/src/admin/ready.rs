//! The scripts that run once the cloud is ready, as LocalStack's clients ask for them.
//! <https://docs.localstack.cloud/references/init-hooks/>

use super::{Answer, Refusal};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;

/// LocalStack's stages. What comes before `READY` is over when anything is answered.
const STAGES: [&str; 4] = ["BOOT", "START", "READY", "SHUTDOWN"];

/// How far the scripts of a start are. Clones are the same scripts.
#[derive(Debug, Clone, Default)]
pub struct ReadyScripts(Arc<Mutex<Vec<Script>>>);

#[derive(Debug)]
struct Script {
    name: String,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    Running,
    Successful,
    Error,
}

impl State {
    /// LocalStack's word.
    fn word(self) -> &'static str {
        match self {
            State::Unknown => "UNKNOWN",
            State::Running => "RUNNING",
            State::Successful => "SUCCESSFUL",
            State::Error => "ERROR",
        }
    }
}

impl ReadyScripts {
    /// Scripts by their names, in the order in which they will run.
    pub fn new(names: Vec<String>) -> ReadyScripts {
        let scripts = names.into_iter().map(|name| Script { name, state: State::Unknown });
        ReadyScripts(Arc::new(Mutex::new(scripts.collect())))
    }

    /// Says that a script, by its place among them, runs.
    pub fn begin(&self, number: usize) {
        self.set(number, State::Running);
    }

    /// Says that a script has ended, and whether well.
    pub fn end(&self, number: usize, well: bool) {
        self.set(number, if well { State::Successful } else { State::Error });
    }

    fn set(&self, number: usize, state: State) {
        if let Some(script) = self.0.lock().get_mut(number) {
            script.state = state;
        }
    }

    /// What is told of one stage: all of this cloud's scripts belong to `READY`.
    fn stage(&self, stage: &str) -> (bool, Vec<Value>) {
        match stage {
            "READY" => {
                let scripts = self.0.lock();
                let ended = |script: &Script| matches!(script.state, State::Successful | State::Error);
                let row = |script: &Script| json!({"stage": stage, "name": script.name, "state": script.state.word()});
                (scripts.iter().all(ended), scripts.iter().map(row).collect())
            }
            other => (other != "SHUTDOWN", Vec::new()),
        }
    }

    /// All stages.
    pub(super) fn all(&self) -> Value {
        let stages = STAGES.map(|stage| (stage, self.stage(stage)));
        let completed = stages.iter().map(|(stage, (completed, _))| ((*stage).to_owned(), json!(completed)));
        let completed: serde_json::Map<String, Value> = completed.collect();
        let scripts: Vec<&Value> = stages.iter().flat_map(|(_, (_, scripts))| scripts).collect();
        json!({"completed": completed, "scripts": scripts})
    }

    /// One stage, by its name in any case.
    pub(super) fn one(&self, stage: &str) -> Answer {
        let stage = stage.to_ascii_uppercase();
        if !STAGES.contains(&stage.as_str()) {
            return Err(Refusal::missing(format!(
                "there is no stage {stage}: there are boot, start, ready and shutdown"
            )));
        }
        let (completed, scripts) = self.stage(&stage);
        Ok(json!({"completed": completed, "scripts": scripts}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told_until_all_have_ended() {
        let scripts = ReadyScripts::new(vec!["a.sh".to_owned(), "b.py".to_owned()]);
        let states = || {
            let told = scripts.one("ready").ok().unwrap();
            let rows = told["scripts"].as_array().unwrap().iter();
            (told["completed"].clone(), rows.map(|row| row["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(states(), (json!(false), vec!["UNKNOWN".to_owned(), "UNKNOWN".to_owned()]));
        scripts.begin(0);
        assert_eq!(states(), (json!(false), vec!["RUNNING".to_owned(), "UNKNOWN".to_owned()]));
        scripts.end(0, false);
        scripts.begin(1);
        scripts.end(1, true);
        assert_eq!(states(), (json!(true), vec!["ERROR".to_owned(), "SUCCESSFUL".to_owned()]));
        let row = json!({"stage": "READY", "name": "a.sh", "state": "ERROR"});
        assert_eq!(scripts.all()["scripts"][0], row);
        assert_eq!(scripts.all()["completed"], json!({"BOOT": true, "START": true, "READY": true, "SHUTDOWN": false}));
    }

    #[test]
    fn without_scripts_the_stage_is_over_and_others_are_none() {
        let none = ReadyScripts::default();
        assert_eq!(none.one("READY").ok(), Some(json!({"completed": true, "scripts": []})));
        assert_eq!(none.one("shutdown").ok(), Some(json!({"completed": false, "scripts": []})));
        assert!(none.one("later").is_err_and(|refusal| refusal.status == 404));
    }
}
