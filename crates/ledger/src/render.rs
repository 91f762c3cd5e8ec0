use crate::record::{Outcome, PrincipalKind, Record, RefusalFacts};
use clock::Timestamp;
use serde_json::{Map, Value, json};

/// A record as JSON, for `--json`: every member that is set, in the record's order, with texts that hold JSON as JSON.
pub fn json(record: &Record) -> Value {
    let mut out = Map::new();
    let mut set = |name: &str, value: Value| {
        let empty = matches!(&value, Value::Null) || value.as_str() == Some("");
        if !empty && value.as_array().is_none_or(|list| !list.is_empty()) {
            out.insert(name.to_owned(), value);
        }
    };
    set("requestId", record.request_id().to_string().into());
    set("time", record.time.iso8601().into());
    set("realTime", record.real_time.iso8601().into());
    set("account", record.account_id().to_string().into());
    set("region", record.region.as_str().into());
    set("service", record.service.as_str().into());
    set("operation", record.operation.as_str().into());
    set("eventSource", record.event_source.as_str().into());
    set("readOnly", record.read_only.into());
    set("dataEvent", if record.data { true.into() } else { Value::Null });
    set("outcome", record.outcome().as_str().into());
    set("status", record.status.into());
    set("errorCode", record.error_code.as_str().into());
    set("errorMessage", record.error_message.as_str().into());
    set("caller", caller(record));
    set("refused", refused(record));
    set("sourceIp", record.source_ip.as_str().into());
    set("userAgent", record.user_agent.as_str().into());
    set("baseHost", record.base_host.as_str().into());
    set("resources", record.resources.iter().map(String::as_str).collect());
    set(
        "resourceAccount",
        record.resource_account.map_or(Value::Null, |_| record.resource_account_id().to_string().into()),
    );
    set("input", parsed(&record.input));
    set("response", record.response.as_deref().map_or(Value::Null, parsed));
    set("decision", decision(record));
    set("stagesMicros", stages(record));
    set("durationMicros", record.duration.into());
    set("waitedMicros", if record.waited == 0 { Value::Null } else { record.waited.into() });
    set("throttledBy", record.throttled_by.as_str().into());
    set("faultedBy", record.faulted_by.as_str().into());
    set("sourceArn", record.source.as_str().into());
    set("parentRequestId", record.parent_id().map_or(Value::Null, |id| id.to_string().into()));
    set("omitted", if record.omitted { true.into() } else { Value::Null });
    Value::Object(out)
}

fn caller(record: &Record) -> Value {
    let mut out = json!({
        "kind": record.caller_kind,
        "arn": record.caller,
        "account": record.caller_account_id().to_string(),
        "userId": record.user_id,
    });
    let optional = [("name", &record.user_name), ("accessKey", &record.access_key)];
    let session = record.session.iter();
    let session = session.flat_map(|s| [("session", &s.name), ("issuer", &s.issuer), ("provider", &s.provider)]);
    for (name, text) in optional.into_iter().chain(session) {
        if !text.is_empty() {
            out[name] = text.as_str().into();
        }
    }
    out
}

fn refused(record: &Record) -> Value {
    let Some(RefusalFacts { cause, access_key, detail }) = &record.refused else { return Value::Null };
    let all = [("cause", cause), ("accessKey", access_key), ("detail", detail)].into_iter();
    let set = all.filter(|(_, text)| !text.is_empty());
    Value::Object(set.map(|(name, text)| (name.to_owned(), text.as_str().into())).collect())
}

fn decision(record: &Record) -> Value {
    let mut out = Map::new();
    let texts = [
        ("decision", &record.decision),
        ("policy", &record.policy),
        ("statement", &record.statement),
        ("reason", &record.reason),
    ];
    out.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(n, t)| (n.to_owned(), t.as_str().into())));
    if !record.proof.is_empty() {
        out.insert("proof".to_owned(), parsed(&record.proof));
    }
    if out.is_empty() { Value::Null } else { Value::Object(out) }
}

fn stages(record: &Record) -> Value {
    let stages = &record.stages;
    json!({
        "decode": stages.decode,
        "authenticate": stages.authenticate,
        "authorise": stages.authorise,
        "handle": stages.handle,
        "commit": stages.commit,
        "encode": stages.encode,
    })
}

