//! What stands behind a method: a function, or a constant answer.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-integration-types.html>

use crate::api::{Integration, IntegrationResponse};
use crate::event::Arrived;
use crate::peers::Invoke;
use crate::refusal::{Refusal, literal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use service::{AccountId, Arn, As, Bytes, Cx, Duration, HttpReply, IndexMap, Region, Scope};

/// Milliseconds after which a function is given up. It runs on.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const LONGEST_MILLIS: u64 = 29_000;

/// The function in an integration's URI, with the stage's variables put in: its ARN.
pub fn function(uri: &str, variables: Option<&IndexMap<String, String>>) -> Option<String> {
    let (_, rest) = uri.split_once(":lambda:path/2015-03-31/functions/")?;
    let mut arn = rest.strip_suffix("/invocations")?.to_owned();
    for (name, value) in variables.into_iter().flatten() {
        arn = arn.replace(&format!("${{stageVariables.{name}}}"), value);
    }
    (arn.starts_with("arn:") && arn.contains(":function:") && !arn.contains("${")).then_some(arn)
}

/// How an integration did.
#[derive(Debug, Clone, PartialEq)]
pub struct Integrated {
    /// How long it took.
    pub took: Duration,
    /// The status with which the integration was called: of the call to a function, not of what the function said.
    pub invoked: i64,
    /// The status that it answered, if that is one.
    pub answered: Option<i64>,
    /// What went wrong.
    pub error: Option<String>,
}

impl Integrated {
    /// One that is answered by API Gateway itself.
    pub fn at_once(answer: &Result<HttpReply, Refusal>) -> Integrated {
        let status = answer.as_ref().ok().map(|reply| reply.status);
        Integrated { took: Duration::ZERO, invoked: status.unwrap_or(500), answered: status, error: None }
    }
}

/// What an integration came to, if it was called, and what the client is answered.
type Answer = (Option<Integrated>, Result<HttpReply, Refusal>);

/// Asks a function, as API Gateway for the method, or as the role that the integration names.
pub fn ask(
    cx: &mut Cx,
    (integration, arn): (&Integration, &Arn),
    arrived: &Arrived<'_>,
    (trace, binary): (&str, &dyn Fn(&str) -> bool),
) -> service::Result<Answer> {
    let uri = integration.uri.as_deref().unwrap_or_default();
    let Some(function) = function(uri, arrived.variables) else { return Ok((None, Err(Refusal::broken(500)))) };
    let payload = Some(Bytes::from(arrived.event(cx, trace).to_string()));
    let by = by(integration.credentials.as_deref(), arn, &function);
    // The first error is no answer: the request runs again with it. The others are the function's owner's to see.
    let patience =
        integration.timeout_in_millis.and_then(|millis| u64::try_from(millis).ok()).unwrap_or(LONGEST_MILLIS);
    let invoke = Invoke { function_name: function, payload };
    let invoked = cx.ask_within(&by.traced(Some(trace.to_owned())), &invoke, Duration::from_millis(patience));
    let took = cx.took();
    let invoked = match invoked {
        Ok(invoked) => invoked,
        Err(error) => {
            let (invoked, refusal, error) = match error.is_timed_out() {
                true => (504, Refusal::timed_out(), "Execution failed due to a timeout error".to_owned()),
                false => (
                    500,
                    Refusal::broken(500),
                    format!("Execution failed due to configuration error: {}", error.message()),
                ),
            };
            return Ok((Some(Integrated { took, invoked, answered: None, error: Some(error) }), Err(refusal)));
        }
    };
    let error = invoked
        .function_error
        .map(|kind| format!("Lambda execution failed with status 200 due to customer function error: {kind}"));
    let wants_bytes = arrived.request.header("accept").is_some_and(binary);
    let answer = match error.is_some() {
        true => None,
        false => reply(invoked.payload.as_deref().unwrap_or_default(), wants_bytes),
    };
    let answered = answer.as_ref().map(|reply| reply.status);
    let malformed = || "Execution failed due to configuration error: Malformed Lambda proxy response".to_owned();
    let error = error.or_else(|| answer.is_none().then(malformed));
    let integrated = Integrated { took, invoked: 200, answered, error };
    Ok((Some(integrated), answer.ok_or_else(|| Refusal::broken(502))))
}

/// As whom a function is asked: as API Gateway for a method or an authorizer, or as a role.
pub fn by(credentials: Option<&str>, source: &Arn, function: &str) -> As {
    match (credentials, scope(function)) {
        (Some(role), _) => As::role(role, "BackplaneAssumeRoleSession", source),
        (None, Some(scope)) => As::service(source).within(scope),
        (None, None) => As::service(source),
    }
}

fn scope(function: &str) -> Option<Scope> {
    let arn: Arn = function.parse().ok()?;
    let account: AccountId = arn.account()?;
    Some(Scope::new(account, Region::new(arn.region())?))
}

/// What a function returned, as a reply; `None` for what is none.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format>
fn reply(payload: &[u8], wants_bytes: bool) -> Option<HttpReply> {
    const KNOWN: [&str; 5] = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
    let Json::Object(said) = serde_json::from_slice(payload).ok()? else { return None };
    if said.keys().any(|name| !KNOWN.contains(&name.as_str())) {
        return None;
    }
    let status = match said.get("statusCode") {
        None | Some(Json::Null) => 200,
        Some(Json::String(text)) => text.parse().ok()?,
        Some(number) => number.as_i64()?,
    };
    if !(100..=599).contains(&status) {
        return None;
    }
    let encoded = match said.get("isBase64Encoded") {
        None | Some(Json::Null) => false,
        Some(flag) => flag.as_bool()?,
    };
    let body = match said.get("body") {
        None | Some(Json::Null) => String::new(),
        Some(body) => body.as_str()?.to_owned(),
    };
    let body = if encoded && wants_bytes { STANDARD.decode(body).ok()? } else { body.into_bytes() };
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, values) in object(said.get("multiValueHeaders"))? {
        for value in values.as_array()? {
            headers.push((name.to_lowercase(), text(value)));
        }
    }
    for (name, value) in object(said.get("headers"))? {
        let (name, value) = (name.to_lowercase(), text(value));
        if !headers.contains(&(name.clone(), value.clone())) {
            headers.push((name, value));
        }
    }
    if !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    // What API Gateway says itself: a function's own is passed on under another name.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    let renamed = |name: &str| match name {
        "date" | "server" | "www-authenticate" => format!("x-amzn-remapped-{name}"),
        name => name.to_owned(),
    };
    let empty = HttpReply::new(status, body);
    Some(headers.into_iter().fold(empty, |reply, (name, value)| reply.with(&renamed(&name), value)))
}

