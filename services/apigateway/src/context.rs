//! The `$context` variables of a request, as logs and templates name them.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html>

use crate::event::clf;
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
        "xrayTraceId" => visit.trace.segment.as_ref().map(|_| visit.trace.root.clone()),
        "integrationLatency" | "integration.latency" => millis(integration?.took),
        "integrationStatus" | "integration.integrationStatus" => integration?.answered.map(|status| status.to_string()),
        "integration.status" => Some(integration?.invoked.to_string()),
        "integrationErrorMessage" | "integration.error" => integration?.error.clone(),
        _ => None,
    }
}

fn error(refusal: &Refusal, name: &str) -> Option<String> {
    match name {
        "message" => Some(refusal.message.clone()),
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
        "caller" | "user" => of_caller(caller.user_id.clone()),
        "userArn" => of_caller(caller.arn.clone()),
        _ => None,
    }
}

fn authorizer(visit: &Visit<'_>, name: &str) -> Option<String> {
    let claim = name.strip_prefix("claims.")?;
    visit.admitted.claims.as_ref()?.get(claim).map(|value| match value {
        Json::String(text) => text.clone(),
        value => value.to_string(),
    })
}

/// A text with its variables filled in. What has no value is a hyphen, as in AWS's logs.
pub fn filled(format: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("$context.") {
        out.push_str(before);
        let letter = |c: char| c.is_ascii_alphanumeric() || "._-:".contains(c);
        let end = after.find(|c: char| !letter(c)).unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        // What stands at the end of a name may be the sentence's.
        let bare = name.trim_end_matches(['.', '-', ':']);
        out.push_str(value(bare).as_deref().unwrap_or("-"));
        out.push_str(name.get(bare.len()..).unwrap_or_default());
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_wherever_they_stand() {
        let value = |name: &str| match name {
            "requestId" => Some("r".to_owned()),
            "identity.sourceIp" => Some("1.2.3.4".to_owned()),
            _ => None,
        };
        for (format, expect) in [
            ("$context.requestId", "r"),
            (
                "{\"id\":\"$context.requestId\",\"ip\":\"$context.identity.sourceIp\"}",
                "{\"id\":\"r\",\"ip\":\"1.2.3.4\"}",
            ),
            ("$context.requestId. [$context.none] $", "r. [-] $"),
            ("", ""),
        ] {
            assert_eq!(filled(format, value), expect);
        }
    }
}
