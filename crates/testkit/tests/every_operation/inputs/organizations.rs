//! Organizations.

use super::{Line, Listing};

/// Nothing is common to all: an account has one organisation.
pub static COMMON: &[&str] = &[];

const ORGANIZATION: &str = r#"CreateOrganization {"FeatureSet": "ALL"}"#;
const ROOTS: &str = "ListRoots {}";
// The id that was answered last is the root's.
const ENABLE: &str = r#"EnablePolicyType {"RootId": "{Id}", "PolicyType": "SERVICE_CONTROL_POLICY"}"#;
const TAG_POLICIES: &str = r#"EnablePolicyType {"RootId": "{RootId}", "PolicyType": "TAG_POLICY"}"#;
const UNIT: &str = r#"CreateOrganizationalUnit {"ParentId": "{RootId}", "Name": "one"}"#;
const ACCOUNT: &str = r#"CreateAccount {"AccountName": "one", "Email": "one@example.com"}"#;
const POLICY: &str = r#"CreatePolicy {"Name": "one", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content":
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"ec2:*\",\"Resource\":\"*\"}]}"}"#;
const TAG_POLICY: &str = r#"CreatePolicy {"Name": "two", "Description": "", "Type": "TAG_POLICY", "Content":
    "{\"tags\":{\"team\":{\"tag_key\":{\"@@assign\":\"Team\"}}}}"}"#;
// The id that was answered last is the policy's.
const KNOWN: &str = r#"DescribePolicy {"PolicyId": "{Id}"}"#;
const ATTACH: &str = r#"AttachPolicy {"PolicyId": "{PolicyId}", "TargetId": "{RootId}"}"#;
const INVITE: &str = r#"InviteAccountToOrganization {"Target": {"Type": "ACCOUNT", "Id": "333333333333"}}"#;
const TRUST: &str = r#"EnableAWSServiceAccess {"ServicePrincipal": "ssm.amazonaws.com"}"#;
const REGISTER: &str =
    r#"RegisterDelegatedAdministrator {"AccountId": "{AccountId}", "ServicePrincipal": "ssm.amazonaws.com"}"#;
const DELEGATE: &str = r#"PutResourcePolicy {"Content": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"333333333333\"},\"Action\":\"organizations:ListPolicies\",\"Resource\":\"*\"}]}"}"#;

const ALONE: &[&str] = &[ORGANIZATION];
const ROOTED: &[&str] = &[ORGANIZATION, ROOTS, ENABLE];
const WITH_UNIT: &[&str] = &[ORGANIZATION, ROOTS, ENABLE, UNIT];
const WITH_ACCOUNT: &[&str] = &[ORGANIZATION, ROOTS, ENABLE, UNIT, ACCOUNT];
const WITH_POLICY: &[&str] = &[ORGANIZATION, ROOTS, ENABLE, POLICY, KNOWN];
const ATTACHED: &[&str] = &[ORGANIZATION, ROOTS, ENABLE, POLICY, KNOWN, ATTACH];
const INVITED: &[&str] = &[ORGANIZATION, INVITE];
const TRUSTED: &[&str] = &[ORGANIZATION, ACCOUNT, TRUST];
const REGISTERED: &[&str] = &[ORGANIZATION, ACCOUNT, TRUST, REGISTER];
const SSM: &str = r#"{"AccountId": "{AccountId}", "ServicePrincipal": "ssm.amazonaws.com"}"#;
const TAGS: &str = r#"{"ResourceId": "{RootId}", "Tags": [{"Key": "team", "Value": "a"}]}"#;

