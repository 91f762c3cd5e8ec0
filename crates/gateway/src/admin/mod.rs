//! The operator's own API under `/_terrella/`, and what LocalStack's users ask under `/_localstack/`.
//!
//! It can empty the cloud, so it answers only clients on this machine (unless the network is trusted), who ask it by a name
//! that nobody else can own, and never the web page of another site.

mod clock;
mod facts;
mod faults;
mod happened;
mod issuers;
mod outbox;
mod policies;
mod ready;
mod registers;
mod state;

pub use ready::ReadyScripts;
pub(crate) use state::Work;

use crate::server::Shared;
use http::{HeaderValue, Method, header};
use pipeline::Peer;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use wire::browser::{Reach, Stranger, is_plain_read, stranger};
use wire::{Reply, Request};

/// What the operator's API knows besides the cloud.
#[derive(Debug, Clone, Default)]
pub struct Operator {
    /// The version of the binary.
    pub version: &'static str,
    /// Where the state is kept; `None` where nothing is.
    pub data: Option<PathBuf>,
    /// Whether clients beyond this machine may use it.
    pub trust_network: bool,
    /// What the start was told and does not do, by name.
    pub notes: Vec<String>,
    /// The scripts that run once the cloud is ready.
    pub ready: ReadyScripts,
}

type Answer = Result<Value, Refusal>;

/// Why an operator's request is not done, with what to do next.
struct Refusal {
    status: u16,
    message: String,
}

impl Refusal {
    fn bad(message: impl Into<String>) -> Refusal {
        Refusal { status: 400, message: message.into() }
    }
    fn missing(message: impl Into<String>) -> Refusal {
        Refusal { status: 404, message: message.into() }
    }
    fn failed(message: impl std::fmt::Display) -> Refusal {
        Refusal { status: 500, message: message.to_string() }
    }
}

/// Whether a path is the operator's.
pub(crate) fn is_mine(path: &str) -> bool {
    path.starts_with("/_terrella/") || path.starts_with("/_localstack/")
}

/// Answers an operator's request.
pub(crate) async fn answer(request: &Request, peer: Peer, shared: &Shared) -> Reply {
    let answer = match admitted(request, peer, shared) {
        Ok(()) => route(request, peer, shared).await,
        Err(refusal) => Err(refusal),
    };
    let (status, body) = match answer {
        Ok(body) => (200, body),
        Err(refusal) => (refusal.status, json!({"error": refusal.message})),
    };
    let mut reply = Reply { status, body: format!("{body}\n").into(), ..Reply::default() };
    reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}

/// Whether the operator asks, and not a stranger or the web page of one: see [`wire::browser`].
fn admitted(request: &Request, peer: Peer, shared: &Shared) -> Result<(), Refusal> {
    let refuse = |message: String| Err(Refusal { status: 403, message });
    let reach = if shared.operator.trust_network { Reach::Network } else { Reach::ThisMachine };
    if reach == Reach::ThisMachine && !peer.ip.to_canonical().is_loopback() {
        let message = "the operator's API answers this machine only; start with --trust-network to open it";
        return refuse(message.to_owned());
    }
    match stranger(request, reach) {
        None => Ok(()),
        Some(Stranger::Unnamed) if is_plain_read(&request.method) => Ok(()),
        Some(Stranger::Host(host)) => refuse(format!(
            "the operator's API does not answer to the name '{host}', which anybody may own: ask localhost or an address, or \
             start with --trust-network"
        )),
        Some(Stranger::Page(origin)) => {
            refuse(format!("the operator's API does not answer the web page of another site: {origin}"))
        }
        Some(Stranger::Unnamed) => {
            refuse("the operator's API does nothing for the web page of another site".to_owned())
        }
    }
}

