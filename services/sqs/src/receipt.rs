//! Receipt handles: which message, and which of its receives.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html>

use crate::state::{Delivery, Queue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// So that handles begin with `AQEB`, as AWS's do.
const MARK: [u8; 3] = [1; 3];

/// What a receipt handle says. The nonce makes it impossible to guess for those who may delete but not receive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Receipt {
    queue: i64,
    /// The message's number.
    pub number: i64,
    /// The receive that it was given out by.
    pub receives: i64,
    nonce: i64,
}

impl Receipt {
    /// The receipt of a message as it has just been received.
    pub fn of(queue: &Queue, delivery: &Delivery) -> Receipt {
        Receipt { queue: queue.id, number: delivery.number, receives: delivery.receives, nonce: delivery.nonce }
    }

    /// The text for the client.
    pub fn encode(self) -> String {
        let mut bytes = MARK.to_vec();
        for part in [self.queue, self.number, self.receives, self.nonce] {
            bytes.extend_from_slice(&part.to_be_bytes());
        }
        STANDARD.encode(bytes)
    }

    /// Reads a handle of `queue`; `None` for anything else.
    pub fn decode(handle: &str, queue: &Queue) -> Option<Receipt> {
        if handle.len() > 64 {
            return None;
        }
        let bytes = STANDARD.decode(handle).ok()?;
        let (parts, rest) = bytes.strip_prefix(&MARK)?.as_chunks::<8>();
        let &[queue_id, number, receives, nonce] = parts else { return None };
        let [queue_id, number, receives, nonce] = [queue_id, number, receives, nonce].map(i64::from_be_bytes);
        (rest.is_empty() && queue_id == queue.id).then_some(Receipt { queue: queue_id, number, receives, nonce })
    }

    /// Whether this is a receipt of the message that stands so, by its last receive or an earlier one.
    pub fn fits(self, delivery: &Delivery) -> bool {
        self.nonce == delivery.nonce && self.receives <= delivery.receives
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_reads_back_in_its_own_queue_alone() {
        let queue = Queue { id: 7, ..Queue::default() };
        let delivery = Delivery { number: 3, receives: 2, nonce: -5, ..Delivery::default() };
        let handle = Receipt::of(&queue, &delivery).encode();
        assert!(handle.starts_with("AQEB"), "{handle}");
        let receipt = Receipt::decode(&handle, &queue).unwrap();
        assert_eq!((receipt.number, receipt.receives), (3, 2));
        assert!(receipt.fits(&delivery));
        assert!(!receipt.fits(&Delivery { nonce: 5, ..delivery.clone() }));
        assert!(!receipt.fits(&Delivery { receives: 1, ..delivery }));
        assert_eq!(Receipt::decode(&handle, &Queue { id: 8, ..Queue::default() }), None);
        for made_up in ["", "unknown", "AQEB", &handle[..handle.len() - 4], &format!("{handle}AAAA"), &"A".repeat(9000)]
        {
            assert_eq!(Receipt::decode(made_up, &queue), None, "{made_up}");
        }
    }
}
