//! Operations on tables and what belongs to them.

use super::{Subject, decorated, on_resource};
use crate::address::{Address, arn, scope_of};
use crate::api::*;
use crate::ops::restores::source;
use service::{Access, Check, Result, View};

fn table(view: &View, action: &'static str, name: &str) -> Result<Access> {
    Ok(Access::to(Subject::of(view, name)?.check(action)))
}

fn tags(list: Option<&Vec<Tag>>) -> Vec<(&str, &str)> {
    list.into_iter().flatten().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect()
}

pub fn create_backup(view: &View, input: &CreateBackupInput) -> Result<Access> {
    table(view, "dynamodb:CreateBackup", &input.table_name)
}

/// Tags and a policy on creation need what they would need afterwards.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-create-table.html>
pub fn create_table(view: &View, input: &CreateTableInput) -> Result<Access> {
    let address = Address::of(view, &input.table_name)?;
    let check = |action| Check::new(action, address.arn()).owned_by(address.scope.account);
    let given = tags(input.tags.as_ref());
    let mut checks = vec![check("dynamodb:CreateTable").request_tags(given.iter().copied())];
    if !given.is_empty() {
        checks.push(check("dynamodb:TagResource").request_tags(given));
    }
    if input.resource_policy.is_some() {
        checks.push(check("dynamodb:PutResourcePolicy"));
    }
    Ok(Access::Checks(checks))
}

pub fn delete_backup(view: &View, input: &DeleteBackupInput) -> Result<Access> {
    Ok(Access::to(backup(view, "dynamodb:DeleteBackup", &input.backup_arn)))
}

pub fn delete_resource_policy(view: &View, input: &DeleteResourcePolicyInput) -> Result<Access> {
    on_resource(view, "dynamodb:DeleteResourcePolicy", &input.resource_arn).map(Access::to)
}

pub fn delete_table(view: &View, input: &DeleteTableInput) -> Result<Access> {
    table(view, "dynamodb:DeleteTable", &input.table_name)
}

pub fn describe_backup(view: &View, input: &DescribeBackupInput) -> Result<Access> {
    Ok(Access::to(backup(view, "dynamodb:DescribeBackup", &input.backup_arn)))
}

pub fn describe_continuous_backups(view: &View, input: &DescribeContinuousBackupsInput) -> Result<Access> {
    table(view, "dynamodb:DescribeContinuousBackups", &input.table_name)
}

pub fn describe_endpoints(_view: &View, _input: &DescribeEndpointsRequest) -> Result<Access> {
    Ok(Access::to(Check::new("dynamodb:DescribeEndpoints", "*")))
}

pub fn describe_limits(_view: &View, _input: &DescribeLimitsInput) -> Result<Access> {
    Ok(Access::to(Check::new("dynamodb:DescribeLimits", "*")))
}

pub fn describe_table(view: &View, input: &DescribeTableInput) -> Result<Access> {
    table(view, "dynamodb:DescribeTable", &input.table_name)
}

pub fn describe_time_to_live(view: &View, input: &DescribeTimeToLiveInput) -> Result<Access> {
    table(view, "dynamodb:DescribeTimeToLive", &input.table_name)
}

pub fn get_resource_policy(view: &View, input: &GetResourcePolicyInput) -> Result<Access> {
    on_resource(view, "dynamodb:GetResourcePolicy", &input.resource_arn).map(Access::to)
}

pub fn list_backups(_view: &View, _input: &ListBackupsInput) -> Result<Access> {
    Ok(Access::to(Check::new("dynamodb:ListBackups", "*")))
}

pub fn list_tables(_view: &View, _input: &ListTablesInput) -> Result<Access> {
    Ok(Access::to(Check::new("dynamodb:ListTables", "*")))
}

pub fn list_tags_of_resource(view: &View, input: &ListTagsOfResourceInput) -> Result<Access> {
    on_resource(view, "dynamodb:ListTagsOfResource", &input.resource_arn).map(Access::to)
}

pub fn put_resource_policy(view: &View, input: &PutResourcePolicyInput) -> Result<Access> {
    on_resource(view, "dynamodb:PutResourcePolicy", &input.resource_arn).map(Access::to)
}

/// What a restore does to the new table: who restores must be allowed that too.
const RESTORING: [&str; 7] = [
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
];

fn restoring(view: &View, action: &'static str, target: &str) -> Result<Vec<Check>> {
    let address = Address::of(view, target)?;
    let check = |action| Check::new(action, address.arn()).owned_by(address.scope.account);
    Ok(std::iter::once(action).chain(RESTORING).map(check).collect())
}

pub fn restore_table_from_backup(view: &View, input: &RestoreTableFromBackupInput) -> Result<Access> {
    let mut checks = vec![backup(view, "dynamodb:RestoreTableFromBackup", &input.backup_arn)];
    checks.extend(restoring(view, "dynamodb:RestoreTableFromBackup", &input.target_table_name)?);
    Ok(Access::Checks(checks))
}

pub fn restore_table_to_point_in_time(view: &View, input: &RestoreTableToPointInTimeInput) -> Result<Access> {
    const ACTION: &str = "dynamodb:RestoreTableToPointInTime";
    let source = source(input.source_table_arn.as_deref(), input.source_table_name.as_deref())?;
    let Access::Checks(mut checks) = table(view, ACTION, source)? else { return Ok(Access::Signed) };
    checks.extend(restoring(view, ACTION, &input.target_table_name)?);
    Ok(Access::Checks(checks))
}

pub fn tag_resource(view: &View, input: &TagResourceInput) -> Result<Access> {
    let check = on_resource(view, "dynamodb:TagResource", &input.resource_arn)?;
    Ok(Access::to(check.request_tags(tags(Some(&input.tags)))))
}

pub fn untag_resource(view: &View, input: &UntagResourceInput) -> Result<Access> {
    let check = on_resource(view, "dynamodb:UntagResource", &input.resource_arn)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

pub fn update_continuous_backups(view: &View, input: &UpdateContinuousBackupsInput) -> Result<Access> {
    table(view, "dynamodb:UpdateContinuousBackups", &input.table_name)
}

pub fn update_table(view: &View, input: &UpdateTableInput) -> Result<Access> {
    table(view, "dynamodb:UpdateTable", &input.table_name)
}

pub fn update_time_to_live(view: &View, input: &UpdateTimeToLiveInput) -> Result<Access> {
    table(view, "dynamodb:UpdateTimeToLive", &input.table_name)
}

/// A check on a backup, which has no policy of its own.
fn backup(view: &View, action: &'static str, given: &str) -> Check {
    match scope_of(given) {
        Some((scope, resource)) => decorated(Check::new(action, arn(scope, &resource)), scope, None, &resource),
        None => Check::new(action, given).owned_by(view.account()),
    }
}
