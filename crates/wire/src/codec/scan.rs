//! Looking through text for the few bytes that need care.

/// How many of the first bytes are plain. Each block is looked at to its end, which the compiler makes sixteen bytes at a time
/// where `special` compares without branches (`|` and not `||`, no `matches!`).
pub(in crate::codec) fn plain(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
    let mut at = 0;
    for block in bytes.chunks(128) {
        if block.iter().fold(false, |found, byte| found | special(*byte)) {
            return at + block.iter().position(|byte| special(*byte)).unwrap_or(0);
        }
        at += block.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_first_special_byte_is_found_wherever_it_is() {
        for length in 0..200 {
            let mut text = vec![b'a'; length];
            assert_eq!(plain(&text, |b| b == b'!'), length);
            for at in 0..length {
                text[at] = b'!';
                assert_eq!(plain(&text, |b| b == b'!'), at);
                assert_eq!(plain(&text[..=at], |b| b == b'!'), at);
                text[at] = b'a';
            }
        }
    }
}
