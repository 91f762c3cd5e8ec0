//! The Query protocol and EC2's dialect: forms in, XML out.
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

mod encode;
mod form;
mod read;

use super::fault::{Bad, Part};
use super::xml::{self, Start};
use super::{Call, DecodeError, Scope, Side};
use crate::{Reply, Request};
use form::Form;
use http::header::{self, HeaderMap};
use http::{HeaderValue, Method};
use model::{Operation, Protocol};
use read::Read;
use shape::{Node, Peek};

pub(super) fn decode_request(call: &Call<'_>, request: &Request, input: &mut dyn Node) -> Result<(), DecodeError> {
    let Some(shape) = call.input() else { return Ok(()) };
    let form = Form::parse(&request.query, &request.body).map_err(|bad| DecodeError {
        // https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
        code: "MalformedQueryString".into(),
        status: 400,
        message: bad.text(),
    })?;
    let read = Read { model: call.model, ec2: call.protocol == Protocol::Ec2 };
    read.structure(shape, form.root(), 0, input).map_err(|bad| call.fault(Part::Body, bad))
}

pub(super) fn encode_request(call: &Call<'_>, input: Peek<'_>) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8"));
    Request {
        method: Method::POST,
        path: "/".to_owned(),
        query: String::new(),
        host: String::new(),
        headers,
        body: encode::form(call, input).into(),
    }
}

fn names(call: &Call<'_>) -> xml::Names {
    if call.protocol == Protocol::Query { xml::Names::Query } else { xml::Names::Location }
}

/// The element that holds a Query reply's members: the model's, else the one that the protocol names.
fn result_wrapper(operation: &Operation) -> Option<String> {
    match &operation.result_wrapper {
        Some(wrapper) => Some(wrapper.to_string()),
        None => operation.output.map(|_| [&*operation.name, "Result"].concat()),
    }
}

pub(super) fn encode_reply(call: &Call<'_>, output: Peek<'_>, request_id: &str) -> Reply {
    let ec2 = call.protocol == Protocol::Ec2;
    let mut writer = xml::Writer::default();
    if ec2 {
        writer.declaration();
    }
    let root = [&*call.operation.name, "Response"].concat();
    let namespace = call.switches.xml_namespace.as_deref().or(call.model.metadata.xml_namespace.as_deref());
    writer.open(&root, &xml::namespace_attribute(namespace));
    let encode = xml::Encode { model: call.model, names: names(call) };
    if ec2 {
        writer.text_element("requestId", request_id);
        match call.output() {
            Some(shape) => encode.children(&mut writer, shape, Scope::Inner, output),
            // Actions without an output say that they went well.
            None => writer.text_element("return", "true"),
        }
    } else {
        if let Some(wrapper) = result_wrapper(call.operation) {
            writer.open(&wrapper, "");
            if let Some(shape) = call.output() {
                encode.children(&mut writer, shape, Scope::Inner, output);
            }
            writer.close(&wrapper);
        }
        writer.open("ResponseMetadata", "");
        writer.text_element("RequestId", request_id);
        writer.close("ResponseMetadata");
    }
    writer.close(&root);
    let content_type = if ec2 { "text/xml;charset=UTF-8" } else { "text/xml" };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    Reply { status: call.operation.http.code, headers, body: writer.into_bytes().into() }
}

pub(super) fn decode_reply(call: &Call<'_>, reply: &Reply, output: &mut dyn Node) -> Result<(), DecodeError> {
    let Some(shape) = call.output().filter(|_| !reply.body.is_empty()) else { return Ok(()) };
    let mut read = || -> Result<(), Bad> {
        let mut reader = xml::Reader::new(&reply.body)?;
        let decode = xml::Decode { model: call.model, side: Side::Client, names: names(call) };
        let root = reader.root()?;
        let wrapper = result_wrapper(call.operation).filter(|_| call.protocol == Protocol::Query);
        let Some(wrapper) = wrapper else {
            return decode.structure(&mut reader, shape, Scope::Inner, &root, output);
        };
        while let Some(start) = reader.child()? {
            if Start::name(&start) == wrapper {
                return decode.structure(&mut reader, shape, Scope::Inner, &start, output);
            }
            reader.skip()?;
        }
        Ok(())
    };
    read().map_err(|bad| call.fault(Part::Body, bad))
}
