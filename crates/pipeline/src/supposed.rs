//! Decisions that no request asks for: of a request that somebody supposes, and of one that was recorded.

use crate::cloud::Cloud;
use crate::identity::{Compiled, has_account};
use crate::judge::{Case, words};
use ids::AccountId;
use ledger::{PrincipalKind, Record};
use serde_json::Value as Json;
use service::{
    Caller, CallerKind, Check, ContextKey, Region, RequestInfo, Result, Scope, Session, Timestamp, Via, View,
};
use std::sync::Arc;

/// A request that nobody makes.
#[derive(Debug, Clone)]
pub struct Supposed {
    /// Who would make it.
    pub caller: Caller,
    /// In which region.
    pub region: Region,
    /// What he would do, with the condition keys that are supposed; they come before those that the door adds.
    pub check: Check,
    /// From which address.
    pub source_ip: String,
}

/// What would be decided, with the proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Whether it would be allowed.
    pub allowed: bool,
    /// Why, in a few words.
    pub reason: String,
    /// The policy that decides, by name, and its statement's place from 0; `None` where none decides.
    pub by: Option<(String, i64)>,
    /// What the caller would be told; empty where it is allowed.
    pub message: String,
    /// Every policy that was asked, every statement that nearly applies, every key.
    pub proof: Json,
    /// The condition keys of the request.
    pub context: Vec<(String, Vec<String>)>,
}

/// A recorded check with all that policies saw of it, ready to be put to others.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// Who made the request, as far as the record tells.
    pub caller: Caller,
    /// The action.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The account that owns the resource.
    pub owner: AccountId,
    /// The condition keys.
    pub context: Vec<(String, Vec<String>)>,
}

impl Cloud {
    /// Decides a supposed request by the policies that are in force now.
    ///
    /// # Errors
    /// Those of reading them, and of a resource's policy that is none.
    pub fn suppose(&self, supposed: &Supposed) -> Result<Verdict> {
        let Supposed { caller, region, check, source_ip } = supposed;
        let home = self.backstage_view(Scope::new(caller.account, region.globally()));
        let policies = self.policies_of(&home, caller)?;
        let info = RequestInfo { source_ip: source_ip.as_str().into(), ..(*self.backstage).clone() };
        let view = self.view_at(Scope::new(caller.account, *region), self.clock.now(), info);
        let case = Case::new(self, &view, (caller, &policies), check)?.reading_context(self)?.proving();
        let context = case.keys();
        let ruling = case.rule();
        let proof = ruling.proof.as_deref().and_then(|proof| serde_json::from_str(proof).ok()).unwrap_or_default();
        let (allowed, reason) = (ruling.decision.allowed, words(ruling.decision.reason));
        Ok(Verdict { allowed, reason, by: ruling.by, message: ruling.message, proof, context })
    }

    /// What a recorded request put to the policies; nothing where the record does not tell it ([`Record::asked`]).
    ///
    /// # Errors
    /// None but of the store's.
    pub fn replays(&self, record: &Record) -> Result<Vec<Replay>> {
        let asked = record.asked();
        // Nothing that an organisation lays upon its accounts holds back a service that acts as an account's owner.
        if asked.is_empty() || of_owner(record) {
            return Ok(Vec::new());
        }
        let caller = caller_of(record);
        let scope = Scope::new(record.account_id(), Region::kept(&record.region).unwrap_or(Region::GLOBAL));
        let view = self.view_at(scope, record.time, self.info_of(record));
        let member = if has_account(caller.kind) { self.member(scope.home_of(caller.account))? } else { None };
        let policies = Compiled { member, ..Compiled::default() };
        let mut all = Vec::with_capacity(asked.len());
        for one in asked {
            let mut check = Check::new(one.action.to_owned(), one.resource).owned_by(one.owner);
            check.context = one.context.iter().chain(&record.context).map(key_of).collect();
            check.context.extend(called_via(record));
            let case = Case::new(self, &view, (&caller, &policies), &check)?.reading_context(self)?;
            all.push(Replay {
                caller: caller.clone(),
                action: one.action.to_owned(),
                resource: one.resource.to_owned(),
                owner: one.owner,
                context: case.keys(),
            });
        }
        Ok(all)
    }

    fn view_at(&self, scope: Scope, now: Timestamp, info: RequestInfo) -> View {
        View::of(&self.store, scope, now, Arc::new(info))
    }

    fn info_of(&self, record: &Record) -> RequestInfo {
        let source_account = record.context.iter().find(|key| key.name == "aws:SourceAccount");
        let account = source_account.and_then(|key| key.values.first()?.parse().ok());
        let via = record.parent_id().map(|parent| {
            // Which services forwarded it stands among the record's keys.
            let account = account.unwrap_or(record.account_id());
            Arc::new(Via {
                principal: "",
                source: record.source.clone(),
                account,
                forwarded: Vec::new(),
                parent,
                depth: 1,
                as_owner: of_owner(record),
            })
        });
        RequestInfo {
            id: record.request_id(),
            source_ip: record.source_ip.as_str().into(),
            user_agent: record.user_agent.as_str().into(),
            base_url: record.base_host.as_str().into(),
            secure: via.is_some() || record.base_host.starts_with("https:"),
            via,
            ..(*self.backstage).clone()
        }
    }
}

/// Whether a service made the request as the owner of the account: nobody forwards a root user for a resource.
fn of_owner(record: &Record) -> bool {
    PrincipalKind::parse(&record.caller_kind) == Some(PrincipalKind::Root) && !record.source.is_empty()
}

/// What follows from the services that forwarded a request.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledviafirst>
fn called_via(record: &Record) -> Vec<ContextKey> {
    let via = record.context.iter().find(|key| key.name == "aws:CalledVia").map(|key| key.values.as_slice());
    let (Some(first), Some(last)) = (via.and_then(<[String]>::first), via.and_then(<[String]>::last)) else {
        return Vec::new();
    };
    let keys = [("aws:ViaAWSService", "true"), ("aws:CalledViaFirst", first), ("aws:CalledViaLast", last)];
    keys.into_iter().map(|(name, value)| ContextKey { name: name.into(), values: [value.to_owned()].into() }).collect()
}

fn key_of(key: &ledger::KeyFacts) -> ContextKey {
    ContextKey { name: key.name.clone().into(), values: key.values.iter().cloned().collect() }
}

/// The caller of a recorded request, as far as policies see him. A provider's token and nobody are one in the ledger.
fn caller_of(record: &Record) -> Caller {
    let session = record.session.as_ref().map(|session| {
        Arc::new(Session {
            name: session.name.clone(),
            role_arn: session.issuer.clone(),
            issued: session.issued,
            // Its age stands among the record's keys.
            mfa_at: session.mfa.then_some(record.time),
            source_identity: session.source_identity.clone(),
            federated_provider: session.provider.clone(),
            ..Session::default()
        })
    });
    let kind = match PrincipalKind::parse(&record.caller_kind) {
        Some(PrincipalKind::Root) => CallerKind::Root,
        Some(PrincipalKind::User) => CallerKind::User,
        Some(PrincipalKind::AssumedRole) => CallerKind::AssumedRole,
        Some(PrincipalKind::FederatedUser) => CallerKind::FederatedUser,
        Some(PrincipalKind::Service) => CallerKind::Service,
        Some(PrincipalKind::Anonymous) | None => CallerKind::Anonymous,
    };
    Caller {
        kind,
        account: record.caller_account_id(),
        arn: record.caller.clone(),
        user_id: record.user_id.clone(),
        name: record.user_name.clone(),
        access_key: record.access_key.clone(),
        session,
        bootstrap: false,
    }
}
