use bytes::Bytes;
use clock::Timestamp;
use ids::{AccountId, RequestId};
use shape::{PackError, shape};

/// A record is cut down to this many bytes by leaving out its longest texts. CloudTrail's own bound on an event is
/// 256 KB too.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>
pub(crate) const MAX_RECORD_BYTES: usize = 256 * 1024;

/// What a record takes besides its long texts, as a rule.
const USUAL_BYTES: usize = 1024;

shape! {
    /// One request: who asked what of whom, what was decided and why, and how long it took.
    ///
    /// The members up to `parent` are those of [`Facts`], in the same order: queries read no further.
    pub struct Record {
        /// The request's id, 16 bytes; see [`Record::request_id`].
        pub id: Bytes,
        /// When it arrived, in virtual time.
        pub time: Timestamp,
        /// The account in which it was made, as a number.
        pub account: i64,
        /// The region; empty for a service without one.
        pub region: String,
        /// The service's endpoint prefix.
        pub service: String,
        /// The operation's name.
        pub operation: String,
        /// The caller's ARN, or a service's DNS name, or `*` for nobody.
        pub caller: String,
        /// What policies call the caller (`aws:PrincipalArn`): the role's ARN for a role's session.
        pub principal: String,
        /// The access key that signed; empty where none did.
        pub access_key: String,
        /// The HTTP status of the answer; 0 when none was sent.
        pub status: i64,
        /// The error's code; empty on success.
        pub error_code: String,
        /// A [`Decision`], as text.
        pub decision: String,
        /// The id of the request that made this one as a peer call; empty for a client's.
        pub parent: Bytes,
        /// When it arrived, on the machine's clock.
        pub real_time: Timestamp,
        /// The service part of CloudTrail's `eventSource`, with its domain.
        pub event_source: String,
        /// Whether the operation only reads.
        pub read_only: bool,
        /// A [`PrincipalKind`], as text.
        pub caller_kind: String,
        /// The caller's account, as a number.
        pub caller_account: i64,
        /// The caller's unique id (`aws:userid`).
        pub user_id: String,
        /// The user's or role's name.
        pub user_name: String,
        /// What a temporary credential carried.
        pub session: Option<SessionFacts>,
        /// The client's address.
        pub source_ip: String,
        /// The client's `User-Agent`.
        pub user_agent: String,
        /// The scheme, host and port by which the client reached us.
        pub base_host: String,
        /// ARNs of the resources that were asked for.
        pub resources: Vec<String>,
        /// The account that owns the resource, where it is not `account`.
        pub resource_account: Option<i64>,
        /// The input as compact JSON without secrets ([`crate::Elements`]); empty where there was none.
        pub input: String,
        /// The answer's elements as compact JSON, for a call that changed something.
        pub response: Option<String>,
        /// The error's message; empty on success.
        pub error_message: String,
        /// The name or ARN of the policy that decided; empty where none did.
        pub policy: String,
        /// The statement that decided: its id, or its place from 0.
        pub statement: String,
        /// Why, in a few words: `explicit deny`, `no identity-based policy allows`.
        pub reason: String,
        /// The whole proof as JSON for a denial, a short form for an allowed call; empty where nothing was decided.
        pub proof: String,
        /// What each stage took.
        pub stages: Stages,
        /// From arrival to answer, in microseconds of the machine's clock, waiting included.
        pub duration: i64,
        /// How long it waited for something to happen, in microseconds of virtual time.
        pub waited: i64,
        /// The rate bucket that throttled it; empty where none did.
        pub throttled_by: String,
        /// The fault rule that struck it; empty where none did.
        pub faulted_by: String,
        /// Whether texts were left out because the record was too large.
        pub omitted: bool,
        /// Whether the operation is one of the data plane, as sending a message is: CloudTrail calls it a data event.
        pub data: bool,
        /// The ARN of the resource for which a service asked, `aws:SourceArn`; empty where nobody asked for one.
        pub source: String,
        /// CloudTrail's name of the call; empty where it is the operation's.
        pub event_name: String,
        /// Who a token said its bearer is: the type of `userIdentity`, the provider, and so on to the user. Empty where
        /// the caller signed.
        pub bearer: Vec<String>,
        /// What was put to the policies, where that is more than one action without condition keys of its own: see
        /// [`Record::asked`].
        pub checks: Vec<CheckFacts>,
        /// Condition keys of the caller and of the way he came that no other member tells: his tags, what a token said of
        /// him, the services that forwarded him.
        pub context: Vec<KeyFacts>,
        /// Why the credentials that came were not taken; `None` where they were, or none came.
        pub refused: Option<RefusalFacts>,
    }

    /// Why credentials were not taken.
    pub struct RefusalFacts {
        /// A [`Refusal`], as text.
        pub cause: String,
        /// The access key that was presented, taken for nobody's; empty where none could be read.
        pub access_key: String,
        /// What it is about: the origin of a page, the times that differ.
        pub detail: String,
    }

    /// One check that was put to the policies.
    pub struct CheckFacts {
        /// The action: `sqs:SendMessage`.
        pub action: String,
        /// The resource, by its place in [`Record::resources`]; `None` for `*`, and where `item` names it.
        pub resource: Option<i64>,
        /// The resource, where it is an item that only the handler came to know; else empty.
        pub item: String,
        /// The account that owns the resource, as a number, where it is not [`Record::account`].
        pub owner: Option<i64>,
        /// The condition keys of this check alone.
        pub context: Vec<KeyFacts>,
    }

    /// A condition key with its values.
    pub struct KeyFacts {
        /// `aws:ResourceTag/team`.
        pub name: String,
        /// Its values.
        pub values: Vec<String>,
    }

    /// What a temporary credential carried.
    pub struct SessionFacts {
        /// The session's name.
        pub name: String,
        /// The ARN of the role or user that stands behind it.
        pub issuer: String,
        /// When it was issued.
        pub issued: Timestamp,
        /// Whether a one-time password was given.
        pub mfa: bool,
        /// `sts:SourceIdentity`; empty where none was set.
        pub source_identity: String,
        /// The identity provider that vouched; empty where none did.
        pub provider: String,
        /// Whether it is a session of a root user that an organisation's administrator assumed.
        pub assumed_root: Option<bool>,
        /// The account of whoever acts with delegated rights.
        pub delegate: Option<String>,
    }

    /// What each stage of the journey took, in microseconds.
    pub struct Stages {
        /// Reading the request.
        pub decode: i64,
        /// Finding out who asks.
        pub authenticate: i64,
        /// Asking the policies.
        pub authorise: i64,
        /// The handler.
        pub handle: i64,
        /// Recording and committing; 0 in a record that rides in the commit, which cannot know.
        pub commit: i64,
        /// Writing the answer; 0 likewise.
        pub encode: i64,
    }

    /// The members of a [`Record`] by which it is found.
    pub struct Facts {
        /// See [`Record::id`].
        pub id: Bytes,
        /// See [`Record::time`].
        pub time: Timestamp,
        /// See [`Record::account`].
        pub account: i64,
        /// See [`Record::region`].
        pub region: String,
        /// See [`Record::service`].
        pub service: String,
        /// See [`Record::operation`].
        pub operation: String,
        /// See [`Record::caller`].
        pub caller: String,
        /// See [`Record::principal`].
        pub principal: String,
        /// See [`Record::access_key`].
        pub access_key: String,
        /// See [`Record::status`].
        pub status: i64,
        /// See [`Record::error_code`].
        pub error_code: String,
        /// See [`Record::decision`].
        pub decision: String,
        /// See [`Record::parent`].
        pub parent: Bytes,
    }

    /// The two members that place a record.
    pub struct Head {
        /// See [`Record::id`].
        pub id: Bytes,
        /// See [`Record::time`].
        pub time: Timestamp,
    }
}

