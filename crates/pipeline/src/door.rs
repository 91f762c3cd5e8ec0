//! What a service may ask of the door behind its view.

use crate::cloud::Cloud;
use crate::flow::Target;
use crate::identity::has_account;
use crate::judge::{Case, denied};
use crate::send::{self, gather};
use crate::settings::IamMode;
use model::Protocol;
use service::policy::Named;
use service::resource::ResourceType;
use service::{
    AccountId, Body, Bytes, Caller, Check, Checksum, Cx, Delegated, Door, Duration, Errand, Error, GrantingPolicies,
    Issuers, LastUse, Limit, Measured, Membership, Meter, Prepared, Result, Run, Struct, Timestamp, TrailEvent,
    TrailPage, TrailQuery, Value, View,
};
use std::sync::Arc;

/// How far a client's clock may be ahead of the machine's and still be taken for it.
const CLOCKS_DIFFER: Duration = Duration::from_secs(5);

impl Door for Cloud {
    fn judge(&self, view: &View, caller: &Caller, check: &Check) -> Result<()> {
        if self.settings.iam != IamMode::Enforce {
            return Ok(());
        }
        let policies = self.policies_of(view, caller)?;
        let ruling = Case::new(self, view, (caller, &policies), check)?.rule();
        if ruling.decision.allowed {
            let info = view.request();
            if *info.caller == *caller {
                self.asides.add(info.id, view.account(), check);
            }
            return Ok(());
        }
        let entry = self.directory.entry(view.request().service);
        Err(denied(entry.and_then(|e| e.service), ruling.message))
    }

    fn look(&self, view: &View, service: &str, operation: &str, input: Value) -> Result<Value> {
        let target = self.directory.entry(service).and_then(|entry| {
            let (handler, operation) = (entry.operation(operation)?, entry.model.get().operation(operation)?);
            Some(Target { entry, operation, protocol: Protocol::Json, handler, front: None })
        });
        let target = target.ok_or_else(|| Error::internal(format!("{service}:{operation} is not built")))?;
        let handler = target.handler;
        let mut filled = (handler.input)();
        shape::fill(&mut *filled, &input).map_err(Error::internal)?;
        let output = match handler.run {
            Run::Read(read) => Some(read(view, filled)?),
            Run::Prepared { prepare, .. } => match prepare(view, &*filled)? {
                Prepared::Answer(output) => Some(output),
                Prepared::Made(_) => None,
            },
            Run::Write(_) => None,
        };
        let writes = || Error::internal(format!("{service}:{operation} writes: it cannot be looked at"));
        let mut output = output.ok_or_else(writes)?;
        gather(target, &mut *output)?;
        Ok(Value::of(output.peek()))
    }

    fn bound_by(&self, view: &View, caller: &Caller) -> Result<Vec<GrantingPolicies>> {
        let told = self.directory.authorities().map(|authority| (authority.policies)(view, caller).transpose());
        let mut told: Vec<GrantingPolicies> = told.flatten().collect::<Result<_>>()?;
        if let Some(member) = self.membership(view, caller.account)?.filter(|_| has_account(caller.kind)) {
            let levels = member.service_control.into_iter().map(|level| level.policies).collect();
            told.push(GrantingPolicies { service_control: levels, ..GrantingPolicies::default() });
        }
        Ok(told)
    }

    fn draw(&self, view: &View, name: &str, limit: Limit, amount: f64) -> bool {
        let owner = (view.scope().account, view.scope().region, view.request().service);
        self.buckets.draw(owner, name, limit, amount, view.now())
    }

    fn count(&self, sample: Meter) {
        self.meter(&sample);
    }

    fn measured(&self, view: &View, wants: &dyn Fn(&str, &str) -> bool) -> Vec<Measured> {
        self.measured_in(view.scope(), wants)
    }

