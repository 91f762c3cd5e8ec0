//! Findings, and where in the text they point.

use super::text::Node;
use crate::api;

/// AWS's page of all checks.
const PAGE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    Error,
    SecurityWarning,
    Warning,
    Suggestion,
}

impl Grade {
    fn name(self) -> &'static str {
        match self {
            Grade::Error => "ERROR",
            Grade::SecurityWarning => "SECURITY_WARNING",
            Grade::Warning => "WARNING",
            Grade::Suggestion => "SUGGESTION",
        }
    }

    fn anchor(self) -> &'static str {
        match self {
            Grade::Error => "error",
            Grade::SecurityWarning => "security-warning",
            Grade::Warning => "general-warning",
            Grade::Suggestion => "suggestion",
        }
    }
}

/// A step on the way to a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The element of a list.
    Index(usize),
    /// The value of a key.
    Value(String),
    /// The key itself.
    Key(String),
    /// A part of a text: its start and length, in characters.
    Part(usize, usize),
}

/// The way to a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Path(Vec<Step>);

impl Path {
    /// One step further.
    pub fn to(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }

    /// To the value of a key.
    pub fn value(&self, key: &str) -> Path {
        self.to(Step::Value(key.to_owned()))
    }

    /// To the key itself.
    pub fn key(&self, key: &str) -> Path {
        self.to(Step::Key(key.to_owned()))
    }

    /// To the elements of a list, each with its own way; or to the value itself.
    pub fn each<'n>(&self, node: &'n Node) -> Vec<(Path, &'n Node)> {
        match node.is_list() {
            true => node.each().iter().enumerate().map(|(at, item)| (self.to(Step::Index(at)), item)).collect(),
            false => vec![(self.clone(), node)],
        }
    }
}

/// A place in the text, in bytes, and the way to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    path: Path,
    from: usize,
    to: usize,
}

impl Place {
    /// Where a value stands.
    pub fn of(path: &Path, node: &Node) -> Place {
        Place { path: path.clone(), from: node.from, to: node.to }
    }

    /// A place that no value has.
    pub fn at(from: usize, to: usize) -> Place {
        Place { path: Path::default(), from, to }
    }
}

/// What is to be said of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    grade: Grade,
    code: &'static str,
    details: String,
    places: Vec<Place>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Adds a finding of one place.
    pub fn add(&mut self, grade: Grade, code: &'static str, details: impl Into<String>, place: Place) {
        self.add_all(grade, code, details, vec![place]);
    }

    /// Adds a finding of several places.
    pub fn add_all(&mut self, grade: Grade, code: &'static str, details: impl Into<String>, places: Vec<Place>) {
        self.0.push(Finding { grade, code, details: details.into(), places });
    }

    /// Adds an error.
    pub fn error(&mut self, code: &'static str, details: impl Into<String>, place: Place) {
        self.add(Grade::Error, code, details, place);
    }

    /// Adds a warning.
    pub fn warn(&mut self, code: &'static str, details: impl Into<String>, place: Place) {
        self.add(Grade::Warning, code, details, place);
    }

    /// Adds a suggestion.
    pub fn suggest(&mut self, code: &'static str, details: impl Into<String>, place: Place) {
        self.add(Grade::Suggestion, code, details, place);
    }
}

impl Finding {
    /// How the API says it, of this policy text.
    pub fn told(&self, text: &str) -> api::ValidatePolicyFinding {
        let anchor = self.code.to_ascii_lowercase().replace('_', "-");
        api::ValidatePolicyFinding {
            finding_details: self.details.clone(),
            finding_type: self.grade.name().to_owned(),
            issue_code: self.code.to_owned(),
            learn_more_link: format!("{PAGE}#access-analyzer-reference-policy-checks-{}-{anchor}", self.grade.anchor()),
            locations: self.places.iter().map(|place| location(text, place)).collect(),
        }
    }

    /// Its code, for tests.
    #[cfg(test)]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

fn location(text: &str, place: &Place) -> api::Location {
    let step = |step: &Step| match step {
        Step::Index(index) => api::PathElement { index: Some(*index as i64), ..api::PathElement::default() },
        Step::Value(key) => api::PathElement { value: Some(key.clone()), ..api::PathElement::default() },
        Step::Key(key) => api::PathElement { key: Some(key.clone()), ..api::PathElement::default() },
        Step::Part(start, length) => {
            let part = api::Substring { start: *start as i64, length: *length as i64 };
            api::PathElement { substring: Some(part), ..api::PathElement::default() }
        }
    };
    api::Location {
        path: place.path.0.iter().map(step).collect(),
        span: api::Span { start: position(text, place.from), end: position(text, place.to) },
    }
}

/// Lines are counted from 1, columns and offsets from 0, in characters.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Position.html>
pub fn position(text: &str, at: usize) -> api::Position {
    let before: String = text.char_indices().take_while(|(index, _)| *index < at).map(|(_, c)| c).collect();
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
    api::Position {
        line: before.matches('\n').count() as i64 + 1,
        column: column as i64,
        offset: before.chars().count() as i64,
    }
}
