//! What the door asks of IAM: whose an access key is, and which policies bind a caller.

use crate::delegation;
use crate::entity::{self, Identity, Kind};
use crate::hooks::{ACCESS_KEY, DEVICE};
use crate::ops::mfa_devices;
use crate::policies;
use crate::principals;
use crate::state::{ACCOUNT_KEY, ACCOUNTS, AccessKeyRow, DEVICES, GROUPS, OWNERS, RoleRow, USERS, UserRow};
use crate::totp;
use service::key_id;
use service::{
    AccountId, Arn, Authority, Caller, CallerKind, Credential, Cx, GrantingPolicies, NamedPolicy, Region, Result,
    Scope, Session, View,
};

/// IAM is the authority on long-term keys, on users and roles, and on MFA devices.
pub const AUTHORITY: Authority = Authority {
    credential,
    policies: policies_of,
    one_time_password,
    spend_one_time_password,
    delegated: delegation::worth,
    names_nobody: principals::names_nobody,
    ..Authority::SILENT
};

/// A policy that allows nothing.
const NOTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"*","Resource":"*"}]}"#;

/// A policy that allows all, as a root user may.
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// A long-term access key that is active. Its account stands in the id itself.
fn credential(view: &View, access_key: &str, token: Option<&str>) -> Result<Option<Credential>> {
    let Some(account) = key_id::account_of(access_key).filter(|_| access_key.starts_with("AKIA")) else {
        return Ok(None);
    };
    if token.is_some() {
        return Ok(None);
    }
    let scope = view.scope().home_of(account);
    let Some(owner) = view.get_in(scope, &OWNERS, &(ACCESS_KEY.to_owned(), access_key.to_owned()))? else {
        return Ok(None);
    };
    let active = |keys: &[AccessKeyRow]| keys.iter().find(|k| k.id == access_key && k.active).map(|k| k.secret.clone());
    if owner.to.is_empty() {
        let root = view.get_in(scope, &ACCOUNTS, ACCOUNT_KEY)?;
        let secret = root.and_then(|row| active(&row.access_keys));
        return Ok(secret.map(|secret| Credential { secret, caller: root_caller(scope, access_key) }));
    }
    let Some(user) = view.get_in(scope, &USERS, owner.to.as_str())? else { return Ok(None) };
    let caller = || Caller {
        kind: CallerKind::User,
        account,
        arn: entity::arn_of(scope, Kind::User, &user.core.path, &user.core.name),
        user_id: user.core.id.clone(),
        name: user.core.name.clone(),
        access_key: access_key.to_owned(),
        session: None,
        bootstrap: false,
    };
    Ok(active(&user.access_keys).map(|secret| Credential { secret, caller: caller() }))
}

fn root_caller(home: Scope, access_key: &str) -> Caller {
    let account = home.account;
    Caller {
        kind: CallerKind::Root,
        account,
        arn: Arn::new(home.partition(), "iam", Region::GLOBAL, Some(account), "root").to_string(),
        user_id: account.to_string(),
        name: String::new(),
        access_key: access_key.to_owned(),
        session: None,
        bootstrap: false,
    }
}

/// The policies of users, of role sessions and of federated users; a root user has none but that of the task for which he was
/// assumed, or of what he delegates.
fn policies_of(view: &View, caller: &Caller) -> Result<Option<GrantingPolicies>> {
    match caller.kind {
        CallerKind::Root => root_policies(view, caller).map(Some),
        CallerKind::User => {
            let mut all = user_policies(view, caller.account, &caller.name, &caller.user_id)?;
            // Only what a user delegates has some.
            if let Some(session) = caller.session.as_deref() {
                all.session = session_policies(view, caller.account, session)?;
            }
            Ok(Some(all))
        }
        CallerKind::AssumedRole => role_policies(view, caller).map(Some),
        CallerKind::FederatedUser => federated_policies(view, caller).map(Some),
        CallerKind::Provider | CallerKind::Service | CallerKind::Anonymous => Ok(None),
    }
}

fn root_policies(view: &View, caller: &Caller) -> Result<GrantingPolicies> {
    let session = match caller.session.as_deref() {
        Some(session) => session_policies(view, caller.account, session)?,
        None => Vec::new(),
    };
    Ok(GrantingPolicies { session, ..GrantingPolicies::default() })
}

/// A user whose id is no longer the name's own was deleted since, and has no rights.
fn user_policies(view: &View, account: AccountId, name: &str, id: &str) -> Result<GrantingPolicies> {
    let mut all = GrantingPolicies::default();
    let user = entity::find_in::<UserRow>(view, account, name)?;
    let Some(user) = user.filter(|user| user.core.id == id) else { return Ok(all) };
    collect(view, account, &user, &mut all.identity)?;
    for group in &user.groups {
        if let Some(group) = view.get_in(view.scope().home_of(account), &GROUPS, group.as_str())? {
            collect(view, account, &group, &mut all.identity)?;
        }
    }
    all.boundary = boundary(view, account, &user)?;
    all.tags = user.core.tags.into_iter().collect();
    Ok(all)
}

