//! DynamoDB and its streams.

use super::{Line, Listing};

/// A table with a stream, and an item in it.
pub static COMMON: &[&str] = &[
    r#"dynamodb.CreateTable {"TableName": "table", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}"#,
    r#"dynamodb.PutItem {"TableName": "table", "Item": {"pk": {"S": "a"}}}"#,
];

const KEY: &str = r#"{"TableName": "table", "Key": {"pk": {"S": "a"}}}"#;
const TABLE: &str = r#"{"TableName": "table"}"#;
const ARN: &str = r#"{"ResourceArn": "arn:aws:dynamodb:us-east-1:{Account}:table/table"}"#;
const BACKUP: &str = r#"CreateBackup {"TableName": "table", "BackupName": "backup-{n}"}"#;
const RECOVERY: &str = r#"UpdateContinuousBackups {"TableName": "table", "PointInTimeRecoverySpecification":
    {"PointInTimeRecoveryEnabled": true}}"#;
const POLICY: &str = r#"PutResourcePolicy {"ResourceArn": "arn:aws:dynamodb:us-east-1:{Account}:table/table", "Policy":
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"333333333333\"},\"Action\":\"dynamodb:GetItem\",\"Resource\":\"arn:aws:dynamodb:us-east-1:111111111111:table/table\"}]}"}"#;
const POLICY_INPUT: &str = r#"{"ResourceArn": "arn:aws:dynamodb:us-east-1:{Account}:table/table", "Policy":
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"333333333333\"},\"Action\":\"dynamodb:GetItem\",\"Resource\":\"arn:aws:dynamodb:us-east-1:111111111111:table/table\"}]}"}"#;
const NEW: &str = r#"{"TableName": "second", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST",
    "Tags": [{"Key": "team", "Value": "a"}]}"#;
const ANOTHER: &str = r#"dynamodb.CreateTable {"TableName": "table-{n}", "AttributeDefinitions":
    [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}"#;
const TAG: &str = r#"TagResource {"ResourceArn": "arn:aws:dynamodb:us-east-1:{Account}:table/table",
    "Tags": [{"Key": "tag{n}", "Value": "x"}]}"#;
const SHARD: &str = r#"DescribeStream {"StreamArn": "{LatestStreamArn}"}"#;
const ITERATOR: &str = r#"GetShardIterator {"StreamArn": "{LatestStreamArn}", "ShardId": "{ShardId}",
    "ShardIteratorType": "TRIM_HORIZON"}"#;

pub static LINES: &[Line] = &[
    ("dynamodb.BatchGetItem", &[], r#"{"RequestItems": {"table": {"Keys": [{"pk": {"S": "a"}}]}}}"#),
    ("dynamodb.BatchWriteItem", &[], r#"{"RequestItems": {"table": [{"PutRequest": {"Item": {"pk": {"S": "b"}}}}]}}"#),
    ("dynamodb.CreateBackup", &[], r#"{"TableName": "table", "BackupName": "backup"}"#),
    ("dynamodb.CreateTable", &[], NEW),
    ("dynamodb.DeleteBackup", &[BACKUP], r#"{"BackupArn": "{BackupArn}"}"#),
    ("dynamodb.DeleteItem", &[], KEY),
    ("dynamodb.DeleteResourcePolicy", &[POLICY], ARN),
    ("dynamodb.DeleteTable", &[], TABLE),
    ("dynamodb.DescribeBackup", &[BACKUP], r#"{"BackupArn": "{BackupArn}"}"#),
    ("dynamodb.DescribeContinuousBackups", &[], TABLE),
    ("dynamodb.DescribeTable", &[], TABLE),
    ("dynamodb.DescribeTimeToLive", &[], TABLE),
    ("dynamodb.GetItem", &[], KEY),
    ("dynamodb.GetResourcePolicy", &[POLICY], ARN),
    ("dynamodb.ListTagsOfResource", &[TAG], ARN),
    ("dynamodb.PutItem", &[], r#"{"TableName": "table", "Item": {"pk": {"S": "b"}}}"#),
    ("dynamodb.PutResourcePolicy", &[], POLICY_INPUT),
    (
        "dynamodb.Query",
        &[],
        r#"{"TableName": "table", "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": {"S": "a"}}}"#,
    ),
    ("dynamodb.RestoreTableFromBackup", &[BACKUP], r#"{"TargetTableName": "restored", "BackupArn": "{BackupArn}"}"#),
    (
        "dynamodb.RestoreTableToPointInTime",
        &[RECOVERY],
        r#"{"SourceTableName": "table", "TargetTableName": "restored", "UseLatestRestorableTime": true}"#,
    ),
    ("dynamodb.Scan", &[], TABLE),
    (
        "dynamodb.TagResource",
        &[],
        r#"{"ResourceArn": "arn:aws:dynamodb:us-east-1:{Account}:table/table", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    (
        "dynamodb.TransactGetItems",
        &[],
        r#"{"TransactItems": [{"Get": {"TableName": "table", "Key": {"pk": {"S": "a"}}}}]}"#,
    ),
    (
        "dynamodb.TransactWriteItems",
        &[],
        r#"{"TransactItems": [{"Delete": {"TableName": "table", "Key": {"pk": {"S": "a"}}}},
            {"Put": {"TableName": "table", "Item": {"pk": {"S": "b"}}}}]}"#,
    ),
    (
        "dynamodb.UntagResource",
        &[TAG],
        r#"{"ResourceArn": "arn:aws:dynamodb:us-east-1:{Account}:table/table", "TagKeys": ["tag0"]}"#,
    ),
    (
        "dynamodb.UpdateContinuousBackups",
        &[],
        r#"{"TableName": "table", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}"#,
    ),
    (
        "dynamodb.UpdateItem",
        &[],
        r#"{"TableName": "table", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET a = :a",
            "ExpressionAttributeValues": {":a": {"S": "a"}}}"#,
    ),
    ("dynamodb.UpdateTable", &[], r#"{"TableName": "table", "DeletionProtectionEnabled": true}"#),
    (
        "dynamodb.UpdateTimeToLive",
        &[],
        r#"{"TableName": "table", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}}"#,
    ),
    ("dynamodbstreams.DescribeStream", &[], r#"{"StreamArn": "{LatestStreamArn}"}"#),
    ("dynamodbstreams.GetRecords", &[SHARD, ITERATOR], r#"{"ShardIterator": "{ShardIterator}"}"#),
    (
        "dynamodbstreams.GetShardIterator",
        &[SHARD],
        r#"{"StreamArn": "{LatestStreamArn}", "ShardId": "{ShardId}", "ShardIteratorType": "LATEST"}"#,
    ),
];

pub static LISTINGS: &[Listing] = &[
    ("dynamodb.ListBackups", 3, &[BACKUP], "{}"),
    ("dynamodb.ListTables", 3, &[ANOTHER], "{}"),
    ("dynamodb.ListTagsOfResource", 12, &[TAG], ARN),
    (
        "dynamodb.Query",
        0,
        &[],
        r#"{"TableName": "table", "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": {"S": "a"}}}"#,
    ),
    ("dynamodb.Scan", 3, &[r#"PutItem {"TableName": "table", "Item": {"pk": {"S": "item{n}"}}}"#], TABLE),
    ("dynamodbstreams.ListStreams", 3, &[ANOTHER], "{}"),
];
