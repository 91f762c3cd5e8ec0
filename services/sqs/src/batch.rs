//! The rules that all batches obey.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html>

use crate::api::BatchResultErrorEntry;
use crate::errors;
use service::{Error, Result};

/// Checks how many entries there are and how they are called. `entry` is the name of an entry's shape.
pub fn check<'a>(entry: &str, ids: impl ExactSizeIterator<Item = &'a str>) -> Result<()> {
    match ids.len() {
        0 => return Err(errors::empty_batch(entry)),
        count if count > 10 => return Err(errors::too_many_entries(count)),
        _ => {}
    }
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if id.is_empty() || id.len() > 80 || !id.bytes().all(allowed) {
            return Err(errors::invalid_batch_id());
        }
        if seen.contains(&id) {
            return Err(errors::repeated_batch_id(id));
        }
        seen.push(id);
    }
    Ok(())
}

/// How one entry's failure is told. A fault of ours fails the whole batch instead.
pub fn failure(id: String, error: Error) -> Result<BatchResultErrorEntry> {
    if error.is_receiver_fault() {
        return Err(error);
    }
    let (code, message) = (error.code().to_owned(), Some(error.message().to_owned()));
    Ok(BatchResultErrorEntry { id, sender_fault: true, code, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_checked() {
        let check = |ids: &[&str], expect: Result<(), &str>| {
            let found = super::check("SendMessageBatchRequestEntry", ids.iter().copied());
            assert_eq!(found.as_ref().copied().map_err(Error::message), expect, "{ids:?}");
        };
        let bad = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
                   It can be at most 80 letters long.";
        check(&["a", "B-2_c", &"i".repeat(80)], Ok(()));
        check(&[], Err("There should be at least one SendMessageBatchRequestEntry in the request."));
        check(&["a"; 11], Err("Maximum number of entries per request are 10. You have sent 11."));
        check(&["id_1", "id_2", "id_2", "id_1"], Err("Id id_2 repeated."));
        for id in ["", ".!@#$%^&*()+=", &"i".repeat(81), "é"] {
            check(&[id], Err(bad));
        }
    }
}
