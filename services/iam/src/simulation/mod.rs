//! The policy simulator: requests that nobody makes, decided by the engine that decides real ones.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html>

mod given;
mod policies;
mod result;

pub use given::{Given, check_actions, check_handling, check_resources};
pub use policies::{Labelled, Sources, exclude};

use crate::api::EvaluationResult;
use crate::entity::{self, Kind};
use crate::errors;
use service::policy::{
    Context, Level, Policies, Principal, Request, ResourcePolicy, ResourcePolicyMode, Source, explain,
};
use service::{AccountId, ArnParts, Result, Scope, Timestamp};

/// Who is simulated.
#[derive(Debug, Clone, PartialEq)]
pub enum Who {
    /// A user, by ARN and unique id; the id is empty where it is not known.
    User(String, String),
    /// A session of a role, by the role's ARN and the session's.
    Role(String, String),
    /// Somebody of this account of whom no more is known: a group's member, or whoever custom policies are for.
    Somebody(Scope),
}

impl Who {
    /// The account.
    pub fn account(&self) -> String {
        match self {
            Who::User(arn, _) | Who::Role(arn, _) => {
                ArnParts::parse(arn).map(|parts| parts.account.to_owned()).unwrap_or_default()
            }
            Who::Somebody(home) => home.account.to_string(),
        }
    }
}

/// All that simulated requests have in common.
pub struct Simulation {
    /// The policies.
    pub sources: Sources,
    /// Who asks.
    pub who: Who,
    /// The owner of resources whose ARNs name none; the asker's account where none is given.
    pub owner: Option<AccountId>,
    /// Context keys that the request gives, and those that the identity has.
    pub given: Given,
    /// Virtual now.
    pub now: Timestamp,
}

impl Simulation {
    /// What becomes of one action on one resource, `*` for none.
    pub fn run(&self, action: &str, resource: &str) -> EvaluationResult {
        let account = self.who.account();
        let nobody;
        let principal = match &self.who {
            Who::User(arn, id) => Principal::user(arn, id),
            Who::Role(role, session) => Principal::role_session(session, role, ""),
            Who::Somebody(home) => {
                nobody = entity::arn_of(*home, Kind::User, "/", "");
                Principal::user(&nobody, "")
            }
        };
        let owner = self.owner_of(resource, &account);
        let context = self.context(&principal, &owner);
        let request = Request { action, resource, resource_account: &owner, principal: &principal, context: &context };
        self.sources.with_policies(mode_of(action), |policies| {
            let explained = explain(&request, policies);
            result::of(self, &request, &explained)
        })
    }

    fn context<'c>(&'c self, principal: &Principal<'c>, owner: &'c str) -> Context<'c> {
        let mut context = Context::new();
        if !matches!(self.who, Who::Somebody(_)) {
            principal.add_keys(&mut context);
        }
        context.set("aws:CurrentTime", self.now.whole_secs().iso8601());
        context.set("aws:EpochTime", self.now.secs().to_string());
        context.set("aws:ResourceAccount", owner);
        self.given.add_to(&mut context);
        context
    }

    fn owner_of(&self, resource: &str, account: &str) -> String {
        let named = ArnParts::parse(resource).ok().and_then(|parts| parts.account.parse::<AccountId>().ok());
        named.or(self.owner).map_or_else(|| account.to_owned(), |owner| owner.to_string())
    }
}

/// What the resource's policy is worth: a role's trust policy and a key's policy must allow, others may.
fn mode_of(action: &str) -> ResourcePolicyMode {
    let action = action.to_ascii_lowercase();
    match action.split_once(':') {
        Some(("sts", rest)) if rest.starts_with("assume") => ResourcePolicyMode::RoleTrust,
        Some(("kms", _)) => ResourcePolicyMode::KeyPolicy,
        _ => ResourcePolicyMode::Optional,
    }
}

impl Sources {
    /// Lends the policies to `decide` in the engine's terms.
    fn with_policies<T>(&self, mode: ResourcePolicyMode, decide: impl FnOnce(&Policies<'_>) -> T) -> T {
        let identity: Vec<Source<'_>> = self.identity.iter().map(Labelled::as_source).collect();
        let levels: Vec<Vec<Source<'_>>> =
            self.service_control.iter().map(|level| level.iter().map(Labelled::as_source).collect()).collect();
        let scp: Vec<Level<'_>> = levels.iter().map(|policies| Level { target: "", policies }).collect();
        let policy = self.resource.as_ref().map(Labelled::as_source);
        // Without its policy a role or key allows nobody; what is asked then is what the identity may.
        let mode = if policy.is_some() { mode } else { ResourcePolicyMode::Optional };
        decide(&Policies {
            identity: &identity,
            boundary: self.boundary.as_ref().map(Labelled::as_source),
            resource: ResourcePolicy { policy, mode },
            scp: &scp,
            ..Policies::default()
        })
    }
}

/// An ARN of a user, which a simulated caller must be where a resource's policy is to name it.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>
pub fn check_caller(arn: &str) -> Result<()> {
    let user = |parts: ArnParts<'_>| {
        parts.service == "iam" && parts.account.parse::<AccountId>().is_ok() && parts.resource.starts_with("user/")
    };
    match ArnParts::parse(arn) {
        Ok(parts) if user(parts) => Ok(()),
        _ => Err(no_user()),
    }
}

/// AWS's refusal of any other caller.
pub fn no_user() -> service::Error {
    errors::invalid_input("Invalid caller - Caller must be an IAM user in this context.")
}

/// The account that an owner's ARN, or its twelve digits, mean.
pub fn owner(text: &str) -> Result<AccountId> {
    let account = ArnParts::parse(text).map(|parts| parts.account.to_owned()).unwrap_or_else(|_| text.to_owned());
    account.parse().map_err(|_| errors::invalid_input(format!("Invalid Resource Owner: {text}")))
}
