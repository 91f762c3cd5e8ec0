//! With whom something is shared: accounts, organisations and their units, roles and users, services.
//! <https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html>

use crate::errors;
use crate::membership::{self, Membership};
use service::{AccountId, ArnParts, Result, View};

/// A principal.
#[derive(Debug, Clone, PartialEq)]
pub enum Principal {
    /// An account.
    Account(AccountId),
    /// A role or user, by ARN, and his account.
    Identity(String, AccountId),
    /// An organisation, by id.
    Organization(String),
    /// A unit of an organisation: its ARN, the organisation's id and its own.
    Unit(String, String, String),
    /// A service.
    Service(String),
}

impl Principal {
    /// Reads what a request names.
    ///
    /// # Errors
    /// `InvalidParameterException`
    pub fn read(text: &str) -> Result<Principal> {
        let malformed =
            || errors::invalid_parameter(format!("Principal ID {text} is malformed. Verify the ID and try again."));
        if text.len() == 12
            && let Ok(account) = text.parse()
        {
            return Ok(Principal::Account(account));
        }
        if let Some(name) = text.strip_suffix(".amazonaws.com") {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
            let good = !name.is_empty() && name.chars().all(fits);
            return good.then(|| Principal::Service(text.to_owned())).ok_or_else(malformed);
        }
        let parts = ArnParts::parse(text).map_err(|_| malformed())?;
        let account = parts.account.parse::<AccountId>().map_err(|_| malformed())?;
        let mut resource = parts.resource.split('/');
        match (parts.service, resource.next(), resource.next(), resource.next()) {
            ("iam", Some("root"), None, None) => Ok(Principal::Account(account)),
            ("iam", Some("role" | "user"), Some(_), _) if names_one(parts.resource) => {
                Ok(Principal::Identity(text.to_owned(), account))
            }
            ("organizations", Some("organization"), Some(id), None) => Ok(Principal::Organization(id.to_owned())),
            ("organizations", Some("ou"), Some(organization), Some(id)) => {
                Ok(Principal::Unit(text.to_owned(), organization.to_owned(), id.to_owned()))
            }
            _ => Err(malformed()),
        }
    }

    /// Whether it is outside of the owner's organisation, or there is no sharing within it.
    ///
    /// # Errors
    /// `UnknownResourceException` for an organisation or unit that is not the owner's, or that does not share within itself: RAM then
    /// knows nothing of it (<https://github.com/hashicorp/terraform-provider-aws/issues/15254>).
    pub fn is_external(&self, view: &View) -> Result<bool> {
        let own = membership::of(view, view.account())?;
        let shares = own.as_ref().map(|own| own.shares(view)).transpose()?.unwrap_or(false);
        match self {
            Principal::Account(account) | Principal::Identity(_, account) => {
                if *account == view.account() {
                    return Ok(false);
                }
                let other = membership::of(view, *account)?;
                Ok(!shares || own.map(|own| own.organization) != other.map(|other| other.organization))
            }
            Principal::Organization(id) => {
                let known = own.is_some_and(|own| shares && own.organization == *id);
                let missing = || errors::unknown(format!("Organization {id} could not be found."));
                known.then_some(false).ok_or_else(missing)
            }
            Principal::Unit(_, organization, id) => {
                let known = own.filter(|own: &Membership| shares && own.organization == *organization);
                let there = known.map(|own| own.has_unit(view, id)).transpose()?.unwrap_or(false);
                let missing =
                    || errors::unknown(format!("OrganizationalUnit {id} in unknown organization could not be found."));
                there.then_some(false).ok_or_else(missing)
            }
            Principal::Service(_) => Ok(false),
        }
    }

    /// Under what those who receive a share look it up.
    pub fn receiver(&self) -> String {
        match self {
            Principal::Account(account) | Principal::Identity(_, account) => account.to_string(),
            Principal::Organization(id) | Principal::Unit(_, _, id) | Principal::Service(id) => id.clone(),
        }
    }
}

/// Whether a path ends in the name of a role or user. A pattern would make a policy that nobody can read.
fn names_one(resource: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    let name = resource.rsplit('/').next().unwrap_or_default();
    !name.is_empty() && name.chars().all(fits) && !resource.contains(['*', '?'])
}

/// All under which an account looks shares up: its own, its organisation's and its units'.
pub fn receivers_of(view: &View, account: AccountId) -> Result<Vec<String>> {
    let mut all = vec![account.to_string()];
    if let Some(own) = membership::of(view, account)?
        && own.shares(view)?
    {
        all.extend(own.parents(view, account)?);
        all.push(own.organization);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_read() {
        for (text, expect) in [
            ("222222222222", true),
            ("arn:aws:iam::222222222222:root", true),
            ("arn:aws:iam::222222222222:role/path/R", true),
            ("arn:aws:iam::222222222222:user/U", true),
            ("arn:aws:organizations::222222222222:organization/o-a1b2c3d4e5", true),
            ("arn:aws:organizations::222222222222:ou/o-a1b2c3d4e5/ou-ab12-11111111", true),
            ("backup.amazonaws.com", true),
            ("invalid", false),
            ("22222222222", false),
            ("arn:aws:iam::not-account:role/Foo", false),
            ("arn:aws:iam::222222222222:role/", false),
            ("arn:aws:iam::222222222222:role/*", false),
            ("arn:aws:iam::222222222222:role/*/Foo", false),
            ("UPPERCASE.amazonaws.com", false),
            ("under_score.amazonaws.com", false),
            (".amazonaws.com", false),
            ("arn:aws:s3:::bucket", false),
        ] {
            assert_eq!(Principal::read(text).is_ok(), expect, "{text}");
        }
    }
}
