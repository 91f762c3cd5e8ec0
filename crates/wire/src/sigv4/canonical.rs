//! The canonical request: the one spelling of a request that client and server both hash.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use super::encoding::{escape_at, hex, is_unreserved, push_encoded, push_escaped};
use super::parse::{X_AMZ_CONTENT_SHA256, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN};
use super::{ALGORITHM, AmzDate, Scope};
use aws_lc_rs::digest;
use http::header::{CONTENT_TYPE, GetAll};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

static X_AMZ_TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// How a service spells the path of its canonical request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStyle {
    /// Amazon S3: the path's octets encoded once; `.`, `..` and `//` are kept, since keys may hold them.
    S3,
    /// Every other service: dot segments and repeated slashes removed, and the path as sent encoded once more.
    Other,
}

/// A request as it came over the wire, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct RequestView<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// The path as sent, escapes kept, without the query.
    pub path: &'a str,
    /// The query as sent, without its `?`; empty when there is none.
    pub query: &'a str,
    /// The `Host` header, or `:authority` in HTTP/2, with its port if one was sent.
    pub host: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
}

impl<'a> RequestView<'a> {
    /// Views the parts of a request. The host is the `Host` header, else the URI's authority.
    pub fn new(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap) -> Self {
        let host = headers.get(http::header::HOST).and_then(|v| v.to_str().ok());
        Self {
            method: method.as_str(),
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
            host: host.or_else(|| uri.authority().map(|a| a.as_str())).unwrap_or_default(),
            headers,
        }
    }
}

/// What of a request the signature covers, besides its method and path.
pub(super) struct Covered<'a> {
    /// `host;x-amz-date`, in lower case.
    pub signed_headers: &'a str,
    /// The query parameter that is left out, if the request is presigned.
    pub without: &'a [&'a str],
    /// The last line: a digest, `UNSIGNED-PAYLOAD`, or a `STREAMING-` word.
    pub payload: &'a [u8],
    /// How the path is spelled.
    pub style: PathStyle,
}

/// Writes the canonical request.
pub(super) fn canonical_request(request: &RequestView<'_>, covered: &Covered<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(request.method.as_bytes());
    out.push(b'\n');
    push_path(&mut out, request.path.as_bytes(), covered.style);
    out.push(b'\n');
    push_query(&mut out, request.query, covered.without);
    out.push(b'\n');
    let names = signed_names(covered.signed_headers);
    for name in &names {
        push_header(&mut out, request, name);
    }
    out.push(b'\n');
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            out.push(b';');
        }
        out.extend_from_slice(name.as_bytes());
    }
    out.push(b'\n');
    out.extend_from_slice(covered.payload);
    out
}

/// Writes the string to sign for a canonical request.
pub(super) fn string_to_sign(date: AmzDate, scope: &Scope<'_>, canonical_request: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(192);
    out.extend_from_slice(ALGORITHM.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(&date.basic());
    out.push(b'\n');
    scope.push(&mut out);
    out.push(b'\n');
    out.extend_from_slice(&hex(digest::digest(&digest::SHA256, canonical_request).as_ref()));
    out
}

/// The names of a `SignedHeaders` list in canonical order. A repeated name counts once, which also keeps the canonical
/// request no larger than the request.
fn signed_names(list: &str) -> Vec<&str> {
    let mut names = Vec::with_capacity(16);
    names.extend(list.split(';').filter(|n| !n.is_empty()));
    if !names.is_sorted_by(|a, b| a < b) {
        names.sort_unstable();
        names.dedup();
    }
    names
}

fn push_header(out: &mut Vec<u8>, request: &RequestView<'_>, name: &str) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    if name == "host" || name == ":authority" {
        push_collapsed(out, request.host.as_bytes());
    } else {
        for (at, value) in values(request.headers, name).iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            push_collapsed(out, value.as_bytes());
        }
    }
    out.push(b'\n');
}

/// The values of a header. Those that nearly every client signs are found by names that are ready made.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> GetAll<'a, HeaderValue> {
    match name {
        "content-type" => headers.get_all(CONTENT_TYPE),
        "x-amz-content-sha256" => headers.get_all(&X_AMZ_CONTENT_SHA256),
        "x-amz-date" => headers.get_all(&X_AMZ_DATE),
        "x-amz-security-token" => headers.get_all(&X_AMZ_SECURITY_TOKEN),
        "x-amz-target" => headers.get_all(&X_AMZ_TARGET),
        other => headers.get_all(other),
    }
}

