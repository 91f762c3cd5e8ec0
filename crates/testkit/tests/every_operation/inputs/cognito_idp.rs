//! Cognito user pools.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    r#"CreateUserPool {"PoolName": "people", "AutoVerifiedAttributes": ["email"]}"#,
    r#"CreateUserPoolClient {"UserPoolId": "{Id}", "ClientName": "app", "ExplicitAuthFlows":
        ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}"#,
    r#"AdminCreateUser {"UserPoolId": "{UserPoolId}", "Username": "ann", "MessageAction": "SUPPRESS",
        "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}, {"Name": "email_verified", "Value": "true"}]}"#,
    r#"AdminSetUserPassword {"UserPoolId": "{UserPoolId}", "Username": "ann", "Password": "Passw0rd!", "Permanent": true}"#,
    r#"CreateGroup {"UserPoolId": "{UserPoolId}", "GroupName": "one"}"#,
];

const SIGN_IN: &str = r#"AdminInitiateAuth {"UserPoolId": "{UserPoolId}", "ClientId": "{ClientId}",
    "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ann", "PASSWORD": "Passw0rd!"}}"#;
const SIGN_UP: &str = r#"SignUp {"ClientId": "{ClientId}", "Username": "bob", "Password": "Passw0rd!",
    "UserAttributes": [{"Name": "email", "Value": "bob@example.com"}]}"#;
const TEMPORARY: &str =
    r#"AdminSetUserPassword {"UserPoolId": "{UserPoolId}", "Username": "ann", "Password": "Temp0rary!"}"#;
const CHALLENGED: &str = r#"AdminInitiateAuth {"UserPoolId": "{UserPoolId}", "ClientId": "{ClientId}",
    "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ann", "PASSWORD": "Temp0rary!"}}"#;
const ANSWER: &str = r#"{"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "{Session}", "ChallengeResponses": {"USERNAME": "ann",
    "NEW_PASSWORD": "Passw0rd!"}}"#;
const TOKENS: &str = r#"SetUserPoolMfaConfig {"UserPoolId": "{UserPoolId}", "MfaConfiguration": "OPTIONAL",
    "SoftwareTokenMfaConfiguration": {"Enabled": true}}"#;
const ASSOCIATE: &str = r#"AssociateSoftwareToken {"AccessToken": "{AccessToken}"}"#;
const EMAIL: &str = r#"{"UserAttributes": [{"Name": "name", "Value": "Ann"}]}"#;
const ARN: &str = r#"{"ResourceArn": "arn:aws:cognito-idp:us-east-1:{Account}:userpool/{UserPoolId}"}"#;