/// The members of an object that may be left out.
fn object(value: Option<&Json>) -> Option<Vec<(&String, &Json)>> {
    match value {
        None | Some(Json::Null) => Some(Vec::new()),
        Some(value) => Some(value.as_object()?.iter().collect()),
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        value => value.to_string(),
    }
}

/// A constant answer: the response of the status that the request template names, or the request's body where it passes through.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html>
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html>
pub fn mock(integration: &Integration, (media_type, body): (&str, &[u8])) -> Result<HttpReply, Refusal> {
    let templates = integration.request_templates.as_ref().filter(|templates| !templates.is_empty());
    let template = templates.and_then(|all| all.get(media_type)).map(String::as_bytes);
    let passes = match integration.passthrough_behavior.as_deref() {
        Some("NEVER") => false,
        Some("WHEN_NO_TEMPLATES") => templates.is_none(),
        _ => true,
    };
    let Some(asked) = template.or(passes.then_some(body)) else { return Err(Refusal::unsupported()) };
    let Some(wanted) = status(&String::from_utf8_lossy(asked)) else { return Err(Refusal::broken(500)) };
    let responses = integration.integration_responses.as_ref();
    let fitting = responses.and_then(|all| all.get(&wanted).or_else(|| all.values().find(|r| is_default(r))));
    let Some(response) = fitting else { return Err(Refusal::broken(500)) };
    let status = response.status_code.as_deref().and_then(|status| status.parse().ok()).unwrap_or(200);
    let templates = response.response_templates.as_ref().and_then(|templates| templates.iter().next());
    let (kind, body) = templates.map_or(("application/json", ""), |(kind, body)| (kind.as_str(), body.as_str()));
    let reply = HttpReply::new(status, body.to_owned());
    let parameters = response.response_parameters.iter().flatten();
    let headers: Vec<(&str, &str)> = parameters
        .filter_map(|(name, value)| Some((name.strip_prefix("method.response.header.")?, literal(value)?)))
        .collect();
    let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let reply = if typed { reply } else { reply.with("content-type", kind) };
    Ok(headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value)))
}

