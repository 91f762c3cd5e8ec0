//! From botocore's JSON to the tables of a [`Model`].

use crate::shapes::{
    ErrorTrait, Http, Kind, Location, Member, Metadata, Operation, Protocol, Shape, ShapeId, TimestampFormat,
    XmlNamespace,
};
use crate::{Model, Paginator};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::fmt;

/// The text is no model.
#[derive(Debug)]
pub struct ModelError(String);

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is no service model: {}", self.0)
    }
}

impl std::error::Error for ModelError {}

/// Objects keep their order, which is the members' order.
type Object = Map<String, Value>;

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    metadata: Object,
    #[serde(default)]
    operations: Object,
    #[serde(default)]
    shapes: Object,
    #[serde(default)]
    paginators: Object,
}

pub(crate) fn parse(json: &[u8]) -> Result<Model, ModelError> {
    let raw: Raw = serde_json::from_slice(json).map_err(|e| ModelError(e.to_string()))?;
    let mut model = Model { metadata: metadata(&raw.metadata), ..Model::default() };
    for (i, name) in raw.shapes.keys().enumerate() {
        model.by_shape.insert(name.as_str().into(), ShapeId(i as u32));
    }
    for (name, body) in &raw.shapes {
        let shape = Reader { model: &model }.shape(name, &Fields(body))?;
        model.shapes.push(shape);
    }
    for (name, body) in &raw.operations {
        let operation = Reader { model: &model }.operation(name, &Fields(body))?;
        model.operations.push(operation);
    }
    model.operations.sort_by(|a, b| a.name.cmp(&b.name));
    model.by_operation = model.operations.iter().enumerate().map(|(i, op)| (op.name.clone(), i)).collect();
    model.paginators =
        raw.paginators.iter().map(|(name, body)| (name.as_str().into(), paginator(&Fields(body)))).collect();
    Ok(model)
}

/// A JSON object read by the names that botocore uses.
struct Fields<'a>(&'a Value);

impl<'a> Fields<'a> {
    fn sub(&self, name: &str) -> Option<Fields<'a>> {
        self.0.get(name).map(Fields)
    }
    fn text(&self, name: &str) -> Option<Box<str>> {
        self.0.get(name).and_then(Value::as_str).map(Into::into)
    }
    fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
    fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(Value::as_f64)
    }
    /// A list of strings, or the one string that stands in its place.
    fn texts(&self, name: &str) -> Vec<Box<str>> {
        match self.0.get(name) {
            Some(Value::String(one)) => vec![one.as_str().into()],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(Into::into).collect(),
            _ => Vec::new(),
        }
    }
    fn timestamp_format(&self) -> Option<TimestampFormat> {
        match self.0.get("timestampFormat")?.as_str()? {
            "iso8601" | "date-time" => Some(TimestampFormat::Iso8601),
            "rfc822" | "http-date" => Some(TimestampFormat::Rfc822),
            "unixTimestamp" | "epoch-seconds" => Some(TimestampFormat::Epoch),
            _ => None,
        }
    }
    /// Either `"xmlNamespace": "uri"` or `{"uri": …, "prefix": …}`.
    fn xml_namespace(&self) -> Option<XmlNamespace> {
        let field = self.sub("xmlNamespace")?;
        match field.0.as_str() {
            Some(uri) => Some(XmlNamespace { uri: uri.into(), prefix: None }),
            None => Some(XmlNamespace { uri: field.text("uri")?, prefix: field.text("prefix") }),
        }
    }
}

fn metadata(object: &Object) -> Metadata {
    let value = Value::Object(object.clone());
    let f = Fields(&value);
    let endpoint_prefix = f.text("endpointPrefix").unwrap_or_default();
    let mut protocols: Vec<Protocol> = f.text("protocol").as_deref().and_then(protocol).into_iter().collect();
    for other in f.texts("protocols").iter().filter_map(|name| protocol(name)) {
        if !protocols.contains(&other) {
            protocols.push(other);
        }
    }
    Metadata {
        api_version: f.text("apiVersion").unwrap_or_default(),
        signing_name: f.text("signingName").unwrap_or_else(|| endpoint_prefix.clone()),
        endpoint_prefix,
        service_id: f.text("serviceId").unwrap_or_default(),
        target_prefix: f.text("targetPrefix"),
        json_version: f.text("jsonVersion"),
        xml_namespace: f.xml_namespace().map(|n| n.uri),
        protocols,
        query_compatible: f.sub("awsQueryCompatible").is_some(),
        signature_version: f.text("signatureVersion").unwrap_or_default(),
    }
}

fn protocol(name: &str) -> Option<Protocol> {
    Some(match name {
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        "json" => Protocol::Json,
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        "smithy-rpc-v2-cbor" => Protocol::RpcV2Cbor,
        "smithy-rpc-v2-json" => Protocol::RpcV2Json,
        _ => return None,
    })
}

fn paginator(f: &Fields<'_>) -> Paginator {
    Paginator {
        input_token: f.texts("input_token"),
        output_token: f.texts("output_token"),
        limit_key: f.text("limit_key"),
        result_key: f.texts("result_key"),
        more_results: f.text("more_results"),
    }
}

