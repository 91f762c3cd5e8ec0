//! Principals: who asks, and whom a policy names.

use crate::context::Context;
use std::borrow::Cow;

/// What kind of identity signed a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrincipalKind {
    /// The root user of an account.
    Root,
    /// An IAM user.
    User,
    /// A session of an IAM role, however it was assumed.
    RoleSession,
    /// A session made by `GetFederationToken`.
    FederatedUser,
    /// A web identity or a SAML assertion that asks for a role: named by its provider.
    Provider,
    /// An AWS service, acting as itself.
    Service,
    /// Nobody: an unsigned request.
    Anonymous,
}

/// Who makes a request.
#[derive(Debug, Clone, Copy)]
pub struct Principal<'a> {
    /// The kind of identity.
    pub kind: PrincipalKind,
    /// The ARN that a request bears (the session's, not the role's); a service's or provider's name; empty for nobody.
    pub arn: &'a str,
    /// The account of the identity; empty for services, providers and nobody.
    pub account: &'a str,
    /// For a role session the role's ARN; for a federated user the ARN of the user (or root) who federated; else empty.
    pub issuer: &'a str,
    /// The unique id: `AIDA...`, `AROA...:session`, the account of a root user.
    pub id: &'a str,
    /// The canonical user id of the account, where a service knows it; else empty.
    pub canonical: &'a str,
    /// The region in which a service acts; else empty.
    pub region: &'a str,
}

impl<'a> Principal<'a> {
    fn of(kind: PrincipalKind, arn: &'a str) -> Self {
        Self { kind, arn, account: account_of(arn), issuer: "", id: "", canonical: "", region: "" }
    }

    /// The root user, by the account's ARN (`arn:<partition>:iam::<account>:root`).
    pub fn root(arn: &'a str) -> Self {
        Self { id: account_of(arn), ..Self::of(PrincipalKind::Root, arn) }
    }

    /// An IAM user, by ARN and unique id.
    pub fn user(arn: &'a str, id: &'a str) -> Self {
        Self { id, ..Self::of(PrincipalKind::User, arn) }
    }

    /// A role session, by its own ARN, the role's ARN and `<role id>:<session name>`.
    pub fn role_session(arn: &'a str, role: &'a str, id: &'a str) -> Self {
        Self { id, issuer: role, ..Self::of(PrincipalKind::RoleSession, arn) }
    }

    /// A federated user, by its own ARN and the ARN of the user who federated.
    pub fn federated_user(arn: &'a str, issuer: &'a str, id: &'a str) -> Self {
        Self { id, issuer, ..Self::of(PrincipalKind::FederatedUser, arn) }
    }

    /// A web identity or SAML provider, by the name or ARN that a trust policy writes under `Federated`.
    pub fn provider(name: &'a str) -> Self {
        Self { account: "", ..Self::of(PrincipalKind::Provider, name) }
    }

    /// An AWS service, by its service principal.
    pub fn service(name: &'a str) -> Self {
        Self { account: "", ..Self::of(PrincipalKind::Service, name) }
    }

    /// With the region in which a service acts: its principal of that region (`logs.eu-west-1.amazonaws.com`) names it too.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>
    pub fn in_region(self, region: &'a str) -> Self {
        Self { region, ..self }
    }

    /// Whether this is a service that goes by `name`, which may have the region in it.
    fn is_called(&self, name: &str) -> bool {
        let regional = || {
            let (service, domain) = self.arn.split_once('.')?;
            name.strip_prefix(service)?
                .strip_prefix('.')?
                .strip_prefix(self.region)?
                .strip_prefix('.')
                .map(|d| d == domain)
        };
        name == self.arn || name == "*" || (!self.region.is_empty() && regional() == Some(true))
    }

    /// How a name of its account names this principal; `None` where that is another's.
    fn is_of(&self, account: &str) -> Option<Naming> {
        let theirs = self.has_account() && *account == *self.account;
        theirs.then_some(if self.kind == PrincipalKind::Root { Naming::Direct } else { Naming::Account })
    }

    /// An unsigned request.
    pub fn anonymous() -> Self {
        Self::of(PrincipalKind::Anonymous, "")
    }

    /// True for sessions of service-linked roles, which SCPs and RCPs do not bind.
    ///
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp>
    pub fn is_service_linked(&self) -> bool {
        self.kind == PrincipalKind::RoleSession && self.issuer.contains(":role/aws-service-role/")
    }

