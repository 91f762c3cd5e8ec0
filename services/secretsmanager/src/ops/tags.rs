//! Tags of secrets.

use crate::api::*;
use crate::state::SECRETS;
use crate::{address, tags};
use service::{Cx, Nothing, Result};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<Nothing> {
    let TagResourceRequest { secret_id, tags } = input;
    let mut secret = address::live(cx, &secret_id)?;
    tags::add(cx, &mut secret.tags, tags)?;
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<Nothing> {
    let UntagResourceRequest { secret_id, tag_keys } = input;
    let mut secret = address::live(cx, &secret_id)?;
    secret.tags.retain(|key, _| !tag_keys.contains(key));
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    Ok(Nothing {})
}
