//! What the door asks of STS: whose a temporary access key is.

use crate::session_token;
use service::{Assume, Authority, Credential, Result, Value, View};

/// STS is the authority on temporary keys alone; the policies of their holders are IAM's to tell.
pub const AUTHORITY: Authority = Authority {
    credential,
    policies: |_, _| Ok(None),
    one_time_password: |_, _, _| Ok(None),
    assume: Some(Assume { operation: "AssumeRole", input: wish, credential: granted }),
};

fn wish(role: &str, session: &str) -> Value {
    let members = [("RoleArn", role), ("RoleSessionName", session)];
    Value::Map(members.map(|(name, text)| (name.to_owned(), text.into())).into_iter().collect())
}

fn granted(answer: &Value) -> Option<(String, String)> {
    let credentials = answer.get("Credentials")?;
    let text = |name: &str| credentials.get(name)?.as_str().map(str::to_owned);
    Some((text("AccessKeyId")?, text("SessionToken")?))
}

fn credential(view: &View, access_key: &str, token: Option<&str>) -> Result<Option<Credential>> {
    match token {
        Some(token) if access_key.starts_with("ASIA") => session_token::open(view, access_key, token),
        _ => Ok(None),
    }
}
