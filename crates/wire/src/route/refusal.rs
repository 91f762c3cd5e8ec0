//! AWS's answers to requests for operations that are not there.

use crate::Reply;
use crate::codec::Switches;
use crate::error::{ErrorReply, encode_error};
use http::{HeaderName, HeaderValue, Method, header};
use model::{Model, Protocol};
use shape::{IndexMap, Node, Peek, Value};
use std::fmt;

/// How a REST service answers a path or method that is none of its operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownPath {
    /// 404 with the bare `<UnknownOperationException/>`, whatever the protocol: most services.
    /// <https://github.com/soto-project/soto/issues/580>
    #[default]
    UnknownOperation,
    /// 403 `Missing Authentication Token`: services whose front is an API Gateway.
    /// <https://repost.aws/knowledge-center/api-gateway-authentication-token-errors>
    MissingAuthenticationToken,
    /// 405 with the methods that the path takes, as S3 answers.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>
    MethodNotAllowed,
}

/// A request that asks for no operation of its service, as AWS answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteError {
    /// The protocol of the reply.
    pub protocol: Protocol,
    /// The error code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The text; empty where AWS sends none.
    pub message: String,
    members: Vec<(&'static str, String)>,
    allow: Vec<Method>,
    bare: bool,
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) {}", self.code, self.status, self.message)
    }
}

impl std::error::Error for RouteError {}

impl RouteError {
    fn new(protocol: Protocol, code: &'static str, status: u16, message: impl Into<String>) -> RouteError {
        let message = message.into();
        RouteError { protocol, code, status, message, members: Vec::new(), allow: Vec::new(), bare: false }
    }

    /// The target names no operation. AWS sends the code and no text, as 400.
    /// <https://github.com/aws/aws-sdk-net/issues/1536>
    pub(super) fn unknown_operation(protocol: Protocol) -> RouteError {
        let status = if protocol == Protocol::Json { 400 } else { 404 };
        RouteError::new(protocol, "com.amazon.coral.service#UnknownOperationException", status, "")
    }

    /// The request names no operation at all.
    pub(super) fn no_operation(protocol: Protocol) -> RouteError {
        match protocol {
            Protocol::Query | Protocol::Ec2 => RouteError::missing_action(protocol),
            Protocol::RpcV2Cbor | Protocol::RpcV2Json => RouteError::unknown_operation(protocol),
            _ => RouteError { bare: true, ..RouteError::new(protocol, "UnknownOperationException", 404, "") },
        }
    }

    /// A Query request without `Action`.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
    pub(super) fn missing_action(protocol: Protocol) -> RouteError {
        RouteError::new(protocol, "MissingAction", 400, "No action was supplied with this request.")
    }

    /// A Query request for an operation that is not there. EC2 words it in its own way; where the version is absent,
    /// the others say so in capitals.
    /// <https://github.com/ex-aws/ex_aws/pull/177>, <https://github.com/cognitect-labs/aws-api/issues/6>
    pub(super) fn invalid_action(protocol: Protocol, action: &str, version: Option<&str>) -> RouteError {
        let message = match protocol {
            Protocol::Ec2 => format!("The action {action} is not valid for this web service."),
            _ => {
                format!("Could not find operation {action} for version {}", version.unwrap_or("NO_VERSION_SPECIFIED"))
            }
        };
        RouteError::new(protocol, "InvalidAction", 400, message)
    }

    pub(super) fn missing_token(protocol: Protocol) -> RouteError {
        RouteError::new(protocol, "MissingAuthenticationTokenException", 403, "Missing Authentication Token")
    }

    /// `named` is how many segments the path has: none for the service, one for a bucket, more for an object.
    pub(super) fn method_not_allowed(
        protocol: Protocol,
        allow: Vec<Method>,
        method: &Method,
        named: usize,
    ) -> RouteError {
        let kind = match named {
            0 => "SERVICE",
            1 => "BUCKET",
            _ => "OBJECT",
        };
        let text = "The specified method is not allowed against this resource.";
        let members = vec![("Method", method.to_string()), ("ResourceType", kind.to_owned())];
        RouteError { members, allow, ..RouteError::new(protocol, "MethodNotAllowed", 405, text) }
    }

    /// The reply.
    pub fn reply(&self, model: &Model, switches: &Switches, request_id: &str) -> Reply {
        let members: IndexMap<String, Value> =
            self.members.iter().map(|(name, text)| ((*name).to_owned(), Value::Str(text.clone()))).collect();
        let members = Value::Map(members);
        let error = ErrorReply {
            code: self.code,
            status: self.status,
            message: &self.message,
            sender_fault: true,
            members: if self.members.is_empty() { Peek::Absent } else { members.peek() },
            request_id,
            host_id: "",
        };
        let mut reply = encode_error(model, self.protocol, switches, &error);
        if self.bare {
            reply.headers.remove(header::CONTENT_TYPE);
            reply.headers.insert(HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(self.code));
            reply.body = format!("<{}/>\n", self.code).into();
        }
        if !self.allow.is_empty() {
            let methods: Vec<&str> = self.allow.iter().map(Method::as_str).collect();
            reply.set(header::ALLOW, &methods.join(", "));
        }
        reply
    }
}

/// The code of the answer to an operation that AWS has and this build has not.
pub const NOT_IMPLEMENTED: &str = "NotImplemented";

/// The answer to an operation that AWS has and this build has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotImplemented {
    /// [`NOT_IMPLEMENTED`].
    pub code: &'static str,
    /// 400, see [`not_implemented`].
    pub status: u16,
    /// Names the operation and says what to do.
    pub message: String,
}

/// The answer to `service:operation`, which AWS has and this build has not.
///
/// Its status is 400 and not 501, because no SDK may try again: botocore retries 500, 502, 503 and 504 alone, but Ruby's
/// SDK retries every 5xx (`server?` of its `ErrorInspector` is 500 to 599).
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
pub fn not_implemented(service: &str, operation: &str) -> NotImplemented {
    let message = format!(
        "{service}:{operation} is not implemented here. `terrella services {service}` lists what is; \
         trying again will not help."
    );
    NotImplemented { code: NOT_IMPLEMENTED, status: 400, message }
}
