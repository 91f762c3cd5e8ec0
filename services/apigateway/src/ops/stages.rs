//! Stages: the names under which deployments are served.

use crate::api::*;
use crate::ops::account;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{self, packed, unpacked};
use crate::state::{ADMISSIONS, DEPLOYMENTS, STAGES, StageRow};
use crate::{errors, stage_settings, tags};
use service::{Cx, IndexMap, Nothing, Result, View};

const PLACES: &[Place] = &[
    ("/accessLogSettings", &["remove"], Kind::Whole),
    ("/accessLogSettings/destinationArn", &["add", "replace"], Kind::Text),
    ("/accessLogSettings/format", &["add", "replace"], Kind::Text),
    ("/deploymentId", &["replace"], Kind::Text),
    ("/description", &["replace", "remove"], Kind::Text),
    ("/tracingEnabled", &["replace"], Kind::Flag),
    ("/variables/*", &["add", "remove", "replace"], Kind::Text),
];
/// Paths of what is not in this cloud.
const MISSING: &[&str] =
    &["/cacheClusterEnabled", "/cacheClusterSize", "/canarySettings", "/clientCertificateId", "/documentationVersion"];

/// A stage's settings, if it is there.
fn look(view: &View, api: &str, name: &str) -> Result<Option<(StageRow, Stage)>> {
    let row = view.get(&STAGES, &(api.to_owned(), name.to_owned()))?;
    row.map(|row| Ok((row.clone(), unpacked(&row.settings)?))).transpose()
}

fn find(view: &View, api: &str, name: &str) -> Result<(StageRow, Stage)> {
    rest_api::find(view, api)?;
    look(view, api, name)?.ok_or_else(errors::no_stage)
}

/// As answers show a stage.
fn shown(row: StageRow, stage: Stage) -> Stage {
    Stage { tags: (!row.tags.is_empty()).then_some(row.tags), ..stage }
}

fn save(cx: &mut Cx, api: &str, mut row: StageRow, stage: &Stage) -> Result<()> {
    row.settings = packed(stage);
    cx.put(&STAGES, &(api.to_owned(), row.name.clone()), &row)
}

fn new(cx: &Cx, name: &str, deployment: &str) -> Stage {
    Stage {
        stage_name: Some(name.to_owned()),
        deployment_id: Some(deployment.to_owned()),
        cache_cluster_enabled: Some(false),
        cache_cluster_status: Some("NOT_AVAILABLE".to_owned()),
        method_settings: Some(IndexMap::new()),
        tracing_enabled: Some(false),
        created_date: Some(cx.now().whole_secs()),
        last_updated_date: Some(cx.now().whole_secs()),
        ..Stage::default()
    }
}

/// What a deployment says of its stage: its description, variables, and whether it is traced.
type Said<'a> = (&'a str, Option<String>, Option<IndexMap<String, String>>, Option<bool>);

/// Has a stage serve a deployment; it is made if it is not there.
pub(crate) fn publish(
    cx: &mut Cx,
    api: &str,
    name: &str,
    (deployment, description, variables, traced): Said<'_>,
) -> Result<()> {
    check_name(name)?;
    let known = look(cx, api, name)?;
    let (row, mut stage) = match known {
        Some(known) => known,
        None => (StageRow { name: name.to_owned(), ..StageRow::default() }, new(cx, name, deployment)),
    };
    stage.deployment_id = Some(deployment.to_owned());
    stage.description = description.or(stage.description);
    stage.variables = variables.or(stage.variables);
    stage.tracing_enabled = traced.or(stage.tracing_enabled);
    check_variables(stage.variables.as_ref())?;
    stage.last_updated_date = Some(cx.now().whole_secs());
    save(cx, api, row, &stage)
}

