//! The distinguished encoding of ASN.1 (X.690), as far as keys and certificates need it read.

/// The kind of a sequence.
pub const SEQUENCE: u8 = 0x30;
/// The kind of an integer.
pub const INTEGER: u8 = 0x02;

/// A run of DER elements.
pub struct Der<'a>(pub &'a [u8]);

/// One of them.
pub struct Element<'a> {
    /// With its kind and length.
    pub whole: &'a [u8],
    /// Without.
    pub content: &'a [u8],
}

impl<'a> Der<'a> {
    /// The next element, if it is of this kind.
    pub fn take(&mut self, kind: u8) -> Option<Element<'a>> {
        let all = self.0;
        let (first, rest) = all.split_first()?;
        let (length, rest) = rest.split_first()?;
        let (length, rest) = match length {
            ..=0x7f => (usize::from(*length), rest),
            // A length of more than four bytes is that of no certificate.
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
                (digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        let whole = all.get(..all.len() - rest.len())?;
        self.0 = rest;
        (*first == kind).then_some(Element { whole, content })
    }
}