/// Declares an enumeration whose values are kept as texts.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            /// The text in which it is kept.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// The value of a text; `None` for another text.
            pub fn parse(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// What the policies decided.
    Decision {
        /// They allow it.
        Allowed = "allowed",
        /// They deny it.
        Denied = "denied",
        /// They deny it, and it went through: denials are only recorded.
        Audit = "audit",
        /// Anybody may do it, so they were not asked.
        Public = "public",
    }
}

words! {
    /// The kinds of caller.
    PrincipalKind {
        /// An account's root user.
        Root = "root",
        /// An IAM user.
        User = "user",
        /// A session of a role.
        AssumedRole = "assumed-role",
        /// A session of `GetFederationToken`.
        FederatedUser = "federated-user",
        /// An AWS service.
        Service = "service",
        /// Nobody: the request was not signed.
        Anonymous = "anonymous",
    }
}

words! {
    /// Why credentials were not taken. Clients are told less, as AWS tells them.
    Refusal {
        /// No authority knows the access key, or it is inactive.
        UnknownKey = "unknown key",
        /// The session token is not of this access key, or not of this cloud.
        UnknownSession = "unknown session",
        /// Temporary credentials of this kind may not be used with the service.
        SessionBarred = "session barred from the service",
        /// The session has ended.
        SessionEnded = "session ended",
        /// The key holds on this machine, and the client is elsewhere.
        FromElsewhere = "key of this machine used from elsewhere",
        /// The key holds on this machine, and the request was sent to a name that anybody may own.
        StrangeHost = "key of this machine used at a strange host",
        /// The key holds on this machine, and a web page from elsewhere asks.
        StrangePage = "key of this machine used by a strange page",
        /// The client's clock is off.
        ClockSkew = "clock skew",
        /// A presigned request is used before or after its time.
        LinkNotCurrent = "presigned request not current",
        /// The secret is another, or the request was changed after it was signed.
        Signature = "wrong signature",
        /// It was signed for another service, region or day.
        Scope = "wrong scope",
        /// The body is not what its headers claim.
        Body = "wrong body",
        /// The credentials cannot be read, or are of a kind that is not taken.
        Malformed = "malformed credentials",
    }
}

