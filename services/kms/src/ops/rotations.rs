//! Rotation.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>

use crate::api::*;
use crate::key::{EXTERNAL, Key};
use crate::names::{self, Forms};
use crate::rotation::{self, Cause, MOST_ON_DEMAND};
use crate::state::MaterialRow;
use crate::{errors, material, paging};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html>
pub fn enable_key_rotation(cx: &mut Cx, input: EnableKeyRotationRequest) -> Result<Nothing> {
    let EnableKeyRotationRequest { key_id, rotation_period_in_days } = input;
    let mut key = rotating(cx, &key_id)?;
    let known = key.row.rotation.as_ref().map(|rotation| rotation.period_days);
    let days = rotation_period_in_days.or(known).unwrap_or(rotation::DEFAULT_DAYS);
    if known != Some(days) {
        key.row.rotation = Some(rotation::from_now(cx, days));
        key.save(cx)?;
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html>
pub fn disable_key_rotation(cx: &mut Cx, input: DisableKeyRotationRequest) -> Result<Nothing> {
    let DisableKeyRotationRequest { key_id } = input;
    let mut key = rotating(cx, &key_id)?;
    if key.row.rotation.take().is_some() {
        key.save(cx)?;
    }
    Ok(Nothing {})
}

fn rotating(view: &View, key_id: &str) -> Result<Key> {
    let key = names::key(view, key_id, Forms::Keys)?;
    rotation::check_automatic(&key)?;
    rotation::check_primary(&key)?;
    key.check_enabled()?;
    Ok(key)
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
pub fn get_key_rotation_status(
    view: &View,
    input: GetKeyRotationStatusRequest,
) -> Result<GetKeyRotationStatusResponse> {
    let GetKeyRotationStatusRequest { key_id } = input;
    let key = names::key(view, &key_id, Forms::Keys)?;
    // Of keys that cannot rotate it is told that they do not.
    let rotation = rotation::of(view, &key)?;
    Ok(GetKeyRotationStatusResponse {
        key_rotation_enabled: Some(rotation.is_some() && key.row.deletion_window_days.is_none()),
        // Rotations name their key by its id, unlike most answers.
        key_id: Some(key.row.id),
        rotation_period_in_days: rotation.as_ref().map(|rotation| rotation.period_days),
        next_rotation_date: rotation.map(|rotation| rotation.next_at),
        // A rotation on demand is done before its request is answered.
        on_demand_rotation_start_date: None,
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html>
pub fn rotate_key_on_demand(cx: &mut Cx, input: RotateKeyOnDemandRequest) -> Result<RotateKeyOnDemandResponse> {
    let RotateKeyOnDemandRequest { key_id } = input;
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    rotation::check_on_demand(&key)?;
    rotation::check_primary(&key)?;
    key.check_enabled()?;
    if key.row.on_demand_rotations >= MOST_ON_DEMAND {
        let text = format!(
            "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be \
             performed for this key: {}",
            key.row.id
        );
        return Err(errors::limit_exceeded(text));
    }
    key.row.on_demand_rotations += 1;
    rotation::rotate(cx, &mut key, Cause::OnDemand)?;
    Ok(RotateKeyOnDemandResponse { key_id: Some(key.row.id) })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyRotations.html>
pub fn list_key_rotations(view: &View, input: ListKeyRotationsRequest) -> Result<ListKeyRotationsResponse> {
    let ListKeyRotationsRequest { key_id, include_key_material, limit, marker } = input;
    let page = paging::page(limit, marker.as_deref(), paging::USUAL)?;
    let key = names::key(view, &key_id, Forms::Keys)?;
    rotation::check_on_demand(&key)?;
    let all = include_key_material.as_deref() == Some("ALL_KEY_MATERIAL");
    let rows = material::all(view, &key)?.into_iter().filter(|row| all || !row.rotation_type.is_empty());
    let (rows, next) = paging::cut(rows.collect(), &page, |row| format!("{:020}", row.number));
    Ok(ListKeyRotationsResponse {
        rotations: Some(rows.into_iter().map(|row| show(&key, row)).collect()),
        truncated: Some(next.is_some()),
        next_marker: next.map(|token| token.encode()),
    })
}

fn show(key: &Key, row: MaterialRow) -> RotationsListEntry {
    let state = match &row {
        row if row.id == key.row.material => "CURRENT",
        row if row.pending => "PENDING_ROTATION",
        _ => "NON_CURRENT",
    };
    let imported = key.row.origin == EXTERNAL;
    let import_state = if row.secret.is_empty() { "PENDING_IMPORT" } else { "IMPORTED" };
    let expiration = if row.valid_to.is_some() { super::imports::EXPIRES } else { super::imports::STAYS };
    RotationsListEntry {
        key_id: Some(key.row.id.clone()),
        key_material_id: Some(row.id),
        key_material_description: Some(row.description).filter(|text| !text.is_empty()),
        import_state: imported.then(|| import_state.to_owned()),
        key_material_state: Some(state.to_owned()),
        expiration_model: (imported && !row.secret.is_empty()).then(|| expiration.to_owned()),
        valid_to: row.valid_to,
        rotation_date: Some(row.since).filter(|_| !row.rotation_type.is_empty()),
        rotation_type: Some(row.rotation_type).filter(|text| !text.is_empty()),
    }
}
