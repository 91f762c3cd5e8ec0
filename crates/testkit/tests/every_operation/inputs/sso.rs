//! IAM Identity Center.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    "CreateInstance",
    r#"UpdateInstance {"InstanceArn": "{InstanceArn}", "PermissionSetsEnabled": true}"#,
    "ListInstances",
    SET,
    GROUP,
];

const SET: &str = r#"CreatePermissionSet {"InstanceArn": "{InstanceArn}", "Name": "set{n}"}"#;
const GROUP: &str =
    r#"identitystore.CreateGroup {"IdentityStoreId": "{IdentityStoreId}", "DisplayName": "group{n}"}"#;
const ASSIGN: &str = r#"CreateAccountAssignment {"InstanceArn": "{InstanceArn}", "PermissionSetArn": "{PermissionSetArn}",
    "TargetType": "AWS_ACCOUNT", "TargetId": "{Account}", "PrincipalType": "GROUP", "PrincipalId": "{GroupId}"}"#;
const DISMISS: &str = r#"DeleteAccountAssignment {"InstanceArn": "{InstanceArn}",
    "PermissionSetArn": "{PermissionSetArn}", "TargetType": "AWS_ACCOUNT", "TargetId": "{Account}",
    "PrincipalType": "GROUP", "PrincipalId": "{GroupId}"}"#;
const ASSIGNMENT: &str = r#"{"TargetType": "AWS_ACCOUNT", "TargetId": "{Account}", "PrincipalType": "GROUP",
    "PrincipalId": "{GroupId}"}"#;
const PROVISION: &str = r#"ProvisionPermissionSet {"InstanceArn": "{InstanceArn}",
    "PermissionSetArn": "{PermissionSetArn}", "TargetType": "AWS_ACCOUNT", "TargetId": "{Account}"}"#;
const ACCOUNT: &str = r#"{"AccountId": "{Account}"}"#;
const MANAGED: &str = r#"{"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}"#;
const ATTACH: &str = r#"AttachManagedPolicyToPermissionSet {"InstanceArn": "{InstanceArn}",
    "PermissionSetArn": "{PermissionSetArn}", "ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}"#;
const ATTACH_OTHER: &str = r#"AttachManagedPolicyToPermissionSet {"InstanceArn": "{InstanceArn}",
    "PermissionSetArn": "{PermissionSetArn}", "ManagedPolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}"#;
const ATTACH_OWN: &str = r#"AttachCustomerManagedPolicyReferenceToPermissionSet {"InstanceArn": "{InstanceArn}",
    "PermissionSetArn": "{PermissionSetArn}", "CustomerManagedPolicyReference": {"Name": "own{n}"}}"#;
const OWN: &str = r#"{"CustomerManagedPolicyReference": {"Name": "own0"}}"#;
const BOUNDARY: &str =
    r#"{"PermissionsBoundary": {"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}"#;
const BOUND: &str = r#"PutPermissionsBoundaryToPermissionSet {"InstanceArn": "{InstanceArn}",
    "PermissionSetArn": "{PermissionSetArn}",
    "PermissionsBoundary": {"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}"#;
const POLICY: &str = r#"{"InlinePolicy":
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}]}"}"#;
const CONTROL: &str = r#"{"InstanceAccessControlAttributeConfiguration": {"AccessControlAttributes":
    [{"Key": "team", "Value": {"Source": ["${path:title}"]}}]}}"#;
const CONTROLLED: &str = r#"CreateInstanceAccessControlAttributeConfiguration {"InstanceArn": "{InstanceArn}",
    "InstanceAccessControlAttributeConfiguration": {"AccessControlAttributes": []}}"#;
const TAG: &str = r#"TagResource {"ResourceArn": "{PermissionSetArn}", "Tags": [{"Key": "tag{n}", "Value": "x"}]}"#;
const TAGGED: &str = r#"{"ResourceArn": "{PermissionSetArn}", "Tags": [{"Key": "team", "Value": "a"}]}"#;
const DELETE_SET: &str =
    r#"DeletePermissionSet {"InstanceArn": "{InstanceArn}", "PermissionSetArn": "{PermissionSetArn}"}"#;

