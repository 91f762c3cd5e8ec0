//! What is decided: one action on one resource, and the policies that bear on it.

use crate::context::Context;
use crate::document::Document;
use crate::grant::Grant;
use crate::principal::Principal;

/// One action on one resource by one principal. A call that touches several resources is several requests.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The action with its service prefix, as AWS spells it.
    pub action: &'a str,
    /// The resource's ARN; `*` for actions that have none.
    pub resource: &'a str,
    /// The account that owns the resource. For actions without a resource, the principal's own.
    pub resource_account: &'a str,
    /// Who asks.
    pub principal: &'a Principal<'a>,
    /// What else is known.
    pub context: &'a Context<'a>,
}

/// A document and the name that a proof gives it: a policy's ARN or an inline policy's name.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Policy ARN or name.
    pub name: &'a str,
    /// The compiled document.
    pub document: &'a Document,
}

/// The policies attached at one level of an organisation (the root, an OU, the account). Every level must allow.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
#[derive(Debug, Clone, Copy)]
pub struct Level<'a> {
    /// The id of the root, OU or account.
    pub target: &'a str,
    /// The policies attached there.
    pub policies: &'a [Source<'a>],
}

/// How the policy of the resource takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResourcePolicyMode {
    /// Within an account, identity policies can grant without it (most services).
    #[default]
    Optional,
    /// A role trust policy: it must allow, and whoever it names needs no other grant within the account.
    RoleTrust,
    /// A key policy: it, or a grant, must allow; identity policies count only as far as it delegates to the account.
    ///
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>
    KeyPolicy,
}

/// The policy of the resource, and its mode. Without a document a mode other than `Optional` allows nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct ResourcePolicy<'a> {
    /// The policy, if the resource has one.
    pub policy: Option<Source<'a>>,
    /// What it is worth.
    pub mode: ResourcePolicyMode,
}

/// All that bears on a request. What does not exist is left empty; the evaluation leaves out what does not bind the
/// principal (an SCP on a service, say).
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'a> {
    /// Of the user and its groups, of the role, or of the user who federated.
    pub identity: &'a [Source<'a>],
    /// The permissions boundary of the user or role.
    pub boundary: Option<Source<'a>>,
    /// Passed when the session was made. Empty: none was passed.
    pub session: &'a [Source<'a>],
    /// Of the resource.
    pub resource: ResourcePolicy<'a>,
    /// Of the principal's account, from the root down. Empty for the management account and outside organisations.
    pub scp: &'a [Level<'a>],
    /// Of the resource's account, from the root down. Empty for the management account and outside organisations.
    pub rcp: &'a [Level<'a>],
    /// Of the VPC endpoint that the request came through.
    pub endpoint: Option<Source<'a>>,
    /// Grants on the key.
    pub grants: &'a [Grant<'a>],
}
