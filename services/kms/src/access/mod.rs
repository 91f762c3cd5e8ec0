//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html>

mod cryptography;
mod grants;
mod management;

pub use cryptography::*;
pub use grants::*;
pub use management::*;

use crate::context::EncryptionContext;
use crate::grants::CONTEXT_PREFIX;
use crate::key::{Key, is_older};
use crate::names::{Asked, Forms};
use crate::{errors, key_policy, managed, names, peers};
use service::{CallerKind, Check, PolicyRole, Result, View};

/// Whether an operation can be done to the keys of other accounts, as the API reference says of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Across {
    /// "Cross-account use: Yes."
    Yes,
    /// "Cross-account use: No."
    No,
}

/// An action on a key that is the caller's own, by id or ARN.
fn own(view: &View, action: &'static str, key_id: &str) -> Result<Check> {
    on(view, action, &names::ask(view, key_id, Forms::Keys)?, Across::No)
}

/// An action on a key that may be another account's, by id or ARN.
fn anyones(view: &View, action: &'static str, key_id: &str) -> Result<Check> {
    on(view, action, &names::ask(view, key_id, Forms::Keys)?, Across::Yes)
}

/// An action on a key that may be another account's, by any of its names.
fn by_any_name(view: &View, action: &'static str, key_id: &str) -> Result<Check> {
    on(view, action, &names::ask(view, key_id, Forms::Any)?, Across::Yes)
}

/// An action on a key that was asked for. A key of the account's own that does not exist is put to the caller's policies, and
/// the handler says that it is not there; of others' keys nothing is told.
fn on(view: &View, action: &'static str, asked: &Asked, across: Across) -> Result<Check> {
    let caller = view.caller();
    let foreign = asked.scope.account != caller.account;
    let check = match &asked.key {
        Some(key) => on_key(view, action, key)?,
        None if foreign && caller.kind != CallerKind::Anonymous => {
            return Err(errors::not_yours(&caller.arn, action, &asked.arn));
        }
        None => missing(view, action, asked),
    };
    let mut check = match &asked.alias {
        Some(alias) => check.key("kms:RequestAlias", alias.as_str()),
        None => check,
    };
    if foreign && across == Across::No {
        check.policy = None;
        check.grants.clear();
    }
    Ok(check)
}

/// An action on a key that is not there. AWS managed keys are made when they are first looked at: the policy that they will
/// have counts before.
fn missing(view: &View, action: &'static str, asked: &Asked) -> Check {
    let check = general(view, Check::new(action, asked.arn.as_str())).owned_by(asked.scope.account);
    let looks = action == "kms:DescribeKey" && view.caller().kind != CallerKind::Anonymous;
    let alias = asked.alias.as_deref().filter(|_| looks);
    match alias.and_then(|alias| Some((alias, managed::policy_of(alias, asked.scope)?))) {
        Some((alias, policy)) => check.with_policy(key_policy::name(alias), policy, PolicyRole::Key),
        None => check,
    }
}

/// An action on a key, with its policy, its grants for the caller, and what conditions can say of it.
fn on_key(view: &View, action: &'static str, key: &Key) -> Result<Check> {
    let row = &key.row;
    let check = Check::new(action, key.arn())
        .owned_by(key.scope.account)
        .resource_tags(row.tags.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .key("kms:KeySpec", row.spec.as_str())
        .key("kms:KeyUsage", row.usage.as_str())
        .key("kms:KeyOrigin", row.origin.as_str())
        .key("kms:MultiRegion", key.is_multi_region().to_string());
    let mut check = general(view, check);
    if key.is_multi_region() {
        check = check.key("kms:MultiRegionKeyType", key.multi_region_key_type());
    }
    if is_older(&row.spec) {
        check = check
            .key("kms:CustomerMasterKeySpec", row.spec.as_str())
            .key("kms:CustomerMasterKeyUsage", row.usage.as_str());
    }
    if !row.aliases.is_empty() {
        check = check.keys("kms:ResourceAliases", row.aliases.iter().cloned());
    }
    // Unlike other services' resources, keys are nobody's who does not sign.
    if view.caller().kind == CallerKind::Anonymous {
        return Ok(check);
    }
    Ok(check
        .with_policy(key_policy::name(&row.id), row.policy.as_str(), PolicyRole::Key)
        .with_grants(crate::grants::for_caller(view, key, action)?))
}

/// What every check can say.
fn general(view: &View, check: Check) -> Check {
    let caller = view.caller();
    let check = match peers::via_service(view) {
        Some(service) => check.key("kms:ViaService", service),
        None => check,
    };
    match caller.kind {
        CallerKind::Anonymous | CallerKind::Service => check,
        _ => check.key("kms:CallerAccount", caller.account.to_string()),
    }
}

/// What conditions can say of an encryption context.
fn with_context(check: Check, context: Option<&EncryptionContext>) -> Check {
    let Some(context) = context.filter(|context| !context.is_empty()) else { return check };
    let check = check.keys("kms:EncryptionContextKeys", context.keys().cloned());
    context.iter().fold(check, |check, (name, value)| check.key(format!("{CONTEXT_PREFIX}{name}"), value.as_str()))
}
