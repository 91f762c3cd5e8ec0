//! The client's side: signing a request by header, by query, and the chunks of its body.

use super::canonical::{Covered, canonical_request, string_to_sign};
use super::encoding::{EMPTY_SHA256, hex_text, push_encoded, sha256_hex};
use super::{ALGORITHM, AmzDate, ChunkChain, PathStyle, RequestView, Scope, SigningKey, TERMINATOR};
use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use http::request::Parts;
use std::sync::Arc;

/// Headers that are not signed: those that a proxy or an HTTP library changes on the way, as AWS's SDKs have them.
const UNSIGNED: [&str; 12] = [
    "authorization",
    "cache-control",
    "connection",
    "expect",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
    "proxy-authorization",
];

/// What is signed of the body.
#[derive(Clone, Copy, Debug)]
pub enum SignPayload<'a> {
    /// Its digest.
    Bytes(&'a [u8]),
    /// One of the words `UNSIGNED-PAYLOAD` or `STREAMING-...`, sent as `x-amz-content-sha256`.
    Word(&'a str),
}

/// Why a request cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignError {
    /// Neither a `Host` header nor an authority in the URI.
    NoHost,
    /// The access key ID or session token cannot stand in a header or URI.
    InvalidCredentials,
}

/// A client's credentials and the scope that it signs for.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// The access key ID.
    pub access_key: &'a str,
    /// The secret access key.
    pub secret: &'a str,
    /// The session token of temporary credentials.
    pub session_token: Option<&'a str>,
    /// The Region.
    pub region: &'a str,
    /// The service's signing name.
    pub service: &'a str,
    /// How the service spells paths.
    pub style: PathStyle,
}

impl Signer<'_> {
    /// Adds `X-Amz-Date`, `Authorization` and what else the signature needs to a request's headers.
    ///
    /// Answers the chain for the chunks of a streaming body.
    ///
    /// # Errors
    /// There is no host to sign, or the credentials do not fit into headers.
    pub fn sign(&self, parts: &mut Parts, payload: SignPayload<'_>, date: AmzDate) -> Result<ChunkChain, SignError> {
        let line = match payload {
            SignPayload::Bytes(bytes) => hex_text(&sha256_hex(bytes)),
            SignPayload::Word(word) => word.to_owned(),
        };
        set(parts, "x-amz-date", &date.to_string())?;
        if let Some(token) = self.session_token {
            set(parts, "x-amz-security-token", token)?;
        }
        if self.style == PathStyle::S3 || matches!(payload, SignPayload::Word(_)) {
            set(parts, "x-amz-content-sha256", &line)?;
        }
        self.require_host(parts)?;
        let names = signed_names(parts);
        let (signature, chain) = self.signature(parts, &names, line.as_bytes(), date);
        let authorization = format!(
            "{ALGORITHM} Credential={}, SignedHeaders={names}, Signature={signature}",
            self.credential(&date.day())
        );
        set(parts, AUTHORIZATION.as_str(), &authorization)?;
        Ok(chain)
    }

    /// Adds the signature to the query of a request's URI; the request is then good for `expires` seconds.
    ///
    /// All headers that the request has now are signed, and must be sent by whoever uses it. The body of a request to S3 is
    /// not signed, nor is a body expected elsewhere.
    ///
    /// # Errors
    /// There is no host to sign, or the credentials do not fit into a URI.
    pub fn presign(&self, parts: &mut Parts, expires: u32, date: AmzDate) -> Result<(), SignError> {
        self.require_host(parts)?;
        let names = signed_names(parts);
        let mut query = parts.uri.query().map(|q| format!("{q}&")).unwrap_or_default().into_bytes();
        let (credential, date_text, expires) = (self.credential(&date.day()), date.to_string(), expires.to_string());
        let mut fields = vec![
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &date_text),
            ("X-Amz-Expires", &expires),
            ("X-Amz-SignedHeaders", &names),
        ];
        fields.extend(self.session_token.map(|token| ("X-Amz-Security-Token", token)));
        for (at, (name, value)) in fields.into_iter().enumerate() {
            if at > 0 {
                query.push(b'&');
            }
            query.extend_from_slice(name.as_bytes());
            query.push(b'=');
            push_encoded(&mut query, value.as_bytes());
        }
        let mut query = String::from_utf8_lossy(&query).into_owned();
        set_query(parts, &query)?;
        let line = if self.style == PathStyle::S3 { "UNSIGNED-PAYLOAD" } else { EMPTY_SHA256 };
        let (signature, _) = self.signature(parts, &names, line.as_bytes(), date);
        query.push_str("&X-Amz-Signature=");
        query.push_str(&signature);
        set_query(parts, &query)
    }

    fn signature(&self, parts: &Parts, names: &str, payload: &[u8], date: AmzDate) -> (String, ChunkChain) {
        let day = date.day();
        let scope = Scope { day: &day, region: self.region, service: self.service };
        let key = Arc::new(SigningKey::derive(self.secret, &scope));
        let view = RequestView::new(&parts.method, &parts.uri, &parts.headers);
        let covered = Covered { signed_headers: names, without: &[], payload, style: self.style };
        let signature = key.sign(&string_to_sign(date, &scope, &canonical_request(&view, &covered)));
        (hex_text(&signature), ChunkChain::new(key, date, &scope, &signature))
    }

    fn credential(&self, day: &str) -> String {
        format!("{}/{day}/{}/{}/{TERMINATOR}", self.access_key, self.region, self.service)
    }

    fn require_host(&self, parts: &mut Parts) -> Result<(), SignError> {
        if parts.headers.contains_key(HOST) {
            return Ok(());
        }
        let host = parts.uri.authority().ok_or(SignError::NoHost)?.as_str().to_owned();
        set(parts, HOST.as_str(), &host)
    }
}

fn signed_names(parts: &Parts) -> String {
    let mut names: Vec<&str> = parts.headers.keys().map(|n| n.as_str()).filter(|n| !UNSIGNED.contains(n)).collect();
    names.sort_unstable();
    names.join(";")
}

fn set(parts: &mut Parts, name: &str, value: &str) -> Result<(), SignError> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| SignError::InvalidCredentials)?;
    let value = HeaderValue::from_str(value).map_err(|_| SignError::InvalidCredentials)?;
    parts.headers.insert(name, value);
    Ok(())
}

fn set_query(parts: &mut Parts, query: &str) -> Result<(), SignError> {
    let mut uri = parts.uri.clone().into_parts();
    let path = parts.uri.path();
    let path = if path.is_empty() { "/" } else { path };
    uri.path_and_query = Some(format!("{path}?{query}").parse().map_err(|_| SignError::InvalidCredentials)?);
    parts.uri = uri.try_into().map_err(|_| SignError::InvalidCredentials)?;
    Ok(())
}
