//! What is made before the writer's lock: an instance's key.

use crate::api::{
    CreateAccountAssignmentRequest, CreateAccountAssignmentResponse, ProvisionPermissionSetRequest,
    ProvisionPermissionSetResponse,
};
use crate::instance;
use crate::signing;
use crate::state::{KEYS, KeyRow};
use service::{Prepared, Result, View};

/// A key, if the instance has none yet.
pub fn create_account_assignment(
    view: &View,
    input: &CreateAccountAssignmentRequest,
) -> Result<Prepared<CreateAccountAssignmentResponse, Option<KeyRow>>> {
    Ok(Prepared::Made(key(view, &input.instance_arn)?))
}

/// A key, if the instance has none yet.
pub fn provision_permission_set(
    view: &View,
    input: &ProvisionPermissionSetRequest,
) -> Result<Prepared<ProvisionPermissionSetResponse, Option<KeyRow>>> {
    Ok(Prepared::Made(key(view, &input.instance_arn)?))
}

fn key(view: &View, instance: &str) -> Result<Option<KeyRow>> {
    if view.has(&KEYS, instance::id_in(instance))? { Ok(None) } else { signing::generate(view).map(Some) }
}
