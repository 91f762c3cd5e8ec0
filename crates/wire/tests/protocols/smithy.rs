//! Smithy's cases, against its own models in botocore's form.

use crate::messages::{self, call};
use crate::values::{compare, modelled};
use crate::{Outcome, vectors};
use model::Model;
use serde_json::Value as Json;
use shape::{Node, Value};
use std::collections::BTreeMap;
use wire::codec::{Switches, decode_reply, decode_request, encode_reply, encode_request};

pub const PROTOCOLS: [&str; 7] =
    ["awsJson1_0", "awsJson1_1", "awsQuery", "ec2Query", "restJson1", "restXml", "rpcv2Cbor"];

/// A model and the JSON that it was read from, for what a model leaves out.
pub struct Source {
    pub model: Model,
    json: Json,
}

/// A case and where it belongs.
pub struct Case {
    pub protocol: &'static str,
    pub model: String,
    pub operation: String,
    /// The error's shape; empty where the case is about none.
    pub error: String,
    pub json: Json,
}

pub struct Suite {
    pub models: BTreeMap<String, Source>,
    pub cases: Vec<Case>,
}

/// All cases of a kind that have a model and are not about errors.
pub fn suite(kind: &str) -> Suite {
    cases(kind, false)
}

/// All cases of errors that have a model.
pub fn errors() -> Suite {
    cases("httpResponseTests", true)
}

fn cases(kind: &str, errors: bool) -> Suite {
    let index: Json = serde_json::from_str(&vectors("smithy/index.json")).unwrap();
    let mut suite = Suite { models: BTreeMap::new(), cases: Vec::new() };
    for protocol in PROTOCOLS {
        let cases: Vec<Json> = serde_json::from_str(&vectors(&format!("smithy/{protocol}.json"))).unwrap();
        for json in cases.into_iter().filter(|case| case["kind"] == kind) {
            let key = format!("{}#{}", json["file"].as_str().unwrap(), json["shape"].as_str().unwrap());
            let entry = &index["cases"][&key];
            if entry["error"].is_null() == errors {
                continue;
            }
            let Some(model) = entry["model"].as_str() else { continue };
            let operation = entry["operation"].as_str().unwrap().to_owned();
            let error = entry["error"].as_str().unwrap_or_default().to_owned();
            suite.models.entry(model.to_owned()).or_insert_with(|| {
                let mut json = serde_json::from_str(&vectors(&format!("smithy/models/{model}.json"))).unwrap();
                mark_json_headers(&mut json);
                Source { model: Model::parse(json.to_string().as_bytes()).unwrap(), json }
            });
            suite.cases.push(Case { protocol, model: model.to_owned(), operation, error, json });
        }
    }
    suite
}

/// AWS's models know one media type in headers, JSON, and call it `jsonvalue`.
fn mark_json_headers(model: &mut Json) {
    let shapes = model["shapes"].as_object_mut().unwrap();
    let typed: Vec<String> =
        shapes.iter().filter(|(_, shape)| shape["mediaType"] == "application/json").map(|(n, _)| n.clone()).collect();
    for shape in shapes.values_mut() {
        for (_, member) in shape.get_mut("members").and_then(Json::as_object_mut).into_iter().flatten() {
            if member["location"] == "header" && typed.iter().any(|name| member["shape"] == **name) {
                member["jsonvalue"] = true.into();
            }
        }
    }
}

impl Source {
    /// What Smithy's traits say of an operation and the model does not.
    pub fn switches(&self, operation: &str) -> Switches {
        let output = &self.json["operations"][operation]["output"];
        let root = output["locationName"].as_str();
        let metadata = &self.json["metadata"]["xmlNamespace"];
        let spaces = [&output["xmlNamespace"]["uri"], &metadata["uri"], metadata];
        Switches {
            output_roots: root.map(|root| (operation.into(), root.into())).into_iter().collect(),
            xml_namespace: spaces.iter().find_map(|space| space.as_str()).map(Into::into),
            unwrapped_outputs: vec!["GetBucketLocation".into()],
            check_media_types: true,
            ..Switches::default()
        }
    }
}

pub fn requests() -> Vec<Outcome> {
    let suite = suite("httpRequestTests");
    let mut outcomes = Vec::new();
    for case in &suite.cases {
        let source = &suite.models[&case.model];
        let switches = source.switches(&case.operation);
        let call = call(&source.model, source.model.operation(&case.operation).unwrap(), &switches);
        let params = modelled(&source.model, call.operation.input, &case.json["params"]);
        let id = case.json["id"].as_str().unwrap().to_owned();
        if case.json["appliesTo"] != "client" {
            let mut read = Value::default();
            let request = messages::request(call.protocol, &case.json);
            let decoded = decode_request(&call, &request, &mut read).map_err(|e| e.to_string());
            let result = decoded.and_then(|()| compare(&read, &params));
            outcomes.push(Outcome {
                section: format!("smithy-{}-decode-request", case.protocol),
                id: id.clone(),
                result,
            });
        }
        if case.json["appliesTo"] != "server" {
            let encoded = encode_request(&call, params.peek()).map_err(|e| e.to_string());
            let result = encoded.and_then(|r| messages::compare_request(&call, &r, &case.json));
            outcomes.push(Outcome { section: format!("smithy-{}-encode-request", case.protocol), id, result });
        }
    }
    outcomes
}

pub fn replies() -> Vec<Outcome> {
    let suite = suite("httpResponseTests");
    let mut outcomes = Vec::new();
    for case in &suite.cases {
        let source = &suite.models[&case.model];
        let switches = source.switches(&case.operation);
        let call = call(&source.model, source.model.operation(&case.operation).unwrap(), &switches);
        let params = modelled(&source.model, call.operation.output, &case.json["params"]);
        let id = case.json["id"].as_str().unwrap().to_owned();
        if case.json["appliesTo"] != "client" {
            let request_id = case.json["headers"]["X-Amzn-Requestid"].as_str().unwrap_or("a-request-id");
            let reply = encode_reply(&call, params.peek(), request_id);
            let result = messages::compare_reply(&call, &reply, &case.json["code"], &case.json);
            outcomes.push(Outcome {
                section: format!("smithy-{}-encode-reply", case.protocol),
                id: id.clone(),
                result,
            });
        }
        if case.json["appliesTo"] != "server" {
            let mut read = Value::default();
            let reply = messages::reply(call.protocol, &case.json["code"], &case.json);
            let decoded = decode_reply(&call, &reply, &mut read).map_err(|e| e.to_string());
            let result = decoded.and_then(|()| compare(&read, &params));
            outcomes.push(Outcome { section: format!("smithy-{}-decode-reply", case.protocol), id, result });
        }
    }
    outcomes
}
