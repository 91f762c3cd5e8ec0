use std::fmt;

/// Something to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The place, as `path:line` or a path relative to the root.
    pub at: String,
    /// What is wrong there.
    pub what: String,
    /// What to do.
    pub fix: String,
}

/// How a chore ends: with all that it found wrong.
pub type Outcome<T = ()> = Result<T, Vec<Finding>>;

impl Finding {
    /// A finding at a place.
    pub fn new(at: impl Into<String>, what: impl Into<String>, fix: impl Into<String>) -> Finding {
        Finding { at: at.into(), what: what.into(), fix: fix.into() }
    }

    /// A finding as the end of a chore.
    pub fn alone<T>(self) -> Outcome<T> {
        Err(vec![self])
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    {}", self.at, self.what, self.fix)
    }
}

/// `1 thing`, `2 things`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The end of a chore that went on after each finding.
pub(crate) fn outcome(mut findings: Vec<Finding>) -> Outcome {
    findings.sort_by_cached_key(|finding| {
        let (path, line) = finding.at.rsplit_once(':').unwrap_or((&finding.at, ""));
        (path.to_owned(), line.parse::<usize>().ok(), finding.what.clone())
    });
    findings.dedup();
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}
