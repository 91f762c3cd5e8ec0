use crate::Malformed;
use std::fmt;
use std::str::FromStr;

const LONGEST: usize = 22;

/// How the names begin of what belongs to an account as a whole, in partitions other than `aws`.
const MARK: &str = "aws-";

/// A region code such as `eu-central-1`, or what stands in its place for that which belongs to an account as a whole
/// ([`Region::global`]).
///
/// Held inline and copied freely: it leads the key of every row. Whether AWS has opened such a region is the catalogue's
/// knowledge, not this type's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    text: [u8; LONGEST],
    len: u8,
}

impl Region {
    /// The scope of services that have no region, such as IAM, in the partition `aws`.
    pub const GLOBAL: Region = Region { text: [0; LONGEST], len: 0 };

    /// The scope of services that have no region, in a partition. AWS's own tools call it by these names, as `aws-cn-global`; that
    /// of `aws` is empty.
    pub const fn global(partition: Partition) -> Region {
        let name = match partition {
            Partition::Standard => return Region::GLOBAL,
            Partition::China => "aws-cn-global",
            Partition::GovCloud => "aws-us-gov-global",
            Partition::Iso => "aws-iso-global",
            Partition::IsoB => "aws-iso-b-global",
            Partition::IsoE => "aws-iso-e-global",
            Partition::IsoF => "aws-iso-f-global",
            Partition::EuropeanSovereign => "aws-eusc-global",
        };
        match Region::of(name) {
            Some(region) => region,
            None => Region::GLOBAL,
        }
    }

    /// A region from its code: 1 to 22 of `a-z`, `0-9` and `-`. What begins with `aws-` is no region's code.
    pub const fn new(code: &str) -> Option<Region> {
        match Region::of(code) {
            Some(region) if !region.is_global() => Some(region),
            _ => None,
        }
    }

    /// A region from the text in which rows and records keep it ([`Region::as_str`]).
    pub fn kept(text: &str) -> Option<Region> {
        if text.starts_with(MARK) || text.is_empty() {
            return Partition::ALL.into_iter().map(Region::global).find(|region| region.as_str() == text);
        }
        Region::new(text)
    }

