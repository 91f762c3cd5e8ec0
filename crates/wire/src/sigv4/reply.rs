//! How each protocol but S3's words an authentication error.
//!
//! Codes and statuses: <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html> (query),
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html> (JSON),
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html> (EC2).
//! Texts: <https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html> and AWS's answers as quoted
//! in the issues linked below.

use super::error::{
    AuthError, AuthorizationFault, ChunkError, ContentSha256Fault, Mechanism, QueryFault, ScopeFault, SignatureMismatch,
};
use super::{AmzDate, MAX_SKEW_SECONDS, TERMINATOR};

/// An error as a protocol's envelope takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The error code.
    pub code: &'static str,
    /// The message.
    pub message: String,
}

/// The families of errors that the protocols name differently.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Missing,
    Incomplete,
    UnknownKey,
    ExpiredToken,
    Mismatch,
}

impl AuthError {
    /// For the query protocol: IAM, STS, SNS, and SQS with its compatible error code.
    pub fn for_query(&self) -> Reply {
        let (status, code) = match self.family() {
            Family::Missing => (403, "MissingAuthenticationToken"),
            Family::Incomplete => (400, "IncompleteSignature"),
            Family::UnknownKey => (403, "InvalidClientTokenId"),
            Family::ExpiredToken => (403, "ExpiredToken"),
            Family::Mismatch => (403, "SignatureDoesNotMatch"),
        };
        let message = match self {
            Self::SignatureMismatch(mismatch) => explained(mismatch),
            Self::MissingAuthenticationToken => "Request is missing Authentication Token".to_owned(),
            other => other.message(),
        };
        Reply { status, code, message }
    }

    /// For AWS JSON 1.0 and 1.1, and CBOR: every client error is a 400.
    pub fn for_json(&self) -> Reply {
        Reply { status: 400, code: self.exception(), message: self.message() }
    }

    /// For REST with JSON: the codes of JSON with the status 403.
    pub fn for_rest_json(&self) -> Reply {
        Reply { status: 403, code: self.exception(), message: self.message() }
    }

    /// For EC2's protocol, which tells little.
    pub fn for_ec2(&self) -> Reply {
        let (status, code, message) = match self {
            Self::MissingAuthenticationToken => {
                (400, "MissingParameter", "The request must contain the parameter AWSAccessKeyId")
            }
            Self::Expired { .. } | Self::PresignedExpired { .. } | Self::ExpiredToken { .. } => {
                (400, "RequestExpired", "Request has expired.")
            }
            _ => (401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
        };
        Reply { status, code, message: message.to_owned() }
    }

    fn exception(&self) -> &'static str {
        match self.family() {
            Family::Missing => "MissingAuthenticationTokenException",
            Family::Incomplete => "IncompleteSignatureException",
            Family::UnknownKey => "UnrecognizedClientException",
            Family::ExpiredToken => "ExpiredTokenException",
            Family::Mismatch => "InvalidSignatureException",
        }
    }

    fn family(&self) -> Family {
        match self {
            Self::MissingAuthenticationToken => Family::Missing,
            Self::Authorization(_)
            | Self::Query(_)
            | Self::Credential { .. }
            | Self::Date { .. }
            | Self::Unsupported { .. }
            | Self::SeveralMechanisms { .. } => Family::Incomplete,
            Self::UnknownAccessKey { .. } | Self::InvalidToken { .. } => Family::UnknownKey,
            Self::ExpiredToken { .. } => Family::ExpiredToken,
            Self::Scope(_)
            | Self::HeadersNotSigned { .. }
            | Self::NotYetCurrent { .. }
            | Self::Expired { .. }
            | Self::PresignedNotYetValid { .. }
            | Self::PresignedExpired { .. }
            | Self::SignatureMismatch(_)
            | Self::ContentSha256(_)
            | Self::Chunk(_) => Family::Mismatch,
        }
    }

