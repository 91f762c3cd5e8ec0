//! From a request to the credentials that it presents.

use super::encoding::{query_decoded, sha256_base64};
use super::error::{AuthError, AuthorizationFault, ContentSha256Fault, Mechanism, QueryFault, Source};
use super::presented::{Credentials, Kind, PayloadHash, Presented};
use super::{ALGORITHM, AmzDate, MAX_EXPIRES_SECONDS, RequestView};
use http::header::DATE;
use http::{HeaderMap, HeaderName};
use std::borrow::Cow;

const SIGV4A: &str = "AWS4-ECDSA-P256-SHA256";

// As names and not as texts, which would be read anew for each request.
/// The header that tells the hash of the body, or why there is none.
pub static X_AMZ_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
pub(super) static X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
pub(super) static X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Reads the credentials of a request, from its `Authorization` header or its query string.
///
/// # Errors
/// A malformed or incomplete signature, two of them, or a mechanism that is refused by name.
pub fn parse<'a>(request: &RequestView<'a>) -> Result<Credentials<'a>, AuthError> {
    let query = QueryAuth::read(request.query);
    let authorization = match request.headers.get(http::header::AUTHORIZATION) {
        Some(value) => value.to_str().map_err(|_| opaque(value.as_bytes()))?,
        None if query.is_sigv4() => return presigned(request, query).map(Credentials::Presented),
        None if query.sigv2 => return Err(AuthError::Unsupported { mechanism: Mechanism::SigV2, authorization: None }),
        None => return Ok(Credentials::Anonymous),
    };
    if query.is_sigv4() || query.sigv2 {
        return Err(AuthError::SeveralMechanisms { authorization: authorization.to_owned() });
    }
    signed_by_header(request.headers, authorization).map(Credentials::Presented)
}

/// Whether a request that [`parse`]s as anonymous may be a browser's upload form, which carries its signature
/// in the form (S3's POST policy). Such a request is to be refused as [`Mechanism::PostPolicy`].
pub fn is_post_policy_form(request: &RequestView<'_>) -> bool {
    let media_type = request.headers.get(http::header::CONTENT_TYPE).map(|v| v.as_bytes()).unwrap_or_default();
    request.method == "POST"
        && media_type.get(..19).is_some_and(|head| head.eq_ignore_ascii_case(b"multipart/form-data"))
}

/// An `Authorization` header that is not ASCII.
fn opaque(value: &[u8]) -> AuthError {
    let fault = AuthorizationFault::NotKeyValue { scheme: String::new(), hashed: sha256_base64(value) };
    AuthError::Authorization(fault)
}

#[derive(Default)]
struct HeaderFields<'a> {
    credential: Option<&'a str>,
    signed_headers: Option<&'a str>,
    signature: Option<&'a str>,
}

impl<'a> HeaderFields<'a> {
    fn read(scheme: &str, fields: &'a str, authorization: &str) -> Result<Self, AuthError> {
        let mut found = Self::default();
        for field in words(fields) {
            let Some((name, value)) = field.split_once('=') else {
                return Err(AuthError::Authorization(AuthorizationFault::NotKeyValue {
                    scheme: scheme.chars().take(64).collect(),
                    hashed: sha256_base64(authorization.as_bytes()),
                }));
            };
            let slot = match name {
                "Credential" => &mut found.credential,
                "SignedHeaders" => &mut found.signed_headers,
                "Signature" => &mut found.signature,
                _ => continue,
            };
            if !value.is_empty() {
                slot.get_or_insert(value);
            }
        }
        Ok(found)
    }
}

/// The parts between commas and blanks.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr3_iter(b',', b' ', b'\t', text.as_bytes()).chain([text.len()]);
    let mut start = 0;
    // An ASCII separator is a boundary of characters, so that no part is lost here.
    ends.filter_map(move |end| text.get(std::mem::replace(&mut start, end + 1)..end)).filter(|word| !word.is_empty())
}

