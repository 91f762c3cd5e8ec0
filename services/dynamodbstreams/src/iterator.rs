//! Shard iterators: where a reader is, sealed into a text that is good for 15 minutes.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html>

use crate::errors;
use service::{Duration, KeyBuf, Result, Timestamp, Token};

/// "A shard iterator expires 15 minutes after it is returned to the requester."
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Where a reader is.
#[derive(Debug, Clone, PartialEq)]
pub struct Iterator {
    /// The stream's ARN.
    pub arn: String,
    /// The number of the next record.
    pub next: i64,
    /// When it was given out.
    pub given_at: Timestamp,
}

impl Iterator {
    /// The text for the client. It begins with the stream's ARN, as AWS's do.
    pub fn encode(&self) -> String {
        let mut bytes = KeyBuf::default();
        bytes.signed(self.next);
        bytes.signed(self.given_at.0);
        let sealed = Token::of(bytes.as_bytes()).encode();
        format!("{}|1|{sealed}", self.arn)
    }

    /// Reads what [`Iterator::encode`] gave.
    ///
    /// # Errors
    /// AWS's for a text that is none, and for one that is too old.
    pub fn decode(text: &str, now: Timestamp) -> Result<Iterator> {
        let invalid = || errors::validation("Invalid ShardIterator");
        let (arn, sealed) = text.split_once("|1|").ok_or_else(invalid)?;
        let token = Token::decode(sealed).ok_or_else(invalid)?;
        let (next, given_at) = token.as_bytes().split_at_checked(8).ok_or_else(invalid)?;
        let number = |bytes: &[u8]| {
            let bytes = bytes.first_chunk::<8>()?;
            Some((u64::from_be_bytes(*bytes) ^ (1 << 63)).cast_signed())
        };
        let next = number(next).ok_or_else(invalid)?;
        let given_at = Timestamp(number(given_at).ok_or_else(invalid)?);
        if now >= given_at.after(LIFETIME) {
            return Err(errors::expired_iterator());
        }
        Ok(Iterator { arn: arn.to_owned(), next, given_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iterator_reads_back_for_a_quarter_of_an_hour() {
        let arn = "arn:aws:dynamodb:eu-west-1:111111111111:table/t/stream/2026-01-01T00:00:00.000".to_owned();
        let given_at = Timestamp::from_secs(1_700_000_000);
        let iterator = Iterator { arn, next: 7, given_at };
        let text = iterator.encode();
        let decode = |seconds| Iterator::decode(&text, given_at.after(Duration::from_secs(seconds)));
        assert_eq!(decode(899).unwrap(), iterator);
        assert_eq!(decode(900).unwrap_err().code(), "ExpiredIteratorException");
        assert_eq!(Iterator::decode("x|1|y", given_at).unwrap_err().code(), "ValidationException");
    }
}
