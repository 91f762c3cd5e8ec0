//! Temporary delegation, from the provider's request to the end of his sessions.

use crate::{credentials, done, refused, user};
use serde_json::{Value as Json, json};
use std::time::Duration;
use testkit::{Keys, World};

const OWNER: &str = "000000000000";
const PROVIDER: &str = "444455556666";
const TEMPLATE: &str = "arn:aws:iam:::delegation-template/setup";
const TOPIC: &str = "arn:aws:sns:us-east-1:444455556666:delegations";
const QUEUES: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#;

/// A provider with a template, and a topic whose messages go to a queue of his.
struct Desk {
    world: World,
    provider: Keys,
    inbox: String,
}

impl Desk {
    fn new() -> Desk {
        let mut world = World::default();
        let provider = Keys::of(PROVIDER, "any");
        let role = json!({"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}});
        let template = json!({"requestorName": "Example Corp", "accounts": [PROVIDER], "policy": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": ["sqs:CreateQueue", "sqs:GetQueueUrl"], "Resource": "arn:aws:sqs:*:*:@{queue-name}"},
                {"@Enabled": "with-roles", "Effect": "Allow", "Action": ["iam:CreateRole", "iam:GetRole"],
                 "Resource": "arn:aws:iam::*:role/example/*", "Condition": role}
            ]
        }});
        world.cloud().register("delegation-templates", TEMPLATE, &template.to_string()).unwrap().unwrap();
        let mut call = |service, operation, input| done(&mut world, &provider, (service, operation), input);
        call("sns", "CreateTopic", json!({"Name": "delegations"}));
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "iam.amazonaws.com"}, "Action": "SNS:Publish", "Resource": TOPIC
        }]});
        let policy = json!({"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": policy.to_string()});
        call("sns", "SetTopicAttributes", policy);
        let queue = format!("arn:aws:sqs:us-east-1:{PROVIDER}:inbox");
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queue
        }]});
        let wish = json!({"QueueName": "inbox", "Attributes": {"Policy": policy.to_string()}});
        let inbox = call("sqs", "CreateQueue", wish)["QueueUrl"].as_str().unwrap().to_owned();
        let raw = json!({"RawMessageDelivery": "true"});
        call("sns", "Subscribe", json!({"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": queue, "Attributes": raw}));
        Desk { world, provider, inbox }
    }

    fn wish(&self, workflow: &str) -> Json {
        json!({
            "OwnerAccountId": OWNER, "Description": "Sets the product up.", "RequestorWorkflowId": workflow,
            "NotificationChannel": TOPIC, "SessionDuration": 7200,
            "Permissions": {"PolicyTemplateArn": TEMPLATE, "Parameters": [
                {"Name": "queue-name", "Values": ["orders"], "Type": "string"}
            ]}
        })
    }

    fn create(&mut self, wish: Json) -> String {
        let made = done(&mut self.world, &self.provider, ("iam", "CreateDelegationRequest"), wish);
        made["DelegationRequestId"].as_str().unwrap().to_owned()
    }

    fn step(&mut self, keys: &Keys, operation: &str, id: &str) -> Json {
        done(&mut self.world, keys, ("iam", operation), json!({"DelegationRequestId": id}))
    }

    fn refused(&mut self, keys: &Keys, operation: &str, id: &str, code: &str) -> String {
        refused(&mut self.world, keys, ("iam", operation), json!({"DelegationRequestId": id}), code).message
    }

    fn request(&mut self, keys: &Keys, id: &str) -> Json {
        self.step(keys, "GetDelegationRequest", id)["DelegationRequest"].clone()
    }

    /// What came to the provider's topic since it was last asked.
    fn heard(&mut self) -> Vec<Json> {
        let wish = json!({"QueueUrl": self.inbox, "MaxNumberOfMessages": 10});
        let got = done(&mut self.world, &self.provider, ("sqs", "ReceiveMessage"), wish);
        let messages = got["Messages"].as_array().cloned().unwrap_or_default();
        for message in &messages {
            let gone = json!({"QueueUrl": self.inbox, "ReceiptHandle": message["ReceiptHandle"]});
            done(&mut self.world, &self.provider, ("sqs", "DeleteMessage"), gone);
        }
        messages.iter().map(|message| serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()).collect()
    }

    fn states(&mut self) -> Vec<String> {
        let mut states: Vec<String> =
            self.heard().iter().map(|heard| heard["State"].as_str().unwrap().to_owned()).collect();
        states.sort();
        states
    }

    /// The exchange token that came, and not what came beside it.
    fn token(&mut self) -> String {
        let heard = self.heard();
        let sent = heard.iter().find(|message| message["Type"] == "ExchangeToken").unwrap();
        sent["ExchangeToken"].as_str().unwrap().to_owned()
    }

    /// Goes all the way with one who associates and accepts.
    fn delegated(&mut self, approver: &Keys, wish: Json) -> String {
        let id = self.create(wish);
        for operation in ["AssociateDelegationRequest", "AcceptDelegationRequest", "SendDelegationToken"] {
            self.step(approver, operation, &id);
        }
        self.token()
    }

    fn traded(&mut self, token: &str) -> Json {
        done(&mut self.world, &self.provider, ("sts", "GetDelegatedAccessToken"), json!({"TradeInToken": token}))
    }

    fn hours(&mut self, hours: u64) {
        self.world.advance(Duration::from_secs(hours * 3600)).unwrap();
    }
}

