use super::service::{SMITHY_PROTOCOL, TARGET, is_form, query_param, text};
use super::{Params, RestTable, RouteError, UnknownPath};
use crate::Request;
use model::{Model, Operation, Protocol};
use std::borrow::Cow;

/// The operation that a request asks for, and the protocol in which it does.
#[derive(Debug, Clone, Copy)]
pub struct Found<'m> {
    /// The operation.
    pub operation: &'m Operation,
    /// The protocol, for decoding and for the reply.
    pub protocol: Protocol,
}

/// Finds the operation of `model` that `request` asks for, in one of the `protocols` that the service speaks; `table`
/// is the model's, for services with REST protocols. A bucket in the host must stand in the path already
/// ([`super::path_with_host_label`]).
///
/// The error is AWS's own for what is no operation of the service.
pub fn operation<'m>(
    model: &'m Model,
    protocols: &[Protocol],
    table: Option<&RestTable>,
    request: &Request,
) -> Result<Found<'m>, RouteError> {
    let speaks = |any: &[Protocol]| protocols.iter().copied().find(|p| any.contains(p));
    if speaks(&[Protocol::RpcV2Cbor, Protocol::RpcV2Json]).is_some()
        && let Some((name, protocol)) = rpc(request).and_then(|(name, p)| Some((name, speaks(&[p])?)))
    {
        let operation = model.operation(name).ok_or_else(|| RouteError::unknown_operation(protocol))?;
        return Ok(Found { operation, protocol });
    }
    if let Some(protocol) = speaks(&[Protocol::Json])
        && let Some(target) = text(request, &TARGET)
    {
        return by_target(model, target, protocol);
    }
    if let Some(protocol) = speaks(&[Protocol::Query, Protocol::Ec2])
        && (is_form(request) || query_param(request, "Action").is_some() || protocols == [protocol])
    {
        return by_action(model, request, protocol);
    }
    if let Some(protocol) = speaks(&[Protocol::RestJson, Protocol::RestXml])
        && let Some(table) = table
    {
        let found = table.find(request).and_then(|index| model.operations().get(index));
        return match found {
            Some(operation) => Ok(Found { operation, protocol }),
            None => Err(RouteError::unknown_path(protocol, table, request)),
        };
    }
    Err(RouteError::no_operation(protocols.first().copied().unwrap_or_default()))
}

impl Found<'_> {
    /// Fails where a Query request asks for another version of the API than the model's, as if there were no such operation.
    /// <https://github.com/cognitect-labs/aws-api/issues/6>
    pub fn check_version(&self, model: &Model, request: &Request) -> Result<(), RouteError> {
        let asked = form_param(request, "Version").filter(|_| self.protocol == Protocol::Query);
        match asked {
            Some(asked) if *asked != *model.metadata.api_version => {
                Err(RouteError::invalid_action(self.protocol, &self.operation.name, Some(&asked)))
            }
            _ => Ok(()),
        }
    }
}

/// A parameter of a Query request, from its query string or its form.
fn form_param<'r>(request: &'r Request, name: &str) -> Option<Cow<'r, str>> {
    let of_query = Params(&request.query).get(name);
    of_query.or_else(|| if is_form(request) { Params::of_body(&request.body).get(name) } else { None })
}

fn by_target<'m>(model: &'m Model, target: &str, protocol: Protocol) -> Result<Found<'m>, RouteError> {
    let named = target.rsplit_once('.').filter(|(prefix, _)| Some(*prefix) == model.metadata.target_prefix.as_deref());
    let operation = named.and_then(|(_, name)| model.operation(name));
    operation.map(|operation| Found { operation, protocol }).ok_or_else(|| RouteError::unknown_operation(protocol))
}

fn by_action<'m>(model: &'m Model, request: &Request, protocol: Protocol) -> Result<Found<'m>, RouteError> {
    let Some(action) = form_param(request, "Action") else { return Err(RouteError::missing_action(protocol)) };
    match model.operation(&action) {
        Some(operation) => Ok(Found { operation, protocol }),
        None => Err(RouteError::invalid_action(protocol, &action, form_param(request, "Version").as_deref())),
    }
}

/// The operation that the path of an RPC protocol names, where the header says that it is one.
/// <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#uris>
fn rpc(request: &Request) -> Option<(&str, Protocol)> {
    let protocol = match text(request, &SMITHY_PROTOCOL)? {
        "rpc-v2-cbor" => Protocol::RpcV2Cbor,
        "rpc-v2-json" => Protocol::RpcV2Json,
        _ => return None,
    };
    rpc_path(&request.path).map(|(_, operation)| (operation, protocol))
}

/// Service and operation of a path that ends in `/service/<service>/operation/<operation>`.
pub(super) fn rpc_path(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.rsplit('/');
    let operation = parts.next()?;
    parts.next().filter(|p| *p == "operation")?;
    let service = parts.next()?;
    parts.next().filter(|p| *p == "service")?;
    Some((service, operation))
}

impl RouteError {
    fn unknown_path(protocol: Protocol, table: &RestTable, request: &Request) -> RouteError {
        match table.unknown() {
            UnknownPath::UnknownOperation => RouteError::no_operation(protocol),
            UnknownPath::MissingAuthenticationToken => RouteError::missing_token(protocol),
            UnknownPath::MethodNotAllowed => {
                let named = request.path.split('/').filter(|s| !s.is_empty()).count();
                RouteError::method_not_allowed(protocol, table.allowed(request), &request.method, named)
            }
        }
    }
}
