//! When keys were last used, as the ledger remembers it.

use crate::api::*;
use crate::key::Key;
use crate::names::{self, Forms};
use serde_json::Value as Json;
use service::{Error, Result, Timestamp, TrailEvent, TrailQuery, View};
use std::cell::Cell;

/// `KeyLastUsageTrackingOperation`: the calls that count.
const TRACKED: [&str; 14] = [
    "Decapsulate",
    "Decrypt",
    "DeriveSharedSecret",
    "Encapsulate",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "ReEncrypt",
    "Sign",
    "Verify",
    "VerifyMac",
];
/// How far back the account's calls are looked through, at most.
const MOST_CALLS: usize = 200_000;
/// How many uses that failed are passed over, a page each of so many.
const MOST_PAGES: usize = 100;
const PAGE: usize = 100;

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html>
pub fn get_key_last_usage(view: &View, input: GetKeyLastUsageRequest) -> Result<GetKeyLastUsageResponse> {
    let GetKeyLastUsageRequest { key_id } = input;
    let key = names::key(view, &key_id, Forms::Keys)?;
    let (last, looked_to) = last_usage(view, &key)?;
    Ok(GetKeyLastUsageResponse {
        key_last_usage: Some(last.unwrap_or_default()),
        tracking_start_date: Some(looked_to.max(oldest(view)?)),
        key_creation_date: Some(key.row.created_at),
        key_id: Some(key.row.id),
    })
}

/// The newest use that went well; without one, how far back was looked.
fn last_usage(view: &View, key: &Key) -> Result<(Option<KeyLastUsageData>, Timestamp)> {
    let (arn, seen) = (key.arn(), Cell::new(view.now()));
    let uses = |event: &TrailEvent| {
        seen.set(seen.get().min(event.time));
        TRACKED.contains(&&*event.name) && event.resources.contains(&arn)
    };
    let mut query = TrailQuery {
        after: None,
        newest_first: true,
        since: Some(key.row.created_at),
        until: None,
        most: PAGE,
        look_at: MOST_CALLS,
    };
    for _ in 0..MOST_PAGES {
        let page = view.trail(&query, &uses)?;
        for (event, record) in &page.events {
            if let Some(usage) = usage(event, record)? {
                return Ok((Some(usage), Timestamp::EPOCH));
            }
        }
        if !page.more {
            return Ok((None, Timestamp::EPOCH));
        }
        if page.events.is_empty() {
            break;
        }
        query.after = Some(page.last);
    }
    Ok((None, seen.get()))
}

/// A use, unless it failed.
fn usage(event: &TrailEvent, record: &str) -> Result<Option<KeyLastUsageData>> {
    let record: Json = serde_json::from_str(record).map_err(Error::internal)?;
    if record.get("errorCode").is_some_and(|code| !code.is_null()) {
        return Ok(None);
    }
    Ok(Some(KeyLastUsageData {
        operation: Some(event.name.clone()),
        timestamp: Some(event.time),
        cloud_trail_event_id: Some(event.id.clone()),
        kms_request_id: record.get("requestID").and_then(Json::as_str).map(str::to_owned),
    }))
}

/// The time of the oldest call of this account that is still remembered.
fn oldest(view: &View) -> Result<Timestamp> {
    let query = TrailQuery { after: None, newest_first: false, since: None, until: None, most: 1, look_at: MOST_CALLS };
    let page = view.trail(&query, &|_| true)?;
    Ok(page.events.first().map_or(view.now(), |(event, _)| event.time))
}
