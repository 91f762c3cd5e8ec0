//! What trails, and what they deliver to, may be called.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html>

use crate::errors;
use service::{Arn, ArnParts, Region, Result, View};

/// Checks the name of a new trail.
///
/// # Errors
/// `InvalidTrailNameException`
pub fn check_trail(name: &str) -> Result<()> {
    let length = name.chars().count();
    let size = |kind: &str, bound: &str, limit: usize| {
        let text = format!(
            "Trail name too {kind}. {bound} allowed length: {limit} characters. Specified name length: {length} \
             characters."
        );
        Err(errors::trail_name(text))
    };
    if length < 3 {
        return size("short", "Minimum", 3);
    }
    if length > 128 {
        return size("long", "Maximum", 128);
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return Err(errors::trail_name(
            "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), \
             and underscores (_).",
        ));
    }
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(errors::trail_name("Trail name must starts with a letter or number."));
    }
    if !name.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(errors::trail_name("Trail name must ends with a letter or number."));
    }
    let beside = |pair: &[u8]| pair.iter().all(|byte| b"._-".contains(byte));
    if name.as_bytes().windows(2).any(beside) {
        return Err(errors::trail_name("Trail name cannot have adjacent periods, underscores, or dashes."));
    }
    if name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok()) {
        return Err(errors::trail_name("Trail name cannot be in IP address format."));
    }
    Ok(())
}

/// A trail as requests name it: by its name in this region, or by an ARN.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The region that it says, or that of the request.
    pub region: String,
    /// The trail's name.
    pub name: String,
    /// Whether its ARN was given.
    pub by_arn: bool,
}

impl Named {
    /// Reads a name or ARN.
    ///
    /// # Errors
    /// `CloudTrailARNInvalidException`, and `InvalidTrailNameException` where it can be none.
    pub fn read(view: &View, text: &str) -> Result<Named> {
        if !text.starts_with("arn:") {
            check_trail(text)?;
            let region = view.region().as_str().to_owned();
            return Ok(Named { region, name: text.to_owned(), by_arn: false });
        }
        let parts = ArnParts::parse(text).ok().filter(|parts| parts.service == "cloudtrail");
        let name = parts.as_ref().and_then(|parts| parts.resource.strip_prefix("trail/"));
        match (parts.as_ref().and_then(|parts| Region::new(parts.region)), name) {
            (Some(region), Some(name)) => {
                Ok(Named { region: region.as_str().to_owned(), name: name.to_owned(), by_arn: true })
            }
            _ => Err(errors::invalid_arn(text)),
        }
    }
}

/// The ARN of a trail of this account.
pub fn arn(view: &View, region: &str, name: &str) -> Arn {
    let region = Region::new(region).unwrap_or(view.region());
    let scope = service::Scope::new(view.account(), region);
    Arn::new(scope.partition(), "cloudtrail", region, Some(scope.account), format_args!("trail/{name}"))
}

/// Checks what stands before the keys of log files.
///
/// # Errors
/// `InvalidS3PrefixException`
pub fn check_prefix(prefix: &str) -> Result<()> {
    if prefix.chars().count() > 200 {
        return Err(errors::prefix("The S3 key prefix must be at most 200 characters long."));
    }
    if prefix.chars().any(|c| c.is_control() || "\\{}^%`[]\"<>~#|".contains(c)) {
        return Err(errors::prefix(format!("S3 prefix contains invalid characters: {prefix}")));
    }
    Ok(())
}

/// Checks the name of a bucket.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-s3-bucket-naming-requirements.html>
///
/// # Errors
/// `InvalidS3BucketNameException`
pub fn check_bucket(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let valid = (3..=63).contains(&name.len())
        && name.chars().all(|c| plain(c) || "-.".contains(c))
        && name.starts_with(plain)
        && name.ends_with(plain);
    match valid {
        true => Ok(()),
        false => Err(errors::bucket_name(format!("Bucket name {name} is not valid."))),
    }
}

/// The ARN of a topic that was given by name or ARN.
///
/// # Errors
/// `InvalidSnsTopicNameException`
pub fn topic_arn(view: &View, name: &str) -> Result<String> {
    if name.starts_with("arn:") {
        let parts = ArnParts::parse(name).ok();
        return match parts.is_some_and(|parts| parts.service == "sns" && Region::new(parts.region).is_some()) {
            true => Ok(name.to_owned()),
            false => Err(errors::topic_name(name)),
        };
    }
    let valid = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    match valid && (1..=256).contains(&name.len()) {
        true => Ok(view.arn("sns", name).to_string()),
        false => Err(errors::topic_name(name)),
    }
}

/// The name of a log group from the ARN that trails take: that of all its streams.
pub fn log_group(arn: &str) -> Option<&str> {
    let resource = ArnParts::parse(arn).ok().filter(|parts| parts.service == "logs")?.resource;
    resource.strip_prefix("log-group:")?.strip_suffix(":*").filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_trails() {
        for good in ["abc", "a.b-c_d", "123", &"a".repeat(128), "1.2.3.400"] {
            assert!(check_trail(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", &"a".repeat(129), "a b", "-abc", "abc_", "a..b", "a-_b", "192.168.5.4", "süß"] {
            assert!(check_trail(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn log_groups() {
        let arn = |rest: &str| format!("arn:aws:logs:us-east-1:111122223333:{rest}");
        assert_eq!(log_group(&arn("log-group:/a/b:*")), Some("/a/b"));
        for bad in ["log-group:/a/b", "log-group::*", "group:a:*"] {
            assert_eq!(log_group(&arn(bad)), None, "{bad}");
        }
    }

    #[test]
    fn prefixes_and_buckets() {
        assert!(
            check_prefix("a/b.c").is_ok() && check_prefix("a^b").is_err() && check_prefix(&"a".repeat(201)).is_err()
        );
        assert!(check_bucket("logs.example").is_ok() && check_bucket("Logs").is_err() && check_bucket("ab").is_err());
    }
}