fn signed_by_header<'a>(headers: &'a HeaderMap, authorization: &'a str) -> Result<Presented<'a>, AuthError> {
    let authorization = authorization.trim_ascii();
    let (scheme, fields) = authorization.split_once([' ', '\t']).unwrap_or((authorization, ""));
    let refused = |mechanism| {
        let authorization = Some(sha256_base64(authorization.as_bytes()));
        AuthError::Unsupported { mechanism, authorization }
    };
    if scheme == SIGV4A {
        return Err(refused(Mechanism::SigV4a));
    }
    if scheme == "AWS" {
        return Err(refused(Mechanism::SigV2));
    }
    let found = HeaderFields::read(scheme, fields, authorization)?;
    let amz_date = text(headers, &X_AMZ_DATE);
    let date = amz_date.or_else(|| text(headers, &DATE));
    let (Some(credential), Some(signed_headers), Some(signature), Some(date)) =
        (found.credential, found.signed_headers, found.signature, date)
    else {
        let mut missing = Vec::new();
        missing.extend(found.credential.is_none().then_some("Credential"));
        missing.extend(found.signature.is_none().then_some("Signature"));
        missing.extend(found.signed_headers.is_none().then_some("SignedHeaders"));
        return Err(AuthError::Authorization(AuthorizationFault::Missing {
            scheme: scheme.chars().take(64).collect(),
            parameters: missing,
            date: date.is_none(),
            hashed: sha256_base64(authorization.as_bytes()),
        }));
    };
    if scheme != ALGORITHM {
        let algorithm = scheme.chars().take(64).collect();
        return Err(AuthError::Authorization(AuthorizationFault::Algorithm { algorithm }));
    }
    let bad_date = || AuthError::Date { source: Source::Header, value: date.to_owned() };
    let timestamp = if amz_date.is_some() { AmzDate::parse(date) } else { AmzDate::parse_http(date) };
    let timestamp = timestamp.ok_or_else(bad_date)?;
    let [access_key, day, region, service, terminator] = elements(credential, Source::Header)?.map(Cow::Borrowed);
    Ok(Presented {
        access_key,
        day,
        region,
        service,
        terminator,
        signed_headers: lower(Cow::Borrowed(signed_headers)),
        signature: Cow::Borrowed(signature),
        timestamp,
        session_token: text(headers, &X_AMZ_SECURITY_TOKEN).map(Cow::Borrowed),
        kind: Kind::Header,
        payload: payload_header(headers)?,
    })
}

/// The query parameters that carry a presigned request's signature, as sent.
#[derive(Default)]
struct QueryAuth<'a> {
    algorithm: Option<&'a str>,
    credential: Option<&'a str>,
    date: Option<&'a str>,
    expires: Option<&'a str>,
    signed_headers: Option<&'a str>,
    signature: Option<&'a str>,
    token: Option<&'a str>,
    content_sha256: Option<&'a str>,
    sigv2: bool,
}

impl<'a> QueryAuth<'a> {
    fn read(query: &'a str) -> Self {
        let mut found = Self::default();
        if query.is_empty() {
            return found;
        }
        let (mut signature, mut access_key) = (false, false);
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = match name {
                "X-Amz-Algorithm" => &mut found.algorithm,
                "X-Amz-Credential" => &mut found.credential,
                "X-Amz-Date" => &mut found.date,
                "X-Amz-Expires" => &mut found.expires,
                "X-Amz-SignedHeaders" => &mut found.signed_headers,
                "X-Amz-Signature" => &mut found.signature,
                "X-Amz-Security-Token" => &mut found.token,
                "X-Amz-Content-Sha256" => &mut found.content_sha256,
                "Signature" => {
                    signature = true;
                    continue;
                }
                "AWSAccessKeyId" => {
                    access_key = true;
                    continue;
                }
                _ => continue,
            };
            slot.get_or_insert(value);
        }
        found.sigv2 = signature && access_key;
        found
    }

    fn is_sigv4(&self) -> bool {
        self.algorithm.is_some() || self.signature.is_some() || self.credential.is_some()
    }

    /// The parameters that are not there, in AWS's order.
    fn missing(&self) -> Vec<&'static str> {
        [
            ("X-Amz-Algorithm", self.algorithm),
            ("X-Amz-Credential", self.credential),
            ("X-Amz-Signature", self.signature),
            ("X-Amz-SignedHeaders", self.signed_headers),
            ("X-Amz-Date", self.date),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.is_none_or(str::is_empty).then_some(name))
        .collect()
    }
}

