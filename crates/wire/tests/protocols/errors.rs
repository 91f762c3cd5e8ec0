//! Smithy's cases of errors, as a server writes them.

use crate::messages;
use crate::smithy::{self, Suite};
use crate::values::{modelled, unbase64};
use crate::{Outcome, trees};
use model::Protocol;
use serde_json::Value as Json;
use shape::Node;
use wire::error::{ErrorReply, encode_error};

pub fn replies() -> Vec<Outcome> {
    let Suite { models, cases } = smithy::errors();
    let mut outcomes = Vec::new();
    for case in cases.iter().filter(|case| case.json["appliesTo"] != "client") {
        let source = &models[&case.model];
        let protocol = source.model.metadata.protocols[0];
        let shape = source.model.shape_named(&case.error).map(|(id, _)| id);
        let params = modelled(&source.model, shape, &case.json["params"]);
        let message = ["message", "Message"].iter().find_map(|name| params.get(name)?.as_str()).unwrap_or("");
        // Smithy's RPC protocols have the namespace before the error's name.
        let said = match protocol {
            Protocol::RpcV2Cbor => namespaced(&case.json, &case.error),
            _ => smithy_name(&case.json).map(str::to_owned),
        };
        let said = said.as_deref().unwrap_or(&case.error);
        let error =
            ErrorReply { code: said, message, members: params.peek(), request_id: "foo-id", ..ErrorReply::default() };
        let switches = source.switches(&case.operation);
        let reply = encode_error(&source.model, protocol, &switches, &error);
        let result = compare(protocol, &reply, &case.json);
        let id = case.json["id"].as_str().unwrap().to_owned();
        outcomes.push(Outcome { section: format!("smithy-{}-error", case.protocol), id, result });
    }
    outcomes
}

/// The `__type` that the case wants, if it is JSON.
fn smithy_name(case: &Json) -> Option<&str> {
    let body = case["body"].as_str()?;
    let at = body.split_once("\"__type\": \"")?.1;
    at.split_once('"').map(|(name, _)| name)
}

/// The error's name in a body of CBOR, with the namespace that stands before it there.
fn namespaced(case: &Json, error: &str) -> Option<String> {
    let body = unbase64(case["body"].as_str()?);
    let text = String::from_utf8_lossy(&body).into_owned();
    let before = text.split_once(&format!("#{error}"))?.0;
    let from = before.rfind("smithy.protocoltests").or_else(|| before.rfind("aws.protocoltests"))?;
    Some(format!("{}#{error}", before.get(from..)?))
}

fn compare(protocol: Protocol, got: &wire::Reply, case: &Json) -> Result<(), String> {
    let want = messages::reply(protocol, &case["code"], case);
    if got.status != want.status {
        return Err(format!("answered {}, not {}", got.status, want.status));
    }
    messages::compare_headers(&got.headers, &want.headers, case)?;
    if !case["body"].is_string() {
        return Ok(());
    }
    trees::compare(messages::media(protocol, &want.headers, true), &got.body, &want.body)
}
