//! CloudTrail's form of a record.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>

use crate::record::{Outcome, PrincipalKind, Record};
use crate::render::parsed;
use ids::{AccountId, ArnParts, Region, RequestId};
use serde_json::{Value, json};
use std::net::IpAddr;

/// CloudTrail cuts `userAgent`, `errorCode` and `errorMessage` at 1 KB.
const MAX_TEXT_BYTES: usize = 1024;

/// A record as CloudTrail delivers it to `recipient`: the account of the call, or the one that owns the resource
/// ([`Record::resource_account_id`]). Those two events share a `sharedEventID`, and the owner learns of the caller only the
/// account and the unique id.
///
/// Where a denial was only recorded, the event shows the success that the client saw. What nobody knows here is absent, as
/// it is on AWS where it does not apply: `sessionCredentialFromConsole`, `vpcEndpointId`, `apiVersion`, the types of
/// `resources`, `tlsVersion` and `cipherSuite`. Whose identity provider's token was refused is anonymous here: what it said is
/// known of those that were taken.
pub fn cloudtrail(record: &Record, recipient: AccountId) -> Value {
    let kind = PrincipalKind::parse(&record.caller_kind);
    // Calls of services carry the service's name in both places.
    let service = kind == Some(PrincipalKind::Service);
    let (ip, agent) = if service { (&record.caller, &record.caller) } else { (&record.source_ip, &record.user_agent) };
    let abroad = recipient != record.account_id();
    let mut out = json!({
        "eventVersion": "1.11",
        "userIdentity": user_identity(record, kind, abroad),
        "eventTime": record.time.whole_secs().iso8601(),
        "eventSource": record.event_source,
        "eventName": event_name(record),
        "awsRegion": region(record),
        "sourceIPAddress": ip,
        "userAgent": cut(agent),
    });
    if matches!(record.outcome(), Outcome::Denied | Outcome::Error) {
        out["errorCode"] = cut(&record.error_code).into();
        if !record.error_message.is_empty() {
            out["errorMessage"] = cut(&record.error_message).into();
        }
    }
    out["requestParameters"] = parsed(&record.input);
    out["responseElements"] = record.response.as_deref().map_or(Value::Null, parsed);
    out["requestID"] = record.request_id().to_string().into();
    let id = event_id(record.request_id());
    out["eventID"] = id_for(record, recipient).to_string().into();
    out["readOnly"] = record.read_only.into();
    if !record.resources.is_empty() {
        out["resources"] = record.resources.iter().map(|arn| resource(record, arn)).collect();
    }
    out["eventType"] = "AwsApiCall".into();
    out["managementEvent"] = (!record.data).into();
    out["recipientAccountId"] = recipient.to_string().into();
    if record.resource_account_id() != record.account_id() {
        out["sharedEventID"] = event_id(id).to_string().into();
    }
    out["eventCategory"] = if record.data { "Data" } else { "Management" }.into();
    if let Some(host) = record.base_host.strip_prefix("https://") {
        out["tlsDetails"] = json!({ "clientProvidedHostHeader": host });
    }
    out
}

/// The `eventID` under which `recipient` has it.
pub(crate) fn id_for(record: &Record, recipient: AccountId) -> RequestId {
    let id = event_id(record.request_id());
    if recipient == record.account_id() { id } else { event_id(RequestId(id.0 ^ u128::from(recipient.number()))) }
}

/// `eventName`
pub(crate) fn event_name(record: &Record) -> &str {
    if record.event_name.is_empty() { &record.operation } else { &record.event_name }
}

/// `awsRegion`
pub(crate) fn region(record: &Record) -> &str {
    // What was recorded without a region is told under that of the partition's global services.
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
    match Region::kept(&record.region) {
        Some(global) if global.is_global() => global.partition().home_region(),
        _ => &record.region,
    }
}

