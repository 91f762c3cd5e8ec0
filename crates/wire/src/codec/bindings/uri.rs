//! Paths: their labels, and percent-encoding.

use crate::codec::EncodeError;
use crate::codec::fault::Bad;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same, but for the slashes of a greedy label.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

pub(in crate::codec) fn encode(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, RESERVED).into()
}

fn decode(text: &str) -> Result<Cow<'_, str>, Bad> {
    percent_decode_str(text).decode_utf8().map_err(|_| Bad::new("The request's URI is not valid UTF-8"))
}

/// Decodes a query parameter or a form's, where a plus is a space.
pub(in crate::codec) fn form_decode(text: &str) -> Result<Cow<'_, str>, Bad> {
    if text.contains('+') {
        return decode(&text.replace('+', " ")).map(|text| Cow::Owned(text.into_owned()));
    }
    decode(text)
}

/// A template's path without its fixed query.
fn path_of(template: &str) -> &str {
    template.split_once('?').map_or(template, |(path, _)| path)
}

/// A template's fixed query, such as `list-type=2`.
pub(in crate::codec) fn fixed_query(template: &str) -> &str {
    template.split_once('?').map_or("", |(_, query)| query)
}

/// A label's name and whether it is greedy.
fn label(segment: &str) -> Option<(&str, bool)> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_suffix('+').map_or((name, false), |name| (name, true)))
}

/// The labels of a path, decoded. Routing has found that the path fits the template; what is missing even so is left out.
pub(in crate::codec) fn labels<'t>(template: &'t str, path: &str) -> Result<Vec<(&'t str, String)>, Bad> {
    let mut found = Vec::new();
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    let mut segments = path_of(template).strip_prefix('/').unwrap_or("").split('/');
    while let Some(segment) = segments.next() {
        if let Some((name, true)) = label(segment) {
            let after: Vec<&str> = segments.collect();
            let mut value = rest;
            for _ in &after {
                value = value.rsplit_once('/').map_or("", |(head, _)| head);
            }
            found.push((name, decode(value)?.into_owned()));
            let tail = rest.get(value.len()..).unwrap_or("").split('/').skip(1);
            for (segment, value) in after.iter().zip(tail) {
                if let Some((name, _)) = label(segment) {
                    found.push((name, decode(value)?.into_owned()));
                }
            }
            return Ok(found);
        }
        let (value, after) = rest.split_once('/').unwrap_or((rest, ""));
        if let Some((name, _)) = label(segment) {
            found.push((name, decode(value)?.into_owned()));
        }
        rest = after;
    }
    Ok(found)
}

/// Fills a template's path with the texts that `value` gives for its labels.
pub(in crate::codec) fn fill<'v>(
    template: &str,
    value: impl Fn(&str) -> Option<Cow<'v, str>>,
) -> Result<String, EncodeError> {
    let mut out = String::new();
    for segment in path_of(template).strip_prefix('/').unwrap_or("").split('/') {
        out.push('/');
        let Some((name, greedy)) = label(segment) else {
            out.push_str(segment);
            continue;
        };
        let text = value(name).filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| EncodeError(format!("The path's label {name} has no value")))?;
        let set = if greedy { RESERVED_IN_PATH } else { RESERVED };
        out.extend(utf8_percent_encode(&text, set));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found() {
        for (template, path, want) in [
            ("/{Bucket}/{Key+}?acl", "/b/a%2Fb//c/", &[("Bucket", "b"), ("Key", "a/b//c/")][..]),
            ("/a/{x}/b/{y+}/c/{z}", "/a/1/b/2/3/c/4", &[("x", "1"), ("y", "2/3"), ("z", "4")]),
            ("/a/{x}", "/a/h%20i%E2%82%AC", &[("x", "h i€")]),
            ("/a/{x}/{y}", "/a/1", &[("x", "1"), ("y", "")]),
            ("/", "/", &[]),
        ] {
            let found = labels(template, path).unwrap();
            let found: Vec<_> = found.iter().map(|(name, value)| (*name, &**value)).collect();
            assert_eq!(found, want, "{path}");
        }
        assert!(labels("/{x}", "/%ff").is_err());
    }
}
