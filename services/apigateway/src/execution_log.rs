//! Execution logs: what became of a request, for those who make the API. Of AWS's lines those that say what happened, without
//! the contents of requests and answers.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html#apigateway-cloudwatch-log-formats>

use crate::logs::{self, Lines};
use crate::stage_settings;
use crate::visit::Visit;
use service::{Cx, HttpReply, Result};

/// Writes a request's lines: all of them, or what went wrong, as the method's settings say.
pub fn write(cx: &mut Cx, visit: &Visit<'_>, reply: &HttpReply) -> Result<()> {
    let (Some(found), Some(verb)) = (&visit.found, visit.verb) else { return Ok(()) };
    let setting = stage_settings::of(&visit.deployed.stage, &found.resource.path, verb);
    let level = setting.and_then(|setting| setting.logging_level.as_deref()).unwrap_or("OFF");
    if level == "OFF" {
        return Ok(());
    }
    let id = cx.request().id.to_string();
    let mut told = Vec::new();
    if level == "INFO" {
        told.push(format!("Extended Request Id: {id}"));
        told.push(format!("Starting execution for request: {id}"));
        told.push(format!("HTTP Method: {}, Resource Path: {}", visit.request.method, visit.named.path));
    }
    told.extend(visit.integration.as_ref().and_then(|integration| integration.error.clone()));
    if let Some(refusal) = &visit.refusal {
        let of_body = (refusal.kind == "BAD_REQUEST_BODY").then(|| {
            let kind = visit.request.header("content-type").unwrap_or("application/json");
            format!("Request body does not match model schema for content type {kind}: {}", refusal.validation)
        });
        told.extend(of_body);
        told.push(format!("Gateway response type: {} with status code: {}", refusal.kind, reply.status));
    }
    if level == "INFO" {
        if visit.refusal.is_none() {
            told.push("Successfully completed execution".to_owned());
        }
        told.push(format!("Method completed with status: {}", reply.status));
    }
    let group = format!("{}{}/{}", logs::EXECUTION, visit.named.api, visit.named.stage);
    let texts = told.into_iter().map(|text| format!("({id}) {text}")).collect();
    logs::write(cx, (visit.named.api, visit.named.stage), Lines { group: &group, texts })
}