/// A user who may do what a policy says and nothing else.
fn limited(world: &mut World, name: &str, policy: &str) -> Keys {
    let root = Keys::bootstrap();
    let keys = user(world, name);
    let all = json!({"UserName": name, "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    done(world, &root, ("iam", "DetachUserPolicy"), all);
    if !policy.is_empty() {
        let own = json!({"UserName": name, "PolicyName": "own", "PolicyDocument": policy});
        done(world, &root, ("iam", "PutUserPolicy"), own);
    }
    keys
}

#[test]
fn a_request_is_forwarded_accepted_and_redeemed() {
    let mut desk = Desk::new();
    let bob = limited(&mut desk.world, "bob", "");
    let alice = user(&mut desk.world, "alice");
    let id = desk.create(desk.wish("workflow-1"));
    // Whoever initiates a request may manage it without a policy, and approve it with one alone.
    assert_eq!(desk.request(&bob, &id)["State"], "UNASSIGNED");
    desk.step(&bob, "AssociateDelegationRequest", &id);
    desk.refused(&bob, "AcceptDelegationRequest", &id, "AccessDenied");
    let bob_arn = format!("arn:aws:iam::{OWNER}:user/bob");
    let forwarded = json!({"DelegationRequestId": id, "Notes": "Please look."});
    done(&mut desk.world, &bob, ("iam", "UpdateDelegationRequest"), forwarded);
    let own = done(&mut desk.world, &bob, ("iam", "ListDelegationRequests"), json!({"OwnerId": bob_arn}));
    assert_eq!(own["DelegationRequests"][0]["DelegationRequestId"], id.as_str());
    refused(&mut desk.world, &bob, ("iam", "ListDelegationRequests"), json!({}), "AccessDenied");
    desk.refused(&bob, "SendDelegationToken", &id, "InvalidInput");
    desk.step(&alice, "AcceptDelegationRequest", &id);
    let request = desk.request(&alice, &id);
    for (member, expect) in [
        ("State", json!("ACCEPTED")),
        ("OwnerAccountId", json!(OWNER)),
        ("OwnerId", json!(bob_arn)),
        ("ApproverId", json!(format!("arn:aws:iam::{OWNER}:user/alice"))),
        ("RequestorId", json!(PROVIDER)),
        ("RequestorName", json!("Example Corp")),
        ("Notes", json!("Please look.")),
        ("ExpirationTime", json!("2026-01-08T00:00:00Z")),
    ] {
        assert_eq!(request[member], expect, "{member}");
    }
    assert_eq!(
        request["PermissionPolicy"],
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sqs:CreateQueue","sqs:GetQueueUrl"],"Resource":"arn:aws:sqs:*:*:orders"}]}"#
    );
    assert_eq!(desk.states(), ["ACCEPTED", "ASSIGNED", "PENDING_APPROVAL"]);
    desk.step(&bob, "SendDelegationToken", &id);
    let heard = desk.heard();
    assert_eq!(heard.len(), 2);
    let sent = heard.iter().find(|message| message["Type"] == "ExchangeToken").unwrap();
    assert_eq!((&sent["RequestId"], &sent["ExpiresAt"]), (&json!(id), &json!("2026-01-01T02:00:00Z")));
    let token = sent["ExchangeToken"].as_str().unwrap().to_owned();

    let trade = ("sts", "GetDelegatedAccessToken");
    refused(&mut desk.world, &alice, trade, json!({"TradeInToken": token}), "AccessDenied");
    let forged = format!("{id}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    refused(&mut desk.world, &desk.provider, trade, json!({"TradeInToken": forged}), "AccessDenied");
    desk.hours(1);
    let reply = desk.traded(&token);
    assert_eq!(reply["AssumedPrincipal"], format!("arn:aws:iam::{OWNER}:user/alice"));
    assert_eq!(reply["Credentials"]["Expiration"], "2026-01-01T02:00:00Z");
    let session = credentials(&reply);
    done(&mut desk.world, &session, ("sqs", "CreateQueue"), json!({"QueueName": "orders"}));
    let made = json!({"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "CreateQueue"}]});
    let events = done(&mut desk.world, &Keys::bootstrap(), ("cloudtrail", "LookupEvents"), made);
    let event: Json = serde_json::from_str(events["Events"][0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(event["userIdentity"]["invokedByDelegate"], json!({"accountId": PROVIDER}));
    refused(&mut desk.world, &session, ("sqs", "CreateQueue"), json!({"QueueName": "others"}), "AccessDenied");
    refused(&mut desk.world, &session, ("iam", "ListUsers"), json!({}), "AccessDenied");
    // All sessions end together, and so does the token.
    desk.hours(1);
    refused(&mut desk.world, &session, ("sqs", "GetQueueUrl"), json!({"QueueName": "orders"}), "ExpiredTokenException");
    refused(&mut desk.world, &desk.provider, trade, json!({"TradeInToken": token}), "ExpiredTradeInTokenException");
}

#[test]
fn sessions_have_no_more_rights_than_their_approver() {
    let mut desk = Desk::new();
    let root = Keys::bootstrap();
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["iam:AcceptDelegationRequest","sqs:GetQueueUrl","sqs:DeleteQueue"],"Resource":"*"}]}"#;
    let carol = limited(&mut desk.world, "carol", policy);
    let named = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{OWNER}:user/carol")}, "Action": "sqs:PurgeQueue",
        "Resource": format!("arn:aws:sqs:us-east-1:{OWNER}:orders")
    }]});
    let queue = json!({"QueueName": "orders", "Attributes": {"Policy": named.to_string()}});
    let url = done(&mut desk.world, &root, ("sqs", "CreateQueue"), queue)["QueueUrl"].clone();
    let token = desk.delegated(&carol, desk.wish("workflow-1"));
    let session = credentials(&desk.traded(&token));
    done(&mut desk.world, &session, ("sqs", "GetQueueUrl"), json!({"QueueName": "orders"}));
    // What the request did not ask for, what the approver lacks, and what the queue gives the approver alone.
    refused(&mut desk.world, &session, ("sqs", "DeleteQueue"), json!({"QueueUrl": url}), "AccessDenied");
    refused(&mut desk.world, &session, ("sqs", "CreateQueue"), json!({"QueueName": "orders"}), "AccessDenied");
    refused(&mut desk.world, &session, ("sqs", "PurgeQueue"), json!({"QueueUrl": url}), "AccessDenied");
    done(&mut desk.world, &carol, ("sqs", "PurgeQueue"), json!({"QueueUrl": url}));
    // Whoever narrows the approver takes it back.
    let gone = json!({"UserName": "carol", "PolicyName": "own"});
    done(&mut desk.world, &root, ("iam", "DeleteUserPolicy"), gone);
    refused(&mut desk.world, &session, ("sqs", "GetQueueUrl"), json!({"QueueName": "orders"}), "AccessDenied");
}