    /// True if the identity belongs to an account, and so to an organisation.
    pub fn has_account(&self) -> bool {
        !matches!(self.kind, PrincipalKind::Provider | PrincipalKind::Service | PrincipalKind::Anonymous)
    }

    /// Adds the `aws:` keys that follow from the principal alone.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable>
    pub fn add_keys(&self, context: &mut Context<'a>) {
        let service = self.kind == PrincipalKind::Service;
        context.set("aws:PrincipalIsAWSService", if service { "true" } else { "false" });
        let kind = match self.kind {
            PrincipalKind::Root => "Account",
            PrincipalKind::User => "User",
            PrincipalKind::RoleSession => "AssumedRole",
            PrincipalKind::FederatedUser => "FederatedUser",
            PrincipalKind::Anonymous => "Anonymous",
            PrincipalKind::Service => return context.set("aws:PrincipalServiceName", self.arn),
            PrincipalKind::Provider => return,
        };
        context.set("aws:PrincipalType", kind);
        if self.kind == PrincipalKind::Anonymous {
            return context.set("aws:userid", "anonymous");
        }
        context.set("aws:PrincipalAccount", self.account);
        // The key holds the role, not the session, so that conditions need not know session names.
        context.set("aws:PrincipalArn", if self.kind == PrincipalKind::RoleSession { self.issuer } else { self.arn });
        if !self.id.is_empty() {
            context.set("aws:userid", self.id);
        }
        if self.kind == PrincipalKind::User {
            context.set("aws:username", self.arn.rsplit('/').next().unwrap_or_default());
        }
    }
}

fn account_of(arn: &str) -> &str {
    // A list of one: for so short a text that is three times as quick as the character.
    arn.split([':']).nth(4).unwrap_or_default()
}

/// How directly a statement names the principal. The closer, the fewer other policies can still hold it back.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    /// By its account: authority is delegated to the account, whose identity policies must grant it on.
    Account,
    /// By the role (or federating user) behind the session: boundary and session policies still hold.
    Issuer,
    /// By itself, or as everyone: nothing but an explicit deny holds it back within its account.
    Direct,
}

/// One name under `Principal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// `*`: everyone, services and unsigned requests too.
    Everyone,
    /// An account, by number.
    Account(Box<str>),
    /// An account of one partition, by its root ARN.
    Root {
        /// `aws`, `aws-cn` …
        partition: Box<str>,
        /// Its twelve digits.
        account: Box<str>,
    },
    /// A user, role, role session or federated user.
    Arn(Box<str>),
    /// A unique id: what IAM keeps of a deleted user or role.
    Id(Box<str>),
    /// A service principal; `*` is any.
    Service(Box<str>),
    /// A web identity or SAML provider; `*` is any.
    Federated(Box<str>),
    /// A canonical user id.
    CanonicalUser(Box<str>),
}

impl Named {
    /// Reads a value under `"AWS"`.
    pub fn aws(text: &str) -> Self {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        match parts.as_slice() {
            ["*"] => Self::Everyone,
            [account] if is_account(account) => Self::Account((*account).into()),
            ["arn", partition, _, "", account, "root"] if is_account(account) => {
                Self::Root { partition: (*partition).into(), account: (*account).into() }
            }
            ["arn", ..] => Self::Arn(text.into()),
            _ => Self::Id(text.into()),
        }
    }

    /// The type and the value by which a policy writes it.
    pub fn written(&self) -> (&'static str, Cow<'_, str>) {
        match self {
            Self::Everyone => ("AWS", "*".into()),
            Self::Root { partition, account } => ("AWS", format!("arn:{partition}:iam::{account}:root").into()),
            Self::Account(value) | Self::Arn(value) | Self::Id(value) => ("AWS", (&**value).into()),
            Self::Service(value) => ("Service", (&**value).into()),
            Self::Federated(value) => ("Federated", (&**value).into()),
            Self::CanonicalUser(value) => ("CanonicalUser", (&**value).into()),
        }
    }

