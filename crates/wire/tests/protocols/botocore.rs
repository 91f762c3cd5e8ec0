//! botocore's own cases: `given` an operation, `params` become `serialized`, and a `response` becomes a `result`.

use crate::messages::{self, call};
use crate::values::{compare, modelled};
use crate::{Outcome, vectors};
use model::{Model, Operation};
use serde_json::{Value as Json, json};
use shape::{Node, Value};
use wire::codec::{Switches, decode_reply, decode_request, encode_reply, encode_request};

const FILES: [&str; 10] = [
    "ec2",
    "json",
    "json_1_0",
    "json_1_0-query-compatible",
    "query",
    "rest-json",
    "rest-xml",
    "smithy-rpc-v2-cbor",
    "smithy-rpc-v2-cbor-non-query-compatible",
    "smithy-rpc-v2-cbor-query-compatible",
];

/// The cases of a file, each with the model that it is about.
fn cases(direction: &str) -> Vec<(&'static str, Model, Json)> {
    let mut cases = Vec::new();
    for file in FILES {
        let suites: Json = serde_json::from_str(&vectors(&format!("botocore/{direction}/{file}.json"))).unwrap();
        for suite in suites.as_array().unwrap() {
            for case in suite["cases"].as_array().unwrap() {
                let name = case["given"]["name"].as_str().unwrap();
                let operations = json!({ name: case["given"] });
                let text =
                    json!({ "metadata": suite["metadata"], "shapes": suite["shapes"], "operations": operations });
                cases.push((file, Model::parse(text.to_string().as_bytes()).unwrap(), case.clone()));
            }
        }
    }
    cases
}

fn only(model: &Model) -> &Operation {
    &model.operations()[0]
}

pub fn requests() -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for (file, model, case) in cases("input") {
        let mut add = |what: &str, result| {
            let section = format!("botocore-input-{file}-{what}");
            outcomes.push(Outcome { section, id: case["id"].as_str().unwrap().to_owned(), result });
        };
        let switches = Switches::default();
        let call = call(&model, only(&model), &switches);
        let params = modelled(&model, call.operation.input, &case["params"]);
        let mut read = Value::default();
        let request = messages::request(call.protocol, &case["serialized"]);
        let decoded = decode_request(&call, &request, &mut read).map_err(|e| e.to_string());
        add("decode", decoded.and_then(|()| compare(&read, &params)));
        let encoded = encode_request(&call, params.peek()).map_err(|e| e.to_string());
        add("encode", encoded.and_then(|r| messages::compare_request(&call, &r, &case["serialized"])));
    }
    outcomes
}

pub fn replies() -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    // Errors are the business of wire::error.
    for (file, model, case) in cases("output").into_iter().filter(|(_, _, case)| case["error"].is_null()) {
        let mut add = |what: &str, result| {
            let section = format!("botocore-output-{file}-{what}");
            outcomes.push(Outcome { section, id: case["id"].as_str().unwrap().to_owned(), result });
        };
        let response = &case["response"];
        let switches = Switches { xml_namespace: root_namespace(response), ..Switches::default() };
        let call = call(&model, only(&model), &switches);
        let result = modelled(&model, call.operation.output, &case["result"]);
        let request_id = response["headers"]["X-Amzn-Requestid"].as_str().unwrap_or("a-request-id");
        let reply = encode_reply(&call, result.peek(), request_id);
        add("encode", messages::compare_reply(&call, &reply, &response["status_code"], response));
        let mut read = Value::default();
        let reply = messages::reply(call.protocol, &response["status_code"], response);
        let decoded = decode_reply(&call, &reply, &mut read).map_err(|e| e.to_string());
        add("decode", decoded.and_then(|()| compare(&read, &result)));
    }
    outcomes
}

/// The namespace of a reply's root, which botocore's models do not give.
fn root_namespace(response: &Json) -> Option<Box<str>> {
    let body = response["body"].as_str()?;
    let body = body.trim_start_matches("<?xml version = \"1.0\" encoding = \"UTF-8\"?>").trim();
    let start = body.strip_prefix('<')?.split_once('>')?.0;
    let (_, uri) = start.split_once(" xmlns=\"")?;
    Some(uri.split_once('"')?.0.into())
}