/// By which name LookupEvents finds the caller.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html>
pub(crate) fn user_name(record: &Record) -> Option<&str> {
    let name = match PrincipalKind::parse(&record.caller_kind)? {
        PrincipalKind::Root => "root",
        PrincipalKind::User => &record.user_name,
        PrincipalKind::AssumedRole | PrincipalKind::FederatedUser => &record.session.as_ref()?.name,
        PrincipalKind::Anonymous => record.bearer.last()?,
        PrincipalKind::Service => return None,
    };
    Some(name)
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT_BYTES)).unwrap_or_default()
}

fn user_identity(record: &Record, kind: Option<PrincipalKind>, abroad: bool) -> Value {
    let account = record.caller_account_id().to_string();
    if let [kind, provider, ..] = record.bearer.as_slice() {
        return bearer(record, (kind, provider));
    }
    let kind = match kind {
        Some(PrincipalKind::Service) => return json!({ "type": "AWSService", "invokedBy": record.caller }),
        Some(PrincipalKind::Anonymous) | None => {
            return json!({ "type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL" });
        }
        Some(_) if abroad => {
            return json!({ "type": "AWSAccount", "principalId": record.user_id, "accountId": account });
        }
        Some(PrincipalKind::Root) => "Root",
        Some(PrincipalKind::User) => "IAMUser",
        Some(PrincipalKind::AssumedRole) => "AssumedRole",
        Some(PrincipalKind::FederatedUser) => "FederatedUser",
    };
    let mut out = json!({
        "type": kind,
        "principalId": record.user_id,
        "arn": record.caller,
        "accountId": account,
    });
    if !record.access_key.is_empty() {
        out["accessKeyId"] = record.access_key.as_str().into();
    }
    if kind == "IAMUser" {
        out["userName"] = record.user_name.as_str().into();
    }
    if let Some(session) = &record.session {
        let mfa = if session.mfa { "true" } else { "false" };
        let created = session.issued.whole_secs().iso8601();
        let mut context = json!({ "attributes": { "creationDate": created, "mfaAuthenticated": mfa } });
        if !session.issuer.is_empty() {
            context["sessionIssuer"] = issuer(record, &session.issuer);
        }
        if !session.provider.is_empty() {
            context["webIdFederationData"] = json!({ "federatedProvider": session.provider, "attributes": {} });
        }
        if !session.source_identity.is_empty() {
            context["sourceIdentity"] = session.source_identity.as_str().into();
        }
        if session.assumed_root == Some(true) {
            context["assumedRoot"] = "true".into();
        }
        out["sessionContext"] = context;
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-cloudtrail.html>
        if let Some(account) = &session.delegate {
            out["invokedByDelegate"] = json!({ "accountId": account });
        }
    }
    if let Some(service) = invoked_by(record) {
        out["invokedBy"] = service.into();
    }
    out
}

/// The service that made the call: for itself, with its caller's rights, or with those of a role that it assumed.
pub(crate) fn invoked_by(record: &Record) -> Option<&str> {
    let inside = !record.parent.is_empty() && record.source_ip.parse::<IpAddr>().is_err();
    match PrincipalKind::parse(&record.caller_kind) {
        Some(PrincipalKind::Service) => Some(&record.caller),
        _ => Some(record.source_ip.as_str()).filter(|_| inside),
    }
}

/// Whom an identity provider's token named.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#cloudtrail-integration_examples-sts-api-saml>
fn bearer(record: &Record, (kind, provider): (&str, &str)) -> Value {
    let parts = record.bearer.get(1..).unwrap_or_default();
    json!({
        "type": kind,
        "principalId": parts.join(":"),
        "userName": parts.last(),
        "identityProvider": provider,
    })
}

