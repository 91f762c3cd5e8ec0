//! Secrets Manager.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"CreateSecret {"Name": "one", "SecretString": "a", "ClientRequestToken": "11111111-1111-1111-1111-111111111111"}"#,
];

const ONE: &str = r#"{"SecretId": "one"}"#;
const POLICY: &str = r#"{"SecretId": "one", "ResourcePolicy":
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"{Account}\"},\"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"}]}"}"#;

pub static LINES: &[Line] = &[
    ("secretsmanager.BatchGetSecretValue", &[], r#"{"Filters": [{"Key": "name", "Values": ["one"]}]}"#),
    (
        "secretsmanager.CreateSecret",
        &[],
        r#"{"Name": "two", "SecretString": "b", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("secretsmanager.DeleteResourcePolicy", &[], ONE),
    ("secretsmanager.DeleteSecret", &[], ONE),
    ("secretsmanager.DescribeSecret", &[], ONE),
    ("secretsmanager.GetResourcePolicy", &[], ONE),
    ("secretsmanager.GetSecretValue", &[], ONE),
    ("secretsmanager.ListSecretVersionIds", &[], ONE),
    ("secretsmanager.PutResourcePolicy", &[], POLICY),
    ("secretsmanager.PutSecretValue", &[], r#"{"SecretId": "one", "SecretString": "b"}"#),
    ("secretsmanager.RestoreSecret", &[r#"DeleteSecret {"SecretId": "one"}"#], ONE),
    ("secretsmanager.TagResource", &[], r#"{"SecretId": "one", "Tags": [{"Key": "team", "Value": "a"}]}"#),
    ("secretsmanager.UntagResource", &[], r#"{"SecretId": "one", "TagKeys": ["team"]}"#),
    ("secretsmanager.UpdateSecret", &[], r#"{"SecretId": "one", "Description": "d"}"#),
    (
        "secretsmanager.UpdateSecretVersionStage",
        &[],
        r#"{"SecretId": "one", "VersionStage": "x", "MoveToVersionId": "11111111-1111-1111-1111-111111111111"}"#,
    ),
    ("secretsmanager.ValidateResourcePolicy", &[], POLICY),
];

pub static LISTINGS: &[Listing] = &[
    (
        "secretsmanager.BatchGetSecretValue",
        3,
        &[r#"CreateSecret {"Name": "more{n}", "SecretString": "a"}"#],
        r#"{"Filters": [{"Key": "name", "Values": ["more"]}]}"#,
    ),
    (
        "secretsmanager.ListSecretVersionIds",
        3,
        &[r#"PutSecretValue {"SecretId": "one", "SecretString": "v{n}", "VersionStages": ["stage{n}"]}"#],
        ONE,
    ),
    ("secretsmanager.ListSecrets", 3, &[r#"CreateSecret {"Name": "more{n}"}"#], "{}"),
];
