use clock::Timestamp;
use ids::AccountId;
use std::sync::Arc;

/// Who makes a request, as the door has made sure.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    /// What kind of principal it is.
    pub kind: CallerKind,
    /// The principal's account.
    pub account: AccountId,
    /// The principal's ARN, as `GetCallerIdentity` tells it. A service's DNS name for [`CallerKind::Service`], `*` for
    /// [`CallerKind::Anonymous`].
    pub arn: String,
    /// The principal's unique id (`AIDA…`, `AROA…:session`, the account id for root).
    pub user_id: String,
    /// The user's or role's name; empty where there is none.
    pub name: String,
    /// The access key that signed; empty where none did.
    pub access_key: String,
    /// What a temporary credential carries.
    pub session: Option<Arc<Session>>,
    /// Whether this is one of the bootstrap identities, which may assume roles although they are root.
    pub bootstrap: bool,
}

/// The kinds of principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerKind {
    /// The account's root user.
    Root,
    /// An IAM user.
    User,
    /// A session of an IAM role.
    AssumedRole,
    /// A session of `GetFederationToken`.
    FederatedUser,
    /// A web identity or SAML assertion that asks for a role; [`Caller::arn`] is the provider's name or ARN.
    Provider,
    /// An AWS service, calling for itself.
    Service,
    /// Nobody: the request was not signed.
    Anonymous,
}

/// What a temporary credential carries.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Session {
    /// The session's name (`RoleSessionName`, or the federated user's name).
    pub name: String,
    /// The role's ARN; for `GetFederationToken` the ARN of the user or root who issued it; empty for `GetSessionToken`.
    pub role_arn: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// Inline session policies, as JSON.
    pub policies: Vec<String>,
    /// ARNs of managed session policies.
    pub policy_arns: Vec<String>,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that stay through role chaining.
    pub transitive_tag_keys: Vec<String>,
    /// `sts:SourceIdentity`.
    pub source_identity: String,
    /// Whether a one-time password was given, and when: `aws:MultiFactorAuthPresent` and `…Age`.
    pub mfa_at: Option<Timestamp>,
    /// The identity provider that vouched (`aws:FederatedProvider`); empty where none did.
    pub federated_provider: String,
    /// Further context keys of the session, such as `accounts.example.com:aud`.
    pub context: Vec<(String, String)>,
    /// Whether the role was assumed from a role's session: such chains end after an hour.
    pub chained: bool,
    /// The account of whoever acts with these rights because their holder delegated them to him for a while.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html>
    pub delegate: Option<AccountId>,
}

impl Session {
    /// The context key of sessions of a member account's root user that an organisation's administrator assumed.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-assumedroot>
    pub const ASSUMED_ROOT: &str = "aws:AssumedRoot";

    /// Whether it is such a session.
    pub fn is_assumed_root(&self) -> bool {
        self.context.iter().any(|(key, value)| key == Session::ASSUMED_ROOT && value == "true")
    }
}

impl Caller {
    /// A request that nobody signed.
    pub fn anonymous() -> Caller {
        Caller {
            kind: CallerKind::Anonymous,
            account: AccountId::DEFAULT,
            arn: "*".to_owned(),
            user_id: "ANONYMOUS".to_owned(),
            name: String::new(),
            access_key: String::new(),
            session: None,
            bootstrap: false,
        }
    }

    /// The role's ARN for a role session, the caller's own otherwise: `aws:PrincipalArn`.
    pub fn principal_arn(&self) -> &str {
        match &self.session {
            Some(session) if !session.role_arn.is_empty() => &session.role_arn,
            _ => &self.arn,
        }
    }
}
