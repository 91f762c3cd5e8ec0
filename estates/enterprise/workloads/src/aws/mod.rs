//! AWS's APIs, over plain HTTP requests that are signed here.

pub mod dynamodb;
pub mod events;
mod network;
pub mod s3;
mod sigv4;
pub mod sns;
pub mod xray;

use crate::clock;
use crate::failure::Failure;
use crate::settings::Settings;
pub use network::Network;
use serde_json::Value;
use sigv4::{Credentials, Signing};
use std::fmt;
use std::time::Duration;

/// The longest that one call may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// A call that got no answer, or a failure of AWS's, is made once more. Waits are left to who called the function: Lambda,
/// Step Functions and clients all try again with growing ones.
const ATTEMPTS: usize = 2;
/// What DynamoDB and others name calls that come too often.
const THROTTLES: [&str; 6] = [
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// A service of AWS's.
pub struct Service {
    /// What it is called in traces and logs.
    pub name: &'static str,
    /// Its name in hosts and in signatures.
    pub prefix: &'static str,
}

/// One request to AWS.
pub struct Call {
    pub service: &'static Service,
    pub operation: &'static str,
    pub method: &'static str,
    /// Encoded as it is sent.
    pub path: String,
    /// The bucket, where it stands before S3's host.
    pub bucket: Option<String>,
    /// Headers beside those that every request has, in small letters.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// What it is about, as X-Ray names it: `("table_name", …)`.
    pub resource: Option<(&'static str, String)>,
}

/// What AWS answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub request_id: Option<String>,
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON; `null` where there is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What AWS did not do.
#[derive(Debug, Default)]
pub struct AwsError {
    pub service: &'static str,
    pub operation: &'static str,
    /// AWS's name of it, or `Unreachable`, `Timeout`.
    pub code: String,
    pub message: String,
    /// `None` where no answer came.
    pub status: Option<u16>,
    pub request_id: Option<String>,
    /// What came with it.
    pub body: Value,
}

impl AwsError {
    /// Whether it was turned away for coming too often.
    pub fn is_throttled(&self) -> bool {
        THROTTLES.contains(&self.code.as_str())
    }

    /// Whether the same call may well be answered now.
    fn is_worth_another_try(&self) -> bool {
        self.status.is_none_or(|status| status >= 500) && self.code != "Timeout"
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}: {}", self.service, self.operation, self.code, self.message)
    }
}

/// A request as it goes out.
pub struct Outgoing<'a> {
    pub method: &'static str,
    pub url: String,
    /// All but `host`, which follows from the URL.
    pub headers: Vec<(&'static str, String)>,
    pub body: &'a [u8],
}

/// An answer as it comes in: status, the headers of AWS's ids, body.
pub struct Incoming {
    pub status: u16,
    pub request_id: Option<String>,
    /// `x-amzn-errortype`
    pub error_type: Option<String>,
    pub body: Vec<u8>,
}

/// What carries requests: the network, or a test.
pub trait Carrier {
    /// Sends a request and waits for its answer; the error is a code and a text.
    fn send(&self, request: &Outgoing<'_>, patience: Duration) -> Result<Incoming, (&'static str, String)>;
}

/// AWS, as one function's role sees it.
pub struct Aws {
    region: String,
    /// What stands in AWS's place: `AWS_ENDPOINT_URL`, without a slash at its end.
    endpoint: Option<String>,
    credentials: Credentials,
    carrier: Box<dyn Carrier>,
}

impl Aws {
    /// The region, credentials and endpoint of the environment.
    pub fn new(settings: &Settings, carrier: Box<dyn Carrier>) -> Result<Aws, Failure> {
        let credentials = Credentials {
            access_key: settings.text("AWS_ACCESS_KEY_ID")?.to_owned(),
            secret_key: settings.text("AWS_SECRET_ACCESS_KEY")?.to_owned(),
            token: settings.optional("AWS_SESSION_TOKEN").map(str::to_owned),
        };
        let endpoint = settings.optional("AWS_ENDPOINT_URL").map(|url| url.trim_end_matches('/').to_owned());
        Ok(Aws { region: settings.text("AWS_REGION")?.to_owned(), endpoint, credentials, carrier })
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Makes a call, within this time.
    pub fn call(&self, call: &Call, left: Duration) -> Result<Reply, AwsError> {
        let mut left = left;
        let mut answer = self.attempt(call, left.min(PATIENCE));
        for _ in 1..ATTEMPTS {
            match &answer {
                Err(error) if error.is_worth_another_try() => {
                    left = left.saturating_sub(PATIENCE);
                    answer = self.attempt(call, left.min(PATIENCE));
                }
                _ => break,
            }
        }
        answer
    }

    fn attempt(&self, call: &Call, patience: Duration) -> Result<Reply, AwsError> {
        let failed = |code: &str, message: String| AwsError {
            service: call.service.name,
            operation: call.operation,
            code: code.to_owned(),
            message,
            ..AwsError::default()
        };
        if patience.is_zero() {
            return Err(failed("Timeout", "no time is left for this call".to_owned()));
        }
        let outgoing = self.signed(call);
        let incoming = self.carrier.send(&outgoing, patience).map_err(|(code, text)| failed(code, text))?;
        if (200..300).contains(&incoming.status) {
            return Ok(Reply { status: incoming.status, request_id: incoming.request_id, body: incoming.body });
        }
        let (code, message, body) = told(&incoming);
        Err(AwsError { status: Some(incoming.status), request_id: incoming.request_id, body, ..failed(&code, message) })
    }

    fn signed<'c>(&self, call: &'c Call) -> Outgoing<'c> {
        let (base, path) = self.place(call);
        let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host).to_owned();
        let signing = Signing {
            method: call.method,
            host: &host,
            path: &path,
            headers: &call.headers,
            body: &call.body,
            region: &self.region,
            service: call.service.prefix,
            time: clock::since_epoch(),
        };
        let headers = signing.headers(&self.credentials);
        Outgoing { method: call.method, url: format!("{base}{path}"), headers, body: &call.body }
    }

    /// Where a call goes. Buckets stand before AWS's host, and in the path of what stands in its place.
    fn place(&self, call: &Call) -> (String, String) {
        let (prefix, region) = (call.service.prefix, &self.region);
        match (&self.endpoint, &call.bucket) {
            (Some(endpoint), Some(bucket)) => (endpoint.clone(), format!("/{bucket}{}", call.path)),
            (Some(endpoint), None) => (endpoint.clone(), call.path.clone()),
            (None, Some(bucket)) => (format!("https://{bucket}.{prefix}.{region}.amazonaws.com"), call.path.clone()),
            (None, None) => (format!("https://{prefix}.{region}.amazonaws.com"), call.path.clone()),
        }
    }
}

