//! Where a log event stands: in time, in its stream, in its batch. Event ids and tokens are positions in digits.

/// The place of a log event. Events of the same millisecond stand in the order in which they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Its time, in milliseconds.
    pub millis: i64,
    /// The number of its stream.
    pub stream: i64,
    /// The number of its batch.
    pub batch: i64,
    /// Its place in the batch.
    pub index: i64,
}

/// How many digits each part has; 56 together, as AWS's ids have.
const DIGITS: [usize; 4] = [14, 19, 18, 5];

impl Position {
    /// As 56 digits.
    pub fn digits(&self) -> String {
        format!("{:014}{:019}{:018}{:05}", self.millis, self.stream, self.batch, self.index)
    }

    /// Reads what [`Position::digits`] wrote.
    pub fn read(text: &str) -> Option<Position> {
        if text.len() != DIGITS.iter().sum::<usize>() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let mut rest = text;
        let mut next = |digits: usize| {
            let (number, after) = rest.split_at_checked(digits)?;
            rest = after;
            number.parse().ok()
        };
        let [millis, stream, batch, index] = DIGITS.map(&mut next);
        Some(Position { millis: millis?, stream: stream?, batch: batch?, index: index? })
    }

    /// The place behind this one, before all others.
    pub fn next(self) -> Position {
        Position { index: self.index + 1, ..self }
    }
}

/// A number for a group or stream: it has at most 19 digits.
pub fn number(chance: u64) -> i64 {
    (chance >> 4) as i64
}

/// A token of GetLogEvents: which way it leads, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Whether it leads to what is later.
    pub forward: bool,
    /// What it leads from: later events stand behind it, earlier ones before it.
    pub from: Position,
}

impl Token {
    /// As AWS writes it: `f/…/s`.
    pub fn write(&self) -> String {
        format!("{}/{}/s", if self.forward { 'f' } else { 'b' }, self.from.digits())
    }

    /// Reads what [`Token::write`] wrote.
    pub fn read(text: &str) -> Option<Token> {
        let (way, rest) = text.split_once('/')?;
        let forward = match way {
            "f" => true,
            "b" => false,
            _ => return None,
        };
        Some(Token { forward, from: Position::read(rest.strip_suffix("/s")?)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_read_back_and_sort_as_their_digits_do() {
        let one = Position { millis: 1_700_000_000_000, stream: number(u64::MAX), batch: 7, index: 9_999 };
        let other = Position { millis: 1_700_000_000_001, ..Position::default() };
        for position in [one, other, one.next(), Position::default()] {
            assert_eq!(Position::read(&position.digits()), Some(position));
            let token = Token { forward: position.index > 0, from: position };
            assert_eq!(Token::read(&token.write()), Some(token));
        }
        assert!(one.digits() < other.digits() && one < one.next());
        for text in ["", "f/1/s", "x/00000000000000000000000000000000000000000000000000000000/s", "f/é"] {
            assert_eq!(Token::read(text), None, "{text}");
        }
    }
}
