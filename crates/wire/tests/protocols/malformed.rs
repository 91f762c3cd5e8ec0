//! Smithy's malformed requests: those that a codec must refuse. What a validator refuses is left to it.

use crate::messages::{self, call};
use crate::{Outcome, smithy};
use shape::Value;
use wire::codec::decode_request;

pub fn requests() -> Vec<Outcome> {
    let suite = smithy::suite("httpMalformedRequestTests");
    let mut outcomes = Vec::new();
    for case in &suite.cases {
        let response = &case.json["response"];
        let wanted = response["headers"]["x-amzn-errortype"].as_str().unwrap();
        let source = &suite.models[&case.model];
        let switches = source.switches(&case.operation);
        let call = call(&source.model, source.model.operation(&case.operation).unwrap(), &switches);
        let request = messages::request(call.protocol, &case.json["request"]);
        let mut read = Value::default();
        let got = decode_request(&call, &request, &mut read);
        let result = match (got, wanted) {
            (Ok(()), "ValidationException") => Ok(()),
            (Ok(()), _) => Err(format!("read {read:?}, not {wanted}")),
            (Err(e), _) if e.code == wanted && u64::from(e.status) == response["code"].as_u64().unwrap() => Ok(()),
            (Err(e), _) => Err(format!("answered {e}, not {wanted}")),
        };
        let id = case.json["id"].as_str().unwrap().to_owned();
        outcomes.push(Outcome { section: "smithy-malformed".to_owned(), id, result });
    }
    outcomes
}