/// The code, the text and the body of an error, in any of AWS's protocols.
fn told(incoming: &Incoming) -> (String, String, Value) {
    let text = String::from_utf8_lossy(&incoming.body);
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    let member = |names: &[&str]| names.iter().find_map(|name| body.get(name)?.as_str()).map(str::to_owned);
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0.to_owned())
    };
    let code = member(&["__type", "code"]).or_else(|| incoming.error_type.clone()).or_else(|| element("Code"));
    // `com.amazonaws.dynamodb.v20120810#ThrottlingException`, `AccessDeniedException:http://…`
    let code = code.unwrap_or_else(|| format!("Http{}", incoming.status));
    let code = code.rsplit('#').next().unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
    let message = member(&["message", "Message"]).or_else(|| element("Message")).unwrap_or_default();
    (code, message, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Script, answer};

    fn aws(script: Script, endpoint: Option<&str>) -> Aws {
        let mut pairs =
            vec![("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_REGION", "eu-west-1")];
        pairs.extend(endpoint.map(|url| ("AWS_ENDPOINT_URL", url)));
        Aws::new(&Settings::of(&pairs), Box::new(script)).unwrap()
    }

    const LONG: Duration = Duration::from_secs(9);

    #[test]
    fn calls_go_to_aws_or_to_what_stands_in_its_place() {
        let (put, send) = (s3::put("lake", "a b/c", "text/plain", b"x".to_vec()), xray::put(&[]));
        for (endpoint, bucket, plain) in [
            (
                None,
                "https://lake.s3.eu-west-1.amazonaws.com/a%20b/c",
                "https://xray.eu-west-1.amazonaws.com/TraceSegments",
            ),
            (
                Some("http://127.0.0.1:4566/"),
                "http://127.0.0.1:4566/lake/a%20b/c",
                "http://127.0.0.1:4566/TraceSegments",
            ),
        ] {
            let script = Script::of([answer(200, ""), answer(200, "")]);
            let (seen, aws) = (script.seen(), aws(script, endpoint));
            aws.call(&put, LONG).unwrap();
            aws.call(&send, LONG).unwrap();
            let urls: Vec<String> = seen.borrow().iter().map(|sent| sent.url.clone()).collect();
            assert_eq!(urls, [bucket, plain]);
        }
    }

    #[test]
    fn failures_of_aws_are_tried_once_more_and_refusals_are_not() {
        let script = Script::of([answer(500, ""), answer(200, "{\"a\":1}")]);
        let reply = aws(script, None).call(&xray::put(&[]), LONG).unwrap();
        assert_eq!(reply.json()["a"], 1);
        let denied = "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"no\"}";
        let script = Script::of([answer(400, denied)]);
        let error = aws(script, None).call(&xray::put(&[]), LONG).unwrap_err();
        assert_eq!((error.code.as_str(), error.message.as_str()), ("AccessDeniedException", "no"));
        let script =
            Script::of([answer(403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")]);
        let error = aws(script, None).call(&s3::put("b", "k", "x", Vec::new()), LONG).unwrap_err();
        assert_eq!((error.code.as_str(), error.message.as_str()), ("AccessDenied", "Access Denied"));
    }

    #[test]
    fn without_time_no_call_is_made() {
        let error = aws(Script::of([]), None).call(&xray::put(&[]), Duration::ZERO).unwrap_err();
        assert_eq!(error.code, "Timeout");
    }
}