words! {
    /// How a call ended.
    Outcome {
        /// It succeeded, with or without a recorded denial.
        Ok = "ok",
        /// It failed, for another reason than a denial.
        Error = "error",
        /// It was denied.
        Denied = "denied",
        /// It would have been denied, and went through.
        Audit = "audit",
    }
}

/// The bytes of a record: what a commit carries, and what segments hold. Never more than 256 KiB: a larger record loses
/// its proof, response and input, and says so in [`Record::omitted`].
pub fn encode(record: &Record) -> Vec<u8> {
    let bytes = shape::pack_sized(record, USUAL_BYTES + record.input.len() + record.proof.len());
    if bytes.len() <= MAX_RECORD_BYTES { bytes } else { shape::pack(&shortened(record)) }
}

/// A record from its bytes.
pub fn decode(bytes: &[u8]) -> Result<Record, PackError> {
    let mut record = Record::default();
    shape::unpack(bytes, &mut record)?;
    Ok(record)
}

fn shortened(record: &Record) -> Record {
    const MAX_TEXT: usize = 2048;
    let mut short = record.clone();
    short.omitted = true;
    for text in [&mut short.input, &mut short.proof] {
        text.clear();
    }
    short.response = None;
    // Half of what was asked would be taken for the whole.
    short.checks.clear();
    short.context.clear();
    // ARNs have 2048 characters at most: 32 of them leave room for everything else.
    short.resources.truncate(32);
    let texts = [
        &mut short.error_message,
        &mut short.user_agent,
        &mut short.base_host,
        &mut short.source_ip,
        &mut short.caller,
        &mut short.principal,
        &mut short.access_key,
        &mut short.policy,
        &mut short.statement,
        &mut short.reason,
        &mut short.user_id,
        &mut short.user_name,
        &mut short.error_code,
        &mut short.region,
        &mut short.throttled_by,
        &mut short.faulted_by,
    ];
    let session = short.session.iter_mut();
    let session = session.flat_map(|s| [&mut s.name, &mut s.issuer, &mut s.source_identity, &mut s.provider]);
    for text in texts.into_iter().chain(&mut short.resources).chain(session) {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
    }
    short
}

