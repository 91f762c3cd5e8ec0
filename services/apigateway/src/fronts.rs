//! What clients of REST APIs ask, under an API's host or by a path that names it.

use crate::access;
use crate::api::{Integration, Method, RestApi, Stage};
use crate::authorizer;
use crate::event::Arrived;
use crate::integration;
use crate::refusal::Refusal;
use crate::rest_api::{execute_arn, unpacked};
use crate::route;
use crate::state::{APIS, DEPLOYMENTS, STAGES, Snapshot};
use service::{Cx, Front, HttpReply, HttpRequest, Result, View, operation};

/// The largest body, in bytes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const LARGEST: usize = 10 << 20;

/// All of them: `/_aws/execute-api/<api>/<stage>/…` and `/restapis/<api>/<stage>/_user_request_/…` are the forms that
/// LocalStack's users know, for clients without names.
pub static FRONTS: &[Front] = &[Front {
    hosts: &["execute-api"],
    host_paths: &["/**"],
    paths: &["/_aws/execute-api/*/**", "/restapis/*/*/_user_request_/**"],
    signing_names: &["execute-api"],
    operation: operation!("Invoke", write, HttpRequest, invoke, access::invoke),
}];

/// What a request names.
#[derive(Debug, PartialEq)]
pub struct Named<'r> {
    /// The API's id.
    pub api: &'r str,
    /// The stage.
    pub stage: &'r str,
    /// The path behind it, which begins with a slash.
    pub path: &'r str,
}

/// What a request names, by its host or its path.
pub fn named(request: &HttpRequest) -> Named<'_> {
    let (api, rest) = if !request.host_rest.is_empty() {
        (request.host_rest.as_str(), request.path.trim_start_matches('/'))
    } else {
        let path = request.path.trim_start_matches('/');
        let path = path.strip_prefix("_aws/execute-api/").or_else(|| path.strip_prefix("restapis/")).unwrap_or(path);
        path.split_once('/').unwrap_or((path, ""))
    };
    let at = rest.find('/').unwrap_or(rest.len());
    let (stage, path) = rest.split_at(at);
    let path = path.strip_prefix("/_user_request_").filter(|_| request.path.starts_with("/restapis/")).unwrap_or(path);
    Named { api, stage, path: if path.is_empty() { "/" } else { path } }
}

/// A stage with what was deployed to it.
struct Deployed {
    stage: Stage,
    snapshot: Snapshot,
    name: String,
}

fn deployed(view: &View, named: &Named<'_>) -> Result<Option<Deployed>> {
    let Some(api) = view.get(&APIS, named.api)? else { return Ok(None) };
    let settings: RestApi = unpacked(&api.settings)?;
    if settings.disable_execute_api_endpoint == Some(true) {
        return Ok(None);
    }
    let Some(row) = view.get(&STAGES, &(api.id.clone(), named.stage.to_owned()))? else { return Ok(None) };
    let stage: Stage = unpacked(&row.settings)?;
    let deployment = stage.deployment_id.clone().unwrap_or_default();
    let deployment = view.get(&DEPLOYMENTS, &(api.id, deployment))?;
    let name = settings.name.unwrap_or_default();
    Ok(deployment.map(|deployment| Deployed { stage, snapshot: deployment.snapshot, name }))
}

