//! The `$context` variables of a request, as logs and templates name them.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html>

use crate::event::{clf, pairs};
use crate::refusal::Refusal;
use crate::visit::Visit;
use serde_json::{Value as Json, json};
use service::{CallerKind, HttpReply, View};

/// The value of a variable, by its name behind `$context.`; `None` where there is nothing to say.
pub fn value(view: &View, visit: &Visit<'_>, name: &str, reply: Option<&HttpReply>) -> Option<String> {
    if let Some(name) = name.strip_prefix("error.") {
        return error(visit.refusal.as_ref()?, name);
    }
    if let Some(name) = name.strip_prefix("identity.") {
        return identity(view, visit, name);
    }
    if let Some(name) = name.strip_prefix("authorizer.") {
        return authorizer(visit, name);
    }
    let info = view.request();
    let host = visit.request.host.split(':').next().unwrap_or_default();
    let resource = visit.found.as_ref().map(|found| found.resource);
    let millis = |duration: service::Duration| Some(duration.as_millis().to_string());
    let integration = visit.integration.as_ref();
    match name {
        "accountId" => Some(view.account().to_string()),
        "apiId" => Some(visit.named.api.to_owned()),
        "deploymentId" => visit.deployed.stage.deployment_id.clone(),
        "domainName" => Some(host.to_owned()),
        "domainPrefix" => host.split('.').next().map(str::to_owned),
        "awsEndpointRequestId" | "extendedRequestId" | "requestId" => Some(info.id.to_string()),
        "httpMethod" => Some(visit.request.method.clone()),
        "path" => Some(format!("/{}{}", visit.named.stage, visit.named.path)),
        "protocol" => Some("HTTP/1.1".to_owned()),
        "requestTime" => Some(clf(view)),
        "requestTimeEpoch" => Some((info.arrived.0 / 1000).to_string()),
        "resourceId" => resource.map(|resource| resource.id.clone()),
        "resourcePath" => resource.map(|resource| resource.path.clone()),
        "stage" => Some(visit.named.stage.to_owned()),
        "status" => reply.map(|reply| reply.status.to_string()),
        "responseLength" => reply.map(|reply| reply.body.len().to_string()),
        "responseLatency" => millis(view.now().since(info.arrived)),
        "xrayTraceId" => visit.trace.root().map(str::to_owned),
        "integrationLatency" | "integration.latency" => millis(integration?.took),
        "integrationStatus" | "integration.integrationStatus" => integration?.answered.map(|status| status.to_string()),
        "integration.status" => Some(integration?.invoked.to_string()),
        "integrationErrorMessage" | "integration.error" => integration?.error.clone(),
        _ => None,
    }
}

fn error(refusal: &Refusal, name: &str) -> Option<String> {
    match name {
        "message" => refusal.message.clone(),
        "messageString" => Some(json!(refusal.message).to_string()),
        "responseType" => Some(refusal.kind.to_owned()),
        "validationErrorString" => Some(refusal.validation.clone()).filter(|text| !text.is_empty()),
        _ => None,
    }
}

fn identity(view: &View, visit: &Visit<'_>, name: &str) -> Option<String> {
    let (info, caller) = (view.request(), view.caller());
    let signed = visit.admitted.by_iam && caller.kind != CallerKind::Anonymous;
    let of_caller = |text: String| signed.then_some(text);
    match name {
        "sourceIp" => Some(info.source_ip.to_string()),
        "userAgent" => Some(info.user_agent.to_string()),
        "accountId" => of_caller(caller.account.to_string()),
        "accessKey" => of_caller(caller.access_key.clone()),
        "apiKeyId" => visit.keyed.as_ref().map(|keyed| keyed.id.clone()),
        "apiKey" => visit.keyed.as_ref().map(|keyed| keyed.value.clone()),
        "caller" | "user" => of_caller(caller.user_id.clone()),
        "userArn" => of_caller(caller.arn.clone()),
        _ => None,
    }
}

fn authorizer(visit: &Visit<'_>, name: &str) -> Option<String> {
    let admitted = &visit.admitted;
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match name {
        "principalId" => admitted.principal.clone(),
        "latency" | "integrationLatency" => Some(admitted.took?.as_millis().to_string()),
        "status" | "integrationStatus" => admitted.took.map(|_| "200".to_owned()),
        name => match name.strip_prefix("claims.") {
            Some(claim) => admitted.claims.as_ref()?.get(claim).map(text),
            None => admitted.context.get(name).map(text),
        },
    }
}

/// The value of what a gateway response names without a dollar sign: `context.requestId`, `method.request.header.Origin`.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-gateway-response-using-the-console.html>
pub fn mapped(view: &View, visit: &Visit<'_>, expression: &str) -> Option<String> {
    if let Some(name) = expression.strip_prefix("context.") {
        return value(view, visit, name, None);
    }
    if let Some(name) = expression.strip_prefix("stageVariables.") {
        return visit.deployed.stage.variables.as_ref()?.get(name).cloned();
    }
    let (kind, name) = expression.strip_prefix("method.request.")?.split_once('.')?;
    match kind {
        "header" => visit.request.header(name).map(str::to_owned),
        "path" => visit.found.as_ref()?.variables.get(name).cloned(),
        "querystring" => {
            pairs(&visit.request.query).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
        }
        _ => None,
    }
}

/// Whether a text is an expression that [`mapped`] understands.
pub fn is_mapped(expression: &str) -> bool {
    let known = [
        "context.",
        "stageVariables.",
        "method.request.header.",
        "method.request.path.",
        "method.request.querystring.",
    ];
    known.iter().any(|known| expression.strip_prefix(known).is_some_and(|name| !name.is_empty()))
}

/// What a template names with a dollar sign.
const NAMED: [&str; 2] = ["context.", "stageVariables."];

/// A text with its variables filled in, by what stands behind the dollar signs.
pub fn filled(format: &str, value: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        rest = after;
        if !NAMED.iter().any(|named| after.starts_with(named)) {
            out.push('$');
            continue;
        }
        let letter = |c: char| c.is_ascii_alphanumeric() || "._-:".contains(c);
        let end = after.find(|c: char| !letter(c)).unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        // What stands at the end of a name may be the sentence's.
        let bare = name.trim_end_matches(['.', '-', ':']);
        out.push_str(&value(bare));
        out.push_str(name.get(bare.len()..).unwrap_or_default());
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Whether a text names nothing else with a dollar sign.
pub fn is_plain(format: &str) -> bool {
    format.split('$').skip(1).all(|after| NAMED.iter().any(|named| after.starts_with(named)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_wherever_they_stand() {
        let value = |name: &str| match name {
            "context.requestId" => "r".to_owned(),
            "context.identity.sourceIp" => "1.2.3.4".to_owned(),
            "stageVariables.a" => "b".to_owned(),
            _ => "-".to_owned(),
        };
        for (format, expect) in [
            ("$context.requestId", "r"),
            (
                "{\"id\":\"$context.requestId\",\"ip\":\"$context.identity.sourceIp\"}",
                "{\"id\":\"r\",\"ip\":\"1.2.3.4\"}",
            ),
            ("$context.requestId. [$context.none] $", "r. [-] $"),
            ("$stageVariables.a$$context.requestId", "b$r"),
            ("", ""),
        ] {
            assert_eq!(filled(format, value), expect);
        }
        assert!(is_plain("a $context.b $stageVariables.c") && !is_plain("$input.body") && !is_plain("$"));
        assert!(
            is_mapped("method.request.header.Origin") && !is_mapped("method.request.body") && !is_mapped("context.")
        );
    }
}