pub(crate) fn head(bytes: &[u8]) -> Result<Head, PackError> {
    let mut head = Head::default();
    shape::unpack(bytes, &mut head)?;
    Ok(head)
}

pub(crate) fn facts(bytes: &[u8]) -> Result<Facts, PackError> {
    let mut facts = Facts::default();
    shape::unpack(bytes, &mut facts)?;
    Ok(facts)
}

/// The place of [`Record::resource_account`] among the members.
const RESOURCE_ACCOUNT: usize = 25;

/// The account that owns the resource, from a record's bytes; `None` where it is the account of the call.
pub(crate) fn packed_resource_account(bytes: &[u8]) -> Option<i64> {
    shape::packed_number(bytes, RESOURCE_ACCOUNT).ok().flatten()
}

/// A request id as a record keeps it.
pub(crate) fn id_bytes(id: RequestId) -> Bytes {
    Bytes::copy_from_slice(&id.0.to_be_bytes())
}

/// A request id from a record's member; all zeroes for what is none.
pub(crate) fn id_of(bytes: &[u8]) -> RequestId {
    RequestId(<[u8; 16]>::try_from(bytes).map_or(0, u128::from_be_bytes))
}

fn account(number: i64) -> AccountId {
    u64::try_from(number).ok().and_then(AccountId::from_number).unwrap_or(AccountId::DEFAULT)
}

fn outcome(status: i64, error_code: &str, decision: &str) -> Outcome {
    match Decision::parse(decision) {
        Some(Decision::Denied) => Outcome::Denied,
        _ if !error_code.is_empty() || status >= 400 => Outcome::Error,
        Some(Decision::Audit) => Outcome::Audit,
        _ => Outcome::Ok,
    }
}

impl Record {
    /// A record of the request `id`, to be filled.
    pub fn new(id: RequestId) -> Record {
        Record { id: id_bytes(id), ..Record::default() }
    }

    /// The request's id.
    pub fn request_id(&self) -> RequestId {
        id_of(&self.id)
    }

    /// The id of the request that made this one as a peer call.
    pub fn parent_id(&self) -> Option<RequestId> {
        (!self.parent.is_empty()).then(|| id_of(&self.parent))
    }

    /// Says which request made this one as a peer call.
    pub fn set_parent(&mut self, id: RequestId) {
        self.parent = id_bytes(id);
    }

    /// The account in which the call was made.
    pub fn account_id(&self) -> AccountId {
        account(self.account)
    }

    /// The caller's account.
    pub fn caller_account_id(&self) -> AccountId {
        account(self.caller_account)
    }

    /// The account that owns the resource.
    pub fn resource_account_id(&self) -> AccountId {
        account(self.resource_account.unwrap_or(self.account))
    }

    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        outcome(self.status, &self.error_code, &self.decision)
    }

    /// Whether it is kept in memory alone: a data event that went well. There are as many as messages, and CloudTrail
    /// keeps none unless a trail asks for them.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>
    pub fn is_passing(&self) -> bool {
        self.data && self.outcome() == Outcome::Ok
    }
}

