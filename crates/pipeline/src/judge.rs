//! One check put to the policies, in the terms of the policy engine.

use crate::cloud::Cloud;
use crate::errand::source_account;
use crate::identity::{Compiled, Named, has_account};
use crate::membership::{Levels, Member, Place, read_context};
use model::Protocol;
use policy::{
    Context, Decision, Document, GrantConstraint, Level, Policies, PolicyKind, Principal, Reason, Request,
    ResourcePolicy, ResourcePolicyMode, Source,
};
use service::{
    Arn, Caller, CallerKind, Check, Error, Grant, PolicyRole, Region, RequestInfo, Result, Scope, Service, Timestamp,
    Via, View,
};
use std::sync::Arc;

/// All that one decision is made of; what the engine borrows from.
pub(crate) struct Case<'a> {
    check: &'a Check,
    caller: &'a Caller,
    policies: &'a Compiled,
    info: &'a RequestInfo,
    owner: String,
    now: Timestamp,
    region: Region,
    resource: Option<(&'a str, Arc<Document>, ResourcePolicyMode)>,
    /// Whether an allowed check is proven too.
    proves: bool,
    /// The organisation of the account that owns the resource, and whether that account was closed.
    owner_place: Place,
    /// That of the account for whose resource a service calls.
    source_member: Option<Arc<Member>>,
    reads_context: bool,
}

