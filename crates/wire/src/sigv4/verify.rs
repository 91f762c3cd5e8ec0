//! Whether a presented signature is right, current, and made for this service and Region.

use super::canonical::{Covered, canonical_request, string_to_sign};
use super::encoding::{EMPTY_SHA256, Hex, hex_text, sha256_hex};
use super::error::{AuthError, ContentSha256Fault, QueryFault, ScopeFault, SignatureMismatch, Source};
use super::key::same;
use super::{
    AmzDate, ChunkChain, EventChain, Kind, MAX_SKEW_SECONDS, PathStyle, PayloadHash, Presented, RequestView,
    SigningKey, TERMINATOR,
};
use std::sync::Arc;

/// The life of a presigned request that names none, in seconds: that of any other signed request.
const DEFAULT_EXPIRES_SECONDS: u32 = 15 * 60;

/// Where a time stands to the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Good now.
    Current,
    /// Not good yet.
    Early,
    /// Good no more.
    Late,
}

/// The server's view of a client's time. A server whose time is virtual maps the client's time through its history.
pub trait Clock {
    /// The server's time, as links are told it that have ended.
    fn now(&self) -> AmzDate;

    /// The server's time that a request signed at this time is held against: the nearest, where there are several.
    fn nearest(&self, signed: AmzDate) -> AmzDate;

    /// Whether a request signed at this time is within 15 minutes.
    fn skew(&self, signed: AmzDate) -> Standing {
        let now = self.nearest(signed);
        if (now.epoch() - signed.epoch()).abs() <= MAX_SKEW_SECONDS {
            Standing::Current
        } else if signed > now {
            Standing::Early
        } else {
            Standing::Late
        }
    }

    /// Whether a request presigned at this time, to live `expires` seconds, is good now.
    fn presigned(&self, signed: AmzDate, expires: u32) -> Standing;
}

/// Fixed times, any of which a client may go by; the first is the server's own, and the only one for presigned requests.
#[derive(Clone, Copy, Debug)]
pub struct Instants<'a>(pub &'a [AmzDate]);

impl Clock for Instants<'_> {
    fn now(&self) -> AmzDate {
        self.0.first().copied().unwrap_or(AmzDate::from_epoch(0))
    }

    fn nearest(&self, signed: AmzDate) -> AmzDate {
        let nearest = self.0.iter().min_by_key(|now| (now.epoch() - signed.epoch()).abs());
        nearest.copied().unwrap_or_else(|| self.now())
    }

    fn presigned(&self, signed: AmzDate, expires: u32) -> Standing {
        if signed > self.now().plus(MAX_SKEW_SECONDS) {
            Standing::Early
        } else if self.now() > signed.plus(i64::from(expires)) {
            Standing::Late
        } else {
            Standing::Current
        }
    }
}

/// What a service demands of a signature.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// How the service spells paths.
    pub style: PathStyle,
    /// The signing names that are right here, the service's own first; any, when empty.
    pub services: &'a [&'a str],
    /// The Region that is right here; any, when `None`.
    pub region: Option<&'a str>,
    /// Whether the body may be `UNSIGNED-PAYLOAD`: always in S3, elsewhere for operations modelled so.
    pub unsigned_payload: bool,
    /// Whose time counts.
    pub clock: &'a dyn Clock,
}

/// The body, as far as the server has it when it verifies.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// All of it.
    Bytes(&'a [u8]),
    /// Not read yet: the claim about it is taken into the signature, and [`Verified::payload`] says what is left to check.
    Unread,
}

/// A request whose signature, scope and time are right.
#[derive(Clone, Copy, Debug)]
pub struct Verified<'p> {
    presented: &'p Presented<'p>,
}

impl<'p> Verified<'p> {
    /// What was presented, now believed.
    pub const fn presented(&self) -> &'p Presented<'p> {
        self.presented
    }

    /// The claim about the body. For a body that was [`Body::Unread`], a digest is still to be compared.
    pub const fn payload(&self) -> &'p PayloadHash<'p> {
        &self.presented.payload
    }

    /// The chain of chunk signatures, which starts at the request's own.
    pub fn chunk_chain(&self, key: Arc<SigningKey>) -> ChunkChain {
        ChunkChain::new(key, self.presented.timestamp, &self.presented.scope(), self.presented.signature.as_bytes())
    }

