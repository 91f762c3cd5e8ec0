//! Whole operations against an IAM that knows one role, one user with a device, and one identity provider.

mod providers;
mod saml;

use crate::api::*;
use crate::{access, authority, ops};
use clock::EntropySource;
use service::{
    Access, Caller, CallerKind, Check, ContextKey, Credential, Cx, Door, DoorRef, Duration, Error, IndexMap, Issuers,
    LastUse, Region, RequestId, RequestInfo, Result, Scope, Session, Timestamp, Value, View,
};
use std::sync::Arc;
use store::Store;

const ACCOUNT: &str = "123456789012";
const ROLE: &str = "arn:aws:iam::123456789012:role/ops/Reader";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/ann";
const ISSUER: &str = "https://oidc.example.com/id/1";

/// An IAM that knows one of each.
struct Iam;

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<IndexMap<_, _>>())
}

impl Door for Iam {
    fn draw(&self, _: &View, name: &str, _: service::Limit, _: f64) -> bool {
        panic!("{name} is not drawn from here")
    }

    fn count(&self, _: service::Meter) {}

    fn call(self: Arc<Self>, _: &mut Cx, errand: &service::Errand<'_>) -> Result<Box<dyn service::Struct>> {
        panic!("{}.{} is not called here", errand.service, errand.operation)
    }

    /// Trusts one subject.
    fn judge(&self, _: &View, _: &Caller, check: &Check) -> Result<()> {
        let subject = check.context.iter().find(|key| key.name.ends_with(":sub"));
        let is_from = |key: &&ContextKey| key.name == "saml:doc" && key.values.join(",") != "123456789012/Idp";
        assert!(check.context.iter().find(is_from).is_none());
        match subject.map(|key| key.values.join(",")).as_deref() {
            Some("ann") => Ok(()),
            _ => Err(Error::new("AccessDenied", "judged").status(403)),
        }
    }

    fn offers(&self, _: &str, _: &str) -> bool {
        false
    }
    fn model(&self, _: &str) -> Option<&'static service::model::Model> {
        None
    }

    fn resource_type(&self, _: &str) -> Option<(&'static str, &'static service::resource::ResourceType)> {
        None
    }

    fn look(&self, view: &View, service: &str, operation: &str, input: Value) -> Result<Value> {
        assert_eq!((service, view.region()), ("iam", Region::GLOBAL));
        let asked = |member: &str| input.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        let text = |text: &str| Value::from(text.to_owned());
        let provider = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.example.com/id/1");
        match operation {
            "GetRole" if asked("RoleName") == "Reader" && view.account().to_string() == ACCOUNT => {
                let tag = map([("Key", text("team")), ("Value", text("blue"))]);
                let role = map([
                    ("Arn", text(ROLE)),
                    ("RoleId", text("AROAREADER")),
                    ("AssumeRolePolicyDocument", text("%7B%22trust%22%3A%22all%22%7D")),
                    ("MaxSessionDuration", Value::Int(7200)),
                    ("Tags", Value::List(vec![tag])),
                ]);
                Ok(map([("Role", role)]))
            }
            "ListMFADevices" if asked("UserName") == "ann" => {
                let device = map([("SerialNumber", text(SERIAL))]);
                Ok(map([("MFADevices", Value::List(vec![device]))]))
            }
            "GetPolicy" if asked("PolicyArn") == "arn:aws:iam::aws:policy/ReadOnlyAccess" => Ok(Value::Null),
            "GetOpenIDConnectProvider" if asked("OpenIDConnectProviderArn") == provider => {
                Ok(map([("ClientIDList", Value::List(vec![text("sts.amazonaws.com")]))]))
            }
            "GetSAMLProvider" if asked("SAMLProviderArn") == saml::PROVIDER => {
                Ok(map([("SAMLMetadataDocument", text(&saml::idp().metadata()))]))
            }
            _ => Err(Error::new("NoSuchEntityException", "There is none.")),
        }
    }

    fn key_last_used(&self, _: &View, _: &str) -> Result<Option<LastUse>> {
        Ok(None)
    }

    fn services_last_used(&self, _: &View, _: &str) -> Result<Vec<LastUse>> {
        Ok(Vec::new())
    }

    fn one_time_password(&self, _: &View, serial: &str, code: &str) -> Result<bool> {
        Ok((serial, code) == (SERIAL, "123456"))
    }

    /// The device's code is used up as it is in the transcripts of IAM; here it only must be asked for.
    fn spend_one_time_password(&self, cx: &mut Cx, serial: &str, code: &str) -> Result<bool> {
        self.one_time_password(cx, serial, code)
    }

    fn meant(&self, stamp: Timestamp) -> Timestamp {
        stamp
    }

    fn checksums(
        &self,
        _: &service::Body,
        _: &[service::Checksum],
    ) -> Result<Vec<(service::Checksum, service::Bytes)>> {
        Ok(Vec::new())
    }
    fn issuers(&self) -> Option<Issuers> {
        authority::AUTHORITY.issuers
    }
}

