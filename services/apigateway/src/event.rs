//! The event that a function gets for a request: payload format 1.0.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format>

use crate::authorizer::Admitted;
use crate::function_authorizer;
use crate::usage::Keyed;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};
use service::{CallerKind, HttpRequest, IndexMap, View};

/// A request on its way to a function.
pub struct Arrived<'a> {
    /// The request.
    pub request: &'a HttpRequest,
    /// The API's id.
    pub api: &'a str,
    /// The stage's name.
    pub stage: &'a str,
    /// The stage's variables.
    pub variables: Option<&'a IndexMap<String, String>>,
    /// The deployment's id.
    pub deployment: &'a str,
    /// The resource's id and path.
    pub resource: (&'a str, &'a str),
    /// The path behind the stage.
    pub path: &'a str,
    /// What stands in the places of the resource's variables.
    pub parameters: &'a IndexMap<String, String>,
    /// Who was let in.
    pub admitted: &'a Admitted,
    /// The key that was shown.
    pub keyed: Option<&'a Keyed>,
    /// Whether the body is bytes, by its media type.
    pub binary: bool,
}

/// Names of headers as API Gateway writes them; others stay as they came.
const NAMES: &[&str] = &[
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cache-Control",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Host",
    "Origin",
    "Referer",
    "User-Agent",
    "X-Amz-Date",
    "X-Amz-Security-Token",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
];

impl Arrived<'_> {
    /// The event.
    pub fn event(&self, view: &View, trace: &str) -> Json {
        let request = self.request;
        let headers = self.headers(view, trace);
        let query = pairs(&request.query);
        let body = match (request.body.is_empty(), self.binary) {
            (true, _) => Json::Null,
            (false, true) => json!(STANDARD.encode(&request.body)),
            (false, false) => json!(String::from_utf8_lossy(&request.body)),
        };
        json!({
            "resource": self.resource.1,
            "path": self.path,
            "httpMethod": request.method,
            "headers": last(&headers),
            "multiValueHeaders": all(&headers),
            "queryStringParameters": last(&query),
            "multiValueQueryStringParameters": all(&query),
            "pathParameters": texts(self.parameters),
            "stageVariables": self.variables.map_or(Json::Null, texts),
            "requestContext": self.context(view),
            "body": body,
            "isBase64Encoded": self.binary && !request.body.is_empty(),
        })
    }

    fn headers(&self, view: &View, trace: &str) -> Vec<(String, String)> {
        let secure = view.request().secure;
        let written = |name: &str| {
            let known = NAMES.iter().find(|known| known.eq_ignore_ascii_case(name));
            known.map_or_else(|| name.to_owned(), |known| (*known).to_owned())
        };
        let dropped = ["connection", "transfer-encoding", "x-amzn-trace-id"];
        let own = self.request.headers.iter().filter(|header| !dropped.contains(&header.name.as_str()));
        let mut headers: Vec<(String, String)> =
            own.map(|header| (written(&header.name), header.value.clone())).collect();
        let before = headers.iter().position(|(name, _)| name == "X-Forwarded-For").map(|at| headers.remove(at).1);
        let from = view.request().source_ip.to_string();
        let from = before.map_or_else(|| from.clone(), |before| format!("{before}, {from}"));
        headers.push(("X-Amzn-Trace-Id".to_owned(), trace.to_owned()));
        headers.push(("X-Forwarded-For".to_owned(), from));
        headers.push(("X-Forwarded-Port".to_owned(), if secure { "443" } else { "80" }.to_owned()));
        headers.push(("X-Forwarded-Proto".to_owned(), if secure { "https" } else { "http" }.to_owned()));
        headers
    }

    fn context(&self, view: &View) -> Json {
        let (info, request) = (view.request(), self.request);
        let id = info.id.to_string();
        let host = request.host.split(':').next().unwrap_or_default();
        let signed = self.admitted.by_iam && view.caller().kind != CallerKind::Anonymous;
        let caller = |text: &str| if signed { json!(text) } else { Json::Null };
        let mut context = json!({
            "resourceId": self.resource.0,
            "resourcePath": self.resource.1,
            "httpMethod": request.method,
            "extendedRequestId": id,
            "requestTime": clf(view),
            "path": format!("/{}{}", self.stage, self.path),
            "accountId": view.account().to_string(),
            "protocol": "HTTP/1.1",
            "stage": self.stage,
            "domainPrefix": host.split('.').next().unwrap_or_default(),
            // When it came, not when it is looked at again: the handler runs once more with the answer to this very question.
            "requestTimeEpoch": view.request().arrived.0 / 1000,
            "requestId": id,
            "identity": {
                "cognitoIdentityPoolId": null,
                "accountId": caller(&view.caller().account.to_string()),
                "cognitoIdentityId": null,
                "caller": caller(&view.caller().user_id),
                "sourceIp": &*info.source_ip,
                "principalOrgId": null,
                "accessKey": caller(&view.caller().access_key),
                "cognitoAuthenticationType": null,
                "cognitoAuthenticationProvider": null,
                "userArn": caller(&view.caller().arn),
                "userAgent": &*info.user_agent,
                "user": caller(&view.caller().user_id),
            },
            "domainName": host,
            "deploymentId": self.deployment,
            "apiId": self.api,
        });
        if let (Some(authorizer), Some(context)) = (self.authorizer(), context.as_object_mut()) {
            context.insert("authorizer".to_owned(), authorizer);
        }
        if let (Some(keyed), Some(identity)) = (self.keyed, context["identity"].as_object_mut()) {
            identity.insert("apiKey".to_owned(), json!(keyed.value));
            identity.insert("apiKeyId".to_owned(), json!(keyed.id));
        }
        context
    }

    /// What an authorizer said, all of it texts.
    fn authorizer(&self) -> Option<Json> {
        if let Some(claims) = &self.admitted.claims {
            return Some(json!({"claims": written(claims)}));
        }
        let texts =
            function_authorizer::texts(&self.admitted.context).into_iter().map(|(name, text)| (name, Json::from(text)));
        let mut said: Map<String, Json> = texts.collect();
        said.insert("principalId".to_owned(), json!(self.admitted.principal.as_ref()?));
        let took = self.admitted.took.unwrap_or_default();
        said.insert("integrationLatency".to_owned(), json!(u64::try_from(took.as_millis()).unwrap_or_default()));
        Some(Json::Object(said))
    }
}