/// The outcome of one check, with what the record keeps of it.
pub(crate) struct Ruling {
    pub(crate) decision: Decision,
    /// The policy that decided, by name, and its statement.
    pub(crate) by: Option<(String, i64)>,
    /// AWS's text for a denial.
    pub(crate) message: String,
    /// The proof as JSON: for a denial, and where it is asked for.
    pub(crate) proof: Option<String>,
    /// Whether no policy was asked, because the account that owns the resource was closed.
    pub(crate) closed: bool,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        cloud: &Cloud,
        view: &'a View,
        (caller, policies): (&'a Caller, &'a Compiled),
        check: &'a Check,
    ) -> Result<Case<'a>> {
        let info = view.request();
        let owner = check.owner.unwrap_or(view.account());
        let resource = match &check.policy {
            None => None,
            Some(policy) => {
                let document = cloud.documents.get(&policy.text);
                let document =
                    document.map_err(|e| Error::internal(format!("the stored policy of {}: {e}", policy.name)))?;
                let mode = match policy.role {
                    PolicyRole::Optional => ResourcePolicyMode::Optional,
                    PolicyRole::Trust => ResourcePolicyMode::RoleTrust,
                    PolicyRole::Key => ResourcePolicyMode::KeyPolicy,
                };
                Some((policy.name.as_str(), document, mode))
            }
        };
        let own = has_account(caller.kind) && caller.account == owner;
        let owner_place = match own {
            true => Place { member: policies.member.clone(), closed: policies.closed },
            false => cloud.place(view.scope().home_of(owner))?,
        };
        let case = Case {
            check,
            caller,
            policies,
            info,
            owner: owner.to_string(),
            now: view.now(),
            region: view.region(),
            resource,
            owner_place,
            source_member: None,
            reads_context: false,
            proves: false,
        };
        match case.reads_context() {
            true => case.reading_context(cloud),
            false => Ok(case),
        }
    }

    /// The same, with all that its context needs.
    pub(crate) fn reading_context(mut self, cloud: &Cloud) -> Result<Case<'a>> {
        self.reads_context = true;
        if let Some(via) = self.info.via.as_deref().filter(|_| self.caller.kind == CallerKind::Service) {
            let source = via.source.parse::<Arn>().ok().and_then(|arn| arn.account()).unwrap_or(via.account);
            self.source_member =
                if via.source.is_empty() { None } else { cloud.member(Scope::new(source, self.region.globally()))? };
        }
        Ok(self)
    }

    /// The same, proven whatever is decided.
    pub(crate) fn proving(self) -> Case<'a> {
        Case { proves: true, ..self }
    }

    /// All condition keys of the request.
    pub(crate) fn keys(&self) -> Vec<(String, Vec<String>)> {
        let principal = self.principal();
        let context = self.context(&principal);
        let owned = |values: &[std::borrow::Cow<'_, str>]| values.iter().map(|value| value.to_string()).collect();
        context.iter().map(|(key, values)| (key.to_owned(), owned(values))).collect()
    }

    /// Decides, and tells why where it is denied.
    pub(crate) fn rule(&self) -> Ruling {
        // Nobody reaches what a closed account owns, whatever any policy says. AWS gives no reason.
        // <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html>
        if self.owner_place.closed {
            let reason = Reason::ImplicitDeny(PolicyKind::Resource);
            let decision = Decision { allowed: false, reason, decided_by: None };
            return Ruling { decision, by: None, message: self.denial(""), proof: None, closed: true };
        }
        let principal = self.principal();
        // Gathering what no policy reads would take most of the time of a usual decision.
        let context = if self.reads_context { self.context(&principal) } else { Context::default() };
        let request = Request {
            action: &self.check.action,
            resource: &self.check.resource,
            resource_account: &self.owner,
            principal: &principal,
            context: &context,
        };
        let identity = sources(&self.policies.identity);
        let session = sources(&self.policies.session);
        let (service_control, resource_control) = self.guardrails();
        let service_control = all_sources(service_control);
        let resource_control = all_sources([resource_control]);
        let (scp, rcp) = (levels(&service_control), levels(&resource_control));
        let resource = match &self.resource {
            None => ResourcePolicy::default(),
            Some((name, document, mode)) => ResourcePolicy { policy: Some(Source { name, document }), mode: *mode },
        };
        let given: Vec<Given<'_>> = self.check.grants.iter().map(Given::of).collect();
        let grants: Vec<policy::Grant<'_>> = given.iter().map(Given::as_policy).collect();
        let policies = Policies {
            identity: &identity,
            grants: &grants,
            boundary: self.policies.boundary.as_ref().map(source),
            session: &session,
            resource,
            scp: &scp,
            rcp: &rcp,
            ..Policies::default()
        };
        let decision = policy::evaluate(&request, &policies);
        let by = decision.decided_by.map(|at| {
            let name = at.policy_name(&policies).unwrap_or_default().to_owned();
            (name, i64::try_from(at.statement).unwrap_or(0))
        });
        if decision.allowed && !self.proves {
            return Ruling { decision, by, message: String::new(), proof: None, closed: false };
        }
        let context = self.context(&principal);
        let request = Request { context: &context, ..request };
        let proof = policy::explain(&request, &policies).proof.to_json().to_string();
        if decision.allowed {
            return Ruling { decision, by, message: String::new(), proof: Some(proof), closed: false };
        }
        let suffix = decision.message_suffix_naming(&self.check.action, &policies);
        Ruling { decision, by, message: self.denial(&suffix), proof: Some(proof), closed: false }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    fn denial(&self, suffix: &str) -> String {
        let who = match self.caller.kind {
            CallerKind::Anonymous => "anonymous",
            _ => self.caller.arn.as_str(),
        };
        format!(
            "User: {who} is not authorized to perform: {} on resource: {}{}{suffix}",
            self.check.action,
            self.check.resource,
            if suffix.is_empty() { "" } else { " " },
        )
    }

    fn reads_context(&self) -> bool {
        let Compiled { identity, boundary, session, service_control: _, tags: _, member: _, closed: _ } = self.policies;
        let mut own = identity.iter().chain(boundary).chain(session);
        let (service_control, resource_control) = self.guardrails();
        own.any(|policy| policy.document.reads_context())
            || service_control.into_iter().any(read_context)
            || read_context(resource_control)
            || self.resource.as_ref().is_some_and(|(_, document, _)| document.reads_context())
            || !self.check.grants.is_empty()
    }

    /// What organisations lay upon the caller, and upon the resource. A service that acts as an account's owner is not held back.
    fn guardrails(&self) -> ([&Levels; 2], &Levels) {
        if self.info.via.as_ref().is_some_and(|via| via.as_owner) {
            return ([&[], &[]], &[]);
        }
        let member = self.policies.member.as_deref().map_or(&[][..], |member| &*member.service_control);
        let owner =
            self.owner_place.member.as_deref().map_or(&[][..], |member| member.resource_control(&self.check.action));
        ([&self.policies.service_control, member], owner)
    }

    fn principal(&self) -> Principal<'_> {
        let caller = self.caller;
        match (caller.kind, caller.session.as_deref()) {
            (CallerKind::Root, _) => Principal::root(&caller.arn),
            (CallerKind::User, _) => Principal::user(&caller.arn, &caller.user_id),
            (CallerKind::AssumedRole, Some(session)) => {
                Principal::role_session(&caller.arn, &session.role_arn, &caller.user_id)
            }
            (CallerKind::FederatedUser, Some(session)) => {
                Principal::federated_user(&caller.arn, &session.role_arn, &caller.user_id)
            }
            (CallerKind::AssumedRole | CallerKind::FederatedUser, None) => Principal::anonymous(),
            (CallerKind::Provider, _) => Principal::provider(&caller.arn),
            (CallerKind::Service, _) => Principal::service(&caller.arn).in_region(self.region.code()),
            (CallerKind::Anonymous, _) => Principal::anonymous(),
        }
    }

    /// The global condition keys, and those of the check.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    fn context<'c>(&'c self, principal: &Principal<'c>) -> Context<'c> {
        let mut context = Context::new();
        principal.add_keys(&mut context);
        context.set("aws:CurrentTime", self.now.whole_secs().iso8601());
        context.set("aws:EpochTime", self.now.secs().to_string());
        let home = self.region.partition().home_region();
        let region = if self.region.is_global() { home } else { self.region.as_str() };
        context.set("aws:RequestedRegion", region);
        context.set("aws:ResourceAccount", self.owner.as_str());
        // What comes over loopback has crossed no network. Policies that ask for TLS are not meant against the machine's own functions
        // and tools, to which the cloud itself gives an address without it.
        let secure = self.info.secure || self.info.source_ip.starts_with("127.") || &*self.info.source_ip == "::1";
        context.set("aws:SecureTransport", if secure { "true" } else { "false" });
        let members = [
            (self.policies.member.as_deref(), "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"),
            (self.owner_place.member.as_deref(), "aws:ResourceOrgID", "aws:ResourceOrgPaths"),
            (self.source_member.as_deref(), "aws:SourceOrgID", "aws:SourceOrgPaths"),
        ];
        for (member, id, paths) in members {
            if let Some(member) = member {
                context.set(id, member.organization.as_str());
                context.set(paths, member.path.as_str());
            }
        }
        match self.info.via.as_deref() {
            None => {
                context.set("aws:SourceIp", &*self.info.source_ip);
                context.set("aws:ViaAWSService", "false");
            }
            Some(via) => add_way(&mut context, via),
        }
        if !self.info.user_agent.is_empty() {
            context.set("aws:UserAgent", &*self.info.user_agent);
        }
        for (key, value) in &self.policies.tags {
            context.set(format!("aws:PrincipalTag/{key}"), value.as_str());
        }
        if let Some(session) = &self.caller.session {
            context.set("aws:TokenIssueTime", session.issued.whole_secs().iso8601());
            context.set("aws:MultiFactorAuthPresent", if session.mfa_at.is_some() { "true" } else { "false" });
            if let Some(at) = session.mfa_at {
                context.set("aws:MultiFactorAuthAge", self.now.since(at).as_secs().to_string());
            }
            if !session.source_identity.is_empty() {
                context.set("aws:SourceIdentity", session.source_identity.as_str());
            }
            if !session.federated_provider.is_empty() {
                context.set("aws:FederatedProvider", session.federated_provider.as_str());
            }
            for (key, value) in &session.context {
                context.set(key.as_str(), value.as_str());
            }
        }
        for key in &self.check.context {
            for (i, value) in key.values.iter().enumerate() {
                match i {
                    0 => context.set(&*key.name, value.as_str()),
                    _ => context.add(&*key.name, value.as_str()),
                }
            }
        }
        context
    }
}

