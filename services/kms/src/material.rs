//! The material of keys as it is stored.

use crate::ciphertext::hex;
use crate::crypto::{self, Material};
use crate::errors;
use crate::key::Key;
use crate::spec::Hash;
use crate::state::{MATERIALS, MaterialRow};
use service::{Bytes, Cx, Error, Result, Scope, View};

/// The id of a material: the same for the same material of the same key, wherever and whenever it is imported.
pub fn id_of(key_id: &str, material: &Material) -> String {
    let text = format!("key material of {key_id}");
    hex(&crypto::mac::generate(Hash::Sha256, &material.secret, text.as_bytes()))
}

/// A row for new material, the `number`th of its key.
pub fn row(cx: &Cx, key_id: &str, material: &Material, number: i64) -> MaterialRow {
    MaterialRow {
        id: id_of(key_id, material),
        number,
        secret: Bytes::copy_from_slice(&material.secret),
        public: Bytes::copy_from_slice(&material.public),
        since: cx.now(),
        ..MaterialRow::default()
    }
}

/// Stores a material of a key in an account and region.
pub fn put(cx: &mut Cx, scope: Scope, key_id: &str, row: &MaterialRow) -> Result<()> {
    cx.in_scope(scope, |cx| cx.put(&MATERIALS, &(key_id.to_owned(), row.id.clone()), row))
}

/// The material that the key uses now.
pub fn current(view: &View, key: &Key) -> Result<MaterialRow> {
    find(view, key, &key.row.material)?
        .filter(|row| !row.secret.is_empty())
        .ok_or_else(|| Error::internal(format!("key {} has lost its material", key.row.id)))
}

/// A material of the key by its id.
pub fn find(view: &View, key: &Key, id: &str) -> Result<Option<MaterialRow>> {
    view.get_in(key.scope, &MATERIALS, &(key.row.id.clone(), id.to_owned()))
}

/// The material that a ciphertext was made with. Nothing is told of why it does not open.
pub fn of_ciphertext(view: &View, key: &Key, id: &str) -> Result<MaterialRow> {
    let row = find(view, key, id)?.filter(|row| !row.secret.is_empty());
    row.ok_or_else(errors::invalid_ciphertext)
}

/// All materials of the key, the first first.
pub fn all(view: &View, key: &Key) -> Result<Vec<MaterialRow>> {
    let mut rows = view.rows_in(key.scope, &MATERIALS, (key.row.id.as_str(),)).collect::<Result<Vec<_>>>()?;
    rows.sort_by_key(|row| row.number);
    Ok(rows)
}

/// Deletes all materials of a key of the present scope.
pub fn delete_all(cx: &mut Cx, key_id: &str) -> Result<()> {
    let rows = cx.rows(&MATERIALS, (key_id,)).collect::<Result<Vec<_>>>()?;
    rows.into_iter().try_for_each(|row| cx.delete(&MATERIALS, &(key_id.to_owned(), row.id)).map(drop))
}
