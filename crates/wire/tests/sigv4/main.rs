//! Signature Version 4, against AWS's test suite, S3's documented examples, botocore, and hostile input.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod chunks;
mod errors;
mod properties;
mod s3_examples;
mod sign;
mod vectors;

use http::request::Parts;
use wire::sigv4::{
    AmzDate, AuthError, Body, Credentials, Instants, PathStyle, Presented, RequestView, Rules, SigningKey, parse,
    verify,
};

pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

pub(crate) fn date(text: &str) -> AmzDate {
    AmzDate::parse(text).unwrap()
}

pub(crate) fn view(parts: &Parts) -> RequestView<'_> {
    RequestView::new(&parts.method, &parts.uri, &parts.headers)
}

/// A request written as `METHOD target`, then `name: value` lines.
pub(crate) fn request(text: &str) -> Parts {
    let mut lines = text.lines().map(str::trim);
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let mut request = http::Request::builder().method(method).uri(target);
    for line in lines.filter(|l| !l.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        request = request.header(name, value.trim());
    }
    request.body(()).unwrap().into_parts().0
}

pub(crate) fn presented<'a>(request: &RequestView<'a>) -> Result<Presented<'a>, AuthError> {
    match parse(request)? {
        Credentials::Presented(presented) => Ok(presented),
        Credentials::Anonymous => Err(AuthError::MissingAuthenticationToken),
    }
}

/// Parses and verifies at the given time, in any scope.
pub(crate) fn verified(parts: &Parts, body: &[u8], style: PathStyle, secret: &str, now: &str) -> Result<(), AuthError> {
    let request = view(parts);
    let presented = presented(&request)?;
    let instants = [date(now)];
    let clock = Instants(&instants);
    let rules = Rules { style, services: &[], region: None, unsigned_payload: false, clock: &clock };
    let key = SigningKey::derive(secret, &presented.scope());
    verify(&presented, &request, &key, Body::Bytes(body), &rules).map(|_| ())
}
