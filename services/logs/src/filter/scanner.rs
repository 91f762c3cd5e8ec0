use super::Invalid;

/// Reads a pattern's text from left to right.
pub struct Scanner<'t> {
    rest: &'t str,
}

/// A value in a pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// As it stands; `*` is a wildcard.
    Plain(String),
    /// In quotation marks; `*` is a wildcard in it too.
    Quoted(String),
    /// Between percent signs.
    Expression(String),
}

impl<'t> Scanner<'t> {
    pub fn new(text: &'t str) -> Scanner<'t> {
        Scanner { rest: text }
    }

    /// Skips blanks.
    pub fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// What is still to be read.
    pub fn rest(&self) -> &'t str {
        self.rest
    }

    pub fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes `text` if it comes next behind blanks, and tells whether it did.
    pub fn take(&mut self, text: &str) -> bool {
        self.skip_blanks();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes a keyword in any case, and tells whether it came.
    pub fn keyword(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let Some(found) = self.rest.get(..word.len()) else { return false };
        let ends = self.rest.get(word.len()..).and_then(|rest| rest.chars().next());
        if !found.eq_ignore_ascii_case(word) || ends.is_some_and(|c| c.is_alphanumeric()) {
            return false;
        }
        self.rest = self.rest.get(word.len()..).unwrap_or_default();
        true
    }

    /// Takes characters as long as they are of a kind.
    pub fn take_while(&mut self, of: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !of(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes a value: quoted, an expression, or what comes until `ends`.
    pub fn word(&mut self, ends: impl Fn(char) -> bool) -> Result<Word, Invalid> {
        self.skip_blanks();
        match self.peek() {
            Some('"') => self.quoted().map(Word::Quoted),
            Some('%') => self.expression().map(Word::Expression),
            _ => {
                let text = self.take_while(|c| !ends(c)).trim_end();
                if text.is_empty() { Err(Invalid) } else { Ok(Word::Plain(text.to_owned())) }
            }
        }
    }

    fn quoted(&mut self) -> Result<String, Invalid> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return Ok(text);
                }
                '\\' => text.push(chars.next().ok_or(Invalid)?.1),
                c => text.push(c),
            }
        }
        Err(Invalid)
    }

    fn expression(&mut self) -> Result<String, Invalid> {
        let inner = self.rest.get(1..).unwrap_or_default();
        let end = inner.find('%').ok_or(Invalid)?;
        let text = inner.get(..end).unwrap_or_default().to_owned();
        self.rest = inner.get(end + 1..).unwrap_or_default();
        Ok(text)
    }
}
