//! The working tree: the only place of this crate that reads and writes files and starts programs.
#![expect(clippy::disallowed_methods, reason = "a chore reads and writes the tree, and asks cargo and rustfmt")]

use crate::{Finding, Outcome};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether generated files are written, or compared only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Writes what differs.
    Write,
    /// Reports what differs.
    Check,
}

/// A working tree. All paths given to it and by it are relative to its root, with `/` between their parts.
#[derive(Debug, Clone)]
pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The tree that cargo runs this program in. Its word at run time counts: two trees may share a target folder,
    /// and then one binary.
    pub fn here() -> Repo {
        let own = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let own = Path::new(&own);
        Repo { root: own.parent().unwrap_or(own).to_owned() }
    }

    /// Another tree, for tests.
    pub fn at(root: impl Into<PathBuf>) -> Repo {
        Repo { root: root.into() }
    }

    /// The root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether there is a file or folder.
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// A text file.
    pub fn read(&self, path: &str) -> Outcome<String> {
        let read = std::fs::read_to_string(self.root.join(path));
        read.map_err(|e| vec![Finding::new(path, format!("cannot be read: {e}"), "put the file there")])
    }

    /// A file's bytes.
    pub fn read_bytes(&self, path: &str) -> Outcome<Vec<u8>> {
        let read = std::fs::read(self.root.join(path));
        read.map_err(|e| vec![Finding::new(path, format!("cannot be read: {e}"), "put the file there")])
    }

    /// The names in a folder, sorted; none if there is no such folder.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let mut names: Vec<String> = entries.flatten().filter_map(|e| e.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// All files below a folder, sorted; hidden ones and what `skip` says, by path, left out.
    pub fn files(&self, folder: &str, skip: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            for name in self.names(&folder) {
                let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                let kind = self.root.join(&path).symlink_metadata().map(|m| m.file_type());
                match kind {
                    _ if skip(&path) => {}
                    Ok(kind) if kind.is_dir() => open.push(path),
                    Ok(kind) if kind.is_file() => found.push(path),
                    _ => {}
                }
            }
        }
        found.sort();
        found
    }

    /// The folders of `services/` that hold a service.
    pub fn services(&self) -> Vec<String> {
        let is_service = |name: &String| self.has(&format!("services/{name}/service.toml"));
        self.names("services").into_iter().filter(is_service).collect()
    }

    /// Brings a generated file up to date; `command` is what a reader runs when it is not.
    pub fn generated(&self, path: &str, content: &str, mode: Mode, command: &str) -> Outcome {
        let full = self.root.join(path);
        if std::fs::read_to_string(&full).is_ok_and(|old| old == content) {
            return Ok(());
        }
        if mode == Mode::Check {
            return Finding::new(path, "is not up to date", format!("run `{command}` and commit the file")).alone();
        }
        let folder = full.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = folder.and_then(|()| std::fs::write(&full, content));
        written.map_err(|e| vec![Finding::new(path, format!("cannot be written: {e}"), "give it the right to write")])
    }

    /// Removes a folder and all in it, if it is there.
    pub fn remove_folder(&self, path: &str) -> Outcome {
        let full = self.root.join(path);
        let removed = if full.exists() { std::fs::remove_dir_all(full) } else { Ok(()) };
        removed.map_err(|e| vec![Finding::new(path, format!("cannot be removed: {e}"), "remove it by hand")])
    }

    /// Rust text as rustfmt lays it out with the workspace's own settings.
    pub fn rustfmt(&self, at: &str, text: &str) -> Outcome<String> {
        let fail = |what: String| vec![Finding::new(at, what, "install rustfmt: `rustup component add rustfmt`")];
        let mut child = Command::new("rustfmt")
            .args(["--edition", "2024", "--emit", "stdout", "--quiet", "--config-path"])
            .arg(&self.root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| fail(format!("rustfmt does not start: {e}")))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text.as_bytes()).map_err(|e| fail(format!("rustfmt does not read: {e}")))?;
        }
        let output = child.wait_with_output().map_err(|e| fail(format!("rustfmt does not end: {e}")))?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            let bug = "codegen wrote something that is no Rust: report it with the model's name";
            return Finding::new(at, format!("rustfmt refuses the generated text: {why}"), bug).alone();
        }
        String::from_utf8(output.stdout).map_err(|e| fail(format!("rustfmt gave no text: {e}")))
    }

    /// The packages that `cargo metadata` tells of, with its further arguments; at least one.
    pub fn packages(&self, args: &[&str]) -> Outcome<Vec<serde_json::Value>> {
        let all: Vec<&str> = ["metadata", "--offline", "--format-version", "1"].iter().chain(args).copied().collect();
        let json = self.cargo(&all, &[])?;
        let mut metadata: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
        match metadata.get_mut("packages").map(serde_json::Value::take) {
            Some(serde_json::Value::Array(packages)) if !packages.is_empty() => Ok(packages),
            _ => Finding::new("cargo metadata", "tells of no package", "run it by hand to see why").alone(),
        }
    }

    /// What a cargo command prints, run in the root.
    pub fn cargo(&self, args: &[&str], envs: &[(&str, &str)]) -> Outcome<String> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let line = format!("cargo {}", args.join(" "));
        let fail = |what: String| vec![Finding::new(&line, what, "run it by hand to see why")];
        let run = Command::new(cargo).args(args).envs(envs.iter().copied()).current_dir(&self.root).output();
        let output = run.map_err(|e| fail(format!("does not start: {e}")))?;
        if !output.status.success() {
            return Err(fail(format!("fails:\n{}", String::from_utf8_lossy(&output.stderr))));
        }
        String::from_utf8(output.stdout).map_err(|e| fail(format!("gave no text: {e}")))
    }
}
