//! Functions that say who may call a method.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>

use crate::api::Authorizer;
use crate::authorizer::Admitted;
use crate::context;
use crate::event::{Arrived, pairs};
use crate::integration::{by, function};
use crate::peers::Invoke;
use crate::refusal::Refusal;
use crate::rest_api::execute_arn;
use crate::state::{ADMISSIONS, AdmissionRow};
use crate::visit::Visit;
use aws_lc_rs::digest::{SHA256, digest};
use regex::Regex;
use serde_json::{Map, Value as Json, json};
use service::policy::{self, Context, Document, Limits, Policies, Principal, Reason, Source};
use service::{Bytes, Cx, Duration, IndexMap, Result, View};

/// Milliseconds after which an authorizer is given up, as an integration is.
const LONGEST_MILLIS: u64 = 29_000;
/// Of those that were let in earlier so many are looked at, when one is added, whether their time is up.
const SWEPT: usize = 32;

/// What a function said of a client.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    principal: String,
    policy: String,
    context: Map<String, Json>,
    usage_key: Option<String>,
}

/// An admission that is to be remembered, once nothing more is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    key: (String, String, String),
    row: AdmissionRow,
}

impl Remembered {
    /// Writes it, and forgets some of those whose time is up.
    pub fn keep(&self, cx: &mut Cx) -> Result<()> {
        let ((api, stage, _), now) = (&self.key, cx.now());
        let known = cx.rows(&ADMISSIONS, (api.as_str(), stage.as_str())).take(SWEPT).collect::<Result<Vec<_>>>()?;
        for row in known.into_iter().filter(|row| row.until <= now) {
            cx.delete(&ADMISSIONS, &(api.clone(), stage.clone(), row.name))?;
        }
        cx.put(&ADMISSIONS, &self.key, &self.row)
    }
}

