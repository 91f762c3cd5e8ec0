//! Java's regular expressions in the words of the `regex` crate.
//!
//! The two differ in what shorthand classes mean (ASCII in Java), in the names of properties, in escapes, and in what
//! needs no escape inside a class. Possessive quantifiers become greedy ones. Back-references and look-around have no
//! counterpart: [`super::pattern`] takes look-around off at the two ends, where it is a condition of its own.
//! <https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/regex/Pattern.html>

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// What Java's `.` leaves out.
const LINE_ENDS: &str = r"\n\r\x{85}\x{2028}\x{2029}";
const SPACES: &str = r" \t\n\x{B}\x{C}\r";
const FLAT_SPACES: &str = r" \t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}";
const UPRIGHT_SPACES: &str = r"\n\x{B}\x{C}\r\x{85}\x{2028}\x{2029}";

/// The pattern for the `regex` crate, or what it holds that has no counterpart.
pub(super) fn translate(java: &str) -> Result<String, &'static str> {
    let mut state = State { input: java.chars().peekable(), out: String::with_capacity(java.len() + 16), class: 0 };
    state.run()?;
    Ok(state.out)
}

struct State<'p> {
    input: Peekable<Chars<'p>>,
    out: String,
    /// How many classes are open.
    class: u32,
}

