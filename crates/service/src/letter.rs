//! Deliveries as they are kept until they have arrived.

use crate::{As, Call, Caller, CallerKind, Error, KeyBuf, LetterId, RequestInfo, Result, Scope, Session, Who};
use clock::Timestamp;
use ids::{AccountId, Region, RequestId};
use shape::{Bytes, Peek, Value, shape};
use std::sync::Arc;

shape! {
    /// A delivery as it is kept.
    pub struct Letter {
        /// The service that sends it, by prefix.
        pub sender: String,
        /// The sender's region; its account leads the key.
        pub region: String,
        /// `caller`, `service`, `owner` or `role`.
        pub who: String,
        /// The caller, where it is forwarded.
        pub caller: Option<StoredCaller>,
        /// The services that forwarded the caller before.
        pub forwarded: Vec<String>,
        /// The ARN for which it is sent.
        pub source: String,
        /// The role to assume.
        pub role: String,
        /// The role session's name.
        pub session: String,
        /// The account where it goes, if not the sender's.
        pub to_account: Option<i64>,
        /// The region where it goes, if not the sender's.
        pub to_region: Option<String>,
        /// The service it goes to, by prefix.
        pub service: String,
        /// The operation.
        pub operation: String,
        /// The input, as [`Value::encode`] wrote it.
        pub input: Bytes,
        /// The sender's own words.
        pub tag: String,
        /// Whether the sender is told of success too.
        pub tell_all: bool,
        /// How often it was tried.
        pub attempts: i64,
        /// When it was handed over.
        pub since: Timestamp,
        /// The request that handed it over.
        pub parent: Bytes,
        /// How deep in calls and deliveries that request was.
        pub depth: i64,
        /// The output, once it has arrived and the sender is still to be told.
        pub arrived: Option<Bytes>,
        /// The request that delivered it last.
        pub last: Bytes,
        /// When it is tried again, while a timer stands for that.
        pub retry_at: Option<Timestamp>,
        /// The URL by which the client reached us on whose behalf it is sent; URLs in its answer begin with it.
        pub base_url: Option<String>,
        /// The trace to which it belongs.
        pub trace: Option<String>,
    }

    /// A caller as it is kept.
    pub struct StoredCaller {
        /// [`CallerKind`], as text.
        pub kind: String,
        /// See [`Caller::account`].
        pub account: i64,
        /// See [`Caller::arn`].
        pub arn: String,
        /// See [`Caller::user_id`].
        pub user_id: String,
        /// See [`Caller::name`].
        pub name: String,
        /// See [`Caller::access_key`].
        pub access_key: String,
        /// See [`Caller::bootstrap`].
        pub bootstrap: bool,
        /// See [`Caller::session`].
        pub session: Option<StoredSession>,
    }

    /// A session as it is kept. See [`Session`] for its members.
    pub struct StoredSession {
        /// name
        pub name: String,
        /// role_arn
        pub role_arn: String,
        /// issued
        pub issued: Timestamp,
        /// expires
        pub expires: Timestamp,
        /// policies
        pub policies: Vec<String>,
        /// policy_arns
        pub policy_arns: Vec<String>,
        /// tags, keys and values in turn
        pub tags: Vec<String>,
        /// transitive_tag_keys
        pub transitive_tag_keys: Vec<String>,
        /// source_identity
        pub source_identity: String,
        /// mfa_at
        pub mfa_at: Option<Timestamp>,
        /// federated_provider
        pub federated_provider: String,
        /// context, names and values in turn
        pub context: Vec<String>,
        /// chained
        pub chained: bool,
        /// delegate
        pub delegate: Option<i64>,
    }
}

const KINDS: [(CallerKind, &str); 7] = [
    (CallerKind::Root, "root"),
    (CallerKind::User, "user"),
    (CallerKind::AssumedRole, "role"),
    (CallerKind::FederatedUser, "federated"),
    (CallerKind::Provider, "provider"),
    (CallerKind::Service, "service"),
    (CallerKind::Anonymous, "anonymous"),
];

fn pairs(flat: Vec<String>) -> Vec<(String, String)> {
    let mut flat = flat.into_iter();
    std::iter::from_fn(|| Some((flat.next()?, flat.next()?))).collect()
}

fn flat(pairs: &[(String, String)]) -> Vec<String> {
    pairs.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect()
}

impl From<&Caller> for StoredCaller {
    fn from(caller: &Caller) -> StoredCaller {
        let kind = KINDS.iter().find(|(kind, _)| *kind == caller.kind).map_or("", |(_, text)| text);
        StoredCaller {
            kind: kind.to_owned(),
            account: caller.account.number() as i64,
            arn: caller.arn.clone(),
            user_id: caller.user_id.clone(),
            name: caller.name.clone(),
            access_key: caller.access_key.clone(),
            bootstrap: caller.bootstrap,
            session: caller.session.as_deref().map(|s| StoredSession {
                name: s.name.clone(),
                role_arn: s.role_arn.clone(),
                issued: s.issued,
                expires: s.expires,
                policies: s.policies.clone(),
                policy_arns: s.policy_arns.clone(),
                tags: flat(&s.tags),
                transitive_tag_keys: s.transitive_tag_keys.clone(),
                source_identity: s.source_identity.clone(),
                mfa_at: s.mfa_at,
                federated_provider: s.federated_provider.clone(),
                context: flat(&s.context),
                chained: s.chained,
                delegate: s.delegate.map(|account| account.number() as i64),
            }),
        }
    }
}

