//! Imported key material.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html>

use crate::api::*;
use crate::crypto::wrapping::Wrapping;
use crate::crypto::{self, Material};
use crate::imports::{self, ImportToken, VALID};
use crate::key::{Key, State};
use crate::names::{self, Forms};
use crate::spec::{self, Kind, RsaBits};
use crate::state::MaterialRow;
use crate::{errors, material};
use service::{Bytes, Cx, Result, Timestamp, View};

/// `ExpirationModel` of material that expires, which is meant where none is given.
pub(crate) const EXPIRES: &str = "KEY_MATERIAL_EXPIRES";
/// `ExpirationModel` of material that does not.
pub(crate) const STAYS: &str = "KEY_MATERIAL_DOES_NOT_EXPIRE";

/// The wrapping key is made here, on a snapshot and beside all others; its private half goes into the token, sealed.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetParametersForImport.html>
pub fn get_parameters_for_import(
    view: &View,
    input: GetParametersForImportRequest,
) -> Result<GetParametersForImportResponse> {
    let GetParametersForImportRequest { key_id, wrapping_algorithm, wrapping_key_spec } = input;
    let key = names::key(view, &key_id, Forms::Keys)?;
    imports::check_external(&key)?;
    key.check_not_pending_deletion()?;
    let wrapping = Wrapping::find(&wrapping_algorithm)
        .ok_or_else(|| errors::unsupported(format!("Wrapping algorithm {wrapping_algorithm} is not supported.")))?;
    let bits = modulus(&wrapping_key_spec)
        .ok_or_else(|| errors::not_built(&format!("WrappingKeySpec {wrapping_key_spec}"), view))?;
    let Material { secret, public } = crypto::generate(Kind::Rsa(bits))?;
    let valid_to = view.now().after(VALID);
    let token = ImportToken { valid_to, wrapping, bits, secret }.seal(view, &key)?;
    Ok(GetParametersForImportResponse {
        key_id: Some(key.arn()),
        import_token: Some(token.into()),
        public_key: Some(public.into()),
        parameters_valid_to: Some(valid_to),
    })
}

fn modulus(spec: &str) -> Option<RsaBits> {
    match spec::find(spec)?.kind {
        Kind::Rsa(bits) => Some(bits),
        _ => None,
    }
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html>
pub fn import_key_material(
    cx: &mut Cx,
    input: ImportKeyMaterialRequest,
    made: Material,
) -> Result<ImportKeyMaterialResponse> {
    let ImportKeyMaterialRequest {
        key_id,
        import_token,
        encrypted_key_material: _, // unwrapped before the lock, in prepare.rs
        valid_to,
        expiration_model,
        import_type,
        key_material_description,
        key_material_id,
    } = input;
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    imports::check_external(&key)?;
    key.check_not_pending_deletion()?;
    // It may have expired since the request was prepared.
    ImportToken::open(cx, &key, &import_token)?;
    let valid_to = expiry(cx, expiration_model.as_deref().unwrap_or(EXPIRES), valid_to)?;
    let id = material::id_of(&key.row.id, &made);
    if key_material_id.is_some_and(|wanted| wanted != id) {
        return Err(errors::incorrect_material("The key material is not the one that KeyMaterialId identifies."));
    }
    let mut row = place(cx, &key, &made, import_type.as_deref() == Some("NEW_KEY_MATERIAL"))?;
    row.secret = Bytes::from(made.secret);
    row.public = Bytes::from(made.public);
    row.valid_to = valid_to;
    if let Some(description) = key_material_description {
        row.description = description;
    }
    store(cx, &mut key, &row)?;
    Ok(ImportKeyMaterialResponse { key_id: Some(key.arn()), key_material_id: Some(row.id) })
}

/// Which of the key's materials this is: the first, one that it had before, or one to rotate to.
fn place(cx: &Cx, key: &Key, made: &Material, new: bool) -> Result<MaterialRow> {
    let rows = material::all(cx, key)?;
    let id = material::id_of(&key.row.id, made);
    let next = rows.last().map_or(1, |row| row.number + 1);
    let known = rows.iter().find(|row| row.id == id);
    match known {
        Some(row) if !new || rows.len() == 1 => Ok(row.clone()),
        Some(_) => Err(errors::incorrect_material("The key material is already associated with the KMS key.")),
        None if rows.is_empty() => {
            check_family(cx, key, &id)?;
            Ok(material::row(cx, &key.row.id, made, 1))
        }
        None if !new => {
            Err(errors::incorrect_material("The key material is not one that was imported into the KMS key before."))
        }
        None if !key.spec()?.is_symmetric() => {
            Err(errors::unsupported(format!("Keys of KeySpec {} have one key material alone.", key.row.spec)))
        }
        None if key.is_multi_region() => {
            Err(errors::not_built("ImportType NEW_KEY_MATERIAL for a multi-Region key", cx))
        }
        None if rows.iter().any(|row| row.pending) => {
            Err(errors::invalid_state(format!("{} has key material that is pending rotation.", key.arn())))
        }
        None => Ok(MaterialRow { pending: true, ..material::row(cx, &key.row.id, made, next) }),
    }
}

/// "You must import the same key material into the primary key and all of its replica keys."
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-import.html>
fn check_family(view: &View, key: &Key, id: &str) -> Result<()> {
    for scope in key.family() {
        let relative = names::find(view, scope, &key.row.id)?;
        if relative.is_some_and(|relative| !relative.row.material.is_empty() && relative.row.material != id) {
            return Err(errors::incorrect_material("The key material is not that of the related multi-Region keys."));
        }
    }
    Ok(())
}

fn expiry(cx: &Cx, model: &str, valid_to: Option<Timestamp>) -> Result<Option<Timestamp>> {
    match (model, valid_to) {
        (EXPIRES, Some(at)) if at > cx.now() => Ok(Some(at)),
        (EXPIRES, Some(_)) => Err(errors::validation("ValidTo must be a time in the future.")),
        (EXPIRES, None) => {
            Err(errors::validation("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"))
        }
        (_, Some(_)) => Err(errors::validation(
            "A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE",
        )),
        (_, None) => Ok(None),
    }
}

fn store(cx: &mut Cx, key: &mut Key, row: &MaterialRow) -> Result<()> {
    material::put(cx, key.scope, &key.row.id, row)?;
    let timer = imports::timer(&key.row.id, &row.id);
    match row.valid_to {
        Some(at) => cx.set_timer(&timer, at)?,
        None => cx.cancel_timer(&timer)?,
    }
    if key.row.material.is_empty() {
        key.row.material.clone_from(&row.id);
    }
    let complete = !material::all(cx, key)?.iter().any(|row| row.secret.is_empty() && !row.pending);
    if complete && key.state() == State::PendingImport {
        (key.row.lacks_material, key.row.enabled) = (false, true);
    }
    key.save(cx)
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html>
pub fn delete_imported_key_material(
    cx: &mut Cx,
    input: DeleteImportedKeyMaterialRequest,
) -> Result<DeleteImportedKeyMaterialResponse> {
    let DeleteImportedKeyMaterialRequest { key_id, key_material_id } = input;
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    imports::check_external(&key)?;
    let id = key_material_id.unwrap_or_else(|| key.row.material.clone());
    // Deleting what is not there has no effect.
    imports::forget(cx, &mut key, &id)?;
    Ok(DeleteImportedKeyMaterialResponse {
        key_id: Some(key.arn()),
        key_material_id: Some(id).filter(|id| !id.is_empty()),
    })
}
