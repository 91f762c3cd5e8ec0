//! Analyzers by their names and ARNs.

use crate::errors;
use crate::state::{ANALYZERS, AnalyzerRow};
use service::resource::text_at;
use service::{Arn, ArnParts, Result, Value, View};

/// The ARN of an analyzer of this region.
pub fn arn(view: &View, name: &str) -> Arn {
    view.arn("access-analyzer", format_args!("analyzer/{name}"))
}

/// The key of an analyzer of this region.
pub fn key(view: &View, name: &str) -> (String, String) {
    (view.region().as_str().to_owned(), name.to_owned())
}

/// The analyzer of a name in this region.
pub fn named(view: &View, name: &str) -> Result<AnalyzerRow> {
    view.get(&ANALYZERS, &key(view, name))?.ok_or_else(|| errors::no_analyzer(name))
}

/// The analyzer of an ARN, which must be of this account and region.
pub fn by_arn(view: &View, arn: &str) -> Result<AnalyzerRow> {
    let name = name_in(view, arn).ok_or_else(|| errors::no_analyzer(arn))?;
    view.get(&ANALYZERS, &key(view, &name))?.ok_or_else(|| errors::no_analyzer(arn))
}

/// The name in an ARN of this account and region.
pub fn name_in(view: &View, arn: &str) -> Option<String> {
    let parts = ArnParts::parse(arn).ok()?;
    let own = parts.service == "access-analyzer"
        && parts.region == view.region().as_str()
        && parts.account.parse() == Ok(view.account());
    let name = parts.resource.strip_prefix("analyzer/")?;
    (own && !name.contains('/')).then(|| name.to_owned())
}

/// All analyzers of this region.
pub fn here(view: &View) -> Result<Vec<AnalyzerRow>> {
    view.rows(&ANALYZERS, view.region().as_str()).collect()
}

/// Whether there is a user or role of this ARN in the account.
pub fn identity_exists(view: &View, arn: &str) -> Result<bool> {
    let resource = ArnParts::parse(arn).map(|parts| parts.resource.to_owned()).unwrap_or_default();
    let name = resource.rsplit('/').next().unwrap_or_default();
    let (operation, member, shown) = match resource.starts_with("user/") {
        true => ("GetUser", "UserName", "User"),
        false => ("GetRole", "RoleName", "Role"),
    };
    match view.peer("iam", operation, Value::map([(member, name.into())])) {
        Ok(answer) => Ok(text_at(&answer, &[shown, "Arn"]) == Some(arn)),
        Err(error) if error.code().starts_with("NoSuchEntity") => Ok(false),
        Err(error) => Err(error),
    }
}

/// As whom the calls of a user or role are made, whose ARN this is: of a role its sessions, without their names.
pub fn caller_of(arn: &str) -> String {
    // arn:aws:iam::111122223333:role/path/name -> arn:aws:sts::111122223333:assumed-role/name
    let session = arn.split_once(":role/").and_then(|(head, path)| {
        let name = path.rsplit('/').next()?;
        Some(format!("{}:assumed-role/{name}", head.replacen(":iam:", ":sts:", 1)))
    });
    session.unwrap_or_else(|| arn.to_owned())
}

/// The same of the ARN of a caller.
pub fn identity_in(caller: &str) -> &str {
    match caller.contains(":assumed-role/") {
        true => caller.rsplit_once('/').map_or(caller, |(role, _)| role),
        false => caller,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_their_roles() {
        let role = caller_of("arn:aws:iam::111122223333:role/team/app");
        assert_eq!(role, identity_in("arn:aws:sts::111122223333:assumed-role/app/i-1"));
        assert_ne!(role, identity_in("arn:aws:sts::111122223333:assumed-role/app2/i-1"));
        assert_ne!(role, identity_in("arn:aws:sts::444455556666:assumed-role/app/i-1"));
        let user = "arn:aws:iam::111122223333:user/team/ann";
        assert_eq!((caller_of(user).as_str(), identity_in(user)), (user, user));
    }
}
