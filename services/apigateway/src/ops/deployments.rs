//! Deployments: what an API was when it was published.

use crate::api::*;
use crate::patch::{self, Kind};
use crate::rest_api::{self, LETTERS, unpacked};
use crate::state::{DEPLOYMENTS, DeploymentRow, STAGES, StageRow};
use crate::{errors, ops::stages, paging, snapshot};
use service::{Cx, IndexMap, Nothing, Result, View};

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDeployment.html>
pub fn create_deployment(cx: &mut Cx, input: CreateDeploymentRequest) -> Result<Deployment> {
    let CreateDeploymentRequest {
        rest_api_id,
        stage_name,
        stage_description,
        description,
        cache_cluster_enabled,
        cache_cluster_size,
        variables,
        canary_settings,
        tracing_enabled,
    } = input;
    let api = rest_api::find(cx, &rest_api_id)?;
    for (missing, member) in [
        (cache_cluster_enabled == Some(true), "cacheClusterEnabled"),
        (cache_cluster_size.is_some(), "cacheClusterSize"),
        (canary_settings.is_some(), "canarySettings"),
    ] {
        if missing {
            return Err(errors::refuse(&format!("member {member}"), cx));
        }
    }
    let snapshot = snapshot::take(cx, &api)?;
    let id = cx.entropy().text(LETTERS, 6);
    let row = DeploymentRow { id: id.clone(), description, created_at: cx.now().whole_secs(), snapshot };
    cx.put(&DEPLOYMENTS, &(rest_api_id.clone(), id.clone()), &row)?;
    if let Some(name) = stage_name {
        stages::publish(cx, &rest_api_id, &name, (&id, stage_description, variables, tracing_enabled))?;
    }
    shown(row, false)
}

fn shown(row: DeploymentRow, whole: bool) -> Result<Deployment> {
    let DeploymentRow { id, description, created_at, snapshot } = row;
    let mut summary = IndexMap::new();
    for resource in snapshot.resources.into_iter().filter(|resource| whole && !resource.methods.is_empty()) {
        let mut methods = IndexMap::new();
        for row in resource.methods {
            let method: Method = unpacked(&row.settings)?;
            let Method { authorization_type, api_key_required, .. } = method;
            methods.insert(row.name, MethodSnapshot { authorization_type, api_key_required });
        }
        summary.insert(resource.path, methods);
    }
    let api_summary = whole.then_some(summary);
    Ok(Deployment { id: Some(id), description, created_date: Some(created_at), api_summary })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetDeployment.html>
pub fn get_deployment(view: &View, input: GetDeploymentRequest) -> Result<Deployment> {
    let GetDeploymentRequest { rest_api_id, deployment_id, embed } = input;
    rest_api::find(view, &rest_api_id)?;
    let row = view.get(&DEPLOYMENTS, &(rest_api_id, deployment_id))?;
    let whole = embed.is_some_and(|parts| parts.iter().any(|part| part == "apisummary"));
    shown(row.ok_or_else(errors::no_deployment)?, whole)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetDeployments.html>
pub fn get_deployments(view: &View, input: GetDeploymentsRequest) -> Result<Deployments> {
    let GetDeploymentsRequest { rest_api_id, position, limit } = input;
    rest_api::find(view, &rest_api_id)?;
    let page = paging::page(limit, position.as_deref())?;
    let (rows, next) = view.page(&DEPLOYMENTS, (rest_api_id.as_str(),), &page, |_| true)?;
    let items = rows.into_iter().map(|row| shown(row, false)).collect::<Result<Vec<_>>>()?;
    Ok(Deployments { position: next.map(|token| token.encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateDeployment.html>
pub fn update_deployment(cx: &mut Cx, input: UpdateDeploymentRequest) -> Result<Deployment> {
    let UpdateDeploymentRequest { rest_api_id, deployment_id, patch_operations } = input;
    rest_api::find(cx, &rest_api_id)?;
    let key = (rest_api_id, deployment_id);
    let mut row = cx.get(&DEPLOYMENTS, &key)?.ok_or_else(errors::no_deployment)?;
    let mut said = Deployment { description: row.description.take(), ..Deployment::default() };
    patch::apply(&mut said, patch_operations, &[("/description", &["replace"], Kind::Text)])?;
    row.description = said.description;
    cx.put(&DEPLOYMENTS, &key, &row)?;
    shown(row, false)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteDeployment.html>
pub fn delete_deployment(cx: &mut Cx, input: DeleteDeploymentRequest) -> Result<Nothing> {
    let DeleteDeploymentRequest { rest_api_id, deployment_id } = input;
    rest_api::find(cx, &rest_api_id)?;
    let stages: Vec<StageRow> = cx.rows(&STAGES, (rest_api_id.as_str(),)).collect::<Result<_>>()?;
    for stage in stages {
        let stage: Stage = unpacked(&stage.settings)?;
        if stage.deployment_id.as_ref() == Some(&deployment_id) {
            let text = "Active stages pointing to this deployment must be moved or deleted";
            return Err(errors::bad_request(text));
        }
    }
    if !cx.delete(&DEPLOYMENTS, &(rest_api_id, deployment_id))? {
        return Err(errors::no_deployment());
    }
    Ok(Nothing {})
}
