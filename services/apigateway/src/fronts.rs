//! What clients of REST APIs ask, under an API's host or by a path that names it.

use crate::access;
use crate::refusal::Refusal;
use crate::tracing::{self, Asked};
use crate::visit::{Deployed, Visit};
use service::{Cx, Front, HttpReply, HttpRequest, Result, operation};

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

fn invoke(cx: &mut Cx, request: HttpRequest) -> Result<HttpReply> {
    let named = named(&request);
    let deployed = Deployed::find(cx, &named)?;
    let asked = deployed.as_ref().map(|Deployed { stage, name, .. }| Asked {
        request: &request,
        named: &named,
        api: name,
        stage,
    });
    let traced = tracing::begin(cx, &request, asked.as_ref());
    let reply = match &deployed {
        None => Refusal::forbidden().answer(None, &|_| None)?,
        Some(deployed) => Visit::new(&request, &named, (deployed, &traced)).answer(cx)?,
    };
    if let Some(asked) = &asked {
        tracing::finish(cx, &traced, asked, &reply)?;
    }
    let id = cx.request().id.to_string();
    let reply = reply.with("x-amzn-RequestId", id.clone()).with("x-amz-apigw-id", id);
    Ok(reply.with("X-Amzn-Trace-Id", traced.told))
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
    }
}
