//! Segment documents as they are sent: which are taken, and what is said of those that are not.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>

use serde_json::{Map, Value as Json};
use service::Timestamp;

/// The largest document, in bytes.
pub const LARGEST: usize = 64 << 10;
/// The longest name, in characters.
const LONGEST_NAME: usize = 200;
/// The longest `user` and annotation, in characters.
const LONGEST_TEXT: usize = 1000;
/// How deep subsegments nest.
const DEEPEST: usize = 64;

/// A document that was read and found good.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The trace.
    pub trace: String,
    /// The segment or subsegment.
    pub id: String,
    /// When it began.
    pub start: Timestamp,
    /// When it ended; none while it goes on.
    pub end: Option<Timestamp>,
    /// The document, its times in the cloud's time.
    pub text: String,
}

/// Why a document is not taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The segment, as far as it is known.
    pub id: Option<String>,
    /// X-Ray's code.
    pub code: &'static str,
    /// Whether a subsegment is at fault.
    pub subsegment: bool,
}

impl Fault {
    /// As X-Ray tells it.
    pub fn message(&self) -> String {
        match self.subsegment {
            true => format!("Invalid subsegment. ErrorCode: {}, Cause: null", self.code),
            false => format!("Invalid segment. ErrorCode: {}", self.code),
        }
    }
}

/// Reads a document. `at` gives the cloud's time for a time of the sender's.
pub fn read(text: &str, at: &dyn Fn(Timestamp) -> Timestamp) -> Result<Document, Fault> {
    let fault = |id: Option<&str>, code| Fault { id: id.map(str::to_owned), code, subsegment: false };
    let Ok(Json::Object(mut body)) = serde_json::from_str(text) else { return Err(fault(None, "ParseError")) };
    let id = id_of(&body).map_err(|code| fault(None, code))?;
    let wrong = |code| fault(Some(&id), code);
    if text.len() > LARGEST {
        return Err(wrong("DocumentTooLarge"));
    }
    let trace = match body.get("trace_id").and_then(Json::as_str) {
        None | Some("") => return Err(wrong("MissingTraceId")),
        Some(given) => trace_id(given).ok_or_else(|| wrong("InvalidTraceId"))?,
    };
    let is_subsegment = match body.get("type").map(Json::as_str) {
        None => false,
        Some(Some("subsegment")) => true,
        Some(_) => return Err(wrong("InvalidType")),
    };
    let parent = body.get("parent_id").and_then(Json::as_str).unwrap_or_default().to_owned();
    if is_subsegment && parent.is_empty() {
        return Err(Fault { subsegment: true, ..wrong("MissingParentId") });
    }
    if !parent.is_empty() && !is_id(&parent) {
        return Err(Fault { subsegment: is_subsegment, ..wrong("InvalidParentId") });
    }
    body.insert("trace_id".to_owned(), Json::String(trace.clone()));
    let checked = checked(&mut body, at, 0);
    let (start, end) =
        checked.map_err(|(code, nested)| Fault { subsegment: is_subsegment || nested, ..wrong(code) })?;
    Ok(Document { trace, id, start, end, text: Json::Object(body).to_string() })
}

fn id_of(body: &Map<String, Json>) -> Result<String, &'static str> {
    match body.get("id").map(Json::as_str) {
        None | Some(Some("")) => Err("MissingId"),
        Some(Some(id)) if is_id(id) => Ok(id.to_owned()),
        Some(_) => Err("InvalidId"),
    }
}

type Times = (Timestamp, Option<Timestamp>);

/// Checks an entity and all within it, and turns its times. A fault comes with whether it lies in a subsegment.
fn checked(
    body: &mut Map<String, Json>,
    at: &dyn Fn(Timestamp) -> Timestamp,
    depth: usize,
) -> Result<Times, (&'static str, bool)> {
    let nested = depth > 0;
    let fault = |code: &'static str| (code, nested);
    if depth > DEEPEST {
        return Err(fault("InvalidSubsegments"));
    }
    id_of(body).map_err(fault)?;
    match body.get("name").map(Json::as_str) {
        None | Some(Some("")) => return Err(fault("MissingName")),
        Some(Some(name)) if is_name(name) => {}
        Some(_) => return Err(fault("InvalidName")),
    }
    let time = |body: &mut Map<String, Json>, name: &str, code| match body.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(given) => {
            let given = given.as_f64().and_then(Timestamp::from_secs_f64).ok_or(fault(code))?;
            let turned = at(given);
            // A time that is the sender's and the cloud's stays as it was written.
            if turned != given {
                body.insert(name.to_owned(), Json::from(turned.secs_f64()));
            }
            Ok(Some(turned))
        }
    };
    let start = time(body, "start_time", "InvalidStartTime")?.ok_or(fault("MissingStartTime"))?;
    let end = time(body, "end_time", "InvalidEndTime")?;
    let in_progress = body.get("in_progress").and_then(Json::as_bool) == Some(true);
    match end {
        None if !in_progress => return Err(fault("MissingEndTime")),
        Some(end) if end < start => return Err(fault("InvalidEndTime")),
        _ => {}
    }
    data(body).map_err(fault)?;
    match body.get_mut("subsegments") {
        None | Some(Json::Null) => {}
        Some(Json::Array(all)) => {
            for subsegment in all {
                let Json::Object(subsegment) = subsegment else { return Err(("InvalidSubsegments", true)) };
                checked(subsegment, at, depth + 1)?;
            }
        }
        Some(_) => return Err(fault("InvalidSubsegments")),
    }
    Ok((start, end))
}

