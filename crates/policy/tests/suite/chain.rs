//! The evaluation logic: which policies must allow, and whose implicit deny still counts.
//!
//! Documents are written in one letter: `A` allows the action, `D` denies it, `S` says nothing of it.

use serde_json::{Value, json};

use crate::corpus;
use crate::reference::world::{Compiled, words};
use crate::reference::{Ask, World, decide};

const ACTION: &str = "sqs:SendMessage";
const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:q";

const USER: [&str; 5] = ["user", "arn:aws:iam::111111111111:user/ann", "111111111111", "", "AIDAANN"];
const OTHER: [&str; 5] = ["user", "arn:aws:iam::222222222222:user/bob", "222222222222", "", "AIDABOB"];
const ROOT: [&str; 5] = ["root", "arn:aws:iam::111111111111:root", "111111111111", "", "111111111111"];
const OTHER_ROOT: [&str; 5] = ["root", "arn:aws:iam::222222222222:root", "222222222222", "", "222222222222"];
const ROLE: &str = "arn:aws:iam::111111111111:role/r";
const SESSION_ARN: &str = "arn:aws:sts::111111111111:assumed-role/r/s";
const SESSION: [&str; 5] = ["session", SESSION_ARN, "111111111111", ROLE, "AROAR:s"];
const OTHER_SESSION: [&str; 5] = [
    "session",
    "arn:aws:sts::222222222222:assumed-role/r/s",
    "222222222222",
    "arn:aws:iam::222222222222:role/r",
    "AROAX:s",
];
const LINKED: [&str; 5] = [
    "session",
    "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/s",
    "111111111111",
    "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
    "AROAL:s",
];
const FEDERATED_ARN: &str = "arn:aws:sts::111111111111:federated-user/ann";
const FEDERATED: [&str; 5] =
    ["federated", FEDERATED_ARN, "111111111111", "arn:aws:iam::111111111111:user/ann", "111111111111:ann"];
const SERVICE: [&str; 5] = ["service", "sns.amazonaws.com", "", "", ""];
const PROVIDER: [&str; 5] = ["provider", "accounts.google.com", "", "", ""];
const NOBODY: [&str; 5] = ["anonymous", "", "", "", ""];

#[derive(Clone, Copy, Default)]
struct Row<'a> {
    identity: &'a str,
    boundary: &'a str,
    session: &'a str,
    /// Each pair is an effect and a principal: `("A", "*")`, `("D", "arn:...")`, `("A", "Service:sns.amazonaws.com")`.
    resource: &'a [(&'a str, &'a str)],
    mode: &'a str,
    /// Letters of one level together, levels apart by a space.
    scp: &'a str,
    rcp: &'a str,
    endpoint: &'a str,
    grants: &'a [&'static str],
}

fn statement(letter: char, principal: Option<&str>) -> Value {
    let (effect, action) = match letter {
        'A' => ("Allow", "sqs:*"),
        'D' => ("Deny", "sqs:SendMessage"),
        _ => ("Allow", "s3:*"),
    };
    let mut statement = json!({"Effect": effect, "Action": action, "Resource": "*"});
    if let Some(name) = principal {
        let principal = match name.split_once(':') {
            _ if name == "*" => json!("*"),
            Some((kind @ ("Service" | "Federated"), name)) => json!({ kind: name }),
            _ => json!({ "AWS": name }),
        };
        statement["Principal"] = principal;
    }
    statement
}

