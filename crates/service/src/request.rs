use crate::{Caller, Check, Result, View};
use clock::Timestamp;
use ids::RequestId;
use std::sync::Arc;

/// What is known of a request besides its input.
#[derive(Debug, Clone)]
pub struct RequestInfo {
    /// Its id, in the reply and in the ledger.
    pub id: RequestId,
    /// The service it is for, by prefix.
    pub service: &'static str,
    /// The operation's name.
    pub operation: &'static str,
    /// Who makes it.
    pub caller: Arc<Caller>,
    /// When it arrived, in virtual time. A request that waits keeps it.
    pub arrived: Timestamp,
    /// The scheme, host and port by which the client reached us, such as `http://127.0.0.1:4566`: URLs in answers begin with it.
    pub base_url: Arc<str>,
    /// The client's address: `aws:SourceIp`.
    pub source_ip: Arc<str>,
    /// The client's `User-Agent`.
    pub user_agent: Arc<str>,
    /// Whether TLS was used: `aws:SecureTransport`.
    pub secure: bool,
    /// Who decides what handlers ask with [`View::may`].
    pub judge: Bench,
}

/// Decides checks that only a handler can make: for each item of a list, or for a principal other than the caller.
pub trait Judge: Send + Sync {
    /// `Ok` if `caller` may; AWS's denial if not. It is recorded with the request.
    fn judge(&self, view: &View, caller: &Caller, check: &Check) -> Result<()>;
}

/// The judge of a request; none where a view was made without the door.
#[derive(Clone, Default)]
pub struct Bench(pub Option<Arc<dyn Judge>>);

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "judge" } else { "no judge" })
    }
}
