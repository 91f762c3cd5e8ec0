//! All that the portal calls: STS, for a role's credentials.

use service::shape::shape;
use service::{Timestamp, peer};

shape! {
    /// Credentials, by STS's names.
    pub struct Credentials {
        /// `AccessKeyId`
        pub access_key_id: String = "AccessKeyId",
        /// `SecretAccessKey`
        pub secret_access_key: String = "SecretAccessKey",
        /// `SessionToken`
        pub session_token: String = "SessionToken",
        /// `Expiration`
        pub expiration: Timestamp = "Expiration",
    }
}

peer! {
    /// Gives credentials of a role to somebody whom a SAML provider vouches for.
    "sts".AssumeRoleWithSAML {
        role_arn: String = "RoleArn",
        principal_arn: String = "PrincipalArn",
        saml_assertion: String = "SAMLAssertion",
        duration_seconds: Option<i64> = "DurationSeconds",
    } -> Assumed {
        credentials: Option<Credentials> = "Credentials",
    }
}
