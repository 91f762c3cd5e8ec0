//! Which versions of a key there are, and how they follow each other.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html>

use crate::address::Bucket;
use crate::state::{NONCURRENT, OBJECTS, ObjectRow};
use service::{Cx, Result, View};

/// The id of versions that a bucket gave none.
pub const NULL: &str = "null";

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// Whether a version can have this id.
pub fn is_id(id: &str) -> bool {
    id == NULL || (id.len() == 32 && id.chars().all(|c| ALPHABET.contains(c)))
}

fn name(row: &ObjectRow) -> (String, String) {
    (row.bucket.clone(), row.key.clone())
}

fn older(row: &ObjectRow) -> (String, String, i64) {
    (row.bucket.clone(), row.key.clone(), -row.number)
}

/// The current version, be it a delete marker.
pub fn current(view: &View, bucket: &Bucket, key: &str) -> Result<Option<ObjectRow>> {
    view.get_in(bucket.scope, &OBJECTS, &(bucket.row.name.clone(), key.to_owned()))
}

/// The older versions of a key, the newest first.
pub fn noncurrent<'v>(view: &'v View, bucket: &Bucket, key: &str) -> Box<dyn Iterator<Item = Result<ObjectRow>> + 'v> {
    view.rows_in(bucket.scope, &NONCURRENT, (bucket.row.name.as_str(), key))
}

/// One version; the current one where none is named.
pub fn find(view: &View, bucket: &Bucket, key: &str, version_id: Option<&str>) -> Result<Option<ObjectRow>> {
    let current = current(view, bucket, key)?;
    match (version_id, current) {
        (None, current) => Ok(current),
        (Some(id), Some(row)) if row.version_id == id => Ok(Some(row)),
        (Some(_), None) => Ok(None),
        (Some(id), Some(_)) => {
            let mut older = noncurrent(view, bucket, key);
            older.find(|row| row.as_ref().map_or(true, |row| row.version_id == id)).transpose()
        }
    }
}

/// Makes `row` the current version of its key, under the id and number that are its turn. Answers with it.
pub fn put(cx: &mut Cx, bucket: &Bucket, mut row: ObjectRow) -> Result<ObjectRow> {
    bucket.row.name.clone_into(&mut row.bucket);
    row.modified = cx.now().whole_secs();
    let before = current(cx, bucket, &row.key)?;
    row.number = before.as_ref().map_or(0, |before| before.number) + 1;
    row.version_id = if bucket.keeps_versions() { cx.entropy().text(ALPHABET, 32) } else { NULL.to_owned() };
    cx.in_scope(bucket.scope, |cx| {
        if row.version_id == NULL && bucket.is_versioned() {
            forget_null(cx, bucket, &row.key)?;
        }
        if let Some(before) = before.filter(|before| bucket.is_versioned() && before.version_id != row.version_id) {
            let before = ObjectRow { noncurrent_since: Some(cx.now()), ..before };
            cx.put(&NONCURRENT, &older(&before), &before)?;
        }
        cx.put(&OBJECTS, &name(&row), &row)?;
        Ok(row)
    })
}

/// A bucket whose versioning is suspended has one version without an id for each key.
fn forget_null(cx: &mut Cx, bucket: &Bucket, key: &str) -> Result<()> {
    let found = noncurrent(cx, bucket, key).find(|row| row.as_ref().map_or(true, |row| row.version_id == NULL));
    match found.transpose()? {
        Some(row) => cx.delete(&NONCURRENT, &older(&row)).map(drop),
        None => Ok(()),
    }
}

/// Writes a version anew that stays what it is: its tags or its class have changed.
pub fn amend(cx: &mut Cx, bucket: &Bucket, row: &ObjectRow) -> Result<()> {
    cx.in_scope(bucket.scope, |cx| match row.noncurrent_since {
        None => cx.put(&OBJECTS, &name(row), row),
        Some(_) => cx.put(&NONCURRENT, &older(row), row),
    })
}

/// What a deletion came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Deleted {
    /// There was nothing.
    Nothing,
    /// This version is gone.
    Version(Box<ObjectRow>),
    /// A delete marker is the current version now.
    Marked(Box<ObjectRow>),
}

/// Deletes a key: for good where the bucket keeps no versions, by a marker where it does.
pub fn delete(cx: &mut Cx, bucket: &Bucket, key: &str) -> Result<Deleted> {
    if bucket.is_versioned() {
        let marker = ObjectRow { key: key.to_owned(), marker: true, ..ObjectRow::default() };
        return put(cx, bucket, marker).map(|row| Deleted::Marked(Box::new(row)));
    }
    let Some(row) = current(cx, bucket, key)? else { return Ok(Deleted::Nothing) };
    cx.in_scope(bucket.scope, |cx| cx.delete(&OBJECTS, &name(&row)))?;
    Ok(Deleted::Version(Box::new(row)))
}

/// Deletes one version for good. The newest that is left becomes the current one.
pub fn delete_version(cx: &mut Cx, bucket: &Bucket, key: &str, version_id: &str) -> Result<Deleted> {
    let Some(row) = find(cx, bucket, key, Some(version_id))? else { return Ok(Deleted::Nothing) };
    cx.in_scope(bucket.scope, |cx| {
        if row.noncurrent_since.is_some() {
            return cx.delete(&NONCURRENT, &older(&row)).map(drop);
        }
        let next = noncurrent(cx, bucket, key).next().transpose()?;
        match next {
            None => cx.delete(&OBJECTS, &name(&row)).map(drop),
            Some(next) => {
                cx.delete(&NONCURRENT, &older(&next))?;
                cx.put(&OBJECTS, &name(&next), &ObjectRow { noncurrent_since: None, ..next.clone() })
            }
        }
    })?;
    Ok(Deleted::Version(Box::new(row)))
}
