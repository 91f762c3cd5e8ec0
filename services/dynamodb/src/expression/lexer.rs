//! An expression as tokens.

use super::{Kind, LONGEST};
use service::{Error, Result};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A word: a name, a function or an operator such as `AND`.
    Word,
    /// Digits.
    Digits,
    /// `#name`
    Name,
    /// `:value`
    Value,
    /// An operator or a bracket.
    Symbol,
    /// A character that belongs nowhere.
    Stray,
    /// The end.
    End,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Token<'e> {
    /// What it is.
    pub sort: Sort,
    /// Its text; `<EOF>` for the end.
    pub text: &'e str,
    from: usize,
    to: usize,
}

/// The tokens of one expression, read from left to right.
pub struct Tokens<'e> {
    kind: Kind,
    text: &'e str,
    all: Vec<Token<'e>>,
    at: usize,
}

impl<'e> Tokens<'e> {
    /// Reads an expression's tokens.
    ///
    /// # Errors
    /// AWS's for one that is empty or too long.
    pub fn of(kind: Kind, text: &'e str) -> Result<Tokens<'e>> {
        if text.is_empty() {
            return Err(kind.error("The expression can not be empty;"));
        }
        if text.len() > LONGEST {
            let length = text.len();
            return Err(
                kind.error(format!("Expression size has exceeded the maximum allowed size; expression size: {length}"))
            );
        }
        let mut all = Vec::new();
        let mut at = 0;
        while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
            if first.is_ascii_whitespace() {
                at += 1;
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            let (sort, length) = token(first, rest);
            all.push(Token { sort, text: rest.get(..length).unwrap_or_default(), from: at, to: at + length });
            at += length;
        }
        all.push(Token { sort: Sort::End, text: "<EOF>", from: text.len(), to: text.len() });
        Ok(Tokens { kind, text, all, at: 0 })
    }

    /// Which parameter this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    fn nth(&self, at: usize) -> Token<'e> {
        let end = Token { sort: Sort::End, text: "<EOF>", from: self.text.len(), to: self.text.len() };
        self.all.get(at).copied().unwrap_or(end)
    }

    /// The token that comes next.
    pub fn peek(&self) -> Token<'e> {
        self.nth(self.at)
    }

    /// The token behind that.
    pub fn second(&self) -> Token<'e> {
        self.nth(self.at + 1)
    }

    /// Goes past the next token and gives it.
    pub fn take(&mut self) -> Token<'e> {
        let token = self.peek();
        self.at += 1;
        token
    }

    /// Goes back before the token that was taken last.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// Whether this symbol comes next; it is then left behind.
    pub fn symbol(&mut self, text: &str) -> bool {
        let token = self.peek();
        let there = token.sort == Sort::Symbol && token.text == text;
        self.at += usize::from(there);
        there
    }

    /// Goes past this symbol, which must come next.
    pub fn expect(&mut self, text: &str) -> Result<()> {
        if self.symbol(text) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Whether this word comes next, in whatever case.
    pub fn is_word(&self, word: &str) -> bool {
        let token = self.peek();
        token.sort == Sort::Word && token.text.eq_ignore_ascii_case(word)
    }

    /// Whether this word comes next, in whatever case; it is then left behind.
    pub fn word(&mut self, word: &str) -> bool {
        let there = self.is_word(word);
        self.at += usize::from(there);
        there
    }

    /// That the next token cannot stand where it does, shown with its two neighbours.
    pub fn unexpected(&self) -> Error {
        let token = self.peek();
        let from = self.at.checked_sub(1).map_or(token.from, |before| self.nth(before).from);
        let near = self.text.get(from..self.second().to.max(token.to)).unwrap_or_default();
        self.kind.error(format!("Syntax error; token: \"{}\", near: \"{}\"", token.text, near.trim_end()))
    }
}

fn token(first: char, rest: &str) -> (Sort, usize) {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let run = |skip: usize, part: fn(char) -> bool| {
        let tail = rest.get(skip..).unwrap_or_default();
        skip + tail.find(|c: char| !part(c)).unwrap_or(tail.len())
    };
    match first {
        'a'..='z' | 'A'..='Z' => (Sort::Word, run(0, |c| c.is_ascii_alphanumeric() || c == '_')),
        '0'..='9' => (Sort::Digits, run(0, |c| c.is_ascii_digit())),
        '#' | ':' if rest.chars().nth(1).is_some_and(inner) => {
            let sort = if first == '#' { Sort::Name } else { Sort::Value };
            (sort, run(1, |c| c.is_ascii_alphanumeric() || c == '_'))
        }
        '<' if rest.starts_with("<>") || rest.starts_with("<=") => (Sort::Symbol, 2),
        '>' if rest.starts_with(">=") => (Sort::Symbol, 2),
        '=' | '<' | '>' | '(' | ')' | '[' | ']' | '.' | ',' | '+' | '-' => (Sort::Symbol, 1),
        other => (Sort::Stray, other.len_utf8()),
    }
}
