//! Custom policy checks: questions to the analysis of what policies allow.

use crate::{errors, facts};
use serde_json::json;
use service::Result;
use service::policy::analysis::{Differences, Options, Stand, Who, differences, overlaps};
use service::policy::{Document, Limits, Pattern, Principal, Test};
use std::net::IpAddr;

/// A statement that failed a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Its place.
    pub index: usize,
    /// Its Sid.
    pub sid: Option<String>,
}

/// The most actions that differ which are looked for.
const MOST: usize = 100;

/// Keys that bind requests to somebody known. A policy that asks for a fixed value of one is not public.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>
const TRUSTED: [&str; 20] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "kms:CallerAccount",
    "kms:ViaService",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3express:DataAccessPointAccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// Whom nobody knows: an account that no policy has a reason to name.
const STRANGER: &str = "999999999999";

/// Types of resources whose policies are checked, with the prefixes of the actions on them.
const TYPES: [(&str, &str); 26] = [
    ("AWS::ApiGateway::RestApi", "execute-api"),
    ("AWS::Backup::BackupVault", "backup"),
    ("AWS::CloudTrail::Dashboard", "cloudtrail"),
    ("AWS::CloudTrail::EventDataStore", "cloudtrail"),
    ("AWS::CodeArtifact::Domain", "codeartifact"),
    ("AWS::DynamoDB::Stream", "dynamodb"),
    ("AWS::DynamoDB::Table", "dynamodb"),
    ("AWS::EFS::FileSystem", "elasticfilesystem"),
    ("AWS::IAM::AssumeRolePolicyDocument", "sts"),
    ("AWS::KMS::Key", "kms"),
    ("AWS::Kinesis::Stream", "kinesis"),
    ("AWS::Kinesis::StreamConsumer", "kinesis"),
    ("AWS::Lambda::Function", "lambda"),
    ("AWS::OpenSearchService::Domain", "es"),
    ("AWS::S3::AccessPoint", "s3"),
    ("AWS::S3::Bucket", "s3"),
    ("AWS::S3::Glacier", "glacier"),
    ("AWS::S3Express::AccessPoint", "s3express"),
    ("AWS::S3Express::DirectoryBucket", "s3express"),
    ("AWS::S3Outposts::AccessPoint", "s3-outposts"),
    ("AWS::S3Outposts::Bucket", "s3-outposts"),
    ("AWS::S3Tables::Table", "s3tables"),
    ("AWS::S3Tables::TableBucket", "s3tables"),
    ("AWS::SNS::Topic", "sns"),
    ("AWS::SQS::Queue", "sqs"),
    ("AWS::SecretsManager::Secret", "secretsmanager"),
];

/// The prefix of the actions on a type of resource.
pub fn iam_prefix(resource_type: &str) -> Option<&'static str> {
    TYPES.iter().find(|(own, _)| *own == resource_type).map(|(_, prefix)| *prefix)
}

/// Reads a policy.
///
/// # Errors
/// `InvalidParameterException` if it is none.
pub fn document(member: &str, text: &str) -> Result<Document> {
    let read = Document::parse(text, Limits::default());
    read.map_err(|error| errors::invalid_parameter(format!("The {member} is not a valid policy: {}", error.detail())))
}

/// The statements of `new` that allow what `existing` does not.
pub fn new_access(new: &Document, existing: &Document, stand: Stand) -> Result<Vec<Verdict>> {
    let known = known_actions(&[new, existing]);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let options = Options { actions: &known, resources: Some(&forms), ..Options::new(stand) };
    verdicts(new, differences(&[new], &[existing], &options, MOST))
}

/// The statements of a policy that allow some of these actions on some of these resources.
pub fn granted(policy: &Document, probes: &[(Vec<String>, Vec<String>)], stand: Stand) -> Result<Vec<Verdict>> {
    let statements: Vec<_> = probes
        .iter()
        .map(|(actions, resources)| {
            let any = |list: &[String]| if list.is_empty() { json!("*") } else { json!(list) };
            json!({"Effect": "Allow", "Principal": "*", "Action": any(actions), "Resource": any(resources)})
        })
        .collect();
    let probe = document("access", &json!({ "Version": "2008-10-17", "Statement": statements }).to_string())?;
    let known = known_actions(&[policy, &probe]);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let options = Options { actions: &known, resources: Some(&forms), ..Options::new(stand) };
    verdicts(policy, overlaps(&[policy], &[&probe], &options, MOST))
}

