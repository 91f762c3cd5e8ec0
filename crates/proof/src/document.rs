//! A file of proof, read.

use crate::rows::{is_arrow, is_id};
use script::{Step, steps};
use std::fmt;

/// A proof: its sections in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// What is done, one after another.
    pub sections: Vec<Section>,
}

/// A part of a proof.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Section {
    /// The line of its heading, counted from 1.
    pub line: usize,
    /// What its heading says behind the rows.
    pub title: String,
    /// The rows that it shows; none for a part that only makes ready.
    pub ids: Vec<String>,
    /// What is done, each with its line counted from 0.
    pub steps: Vec<(usize, Step)>,
    /// What takes away what carries its rows.
    pub twins: Vec<Twin>,
}

/// A negative twin: it breaks what carries some rows, and sees how it fails.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Twin {
    /// The line of its heading, counted from 1.
    pub line: usize,
    /// What its heading says.
    pub title: String,
    /// The rows whose twin it is.
    pub ids: Vec<String>,
    /// What is done, each with its line counted from 0.
    pub steps: Vec<(usize, Step)>,
}

/// Why a file is no proof.
#[derive(Debug, Clone, PartialEq)]
pub struct ProofError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ProofError {}

impl Section {
    /// Whether it only makes ready.
    pub fn is_setup(&self) -> bool {
        self.ids.is_empty()
    }

    /// The arrows among its rows that no twin breaks.
    pub fn without_twin(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str).filter(|id| is_arrow(id) && !self.has_twin(id))
    }

    /// Whether a twin breaks this row.
    pub fn has_twin(&self, id: &str) -> bool {
        self.twins.iter().any(|twin| twin.ids.iter().any(|other| other == id))
    }
}

/// What a heading is.
enum Heading {
    Setup(String),
    Rows(Vec<String>, String),
    Twin(Vec<String>, String),
    Prose,
}

fn heading(line: &str) -> Option<Heading> {
    let (twin, text) = match (line.strip_prefix("## "), line.strip_prefix("### ")) {
        (Some(text), _) => (false, text),
        (_, Some(text)) => (true, text),
        _ => return None,
    };
    let (head, title) = text.split_once(':').unwrap_or((text, ""));
    let title = title.trim().to_owned();
    let ids = |text: &str| text.split(',').map(|id| id.trim().to_owned()).collect::<Vec<_>>();
    let heading = match (twin, head.trim()) {
        (false, "Setup") => Heading::Setup(title),
        (false, head) if ids(head).iter().all(|id| is_id(id)) => Heading::Rows(ids(head), title),
        (true, "Twin") => Heading::Twin(Vec::new(), title),
        (true, head) => match head.strip_prefix("Twin of ") {
            Some(list) if ids(list).iter().all(|id| is_id(id)) => Heading::Twin(ids(list), title),
            _ => Heading::Prose,
        },
        _ => Heading::Prose,
    };
    Some(heading)
}

impl Document {
    /// Reads a proof.
    ///
    /// # Errors
    /// The first line that is none of one: steps that belong to nothing, a fence that is not closed or not known, a twin of a row
    /// that its section does not show.
    pub fn parse(text: &str) -> Result<Document, ProofError> {
        let lines: Vec<&str> = text.lines().collect();
        fences(&lines)?;
        let mut document = Document::default();
        let headings = headings(&lines);
        let first = headings.first().map_or(lines.len(), |(at, _)| *at);
        belongs_to_nothing(&lines, 0, first)?;
        let ends = headings.iter().skip(1).map(|(at, _)| *at).chain([lines.len()]);
        for ((at, heading), end) in headings.iter().zip(ends) {
            let found = steps(&lines, at + 1, end);
            could_fail(*at, heading, &found)?;
            match heading {
                Heading::Prose => belongs_to_nothing(&lines, at + 1, end)?,
                Heading::Setup(title) => document.push(*at, (Vec::new(), title), found),
                Heading::Rows(ids, title) => document.push(*at, (ids.clone(), title), found),
                Heading::Twin(ids, title) => document.twin(*at, (ids, title), found)?,
            }
        }
        Ok(document)
    }

    fn push(&mut self, at: usize, (ids, title): (Vec<String>, &str), steps: Vec<(usize, Step)>) {
        self.sections.push(Section { line: at + 1, title: title.to_owned(), ids, steps, twins: Vec::new() });
    }

    fn twin(
        &mut self,
        at: usize,
        (ids, title): (&[String], &str),
        steps: Vec<(usize, Step)>,
    ) -> Result<(), ProofError> {
        let wrong = |message: String| ProofError { line: at + 1, message };
        let section = self.sections.last_mut().filter(|section| !section.is_setup());
        let section =
            section.ok_or_else(|| wrong("a twin stands below the section whose rows it breaks".to_owned()))?;
        if let Some(foreign) = ids.iter().find(|id| !section.ids.contains(id)) {
            return Err(wrong(format!("the section of this twin does not show {foreign}")));
        }
        let ids = if ids.is_empty() { section.ids.clone() } else { ids.to_vec() };
        section.twins.push(Twin { line: at + 1, title: title.to_owned(), ids, steps });
        Ok(())
    }
}