fn role_policies(view: &View, caller: &Caller) -> Result<GrantingPolicies> {
    let mut all = GrantingPolicies::default();
    let Some(session) = caller.session.as_deref() else { return Ok(all) };
    let (account, name) = (caller.account, session.role_arn.rsplit('/').next().unwrap_or_default());
    let id = caller.user_id.split(':').next().unwrap_or_default();
    if let Some(role) = entity::find_in::<RoleRow>(view, account, name)?.filter(|role| role.core.id == id) {
        collect(view, account, &role, &mut all.identity)?;
        all.boundary = boundary(view, account, &role)?;
        all.tags = role.core.tags.into_iter().collect();
    }
    for (key, value) in &session.tags {
        all.tags.retain(|(known, _)| !known.eq_ignore_ascii_case(key));
        all.tags.push((key.clone(), value.clone()));
    }
    all.session = session_policies(view, account, session)?;
    Ok(all)
}

/// A federated user may do what both the user who federated and the session policies allow.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
fn federated_policies(view: &View, caller: &Caller) -> Result<GrantingPolicies> {
    let Some(session) = caller.session.as_deref() else { return Ok(GrantingPolicies::default()) };
    let issuer = session.role_arn.rsplit('/').next().unwrap_or_default();
    let mut all = match entity::find_in::<UserRow>(view, caller.account, issuer)? {
        Some(user) => user_policies(view, caller.account, issuer, &user.core.id)?,
        None => GrantingPolicies::default(),
    };
    if session.role_arn.ends_with(":root") {
        all.identity.push(NamedPolicy { name: "the root user".into(), text: EVERYTHING.into() });
    }
    all.tags = session.tags.clone();
    all.session = session_policies(view, caller.account, session)?;
    if all.session.is_empty() {
        all.session.push(NamedPolicy { name: "no session policy".into(), text: NOTHING.into() });
    }
    Ok(all)
}

fn session_policies(view: &View, account: AccountId, session: &Session) -> Result<Vec<NamedPolicy>> {
    let inline = session.policies.iter();
    let mut all: Vec<NamedPolicy> =
        inline.map(|text| NamedPolicy { name: "session policy".into(), text: text.as_str().into() }).collect();
    for arn in &session.policy_arns {
        // A session policy that has gone since narrows the session to nothing, not to less.
        let text = match policies::find(view, account, arn)? {
            Some(policy) => policy.document()?,
            None => NOTHING.into(),
        };
        all.push(NamedPolicy { name: arn.as_str().into(), text });
    }
    Ok(all)
}

fn collect<I: Identity>(view: &View, account: AccountId, identity: &I, all: &mut Vec<NamedPolicy>) -> Result<()> {
    let (kind, of) = (I::KIND.word(), &identity.core().name);
    for (name, text) in &identity.grants().inline {
        let name = format!("inline policy {name} of {kind} {of}").into();
        all.push(NamedPolicy { name, text: text.as_str().into() });
    }
    for arn in &identity.grants().attached {
        if let Some(policy) = policies::find(view, account, arn)? {
            all.push(NamedPolicy { name: arn.as_str().into(), text: policy.document()? });
        }
    }
    Ok(())
}

fn boundary<I: Identity>(view: &View, account: AccountId, identity: &I) -> Result<Option<NamedPolicy>> {
    let Some(arn) = &identity.grants().boundary else { return Ok(None) };
    let text = match policies::find(view, account, arn)? {
        Some(policy) => policy.document()?,
        None => NOTHING.into(),
    };
    Ok(Some(NamedPolicy { name: arn.as_str().into(), text }))
}

/// Whether a code is what the caller's own device shows now, one step of 30 s more or less, and was not used yet.
fn one_time_password(view: &View, serial: &str, code: &str) -> Result<Option<bool>> {
    Ok(shown(view, serial, code)?.map(|step| step.is_some()))
}

fn spend_one_time_password(cx: &mut Cx, serial: &str, code: &str) -> Result<Option<bool>> {
    let Some(shown) = shown(cx, serial, code)? else { return Ok(None) };
    if let Some(step) = shown {
        let home = cx.scope().home_of(cx.caller().account);
        cx.in_scope(home, |cx| mfa_devices::spend(cx, serial, step))?;
    }
    Ok(Some(shown.is_some()))
}

/// The step in which the caller's own device shows the code, if it does; `None` for a device that is not the caller's.
fn shown(view: &View, serial: &str, code: &str) -> Result<Option<Option<i64>>> {
    let caller = view.caller();
    let scope = view.scope().home_of(caller.account);
    let owner = view.get_in(scope, &OWNERS, &(DEVICE.to_owned(), serial.to_owned()))?;
    let own = owner.is_some_and(|owner| caller.kind == CallerKind::User && owner.to == entity::key(&caller.name));
    let Some(device) = view.get_in(scope, &DEVICES, serial)?.filter(|_| own) else { return Ok(None) };
    let spent = mfa_devices::spent(view, scope, serial)?;
    Ok(Some(totp::step_of(&device.seed, device.drift, view.now(), spent, code)))
}
