//! One client's request to an API: what happens to it, in order, and what is kept of it.

use crate::api::{Integration, Method, MethodSetting, RestApi, Stage};
use crate::authorizer::{self, Admitted};
use crate::event::Arrived;
use crate::fronts::Named;
use crate::integration::{self, Integrated};
use crate::metrics;
use crate::refusal::Refusal;
use crate::rest_api::{execute_arn, unpacked};
use crate::route::{self, Found};
use crate::state::{APIS, DEPLOYMENTS, STAGES, Snapshot};
use crate::tracing::Traced;
use crate::usage::{self, Called, Keyed};
use crate::{access_log, context, execution_log, stage_settings, validator};
use service::{Cx, HttpReply, HttpRequest, Limit, Result, View};

/// The largest body, in bytes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const LARGEST: usize = 10 << 20;

/// A stage with what was deployed to it.
pub struct Deployed {
    /// The stage.
    pub stage: Stage,
    /// What is served.
    pub snapshot: Snapshot,
    /// The API's name.
    pub name: String,
    /// Where API keys are found: `HEADER` or `AUTHORIZER`.
    pub key_source: Option<String>,
}

impl Deployed {
    /// What a request names, if it is served.
    pub fn find(view: &View, named: &Named<'_>) -> Result<Option<Deployed>> {
        let Some(api) = view.get(&APIS, named.api)? else { return Ok(None) };
        let settings: RestApi = unpacked(&api.settings)?;
        if settings.disable_execute_api_endpoint == Some(true) {
            return Ok(None);
        }
        let Some(row) = view.get(&STAGES, &(api.id.clone(), named.stage.to_owned()))? else { return Ok(None) };
        let stage: Stage = unpacked(&row.settings)?;
        let deployment = stage.deployment_id.clone().unwrap_or_default();
        let deployment = view.get(&DEPLOYMENTS, &(api.id, deployment))?;
        let (name, key_source) = (settings.name.unwrap_or_default(), settings.api_key_source);
        Ok(deployment.map(|deployment| Deployed { stage, snapshot: deployment.snapshot, name, key_source }))
    }
}

/// A request under way, with all that is known of it so far.
pub struct Visit<'a> {
    /// The request.
    pub request: &'a HttpRequest,
    /// What it names.
    pub named: &'a Named<'a>,
    /// What is served there.
    pub deployed: &'a Deployed,
    /// The trace to which it belongs.
    pub trace: &'a Traced,
    /// The resource that it means.
    pub found: Option<Found<'a>>,
    /// The method of the resource: `GET`, `ANY`.
    pub verb: Option<&'a str>,
    /// Who was let in.
    pub admitted: Admitted,
    /// By which key.
    pub keyed: Option<Keyed>,
    /// How the integration did.
    pub integration: Option<Integrated>,
    /// What the client was told instead of an answer.
    pub refusal: Option<Refusal>,
}