/// Claims as functions get them: texts, whatever they were in the token.
fn written(claims: &Map<String, Json>) -> Json {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        Json::Array(list) => list.iter().map(|v| v.as_str().unwrap_or_default()).collect::<Vec<_>>().join(","),
        value => value.to_string(),
    };
    Json::Object(claims.iter().map(|(name, value)| (name.clone(), json!(text(value)))).collect())
}

/// The common log format, as `requestTime` has it: `22/Nov/2026:14:00:00 +0000`.
pub fn clf(view: &View) -> String {
    // From `Sun, 22 Nov 2026 14:00:00 GMT`.
    let date = view.request().arrived.http_date();
    let mut words = date.split(' ').skip(1);
    let mut word = || words.next().unwrap_or_default().to_owned();
    format!("{}/{}/{}:{} +0000", word(), word(), word(), word())
}

/// The parameters of a query string, unescaped.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (unescaped(&name.replace('+', " ")), unescaped(&value.replace('+', " ")))
    };
    parts.map(pair).collect()
}

/// The last value of each name.
fn last(pairs: &[(String, String)]) -> Json {
    let map: Map<String, Json> = pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    if map.is_empty() { Json::Null } else { Json::Object(map) }
}

/// All values of each name.
fn all(pairs: &[(String, String)]) -> Json {
    let mut map: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for (name, value) in pairs {
        map.entry(name).or_default().push(value);
    }
    if map.is_empty() { Json::Null } else { json!(map) }
}

fn texts(map: &IndexMap<String, String>) -> Json {
    if map.is_empty() { Json::Null } else { json!(map) }
}

/// A text without its percent-encoding. What is no UTF-8 then stays as it came.
pub fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_a_browser_writes_them() {
        let read = pairs("a=1&b=x%20y&a=2&c&d=%C3%A9&e=%zz&f=a+b&&");
        let expect = [("a", "1"), ("b", "x y"), ("a", "2"), ("c", ""), ("d", "é"), ("e", "%zz"), ("f", "a b")];
        assert_eq!(read, expect.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(last(&read)["a"], json!("2"));
        assert_eq!(all(&read)["a"], json!(["1", "2"]));
        assert_eq!((last(&[]), all(&[])), (Json::Null, Json::Null));
    }
}
