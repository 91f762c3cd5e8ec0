//! DER, as far as a certificate needs it (X.690).

/// An element of a kind around its content.
pub fn element(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![kind];
    let length = content.len();
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => out.push(short),
        _ => {
            let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or_default());
            out.extend(bytes);
        }
    }
    out.extend_from_slice(content);
    out
}

/// A sequence of elements.
pub fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    element(0x30, &elements.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        for (length, head) in
            [(0, &[0x30, 0][..]), (127, &[0x30, 127]), (128, &[0x30, 0x81, 128]), (256, &[0x30, 0x82, 1, 0])]
        {
            let made = sequence(&[&vec![7; length]]);
            assert!(made.starts_with(head) && made.len() == head.len() + length, "{length}");
        }
    }
}
