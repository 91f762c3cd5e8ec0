//! Documents that AWS takes and refuses, with its words.

use policy::valid::{Facts, Kind, ServiceFacts, check, size_without_whitespace};
use policy::{Document, Fault, Limits};

const FACTS: Facts<'static> = Facts {
    partitions: &["aws", "aws-cn", "aws-us-gov"],
    services: &[
        ServiceFacts {
            service: "iam",
            no_region: Some("IAM resource {resource} cannot contain region information."),
            regional: &[],
            paths: &["user/", "role/", "policy/"],
            bad_path: "IAM resource path must either be \"*\" or start with {values}.",
        },
        ServiceFacts {
            service: "s3",
            no_region: Some("Resource {resource} can not contain region information."),
            regional: &["accesspoint/"],
            paths: &[],
            bad_path: "",
        },
    ],
    trust_actions: &["sts:AssumeRole", "sts:TagSession"],
    trust_text: "AssumeRole policy may only specify STS AssumeRole actions.",
};

fn message(kind: Kind, text: &str) -> String {
    check(text, kind, &FACTS, Limits::default()).err().map_or_else(|| "ok".into(), |error| error.message())
}

/// A managed policy of one statement.
fn managed(statement: &str) -> String {
    message(Kind::Managed, &format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#))
}

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
#[test]
fn grammar() {
    for (statement, expect) in [
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#, "ok"),
        (r#"[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}]"#, "ok"),
        (r#"{"Sid":"","Effect":"Deny","NotAction":"s3:*","NotResource":"*"}"#, "ok"),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{}}"#, "ok"),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Nonsense":{}}}"#, "ok"),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a:b":true}}}"#, "ok"),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NumericEquals":{"a:b":[1,2.5]}}}"#, "ok"),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Nonsense":{"a:b":"c"}}}"#, SYNTAX),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NullIfExists":{"a:b":"true"}}}"#, SYNTAX),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a:b":{}}}}"#, SYNTAX),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":["Bool"]}"#, SYNTAX),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Principle":"*"}"#, SYNTAX),
        (r#"{"Effect":"Allow","action":"s3:*","Resource":"*"}"#, SYNTAX),
        (r#"{"Effect":"Maybe","Action":"s3:*","Resource":"*"}"#, SYNTAX),
        (r#"{"Effect":"allow","Action":"s3:*","Resource":"*"}"#, LEGACY),
        (r#"{"Action":"s3:*","Resource":"*"}"#, SYNTAX),
        (r#"{"Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*"}"#, SYNTAX),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","NotResource":"*"}"#, SYNTAX),
        (r#"{"Effect":"Allow","Action":7,"Resource":"*"}"#, SYNTAX),
        (r#"{"Effect":"Allow","Action":"s3:*","Action":"iam:*","Resource":"*"}"#, SYNTAX),
        (r#"{"Sid":7,"Effect":"Allow","Action":"s3:*","Resource":"*"}"#, SYNTAX),
        (r#"[]"#, SYNTAX),
        (r#""Allow""#, SYNTAX),
        (r#"["Allow"]"#, SYNTAX),
    ] {
        assert_eq!(managed(statement), expect, "{statement}");
    }
    for (text, expect) in [
        ("", SYNTAX),
        ("nonsense", SYNTAX),
        ("[]", SYNTAX),
        (r#"{"Version":"2012-10-17"}"#, SYNTAX),
        (r#"{"Version":"2020-10-17","Statement":{}}"#, SYNTAX),
        (r#"{"Version":"2012-10-17","Id":3,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#, SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} x"#, SYNTAX),
        (r#"{"Version":"2012-10-17","Id":"i","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#, "ok"),
    ] {
        assert_eq!(message(Kind::Managed, text), expect, "{text}");
    }
}

#[test]
fn values() {
    for (statement, expect) in [
        (r#"{"Effect":"Allow","Resource":"*"}"#, "Policy statement must contain actions."),
        (r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#, "Policy statement must contain actions."),
        (r#"{"Effect":"Allow","Action":"s3:*"}"#, "Policy statement must contain resources."),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":[]}"#, "Policy statement must contain resources."),
        (
            r#"{"Effect":"Allow","Action":"GetObject","Resource":"*"}"#,
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (r#"{"Effect":"Allow","Action":"s3:a:b","Resource":"*"}"#, "Actions/Condition can contain only one colon."),
        (r#"{"Effect":"Allow","Action":"s3 x:a","Resource":"*"}"#, "Vendor s3 x is not valid"),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"b"}"#, r#"Resource b must be in ARN format or "*"."#),
        (
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:moon:s3:::b"}"#,
            r#"Partition "moon" is not valid for resource "arn:moon:s3:::b"."#,
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:moon"}"#,
            r#"Partition "moon" is not valid for resource "arn:moon:*:*:*:*"."#,
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws"}"#,
            "Resource vendor must be fully qualified and cannot contain regexes.",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:us-east-1::b"}"#,
            "Resource arn:aws:s3:us-east-1::b can not contain region information.",
        ),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:us-east-1:1:accesspoint/a"}"#, "ok"),
        (
            r#"{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam:us-east-1:1:user/a"}"#,
            "IAM resource arn:aws:iam:us-east-1:1:user/a cannot contain region information.",
        ),
        (
            r#"{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::1:folder/a"}"#,
            r#"IAM resource path must either be "*" or start with user/, role/, policy/."#,
        ),
        (r#"{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::1:role/a"}"#, "ok"),
        (
            r#"[{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"s3:*","Resource":"*"}]"#,
            "Statement IDs (SID) in a single policy must be unique.",
        ),
        (
            r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#,
            "Policy document should not specify a principal.",
        ),
        (r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"a:b":"soon"}}}"#, LEGACY),
        (
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"a:b":"2024-02-31T10:00:00Z"}}}"#,
            "ok",
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"a:b":"01:02:03T2024"}}}"#,
            LEGACY,
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"a:b":"1700000000"}}}"#,
            "ok",
        ),
    ] {
        assert_eq!(managed(statement), expect, "{statement}");
    }
}

#[test]
fn kinds() {
    let with = |version: &str, statement: &str| format!(r#"{{"Version":"{version}","Statement":{statement}}}"#);
    let plain = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}"#;
    let trust = r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#;
    let older = "Policy document must be version 2012-10-17 or greater.";
    for (kind, version, statement, expect) in [
        (Kind::Managed, "2008-10-17", plain, older),
        (Kind::Inline, "2008-10-17", plain, "ok"),
        (Kind::Session, "2012-10-17", plain, "ok"),
        (Kind::ServiceControl, "2012-10-17", plain, "ok"),
        (Kind::Trust, "2008-10-17", trust, "ok"),
        (
            Kind::Trust,
            "2012-10-17",
            r#"{"Effect":"Allow","Action":"sts:AssumeRole"}"#,
            "Missing required field Principal",
        ),
        (
            Kind::Trust,
            "2012-10-17",
            r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}"#,
            "Has prohibited field Resource.",
        ),
        (Kind::Trust, "2012-10-17", r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}"#, FACTS.trust_text),
        (
            Kind::Trust,
            "2012-10-17",
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/*"},"Action":"sts:AssumeRole"}"#,
            r#"Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*""#,
        ),
        (
            Kind::Trust,
            "2012-10-17",
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::12:root"},"Action":"sts:AssumeRole"}"#,
            r#"Invalid principal in policy: "AWS":"arn:aws:iam::12:root""#,
        ),
        (
            Kind::Trust,
            "2012-10-17",
            r#"{"Effect":"Allow","Principal":{"People":"ann"},"Action":"sts:AssumeRole"}"#,
            SYNTAX,
        ),
        (Kind::Resource, "2012-10-17", plain, "Missing required field Principal"),
        (
            Kind::Resource,
            "2008-10-17",
            r#"{"Effect":"Allow","Principal":{"AWS":["111122223333","*"],"CanonicalUser":"79a5"},"Action":"SQS:*","Resource":"*"}"#,
            "ok",
        ),
        (Kind::Endpoint, "2008-10-17", r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#, "ok"),
        (
            Kind::ResourceControl,
            "2012-10-17",
            r#"{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}"#,
            "Has prohibited field Principal.",
        ),
        (
            Kind::ResourceControl,
            "2012-10-17",
            r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}"#,
            "ok",
        ),
    ] {
        assert_eq!(message(kind, &with(version, statement)), expect, "{kind:?} {statement}");
    }
}

#[test]
fn bounds() {
    let statement = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let text = format!(r#"{{"Statement":[{}]}}"#, [statement; 5].join(","));
    let limits = Limits::default();
    let fault = |text: &str, limits: Limits| Document::parse(text, limits).err().map(|e| e.fault().clone());
    assert_eq!(fault(&text, limits), None);
    assert_eq!(fault(&text, Limits { statements: 4, ..limits }), Some(Fault::TooManyStatements));
    assert_eq!(fault(&text, Limits { bytes: text.len() - 1, ..limits }), Some(Fault::TooLong));
    assert_eq!(fault(&text, Limits { depth: 2, ..limits }), Some(Fault::Syntax));
    let deep = format!(r#"{{"Statement":{}{}}}"#, "[".repeat(60_000), "]".repeat(60_000));
    assert_eq!(fault(&deep, limits), Some(Fault::Syntax));
    assert_eq!(size_without_whitespace("{ \"a\":\n\t\"é b\" }"), 10);
}
