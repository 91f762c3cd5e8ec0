//! The formats that texts may have to have. Any other says nothing, as in the draft.
//! <https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00#section-7.3>

use serde_json::Value as Json;
use std::net::{Ipv4Addr, Ipv6Addr};

/// What is wrong with a text of a format.
pub fn fault(format: &str, text: &str) -> Option<String> {
    let (fits, what) = match format {
        "date-time" => (
            is_moment(text),
            "is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]",
        ),
        "email" => (is_address(text), "is not a valid email address"),
        "hostname" | "host-name" => (is_host(text), "is not a valid hostname"),
        "ipv4" | "ip-address" => (text.parse::<Ipv4Addr>().is_ok(), "is not a valid IPv4 address"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "is not a valid IPv6 address"),
        "uri" => (is_uri(text), "is not a valid URI"),
        _ => (true, ""),
    };
    (!fits).then(|| format!("string {} {what}", Json::from(text)))
}

/// RFC 3339.
fn is_moment(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't']) else { return false };
    let split = rest.find(['Z', 'z', '+', '-']).map(|at| rest.split_at(at));
    let Some((time, zone)) = split else { return false };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts = |text: &str, between: char, lengths: &[usize]| -> Option<Vec<u32>> {
        let parts: Vec<&str> = text.split(between).collect();
        let number = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let fits = parts.len() == lengths.len() && parts.iter().zip(lengths).all(|(part, at)| number(part, *at));
        fits.then(|| parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>())?
    };
    let (date, clock) = (parts(date, '-', &[4, 2, 2]), parts(clock, ':', &[2, 2, 2]));
    let zone = match zone {
        "Z" | "z" => true,
        offset => parts(offset.get(1..).unwrap_or_default(), ':', &[2, 2])
            .is_some_and(|p| matches!(p.as_slice(), [0..=23, 0..=59])),
    };
    let date = date.is_some_and(|d| matches!(d.as_slice(), [_, 1..=12, 1..=31]));
    let clock = clock.is_some_and(|c| matches!(c.as_slice(), [0..=23, 0..=59, 0..=60]));
    date && clock
        && zone
        && !fraction.is_empty()
        && fraction.len() <= 12
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let plain = |b: u8| b.is_ascii_graphic() && !b"()<>[]:;@\\,\"".contains(&b) || b >= 0x80;
    !local.is_empty() && local.bytes().all(plain) && is_host(host)
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 255 && text.split('.').all(label)
}

fn is_uri(text: &str) -> bool {
    let scheme = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b);
    let Some((before, after)) = text.split_once(':') else { return false };
    before.starts_with(|c: char| c.is_ascii_alphabetic()) && before.bytes().all(scheme) && after.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_those_of_their_standards() {
        for (format, text, expect) in [
            ("date-time", "2026-01-02T03:04:05Z", true),
            ("date-time", "2026-01-02T03:04:05.123+01:00", true),
            ("date-time", "2026-13-02T03:04:05Z", false),
            ("date-time", "2026-01-02T03:04:05", false),
            ("date-time", "2026-01-02", false),
            ("email", "ann@example.com", true),
            ("email", "ann@", false),
            ("email", "a nn@example.com", false),
            ("hostname", "a.b-c.d", true),
            ("hostname", "-a", false),
            ("ipv4", "1.2.3.4", true),
            ("ipv4", "1.2.3", false),
            ("ipv6", "::1", true),
            ("uri", "https://example.com/a?b#c", true),
            ("uri", "example", false),
            ("colour", "anything", true),
        ] {
            assert_eq!(fault(format, text).is_none(), expect, "{format} {text}");
        }
    }
}
