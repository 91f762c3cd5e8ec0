//! The principals that trust policies name.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use crate::entity::{self, Identity, Kind};
use crate::errors;
use crate::state::{COUNTS, CountRow, ROLES, RoleRow, UserRow};
use service::policy::{Document, Named};
use service::{AccountId, ArnParts, Cx, Result, View};

/// Fails if a trust policy names a principal that does not exist.
///
/// Users and roles are looked up in their accounts. An account without any is somebody else's, outside this cloud,
/// whose identities are taken at their word.
pub fn check(view: &View, document: &Document) -> Result<()> {
    let named = document.statements().iter().filter_map(|s| s.principals.as_ref()).flat_map(|p| p.names.iter());
    for name in named {
        let invalid = match name {
            Named::Arn(arn) if !exists(view, arn)? => ("AWS", arn.to_string()),
            Named::Root { partition, account } if **partition != *view.scope().partition().as_str() => {
                ("AWS", format!("arn:{partition}:iam::{account}:root"))
            }
            Named::Service(service) if !is_service(service) => ("SERVICE", service.to_string()),
            _ => continue,
        };
        let (kind, value) = invalid;
        return Err(errors::malformed_policy(format!("Invalid principal in policy: \"{kind}\":\"{value}\"")));
    }
    Ok(())
}

fn exists(view: &View, arn: &str) -> Result<bool> {
    let Ok(parts) = ArnParts::parse(arn) else { return Ok(false) };
    let Ok(account) = parts.account.parse::<AccountId>() else { return Ok(false) };
    let home = view.scope().home_of(account);
    // No account trusts what lies in another partition: https://github.com/DataDog/cloudformation-template/issues/71
    if parts.partition != home.partition().as_str() {
        return Ok(false);
    }
    if parts.service == "sts" {
        return Ok(parts.resource.starts_with("assumed-role/") || parts.resource.starts_with("federated-user/"));
    }
    let found = match parts.resource.split_once('/') {
        Some(("user", rest)) => entity::find_in::<UserRow>(view, account, last(rest))?.map(|user| user.core),
        Some(("role", rest)) => entity::find_in::<RoleRow>(view, account, last(rest))?.map(|role| role.core),
        _ => return Ok(false),
    };
    let kind = if parts.resource.starts_with("user/") { Kind::User } else { Kind::Role };
    match found {
        Some(core) => Ok(entity::arn_of(home, kind, &core.path, &core.name) == arn),
        None => Ok(account != view.account() && !is_ours(view, account)?),
    }
}

/// Whether the account has identities in this cloud.
fn is_ours(view: &View, account: AccountId) -> Result<bool> {
    let scope = view.scope().home_of(account);
    let count = |quota: &str| view.get_in(scope, &COUNTS, quota);
    let any = |row: Option<CountRow>| row.is_some_and(|row| row.count > 0);
    Ok(any(count(Kind::User.quota().0)?) || any(count(Kind::Role.quota().0)?))
}

fn last(resource: &str) -> &str {
    resource.rsplit('/').next().unwrap_or_default()
}

fn is_service(name: &str) -> bool {
    let ends = [".amazonaws.com", ".amazonaws.com.cn", ".aws.internal", ".api.aws"];
    name == "*" || ends.iter().any(|end| name.strip_suffix(end).is_some_and(|start| !start.is_empty()))
}

/// Puts the id of a user or role that is deleted in the place of its ARN, in the trust policies of its account: what
/// later goes by its name is not trusted in its stead. Policies elsewhere keep the ARN.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles>
pub fn forget<I: Identity>(cx: &mut Cx, gone: &I) -> Result<()> {
    let arn = entity::arn(cx, I::KIND, gone.core());
    replace(cx, &arn, &gone.core().id)
}

/// Puts one principal in another's place, in the trust policies of the account.
pub fn replace(cx: &mut Cx, old: &str, new: &str) -> Result<()> {
    let (old, new) = (format!("\"{old}\""), format!("\"{new}\""));
    let trusting = cx.rows(&ROLES, ()).filter(|role| role.as_ref().map_or(true, |role| role.trust.contains(&old)));
    let trusting: Vec<RoleRow> = trusting.collect::<Result<_>>()?;
    for mut role in trusting {
        role.trust = role.trust.replace(&old, &new);
        entity::save(cx, &role)?;
    }
    Ok(())
}