impl State<'_> {
    fn run(&mut self) -> Result<(), &'static str> {
        let mut quantified = false;
        while let Some(c) = self.input.next() {
            let was_quantified = std::mem::take(&mut quantified);
            match c {
                '\\' => self.escape()?,
                _ if self.class > 0 => self.in_class(c),
                '[' => self.open_class(),
                ']' | '}' => self.literal(c),
                '.' => {
                    let _ = write!(self.out, "[^{LINE_ENDS}]");
                }
                '(' => self.group()?,
                '+' if was_quantified => {}
                '*' | '+' | '?' => {
                    // `a*?` is lazy in both dialects.
                    quantified = !(was_quantified && c == '?');
                    self.out.push(c);
                }
                '{' => quantified = self.counted(),
                _ => self.out.push(c),
            }
        }
        Ok(())
    }

    fn literal(&mut self, c: char) {
        if !c.is_ascii() || c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || c.is_ascii_control() || c == '_' {
            let _ = write!(self.out, "\\x{{{:X}}}", u32::from(c));
        } else {
            self.out.push('\\');
            self.out.push(c);
        }
    }

    fn open_class(&mut self) {
        self.class += 1;
        self.out.push('[');
        if self.input.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        if self.input.next_if_eq(&']').is_some() {
            self.out.push_str("\\]");
        }
    }

    /// Inside a class, the `regex` crate has operators that Java has not.
    fn in_class(&mut self, c: char) {
        match c {
            '[' => self.open_class(),
            ']' => {
                self.class -= 1;
                self.out.push(']');
            }
            '-' if self.input.peek() == Some(&'-') => self.out.push_str("\\-"),
            '~' => self.out.push_str("\\~"),
            _ => self.out.push(c),
        }
    }

    fn group(&mut self) -> Result<(), &'static str> {
        self.out.push('(');
        if self.input.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        self.out.push('?');
        match self.input.peek() {
            Some('=' | '!') => Err("look-ahead"),
            Some('>') => {
                self.input.next();
                self.out.push(':');
                Ok(())
            }
            Some('<') => {
                self.input.next();
                if matches!(self.input.peek(), Some('=' | '!')) {
                    return Err("look-behind");
                }
                self.out.push_str("P<");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// `{2,5}` is a quantifier; any other brace means itself.
    fn counted(&mut self) -> bool {
        let text: String = self.input.clone().take_while(|c| *c != '}').collect();
        let closed = self.input.clone().nth(text.chars().count()) == Some('}');
        let (low, high) = text.split_once(',').unwrap_or((&text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if !closed || low.is_empty() || !digits(low) || !digits(high) {
            self.literal('{');
            return false;
        }
        let _ = write!(self.out, "{{{text}}}");
        self.input.nth(text.len());
        true
    }

    fn escape(&mut self) -> Result<(), &'static str> {
        let c = self.input.next().ok_or("an escape without a character")?;
        let set = match c {
            'd' => Some("[0-9]".to_owned()),
            'D' => Some("[^0-9]".to_owned()),
            'w' => Some("[a-zA-Z0-9_]".to_owned()),
            'W' => Some("[^a-zA-Z0-9_]".to_owned()),
            's' => Some(format!("[{SPACES}]")),
            'S' => Some(format!("[^{SPACES}]")),
            'h' => Some(format!("[{FLAT_SPACES}]")),
            'H' => Some(format!("[^{FLAT_SPACES}]")),
            'v' => Some(format!("[{UPRIGHT_SPACES}]")),
            'V' => Some(format!("[^{UPRIGHT_SPACES}]")),
            'R' => Some(format!("(?:\\r\\n|[{UPRIGHT_SPACES}])")),
            'p' | 'P' => Some(self.property(c == 'P')?),
            _ => None,
        };
        if let Some(set) = set {
            self.out.push_str(&set);
            return Ok(());
        }
        match c {
            't' | 'n' | 'r' | 'f' | 'a' | 'A' | 'z' | 'b' | 'B' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'Z' => self.out.push_str("\\z"),
            'e' => self.out.push_str("\\x{1B}"),
            'u' => self.code(4)?,
            'x' => self.hexadecimal()?,
            'Q' => self.quoted(),
            '0' => return Err("an octal escape"),
            '1'..='9' | 'k' => return Err("a back-reference"),
            _ if c.is_ascii_alphabetic() => return Err("an unknown escape"),
            _ => self.literal(c),
        }
        Ok(())
    }

    fn hexadecimal(&mut self) -> Result<(), &'static str> {
        if self.input.next_if_eq(&'{').is_none() {
            return self.code(2);
        }
        let digits: String = std::iter::from_fn(|| self.input.next().filter(|c| *c != '}')).collect();
        let _ = write!(self.out, "\\x{{{digits}}}");
        Ok(())
    }

    /// A character by `digits` hexadecimal digits. Two halves of a pair are one character; Java has halves alone too,
    /// which no text that arrives here holds, so the nearest characters stand for them at the ends of ranges.
    fn code(&mut self, digits: usize) -> Result<(), &'static str> {
        let first = self.digits(digits)?;
        let point = match first {
            0xD800..=0xDBFF => {
                let mut ahead = self.input.clone();
                let pair = ahead.next() == Some('\\') && ahead.next() == Some('u');
                match if pair { hex(&mut ahead, 4) } else { None } {
                    Some(second @ 0xDC00..=0xDFFF) => {
                        self.input = ahead;
                        0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                    }
                    _ => 0xE000,
                }
            }
            0xDC00..=0xDFFF => 0xD7FF,
            point => point,
        };
        let _ = write!(self.out, "\\x{{{point:X}}}");
        Ok(())
    }

    fn digits(&mut self, count: usize) -> Result<u32, &'static str> {
        hex(&mut self.input, count).ok_or("a broken hexadecimal escape")
    }

    fn quoted(&mut self) {
        while let Some(c) = self.input.next() {
            if c == '\\' && self.input.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(c);
        }
    }

    /// In brackets of its own, so that a hyphen behind it means itself.
    fn property(&mut self, negated: bool) -> Result<String, &'static str> {
        let name: String = match self.input.next() {
            Some('{') => std::iter::from_fn(|| self.input.next().filter(|c| *c != '}')).collect(),
            Some(letter) => letter.to_string(),
            None => return Err("a property without a name"),
        };
        let ascii = match name.as_str() {
            "Lower" => "a-z",
            "Upper" => "A-Z",
            "ASCII" => r"\x00-\x7F",
            "Alpha" => "a-zA-Z",
            "Digit" => "0-9",
            "Alnum" => "a-zA-Z0-9",
            "Punct" => r"!-/:-@\[-`{-\x7E",
            "Graph" => r"!-\x7E",
            "Print" => r" -\x7E",
            "Blank" => r" \t",
            "Cntrl" => r"\x00-\x1F\x7F",
            "XDigit" => "0-9a-fA-F",
            "Space" => SPACES,
            "all" => r"\x00-\x{10FFFF}",
            _ => {
                let name = name.strip_prefix("Is").or_else(|| name.strip_prefix("general_category=")).unwrap_or(&name);
                return Ok(format!("[\\{}{{{name}}}]", if negated { 'P' } else { 'p' }));
            }
        };
        Ok(format!("[{}{ascii}]", if negated { "^" } else { "" }))
    }
}

fn hex(input: &mut Peekable<Chars<'_>>, count: usize) -> Option<u32> {
    (0..count).try_fold(0, |value, _| Some(value * 16 + input.next()?.to_digit(16)?))
}
