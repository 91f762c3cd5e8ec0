use super::known::Known;
use super::{ErrorReply, document};
use crate::Reply;
use crate::codec::Switches;
use http::{HeaderName, HeaderValue, header};
use model::{Model, Protocol};
use quick_xml::escape::escape;
use shape::{Node, Peek, Value};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Query's and most REST-XML services' envelope.
/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization>
pub(super) fn wrapped(
    model: &Model,
    protocol: Protocol,
    switches: &Switches,
    known: &Known<'_>,
    error: &ErrorReply<'_>,
) -> Reply {
    let (inside, mut reply) = members(model, known, error);
    let namespace = model.metadata.xml_namespace.as_deref().or(switches.xml_namespace.as_deref());
    let namespace = namespace.map(|uri| format!(" xmlns=\"{}\"", escape(uri))).unwrap_or_default();
    let mut out = format!("<ErrorResponse{namespace}><Error>");
    element(&mut out, "Type", known.side());
    element(&mut out, "Code", known.code);
    message(&mut out, known, error);
    out.push_str(&inside);
    out.push_str("</Error>");
    element(&mut out, "RequestId", error.request_id);
    out.push_str("</ErrorResponse>");
    finish(&mut reply, out, if protocol == Protocol::RestXml { "application/xml" } else { "text/xml" });
    reply
}

/// S3's, where the error is the root.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses>
pub(super) fn unwrapped(model: &Model, known: &Known<'_>, error: &ErrorReply<'_>) -> Reply {
    let (inside, mut reply) = members(model, known, error);
    let mut out = format!("{DECLARATION}<Error>");
    element(&mut out, "Code", known.code);
    message(&mut out, known, error);
    out.push_str(&inside);
    element(&mut out, "RequestId", error.request_id);
    if !error.host_id.is_empty() {
        element(&mut out, "HostId", error.host_id);
    }
    out.push_str("</Error>");
    // https://www.rfc-editor.org/rfc/rfc9110#name-304-not-modified
    if known.status == 304 {
        out.clear();
    }
    finish(&mut reply, out, "application/xml");
    headers(&mut reply, error.members);
    reply
}

/// Members that are named as headers are: S3 tells the region of a bucket so, or what was deleted.
fn headers(reply: &mut Reply, members: Peek<'_>) {
    let Peek::Map(map) = members else { return };
    for (name, node) in (0..map.len()).filter_map(|i| map.at(i)).filter(|(name, _)| is_header(name)) {
        if let (Ok(name), Peek::Str(text)) = (HeaderName::from_bytes(name.as_bytes()), node.peek()) {
            reply.set(name, text);
        }
    }
}

fn is_header(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// EC2's.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response>
pub(super) fn ec2(model: &Model, known: &Known<'_>, error: &ErrorReply<'_>) -> Reply {
    let (inside, mut reply) = members(model, known, error);
    let mut out = format!("{DECLARATION}<Response><Errors><Error>");
    element(&mut out, "Code", known.code);
    message(&mut out, known, error);
    out.push_str(&inside);
    out.push_str("</Error></Errors>");
    element(&mut out, "RequestID", error.request_id);
    out.push_str("</Response>");
    finish(&mut reply, out, "text/xml;charset=UTF-8");
    reply
}

fn finish(reply: &mut Reply, body: String, content_type: &'static str) {
    reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply.body = body.into();
}

/// The message, whichever way it is given. Its element is `Message` however the model spells the member.
fn message(out: &mut String, known: &Known<'_>, error: &ErrorReply<'_>) {
    let modelled = known.message_member().map(|(index, member)| error.members.member(index, &member.name));
    match modelled {
        Some(Peek::Str(text)) => element(out, "Message", text),
        _ if error.message.is_empty() => {}
        _ => element(out, "Message", error.message),
    }
}

/// The elements of the members beside the message, and a reply with those that stand in headers.
fn members(model: &Model, known: &Known<'_>, error: &ErrorReply<'_>) -> (String, Reply) {
    let mut inside = String::new();
    let Some((id, shape)) = known.shape.filter(|_| !error.members.is_absent()) else {
        plain(&mut inside, error.members, is_header);
        return (inside, Reply::default());
    };
    let mut others = Value::of(error.members);
    if let (Value::Map(map), Some((_, member))) = (&mut others, known.message_member()) {
        map.shift_remove(&*member.name);
    }
    let mut reply = document(model, Protocol::RestXml, id, others.peek());
    reply.headers.remove("x-amzn-requestid");
    inside.push_str(within_root(&reply.body));
    plain(&mut inside, error.members, |name| is_header(name) || shape.member(name).is_some());
    (inside, reply)
}

/// The strings and numbers of a map that the model does not know.
fn plain(out: &mut String, members: Peek<'_>, modelled: impl Fn(&str) -> bool) {
    let Peek::Map(map) = members else { return };
    for (name, node) in (0..map.len()).filter_map(|i| map.at(i)).filter(|(name, _)| !modelled(name)) {
        match node.peek() {
            Peek::Str(text) => element(out, name, text),
            Peek::Int(number) => element(out, name, &number.to_string()),
            Peek::Bool(truth) => element(out, name, if truth { "true" } else { "false" }),
            _ => {}
        }
    }
}

/// What stands inside the root element of a document that the codec wrote.
fn within_root(document: &[u8]) -> &str {
    let text = std::str::from_utf8(document).unwrap_or_default();
    let root = text.find("?>").and_then(|at| text.get(at + 2..)).unwrap_or(text);
    let inside = root.split_once('>').and_then(|(_, after)| after.rsplit_once("</"));
    inside.map(|(inside, _)| inside).unwrap_or_default()
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    // XML 1.0 has no way to write most control characters.
    let clean = |c: char| if c < ' ' && !matches!(c, '\t' | '\n' | '\r') { '\u{fffd}' } else { c };
    if text.bytes().any(|b| b < b' ') {
        out.push_str(&escape(text.chars().map(clean).collect::<String>()));
    } else {
        out.push_str(&escape(text));
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}