struct Cloud {
    store: Store,
    now: Timestamp,
    caller: Caller,
    entropy: EntropySource,
}

impl Cloud {
    fn new(caller: Caller) -> Cloud {
        let now = Timestamp::from_secs(1_700_000_000);
        Cloud { store: Store::memory(), now, caller, entropy: EntropySource::seeded(1) }
    }

    fn scope(&self) -> Scope {
        Scope::new(self.caller.account, Region::new("eu-central-1").unwrap())
    }

    fn info(&self) -> Arc<RequestInfo> {
        Arc::new(RequestInfo {
            id: RequestId(1),
            service: "sts",
            operation: "Test",
            caller: Arc::new(self.caller.clone()),
            arrived: self.now,
            base_url: "http://localhost:4566".into(),
            source_ip: "127.0.0.1".into(),
            user_agent: "test".into(),
            secure: false,
            via: None,
            trace: None,
            door: DoorRef(Some(Arc::new(Iam))),
        })
    }

    fn view(&self) -> View {
        View::of(&self.store, self.scope(), self.now, self.info())
    }

    /// Runs work in a transaction that commits when it answers.
    fn run<O>(&self, work: impl FnOnce(&mut Cx) -> Result<O>) -> Result<O> {
        let mut cx = Cx::begin(&self.store, self.scope(), self.now, self.info(), self.entropy.stream());
        let answer = work(&mut cx)?;
        cx.commit(&[])?;
        Ok(answer)
    }

    /// The door's look-up of who signs.
    fn open(&self, key: &str, token: Option<&str>) -> Option<Credential> {
        (authority::AUTHORITY.credential)(&self.view(), key, token).unwrap()
    }

    /// The access of AssumeRole as the actions it asks for, or its error; then the reply.
    fn assume(&self, input: AssumeRoleRequest) -> Result<AssumeRoleResponse> {
        access::assume_role(&self.view(), &input)?;
        self.run(|cx| ops::roles::assume_role(cx, input))
    }

    fn become_(&mut self, credentials: &Credentials) {
        let found = self.open(&credentials.access_key_id, Some(&credentials.session_token)).unwrap();
        self.caller = found.caller;
    }
}

fn principal(kind: CallerKind, resource: &str, id: &str) -> Caller {
    Caller {
        kind,
        account: ACCOUNT.parse().unwrap(),
        arn: format!("arn:aws:iam::{ACCOUNT}:{resource}"),
        user_id: id.to_owned(),
        name: resource.rsplit('/').next().unwrap().to_owned(),
        access_key: "AKIATEST".to_owned(),
        ..Caller::anonymous()
    }
}

fn ann() -> Caller {
    principal(CallerKind::User, "user/ann", "AIDAANN")
}

fn root() -> Caller {
    principal(CallerKind::Root, "root", ACCOUNT)
}

fn request() -> AssumeRoleRequest {
    AssumeRoleRequest { role_arn: ROLE.to_owned(), role_session_name: "s1".to_owned(), ..AssumeRoleRequest::default() }
}

fn tag(key: &str, value: &str) -> Tag {
    Tag { key: key.to_owned(), value: value.to_owned() }
}

#[track_caller]
fn refused<T>(result: Result<T>, code: &str, part: &str) {
    let error = result.err().expect("an error");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.message().contains(part), "{error}");
}

