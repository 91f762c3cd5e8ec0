use crate::Caller;
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
}