    /// The chain of event signatures, which starts at the request's own. Events may be signed on a later day than the
    /// request, so that it needs the secret.
    pub fn event_chain(&self, secret: &str) -> EventChain {
        EventChain::new(secret, &self.presented.region, &self.presented.service, self.presented.signature.as_bytes())
    }
}

/// Checks all but the signature itself: scope, signed headers, time.
///
/// # Errors
/// [`AuthError::Scope`], [`AuthError::HeadersNotSigned`], or one of the four errors of time.
pub fn check(presented: &Presented<'_>, request: &RequestView<'_>, rules: &Rules<'_>) -> Result<(), AuthError> {
    check_scope(presented, rules)?;
    check_signed_headers(presented, request, rules.style)?;
    check_time(presented, rules.style, rules.clock)
}

/// Checks the time alone: that a request was signed lately, or that a presigned one lives still.
///
/// # Errors
/// One of the four errors of time, or [`AuthError::Query`] where a life must be named and is not.
pub fn check_time(presented: &Presented<'_>, style: PathStyle, clock: &dyn Clock) -> Result<(), AuthError> {
    let signed = presented.timestamp;
    match presented.kind {
        Kind::Header => match clock.skew(signed) {
            Standing::Current => Ok(()),
            Standing::Early => Err(AuthError::NotYetCurrent { signed, now: clock.nearest(signed) }),
            Standing::Late => Err(AuthError::Expired { signed, now: clock.nearest(signed) }),
        },
        Kind::Presigned { expires: None } if style == PathStyle::S3 => {
            Err(AuthError::Query(QueryFault::Missing { parameters: vec!["X-Amz-Expires"] }))
        }
        Kind::Presigned { expires } => {
            let expires = expires.unwrap_or(DEFAULT_EXPIRES_SECONDS);
            match clock.presigned(signed, expires) {
                Standing::Current => Ok(()),
                Standing::Early => Err(AuthError::PresignedNotYetValid { signed, expires, now: clock.now() }),
                Standing::Late => Err(AuthError::PresignedExpired { signed, expires, now: clock.now() }),
            }
        }
    }
}

/// Verifies a request in full.
///
/// # Errors
/// Those of [`check`], [`AuthError::SignatureMismatch`], or [`AuthError::ContentSha256`].
pub fn verify<'p>(
    presented: &'p Presented<'p>,
    request: &RequestView<'_>,
    key: &SigningKey,
    body: Body<'_>,
    rules: &Rules<'_>,
) -> Result<Verified<'p>, AuthError> {
    check(presented, request, rules)?;
    let payload = Payload::of(presented, body, rules)?;
    let mut without: &[&str] = match presented.kind {
        Kind::Header => &[],
        Kind::Presigned { .. } => &["X-Amz-Signature"],
    };
    let signed = |without| {
        let covered =
            Covered { signed_headers: &presented.signed_headers, without, payload: payload.line(), style: rules.style };
        let canonical = canonical_request(request, &covered);
        let to_sign = string_to_sign(presented.timestamp, &presented.scope(), &canonical);
        (same(&key.sign(&to_sign), presented.signature.as_bytes()), canonical, to_sign)
    };
    let (mut right, mut canonical, mut to_sign) = signed(without);
    // Some services have the token added after signing:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    if !right && !without.is_empty() && presented.session_token.is_some() && rules.style == PathStyle::Other {
        without = &["X-Amz-Signature", "X-Amz-Security-Token"];
        let again = signed(without);
        if again.0 {
            (right, canonical, to_sign) = again;
        }
    }
    if !right {
        return Err(AuthError::SignatureMismatch(Box::new(SignatureMismatch {
            access_key: presented.access_key.to_string(),
            signature_provided: presented.signature.to_string(),
            string_to_sign: String::from_utf8_lossy(&to_sign).into_owned(),
            canonical_request: String::from_utf8_lossy(&canonical).into_owned(),
        })));
    }
    payload.check_claim(presented, body)?;
    Ok(Verified { presented })
}

/// The last line of the canonical request.
enum Payload<'a> {
    Claimed(&'a str),
    Computed(Hex),
}

