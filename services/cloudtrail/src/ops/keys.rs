//! The public keys by which digest files are verified.

use crate::api::*;
use crate::errors;
use crate::state::KEYS;
use service::{Result, View};

/// Those that were valid at any time of the range; without one, now.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html>
pub fn list_public_keys(view: &View, input: ListPublicKeysRequest) -> Result<ListPublicKeysResponse> {
    let ListPublicKeysRequest { start_time, end_time, next_token } = input;
    // A region has a key a year: all of them fit into one page.
    if next_token.is_some() {
        return Err(errors::token());
    }
    let end = end_time.map_or(view.now(), |time| view.said(time));
    let start = start_time.map_or(end, |time| view.said(time));
    if start > end {
        return Err(errors::time_range());
    }
    let mut keys = Vec::new();
    for key in view.rows(&KEYS, ()) {
        let key = key?;
        if key.from <= end && key.until >= start {
            keys.push(PublicKey {
                value: Some(key.public_key),
                validity_start_time: Some(key.from),
                validity_end_time: Some(key.until),
                fingerprint: Some(key.fingerprint),
            });
        }
    }
    Ok(ListPublicKeysResponse { public_key_list: Some(keys), next_token: None })
}
