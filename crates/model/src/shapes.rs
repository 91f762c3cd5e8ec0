/// A shape's place in its model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ShapeId(pub(crate) u32);

/// The wire protocols of AWS.
/// <https://smithy.io/2.0/aws/protocols/index.html>
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Protocol {
    /// `Action=…` forms, XML replies.
    #[default]
    Query,
    /// EC2's dialect of it.
    Ec2,
    /// `X-Amz-Target` and JSON; the version is in [`Metadata::json_version`].
    Json,
    /// REST with JSON bodies.
    RestJson,
    /// REST with XML bodies.
    RestXml,
    /// Smithy RPC v2 with CBOR bodies.
    RpcV2Cbor,
    /// Smithy RPC v2 with JSON bodies.
    RpcV2Json,
}

/// What holds for a service as a whole.
#[derive(Debug, Default, Clone)]
pub struct Metadata {
    /// `2012-11-05`; Query services ask for it as `Version`.
    pub api_version: Box<str>,
    /// The prefix of the service's host name, such as `sqs`.
    pub endpoint_prefix: Box<str>,
    /// The name in the scope of signatures; the endpoint prefix where the model gives none.
    pub signing_name: Box<str>,
    /// The service's id, such as `SQS` or `API Gateway`.
    pub service_id: Box<str>,
    /// `AmazonSQS` in `X-Amz-Target: AmazonSQS.SendMessage`.
    pub target_prefix: Option<Box<str>>,
    /// `1.0` or `1.1`.
    pub json_version: Option<Box<str>>,
    /// The namespace of XML replies.
    pub xml_namespace: Option<Box<str>>,
    /// The protocols that the service speaks, its own choice first.
    pub protocols: Vec<Protocol>,
    /// Whether a JSON service still gives the error codes of its Query days (`x-amzn-query-error`).
    pub query_compatible: bool,
    /// `v4`, `s3`, `s3v4`, `bearer` …
    pub signature_version: Box<str>,
}

/// The HTTP form of an operation.
#[derive(Debug, Default, Clone)]
pub struct Http {
    /// `GET`, `POST` …
    pub method: Box<str>,
    /// The path and fixed query, such as `/2015-03-31/functions/{FunctionName}/invocations` or `/{Bucket}?acl`.
    pub uri: Box<str>,
    /// The status of a success.
    pub code: u16,
}

/// One operation.
#[derive(Debug, Default, Clone)]
pub struct Operation {
    /// Its name, such as `SendMessage`.
    pub name: Box<str>,
    /// Its HTTP form.
    pub http: Http,
    /// The structure that a request carries; `None` where it carries nothing.
    pub input: Option<ShapeId>,
    /// The element that wraps a REST-XML request's body.
    pub input_root: Option<Box<str>>,
    /// The namespace of that element.
    pub input_xml_namespace: Option<XmlNamespace>,
    /// The structure that a reply carries.
    pub output: Option<ShapeId>,
    /// `SendMessageResult` inside a Query reply.
    pub result_wrapper: Option<Box<str>>,
    /// The errors that the model lists.
    pub errors: Vec<ShapeId>,
    /// A template that goes before the host, such as `{AccountId}.`.
    pub host_prefix: Option<Box<str>>,
    /// Whether the operation is called without a signature (`AssumeRoleWithWebIdentity`).
    pub unsigned: bool,
    /// Whether the payload may be left out of the signature (`v4-unsigned-body`).
    pub unsigned_payload: bool,
    /// Whether a `Content-MD5` or checksum header is demanded.
    pub checksum_required: bool,
}

/// What a shape is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Kind {
    /// A structure.
    #[default]
    Structure,
    /// A structure of which exactly one member is set.
    Union,
    /// A list; its only member is the element.
    List,
    /// A map; its members are key and value.
    Map,
    /// A string or enumeration.
    String,
    /// A boolean.
    Boolean,
    /// 8 bits, signed.
    Byte,
    /// 16 bits, signed.
    Short,
    /// 32 bits, signed.
    Integer,
    /// 64 bits, signed.
    Long,
    /// 32 bits.
    Float,
    /// 64 bits.
    Double,
    /// Bytes.
    Blob,
    /// A moment.
    Timestamp,
    /// Free JSON-like data.
    Document,
}

/// How a moment is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TimestampFormat {
    /// `2026-11-22T06:35:00Z`
    Iso8601,
    /// `Sun, 22 Nov 2026 06:35:00 GMT`
    Rfc822,
    /// Seconds since 1970.
    Epoch,
}

