//! Enabling and disabling.

use crate::api::*;
use crate::names::{self, Forms};
use service::{Cx, Nothing, Result};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html>
pub fn enable_key(cx: &mut Cx, input: EnableKeyRequest) -> Result<Nothing> {
    let EnableKeyRequest { key_id } = input;
    switch(cx, &key_id, true)
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html>
pub fn disable_key(cx: &mut Cx, input: DisableKeyRequest) -> Result<Nothing> {
    let DisableKeyRequest { key_id } = input;
    switch(cx, &key_id, false)
}

fn switch(cx: &mut Cx, key_id: &str, enabled: bool) -> Result<Nothing> {
    let mut key = names::key(cx, key_id, Forms::Keys)?;
    key.check_switchable()?;
    if key.row.enabled != enabled {
        key.row.enabled = enabled;
        key.save(cx)?;
    }
    Ok(Nothing {})
}
