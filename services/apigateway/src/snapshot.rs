//! What an API is at the moment when it is deployed.

use crate::api::{Method, RestApi};
use crate::errors;
use crate::rest_api::unpacked;
use crate::state::{
    AUTHORIZERS, ApiRow, DeployedResource, METHODS, MODELS, PartRow, RESOURCES, RESPONSES, ResourceRow, Snapshot,
    VALIDATORS,
};
use service::{Result, View};

/// Takes one.
pub fn take(view: &View, api: &ApiRow) -> Result<Snapshot> {
    let settings: RestApi = unpacked(&api.settings)?;
    let id = api.id.as_str();
    let mut resources = Vec::new();
    for row in view.rows(&RESOURCES, (id,)) {
        let ResourceRow { id: resource, path, parent: _, part: _ } = row?;
        let methods: Vec<PartRow> = view.rows(&METHODS, (id, resource.as_str())).collect::<Result<_>>()?;
        for method in &methods {
            let method: Method = unpacked(&method.settings)?;
            if method.method_integration.is_none() {
                return Err(errors::bad_request("No integration defined for method"));
            }
        }
        resources.push(DeployedResource { id: resource, path, methods });
    }
    if resources.iter().all(|resource| resource.methods.is_empty()) {
        return Err(errors::bad_request("The REST API doesn't contain any methods"));
    }
    Ok(Snapshot {
        binary: settings.binary_media_types.unwrap_or_default(),
        policy: settings.policy,
        resources,
        authorizers: view.rows(&AUTHORIZERS, (id,)).collect::<Result<_>>()?,
        responses: view.rows(&RESPONSES, (id,)).collect::<Result<_>>()?,
        models: Some(view.rows(&MODELS, (id,)).collect::<Result<_>>()?),
        validators: Some(view.rows(&VALIDATORS, (id,)).collect::<Result<_>>()?),
    })
}
