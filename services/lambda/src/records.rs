//! Messages of queues as functions get them, and what functions say of batches.
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>

use crate::state::{Mapping, Record};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};
use service::pattern::{self, Cache, Limits};
use service::{Error, Result, TraceHeader, Value};

/// The attribute of a message that names its trace.
const TRACE: &str = "AWSTraceHeader";

/// Compiled filters of all mappings.
static FILTERS: Cache = Cache::new(10_000, Limits::RULE);

/// A filter that can be compiled.
///
/// # Errors
/// The fault of one that cannot.
pub fn check_filter(text: &str) -> Result<(), pattern::Error> {
    FILTERS.get(text).map(drop)
}

/// The messages that were received, as records.
pub fn of_messages(output: &Value, mapping: &Mapping) -> Vec<Record> {
    let messages = output.get("Messages").and_then(Value::as_list).unwrap_or_default();
    messages.iter().map(|message| record(message, mapping)).collect()
}

fn record(message: &Value, mapping: &Mapping) -> Record {
    let text = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or_default();
    let region = mapping.source_arn.split(':').nth(3).unwrap_or_default();
    let mut json = json!({
        "messageId": text("MessageId"),
        "receiptHandle": text("ReceiptHandle"),
        "body": text("Body"),
        "attributes": attributes(message),
        "messageAttributes": message_attributes(message),
        "md5OfBody": text("MD5OfBody"),
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.source_arn,
        "awsRegion": region,
    });
    let digest = text("MD5OfMessageAttributes");
    if let (false, Some(members)) = (digest.is_empty(), json.as_object_mut()) {
        members.insert("md5OfMessageAttributes".to_owned(), json!(digest));
    }
    let (id, receipt) = (text("MessageId").to_owned(), text("ReceiptHandle").to_owned());
    Record { id, receipt, text: json.to_string() }
}

fn attributes(message: &Value) -> Json {
    let all = message.get("Attributes").and_then(Value::as_map).into_iter().flatten();
    Json::Object(all.map(|(name, value)| (name.clone(), json!(value.as_str().unwrap_or_default()))).collect())
}

fn message_attributes(message: &Value) -> Json {
    let attribute = |value: &Value| {
        let mut shown = Map::new();
        if let Some(text) = value.get("StringValue").and_then(Value::as_str) {
            shown.insert("stringValue".to_owned(), json!(text));
        }
        if let Some(Value::Blob(bytes)) = value.get("BinaryValue") {
            shown.insert("binaryValue".to_owned(), json!(STANDARD.encode(bytes)));
        }
        shown.insert("stringListValues".to_owned(), json!([]));
        shown.insert("binaryListValues".to_owned(), json!([]));
        let kind = value.get("DataType").and_then(Value::as_str).unwrap_or_default();
        shown.insert("dataType".to_owned(), json!(kind));
        Json::Object(shown)
    };
    let all = message.get("MessageAttributes").and_then(Value::as_map).into_iter().flatten();
    Json::Object(all.map(|(name, value)| (name.clone(), attribute(value))).collect())
}

/// Whether a record is for the function. A pattern for the body that is an object looks into a body that is JSON.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html>
pub fn passes(record: &Record, filters: &[String]) -> Result<bool> {
    if filters.is_empty() {
        return Ok(true);
    }
    let plain: Json = serde_json::from_str(&record.text).map_err(Error::internal)?;
    let body = plain.get("body").and_then(Json::as_str).and_then(|body| serde_json::from_str::<Json>(body).ok());
    let opened = body.filter(Json::is_object).map(|body| {
        let mut opened = plain.clone();
        if let Some(members) = opened.as_object_mut() {
            members.insert("body".to_owned(), body);
        }
        opened.to_string()
    });
    for text in filters {
        let filter = FILTERS.get(text).map_err(|_| Error::internal("a mapping has a filter that is none"))?;
        let looks_inside = serde_json::from_str::<Json>(text)
            .ok()
            .and_then(|pattern| Some(pattern.get("body")?.is_object()))
            .unwrap_or_default();
        let event = match &opened {
            Some(opened) if looks_inside => opened.as_str(),
            _ => record.text.as_str(),
        };
        let event = pattern::Json::parse(event).map_err(Error::internal)?;
        if filter.matches(&event) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The event of a batch.
pub fn event(records: &[Record]) -> String {
    let texts: Vec<&str> = records.iter().map(|record| record.text.as_str()).collect();
    format!("{{\"Records\":[{}]}}", texts.join(","))
}

/// The trace of a batch: that of its records, if they are of one.
pub fn trace(records: &[Record]) -> Option<String> {
    let header = |record: &Record| {
        let json: Json = serde_json::from_str(&record.text).ok().filter(|_| record.text.contains(TRACE))?;
        TraceHeader::parse(json.get("attributes")?.get(TRACE)?.as_str()?)
    };
    let first = header(records.first()?)?;
    let same = records.iter().all(|record| header(record).is_some_and(|header| header.root == first.root));
    same.then(|| first.to_string())
}

/// Which records of a batch its function names as failed: all, where it says something that cannot be understood.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>
pub fn failures(payload: &[u8], ids: &[&str]) -> Vec<String> {
    let all = || ids.iter().map(|id| (*id).to_owned()).collect();
    let answer: Json = match serde_json::from_slice(payload) {
        Ok(answer) => answer,
        Err(_) if payload.is_empty() => Json::Null,
        Err(_) => return all(),
    };
    let failed = match answer.get("batchItemFailures") {
        None | Some(Json::Null) => return Vec::new(),
        Some(Json::Array(failed)) => failed,
        Some(_) => return all(),
    };
    let named: Option<Vec<String>> = failed
        .iter()
        .map(|item| {
            let id = item.get("itemIdentifier")?.as_str()?;
            ids.contains(&id).then(|| id.to_owned())
        })
        .collect();
    named.unwrap_or_else(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_name_what_failed() {
        let check = |payload: &str, expect: &[&str]| {
            assert_eq!(failures(payload.as_bytes(), &["a", "b"]), expect, "{payload}");
        };
        check("", &[]);
        check("null", &[]);
        check("{}", &[]);
        check(r#""done""#, &[]);
        check(r#"{"batchItemFailures":null}"#, &[]);
        check(r#"{"batchItemFailures":[]}"#, &[]);
        check(r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#, &["b"]);
        check(r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, &["a", "b"]);
        check(r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, &["a", "b"]);
        check(r#"{"batchItemFailures":[{"id":"a"}]}"#, &["a", "b"]);
        check(r#"{"batchItemFailures":[{"itemIdentifier":"c"}]}"#, &["a", "b"]);
        check("{", &["a", "b"]);
    }

    #[test]
    fn bodies_that_are_json_are_looked_into() {
        let record =
            |body: &str| Record { text: json!({"body": body, "messageId": "m"}).to_string(), ..Record::default() };
        let check = |body: &str, filter: &str, expect: bool| {
            assert_eq!(passes(&record(body), &[filter.to_owned()]), Ok(expect), "{body} {filter}");
        };
        check(r#"{"kind":"order"}"#, r#"{"body":{"kind":["order"]}}"#, true);
        check(r#"{"kind":"other"}"#, r#"{"body":{"kind":["order"]}}"#, false);
        check("plain", r#"{"body":{"kind":["order"]}}"#, false);
        check("plain", r#"{"body":["plain"]}"#, true);
        check(r#"{"kind":"order"}"#, r#"{"messageId":["m"]}"#, true);
    }
}
