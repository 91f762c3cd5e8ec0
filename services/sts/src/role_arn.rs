//! The ARN of a role as requests name it.

use crate::errors;
use service::{AccountId, Arn, ArnParts, Partition, Region, Result};

/// A role's ARN, told apart.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleArn {
    /// The whole, as it was given.
    pub arn: String,
    /// Whose role it is.
    pub account: AccountId,
    /// Its name, without the path.
    pub name: String,
}

impl RoleArn {
    /// Reads the ARN of a role.
    ///
    /// # Errors
    /// `ValidationError` for anything else.
    pub fn parse(arn: &str) -> Result<RoleArn> {
        let invalid = || errors::validation(format!("{arn} is invalid"));
        let parts = ArnParts::parse(arn).map_err(|_| invalid())?;
        let path = parts.resource.strip_prefix("role/").ok_or_else(invalid)?;
        let name = path.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(invalid)?;
        if parts.service != "iam" || !parts.region.is_empty() || !Partition::NAMES.contains(&parts.partition) {
            return Err(invalid());
        }
        let account = parts.account.parse().map_err(|_| invalid())?;
        Ok(RoleArn { arn: arn.to_owned(), account, name: name.to_owned() })
    }

    /// The ARN of a session of the role. The role's path is no part of it.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
    pub fn session(&self, partition: Partition, session: &str) -> String {
        let resource = format_args!("assumed-role/{}/{session}", self.name);
        Arn::new(partition, "sts", Region::GLOBAL, Some(self.account), resource).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_of_roles_and_of_others() {
        let role = RoleArn::parse("arn:aws:iam::123456789012:role/service-role/Reader").unwrap();
        assert_eq!((role.account.to_string().as_str(), role.name.as_str()), ("123456789012", "Reader"));
        let session = role.session(Partition::Standard, "s1");
        assert_eq!(session, "arn:aws:sts::123456789012:assumed-role/Reader/s1");
        for arn in [
            "",
            "Reader",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/path/",
            "arn:aws:iam::123456789012:user/Reader",
            "arn:aws:iam::12345:role/Reader",
            "arn:aws:iam:eu-west-1:123456789012:role/Reader",
            "arn:aws:sts::123456789012:role/Reader",
            "arn:nowhere:iam::123456789012:role/Reader",
        ] {
            let error = RoleArn::parse(arn).unwrap_err();
            assert_eq!((error.code(), error.message()), ("ValidationError", format!("{arn} is invalid").as_str()));
        }
    }
}
