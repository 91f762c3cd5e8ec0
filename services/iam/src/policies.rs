//! Managed policies by ARN, whoever manages them.

use crate::entity::{self, Kind};
use crate::managed::{self, Managed};
use crate::state::{PolicyRow, VersionRow};
use crate::{errors, hooks};
use service::{AccountId, ArnParts, Error, PolicyText, Result, View};

/// A managed policy.
#[derive(Debug, Clone)]
pub enum Policy {
    /// The account's own.
    Own(PolicyRow),
    /// AWS's.
    Aws(Managed),
}

impl Policy {
    /// The document of the version in force.
    pub fn document(&self) -> Result<PolicyText> {
        match self {
            Policy::Own(row) => Ok(default_version(row)?.document.as_str().into()),
            Policy::Aws(managed) => Ok(managed.document().into()),
        }
    }

    /// Whether it is for roles of AWS's services alone.
    pub fn is_for_service_roles(&self) -> bool {
        matches!(self, Policy::Aws(managed) if managed.path.starts_with("/aws-service-role/"))
    }
}

/// The version in force.
pub fn default_version(policy: &PolicyRow) -> Result<&VersionRow> {
    let found = policy.versions.iter().find(|version| version.number == policy.default);
    found.ok_or_else(|| Error::internal(format!("policy {} has lost its default version", policy.core.name)))
}

/// The policy with this ARN as seen from `account`.
pub fn find(view: &View, account: AccountId, arn: &str) -> Result<Option<Policy>> {
    let Ok(parts) = ArnParts::parse(arn) else { return Ok(None) };
    let Some(path) = parts.resource.strip_prefix("policy/") else { return Ok(None) };
    if parts.account == "aws" {
        return Ok(managed::find(view.scope().partition(), arn)?.map(Policy::Aws));
    }
    if parts.account.parse() != Ok(account) {
        return Ok(None);
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let (row, home) = (entity::find_in::<PolicyRow>(view, account, name)?, view.scope().home_of(account));
    Ok(row.filter(|row| entity::arn_of(home, Kind::Policy, &row.core.path, &row.core.name) == arn).map(Policy::Own))
}

/// The same for an operation on it.
pub fn get(view: &View, arn: &str) -> Result<Policy> {
    check_arn(view, arn)?;
    find(view, view.account(), arn)?.ok_or_else(|| errors::no_such(Kind::Policy, arn))
}

/// The same for an operation that changes it.
pub fn get_own(view: &View, arn: &str) -> Result<PolicyRow> {
    match get(view, arn)? {
        Policy::Own(row) => Ok(row),
        Policy::Aws(_) => Err(Error::new("AccessDenied", "You can not change an AWS managed policy.").status(403)),
    }
}

/// Fails unless it can be the ARN of a managed policy here.
/// <https://github.com/hashicorp/terraform-provider-aws/issues/1337>,
/// <https://github.com/pulumi/pulumi-aws-apigateway/issues/347>
pub fn check_arn(view: &View, arn: &str) -> Result<()> {
    let parts = ArnParts::parse(arn).ok().filter(|p| p.service == "iam" && p.resource.starts_with("policy/"));
    match parts {
        None => Err(errors::invalid_input(format!("ARN {arn} is not valid."))),
        Some(parts) if parts.partition != view.scope().partition().as_str() => {
            Err(errors::validation("Invalid ARN partition"))
        }
        Some(_) => Ok(()),
    }
}

/// How many identities of the account have it attached, and how many as their boundary.
pub fn uses(view: &View, arn: &str) -> Result<(i64, i64)> {
    let count = |used: &str| -> Result<i64> {
        let rows = view.rows(&crate::state::ATTACHMENTS, (arn, used));
        rows.map(|row| row.map(|_| 1)).sum()
    };
    Ok((count(hooks::USE_POLICY)?, count(hooks::USE_BOUNDARY)?))
}