/// A grant in the terms of the policy engine, which borrows from it.
struct Given<'a> {
    grant: &'a Grant,
    actions: Vec<&'a str>,
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Given<'a> {
    fn of(grant: &'a Grant) -> Given<'a> {
        let actions = grant.actions.iter().map(String::as_str).collect();
        let pairs = grant.constraint.iter().flat_map(|constraint| &constraint.pairs);
        Given { grant, actions, pairs: pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect() }
    }

    fn as_policy(&self) -> policy::Grant<'_> {
        let pairs = &self.pairs;
        let constraint = match &self.grant.constraint {
            None => GrantConstraint::None,
            Some(constraint) if constraint.exact => GrantConstraint::Equals { prefix: constraint.prefix, pairs },
            Some(constraint) => GrantConstraint::Subset { prefix: constraint.prefix, pairs },
        };
        policy::Grant { id: &self.grant.id, grantee: &self.grant.grantee, actions: &self.actions, constraint }
    }
}

/// What policies see of a request that another service made: for whom, and through which services.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-viaawsservice>
fn add_way<'c>(context: &mut Context<'c>, via: &'c Via) {
    context.set("aws:ViaAWSService", if via.forwarded.is_empty() { "false" } else { "true" });
    for service in &via.forwarded {
        context.add("aws:CalledVia", *service);
    }
    if let (Some(first), Some(last)) = (via.forwarded.first(), via.forwarded.last()) {
        context.set("aws:CalledViaFirst", *first);
        context.set("aws:CalledViaLast", *last);
    }
    if !via.source.is_empty() {
        context.set("aws:SourceArn", via.source.as_str());
        // The ARNs of buckets name no account.
        context.set("aws:SourceAccount", source_account(&via.source).unwrap_or_else(|| via.account.to_string()));
    }
}