fn check_name(name: &str) -> Result<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    match !name.is_empty() && name.len() <= 128 && name.bytes().all(plain) {
        true => Ok(()),
        false => Err(errors::bad_request("Stage name only allows a-zA-Z0-9_-")),
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
fn check_variables(variables: Option<&IndexMap<String, String>>) -> Result<()> {
    let name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let value = |value: &str| value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?#&=,".contains(&b));
    for (key, text) in variables.into_iter().flatten() {
        if !name(key) || text.len() > 512 || !value(text) {
            let text = "Stage variable's value must match the regular expression [A-Za-z0-9-._~:/?#&=,]+";
            return Err(errors::bad_request(format!("{text}: {key}")));
        }
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html>
pub fn create_stage(cx: &mut Cx, input: CreateStageRequest) -> Result<Stage> {
    let CreateStageRequest {
        rest_api_id,
        stage_name,
        deployment_id,
        description,
        cache_cluster_enabled,
        cache_cluster_size,
        variables,
        documentation_version,
        canary_settings,
        tracing_enabled,
        tags,
    } = input;
    rest_api::find(cx, &rest_api_id)?;
    for (missing, member) in [
        (cache_cluster_enabled == Some(true), "cacheClusterEnabled"),
        (cache_cluster_size.is_some(), "cacheClusterSize"),
        (documentation_version.is_some(), "documentationVersion"),
        (canary_settings.is_some(), "canarySettings"),
    ] {
        if missing {
            return Err(errors::refuse(&format!("member {member}"), cx));
        }
    }
    check_name(&stage_name)?;
    if !cx.has(&DEPLOYMENTS, &(rest_api_id.clone(), deployment_id.clone()))? {
        return Err(errors::bad_request("Deployment id does not exist"));
    }
    if look(cx, &rest_api_id, &stage_name)?.is_some() {
        return Err(errors::conflict("Stage already exists"));
    }
    let tags = tags.unwrap_or_default();
    tags::check(cx, &tags)?;
    check_variables(variables.as_ref())?;
    let tracing_enabled = Some(tracing_enabled.unwrap_or_default());
    let stage = Stage { description, variables, tracing_enabled, ..new(cx, &stage_name, &deployment_id) };
    let row = StageRow { name: stage_name, tags, ..StageRow::default() };
    save(cx, &rest_api_id, row.clone(), &stage)?;
    Ok(shown(row, stage))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetStage.html>
pub fn get_stage(view: &View, input: GetStageRequest) -> Result<Stage> {
    let GetStageRequest { rest_api_id, stage_name } = input;
    let (row, stage) = find(view, &rest_api_id, &stage_name)?;
    Ok(shown(row, stage))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetStages.html>
pub fn get_stages(view: &View, input: GetStagesRequest) -> Result<Stages> {
    let GetStagesRequest { rest_api_id, deployment_id } = input;
    rest_api::find(view, &rest_api_id)?;
    let mut item = Vec::new();
    for row in view.rows(&STAGES, (rest_api_id.as_str(),)) {
        let row = row?;
        let stage: Stage = unpacked(&row.settings)?;
        if deployment_id.is_none() || deployment_id == stage.deployment_id {
            item.push(shown(row, stage));
        }
    }
    Ok(Stages { item: Some(item) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html>
pub fn update_stage(cx: &mut Cx, input: UpdateStageRequest) -> Result<Stage> {
    let UpdateStageRequest { rest_api_id, stage_name, patch_operations } = input;
    let (row, mut stage) = find(cx, &rest_api_id, &stage_name)?;
    patch::refuse(cx, patch_operations.as_ref(), MISSING)?;
    // Settings of methods have places of their own: the rest of a path that ends in one is a key.
    let of_methods = |patch: &PatchOperation| {
        let path = patch.path.as_deref().unwrap_or_default();
        let key = path.strip_prefix('/').is_some_and(stage_settings::is_key);
        stage_settings::named(path).is_some() || key && patch.op.as_deref() == Some("remove")
    };
    let patches = patch_operations.unwrap_or_default();
    let (methods, others): (Vec<_>, Vec<_>) = patches.into_iter().partition(of_methods);
    patch::apply(&mut stage, Some(others), PLACES)?;
    for patch in patch::checked(Some(methods))? {
        match stage_settings::named(&patch.path) {
            Some(named) => stage_settings::change(cx, &mut stage, named, &patch)?,
            None => {
                let key = patch.path.trim_start_matches('/');
                stage.method_settings.get_or_insert_default().shift_remove(key);
            }
        }
    }
    check(cx, &rest_api_id, &mut stage)?;
    stage.last_updated_date = Some(cx.now().whole_secs());
    save(cx, &rest_api_id, row.clone(), &stage)?;
    Ok(shown(row, stage))
}

fn check(view: &View, api: &str, stage: &mut Stage) -> Result<()> {
    let deployment = stage.deployment_id.clone().unwrap_or_default();
    if !view.has(&DEPLOYMENTS, &(api.to_owned(), deployment))? {
        return Err(errors::bad_request("Deployment id does not exist"));
    }
    check_variables(stage.variables.as_ref())?;
    if let Some(settings) = &mut stage.access_log_settings {
        stage_settings::check_access_logs(view, settings)?;
    }
    if stage.access_log_settings.is_some() || stage_settings::logs(stage) {
        account::logging_role(view)?;
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteStage.html>
pub fn delete_stage(cx: &mut Cx, input: DeleteStageRequest) -> Result<Nothing> {
    let DeleteStageRequest { rest_api_id, stage_name } = input;
    find(cx, &rest_api_id, &stage_name)?;
    cx.delete_all(&ADMISSIONS, (rest_api_id.as_str(), stage_name.as_str()))?;
    cx.delete(&STAGES, &(rest_api_id, stage_name))?;
    Ok(Nothing {})
}

/// Forgets what functions said of clients.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_FlushStageAuthorizersCache.html>
pub fn flush_stage_authorizers_cache(cx: &mut Cx, input: FlushStageAuthorizersCacheRequest) -> Result<Nothing> {
    let FlushStageAuthorizersCacheRequest { rest_api_id, stage_name } = input;
    find(cx, &rest_api_id, &stage_name)?;
    cx.delete_all(&ADMISSIONS, (rest_api_id.as_str(), stage_name.as_str()))?;
    Ok(Nothing {})
}
