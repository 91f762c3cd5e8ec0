//! Requests and answers of API Gateway's proxy integration:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use crate::clock;
use crate::failure::Failure;
use crate::session::Session;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

/// The longest body that is read, in bytes: a hundred lines of an order are a tenth of it.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// What a client did wrong.
#[derive(Debug)]
pub struct Problem {
    pub status: u16,
    /// A name for programs.
    pub code: &'static str,
    /// What is wrong and what to do next.
    pub message: String,
}

impl Problem {
    /// 400: the request is not what it must be.
    pub fn invalid(message: impl Into<String>) -> Problem {
        Problem { status: 400, code: "InvalidRequest", message: message.into() }
    }

    /// 404: there is nothing of that name, or not for this caller.
    pub fn not_found(what: &str) -> Problem {
        Problem { status: 404, code: "NotFound", message: format!("{what} is not there") }
    }
}

/// A request of a client who has signed in.
pub struct Request<'a>(&'a Value);

/// Who signed in.
pub struct Customer<'a> {
    /// The user's `sub`.
    pub id: &'a str,
    pub email: Option<&'a str>,
    groups: &'a str,
}

impl Customer<'_> {
    /// Whether he is in a group. API Gateway gives the list as one text.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.split([',', ' ', '[', ']']).any(|name| name == group)
    }
}

impl<'a> Request<'a> {
    /// `GET /orders/{orderId}`
    pub fn route(&self) -> String {
        let text = |name: &str| self.0[name].as_str().unwrap_or_default();
        format!("{} {}", text("httpMethod"), text("resource"))
    }

    /// The caller, by the claims of the token that API Gateway verified.
    pub fn customer(&self) -> Result<Customer<'a>, Problem> {
        let claims = &self.0["requestContext"]["authorizer"]["claims"];
        let id = claims["sub"].as_str().filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| Problem {
            status: 401,
            code: "Unauthorized",
            message: "the request carries no verified claims".to_owned(),
        })?;
        Ok(Customer {
            id,
            email: claims["email"].as_str(),
            groups: claims["cognito:groups"].as_str().unwrap_or_default(),
        })
    }

    /// A header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let headers = self.0["headers"].as_object()?;
        headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1.as_str()
    }

    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<&'a str> {
        self.0["queryStringParameters"][name].as_str()
    }

    /// A part of the path.
    pub fn path(&self, name: &str) -> Result<&'a str, Problem> {
        self.0["pathParameters"][name].as_str().ok_or_else(|| Problem::invalid(format!("the path has no {name}")))
    }

    /// When API Gateway took it, as it writes it: `2026-11-22T16:30:05.123Z`.
    pub fn time(&self) -> String {
        let millis = self.0["requestContext"]["requestTimeEpoch"].as_u64();
        clock::iso(millis.map_or_else(clock::since_epoch, Duration::from_millis))
    }

    /// API Gateway's id of it.
    pub fn id(&self) -> Option<&'a str> {
        self.0["requestContext"]["requestId"].as_str()
    }

    /// The body, as what it must be.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let text = self.0["body"].as_str().unwrap_or_default();
        if text.len() > MAX_BODY_BYTES {
            return Err(Problem { status: 413, code: "TooLarge", message: "the body is too large".to_owned() });
        }
        let decoded = match self.0["isBase64Encoded"].as_bool() {
            Some(true) => STANDARD.decode(text).map_err(|_| Problem::invalid("the body is not Base64"))?,
            _ => text.as_bytes().to_vec(),
        };
        serde_json::from_slice(&decoded).map_err(|error| Problem::invalid(format!("the body: {error}")))
    }
}

/// An answer.
pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Value,
}

impl Response {
    /// An answer without headers of its own.
    pub fn new(status: u16, body: Value) -> Response {
        Response { status, headers: Vec::new(), body }
    }

    /// The same with a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.push((name, value.into()));
        self
    }
}

/// Answers a request. What the client did wrong is an answer; what went wrong here fails the invocation, so that it counts as
/// an error and API Gateway answers 502.
pub fn serve(
    session: &Session<'_>,
    event: &Value,
    handler: impl FnOnce(&Request<'_>) -> Result<Response, Failure>,
) -> Result<Value, Failure> {
    let request = Request(event);
    let response = match handler(&request) {
        Ok(response) => response,
        Err(Failure::Problem(problem)) => {
            let body = json!({"error": problem.code, "message": problem.message, "requestId": request.id()});
            Response::new(problem.status, body)
        }
        Err(failure) => return Err(failure),
    };
    let fields = json!({"route": request.route(), "status": response.status, "apiRequestId": request.id()});
    session.info("answered", &fields);
    let mut headers = json!({
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": session.settings().optional("ALLOWED_ORIGIN").unwrap_or("null"),
        "Access-Control-Expose-Headers": "X-Cache,Idempotent-Replay",
    });
    for (name, value) in response.headers {
        headers[name] = value.into();
    }
    Ok(json!({"statusCode": response.status, "headers": headers, "body": response.body.to_string()}))
}

/// 404 for a method or path that this function was given and does not know.
pub fn unknown(request: &Request<'_>) -> Failure {
    Problem::not_found(&request.route()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_from_one_text() {
        for (groups, expect) in
            [("analysts", true), ("a,analysts", true), ("[a analysts]", true), ("analysts2", false), ("", false)]
        {
            assert_eq!(Customer { id: "x", email: None, groups }.is_in("analysts"), expect, "{groups}");
        }
    }

    #[test]
    fn events_of_any_form_are_read_without_harm() {
        for event in [Value::Null, json!([]), json!({"headers": 3, "body": 7, "requestContext": {"authorizer": []}})] {
            let request = Request(&event);
            assert_eq!(request.customer().err().unwrap().status, 401);
            assert!(request.header("a").is_none() && request.query("b").is_none() && request.path("c").is_err());
            assert_eq!(request.json::<Vec<u8>>().unwrap_err().status, 400);
        }
        let event = json!({"body": "WzFd", "isBase64Encoded": true, "headers": {"idempotency-KEY": "k"}});
        assert_eq!(Request(&event).json::<Vec<u8>>().unwrap(), [1]);
        assert_eq!(Request(&event).header("Idempotency-Key"), Some("k"));
    }
}