async fn route(request: &Request, peer: Peer, shared: &Shared) -> Answer {
    let path = request.path.trim_end_matches('/');
    let get = request.method == Method::GET || request.method == Method::HEAD;
    let post = request.method == Method::POST;
    match path {
        "/_localstack/health" | "/_terrella/health" if get => Ok(facts::health(shared)),
        "/_localstack/info" if get => Ok(facts::info(shared)),
        "/_localstack/init" if get => Ok(shared.operator.ready.all()),
        "/_localstack/state/reset" if post => state::reset(request, shared),
        "/_terrella/info" if get => Ok(facts::info(shared)),
        "/_terrella/ca" if get => facts::authority(shared),
        "/_terrella/services" if get => Ok(facts::services(shared)),
        "/_terrella/reset" if post => state::reset(request, shared),
        "/_terrella/accounts" if get => state::accounts(shared),
        "/_terrella/accounts" if post => state::create_account(request, shared),
        "/_terrella/accounts/reserved" if get => state::reserved_ids(shared),
        "/_terrella/accounts/reserved" if post => state::reserve_id(request, shared),
        "/_terrella/snapshots" if post => state::snapshot(request, peer, shared).await,
        "/_terrella/snapshots" if get => Ok(state::progress(shared)),
        "/_terrella/wind" if post => clock::wind(request, shared).await,
        "/_terrella/clock" if get => Ok(clock::tell(shared)),
        "/_terrella/log" if get => happened::log(request, shared).await,
        "/_terrella/flows" if get => happened::flows(request, shared),
        "/_terrella/faults" => faults::answer(request, shared),
        "/_terrella/issuers" => issuers::answer(request, shared),
        "/_terrella/asked" if get => policies::asked(request, shared),
        "/_terrella/explain" if post => policies::explain(request, shared),
        "/_terrella/outbox" if get => outbox::list(request, shared),
        "/_terrella/registers" if get => Ok(registers::names(shared)),
        _ if path.starts_with("/_terrella/registers/") => {
            registers::answer(request, path.trim_start_matches("/_terrella/registers/"), shared)
        }
        _ if get && path.starts_with("/_localstack/init/") => {
            shared.operator.ready.one(path.trim_start_matches("/_localstack/init/"))
        }
        _ if get && path.starts_with("/_terrella/why/") => {
            happened::why(path.trim_start_matches("/_terrella/why/"), shared)
        }
        _ => Err(Refusal::missing(format!(
            "there is no {} {path}; `terrella --help` lists what an operator can ask",
            request.method
        ))),
    }
}

/// The body as JSON; an empty one is an empty object.
fn body(request: &Request) -> Result<Value, Refusal> {
    if request.body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(&request.body).map_err(|e| Refusal::bad(format!("the body is no JSON: {e}")))
}

/// A parameter of the query string, as it stands there.
fn parameter<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, v)| v)
}

/// A part of the query string without its escapes.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (b, hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (b'+', _) => {
                out.push(b' ');
                at += 1;
            }
            (b, _) => {
                out.push(*b);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Work that may take longer than a worker should be held.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Refusal::failed(format!("the work broke off: {e}")))
}

/// `90d`, `12h`, `30m`, `45s`, `250ms`, several of them together, or plain seconds.
fn span(text: &str) -> Result<Duration, Refusal> {
    let malformed = || Refusal::bad(format!("'{text}' is no span of time: write such as 90d, 12h30m or 45s"));
    let mut rest = text.trim();
    let mut millis: u64 = 0;
    if rest.is_empty() {
        return Err(malformed());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest.get(..digits).and_then(|n| n.parse().ok()).ok_or_else(malformed)?;
        rest = rest.get(digits..).unwrap_or_default();
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match rest.get(..letters).unwrap_or_default() {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 7 * 86_400_000,
            _ => return Err(malformed()),
        };
        rest = rest.get(letters..).unwrap_or_default();
        millis = number.checked_mul(unit).and_then(|n| millis.checked_add(n)).ok_or_else(malformed)?;
    }
    Ok(Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time() {
        for (text, seconds) in [("90d", 7_776_000), ("12h30m", 45_000), ("45s", 45), ("45", 45), ("1w1d", 691_200)] {
            assert_eq!(span(text).ok().map(|s| s.as_secs()), Some(seconds), "{text}");
        }
        for text in ["", "d", "5x", "-5s", "5s!", "99999999999999999999d"] {
            assert!(span(text).is_err(), "{text}");
        }
    }
}
