use std::fmt;

/// Why a pattern is refused, in AWS's words, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What kind of fault it is.
    pub fault: Fault,
    /// What is wrong, without the place.
    pub reason: String,
    /// The byte behind what was read last.
    pub at: usize,
}

/// What kind of fault a pattern has: callers that have words of their own for one tell it by this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The text is no JSON.
    Syntax,
    /// The JSON is no pattern.
    Form,
    /// It nests objects where only one level is allowed.
    Nested,
    /// It has too many fields at its top.
    TooManyKeys,
    /// It stands for too many combinations.
    TooComplex,
}

/// The longest part of a pattern that AWS repeats, in characters.
const LONGEST_SHOWN: usize = 500;

impl Error {
    pub(crate) fn form(at: usize, reason: impl Into<String>) -> Error {
        Error { fault: Fault::Form, reason: reason.into(), at }
    }

    /// The reason with the place, as AWS shows it for the pattern `text`.
    pub fn located(&self, text: &str) -> String {
        if matches!(self.fault, Fault::TooComplex | Fault::TooManyKeys | Fault::Nested) {
            return self.reason.clone();
        }
        let before = text.get(..self.at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let shown = match text.char_indices().nth(LONGEST_SHOWN) {
            Some((end, _)) => {
                let rest = text.chars().count() - LONGEST_SHOWN;
                format!("\"{}\"[truncated {rest} chars]", text.get(..end).unwrap_or_default())
            }
            None => format!("\"{text}\""),
        };
        format!("{}\n at [Source: (String){shown}; line: {line}, column: {column}]", self.reason)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Error {}
