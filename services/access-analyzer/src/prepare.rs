//! What is done before the writer's lock is taken, beside all other requests: what looks at all resources of an account.

use crate::api::*;
use crate::ops::access_previews::{self, Previewed};
use crate::ops::resources;
use service::{Nothing, Prepared, Result, View};

/// What the preview finds, or why it cannot be made.
pub fn create_access_preview(
    view: &View,
    input: &CreateAccessPreviewRequest,
) -> Result<Prepared<CreateAccessPreviewResponse, Result<Previewed>>> {
    Ok(Prepared::Made(access_previews::look(view, input)))
}

/// Makes sure that the resource is there.
pub fn start_resource_scan(view: &View, input: &StartResourceScanRequest) -> Result<Prepared<Nothing, ()>> {
    let StartResourceScanRequest { analyzer_arn, resource_arn, resource_owner_account } = input;
    resources::check(view, analyzer_arn, (resource_arn, resource_owner_account.as_deref())).map(Prepared::Made)
}