fn presigned<'a>(request: &RequestView<'a>, query: QueryAuth<'a>) -> Result<Presented<'a>, AuthError> {
    let algorithm = query.algorithm.map(query_decoded).unwrap_or_default();
    if algorithm == SIGV4A {
        return Err(AuthError::Unsupported { mechanism: Mechanism::SigV4a, authorization: None });
    }
    let (Some(credential), Some(date), Some(signed_headers), Some(signature), []) =
        (query.credential, query.date, query.signed_headers, query.signature, query.missing().as_slice())
    else {
        return Err(AuthError::Query(QueryFault::Missing { parameters: query.missing() }));
    };
    if algorithm != ALGORITHM {
        return Err(AuthError::Query(QueryFault::Algorithm { algorithm: algorithm.chars().take(64).collect() }));
    }
    let date = query_decoded(date);
    let timestamp =
        AmzDate::parse(&date).ok_or_else(|| AuthError::Date { source: Source::Query, value: date.into_owned() })?;
    let credential = query_decoded(credential);
    let parts = elements(&credential, Source::Query)?.map(|part| Cow::Owned(part.to_owned()));
    let [access_key, day, region, service, terminator] = parts;
    let payload = match query.content_sha256 {
        Some(value) => PayloadHash::parse(query_decoded(value)),
        None => payload_header(request.headers)?,
    };
    let token = query.token.map(query_decoded);
    Ok(Presented {
        access_key,
        day,
        region,
        service,
        terminator,
        signed_headers: lower(query_decoded(signed_headers)),
        signature: query_decoded(signature),
        timestamp,
        session_token: token.or_else(|| text(request.headers, &X_AMZ_SECURITY_TOKEN).map(Cow::Borrowed)),
        kind: Kind::Presigned { expires: expires(query.expires)? },
        payload,
    })
}

fn expires(value: Option<&str>) -> Result<Option<u32>, AuthError> {
    let Some(value) = value else { return Ok(None) };
    let value = query_decoded(value);
    let digits = value.strip_prefix('-').unwrap_or(&value);
    let fault = if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        QueryFault::ExpiresNotANumber
    } else if value.starts_with('-') || digits.bytes().all(|b| b == b'0') {
        QueryFault::ExpiresNotPositive
    } else {
        match digits.parse() {
            Ok(seconds) if seconds <= MAX_EXPIRES_SECONDS => return Ok(Some(seconds)),
            _ => QueryFault::ExpiresTooLong,
        }
    };
    Err(AuthError::Query(fault))
}

/// The five elements of `access-key/day/region/service/aws4_request`.
fn elements(credential: &str, source: Source) -> Result<[&str; 5], AuthError> {
    // A list of one: for so short a text that is three times as quick as the character.
    let mut parts = credential.split(['/']);
    let five = [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()];
    match (five, parts.next()) {
        ([Some(access_key), Some(day), Some(region), Some(service), Some(terminator)], None) => {
            Ok([access_key, day, region, service, terminator])
        }
        _ => Err(AuthError::Credential { source, credential: credential.chars().take(256).collect() }),
    }
}

fn payload_header(headers: &HeaderMap) -> Result<PayloadHash<'_>, AuthError> {
    match headers.get(&X_AMZ_CONTENT_SHA256) {
        None => Ok(PayloadHash::Absent),
        Some(value) => match value.to_str() {
            Ok(value) => Ok(PayloadHash::parse(Cow::Borrowed(value.trim_ascii()))),
            Err(_) => Err(AuthError::ContentSha256(ContentSha256Fault::Invalid { value: String::new() })),
        },
    }
}

/// A header's value, if it is visible ASCII and not empty.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim_ascii).filter(|v| !v.is_empty())
}

fn lower(names: Cow<'_, str>) -> Cow<'_, str> {
    // Without a short cut, so that many bytes are looked at at once.
    if names.bytes().fold(false, |any, b| any | b.is_ascii_uppercase()) {
        Cow::Owned(names.to_ascii_lowercase())
    } else {
        names
    }
}
