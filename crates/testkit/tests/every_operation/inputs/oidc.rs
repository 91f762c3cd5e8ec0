//! Signing in to IAM Identity Center.

use super::{Line, Listing};

pub static COMMON: &[&str] = &[
    "sso.CreateInstance",
    "sso.ListInstances",
    r#"RegisterClient {"clientName": "cli", "clientType": "public"}"#,
];

pub static LINES: &[Line] = &[
    ("oidc.RegisterClient", &[], r#"{"clientName": "two", "clientType": "public"}"#),
    ("oidc.StartDeviceAuthorization", &[], r#"{"startUrl": "https://{IdentityStoreId}.awsapps.com/start"}"#),
];

pub static LISTINGS: &[Listing] = &[];
