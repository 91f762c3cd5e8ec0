//! Behaviour that transcripts cannot show: one-time passwords, sessions' policies, and what holds for every operation.

use crate::api::*;
use crate::authority::AUTHORITY;
use crate::hooks::ACCESS_KEY;
use crate::state::{ATTACHMENTS, MEMBERS, OWNERS};
use crate::{SERVICE, ops, totp};
use clock::EntropySource;
use service::{
    Access, AccountId, Caller, CallerKind, Cx, Duration, Region, RequestId, RequestInfo, Result, Scope, Session,
    Timestamp, View,
};
use std::sync::Arc;
use store::Store;

const ACCOUNT: &str = "123456789012";
const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#;
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// One account's identities on a clock that stands still.
struct Cloud {
    store: Store,
    now: Timestamp,
    entropy: EntropySource,
    caller: Caller,
}

impl Cloud {
    fn new() -> Cloud {
        let arn = format!("arn:aws:iam::{ACCOUNT}:root");
        let account = account();
        let caller = Caller { kind: CallerKind::Root, account, arn, user_id: ACCOUNT.into(), ..Caller::anonymous() };
        let entropy = EntropySource::seeded(1);
        Cloud { store: Store::memory(), now: Timestamp::from_secs(1_700_000_000), entropy, caller }
    }

    fn scope(&self) -> Scope {
        Scope::new(account(), Region::GLOBAL)
    }

    fn info(&self) -> Arc<RequestInfo> {
        Arc::new(RequestInfo {
            id: RequestId(1),
            service: "iam",
            operation: "Test",
            caller: Arc::new(self.caller.clone()),
            arrived: self.now,
            base_url: "http://localhost:4566".into(),
            source_ip: "127.0.0.1".into(),
            user_agent: "test".into(),
            secure: false,
            via: None,
            trace: None,
            door: Default::default(),
        })
    }

    fn view(&self) -> View {
        View::of(&self.store, self.scope(), self.now, self.info())
    }

    fn call<I, O>(&mut self, handler: impl FnOnce(&mut Cx, I) -> Result<O>, input: I) -> Result<O> {
        let mut cx = Cx::begin(&self.store, self.scope(), self.now, self.info(), self.entropy.stream());
        let answer = handler(&mut cx, input)?;
        cx.commit(&[])?;
        Ok(answer)
    }

    fn user(&mut self, name: &str) {
        let input = CreateUserRequest { user_name: name.into(), ..CreateUserRequest::default() };
        self.call(ops::users::create_user, input).unwrap();
    }

    /// The names of the policies that bind a caller: identity, boundary, session.
    fn policies(&self, caller: &Caller) -> (Vec<String>, Option<String>, Vec<String>) {
        let all = (AUTHORITY.policies)(&self.view(), caller).unwrap().unwrap();
        let names = |list: Vec<service::NamedPolicy>| list.into_iter().map(|p| p.name.to_string()).collect();
        (names(all.identity), all.boundary.map(|p| p.name.to_string()), names(all.session))
    }
}

fn account() -> AccountId {
    ACCOUNT.parse().unwrap()
}

#[test]
fn every_operation_asks_for_its_own_action() {
    let view = Cloud::new().view();
    for operation in SERVICE.operations {
        let input = (operation.input)();
        let checks = match (operation.access)(&view, &*input) {
            Ok(Access::Checks(checks)) => checks,
            other => panic!("{}: {other:?}", operation.name),
        };
        assert_eq!(checks[0].action, format!("iam:{}", operation.name));
        assert!(
            checks
                .iter()
                .all(|check| check.resource == "*" || check.resource.starts_with("arn:") || check.resource.is_empty()),
            "{checks:?}"
        );
    }
    assert!(SERVICE.operations.len() >= 140);
}