/// Where a member stands in the message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Location {
    /// In the body.
    #[default]
    Body,
    /// In a header.
    Header,
    /// A map over all headers with a prefix.
    Headers,
    /// A label of the path.
    Uri,
    /// In the query string.
    QueryString,
    /// The reply's status code.
    StatusCode,
}

/// An XML namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlNamespace {
    /// Its URI.
    pub uri: Box<str>,
    /// Its prefix, if it has one.
    pub prefix: Option<Box<str>>,
}

/// What makes a structure an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorTrait {
    /// The code on the wire where it differs from the shape's name.
    pub code: Option<Box<str>>,
    /// The HTTP status; 400 for senders' and 500 for receivers' faults where the model gives none.
    pub status: Option<u16>,
    /// Whether the sender is at fault, where the model says so.
    pub sender_fault: Option<bool>,
}

/// A member of a structure, the element of a list, or the key or value of a map.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// Its name in the model.
    pub name: Box<str>,
    /// The shape of its content.
    pub shape: ShapeId,
    /// Whether it must be there.
    pub required: bool,
    /// Where it stands.
    pub location: Location,
    /// Its name on the wire where the model gives one (`locationName`).
    pub location_name: Option<Box<str>>,
    /// Its name in EC2's dialect where that differs.
    pub query_name: Option<Box<str>>,
    /// Whether a list or map stands in its parent without an element of its own.
    pub flattened: bool,
    /// Whether it is an attribute of its parent's element.
    pub xml_attribute: bool,
    /// Its XML namespace.
    pub xml_namespace: Option<XmlNamespace>,
    /// Its own way of writing a moment.
    pub timestamp_format: Option<TimestampFormat>,
    /// Whether it is JSON in base64 in a header.
    pub json_value: bool,
    /// Whether the client makes it up if absent.
    pub idempotency_token: bool,
    /// Whether it fills a label of the host's prefix.
    pub host_label: bool,
    /// Whether the body is streamed.
    pub streaming: bool,
    /// Whether it is the payload of an event.
    pub event_payload: bool,
    /// Whether it is a header of an event.
    pub event_header: bool,
}

impl Member {
    /// The name on the wire: the location name, else the member's own.
    pub fn wire_name(&self) -> &str {
        self.location_name.as_deref().unwrap_or(&self.name)
    }
}

/// A shape.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// Its name.
    pub name: Box<str>,
    /// What it is.
    pub kind: Kind,
    /// Members of a structure, the element of a list, or key and value of a map.
    pub members: Vec<Member>,
    /// The member that is the whole body.
    pub payload: Option<usize>,
    /// Least length, size or value.
    pub min: Option<f64>,
    /// Greatest length, size or value.
    pub max: Option<f64>,
    /// A regular expression (Java's dialect) for strings.
    pub pattern: Option<Box<str>>,
    /// The values of an enumeration; empty for plain strings.
    pub values: Vec<Box<str>>,
    /// Whether a list or map is flattened wherever it stands.
    pub flattened: bool,
    /// The element name of the shape itself.
    pub location_name: Option<Box<str>>,
    /// Its XML namespace.
    pub xml_namespace: Option<XmlNamespace>,
    /// How its moments are written.
    pub timestamp_format: Option<TimestampFormat>,
    /// What makes it an error.
    pub error: Option<ErrorTrait>,
    /// Whether it is a union of events in a stream.
    pub event_stream: bool,
    /// Whether it is one event of such a stream.
    pub event: bool,
    /// Whether its content is streamed.
    pub streaming: bool,
    /// Whether a stream's length must be told.
    pub requires_length: bool,
    /// Whether it must not be logged.
    pub sensitive: bool,
    /// Whether nulls may stand in a list or map.
    pub sparse: bool,
    /// Whether a list may hold no element twice.
    pub unique_items: bool,
    /// Whether its XML element is left out, as S3's `GetBucketLocation`.
    pub wrapper: bool,
}

impl Shape {
    /// The member called `name` with its index.
    pub fn member(&self, name: &str) -> Option<(usize, &Member)> {
        self.members.iter().enumerate().find(|(_, m)| &*m.name == name)
    }

    /// The element of a list.
    pub fn element(&self) -> Option<&Member> {
        self.members.first().filter(|_| self.kind == Kind::List)
    }

    /// Key and value of a map.
    pub fn entry(&self) -> Option<(&Member, &Member)> {
        match (self.kind, self.members.as_slice()) {
            (Kind::Map, [key, value]) => Some((key, value)),
            _ => None,
        }
    }
}
