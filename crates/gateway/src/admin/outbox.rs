use super::{Answer, Refusal, decoded, parameter};
use crate::server::Shared;
use serde_json::{Value, json};
use service::Dispatch;
use wire::Request;

/// The mails and text messages that would have gone to people, the newest first: of `?account=…` (the cloud's own where none
/// is named), to `?to=…` alone where somebody is.
pub(super) fn list(request: &Request, shared: &Shared) -> Answer {
    let account = match parameter(request, "account") {
        Some(text) => text.parse().map_err(|_| Refusal::bad("an account has 12 digits: ?account=000000000000"))?,
        None => shared.cloud.settings().account,
    };
    let all = shared.cloud.dispatches(account).map_err(Refusal::failed)?;
    let to = parameter(request, "to").map(decoded);
    let wanted = all.iter().filter(|dispatch| to.as_ref().is_none_or(|to| dispatch.to == *to));
    Ok(json!({"messages": wanted.map(shown).collect::<Vec<Value>>()}))
}

fn shown(dispatch: &Dispatch) -> Value {
    json!({
        "at": dispatch.at.iso8601(),
        "region": dispatch.region,
        "service": dispatch.service,
        "medium": dispatch.medium,
        "to": dispatch.to,
        "subject": dispatch.subject,
        "text": dispatch.text,
    })
}