/// The status that a request to a constant answer names. Its names may stand without quotation marks, as the CDK writes them:
/// `{ statusCode: 204 }`.
fn status(asked: &str) -> Option<String> {
    if let Ok(asked) = serde_json::from_str::<Json>(asked) {
        return match asked.get("statusCode")? {
            Json::String(status) => Some(status.clone()),
            status => Some(status.to_string()),
        };
    }
    let quoted = |c: char| c.is_whitespace() || c == '"' || c == '\'';
    let (before, after) = asked.split_once("statusCode")?;
    let value = after.trim_start_matches(quoted).strip_prefix(':')?.trim_start_matches(quoted);
    let status: String = value.chars().take_while(char::is_ascii_digit).collect();
    (before.trim_start().starts_with('{') && status.len() == 3).then_some(status)
}

fn is_default(response: &IntegrationResponse) -> bool {
    response.selection_pattern.as_deref().unwrap_or_default().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_returns_is_a_reply_or_none() {
        let told = |payload: &str| {
            reply(payload.as_bytes(), true).map(|reply| {
                let headers: Vec<_> = reply.headers.iter().map(|h| format!("{}: {}", h.name, h.value)).collect();
                (reply.status, headers, String::from_utf8_lossy(&reply.body).into_owned())
            })
        };
        let usual = || vec!["content-type: application/json".to_owned()];
        assert_eq!(told(r#"{"statusCode":201,"body":"x"}"#), Some((201, usual(), "x".to_owned())));
        assert_eq!(told(r#"{"statusCode":"200"}"#), Some((200, usual(), String::new())));
        assert_eq!(told(r#"{"body":"aGk=","isBase64Encoded":true}"#), Some((200, usual(), "hi".to_owned())));
        let headers =
            r#"{"headers":{"A":1,"Content-Type":"text/plain","Server":"me"},"multiValueHeaders":{"B":["1","2"]}}"#;
        let expect = ["b: 1", "b: 2", "a: 1", "content-type: text/plain", "x-amzn-remapped-server: me"];
        assert_eq!(told(headers), Some((200, expect.map(str::to_owned).to_vec(), String::new())));
        for none in [
            "",
            "null",
            "\"x\"",
            "[]",
            r#"{"statusCode":"x"}"#,
            r#"{"statusCode":99}"#,
            r#"{"body":{}}"#,
            r#"{"answer":1}"#,
        ] {
            assert_eq!(told(none), None, "{none}");
        }
    }

    #[test]
    fn a_constant_answers_status_is_read_as_leniently_as_it_is_written() {
        for (asked, expect) in [
            (r#"{"statusCode": 200}"#, Some("200")),
            (r#"{"statusCode": "404"}"#, Some("404")),
            ("{ statusCode: 204 }", Some("204")),
            ("{'statusCode' : '204', more: 1}", Some("204")),
            ("statusCode: 204", None),
            ("{ statusCode: no }", None),
            ("{}", None),
            ("", None),
        ] {
            assert_eq!(status(asked).as_deref(), expect, "{asked}");
        }
    }

    #[test]
    fn a_function_is_named_in_a_uri() {
        let uri =
            |arn: &str| format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations");
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
        assert_eq!(function(&uri(arn), None).as_deref(), Some(arn));
        let variables = [("fn".to_owned(), "f".to_owned())].into_iter().collect();
        let named = uri("arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.fn}");
        assert_eq!(function(&named, Some(&variables)).as_deref(), Some(arn));
        assert_eq!((function(&named, None), function("http://example.com", None)), (None, None));
    }
}