/// What shows rows asks something, and what breaks them says what is answered then: a check that cannot fail shows nothing.
fn could_fail(at: usize, heading: &Heading, steps: &[(usize, Step)]) -> Result<(), ProofError> {
    let sends = steps.iter().any(|(_, step)| matches!(step, Step::Send(_)));
    let expects = steps.iter().any(|(_, step)| matches!(step, Step::Reply { .. }));
    let message = match heading {
        Heading::Rows(..) if !sends => {
            "this asks nothing, so it could not fail: say what is sent, and what is answered"
        }
        Heading::Twin(..) if !expects => {
            "this expects nothing, so it could not fail: say what is answered where the row is broken"
        }
        _ => return Ok(()),
    };
    Err(ProofError { line: at + 1, message: message.to_owned() })
}

/// The headings that are none of a fenced block.
fn headings(lines: &[&str]) -> Vec<(usize, Heading)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if let Some(heading) = heading(line).filter(|_| !fenced) {
            found.push((at, heading));
        }
    }
    found
}

fn belongs_to_nothing(lines: &[&str], start: usize, end: usize) -> Result<(), ProofError> {
    match steps(lines, start, end).into_iter().find(|(_, step)| !matches!(step, Step::Directive(_))) {
        None => Ok(()),
        Some((at, _)) => Err(ProofError {
            line: at + 1,
            message: "what is done here shows no row: head it with `## E0.1: …`, `## Setup: …` or `### Twin: …`"
                .to_owned(),
        }),
    }
}

/// Every fence is closed and says something that is known.
fn fences(lines: &[&str]) -> Result<(), ProofError> {
    let mut open = None;
    for (at, line) in lines.iter().enumerate() {
        let Some(fence) = line.trim().strip_prefix("```") else { continue };
        if open.take().is_some() {
            continue;
        }
        open = Some(at);
        let words: Vec<&str> = fence.split_whitespace().collect();
        let known = match words.as_slice() {
            ["send" | "reply" | "undo"] => true,
            ["reply", "within", span] => script::span_of(span).is_some(),
            // Any other language is an illustration.
            [first, ..] => !["send", "reply", "undo"].contains(first),
            [] => true,
        };
        if !known {
            let message = format!("`{fence}` is none of send, undo, reply and reply within 20s");
            return Err(ProofError { line: at + 1, message });
        }
    }
    match open {
        Some(at) => Err(ProofError { line: at + 1, message: "this block is not closed".to_owned() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# An estate\n\n## About\nProse.\n\n## Setup: a queue\n```send\nsqs CreateQueue {}\n```\n\n## E0.1, K0.2: sent\n```send\nsqs \
                        SendMessage {}\n```\n### Twin of E0.1: without the right\n```send\niam PutUserPolicy {}\n```\n```reply\n403 x\n```\n### Twin: \
                        without the queue\n```send\nsqs DeleteQueue {}\n```\n```reply\n400 x\n```\n";

    #[test]
    fn sections_and_twins() {
        let document = Document::parse(TEXT).unwrap();
        let told: Vec<_> =
            document.sections.iter().map(|s| (s.line, s.ids.join(" "), &*s.title, s.steps.len())).collect();
        assert_eq!(told, [(6, String::new(), "a queue", 1), (11, "E0.1 K0.2".to_owned(), "sent", 1)]);
        let twins: Vec<_> =
            document.sections[1].twins.iter().map(|t| (t.ids.join(" "), &*t.title, t.steps.len())).collect();
        assert_eq!(
            twins,
            [("E0.1".to_owned(), "without the right", 2), ("E0.1 K0.2".to_owned(), "without the queue", 2)]
        );
        assert!(document.sections[0].is_setup() && document.sections[1].without_twin().next().is_none());
    }

    #[test]
    fn what_is_no_proof_is_refused_with_its_line() {
        for (text, line) in [
            ("```send\nsqs ListQueues\n```\n", 1),
            ("## About\n\n```send\nsqs ListQueues\n```\n", 3),
            ("## Setup: x\n### Twin: y\n```reply\n200\n```\n", 2),
            ("## E0.1: x\n", 1),
            ("## E0.1: x\n```send\nsqs ListQueues\n```\n### Twin of E0.2: y\n```reply\n200\n```\n", 5),
            ("## E0.1: x\n```send\nsqs ListQueues\n```\n### Twin: y\n```send\nsqs ListQueues\n```\n", 5),
            ("## E0.1: x\n```reply in 3\n200\n```\n", 2),
            ("## E0.1: x\n```send\nsqs ListQueues\n", 2),
        ] {
            assert_eq!(Document::parse(text).map_err(|e| e.line).err(), Some(line), "{text}");
        }
    }
}
