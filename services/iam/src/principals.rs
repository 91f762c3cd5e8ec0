//! The principals that trust policies name.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use crate::entity::{self, Entity, Identity, Kind};
use crate::state::{COUNTS, CountRow, ROLES, RoleRow, UserRow};
use crate::{errors, service_names};
use service::policy::{Document, Named};
use service::{AccountId, ArnParts, Cx, Result, View};

/// AWS's words: <https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2594>
const NO_PROVIDER: &str = "Federated principals must be valid domain names or SAML metadata ARNs";

/// Fails if a trust policy names a principal that does not exist.
pub fn check(view: &View, document: &Document) -> Result<()> {
    let named = document.statements().iter().filter_map(|s| s.principals.as_ref()).flat_map(|p| p.names.iter());
    for name in named {
        let refused = matches!(name, Named::CanonicalUser(_)) || names_nobody(view, name)?;
        if refused {
            let (kind, value) = name.written();
            return Err(errors::malformed_policy(match name {
                Named::Federated(_) => NO_PROVIDER.to_owned(),
                _ => format!("Invalid principal in policy: \"{}\":\"{value}\"", kind.to_ascii_uppercase()),
            }));
        }
    }
    Ok(())
}

/// Whether what a policy of any resource names is nobody.
///
/// Users and roles are looked up in their accounts. An account without any is somebody else's, outside this cloud,
/// whose identities are taken at their word; so are accounts themselves, which exist by being used.
pub fn names_nobody(view: &View, name: &Named) -> Result<bool> {
    Ok(match name {
        Named::Everyone | Named::Account(_) | Named::CanonicalUser(_) => false,
        Named::Root { partition, .. } => **partition != *view.scope().partition().as_str(),
        Named::Arn(arn) => !exists(view, arn)?,
        Named::Id(id) => !is_living(view, id)?,
        Named::Service(service) => !service_names::is_service(service),
        Named::Federated(provider) => !is_provider(provider),
    })
}

/// Whether a user or role of the account has this id. What stays of one who was deleted names nobody any more.
fn is_living(view: &View, id: &str) -> Result<bool> {
    Ok(has_id::<UserRow>(view, id)? || has_id::<RoleRow>(view, id)?)
}

fn has_id<E: Entity>(view: &View, id: &str) -> Result<bool> {
    let home = view.scope().home_of(view.account());
    for row in view.rows_in(home, E::table(), ()) {
        if row?.core().id == id {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A domain, behind which an issuer may have a path, or the ARN of a provider. Whether the provider is there is asked when
/// somebody comes with its token.
fn is_provider(name: &str) -> bool {
    if let Ok(parts) = ArnParts::parse(name) {
        let provider = ["saml-provider/", "oidc-provider/"].iter().find_map(|kind| parts.resource.strip_prefix(kind));
        return parts.service == "iam"
            && parts.account.parse::<AccountId>().is_ok()
            && provider.is_some_and(|rest| !rest.is_empty());
    }
    let domain = name.split('/').next().unwrap_or_default();
    let label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name == "*" || (domain.contains('.') && domain.split('.').all(label))
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
