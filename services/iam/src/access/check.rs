//! How members of requests lead to checks.

use crate::api::Tag;
use crate::entity::{self, Entity, Identity, Kind, key};
use crate::policies;
use crate::state::{DEVICES, GroupRow, OIDC_PROVIDERS, RoleRow, SAML_PROVIDERS, UserRow};
use crate::subject::Subject;
use service::{Access, ArnParts, Check, IndexMap, Result, View};

/// On a named thing. One that does not exist is asked for by the ARN that it would have without a path, so that only
/// who may know of it learns that it is not there.
pub fn on<E: Entity>(view: &View, action: &'static str, name: &str) -> Result<Check> {
    let row = view.get(E::table(), &*key(name))?;
    Ok(on_row(view, action, (name, row.as_ref())))
}

fn on_row<E: Entity>(view: &View, action: &'static str, (name, row): (&str, Option<&E>)) -> Check {
    let Some(core) = row.map(Entity::core) else {
        return Check::new(action, entity::arn_of(view.scope(), E::KIND, "/", name));
    };
    let check = tagged(Check::new(action, entity::arn(view, E::KIND, core)), &core.tags);
    if !matches!(E::KIND, Kind::User | Kind::Role) {
        return check;
    }
    core.tags.iter().fold(check, |check, (key, value)| check.key(format!("iam:ResourceTag/{key}"), value.as_str()))
}

/// The same with the boundary that the identity has: `iam:PermissionsBoundary`.
pub fn bounded<I: Identity>(view: &View, action: &'static str, name: &str) -> Result<Check> {
    let row: Option<I> = view.get(I::table(), &*key(name))?;
    let check = on_row(view, action, (name, row.as_ref()));
    let boundary = row.as_ref().and_then(|row| row.grants().boundary.as_deref());
    Ok(boundary.into_iter().fold(check, |check, arn| check.key("iam:PermissionsBoundary", arn)))
}

/// On the user that the request names, or else on who makes it.
pub fn subject(view: &View, action: &'static str, user_name: &Option<String>) -> Result<Check> {
    match Subject::of(view, user_name.as_deref())? {
        Subject::User(name) => on::<UserRow>(view, action, &name),
        Subject::Root => Ok(Check::new(action, view.arn("iam", "root").to_string())),
    }
}

/// On something new.
pub fn fresh(view: &View, action: &'static str, kind: Kind, (path, name): (&Option<String>, &str)) -> Check {
    let path = path.as_deref().unwrap_or("/");
    Check::new(action, entity::arn_of(view.scope(), kind, path, name))
}

/// Something new is made with tags: that takes the right to set tags, too.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_permissions>
pub fn created(check: Check, tag_action: &'static str, tags: &Option<Vec<Tag>>) -> Access {
    let Some(tags) = tags.as_deref().filter(|tags| !tags.is_empty()) else {
        return Access::to(check);
    };
    let tag = Check::new(tag_action, check.resource.clone());
    Access::Checks(vec![check.request_tags(pairs(tags)), tag.request_tags(pairs(tags))])
}

/// A new name and path for something: who moves it needs the right on both ends.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html>
pub fn renamed<E: Entity>(
    view: &View,
    action: &'static str,
    name: &str,
    (new_path, new_name): (&Option<String>, &Option<String>),
) -> Result<Access> {
    let row: Option<E> = view.get(E::table(), &*key(name))?;
    let old = on_row(view, action, (name, row.as_ref()));
    let path = new_path.clone().or_else(|| row.map(|row| row.core().path.clone()));
    let new = fresh(view, action, E::KIND, (&path, new_name.as_deref().unwrap_or(name)));
    Ok(if new.resource == old.resource { Access::to(old) } else { Access::Checks(vec![old, new]) })
}

/// On all of a kind below a path.
pub fn below(view: &View, action: &'static str, kind: Kind, path_prefix: &Option<String>) -> Check {
    Check::new(action, entity::arn_of(view.scope(), kind, path_prefix.as_deref().unwrap_or("/"), ""))
}

/// On a managed policy. One of another account is that account's to allow, which no policy of IAM's can.
pub fn policy(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let check = Check::new(action, arn);
    match ArnParts::parse(arn).ok().and_then(|parts| parts.account.parse().ok()) {
        Some(owner) if owner != view.account() => Ok(check.owned_by(owner)),
        _ => Ok(match policies::find(view, view.account(), arn)? {
            Some(policies::Policy::Own(row)) => tagged(check, &row.core.tags),
            Some(policies::Policy::Aws(_)) | None => check,
        }),
    }
}

/// On a user, group, role or managed policy by its ARN.
pub fn by_arn(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let resource = ArnParts::parse(arn).map(|parts| parts.resource).unwrap_or_default();
    let name = resource.rsplit('/').next().unwrap_or_default();
    let check = match resource.split('/').next() {
        Some("user") => on::<UserRow>(view, action, name)?,
        Some("group") => on::<GroupRow>(view, action, name)?,
        Some("role") => on::<RoleRow>(view, action, name)?,
        Some("policy") => policy(view, action, arn)?,
        _ => Check::new(action, arn),
    };
    // Of the same name under another path is another thing, whose tags say nothing of this one.
    Ok(if check.resource == arn { check } else { Check::new(action, arn) })
}

/// On an MFA device.
pub fn device(view: &View, action: &'static str, serial: &str) -> Result<Check> {
    // The serial number of a hardware device is no ARN.
    let resource = if serial.starts_with("arn:") { serial } else { "*" };
    let row = view.get(&DEVICES, serial)?;
    Ok(row.into_iter().fold(Check::new(action, resource), |check, row| tagged(check, &row.core.tags)))
}

/// On an OpenID Connect provider.
pub fn oidc(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let url = arn.split_once(":oidc-provider/").map(|(_, url)| url).unwrap_or_default();
    let row = view.get(&OIDC_PROVIDERS, url)?;
    Ok(row.into_iter().fold(Check::new(action, arn), |check, row| tagged(check, &row.tags)))
}

/// On a SAML provider.
pub fn saml(view: &View, action: &'static str, arn: &str) -> Result<Check> {
    let name = arn.split_once(":saml-provider/").map(|(_, name)| name).unwrap_or_default();
    let row = view.get(&SAML_PROVIDERS, name)?;
    Ok(row.into_iter().fold(Check::new(action, arn), |check, row| tagged(check, &row.tags)))
}

fn tagged(check: Check, tags: &IndexMap<String, String>) -> Check {
    check.resource_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// Tags as checks take them.
pub fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()))
}
