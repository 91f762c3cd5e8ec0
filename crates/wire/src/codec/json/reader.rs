use crate::codec::fault::Bad;
use crate::codec::scan::plain;
use crate::codec::{DEEPEST, MOST_NODES};
use std::borrow::Cow;

/// A pull reader over JSON (RFC 8259, strictly), which counts depth and nodes.
pub(in crate::codec) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    deepest: usize,
    nodes_left: usize,
}

impl<'a> Reader<'a> {
    pub(in crate::codec) fn new(bytes: &'a [u8]) -> Result<Reader<'a>, Bad> {
        Reader::within(bytes, DEEPEST, MOST_NODES)
    }

    pub(super) fn within(bytes: &'a [u8], deepest: usize, nodes: usize) -> Result<Reader<'a>, Bad> {
        let text = std::str::from_utf8(bytes).map_err(|_| Bad::new("The request body is not valid UTF-8"))?;
        Ok(Reader { text, at: 0, depth: 0, deepest, nodes_left: nodes })
    }

    fn here(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The first byte of what comes next, white space passed over.
    pub(in crate::codec) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.here() {
            self.at += 1;
        }
        self.here()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or("")
    }

    fn unexpected(&self) -> Bad {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(c) => Bad::new(format!("Unexpected character ('{c}') at offset {}", self.at)),
            None => Bad::new("Unexpected end of the request body"),
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Bad> {
        if self.peek() != Some(byte) {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    /// Enters a list or object, whose bracket is `byte`.
    pub(super) fn open(&mut self, byte: u8) -> Result<(), Bad> {
        self.expect(byte)?;
        self.depth += 1;
        if self.depth > self.deepest {
            return Err(Bad::new("The request body is nested too deeply"));
        }
        Ok(())
    }

    /// Goes to the next element; `false` when the closing bracket `close` was met and left behind.
    pub(super) fn next(&mut self, close: u8, first: &mut bool) -> Result<bool, Bad> {
        if self.peek() == Some(close) {
            self.at += 1;
            self.depth -= 1;
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',')?;
            if self.peek() == Some(close) {
                return Err(self.unexpected());
            }
        }
        self.nodes_left =
            self.nodes_left.checked_sub(1).ok_or_else(|| Bad::new("The request body holds too many values"))?;
        Ok(true)
    }

    /// A key and its colon.
    pub(super) fn key(&mut self) -> Result<Cow<'a, str>, Bad> {
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Bad> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.here() {
                Some(b'"') => break,
                Some(b'\\') => return self.escaped(start).map(Cow::Owned),
                Some(0..0x20) | None => return Err(self.unexpected()),
                Some(_) => self.pass_plain(),
            }
        }
        let text = self.slice(start, self.at);
        self.at += 1;
        Ok(Cow::Borrowed(text))
    }

    /// Goes to the next byte that means something in a string.
    fn pass_plain(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += plain(rest, |b| (b == b'"') | (b == b'\\') | (b < 0x20));
    }

    /// The rest of a string in which an escape was met.
    fn escaped(&mut self, start: usize) -> Result<String, Bad> {
        let mut text = String::with_capacity(self.at - start + 32);
        let mut from = start;
        loop {
            match self.here() {
                Some(b'"') => break,
                Some(b'\\') => {
                    text.push_str(self.slice(from, self.at));
                    self.at += 1;
                    text.push(self.escape()?);
                    from = self.at;
                }
                Some(0..0x20) | None => return Err(self.unexpected()),
                Some(_) => self.pass_plain(),
            }
        }
        text.push_str(self.slice(from, self.at));
        self.at += 1;
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, Bad> {
        let c = match self.here() {
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, Bad> {
        let first = self.hex()?;
        let code = match first {
            0xD800..0xDC00 if self.text.get(self.at..self.at + 2) == Some("\\u") => {
                self.at += 2;
                let second = self.hex()?;
                if !(0xDC00..0xE000).contains(&second) {
                    return Err(Bad::new("Lone surrogate in a string"));
                }
                0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            _ => first,
        };
        char::from_u32(code).ok_or_else(|| Bad::new("Lone surrogate in a string"))
    }

    fn hex(&mut self) -> Result<u32, Bad> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).ok_or_else(|| self.unexpected())?;
        self.at += 4;
        Ok(code)
    }

    /// A number's text.
    pub(super) fn number(&mut self) -> Result<&'a str, Bad> {
        self.peek();
        let start = self.at;
        if self.here() == Some(b'-') {
            self.at += 1;
        }
        match self.here() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.here() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.here() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.here() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.slice(start, self.at))
    }

    fn digits(&mut self) -> Result<(), Bad> {
        let start = self.at;
        while self.here().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.unexpected()) } else { Ok(()) }
    }

    /// `true`, `false` or `null`.
    pub(super) fn literal(&mut self, word: &str) -> Result<(), Bad> {
        self.peek();
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.unexpected());
        }
        self.at += word.len();
        Ok(())
    }

    /// Whether a `null` is next; it is then left behind.
    pub(super) fn null(&mut self) -> Result<bool, Bad> {
        if self.peek() != Some(b'n') {
            return Ok(false);
        }
        self.literal("null").map(|()| true)
    }

    /// Passes over one value.
    pub(super) fn skip(&mut self) -> Result<(), Bad> {
        let mut first = true;
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(b'[') => {
                self.open(b'[')?;
                while self.next(b']', &mut first)? {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'{') => {
                self.open(b'{')?;
                while self.next(b'}', &mut first)? {
                    self.key()?;
                    self.skip()?;
                }
                Ok(())
            }
            _ => self.number().map(drop),
        }
    }

    /// Nothing but white space may follow.
    pub(in crate::codec) fn end(&mut self) -> Result<(), Bad> {
        if self.peek().is_some() { Err(self.unexpected()) } else { Ok(()) }
    }

    /// That the next value is not of the wanted type, in the words of AWS's own reader:
    /// `NUMBER_VALUE can not be converted to a String`.
    pub(super) fn misplaced(&mut self, wanted: &str) -> Bad {
        let token = match self.peek() {
            Some(b'{') => return Bad::new("Start of structure or map found where not expected"),
            Some(b'[') => return Bad::new("Start of list found where not expected"),
            Some(b'"') => "STRING_VALUE",
            Some(b't') => "TRUE_VALUE",
            Some(b'f') => "FALSE_VALUE",
            Some(b'n') => "NULL_VALUE",
            Some(b'-' | b'0'..=b'9') => "NUMBER_VALUE",
            _ => return self.unexpected(),
        };
        Bad::new(format!("{token} can not be converted to {wanted}"))
    }
}
