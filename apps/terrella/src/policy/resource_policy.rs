//! The policy that stands on a resource, read by the operations of its service.

use super::principal::region_for;
use crate::client::Failure;
use crate::estate::Session;
use script::Keys;
use serde_json::{Value, json};

/// A resource's policy, and what it is worth in the decision (`resource`, `trust`, `key`).
#[derive(Debug, Clone, PartialEq)]
pub struct OnResource {
    pub name: String,
    pub text: Option<String>,
    pub role: &'static str,
}

/// What says that there is no policy, or that there is nothing of that name.
const NONE: [&str; 11] = [
    "NoSuchBucketPolicy",
    "NoSuchBucket",
    "ResourceNotFoundException",
    "ResourceNotFound",
    "PolicyNotFoundException",
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "NotFound",
    "NotFoundException",
    "NoSuchEntity",
    "NotImplemented",
];

/// The policy of the resource, if it has one and it is known how to read it. `owner` is whose resource it is.
pub fn find(session: &mut Session, action: &str, arn: &str, owner: &str) -> Result<Option<OnResource>, Failure> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service, region, _, resource] = parts.as_slice() else { return Ok(None) };
    let region = if region.is_empty() { region_for(arn, &session.keys.region) } else { (*region).to_owned() };
    session.keys = Keys::of(owner, "any").in_region(&region);
    let last = resource.rsplit(['/', ':']).next().unwrap_or_default();
    let text = match *service {
        "sqs" => queue(session, resource, owner)?,
        "s3" => {
            let bucket = json!({ "Bucket": resource.split('/').next().unwrap_or_default() });
            let home = ask(session, ("s3", "GetBucketLocation"), &bucket, &["LocationConstraint"])?;
            session.keys = Keys::of(owner, "any").in_region(home.as_deref().map_or("us-east-1", region_of));
            ask(session, ("s3", "GetBucketPolicy"), &bucket, &["Policy"])?
        }
        "sns" => {
            let topic = arn.splitn(7, ':').take(6).collect::<Vec<_>>().join(":");
            let input = json!({ "TopicArn": topic });
            ask(session, ("sns", "GetTopicAttributes"), &input, &["Attributes", "Policy"])?
        }
        "kms" if resource.starts_with("key/") => {
            let input = json!({ "KeyId": arn, "PolicyName": "default" });
            let text = ask(session, ("kms", "GetKeyPolicy"), &input, &["Policy"])?;
            return Ok(Some(OnResource { name: format!("the key policy of {arn}"), text, role: "key" }));
        }
        "iam" if resource.starts_with("role/") && action.to_ascii_lowercase().starts_with("sts:") => {
            let input = json!({ "RoleName": last });
            let text = ask(session, ("iam", "GetRole"), &input, &["Role", "AssumeRolePolicyDocument"])?;
            let text = text.map(|text| unescaped(&text));
            return Ok(Some(OnResource { name: format!("the trust policy of {arn}"), text, role: "trust" }));
        }
        "lambda" => ask(session, ("lambda", "GetPolicy"), &json!({ "FunctionName": arn }), &["Policy"])?,
        "secretsmanager" => {
            let input = json!({ "SecretId": arn });
            ask(session, ("secretsmanager", "GetResourcePolicy"), &input, &["ResourcePolicy"])?
        }
        "dynamodb" => {
            let input = json!({ "ResourceArn": arn });
            ask(session, ("dynamodb", "GetResourcePolicy"), &input, &["Policy"])?
        }
        "events" if resource.starts_with("event-bus/") => {
            ask(session, ("events", "DescribeEventBus"), &json!({ "Name": last }), &["Policy"])?
        }
        _ => None,
    };
    let name = format!("the policy of {arn}");
    Ok(text.map(|text| OnResource { name, text: Some(text), role: "resource" }))
}

/// The region of a location constraint; the oldest has a name of its own.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
fn region_of(constraint: &str) -> &str {
    if constraint == "EU" { "eu-west-1" } else { constraint }
}

fn queue(session: &Session, name: &str, owner: &str) -> Result<Option<String>, Failure> {
    let input = json!({ "QueueName": name, "QueueOwnerAWSAccountId": owner });
    let Some(url) = ask(session, ("sqs", "GetQueueUrl"), &input, &["QueueUrl"])? else { return Ok(None) };
    let input = json!({ "QueueUrl": url, "AttributeNames": ["Policy"] });
    ask(session, ("sqs", "GetQueueAttributes"), &input, &["Attributes", "Policy"])
}

fn ask(session: &Session, operation: (&str, &str), input: &Value, path: &[&str]) -> Result<Option<String>, Failure> {
    let Some(answer) = session.call_or(operation, input, &NONE)? else { return Ok(None) };
    let found = path.iter().try_fold(&answer, |value, name| value.get(name));
    Ok(found.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned))
}

/// IAM answers documents as RFC 3986 writes them in URLs.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        for (text, expect) in [("%7B%22a%22%3A1%7D", "{\"a\":1}"), ("a%", "a%"), ("%zz%41", "%zzA"), ("é%20", "é ")] {
            assert_eq!(unescaped(text), expect);
        }
    }
}
