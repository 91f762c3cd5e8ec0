//! Lists of objects and their versions.

use super::buckets::owner;
use crate::address::Bucket;
use crate::api::*;
use crate::listing::{self, Encoding, Entry, Listed, Query};
use crate::state::{OBJECTS, ObjectRow};
use crate::{errors, reading, versions};
use service::{AccountId, Result, Token, View};

/// A page of current versions.
fn page(view: &View, bucket: &Bucket, query: &Query<'_>) -> Result<Listed<ObjectRow>> {
    query.page((view, bucket), &OBJECTS, |row: &ObjectRow| &row.key, |row| !row.marker)
}

/// Splits a page into objects and common prefixes.
fn split<R>(entries: Vec<Entry<R>>, encoding: Encoding) -> (Vec<R>, Vec<CommonPrefix>) {
    let (mut rows, mut prefixes) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            Entry::Row(row) => rows.push(row),
            Entry::Prefix(prefix) => prefixes.push(CommonPrefix { prefix: Some(encoding.write(&prefix)) }),
        }
    }
    (rows, prefixes)
}

fn told(row: ObjectRow, encoding: Encoding, owned_by: Option<AccountId>) -> Object {
    let composite = if row.checksum.composite { "COMPOSITE" } else { "FULL_OBJECT" };
    Object {
        key: Some(encoding.write(&row.key)),
        last_modified: Some(row.modified),
        e_tag: Some(reading::quoted(&row.etag)),
        checksum_algorithm: Some(vec![row.checksum.algorithm]),
        checksum_type: Some(composite.to_owned()),
        size: Some(row.size),
        storage_class: Some(row.storage_class),
        owner: owned_by.map(owner),
        restore_status: None,
    }
}

