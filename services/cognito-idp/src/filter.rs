//! The filters of ListUsers: `email ^= "ann"`.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html#cognito-user-pools-searching-for-users-using-listusers-api>

use crate::errors;
use crate::user::User;
use service::Result;

/// What can be searched for.
const NAMES: &[&str] = &[
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
];

/// A filter.
#[derive(Debug, PartialEq)]
pub struct Filter {
    name: String,
    prefix: bool,
    value: String,
}

impl Filter {
    /// Reads a filter; `None` for an empty one.
    pub fn read(text: &str) -> Result<Option<Filter>> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let wrong = || errors::invalid("Error while parsing filter.");
        let (name, value) = text.split_once('=').ok_or_else(wrong)?;
        let (name, prefix) = match name.trim_end().strip_suffix('^') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let name = name.trim().trim_matches('"');
        let value = value.trim().strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or_else(wrong)?;
        if !NAMES.contains(&name) {
            return Err(errors::invalid(format!("Invalid search attribute: {name}")));
        }
        let value = value.replace("\\\"", "\"").replace("\\\\", "\\");
        Ok(Some(Filter { name: name.to_owned(), prefix, value }))
    }

    /// Whether a user is meant.
    pub fn fits(&self, user: &User) -> bool {
        let row = &user.row;
        let own = match self.name.as_str() {
            "username" => Some(row.username.as_str()),
            "sub" => Some(row.sub.as_str()),
            "cognito:user_status" => Some(row.status.as_str()),
            "status" => Some(if row.enabled { "Enabled" } else { "Disabled" }),
            name => row.attributes.get(name).map(String::as_str),
        };
        own.is_some_and(|own| if self.prefix { own.starts_with(&self.value) } else { own == self.value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_and_told_from_what_is_none() {
        let filter = |name: &str, prefix, value: &str| {
            Ok(Some(Filter { name: name.to_owned(), prefix, value: value.to_owned() }))
        };
        let said = |text: &str| Filter::read(text).map_err(|error| error.message().to_owned());
        assert_eq!(said("email = \"a@b.c\""), filter("email", false, "a@b.c"));
        assert_eq!(said("given_name ^= \"J\\\"o\""), filter("given_name", true, "J\"o"));
        assert_eq!(said("\"status\"=\"Enabled\""), filter("status", false, "Enabled"));
        assert_eq!(said(" "), Ok(None));
        assert_eq!(said("email"), Err("Error while parsing filter.".to_owned()));
        assert_eq!(said("email = ann"), Err("Error while parsing filter.".to_owned()));
        assert_eq!(said("custom:x = \"1\""), Err("Invalid search attribute: custom:x".to_owned()));
    }
}
