use crate::Error;
use crate::error::Fault;
use crate::reader::{Reader, Token};
use std::borrow::Cow;
use std::fmt::{self, Write};

/// A JSON value that borrows from the text that it was read from. Objects keep the order of their keys, numbers the form
/// in which they were written. `Display` writes it without spaces.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(Cow<'a, str>),
    /// A string.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// Reads one value, and nothing after it.
    ///
    /// # Errors
    /// What is no JSON, or nests deeper than [`crate::DEEPEST`].
    pub fn parse(text: &'a str) -> Result<Json<'a>, Error> {
        let mut reader = Reader::new(text);
        let token = reader.next()?;
        let value = Json::read(&mut reader, token)?;
        reader.next()?;
        Ok(value)
    }

    fn read(reader: &mut Reader<'a>, token: Token<'a>) -> Result<Json<'a>, Error> {
        Ok(match token {
            Token::Null => Json::Null,
            Token::Bool(truth) => Json::Bool(truth),
            Token::Number(number) => Json::Number(Cow::Borrowed(number)),
            Token::Text(text) => Json::String(text),
            Token::BeginArray => {
                let mut items = Vec::new();
                loop {
                    match reader.next()? {
                        Token::EndArray => break Json::Array(items),
                        token => items.push(Json::read(reader, token)?),
                    }
                }
            }
            Token::BeginObject => {
                let mut entries = Vec::new();
                while let Token::Name(name) = reader.next()? {
                    let token = reader.next()?;
                    entries.push((name, Json::read(reader, token)?));
                }
                Json::Object(entries)
            }
            Token::EndObject | Token::EndArray | Token::Name(_) | Token::End => {
                let reason = "No content to map due to end-of-input".to_owned();
                return Err(Error { fault: Fault::Syntax, reason, at: reader.place() });
            }
        })
    }

    /// The value under `key`, the last of several; `None` where there is none or this is no object.
    pub fn get(&self, key: &str) -> Option<&Json<'a>> {
        match self {
            Json::Object(entries) => entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this is neither an array nor an object.
    pub fn is_scalar(&self) -> bool {
        !matches!(self, Json::Array(_) | Json::Object(_))
    }

    /// The value without what it borrows.
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Json::Null => Json::Null,
            Json::Bool(truth) => Json::Bool(truth),
            Json::Number(number) => Json::Number(Cow::Owned(number.into_owned())),
            Json::String(text) => Json::String(Cow::Owned(text.into_owned())),
            Json::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Json::Object(entries) => {
                let owned =
                    |(name, value): (Cow<'_, str>, Json<'_>)| (Cow::Owned(name.into_owned()), value.into_owned());
                Json::Object(entries.into_iter().map(owned).collect())
            }
        }
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(truth) => write!(f, "{truth}"),
            Json::Number(number) => f.write_str(number),
            Json::String(text) => quote(f, text),
            Json::Array(items) => {
                f.write_char('[')?;
                for (i, item) in items.iter().enumerate() {
                    f.write_str(if i > 0 { "," } else { "" })?;
                    fmt::Display::fmt(item, f)?;
                }
                f.write_char(']')
            }
            Json::Object(entries) => {
                f.write_char('{')?;
                for (i, (name, value)) in entries.iter().enumerate() {
                    f.write_str(if i > 0 { "," } else { "" })?;
                    quote(f, name)?;
                    f.write_char(':')?;
                    fmt::Display::fmt(value, f)?;
                }
                f.write_char('}')
            }
        }
    }
}

/// What has no escape is written run by run: texts are most of an event.
fn quote(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < b' ' || b == b'"' || b == b'\\') {
        // Such a byte is a character of its own.
        let (run, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        f.write_str(run)?;
        match from.as_bytes().first() {
            Some(b'"') => f.write_str("\\\"")?,
            Some(b'\\') => f.write_str("\\\\")?,
            Some(b'\n') => f.write_str("\\n")?,
            Some(b'\r') => f.write_str("\\r")?,
            Some(b'\t') => f.write_str("\\t")?,
            Some(8) => f.write_str("\\b")?,
            Some(12) => f.write_str("\\f")?,
            Some(byte) => write!(f, "\\u{byte:04x}")?,
            None => {}
        }
        rest = from.get(1..).unwrap_or_default();
    }
    f.write_str(rest)?;
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for text in [
            "null",
            "-0.50e+3",
            r#""a\"b\\c\n\r\t\b\f\u0001\u001fé\"""#,
            r#""""#,
            "[]",
            "{}",
            r#"{"b":[1,2.0,{"a":null}],"a":true,"b":false}"#,
        ] {
            assert_eq!(Json::parse(text).map(|json| json.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(
            Json::parse(" [ 1 , \"\\u00e9\\ud83d\\ude00\\ud83d\" ] ").unwrap().to_string(),
            "[1,\"é😀\u{fffd}\"]"
        );
        assert_eq!(Json::parse(r#"{"a":1,"a":2}"#).unwrap().get("a"), Some(&Json::Number("2".into())));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            " ",
            "{",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "-",
            "1.",
            "1e",
            "+1",
            "tru",
            "nulll",
            "\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12é4\"",
            "\"\n\"",
            "1 2",
            "{}x",
            "'a'",
            "NaN",
            "]",
            deep.as_str(),
        ] {
            assert!(Json::parse(text).is_err(), "{text:.20}");
        }
    }
}
