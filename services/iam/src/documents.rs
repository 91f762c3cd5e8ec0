//! Policy documents: what IAM asks of them before it stores them, and how it shows them.

use crate::errors;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::value::RawValue;
use service::policy::valid::{Facts, Kind, ServiceFacts, check, size_without_whitespace};
use service::policy::{Document, Fault, Limits};
use service::{Partition, Result};

/// The partitions that documents may name follow from the request: its own alone, as everywhere that somebody has written `aws` in
/// another (<https://github.com/aws/copilot-cli/issues/3844>).
const FACTS: Facts<'static> = Facts {
    partitions: &[],
    services: &[
        ServiceFacts {
            service: "iam",
            no_region: Some("IAM resource {resource} cannot contain region information."),
            regional: &[],
            paths: &[
                "user/",
                "federated-user/",
                "role/",
                "group/",
                "instance-profile/",
                "mfa/",
                "server-certificate/",
                "policy/",
                "sms-mfa/",
                "saml-provider/",
                "oidc-provider/",
                "report/",
                "access-report/",
                // Newer than AWS's text, which does not name it.
                "delegation-request/",
                // Of `sts:AssumeRoot`: AWS takes it, and its text does not name it.
                "root",
            ],
            bad_path: "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, \
                       instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, \
                       report/, access-report/.",
        },
        ServiceFacts {
            service: "s3",
            no_region: Some("Resource {resource} can not contain region information."),
            regional: &["accesspoint/"],
            paths: &[],
            bad_path: "",
        },
    ],
    trust_actions: &[
        "sts:*",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:TagSession",
        "sts:SetSourceIdentity",
        "sts:SetContext",
    ],
    trust_text: "AssumeRole policy may only specify STS AssumeRole actions.",
};

/// The most characters of a managed policy, white space apart.
const MANAGED: usize = 6144;
/// The most characters of a trust policy, white space apart.
const TRUST: usize = 2048;

/// A document for a managed policy.
pub fn check_managed(partition: Partition, text: &str) -> Result<()> {
    read(partition, text, Kind::Managed)?;
    if size_without_whitespace(text) > MANAGED { Err(errors::quota("PolicySize", MANAGED)) } else { Ok(()) }
}

/// A document for an inline policy.
pub fn check_inline(partition: Partition, text: &str) -> Result<()> {
    read(partition, text, Kind::Inline).map(drop)
}

/// A trust policy. Whether its principals exist is for [`crate::principals`] to say.
pub fn check_trust(partition: Partition, text: &str) -> Result<Document> {
    // CreateRole reads the JSON first and says so when it cannot; other operations answer with the grammar's text.
    if serde_json::from_str::<&RawValue>(text).is_err() {
        return Err(errors::malformed_policy("This policy contains invalid Json"));
    }
    let document = read(partition, text, Kind::Trust)?;
    if size_without_whitespace(text) > TRUST { Err(errors::quota("ACLSizePerRole", TRUST)) } else { Ok(document) }
}

/// A policy of an identity that a request brings along and nobody stores.
pub fn read_given(partition: Partition, text: &str) -> Result<Document> {
    check(text, Kind::Inline, &Facts { partitions: &[partition.as_str()], ..FACTS }, Limits::default())
        .map_err(|error| errors::invalid_input(error.message()))
}

fn read(partition: Partition, text: &str, kind: Kind) -> Result<Document> {
    let facts = Facts { partitions: &[partition.as_str()], ..FACTS };
    check(text, kind, &facts, Limits::default()).map_err(|error| match error.fault() {
        Fault::TooLong | Fault::TooManyStatements => errors::quota("PolicySize", MANAGED),
        _ => errors::malformed_policy(error.message()),
    })
}

/// All but what RFC 3986 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A document as replies show it: URL-encoded.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>
pub fn shown(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWS: Partition = Partition::Standard;

    #[test]
    fn documents_that_iam_takes_and_refuses() {
        let told = |result: Result<()>| result.err().map(|e| e.message().to_owned()).unwrap_or_default();
        let allow = |rest: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{rest}}}]}}"#);
        let role = |rest: &str| told(check_trust(AWS, &allow(rest)).map(drop));
        for (got, expect) in [
            (told(check_managed(AWS, &allow(r#""Action":"sqs:*","Resource":"*""#))), ""),
            (told(check_inline(AWS, &allow(r#""Action":"sqs:*","Resource":"*""#))), ""),
            (told(check_managed(AWS, &allow(r#""Action":"sts:AssumeRoot","Resource":"arn:aws:iam::*:root""#))), ""),
            (told(check_managed(AWS, "{}")), "Syntax errors in policy."),
            (told(check_trust(AWS, "some policy").map(drop)), "This policy contains invalid Json"),
            (role(r#""Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole""#), ""),
            (role(r#""Principal":"*","Action":"sts:AssumeRole","Resource":"*""#), "Has prohibited field Resource."),
            (
                role(r#""Principal":"*","Action":"sts:BadAssumeRole""#),
                "AssumeRole policy may only specify STS AssumeRole actions.",
            ),
            (
                told(check_managed(AWS, &allow(r#""Action":"sqs:*","Resource":"arn:aws:iam:::nothing""#))),
                "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, \
                 instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, \
                 report/, access-report/.",
            ),
        ] {
            assert_eq!(got, expect);
        }
    }

    #[test]
    fn sizes_leave_white_space_out() {
        let document = |fill: usize, blanks: usize| {
            let sid = "s".repeat(fill);
            let blanks = " ".repeat(blanks);
            format!(
                r#"{{"Version":"2012-10-17",{blanks}"Statement":[{{"Sid":"{sid}","Effect":"Allow","Action":"a:b","Resource":"*"}}]}}"#
            )
        };
        let empty = size_without_whitespace(&document(0, 0));
        assert!(check_managed(AWS, &document(MANAGED - empty, 5000)).is_ok());
        let error = check_managed(AWS, &document(MANAGED - empty + 1, 0)).unwrap_err();
        assert_eq!(error.message(), "Cannot exceed quota for PolicySize: 6144");
    }

    #[test]
    fn documents_are_shown_encoded() {
        assert_eq!(shown("{\"a\": \"*~-_.\"}"), "%7B%22a%22%3A%20%22%2A~-_.%22%7D");
    }
}
