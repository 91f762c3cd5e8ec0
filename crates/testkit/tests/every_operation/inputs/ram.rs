//! Resource Access Manager.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[SHARE];

const SHARE: &str = r#"CreateResourceShare {"name": "share{n}",
    "resourceArns": ["arn:aws:ssm:us-east-1:{Account}:parameter/p{n}"], "principals": ["22222222222{n}"]}"#;
const NAMED: &str = r#"{"resourceShareArn": "{resourceShareArn}"}"#;
const PERMISSION: &str =
    r#"{"permissionArn": "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionSSMParameterReadOnly"}"#;
const OUT: &str = r#"DisassociateResourceShare {"resourceShareArn": "{resourceShareArn}",
    "resourceArns": ["arn:aws:ssm:us-east-1:{Account}:parameter/p0"]}"#;
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
    ("ram.CreateResourceShare", &[], r#"{"name": "two", "tags": [{"key": "team", "value": "a"}]}"#),
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
        "ram.TagResource",
        &[],
        r#"{"resourceShareArn": "{resourceShareArn}", "tags": [{"key": "team", "value": "a"}]}"#,
    ),
    ("ram.UntagResource", &[], r#"{"resourceShareArn": "{resourceShareArn}", "tagKeys": ["team"]}"#),
];

pub static LISTINGS: &[Listing] = &[
    ("ram.GetResourcePolicies", 2, &[SHARE, OWN_ACCOUNT], OF_BOTH),
    ("ram.GetResourceShareAssociations", 2, &[SHARE], OF_PRINCIPALS),
    ("ram.GetResourceShareInvitations", 0, &[], "{}"),
    ("ram.GetResourceShares", 2, &[SHARE], OWN),
    ("ram.ListPermissionVersions", 0, &[], PERMISSION),
    ("ram.ListPermissions", 0, &[], "{}"),
    ("ram.ListPrincipals", 2, &[SHARE], OWN),
    ("ram.ListResourceSharePermissions", 0, &[], NAMED),
    ("ram.ListResourceTypes", 0, &[], "{}"),
    ("ram.ListResources", 2, &[SHARE], OWN),
];