/// Further attributes can be asked for; the one there is belongs to restored objects, of which there are none.
fn check_attributes(given: Option<&Vec<String>>) -> Result<()> {
    match given.into_iter().flatten().find(|name| *name != "RestoreStatus") {
        Some(name) => Err(errors::invalid_argument(
            "Invalid attribute name specified",
            "x-amz-optional-object-attributes",
            name.as_str(),
        )),
        None => Ok(()),
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
pub fn list_objects_v2(view: &View, input: ListObjectsV2Request) -> Result<ListObjectsV2Output> {
    let ListObjectsV2Request {
        bucket,
        delimiter,
        encoding_type,
        max_keys,
        prefix,
        continuation_token,
        fetch_owner,
        start_after,
        request_payer: _, // stored only
        expected_bucket_owner,
        optional_object_attributes,
    } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let (encoding, limit) = (Encoding::read(encoding_type.as_deref())?, listing::limit(max_keys, "max-keys")?);
    check_attributes(optional_object_attributes.as_ref())?;
    let invalid = |token: &str| {
        errors::invalid_argument("The continuation token provided is incorrect", "continuation-token", token)
    };
    let after = continuation_token.as_deref().map(|text| {
        let token = Token::decode(text).and_then(|token| String::from_utf8(token.as_bytes().to_vec()).ok());
        token.ok_or_else(|| invalid(text))
    });
    let after = after.transpose()?;
    let query = Query {
        prefix: prefix.as_deref().unwrap_or_default(),
        delimiter: delimiter.as_deref(),
        after: after.as_deref().or(start_after.as_deref()).filter(|after| !after.is_empty()),
        limit,
    };
    let Listed { entries, next } = page(view, &found, &query)?;
    let key_count = entries.len() as i64;
    let (rows, prefixes) = split(entries, encoding);
    let owned_by = fetch_owner.unwrap_or_default().then_some(found.scope.account);
    Ok(ListObjectsV2Output {
        is_truncated: Some(next.is_some()),
        contents: Some(rows.into_iter().map(|row| told(row, encoding, owned_by)).collect()),
        name: Some(bucket),
        prefix: Some(encoding.write(query.prefix)),
        delimiter: delimiter.as_deref().map(|delimiter| encoding.write(delimiter)),
        max_keys: Some(limit as i64),
        common_prefixes: Some(prefixes),
        encoding_type: encoding.told(),
        key_count: Some(key_count),
        continuation_token,
        next_continuation_token: next.map(|next| Token::of(next).encode()),
        start_after: start_after.map(|after| encoding.write(&after)),
        request_charged: None,
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html>
pub fn list_objects(view: &View, input: ListObjectsRequest) -> Result<ListObjectsOutput> {
    let ListObjectsRequest {
        bucket,
        delimiter,
        encoding_type,
        marker,
        max_keys,
        prefix,
        request_payer: _, // stored only
        expected_bucket_owner,
        optional_object_attributes,
    } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let (encoding, limit) = (Encoding::read(encoding_type.as_deref())?, listing::limit(max_keys, "max-keys")?);
    check_attributes(optional_object_attributes.as_ref())?;
    let query = Query {
        prefix: prefix.as_deref().unwrap_or_default(),
        delimiter: delimiter.as_deref(),
        after: marker.as_deref().filter(|marker| !marker.is_empty()),
        limit,
    };
    let Listed { entries, next } = page(view, &found, &query)?;
    let (rows, prefixes) = split(entries, encoding);
    Ok(ListObjectsOutput {
        is_truncated: Some(next.is_some()),
        marker: Some(encoding.write(marker.as_deref().unwrap_or_default())),
        // "This element is returned only if you have the delimiter request parameter specified."
        next_marker: next.filter(|_| delimiter.is_some()).map(|next| encoding.write(&next)),
        contents: Some(rows.into_iter().map(|row| told(row, encoding, Some(found.scope.account))).collect()),
        name: Some(bucket),
        prefix: Some(encoding.write(query.prefix)),
        delimiter: delimiter.as_deref().map(|delimiter| encoding.write(delimiter)),
        max_keys: Some(limit as i64),
        common_prefixes: Some(prefixes),
        encoding_type: encoding.told(),
        request_charged: None,
    })
}

/// What a page of versions came to.
struct Versions {
    rows: Vec<(ObjectRow, bool)>,
    prefixes: Vec<CommonPrefix>,
    next: Option<(String, Option<String>)>,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
pub fn list_object_versions(view: &View, input: ListObjectVersionsRequest) -> Result<ListObjectVersionsOutput> {
    let ListObjectVersionsRequest {
        bucket,
        delimiter,
        encoding_type,
        key_marker,
        max_keys,
        prefix,
        version_id_marker,
        expected_bucket_owner,
        request_payer: _, // stored only
        optional_object_attributes,
    } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let (encoding, limit) = (Encoding::read(encoding_type.as_deref())?, listing::limit(max_keys, "max-keys")?);
    check_attributes(optional_object_attributes.as_ref())?;
    let (key_marker, version_id_marker) = (key_marker.unwrap_or_default(), version_id_marker.unwrap_or_default());
    if key_marker.is_empty() && !version_id_marker.is_empty() {
        let text = "A version-id marker cannot be specified without a key marker.";
        return Err(errors::invalid_argument(text, "version-id-marker", version_id_marker));
    }
    let query = Query {
        prefix: prefix.as_deref().unwrap_or_default(),
        delimiter: delimiter.as_deref(),
        after: Some(key_marker.as_str()).filter(|marker| !marker.is_empty()),
        limit,
    };
    let listed = versions_page(view, &found, &query, (&version_id_marker, encoding))?;
    let (mut live, mut markers) = (Vec::new(), Vec::new());
    for (row, is_latest) in listed.rows {
        if row.marker {
            markers.push(told_marker(row, encoding, (is_latest, found.scope.account)));
        } else {
            live.push(told_version(row, encoding, (is_latest, found.scope.account)));
        }
    }
    let (next_key_marker, next_version_id_marker) = listed.next.map_or((None, None), |(key, id)| (Some(key), id));
    Ok(ListObjectVersionsOutput {
        is_truncated: Some(next_key_marker.is_some()),
        key_marker: Some(encoding.write(&key_marker)),
        version_id_marker: Some(version_id_marker),
        next_key_marker: next_key_marker.map(|key| encoding.write(&key)),
        next_version_id_marker,
        versions: Some(live),
        delete_markers: Some(markers),
        name: Some(bucket),
        prefix: Some(encoding.write(query.prefix)),
        delimiter: delimiter.as_deref().map(|delimiter| encoding.write(delimiter)),
        max_keys: Some(limit as i64),
        common_prefixes: Some(listed.prefixes),
        encoding_type: encoding.told(),
        request_charged: None,
    })
}

/// Keys in their order, and of each the newest version first.
fn versions_page(
    view: &View,
    bucket: &Bucket,
    query: &Query<'_>,
    (version_marker, encoding): (&str, Encoding),
) -> Result<Versions> {
    let mut out = Versions { rows: Vec::new(), prefixes: Vec::new(), next: None };
    let mut last: Option<(String, Option<String>)> = None;
    if let Some(key) = query.after.filter(|_| !version_marker.is_empty()) {
        let all = of_key(view, bucket, key)?;
        let rest = all.into_iter().skip_while(|(row, _)| row.version_id != version_marker).skip(1);
        if !take(&mut out, rest.collect(), (query.limit, &mut last)) {
            return Ok(out);
        }
    }
    let keys = Query { limit: query.limit + 1, ..query.clone() };
    let Listed { entries, .. } = keys.page((view, bucket), &OBJECTS, |row: &ObjectRow| &row.key, |_| true)?;
    for entry in entries {
        match entry {
            Entry::Prefix(_) if out.rows.len() + out.prefixes.len() >= query.limit => {
                out.next = last.filter(|_| query.limit > 0);
                return Ok(out);
            }
            Entry::Prefix(prefix) => {
                last = Some((prefix.clone(), None));
                out.prefixes.push(CommonPrefix { prefix: Some(encoding.write(&prefix)) });
            }
            Entry::Row(row) => {
                let all = of_key(view, bucket, &row.key)?;
                if !take(&mut out, all, (query.limit, &mut last)) {
                    return Ok(out);
                }
            }
        }
    }
    Ok(out)
}

/// All versions of a key, and whether each is the current one.
fn of_key(view: &View, bucket: &Bucket, key: &str) -> Result<Vec<(ObjectRow, bool)>> {
    let current = versions::current(view, bucket, key)?.map(|row| Ok((row, true)));
    let older = versions::noncurrent(view, bucket, key).map(|row| Ok((row?, false)));
    current.into_iter().chain(older).collect()
}

/// Takes versions as long as the page has room; `false` when it is full, and what follows is told.
fn take(
    out: &mut Versions,
    rows: Vec<(ObjectRow, bool)>,
    (limit, last): (usize, &mut Option<(String, Option<String>)>),
) -> bool {
    for (row, is_latest) in rows {
        if out.rows.len() + out.prefixes.len() >= limit {
            out.next = last.take().filter(|_| limit > 0);
            return false;
        }
        *last = Some((row.key.clone(), Some(row.version_id.clone())));
        out.rows.push((row, is_latest));
    }
    true
}

fn told_version(row: ObjectRow, encoding: Encoding, (is_latest, account): (bool, AccountId)) -> ObjectVersion {
    let composite = if row.checksum.composite { "COMPOSITE" } else { "FULL_OBJECT" };
    ObjectVersion {
        e_tag: Some(reading::quoted(&row.etag)),
        checksum_algorithm: Some(vec![row.checksum.algorithm]),
        checksum_type: Some(composite.to_owned()),
        size: Some(row.size),
        storage_class: Some(row.storage_class),
        key: Some(encoding.write(&row.key)),
        version_id: Some(row.version_id),
        is_latest: Some(is_latest),
        last_modified: Some(row.modified),
        owner: Some(owner(account)),
        restore_status: None,
    }
}

fn told_marker(row: ObjectRow, encoding: Encoding, (is_latest, account): (bool, AccountId)) -> DeleteMarkerEntry {
    DeleteMarkerEntry {
        owner: Some(owner(account)),
        key: Some(encoding.write(&row.key)),
        version_id: Some(row.version_id),
        is_latest: Some(is_latest),
        last_modified: Some(row.modified),
    }
}
