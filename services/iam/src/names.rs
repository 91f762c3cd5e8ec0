//! What names and paths may be, in the words with which IAM refuses others.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>

use crate::errors;
use service::Result;

/// A name that a request gives to a new thing: `member` is the request's word for it, such as `userName`.
pub fn check_name(member: &str, name: &str, longest: usize) -> Result<()> {
    check_length(member, name, longest)?;
    if name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b)) {
        return Ok(());
    }
    Err(errors::validation(format!(
        "The specified value for {member} is invalid. It must contain only alphanumeric characters and/or the \
         following: +=,.@_-"
    )))
}

/// A path that a request gives to a new thing.
pub fn check_path(path: &str) -> Result<()> {
    check_length("path", path, 512)?;
    let inner = path.bytes().all(|b| (0x21..=0x7e).contains(&b));
    if path.starts_with('/') && path.ends_with('/') && !path.contains("//") && inner {
        return Ok(());
    }
    Err(errors::validation(
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
         characters and/or / characters.",
    ))
}

/// An alias for the account. The model's pattern looks ahead, which the door's patterns do not.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html>
pub fn check_alias(alias: &str) -> Result<()> {
    let letters = alias.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if letters && !alias.starts_with('-') && !alias.ends_with('-') && !alias.contains("--") {
        return Ok(());
    }
    let pattern = "Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$";
    Err(errors::constraint("accountAlias", alias, pattern))
}

fn check_length(member: &str, value: &str, longest: usize) -> Result<()> {
    let constraint = match value.chars().count() {
        0 => "Member must have length greater than or equal to 1".to_owned(),
        length if length > longest => format!("Member must have length less than or equal to {longest}"),
        _ => return Ok(()),
    };
    Err(errors::constraint(member, value, &constraint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths() {
        let check = |result: Result<()>, expect: &str| {
            let message = result.err().map(|e| e.message().to_owned()).unwrap_or_default();
            assert!(message.contains(expect) && message.is_empty() == expect.is_empty(), "{message}");
        };
        check(check_name("userName", "a+=,.@_-Z9", 64), "");
        check(check_name("userName", "", 64), "greater than or equal to 1");
        check(
            check_name("roleName", &"r".repeat(65), 64),
            "at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
        );
        check(check_name("userName", "a b", 64), "The specified value for userName is invalid.");
        check(check_name("userName", "é", 64), "The specified value for userName is invalid.");
        for path in ["/", "/a/", "/a/b-c/"] {
            check(check_path(path), "");
        }
        for path in ["a", "/a", "a/", "//", "/a//b/", "/a b/", "/é/"] {
            check(check_path(path), "The specified value for path is invalid.");
        }
        check(check_path(&format!("/{}/", "a".repeat(511))), "less than or equal to 512");
        for alias in ["abc", "a-b", "1-2-3"] {
            check(check_alias(alias), "");
        }
        for alias in ["-ab", "ab-", "a--b", "Abc", "a_b", "a.b"] {
            check(check_alias(alias), "at 'accountAlias' failed to satisfy constraint");
        }
    }
}