/// The JSON that a text holds; the text itself when it is none.
pub(crate) fn parsed(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// A record on one line: time, account and region, caller, operation, end, the resource's account if it is another,
/// duration, request id.
///
/// `2026-11-22T06:35:00.250Z 123456789012/eu-west-1 user/Alice sqs:SendMessage 403 AccessDenied (explicit deny: Guard) 1.2ms <id>`
pub fn line(record: &Record) -> String {
    let place = match record.region.as_str() {
        "" => record.account_id().to_string(),
        region => format!("{}/{region}", record.account_id()),
    };
    let mut out = format!(
        "{} {place} {} {}:{} {}",
        stamp(record.time),
        plain(short_caller(record)),
        plain(&record.service),
        plain(&record.operation),
        record.status
    );
    let mut add = |text: &str| {
        if !text.is_empty() {
            out.push(' ');
            out.push_str(&plain(text));
        }
    };
    add(&record.error_code);
    match record.outcome() {
        Outcome::Denied => add(&format!("({})", why(record))),
        Outcome::Audit => add(&format!("(would be denied: {})", why(record))),
        Outcome::Ok | Outcome::Error => {}
    }
    if let Some(RefusalFacts { cause, access_key, .. }) = &record.refused {
        let of = if access_key.is_empty() { "" } else { ": " };
        add(&format!("({cause}{of}{access_key})"));
    }
    if !record.throttled_by.is_empty() {
        add(&format!("(throttled: {})", record.throttled_by));
    }
    if !record.faulted_by.is_empty() {
        add(&format!("(fault: {})", record.faulted_by));
    }
    if record.resource_account.is_some() {
        add(&format!("(in {})", record.resource_account_id()));
    }
    add(&millis(record.duration));
    if record.waited > 0 {
        add(&format!("(waited {})", millis(record.waited)));
    }
    add(&record.request_id().to_string());
    out
}

fn why(record: &Record) -> String {
    if record.policy.is_empty() { record.reason.clone() } else { format!("{}: {}", record.reason, record.policy) }
}

fn short_caller(record: &Record) -> &str {
    match PrincipalKind::parse(&record.caller_kind) {
        Some(PrincipalKind::Anonymous) => "anonymous",
        Some(PrincipalKind::Service) => &record.caller,
        // All behind the account: `user/Alice`, `assumed-role/admin/session`, `root`.
        _ => record.caller.splitn(6, ':').nth(5).unwrap_or(&record.caller),
    }
}

/// A line must stay one line, and a terminal must not be told anything by a client.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(200).collect()
}

fn stamp(time: Timestamp) -> String {
    let text = time.iso8601();
    match text.strip_suffix('Z') {
        Some(whole) if !text.contains('.') => format!("{whole}.000Z"),
        _ => text,
    }
}

fn millis(micros: i64) -> String {
    format!("{:.1}ms", micros as f64 / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Decision;
    use crate::record::tests::sample;

    #[test]
    fn lines() {
        let denied = Record {
            status: 403,
            error_code: "AccessDenied".into(),
            decision: Decision::Denied.as_str().into(),
            reason: "explicit deny".into(),
            policy: "Guard".into(),
            duration: 1_234,
            ..sample(0)
        };
        let start = "2027-01-15T08:00:00.000Z 123456789012/eu-west-1 user/Alice queue:SendMessage";
        let id = "00000000-0000-0000-0000-000000000000";
        let check = |record: Record, expect: String| assert_eq!(line(&record), expect);
        check(sample(0), format!("{start} 200 0.0ms {id}"));
        check(denied.clone(), format!("{start} 403 AccessDenied (explicit deny: Guard) 1.2ms {id}"));
        let audit = Decision::Audit.as_str().to_owned();
        check(
            Record { decision: audit, status: 200, error_code: String::new(), ..denied.clone() },
            format!("{start} 200 (would be denied: explicit deny: Guard) 1.2ms {id}"),
        );
        check(
            Record { region: String::new(), waited: 2_000_000, operation: "A\nB\u{1b}".into(), ..sample(0) },
            format!(
                "2027-01-15T08:00:00.000Z 123456789012 user/Alice queue:A\u{fffd}B\u{fffd} 200 0.0ms (waited 2000.0ms) {id}"
            ),
        );
        check(
            Record { resource_account: Some(444_455_556_666), ..sample(0) },
            format!("{start} 200 (in 444455556666) 0.0ms {id}"),
        );
        let refused = |access_key: &str| {
            let facts =
                RefusalFacts { cause: "unknown key".into(), access_key: access_key.into(), ..Default::default() };
            Record { status: 403, error_code: "InvalidClientTokenId".into(), refused: Some(facts), ..sample(0) }
        };
        check(refused("AKIAX"), format!("{start} 403 InvalidClientTokenId (unknown key: AKIAX) 0.0ms {id}"));
        check(refused(""), format!("{start} 403 InvalidClientTokenId (unknown key) 0.0ms {id}"));
        let faulted = Record { status: 503, faulted_by: "f1".into(), caller_kind: "anonymous".into(), ..sample(0) };
        assert!(line(&faulted).contains(" anonymous queue:SendMessage 503 (fault: f1) "));
    }

    #[test]
    fn json_shows_what_is_set_and_nothing_else() {
        let record = Record { proof: "{\"verdicts\":[]}".into(), ..sample(3) };
        let value = json(&record);
        assert_eq!(value["requestId"], "00000000-0000-0000-0000-000000000003");
        assert_eq!(value["account"], "123456789012");
        assert_eq!(value["input"]["queueUrl"], "http://localhost:4566/123456789012/orders");
        assert_eq!(value["decision"]["proof"], json!({ "verdicts": [] }));
        assert_eq!(value["caller"]["accessKey"], "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(value["outcome"], "ok");
        let facts = RefusalFacts { cause: "clock skew".into(), access_key: "AKIAX".into(), detail: String::new() };
        let refused = json(&Record { refused: Some(facts), ..sample(3) });
        assert_eq!(refused["refused"], json!({ "cause": "clock skew", "accessKey": "AKIAX" }));
        for absent in ["errorCode", "response", "dataEvent", "waitedMicros", "parentRequestId", "omitted", "refused"] {
            assert_eq!(value.get(absent), None, "{absent}");
        }
    }
}