/// Judges a client as the authorizer's function says, or as it said of the same identity not long ago.
pub fn admit(
    cx: &mut Cx,
    visit: &Visit<'_>,
    (authorizer, method_arn): (&Authorizer, &str),
) -> Result<Result<Admitted, Refusal>> {
    let identity = match identity(cx, visit, authorizer) {
        Ok(identity) => identity,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let lasts = authorizer.authorizer_result_ttl_in_seconds.unwrap_or(300).clamp(0, 3600);
    let lasts = if identity.is_empty() { 0 } else { lasts };
    let key = key(visit, authorizer, &identity);
    let known = match lasts {
        0 => None,
        _ => cx.get(&ADMISSIONS, &key)?.filter(|row| row.until > cx.now()),
    };
    let (answer, took, fresh) = match known {
        Some(row) => (row.answer, Duration::ZERO, false),
        None => match ask(cx, visit, (authorizer, &identity, method_arn))? {
            Ok(answer) => (answer, cx.took(), true),
            Err(refusal) => return Ok(Err(refusal)),
        },
    };
    let Some(said) = read(&answer) else { return Ok(Err(Refusal::authorizer("AUTHORIZER_CONFIGURATION_ERROR"))) };
    let until = cx.now().after(Duration::from_secs(u64::try_from(lasts).unwrap_or_default()));
    let row = AdmissionRow { name: key.2.clone(), until, answer };
    let remembered = (fresh && lasts > 0).then_some(Remembered { key, row });
    let denied = match decide(cx, &said, method_arn) {
        Some(true) => None,
        Some(false) => Some(Refusal::not_authorized(true)),
        None => Some(Refusal::not_authorized(false)),
    };
    let Said { principal, policy: _, context, usage_key } = said;
    let (principal, took) = (Some(principal), Some(took));
    Ok(Ok(Admitted { principal, context, usage_key, took, remembered, denied, ..Admitted::default() }))
}

/// What identifies a client to the function, in the order in which the authorizer names it. Without one of them it is not asked.
fn identity(cx: &Cx, visit: &Visit<'_>, authorizer: &Authorizer) -> Result<Vec<String>, Refusal> {
    let sources = authorizer.identity_source.as_deref().unwrap_or_default();
    let sources = sources.split(',').map(str::trim).filter(|source| !source.is_empty());
    let mut values = Vec::new();
    for source in sources {
        let value = value(cx, visit, source).filter(|value| !value.is_empty());
        values.push(value.ok_or_else(|| Refusal::unauthorized("Unauthorized"))?);
    }
    let expression = authorizer.identity_validation_expression.as_deref().filter(|text| !text.is_empty());
    if let (Some(expression), Some(token)) = (expression, values.first()) {
        let whole = Regex::new(&format!("^(?:{expression})$"));
        if !whole.is_ok_and(|whole| whole.is_match(token)) {
            return Err(Refusal::unauthorized("Unauthorized"));
        }
    }
    Ok(values)
}

fn value(view: &View, visit: &Visit<'_>, source: &str) -> Option<String> {
    if let Some(name) = source.strip_prefix("method.request.header.") {
        return visit.request.header(name).map(str::to_owned);
    }
    if let Some(name) = source.strip_prefix("method.request.querystring.") {
        return pairs(&visit.request.query).into_iter().find(|(known, _)| known == name).map(|(_, value)| value);
    }
    if let Some(name) = source.strip_prefix("stageVariables.") {
        return visit.deployed.stage.variables.as_ref()?.get(name).cloned();
    }
    context::value(view, visit, source.strip_prefix("context.")?, None)
}

/// Whether a place of identities is one.
pub fn is_source(source: &str) -> bool {
    let known = ["method.request.header.", "method.request.querystring.", "stageVariables.", "context."];
    known.iter().any(|known| source.strip_prefix(known).is_some_and(|name| !name.is_empty()))
}

/// What was said holds for all methods of a stage, until something else is deployed to it.
fn key(visit: &Visit<'_>, authorizer: &Authorizer, identity: &[String]) -> (String, String, String) {
    let deployment = visit.deployed.stage.deployment_id.as_deref().unwrap_or_default();
    let id = authorizer.id.as_deref().unwrap_or_default();
    let sum = digest(&SHA256, json!(identity).to_string().as_bytes());
    let sum: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    (visit.named.api.to_owned(), visit.named.stage.to_owned(), format!("{deployment}/{id}/{sum}"))
}

/// Asks the function.
fn ask(
    cx: &mut Cx,
    visit: &Visit<'_>,
    (authorizer, identity, method_arn): (&Authorizer, &[String], &str),
) -> Result<Result<String, Refusal>> {
    let failed = || Refusal::authorizer("AUTHORIZER_FAILURE");
    let id = authorizer.id.as_deref().unwrap_or_default();
    let source = execute_arn(cx, visit.named.api, ("authorizers", id, ""));
    let uri = authorizer.authorizer_uri.as_deref().unwrap_or_default();
    let Some(function) = function(uri, visit.deployed.stage.variables.as_ref()) else {
        return Ok(Err(Refusal::authorizer("AUTHORIZER_CONFIGURATION_ERROR")));
    };
    let trace = visit.trace.told.clone();
    let event = match authorizer.type_.as_deref() {
        Some("TOKEN") => {
            json!({ "type": "TOKEN", "methodArn": method_arn, "authorizationToken": identity.first() })
        }
        _ => whole(cx, visit, (method_arn, &trace)),
    };
    let by = by(authorizer.authorizer_credentials.as_deref(), &source, &function).traced(Some(trace));
    let invoke = Invoke { function_name: function, payload: Some(Bytes::from(event.to_string())) };
    // The first error is no answer: the request runs again with it.
    let Ok(invoked) = cx.ask_within(&by, &invoke, Duration::from_millis(LONGEST_MILLIS)) else {
        return Ok(Err(failed()));
    };
    let payload = String::from_utf8_lossy(invoked.payload.as_deref().unwrap_or_default()).into_owned();
    if invoked.function_error.is_none() {
        return Ok(Ok(payload));
    }
    // A function says so by an error of this text.
    let error: Json = serde_json::from_str(&payload).unwrap_or_default();
    Ok(Err(match error.get("errorMessage").and_then(Json::as_str) {
        Some("Unauthorized") => Refusal::unauthorized("Unauthorized"),
        _ => failed(),
    }))
}

/// The event of an authorizer that sees the whole request but its body.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html>
fn whole(cx: &Cx, visit: &Visit<'_>, (method_arn, trace): (&str, &str)) -> Json {
    let nobody = Admitted::default();
    let Some(found) = &visit.found else { return Json::Null };
    let arrived = Arrived {
        request: visit.request,
        api: visit.named.api,
        stage: visit.named.stage,
        variables: visit.deployed.stage.variables.as_ref(),
        deployment: visit.deployed.stage.deployment_id.as_deref().unwrap_or_default(),
        resource: (&found.resource.id, &found.resource.path),
        path: visit.named.path,
        parameters: &found.variables,
        admitted: &nobody,
        keyed: None,
        binary: false,
    };
    let mut event = arrived.event(cx, trace);
    if let Some(members) = event.as_object_mut() {
        members.shift_remove("body");
        members.shift_remove("isBase64Encoded");
        members.insert("type".to_owned(), "REQUEST".into());
        members.insert("methodArn".to_owned(), method_arn.into());
    }
    event
}

/// What a function answered; `None` for what says nothing.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html>
fn read(answer: &str) -> Option<Said> {
    let answer: Json = serde_json::from_str(answer).ok()?;
    let text = |name: &str| answer.get(name).and_then(Json::as_str).map(str::to_owned);
    let policy = answer.get("policyDocument").filter(|policy| policy.is_object())?.to_string();
    // A context has no lists and no objects.
    let context = match answer.get("context") {
        None | Some(Json::Null) => Map::new(),
        Some(Json::Object(context)) if context.values().all(|v| !v.is_array() && !v.is_object()) => context.clone(),
        Some(_) => return None,
    };
    Some(Said { principal: text("principalId")?, policy, context, usage_key: text("usageIdentifierKey") })
}

/// Whether the policy allows a method, `Some(false)` where it says no, `None` where it says nothing.
fn decide(view: &View, said: &Said, method_arn: &str) -> Option<bool> {
    let limits = Limits { bytes: 16 << 10, depth: 32, statements: 100 };
    let document = Document::parse(&said.policy, limits).ok()?;
    let account = view.account().to_string();
    let arn = view.arn("iam", format!("user/{}", said.principal)).to_string();
    let principal = Principal::user(&arn, &said.principal);
    let mut context = Context::new();
    context.add("aws:SourceIp", view.request().source_ip.to_string());
    context.add("aws:UserAgent", view.request().user_agent.to_string());
    let request = policy::Request {
        action: "execute-api:Invoke",
        resource: method_arn,
        resource_account: &account,
        principal: &principal,
        context: &context,
    };
    let own = [Source { name: "the authorizer's policy", document: &document }];
    let decision = policy::evaluate(&request, &Policies { identity: &own, ..Policies::default() });
    match (decision.allowed, decision.reason) {
        (true, _) => Some(true),
        (false, Reason::ExplicitDeny(_)) => Some(false),
        (false, _) => None,
    }
}

/// A context as functions and logs get it: texts.
pub fn texts(context: &Map<String, Json>) -> IndexMap<String, String> {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    context.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_says_is_read_or_is_nothing() {
        let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let said =
            read(&format!(r#"{{"principalId":"a","policyDocument":{policy},"context":{{"n":7,"b":true,"s":"x"}}}}"#));
        let context = said.map(|said| texts(&said.context)).unwrap_or_default();
        assert_eq!(context.values().map(String::as_str).collect::<Vec<_>>(), ["7", "true", "x"]);
        for none in [
            "".to_owned(),
            "null".to_owned(),
            format!(r#"{{"policyDocument":{policy}}}"#),
            r#"{"principalId":"a"}"#.to_owned(),
            format!(r#"{{"principalId":"a","policyDocument":{policy},"context":{{"a":[]}}}}"#),
        ] {
            assert_eq!(read(&none), None, "{none}");
        }
        assert!(is_source("method.request.header.A") && is_source("context.httpMethod"));
        assert!(!is_source("method.request.header.") && !is_source("header.A"));
    }
}