    fn names(&self, who: &Principal<'_>) -> Option<Naming> {
        use PrincipalKind as Kind;
        match self {
            Self::Everyone => Some(Naming::Direct),
            Self::Account(account) => who.is_of(account),
            // Most callers are of other accounts: their partition is not looked for.
            Self::Root { partition, account } => {
                who.is_of(account).filter(|_| who.arn.split([':']).nth(1) == Some(&**partition))
            }
            Self::Arn(arn) if !who.has_account() || arn.is_empty() => None,
            Self::Arn(arn) if **arn == *who.arn => Some(Naming::Direct),
            Self::Arn(arn) => (**arn == *who.issuer).then_some(Naming::Issuer),
            Self::Id(id) if id.is_empty() || !who.has_account() => None,
            Self::Id(id) if **id == *who.id => Some(Naming::Direct),
            Self::Id(id) => {
                let role = who.kind == Kind::RoleSession && who.id.split(':').next() == Some(id);
                role.then_some(Naming::Issuer)
            }
            Self::Service(name) => (who.kind == Kind::Service && who.is_called(name)).then_some(Naming::Direct),
            Self::Federated(name) => {
                (who.kind == Kind::Provider && (**name == *who.arn || &**name == "*")).then_some(Naming::Direct)
            }
            Self::CanonicalUser(id) => (!id.is_empty() && **id == *who.canonical).then_some(Naming::Account),
        }
    }
}

pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// A `Principal` or `NotPrincipal` element.
#[derive(Debug, Clone)]
pub struct Principals {
    /// True for `NotPrincipal`.
    pub negated: bool,
    /// The names, in order.
    pub names: Box<[Named]>,
}

impl Principals {
    /// How the element names `who` in an Allow; `None` if it does not.
    pub(crate) fn allow(&self, who: &Principal<'_>) -> Option<Naming> {
        let best = self.names.iter().filter_map(|name| name.names(who)).max();
        if self.negated { best.is_none().then_some(Naming::Direct) } else { best }
    }

    /// True if the element names `who` in a Deny.
    ///
    /// `NotPrincipal` spares a session only if both the session and its role are listed; an account in the list spares
    /// its root user and no other, as in AWS's examples, which list the account beside the one user that is spared.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    pub(crate) fn deny(&self, who: &Principal<'_>) -> bool {
        let named = |naming: Naming| self.names.iter().any(|name| name.names(who) == Some(naming));
        if !self.negated {
            return self.names.iter().any(|name| name.names(who).is_some());
        }
        let everyone = self.names.contains(&Named::Everyone);
        let spared = named(Naming::Direct) && (who.issuer.is_empty() || named(Naming::Issuer));
        !(everyone || spared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_arn_names_the_account_of_its_partition_alone() {
        let (arn, number) = ("arn:aws-cn:iam::111122223333:root", "111122223333");
        let role = "arn:aws-cn:iam::111122223333:role/r";
        let session = Principal::role_session("arn:aws-cn:sts::111122223333:assumed-role/r/s", role, "AROA:s");
        for (name, root, other) in [
            (arn, Some(Naming::Direct), Some(Naming::Account)),
            (number, Some(Naming::Direct), Some(Naming::Account)),
            ("arn:aws:iam::111122223333:root", None, None),
            ("arn:aws-cn:iam::444455556666:root", None, None),
        ] {
            let name = Named::aws(name);
            assert_eq!((name.names(&Principal::root(arn)), name.names(&session)), (root, other), "{name:?}");
        }
    }

    #[test]
    fn a_name_is_written_as_it_was_read() {
        for text in
            ["*", "111122223333", "arn:aws-cn:iam::111122223333:root", "arn:aws:iam::111122223333:role/r", "AROA"]
        {
            assert_eq!(Named::aws(text).written(), ("AWS", text.into()));
        }
        assert_eq!(Named::Service("s".into()).written(), ("Service", "s".into()));
    }

    #[test]
    fn a_service_goes_by_its_name_with_its_region_too() {
        let logs = Principal::service("logs.amazonaws.com").in_region("eu-west-1");
        for (name, expect) in [
            ("logs.amazonaws.com", true),
            ("logs.eu-west-1.amazonaws.com", true),
            ("*", true),
            ("logs.eu-west-2.amazonaws.com", false),
            ("logs.eu-west-1.amazonaws.com.cn", false),
            ("logseu-west-1.amazonaws.com", false),
            ("events.eu-west-1.amazonaws.com", false),
            ("", false),
        ] {
            assert_eq!(logs.is_called(name), expect, "{name}");
        }
        assert!(!Principal::service("logs.amazonaws.com").is_called("logs..amazonaws.com"));
    }
}
