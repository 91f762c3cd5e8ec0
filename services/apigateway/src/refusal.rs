//! What clients are told where an API does not answer them: gateway responses.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use crate::api::GatewayResponse;
use crate::context;
use crate::rest_api::unpacked;
use crate::state::Snapshot;
use serde_json::json;
use service::{HttpReply, Result};

/// Why a client is not answered: the type of the response, its status, the kind of error and the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The response's type, such as `UNAUTHORIZED`.
    pub kind: &'static str,
    /// The status where nothing was said of it.
    pub status: i64,
    /// `x-amzn-ErrorType`
    pub error: &'static str,
    /// The text; none where AWS tells nothing.
    pub message: Option<String>,
    /// `$context.error.validationErrorString`
    pub validation: String,
    /// Whether the usual body calls the text `Message`, as the judges of policies do, and not `message`.
    pub by_policy: bool,
}

/// All types with their statuses.
pub const KINDS: &[(&str, i64)] = &[
    ("ACCESS_DENIED", 403),
    ("API_CONFIGURATION_ERROR", 500),
    ("AUTHORIZER_CONFIGURATION_ERROR", 500),
    ("AUTHORIZER_FAILURE", 500),
    ("BAD_REQUEST_BODY", 400),
    ("BAD_REQUEST_PARAMETERS", 400),
    ("DEFAULT_4XX", 0),
    ("DEFAULT_5XX", 0),
    ("EXPIRED_TOKEN", 403),
    ("INTEGRATION_FAILURE", 504),
    ("INTEGRATION_TIMEOUT", 504),
    ("INVALID_API_KEY", 403),
    ("INVALID_SIGNATURE", 403),
    ("MISSING_AUTHENTICATION_TOKEN", 403),
    ("QUOTA_EXCEEDED", 429),
    ("REQUEST_TOO_LARGE", 413),
    ("RESOURCE_NOT_FOUND", 404),
    ("THROTTLED", 429),
    ("UNAUTHORIZED", 401),
    ("UNSUPPORTED_MEDIA_TYPE", 415),
    ("WAF_FILTERED", 403),
];

/// The body where nothing was said of it.
pub const USUAL_TEMPLATE: &str = "{\"message\":$context.error.messageString}";
/// The same where a policy was judged.
const POLICY_TEMPLATE: &str = "{\"Message\":$context.error.messageString}";

impl Refusal {
    fn of(kind: &'static str, status: i64, error: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { kind, status, error, message: Some(message.into()), validation: String::new(), by_policy: false }
    }

    /// Neither the API nor the stage is there, or it is not for this client.
    pub fn forbidden() -> Refusal {
        Refusal::of("ACCESS_DENIED", 403, "ForbiddenException", "Forbidden")
    }

    /// No method is there: AWS takes it for a call of its own that was not signed.
    pub fn missing_token() -> Refusal {
        let (kind, error) = ("MISSING_AUTHENTICATION_TOKEN", "MissingAuthenticationTokenException");
        Refusal::of(kind, 403, error, "Missing Authentication Token")
    }

    /// No token, or a wrong one.
    pub fn unauthorized(message: &str) -> Refusal {
        Refusal::of("UNAUTHORIZED", 401, "UnauthorizedException", message)
    }

    /// A policy says no. AWS tells no more than whose it is and that it does, and hides the account but for its end.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html>
    pub fn denied(message: &str) -> Refusal {
        let (said, why) = match message.split_once(" on resource: ") {
            None => (message.to_owned(), ""),
            Some((before, after)) => {
                let (resource, why) = after.split_once(' ').unwrap_or((after, ""));
                (format!("{before} on resource: {}", masked(resource)), why)
            }
        };
        let deny = if why.contains("explicit deny") { " with an explicit deny" } else { "" };
        let refusal = Refusal::of("ACCESS_DENIED", 403, "AccessDeniedException", said + deny);
        Refusal { by_policy: true, ..refusal }
    }

