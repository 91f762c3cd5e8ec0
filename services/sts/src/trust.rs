//! What must be allowed so that a role may be assumed, by whichever operation.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-sts>

use crate::errors;
use crate::peers::Role;
use crate::role_arn::RoleArn;
use crate::session_tags::SessionTags;
use service::{Caller, Check, PolicyRole, Result, View};

/// A wish to assume a role.
pub struct Wish<'a> {
    /// `sts:AssumeRole`, or one of its sisters.
    pub action: &'static str,
    /// The role's ARN.
    pub target: &'a RoleArn,
    /// The role.
    pub role: &'a Role,
    /// `RoleSessionName`
    pub session_name: &'a str,
    /// The tags of the session.
    pub tags: &'a SessionTags,
    /// What the session's source identity will be; empty for none.
    pub source_identity: &'a str,
}

impl Wish<'_> {
    /// One check for the role itself, one more if the session has tags, and one more if it has a source identity. Those that
    /// are inherited from the caller's session need the permissions as well.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required>,
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html>
    pub fn checks(&self, complete: impl Fn(Check) -> Check) -> Vec<Check> {
        let mut checks = vec![complete(self.check(self.action))];
        if !self.tags.is_empty() {
            checks.push(complete(self.check("sts:TagSession")));
        }
        if !self.source_identity.is_empty() {
            checks.push(complete(self.check("sts:SetSourceIdentity")));
        }
        checks
    }

    /// Puts the checks for a principal of an identity provider, whose token or assertion sets `keys`.
    ///
    /// # Errors
    /// `AccessDenied`, in the words for those who do not sign.
    pub fn put(&self, view: &View, caller: &Caller, keys: &[(String, Vec<String>)]) -> Result<()> {
        let checks = self.checks(|check| {
            keys.iter().fold(check, |check, (key, values)| check.keys(key.clone(), values.iter().cloned()))
        });
        for check in checks {
            view.may(caller, &check).map_err(|error| match error.code() {
                "AccessDenied" => errors::provider_not_authorized(&check.action),
                _ => error,
            })?;
        }
        Ok(())
    }

    fn check(&self, action: &'static str) -> Check {
        let name = format!("trust policy of role {}", self.target.name);
        let mut check = Check::new(action, &self.target.arn)
            .owned_by(self.target.account)
            .with_policy(name, &self.role.trust, PolicyRole::Trust)
            .key("sts:RoleSessionName", self.session_name)
            .request_tags(self.tags.passed());
        for (key, value) in &self.role.tags {
            check = check.key(format!("iam:ResourceTag/{key}"), value);
        }
        check = check.resource_tags(self.role.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        if !self.source_identity.is_empty() {
            check = check.key("sts:SourceIdentity", self.source_identity);
        }
        if !self.tags.transitive.is_empty() {
            check = check.keys("sts:TransitiveTagKeys", self.tags.transitive.iter().cloned());
        }
        check
    }
}
