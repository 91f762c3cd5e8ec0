//! How Amazon S3 words an authentication error.
//!
//! Codes and statuses: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>. Texts as S3 answers them,
//! quoted in the issues linked below.

use super::error::{
    AuthError, AuthorizationFault, ChunkError, ContentSha256Fault, Mechanism, QueryFault, ScopeFault,
    SignatureMismatch, Source,
};
use super::{MAX_SKEW_SECONDS, TERMINATOR};

/// An error as S3's XML envelope takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Reply {
    /// The HTTP status.
    pub status: u16,
    /// The error code.
    pub code: &'static str,
    /// The message.
    pub message: String,
    /// Elements beside `Code` and `Message`, in order.
    pub fields: Vec<(&'static str, String)>,
}

impl S3Reply {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.fields.push((name, value.to_string()));
        self
    }
}

pub(super) const SEVERAL_MECHANISMS: &str = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the \
     Authorization header should be specified";
pub(super) const CONTENT_MISMATCH: &str =
    "The provided 'x-amz-content-sha256' header does not match what was computed.";
pub(super) const INCOMPLETE_BODY: &str = "The request body terminated unexpectedly";
pub(super) const EXPIRES_NOT_A_NUMBER: &str = "X-Amz-Expires should be a number";
pub(super) const EXPIRES_NOT_POSITIVE: &str = "X-Amz-Expires must be non-negative";
pub(super) const EXPIRES_TOO_LONG: &str = "X-Amz-Expires must be less than a week (in seconds); that is, the given \
                                           X-Amz-Expires must be less than 604800 seconds";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key \
                        and signing method.";

