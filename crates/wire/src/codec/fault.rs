use super::Switches;
use model::Protocol;
use std::borrow::Cow;
use std::fmt;

/// A message that cannot be read, as AWS answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// The error code, such as `SerializationException`.
    pub code: Cow<'static, str>,
    /// The HTTP status.
    pub status: u16,
    /// The text.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.code, self.status, self.message)
    }
}

impl std::error::Error for DecodeError {}

/// A value that no request can carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError(pub(super) String);

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EncodeError {}

/// What a reader says of bytes that it cannot read; the protocol gives it its code.
#[derive(Debug)]
pub(super) struct Bad(Cow<'static, str>);

impl Bad {
    pub(super) fn new(text: impl Into<Cow<'static, str>>) -> Bad {
        Bad(text.into())
    }

    pub(super) fn text(self) -> String {
        self.0.into_owned()
    }
}

/// Where in the message the bad bytes stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The body.
    Body,
    /// A header, label or query parameter.
    Binding,
}

/// S3's text for any XML that it cannot use.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>
const MALFORMED_XML: &str = "The XML you provided was not well-formed or did not validate against our published schema";

pub(super) fn of_protocol(protocol: Protocol, switches: &Switches, part: Part, bad: Bad) -> DecodeError {
    let own = match (protocol, part) {
        (Protocol::Query, _) => "MalformedInput",
        // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
        (Protocol::Ec2, _) => "InvalidParameterValue",
        (Protocol::RestXml, Part::Body) => "MalformedXML",
        (Protocol::RestXml, Part::Binding) => "InvalidArgument",
        _ => "SerializationException",
    };
    let code = match (&switches.malformed_body_code, part) {
        (Some(code), Part::Body) => Cow::Owned(code.to_string()),
        _ => Cow::Borrowed(own),
    };
    let message = if code == "MalformedXML" { MALFORMED_XML.to_owned() } else { bad.0.into_owned() };
    DecodeError { code, status: 400, message }
}

pub(super) fn unsupported_media_type() -> DecodeError {
    DecodeError { code: "UnsupportedMediaTypeException".into(), status: 415, message: String::new() }
}

pub(super) fn not_acceptable() -> DecodeError {
    DecodeError { code: "NotAcceptableException".into(), status: 406, message: String::new() }
}