/// The statements of a resource's policy by which somebody whom nobody knows may do something.
pub fn public(policy: &Document, prefix: &str) -> Result<Vec<Verdict>> {
    let known = known_names(prefix);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let nothing = document("policy", r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}"#)?;
    let who = strangers();
    let mut all = Vec::new();
    for present in [true, false] {
        let context = strange_context(policy, present);
        let pinned: Vec<(&str, Option<Vec<String>>)> =
            context.iter().map(|(key, value)| (key.as_str(), value.clone().map(|value| vec![value]))).collect();
        // What the data does not have is made up.
        let options = Options {
            actions: &known,
            closed: !known.is_empty(),
            principals: Some(&who),
            context: &pinned,
            ..Options::new(Stand::Resource)
        };
        all.extend(verdicts(policy, differences(&[policy], &[&nothing], &options, MOST))?);
    }
    all.sort_by_key(|verdict| verdict.index);
    all.dedup();
    Ok(all)
}

/// Those whom nobody knows.
pub fn strangers() -> [Who; 3] {
    let user = format!("arn:aws:iam::{STRANGER}:user/example");
    let role = format!("arn:aws:iam::{STRANGER}:role/example");
    let session = format!("arn:aws:sts::{STRANGER}:assumed-role/example/example");
    [
        Principal::anonymous().into(),
        Principal::user(&user, "AIDAEXAMPLE").into(),
        Principal::role_session(&session, &role, "AROAEXAMPLE:example").into(),
    ]
}

/// What a stranger's request says of the keys that bind requests to somebody known: what no fixed value of the policy is, or
/// nothing at all.
pub fn strange_context(policy: &Document, present: bool) -> Vec<(String, Option<String>)> {
    let conditions = || policy.statements().iter().flat_map(|statement| &statement.conditions);
    let trusted = TRUSTED.iter().filter(|key| conditions().any(|condition| condition.key().eq_ignore_ascii_case(key)));
    let value = |key: &str| {
        let own = conditions().filter(|condition| condition.key().eq_ignore_ascii_case(key));
        let patterns: Vec<(&Pattern, Test)> =
            own.flat_map(|own| own.values().map(move |value| (value, own.operator().test))).collect();
        match key {
            "aws:SourceIp" => strange_address(patterns.iter().map(|(value, _)| value.as_str())),
            _ => patterns
                .iter()
                .filter(|(_, test)| matches!(test, Test::StringLike | Test::Arn))
                .find_map(|(value, _)| open(value.as_str()))
                .unwrap_or_else(|| strange_value(key)),
        }
    };
    trusted.map(|key| ((*key).to_owned(), present.then(|| value(key)))).collect()
}

/// A text that a pattern matches which leaves open whose it is.
fn open(pattern: &str) -> Option<String> {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    let open = match parts.as_slice() {
        ["arn", _, _, _, account, resource] => {
            account.contains('*') || (account.is_empty() && resource.starts_with('*'))
        }
        _ => pattern.starts_with('*'),
    };
    if !open {
        return None;
    }
    if pattern == "*" {
        return Some(format!("arn:aws:iam::{STRANGER}:user/example"));
    }
    let filled = parts.iter().enumerate().map(|(at, part)| match (at, *part) {
        (1, "*") => "aws".to_owned(),
        (4, "*") => STRANGER.to_owned(),
        _ => part.replace('*', "example").replace('?', "x"),
    });
    Some(filled.collect::<Vec<_>>().join(":"))
}

