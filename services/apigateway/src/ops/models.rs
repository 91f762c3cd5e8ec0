//! Models: what bodies must be, as JSON schemas.

use crate::api::*;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{self, LETTERS, packed, unpacked};
use crate::schema;
use crate::state::{METHODS, MODELS, PartRow};
use crate::{errors, paging};
use service::{Cx, Error, Nothing, Result, View};

/// The most models of an API.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MOST: usize = 200;
/// Bytes of the largest schema.
const LARGEST: usize = 400 << 10;

const PLACES: &[Place] = &[("/description", &["replace"], Kind::Text), ("/schema", &["replace"], Kind::Text)];

/// The models that every API has.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>
pub(crate) fn born(cx: &mut Cx, api: &str) -> Result<()> {
    let draft = "http://json-schema.org/draft-04/schema#";
    let usual = [
        ("Empty", "This is a default empty schema model", "Empty Schema"),
        ("Error", "This is a default error schema model", "Error Schema"),
    ];
    for (name, description, title) in usual {
        let members = match name {
            "Error" => "\n  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }",
            _ => "",
        };
        let comma = if members.is_empty() { "" } else { "," };
        let model = Model {
            id: Some(cx.entropy().text(LETTERS, 6)),
            name: Some(name.to_owned()),
            description: Some(description.to_owned()),
            schema: Some(format!(
                "{{\n  \"$schema\": \"{draft}\",\n  \"title\" : \"{title}\",\n  \"type\" : \"object\"{comma}{members}\n}}"
            )),
            content_type: Some("application/json".to_owned()),
        };
        keep(cx, api, &model)?;
    }
    Ok(())
}

fn keep(cx: &mut Cx, api: &str, model: &Model) -> Result<()> {
    let name = model.name.clone().unwrap_or_default();
    let row = PartRow { name: name.clone(), settings: packed(model) };
    cx.put(&MODELS, &(api.to_owned(), name), &row)
}

fn find(view: &View, api: &str, name: &str) -> Result<Model> {
    rest_api::find(view, api)?;
    let row = view.get(&MODELS, &(api.to_owned(), name.to_owned()))?;
    let row = row.ok_or_else(|| errors::no_model(name))?;
    unpacked(&row.settings)
}

/// A schema must be one that can be kept to.
fn check(view: &View, api: &str, model: &Model) -> Result<()> {
    let text = model.schema.as_deref().unwrap_or_default();
    if text.len() > LARGEST {
        return Err(errors::bad_request("Model schema is too large"));
    }
    if text.is_empty() || model.content_type.as_deref() != Some("application/json") {
        // AWS keeps what is written for another media type, and never looks at it.
        return Ok(());
    }
    let invalid = |why: &str| {
        let text = format!("Invalid model specified: Validation Result: warnings : [], errors : [{why}]");
        errors::bad_request(text)
    };
    let schema: serde_json::Value =
        serde_json::from_str(text).map_err(|_| invalid("Invalid model schema specified"))?;
    if !schema.is_object() {
        return Err(invalid("Invalid model schema specified"));
    }
    for name in schema::models_named(&schema) {
        if !view.has(&MODELS, &(api.to_owned(), name.clone()))? && model.name.as_ref() != Some(&name) {
            return Err(invalid(&format!("Invalid model reference specified: {name}")));
        }
    }
    match schema::missing(&schema) {
        Some(missing) => Err(errors::refuse(&format!("with {missing}"), view)),
        None => Ok(()),
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html>
pub fn create_model(cx: &mut Cx, input: CreateModelRequest) -> Result<Model> {
    let CreateModelRequest { rest_api_id, name, description, schema, content_type } = input;
    rest_api::find(cx, &rest_api_id)?;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(errors::bad_request(format!("Model name must be alphanumeric: {name}")));
    }
    if cx.has(&MODELS, &(rest_api_id.clone(), name.clone()))? {
        return Err(errors::conflict(format!("Model name already exists for this REST API: {name}")));
    }
    if cx.rows(&MODELS, (rest_api_id.as_str(),)).count() >= MOST {
        return Err(Error::new("LimitExceededException", "Maximum number of models for this API has been reached."));
    }
    let model = Model {
        id: Some(cx.entropy().text(LETTERS, 6)),
        name: Some(name),
        description,
        schema,
        content_type: Some(content_type),
    };
    check(cx, &rest_api_id, &model)?;
    keep(cx, &rest_api_id, &model)?;
    Ok(model)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetModel.html>
pub fn get_model(view: &View, input: GetModelRequest) -> Result<Model> {
    let GetModelRequest { rest_api_id, model_name, flatten } = input;
    if flatten == Some(true) {
        return Err(errors::refuse("member flatten", view));
    }
    find(view, &rest_api_id, &model_name)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetModels.html>
pub fn get_models(view: &View, input: GetModelsRequest) -> Result<Models> {
    let GetModelsRequest { rest_api_id, position, limit } = input;
    rest_api::find(view, &rest_api_id)?;
    let page = paging::page(limit, position.as_deref())?;
    let (rows, next) = view.page(&MODELS, (rest_api_id.as_str(),), &page, |_| true)?;
    let items = rows.iter().map(|row| unpacked(&row.settings)).collect::<Result<Vec<_>>>()?;
    Ok(Models { position: next.map(|token| token.encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateModel.html>
pub fn update_model(cx: &mut Cx, input: UpdateModelRequest) -> Result<Model> {
    let UpdateModelRequest { rest_api_id, model_name, patch_operations } = input;
    let mut model = find(cx, &rest_api_id, &model_name)?;
    patch::apply(&mut model, patch_operations, PLACES)?;
    check(cx, &rest_api_id, &model)?;
    keep(cx, &rest_api_id, &model)?;
    Ok(model)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteModel.html>
pub fn delete_model(cx: &mut Cx, input: DeleteModelRequest) -> Result<Nothing> {
    let DeleteModelRequest { rest_api_id, model_name } = input;
    find(cx, &rest_api_id, &model_name)?;
    for row in cx.rows(&METHODS, (rest_api_id.as_str(),)) {
        let method: Method = unpacked(&row?.settings)?;
        let responses = method.method_responses.iter().flatten();
        let of_responses = responses.filter_map(|(_, response)| response.response_models.as_ref());
        let mut named = method.request_models.iter().chain(of_responses).flat_map(|models| models.values());
        if named.any(|name| *name == model_name) {
            let text = format!("Cannot delete model '{model_name}', is referenced in method request or response");
            return Err(errors::conflict(text));
        }
    }
    for row in cx.rows(&MODELS, (rest_api_id.as_str(),)) {
        let model: Model = unpacked(&row?.settings)?;
        let schema = serde_json::from_str(model.schema.as_deref().unwrap_or_default()).unwrap_or_default();
        if model.name.as_ref() != Some(&model_name) && schema::models_named(&schema).contains(&model_name) {
            let other = model.name.unwrap_or_default();
            return Err(errors::conflict(format!(
                "Cannot delete model '{model_name}', is referenced in model: {other}"
            )));
        }
    }
    cx.delete(&MODELS, &(rest_api_id, model_name))?;
    Ok(Nothing {})
}