#[test]
fn roles_and_root_users_approve_too() {
    let mut desk = Desk::new();
    let root = Keys::bootstrap();
    let token = desk.delegated(&root, desk.wish("workflow-1"));
    let session = credentials(&desk.traded(&token));
    done(&mut desk.world, &session, ("sqs", "CreateQueue"), json!({"QueueName": "orders"}));
    refused(&mut desk.world, &session, ("sqs", "CreateQueue"), json!({"QueueName": "others"}), "AccessDenied");
    refused(&mut desk.world, &session, ("sqs", "ListQueues"), json!({}), "AccessDenied");

    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": OWNER}, "Action": "sts:AssumeRole"
    }]});
    let role = json!({"RoleName": "admin", "AssumeRolePolicyDocument": trust.to_string()});
    done(&mut desk.world, &root, ("iam", "CreateRole"), role);
    let all = json!({"RoleName": "admin", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    done(&mut desk.world, &root, ("iam", "AttachRolePolicy"), all);
    let assume = |policy: Option<&str>| json!({"RoleArn": format!("arn:aws:iam::{OWNER}:role/admin"), "RoleSessionName": "s1", "Policy": policy});
    let mut wish = desk.wish("workflow-2");
    wish["SessionDuration"] = json!(12 * 3600);
    let switch = json!({"Name": "with-roles", "Values": ["True"], "Type": "string"});
    wish["Permissions"]["Parameters"].as_array_mut().unwrap().push(switch);
    let mut plain = assume(None);
    plain.as_object_mut().unwrap().remove("Policy");
    let admin = credentials(&done(&mut desk.world, &root, ("sts", "AssumeRole"), plain));
    let token = desk.delegated(&admin, wish);
    // The approver's own session ends long before.
    desk.hours(11);
    let reply = desk.traded(&token);
    assert_eq!(reply["AssumedPrincipal"], format!("arn:aws:sts::{OWNER}:assumed-role/admin/s1"));
    let session = credentials(&reply);
    let mut role = json!({"RoleName": "worker", "Path": "/example/", "AssumeRolePolicyDocument": trust.to_string()});
    refused(&mut desk.world, &session, ("iam", "CreateRole"), role.clone(), "AccessDenied");
    role["PermissionsBoundary"] = json!("arn:aws:iam::aws:policy/ReadOnlyAccess");
    done(&mut desk.world, &session, ("iam", "CreateRole"), role);

    let id = desk.create(desk.wish("workflow-3"));
    let narrowed = credentials(&done(&mut desk.world, &root, ("sts", "AssumeRole"), assume(Some(QUEUES))));
    desk.step(&root, "AssociateDelegationRequest", &id);
    desk.refused(&narrowed, "AcceptDelegationRequest", &id, "AccessDenied");
    let mut long = desk.wish("workflow-4");
    long["SessionDuration"] = json!(4 * 3600 + 1);
    let id = desk.create(long);
    desk.step(&root, "AssociateDelegationRequest", &id);
    let why = desk.refused(&root, "AcceptDelegationRequest", &id, "AccessDenied");
    assert_eq!(why, "Root users can only approve delegation requests of 4 hours or less.");
}

#[test]
fn states_end_by_themselves_and_lead_nowhere_else() {
    let mut desk = Desk::new();
    let alice = user(&mut desk.world, "alice");
    let (first, second) = (desk.create(desk.wish("workflow-1")), desk.create(desk.wish("workflow-2")));
    let third = desk.create(desk.wish("workflow-3"));
    for id in [&second, &third] {
        desk.step(&alice, "AssociateDelegationRequest", id);
        desk.refused(&alice, "AssociateDelegationRequest", id, "InvalidInput");
    }
    desk.step(&alice, "AcceptDelegationRequest", &third);
    let no = json!({"DelegationRequestId": third, "Notes": "Not now."});
    done(&mut desk.world, &alice, ("iam", "RejectDelegationRequest"), no);
    assert_eq!(desk.request(&alice, &third)["RejectionReason"], "Not now.");
    for operation in
        ["AcceptDelegationRequest", "UpdateDelegationRequest", "SendDelegationToken", "RejectDelegationRequest"]
    {
        desk.refused(&alice, operation, &third, "InvalidInput");
    }
    assert_eq!(desk.states(), ["ACCEPTED", "ASSIGNED", "ASSIGNED", "REJECTED"]);
    desk.hours(24);
    assert_eq!(desk.request(&alice, &first)["State"], "EXPIRED");
    assert_eq!(desk.request(&alice, &second)["State"], "ASSIGNED");
    desk.refused(&alice, "AssociateDelegationRequest", &first, "InvalidInput");
    assert_eq!(desk.states(), ["EXPIRED"]);
    desk.hours(6 * 24);
    assert_eq!(desk.request(&alice, &second)["State"], "EXPIRED");
    assert_eq!(desk.states(), ["EXPIRED", "EXPIRED"]);
}

#[test]
fn requests_that_cannot_be_made_and_those_who_cannot_see_them() {
    let mut desk = Desk::new();
    let create = ("iam", "CreateDelegationRequest");
    let mut wish = desk.wish("workflow-1");
    refused(&mut desk.world, &Keys::bootstrap(), create, wish.clone(), "AccessDenied");
    desk.create(wish.clone());
    refused(&mut desk.world, &desk.provider, create, wish.clone(), "EntityAlreadyExists");
    wish["RequestorWorkflowId"] = json!("workflow-2");
    for (pointer, value) in [
        ("/NotificationChannel", json!("arn:aws:sns:us-east-1:000000000000:delegations")),
        ("/NotificationChannel", json!("delegations")),
        ("/Permissions/PolicyTemplateArn", json!("arn:aws:iam:::delegation-template/other")),
        ("/Permissions/Parameters", json!([])),
        ("/Permissions/Parameters/0/Values", json!(["a", "b"])),
    ] {
        let mut bad = wish.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        refused(&mut desk.world, &desk.provider, create, bad, "InvalidInput");
    }
    wish["OwnerAccountId"] = json!("111122223333");
    let id = desk.create(wish.clone());
    let stranger = Keys::of("999988887777", "any");
    desk.refused(&stranger, "GetDelegationRequest", &id, "AccessDenied");
    desk.refused(&stranger, "AssociateDelegationRequest", &id, "AccessDenied");
    wish.as_object_mut().unwrap().remove("OwnerAccountId");
    wish["RequestorWorkflowId"] = json!("workflow-3");
    wish["OnlySendByOwner"] = json!(true);
    let id = desk.create(wish);
    assert_eq!(desk.request(&stranger, &id).get("OwnerAccountId"), None);
    let (alice, dave) = (user(&mut desk.world, "alice"), user(&mut desk.world, "dave"));
    desk.step(&alice, "AssociateDelegationRequest", &id);
    desk.refused(&stranger, "GetDelegationRequest", &id, "AccessDenied");
    desk.step(&dave, "AcceptDelegationRequest", &id);
    desk.refused(&dave, "SendDelegationToken", &id, "AccessDenied");
    desk.step(&alice, "SendDelegationToken", &id);
    desk.refused(&alice, "GetDelegationRequest", "00000000-0000-0000-0000-000000000000", "NoSuchEntity");
}

#[test]
fn a_caller_learns_whether_his_rights_suffice() {
    let mut desk = Desk::new();
    let alice = user(&mut desk.world, "alice");
    let bob = limited(&mut desk.world, "bob", "");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*",
        "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}"#;
    let carol = limited(&mut desk.world, "carol", policy);
    let id = desk.create(desk.wish("workflow-1"));
    for (keys, expect) in [(Keys::bootstrap(), "ALLOWED"), (alice, "ALLOWED"), (bob, "DENIED"), (carol, "UNSURE")] {
        let wish = json!({"DelegationRequestId": id, "DelegationPermissionCheck": true});
        let got = done(&mut desk.world, &keys, ("iam", "GetDelegationRequest"), wish);
        assert_eq!(
            (&got["PermissionCheckStatus"], &got["PermissionCheckResult"]),
            (&json!("COMPLETE"), &json!(expect))
        );
    }
}

#[test]
fn templates_are_registered_listed_and_taken_away() {
    let desk = Desk::new();
    let cloud = desk.world.cloud();
    let registered = cloud.registered("delegation-templates").unwrap().unwrap();
    assert_eq!(registered.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), [TEMPLATE]);
    assert!(cloud.registered("nothing").unwrap().is_none());
    for (name, document) in [
        (TEMPLATE, "{}"),
        ("setup", r#"{"requestorName":"a","accounts":["444455556666"],"policy":{"Statement":[]}}"#),
        (TEMPLATE, r#"{"requestorName":"a","accounts":["4"],"policy":{"Statement":[]}}"#),
        (TEMPLATE, r#"{"requestorName":"a","accounts":["444455556666"],"policy":{}}"#),
    ] {
        assert_eq!(cloud.register("delegation-templates", name, document).unwrap_err().code(), "ValidationError");
    }
    assert_eq!(cloud.unregister("delegation-templates", TEMPLATE).unwrap(), Some(true));
    assert_eq!(cloud.unregister("delegation-templates", TEMPLATE).unwrap(), Some(false));
}