#[test]
fn a_device_is_enabled_by_two_codes_in_a_row() {
    let mut cloud = Cloud::new();
    cloud.user("alice");
    let input = CreateVirtualMFADeviceRequest {
        virtual_mfa_device_name: "phone".into(),
        ..CreateVirtualMFADeviceRequest::default()
    };
    let device = cloud.call(ops::mfa_devices::create_virtual_mfa_device, input).unwrap().virtual_mfa_device;
    let serial = device.serial_number;
    let row = ops::mfa_devices::find(&cloud.view(), &serial).unwrap();
    assert_eq!(device.base32_string_seed.as_deref(), Some(totp::base32(&row.seed).as_bytes()));
    let code = |cloud: &Cloud, ahead: i64| totp::code(&row.seed, cloud.now.secs() / 30 + ahead);
    let enable = |first: String, second: String| EnableMFADeviceRequest {
        user_name: "alice".into(),
        serial_number: serial.clone(),
        authentication_code1: first,
        authentication_code2: second,
    };
    let (now, next) = (code(&cloud, 0), code(&cloud, 1));
    let refused = cloud.call(ops::mfa_devices::enable_mfa_device, enable(next.clone(), now.clone())).unwrap_err();
    assert_eq!(refused.code(), "InvalidAuthenticationCodeException");
    cloud.call(ops::mfa_devices::enable_mfa_device, enable(now.clone(), next)).unwrap();
    cloud.caller = Caller { kind: CallerKind::User, account: account(), name: "alice".into(), ..Caller::anonymous() };
    let shows = |cloud: &Cloud, code: &str| (AUTHORITY.one_time_password)(&cloud.view(), &serial, code).unwrap();
    let spends = |cloud: &mut Cloud, code: String| {
        cloud.call(|cx, code: String| (AUTHORITY.spend_one_time_password)(cx, &serial, &code), code).unwrap()
    };
    // Both codes were used up by that, and the device shows the next one in a minute.
    assert_eq!([shows(&cloud, &now), shows(&cloud, &code(&cloud, 1))], [Some(false); 2]);
    cloud.now = cloud.now.after(Duration::from_secs(60));
    let third = code(&cloud, 0);
    assert_eq!([shows(&cloud, &third), shows(&cloud, "000000")], [Some(true), Some(false)]);
    assert_eq!([spends(&mut cloud, "000000".into()), spends(&mut cloud, third.clone())], [Some(false), Some(true)]);
    // A code that was passed over is as good as used.
    for used in [third, code(&cloud, -1)] {
        assert_eq!([shows(&cloud, &used), spends(&mut cloud, used)], [Some(false); 2]);
    }
    let next = code(&cloud, 1);
    assert_eq!(shows(&cloud, &next), Some(true));
    let resync = |first: String, second: String| ResyncMFADeviceRequest {
        user_name: "alice".into(),
        serial_number: serial.clone(),
        authentication_code1: first,
        authentication_code2: second,
    };
    let refused = cloud.call(ops::mfa_devices::resync_mfa_device, resync(code(&cloud, 0), next.clone())).unwrap_err();
    assert_eq!(refused.code(), "InvalidAuthenticationCodeException");
    cloud.call(ops::mfa_devices::resync_mfa_device, resync(next, code(&cloud, 2))).unwrap();
    assert_eq!(shows(&cloud, &code(&cloud, 1)), Some(false));
    cloud.caller.name = "bob".into();
    let shown = code(&cloud, 0);
    assert_eq!([shows(&cloud, &shown), spends(&mut cloud, shown)], [None, None]);
}