fn source(named: &Named) -> Source<'_> {
    Source { name: &named.name, document: &named.document }
}

/// The policies of some levels, by level.
fn all_sources<'a, const N: usize>(parts: [&'a Levels; N]) -> Vec<(&'a str, Vec<Source<'a>>)> {
    parts.into_iter().flatten().map(|(target, list)| (target.as_str(), sources(list))).collect()
}

fn levels<'a>(all: &'a [(&'a str, Vec<Source<'a>>)]) -> Vec<Level<'a>> {
    all.iter().map(|(target, policies)| Level { target, policies }).collect()
}

fn sources(list: &[Named]) -> Vec<Source<'_>> {
    list.iter().map(source).collect()
}

/// A denial with the code of the service. JSON services answer every client error with 400.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
pub(crate) fn denied(service: Option<&Service>, message: String) -> Error {
    let code = service.map_or("AccessDenied", |s| s.facts.access_denied);
    // REST services answer 403 whatever the code.
    let rest = service.is_some_and(|s| s.model.get().metadata.protocols.contains(&Protocol::RestJson));
    Error::new(code, message).status(if code == "AccessDeniedException" && !rest { 400 } else { 403 })
}

/// A reason in a few words, for the record.
pub(crate) fn words(reason: Reason) -> String {
    match reason {
        Reason::Allowed(kind) => format!("allowed by {}", kind.name()),
        Reason::Root => "allowed: the account's root".to_owned(),
        Reason::ExplicitDeny(kind) => format!("explicit deny in {}", kind.name()),
        Reason::ImplicitDeny(kind) => format!("no {} allows", kind.name()),
    }
}
