//! `Content-Type` and `Accept`, for the services that check them.

use crate::Request;
use crate::codec::DecodeError;
use crate::codec::fault::{not_acceptable, unsupported_media_type};
use model::{Kind, Location, Model, Protocol, Shape};

/// The media type of a message's body; `None` where it has none, or one of any type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Nothing,
    Anything,
    Only(&'static str),
}

fn body(model: &Model, shape: &Shape, protocol: Protocol) -> Body {
    let structured = if protocol == Protocol::RestXml { "application/xml" } else { "application/json" };
    let payload = shape.payload.and_then(|index| shape.members.get(index));
    match payload.map(|member| model.shape(member.shape)) {
        Some(target) if target.event_stream => Body::Anything,
        Some(target) => match target.kind {
            Kind::Blob => Body::Anything,
            Kind::String => Body::Only("text/plain"),
            _ => Body::Only(structured),
        },
        None if shape.members.iter().any(|member| member.location == Location::Body) => Body::Only(structured),
        None => Body::Nothing,
    }
}

/// The media type without its parameters.
fn essence(text: &str) -> &str {
    text.split(';').next().unwrap_or("").trim()
}

/// Checks a request's `Content-Type` against its shape and its `Accept` against the reply's.
///
/// # Errors
/// 415 and 406.
pub(in crate::codec) fn check(
    model: &Model,
    protocol: Protocol,
    request: &Request,
    (input, output): (Option<&Shape>, Option<&Shape>),
) -> Result<(), DecodeError> {
    let sent = request.header(http::header::CONTENT_TYPE).map(essence);
    let fits = match (input.map_or(Body::Nothing, |shape| body(model, shape, protocol)), sent) {
        (Body::Only(only), Some(sent)) => sent.eq_ignore_ascii_case(only),
        (Body::Only(_), None) => request.body.is_empty(),
        (Body::Nothing, Some(_)) => false,
        (Body::Nothing, None) | (Body::Anything, _) => true,
    };
    if !fits {
        return Err(unsupported_media_type());
    }
    let Some(Body::Only(only)) = output.map(|shape| body(model, shape, protocol)) else { return Ok(()) };
    let Some(accept) = request.header(http::header::ACCEPT) else { return Ok(()) };
    let accepts = accept.split(',').map(essence).any(|range| match range.split_once("/*") {
        Some(("*", _)) => true,
        Some((family, _)) => only.split_once('/').is_some_and(|(own, _)| own.eq_ignore_ascii_case(family)),
        None => range.eq_ignore_ascii_case(only),
    });
    if accepts { Ok(()) } else { Err(not_acceptable()) }
}