impl AuthError {
    /// For Amazon S3.
    pub fn for_s3(&self) -> S3Reply {
        match self {
            Self::MissingAuthenticationToken => S3Reply::new(403, "AccessDenied", "Access Denied"),
            Self::Authorization(fault) => authorization(fault),
            Self::Query(fault) => malformed(Source::Query, query(fault)),
            Self::Credential { source, .. } => malformed(
                *source,
                "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
            ),
            Self::Date { source: Source::Header, .. } => {
                S3Reply::new(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
            }
            Self::Date { source: Source::Query, .. } => S3Reply::new(
                400,
                "AuthorizationQueryParametersError",
                "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
            ),
            Self::Unsupported { mechanism, .. } => unsupported(*mechanism),
            Self::SeveralMechanisms { authorization } => S3Reply::new(400, "InvalidArgument", SEVERAL_MECHANISMS)
                .with("ArgumentName", "Authorization")
                .with("ArgumentValue", authorization),
            Self::Scope(fault) => scope(fault),
            Self::HeadersNotSigned { names } => {
                // https://github.com/soto-project/soto/issues/374
                S3Reply::new(403, "AccessDenied", "There were headers present in the request which were not signed")
                    .with("HeadersNotSigned", names.join(", "))
            }
            Self::NotYetCurrent { signed, now } | Self::Expired { signed, now } => {
                // https://github.com/versity/versitygw/issues/1514
                let message = "The difference between the request time and the current time is too large.";
                S3Reply::new(403, "RequestTimeTooSkewed", message)
                    .with("RequestTime", signed)
                    .with("ServerTime", now.extended())
                    .with("MaxAllowedSkewMilliseconds", MAX_SKEW_SECONDS * 1000)
            }
            Self::PresignedNotYetValid { signed, expires, now } => {
                S3Reply::new(403, "AccessDenied", "Request is not valid yet")
                    .with("X-Amz-Date", signed)
                    .with("Expires", signed.plus(i64::from(*expires)).extended())
                    .with("ServerTime", now.extended())
            }
            Self::PresignedExpired { signed, expires, now } => S3Reply::new(403, "AccessDenied", "Request has expired")
                .with("X-Amz-Expires", expires)
                .with("Expires", signed.plus(i64::from(*expires)).extended())
                .with("ServerTime", now.extended()),
            Self::UnknownAccessKey { access_key } => S3Reply::new(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
            .with("AWSAccessKeyId", access_key),
            Self::InvalidToken { token } => {
                S3Reply::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
                    .with("Token-0", token)
            }
            Self::ExpiredToken { token } => {
                S3Reply::new(400, "ExpiredToken", "The provided token has expired.").with("Token-0", token)
            }
            Self::SignatureMismatch(fault) => mismatch(fault),
            Self::ContentSha256(fault) => content_sha256(fault),
            Self::Chunk(fault) => chunk(fault),
        }
    }
}

/// The text that introduces a fault differs by where it was found; so does the code.
fn malformed(source: Source, text: impl std::fmt::Display) -> S3Reply {
    match source {
        Source::Header => {
            S3Reply::new(400, "AuthorizationHeaderMalformed", format!("The authorization header is malformed; {text}"))
        }
        Source::Query => S3Reply::new(400, "AuthorizationQueryParametersError", text.to_string()),
    }
}

fn authorization(fault: &AuthorizationFault) -> S3Reply {
    let unknown = |scheme: &str| {
        S3Reply::new(400, "InvalidArgument", "Unsupported Authorization Type")
            .with("ArgumentName", "Authorization")
            .with("ArgumentValue", scheme)
    };
    match fault {
        AuthorizationFault::Algorithm { algorithm } => unknown(algorithm),
        AuthorizationFault::Missing { scheme, .. } | AuthorizationFault::NotKeyValue { scheme, .. }
            if scheme != super::ALGORITHM =>
        {
            unknown(scheme)
        }
        AuthorizationFault::Missing { parameters, date: true, .. } if parameters.is_empty() => {
            S3Reply::new(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
        }
        // https://github.com/robmcvey/cakephp-amazon-s3/issues/15
        AuthorizationFault::Missing { .. } | AuthorizationFault::NotKeyValue { .. } => malformed(
            Source::Header,
            "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
        ),
    }
}

/// <https://github.com/kaliber-scala/play-s3/issues/73>
fn query(fault: &QueryFault) -> &'static str {
    match fault {
        QueryFault::Missing { .. } => {
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
             X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        }
        QueryFault::Algorithm { .. } => "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"",
        QueryFault::ExpiresNotANumber => EXPIRES_NOT_A_NUMBER,
        QueryFault::ExpiresNotPositive => EXPIRES_NOT_POSITIVE,
        QueryFault::ExpiresTooLong => EXPIRES_TOO_LONG,
    }
}

/// Regions launched since 2014 answer Signature Version 2 so:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>.
fn unsupported(mechanism: Mechanism) -> S3Reply {
    let message = match mechanism {
        Mechanism::SigV2 => {
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
        }
        Mechanism::SigV4a => {
            "The authorization mechanism AWS4-ECDSA-P256-SHA256 is not supported here. Please use AWS4-HMAC-SHA256."
        }
        Mechanism::PostPolicy => "POST policies are not supported here. Please use AWS4-HMAC-SHA256.",
    };
    S3Reply::new(400, "InvalidRequest", message)
}

/// <https://github.com/bigassforce/aws-sdk/issues/5> (query), <https://github.com/aws/aws-cli/issues/2954> (header).
fn scope(fault: &ScopeFault) -> S3Reply {
    let in_source = |text: String| match fault.source {
        Source::Header => malformed(Source::Header, text),
        Source::Query => malformed(Source::Query, format!("Error parsing the X-Amz-Credential parameter; {text}")),
    };
    if let Some(day) = &fault.day {
        if day.len() != 8 || !day.bytes().all(|b| b.is_ascii_digit()) {
            return in_source(format!(
                "incorrect date format \"{day}\". This date in the credential must be in the format \"yyyyMMdd\"."
            ));
        }
        let right = fault.timestamp.day();
        return in_source(format!(
            "Invalid credential date \"{day}\". This date is not the same as X-Amz-Date: \"{right}\"."
        ));
    }
    if let Some((given, expected)) = &fault.region {
        return in_source(format!("the region '{given}' is wrong; expecting '{expected}'")).with("Region", expected);
    }
    if let Some((given, expected)) = &fault.service {
        return in_source(format!("incorrect service \"{given}\". This endpoint belongs to \"{expected}\"."));
    }
    let terminator = fault.terminator.as_deref().unwrap_or_default();
    in_source(format!("incorrect terminal \"{terminator}\". This endpoint uses \"{TERMINATOR}\"."))
}

fn mismatch(fault: &SignatureMismatch) -> S3Reply {
    let reply = S3Reply::new(403, "SignatureDoesNotMatch", MISMATCH)
        .with("AWSAccessKeyId", &fault.access_key)
        .with("StringToSign", &fault.string_to_sign)
        .with("SignatureProvided", &fault.signature_provided)
        .with("StringToSignBytes", spaced_hex(&fault.string_to_sign));
    if fault.canonical_request.is_empty() {
        return reply;
    }
    reply
        .with("CanonicalRequest", &fault.canonical_request)
        .with("CanonicalRequestBytes", spaced_hex(&fault.canonical_request))
}

/// `47 45 54`: the octets of a text, as S3 lists them.
fn spaced_hex(text: &str) -> String {
    let octets: Vec<_> = text.bytes().map(|b| format!("{b:02x}")).collect();
    octets.join(" ")
}

fn content_sha256(fault: &ContentSha256Fault) -> S3Reply {
    match fault {
        ContentSha256Fault::Missing => {
            S3Reply::new(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
        }
        ContentSha256Fault::Invalid { value } => S3Reply::new(
            400,
            "InvalidArgument",
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
             STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
             STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid \
             sha256 value.",
        )
        .with("ArgumentName", "x-amz-content-sha256")
        .with("ArgumentValue", value),
        ContentSha256Fault::Mismatch { client, computed } => {
            S3Reply::new(400, "XAmzContentSHA256Mismatch", CONTENT_MISMATCH)
                .with("ClientComputedContentSHA256", client)
                .with("S3ComputedContentSHA256", computed)
        }
    }
}

fn chunk(fault: &ChunkError) -> S3Reply {
    match fault {
        ChunkError::IncompleteBody => S3Reply::new(400, "IncompleteBody", INCOMPLETE_BODY),
        // https://github.com/versity/versitygw/issues/1683
        ChunkError::InvalidChunkSize { chunk, size } => S3Reply::new(
            403,
            "InvalidChunkSizeError",
            "Only the last chunk is allowed to have a size less than 8192 bytes",
        )
        .with("Chunk", chunk)
        .with("BadChunkSize", size),
        ChunkError::MalformedTrailer => S3Reply::new(
            400,
            "MalformedTrailerError",
            "The request contained trailing data that was not well-formed or did not conform to our published schema.",
        ),
        ChunkError::Signature(fault) => mismatch(fault),
    }
}