pub static LINES: &[Line] = &[
    (
        "cognito-idp.AddCustomAttributes",
        &[],
        r#"{"CustomAttributes": [{"Name": "shoe", "AttributeDataType": "String"}]}"#,
    ),
    ("cognito-idp.AdminAddUserToGroup", &[], r#"{"Username": "ann", "GroupName": "one"}"#),
    ("cognito-idp.AdminConfirmSignUp", &[SIGN_UP], r#"{"Username": "bob"}"#),
    ("cognito-idp.AdminCreateUser", &[], r#"{"Username": "cat", "MessageAction": "SUPPRESS"}"#),
    ("cognito-idp.AdminDeleteUserAttributes", &[], r#"{"Username": "ann", "UserAttributeNames": ["email"]}"#),
    (
        "cognito-idp.AdminInitiateAuth",
        &[],
        r#"{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ann", "PASSWORD": "Passw0rd!"}}"#,
    ),
    ("cognito-idp.AdminRespondToAuthChallenge", &[TEMPORARY, CHALLENGED], ANSWER),
    ("cognito-idp.AdminSetUserPassword", &[], r#"{"Username": "ann", "Password": "N3wPassword!"}"#),
    ("cognito-idp.AdminUpdateUserAttributes", &[], EMAIL),
    ("cognito-idp.AssociateSoftwareToken", &[SIGN_IN, TOKENS], r#"{"AccessToken": "{AccessToken}"}"#),
    (
        "cognito-idp.ChangePassword",
        &[SIGN_IN],
        r#"{"PreviousPassword": "Passw0rd!", "ProposedPassword": "N3wPassword!"}"#,
    ),
    (
        "cognito-idp.ConfirmForgotPassword",
        &[],
        r#"{"Username": "ann", "ConfirmationCode": "123456", "Password": "Passw0rd!"}"#,
    ),
    ("cognito-idp.ConfirmSignUp", &[SIGN_UP], r#"{"Username": "bob", "ConfirmationCode": "123456"}"#),
    ("cognito-idp.CreateGroup", &[], r#"{"GroupName": "two"}"#),
    ("cognito-idp.CreateUserPool", &[], r#"{"PoolName": "more", "UserPoolTags": {"team": "a"}}"#),
    ("cognito-idp.DeleteUser", &[SIGN_IN], "{}"),
    ("cognito-idp.DeleteUserAttributes", &[SIGN_IN], r#"{"UserAttributeNames": ["email"]}"#),
    ("cognito-idp.GetUser", &[SIGN_IN], "{}"),
    ("cognito-idp.GetUserAttributeVerificationCode", &[SIGN_IN], r#"{"AttributeName": "email"}"#),
    ("cognito-idp.GlobalSignOut", &[SIGN_IN], "{}"),
    (
        "cognito-idp.InitiateAuth",
        &[],
        r#"{"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ann", "PASSWORD": "Passw0rd!"}}"#,
    ),
    ("cognito-idp.ListTagsForResource", &[], ARN),
    ("cognito-idp.ListUserPools", &[], r#"{"MaxResults": 10}"#),
    ("cognito-idp.ResendConfirmationCode", &[SIGN_UP], r#"{"Username": "bob"}"#),
    ("cognito-idp.RespondToAuthChallenge", &[TEMPORARY, CHALLENGED], ANSWER),
    ("cognito-idp.RevokeToken", &[SIGN_IN], r#"{"Token": "{RefreshToken}"}"#),
    ("cognito-idp.SetUserMFAPreference", &[SIGN_IN], "{}"),
    ("cognito-idp.SignUp", &[], r#"{"Username": "bob", "Password": "Passw0rd!"}"#),
    (
        "cognito-idp.TagResource",
        &[],
        r#"{"ResourceArn": "arn:aws:cognito-idp:us-east-1:{Account}:userpool/{UserPoolId}", "Tags": {"team": "a"}}"#,
    ),
    (
        "cognito-idp.UntagResource",
        &[],
        r#"{"ResourceArn": "arn:aws:cognito-idp:us-east-1:{Account}:userpool/{UserPoolId}", "TagKeys": ["team"]}"#,
    ),
    ("cognito-idp.UpdateUserAttributes", &[SIGN_IN], EMAIL),
    (
        "cognito-idp.VerifySoftwareToken",
        &[SIGN_IN, TOKENS, ASSOCIATE],
        r#"{"AccessToken": "{AccessToken}", "UserCode": "123456"}"#,
    ),
    ("cognito-idp.VerifyUserAttribute", &[SIGN_IN], r#"{"AttributeName": "email", "Code": "123456"}"#),
];

pub static LISTINGS: &[Listing] = &[
    (
        "cognito-idp.AdminListGroupsForUser",
        3,
        &[
            r#"CreateGroup {"UserPoolId": "{UserPoolId}", "GroupName": "g{n}"}"#,
            r#"AdminAddUserToGroup {"UserPoolId": "{UserPoolId}", "Username": "ann", "GroupName": "g{n}"}"#,
        ],
        r#"{"Username": "ann"}"#,
    ),
    ("cognito-idp.ListGroups", 3, &[r#"CreateGroup {"UserPoolId": "{UserPoolId}", "GroupName": "g{n}"}"#], "{}"),
    (
        "cognito-idp.ListUserPoolClients",
        3,
        &[r#"CreateUserPoolClient {"UserPoolId": "{UserPoolId}", "ClientName": "c{n}"}"#],
        "{}",
    ),
    (
        "cognito-idp.ListTagsForResource",
        3,
        &[
            r#"TagResource {"ResourceArn": "arn:aws:cognito-idp:us-east-1:{Account}:userpool/{UserPoolId}", "Tags": {"k{n}": "a"}}"#,
        ],
        ARN,
    ),
    ("cognito-idp.ListUserPools", 3, &[r#"CreateUserPool {"PoolName": "p{n}"}"#], r#"{"MaxResults": 60}"#),
    (
        "cognito-idp.ListUsers",
        3,
        &[r#"AdminCreateUser {"UserPoolId": "{UserPoolId}", "Username": "u{n}", "MessageAction": "SUPPRESS"}"#],
        "{}",
    ),
    (
        "cognito-idp.ListUsersInGroup",
        3,
        &[
            r#"AdminCreateUser {"UserPoolId": "{UserPoolId}", "Username": "u{n}", "MessageAction": "SUPPRESS"}"#,
            r#"AdminAddUserToGroup {"UserPoolId": "{UserPoolId}", "Username": "u{n}", "GroupName": "one"}"#,
        ],
        r#"{"GroupName": "one"}"#,
    ),
];
