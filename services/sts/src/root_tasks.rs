//! What the root users of an organisation's accounts can be assumed for, and by whom.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html>

use crate::{errors, peers};
use service::{AccountId, Arn, ArnParts, Partition, Region, Result, View};

/// Tasks on the credentials of root users: they take the organisation's `RootCredentialsManagement`.
const CREDENTIALS: [&str; 3] =
    ["IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials"];
/// Tasks on what is locked: they take `RootSessions`.
const SESSIONS: [&str; 2] = ["S3UnlockBucketPolicy", "SQSUnlockQueuePolicy"];
const PATH: &str = ":iam::aws:policy/root-task/";

/// The root user of an account.
#[derive(Debug, Clone, PartialEq)]
pub struct RootUser {
    /// The account.
    pub account: AccountId,
    /// The root user's ARN.
    pub arn: String,
}

impl RootUser {
    /// A root user by ARN or by the account's id, as `TargetPrincipal` names him.
    ///
    /// # Errors
    /// `ValidationError` for anything else.
    pub fn parse(view: &View, principal: &str) -> Result<RootUser> {
        let invalid = || errors::validation(format!("{principal} is invalid"));
        let own = |partition: &str| partition == view.scope().partition().as_str();
        let account = match ArnParts::parse(principal) {
            Ok(parts) if parts.service == "iam" && parts.resource == "root" && own(parts.partition) => {
                parts.account.parse()
            }
            Ok(_) => return Err(invalid()),
            Err(_) => principal.parse(),
        };
        let account: AccountId = account.map_err(|_| invalid())?;
        let arn = Arn::new(view.scope().partition(), "iam", Region::GLOBAL, Some(account), "root").to_string();
        Ok(RootUser { account, arn })
    }
}

/// A task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Task<'a> {
    /// The ARN of the managed policy that denies all else.
    pub policy: &'a str,
    /// The feature that the organisation must have enabled.
    feature: &'static str,
}

impl<'a> Task<'a> {
    /// A task by the ARN of its policy in a partition.
    ///
    /// # Errors
    /// `ValidationError` where the ARN is none of AWS's five.
    pub fn of(partition: Partition, policy: &'a str) -> Result<Task<'a>> {
        let rest = policy.strip_prefix("arn:").and_then(|rest| rest.strip_prefix(partition.as_str()));
        let name = rest.and_then(|rest| rest.strip_prefix(PATH)).unwrap_or_default();
        let feature = match name {
            _ if CREDENTIALS.contains(&name) => "RootCredentialsManagement",
            _ if SESSIONS.contains(&name) => "RootSessions",
            _ => return Err(errors::validation(format!("{policy} is invalid"))),
        };
        Ok(Task { policy, feature })
    }

    /// Whether the caller's account may assume the root user of `target` for it: it administers the organisation's root users, the
    /// organisation has enabled the feature, and `target` is a member of it that is open and not the management account.
    pub fn is_open(&self, view: &View, target: AccountId) -> Result<bool> {
        let enabled = peers::root_features(view, view.account())?;
        if !enabled.iter().any(|feature| feature == self.feature) {
            return Ok(false);
        }
        let (own, member) = (view.membership(view.account())?, view.membership(target)?);
        Ok(match (own, member) {
            (Some(own), Some(member)) => {
                !member.management && !member.closed && own.organization == member.organization
            }
            _ => false,
        })
    }
}
