//! The tables of IAM: the whole state on one screen.
//!
//! An identity's row holds all that belongs to it (inline policies, attachments, groups, keys), so that the door needs
//! one row a principal, one a group and one a policy to know what binds a caller. The rows are found by name without
//! regard to case; the indexes below lead back to them and are kept by the hooks in [`crate::hooks`] alone.

mod delegation;
mod organization_report;
mod reports;

pub use delegation::{DelegationRow, OwnedRow, ParameterRow, TemplateRow, TokenRow};
pub use organization_report::{AccountAccessRow, AccountsAccessRow, FailureRow, OrganizationReportRow};
pub use reports::{AccessReportRow, AccessRow, AccessorRow, ActionAccessRow, ServiceAccessRow};

use crate::hooks;
use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Users by name in lower case.
pub static USERS: Table<str, UserRow> =
    Table::<str, UserRow>::account_wide("iam.users").governing().with_hook(hooks::user_changed);
/// Groups by name in lower case.
pub static GROUPS: Table<str, GroupRow> =
    Table::<str, GroupRow>::account_wide("iam.groups").governing().with_hook(hooks::group_changed);
/// Roles by name in lower case.
pub static ROLES: Table<str, RoleRow> =
    Table::<str, RoleRow>::account_wide("iam.roles").governing().with_hook(hooks::role_changed);
/// Managed policies of the account by name in lower case.
pub static POLICIES: Table<str, PolicyRow> =
    Table::<str, PolicyRow>::account_wide("iam.policies").governing().with_hook(hooks::policy_changed);
/// Instance profiles by name in lower case.
pub static PROFILES: Table<str, ProfileRow> =
    Table::<str, ProfileRow>::account_wide("iam.instance-profiles").governing().with_hook(hooks::profile_changed);
/// Server certificates by name in lower case.
pub static CERTIFICATES: Table<str, CertificateRow> =
    Table::<str, CertificateRow>::account_wide("iam.server-certificates")
        .governing()
        .with_hook(hooks::certificate_changed);
/// Virtual MFA devices by serial number.
pub static DEVICES: Table<str, DeviceRow> =
    Table::<str, DeviceRow>::account_wide("iam.mfa-devices").governing().with_hook(hooks::device_changed);
/// The last code of each MFA device that was used, by serial number. It governs nobody's rights, and so stands apart.
pub static SPENT_CODES: Table<str, SpentCodeRow> = Table::account_wide("iam.spent-codes");
/// OpenID Connect providers by URL without its scheme.
pub static OIDC_PROVIDERS: Table<str, OidcRow> =
    Table::<str, OidcRow>::account_wide("iam.oidc-providers").governing().with_hook(hooks::oidc_changed);
/// SAML providers by name.
pub static SAML_PROVIDERS: Table<str, SamlRow> =
    Table::<str, SamlRow>::account_wide("iam.saml-providers").governing().with_hook(hooks::saml_changed);
/// What the account has once: one row under [`ACCOUNT_KEY`].
pub static ACCOUNTS: Table<str, AccountRow> =
    Table::<str, AccountRow>::account_wide("iam.account").governing().with_hook(hooks::account_changed);
/// Reports of last accesses by job id.
pub static ACCESS_REPORTS: Table<str, AccessReportRow> = Table::account_wide("iam.access-reports");
/// Reports of what an organisation's accounts last accessed, with its management account, by job id.
pub static ORGANIZATION_REPORTS: Table<str, OrganizationReportRow> = Table::account_wide("iam.organization-reports");
/// Delegation requests by id. One may be nobody's yet.
pub static DELEGATIONS: Table<str, DelegationRow> = Table::worldwide("iam.delegation-requests");
/// Index: the delegation request of a requestor's workflow, by (account, workflow id).
pub static DELEGATION_WORKFLOWS: Table<(String, String), OwnedRow> = Table::worldwide("iam.delegation-workflows");
/// Index: the delegation requests that an account owns, by id.
pub static OWNED_DELEGATIONS: Table<str, OwnedRow> = Table::account_wide("iam.owned-delegation-requests");
/// Policy templates of product providers by ARN.
pub static DELEGATION_TEMPLATES: Table<str, TemplateRow> = Table::worldwide("iam.delegation-templates");
/// Deletions of service-linked roles by task id.
pub static DELETIONS: Table<str, DeletionRow> = Table::account_wide("iam.deletions");

