//! What is public, and what a bucket does against it.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>

use crate::address::Bucket;
use serde_json::Value as Json;
use service::{Caller, CallerKind};

/// Condition keys that, held to fixed values, keep a statement from being public.
const FIXING: [&str; 14] = [
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// Whether a policy lets in whoever comes.
pub fn is_public(policy: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Json>(policy) else { return false };
    match policy.get("Statement") {
        Some(Json::Array(statements)) => statements.iter().any(opens),
        Some(statement) => opens(statement),
        None => false,
    }
}

fn opens(statement: &Json) -> bool {
    let allows = statement.get("Effect").and_then(Json::as_str) == Some("Allow");
    let anybody = statement.get("NotPrincipal").is_some() || statement.get("Principal").is_some_and(is_anybody);
    allows && anybody && !statement.get("Condition").is_some_and(is_fixed)
}

fn is_anybody(principal: &Json) -> bool {
    match principal {
        Json::String(text) => text == "*",
        Json::Array(list) => list.iter().any(is_anybody),
        Json::Object(kinds) => kinds.get("AWS").is_some_and(is_anybody),
        _ => false,
    }
}

/// Whether a condition demands one of the fixing keys to have values without wildcards.
fn is_fixed(condition: &Json) -> bool {
    let Json::Object(operators) = condition else { return false };
    operators.iter().any(|(operator, keys)| {
        let operator = operator.to_ascii_lowercase();
        let negative = operator.contains("not") || operator.ends_with("ifexists") || operator == "null";
        let Json::Object(keys) = keys else { return false };
        !negative && keys.iter().any(|(key, value)| FIXING.contains(&&*key.to_ascii_lowercase()) && is_definite(value))
    })
}

fn is_definite(value: &Json) -> bool {
    match value {
        Json::String(text) => !text.contains(['*', '?', '$']) && !text.ends_with("/0"),
        Json::Array(list) => list.iter().all(is_definite),
        _ => false,
    }
}

/// The bucket's policy as far as it counts for this caller: a bucket that restricts public access shuts out all but its
/// own account and AWS's services.
pub fn policy_for<'b>(bucket: &'b Bucket, caller: &Caller) -> Option<&'b str> {
    let policy = bucket.row.policy.as_deref()?;
    let restricts = bucket.row.block.as_ref().is_some_and(|block| block.restrict_public_buckets);
    let own = caller.kind == CallerKind::Service
        || (caller.kind != CallerKind::Anonymous && caller.account == bucket.scope.account);
    if restricts && !own && is_public(policy) { None } else { Some(policy) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public() {
        let check = |principal: &str, condition: &str, public: bool| {
            let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{condition}"#) };
            let policy = format!(
                r#"{{"Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"*"{condition}}}]}}"#
            );
            assert_eq!(is_public(&policy), public, "{policy}");
        };
        check(r#""*""#, "", true);
        check(r#"{"AWS":"*"}"#, "", true);
        check(r#"{"AWS":["arn:aws:iam::111122223333:root","*"]}"#, "", true);
        check(r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, "", false);
        check(r#"{"Service":"cloudfront.amazonaws.com"}"#, "", false);
        check(r#""*""#, r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#, false);
        check(r#""*""#, r#"{"StringLike":{"aws:SourceVpc":"vpc-*"}}"#, true);
        check(r#""*""#, r#"{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}"#, true);
        check(r#""*""#, r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, true);
        check(r#""*""#, r#"{"StringEquals":{"s3:prefix":"a"}}"#, true);
    }
}