    /// The message that the protocols have in common.
    fn message(&self) -> String {
        match self {
            Self::MissingAuthenticationToken => "Missing Authentication Token".to_owned(),
            Self::Authorization(fault) => authorization(fault),
            Self::Query(fault) => query(fault),
            Self::Credential { credential, .. } => format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
                 '{credential}'"
            ),
            Self::Date { value, .. } => format!(
                "Date must be in ISO-8601 'basic format'. Got '{value}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ),
            Self::Unsupported { mechanism, authorization } => unsupported(*mechanism, authorization.as_deref()),
            Self::SeveralMechanisms { .. } => super::reply_s3::SEVERAL_MECHANISMS.to_owned(),
            Self::Scope(fault) => scope(fault),
            Self::HeadersNotSigned { names } => not_signed(names),
            Self::NotYetCurrent { signed, now } => too_early(*signed, *now),
            Self::Expired { signed, now } => too_late(*signed, *now),
            Self::PresignedNotYetValid { signed, now, .. } => {
                format!("Signature not yet current: {signed} is still later than {now}")
            }
            Self::PresignedExpired { signed, expires, now } => {
                format!("Signature expired: {} is now earlier than {now}", signed.plus(i64::from(*expires)))
            }
            Self::UnknownAccessKey { .. } | Self::InvalidToken { .. } => {
                "The security token included in the request is invalid.".to_owned()
            }
            Self::ExpiredToken { .. } => "The security token included in the request is expired".to_owned(),
            Self::SignatureMismatch(_)
            | Self::ContentSha256(ContentSha256Fault::Missing | ContentSha256Fault::Invalid { .. })
            | Self::Chunk(ChunkError::Signature(_)) => MISMATCH.to_owned(),
            Self::ContentSha256(ContentSha256Fault::Mismatch { .. }) => super::reply_s3::CONTENT_MISMATCH.to_owned(),
            Self::Chunk(_) => super::reply_s3::INCOMPLETE_BODY.to_owned(),
        }
    }
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";

/// The message with what the server computed, as SQS answers: <https://github.com/aws/aws-cli/issues/5341>.
fn explained(mismatch: &SignatureMismatch) -> String {
    let SignatureMismatch { canonical_request, string_to_sign, .. } = mismatch;
    if canonical_request.is_empty() {
        return MISMATCH.to_owned();
    }
    format!(
        "{MISMATCH}\n\nThe Canonical String for this request should have been\n'{canonical_request}'\n\nThe \
         String-to-Sign should have been\n'{string_to_sign}'\n"
    )
}

/// AWS no longer echoes the header, which may hold a secret, but its hash: <https://github.com/aws/chalice/issues/828> has
/// the older form, <https://github.com/awslabs/time-addressable-media-store/issues/8> the newer.
fn authorization(fault: &AuthorizationFault) -> String {
    match fault {
        AuthorizationFault::Missing { parameters, date, hashed, .. } => {
            let mut text = String::new();
            for name in parameters {
                text.push_str(&format!("Authorization header requires '{name}' parameter. "));
            }
            if *date {
                text.push_str("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
            }
            format!("{text}(Hashed with SHA-256 and encoded with Base64) Authorization={hashed}")
        }
        AuthorizationFault::NotKeyValue { hashed, .. } => format!(
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with \
             Base64): '{hashed}'."
        ),
        AuthorizationFault::Algorithm { algorithm } => format!("Unsupported AWS 'algorithm': '{algorithm}'."),
    }
}

fn query(fault: &QueryFault) -> String {
    match fault {
        QueryFault::Missing { parameters } => {
            let mut text = String::new();
            for name in parameters {
                text.push_str(&format!("AWS query-string parameters must include '{name}'. "));
            }
            text.push_str("Re-examine the query-string parameters.");
            text
        }
        QueryFault::Algorithm { algorithm } => format!("Unsupported AWS 'algorithm': '{algorithm}'."),
        QueryFault::ExpiresNotANumber => super::reply_s3::EXPIRES_NOT_A_NUMBER.to_owned(),
        QueryFault::ExpiresNotPositive => super::reply_s3::EXPIRES_NOT_POSITIVE.to_owned(),
        QueryFault::ExpiresTooLong => super::reply_s3::EXPIRES_TOO_LONG.to_owned(),
    }
}

/// A Signature Version 2 header is, to these services, a header without the three parameters:
/// <https://github.com/aws/aws-sdk-js/issues/4285>.
fn unsupported(mechanism: Mechanism, hashed: Option<&str>) -> String {
    match (mechanism, hashed) {
        (Mechanism::SigV2, Some(hashed)) => authorization(&AuthorizationFault::Missing {
            scheme: String::new(),
            parameters: vec!["Credential", "Signature", "SignedHeaders"],
            date: false,
            hashed: hashed.to_owned(),
        }),
        (Mechanism::SigV2, None) => "Signature Version 2 is not supported. Please use AWS4-HMAC-SHA256.".to_owned(),
        (Mechanism::SigV4a, _) => "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.".to_owned(),
        (Mechanism::PostPolicy, _) => "POST policies are not supported. Please use AWS4-HMAC-SHA256.".to_owned(),
    }
}

/// Each fault ends in a full stop and a space, the last too: <https://github.com/cllunsford/aws-signing-proxy/issues/25>.
fn scope(fault: &ScopeFault) -> String {
    let mut text = String::new();
    if fault.region.is_some() {
        text.push_str("Credential should be scoped to a valid region. ");
    }
    if let Some((_, expected)) = &fault.service {
        text.push_str(&format!("Credential should be scoped to correct service: '{expected}'. "));
    }
    if let Some(terminator) = &fault.terminator {
        text.push_str(&format!(
            "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'. "
        ));
    }
    if let Some(day) = &fault.day {
        text.push_str(&format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{day}' != \
             '{}', from '{}'. ",
            fault.timestamp.day(),
            fault.timestamp
        ));
    }
    text
}

/// <https://github.com/aws/aws-sdk-php/issues/2469>
fn not_signed(names: &[String]) -> String {
    let quoted = |name: &String| {
        if name == "host" { "'Host' or ':authority'".to_owned() } else { format!("'{name}'") }
    };
    let texts: Vec<_> = names
        .iter()
        .map(|name| format!("{} must be a 'SignedHeader' in the AWS Authorization.", quoted(name)))
        .collect();
    texts.join(" ")
}

fn too_early(signed: AmzDate, now: AmzDate) -> String {
    let limit = now.plus(MAX_SKEW_SECONDS);
    format!("Signature not yet current: {signed} is still later than {limit} ({now} + {} min.)", MAX_SKEW_SECONDS / 60)
}

fn too_late(signed: AmzDate, now: AmzDate) -> String {
    let limit = now.plus(-MAX_SKEW_SECONDS);
    format!("Signature expired: {signed} is now earlier than {limit} ({now} - {} min.)", MAX_SKEW_SECONDS / 60)
}