pub static LINES: &[Line] = &[
    (
        "organizations.AcceptHandshake",
        &[r#"CreateOrganization {"FeatureSet": "CONSOLIDATED_BILLING"}"#, "EnableAllFeatures {}"],
        "{}",
    ),
    ("organizations.AttachPolicy", WITH_POLICY, r#"{"PolicyId": "{PolicyId}", "TargetId": "{RootId}"}"#),
    ("organizations.CancelHandshake", INVITED, "{}"),
    ("organizations.CloseAccount", WITH_ACCOUNT, "{}"),
    (
        "organizations.CreateAccount",
        ALONE,
        r#"{"AccountName": "two", "Email": "two@example.com", "Tags": [{"Key": "team", "Value": "a"}]}"#,
    ),
    ("organizations.CreateOrganizationalUnit", ROOTED, r#"{"ParentId": "{RootId}", "Name": "two"}"#),
    (
        "organizations.CreatePolicy",
        ALONE,
        r#"{"Name": "two", "Type": "TAG_POLICY", "Content": "{\"tags\":{\"a\":{\"tag_key\":{\"@@assign\":\"A\"}}}}"}"#,
    ),
    ("organizations.DeclineHandshake", INVITED, "{}"),
    ("organizations.DeleteOrganization", ALONE, "{}"),
    ("organizations.DeleteOrganizationalUnit", WITH_UNIT, "{}"),
    ("organizations.DeletePolicy", WITH_POLICY, "{}"),
    ("organizations.DeleteResourcePolicy", &[ORGANIZATION, DELEGATE], "{}"),
    ("organizations.DeregisterDelegatedAdministrator", REGISTERED, SSM),
    ("organizations.DescribeAccount", WITH_ACCOUNT, "{}"),
    (
        "organizations.DescribeCreateAccountStatus",
        &[ORGANIZATION, ACCOUNT],
        r#"{"CreateAccountRequestId": "{CreateAccountStatusId}"}"#,
    ),
    (
        "organizations.DescribeEffectivePolicy",
        &[ORGANIZATION, ROOTS, ENABLE, TAG_POLICIES, TAG_POLICY, KNOWN, ATTACH],
        r#"{"PolicyType": "TAG_POLICY"}"#,
    ),
    ("organizations.DescribeHandshake", INVITED, "{}"),
    ("organizations.DescribeOrganization", ALONE, "{}"),
    ("organizations.DescribeOrganizationalUnit", WITH_UNIT, "{}"),
    ("organizations.DescribePolicy", WITH_POLICY, "{}"),
    ("organizations.DescribeResourcePolicy", &[ORGANIZATION, DELEGATE], "{}"),
    ("organizations.DetachPolicy", ATTACHED, r#"{"PolicyId": "{PolicyId}", "TargetId": "{RootId}"}"#),
    ("organizations.DisableAWSServiceAccess", TRUSTED, r#"{"ServicePrincipal": "ssm.amazonaws.com"}"#),
    ("organizations.DisablePolicyType", ROOTED, r#"{"RootId": "{RootId}", "PolicyType": "SERVICE_CONTROL_POLICY"}"#),
    ("organizations.EnableAWSServiceAccess", ALONE, r#"{"ServicePrincipal": "ssm.amazonaws.com"}"#),
    (
        "organizations.EnableAllFeatures",
        &[r#"CreateOrganization {"FeatureSet": "CONSOLIDATED_BILLING"}"#],
        "{}",
    ),
    ("organizations.EnablePolicyType", ROOTED, r#"{"RootId": "{RootId}", "PolicyType": "TAG_POLICY"}"#),
    ("organizations.InviteAccountToOrganization", ALONE, r#"{"Target": {"Type": "ACCOUNT", "Id": "333333333333"}}"#),
    ("organizations.LeaveOrganization", ALONE, "{}"),
    ("organizations.ListAWSServiceAccessForOrganization", ALONE, "{}"),
    ("organizations.ListAccounts", ALONE, "{}"),
    ("organizations.ListAccountsForParent", ROOTED, r#"{"ParentId": "{RootId}"}"#),
    ("organizations.ListChildren", ROOTED, r#"{"ParentId": "{RootId}", "ChildType": "ACCOUNT"}"#),
    ("organizations.ListCreateAccountStatus", ALONE, "{}"),
    ("organizations.ListDelegatedAdministrators", ALONE, "{}"),
    ("organizations.ListDelegatedServicesForAccount", REGISTERED, r#"{"AccountId": "{AccountId}"}"#),
    ("organizations.ListHandshakesForOrganization", ALONE, "{}"),
    ("organizations.ListOrganizationalUnitsForParent", ROOTED, r#"{"ParentId": "{RootId}"}"#),
    ("organizations.ListParents", WITH_ACCOUNT, r#"{"ChildId": "{AccountId}"}"#),
    ("organizations.ListPolicies", ALONE, r#"{"Filter": "SERVICE_CONTROL_POLICY"}"#),
    (
        "organizations.ListPoliciesForTarget",
        ROOTED,
        r#"{"TargetId": "{RootId}", "Filter": "SERVICE_CONTROL_POLICY"}"#,
    ),
    ("organizations.ListRoots", ALONE, "{}"),
    ("organizations.ListTagsForResource", ROOTED, r#"{"ResourceId": "{RootId}"}"#),
    ("organizations.ListTargetsForPolicy", ATTACHED, r#"{"PolicyId": "{PolicyId}"}"#),
    (
        "organizations.MoveAccount",
        WITH_ACCOUNT,
        r#"{"SourceParentId": "{RootId}", "DestinationParentId": "{OrganizationalUnitId}"}"#,
    ),
    (
        "organizations.PutResourcePolicy",
        ALONE,
        r#"{"Content": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"333333333333\"},\"Action\":\"organizations:ListPolicies\",\"Resource\":\"*\"}]}"}"#,
    ),
    ("organizations.RegisterDelegatedAdministrator", TRUSTED, SSM),
    ("organizations.RemoveAccountFromOrganization", WITH_ACCOUNT, "{}"),
    ("organizations.TagResource", ROOTED, TAGS),
    ("organizations.UntagResource", ROOTED, r#"{"ResourceId": "{RootId}", "TagKeys": ["team"]}"#),
    ("organizations.UpdateOrganizationalUnit", WITH_UNIT, r#"{"Name": "two"}"#),
    ("organizations.UpdatePolicy", WITH_POLICY, r#"{"Name": "two"}"#),
];

const MORE_ACCOUNTS: &[&str] = &[r#"CreateAccount {"AccountName": "more{n}", "Email": "more{n}@example.com"}"#];
const MORE_UNITS: &[&str] = &[r#"CreateOrganizationalUnit {"ParentId": "{RootId}", "Name": "more{n}"}"#];
const MORE_INVITED: &[&str] =
    &[r#"InviteAccountToOrganization {"Target": {"Type": "ACCOUNT", "Id": "44444444444{n}"}}"#];

pub static LISTINGS: &[Listing] = &[
    (
        "organizations.ListAWSServiceAccessForOrganization",
        1,
        &[TRUST, r#"EnableAWSServiceAccess {"ServicePrincipal": "ram.amazonaws.com"}"#],
        "{}",
    ),
    ("organizations.ListAccounts", 3, MORE_ACCOUNTS, "{}"),
    ("organizations.ListAccountsForParent", 3, MORE_ACCOUNTS, r#"{"ParentId": "{RootId}"}"#),
    ("organizations.ListChildren", 3, MORE_UNITS, r#"{"ParentId": "{RootId}", "ChildType": "ORGANIZATIONAL_UNIT"}"#),
    ("organizations.ListCreateAccountStatus", 3, MORE_ACCOUNTS, "{}"),
    (
        "organizations.ListDelegatedAdministrators",
        3,
        &[TRUST, r#"CreateAccount {"AccountName": "more{n}", "Email": "more{n}@example.com"}"#, REGISTER],
        "{}",
    ),
    (
        "organizations.ListDelegatedServicesForAccount",
        1,
        &[
            r#"EnableAWSServiceAccess {"ServicePrincipal": "ram.amazonaws.com"}"#,
            r#"EnableAWSServiceAccess {"ServicePrincipal": "backup.amazonaws.com"}"#,
            r#"RegisterDelegatedAdministrator {"AccountId": "{AccountId}", "ServicePrincipal": "backup.amazonaws.com"}"#,
        ],
        r#"{"AccountId": "{AccountId}"}"#,
    ),
    ("organizations.ListHandshakesForOrganization", 3, MORE_INVITED, "{}"),
    ("organizations.ListOrganizationalUnitsForParent", 3, MORE_UNITS, r#"{"ParentId": "{RootId}"}"#),
    ("organizations.ListParents", 0, &[], r#"{"ChildId": "{AccountId}"}"#),
    (
        "organizations.ListPolicies",
        3,
        &[r#"CreatePolicy {"Name": "more{n}", "Description": "", "Type": "TAG_POLICY", "Content":
            "{\"tags\":{\"a\":{\"tag_key\":{\"@@assign\":\"A\"}}}}"}"#],
        r#"{"Filter": "TAG_POLICY"}"#,
    ),
    (
        "organizations.ListPoliciesForTarget",
        3,
        &[
            r#"CreatePolicy {"Name": "more{n}", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content":
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"ec2:*\",\"Resource\":\"*\"}]}"}"#,
            KNOWN,
            ATTACH,
        ],
        r#"{"TargetId": "{RootId}", "Filter": "SERVICE_CONTROL_POLICY"}"#,
    ),
    ("organizations.ListRoots", 0, &[], "{}"),
    (
        "organizations.ListTagsForResource",
        3,
        &[r#"TagResource {"ResourceId": "{RootId}", "Tags": [{"Key": "more{n}", "Value": "a"}]}"#],
        r#"{"ResourceId": "{RootId}"}"#,
    ),
    (
        "organizations.ListTargetsForPolicy",
        3,
        &[
            r#"CreateOrganizationalUnit {"ParentId": "{RootId}", "Name": "more{n}"}"#,
            r#"AttachPolicy {"PolicyId": "{PolicyId}", "TargetId": "{OrganizationalUnitId}"}"#,
        ],
        r#"{"PolicyId": "{PolicyId}"}"#,
    ),
];
