//! Whether a request has what its method wants of it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html>

use crate::api::{Method, Model, RequestValidator};
use crate::event;
use crate::refusal::Refusal;
use crate::rest_api::unpacked;
use crate::schema::Schemas;
use crate::state::{PartRow, Snapshot};
use service::{HttpRequest, IndexMap, Result};

/// Lets a request pass, or says what it lacks.
pub fn check(
    snapshot: &Snapshot,
    method: &Method,
    (request, variables): (&HttpRequest, &IndexMap<String, String>),
) -> Result<Result<(), Refusal>> {
    let Some(id) = &method.request_validator_id else { return Ok(Ok(())) };
    let Some(row) = find(snapshot.validators.as_deref(), id) else { return Ok(Err(Refusal::broken(500))) };
    let validator: RequestValidator = unpacked(&row.settings)?;
    if validator.validate_request_parameters == Some(true) {
        let missing = missing(method, request, variables);
        if !missing.is_empty() {
            return Ok(Err(Refusal::bad_parameters(&missing)));
        }
    }
    if validator.validate_request_body == Some(true) {
        let faults = faults(snapshot, method, request)?;
        if !faults.is_empty() {
            return Ok(Err(Refusal::bad_body(&faults)));
        }
    }
    Ok(Ok(()))
}

fn find<'s>(rows: Option<&'s [PartRow]>, name: &str) -> Option<&'s PartRow> {
    rows.unwrap_or_default().iter().find(|row| row.name == name)
}

/// The names of required parameters that are not there, or blank.
fn missing(method: &Method, request: &HttpRequest, variables: &IndexMap<String, String>) -> Vec<String> {
    let query = event::pairs(&request.query);
    let required = method.request_parameters.iter().flatten().filter(|(_, required)| **required);
    let missing = required.filter_map(|(place, _)| {
        let (kind, name) = place.strip_prefix("method.request.")?.split_once('.')?;
        let given = match kind {
            "path" => variables.get(name).map(String::as_str),
            "header" => request.header(name),
            _ => query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()),
        };
        given.is_none_or(|given| given.trim().is_empty()).then(|| name.to_owned())
    });
    missing.collect()
}

/// What is wrong with the body by the model of its media type. A body of a type without a model goes on as it is.
fn faults(snapshot: &Snapshot, method: &Method, request: &HttpRequest) -> Result<Vec<String>> {
    let Some(models) = method.request_models.as_ref().filter(|models| !models.is_empty()) else {
        return Ok(Vec::new());
    };
    let given = request.header("content-type").unwrap_or("application/json");
    let given = given.split(';').next().unwrap_or_default().trim();
    let model =
        models.iter().find(|(kind, _)| kind.eq_ignore_ascii_case(given)).or_else(|| models.get_key_value("$default"));
    let Some((_, model)) = model else { return Ok(Vec::new()) };
    let mut texts = IndexMap::new();
    for row in snapshot.models.iter().flatten() {
        let model: Model = unpacked(&row.settings)?;
        texts.insert(row.name.as_str(), model.schema.unwrap_or_default());
    }
    let schemas = Schemas::of(model, |name| texts.get(name).cloned());
    // No body is taken for an object without members.
    let body: &[u8] = if request.body.is_empty() { b"{}" } else { &request.body };
    Ok(match serde_json::from_slice(body) {
        Ok(body) => schemas.faults(&body),
        Err(_) => vec!["Unable to parse JSON from input".to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::HttpHeader;

    #[test]
    fn required_parameters_are_there_and_not_blank() {
        let parameters = [
            ("method.request.path.id", true),
            ("method.request.header.X-Own", true),
            ("method.request.querystring.page", true),
            ("method.request.querystring.size", false),
        ];
        let parameters = parameters.map(|(name, required)| (name.to_owned(), required)).into_iter().collect();
        let method = Method { request_parameters: Some(parameters), ..Method::default() };
        let check = |query: &str, header: Option<&str>, expect: &[&str]| {
            let headers = header.map(|value| HttpHeader { name: "x-own".to_owned(), value: value.to_owned() });
            let headers = headers.into_iter().collect();
            let request = HttpRequest { query: query.to_owned(), headers, ..HttpRequest::default() };
            let variables = [("id".to_owned(), "7".to_owned())].into_iter().collect();
            assert_eq!(missing(&method, &request, &variables), expect, "{query} {header:?}");
        };
        check("page=1", Some("a"), &[]);
        check("page=", Some("a"), &["page"]);
        check("size=1", None, &["X-Own", "page"]);
    }
}