impl<'a> Visit<'a> {
    /// One that begins.
    pub fn new(
        request: &'a HttpRequest,
        named: &'a Named<'a>,
        (deployed, trace): (&'a Deployed, &'a Traced),
    ) -> Visit<'a> {
        Visit {
            request,
            named,
            deployed,
            trace,
            found: None,
            verb: None,
            admitted: Admitted::default(),
            keyed: None,
            integration: None,
            refusal: None,
        }
    }

    /// Answers the client.
    pub fn answer(mut self, cx: &mut Cx) -> Result<HttpReply> {
        let reply = match self.serve(cx)? {
            Ok(reply) => reply,
            Err(refusal) => {
                let value = |expression: &str| context::mapped(cx, &self, expression);
                let reply = refusal.answer(Some(&self.deployed.snapshot), &value)?;
                self.refusal = Some(refusal);
                reply
            }
        };
        self.end(cx, &reply)?;
        Ok(reply)
    }

    /// What is left of a request that was answered: samples, and lines in the logs.
    fn end(&self, cx: &mut Cx, reply: &HttpReply) -> Result<()> {
        if let Some(remembered) = &self.admitted.remembered {
            remembered.keep(cx)?;
        }
        if let Some(keyed) = &self.keyed {
            usage::count(cx, keyed)?;
        }
        metrics::measure(cx, self, reply.status);
        execution_log::write(cx, self, reply)?;
        access_log::write(cx, self, reply)
    }

    fn serve(&mut self, cx: &mut Cx) -> Result<Result<HttpReply, Refusal>> {
        let Deployed { stage, snapshot, .. } = self.deployed;
        if self.request.body.len() > LARGEST {
            return Ok(Err(Refusal::too_large()));
        }
        self.found = route::find(&snapshot.resources, self.named.path);
        let Some(found) = &self.found else { return Ok(Err(Refusal::missing_token())) };
        let (resource, variables) = (found.resource, found.variables.clone());
        let of = |verb: &str| resource.methods.iter().find(|method| method.name == verb);
        let Some(row) = of(&self.request.method).or_else(|| of("ANY")) else {
            return Ok(Err(Refusal::missing_token()));
        };
        self.verb = Some(&row.name);
        let method: Method = unpacked(&row.settings)?;
        if !has_room(cx, self, stage_settings::of(stage, &resource.path, &row.name)) {
            return Ok(Err(Refusal::throttled()));
        }
        let arn = execute_arn(cx, self.named.api, (self.named.stage, &self.request.method, self.named.path));
        match authorizer::admit(cx, self, (&method, arn.as_str()))? {
            Ok(admitted) => self.admitted = admitted,
            Err(refusal) => return Ok(Err(refusal)),
        }
        if let Some(refusal) = self.admitted.denied.take() {
            return Ok(Err(refusal));
        }
        if method.api_key_required == Some(true) {
            let called = Called { api: self.named.api, stage: self.named.stage, path: &resource.path, verb: &row.name };
            match usage::admit(cx, self.key(), &called)? {
                Ok(keyed) => self.keyed = Some(keyed),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        if let Err(refusal) = validator::check(snapshot, &method, (self.request, &variables))? {
            return Ok(Err(refusal));
        }
        match &method.method_integration {
            Some(integration) => self.integrate(cx, integration),
            None => Ok(Err(Refusal::broken(500))),
        }
    }

    /// The API key that came with the request, or that its authorizer gave it.
    fn key(&self) -> Option<&str> {
        match self.deployed.key_source.as_deref() {
            Some("AUTHORIZER") => self.admitted.usage_key.as_deref(),
            _ => self.request.header("x-api-key"),
        }
    }

    /// What stands behind the method answers.
    fn integrate(&mut self, cx: &mut Cx, integration: &Integration) -> Result<Result<HttpReply, Refusal>> {
        let media_type = self.request.header("content-type").unwrap_or("application/json");
        if integration.type_.as_deref() == Some("MOCK") {
            let media_type = media_type.split(';').next().unwrap_or_default().trim();
            let answer = integration::mock(integration, (media_type, &self.request.body));
            self.integration = Some(Integrated::at_once(&answer));
            return Ok(answer);
        }
        let (Some(found), Some(verb)) = (&self.found, self.verb) else { return Ok(Err(Refusal::broken(500))) };
        let stage = &self.deployed.stage;
        let binary = |kind: &str| is_binary(&self.deployed.snapshot.binary, kind);
        let method_arn = execute_arn(cx, self.named.api, (self.named.stage, verb, &found.resource.path));
        let arrived = Arrived {
            request: self.request,
            api: self.named.api,
            stage: self.named.stage,
            variables: stage.variables.as_ref(),
            deployment: stage.deployment_id.as_deref().unwrap_or_default(),
            resource: (&found.resource.id, &found.resource.path),
            path: self.named.path,
            parameters: &found.variables,
            admitted: &self.admitted,
            keyed: self.keyed.as_ref(),
            binary: binary(media_type),
        };
        let trace = self.trace.told.clone();
        let (integrated, answer) = integration::ask(cx, (integration, &method_arn), &arrived, (&trace, &binary))?;
        self.integration = integrated;
        Ok(answer)
    }
}

/// Whether a method may be called once more now, by the limits of its stage.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>
fn has_room(cx: &Cx, visit: &Visit<'_>, setting: Option<&MethodSetting>) -> bool {
    let rate = setting.and_then(|setting| setting.throttling_rate_limit).filter(|rate| *rate >= 0.0);
    // A request that runs again with an answer has its place already.
    let (Some(rate), false) = (rate, cx.has_asked()) else { return true };
    let burst = setting.and_then(|setting| setting.throttling_burst_limit).unwrap_or_default().max(0);
    let path = visit.found.as_ref().map(|found| found.resource.path.as_str()).unwrap_or_default();
    let bucket = format!("{}/{}/{}{path}", visit.named.api, visit.named.stage, visit.verb.unwrap_or_default());
    let limit = Limit { per_second: rate, most: burst as f64 };
    limit.most >= 1.0 && cx.draw(&bucket, limit, 1.0)
}

/// Whether a media type, or one of several, is among those that are bytes.
fn is_binary(types: &[String], given: &str) -> bool {
    let given = given.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    types.iter().any(|binary| binary == "*/*")
        || given.into_iter().any(|kind| types.iter().any(|binary| binary == kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_bytes_by_name() {
        let types = ["image/png".to_owned()];
        assert!(is_binary(&types, "image/png") && is_binary(&types, "text/html, image/png;q=1"));
        assert!(!is_binary(&types, "text/html") && is_binary(&["*/*".to_owned()], "x"));
    }
}
