use super::invalid;
use service::Result;

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    Name(String),
    Text(String),
    Sign(&'static str),
}

const SIGNS: [&str; 20] =
    ["<=", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "<", ">", "=", "!"];

/// The pieces of an expression.
pub fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '0'..='9' | '.' => number(text, rest)?,
            '"' | '\'' => quoted(text, rest, first)?,
            c if c.is_ascii_alphabetic() => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                let (name, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (Token::Name(name.to_owned()), after)
            }
            _ => {
                let sign = SIGNS.into_iter().find_map(|sign| Some((Token::Sign(sign), rest.strip_prefix(sign)?)));
                sign.ok_or_else(|| invalid(text, format_args!("Unexpected character '{first}'")))?
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn number<'t>(text: &str, rest: &'t str) -> Result<(Token, &'t str)> {
    let mut end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let exponent = rest.get(end..).and_then(|tail| {
        let inner = tail.strip_prefix(['e', 'E'])?;
        let digits = inner.strip_prefix(['+', '-']).unwrap_or(inner);
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        (count > 0).then(|| tail.len() - digits.len() + count)
    });
    end += exponent.unwrap_or(0);
    let (digits, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let number = digits.parse().map_err(|_| invalid(text, format_args!("'{digits}' is no number")))?;
    Ok((Token::Number(number), after))
}

fn quoted<'t>(text: &str, rest: &'t str, mark: char) -> Result<(Token, &'t str)> {
    let parts = rest.get(1..).and_then(|inner| inner.split_once(mark));
    let (inner, after) = parts.ok_or_else(|| invalid(text, "A text has no end"))?;
    Ok((Token::Text(inner.to_owned()), after))
}
