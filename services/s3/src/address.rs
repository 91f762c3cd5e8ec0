//! Buckets as requests name them: which there are, and where.

use crate::errors;
use crate::state::{BUCKETS, BucketRow, NAMES};
use service::{AccountId, Arn, Region, Result, Scope, View};

/// A bucket that was found.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Whose it is, and where.
    pub scope: Scope,
    /// Its row.
    pub row: BucketRow,
}

impl Bucket {
    /// The bucket of that name, wherever it is.
    pub fn find(view: &View, name: &str) -> Result<Option<Bucket>> {
        let Some(scope) = view.get(&NAMES, name)?.and_then(|place| place.scope()) else { return Ok(None) };
        // Its account may have been emptied since.
        Ok(view.get_in(scope, &BUCKETS, name)?.map(|row| Bucket { scope, row }))
    }

    /// The bucket that a request is for. `expected_owner` is `x-amz-expected-bucket-owner`.
    ///
    /// # Errors
    /// That there is none, that it lies in another region, or that it is another's.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html>
    pub fn open(view: &View, name: &str, expected_owner: Option<&str>) -> Result<Bucket> {
        let bucket = Bucket::find(view, name)?.ok_or_else(|| errors::no_such_bucket(name))?;
        if bucket.scope.region != view.region() {
            return Err(errors::permanent_redirect(name, bucket.scope.region));
        }
        bucket.check_owner(expected_owner)?;
        Ok(bucket)
    }

    /// Whether it is whose the client believes it to be.
    pub fn check_owner(&self, expected: Option<&str>) -> Result<()> {
        match expected {
            Some(owner) if owner.parse() != Ok(self.scope.account) => Err(errors::access_denied()),
            _ => Ok(()),
        }
    }

    /// `arn:aws:s3:::name`
    pub fn arn(&self) -> Arn {
        arn(self.scope, &self.row.name)
    }

    /// `arn:aws:s3:::name/key`
    pub fn object_arn(&self, key: &str) -> String {
        format!("{}/{key}", self.arn())
    }

    /// Whether new versions leave the old ones.
    pub fn keeps_versions(&self) -> bool {
        self.row.versioning == "Enabled"
    }

    /// Whether it ever was versioned: answers name version ids then.
    pub fn is_versioned(&self) -> bool {
        !self.row.versioning.is_empty()
    }
}

/// The ARN of a bucket, which has neither account nor region.
pub fn arn(scope: Scope, name: &str) -> Arn {
    Arn::new(scope.partition(), crate::api::FACTS.arn_service, Region::GLOBAL, None, name)
}

/// The canonical id of an account: 64 hexadecimal digits that no two have in common.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>
pub fn canonical_id(account: AccountId) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, account.to_string().as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a bucket may be called so.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub fn is_valid_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = [name.bytes().next(), name.bytes().next_back()];
    let label = |label: &str| !label.is_empty();
    let address = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    let prefixes = ["xn--", "sthree-", "amzn-s3-demo-"];
    let suffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    (3..=63).contains(&name.len())
        && ends.into_iter().flatten().all(plain)
        && name.bytes().all(|b| plain(b) || b == b'-' || b == b'.')
        && name.split('.').all(label)
        && !address
        && !prefixes.iter().any(|prefix| name.starts_with(prefix))
        && !suffixes.iter().any(|suffix| name.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["abc", "my-bucket", "logs.example.com", "1bucket", &"a".repeat(63), "1.2.3.4.5", "999.1.1.1"] {
            assert!(is_valid_name(name), "{name}");
        }
        for name in [
            "",
            "ab",
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            "a..b",
            ".abc",
            "192.168.1.1",
            "xn--abc",
            "abc-s3alias",
            "a/bc",
            &"a".repeat(64),
            "bücket",
        ] {
            assert!(!is_valid_name(name), "{name}");
        }
    }
}