impl Facts {
    /// How it ended.
    pub fn outcome(&self) -> Outcome {
        outcome(self.status, &self.error_code, &self.decision)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use shape::Struct;

    /// The record of a usual call, by `number`.
    pub(crate) fn sample(number: u64) -> Record {
        Record {
            time: Timestamp::from_secs(1_800_000_000 + number as i64),
            real_time: Timestamp::from_secs(1_700_000_000),
            account: 123_456_789_012,
            region: "eu-west-1".into(),
            service: "queue".into(),
            event_source: "queue.amazonaws.com".into(),
            operation: "SendMessage".into(),
            caller: "arn:aws:iam::123456789012:user/Alice".into(),
            principal: "arn:aws:iam::123456789012:user/Alice".into(),
            caller_kind: PrincipalKind::User.as_str().into(),
            caller_account: 123_456_789_012,
            user_id: "AIDAJ45Q7YFFAREXAMPLE".into(),
            user_name: "Alice".into(),
            access_key: "AKIAIOSFODNN7EXAMPLE".into(),
            status: 200,
            decision: Decision::Allowed.as_str().into(),
            input: "{\"queueUrl\":\"http://localhost:4566/123456789012/orders\"}".into(),
            ..Record::new(RequestId(u128::from(number)))
        }
    }

    #[test]
    fn what_is_encoded_comes_back() {
        let mut record = sample(7);
        record.session = Some(SessionFacts { name: "s".into(), mfa: true, ..SessionFacts::default() });
        record.set_parent(RequestId(3));
        let back = decode(&encode(&record)).unwrap();
        assert_eq!(back, record);
        assert_eq!((back.request_id(), back.parent_id()), (RequestId(7), Some(RequestId(3))));
    }

    #[test]
    fn facts_and_head_are_the_record_s_first_members() {
        let members = Record::default().members();
        for part in [Facts::default().members(), Head::default().members()] {
            assert_eq!(part, &members[..part.len()]);
        }
        let facts = facts(&encode(&sample(9))).unwrap();
        assert_eq!((facts.operation.as_str(), facts.status, id_of(&facts.id)), ("SendMessage", 200, RequestId(9)));
    }

    #[test]
    fn the_resource_s_account_is_read_from_the_bytes_alone() {
        assert_eq!(Record::default().members().get(RESOURCE_ACCOUNT), Some(&"resource_account"));
        let other = Record { resource_account: Some(444_455_556_666), ..sample(1) };
        assert_eq!(packed_resource_account(&encode(&other)), Some(444_455_556_666));
        assert_eq!(packed_resource_account(&encode(&sample(1))), None);
    }

    #[test]
    fn a_record_that_is_too_large_loses_its_texts_and_says_so() {
        for wide in [
            Record { input: "x".repeat(300_000), ..sample(1) },
            Record { user_agent: "é".repeat(300_000), ..sample(1) },
            Record { resources: vec!["r".repeat(5_000); 900], ..sample(1) },
        ] {
            let bytes = encode(&wide);
            assert!(bytes.len() <= MAX_RECORD_BYTES);
            let back = decode(&bytes).unwrap();
            assert!(back.omitted);
            assert_eq!((back.request_id(), back.operation.as_str()), (RequestId(1), "SendMessage"));
        }
        assert!(!decode(&encode(&sample(1))).unwrap().omitted);
    }

    #[test]
    fn outcomes() {
        let check = |status, code: &str, decision: Decision, expect| {
            let record =
                Record { status, error_code: code.into(), decision: decision.as_str().into(), ..Record::default() };
            assert_eq!(record.outcome(), expect);
        };
        check(200, "", Decision::Allowed, Outcome::Ok);
        check(200, "", Decision::Public, Outcome::Ok);
        check(200, "", Decision::Audit, Outcome::Audit);
        check(400, "QueueDoesNotExist", Decision::Audit, Outcome::Error);
        check(403, "AccessDenied", Decision::Denied, Outcome::Denied);
        check(0, "ConnectionReset", Decision::Allowed, Outcome::Error);
        check(503, "", Decision::Allowed, Outcome::Error);
    }
}
