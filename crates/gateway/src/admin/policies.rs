//! What policies decide: of a request that an operator supposes, and what recorded requests put to them.

use super::happened::query_of;
use super::{Answer, Refusal, body, parameter};
use crate::server::Shared;
use clock::Timestamp;
use ids::{AccountId, Region, RequestId};
use ledger::{Order, Query, Record};
use pipeline::{Replay, Supposed, Verdict};
use serde_json::{Map, Value, json};
use service::{Caller, CallerKind, Check, ContextKey, PolicyRole, Session};
use std::sync::Arc;
use wire::Request;

/// The most records of one answer: each may put many checks.
const MOST_RECORDS: usize = 1_000;
/// Where global services are at home, and who does not say where he asks.
const HOME: &str = "us-east-1";

const FORM: &str = "say who does what on which resource: {\"principal\": {\"kind\": \"user\", \"arn\": \"arn:…\", \
                    \"id\": \"…\"}, \"action\": \"sqs:SendMessage\", \"resource\": \"arn:…\"}";

/// What recorded requests put to the policies, oldest first: of one (`?request=…`), or of those that the query string asks
/// for as the log does.
pub(super) fn asked(request: &Request, shared: &Shared) -> Answer {
    if let Some(id) = parameter(request, "request") {
        let id = RequestId::parse(id).ok_or_else(|| Refusal::bad(format!("'{id}' is no request id")))?;
        let record = shared.cloud.ledger().find(id).map_err(Refusal::failed)?;
        let record = record
            .ok_or_else(|| Refusal::missing(format!("no request {id} is recorded; `terrella log` lists the newest")))?;
        return Ok(json!({"records": [told(&record, shared)?], "more": false}));
    }
    let query = query_of(request, shared)?;
    let limit = query.limit.min(MOST_RECORDS);
    let page = shared.cloud.ledger().query(&Query { order: Order::OldestFirst, limit, ..query });
    let page = page.map_err(Refusal::failed)?;
    let rows = page.records.iter().map(|(_, record)| told(record, shared)).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({"records": rows, "next": page.last.0, "more": page.more}))
}

fn told(record: &Record, shared: &Shared) -> Answer {
    let replays = shared.cloud.replays(record).map_err(Refusal::failed)?;
    let principal = replays.first().map(|first| principal(&first.caller));
    Ok(json!({
        "requestId": record.request_id().to_string(),
        "time": record.time.iso8601(),
        "account": record.account_id().to_string(),
        "region": record.region,
        "service": record.service,
        "operation": record.operation,
        "outcome": record.outcome().as_str(),
        "decision": record.decision,
        "caller": record.caller,
        "omitted": record.omitted,
        "principal": principal,
        "checks": replays.iter().map(check).collect::<Vec<_>>(),
    }))
}

fn principal(caller: &Caller) -> Value {
    json!({
        "kind": kind_word(caller.kind),
        "arn": caller.arn,
        "account": caller.account.to_string(),
        "id": caller.user_id,
        "issuer": caller.session.as_ref().map(|session| session.role_arn.as_str()).unwrap_or_default(),
    })
}

fn check(replay: &Replay) -> Value {
    json!({
        "action": replay.action,
        "resource": replay.resource,
        "owner": replay.owner.to_string(),
        "context": context(&replay.context),
    })
}

fn context(keys: &[(String, Vec<String>)]) -> Value {
    Value::Object(keys.iter().map(|(key, values)| (key.clone(), json!(values))).collect::<Map<_, _>>())
}

/// The kinds of principal, as this API writes them.
const KINDS: [(&str, CallerKind); 6] = [
    ("root", CallerKind::Root),
    ("user", CallerKind::User),
    ("role", CallerKind::AssumedRole),
    ("federated-user", CallerKind::FederatedUser),
    ("service", CallerKind::Service),
    ("anonymous", CallerKind::Anonymous),
];

fn kind_word(kind: CallerKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("anonymous", |(word, _)| word)
}

/// Decides a supposed request by the policies in force, with the proof.
pub(super) fn explain(request: &Request, shared: &Shared) -> Answer {
    let body = body(request)?;
    let supposed = supposed(&body, shared.cloud.clock().now())?;
    let verdict = shared.cloud.suppose(&supposed).map_err(|e| match e.is_receiver_fault() {
        // What cannot be decided is told with its cause: the operator gave it.
        true => Refusal::bad(e.cause().unwrap_or(e.message())),
        false => Refusal::bad(e.message()),
    })?;
    Ok(shown(&supposed, &verdict))
}