#[test]
fn a_role_session_has_the_roles_policies_while_the_role_is_the_same() {
    let mut cloud = Cloud::new();
    let role = |name: &str| CreateRoleRequest {
        role_name: name.into(),
        assume_role_policy_document: TRUST.into(),
        tags: Some(vec![Tag { key: "team".into(), value: "a".into() }]),
        permissions_boundary: Some("arn:aws:iam::aws:policy/ReadOnlyAccess".into()),
        ..CreateRoleRequest::default()
    };
    let made = cloud.call(ops::roles::create_role, role("worker")).unwrap().role;
    let inline =
        PutRolePolicyRequest { role_name: "worker".into(), policy_name: "p".into(), policy_document: ALLOW.into() };
    cloud.call(ops::inline_policies::put_role_policy, inline).unwrap();
    let session = Session {
        role_arn: made.arn,
        policies: vec![ALLOW.into()],
        policy_arns: vec!["arn:aws:iam::aws:policy/AmazonSQSFullAccess".into()],
        tags: vec![("Team".into(), "b".into())],
        ..Session::default()
    };
    let mut caller = Caller {
        kind: CallerKind::AssumedRole,
        account: account(),
        user_id: format!("{}:s", made.role_id),
        session: Some(Arc::new(session)),
        ..Caller::anonymous()
    };
    let (identity, boundary, session) = cloud.policies(&caller);
    assert_eq!(identity, ["inline policy p of role worker"]);
    assert_eq!(boundary.as_deref(), Some("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    assert_eq!(session, ["session policy", "arn:aws:iam::aws:policy/AmazonSQSFullAccess"]);
    let tags = (AUTHORITY.policies)(&cloud.view(), &caller).unwrap().unwrap().tags;
    assert_eq!(tags, [("Team".to_owned(), "b".to_owned())]);
    caller.user_id = "AROAANOTHER:s".into();
    assert_eq!(cloud.policies(&caller).0, [""; 0]);
}

#[test]
fn a_federated_user_without_session_policies_may_do_nothing() {
    let mut cloud = Cloud::new();
    cloud.user("alice");
    let inline =
        PutUserPolicyRequest { user_name: "alice".into(), policy_name: "p".into(), policy_document: ALLOW.into() };
    cloud.call(ops::inline_policies::put_user_policy, inline).unwrap();
    let issuer = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    let session = Session { role_arn: issuer, ..Session::default() };
    let caller = Caller {
        kind: CallerKind::FederatedUser,
        account: account(),
        session: Some(Arc::new(session)),
        ..Caller::anonymous()
    };
    let all = (AUTHORITY.policies)(&cloud.view(), &caller).unwrap().unwrap();
    assert_eq!(all.identity.len(), 1);
    let [nothing] = &all.session[..] else { panic!("{:?}", all.session) };
    let document = service::policy::Document::parse(&nothing.text, Default::default()).unwrap();
    assert!(document.statements().iter().all(|s| s.effect == service::policy::Effect::Deny));
}

#[test]
fn indexes_follow_names_and_go_with_their_rows() {
    let mut cloud = Cloud::new();
    cloud.user("alice");
    let key = CreateAccessKeyRequest { user_name: Some("alice".into()) };
    let key = cloud.call(ops::access_keys::create_access_key, key).unwrap().access_key;
    let group = CreateGroupRequest { group_name: "devs".into(), path: None };
    cloud.call(ops::groups::create_group, group).unwrap();
    let member = AddUserToGroupRequest { group_name: "devs".into(), user_name: "alice".into() };
    cloud.call(ops::groups::add_user_to_group, member).unwrap();
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let attach = AttachUserPolicyRequest { user_name: "alice".into(), policy_arn: policy.into() };
    cloud.call(ops::attached_policies::attach_user_policy, attach).unwrap();
    let rename = UpdateUserRequest { user_name: "alice".into(), new_user_name: Some("Anna".into()), new_path: None };
    cloud.call(ops::users::update_user, rename).unwrap();

    let view = cloud.view();
    let owner = view.get(&OWNERS, &(ACCESS_KEY.to_owned(), key.access_key_id.clone())).unwrap();
    assert_eq!(owner.map(|link| link.to).as_deref(), Some("anna"));
    let links = |view: &View| view.rows(&MEMBERS, ("devs",)).map(|link| link.unwrap().to).collect::<Vec<_>>();
    let used = |view: &View| view.rows(&ATTACHMENTS, (policy,)).map(|row| row.unwrap().name).collect::<Vec<_>>();
    assert_eq!((links(&view), used(&view)), (vec!["anna".to_owned()], vec!["Anna".to_owned()]));
    let found = (AUTHORITY.credential)(&view, &key.access_key_id, None).unwrap().unwrap();
    assert_eq!((found.secret, found.caller.name.as_str()), (key.secret_access_key, "Anna"));
    assert!((AUTHORITY.credential)(&view, &key.access_key_id, Some("token")).unwrap().is_none());

    let detach = DetachUserPolicyRequest { user_name: "anna".into(), policy_arn: policy.into() };
    cloud.call(ops::attached_policies::detach_user_policy, detach).unwrap();
    let leave = RemoveUserFromGroupRequest { group_name: "devs".into(), user_name: "anna".into() };
    cloud.call(ops::groups::remove_user_from_group, leave).unwrap();
    let delete = DeleteAccessKeyRequest { user_name: Some("anna".into()), access_key_id: key.access_key_id.clone() };
    cloud.call(ops::access_keys::delete_access_key, delete).unwrap();
    let view = cloud.view();
    assert_eq!((links(&view).len(), used(&view).len(), view.rows(&OWNERS, ()).count()), (0, 0, 0));
    assert!((AUTHORITY.credential)(&view, &key.access_key_id, None).unwrap().is_none());
}