/// Whether the optional parts are of their kinds. Annotations of another kind are dropped, as X-Ray does.
fn data(body: &mut Map<String, Json>) -> Result<(), &'static str> {
    let objects = [
        ("http", "InvalidHttp"),
        ("aws", "InvalidAws"),
        ("metadata", "InvalidMetadata"),
        ("annotations", "InvalidAnnotations"),
        ("service", "InvalidService"),
        ("sql", "InvalidSql"),
    ];
    for (name, code) in objects {
        if body.get(name).is_some_and(|part| !part.is_object() && !part.is_null()) {
            return Err(code);
        }
    }
    if let Some(user) = body.get("user") {
        let short = user.as_str().is_some_and(|user| user.chars().count() <= LONGEST_TEXT);
        if !short && !user.is_null() {
            return Err("InvalidUser");
        }
    }
    if let Some(Json::Object(annotations)) = body.get_mut("annotations") {
        // What services annotate themselves begins with `aws:`.
        let key = |key: &str| {
            let key = key.strip_prefix("aws:").unwrap_or(key);
            !key.is_empty() && key.len() <= 500 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
        };
        let value = |value: &Json| match value {
            Json::String(text) => text.chars().count() <= LONGEST_TEXT,
            value => value.is_number() || value.is_boolean(),
        };
        annotations.retain(|name, given| key(name) && value(given));
    }
    Ok(())
}

/// "A 64-bit identifier for the segment, unique among segments in the same trace, in 16 hexadecimal digits."
pub fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// "Can be up to 200 characters ... Unicode letters, numbers, and whitespace, and the following symbols: _, ., :, /, %, &, #, =, +,
/// \, -, @"
fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/%&#=+\\-@".contains(c);
    name.chars().count() <= LONGEST_NAME && name.chars().all(good)
}

/// A trace's id as X-Ray keeps it; ids of W3C's form have no dashes.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids>
pub fn trace_id(text: &str) -> Option<String> {
    let hex = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_hexdigit());
    let lower = text.to_ascii_lowercase();
    if hex(&lower, 32) {
        let (seconds, rest) = lower.split_at(8);
        return Some(format!("1-{seconds}-{rest}"));
    }
    let mut parts = lower.split('-');
    let good = parts.next() == Some("1")
        && parts.next().is_some_and(|part| hex(part, 8))
        && parts.next().is_some_and(|part| hex(part, 24))
        && parts.next().is_none();
    good.then_some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TRACE: &str = "1-6955b900-000000000000000000000001";

    fn good() -> Json {
        json!({"trace_id": TRACE, "id": "00000000000000a1", "name": "web", "start_time": 10.5, "end_time": 11})
    }

    fn code(change: impl FnOnce(&mut Map<String, Json>)) -> String {
        let mut document = good();
        change(document.as_object_mut().unwrap());
        match read(&document.to_string(), &|at| at) {
            Ok(_) => "taken".to_owned(),
            Err(fault) => fault.message(),
        }
    }

    #[test]
    fn documents_are_taken_or_told_why_not() {
        let set = |name: &'static str, value: Json| {
            code(move |document| {
                document.insert(name.to_owned(), value);
            })
        };
        let without = |name: &'static str| {
            code(move |document| {
                document.shift_remove(name);
            })
        };
        assert_eq!(code(|_| {}), "taken");
        assert_eq!(without("id"), "Invalid segment. ErrorCode: MissingId");
        assert_eq!(set("id", json!("xyz")), "Invalid segment. ErrorCode: InvalidId");
        assert_eq!(without("trace_id"), "Invalid segment. ErrorCode: MissingTraceId");
        assert_eq!(set("trace_id", json!("1-2-3")), "Invalid segment. ErrorCode: InvalidTraceId");
        assert_eq!(without("name"), "Invalid segment. ErrorCode: MissingName");
        assert_eq!(set("name", json!("a?")), "Invalid segment. ErrorCode: InvalidName");
        assert_eq!(set("name", json!("a".repeat(201))), "Invalid segment. ErrorCode: InvalidName");
        assert_eq!(without("start_time"), "Invalid segment. ErrorCode: MissingStartTime");
        assert_eq!(without("end_time"), "Invalid segment. ErrorCode: MissingEndTime");
        assert_eq!(set("end_time", json!(1)), "Invalid segment. ErrorCode: InvalidEndTime");
        assert_eq!(set("type", json!("subsegment")), "Invalid subsegment. ErrorCode: MissingParentId, Cause: null");
        let wrong = json!([{"id": "00000000000000a2", "name": "mysql at x:?", "start_time": 1, "end_time": 2}]);
        assert_eq!(set("subsegments", wrong), "Invalid subsegment. ErrorCode: InvalidName, Cause: null");
        let large = json!({"much": "a".repeat(LARGEST)});
        assert_eq!(set("metadata", large), "Invalid segment. ErrorCode: DocumentTooLarge");
        for text in ["", "[]", "{", "1"] {
            assert_eq!(read(text, &|at| at).unwrap_err().code, "ParseError", "{text}");
        }
    }

    #[test]
    fn times_are_turned_everywhere_and_ids_have_one_form() {
        let mut document = good();
        document["subsegments"] =
            json!([{"id": "00000000000000a2", "name": "db", "start_time": 10.75, "in_progress": true}]);
        let later = |at: Timestamp| at.after(service::Duration::from_secs(100));
        let read = read(&document.to_string(), &later).unwrap();
        let text: Json = serde_json::from_str(&read.text).unwrap();
        assert_eq!((&text["start_time"], &text["end_time"]), (&json!(110.5), &json!(111.0)));
        assert_eq!(text["subsegments"][0]["start_time"], json!(110.75));
        let plain = TRACE.trim_start_matches("1-").replace('-', "");
        assert_eq!(trace_id(&plain).as_deref(), Some(TRACE));
        assert_eq!(trace_id("1-6955b900-00"), None);
    }
}
