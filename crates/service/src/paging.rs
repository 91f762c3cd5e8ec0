use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// One page of a listing: where it begins and how much it may hold.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Where the last page ended; `None` for the first.
    pub after: Option<Token>,
    /// The most rows.
    pub limit: usize,
}

/// A position in a listing, opaque to clients. It holds a place in the order of keys, never rights: the scope is added
/// anew when it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(pub(crate) Vec<u8>);

impl Token {
    /// The longest token that is read, in characters.
    pub const LONGEST: usize = 4096;

    /// A token that holds bytes of a service's own.
    pub fn of(bytes: impl Into<Vec<u8>>) -> Token {
        Token(bytes.into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text for the client.
    pub fn encode(&self) -> String {
        let mut bytes = self.0.clone();
        bytes.push(check(&self.0));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Token::encode`] gave; `None` for anything else.
    pub fn decode(text: &str) -> Option<Token> {
        if text.len() > Token::LONGEST {
            return None;
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let sum = bytes.pop()?;
        (sum == check(&bytes)).then_some(Token(bytes))
    }
}

/// A mistyped token is told from a good one as AWS tells it; this is no protection.
fn check(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0x5a, |sum: u8, b| sum.rotate_left(3) ^ b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_made_up_one_does_not() {
        for bytes in [&b""[..], b"a", b"\0\xff", &[7; 200]] {
            let token = Token::of(bytes);
            assert_eq!(Token::decode(&token.encode()), Some(token));
        }
        for text in ["", "!", "invalid-token", "AAAA", &"A".repeat(5000)] {
            assert_eq!(Token::decode(text), None, "{text}");
        }
    }
}
