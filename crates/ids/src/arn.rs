use crate::{AccountId, Partition, Region};
use std::fmt::{self, Write};
use std::str::FromStr;

/// An Amazon Resource Name whose six parts have been told apart.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    text: String,
    /// Byte offsets just behind the second to fifth colon: where service, region, account and resource begin.
    starts: [u16; 4],
}

/// The text is no ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArnError;

impl fmt::Display for ArnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an ARN: arn:partition:service:region:account-id:resource")
    }
}

impl std::error::Error for ArnError {}

/// The parts of an ARN, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArnParts<'a> {
    /// `aws`, `aws-cn` or another ([`Partition::NAMES`]).
    pub partition: &'a str,
    /// The service's namespace, such as `sqs`.
    pub service: &'a str,
    /// Empty where the resource has no region.
    pub region: &'a str,
    /// Empty where the resource has no account, as an S3 bucket.
    pub account: &'a str,
    /// All the rest, colons and slashes included.
    pub resource: &'a str,
}

impl<'a> ArnParts<'a> {
    /// Tells the six parts of `text` apart without allocating.
    pub fn parse(text: &'a str) -> Result<ArnParts<'a>, ArnError> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().ok_or(ArnError);
        if next()? != "arn" {
            return Err(ArnError);
        }
        let arn =
            ArnParts { partition: next()?, service: next()?, region: next()?, account: next()?, resource: next()? };
        if arn.partition.is_empty() || arn.service.is_empty() || arn.resource.is_empty() {
            return Err(ArnError);
        }
        Ok(arn)
    }
}

impl Arn {
    /// The longest ARN that is taken, in bytes.
    pub const LONGEST: usize = 2048;

    /// The ARN of `resource` in `service`, in a region and account; a global region leaves its part empty.
    pub fn new(
        partition: Partition,
        service: &str,
        region: Region,
        account: Option<AccountId>,
        resource: impl fmt::Display,
    ) -> Arn {
        let mut text = String::with_capacity(96);
        let end = |text: &mut String| {
            text.push(':');
            text.len() as u16
        };
        text.push_str("arn:");
        text.push_str(partition.as_str());
        let service_at = end(&mut text);
        text.push_str(service);
        let region_at = end(&mut text);
        text.push_str(region.code());
        let account_at = end(&mut text);
        // Writing to a text never fails.
        let _ = account.map_or(Ok(()), |account| write!(text, "{account}"));
        let resource_at = end(&mut text);
        let _ = write!(text, "{resource}");
        Arn { text, starts: [service_at, region_at, account_at, resource_at] }
    }

    /// The whole ARN, as a text of its own.
    pub fn into_string(self) -> String {
        self.text
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn between(&self, from: usize, to: Option<usize>) -> &str {
        let start = |i: usize| self.starts.get(i).map_or(self.text.len(), |s| usize::from(*s));
        let end = to.map_or(self.text.len(), |i| start(i) - 1);
        self.text.get(start(from)..end).unwrap_or_default()
    }

    /// The service's namespace, such as `sqs`.
    pub fn service(&self) -> &str {
        self.between(0, Some(1))
    }

    /// The region's code; empty where the resource has none.
    pub fn region(&self) -> &str {
        self.between(1, Some(2))
    }

    /// The account that owns the resource; `None` where the part is empty or, as in `arn:aws:iam::aws:policy/…`, not twelve digits.
    pub fn account(&self) -> Option<AccountId> {
        self.between(2, Some(3)).parse().ok()
    }

    /// All behind the fifth colon.
    pub fn resource(&self) -> &str {
        self.between(3, None)
    }
}

impl FromStr for Arn {
    type Err = ArnError;

    fn from_str(text: &str) -> Result<Arn, ArnError> {
        if text.len() > Arn::LONGEST {
            return Err(ArnError);
        }
        ArnParts::parse(text)?;
        let mut starts = [0; 4];
        let colons = text.bytes().enumerate().filter(|(_, b)| *b == b':').skip(1);
        for (start, (at, _)) in starts.iter_mut().zip(colons) {
            *start = at as u16 + 1;
        }
        Ok(Arn { text: text.to_owned(), starts })
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AsRef<str> for Arn {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_built_and_parsed_arns_agree() {
        let account = "123456789012".parse().ok();
        let built = Arn::new(Partition::Standard, "sqs", "eu-west-1".parse().unwrap(), account, "orders");
        let parsed: Arn = "arn:aws:sqs:eu-west-1:123456789012:orders".parse().unwrap();
        assert_eq!(built, parsed);
        for arn in [&built, &parsed] {
            assert_eq!((arn.service(), arn.region(), arn.resource()), ("sqs", "eu-west-1", "orders"));
            assert_eq!(arn.account(), account);
        }
        let role: Arn = "arn:aws:iam::123456789012:role/a:b/c".parse().unwrap();
        assert_eq!((role.service(), role.region(), role.resource()), ("iam", "", "role/a:b/c"));
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        let long = format!("arn:aws:s3:::{}", "x".repeat(Arn::LONGEST));
        for text in
            ["", "arn", "arn:aws", "arn:aws:sqs:eu-west-1:123456789012", "arn:aws:sqs:r:a:", "x:aws:s3:::b", &long]
        {
            assert!(text.parse::<Arn>().is_err(), "{text}");
        }
    }
}