/// Appends a header's value without outer white space, each inner run of white space as one space.
fn push_collapsed(out: &mut Vec<u8>, value: &[u8]) {
    let value = value.trim_ascii();
    let is_single_space = |at: usize| matches!(value.get(at..at + 2), Some([b' ', next]) if *next != b' ');
    if memchr::memchr2_iter(b' ', b'\t', value).all(is_single_space) {
        out.extend_from_slice(value);
        return;
    }
    for (at, word) in value.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

fn push_path(out: &mut Vec<u8>, path: &[u8], style: PathStyle) {
    match style {
        _ if path.is_empty() || path == b"/" => out.push(b'/'),
        PathStyle::S3 => push_s3_path(out, path),
        PathStyle::Other => push_normalised_path(out, path),
    }
}

fn push_s3_path(out: &mut Vec<u8>, path: &[u8]) {
    let mut rest = path;
    while let Some((&first, after)) = rest.split_first() {
        let (byte, next) = match escape_at(rest) {
            Some(byte) => (byte, rest.get(3..).unwrap_or_default()),
            None => (first, after),
        };
        if is_unreserved(byte) || byte == b'/' {
            out.push(byte);
        } else {
            push_escaped(out, byte);
        }
        rest = next;
    }
}

fn push_normalised_path(out: &mut Vec<u8>, path: &[u8]) {
    let mut segments: Vec<&[u8]> = Vec::with_capacity(8);
    let mut ends_in_slash = false;
    for segment in path.split(|b| *b == b'/') {
        ends_in_slash = matches!(segment, b"" | b"." | b"..");
        match segment {
            b"" | b"." => {}
            b".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    for segment in &segments {
        out.push(b'/');
        push_encoded(out, segment);
    }
    if ends_in_slash || segments.is_empty() {
        out.push(b'/');
    }
}

/// Writes the query with every name and value decoded, encoded anew, and sorted by name, then value.
fn push_query(out: &mut Vec<u8>, query: &str, without: &[&str]) {
    if query.is_empty() {
        return;
    }
    let mut encoded = Vec::with_capacity(query.len() + 16);
    let mut pairs: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> = Vec::with_capacity(8);
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let start = encoded.len();
        push_query_part(&mut encoded, name.as_bytes());
        let middle = encoded.len();
        if encoded.get(start..).is_some_and(|n| without.iter().any(|w| w.as_bytes() == n)) {
            encoded.truncate(start);
            continue;
        }
        push_query_part(&mut encoded, value.as_bytes());
        pairs.push((start..middle, middle..encoded.len()));
    }
    let text = |range: &std::ops::Range<usize>| encoded.get(range.clone()).unwrap_or_default();
    pairs.sort_by(|a, b| (text(&a.0), text(&a.1)).cmp(&(text(&b.0), text(&b.1))));
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(text(name));
        out.push(b'=');
        out.extend_from_slice(text(value));
    }
}

fn push_query_part(out: &mut Vec<u8>, part: &[u8]) {
    let mut rest = part;
    while let Some((&first, after)) = rest.split_first() {
        let (byte, next) = match escape_at(rest) {
            Some(byte) => (byte, rest.get(3..).unwrap_or_default()),
            None if first == b'+' => (b' ', after),
            None => (first, after),
        };
        if is_unreserved(byte) {
            out.push(byte);
        } else {
            push_escaped(out, byte);
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn paths() {
        for (path, s3, other) in [
            ("", "/", "/"),
            ("/", "/", "/"),
            ("//", "//", "/"),
            ("/a//b/./c/../d", "/a//b/./c/../d", "/a/b/d"),
            ("/a/", "/a/", "/a/"),
            ("/a/.", "/a/.", "/a/"),
            ("/a/b/..", "/a/b/..", "/a/"),
            ("/../..", "/../..", "/"),
            ("/a%20b", "/a%20b", "/a%2520b"),
            ("/a b", "/a%20b", "/a%20b"),
            ("/é", "/%C3%A9", "/%C3%A9"),
            ("/k%2Fl%3a", "/k/l%3A", "/k%252Fl%253a"),
            ("/100%", "/100%25", "/100%25"),
            ("/a(b)*'!", "/a%28b%29%2A%27%21", "/a%28b%29%2A%27%21"),
            ("*", "%2A", "/%2A"),
        ] {
            assert_eq!(written(|o| push_path(o, path.as_bytes(), PathStyle::S3)), s3, "{path}");
            assert_eq!(written(|o| push_path(o, path.as_bytes(), PathStyle::Other)), other, "{path}");
        }
    }

    #[test]
    fn queries() {
        for (query, expect) in [
            ("", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("acl", "acl="),
            ("a=2&a=1&a", "a=&a=1&a=2"),
            ("a-b=1&a=1", "a=1&a-b=1"),
            ("A=1&a=0", "A=1&a=0"),
            ("k=a%2fb+c%20d", "k=a%2Fb%20c%20d"),
            ("k=a=b", "k=a%3Db"),
            ("&&a=1&", "a=1"),
            ("X-Amz-Signature=ff&a=1&X-Amz%2DSignature=ee", "a=1"),
            ("é=ü", "%C3%A9=%C3%BC"),
            ("%zz=%", "%25zz=%25"),
        ] {
            assert_eq!(written(|o| push_query(o, query, &["X-Amz-Signature"])), expect, "{query}");
        }
    }

    #[test]
    fn header_values_and_names() {
        for (value, expect) in
            [("  a   b  ", "a b"), ("a\tb", "a b"), ("\"a   b\"", "\"a b\""), ("a b", "a b"), ("   ", "")]
        {
            assert_eq!(written(|o| push_collapsed(o, value.as_bytes())), expect);
        }
        assert_eq!(signed_names("b;a;a;;c"), ["a", "b", "c"]);
        assert_eq!(signed_names("host;x-amz-date"), ["host", "x-amz-date"]);
    }
}
