//! Listings of secrets.

use crate::address;
use crate::api::*;
use crate::state::{READ, SECRETS, Secret};
use crate::{filters, paging, stages, tags};
use service::{IndexMap, Result, View};

/// The secrets that pass filters, in the order of their names.
pub(crate) fn found(view: &View, wanted: &[Filter], deleted: bool) -> Result<Vec<Secret>> {
    let mut found = Vec::new();
    for secret in view.rows(&SECRETS, ()) {
        let secret = secret?;
        if (deleted || secret.deleted_on.is_none()) && filters::passes(wanted, &secret, view.region().as_str())? {
            found.push(secret);
        }
    }
    Ok(found)
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html>
pub fn list_secrets(view: &View, input: ListSecretsRequest) -> Result<ListSecretsResponse> {
    let ListSecretsRequest { include_planned_deletion, max_results, next_token, filters, sort_order, sort_by } = input;
    let secrets = found(view, &filters.unwrap_or_default(), include_planned_deletion.unwrap_or(false))?;
    let mut marked = Vec::with_capacity(secrets.len());
    for secret in secrets {
        let moment = match sort_by.as_deref() {
            Some("name") => 0,
            Some("last-changed-date") => secret.changed_at.0,
            Some("last-accessed-date") => view.get(&READ, &secret.name)?.map_or(0, |read| read.day.0),
            _ => secret.created_at.0,
        };
        marked.push((format!("{moment:020}/{}", secret.name), secret));
    }
    marked.sort_by(|one, other| one.0.cmp(&other.0));
    if sort_order.as_deref() == Some("desc") {
        marked.reverse();
    }
    let limit = max_results.and_then(|most| usize::try_from(most).ok()).unwrap_or(100);
    let (page, next_token) = paging::page(marked, next_token, limit)?;
    let secret_list = page.into_iter().map(|secret| shown(view, secret)).collect::<Result<_>>()?;
    Ok(ListSecretsResponse { secret_list: Some(secret_list), next_token })
}

fn shown(view: &View, secret: Secret) -> Result<SecretListEntry> {
    let staged = stages::versions(view, &secret)?.into_iter().filter(|version| !version.stages.is_empty());
    let staged: IndexMap<String, Vec<String>> = staged.map(|version| (version.id, version.stages)).collect();
    Ok(SecretListEntry {
        arn: Some(address::arn(view.scope(), &secret)),
        last_accessed_date: view.get(&READ, &secret.name)?.map(|read| read.day),
        name: Some(secret.name),
        description: secret.description,
        kms_key_id: secret.kms_key_id,
        last_changed_date: Some(secret.changed_at),
        deleted_date: secret.deleted_on,
        tags: tags::shown(&secret.tags),
        secret_versions_to_stages: Some(staged).filter(|staged| !staged.is_empty()),
        created_date: Some(secret.created_at),
        ..SecretListEntry::default()
    })
}
