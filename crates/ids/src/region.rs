use crate::Malformed;
use std::fmt;
use std::str::FromStr;

const LONGEST: usize = 22;

/// A region code such as `eu-central-1`, or [`Region::GLOBAL`] for what belongs to an account as a whole.
///
/// Held inline and copied freely: it leads the key of every row. Whether AWS has opened such a region is the catalogue's
/// knowledge, not this type's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    text: [u8; LONGEST],
    len: u8,
}

impl Region {
    /// The scope of services that have no region, such as IAM: empty, as it is in their ARNs.
    pub const GLOBAL: Region = Region { text: [0; LONGEST], len: 0 };

    /// A region from its code: 1 to 22 of `a-z`, `0-9` and `-`.
    pub const fn new(code: &str) -> Option<Region> {
        let bytes = code.as_bytes();
        if bytes.is_empty() || bytes.len() > LONGEST {
            return None;
        }
        let mut text = [0; LONGEST];
        let mut i = 0;
        while i < bytes.len() {
            let b = bytes[i];
            if !(b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
                return None;
            }
            text[i] = b;
            i += 1;
        }
        Some(Region { text, len: bytes.len() as u8 })
    }

    /// The region's code; empty for [`Region::GLOBAL`].
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The bytes of the region's code, none of which is zero.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The partition that the region's code belongs to.
    pub fn partition(&self) -> Partition {
        match self.as_bytes() {
            code if code.starts_with(b"cn-") => Partition::China,
            code if code.starts_with(b"us-gov-") => Partition::GovCloud,
            _ => Partition::Standard,
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.len == 0 { "global" } else { self.as_str() })
    }
}

impl FromStr for Region {
    type Err = Malformed;

    fn from_str(code: &str) -> Result<Region, Malformed> {
        Region::new(code).ok_or(Malformed { expected: "a region code such as us-east-1" })
    }
}

/// A group of regions with identities of its own.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Partition {
    /// `aws`
    #[default]
    Standard,
    /// `aws-cn`
    China,
    /// `aws-us-gov`
    GovCloud,
}

impl Partition {
    /// The partition's name as the second part of an ARN.
    pub const fn as_str(self) -> &'static str {
        match self {
            Partition::Standard => "aws",
            Partition::China => "aws-cn",
            Partition::GovCloud => "aws-us-gov",
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kept_as_they_are() {
        for (code, partition) in
            [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("ap-southeast-5", "aws")]
        {
            let region: Region = code.parse().unwrap();
            assert_eq!((region.as_str(), region.partition().as_str()), (code, partition));
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for code in ["", "US-EAST-1", "us_east_1", "us east", "us-east-1/../x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert!(code.parse::<Region>().is_err(), "{code}");
        }
    }
}