    /// An authorizer's function does not let a client in, by a statement or by saying nothing.
    pub fn not_authorized(explicitly: bool) -> Refusal {
        let deny = if explicitly { " with an explicit deny" } else { "" };
        let message = format!("User is not authorized to access this resource{deny}");
        Refusal { by_policy: true, ..Refusal::of("ACCESS_DENIED", 403, "AccessDeniedException", message) }
    }

    /// An authorizer's function failed (`AUTHORIZER_FAILURE`), or said what says nothing (`AUTHORIZER_CONFIGURATION_ERROR`).
    pub fn authorizer(kind: &'static str) -> Refusal {
        Refusal { message: None, ..Refusal::of(kind, 500, "AuthorizerConfigurationException", "") }
    }

    /// No key that may call this.
    pub fn no_key() -> Refusal {
        Refusal::of("INVALID_API_KEY", 403, "ForbiddenException", "Forbidden")
    }

    /// A key was used as often as its plan lets it.
    pub fn quota_exceeded() -> Refusal {
        Refusal::of("QUOTA_EXCEEDED", 429, "LimitExceededException", "Limit Exceeded")
    }

    /// Required parameters are not there, or blank.
    pub fn bad_parameters(missing: &[String]) -> Refusal {
        let message = format!("Missing required request parameters: [{}]", missing.join(", "));
        Refusal::of("BAD_REQUEST_PARAMETERS", 400, "BadRequestException", message)
    }

    /// The body does not keep to its model.
    pub fn bad_body(faults: &[String]) -> Refusal {
        let refusal = Refusal::of("BAD_REQUEST_BODY", 400, "BadRequestException", "Invalid request body");
        Refusal { validation: format!("[{}]", faults.join(", ")), ..refusal }
    }

    /// A media type for which there is no template.
    pub fn unsupported() -> Refusal {
        Refusal::of("UNSUPPORTED_MEDIA_TYPE", 415, "UnsupportedMediaTypeException", "Unsupported Media Type")
    }

    /// Too many requests, by the limits of the stage.
    pub fn throttled() -> Refusal {
        Refusal::of("THROTTLED", 429, "TooManyRequestsException", "Too Many Requests")
    }

    /// The body is larger than API Gateway takes.
    pub fn too_large() -> Refusal {
        Refusal::of("REQUEST_TOO_LARGE", 413, "RequestEntityTooLargeException", "Request Too Long")
    }

    /// What stands behind the API took too long.
    pub fn timed_out() -> Refusal {
        Refusal::of("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", "Endpoint request timed out")
    }

    /// What stands behind the API did not do its part.
    pub fn broken(status: i64) -> Refusal {
        let kind = if status == 504 { "INTEGRATION_FAILURE" } else { "API_CONFIGURATION_ERROR" };
        Refusal::of(kind, status, "InternalServerErrorException", "Internal server error")
    }

    /// The answer, as the API's makers would have it; `value` is what an expression of theirs stands for (`context::mapped`).
    pub fn answer(&self, snapshot: Option<&Snapshot>, value: &dyn Fn(&str) -> Option<String>) -> Result<HttpReply> {
        let usual = if self.status < 500 { "DEFAULT_4XX" } else { "DEFAULT_5XX" };
        let changed = snapshot.map(|snapshot| &snapshot.responses);
        let of = |kind: &str| changed.and_then(|all| all.iter().find(|response| response.name == kind));
        let own = of(self.kind);
        let default = of(usual);
        let read = |row: Option<&crate::state::PartRow>| row.map(|row| unpacked::<GatewayResponse>(&row.settings));
        let (own, default) = (read(own).transpose()?, read(default).transpose()?);
        let status = own.as_ref().or(default.as_ref()).and_then(|response| response.status_code.as_deref());
        let status = status.and_then(|status| status.parse().ok()).unwrap_or(self.status);
        let chosen = own.or(default).unwrap_or_default();
        let template = chosen.response_templates.as_ref().and_then(|templates| templates.get("application/json"));
        let usual = if self.by_policy { POLICY_TEMPLATE } else { USUAL_TEMPLATE };
        let body = context::filled(template.map_or(usual, String::as_str), |name| self.named(name, value));
        let reply =
            HttpReply::new(status, body).with("content-type", "application/json").with("x-amzn-ErrorType", self.error);
        let parameters = chosen.response_parameters.unwrap_or_default();
        let headers = parameters.iter().filter_map(|(name, expression)| {
            let said = literal(expression).map(str::to_owned).or_else(|| value(expression));
            Some((name.strip_prefix("gatewayresponse.header.")?, said?))
        });
        Ok(headers.fold(reply, |reply, (name, value)| reply.with(name, value)))
    }