/// Index: who uses a managed policy, by (policy ARN, use, kind, name in lower case).
pub static ATTACHMENTS: Table<(String, String, String, String), AttachmentRow> = Table::account_wide("iam.attachments");
/// Index: the users of a group, by (group, user), both in lower case.
pub static MEMBERS: Table<(String, String), LinkRow> = Table::account_wide("iam.members");
/// Index: the instance profiles of a role, by (role, profile), both in lower case.
pub static ROLE_PROFILES: Table<(String, String), LinkRow> = Table::account_wide("iam.role-profiles");
/// Index: the user (in lower case; empty for the root user) that an access key or MFA device belongs to, by (what, id).
pub static OWNERS: Table<(String, String), LinkRow> = Table::account_wide("iam.owners");
/// How many there are of each kind, by the name of its quota.
pub static COUNTS: Table<str, CountRow> = Table::account_wide("iam.counts");
/// Index over all accounts: which of them goes by an alias. An account that was reset has none.
pub static ALIASES: Table<str, AliasRow> = Table::partition_wide("iam.aliases");

/// The key of the one row of [`ACCOUNTS`].
pub const ACCOUNT_KEY: &str = "account";

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        USERS.info(),
        GROUPS.info(),
        ROLES.info(),
        POLICIES.info(),
        PROFILES.info(),
        CERTIFICATES.info(),
        DEVICES.info(),
        SPENT_CODES.info(),
        OIDC_PROVIDERS.info(),
        SAML_PROVIDERS.info(),
        ACCOUNTS.info(),
        DELETIONS.info(),
        ACCESS_REPORTS.info(),
        ORGANIZATION_REPORTS.info(),
        DELEGATIONS.info(),
        DELEGATION_WORKFLOWS.info(),
        OWNED_DELEGATIONS.info(),
        DELEGATION_TEMPLATES.info(),
        ATTACHMENTS.info(),
        MEMBERS.info(),
        ROLE_PROFILES.info(),
        OWNERS.info(),
        COUNTS.info(),
        ALIASES.info(),
    ]
}

