//! Where those answer who make resources for a stack, and where signals are put: a URL with a secret in it takes the place of the presigned
//! URL of a bucket of CloudFormation's own.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html>

use crate::access;
use crate::deploy::{Site, hear};
use crate::state::{RESOURCES, Resource, Signal, Step};
use service::template::json;
use service::{AccountId, Cx, Front, HttpReply, HttpRequest, Region, Result, Scope, Value, View, operation};

const PATH: &str = "/_aws/cloudformation/";
/// The longest response of a custom resource, in bytes.
const LONGEST_RESPONSE: usize = 4096;
/// The longest signal, in bytes: its parts have no limit of their own.
const LONGEST_SIGNAL: usize = 16 << 10;

/// All of them.
pub static FRONTS: &[Front] = &[Front {
    hosts: &[],
    host_paths: &[],
    paths: &["/_aws/cloudformation/**"],
    signing_names: &[],
    operation: operation!("PutResponse", write, HttpRequest, put_response, access::put_response),
}];

/// What a path names.
#[derive(Debug, PartialEq)]
enum Named<'r> {
    /// The response of a custom resource: the unique part of its stack's id, and its logical id.
    Response { uid: &'r str, logical: &'r str, secret: &'r str },
    /// A signal to a handle: the unique part of its stack's id, and its logical id.
    Signal { uid: &'r str, logical: &'r str, secret: &'r str },
}

fn named(path: &str) -> Option<(Scope, Named<'_>)> {
    let mut parts = path.strip_prefix(PATH)?.split('/');
    let mut next = || parts.next().filter(|part| !part.is_empty());
    let (kind, account, region) = (next()?, next()?.parse::<AccountId>().ok()?, Region::new(next()?)?);
    let named = match kind {
        "response" => Named::Response { uid: next()?, logical: next()?, secret: next()? },
        "signal" => Named::Signal { uid: next()?, logical: next()?, secret: next()? },
        _ => return None,
    };
    Some((Scope::new(account, region), named))
}

/// Where a request happens, if it names a place.
pub fn place(path: &str) -> Option<Scope> {
    named(path).map(|(scope, _)| scope)
}

/// The secret at the end of a handle's URL.
pub fn secret_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

/// What a stack says of itself to types that act for it.
pub fn owner(cx: &Cx, site: &Site, (row, step): (&Resource, &Step)) -> Value {
    let (base, account, region) = (&cx.request().base_url, cx.account(), cx.region());
    let secret = step.secret.clone().unwrap_or_default();
    let place = format!("{account}/{region}/{}/{}", site.stack.uid, row.logical);
    let response = format!("{base}{PATH}response/{place}/{secret}");
    let signals = format!("{base}{PATH}signal/{place}/{secret}");
    let capabilities = site.stack.source.capabilities.iter().map(Value::from).collect();
    Value::map([
        ("StackId", site.arn(cx).as_str().into()),
        ("LogicalResourceId", Value::from(&row.logical)),
        ("ResourceType", (&row.kind).into()),
        ("Capabilities", Value::List(capabilities)),
        ("RoleARN", site.stack.source.role_arn.clone().into()),
        ("ResponseURL", response.into()),
        ("SignalURL", signals.into()),
        ("Secret", secret.into()),
    ])
}

fn put_response(cx: &mut Cx, request: HttpRequest) -> Result<HttpReply> {
    if request.method != "PUT" {
        return Ok(refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource."));
    }
    let denied = || refusal(403, "AccessDenied", "Access Denied");
    let is_taken = match named(&request.path) {
        Some((_, Named::Response { uid, logical, secret })) => {
            let said = if request.body.len() > LONGEST_RESPONSE { None } else { read(&request.body) };
            // What cannot be read is an answer too, and no good one.
            let said = said.unwrap_or_else(|| Value::map::<&str>([]));
            hear::tell(cx, &format!("response/{secret}/"), &said)?
                || (is_asked(cx, (uid, logical), secret)? && hear::keep_early(cx, secret, &said)?)
        }
        Some((_, Named::Signal { uid, logical, secret })) => {
            if !is_handle(cx, (uid, logical), secret)? {
                return Ok(denied());
            }
            let said = if request.body.len() > LONGEST_SIGNAL { None } else { read(&request.body) };
            let Some(signal) = said.and_then(signal) else {
                return Ok(refusal(
                    400,
                    "InvalidRequest",
                    "The signal must have a Status, a Reason, a UniqueId and Data.",
                ));
            };
            hear::signal(cx, secret, signal)?;
            true
        }
        None => false,
    };
    Ok(if is_taken { HttpReply::new(200, "") } else { denied() })
}

fn read(body: &[u8]) -> Option<Value> {
    json::read(std::str::from_utf8(body).ok()?).filter(|value| value.as_map().is_some())
}

fn signal(said: Value) -> Option<Signal> {
    let text = |name: &str| Some(said.get(name)?.as_str()?.to_owned());
    let signal = Signal {
        id: text("UniqueId")?,
        status: text("Status")?,
        reason: text("Reason").unwrap_or_default(),
        data: text("Data").unwrap_or_default(),
    };
    (["SUCCESS", "FAILURE"].contains(&signal.status.as_str()) && !signal.id.is_empty()).then_some(signal)
}

/// Whether a step of this secret has asked and was not answered: who is quick may answer before it listens.
fn is_asked(view: &View, (uid, logical): (&str, &str), given: &str) -> Result<bool> {
    let row = view.get(&RESOURCES, &(uid.to_owned(), logical.to_owned()))?;
    let Some(step) = row.and_then(|row| row.step) else { return Ok(false) };
    let is_answered = step.answers.iter().any(|answer| answer.operation.starts_with("response/"));
    Ok(!is_answered && step.secret.as_deref() == Some(given))
}

/// Whether there is a handle of this secret.
fn is_handle(view: &View, (uid, logical): (&str, &str), given: &str) -> Result<bool> {
    let row = view.get(&RESOURCES, &(uid.to_owned(), logical.to_owned()))?;
    let body = row.and_then(|row| row.body);
    Ok(body.is_some_and(|body| secret_of(&body.id) == given))
}

/// A refusal as S3 has them.
fn refusal(status: i64, code: &str, message: &str) -> HttpReply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    HttpReply::new(status, body).with("Content-Type", "application/xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_what_is_answered() {
        let check = |path: &str, expect: Option<Named<'_>>| {
            assert_eq!(named(path).map(|(_, named)| named), expect, "{path}");
        };
        let place = "000000000000/us-east-1";
        let response = Named::Response { uid: "u", logical: "L", secret: "x" };
        check(&format!("{PATH}response/{place}/u/L/x"), Some(response));
        let signal = Named::Signal { uid: "u", logical: "L", secret: "x" };
        check(&format!("{PATH}signal/{place}/u/L/x"), Some(signal));
        check(&format!("{PATH}signal/{place}/u/L"), None);
        check(&format!("{PATH}other/{place}/x"), None);
        check(&format!("{PATH}response/me/us-east-1/x"), None);
    }
}
