//! A strict reader of JSON that hands out one token after another: texts are borrowed where nothing in them is escaped,
//! numbers are kept as they were written, and the place is known at each token.

use crate::Error;
use crate::error::Fault;
use std::borrow::Cow;

/// How deep objects and arrays may nest.
pub const DEEPEST: usize = 128;

/// What comes next in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    BeginObject,
    EndObject,
    BeginArray,
    EndArray,
    /// A key of an object; its value follows.
    Name(Cow<'a, str>),
    Text(Cow<'a, str>),
    Number(&'a str),
    Bool(bool),
    Null,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Within {
    /// An object, before its first name, or between entries.
    Object {
        first: bool,
    },
    /// An object whose value is due.
    Value,
    Array {
        first: bool,
    },
}

#[derive(Clone)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The byte behind the token that was read last; behind a text's opening quote, as AWS counts.
    place: usize,
    open: Vec<Within>,
    begun: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Reader<'a> {
        Reader { text, at: 0, place: 0, open: Vec::new(), begun: false }
    }

    pub(crate) fn place(&self) -> usize {
        self.place
    }

    /// A fault of form at the token that was read last.
    pub(crate) fn refuse<T>(&self, reason: impl Into<String>) -> Result<T, Error> {
        Err(Error::form(self.place, reason))
    }

    fn syntax<T>(&self, reason: impl Into<String>) -> Result<T, Error> {
        Err(Error { fault: Fault::Syntax, reason: reason.into(), at: self.at })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn unexpected<T>(&mut self, wanted: &str) -> Result<T, Error> {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(c) => {
                self.at += c.len_utf8();
                let code = u32::from(c);
                self.syntax(format!("Unexpected character ('{c}' (code {code})): {wanted}"))
            }
            None => self.syntax("Unexpected end-of-input"),
        }
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Result<Token<'a>, Error> {
        self.skip_space();
        match self.open.pop() {
            None if self.begun => match self.peek() {
                None => Ok(Token::End),
                Some(_) => self.unexpected("expected end of input"),
            },
            None => {
                self.begun = true;
                self.value()
            }
            Some(Within::Value) => {
                self.open.push(Within::Object { first: false });
                self.value()
            }
            Some(Within::Object { first }) => self.name(first),
            Some(Within::Array { first }) => self.element(first),
        }
    }

    fn name(&mut self, first: bool) -> Result<Token<'a>, Error> {
        if self.peek() == Some(b'}') {
            return Ok(self.one(Token::EndObject));
        }
        if !first {
            self.separator("was expecting comma to separate Object entries")?;
        }
        if self.peek() != Some(b'"') {
            return self.unexpected("was expecting double-quote to start field name");
        }
        let name = self.string()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return self.unexpected("was expecting a colon to separate field name and value");
        }
        self.at += 1;
        self.place = self.at;
        self.open.push(Within::Value);
        Ok(Token::Name(name))
    }

    fn element(&mut self, first: bool) -> Result<Token<'a>, Error> {
        if self.peek() == Some(b']') {
            return Ok(self.one(Token::EndArray));
        }
        if !first {
            self.separator("was expecting comma to separate Array entries")?;
        }
        self.open.push(Within::Array { first: false });
        self.value()
    }

    fn separator(&mut self, wanted: &str) -> Result<(), Error> {
        if self.peek() != Some(b',') {
            return self.unexpected(wanted);
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    fn one(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        self.place = self.at;
        token
    }

    fn value(&mut self) -> Result<Token<'a>, Error> {
        let open = match self.peek() {
            Some(b'{') => (Token::BeginObject, Within::Object { first: true }),
            Some(b'[') => (Token::BeginArray, Within::Array { first: true }),
            Some(b'"') => {
                let place = self.at + 1;
                let text = self.string()?;
                self.place = place;
                return Ok(Token::Text(text));
            }
            Some(b'-' | b'0'..=b'9') => return self.number(),
            _ => return self.word(),
        };
        if self.open.len() >= DEEPEST {
            return self.syntax(format!("Document nesting depth ({}) exceeds the maximum allowed", DEEPEST + 1));
        }
        self.open.push(open.1);
        Ok(self.one(open.0))
    }

    fn word(&mut self) -> Result<Token<'a>, Error> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let words = [("true", Token::Bool(true)), ("false", Token::Bool(false)), ("null", Token::Null)];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        if let Some((_, token)) = words.into_iter().find(|(known, _)| *known == word) {
            self.at += end;
            self.place = self.at;
            return Ok(token);
        }
        if word.is_empty() {
            return self.unexpected(
                "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            );
        }
        self.at += end;
        let known = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
        self.syntax(format!("Unrecognized token '{word}': was expecting {known}"))
    }

    fn number(&mut self) -> Result<Token<'a>, Error> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let whole = self.at;
        self.digits()?;
        let leading = self.text.as_bytes().get(whole) == Some(&b'0');
        if leading && self.at > whole + 1 {
            return self.syntax("Invalid numeric value: Leading zeroes not allowed");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        self.place = self.at;
        Ok(Token::Number(self.text.get(start..self.at).unwrap_or_default()))
    }

    fn digits(&mut self) -> Result<(), Error> {
        if !self.peek().is_some_and(|b| b.is_ascii_digit()) {
            return self.unexpected("Expected a digit to follow in a number");
        }
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    /// The text whose opening quote comes next.
    fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let text = self.text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(Cow::Borrowed(text));
                }
                Some(b'\\') => return self.escaped(start).map(Cow::Owned),
                Some(0..=0x1f) => return self.control(),
                Some(_) => self.at += 1,
                None => return self.syntax("Unexpected end-of-input in a String value"),
            }
        }
    }

    fn control<T>(&mut self) -> Result<T, Error> {
        let code = self.peek().unwrap_or_default();
        self.at += 1;
        self.syntax(format!(
            "Illegal unquoted character ((CTRL-CHAR, code {code})): has to be escaped using backslash to be included in \
             string value"
        ))
    }

    fn escaped(&mut self, start: usize) -> Result<String, Error> {
        let mut text = self.text.get(start..self.at).unwrap_or_default().to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                Some(0..=0x1f) => return self.control(),
                None => return self.syntax("Unexpected end-of-input in a String value"),
                Some(_) => {
                    let rest = self.text.get(self.at..).unwrap_or_default();
                    let end = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ').unwrap_or(rest.len());
                    text.push_str(rest.get(..end).unwrap_or_default());
                    self.at += end;
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Error> {
        let c = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            Some(c) => {
                self.at += 1;
                let c = char::from(c);
                return self.syntax(format!("Unrecognized character escape '{c}' (code {})", u32::from(c)));
            }
            None => return self.syntax("Unexpected end-of-input in character escape sequence"),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, Error> {
        let first = self.hex()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let pair = self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u"));
        if !pair {
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        self.at += 2;
        let second = self.hex()?;
        let both = char::decode_utf16([first as u16, second as u16]).next().and_then(Result::ok);
        Ok(both.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, Error> {
        let digits = self.text.get(self.at..self.at + 4).filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => self.unexpected("expected a hex-digit for character escape sequence"),
        }
    }
}
