//! The identity store.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[USER, GROUP, MEMBERSHIP];

const USER: &str = r#"CreateUser {"IdentityStoreId": "d-1234567890", "UserName": "user{n}", "DisplayName": "User",
    "Name": {"GivenName": "A", "FamilyName": "B"}}"#;
const GROUP: &str = r#"CreateGroup {"IdentityStoreId": "d-1234567890", "DisplayName": "group{n}"}"#;
const MEMBERSHIP: &str = r#"CreateGroupMembership {"IdentityStoreId": "d-1234567890", "GroupId": "{GroupId}",
    "MemberId": {"UserId": "{UserId}"}}"#;
const LEAVE: &str = r#"DeleteGroupMembership {"IdentityStoreId": "d-1234567890", "MembershipId": "{MembershipId}"}"#;
const MEMBER: &str = r#"{"MemberId": {"UserId": "{UserId}"}}"#;
const OF_USER: &str =
    r#"{"AlternateIdentifier": {"UniqueAttribute": {"AttributePath": "userName", "AttributeValue": "user0"}}}"#;
const OF_GROUP: &str =
    r#"{"AlternateIdentifier": {"UniqueAttribute": {"AttributePath": "displayName", "AttributeValue": "group0"}}}"#;
const CHANGE: &str = r#"{"Operations": [{"AttributePath": "displayName", "AttributeValue": "other"}]}"#;

pub static LINES: &[Line] = &[
    ("identitystore.CreateGroup", &[], r#"{"DisplayName": "two"}"#),
    ("identitystore.CreateGroupMembership", &[LEAVE], MEMBER),
    (
        "identitystore.CreateUser",
        &[],
        r#"{"UserName": "two", "DisplayName": "Two", "Name": {"GivenName": "A", "FamilyName": "B"}}"#,
    ),
    ("identitystore.GetGroupId", &[], OF_GROUP),
    ("identitystore.GetGroupMembershipId", &[], MEMBER),
    ("identitystore.GetUserId", &[], OF_USER),
    ("identitystore.IsMemberInGroups", &[], r#"{"MemberId": {"UserId": "{UserId}"}, "GroupIds": ["{GroupId}"]}"#),
    ("identitystore.ListGroupMembershipsForMember", &[], MEMBER),
    ("identitystore.UpdateGroup", &[], CHANGE),
    ("identitystore.UpdateUser", &[], CHANGE),
];

const JOINED: &str = r#"CreateGroupMembership {"IdentityStoreId": "d-1234567890", "GroupId": "{GroupId}",
    "MemberId": {"UserId": "{UserId}"}}"#;

pub static LISTINGS: &[Listing] = &[
    ("identitystore.ListGroupMemberships", 2, &[USER, JOINED], "{}"),
    ("identitystore.ListGroupMembershipsForMember", 2, &[GROUP, JOINED], MEMBER),
    ("identitystore.ListGroups", 2, &[GROUP], "{}"),
    ("identitystore.ListIdentityStores", 0, &[], "{}"),
    ("identitystore.ListUsers", 2, &[USER], "{}"),
];
