use shape::Value;
use std::borrow::Cow;
use std::fmt;

const BUSY: &str = "no place is free in a lane that the work needs";
const LATE: &str = "a peer did not answer in the time that there was";
const STALE: &str = "a body that the snapshot names has gone";

/// What a handler answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error as AWS names it: the code of the model's error shape (or of AWS's common errors), a message and, where the
/// shape has them, further members.
///
/// The status and the code on the wire come from the model; [`Error::status`] is for codes that no model lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Content>);

#[derive(Debug, Clone, PartialEq)]
struct Content {
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    status: Option<u16>,
    receiver: bool,
    members: Option<Value>,
    keeps: bool,
    cause: Option<String>,
}

impl Error {
    /// An error with a code that the service's model or AWS's list of common errors has.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Error {
        Error(Box::new(Content {
            code: code.into(),
            message: message.into(),
            status: None,
            receiver: false,
            members: None,
            keeps: false,
            cause: None,
        }))
    }

    /// A fault of ours, which names its cause in the log and not to the client.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
    pub fn internal(cause: impl fmt::Display) -> Error {
        let mut error = Error::new("InternalFailure", "The request processing has failed because of an unknown error.");
        error.0.status = Some(500);
        error.0.receiver = true;
        error.0.cause = Some(cause.to_string());
        error
    }

    /// A reader's snapshot names a body that has gone since: the door reads again, on the present state.
    pub fn stale() -> Error {
        Error::internal(STALE)
    }

    /// Whether a reader should look at the present state again.
    pub fn is_stale(&self) -> bool {
        self.cause() == Some(STALE)
    }

    /// An engine's work finds no place where only so much may go on at once.
    pub fn busy() -> Error {
        let mut error = Error::internal(BUSY);
        error.0.status = Some(503);
        error
    }

    /// Whether it is [`Error::busy`].
    pub fn is_busy(&self) -> bool {
        self.cause() == Some(BUSY)
    }

    /// A peer did not answer as soon as it had to.
    pub fn timed_out() -> Error {
        let mut error = Error::internal(LATE);
        error.0.status = Some(504);
        error
    }

    /// Whether it is [`Error::timed_out`].
    pub fn is_timed_out(&self) -> bool {
        self.cause() == Some(LATE)
    }

    /// Sets the status, for a code that the model does not list.
    pub fn status(mut self, status: u16) -> Error {
        self.0.status = Some(status);
        self.0.receiver = status >= 500;
        self
    }

    /// What the handler wrote stays, although it fails: a wrong password that counts. Of a peer's call nothing stays.
    pub fn keeping(mut self) -> Error {
        self.0.keeps = true;
        self
    }

    /// Whether what the handler wrote stays.
    pub fn keeps(&self) -> bool {
        self.0.keeps
    }

    /// Sets a further member of the error's shape.
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Error {
        let members = self.0.members.get_or_insert_with(|| Value::Map(Default::default()));
        if let Value::Map(map) = members {
            map.insert(member.to_owned(), value.into());
        }
        self
    }

    /// The code: a shape's name or a common error.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The text for the client.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The status that was set; the model's counts otherwise.
    pub fn own_status(&self) -> Option<u16> {
        self.0.status
    }

    /// Whether the fault is the service's.
    pub fn is_receiver_fault(&self) -> bool {
        self.0.receiver
    }

    /// Further members of the error's shape.
    pub fn members(&self) -> Option<&Value> {
        self.0.members.as_ref()
    }

    /// Why a fault of ours happened, for the log.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.message)
    }
}

impl std::error::Error for Error {}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        Error::internal(error)
    }
}

impl From<shape::PackError> for Error {
    fn from(error: shape::PackError) -> Error {
        Error::internal(error)
    }
}