impl StoredCaller {
    /// The caller as it was.
    pub fn restore(self) -> Result<Caller> {
        let damaged = || Error::internal("a kept caller cannot be read");
        let kind = KINDS.iter().find(|(_, text)| *text == self.kind).map(|(kind, _)| *kind).ok_or_else(damaged)?;
        Ok(Caller {
            kind,
            account: account(self.account)?,
            arn: self.arn,
            user_id: self.user_id,
            name: self.name,
            access_key: self.access_key,
            bootstrap: self.bootstrap,
            session: self
                .session
                .map(|s| -> Result<_> {
                    Ok(Arc::new(Session {
                        name: s.name,
                        role_arn: s.role_arn,
                        issued: s.issued,
                        expires: s.expires,
                        policies: s.policies,
                        policy_arns: s.policy_arns,
                        tags: pairs(s.tags),
                        transitive_tag_keys: s.transitive_tag_keys,
                        source_identity: s.source_identity,
                        mfa_at: s.mfa_at,
                        federated_provider: s.federated_provider,
                        context: pairs(s.context),
                        chained: s.chained,
                        delegate: s.delegate.map(account).transpose()?,
                    }))
                })
                .transpose()?,
        })
    }
}

fn account(number: i64) -> Result<AccountId> {
    let account = u64::try_from(number).ok().and_then(AccountId::from_number);
    account.ok_or_else(|| Error::internal("a kept account cannot be read"))
}

fn region(code: &str) -> Result<Region> {
    Region::kept(code).ok_or_else(|| Error::internal("a kept region cannot be read"))
}

impl Letter {
    /// A letter as the request `info` in `scope` hands it over.
    pub(crate) fn of(
        (info, scope): (&RequestInfo, Scope),
        by: As,
        call: Call,
        (tag, tell_all): (String, bool),
    ) -> Letter {
        let mut letter = Letter {
            sender: info.service.to_owned(),
            region: scope.region.as_str().to_owned(),
            to_account: by.scope.map(|to| to.account.number() as i64),
            to_region: by.scope.map(|to| to.region.as_str().to_owned()),
            service: call.service,
            operation: call.operation,
            input: call.input.encode().into(),
            tag,
            tell_all,
            since: info.arrived,
            parent: info.id.0.to_be_bytes().to_vec().into(),
            depth: info.via.as_ref().map_or(0, |via| i64::from(via.depth)),
            base_url: Some(info.base_url.to_string()).filter(|url| !url.is_empty()),
            trace: by.trace.or_else(|| info.trace.as_deref().map(str::to_owned)),
            ..Letter::default()
        };
        match by.who {
            Who::Caller => {
                letter.who = "caller".to_owned();
                letter.caller = Some(StoredCaller::from(&*info.caller));
                let before = info.via.iter().flat_map(|via| &via.forwarded);
                letter.forwarded = before.map(|principal| (*principal).to_owned()).collect();
            }
            Who::Service(source) => {
                letter.who = "service".to_owned();
                letter.source = source;
            }
            Who::Owner(source) => {
                letter.who = "owner".to_owned();
                letter.source = source;
            }
            Who::Role { role, session, source } => {
                letter.who = "role".to_owned();
                (letter.role, letter.session, letter.source) = (role, session, source);
            }
        }
        letter
    }

    /// As whom it is sent, and where.
    pub fn by(&self) -> Result<As> {
        let who = match self.who.as_str() {
            "caller" => Who::Caller,
            "service" => Who::Service(self.source.clone()),
            "owner" => Who::Owner(self.source.clone()),
            _ => Who::Role { role: self.role.clone(), session: self.session.clone(), source: self.source.clone() },
        };
        let scope = match (self.to_account, &self.to_region) {
            (Some(number), Some(code)) => Some(Scope::new(account(number)?, region(code)?)),
            _ => None,
        };
        Ok(As { who, scope, trace: self.trace.clone() })
    }

    /// What it delivers.
    pub fn call(&self) -> Result<Call> {
        let input = Value::decode(&self.input)?;
        Ok(Call { service: self.service.clone(), operation: self.operation.clone(), input })
    }

    /// The request that handed it over.
    pub fn parent(&self) -> RequestId {
        request_id(&self.parent)
    }

    /// The request that delivered it last.
    pub fn last(&self) -> RequestId {
        request_id(&self.last)
    }

    /// The scope of its sender.
    pub fn home(&self, id: &LetterId) -> Result<Scope> {
        Ok(Scope::new(id.account()?, region(&self.region)?))
    }

    /// Notes that it has arrived, for its sender to be told.
    pub fn arrive(&mut self, output: Peek<'_>, request: RequestId) {
        self.attempts += 1;
        self.last = request.0.to_be_bytes().to_vec().into();
        self.arrived = Some(Value::of(output).encode().into());
    }
}

fn request_id(bytes: &[u8]) -> RequestId {
    RequestId(bytes.try_into().map_or(0, u128::from_be_bytes))
}

impl LetterId {
    /// An id that sorts by account and then by the moment of handing over.
    pub(crate) fn new(account: AccountId, at: Timestamp, chance: u64) -> LetterId {
        let mut key = KeyBuf::default();
        key.account(account);
        let mut key = key.as_bytes().to_vec();
        key.extend_from_slice(&at.0.to_be_bytes());
        key.extend_from_slice(&chance.to_be_bytes());
        LetterId(key)
    }

    /// An id from the bytes of its key.
    pub fn from_bytes(bytes: &[u8]) -> LetterId {
        LetterId(bytes.to_vec())
    }

    /// The bytes of its key.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn account(&self) -> Result<AccountId> {
        let number = self.0.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes));
        number.and_then(AccountId::from_number).ok_or_else(|| Error::internal("a kept delivery has no account"))
    }
}
