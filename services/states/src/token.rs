//! Task tokens: which attempt of which task they are for.

use service::Token;

/// What a task token names.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskToken {
    /// The machine.
    pub machine: String,
    /// The execution.
    pub execution: String,
    /// The thread's number.
    pub thread: i64,
    /// The attempt.
    pub attempt: i64,
}

impl TaskToken {
    /// As plain text, for rows and deliveries.
    pub fn write(&self) -> String {
        format!("{}:{}:{}:{}", self.thread, self.attempt, self.machine, self.execution)
    }

    /// Reads what [`TaskToken::write`] gave. No name has a colon.
    pub fn read(text: &str) -> Option<TaskToken> {
        let mut parts = text.splitn(4, ':');
        let (thread, attempt) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let (machine, execution) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        Some(TaskToken { machine, execution, thread, attempt })
    }

    /// As a client is given it.
    pub fn encode(&self) -> String {
        Token::of(self.write().into_bytes()).encode()
    }

    /// Reads what a client gives back.
    pub fn decode(text: &str) -> Option<TaskToken> {
        let token = Token::decode(text)?;
        TaskToken::read(std::str::from_utf8(token.as_bytes()).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_read_back() {
        let token = TaskToken { machine: "m".into(), execution: "e-1".into(), thread: 3, attempt: -9 };
        assert_eq!(TaskToken::decode(&token.encode()), Some(token));
        for text in ["", "AAAA", "not a token"] {
            assert_eq!(TaskToken::decode(text), None, "{text}");
        }
    }
}
