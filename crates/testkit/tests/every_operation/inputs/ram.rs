//! Resource Access Manager.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[r#"ssm.PutParameter {"Name": "p0", "Type": "String", "Value": "v"}"#, SHARE];

/// What one more share has to share.
const PARAMETER: &str = r#"ssm.PutParameter {"Name": "p{n}", "Type": "String", "Value": "v"}"#;

const SHARE: &str = r#"CreateResourceShare {"name": "share{n}",
    "resourceArns": ["arn:aws:ssm:us-east-1:{Account}:parameter/p{n}"], "principals": ["22222222222{n}"]}"#;
const SOURCED: &str = r#"CreateResourceShare {"name": "sourced{n}", "sources": ["22222222222{n}"]}"#;
const NAMED: &str = r#"{"resourceShareArn": "{resourceShareArn}"}"#;
const PERMISSION: &str =
    r#"{"permissionArn": "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionSSMParameterReadOnly"}"#;
const OUT: &str = r#"DisassociateResourceShare {"resourceShareArn": "{resourceShareArn}",
    "resourceArns": ["arn:aws:ssm:us-east-1:{Account}:parameter/p0"]}"#;
const MADE: &str = r#"CreatePermission {"name": "made{n}", "resourceType": "ssm:Parameter",
    "policyTemplate": "{\"Effect\":\"Allow\",\"Action\":[\"ssm:GetParameter\"]}"}"#;
const VERSION: &str = r#"CreatePermissionVersion {"permissionArn": "arn:aws:ram:us-east-1:{Account}:permission/made{n}",
    "policyTemplate": "{\"Effect\":\"Allow\",\"Action\":[\"ssm:GetParameters\"]}"}"#;
const REPLACED: &str = r#"ReplacePermissionAssociations {
    "fromPermissionArn": "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionSSMParameterReadOnly",
    "toPermissionArn": "arn:aws:ram:us-east-1:{Account}:permission/made{n}"}"#;
const OWN_PERMISSION: &str = r#"{"permissionArn": "arn:aws:ram:us-east-1:{Account}:permission/made0"}"#;
const ITS_FIRST: &str =
    r#"{"permissionArn": "arn:aws:ram:us-east-1:{Account}:permission/made0", "permissionVersion": 1}"#;
const OWN: &str = r#"{"resourceOwner": "SELF"}"#;
const OF_PRINCIPALS: &str = r#"{"associationType": "PRINCIPAL"}"#;
const OWN_ACCOUNT: &str =
    r#"AssociateResourceShare {"resourceShareArn": "{resourceShareArn}", "principals": ["{Account}"]}"#;
const OF_BOTH: &str = r#"{"resourceArns": ["arn:aws:ssm:us-east-1:{Account}:parameter/p1",
    "arn:aws:ssm:us-east-1:{Account}:parameter/p2"]}"#;
const OF_PARAMETERS: &str = r#"{"resourceArns": ["arn:aws:ssm:us-east-1:{Account}:parameter/p0"]}"#;

pub static LINES: &[Line] = &[
    ("ram.AssociateResourceShare", &[], r#"{"principals": ["333333333333"]}"#),
    ("ram.AssociateResourceSharePermission", &[], PERMISSION),
    (
        "ram.CreatePermission",
        &[],
        r#"{"name": "fresh", "resourceType": "ssm:Parameter", "tags": [{"key": "team", "value": "a"}],
            "policyTemplate": "{\"Effect\":\"Allow\",\"Action\":[\"ssm:GetParameter\"]}"}"#,
    ),
    (
        "ram.CreatePermissionVersion",
        &[MADE],
        r#"{"permissionArn": "arn:aws:ram:us-east-1:{Account}:permission/made0",
            "policyTemplate": "{\"Effect\":\"Allow\",\"Action\":[\"ssm:GetParameters\"]}"}"#,
    ),
    ("ram.CreateResourceShare", &[], r#"{"name": "two", "tags": [{"key": "team", "value": "a"}]}"#),
    ("ram.DeletePermission", &[MADE], OWN_PERMISSION),
    ("ram.DeletePermissionVersion", &[MADE, VERSION], ITS_FIRST),
    ("ram.DisassociateResourceShare", &[], r#"{"principals": ["222222222220"]}"#),
    ("ram.DisassociateResourceSharePermission", &[OUT], PERMISSION),
    ("ram.GetPermission", &[], PERMISSION),
    ("ram.GetResourcePolicies", &[], OF_PARAMETERS),
    ("ram.GetResourceShareAssociations", &[], OF_PRINCIPALS),
    ("ram.GetResourceShares", &[], OWN),
    ("ram.ListPermissionVersions", &[], PERMISSION),
    ("ram.ListPrincipals", &[], OWN),
    ("ram.ListResources", &[], OWN),
    (
        "ram.ReplacePermissionAssociations",
        &[MADE],
        r#"{"fromPermissionArn": "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionSSMParameterReadOnly",
            "toPermissionArn": "arn:aws:ram:us-east-1:{Account}:permission/made0"}"#,
    ),
    ("ram.SetDefaultPermissionVersion", &[MADE, VERSION], ITS_FIRST),
    (
        "ram.UpdatePermission",
        &[MADE],
        r#"{"permissionArn": "arn:aws:ram:us-east-1:{Account}:permission/made0", "status": "DEPRECATED"}"#,
    ),
    (
        "ram.TagResource",
        &[],
        r#"{"resourceShareArn": "{resourceShareArn}", "tags": [{"key": "team", "value": "a"}]}"#,
    ),
    ("ram.UntagResource", &[], r#"{"resourceShareArn": "{resourceShareArn}", "tagKeys": ["team"]}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("ram.GetResourcePolicies", 2, &[PARAMETER, SHARE, OWN_ACCOUNT], OF_BOTH),
    ("ram.GetResourceShareAssociations", 2, &[PARAMETER, SHARE], OF_PRINCIPALS),
    ("ram.GetResourceShareInvitations", 0, &[], "{}"),
    ("ram.GetResourceShares", 2, &[PARAMETER, SHARE], OWN),
    ("ram.ListPermissionAssociations", 2, &[PARAMETER, SHARE], "{}"),
    ("ram.ListPermissionVersions", 0, &[], PERMISSION),
    ("ram.ListPermissions", 0, &[], "{}"),
    ("ram.ListPrincipals", 2, &[PARAMETER, SHARE], OWN),
    ("ram.ListReplacePermissionAssociationsWork", 2, &[MADE, REPLACED], "{}"),
    ("ram.ListResourceSharePermissions", 0, &[], NAMED),
    ("ram.ListResourceTypes", 0, &[], "{}"),
    ("ram.ListResources", 2, &[PARAMETER, SHARE], OWN),
    ("ram.ListSourceAssociations", 3, &[SOURCED], "{}"),
];