impl<'a> Payload<'a> {
    fn of(presented: &'a Presented<'_>, body: Body<'_>, rules: &Rules<'_>) -> Result<Self, AuthError> {
        let claim = &presented.payload;
        let header = presented.kind == Kind::Header;
        match (rules.style, claim, body) {
            (PathStyle::S3, PayloadHash::Absent, _) if header => {
                Err(AuthError::ContentSha256(ContentSha256Fault::Missing))
            }
            // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
            (PathStyle::S3, PayloadHash::Absent, _) => Ok(Self::Claimed("UNSIGNED-PAYLOAD")),
            (PathStyle::S3, PayloadHash::Other(value), _) => {
                Err(AuthError::ContentSha256(ContentSha256Fault::Invalid { value: value.to_string() }))
            }
            (PathStyle::S3, claim, _) => Ok(Self::Claimed(claim.as_str())),
            (_, PayloadHash::Unsigned, _) if rules.unsigned_payload => Ok(Self::Claimed(claim.as_str())),
            (_, claim, _) if claim.is_streaming() => Ok(Self::Claimed(claim.as_str())),
            (_, _, Body::Bytes([])) => Ok(Self::Claimed(EMPTY_SHA256)),
            (_, _, Body::Bytes(bytes)) => Ok(Self::Computed(sha256_hex(bytes))),
            (_, PayloadHash::Sha256(digest), Body::Unread) => Ok(Self::Claimed(digest)),
            (_, _, Body::Unread) => Err(AuthError::ContentSha256(ContentSha256Fault::Missing)),
        }
    }

    fn line(&self) -> &[u8] {
        match self {
            Self::Claimed(text) => text.as_bytes(),
            Self::Computed(digest) => digest,
        }
    }

    /// Compares a claimed digest with a body that is there.
    fn check_claim(&self, presented: &Presented<'_>, body: Body<'_>) -> Result<(), AuthError> {
        let (Self::Claimed(_), PayloadHash::Sha256(claimed), Body::Bytes(bytes)) = (self, &presented.payload, body)
        else {
            return Ok(());
        };
        let computed = sha256_hex(bytes);
        if claimed.as_bytes().eq_ignore_ascii_case(&computed) {
            return Ok(());
        }
        let (client, computed) = (claimed.to_string(), hex_text(&computed));
        Err(AuthError::ContentSha256(ContentSha256Fault::Mismatch { client, computed }))
    }
}

fn check_scope(presented: &Presented<'_>, rules: &Rules<'_>) -> Result<(), AuthError> {
    let wrong_region = rules.region.filter(|right| **right != *presented.region);
    let wrong_service = !rules.services.is_empty() && !rules.services.contains(&presented.service.as_ref());
    let date = presented.timestamp.basic();
    let wrong_day = date.get(..8).is_none_or(|day| day != presented.day.as_bytes());
    if wrong_region.is_none() && !wrong_service && !wrong_day && presented.terminator == TERMINATOR {
        return Ok(());
    }
    let right_service = rules.services.first().map(|s| (presented.service.to_string(), (*s).to_owned()));
    Err(AuthError::Scope(Box::new(ScopeFault {
        source: if presented.kind == Kind::Header { Source::Header } else { Source::Query },
        region: wrong_region.map(|right| (presented.region.to_string(), right.to_owned())),
        service: right_service.filter(|_| wrong_service),
        terminator: (presented.terminator != TERMINATOR).then(|| presented.terminator.to_string()),
        day: wrong_day.then(|| presented.day.to_string()),
        timestamp: presented.timestamp,
    })))
}

/// Demands that the host and every `x-amz-*` header be signed.
///
/// Two may go unsigned: `x-amz-content-sha256`, since its value is signed as the last line of the canonical request, and,
/// outside S3, the session token, which some clients add after signing.
fn check_signed_headers(
    presented: &Presented<'_>,
    request: &RequestView<'_>,
    style: PathStyle,
) -> Result<(), AuthError> {
    let mut names = Vec::new();
    if !presented.signs("host") && !presented.signs(":authority") {
        names.push("host".to_owned());
    }
    for name in request.headers.keys().map(|name| name.as_str()).filter(|name| name.starts_with("x-amz-")) {
        let excused = match name {
            "x-amz-content-sha256" => presented.kind == Kind::Header,
            "x-amz-security-token" => style == PathStyle::Other,
            _ => false,
        };
        if !excused && !presented.signs(name) {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() { Ok(()) } else { Err(AuthError::HeadersNotSigned { names }) }
}