fn shown(supposed: &Supposed, verdict: &Verdict) -> Value {
    let (policy, statement) = verdict.by.clone().map_or((None, None), |(policy, at)| (Some(policy), Some(at)));
    json!({
        "principal": supposed.caller.arn,
        "action": supposed.check.action,
        "resource": supposed.check.resource,
        "allowed": verdict.allowed,
        "decision": {
            "decision": if verdict.allowed { "allowed" } else { "denied" },
            "reason": verdict.reason,
            "policy": policy,
            "statement": statement,
            "proof": verdict.proof,
        },
        "message": verdict.message,
        "context": context(&verdict.context),
    })
}

fn supposed(body: &Value, now: Timestamp) -> Result<Supposed, Refusal> {
    let needed = |name: &str| text(body, name).ok_or_else(|| Refusal::bad(FORM));
    let caller = caller(body.get("principal").ok_or_else(|| Refusal::bad(FORM))?, now)?;
    let mut check = Check::new(needed("action")?.to_owned(), needed("resource")?);
    if let Some(owner) = text(body, "owner") {
        check = check.owned_by(account(owner)?);
    }
    if let Some(policy) = body.get("resourcePolicy").filter(|policy| policy.is_object()) {
        let role = match text(policy, "role") {
            None | Some("resource") => PolicyRole::Optional,
            Some("trust") => PolicyRole::Trust,
            Some("key") => PolicyRole::Key,
            Some(other) => return Err(Refusal::bad(format!("'{other}' is none of resource, trust, key"))),
        };
        let name = text(policy, "name").unwrap_or("the resource's policy");
        check = check.with_policy(name, text(policy, "text").unwrap_or_default(), role);
    }
    for (key, values) in body.get("context").and_then(Value::as_object).into_iter().flatten() {
        let one = |value: &Value| value.as_str().map(str::to_owned);
        let values = match values {
            Value::Array(list) => list.iter().map(one).collect(),
            value => one(value).map(|value| [value].into()),
        };
        let values = values.ok_or_else(|| Refusal::bad(format!("context: the values of {key} are texts")))?;
        check.context.push(ContextKey { name: key.clone().into(), values });
    }
    let region = text(body, "region").unwrap_or(HOME);
    let region = Region::new(region).ok_or_else(|| Refusal::bad(format!("'{region}' is no region")))?;
    let source_ip = text(body, "sourceIp").unwrap_or("127.0.0.1").to_owned();
    Ok(Supposed { caller, region, check, source_ip })
}

fn caller(principal: &Value, now: Timestamp) -> Result<Caller, Refusal> {
    let word = text(principal, "kind").unwrap_or_default();
    let kind = KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind).ok_or_else(|| {
        let words: Vec<&str> = KINDS.iter().map(|(word, _)| *word).collect();
        Refusal::bad(format!("principal.kind: '{word}' is none of {}", words.join(", ")))
    })?;
    let has_account = !matches!(kind, CallerKind::Service | CallerKind::Anonymous);
    let arn = match kind {
        CallerKind::Anonymous => "*",
        _ => text(principal, "arn").ok_or_else(|| Refusal::bad(FORM))?,
    };
    let named = arn.split(':').nth(4).filter(|_| has_account);
    let account = named.map_or(Ok(AccountId::DEFAULT), account)?;
    let issuer = text(principal, "issuer").unwrap_or_default().to_owned();
    let named = if kind == CallerKind::AssumedRole { issuer.as_str() } else { arn };
    let session = matches!(kind, CallerKind::AssumedRole | CallerKind::FederatedUser).then(|| {
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        Arc::new(Session { name, role_arn: issuer.clone(), issued: now, ..Session::default() })
    });
    Ok(Caller {
        kind,
        account,
        arn: arn.to_owned(),
        user_id: text(principal, "id").unwrap_or_default().to_owned(),
        name: if has_account { named.rsplit('/').next().unwrap_or_default().to_owned() } else { String::new() },
        access_key: String::new(),
        session,
        bootstrap: false,
    })
}

fn account(text: &str) -> Result<AccountId, Refusal> {
    text.parse().map_err(|_| Refusal::bad(format!("'{text}' is no account id")))
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}