    fn gauge(
        &self,
        view: &View,
        metric: (&str, &str),
        dimensions: &[(String, String)],
    ) -> Result<Option<(f64, &'static str)>> {
        self.gauge_of(view, metric, dimensions)
    }

    fn trail(&self, view: &View, query: &TrailQuery, keep: &dyn Fn(&TrailEvent) -> bool) -> Result<TrailPage> {
        self.ledger.trail(view.account(), query, keep).map_err(Error::internal)
    }

    fn end_of_trail(&self) -> u64 {
        self.ledger.head().0
    }

    fn call(self: Arc<Self>, cx: &mut Cx, errand: &Errand<'_>) -> Result<Box<dyn Struct>> {
        self.call_within(cx, errand)
    }

    fn busy(&self, lane: &str) -> usize {
        self.works.busy(lane)
    }

    fn logged_operations(&self, iam_prefix: &str) -> Vec<&'static str> {
        let services = self.directory.services().filter(|service| service.facts.iam_prefix == iam_prefix);
        let logged = |service: &'static service::Service| {
            let names = service.model.get().operations().iter().map(|operation| &*operation.name);
            names.filter(|name| !service.facts.trail.data_events.contains(name))
        };
        services.flat_map(logged).collect()
    }

    fn offers(&self, service: &str, operation: &str) -> bool {
        self.directory.entry(service).is_some_and(|entry| entry.operation(operation).is_some())
    }

    fn resource_type(&self, name: &str) -> Option<(&'static str, &'static ResourceType)> {
        self.directory.resource_type(name)
    }

    fn model(&self, service: &str) -> Option<&'static model::Model> {
        self.directory.entry(service).map(|entry| entry.model.get())
    }

    fn one_time_password(&self, view: &View, serial: &str, code: &str) -> Result<bool> {
        for authority in self.directory.authorities() {
            if let Some(right) = (authority.one_time_password)(view, serial, code)? {
                return Ok(right);
            }
        }
        Ok(false)
    }

    fn key_last_used(&self, view: &View, access_key: &str) -> Result<Option<LastUse>> {
        self.key_use(view.account(), access_key)
    }

    fn services_last_used(&self, view: &View, principal: &str) -> Result<Vec<LastUse>> {
        self.service_uses(view.account(), principal)
    }

    fn account_last_used(&self, view: &View) -> Result<Vec<LastUse>> {
        self.account_uses(view.account())
    }

    fn spend_one_time_password(&self, cx: &mut Cx, serial: &str, code: &str) -> Result<bool> {
        for authority in self.directory.authorities() {
            if let Some(right) = (authority.spend_one_time_password)(cx, serial, code)? {
                return Ok(right);
            }
        }
        Ok(false)
    }

    fn meant(&self, stamp: Timestamp) -> Timestamp {
        self.clock.meant(stamp)
    }

    fn said(&self, stamp: Timestamp) -> Timestamp {
        let ahead = stamp > self.clock.real().after(CLOCKS_DIFFER);
        if ahead { stamp } else { self.clock.meant(stamp) }
    }

    fn checksums(&self, body: &Body, kinds: &[Checksum]) -> Result<Vec<(Checksum, Bytes)>> {
        send::checksums(body, kinds)
    }

    fn membership(&self, view: &View, account: AccountId) -> Result<Option<Membership>> {
        for authority in self.directory.authorities() {
            if let Some(membership) = (authority.membership)(view, account)? {
                return Ok(Some(membership));
            }
        }
        Ok(None)
    }

    fn names_nobody(&self, view: &View, named: &Named) -> Result<bool> {
        for authority in self.directory.authorities() {
            if (authority.names_nobody)(view, named)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn delegated(&self, view: &View, token: &str) -> Result<Option<Delegated>> {
        let told = self.directory.authorities().map(|authority| (authority.delegated)(view, token).transpose());
        told.flatten().next().transpose()
    }

    fn issuers(&self) -> Option<Issuers> {
        self.directory.authorities().find_map(|authority| authority.issuers)
    }
}
