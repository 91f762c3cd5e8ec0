//! What a request presents as its credentials, as parsed and not yet believed.

use super::{AmzDate, Scope};
use std::borrow::Cow;

/// The outcome of parsing a request's authentication.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it lives on the stack for one request; a box would cost an allocation each"
)]
pub enum Credentials<'a> {
    /// The request bears no signature at all.
    Anonymous,
    /// The request bears a signature, which has not been verified.
    Presented(Presented<'a>),
}

/// Where a request carries its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In the `Authorization` header.
    Header,
    /// In the query string.
    Presigned {
        /// `X-Amz-Expires`: seconds from the request's date until it is void, 1 to 604,800. S3 demands it.
        expires: Option<u32>,
    },
}

/// The claim about the body: the value of `x-amz-content-sha256`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadHash<'a> {
    /// No claim.
    Absent,
    /// `UNSIGNED-PAYLOAD`.
    Unsigned,
    /// The SHA-256 of the body, 64 hexadecimal digits.
    Sha256(Cow<'a, str>),
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`: each chunk is signed.
    StreamingSigned,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`: each chunk and the trailer are signed.
    StreamingSignedTrailer,
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: chunks without signatures, then trailers.
    StreamingUnsignedTrailer,
    /// `STREAMING-AWS4-HMAC-SHA256-EVENTS`: each event of an event stream is signed.
    StreamingEvents,
    /// Anything else.
    Other(Cow<'a, str>),
}

impl<'a> PayloadHash<'a> {
    /// The same, without the request that it was read from.
    pub fn into_owned(self) -> PayloadHash<'static> {
        match self {
            Self::Absent => PayloadHash::Absent,
            Self::Unsigned => PayloadHash::Unsigned,
            Self::Sha256(value) => PayloadHash::Sha256(Cow::Owned(value.into_owned())),
            Self::StreamingSigned => PayloadHash::StreamingSigned,
            Self::StreamingSignedTrailer => PayloadHash::StreamingSignedTrailer,
            Self::StreamingUnsignedTrailer => PayloadHash::StreamingUnsignedTrailer,
            Self::StreamingEvents => PayloadHash::StreamingEvents,
            Self::Other(value) => PayloadHash::Other(Cow::Owned(value.into_owned())),
        }
    }

    /// Reads the value of `x-amz-content-sha256`.
    pub fn parse(value: Cow<'a, str>) -> Self {
        match value.as_ref() {
            "UNSIGNED-PAYLOAD" => Self::Unsigned,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Self::StreamingSigned,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Self::StreamingSignedTrailer,
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Self::StreamingUnsignedTrailer,
            "STREAMING-AWS4-HMAC-SHA256-EVENTS" => Self::StreamingEvents,
            hex if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => Self::Sha256(value),
            _ => Self::Other(value),
        }
    }

    /// The value as it stands in the request; empty when absent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Absent => "",
            Self::Unsigned => "UNSIGNED-PAYLOAD",
            Self::StreamingSigned => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            Self::StreamingSignedTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            Self::StreamingUnsignedTrailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            Self::StreamingEvents => "STREAMING-AWS4-HMAC-SHA256-EVENTS",
            Self::Sha256(value) | Self::Other(value) => value,
        }
    }

    /// Whether the body is `aws-chunked` or an event stream.
    pub const fn is_streaming(&self) -> bool {
        matches!(
            self,
            Self::StreamingSigned
                | Self::StreamingSignedTrailer
                | Self::StreamingUnsignedTrailer
                | Self::StreamingEvents
        )
    }
}

/// A signature and the claims that come with it.
#[derive(Clone, Debug)]
pub struct Presented<'a> {
    /// The access key ID.
    pub access_key: Cow<'a, str>,
    /// The scope's date, meant to be `YYYYMMDD`.
    pub day: Cow<'a, str>,
    /// The scope's Region.
    pub region: Cow<'a, str>,
    /// The scope's service: its signing name.
    pub service: Cow<'a, str>,
    /// The scope's last element, meant to be `aws4_request`.
    pub terminator: Cow<'a, str>,
    /// The names of the signed headers in lower case, separated by `;`.
    pub signed_headers: Cow<'a, str>,
    /// The signature as sent, meant to be 64 lower-case hexadecimal digits.
    pub signature: Cow<'a, str>,
    /// The request's time: `X-Amz-Date`, else `Date`.
    pub timestamp: AmzDate,
    /// `X-Amz-Security-Token`, as temporary credentials carry it.
    pub session_token: Option<Cow<'a, str>>,
    /// Header or presigned.
    pub kind: Kind,
    /// The claim about the body.
    pub payload: PayloadHash<'a>,
}

impl Presented<'_> {
    /// The same, without the request that it was read from.
    pub fn into_owned(self) -> Presented<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Presented {
            access_key: own(self.access_key),
            day: own(self.day),
            region: own(self.region),
            service: own(self.service),
            terminator: own(self.terminator),
            signed_headers: own(self.signed_headers),
            signature: own(self.signature),
            timestamp: self.timestamp,
            session_token: self.session_token.map(own),
            kind: self.kind,
            payload: self.payload.into_owned(),
        }
    }

    /// The scope that the signing key is derived for.
    pub fn scope(&self) -> Scope<'_> {
        Scope { day: &self.day, region: &self.region, service: &self.service }
    }

    /// Whether a header, named in lower case, is among the signed.
    pub fn signs(&self, name: &str) -> bool {
        self.signed_headers.as_bytes().split(|b| *b == b';').any(|n| n == name.as_bytes())
    }
}