#[test]
fn a_role_session_is_all_in_its_token() {
    let cloud = Cloud::new(ann());
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let reply = cloud
        .assume(AssumeRoleRequest {
            duration_seconds: Some(7200),
            policy: Some(policy.to_owned()),
            policy_arns: Some(vec![PolicyDescriptorType {
                arn: Some("arn:aws:iam::aws:policy/ReadOnlyAccess".into()),
            }]),
            tags: Some(vec![tag("Cost", "7"), tag("Env", "x")]),
            transitive_tag_keys: Some(vec!["Env".to_owned()]),
            source_identity: Some("ann".to_owned()),
            ..request()
        })
        .unwrap();
    let user = reply.assumed_role_user.unwrap();
    assert_eq!(user.arn, "arn:aws:sts::123456789012:assumed-role/Reader/s1");
    assert_eq!(user.assumed_role_id, "AROAREADER:s1");
    assert_eq!((reply.packed_policy_size, reply.source_identity.as_deref()), (Some(7), Some("ann")));
    let credentials = reply.credentials.unwrap();
    assert_eq!(credentials.expiration, cloud.now.after(Duration::from_secs(7200)));
    assert!(credentials.access_key_id.starts_with("ASIA") && credentials.access_key_id.len() == 20);
    assert_eq!(credentials.secret_access_key.len(), 40);
    assert_eq!(reply.session_token_size, Some(credentials.session_token.len() as i64));

    let found = cloud.open(&credentials.access_key_id, Some(&credentials.session_token)).unwrap();
    assert_eq!(found.secret, credentials.secret_access_key);
    let session = found.caller.session.clone().unwrap();
    assert_eq!((found.caller.kind, found.caller.arn.as_str()), (CallerKind::AssumedRole, user.arn.as_str()));
    assert_eq!((found.caller.name.as_str(), found.caller.user_id.as_str()), ("Reader", "AROAREADER:s1"));
    let expect = Session {
        name: "s1".to_owned(),
        role_arn: ROLE.to_owned(),
        issued: cloud.now,
        expires: credentials.expiration,
        policies: vec![policy.to_owned()],
        policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()],
        tags: vec![("Cost".to_owned(), "7".to_owned()), ("Env".to_owned(), "x".to_owned())],
        transitive_tag_keys: vec!["Env".to_owned()],
        source_identity: "ann".to_owned(),
        ..Session::default()
    };
    assert_eq!(*session, expect);
}

#[test]
fn tokens_that_are_not_of_the_key_open_nothing() {
    let cloud = Cloud::new(ann());
    let issue = || cloud.assume(request()).unwrap().credentials.unwrap();
    let (one, two) = (issue(), issue());
    assert!(cloud.open(&one.access_key_id, Some(&one.session_token)).is_some());
    let mut bent = one.session_token.clone().into_bytes();
    bent[40] = if bent[40] == b'A' { b'B' } else { b'A' };
    let bent = String::from_utf8(bent).unwrap();
    for token in [two.session_token.as_str(), bent.as_str(), "", "AAAA", "!", &"A".repeat(100_000)] {
        assert!(cloud.open(&one.access_key_id, Some(token)).is_none());
    }
    assert!(cloud.open(&one.access_key_id, None).is_none());
    assert!(cloud.open("AKIAIOSFODNN7EXAMPLE", Some(&one.session_token)).is_none());
    let other = Cloud::new(ann());
    assert!(other.open(&one.access_key_id, Some(&one.session_token)).is_none(), "nothing was sealed there yet");
    other.assume(request()).unwrap();
    assert!(other.open(&one.access_key_id, Some(&one.session_token)).is_none(), "another cloud's key");
}

#[test]
fn a_token_is_as_large_as_was_asked() {
    let cloud = Cloud::new(ann());
    for least in [0, 1000, 2047, 4096] {
        let reply = cloud.assume(AssumeRoleRequest { minimum_session_token_size: Some(least), ..request() }).unwrap();
        let credentials = reply.credentials.unwrap();
        assert!(credentials.session_token.len() as i64 >= least, "{least}");
        assert!(cloud.open(&credentials.access_key_id, Some(&credentials.session_token)).is_some(), "{least}");
    }
}

#[test]
fn only_the_first_issue_writes() {
    let cloud = Cloud::new(ann());
    let writes = || cloud.run(|cx| ops::roles::assume_role(cx, request()).map(|_| !cx.is_clean())).unwrap();
    assert_eq!([writes(), writes(), writes()], [true, false, false]);
}

