//! Where the statements of a policy stand in its text, as AWS's policy simulator tells it.
//!
//! AWS's reader is a stream of tokens, and it notes where it stands rather than where a statement's first character is: behind
//! the `[` of the list or the `}` of the statement before, or, where `Statement` is a single object, behind that object's `{`.
//! The example of <https://docs.aws.amazon.com/cli/latest/reference/iam/simulate-custom-policy.html> shows the last.

use std::str::Chars;

/// A place in a text. Lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// From where to where a statement stands; the end is behind its last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// The statements of a policy in the order of its text, the one of [`crate::Statement::index`] 0 first. A text that is no policy
/// may give none.
pub fn statement_spans(text: &str) -> Vec<Span> {
    let mut walk = Walk { rest: text.chars(), at: Position { line: 1, column: 1 } };
    let mut spans = Vec::new();
    walk.blank();
    if walk.next() != Some('{') {
        return spans;
    }
    loop {
        walk.blank();
        match walk.peek() {
            Some('"') => {
                let key = walk.string();
                walk.blank_and(':');
                if key != "Statement" {
                    walk.value();
                    continue;
                }
                walk.statements(&mut spans);
            }
            Some(',') => drop(walk.next()),
            _ => return spans,
        }
    }
}

struct Walk<'a> {
    rest: Chars<'a>,
    at: Position,
}

impl<'a> Walk<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn next(&mut self) -> Option<char> {
        let read = self.rest.next()?;
        match read {
            '\n' => self.at = Position { line: self.at.line + 1, column: 1 },
            _ => self.at.column += 1,
        }
        Some(read)
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    fn blank_and(&mut self, mark: char) {
        self.blank();
        if self.peek() == Some(mark) {
            self.next();
        }
        self.blank();
    }

    /// Reads a string, whose escapes stay as they are written.
    fn string(&mut self) -> &'a str {
        self.next();
        let text = self.rest.as_str();
        let mut length = 0;
        while let Some(read) = self.next() {
            match read {
                '"' => break,
                '\\' => length += 1 + self.next().map_or(0, char::len_utf8),
                other => length += other.len_utf8(),
            }
        }
        text.get(..length).unwrap_or_default()
    }

    /// Reads past a value of any kind.
    fn value(&mut self) {
        let mut depth = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                '"' => drop(self.string()),
                '{' | '[' => {
                    depth += 1;
                    self.next();
                }
                '}' | ']' if depth == 0 => return,
                '}' | ']' => {
                    depth -= 1;
                    self.next();
                }
                ',' if depth == 0 => return,
                _ => drop(self.next()),
            }
            if depth == 0 && matches!(next, '"' | '}' | ']') {
                return;
            }
        }
    }

    fn statements(&mut self, spans: &mut Vec<Span>) {
        match self.peek() {
            Some('{') => {
                let mut inside = Walk { rest: self.rest.clone(), at: self.at };
                inside.next();
                self.value();
                spans.push(Span { start: inside.at, end: self.at });
            }
            Some('[') => {
                self.next();
                loop {
                    let start = self.at;
                    self.blank_and(',');
                    if self.peek() != Some('{') {
                        break;
                    }
                    self.value();
                    spans.push(Span { start, end: self.at });
                }
                self.blank_and(']');
            }
            _ => self.value(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<[usize; 4]> {
        let flat = |span: &Span| [span.start.line, span.start.column, span.end.line, span.end.column];
        statement_spans(text).iter().map(flat).collect()
    }

    #[test]
    fn as_aws_tells_them() {
        // The example of AWS's command line reference, whose answer has columns 38 and 167.
        let single = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}"#;
        assert_eq!(spans(single), [[1, 38, 1, 167]]);
        let two = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow"},{"Effect":"Deny"}]}"#;
        assert_eq!(spans(two), [[1, 38, 1, 56], [1, 56, 1, 74]]);
        // AdministratorAccess, of which AWS says line 3, column 17 to line 8, column 6.
        let lines = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \
                     \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}";
        assert_eq!(spans(lines), [[3, 17, 8, 6]]);
    }

    #[test]
    fn texts_within_and_around_do_not_mislead() {
        let text = r#"{"Id":"a \"Statement\": [{","Statement":[{"Sid":"}]\\","Action":["a:b","c:d"]} ],"Version":"2012-10-17"}"#;
        assert_eq!(spans(text).len(), 1);
        for broken in ["", "[]", "{", r#"{"Statement""#, r#"{"Statement":[{"#, r#"{"Statement":7}"#, "{\"\\"] {
            assert!(spans(broken).len() <= 1, "{broken}");
        }
    }
}
