//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use crate::api::*;
use crate::iterator::Iterator;
use dynamodb::streams;
use service::{Access, Check, PolicyRole, Result, View};

pub fn describe_stream(view: &View, input: &DescribeStreamInput) -> Result<Access> {
    stream(view, "dynamodb:DescribeStream", &input.stream_arn)
}

pub fn get_records(view: &View, input: &GetRecordsInput) -> Result<Access> {
    let iterator = Iterator::decode(&input.shard_iterator, view.now())?;
    stream(view, "dynamodb:GetRecords", &iterator.arn)
}

pub fn get_shard_iterator(view: &View, input: &GetShardIteratorInput) -> Result<Access> {
    stream(view, "dynamodb:GetShardIterator", &input.stream_arn)
}

pub fn list_streams(_view: &View, _input: &ListStreamsInput) -> Result<Access> {
    Ok(Access::to(Check::new("dynamodb:ListStreams", "*")))
}

fn stream(view: &View, action: &'static str, arn: &str) -> Result<Access> {
    let check = Check::new(action, arn);
    let Some((scope, table, label)) = streams::of_arn(arn) else { return Ok(Access::to(check)) };
    let check = check.owned_by(scope.account);
    Ok(Access::to(match streams::rights(view, scope, &table, &label)?.and_then(|rights| rights.policy) {
        Some(policy) => check.with_policy(format!("policy of stream {label}"), policy, PolicyRole::Optional),
        None => check,
    }))
}
