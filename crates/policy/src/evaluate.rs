//! The decision.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>

use smallvec::SmallVec;

use crate::decision::{Decision, PolicyKind, Reason, StatementRef};
use crate::document::{Effect, Statement};
use crate::principal::{Naming, PrincipalKind};
use crate::request::{Level, Policies, Request, ResourcePolicyMode, Source};

/// What the policies of one kind say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// They do not bind this principal, or there are none and none is needed.
    NotApplicable,
    /// A statement denies.
    Deny(StatementRef),
    /// A statement allows, and names the principal this closely.
    Allow(StatementRef, Naming),
    /// No statement applies.
    Nothing,
}

impl Said {
    /// True if policies of this kind do not hold the request back.
    fn passes(self) -> bool {
        matches!(self, Self::NotApplicable | Self::Allow(..))
    }

    fn naming(self) -> Option<Naming> {
        match self {
            Self::Allow(_, naming) => Some(naming),
            _ => None,
        }
    }

    fn statement(self) -> Option<StatementRef> {
        match self {
            Self::Deny(at) | Self::Allow(at, _) => Some(at),
            _ => None,
        }
    }
}

/// A request made ready: the action is folded once for all statements.
pub(crate) struct Case<'a> {
    pub request: &'a Request<'a>,
    action: SmallVec<[u8; 64]>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(request: &'a Request<'a>) -> Self {
        Self { request, action: request.action.bytes().map(|b| b.to_ascii_lowercase()).collect() }
    }

    pub(crate) fn action_matches(&self, statement: &Statement) -> bool {
        statement.actions.cover(&self.action, self.request.context)
    }

    pub(crate) fn resource_matches(&self, statement: &Statement) -> bool {
        let covers = |targets: &crate::Targets| targets.cover(self.request.resource.as_bytes(), self.request.context);
        statement.resources.as_ref().is_none_or(covers)
    }

    /// How the statement names the principal. Policies of identities, SCPs and RCPs name whom they are attached to.
    pub(crate) fn naming(&self, kind: PolicyKind, statement: &Statement) -> Option<Naming> {
        let who = self.request.principal;
        match (&statement.principals, kind) {
            (Some(principals), PolicyKind::Resource | PolicyKind::RoleTrust | PolicyKind::Endpoint) => {
                match statement.effect {
                    Effect::Allow => principals.allow(who),
                    Effect::Deny => principals.deny(who).then_some(Naming::Direct),
                }
            }
            (None, PolicyKind::Resource | PolicyKind::RoleTrust) => None,
            _ => Some(Naming::Direct),
        }
    }

    pub(crate) fn applies(&self, kind: PolicyKind, statement: &Statement) -> Option<Naming> {
        if !self.action_matches(statement) || !self.resource_matches(statement) {
            return None;
        }
        let naming = self.naming(kind, statement)?;
        statement.conditions.iter().all(|condition| condition.holds(self.request.context)).then_some(naming)
    }

    fn sources(&self, kind: PolicyKind, level: usize, sources: &[Source<'_>]) -> Said {
        let at =
            |policy: usize, statement: &Statement| StatementRef { kind, level, policy, statement: statement.index };
        for (policy, source) in sources.iter().enumerate() {
            if let Some(deny) = source.document.denies().iter().find(|s| self.applies(kind, s).is_some()) {
                return Said::Deny(at(policy, deny));
            }
        }
        let mut best = Said::Nothing;
        for (policy, source) in sources.iter().enumerate() {
            for statement in source.document.allows() {
                let naming = self.applies(kind, statement);
                if naming > best.naming() {
                    best = naming.map_or(Said::Nothing, |naming| Said::Allow(at(policy, statement), naming));
                }
                if naming == Some(Naming::Direct) {
                    return best;
                }
            }
        }
        best
    }

    /// Every level must allow; a deny at any of them decides.
    fn levels(&self, kind: PolicyKind, levels: &[Level<'_>]) -> Said {
        let mut all = Said::NotApplicable;
        for (index, level) in levels.iter().enumerate() {
            match self.sources(kind, index, level.policies) {
                deny @ Said::Deny(_) => return deny,
                _ if all == Said::Nothing => {}
                said => all = said,
            }
        }
        all
    }

    fn grants(&self, policies: &Policies<'_>) -> Said {
        let mut best = Said::Nothing;
        for (policy, grant) in policies.grants.iter().enumerate() {
            let naming = grant.permits(self.request);
            if let Some(naming) = naming.filter(|naming| Some(*naming) > best.naming()) {
                let at = StatementRef { kind: PolicyKind::Grant, level: 0, policy, statement: 0 };
                best = Said::Allow(at, naming);
            }
        }
        if policies.grants.is_empty() { Said::NotApplicable } else { best }
    }

    /// What the policies of one kind say to this request.
    pub(crate) fn ask(&self, kind: PolicyKind, policies: &Policies<'_>) -> Said {
        use PrincipalKind as Who;
        let who = self.request.principal;
        let one = |source: &Option<Source<'_>>| self.sources(kind, 0, source.as_slice());
        let identity = matches!(who.kind, Who::User | Who::RoleSession | Who::FederatedUser);
        match kind {
            // <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>
            PolicyKind::ResourceControl if who.is_service_linked() => Said::NotApplicable,
            PolicyKind::ResourceControl => self.levels(kind, policies.rcp),
            PolicyKind::ServiceControl if who.is_service_linked() || !who.has_account() => Said::NotApplicable,
            PolicyKind::ServiceControl => self.levels(kind, policies.scp),
            PolicyKind::Endpoint if policies.endpoint.is_none() => Said::NotApplicable,
            PolicyKind::Endpoint => one(&policies.endpoint),
            PolicyKind::Resource | PolicyKind::RoleTrust => one(&policies.resource.policy),
            PolicyKind::Grant => self.grants(policies),
            PolicyKind::Identity if identity => self.sources(kind, 0, policies.identity),
            PolicyKind::Boundary if identity && policies.boundary.is_some() => one(&policies.boundary),
            // A federated user without a session policy has no permissions of its own.
            // <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
            PolicyKind::Session if who.kind == Who::FederatedUser => self.sources(kind, 0, policies.session),
            PolicyKind::Session if identity && !policies.session.is_empty() => self.sources(kind, 0, policies.session),
            // The policies of the tasks for which root users are assumed deny all else, and allow nothing themselves; those of rights
            // that a root user delegates say what is allowed.
            // <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html>
            PolicyKind::Session if who.kind == Who::Root && policies.session.iter().any(allows_something) => {
                self.sources(kind, 0, policies.session)
            }
            PolicyKind::Session if who.kind == Who::Root => match self.sources(kind, 0, policies.session) {
                deny @ Said::Deny(_) => deny,
                _ => Said::NotApplicable,
            },
            PolicyKind::Identity | PolicyKind::Boundary | PolicyKind::Session => Said::NotApplicable,
        }
    }
}

fn allows_something(source: &Source<'_>) -> bool {
    !source.document.allows().is_empty()
}

fn is_long_term(kind: PrincipalKind) -> bool {
    matches!(kind, PrincipalKind::Root | PrincipalKind::User)
}

/// The kinds that a request is put to, in the order in which a denial names them.
pub(crate) fn kinds(policies: &Policies<'_>) -> [PolicyKind; 8] {
    let resource = match policies.resource.mode {
        ResourcePolicyMode::RoleTrust => PolicyKind::RoleTrust,
        ResourcePolicyMode::Optional | ResourcePolicyMode::KeyPolicy => PolicyKind::Resource,
    };
    [
        PolicyKind::ResourceControl,
        PolicyKind::ServiceControl,
        PolicyKind::Endpoint,
        resource,
        PolicyKind::Grant,
        PolicyKind::Identity,
        PolicyKind::Boundary,
        PolicyKind::Session,
    ]
}

/// Decides a request. It stops at the first deny, and allocates only where a document uses variables.
pub fn evaluate(request: &Request<'_>, policies: &Policies<'_>) -> Decision {
    let case = Case::new(request);
    let mut said = [Said::NotApplicable; 8];
    for (said, kind) in said.iter_mut().zip(kinds(policies)) {
        *said = case.ask(kind, policies);
        if let Said::Deny(at) = *said {
            return Decision::deny(Reason::ExplicitDeny(kind), Some(at));
        }
    }
    decide(request, policies, &said)
}

/// Puts together what each kind said, in the order of [`kinds`].
pub(crate) fn decide(request: &Request<'_>, policies: &Policies<'_>, said: &[Said; 8]) -> Decision {
    let order = kinds(policies);
    let deny = said.iter().zip(order).find_map(|(said, kind)| match said {
        Said::Deny(at) => Some((kind, *at)),
        _ => None,
    });
    if let Some((kind, at)) = deny {
        return Decision::deny(Reason::ExplicitDeny(kind), Some(at));
    }
    let [rcp, scp, endpoint, resource, grant, identity, boundary, session] = *said;
    let missing = |kind: PolicyKind| Decision::deny(Reason::ImplicitDeny(kind), None);
    let [_, _, _, resource_kind, ..] = order;
    let guards =
        [(rcp, PolicyKind::ResourceControl), (scp, PolicyKind::ServiceControl), (endpoint, PolicyKind::Endpoint)];
    if let Some((_, kind)) = guards.into_iter().find(|(said, _)| !said.passes()) {
        return missing(kind);
    }
    let who = request.principal;
    let (naming, granted) = match (resource.naming(), grant.naming()) {
        (r, g) if g > r => (g, Decision::allow(Reason::Allowed(PolicyKind::Grant), grant.statement())),
        (r, _) => (r, Decision::allow(Reason::Allowed(resource_kind), resource.statement())),
    };
    let same_account = who.has_account() && who.account == request.resource_account;
    let root = who.kind == PrincipalKind::Root;
    let by_identity = || {
        let chain =
            [(identity, PolicyKind::Identity), (boundary, PolicyKind::Boundary), (session, PolicyKind::Session)];
        match chain.into_iter().find(|(said, _)| !said.passes()) {
            Some((_, kind)) => missing(kind),
            None if root => Decision::allow(Reason::Root, None),
            None => Decision::allow(Reason::Allowed(PolicyKind::Identity), identity.statement()),
        }
    };
    let needs_resource = policies.resource.mode != ResourcePolicyMode::Optional;
    match naming {
        None if !same_account || needs_resource => missing(resource_kind),
        Some(_) if !who.has_account() => granted,
        // Across accounts both sides must allow, whatever the resource's policy names.
        Some(_) if !same_account => by_identity(),
        // A user's or root user's session has his ARN, so that what names him does not name the session apart.
        Some(Naming::Direct) if is_long_term(who.kind) && !session.passes() => missing(PolicyKind::Session),
        Some(Naming::Direct) => granted,
        Some(Naming::Issuer) => {
            match [(boundary, PolicyKind::Boundary), (session, PolicyKind::Session)]
                .into_iter()
                .find(|(s, _)| !s.passes())
            {
                Some((_, kind)) => missing(kind),
                None => granted,
            }
        }
        Some(Naming::Account) | None => by_identity(),
    }
}
