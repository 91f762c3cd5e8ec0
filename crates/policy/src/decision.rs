//! The answer, and AWS's words for it.

use crate::request::Policies;

/// The kinds of policy, in the order in which they are asked and named in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKind {
    /// Resource control policies.
    ResourceControl,
    /// Service control policies.
    ServiceControl,
    /// The policy of a VPC endpoint.
    Endpoint,
    /// The policy of the resource, key policies among them.
    Resource,
    /// The trust policy of a role.
    RoleTrust,
    /// A grant on a key.
    Grant,
    /// Identity-based policies.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// Session policies.
    Session,
}

impl PolicyKind {
    /// The name in AWS's access denied messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::ResourceControl => "resource control policy",
            Self::ServiceControl => "service control policy",
            Self::Endpoint => "VPC endpoint policy",
            Self::Resource => "resource-based policy",
            Self::RoleTrust => "role trust policy",
            Self::Grant => "grant",
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }
}

/// Where a statement stands: the kind of policy, the level of the organisation, the policy, the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementRef {
    /// The kind of policy.
    pub kind: PolicyKind,
    /// The level, for SCPs and RCPs; else 0.
    pub level: usize,
    /// The place among the policies (or grants) of that kind.
    pub policy: usize,
    /// The place in the document as written; 0 for grants.
    pub statement: usize,
}

impl StatementRef {
    /// The name that the caller gave the policy (the id of a grant).
    pub fn policy_name<'a>(&self, policies: &Policies<'a>) -> Option<&'a str> {
        let one = |source: &Option<crate::Source<'a>>| source.map(|s| s.name);
        let at = |levels: &'a [crate::Level<'a>]| levels.get(self.level)?.policies.get(self.policy).map(|s| s.name);
        match self.kind {
            PolicyKind::ResourceControl => at(policies.rcp),
            PolicyKind::ServiceControl => at(policies.scp),
            PolicyKind::Endpoint => one(&policies.endpoint),
            PolicyKind::Resource | PolicyKind::RoleTrust => one(&policies.resource.policy),
            PolicyKind::Grant => policies.grants.get(self.policy).map(|grant| grant.id),
            PolicyKind::Identity => policies.identity.get(self.policy).map(|s| s.name),
            PolicyKind::Boundary => one(&policies.boundary),
            PolicyKind::Session => policies.session.get(self.policy).map(|s| s.name),
        }
    }
}

/// Why a request is allowed or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A policy of this kind grants it, and nothing holds it back.
    Allowed(PolicyKind),
    /// The root user of the account needs no grant.
    Root,
    /// A statement of a policy of this kind denies it.
    ExplicitDeny(PolicyKind),
    /// No policy of this kind allows it, and one would have to.
    ImplicitDeny(PolicyKind),
}

/// The answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// True if the request may go on.
    pub allowed: bool,
    /// Why.
    pub reason: Reason,
    /// The statement that allowed or denied; `None` for an implicit denial and for the root user.
    pub decided_by: Option<StatementRef>,
}

impl Decision {
    pub(crate) fn allow(reason: Reason, decided_by: Option<StatementRef>) -> Self {
        Self { allowed: true, reason, decided_by }
    }

    pub(crate) fn deny(reason: Reason, decided_by: Option<StatementRef>) -> Self {
        Self { allowed: false, reason, decided_by }
    }

    /// What AWS appends to `... is not authorized to perform: <action> on resource: <arn>`: `because no identity-based
    /// policy allows the sqs:SendMessage action`. Empty if the request is allowed.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    pub fn message_suffix(&self, action: &str) -> String {
        match self.reason {
            Reason::Allowed(_) | Reason::Root => String::new(),
            Reason::ExplicitDeny(kind) => {
                let article = match kind {
                    PolicyKind::RoleTrust => "the",
                    PolicyKind::Identity => "an",
                    _ => "a",
                };
                format!("with an explicit deny in {article} {}", kind.name())
            }
            Reason::ImplicitDeny(kind) => format!("because no {} allows the {action} action", kind.name()),
        }
    }

    /// [`Decision::message_suffix`] with the denying policy's ARN, which AWS adds for callers of the resource's own account
    /// or organisation (since 2026) if a policy of the identity or the organisation denies explicitly.
    pub fn message_suffix_naming(&self, action: &str, policies: &Policies<'_>) -> String {
        let suffix = self.message_suffix(action);
        let named = match self.reason {
            Reason::ExplicitDeny(
                PolicyKind::ResourceControl
                | PolicyKind::ServiceControl
                | PolicyKind::Identity
                | PolicyKind::Boundary
                | PolicyKind::Session,
            ) => self.decided_by.and_then(|at| at.policy_name(policies)),
            _ => None,
        };
        match named.filter(|name| name.starts_with("arn:")) {
            Some(arn) => format!("{suffix}, with policy ARN: {arn}"),
            None => suffix,
        }
    }
}
