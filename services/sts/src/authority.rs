//! What the door asks of STS: whose a temporary access key is.

use crate::session_token;
use service::{Authority, Credential, Result, View};

/// STS is the authority on temporary keys alone; the policies of their holders are IAM's to tell.
pub const AUTHORITY: Authority =
    Authority { credential, policies: |_, _| Ok(None), one_time_password: |_, _, _| Ok(None) };

fn credential(view: &View, access_key: &str, token: Option<&str>) -> Result<Option<Credential>> {
    match token {
        Some(token) if access_key.starts_with("ASIA") => session_token::open(view, access_key, token),
        _ => Ok(None),
    }
}
