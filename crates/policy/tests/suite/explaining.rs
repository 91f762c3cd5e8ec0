//! Messages and proofs.

use policy::{
    Context, Document, Level, Limits, Miss, Policies, PolicyKind, Principal, Reason, Request, ResourcePolicy,
    ResourcePolicyMode, Source, Verdict, evaluate, explain,
};

fn parse(text: &str) -> Document {
    Document::parse(text, Limits::default()).unwrap()
}

fn user() -> Principal<'static> {
    Principal::user("arn:aws:iam::123456789012:user/John", "AIDAJOHN")
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
#[test]
fn messages() {
    let full = parse(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
    let deny = parse(r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#);
    let other = parse(r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}"#);
    let (full, deny) =
        (Source { name: "full", document: &full }, Source { name: "arn:aws:iam::1:policy/d", document: &deny });
    let other = Source { name: "other", document: &other };
    let trust = |policy| ResourcePolicy { policy: Some(policy), mode: ResourcePolicyMode::RoleTrust };
    let plain = |policy| ResourcePolicy { policy: Some(policy), mode: ResourcePolicyMode::Optional };
    let (lenient, strict, silent) = ([full], [full, deny], [other]);
    let level = |policies| [Level { target: "ou-1", policies }];
    let (denies, allows_nothing) = (level(&strict), level(&silent));
    let base = Policies { identity: &lenient, ..Policies::default() };
    let rows = [
        (Policies { identity: &[], ..base }, "because no identity-based policy allows the sts:AssumeRole action"),
        (Policies { identity: &strict, ..base }, "with an explicit deny in an identity-based policy"),
        (
            Policies { scp: &allows_nothing, ..base },
            "because no service control policy allows the sts:AssumeRole action",
        ),
        (Policies { scp: &denies, ..base }, "with an explicit deny in a service control policy"),
        (Policies { rcp: &denies, ..base }, "with an explicit deny in a resource control policy"),
        (Policies { endpoint: Some(other), ..base }, "because no VPC endpoint policy allows the sts:AssumeRole action"),
        (Policies { endpoint: Some(deny), ..base }, "with an explicit deny in a VPC endpoint policy"),
        (
            Policies { boundary: Some(other), ..base },
            "because no permissions boundary allows the sts:AssumeRole action",
        ),
        (Policies { boundary: Some(deny), ..base }, "with an explicit deny in a permissions boundary"),
        (Policies { session: &silent, ..base }, "because no session policy allows the sts:AssumeRole action"),
        (Policies { session: &strict, ..base }, "with an explicit deny in a session policy"),
        (Policies { resource: plain(deny), ..base }, "with an explicit deny in a resource-based policy"),
        (Policies { resource: trust(other), ..base }, "because no role trust policy allows the sts:AssumeRole action"),
        (Policies { resource: trust(deny), ..base }, "with an explicit deny in the role trust policy"),
        (base, ""),
    ];
    let (principal, context) = (user(), Context::new());
    let mut request = Request {
        action: "sts:AssumeRole",
        resource: "arn:aws:iam::123456789012:role/r",
        resource_account: "123456789012",
        principal: &principal,
        context: &context,
    };
    for (policies, expect) in rows {
        let decision = evaluate(&request, &policies);
        assert_eq!(decision.message_suffix(request.action), expect);
        assert_eq!(decision.allowed, expect.is_empty());
        let arn = match decision.reason {
            Reason::ExplicitDeny(PolicyKind::Resource | PolicyKind::RoleTrust | PolicyKind::Endpoint) => "",
            Reason::ExplicitDeny(_) => ", with policy ARN: arn:aws:iam::1:policy/d",
            _ => "",
        };
        assert_eq!(decision.message_suffix_naming(request.action, &policies), format!("{expect}{arn}"));
    }
    request.resource_account = "999999999999";
    let expect = "because no resource-based policy allows the sts:AssumeRole action";
    assert_eq!(evaluate(&request, &base).message_suffix(request.action), expect);
}

#[test]
fn a_proof_names_statements_conditions_and_keys() {
    let identity = parse(
        r#"{"Version":"2012-10-17","Statement":[
            {"Sid":"Other","Effect":"Allow","Action":"s3:*","Resource":"*"},
            {"Sid":"Own","Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:${aws:PrincipalTag/team}-*"},
            {"Sid":"Mfa","Effect":"Allow","Action":"sqs:Send*","Resource":"*",
             "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"StringEquals":{"aws:PrincipalTag/team":["${aws:username}"]}}}]}"#,
    );
    let identity = [Source { name: "arn:aws:iam::123456789012:policy/p", document: &identity }];
    let scp = parse(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
    let scp = [Source { name: "FullAWSAccess", document: &scp }];
    let policies =
        Policies { identity: &identity, scp: &[Level { target: "r-1", policies: &scp }], ..Policies::default() };
    let principal = user();
    let mut context = Context::new();
    principal.add_keys(&mut context);
    context.add("aws:PrincipalTag/team", "red");
    let request = Request {
        action: "sqs:SendMessage",
        resource: "arn:aws:sqs:us-east-1:123456789012:blue-q",
        resource_account: "123456789012",
        principal: &principal,
        context: &context,
    };
    let explanation = explain(&request, &policies);
    assert_eq!(explanation.decision, evaluate(&request, &policies));
    assert_eq!(explanation.decision.reason, Reason::ImplicitDeny(PolicyKind::Identity));
    let proof = &explanation.proof;
    assert!(proof.verdicts.contains(&(PolicyKind::ServiceControl, Verdict::Allow)));
    assert!(proof.verdicts.contains(&(PolicyKind::Identity, Verdict::ImplicitDeny)));
    assert!(proof.verdicts.contains(&(PolicyKind::Boundary, Verdict::NotApplicable)));
    let own = proof.statements.iter().find(|s| s.sid.as_deref() == Some("Own")).unwrap();
    assert_eq!((own.statement, &own.misses), (1, &vec![Miss::Resource]));
    assert!(!proof.statements.iter().any(|s| s.sid.as_deref() == Some("Other")), "another action is no near miss");
    let mfa = proof.statements.iter().find(|s| s.sid.as_deref() == Some("Mfa")).unwrap();
    let conditions = mfa.misses.iter().map(|miss| match miss {
        Miss::Condition(c) => (c.operator.as_str(), c.key.as_str(), c.wanted.clone(), c.had.clone()),
        other => panic!("{other:?}"),
    });
    assert_eq!(
        conditions.collect::<Vec<_>>(),
        [
            ("Bool", "aws:MultiFactorAuthPresent", vec!["true".to_owned()], None),
            ("StringEquals", "aws:PrincipalTag/team", vec!["John".to_owned()], Some(vec!["red".to_owned()])),
        ]
    );
    assert_eq!(proof.missing_keys().collect::<Vec<_>>(), ["aws:multifactorauthpresent"]);
    let text = proof.to_string();
    let line = "Allow in arn:aws:iam::123456789012:policy/p statement 2 (Mfa): does not apply: Bool aws:MultiFactorAuthPresent wants [\"true\"], the request has no such key";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("FullAWSAccess statement 0 at r-1: applies"), "{text}");
    assert_eq!(proof.to_json()["statements"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_decision_names_its_statement() {
    let document = parse(
        r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"sqs:*","Resource":"*"},
            {"Effect":"Deny","Action":"sqs:Purge*","Resource":"*"}]}"#,
    );
    let identity = [Source { name: "first", document: &document }];
    let policies = Policies { identity: &identity, ..Policies::default() };
    let (principal, context) = (user(), Context::new());
    for (action, statement) in [("s3:GetObject", 0), ("sqs:SendMessage", 1), ("sqs:PurgeQueue", 2)] {
        let request = Request {
            action,
            resource: "*",
            resource_account: "123456789012",
            principal: &principal,
            context: &context,
        };
        let at = evaluate(&request, &policies).decided_by.unwrap();
        assert_eq!(
            (at.kind, at.statement, at.policy_name(&policies)),
            (PolicyKind::Identity, statement, Some("first"))
        );
    }
}
