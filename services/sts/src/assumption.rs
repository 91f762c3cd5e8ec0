//! A session of a role, by whichever operation it is asked for.

use crate::api::AssumedRoleUser;
use crate::peers::{self, Role};
use crate::role_arn::RoleArn;
use crate::session_policies::SessionPolicies;
use crate::session_tags::SessionTags;
use crate::session_token::{self, Issued};
use crate::{durations, errors};
use service::{AccountId, Caller, CallerKind, Cx, Duration, Result, Session, View};
use std::sync::Arc;

/// A role that may be assumed, and how.
pub struct Assumption {
    /// The role's ARN.
    pub target: RoleArn,
    /// The role.
    pub role: Role,
    /// `DurationSeconds`
    pub duration: Option<i64>,
    /// Beyond how many seconds the session must not last, whatever was asked.
    pub at_most: Option<i64>,
    /// The session policies.
    pub policies: SessionPolicies,
    /// The session tags.
    pub tags: SessionTags,
    /// `MinimumSessionTokenSize`, in bytes.
    pub least_token: Option<i64>,
    /// The session as far as it follows from the request: its name, who vouched for it, whether it is chained.
    pub session: Session,
}

/// What the reply tells of it.
pub struct Assumed {
    /// The session's names.
    pub user: AssumedRoleUser,
    /// Its credentials.
    pub issued: Issued,
    /// `PackedPolicySize`, where policies or tags were passed.
    pub packed: Option<i64>,
}

impl Assumption {
    /// Makes the session's credentials.
    pub fn assume(self, cx: &mut Cx) -> Result<Assumed> {
        let seconds = durations::of_role(self.duration, self.session.chained, self.role.most_seconds)?;
        let seconds = self.at_most.map_or(seconds, |most| seconds.min(most));
        let packed = self.policies.packed_size(&self.tags)?;
        let packed = Some(packed).filter(|_| !self.policies.is_empty() || !self.tags.passed.is_empty());
        check_managed(cx, self.target.account, &self.policies)?;
        let arn = self.target.session(cx.scope().partition(), &self.session.name);
        let user_id = format!("{}:{}", self.role.id, self.session.name);
        let user = AssumedRoleUser { assumed_role_id: user_id.clone(), arn: arn.clone() };
        let session = Session {
            role_arn: self.target.arn,
            policies: self.policies.inline.into_iter().collect(),
            policy_arns: self.policies.arns,
            tags: self.tags.all(),
            transitive_tag_keys: self.tags.transitive,
            ..lasting(cx, seconds, self.session)
        };
        let holder = Caller {
            kind: CallerKind::AssumedRole,
            account: self.target.account,
            arn,
            user_id,
            name: self.target.name,
            session: Some(Arc::new(session)),
            ..Caller::anonymous()
        };
        let issued = session_token::issue(cx, &holder, self.least_token)?;
        Ok(Assumed { user, issued, packed })
    }
}

/// The session from now on, for so many seconds.
pub fn lasting(view: &View, seconds: i64, session: Session) -> Session {
    let issued = view.now().whole_secs();
    let span = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    Session { issued, expires: issued.after(span), ..session }
}

/// The managed session policies must be of the account's own or AWS's.
pub fn check_managed(view: &View, account: AccountId, policies: &SessionPolicies) -> Result<()> {
    for arn in &policies.arns {
        if !peers::has_policy(view, account, arn)? {
            return Err(errors::validation(format!("Policy {arn} does not exist or is not attachable.")));
        }
    }
    Ok(())
}
