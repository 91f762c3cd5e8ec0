//! Multi-Region keys.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html>

use super::keys::set_policy;
use crate::api::*;
use crate::key::{EXTERNAL, Key, State};
use crate::names::{self, Forms};
use crate::state::KeyRow;
use crate::{errors, imports, material, quota, tags};
use service::{Cx, Nothing, Region, Result, Scope};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html>
pub fn replicate_key(cx: &mut Cx, input: ReplicateKeyRequest) -> Result<ReplicateKeyResponse> {
    let ReplicateKeyRequest { key_id, replica_region, policy, bypass_policy_lockout_safety_check, description, tags } =
        input;
    let mut primary = names::key(cx, &key_id, Forms::Keys)?;
    let scope = Scope::new(primary.scope.account, region(&replica_region)?);
    check_replicable(&primary)?;
    if primary.family().contains(&scope) {
        let text = format!("{} already exists.", names::arn(scope, &format!("key/{}", primary.row.id)));
        return Err(errors::already_exists(text));
    }
    quota::check(cx, scope)?;
    primary.row.replica_regions.push(replica_region);
    let imported = primary.row.origin == EXTERNAL;
    let row = KeyRow {
        created_at: cx.now(),
        description: description.unwrap_or_default(),
        tags: tags::read(cx, tags.unwrap_or_default())?,
        aliases: Vec::new(),
        rotation: None,
        enabled: !imported,
        // Replicas of keys with imported material get theirs by an import of their own, of the same material.
        lacks_material: imported,
        material: if imported { String::new() } else { primary.row.material.clone() },
        ..primary.row.clone()
    };
    let mut replica = Key { scope, row };
    set_policy(cx, &mut replica, policy, bypass_policy_lockout_safety_check)?;
    for relative in primary.family().into_iter().filter(|relative| *relative != scope) {
        let Some(mut key) = names::find(cx, relative, &primary.row.id)? else { continue };
        key.row.replica_regions.clone_from(&primary.row.replica_regions);
        key.save(cx)?;
    }
    replica.save(cx)?;
    if imported {
        imports::make_seal(cx, &replica)?;
    } else {
        for row in material::all(cx, &primary)? {
            material::put(cx, scope, &primary.row.id, &row)?;
        }
    }
    Ok(ReplicateKeyResponse {
        replica_key_metadata: Some(replica.metadata()?),
        replica_policy: Some(replica.row.policy),
        replica_tags: Some(tags::show(replica.row.tags)),
    })
}

fn check_replicable(key: &Key) -> Result<()> {
    if !key.is_multi_region() {
        return Err(errors::unsupported(format!("{} is not a multi-Region key.", key.arn())));
    }
    if key.is_replica() {
        return Err(errors::unsupported(format!("{} is not a multi-Region primary key.", key.arn())));
    }
    key.check_enabled()
}

fn region(code: &str) -> Result<Region> {
    code.parse().map_err(|_| errors::validation(format!("Invalid Region {code}.")))
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdatePrimaryRegion.html>
pub fn update_primary_region(cx: &mut Cx, input: UpdatePrimaryRegionRequest) -> Result<Nothing> {
    let UpdatePrimaryRegionRequest { key_id, primary_region } = input;
    let mut old = names::key(cx, &key_id, Forms::Keys)?;
    let scope = Scope::new(old.scope.account, region(&primary_region)?);
    check_replicable(&old)?;
    if scope == old.scope {
        return Ok(Nothing {});
    }
    let mut new = names::find(cx, scope, &old.row.id)?
        .ok_or_else(|| errors::no_such_key(names::arn(scope, &format!("key/{}", old.row.id))))?;
    if new.state() != State::Enabled {
        new.check_enabled()?;
    }
    let was = old.row.primary_region.clone();
    let replicas: Vec<String> =
        old.row.replica_regions.iter().map(|own| if *own == primary_region { &was } else { own }.clone()).collect();
    // Rotation is the primary's.
    new.row.rotation = old.row.rotation.take();
    let family = old.family();
    old.save(cx)?;
    new.save(cx)?;
    for relative in family {
        let Some(mut key) = names::find(cx, relative, &old.row.id)? else { continue };
        key.row.primary_region.clone_from(&primary_region);
        key.row.replica_regions.clone_from(&replicas);
        key.save(cx)?;
    }
    Ok(Nothing {})
}