fn document(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn documents(letters: &str) -> Vec<Value> {
    letters.chars().map(|letter| document(vec![statement(letter, None)])).collect()
}

fn world(row: &Row<'_>) -> World {
    let levels = |text: &str| text.split_whitespace().map(documents).collect();
    let resource: Vec<Value> = row
        .resource
        .iter()
        .map(|(letter, who)| statement(letter.chars().next().expect("a letter"), Some(who)))
        .collect();
    World {
        identity: documents(row.identity),
        boundary: documents(row.boundary).pop(),
        session: documents(row.session),
        resource: (!resource.is_empty()).then(|| document(resource)),
        mode: match row.mode {
            "trust" => "trust",
            "key" => "key",
            _ => "optional",
        },
        scp: levels(row.scp),
        rcp: levels(row.rcp),
        endpoint: row.endpoint.chars().next().map(|letter| document(vec![statement(letter, Some("*"))])),
        grants: row.grants.iter().map(|grantee| (*grantee, ACTION)).collect(),
    }
}

/// `expect` is `allow`, or `explicit <kind>` or `implicit <kind>`.
fn check_of(page: &str, who: [&'static str; 5], row: Row<'_>, expect: &str) {
    let [kind, arn, account, issuer, id] = who;
    let world = world(&row);
    let ask = Ask {
        action: ACTION,
        resource: QUEUE,
        resource_account: "111111111111",
        kind,
        arn,
        account,
        issuer,
        id,
        context: vec![],
    };
    corpus::case(page, format!("{ask:?} {world:?} {expect}"));
    let compiled = Compiled::new(&world);
    let engine = words(&compiled.evaluate(&ask));
    let got = engine.clone().err().unwrap_or_else(|| "allow".into());
    assert_eq!(got, expect, "{who:?}\n{world:?}{}", compiled.explain(&ask).proof);
    assert_eq!(engine, decide(&world, &ask), "the reference on {who:?}\n{world:?}");
    assert_eq!(compiled.explain(&ask).decision, compiled.evaluate(&ask));
}

const NO_IDENTITY: &str = "implicit identity-based policy";
const NO_RESOURCE: &str = "implicit resource-based policy";
const NO_BOUNDARY: &str = "implicit permissions boundary";
const NO_SESSION: &str = "implicit session policy";
const NO_SCP: &str = "implicit service control policy";
const NO_RCP: &str = "implicit resource control policy";
const NO_ENDPOINT: &str = "implicit VPC endpoint policy";
const NO_TRUST: &str = "implicit role trust policy";

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>:
/// "Resource-based policies and implicit denies in other policy types (same account)".
#[test]
pub fn resource_policies_and_implicit_denies() {
    let check = |who, row: Row<'_>, expect: &str| {
        check_of(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
            who,
            row,
            expect,
        )
    };
    let silent = Row { identity: "S", boundary: "S", session: "S", ..Row::default() };
    let user = USER[1];
    check(SESSION, Row { resource: &[("A", ROLE)], ..silent }, NO_BOUNDARY);
    check(SESSION, Row { resource: &[("A", ROLE)], boundary: "A", ..silent }, NO_SESSION);
    check(SESSION, Row { resource: &[("A", ROLE)], boundary: "", session: "", ..silent }, "allow");
    check(SESSION, Row { resource: &[("A", ROLE)], boundary: "A", session: "A", ..silent }, "allow");
    check(SESSION, Row { resource: &[("A", "AROAR")], boundary: "S", ..silent }, NO_BOUNDARY);
    check(SESSION, Row { resource: &[("A", SESSION_ARN)], ..silent }, "allow");
    check(USER, Row { resource: &[("A", user)], session: "", ..silent }, "allow");
    check(USER, Row { resource: &[("A", "AIDAANN")], session: "", ..silent }, "allow");
    check(FEDERATED, Row { resource: &[("A", user)], ..silent }, NO_BOUNDARY);
    check(FEDERATED, Row { resource: &[("A", user)], boundary: "A", ..silent }, NO_SESSION);
    check(FEDERATED, Row { resource: &[("A", user)], boundary: "", session: "A", ..silent }, "allow");
    check(FEDERATED, Row { resource: &[("A", FEDERATED_ARN)], ..silent }, "allow");
    check(ROOT, Row { resource: &[("A", ROOT[1])], ..Row::default() }, "allow");
    check(SERVICE, Row { resource: &[("A", "Service:sns.amazonaws.com")], ..Row::default() }, "allow");
    // Everyone names each principal directly.
    // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles>
    check(SESSION, Row { resource: &[("A", "*")], ..silent }, "allow");
    check(USER, Row { resource: &[("A", "*")], session: "", ..silent }, "allow");
    // The account delegates, and its own policies decide.
    check(USER, Row { resource: &[("A", "111111111111")], ..Row::default() }, NO_IDENTITY);
    check(USER, Row { resource: &[("A", ROOT[1])], identity: "A", ..Row::default() }, "allow");
    check(USER, Row { resource: &[("A", ROOT[1])], identity: "A", boundary: "S", ..Row::default() }, NO_BOUNDARY);
    // Someone else's name is no name.
    check(USER, Row { resource: &[("A", "arn:aws:iam::111111111111:user/Ann")], ..silent }, NO_IDENTITY);
    check(SESSION, Row { resource: &[("A", "arn:aws:sts::111111111111:assumed-role/r/t")], ..silent }, NO_IDENTITY);
    check(SERVICE, Row { resource: &[("A", "Service:s3.amazonaws.com")], ..Row::default() }, NO_RESOURCE);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>
#[test]
pub fn within_one_account() {
    let check = |who, row: Row<'_>, expect: &str| {
        check_of(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html",
            who,
            row,
            expect,
        )
    };
    let none = Row::default();
    check(USER, none, NO_IDENTITY);
    check(USER, Row { identity: "S", ..none }, NO_IDENTITY);
    check(USER, Row { identity: "A", ..none }, "allow");
    check(USER, Row { identity: "SA", ..none }, "allow");
    check(USER, Row { identity: "AD", ..none }, "explicit identity-based policy");
    check(USER, Row { identity: "DA", ..none }, "explicit identity-based policy");
    check(USER, Row { identity: "A", boundary: "A", ..none }, "allow");
    check(USER, Row { identity: "A", boundary: "S", ..none }, NO_BOUNDARY);
    check(USER, Row { identity: "S", boundary: "A", ..none }, NO_IDENTITY);
    check(USER, Row { identity: "A", boundary: "D", ..none }, "explicit permissions boundary");
    check(SESSION, Row { identity: "A", session: "A", ..none }, "allow");
    check(SESSION, Row { identity: "A", session: "S", ..none }, NO_SESSION);
    check(SESSION, Row { identity: "A", session: "SA", ..none }, "allow");
    check(SESSION, Row { identity: "S", session: "A", ..none }, NO_IDENTITY);
    check(SESSION, Row { identity: "A", session: "AD", ..none }, "explicit session policy");
    check(SESSION, Row { identity: "A", boundary: "S", session: "S", ..none }, NO_BOUNDARY);
    check(USER, Row { identity: "A", resource: &[("D", "*")], ..none }, "explicit resource-based policy");
    check(USER, Row { identity: "A", resource: &[("D", ROOT[1])], ..none }, "explicit resource-based policy");
    check(SESSION, Row { identity: "A", resource: &[("D", ROLE)], ..none }, "explicit resource-based policy");
    check(USER, Row { identity: "A", resource: &[("D", ROLE)], ..none }, "allow");
    check(USER, Row { identity: "D", resource: &[("A", "*")], ..none }, "explicit identity-based policy");
    check(USER, Row { boundary: "D", resource: &[("A", USER[1])], ..none }, "explicit permissions boundary");
    check(SESSION, Row { session: "D", resource: &[("A", SESSION_ARN)], ..none }, "explicit session policy");
    // A federated user without a session policy has no permissions of its own.
    // <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
    check(FEDERATED, Row { identity: "A", ..none }, NO_SESSION);
    check(FEDERATED, Row { identity: "A", session: "A", ..none }, "allow");
    check(ROOT, none, "allow");
    check(ROOT, Row { resource: &[("D", "*")], ..none }, "explicit resource-based policy");
    check(ROOT, Row { resource: &[("S", "*")], ..none }, "allow");
    // Only what a task's policy denies is denied to a session of a root user; what he delegates must be allowed.
    check(ROOT, Row { session: "S", ..none }, NO_SESSION);
    check(ROOT, Row { session: "A", ..none }, "allow");
    check(ROOT, Row { session: "S", resource: &[("A", ROOT[1])], ..none }, NO_SESSION);
    // A session of a user bears his ARN: what names him does not name it apart.
    check(USER, Row { session: "S", resource: &[("A", USER[1])], ..none }, NO_SESSION);
    check(USER, Row { session: "A", resource: &[("A", USER[1])], ..none }, "allow");
    check(ROOT, Row { session: "D", ..none }, "explicit session policy");
    check(ROOT, Row { session: "D", resource: &[("A", ROOT[1])], ..none }, "explicit session policy");
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html>
#[test]
pub fn organisation_and_endpoint_policies() {
    let check = |who, row: Row<'_>, expect: &str| {
        check_of(
            "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
            who,
            row,
            expect,
        )
    };
    let may = Row { identity: "A", ..Row::default() };
    check(USER, Row { scp: "A A A", ..may }, "allow");
    check(USER, Row { scp: "A S A", ..may }, NO_SCP);
    check(USER, Row { scp: "S A A", ..may }, NO_SCP);
    check(USER, Row { scp: "A SA A", ..may }, "allow");
    check(USER, Row { scp: "A AD A", ..may }, "explicit service control policy");
    check(USER, Row { scp: "S A AD", ..may }, "explicit service control policy");
    check(USER, Row { scp: "A A", identity: "S", ..may }, NO_IDENTITY);
    check(ROOT, Row { scp: "AD", ..may }, "explicit service control policy");
    check(ROOT, Row { scp: "S", ..may }, NO_SCP);
    check(SESSION, Row { scp: "S", resource: &[("A", SESSION_ARN)], ..may }, NO_SCP);
    // Service-linked roles, services and unsigned requests are not bound by SCPs.
    check(LINKED, Row { scp: "AD", ..may }, "allow");
    check(SERVICE, Row { scp: "AD", resource: &[("A", "*")], ..may }, "allow");
    check(NOBODY, Row { scp: "AD", resource: &[("A", "*")], ..may }, "allow");
    check(USER, Row { rcp: "A A", ..may }, "allow");
    check(USER, Row { rcp: "A S", ..may }, NO_RCP);
    check(USER, Row { rcp: "A AD", ..may }, "explicit resource control policy");
    check(LINKED, Row { rcp: "AD", ..may }, "allow");
    check(SERVICE, Row { rcp: "AD", resource: &[("A", "*")], ..may }, "explicit resource control policy");
    check(NOBODY, Row { rcp: "AD", resource: &[("A", "*")], ..may }, "explicit resource control policy");
    check(OTHER, Row { rcp: "AD", resource: &[("A", "*")], ..may }, "explicit resource control policy");
    check(USER, Row { endpoint: "A", ..may }, "allow");
    check(USER, Row { endpoint: "S", ..may }, NO_ENDPOINT);
    check(USER, Row { endpoint: "D", ..may }, "explicit VPC endpoint policy");
    check(ROOT, Row { endpoint: "S", ..may }, NO_ENDPOINT);
    check(NOBODY, Row { endpoint: "S", resource: &[("A", "*")], ..may }, NO_ENDPOINT);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
#[test]
pub fn across_accounts() {
    let check = |who, row: Row<'_>, expect: &str| {
        check_of(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
            who,
            row,
            expect,
        )
    };
    let none = Row::default();
    let bob = OTHER[1];
    check(OTHER, Row { identity: "A", ..none }, NO_RESOURCE);
    check(OTHER, Row { resource: &[("A", bob)], ..none }, NO_IDENTITY);
    check(OTHER, Row { identity: "A", resource: &[("A", bob)], ..none }, "allow");
    check(OTHER, Row { identity: "A", resource: &[("A", "222222222222")], ..none }, "allow");
    check(OTHER, Row { identity: "A", resource: &[("A", "*")], ..none }, "allow");
    check(OTHER, Row { resource: &[("A", "*")], ..none }, NO_IDENTITY);
    check(OTHER, Row { identity: "A", resource: &[("A", ROOT[1])], ..none }, NO_RESOURCE);
    check(OTHER, Row { identity: "A", boundary: "S", resource: &[("A", bob)], ..none }, NO_BOUNDARY);
    check(OTHER, Row { identity: "AD", resource: &[("A", bob)], ..none }, "explicit identity-based policy");
    check(OTHER, Row { identity: "A", resource: &[("A", "*"), ("D", bob)], ..none }, "explicit resource-based policy");
    check(OTHER, Row { identity: "A", resource: &[("A", bob)], scp: "S", ..none }, NO_SCP);
    // Naming the session does not lift its limits in another account.
    let session = OTHER_SESSION[1];
    check(OTHER_SESSION, Row { identity: "A", session: "S", resource: &[("A", session)], ..none }, NO_SESSION);
    check(OTHER_SESSION, Row { resource: &[("A", session)], ..none }, NO_IDENTITY);
    check(OTHER_SESSION, Row { identity: "A", resource: &[("A", OTHER_SESSION[3])], ..none }, "allow");
    check(OTHER_ROOT, none, NO_RESOURCE);
    check(OTHER_ROOT, Row { resource: &[("A", OTHER_ROOT[1])], ..none }, "allow");
    check(OTHER_ROOT, Row { resource: &[("A", bob)], ..none }, NO_RESOURCE);
    check(NOBODY, none, NO_RESOURCE);
    check(NOBODY, Row { resource: &[("A", "*")], ..none }, "allow");
    check(NOBODY, Row { resource: &[("A", "222222222222")], ..none }, NO_RESOURCE);
    check(SERVICE, none, NO_RESOURCE);
    check(
        SERVICE,
        Row { resource: &[("A", "*"), ("D", "Service:sns.amazonaws.com")], ..none },
        "explicit resource-based policy",
    );
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>: trust policies are an
/// exception, "because they must explicitly allow access for principals".
#[test]
pub fn role_trust() {
    let check = |who, row: Row<'_>, expect: &str| {
        check_of(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
            who,
            row,
            expect,
        )
    };
    let trust = Row { mode: "trust", ..Row::default() };
    check(USER, Row { identity: "A", ..trust }, NO_TRUST);
    check(USER, Row { identity: "A", resource: &[("S", "*")], ..trust }, NO_TRUST);
    check(USER, Row { resource: &[("A", USER[1])], ..trust }, "allow");
    check(SESSION, Row { resource: &[("A", ROLE)], ..trust }, "allow");
    check(SESSION, Row { resource: &[("A", SESSION_ARN)], ..trust }, "allow");
    check(SESSION, Row { resource: &[("A", ROLE)], session: "S", ..trust }, NO_SESSION);
    check(SESSION, Row { resource: &[("A", ROLE)], boundary: "S", ..trust }, NO_BOUNDARY);
    check(USER, Row { resource: &[("A", "111111111111")], ..trust }, NO_IDENTITY);
    check(USER, Row { resource: &[("A", "111111111111")], identity: "A", ..trust }, "allow");
    check(USER, Row { resource: &[("A", "*")], ..trust }, "allow");
    check(OTHER, Row { resource: &[("A", "222222222222")], ..trust }, NO_IDENTITY);
    check(OTHER, Row { resource: &[("A", "222222222222")], identity: "A", ..trust }, "allow");
    check(OTHER, Row { resource: &[("A", OTHER[1])], ..trust }, NO_IDENTITY);
    check(OTHER, Row { resource: &[("A", USER[1])], identity: "A", ..trust }, NO_TRUST);
    check(SERVICE, Row { resource: &[("A", "Service:sns.amazonaws.com")], ..trust }, "allow");
    check(SERVICE, Row { resource: &[("A", "Service:ec2.amazonaws.com")], ..trust }, NO_TRUST);
    check(PROVIDER, Row { resource: &[("A", "Federated:accounts.google.com")], ..trust }, "allow");
    check(PROVIDER, Row { resource: &[("A", "Federated:graph.facebook.com")], ..trust }, NO_TRUST);
    check(PROVIDER, Row { resource: &[("A", "111111111111")], ..trust }, NO_TRUST);
    check(USER, Row { identity: "A", resource: &[("A", "*"), ("D", USER[1])], ..trust }, "explicit role trust policy");
    check(USER, Row { identity: "D", resource: &[("A", USER[1])], ..trust }, "explicit identity-based policy");
    check(ROOT, Row { resource: &[("A", ROOT[1])], ..trust }, "allow");
    check(ROOT, Row { resource: &[("A", ROLE)], ..trust }, NO_TRUST);
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
/// <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>
#[test]
pub fn key_policies_and_grants() {
    let check = |who, row: Row<'_>, expect: &str| {
        check_of("https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html", who, row, expect)
    };
    let key = Row { mode: "key", ..Row::default() };
    let user = USER[1];
    // "No AWS principal, including the account root user or key creator, has any permissions to a KMS key unless they are
    // explicitly allowed".
    check(ROOT, key, NO_RESOURCE);
    check(ROOT, Row { resource: &[("A", user)], ..key }, NO_RESOURCE);
    check(ROOT, Row { resource: &[("A", ROOT[1])], ..key }, "allow");
    check(USER, Row { identity: "A", resource: &[("S", ROOT[1])], ..key }, NO_RESOURCE);
    check(USER, Row { identity: "A", resource: &[("A", ROOT[1])], ..key }, "allow");
    check(USER, Row { identity: "S", resource: &[("A", ROOT[1])], ..key }, NO_IDENTITY);
    check(USER, Row { resource: &[("A", user)], ..key }, "allow");
    check(
        USER,
        Row { identity: "A", resource: &[("A", ROOT[1]), ("D", user)], ..key },
        "explicit resource-based policy",
    );
    check(USER, Row { grants: &[USER[1]], ..key }, "allow");
    check(USER, Row { grants: &[ROLE], ..key }, NO_RESOURCE);
    check(SESSION, Row { grants: &[ROLE], ..key }, "allow");
    check(SESSION, Row { grants: &[ROLE], session: "S", ..key }, NO_SESSION);
    check(USER, Row { grants: &[USER[1]], resource: &[("D", "*")], ..key }, "explicit resource-based policy");
    check(USER, Row { grants: &[USER[1]], scp: "AD", ..key }, "explicit service control policy");
    check(SERVICE, Row { grants: &["sns.amazonaws.com"], ..key }, "allow");
    check(OTHER, Row { grants: &[OTHER[1]], ..key }, NO_IDENTITY);
    check(OTHER, Row { grants: &[OTHER[1]], identity: "A", ..key }, "allow");
}