struct Reader<'m> {
    model: &'m Model,
}

impl Reader<'_> {
    fn id(&self, name: &str, from: &str) -> Result<ShapeId, ModelError> {
        let id = self.model.by_shape.get(name).copied();
        id.ok_or_else(|| ModelError(format!("{from} names the shape {name}, which is not there")))
    }

    fn target(&self, f: &Fields<'_>, from: &str) -> Result<ShapeId, ModelError> {
        let name = f.text("shape").ok_or_else(|| ModelError(format!("{from} names no shape")))?;
        self.id(&name, from)
    }

    fn operation(&self, name: &str, f: &Fields<'_>) -> Result<Operation, ModelError> {
        let http = f.sub("http");
        let input = f.sub("input");
        let output = f.sub("output");
        let errors = match f.0.get("errors") {
            Some(Value::Array(list)) => list.iter().map(|e| self.target(&Fields(e), name)).collect::<Result<_, _>>()?,
            _ => Vec::new(),
        };
        let authtype = f.text("authtype");
        Ok(Operation {
            name: name.into(),
            http: Http {
                method: http.as_ref().and_then(|h| h.text("method")).unwrap_or_else(|| "POST".into()),
                uri: http.as_ref().and_then(|h| h.text("requestUri")).unwrap_or_else(|| "/".into()),
                code: http.as_ref().and_then(|h| h.number("responseCode")).map_or(200, |code| code as u16),
            },
            input: input.as_ref().map(|i| self.target(i, name)).transpose()?,
            input_root: input.as_ref().and_then(|i| i.text("locationName")),
            input_xml_namespace: input.as_ref().and_then(Fields::xml_namespace),
            result_wrapper: output.as_ref().and_then(|o| o.text("resultWrapper")),
            output: output.as_ref().map(|o| self.target(o, name)).transpose()?,
            errors,
            host_prefix: f.sub("endpoint").and_then(|e| e.text("hostPrefix")),
            unsigned: authtype.as_deref() == Some("none")
                || f.texts("auth").iter().any(|a| &**a == "smithy.api#noAuth"),
            unsigned_payload: authtype.as_deref() == Some("v4-unsigned-body") || f.flag("unsignedPayload"),
            checksum_required: f.flag("httpChecksumRequired")
                || f.sub("httpChecksum").is_some_and(|c| c.flag("requestChecksumRequired")),
        })
    }

    fn shape(&self, name: &str, f: &Fields<'_>) -> Result<Shape, ModelError> {
        let kind = kind(name, f)?;
        let required = f.texts("required");
        let mut members = Vec::new();
        match kind {
            Kind::Structure | Kind::Union => {
                if let Some(Value::Object(object)) = f.0.get("members") {
                    for (member, body) in object {
                        let mut member = self.member(member, &Fields(body), name)?;
                        member.required = required.contains(&member.name);
                        members.push(member);
                    }
                }
            }
            Kind::List => members.push(self.part("member", f, name)?),
            Kind::Map => members.extend([self.part("key", f, name)?, self.part("value", f, name)?]),
            _ => {}
        }
        let payload = f.text("payload").and_then(|p| members.iter().position(|m| m.name == p));
        let is_error = f.flag("exception") || f.sub("error").is_some() || f.flag("fault");
        Ok(Shape {
            name: name.into(),
            kind,
            members,
            payload,
            min: f.number("min"),
            max: f.number("max"),
            pattern: f.text("pattern"),
            values: f.texts("enum"),
            flattened: f.flag("flattened"),
            location_name: f.text("locationName"),
            xml_namespace: f.xml_namespace(),
            timestamp_format: f.timestamp_format(),
            error: is_error.then(|| error(f)),
            event_stream: f.flag("eventstream"),
            event: f.flag("event"),
            streaming: f.flag("streaming"),
            requires_length: f.flag("requiresLength"),
            sensitive: f.flag("sensitive"),
            sparse: f.flag("sparse"),
            unique_items: f.flag("uniqueItems"),
            wrapper: f.flag("wrapper"),
        })
    }

    fn part(&self, name: &str, f: &Fields<'_>, from: &str) -> Result<Member, ModelError> {
        let part = f.sub(name).ok_or_else(|| ModelError(format!("{from} has no {name}")))?;
        self.member(name, &part, from)
    }

    fn member(&self, name: &str, f: &Fields<'_>, from: &str) -> Result<Member, ModelError> {
        Ok(Member {
            name: name.into(),
            shape: self.target(f, from)?,
            required: false,
            location: match f.text("location").as_deref() {
                Some("header") => Location::Header,
                Some("headers") => Location::Headers,
                Some("uri") => Location::Uri,
                Some("querystring") => Location::QueryString,
                Some("statusCode") => Location::StatusCode,
                _ => Location::Body,
            },
            location_name: f.text("locationName"),
            query_name: f.text("queryName"),
            flattened: f.flag("flattened"),
            xml_attribute: f.flag("xmlAttribute"),
            xml_namespace: f.xml_namespace(),
            timestamp_format: f.timestamp_format(),
            json_value: f.flag("jsonvalue"),
            idempotency_token: f.flag("idempotencyToken"),
            host_label: f.flag("hostLabel"),
            streaming: f.flag("streaming"),
            event_payload: f.flag("eventpayload"),
            event_header: f.flag("eventheader"),
        })
    }
}