fn issuer(record: &Record, arn: &str) -> Value {
    let (account, resource) = match ArnParts::parse(arn) {
        Ok(parts) => (parts.account, parts.resource),
        Err(_) => ("", arn),
    };
    let (kind, path) = resource.split_once('/').unwrap_or((resource, ""));
    let kind = match kind {
        "role" => "Role",
        "user" => "IAMUser",
        _ => "Root",
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    // A role session's id is the role's own, a colon and the session's name.
    let id = record.user_id.split(':').next().unwrap_or_default();
    json!({ "type": kind, "principalId": id, "arn": arn, "accountId": account, "userName": name })
}

fn resource(record: &Record, arn: &str) -> Value {
    let owner = ArnParts::parse(arn).ok().map(|parts| parts.account).filter(|account| !account.is_empty());
    let owner = owner.map_or_else(|| record.resource_account_id().to_string(), str::to_owned);
    json!({ "ARN": arn, "accountId": owner })
}

/// An event's id: another than the request's, yet the same whenever the record is shown.
fn event_id(request: RequestId) -> RequestId {
    let mix = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let high = mix((request.0 >> 64) as u64 ^ 0x9e37_79b9_7f4a_7c15);
    let low = mix(request.0 as u64 ^ high);
    let both = u128::from(high) << 64 | u128::from(low);
    // The version and variant bits of a random UUID.
    RequestId(both & !(0xf000 << 64) & !(0xc << 60) | 0x4000 << 64 | 0x8 << 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;
    use crate::record::{Decision, SessionFacts};
    use clock::Timestamp;

    fn own(record: &Record) -> Value {
        cloudtrail(record, record.account_id())
    }

    #[test]
    fn a_user_s_call() {
        let record = Record { region: String::new(), status: 200, data: true, ..sample(1) };
        let expect = json!({
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "IAMUser",
                "principalId": "AIDAJ45Q7YFFAREXAMPLE",
                "arn": "arn:aws:iam::123456789012:user/Alice",
                "accountId": "123456789012",
                "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
                "userName": "Alice",
            },
            "eventTime": "2027-01-15T08:00:01Z",
            "eventSource": "queue.amazonaws.com",
            "eventName": "SendMessage",
            "awsRegion": "us-east-1",
            "sourceIPAddress": "",
            "userAgent": "",
            "requestParameters": { "queueUrl": "http://localhost:4566/123456789012/orders" },
            "responseElements": null,
            "requestID": "00000000-0000-0000-0000-000000000001",
            "eventID": event_id(RequestId(1)).to_string(),
            "readOnly": false,
            "eventType": "AwsApiCall",
            "managementEvent": false,
            "recipientAccountId": "123456789012",
            "eventCategory": "Data",
        });
        assert_eq!(own(&record), expect);
    }

    #[test]
    fn a_bearer_of_a_token_and_a_name_of_its_own() {
        let bearer = ["SAMLUser", "Provider+ID=", "ann"].map(str::to_owned).to_vec();
        let record = Record {
            caller_kind: PrincipalKind::Anonymous.as_str().into(),
            event_name: "CreateFunction20150331".into(),
            bearer,
            ..sample(3)
        };
        let event = own(&record);
        let expect = json!({
            "type": "SAMLUser", "principalId": "Provider+ID=:ann", "userName": "ann", "identityProvider": "Provider+ID=",
        });
        assert_eq!((&event["userIdentity"], &event["eventName"]), (&expect, &json!("CreateFunction20150331")));
        assert_eq!(user_name(&record), Some("ann"));
    }

    #[test]
    fn what_a_service_does_for_somebody() {
        let mut record = Record { source_ip: "stacks.amazonaws.com".into(), ..sample(4) };
        assert_eq!(own(&record)["userIdentity"].get("invokedBy"), None);
        record.set_parent(RequestId(1));
        assert_eq!(own(&record)["userIdentity"]["invokedBy"], "stacks.amazonaws.com");
        record.source_ip = "192.0.2.7".into();
        assert_eq!(invoked_by(&record), None);
    }

    #[test]
    fn a_denied_call_of_a_role_s_session() {
        let record = Record {
            caller: "arn:aws:sts::111122223333:assumed-role/ops/Deploy/run-7".into(),
            caller_kind: PrincipalKind::AssumedRole.as_str().into(),
            caller_account: 111_122_223_333,
            user_id: "AROAIDPPEZS35WEXAMPLE:run-7".into(),
            session: Some(SessionFacts {
                name: "run-7".into(),
                issuer: "arn:aws:iam::111122223333:role/ops/Deploy".into(),
                issued: Timestamp::from_secs(1_800_000_000),
                mfa: true,
                source_identity: "alice".into(),
                provider: String::new(),
                assumed_root: None,
                delegate: None,
            }),
            status: 403,
            error_code: "AccessDenied".into(),
            error_message: "no".into(),
            decision: Decision::Denied.as_str().into(),
            resources: vec!["arn:aws:s3:::bucket".into(), "arn:aws:sqs:eu-west-1:444455556666:q".into()],
            resource_account: Some(444_455_556_666),
            ..sample(2)
        };
        let event = own(&record);
        let context = json!({
            "attributes": { "creationDate": "2027-01-15T08:00:00Z", "mfaAuthenticated": "true" },
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAIDPPEZS35WEXAMPLE",
                "arn": "arn:aws:iam::111122223333:role/ops/Deploy",
                "accountId": "111122223333",
                "userName": "Deploy",
            },
            "sourceIdentity": "alice",
        });
        assert_eq!(event["userIdentity"]["sessionContext"], context);
        assert_eq!(event["userIdentity"]["type"], "AssumedRole");
        assert_eq!(event["userIdentity"]["accountId"], "111122223333");
        assert_eq!((&event["errorCode"], &event["errorMessage"]), (&json!("AccessDenied"), &json!("no")));
        assert_eq!(event["awsRegion"], "eu-west-1");
        let owners: Vec<_> = event["resources"].as_array().unwrap().iter().map(|r| r["accountId"].clone()).collect();
        assert_eq!(owners, ["444455556666", "444455556666"]);
    }

    #[test]
    fn other_kinds_of_caller() {
        let check = |kind: PrincipalKind, caller: &str, expect: Value| {
            let record = Record {
                caller_kind: kind.as_str().into(),
                caller: caller.into(),
                source_ip: "192.0.2.1".into(),
                ..sample(1)
            };
            let event = own(&record);
            let identity = event["userIdentity"].as_object().unwrap();
            for (name, value) in expect.as_object().unwrap() {
                assert_eq!(identity.get(name), Some(value), "{kind:?} {name}");
            }
            event["sourceIPAddress"].clone()
        };
        let service = "events.amazonaws.com";
        let ip = check(PrincipalKind::Service, service, json!({ "type": "AWSService", "invokedBy": service }));
        assert_eq!(ip, service);
        let nobody = json!({ "type": "AWSAccount", "accountId": "ANONYMOUS_PRINCIPAL", "principalId": "" });
        assert_eq!(check(PrincipalKind::Anonymous, "*", nobody), "192.0.2.1");
        check(PrincipalKind::Root, "arn:aws:iam::123456789012:root", json!({ "type": "Root" }));
        check(
            PrincipalKind::FederatedUser,
            "arn:aws:sts::123456789012:federated-user/b",
            json!({ "type": "FederatedUser" }),
        );
    }

    /// The two events of AWS's own example.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#stscloudtrailexample>
    #[test]
    fn a_call_across_accounts_is_two_events() {
        let record = Record {
            time: Timestamp::from_secs(1_405_696_059),
            account: 777_788_889_999,
            caller_account: 777_788_889_999,
            region: "us-east-2".into(),
            service: "sts".into(),
            event_source: "sts.amazonaws.com".into(),
            operation: "AssumeRole".into(),
            read_only: true,
            caller: "arn:aws:iam::777788889999:user/JohnDoe".into(),
            user_id: "AIDAQRSTUVWXYZEXAMPLE".into(),
            user_name: "JohnDoe".into(),
            access_key: "AKIAQRSTUVWXYZEXAMPLE".into(),
            source_ip: "192.0.2.101".into(),
            user_agent: "aws-cli/1.11.10".into(),
            base_host: "https://sts.us-east-2.amazonaws.com".into(),
            resources: vec!["arn:aws:iam::111122223333:role/EC2-dev".into()],
            resource_account: Some(111_122_223_333),
            input: r#"{"roleArn":"arn:aws:iam::111122223333:role/EC2-dev"}"#.into(),
            response: Some(r#"{"sourceIdentity":"JohnDoe"}"#.into()),
            ..sample(1)
        };
        let [mut caller, mut owner] =
            [record.account_id(), record.resource_account_id()].map(|account| cloudtrail(&record, account));
        let mut take = |name: &str| [&mut caller, &mut owner].map(|event| event[name].take());
        let identities = take("userIdentity");
        assert_eq!(identities[0]["arn"], "arn:aws:iam::777788889999:user/JohnDoe");
        let stranger =
            json!({ "type": "AWSAccount", "principalId": "AIDAQRSTUVWXYZEXAMPLE", "accountId": "777788889999" });
        assert_eq!(identities[1], stranger);
        assert_eq!(take("recipientAccountId"), ["777788889999", "111122223333"]);
        let ids = take("eventID");
        assert_ne!(ids[0], ids[1]);
        let shared = take("sharedEventID");
        assert_eq!((&shared[0], shared[0].is_string()), (&shared[1], true));
        assert!(!ids.contains(&shared[0]));
        assert_eq!(caller, owner);
        let expect = json!({
            "eventVersion": "1.11",
            "userIdentity": null,
            "eventTime": "2014-07-18T15:07:39Z",
            "eventSource": "sts.amazonaws.com",
            "eventName": "AssumeRole",
            "awsRegion": "us-east-2",
            "sourceIPAddress": "192.0.2.101",
            "userAgent": "aws-cli/1.11.10",
            "requestParameters": { "roleArn": "arn:aws:iam::111122223333:role/EC2-dev" },
            "responseElements": { "sourceIdentity": "JohnDoe" },
            "requestID": "00000000-0000-0000-0000-000000000001",
            "eventID": null,
            "readOnly": true,
            "resources": [{ "ARN": "arn:aws:iam::111122223333:role/EC2-dev", "accountId": "111122223333" }],
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": null,
            "sharedEventID": null,
            "eventCategory": "Management",
            "tlsDetails": { "clientProvidedHostHeader": "sts.us-east-2.amazonaws.com" },
        });
        assert_eq!(caller, expect);
    }

    #[test]
    fn long_texts_are_cut() {
        let text = "é".repeat(600);
        let record = Record {
            status: 400,
            error_code: "E".into(),
            error_message: text.clone(),
            user_agent: format!("x{text}"),
            ..sample(1)
        };
        let event = own(&record);
        let length = |name: &str| event[name].as_str().map(str::len);
        assert_eq!((length("errorMessage"), length("userAgent")), (Some(1024), Some(1023)));
    }

    #[test]
    fn an_audited_denial_shows_the_success_that_the_client_saw() {
        let record = Record { decision: Decision::Audit.as_str().into(), ..sample(1) };
        assert_eq!(own(&record).get("errorCode"), None);
    }

    #[test]
    fn event_ids_are_random_uuids_of_their_own() {
        for n in [0, 1, u128::MAX] {
            let id = event_id(RequestId(n)).to_string();
            assert_ne!(id, RequestId(n).to_string());
            assert_eq!(&id[14..15], "4");
            assert!("89ab".contains(&id[19..20]), "{id}");
        }
        assert_ne!(event_id(RequestId(1)), event_id(RequestId(2)));
    }
}
