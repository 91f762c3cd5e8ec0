//! Leaves as text: how query strings, headers, labels and XML write them.

use super::fault::Bad;
use super::fill;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Kind, Member, Shape, TimestampFormat};
use shape::{Bytes, Node, Peek, Timestamp};
use std::borrow::Cow;

/// How one leaf is written.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) kind: Kind,
    pub(super) time: TimestampFormat,
    /// Whether a moment must be in just this format: with `Z`, and not as another format. Smithy's REST-JSON asks it.
    pub(super) exact: bool,
}

impl Form {
    /// The form of `member`, whose moments are written as `time` unless the model says otherwise.
    pub(super) fn of(member: &Member, shape: &Shape, time: TimestampFormat) -> Form {
        let time = member.timestamp_format.or(shape.timestamp_format).unwrap_or(time);
        Form { kind: shape.kind, time, exact: false }
    }

    pub(super) fn exact(self, exact: bool) -> Form {
        Form { exact, ..self }
    }
}

/// Fills a leaf from its text.
pub(super) fn read(node: &mut dyn Node, form: Form, text: Cow<'_, str>) -> Result<(), Bad> {
    match form.kind {
        Kind::String => fill::set_str(node, text.into_owned()),
        Kind::Boolean => match &*text {
            "true" => fill::set_bool(node, true),
            "false" => fill::set_bool(node, false),
            _ => Err(unreadable(&text, form.kind)),
        },
        Kind::Byte | Kind::Short | Kind::Integer | Kind::Long => {
            let number = text.parse().ok().filter(|n| in_range(form.kind, *n));
            fill::set_int(node, number.ok_or_else(|| unreadable(&text, form.kind))?)
        }
        Kind::Float | Kind::Double => fill::set_float(node, float(&text).ok_or_else(|| unreadable(&text, form.kind))?),
        Kind::Blob => fill::set_blob(node, blob(&text)?),
        Kind::Timestamp => fill::set_time(node, time(&text, form).ok_or_else(|| unreadable(&text, form.kind))?),
        _ => Err(Bad::new("A structure, list or map is found where text is not expected")),
    }
}

/// A leaf's text; `None` for what is absent or no leaf.
pub(super) fn write(peek: Peek<'_>, form: Form) -> Option<Cow<'_, str>> {
    Some(match peek {
        Peek::Str(text) => Cow::Borrowed(text),
        Peek::Bool(true) => Cow::Borrowed("true"),
        Peek::Bool(false) => Cow::Borrowed("false"),
        Peek::Int(number) if form.kind == Kind::Timestamp => write_time(Timestamp::from_secs(number), form.time).into(),
        Peek::Int(number) => number.to_string().into(),
        Peek::Float(number) => float_text(number, form.kind).into(),
        Peek::Blob(bytes) => STANDARD.encode(bytes).into(),
        Peek::Time(moment) => write_time(moment, form.time).into(),
        _ => return None,
    })
}

fn unreadable(text: &str, kind: Kind) -> Bad {
    let text: String = text.chars().take(100).collect();
    Bad::new(format!("{text} can not be converted to {}", type_name(kind)))
}

/// The type's name with its article, as AWS's messages have it.
pub(super) fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "a Boolean",
        Kind::Byte => "a Byte",
        Kind::Short => "a Short",
        Kind::Integer => "an Integer",
        Kind::Long => "a Long",
        Kind::Float => "a Float",
        Kind::Double => "a Double",
        Kind::Blob => "a Blob",
        Kind::Timestamp => "a Timestamp",
        _ => "a String",
    }
}

/// Whether an integer of `kind` can be `number`.
pub(super) fn in_range(kind: Kind, number: i64) -> bool {
    match kind {
        Kind::Byte => i8::try_from(number).is_ok(),
        Kind::Short => i16::try_from(number).is_ok(),
        Kind::Integer => i32::try_from(number).is_ok(),
        _ => true,
    }
}

pub(super) fn blob(text: &str) -> Result<Bytes, Bad> {
    STANDARD.decode(text).map(Bytes::from).map_err(|_| Bad::new("Invalid Base64 data"))
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A number that is not one, by the three names that AWS gives them.
pub(super) fn named_float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn float(text: &str) -> Option<f64> {
    named_float(text).or_else(|| decimal(text))
}

/// A decimal number; Rust alone would also take `inf` and `nan`.
fn decimal(text: &str) -> Option<f64> {
    let numeric = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if numeric { text.parse().ok() } else { None }
}

/// A float's text; 32-bit ones are written as short as they read back.
pub(super) fn float_text(number: f64, kind: Kind) -> String {
    match kind {
        _ if number.is_nan() => "NaN".to_owned(),
        _ if number == f64::INFINITY => "Infinity".to_owned(),
        _ if number == f64::NEG_INFINITY => "-Infinity".to_owned(),
        Kind::Float => format!("{:?}", number as f32),
        _ => format!("{number:?}"),
    }
}

/// Reads a moment: in its own format, or in any if the form is not exact.
pub(super) fn time(text: &str, form: Form) -> Option<Timestamp> {
    let own = |format| match format {
        TimestampFormat::Iso8601 if form.exact && !is_date_time(text) => None,
        TimestampFormat::Iso8601 => Timestamp::parse_iso8601(text),
        TimestampFormat::Rfc822 => Timestamp::parse_http_date(text),
        TimestampFormat::Epoch => decimal(text).and_then(Timestamp::from_secs_f64),
    };
    let read = own(form.time);
    if read.is_some() || form.exact {
        return read;
    }
    [TimestampFormat::Iso8601, TimestampFormat::Rfc822, TimestampFormat::Epoch].into_iter().find_map(own)
}

/// Smithy's `date-time` in a request: seconds, and no offset but `Z`.
/// <https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait>
fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(10) == Some(&b'T') && bytes.get(16) == Some(&b':') && bytes.ends_with(b"Z")
}

pub(super) fn write_time(moment: Timestamp, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Iso8601 => moment.iso8601(),
        TimestampFormat::Rfc822 => moment.http_date(),
        TimestampFormat::Epoch => epoch_text(moment),
    }
}

/// Seconds since 1970 to the millisecond, without a fraction where there is none.
pub(super) fn epoch_text(moment: Timestamp) -> String {
    let millis = moment.millis();
    if millis % 1000 == 0 {
        return (millis / 1000).to_string();
    }
    let sign = if millis < 0 { "-" } else { "" };
    let millis = millis.unsigned_abs();
    let text = format!("{sign}{}.{:03}", millis / 1000, millis % 1000);
    text.trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_to_the_millisecond() {
        for (micros, want) in [
            (1_398_796_238_000_000, "1398796238"),
            (946_845_296_123_000, "946845296.123"),
            (946_845_296_120_400, "946845296.12"),
            (-1_500_000, "-1.5"),
            (0, "0"),
        ] {
            assert_eq!(epoch_text(Timestamp(micros)), want);
        }
    }

    #[test]
    fn floats_read_back() {
        for (number, kind, want) in [
            (1.1, Kind::Float, "1.1"),
            (1.0, Kind::Double, "1.0"),
            (f64::NEG_INFINITY, Kind::Float, "-Infinity"),
            (0.1 + 0.2, Kind::Double, "0.30000000000000004"),
        ] {
            assert_eq!(float_text(number, kind), want);
        }
        assert!(float("inf").is_none() && float("0x42").is_none() && float("").is_none());
    }
}
