//! Policy documents, damaged, through the parser, the checks of every kind, and the evaluation with its proof.

use fuzz::{Allocator, Case, Dice, Mutator};
use policy::valid::{self, Kind};
use policy::{
    Context, Document, Level, Limits, Policies, Principal, Request, ResourcePolicy, ResourcePolicyMode, Source,
    evaluate, explain,
};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

const CORPUS: [&str; 9] = [
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":["iam:*","sts:Get*"],"NotResource":"arn:aws:sqs:*:*:a?c*"}}"#,
    r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:user/ada"],"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:111122223333:${aws:username}","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:t"}}}]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:StringLike":{"aws:TagKeys":["a*","b"]},"NumericLessThanEquals":{"s3:max-keys":"10"},"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},"Bool":{"aws:SecureTransport":"false"},"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]},"Null":{"aws:TokenIssueTime":"true"},"StringEqualsIfExists":{"aws:PrincipalTag/team":"${aws:ResourceTag/team, 'none'}"}}}]}"#,
    r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"*"},"Action":["a:b"],"Resource":["${aws:username}"]}]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"},"BinaryEquals":{"k":"QUJD"}}}]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ForAnyValue:StringNotEqualsIgnoreCase":{"aws:PrincipalOrgPaths":"o-a/*/ou-b/*"},"NotIpAddress":{"aws:SourceIp":"::1"},"NumericNotEquals":{"a":["1","2.5e3"]},"DateNotEquals":{"aws:EpochTime":"1"}}}]}"#,
    r#"{"Statement":[]}"#,
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com","CanonicalUser":"79a5"},"Action":"s3:Get*","Resource":"arn:aws:s3:::b/${*}${?}${$}/*"}]}"#,
];

const WORDS: [&[u8]; 40] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b",",
    b":",
    b"*",
    b"?",
    b"*a",
    b"${",
    b"}",
    b"${aws:username}",
    b"${aws:username, 'x'}",
    b"${*}",
    b"\"Version\":\"2012-10-17\",",
    b"\"Statement\":",
    b"\"Effect\":\"Deny\",",
    b"\"Action\":",
    b"\"NotAction\":",
    b"\"Resource\":",
    b"\"Principal\":",
    b"\"NotPrincipal\":",
    b"\"AWS\":",
    b"\"Condition\":",
    b"\"StringLike\":",
    b"\"ForAllValues:StringLike\":",
    b"IfExists",
    b"\"DateLessThan\":",
    b"\"IpAddress\":",
    b"\"0.0.0.0/0\"",
    b"/33",
    b"arn:aws:iam::111122223333:root",
    b":",
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"true",
    b"1e999",
    b"{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},",
];

const KINDS: [Kind; 8] = [
    Kind::Managed,
    Kind::Inline,
    Kind::Session,
    Kind::Trust,
    Kind::Resource,
    Kind::Endpoint,
    Kind::ServiceControl,
    Kind::ResourceControl,
];

fn main() {
    let corpus: Vec<Vec<u8>> = CORPUS.iter().map(|text| text.as_bytes().to_vec()).collect();
    let mutator = Mutator { words: &WORDS, others: &corpus };
    fuzz::fuzz("policy_parse", |dice, case| run(&mutator, &corpus, dice, case));
}

fn run(mutator: &Mutator<'_>, corpus: &[Vec<u8>], dice: &mut Dice, case: &mut Case) {
    let mut bytes = dice.pick(corpus).clone();
    mutator.mutate(dice, &mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut resource = b"arn:aws:sqs:us-east-1:111122223333:aaaaaaaaaaaaaaaaaaaaaaab".to_vec();
    mutator.mutate(dice, &mut resource);
    // What AWS allows an ARN to be long.
    let resource: String = String::from_utf8_lossy(&resource).chars().take(2_048).collect();
    case.begins(format!("{text}\n{resource}").as_bytes());
    for kind in KINDS {
        let _ = valid::check(&text, kind, &valid::Facts::default(), Limits::default());
    }
    if let Ok(document) = Document::parse(&text, Limits::default()) {
        case.went_well();
        decide(&document, &resource, dice, case);
    }
}

fn decide(document: &Document, resource: &str, dice: &mut Dice, case: &mut Case) {
    let user = Principal::user("arn:aws:iam::111122223333:user/ada", "AIDAEXAMPLE");
    let session = Principal::role_session(
        "arn:aws:sts::111122223333:assumed-role/r/s",
        "arn:aws:iam::111122223333:role/r",
        "AROA:s",
    );
    let service = Principal::service("sns.amazonaws.com");
    let nobody = Principal::anonymous();
    let principal = **dice.pick(&[&user, &session, &service, &nobody]);
    let mut context = Context::new();
    principal.add_keys(&mut context);
    for (key, value) in
        [("aws:username", "ada"), ("aws:CurrentTime", "2026-11-22T06:35:00Z"), ("aws:SourceIp", "10.1.2.3")]
    {
        if dice.one_in(2) {
            context.add(key, value);
        }
    }
    if dice.one_in(3) {
        context.add("aws:TagKeys", resource);
        context.add("aws:TagKeys", "b");
    }
    let source = Source { name: "p", document };
    let list = [source];
    let levels = [Level { target: "r-1", policies: &list }];
    let mode =
        *dice.pick(&[ResourcePolicyMode::Optional, ResourcePolicyMode::RoleTrust, ResourcePolicyMode::KeyPolicy]);
    let mut policies = Policies { identity: &list, ..Policies::default() };
    match dice.below(5) {
        0 => policies.resource = ResourcePolicy { policy: Some(source), mode },
        1 => policies.boundary = Some(source),
        2 => policies.scp = &levels,
        3 => policies.session = &list,
        _ => policies.endpoint = Some(source),
    }
    let account = *dice.pick(&["111122223333", "444455556666"]);
    let request = Request {
        action: "sqs:SendMessage",
        resource,
        resource_account: account,
        principal: &principal,
        context: &context,
    };
    let decision = evaluate(&request, &policies);
    let explained = explain(&request, &policies).decision;
    case.expect(decision == explained, || format!("the proof decides otherwise: {decision:?}, {explained:?}"));
}