pub static LINES: &[Line] = &[
    ("sso.AttachCustomerManagedPolicyReferenceToPermissionSet", &[], OWN),
    ("sso.AttachManagedPolicyToPermissionSet", &[], MANAGED),
    ("sso.CreateAccountAssignment", &[], ASSIGNMENT),
    ("sso.CreateInstance", &[DELETE_SET, r#"DeleteInstance {"InstanceArn": "{InstanceArn}"}"#], "{}"),
    ("sso.CreateInstanceAccessControlAttributeConfiguration", &[], CONTROL),
    ("sso.CreatePermissionSet", &[], r#"{"Name": "two"}"#),
    ("sso.DeleteAccountAssignment", &[ASSIGN], ASSIGNMENT),
    ("sso.DeleteInstance", &[DELETE_SET], "{}"),
    ("sso.DeleteInstanceAccessControlAttributeConfiguration", &[CONTROLLED], "{}"),
    (
        "sso.DescribeAccountAssignmentCreationStatus",
        &[ASSIGN],
        r#"{"AccountAssignmentCreationRequestId": "{RequestId}"}"#,
    ),
    (
        "sso.DescribeAccountAssignmentDeletionStatus",
        &[ASSIGN, DISMISS],
        r#"{"AccountAssignmentDeletionRequestId": "{RequestId}"}"#,
    ),
    ("sso.DescribeInstanceAccessControlAttributeConfiguration", &[CONTROLLED], "{}"),
    (
        "sso.DescribePermissionSetProvisioningStatus",
        &[PROVISION],
        r#"{"ProvisionPermissionSetRequestId": "{RequestId}"}"#,
    ),
    ("sso.DetachCustomerManagedPolicyReferenceFromPermissionSet", &[ATTACH_OWN], OWN),
    ("sso.DetachManagedPolicyFromPermissionSet", &[ATTACH], MANAGED),
    ("sso.GetPermissionsBoundaryForPermissionSet", &[BOUND], "{}"),
    ("sso.ListAccountAssignments", &[], ACCOUNT),
    ("sso.ListAccountAssignmentsForPrincipal", &[], r#"{"PrincipalType": "GROUP", "PrincipalId": "{GroupId}"}"#),
    ("sso.ListPermissionSetsProvisionedToAccount", &[], ACCOUNT),
    ("sso.ListTagsForResource", &[], r#"{"ResourceArn": "{PermissionSetArn}"}"#),
    ("sso.ProvisionPermissionSet", &[], r#"{"TargetType": "AWS_ACCOUNT", "TargetId": "{Account}"}"#),
    ("sso.PutInlinePolicyToPermissionSet", &[], POLICY),
    ("sso.PutPermissionsBoundaryToPermissionSet", &[], BOUNDARY),
    ("sso.TagResource", &[], TAGGED),
    ("sso.UntagResource", &[], r#"{"ResourceArn": "{PermissionSetArn}", "TagKeys": ["team"]}"#),
    ("sso.UpdateInstanceAccessControlAttributeConfiguration", &[CONTROLLED], CONTROL),
];

pub static LISTINGS: &[Listing] = &[
    ("sso.ListAccountAssignmentCreationStatus", 2, &[GROUP, ASSIGN], "{}"),
    ("sso.ListAccountAssignmentDeletionStatus", 2, &[GROUP, ASSIGN, DISMISS], "{}"),
    ("sso.ListAccountAssignments", 2, &[GROUP, ASSIGN], ACCOUNT),
    (
        "sso.ListAccountAssignmentsForPrincipal",
        2,
        &[SET, ASSIGN],
        r#"{"PrincipalType": "GROUP", "PrincipalId": "{GroupId}"}"#,
    ),
    ("sso.ListAccountsForProvisionedPermissionSet", 1, &[PROVISION], "{}"),
    ("sso.ListCustomerManagedPolicyReferencesInPermissionSet", 2, &[ATTACH_OWN], "{}"),
    ("sso.ListInstances", 0, &[], "{}"),
    ("sso.ListManagedPoliciesInPermissionSet", 1, &[ATTACH, ATTACH_OTHER], "{}"),
    ("sso.ListPermissionSetProvisioningStatus", 2, &[PROVISION], "{}"),
    ("sso.ListPermissionSets", 2, &[SET], "{}"),
    ("sso.ListPermissionSetsProvisionedToAccount", 2, &[SET, PROVISION], ACCOUNT),
    ("sso.ListTagsForResource", 2, &[TAG], r#"{"ResourceArn": "{PermissionSetArn}"}"#),
];
