//! The indexes and counters beside the tables, kept in the transaction of each change: no operation can forget one.

use crate::entity::{Entity, Identity, Kind, key};
use crate::state::{
    ATTACHMENTS, AccountRow, AttachmentRow, COUNTS, CertificateRow, CountRow, DeviceRow, GroupRow, LinkRow, MEMBERS,
    OWNERS, OidcRow, PolicyRow, ProfileRow, ROLE_PROFILES, RoleRow, SPENT_CODES, SamlRow, UserRow,
};
use service::{Change, Cx, Result, Table};
use std::collections::BTreeMap;

/// The name under which MFA devices are counted.
pub const DEVICE_QUOTA: &str = "VirtualMFADevicesPerAccount";
/// The name under which OpenID Connect providers are counted.
pub const OIDC_QUOTA: &str = "OpenIdConnectProvidersPerAccount";
/// The name under which SAML providers are counted.
pub const SAML_QUOTA: &str = "SAMLProvidersPerAccount";
/// What an access key is called in [`OWNERS`].
pub const ACCESS_KEY: &str = "access-key";
/// What an MFA device is called in [`OWNERS`].
pub const DEVICE: &str = "mfa";

type Links = BTreeMap<(String, String), String>;
type Attachments = BTreeMap<(String, String, String, String), AttachmentRow>;

/// After a change of a user.
pub fn user_changed(cx: &mut Cx, change: Change<'_, UserRow>) -> Result<()> {
    counted(cx, Kind::User.quota().0, &change)?;
    attached(cx, &change)?;
    let members = |user: &UserRow| -> Links {
        let name = key(&user.core.name);
        user.groups.iter().map(|group| ((group.clone(), name.clone()), name.clone())).collect()
    };
    let owned = |user: &UserRow| -> Links {
        let name = key(&user.core.name);
        let keys = user.access_keys.iter().map(|k| (ACCESS_KEY.to_owned(), k.id.clone()));
        let devices = user.mfa.iter().map(|device| (DEVICE.to_owned(), device.serial.clone()));
        keys.chain(devices).map(|link| (link, name.clone())).collect()
    };
    linked(cx, &MEMBERS, &change, members)?;
    linked(cx, &OWNERS, &change, owned)
}

/// After a change of a group.
pub fn group_changed(cx: &mut Cx, change: Change<'_, GroupRow>) -> Result<()> {
    counted(cx, Kind::Group.quota().0, &change)?;
    attached(cx, &change)
}

/// After a change of a role.
pub fn role_changed(cx: &mut Cx, change: Change<'_, RoleRow>) -> Result<()> {
    counted(cx, Kind::Role.quota().0, &change)?;
    attached(cx, &change)
}

/// After a change of a managed policy.
pub fn policy_changed(cx: &mut Cx, change: Change<'_, PolicyRow>) -> Result<()> {
    counted(cx, Kind::Policy.quota().0, &change)
}

/// After a change of an instance profile.
pub fn profile_changed(cx: &mut Cx, change: Change<'_, ProfileRow>) -> Result<()> {
    counted(cx, Kind::InstanceProfile.quota().0, &change)?;
    linked(cx, &ROLE_PROFILES, &change, |profile| {
        let name = key(&profile.core.name);
        profile.role.iter().map(|role| ((role.clone(), name.clone()), name.clone())).collect()
    })
}

/// After a change of a server certificate.
pub fn certificate_changed(cx: &mut Cx, change: Change<'_, CertificateRow>) -> Result<()> {
    counted(cx, Kind::ServerCertificate.quota().0, &change)
}

/// After a change of an MFA device.
pub fn device_changed(cx: &mut Cx, change: Change<'_, DeviceRow>) -> Result<()> {
    if let (Some(old), None) = (change.old, change.new) {
        cx.delete(&SPENT_CODES, old.serial.as_str())?;
    }
    counted(cx, DEVICE_QUOTA, &change)
}

/// After a change of an OpenID Connect provider.
pub fn oidc_changed(cx: &mut Cx, change: Change<'_, OidcRow>) -> Result<()> {
    counted(cx, OIDC_QUOTA, &change)
}

/// After a change of a SAML provider.
pub fn saml_changed(cx: &mut Cx, change: Change<'_, SamlRow>) -> Result<()> {
    counted(cx, SAML_QUOTA, &change)
}

/// After a change of what the account has once.
pub fn account_changed(cx: &mut Cx, change: Change<'_, AccountRow>) -> Result<()> {
    linked(cx, &OWNERS, &change, |account| {
        account.access_keys.iter().map(|k| ((ACCESS_KEY.to_owned(), k.id.clone()), String::new())).collect()
    })
}

fn counted<R>(cx: &mut Cx, quota: &str, change: &Change<'_, R>) -> Result<()> {
    let step = match (change.old, change.new) {
        (None, Some(_)) => 1,
        (Some(_), None) => -1,
        _ => return Ok(()),
    };
    let before = cx.get(&COUNTS, quota)?.unwrap_or_default().count;
    cx.put(&COUNTS, quota, &CountRow { count: before + step })
}

fn linked<R>(
    cx: &mut Cx,
    table: &'static Table<(String, String), LinkRow>,
    change: &Change<'_, R>,
    links: impl Fn(&R) -> Links,
) -> Result<()> {
    let old = change.old.map(&links).unwrap_or_default();
    let new = change.new.map(&links).unwrap_or_default();
    for link in old.keys().filter(|link| !new.contains_key(*link)) {
        cx.delete(table, link)?;
    }
    for (link, to) in new.iter().filter(|(link, to)| old.get(*link) != Some(*to)) {
        cx.put(table, link, &LinkRow { to: to.clone() })?;
    }
    Ok(())
}

fn attached<I: Identity>(cx: &mut Cx, change: &Change<'_, I>) -> Result<()> {
    let old = change.old.map(attachments).unwrap_or_default();
    let new = change.new.map(attachments).unwrap_or_default();
    for at in old.keys().filter(|at| !new.contains_key(*at)) {
        cx.delete(&ATTACHMENTS, at)?;
    }
    for (at, row) in new.iter().filter(|(at, row)| old.get(*at) != Some(*row)) {
        cx.put(&ATTACHMENTS, at, row)?;
    }
    Ok(())
}

/// How an identity uses a policy, in [`ATTACHMENTS`].
pub const USE_POLICY: &str = "policy";
/// The other way.
pub const USE_BOUNDARY: &str = "boundary";

fn attachments<I: Identity>(identity: &I) -> Attachments {
    let (core, grants, kind) = (identity.core(), identity.grants(), <I as Entity>::KIND.word());
    let policies = grants.attached.iter().map(|arn| (arn, USE_POLICY));
    let boundary = grants.boundary.iter().map(|arn| (arn, USE_BOUNDARY));
    let row = |arn: &str| AttachmentRow {
        kind: kind.to_owned(),
        name: core.name.clone(),
        id: core.id.clone(),
        path: core.path.clone(),
        policy: arn.to_owned(),
    };
    let entry = |(arn, used): (&String, &str)| {
        let at = (arn.clone(), used.to_owned(), kind.to_owned(), key(&core.name));
        (at, row(arn))
    };
    policies.chain(boundary).map(entry).collect()
}
