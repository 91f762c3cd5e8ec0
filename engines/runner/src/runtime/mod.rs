//! Runtimes by their identifiers, and what is started for each.
#![expect(clippy::disallowed_methods, reason = "runtime clients are files")]

mod interpreter;

use crate::Refusal;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use interpreter::Interpreter;

/// The clients that speak the Runtime API for interpreted functions.
const PYTHON_CLIENT: (&str, &str) = ("bootstrap.py", include_str!("bootstrap.py"));
const NODE_CLIENT: (&str, &str) = ("bootstrap.mjs", include_str!("bootstrap.mjs"));

/// A language whose interpreter the host provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    Python,
    Node,
}

/// A runtime that can be run here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Runtime {
    /// The function brings its own `bootstrap`.
    Provided,
    /// The host's interpreter: its major and minor version.
    Interpreted(Language, u32, u32),
}

impl Runtime {
    /// Reads a runtime's identifier.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
    pub(crate) fn parse(name: &str) -> Result<Runtime, Refusal> {
        if ["provided", "provided.al2", "provided.al2023"].contains(&name) {
            return Ok(Runtime::Provided);
        }
        let python = name.strip_prefix("python3.").and_then(|minor| minor.parse().ok());
        if let Some(minor) = python {
            return Ok(Runtime::Interpreted(Language::Python, 3, minor));
        }
        let node = name.strip_prefix("nodejs").and_then(|rest| rest.strip_suffix(".x"));
        match node.and_then(|major| major.parse().ok()) {
            // Node's releases are known by their major version; AWS's identifiers leave the minor open.
            Some(major) => Ok(Runtime::Interpreted(Language::Node, major, 0)),
            None => Err(Refusal::Runtime(format!(
                "the runtime {name} cannot be run here: provided.al2023, provided.al2, python3.* and nodejs*.x can"
            ))),
        }
    }
}

/// The runtimes of this machine: clients on disk, and interpreters found so far.
pub(crate) struct Runtimes {
    folder: PathBuf,
    search_path: Vec<PathBuf>,
    nearest: bool,
    found: Mutex<BTreeMap<Runtime, Interpreter>>,
}

impl Runtimes {
    /// Writes the clients into a folder of their own.
    pub(crate) fn open(folder: PathBuf, search_path: Vec<PathBuf>, nearest: bool) -> std::io::Result<Runtimes> {
        fs::create_dir_all(&folder)?;
        for (name, text) in [PYTHON_CLIENT, NODE_CLIENT] {
            fs::write(folder.join(name), text)?;
        }
        Ok(Runtimes { folder, search_path, nearest, found: Mutex::default() })
    }

    /// The folder that sandboxes see as `/var/runtime`.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The interpreter for a runtime; `None` for those that bring their own program. Blocks while it looks.
    pub(crate) fn interpreter(&self, runtime: Runtime, name: &str) -> Result<Option<Interpreter>, Refusal> {
        let Runtime::Interpreted(language, major, minor) = runtime else { return Ok(None) };
        let known = self.found.lock().get(&runtime).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let version = (major, (language == Language::Python).then_some(minor));
        let exact = interpreter::exact(language, version, &self.search_path);
        let chosen = match exact {
            Some(exact) => exact,
            None => {
                let all = interpreter::all(language, &self.search_path);
                let distance = |i: &&Interpreter| (i.major.abs_diff(major), i.minor.abs_diff(minor));
                let nearest = all.iter().filter(|_| self.nearest).min_by_key(distance).cloned();
                nearest.ok_or_else(|| missing(name, &all))?
            }
        };
        self.found.lock().insert(runtime, chosen.clone());
        Ok(Some(chosen))
    }

    /// All interpreters of this machine, as `doctor` lists them.
    pub(crate) fn list(&self) -> Vec<String> {
        let languages = [(Language::Python, "python"), (Language::Node, "node")];
        let of = |(language, name): (Language, &'static str)| {
            let all = interpreter::all(language, &self.search_path).into_iter();
            all.map(move |i| format!("{name} {}.{} at {}", i.major, i.minor, i.program.display()))
        };
        languages.into_iter().flat_map(of).collect()
    }
}

fn missing(name: &str, all: &[Interpreter]) -> Refusal {
    let found: Vec<String> =
        all.iter().map(|i| format!("{}.{} at {}", i.major, i.minor, i.program.display())).collect();
    let found = if found.is_empty() { "no interpreter of that language".to_owned() } else { found.join(", ") };
    Refusal::Runtime(format!(
        "the runtime {name} needs that very version of its interpreter, and this machine has {found}: \
         install it, or allow the nearest (--nearest-runtime)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_name_runtimes() {
        for (name, runtime) in [
            ("provided.al2023", Some(Runtime::Provided)),
            ("python3.13", Some(Runtime::Interpreted(Language::Python, 3, 13))),
            ("nodejs22.x", Some(Runtime::Interpreted(Language::Node, 22, 0))),
            ("nodejs22", None),
            ("python2.7", None),
            ("java21", None),
        ] {
            assert_eq!(Runtime::parse(name).ok(), runtime, "{name}");
        }
    }

    #[test]
    fn another_version_is_refused_with_what_is_there() {
        let there = Interpreter { program: "/usr/bin/python3".into(), major: 3, minor: 11, home: None };
        let Refusal::Runtime(text) = missing("python3.13", &[there]) else { panic!("another refusal") };
        assert!(text.contains("python3.13") && text.contains("3.11 at /usr/bin/python3"), "{text}");
    }
}
