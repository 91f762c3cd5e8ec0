use crate::resource::ResourceType;
use crate::{
    Body, Bytes, Caller, Check, Checksum, Cx, Delegated, Errand, GrantingPolicies, Issuers, LastUse, Measured,
    Membership, Meter, Result, TrailEvent, TrailPage, TrailQuery, ViaRef, View,
};
use clock::Timestamp;
use ids::{AccountId, RequestId};
use shape::{Struct, Value};
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
    /// Whether TLS was used.
    pub secure: bool,
    /// The way by which it came, if another service made it.
    pub via: ViaRef,
    /// The trace to which it belongs, as the header `X-Amzn-Trace-Id` has it: its client's or, from another service, that one's.
    pub trace: Option<Arc<str>>,
    /// The door itself, for what handlers ask of it.
    pub door: DoorRef,
}

impl RequestInfo {
    /// Whether a tag's key is one that the service sets which made this request: `aws:`, its name, and a colon.
    pub fn owns_tag(&self, key: &str) -> bool {
        let own = self.via.as_ref().and_then(|via| via.principal.split('.').next());
        own.zip(key.strip_prefix("aws:"))
            .is_some_and(|(own, rest)| rest.strip_prefix(own).is_some_and(|rest| rest.starts_with(':')))
    }
}

/// A limit that somebody declared, such as a table's provisioned capacity: always enforced.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// How much flows in each second.
    pub per_second: f64,
    /// How much the bucket holds.
    pub most: f64,
}

/// What a handler can ask of the door itself.
pub trait Door: Send + Sync {
    /// `Ok` if `caller` may; AWS's denial if not.
    fn judge(&self, view: &View, caller: &Caller, check: &Check) -> Result<()>;
    /// The output of another service's reading operation, on the state that `view` sees.
    fn look(&self, view: &View, service: &str, operation: &str, input: Value) -> Result<Value>;
    /// What each authority says binds a caller. See [`View::bound_by`].
    fn bound_by(&self, view: &View, caller: &Caller) -> Result<Vec<GrantingPolicies>> {
        let _ = (view, caller);
        Ok(Vec::new())
    }
    /// Takes `amount` from the bucket `name` of the view's scope and service, and tells whether it held that much. What
    /// was taken stays taken though the request fails, and a bucket is full after a restart: it is no row.
    fn draw(&self, view: &View, name: &str, limit: Limit, amount: f64) -> bool;
    /// Counts a sample now.
    fn count(&self, sample: Meter);
    /// What was measured in the view's scope and not taken by its keeper. See [`View::measured`].
    fn measured(&self, view: &View, wants: &dyn Fn(&str, &str) -> bool) -> Vec<Measured> {
        let _ = (view, wants);
        Vec::new()
    }
    /// What a gauge of a service shows now in the view's scope. See [`View::gauge`].
    fn gauge(
        &self,
        view: &View,
        metric: (&str, &str),
        dimensions: &[(String, String)],
    ) -> Result<Option<(f64, &'static str)>> {
        let _ = (view, metric, dimensions);
        Ok(None)
    }
    /// The output of a call to a peer, made in the transaction of the request that calls. See [`Cx::call`].
    fn call(self: Arc<Self>, cx: &mut Cx, errand: &Errand<'_>) -> Result<Box<dyn Struct>>;
    /// What happened in the view's account. See [`View::trail`].
    fn trail(&self, view: &View, query: &TrailQuery, keep: &dyn Fn(&TrailEvent) -> bool) -> Result<TrailPage> {
        let _ = (view, query, keep);
        Ok(TrailPage::default())
    }
    /// See [`View::logged_operations`].
    fn logged_operations(&self, iam_prefix: &str) -> Vec<&'static str> {
        let _ = iam_prefix;
        Vec::new()
    }
    /// See [`View::end_of_trail`].
    fn end_of_trail(&self) -> u64 {
        0
    }
    /// Whether an operation is built here. See [`View::offers`].
    fn offers(&self, service: &str, operation: &str) -> bool;
    /// A resource type, and the prefix of the service that declares it. See [`View::resource_type`].
    fn resource_type(&self, name: &str) -> Option<(&'static str, &'static ResourceType)>;
    /// The API model of a service. See [`View::model`].
    fn model(&self, service: &str) -> Option<&'static model::Model>;
    /// Whether `code` is what the caller's device `serial` shows now, and was not used yet.
    fn one_time_password(&self, view: &View, serial: &str, code: &str) -> Result<bool>;
    /// When a long-term access key of the view's account was last used.
    fn key_last_used(&self, view: &View, access_key: &str) -> Result<Option<LastUse>>;
    /// When a principal of the view's account last called each service that it ever called.
    fn services_last_used(&self, view: &View, principal: &str) -> Result<Vec<LastUse>>;
    /// When anybody of the view's account last called each service. See [`View::account_last_used`].
    fn account_last_used(&self, view: &View) -> Result<Vec<LastUse>> {
        let _ = view;
        Ok(Vec::new())
    }
    /// Whether a code is what the caller's device shows now, which uses it up with the transaction.
    fn spend_one_time_password(&self, cx: &mut Cx, serial: &str, code: &str) -> Result<bool>;
    /// The virtual moment that somebody outside, whose clock was never wound, meant by `stamp`.
    fn meant(&self, stamp: Timestamp) -> Timestamp;
    /// How much goes on in a lane. See [`crate::Lane`].
    fn busy(&self, _lane: &str) -> usize {
        0
    }
    /// The same of a time in a request from outside. See [`View::said`].
    fn said(&self, stamp: Timestamp) -> Timestamp {
        self.meant(stamp)
    }
    /// Checksums of a body that is in the store.
    fn checksums(&self, body: &Body, kinds: &[Checksum]) -> Result<Vec<(Checksum, Bytes)>>;
    /// Whether a policy's principal is nobody. See [`View::names_nobody`].
    fn names_nobody(&self, view: &View, named: &policy::Named) -> Result<bool> {
        let _ = (view, named);
        Ok(false)
    }
    /// The organisation of an account. See [`View::membership`].
    fn membership(&self, view: &View, account: AccountId) -> Result<Option<Membership>> {
        let _ = (view, account);
        Ok(None)
    }
    /// What a token of delegation is worth. See [`View::delegated`].
    fn delegated(&self, view: &View, token: &str) -> Result<Option<Delegated>> {
        let _ = (view, token);
        Ok(None)
    }
    /// The book of issuers of tokens; `None` where no service keeps one.
    fn issuers(&self) -> Option<Issuers>;
}

/// The door that a request came through; none where a view was made without one.
#[derive(Clone, Default)]
pub struct DoorRef(pub Option<Arc<dyn Door>>);

impl std::fmt::Debug for DoorRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "door" } else { "no door" })
    }
}
