//! Interpreters that the host has, found by asking them.

use super::Language;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An interpreter of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interpreter {
    /// The real program: version managers put scripts in front of it.
    pub(crate) program: PathBuf,
    pub(crate) major: u32,
    pub(crate) minor: u32,
    /// Where its library is, if that is not below `/usr`.
    pub(crate) home: Option<PathBuf>,
}

const PYTHON_ASKS: &str =
    "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable); print(sys.base_prefix)";
const NODE_ASKS: &str = "const p = process; console.log(p.versions.node + '\\n' + p.execPath + '\\n' + \
                         require('path').dirname(require('path').dirname(p.execPath)))";

/// The interpreter of exactly this version that comes first in the folders; a minor version of `None` is any.
pub(super) fn exact(language: Language, wanted: (u32, Option<u32>), search_path: &[PathBuf]) -> Option<Interpreter> {
    let names: Vec<String> = match (language, wanted) {
        (Language::Python, (major, Some(minor))) => vec![format!("python{major}.{minor}"), format!("python{major}")],
        (Language::Python, (major, None)) => vec![format!("python{major}")],
        (Language::Node, _) => vec!["node".into(), "nodejs".into()],
    };
    let programs = search_path.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let mut found = programs.filter(|program| program.exists()).filter_map(|program| ask(language, &program));
    let fits = |i: &Interpreter| i.major == wanted.0 && wanted.1.is_none_or(|minor| minor == i.minor);
    found.find(fits)
}

/// All interpreters of a language in the given folders, each program once.
pub(super) fn all(language: Language, search_path: &[PathBuf]) -> Vec<Interpreter> {
    let mut found: Vec<Interpreter> = Vec::new();
    let mut asked = Vec::new();
    for program in search_path.iter().flat_map(|folder| programs(language, folder)) {
        // The same file goes by many names, and each answer costs the start of an interpreter.
        let Ok(real) = program.canonicalize() else { continue };
        if asked.contains(&real) {
            continue;
        }
        asked.push(real);
        let interpreter = ask(language, &program);
        found.extend(interpreter.filter(|new| !found.iter().any(|old| old.program == new.program)));
    }
    found
}

/// The files in a folder that are named as such an interpreter.
fn programs(language: Language, folder: &Path) -> Vec<PathBuf> {
    let is_one = |name: &str| match language {
        Language::Node => name == "node" || name == "nodejs",
        Language::Python => {
            name == "python3" || name.strip_prefix("python3.").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
        }
    };
    #[expect(clippy::disallowed_methods, reason = "the host's interpreters are looked for where its PATH leads")]
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> =
        entries.filter(|entry| entry.file_name().to_str().is_some_and(is_one)).map(|entry| entry.path()).collect();
    found.sort();
    found
}

fn ask(language: Language, program: &Path) -> Option<Interpreter> {
    #[expect(clippy::disallowed_methods, reason = "only the interpreter itself knows its version and library")]
    let mut command = Command::new(program);
    match language {
        Language::Python => command.args(["-I", "-S", "-c", PYTHON_ASKS]),
        Language::Node => command.args(["-e", NODE_ASKS]),
    };
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    read_answer(&String::from_utf8(output.stdout).ok()?)
}

/// Reads three lines: version, program, home.
fn read_answer(text: &str) -> Option<Interpreter> {
    let mut lines = text.lines();
    let mut version = lines.next()?.split('.');
    let (major, minor) = (version.next()?.parse().ok()?, version.next()?.parse().ok()?);
    let (program, home) = (PathBuf::from(lines.next()?), PathBuf::from(lines.next()?));
    let program = program.canonicalize().unwrap_or(program);
    let apart = !home.starts_with("/usr") && home != Path::new("/");
    Some(Interpreter { program, major, minor, home: apart.then_some(home) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let home = PathBuf::from("/opt/py");
        for (text, expect) in [
            ("3.12\n/usr/bin/python3.12\n/usr\n", Some((3, 12, None))),
            ("22.11.0\n/opt/py/bin/node\n/opt/py\n", Some((22, 11, Some(home)))),
            ("command not found\n", None),
            ("", None),
        ] {
            assert_eq!(read_answer(text).map(|i| (i.major, i.minor, i.home)), expect, "{text:?}");
        }
    }
}