    /// What a template's variable stands for.
    fn named(&self, name: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
        match name {
            "context.error.messageString" => json!(self.message).to_string(),
            "context.error.message" => self.message.clone().unwrap_or_default(),
            // It stands within a string of JSON.
            "context.error.validationErrorString" => {
                let quoted = json!(self.validation).to_string();
                quoted.trim_matches('"').to_owned()
            }
            "context.error.responseType" => self.kind.to_owned(),
            name => value(name).unwrap_or_default(),
        }
    }
}

/// An ARN whose account shows its last four digits alone.
fn masked(arn: &str) -> String {
    let hide = |(at, part): (usize, &str)| match part.get(8..) {
        Some(end) if at == 4 => format!("********{end}"),
        _ => part.to_owned(),
    };
    arn.splitn(6, ':').enumerate().map(hide).collect::<Vec<_>>().join(":")
}

/// A constant: what stands between single quotation marks.
pub fn literal(value: &str) -> Option<&str> {
    value.strip_prefix('\'')?.strip_suffix('\'')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest_api::packed;
    use crate::state::PartRow;
    use service::IndexMap;

    #[test]
    fn a_policys_denial_hides_the_account() {
        let check = |text: &str, expect: &str| assert_eq!(Refusal::denied(text).message.as_deref(), Some(expect));
        check(
            "User: anonymous is not authorized to perform: execute-api:Invoke on resource: \
             arn:aws:execute-api:us-east-1:123456789012:a1/dev/GET/x with an explicit deny in a resource-based policy",
            "User: anonymous is not authorized to perform: execute-api:Invoke on resource: \
             arn:aws:execute-api:us-east-1:********9012:a1/dev/GET/x with an explicit deny",
        );
        check(
            "User: x is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:123456789012:a1/b \
             because no identity-based policy allows the execute-api:Invoke action",
            "User: x is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********9012:a1/b",
        );
    }

    #[test]
    fn makers_of_an_api_may_say_what_its_clients_are_told() {
        let map = |pairs: &[(&str, &str)]| -> Option<IndexMap<String, String>> {
            Some(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
        };
        let response = GatewayResponse {
            status_code: Some("418".to_owned()),
            response_parameters: map(&[("gatewayresponse.header.Access-Control-Allow-Origin", "'*'")]),
            response_templates: map(&[("application/json", "{\"why\":\"$context.error.message\"}")]),
            ..GatewayResponse::default()
        };
        let part = |name: &str| PartRow { name: name.to_owned(), settings: packed(&response) };
        let told = |responses: Vec<PartRow>| {
            let snapshot = Snapshot { responses, ..Snapshot::default() };
            let reply = Refusal::unauthorized("Unauthorized").answer(Some(&snapshot), &|_| None).unwrap_or_default();
            (reply.status, String::from_utf8_lossy(&reply.body).into_owned(), reply.headers.len())
        };
        assert_eq!(told(vec![]), (401, "{\"message\":\"Unauthorized\"}".to_owned(), 2));
        for kind in ["UNAUTHORIZED", "DEFAULT_4XX"] {
            assert_eq!(told(vec![part(kind)]), (418, "{\"why\":\"Unauthorized\"}".to_owned(), 3), "{kind}");
        }
        assert_eq!(told(vec![part("DEFAULT_5XX"), part("THROTTLED")]).0, 401);
    }
}
