use super::Invalid;
use super::scanner::{Scanner, Word};
use regex::Regex;

/// The largest compiled expression, in bytes.
const LARGEST: usize = 1 << 18;

/// What a value is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// Takes an operator, if one comes.
    pub fn read(scanner: &mut Scanner<'_>) -> Option<Operator> {
        const ALL: [(&str, Operator); 6] = [
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        ALL.into_iter().find(|(text, _)| scanner.take(text)).map(|(_, operator)| operator)
    }
}

/// A comparison with a value.
#[derive(Debug, Clone)]
pub struct Comparison {
    operator: Operator,
    value: Value,
}

#[derive(Debug, Clone)]
enum Value {
    /// A number, and how it was written.
    Number(f64, String),
    /// Text in pieces, between which anything may stand.
    Text(Vec<String>),
    Expression(Regex),
}

impl Comparison {
    pub fn new(operator: Operator, word: Word) -> Result<Comparison, Invalid> {
        let pieces = |text: &str| text.split('*').map(str::to_owned).collect();
        let value = match word {
            Word::Expression(text) => Value::Expression(expression(&text)?),
            Word::Quoted(text) => Value::Text(pieces(&text)),
            Word::Plain(text) => match number(&text) {
                Some(number) => Value::Number(number, text),
                None => Value::Text(pieces(&text)),
            },
        };
        let by_size = !matches!(operator, Operator::Equal | Operator::NotEqual);
        if by_size && !matches!(value, Value::Number(..)) {
            return Err(Invalid);
        }
        Ok(Comparison { operator, value })
    }

    /// Whether it holds of a value as it is written.
    pub fn holds(&self, found: &str) -> bool {
        match (&self.value, self.operator) {
            (_, Operator::Equal) => self.equals(found),
            (_, Operator::NotEqual) => !self.equals(found),
            (Value::Number(limit, _), operator) => number(found).is_some_and(|found| match operator {
                Operator::Less => found < *limit,
                Operator::LessOrEqual => found <= *limit,
                Operator::Greater => found > *limit,
                _ => found >= *limit,
            }),
            _ => false,
        }
    }

    fn equals(&self, found: &str) -> bool {
        match &self.value {
            Value::Number(wanted, written) => number(found).map_or(found == written, |found| found == *wanted),
            Value::Text(pieces) => fits(pieces, found),
            Value::Expression(expression) => expression.is_match(found),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    let first = text.bytes().next()?;
    // Rust reads `inf` and `nan` too.
    (first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.'))
        .then(|| text.parse().ok())?
        .filter(|n: &f64| n.is_finite())
}

/// Whether a text consists of the pieces with anything between them.
fn fits(pieces: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = pieces else { return pieces.first().is_some_and(|piece| piece == text) };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        let Some(at) = rest.find(piece.as_str()) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    rest.ends_with(last.as_str())
}

/// An expression of the characters that AWS allows.
pub fn expression(text: &str) -> Result<Regex, Invalid> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ":_#=@/;,-^$?[]{}|\\*+. ".contains(c);
    if text.is_empty() || !text.chars().all(allowed) {
        return Err(Invalid);
    }
    regex::RegexBuilder::new(text).size_limit(LARGEST).dfa_size_limit(LARGEST).build().map_err(|_| Invalid)
}