#[test]
fn what_must_be_allowed_to_assume_a_role() {
    let check = |caller: Caller, input: AssumeRoleRequest, expect: &[&str]| {
        let Access::Checks(checks) = access::assume_role(&Cloud::new(caller).view(), &input).unwrap() else { panic!() };
        let actions: Vec<&str> = checks.iter().map(|check| &*check.action).collect();
        assert_eq!(actions, expect);
        checks
    };
    let checks = check(
        ann(),
        AssumeRoleRequest {
            external_id: Some("x7".into()),
            serial_number: Some(SERIAL.into()),
            token_code: Some("123456".into()),
            ..request()
        },
        &["sts:AssumeRole"],
    );
    assert_eq!((checks[0].resource.as_str(), checks[0].owner), (ROLE, ACCOUNT.parse().ok()));
    assert_eq!(checks[0].policy.as_ref().unwrap().text, r#"{"trust":"all"}"#);
    let keys: Vec<String> = checks[0].context.iter().map(|k| format!("{}={}", k.name, k.values.join(","))).collect();
    assert_eq!(
        keys,
        [
            "sts:RoleSessionName=s1",
            "iam:ResourceTag/team=blue",
            "aws:ResourceTag/team=blue",
            "sts:ExternalId=x7",
            "aws:MultiFactorAuthPresent=true",
            "aws:MultiFactorAuthAge=0",
        ]
    );
    let all = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    let tags = Some(vec![tag("Env", "x")]);
    check(ann(), AssumeRoleRequest { tags, source_identity: Some("ann".into()), ..request() }, &all);
    let handed_on = Session {
        tags: vec![("Env".to_owned(), "x".to_owned())],
        transitive_tag_keys: vec!["Env".to_owned()],
        source_identity: "ann".to_owned(),
        ..Session::default()
    };
    check(Caller { session: Some(Arc::new(handed_on)), ..ann() }, request(), &all);
}

#[test]
fn who_may_not_even_ask_for_a_role() {
    let check = |caller: Caller, input: AssumeRoleRequest, part: &str| {
        refused(Cloud::new(caller).assume(input), "AccessDenied", part);
    };
    let to = |arn: &str| AssumeRoleRequest { role_arn: arn.to_owned(), ..request() };
    let missing = |arn: &str| {
        format!("User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform: sts:AssumeRole on resource: {arn}")
    };
    check(root(), request(), "Roles may not be assumed by root accounts.");
    for arn in [
        "arn:aws:iam::123456789012:role/Writer",
        "arn:aws:iam::123456789012:role/Reader",
        "arn:aws:iam::210987654321:role/ops/Reader",
    ] {
        check(ann(), to(arn), &missing(arn));
    }
    assert!(Cloud::new(Caller { bootstrap: true, ..root() }).assume(request()).is_ok());
    let anonymous = Cloud::new(Caller::anonymous());
    assert_eq!(access::assume_role(&anonymous.view(), &request()), Ok(Access::Signed));
    let device = |serial: Option<&str>, code: Option<&str>| AssumeRoleRequest {
        serial_number: serial.map(Into::into),
        token_code: code.map(Into::into),
        ..request()
    };
    check(ann(), device(Some(SERIAL), None), "must provide both MFA serial number and one time pass code.");
    check(ann(), device(None, Some("123456")), "must provide both MFA serial number and one time pass code.");
    check(ann(), device(Some(SERIAL), Some("000000")), "failed with invalid MFA one time pass code.");
    check(ann(), device(Some("GAHT12345678"), Some("123456")), "unable to validate MFA code.");
}

#[test]
fn chains_of_roles_keep_what_must_stay() {
    let mut cloud = Cloud::new(ann());
    let first = AssumeRoleRequest {
        tags: Some(vec![tag("Env", "x"), tag("Cost", "7")]),
        transitive_tag_keys: Some(vec!["Env".to_owned()]),
        source_identity: Some("ann".to_owned()),
        serial_number: Some(SERIAL.into()),
        token_code: Some("123456".into()),
        ..request()
    };
    let credentials = cloud.assume(first).unwrap().credentials.unwrap();
    cloud.become_(&credentials);
    assert_eq!(cloud.caller.session.as_ref().unwrap().mfa_at, Some(cloud.now));
    let long = AssumeRoleRequest { duration_seconds: Some(3601), ..request() };
    refused(cloud.assume(long), "ValidationError", "1 hour session limit for roles assumed by role chaining.");
    let other = AssumeRoleRequest { source_identity: Some("bob".to_owned()), ..request() };
    refused(cloud.assume(other), "AccessDenied", "sts:SetSourceIdentity");
    let over = AssumeRoleRequest { tags: Some(vec![tag("env", "y")]), ..request() };
    refused(cloud.assume(over), "InvalidParameterValue", "conflicts with a transitive tag key");
    let reply = cloud.assume(request()).unwrap();
    assert_eq!(reply.packed_policy_size, None);
    cloud.become_(&reply.credentials.unwrap());
    let session = cloud.caller.session.as_ref().unwrap();
    assert_eq!(session.tags, [("Env".to_owned(), "x".to_owned())]);
    assert_eq!((session.source_identity.as_str(), session.mfa_at, session.chained), ("ann", None, true));
}

#[test]
fn sessions_of_users() {
    let mut cloud = Cloud::new(ann());
    let get = |cloud: &Cloud, input: GetSessionTokenRequest| {
        access::get_session_token(&cloud.view(), &input)?;
        cloud.run(|cx| ops::sessions::get_session_token(cx, input))
    };
    let with_code = |code: &str| GetSessionTokenRequest {
        serial_number: Some(SERIAL.into()),
        token_code: Some(code.into()),
        ..GetSessionTokenRequest::default()
    };
    refused(get(&cloud, with_code("000000")), "AccessDenied", "invalid MFA one time pass code");
    let credentials = get(&cloud, with_code("123456")).unwrap().credentials.unwrap();
    assert_eq!(credentials.expiration, cloud.now.after(Duration::from_secs(43_200)));
    cloud.become_(&credentials);
    let caller = &cloud.caller;
    assert_eq!((caller.kind, caller.arn.clone(), caller.name.as_str()), (CallerKind::User, ann().arn, "ann"));
    assert_eq!(caller.session.as_ref().unwrap().mfa_at, Some(cloud.now));
    refused(get(&cloud, with_code("123456")), "AccessDenied", "Cannot call GetSessionToken with session credentials");
    let federation = GetFederationTokenRequest { name: "bob".into(), ..Default::default() };
    let access = access::get_federation_token(&cloud.view(), &federation);
    refused(access, "AccessDenied", "Cannot call GetFederationToken with session credentials");
    let info = access::get_access_key_info(&cloud.view(), &GetAccessKeyInfoRequest::default());
    refused(info, "AccessDenied", "sts:GetAccessKeyInfo");
    cloud.caller = root();
    let input = GetSessionTokenRequest { duration_seconds: Some(43_200), ..Default::default() };
    let credentials = get(&cloud, input).unwrap().credentials.unwrap();
    assert_eq!(credentials.expiration, cloud.now.after(Duration::from_secs(3600)));
}

#[test]
fn sessions_of_federated_users() {
    let mut cloud = Cloud::new(ann());
    let input = GetFederationTokenRequest {
        name: "bob".into(),
        tags: Some(vec![tag("Env", "x")]),
        ..GetFederationTokenRequest::default()
    };
    let Access::Checks(checks) = access::get_federation_token(&cloud.view(), &input).unwrap() else { panic!() };
    let asked: Vec<(&str, &str)> = checks.iter().map(|c| (&*c.action, c.resource.as_str())).collect();
    let arn = "arn:aws:sts::123456789012:federated-user/bob";
    assert_eq!(asked, [("sts:GetFederationToken", arn), ("sts:TagSession", arn)]);
    let reply = cloud.run(|cx| ops::federation::get_federation_token(cx, input)).unwrap();
    let user = reply.federated_user.unwrap();
    assert_eq!((user.arn.as_str(), user.federated_user_id.as_str()), (arn, "123456789012:bob"));
    cloud.become_(&reply.credentials.unwrap());
    let identity = ops::identity::get_caller_identity(&cloud.view(), GetCallerIdentityRequest {}).unwrap();
    assert_eq!(identity.arn.as_deref(), Some(arn));
    assert_eq!(identity.user_id.as_deref(), Some("123456789012:bob"));
    assert_eq!(cloud.caller.session.as_ref().unwrap().role_arn, ann().arn);
    refused(cloud.assume(request()), "AccessDenied", "is not authorized to perform: sts:AssumeRole");
}