fn invoke(cx: &mut Cx, request: HttpRequest) -> Result<HttpReply> {
    let trace = trace(cx, &request);
    let named = named(&request);
    let reply = match deployed(cx, &named)? {
        None => Refusal::forbidden().answer(None)?,
        Some(deployed) => {
            let reply = match answered(cx, (&request, &named), &deployed, &trace)? {
                Ok(reply) => reply,
                Err(refusal) => refusal.answer(Some(&deployed.snapshot))?,
            };
            measure(cx, &deployed.name, reply.status);
            reply
        }
    };
    let id = cx.request().id.to_string();
    Ok(reply.with("x-amzn-RequestId", id.clone()).with("x-amz-apigw-id", id).with("X-Amzn-Trace-Id", trace))
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html>
fn measure(cx: &mut Cx, api: &str, status: i64) {
    let one = |wrong: bool| if wrong { 1.0 } else { 0.0 };
    cx.meter("Count", ("ApiName", api), 1.0, "Count");
    cx.meter("4XXError", ("ApiName", api), one((400..500).contains(&status)), "Count");
    cx.meter("5XXError", ("ApiName", api), one(status >= 500), "Count");
}

fn answered(
    cx: &mut Cx,
    (request, named): (&HttpRequest, &Named<'_>),
    deployed: &Deployed,
    trace: &str,
) -> Result<Result<HttpReply, Refusal>> {
    let Deployed { stage, snapshot, name: _ } = deployed;
    if request.body.len() > LARGEST {
        return Ok(Err(Refusal::too_large()));
    }
    let Some(found) = route::find(&snapshot.resources, named.path) else { return Ok(Err(Refusal::missing_token())) };
    let of = |verb: &str| found.resource.methods.iter().find(|method| method.name == verb);
    let Some(method) = of(&request.method).or_else(|| of("ANY")) else { return Ok(Err(Refusal::missing_token())) };
    let arn = execute_arn(cx, named.api, (named.stage, &request.method, named.path));
    let method_arn = execute_arn(cx, named.api, (named.stage, &method.name, &found.resource.path));
    let method: Method = unpacked(&method.settings)?;
    let admitted = match authorizer::admit(cx, request, (snapshot, &method), arn.as_str())? {
        Ok(admitted) => admitted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(integration) = &method.method_integration else { return Ok(Err(Refusal::broken(500))) };
    let binary = |kind: &str| is_binary(&snapshot.binary, kind);
    let media_type = request.header("content-type").unwrap_or("application/json");
    if is_mock(integration) {
        return Ok(integration::mock(integration, media_type.split(';').next().unwrap_or_default().trim()));
    }
    let arrived = Arrived {
        request,
        api: named.api,
        stage: named.stage,
        variables: stage.variables.as_ref(),
        deployment: stage.deployment_id.as_deref().unwrap_or_default(),
        resource: (&found.resource.id, &found.resource.path),
        path: named.path,
        parameters: &found.variables,
        admitted: &admitted,
        binary: binary(media_type),
    };
    integration::ask(cx, (integration, &method_arn), &arrived, (trace, &binary))
}

fn is_mock(integration: &Integration) -> bool {
    integration.type_.as_deref() == Some("MOCK")
}

/// Whether a media type, or one of several, is among those that are bytes.
fn is_binary(types: &[String], given: &str) -> bool {
    let given = given.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    types.iter().any(|binary| binary == "*/*")
        || given.into_iter().any(|kind| types.iter().any(|binary| binary == kind))
}

/// The trace that a request belongs to: its client's, or a new one.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>
fn trace(cx: &mut Cx, request: &HttpRequest) -> String {
    if let Some(given) = request.header("x-amzn-trace-id").filter(|given| given.contains("Root=1-")) {
        return given.to_owned();
    }
    let (seconds, chance) = (cx.request().arrived.secs(), cx.entropy().u128() >> 32);
    format!("Root=1-{seconds:08x}-{chance:024x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_is_named_by_its_host_and_by_a_path() {
        for (rest, path, expect) in [
            ("a1", "/dev/orders/1", ("a1", "dev", "/orders/1")),
            ("a1", "/dev", ("a1", "dev", "/")),
            ("a1", "/", ("a1", "", "/")),
            ("", "/_aws/execute-api/a1/dev/orders", ("a1", "dev", "/orders")),
            ("", "/_aws/execute-api/a1", ("a1", "", "/")),
            ("", "/restapis/a1/dev/_user_request_/orders", ("a1", "dev", "/orders")),
            ("", "/restapis/a1/dev/_user_request_", ("a1", "dev", "/")),
        ] {
            let request = HttpRequest { host_rest: rest.to_owned(), path: path.to_owned(), ..HttpRequest::default() };
            let (api, stage, path) = expect;
            assert_eq!(named(&request), Named { api, stage, path });
        }
        let types = ["image/png".to_owned()];
        assert!(is_binary(&types, "image/png") && is_binary(&types, "text/html, image/png;q=1"));
        assert!(!is_binary(&types, "text/html") && is_binary(&["*/*".to_owned()], "x"));
    }
}
