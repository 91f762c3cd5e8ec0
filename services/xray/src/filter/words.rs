//! The words of an expression.

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// A keyword, a function or an operator in letters.
    Name(String),
    /// A text in quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// A sign.
    Sign(&'static str),
}

const SIGNS: [&str; 15] = ["!=", "<=", ">=", "=", "<", ">", "!", "(", ")", "{", "}", "[", "]", ",", ":"];

/// Cuts a text into words, or says what cannot be read.
pub fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '"' | '\'' => quoted(rest, first)?,
            c if c.is_ascii_digit() || c == '-' || c == '.' => number(rest)?,
            c if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || "_.-".contains(c))).unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                (Word::Name(name.to_owned()), after)
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| format!("unexpected '{first}'"))?;
                (Word::Sign(sign), rest.get(sign.len()..).unwrap_or_default())
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

/// A text in quotes; a backslash takes what follows it as it is.
fn quoted(text: &str, quote: char) -> Result<(Word, &str), String> {
    let mut content = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => content.extend(characters.next().map(|(_, c)| c)),
            c if c == quote => {
                let after = text.get(at + quote.len_utf8()..).unwrap_or_default();
                return Ok((Word::Text(content), after));
            }
            c => content.push(c),
        }
    }
    Err("a text has no end".to_owned())
}

fn number(text: &str) -> Result<(Word, &str), String> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || "-+.eE".contains(c))).unwrap_or(text.len());
    let (digits, after) = text.split_at(end);
    let number = digits.parse().map_err(|_| format!("unexpected '{digits}'"))?;
    Ok((Word::Number(number), after))
}
