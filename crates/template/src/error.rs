use std::fmt;

/// What is wrong with a template, in AWS's words: the message of a `ValidationError`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

/// What this crate answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with this text.
    pub fn new(text: impl Into<String>) -> Error {
        Error(text.into())
    }

    /// A template whose form is wrong.
    pub(crate) fn format(text: impl fmt::Display) -> Error {
        Error(format!("Template format error: {text}"))
    }

    /// A template whose functions are wrong.
    pub(crate) fn template(text: impl fmt::Display) -> Error {
        Error(format!("Template error: {text}"))
    }

    /// The text.
    pub fn message(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
