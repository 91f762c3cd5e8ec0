//! What one statement covers: actions, resources, principals, and their `Not` twins.

use crate::corpus;
use policy::{
    Context, Document, Grant, GrantConstraint, Limits, Policies, Principal, Request, ResourcePolicy,
    ResourcePolicyMode, Source, evaluate,
};
use serde_json::{Value, json};

const ACTION_PAGE: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html";
const RESOURCE_PAGE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html";
const NOT_PRINCIPAL_PAGE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html";

fn parse(document: &Value) -> Document {
    Document::parse(&document.to_string(), Limits::default()).unwrap_or_else(|e| panic!("{document}: {}", e.detail()))
}

/// Whether an identity policy of one statement allows the user Ann an action on a resource.
fn covers(version: &str, element: Value, action: &str, resource: &str) -> bool {
    let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    for (name, value) in element.as_object().unwrap() {
        let twin = name.strip_prefix("Not").unwrap_or(name);
        statement.as_object_mut().unwrap().remove(twin);
        statement[name] = value.clone();
    }
    let document = parse(&json!({"Version": version, "Statement": statement}));
    let identity = [Source { name: "p", document: &document }];
    let mut context = Context::new();
    context.add("aws:username", "ann");
    context.add("aws:PrincipalTag/dept", "hr");
    let principal = Principal::user("arn:aws:iam::111122223333:user/ann", "AIDAANN");
    let request =
        Request { action, resource, resource_account: "111122223333", principal: &principal, context: &context };
    evaluate(&request, &Policies { identity: &identity, ..Policies::default() }).allowed
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
#[test]
pub fn actions() {
    for (element, action, expect) in [
        (json!({"Action": "sqs:SendMessage"}), "sqs:SendMessage", true),
        (json!({"Action": "SQS:sendmessage"}), "sqs:SendMessage", true),
        (json!({"Action": "sqs:*"}), "sqs:SendMessage", true),
        (json!({"Action": "*"}), "sqs:SendMessage", true),
        (json!({"Action": "*:*"}), "sqs:SendMessage", true),
        (json!({"Action": "sqs:Send*"}), "sqs:ReceiveMessage", false),
        (json!({"Action": "iam:*AccessKey*"}), "iam:CreateAccessKey", true),
        (json!({"Action": "iam:*AccessKey*"}), "iam:CreateUser", false),
        (json!({"Action": "s3:Get?bject"}), "s3:GetObject", true),
        (json!({"Action": ["s3:GetObject", "sqs:*"]}), "sqs:SendMessage", true),
        (json!({"Action": "sq*"}), "sqs:SendMessage", true),
        (json!({"Action": "sqs"}), "sqs:SendMessage", false),
        (json!({"NotAction": "iam:*"}), "sqs:SendMessage", true),
        (json!({"NotAction": "iam:*"}), "iam:CreateUser", false),
        (json!({"NotAction": ["iam:*", "SQS:*"]}), "sqs:SendMessage", false),
        (json!({"Action": "sqs:${aws:username}"}), "sqs:ann", false),
    ] {
        corpus::case(ACTION_PAGE, format!("{element} {action} {expect}"));
        assert_eq!(covers("2012-10-17", element.clone(), action, "*"), expect, "{element} and {action}");
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-resourceelement>
#[test]
pub fn resources() {
    for (version, element, resource, expect) in [
        ("2012-10-17", json!({"Resource": "*"}), "arn:aws:s3:::b/k", true),
        ("2012-10-17", json!({"Resource": "*"}), "*", true),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/*"}), "*", false),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/*"}), "arn:aws:s3:::b/k/l", true),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/*"}), "arn:aws:s3:::b", false),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::B/*"}), "arn:aws:s3:::b/k", false),
        ("2012-10-17", json!({"Resource": "arn:aws:sqs:*:*:q?"}), "arn:aws:sqs:us-east-1:111122223333:q1", true),
        ("2012-10-17", json!({"Resource": "arn:aws:sqs:*"}), "arn:aws:sqs:us-east-1:111122223333:q1", true),
        ("2012-10-17", json!({"Resource": "arn:aws-cn:sqs:*"}), "arn:aws:sqs:us-east-1:111122223333:q1", false),
        ("2012-10-17", json!({"NotResource": "arn:aws:s3:::b/*"}), "arn:aws:s3:::c/k", true),
        ("2012-10-17", json!({"NotResource": "arn:aws:s3:::b/*"}), "arn:aws:s3:::b/k", false),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/${aws:username}/*"}), "arn:aws:s3:::b/ann/x", true),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/${aws:username}/*"}), "arn:aws:s3:::b/bob/x", false),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/${aws:PrincipalTag/dept}"}), "arn:aws:s3:::b/hr", true),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/${aws:userid}"}), "arn:aws:s3:::b/", false),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/${aws:userid, 'x'}"}), "arn:aws:s3:::b/x", true),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/${*}"}), "arn:aws:s3:::b/*", true),
        ("2012-10-17", json!({"Resource": "arn:aws:s3:::b/${*}"}), "arn:aws:s3:::b/k", false),
        // The older language has no variables.
        ("2008-10-17", json!({"Resource": "arn:aws:s3:::b/${aws:username}/*"}), "arn:aws:s3:::b/ann/x", false),
        ("2008-10-17", json!({"Resource": "arn:aws:s3:::b/${aws:username}"}), "arn:aws:s3:::b/${aws:username}", true),
        ("2008-10-17", json!({"Resource": "arn:aws:s3:::b/*"}), "arn:aws:s3:::b/ann/x", true),
    ] {
        corpus::case(RESOURCE_PAGE, format!("{version} {element} {resource} {expect}"));
        assert_eq!(covers(version, element.clone(), "s3:GetObject", resource), expect, "{element} and {resource}");
    }
}

fn session() -> Principal<'static> {
    Principal::role_session(
        "arn:aws:sts::444455556666:assumed-role/audit/app",
        "arn:aws:iam::444455556666:role/audit",
        "AROAAUDIT:app",
    )
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
#[test]
pub fn not_principal() {
    let bob = Principal::user("arn:aws:iam::444455556666:user/Bob", "AIDABOB");
    let eve = Principal::user("arn:aws:iam::444455556666:user/Eve", "AIDAEVE");
    let root = Principal::root("arn:aws:iam::444455556666:root");
    let sns = Principal::service("sns.amazonaws.com");
    let (role, app) = ("arn:aws:iam::444455556666:role/audit", "arn:aws:sts::444455556666:assumed-role/audit/app");
    let (user, account) = ("arn:aws:iam::444455556666:user/Bob", "arn:aws:iam::444455556666:root");
    for (effect, listed, who, expect) in [
        ("Deny", json!({"AWS": [user, account]}), bob, true),
        ("Deny", json!({"AWS": [user, account]}), eve, false),
        ("Deny", json!({"AWS": [user, account]}), root, true),
        ("Deny", json!({"AWS": [user, account]}), sns, false),
        ("Deny", json!({"AWS": [account]}), bob, false),
        ("Deny", json!({"AWS": [app, role, account]}), session(), true),
        ("Deny", json!({"AWS": [app, account]}), session(), false),
        ("Deny", json!({"AWS": [role, account]}), session(), false),
        ("Deny", json!({"Service": "sns.amazonaws.com"}), sns, true),
        ("Deny", json!({"Service": "sqs.amazonaws.com"}), sns, false),
        ("Deny", json!("*"), eve, true),
        ("Allow", json!({"AWS": [user]}), bob, false),
        ("Allow", json!({"AWS": [user]}), eve, true),
        ("Allow", json!({"AWS": [role]}), session(), false),
        ("Allow", json!({"AWS": [user]}), Principal::anonymous(), true),
    ] {
        let mut statements = vec![json!({"Effect": effect, "NotPrincipal": listed, "Action": "s3:*", "Resource": "*"})];
        if effect == "Deny" {
            statements.push(json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}));
        }
        let document = parse(&json!({"Version": "2012-10-17", "Statement": statements}));
        let policy = Some(Source { name: "bucket", document: &document });
        let policies = Policies { resource: ResourcePolicy { policy, ..Default::default() }, ..Policies::default() };
        let context = Context::new();
        let request = Request {
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/k",
            resource_account: "444455556666",
            principal: &who,
            context: &context,
        };
        corpus::case(NOT_PRINCIPAL_PAGE, format!("{effect} {listed} {who:?} {expect}"));
        assert_eq!(evaluate(&request, &policies).allowed, expect, "{effect} {listed} {}", who.arn);
    }
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-constraints>
#[test]
fn grant_constraints() {
    let pairs = [("Dept", "IT")];
    let prefix = "kms:EncryptionContext:";
    let equals = GrantConstraint::Equals { prefix, pairs: &pairs };
    let subset = GrantConstraint::Subset { prefix, pairs: &pairs };
    let both: &[(&str, &str)] = &[("kms:EncryptionContext:Dept", "IT"), ("kms:EncryptionContext:Purpose", "Test")];
    let one: &[(&str, &str)] = &[("kms:EncryptionContext:Dept", "IT"), ("aws:username", "ann")];
    for (constraint, context, expect) in [
        (GrantConstraint::None, &[][..], true),
        (equals, one, true),
        (equals, both, false),
        (equals, &[], false),
        (equals, &[("kms:EncryptionContext:dept", "IT")], false),
        (equals, &[("kms:EncryptionContext:Dept", "it")], false),
        (subset, one, true),
        (subset, both, true),
        (subset, &[("kms:EncryptionContext:Purpose", "Test")], false),
    ] {
        let principal = Principal::user("arn:aws:iam::111122223333:user/ann", "AIDAANN");
        let mut keys = Context::new();
        context.iter().for_each(|(key, value)| keys.add(*key, *value));
        let grant = Grant { id: "g", grantee: principal.arn, actions: &["kms:Decrypt"], constraint };
        let policies = Policies {
            grants: &[grant],
            resource: ResourcePolicy { policy: None, mode: ResourcePolicyMode::KeyPolicy },
            ..Policies::default()
        };
        let request = Request {
            action: "kms:Decrypt",
            resource: "arn:aws:kms:us-east-1:111122223333:key/k",
            resource_account: "111122223333",
            principal: &principal,
            context: &keys,
        };
        assert_eq!(evaluate(&request, &policies).allowed, expect, "{constraint:?} {context:?}");
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
#[test]
fn keys_of_principals() {
    let user = Principal::user("arn:aws:iam::444455556666:user/path/Bob", "AIDABOB");
    let federated = Principal::federated_user(
        "arn:aws:sts::444455556666:federated-user/Bob",
        "arn:aws:iam::444455556666:user/Bob",
        "444455556666:Bob",
    );
    for (who, key, expect) in [
        (user, "aws:username", Some("Bob")),
        (user, "aws:userid", Some("AIDABOB")),
        (user, "aws:PrincipalType", Some("User")),
        (user, "aws:PrincipalArn", Some("arn:aws:iam::444455556666:user/path/Bob")),
        (session(), "aws:PrincipalArn", Some("arn:aws:iam::444455556666:role/audit")),
        (session(), "aws:userid", Some("AROAAUDIT:app")),
        (session(), "aws:username", None),
        (session(), "aws:PrincipalType", Some("AssumedRole")),
        (session(), "aws:PrincipalAccount", Some("444455556666")),
        (federated, "aws:PrincipalType", Some("FederatedUser")),
        (federated, "aws:userid", Some("444455556666:Bob")),
        (Principal::root("arn:aws:iam::444455556666:root"), "aws:PrincipalType", Some("Account")),
        (Principal::root("arn:aws:iam::444455556666:root"), "aws:userid", Some("444455556666")),
        (Principal::anonymous(), "aws:userid", Some("anonymous")),
        (Principal::anonymous(), "aws:PrincipalArn", None),
        (Principal::service("sns.amazonaws.com"), "aws:PrincipalIsAWSService", Some("true")),
        (Principal::service("sns.amazonaws.com"), "aws:PrincipalServiceName", Some("sns.amazonaws.com")),
        (user, "aws:PrincipalIsAWSService", Some("false")),
    ] {
        let mut context = Context::new();
        who.add_keys(&mut context);
        let had = context.get(key).map(|values| values.join(","));
        assert_eq!(had.as_deref(), expect, "{key} of {who:?}");
    }
}
