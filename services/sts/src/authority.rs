//! What the door asks of STS: whose a temporary access key is.

use crate::{issuers, session_token};
use service::{Assume, Authority, Caller, CallerKind, Credential, Issuers, Result, Value, View};

/// STS is the authority on temporary keys and on the issuers of tokens; the policies of their holders are IAM's to tell.
pub const AUTHORITY: Authority = Authority {
    credential,
    admits,
    issuers: Some(Issuers { set: issuers::set, remove: issuers::remove, list: issuers::list }),
    assume: Some(Assume { operation: "AssumeRole", input: wish, credential: granted }),
    ..Authority::SILENT
};

/// Sessions of users may turn to IAM with a one-time password alone, those of federated users never, those of `AssumeRoot` and
/// delegated ones always; AWS answers them that their
/// token is invalid.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html>
fn admits(caller: &Caller, service: &str) -> bool {
    match (&caller.session, caller.kind) {
        (Some(session), CallerKind::User | CallerKind::Root) => {
            service != "iam" || session.mfa_at.is_some() || session.is_assumed_root() || session.delegate.is_some()
        }
        (Some(_), CallerKind::FederatedUser) => service != "iam",
        _ => true,
    }
}

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