fn strange_value(key: &str) -> String {
    match key {
        "aws:SourceArn" | "s3:DataAccessPointArn" | "aws:SourceVpcArn" => {
            format!("arn:aws:ec2:us-east-1:{STRANGER}:vpc/vpc-99999999")
        }
        "aws:SourceVpc" => "vpc-99999999".to_owned(),
        "aws:SourceVpce" => "vpce-99999999".to_owned(),
        "kms:ViaService" => "example.us-east-1.amazonaws.com".to_owned(),
        key if key.ends_with("OrgID") => "o-9999999999".to_owned(),
        key if key.ends_with("OrgPaths") => "o-9999999999/r-9999/".to_owned(),
        _ => STRANGER.to_owned(),
    }
}

/// An address of the internet that lies in no range but those that half of it does.
fn strange_address<'a>(ranges: impl Iterator<Item = &'a str>) -> String {
    let narrow: Vec<(IpAddr, u32)> = ranges
        .filter_map(|range| {
            let (address, bits) = range.split_once('/').map_or((range, None), |(a, bits)| (a, bits.parse().ok()));
            let address: IpAddr = address.trim().parse().ok()?;
            Some((address, bits.unwrap_or(if address.is_ipv4() { 32 } else { 128 })))
        })
        .filter(|(_, bits)| *bits >= 8)
        .collect();
    let inside = |address: u32| {
        narrow.iter().any(|(base, bits)| match base {
            IpAddr::V4(base) => (u32::from(*base) ^ address).checked_shr(32 - bits.min(&32)).unwrap_or(0) == 0,
            IpAddr::V6(_) => false,
        })
    };
    let candidates = (1_u32..224).map(|first| u32::from_be_bytes([first as u8, 0, 113, 7]));
    let free =
        candidates.filter(|address| address.to_be_bytes().first() != Some(&10)).find(|address| !inside(*address));
    std::net::Ipv4Addr::from(free.unwrap_or_default()).to_string()
}

fn verdicts(policy: &Document, differences: Differences) -> Result<Vec<Verdict>> {
    let mut indexes: Vec<usize> = differences.found.iter().map(|witness| witness.allowed_by.1).collect();
    indexes.sort_unstable();
    indexes.dedup();
    if indexes.is_empty()
        && let Some(doubt) = differences.undecided.first()
    {
        return Err(errors::unprocessable(format!("The policy could not be checked: {doubt}.")));
    }
    let sid = |index: usize| {
        let own = policy.statements().iter().find(|statement| statement.index == index)?;
        own.sid.as_deref().filter(|sid| !sid.is_empty()).map(str::to_owned)
    };
    Ok(indexes.into_iter().map(|index| Verdict { index, sid: sid(index) }).collect())
}

/// The actions of the services that policies name.
fn known_actions(policies: &[&Document]) -> Vec<String> {
    let statements = policies.iter().flat_map(|policy| policy.statements());
    let patterns = statements.flat_map(|statement| &statement.actions.patterns);
    let mut prefixes: Vec<String> =
        patterns.filter_map(|pattern| Some(pattern.as_str().split_once(':')?.0.to_ascii_lowercase())).collect();
    prefixes.sort();
    prefixes.dedup();
    prefixes.iter().flat_map(|prefix| known_names(prefix)).collect()
}

/// The names of all actions of a prefix.
pub fn known_names(prefix: &str) -> Vec<String> {
    let actions = facts::service(prefix).into_iter().flat_map(|service| service.actions.values());
    actions.map(|action| format!("{prefix}:{}", action.name)).collect()
}

/// The forms of the ARNs that an action is on; none where the data does not have it.
fn forms(action: &str) -> Vec<String> {
    let Some((prefix, name)) = action.split_once(':') else { return Vec::new() };
    let Some(service) = facts::service(&prefix.to_ascii_lowercase()) else { return Vec::new() };
    let Some(action) = service.actions.get(&name.to_ascii_lowercase()) else { return Vec::new() };
    let arns = action.resources.iter().filter_map(|kind| service.resources.get(kind));
    let within = |partition: &str, arn: &str| facts::pattern(&arn.replace("${Partition}", partition));
    let arns: Vec<String> =
        arns.flat_map(|arn| ["aws", "aws-cn", "aws-us-gov"].map(|partition| within(partition, arn))).collect();
    // Actions without a resource are on all; and so may be those whose resources are not known.
    if arns.is_empty() { vec!["*".to_owned()] } else { arns }
}
