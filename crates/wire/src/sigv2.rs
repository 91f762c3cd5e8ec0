//! Signature Version 2 in the query string, as older clients presign requests for S3 in its oldest regions: what their
//! `presign` gives unless they are told otherwise.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationQueryStringAuth>

use crate::route::Params;
use crate::sigv4::{RequestView, SignatureMismatch};
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, verify};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::borrow::Cow;

/// The parameters that are signed with the path.
const SIGNED: [&str; 32] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "tagging",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// What a presigned request presents.
#[derive(Debug, Clone, PartialEq)]
pub struct Presigned<'a> {
    /// The access key id.
    pub access_key: Cow<'a, str>,
    /// The signature, in Base64.
    pub signature: Cow<'a, str>,
    /// Until when it holds, in seconds since 1970.
    pub expires: i64,
    /// The token of temporary credentials.
    pub session_token: Option<Cow<'a, str>>,
}

/// What a request presents, if it is presigned so and in no other way.
pub fn parse<'a>(request: &RequestView<'a>) -> Option<Presigned<'a>> {
    let query = Params(request.query);
    if request.headers.contains_key("authorization") || query.raw("X-Amz-Algorithm").is_some() {
        return None;
    }
    Some(Presigned {
        access_key: query.get("AWSAccessKeyId")?,
        signature: query.get("Signature")?,
        expires: query.get("Expires")?.parse().ok()?,
        session_token: query.get("x-amz-security-token"),
    })
}

/// Verifies a request whose path holds its bucket.
///
/// # Errors
/// What was signed here, for the client to compare.
pub fn check(presigned: &Presigned<'_>, request: &RequestView<'_>, secret: &str) -> Result<(), Box<SignatureMismatch>> {
    let to_sign = string_to_sign(presigned, request);
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    let given = BASE64_STANDARD.decode(presigned.signature.as_bytes()).unwrap_or_default();
    if verify(&key, to_sign.as_bytes(), &given).is_ok() {
        return Ok(());
    }
    Err(Box::new(SignatureMismatch {
        access_key: presigned.access_key.to_string(),
        signature_provided: presigned.signature.to_string(),
        string_to_sign: to_sign,
        canonical_request: String::new(),
    }))
}

fn string_to_sign(presigned: &Presigned<'_>, request: &RequestView<'_>) -> String {
    let query = Params(request.query);
    // Headers that a client cannot be made to send stand in the query instead.
    let value = |name: &str| {
        let header = request.headers.get(name).and_then(|value| value.to_str().ok());
        header.map(Cow::Borrowed).or_else(|| query.get(name)).unwrap_or_default()
    };
    let sent = request.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let mut amz: Vec<(String, String)> = sent.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    amz.extend(
        query.iter().map(|(name, _)| (name.to_ascii_lowercase(), query.get(name).unwrap_or_default().into_owned())),
    );
    amz.retain(|(name, _)| name.starts_with("x-amz-"));
    amz.sort();
    let amz: String = amz.into_iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let mut signed: Vec<String> = query
        .iter()
        .filter(|(name, _)| SIGNED.contains(name))
        .map(|(name, raw)| match query.get(name) {
            Some(value) if !raw.is_empty() => format!("{name}={value}"),
            _ => name.to_owned(),
        })
        .collect();
    signed.sort();
    let signed = if signed.is_empty() { String::new() } else { format!("?{}", signed.join("&")) };
    let (md5, kind) = (value("content-md5"), value("content-type"));
    format!("{}\n{md5}\n{kind}\n{}\n{amz}{}{signed}", request.method, presigned.expires, request.path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn view<'a>(query: &'a str, headers: &'a HeaderMap) -> RequestView<'a> {
        let path = "/johnsmith/photos/puppy.jpg";
        RequestView { method: "GET", path, query, host: "johnsmith.s3.amazonaws.com", headers }
    }

    #[test]
    fn aws_s_own_example() {
        let headers = HeaderMap::new();
        let query = "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";
        let request = view(query, &headers);
        let presigned = parse(&request).unwrap();
        assert_eq!((&*presigned.access_key, presigned.expires), ("AKIAIOSFODNN7EXAMPLE", 1_175_139_620));
        check(&presigned, &request, SECRET).unwrap();
        let wrong = check(&presigned, &request, "another").unwrap_err();
        assert_eq!(wrong.string_to_sign, "GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg");
        let other = format!("{query}&versionId=v1");
        assert!(check(&presigned, &view(&other, &headers), SECRET).is_err(), "a version is signed too");
        let more = format!("{query}&anything=x");
        check(&presigned, &view(&more, &headers), SECRET).unwrap();
    }

    #[test]
    fn what_is_not_presigned_so() {
        let mut headers = HeaderMap::new();
        for query in ["", "AWSAccessKeyId=A&Signature=S", "AWSAccessKeyId=A&Signature=S&Expires=soon"] {
            assert_eq!(parse(&view(query, &headers)), None, "{query}");
        }
        headers.insert("authorization", "AWS A:S".parse().unwrap());
        assert_eq!(parse(&view("AWSAccessKeyId=A&Signature=S&Expires=1", &headers)), None);
    }
}
