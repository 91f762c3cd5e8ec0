//! What no model says: which calls an operation needs before it, and what its input must be. One line an operation.
//!
//! A step is an operation and its input, called as the account's root. Everything that inputs and answers name is
//! remembered: a required text of that name is taken from there, and `{Name}` stands for it. The `Arn` of a `Role` is
//! remembered as `RoleArn` too, and so is an `Id`.

/// The services that give inputs, each in a module of its name with `COMMON`, `LINES` and `LISTINGS`.
macro_rules! services {
    ($($service:ident)*) => {
        $(mod $service;)*
        /// The steps before every operation of a service, by the name of its module.
        pub static SERVICES: &[(&str, &[&str])] = &[
            $((stringify!($service), $service::COMMON),)*
            ("dynamodbstreams", dynamodb::COMMON),
            ("sts", iam::FOR_STS),
        ];
        const LINES: &[&[Line]] = &[$($service::LINES),*];
        const LISTINGS: &[&[Listing]] = &[$($service::LISTINGS),*];
    };
}

services! {
    access_analyzer
    apigateway
    cloudformation
    cloudtrail
    cognito_idp
    dynamodb
    events
    iam
    identitystore
    kms
    lambda
    logs
    monitoring
    oidc
    organizations
    ram
    s3
    secretsmanager
    sns
    sqs
    ssm
    sso
    states
    xray
}

/// An operation; the steps before it; its input as far as the model and what is remembered do not give it.
pub type Line = (&'static str, &'static [&'static str], &'static str);

/// An operation that lists; how many more of what it lists are made; the steps for each, `{n}` counting from 1; the
/// listing's input.
pub type Listing = (&'static str, usize, &'static [&'static str], &'static str);

/// Texts that are remembered from the start.
pub static TEXTS: &[(&str, &str)] = iam::TEXTS;

/// What is registered from the start: the register, the name, the document.
pub static REGISTERED: &[(&str, &str, &str)] = iam::REGISTERED;

/// All lines.
pub fn lines() -> impl Iterator<Item = &'static Line> {
    LINES.iter().copied().flatten()
}

/// All listings.
pub fn listings() -> impl Iterator<Item = &'static Listing> {
    LISTINGS.iter().copied().flatten()
}

/// The line of an operation.
pub fn line(service: &str, operation: &str) -> Option<&'static Line> {
    lines().find(|line| line.0.split_once('.') == Some((service, operation)))
}

/// The line of an operation that lists.
pub fn listing(service: &str, operation: &str) -> Option<&'static Listing> {
    listings().find(|line| line.0.split_once('.') == Some((service, operation)))
}