    const fn of(code: &str) -> Option<Region> {
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

    /// The region's code; for what belongs to an account as a whole, the name by which rows keep it, empty in the partition `aws`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The region's code as it stands in ARNs: empty for what belongs to an account as a whole.
    pub fn code(&self) -> &str {
        if self.is_global() { "" } else { self.as_str() }
    }

    /// The bytes of [`Region::as_str`], none of which is zero.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Whether it stands for what belongs to an account as a whole.
    pub const fn is_global(&self) -> bool {
        self.len == 0 || matches!(self.text, [b'a', b'w', b's', b'-', ..])
    }

    /// What stands in its partition for that which belongs to an account as a whole.
    pub fn globally(&self) -> Region {
        if self.is_global() { *self } else { Region::global(self.partition()) }
    }

    /// The partition that the region's code belongs to.
    pub const fn partition(&self) -> Partition {
        // A match upon bytes: it is asked many times in a request.
        match self.text {
            [b'c', b'n', b'-', ..] => Partition::China,
            [b'u', b's', b'-', b'g', b'o', b'v', b'-', ..] => Partition::GovCloud,
            [b'u', b's', b'-', b'i', b's', b'o', b'-', ..] => Partition::Iso,
            [b'u', b's', b'-', b'i', b's', b'o', b'b', b'-', ..] => Partition::IsoB,
            [b'e', b'u', b'-', b'i', b's', b'o', b'e', b'-', ..] => Partition::IsoE,
            [b'u', b's', b'-', b'i', b's', b'o', b'f', b'-', ..] => Partition::IsoF,
            [b'e', b'u', b's', b'c', b'-', ..] => Partition::EuropeanSovereign,
            [b'a', b'w', b's', b'-', b'c', ..] => Partition::China,
            [b'a', b'w', b's', b'-', b'u', ..] => Partition::GovCloud,
            [b'a', b'w', b's', b'-', b'e', ..] => Partition::EuropeanSovereign,
            [b'a', b'w', b's', b'-', b'i', b's', b'o', b'-', which, ..] => match which {
                b'b' => Partition::IsoB,
                b'e' => Partition::IsoE,
                b'f' => Partition::IsoF,
                _ => Partition::Iso,
            },
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
    /// `aws-iso`
    Iso,
    /// `aws-iso-b`
    IsoB,
    /// `aws-iso-e`
    IsoE,
    /// `aws-iso-f`
    IsoF,
    /// `aws-eusc`
    EuropeanSovereign,
}

impl Partition {
    /// All of them, in the order of [`Partition::index`].
    pub const ALL: [Partition; 8] = [
        Partition::Standard,
        Partition::China,
        Partition::GovCloud,
        Partition::Iso,
        Partition::IsoB,
        Partition::IsoE,
        Partition::IsoF,
        Partition::EuropeanSovereign,
    ];

    /// The names of all of them, in the same order.
    pub const NAMES: [&str; 8] = {
        let mut names = [""; 8];
        let mut i = 0;
        while i < names.len() {
            names[i] = Partition::ALL[i].as_str();
            i += 1;
        }
        names
    };

    /// Its place in [`Partition::ALL`]. Rows are kept under it: it never changes.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The partition's name as the second part of an ARN.
    pub const fn as_str(self) -> &'static str {
        match self {
            Partition::Standard => "aws",
            Partition::China => "aws-cn",
            Partition::GovCloud => "aws-us-gov",
            Partition::Iso => "aws-iso",
            Partition::IsoB => "aws-iso-b",
            Partition::IsoE => "aws-iso-e",
            Partition::IsoF => "aws-iso-f",
            Partition::EuropeanSovereign => "aws-eusc",
        }
    }

    /// The region in which the partition's global services are signed for and their calls recorded.
    /// <https://docs.aws.amazon.com/general/latest/gr/iam-service.html>
    pub const fn home_region(self) -> &'static str {
        match self {
            Partition::Standard => "us-east-1",
            Partition::China => "cn-north-1",
            Partition::GovCloud => "us-gov-west-1",
            Partition::Iso => "us-iso-east-1",
            Partition::IsoB => "us-isob-east-1",
            Partition::IsoE => "eu-isoe-west-1",
            Partition::IsoF => "us-isof-south-1",
            Partition::EuropeanSovereign => "eusc-de-east-1",
        }
    }

    /// The domain under which its endpoints stand.
    pub const fn dns_suffix(self) -> &'static str {
        match self {
            Partition::Standard | Partition::GovCloud => "amazonaws.com",
            Partition::China => "amazonaws.com.cn",
            Partition::Iso => "c2s.ic.gov",
            Partition::IsoB => "sc2s.sgov.gov",
            Partition::IsoE => "cloud.adc-e.uk",
            Partition::IsoF => "csp.hci.ic.gov",
            Partition::EuropeanSovereign => "amazonaws.eu",
        }
    }
}

impl FromStr for Partition {
    type Err = Malformed;

    fn from_str(name: &str) -> Result<Partition, Malformed> {
        let found = Partition::ALL.into_iter().find(|partition| partition.as_str() == name);
        found.ok_or(Malformed { expected: "a partition such as aws or aws-cn" })
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
        for (code, partition) in [
            ("us-east-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("ap-southeast-5", "aws"),
            ("us-iso-west-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            let region: Region = code.parse().unwrap();
            assert_eq!((region.as_str(), region.code(), region.partition().as_str()), (code, code, partition));
            assert_eq!(Region::kept(code), Some(region));
            assert!(!region.is_global());
        }
    }

    #[test]
    fn every_partition_has_a_place_for_what_has_no_region() {
        for partition in Partition::ALL {
            let global = Region::global(partition);
            assert_eq!((global.is_global(), global.partition(), global.code()), (true, partition, ""));
            assert_eq!((Region::kept(global.as_str()), global.globally()), (Some(global), global));
            assert_eq!(Partition::ALL.get(partition.index()), Some(&partition));
            assert_eq!(partition.as_str().parse(), Ok(partition));
            let home: Region = partition.home_region().parse().unwrap();
            assert_eq!((home.partition(), home.globally()), (partition, global));
            assert_eq!(Region::new(global.as_str()), None);
        }
        assert_eq!(Region::kept("aws-moon-global"), None);
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for code in ["", "US-EAST-1", "us_east_1", "us east", "us-east-1/../x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert!(code.parse::<Region>().is_err(), "{code}");
        }
    }
}