fn kind(name: &str, f: &Fields<'_>) -> Result<Kind, ModelError> {
    let text = f.text("type").ok_or_else(|| ModelError(format!("the shape {name} has no type")))?;
    Ok(match &*text {
        "structure" if f.flag("document") => Kind::Document,
        "structure" if f.flag("union") => Kind::Union,
        "structure" => Kind::Structure,
        "union" => Kind::Union,
        "list" => Kind::List,
        "map" => Kind::Map,
        "string" | "character" => Kind::String,
        "boolean" => Kind::Boolean,
        "byte" => Kind::Byte,
        "short" => Kind::Short,
        "integer" | "intEnum" => Kind::Integer,
        "long" | "bigInteger" => Kind::Long,
        "float" => Kind::Float,
        "double" | "bigDecimal" => Kind::Double,
        "blob" => Kind::Blob,
        "timestamp" => Kind::Timestamp,
        "document" => Kind::Document,
        other => return Err(ModelError(format!("the shape {name} is of the unknown type {other}"))),
    })
}

fn error(f: &Fields<'_>) -> ErrorTrait {
    let error = f.sub("error");
    ErrorTrait {
        code: error.as_ref().and_then(|e| e.text("code")),
        status: error.as_ref().and_then(|e| e.number("httpStatusCode")).map(|status| status as u16),
        sender_fault: error
            .as_ref()
            .and_then(|e| e.0.get("senderFault")?.as_bool())
            .or(f.flag("fault").then_some(false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOY: &str = r#"{
        "metadata": {"apiVersion": "2026-01-01", "endpointPrefix": "toy", "protocol": "json", "jsonVersion": "1.0",
            "protocols": ["json", "query"], "targetPrefix": "Toy", "serviceId": "Toy", "awsQueryCompatible": {}},
        "operations": {
            "Wind": {"http": {"method": "POST", "requestUri": "/", "responseCode": 201}, "input": {"shape": "WindRequest"},
                "errors": [{"shape": "SpringBroken"}], "authtype": "none"},
            "Stop": {"http": {}}
        },
        "shapes": {
            "WindRequest": {"type": "structure", "required": ["Turns"], "members": {
                "Turns": {"shape": "Turns"}, "Marks": {"shape": "Marks", "locationName": "mark", "flattened": true}}},
            "Turns": {"type": "integer", "min": 1, "max": 9},
            "Marks": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
            "Text": {"type": "string", "enum": ["a", "b"]},
            "SpringBroken": {"type": "structure", "members": {}, "exception": true,
                "error": {"code": "Toy.Broken", "httpStatusCode": 409, "senderFault": true}}
        },
        "paginators": {"Wind": {"input_token": "Next", "output_token": ["Next"], "result_key": "Items"}}
    }"#;

    #[test]
    fn reads_what_botocore_says() {
        let model = Model::parse(TOY.as_bytes()).unwrap();
        assert_eq!(model.metadata.protocols, [Protocol::Json, Protocol::Query]);
        assert!(model.metadata.query_compatible);
        assert_eq!(model.operations().iter().map(|o| &*o.name).collect::<Vec<_>>(), ["Stop", "Wind"]);
        let wind = model.operation("Wind").unwrap();
        assert!(wind.unsigned && wind.http.code == 201 && wind.output.is_none());
        let input = model.shape(wind.input.unwrap());
        assert_eq!(
            input.members.iter().map(|m| (&*m.name, m.required)).collect::<Vec<_>>(),
            [("Turns", true), ("Marks", false)]
        );
        assert_eq!(input.members[1].wire_name(), "mark");
        assert_eq!(model.shape(input.members[0].shape).max, Some(9.0));
        assert!(model.shape(input.members[1].shape).entry().is_some());
        let (by_code, by_name) = (model.error("Toy.Broken").unwrap().0, model.error("SpringBroken").unwrap().0);
        assert_eq!(by_code, by_name);
        assert!(model.error("Turns").is_none());
        assert_eq!(model.paginator("Wind").unwrap().result_key, ["Items".into()]);
    }

    #[test]
    fn what_is_no_model_is_told() {
        for (json, want) in [
            ("7", "no service model"),
            (r#"{"shapes": {"A": {}}}"#, "has no type"),
            (r#"{"shapes": {"A": {"type": "list"}}}"#, "has no member"),
            (r#"{"shapes": {"A": {"type": "list", "member": {"shape": "B"}}}}"#, "the shape B, which is not there"),
        ] {
            assert!(Model::parse(json.as_bytes()).unwrap_err().to_string().contains(want), "{json}");
        }
    }
}
