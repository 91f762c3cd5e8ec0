//! Several records as one attachment of a commit: that of the request itself and those of the calls within it.

/// No packed record begins with this byte: it would be the middle of a number.
const MARK: u8 = 0xff;

/// The attachment for these records, each made by [`crate::encode`]; a single one is its own.
pub fn bundle(mut records: Vec<Vec<u8>>) -> Vec<u8> {
    if records.len() == 1
        && let Some(record) = records.pop()
    {
        return record;
    }
    let mut out = vec![MARK];
    for record in &records {
        out.extend_from_slice(&(record.len() as u64).to_le_bytes());
        out.extend_from_slice(record);
    }
    out
}

/// The records of an attachment, in their order. What is damaged stands as a part of its own, which is no record.
pub(crate) fn parts(attachment: &[u8]) -> Vec<&[u8]> {
    let Some(mut rest) = attachment.strip_prefix(&[MARK]) else { return vec![attachment] };
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, after) = first(rest).unwrap_or((rest, &[]));
        parts.push(part);
        rest = after;
    }
    parts
}

fn first(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bundled_comes_apart_again() {
        for records in [vec![b"one".to_vec()], vec![b"one".to_vec(), Vec::new(), b"three".to_vec()], Vec::new()] {
            assert_eq!(parts(&bundle(records.clone())), records);
        }
        let mut cut = bundle(vec![b"one".to_vec(), b"two".to_vec()]);
        cut.pop();
        assert_eq!(parts(&cut).len(), 2);
        assert_eq!(parts(&cut)[0], b"one");
    }
}
