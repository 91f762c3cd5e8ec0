//! Aliases.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html>

use crate::api::*;
use crate::key::Key;
use crate::managed;
use crate::names::{self, Forms};
use crate::state::{ALIASES, AliasRow};
use crate::{errors, paging};
use service::{Cx, Nothing, Result, Scope, View};

/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html#aliases-per-key>
const MOST_OF_KEY: usize = 50;

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>
pub fn create_alias(cx: &mut Cx, input: CreateAliasRequest) -> Result<Nothing> {
    let CreateAliasRequest { alias_name, target_key_id } = input;
    check_name(&alias_name)?;
    let mut key = target(cx, &target_key_id)?;
    key.check_not_pending_deletion()?;
    if cx.has(&ALIASES, alias_name.as_str())? {
        let arn = names::arn(cx.scope(), &alias_name);
        return Err(errors::already_exists(format!("An alias with the name {arn} already exists")));
    }
    let now = cx.now();
    let row = AliasRow { name: alias_name, key: key.row.id.clone(), created_at: now, updated_at: now };
    point(cx, &mut key, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html>
pub fn update_alias(cx: &mut Cx, input: UpdateAliasRequest) -> Result<Nothing> {
    let UpdateAliasRequest { alias_name, target_key_id } = input;
    check_name(&alias_name)?;
    let mut key = target(cx, &target_key_id)?;
    let mut row = find(cx, &alias_name)?;
    key.check_not_pending_deletion()?;
    if let Some(old) = names::find(cx, cx.scope(), &row.key)? {
        check_same_kind(&old, &key)?;
    }
    release(cx, &row)?;
    // The key may be the one that was just released.
    key = target(cx, &target_key_id)?;
    (row.key, row.updated_at) = (key.row.id.clone(), cx.now());
    point(cx, &mut key, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html>
pub fn delete_alias(cx: &mut Cx, input: DeleteAliasRequest) -> Result<Nothing> {
    let DeleteAliasRequest { alias_name } = input;
    check_name(&alias_name)?;
    let row = find(cx, &alias_name)?;
    release(cx, &row)?;
    cx.delete(&ALIASES, row.name.as_str())?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html>
pub fn list_aliases(view: &View, input: ListAliasesRequest) -> Result<ListAliasesResponse> {
    let ListAliasesRequest { key_id, limit, marker } = input;
    let page = paging::page(limit, marker.as_deref(), paging::SHORT)?;
    let scope = view.scope();
    let mut aliases: Vec<AliasListEntry> = match key_id {
        Some(key_id) => {
            let names = names::key(view, &key_id, Forms::Keys)?.row.aliases;
            let rows = names.iter().filter_map(|name| view.get(&ALIASES, name.as_str()).transpose());
            rows.map(|row| Ok(show(row?, scope))).collect::<Result<_>>()?
        }
        None => {
            let mut all: Vec<AliasListEntry> =
                view.rows(&ALIASES, ()).map(|row| Ok(show(row?, scope))).collect::<Result<_>>()?;
            // "The response might include aliases that have no TargetKeyId field": AWS's own, before their first use.
            let missing =
                managed::aliases().filter(|name| !all.iter().any(|own| own.alias_name.as_ref() == Some(name)));
            let missing: Vec<AliasListEntry> = missing.map(|name| unused(name, scope)).collect();
            all.extend(missing);
            all
        }
    };
    aliases.sort_by(|a, b| a.alias_name.cmp(&b.alias_name));
    let (aliases, next) = paging::cut(aliases, &page, |alias| alias.alias_name.clone().unwrap_or_default());
    Ok(ListAliasesResponse {
        aliases: Some(aliases),
        truncated: Some(next.is_some()),
        next_marker: next.map(|token| token.encode()),
    })
}

fn show(row: AliasRow, scope: Scope) -> AliasListEntry {
    AliasListEntry {
        alias_arn: Some(names::arn(scope, &row.name)),
        alias_name: Some(row.name),
        target_key_id: Some(row.key),
        creation_date: Some(row.created_at),
        last_updated_date: Some(row.updated_at),
    }
}

fn unused(name: String, scope: Scope) -> AliasListEntry {
    AliasListEntry { alias_arn: Some(names::arn(scope, &name)), alias_name: Some(name), ..AliasListEntry::default() }
}

fn check_name(name: &str) -> Result<()> {
    if !name.starts_with("alias/") {
        return Err(errors::validation("Invalid identifier"));
    }
    if name.starts_with(managed::PREFIX) {
        return Err(errors::reserved_alias());
    }
    if name.contains(':') || name == "alias/" {
        return Err(errors::validation(format!("{name} contains invalid characters for an alias")));
    }
    Ok(())
}

/// The key that an alias is to stand for, in the caller's own account.
fn target(view: &View, key_id: &str) -> Result<Key> {
    if names::is_alias(key_id) {
        return Err(errors::validation("Aliases must refer to keys. Not aliases"));
    }
    let asked = names::ask(view, key_id, Forms::Keys)?;
    if asked.scope != view.scope() {
        return Err(errors::no_such_key(&asked.arn));
    }
    asked.key()
}

fn find(view: &View, name: &str) -> Result<AliasRow> {
    view.get(&ALIASES, name)?.ok_or_else(|| errors::no_such_alias(names::arn(view.scope(), name)))
}

/// "The current and new KMS key must be the same type, and must have the same key usage."
fn check_same_kind(old: &Key, new: &Key) -> Result<()> {
    let same_type = old.spec()?.is_asymmetric() == new.spec()?.is_asymmetric();
    if same_type && old.row.usage == new.row.usage {
        return Ok(());
    }
    let text = format!(
        "The alias cannot be changed from {} with KeyUsage {} and KeySpec {} to {} with KeyUsage {} and KeySpec {}.",
        old.arn(),
        old.row.usage,
        old.row.spec,
        new.arn(),
        new.row.usage,
        new.row.spec
    );
    Err(errors::validation(text))
}

fn point(cx: &mut Cx, key: &mut Key, row: &AliasRow) -> Result<()> {
    if key.row.aliases.len() >= MOST_OF_KEY {
        return Err(errors::limit_exceeded(format!(
            "The key has the maximum number of aliases already: {MOST_OF_KEY}."
        )));
    }
    key.row.aliases.push(row.name.clone());
    key.save(cx)?;
    cx.put(&ALIASES, row.name.as_str(), row)
}

/// Takes an alias from the key that it stands for.
fn release(cx: &mut Cx, row: &AliasRow) -> Result<()> {
    let Some(mut old) = names::find(cx, cx.scope(), &row.key)? else { return Ok(()) };
    old.row.aliases.retain(|name| *name != row.name);
    old.save(cx)
}