shape! {
    /// What everything that has a name and a path has.
    pub struct Core {
        /// The name, as it was given.
        pub name: String,
        /// The path: `/`, or such as `/division/team/`.
        pub path: String,
        /// The unique id, such as `AIDA…`, which no later thing of the same name has.
        pub id: String,
        /// When it was made.
        pub created: Timestamp,
        /// Tags, keys as they were given.
        pub tags: IndexMap<String, String>,
    }

    /// The policies of an identity.
    pub struct Grants {
        /// Inline policies: name and document.
        pub inline: IndexMap<String, String>,
        /// ARNs of attached managed policies, in the order of attachment.
        pub attached: Vec<String>,
        /// The ARN of the permissions boundary; users and roles only.
        pub boundary: Option<String>,
    }

    /// A user.
    pub struct UserRow {
        /// Name, path, id, tags.
        pub core: Core,
        /// Its own policies.
        pub grants: Grants,
        /// Names of its groups, in lower case.
        pub groups: Vec<String>,
        /// The password for the console.
        pub login: Option<LoginRow>,
        /// Access keys, two at most.
        pub access_keys: Vec<AccessKeyRow>,
        /// MFA devices that are enabled.
        pub mfa: Vec<EnabledRow>,
        /// X.509 signing certificates.
        pub certificates: Vec<SigningRow>,
        /// SSH public keys.
        pub ssh_keys: Vec<SshKeyRow>,
        /// Service-specific credentials.
        pub service_credentials: Option<Vec<ServiceCredentialRow>>,
    }

    /// A password.
    pub struct LoginRow {
        /// When it was first set.
        pub created: Timestamp,
        /// When it was last changed.
        pub changed: Timestamp,
        /// A random salt.
        pub salt: Bytes,
        /// PBKDF2-HMAC-SHA256 of the password.
        pub hash: Bytes,
        /// Whether it must be changed at the next sign-in.
        pub reset_required: bool,
        /// The passwords before, newest first, as many as a policy may remember.
        pub earlier: Option<Vec<EarlierRow>>,
    }

    /// A password of before.
    pub struct EarlierRow {
        /// Its salt.
        pub salt: Bytes,
        /// Its hash.
        pub hash: Bytes,
    }

    /// A service-specific credential. Its secret is shown once and kept nowhere: no service here asks for it.
    pub struct ServiceCredentialRow {
        /// `ACCA…`
        pub id: String,
        /// The service, such as `codecommit.amazonaws.com`.
        pub service: String,
        /// The user name or alias that goes with it.
        pub name: String,
        /// Whether it may be used.
        pub active: bool,
        /// When it was made.
        pub created: Timestamp,
        /// When it ends.
        pub expires: Option<Timestamp>,
    }

    /// An access key.
    pub struct AccessKeyRow {
        /// `AKIA…`
        pub id: String,
        /// What signatures are made with.
        pub secret: String,
        /// Whether requests may be signed with it.
        pub active: bool,
        /// When it was made.
        pub created: Timestamp,
    }

    /// An MFA device in use.
    pub struct EnabledRow {
        /// The device.
        pub serial: String,
        /// Since when.
        pub enabled: Timestamp,
    }

    /// A signing certificate.
    pub struct SigningRow {
        /// Its id.
        pub id: String,
        /// PEM.
        pub body: String,
        /// `Active` or `Inactive`.
        pub status: String,
        /// When it was uploaded.
        pub uploaded: Timestamp,
    }

    /// An SSH public key.
    pub struct SshKeyRow {
        /// `APKA…`
        pub id: String,
        /// In OpenSSH's form.
        pub body: String,
        /// MD5 of the key's bytes, in pairs of digits.
        pub fingerprint: String,
        /// `Active` or `Inactive`.
        pub status: String,
        /// When it was uploaded.
        pub uploaded: Timestamp,
    }

    /// A group.
    pub struct GroupRow {
        /// Name, path, id; groups have no tags.
        pub core: Core,
        /// Its policies; groups have no boundary.
        pub grants: Grants,
    }

    /// A role.
    pub struct RoleRow {
        /// Name, path, id, tags.
        pub core: Core,
        /// Its policies.
        pub grants: Grants,
        /// The trust policy.
        pub trust: String,
        /// Free text.
        pub description: Option<String>,
        /// Seconds.
        pub max_session_duration: i64,
        /// The service that a service-linked role belongs to.
        pub linked_to: Option<String>,
    }

    /// A managed policy of the account.
    pub struct PolicyRow {
        /// Name, path, id, tags.
        pub core: Core,
        /// Free text.
        pub description: Option<String>,
        /// When a version was last added or made the default.
        pub updated: Timestamp,
        /// The number of the version in force.
        pub default: i64,
        /// The number of the next version; numbers are never used again.
        pub next: i64,
        /// The versions, oldest first.
        pub versions: Vec<VersionRow>,
    }

    /// A version of a managed policy.
    pub struct VersionRow {
        /// 1 for `v1`.
        pub number: i64,
        /// The document.
        pub document: String,
        /// When it was made.
        pub created: Timestamp,
    }

    /// An instance profile.
    pub struct ProfileRow {
        /// Name, path, id, tags.
        pub core: Core,
        /// Its role, in lower case.
        pub role: Option<String>,
    }

    /// A server certificate.
    pub struct CertificateRow {
        /// Name, path, id, tags; made when it was uploaded.
        pub core: Core,
        /// PEM.
        pub body: String,
        /// PEM of the issuers.
        pub chain: Option<String>,
        /// PEM. Never shown.
        pub private_key: String,
        /// When it ends.
        pub expires: Timestamp,
    }

    /// A virtual MFA device.
    pub struct DeviceRow {
        /// Name, path, tags; devices have no id.
        pub core: Core,
        /// Its ARN.
        pub serial: String,
        /// The secret of its one-time passwords.
        pub seed: Bytes,
        /// How many steps its clock is ahead of ours; negative if it is behind.
        pub drift: i64,
    }

    /// The last code of a device that was used.
    pub struct SpentCodeRow {
        /// The step of 30 s in which the device showed it.
        pub step: i64,
    }

    /// An OpenID Connect provider.
    pub struct OidcRow {
        /// The URL without its scheme.
        pub url: String,
        /// Audiences.
        pub client_ids: Vec<String>,
        /// SHA-1 of its certificates, in hexadecimal.
        pub thumbprints: Vec<String>,
        /// When it was made.
        pub created: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A SAML provider.
    pub struct SamlRow {
        /// Its name.
        pub name: String,
        /// `SAMLProviderUUID`
        pub uuid: String,
        /// Its metadata, XML.
        pub metadata: String,
        /// When it was made.
        pub created: Timestamp,
        /// Until when it may be used.
        pub valid_until: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// `Required` or `Allowed`; stored only.
        pub encryption_mode: Option<String>,
    }

    /// What an account has once.
    pub struct AccountRow {
        /// Its alias.
        pub alias: Option<String>,
        /// Rules for passwords.
        pub password_policy: Option<PasswordPolicyRow>,
        /// Access keys of the root user, two at most.
        pub access_keys: Vec<AccessKeyRow>,
        /// The credential report.
        pub report: Option<ReportRow>,
        /// 1 or 2: which tokens the global endpoint of STS gives.
        pub token_version: Option<i64>,
        /// The issuer of tokens for others, once outbound identity federation was enabled.
        pub outbound: Option<OutboundRow>,
        /// What this account, as the management account of an organisation, has enabled for the root users of its members.
        pub root_features: Option<Vec<String>>,
        /// Since when, and until when, it managed their credentials: accounts created then had no root password.
        pub root_managed: Option<Vec<PeriodRow>>,
        /// The root user's password, once it was deleted or let be made anew.
        pub root_password: Option<RootPasswordRow>,
    }

    /// A span of time.
    pub struct PeriodRow {
        /// Its begin.
        pub from: Timestamp,
        /// Its end; `None` while it lasts.
        pub until: Option<Timestamp>,
    }

    /// Whether a root user has a password. None is kept: nobody signs in with it here.
    pub struct RootPasswordRow {
        /// When it was let be made; `None` where it was deleted.
        pub created: Option<Timestamp>,
        /// `PasswordResetRequired`; stored only.
        pub reset_required: bool,
    }

    /// Outbound identity federation.
    pub struct OutboundRow {
        /// The issuer's URL, which stays when it is disabled and enabled again.
        pub issuer: String,
        /// Whether tokens are given.
        pub enabled: bool,
    }

    /// Rules for passwords.
    pub struct PasswordPolicyRow {
        /// Characters.
        pub minimum_length: i64,
        /// Whether one of these must be in it.
        pub symbols: bool,
        /// Whether one of these must be in it.
        pub numbers: bool,
        /// Whether one of these must be in it.
        pub uppercase: bool,
        /// Whether one of these must be in it.
        pub lowercase: bool,
        /// Whether users may change their own.
        pub users_may_change: bool,
        /// Days until it must be changed.
        pub max_age: Option<i64>,
        /// How many earlier passwords may not be used again.
        pub reuse_prevention: Option<i64>,
        /// Whether an expired one can only be set anew by an administrator.
        pub hard_expiry: bool,
    }

    /// A credential report.
    pub struct ReportRow {
        /// CSV.
        pub content: Bytes,
        /// When it was made.
        pub generated: Timestamp,
    }

    /// The deletion of a service-linked role.
    pub struct DeletionRow {
        /// The role's ARN.
        pub role: String,
        /// `SUCCEEDED`, `FAILED`, …
        pub status: String,
    }

    /// That an identity uses a managed policy.
    pub struct AttachmentRow {
        /// `user`, `group` or `role`.
        pub kind: String,
        /// The identity's name.
        pub name: String,
        /// Its id.
        pub id: String,
        /// Its path.
        pub path: String,
        /// The policy.
        pub policy: String,
    }

    /// Where an index leads.
    pub struct LinkRow {
        /// The key of a row, in lower case.
        pub to: String,
    }

    /// How many there are.
    pub struct CountRow {
        /// The number.
        pub count: i64,
    }

    /// Whose alias it is.
    pub struct AliasRow {
        /// The account's twelve digits.
        pub account: String,
    }
}
