//! Whether they may: the model's constraints, the policies, and the rate buckets.

use crate::flow::{Flow, Origin, Target};
use crate::identity::Epoch;
use crate::judge::{self, Case, Ruling};
use crate::settings::IamMode;
use crate::strike::throttled;
use crate::throttle::{BucketKey, Rate};
use ledger::Decision;
use service::{Access, CallerKind, Check, Error, Node, Result, ValidationMode, Value, View};
use shape::Struct;
use std::sync::Arc;
use wire::sigv4::AuthError;
use wire::validate;

/// Why nothing goes on in an account, as the record says it.
const CLOSED: &str = "the account was closed";

impl Flow {
    /// The model's constraints, at the place in the order where this service checks them.
    pub(crate) fn validate(&mut self, target: Target, input: &dyn Struct, before: bool) -> Result<()> {
        let Some(facts) = target.entry.service.map(|s| &s.facts.validation) else { return Ok(()) };
        let Some(shape) = target.operation.input else { return Ok(()) };
        if facts.before_authorization != before || facts.mode == ValidationMode::Off {
            return Ok(());
        }
        let (model, rules) = (target.entry.model.get(), target.entry.rules());
        let mut violations = if let Origin::Service(mission) = &self.origin {
            validate::check(model, shape, mission.input(), rules)
        } else if validate::doubtful(model, shape, input.peek()) {
            let mut tree = Value::default();
            self.fill(target, &mut tree)?;
            validate::check(model, shape, tree.peek(), rules)
        } else {
            validate::check(model, shape, input.peek(), rules)
        };
        let missing = |v: &validate::Violation| v.constraint == "Member must not be null";
        if facts.mode == ValidationMode::Required {
            violations.retain(missing);
        }
        match violations.iter().find(|v| missing(v)) {
            _ if violations.is_empty() => Ok(()),
            Some(first) if !facts.missing.is_empty() => {
                let name = model.shape(shape).members.iter().find(|m| m.name.eq_ignore_ascii_case(&first.path));
                let name = name.map_or(first.path.as_str(), |m| &m.name);
                Err(Error::new(facts.code, facts.missing.replace("{}", name)).status(400))
            }
            _ => Err(Error::new(facts.code, validate::message(rules.style(), &violations)).status(400)),
        }
    }

    /// Puts every check of the operation to the policies, on a snapshot taken now, which a reader then reads.
    pub(crate) fn authorize(&mut self, target: Target, input: &dyn Struct) -> Result<View> {
        let epoch = self.cloud.identities.epoch();
        let view = View::of(&self.cloud.store, self.scope, self.cloud.clock.now(), Arc::clone(&self.info));
        self.refresh(epoch, &view)?;
        self.judge(target, input, &view)?;
        let view = if view.scope() == self.scope { view } else { view.elsewhere(self.scope)? };
        self.record.stages.authorise += self.clockwork.lap(self.cloud.clock.real());
        Ok(view)
    }

    /// Reads anew what binds the caller, if rows have changed that decide it. A view must be no older than its epoch.
    pub(crate) fn refresh(&mut self, epoch: Epoch, view: &View) -> Result<()> {
        if self.cloud.identities.holds(self.epoch) {
            return Ok(());
        }
        let home = view.elsewhere(self.scope.home_of(self.caller.account))?;
        self.policies = Arc::new(self.cloud.policies_of(&home, &self.caller)?);
        self.epoch = epoch;
        Ok(())
    }

    /// What the principals of a closed account are told, whatever they ask: by services in general what the common errors say of
    /// accounts without a subscription, by those that sign plainly that there is a problem with the account.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
    fn closed(&mut self) -> Error {
        Decision::Denied.as_str().clone_into(&mut self.record.decision);
        self.record.reason = CLOSED.to_owned();
        let plain = self.asked.is_some_and(|asked| asked.entry.wire().plain_signing);
        let error = match plain {
            true => Error::new(
                "AccountProblem",
                "There is a problem with your AWS account that prevents the operation from completing successfully.",
            ),
            false => Error::new("OptInRequired", "The AWS Access Key Id needs a subscription for the service"),
        };
        error.status(403)
    }

    fn unsigned(&self) -> Error {
        self.refused(&AuthError::MissingAuthenticationToken)
    }

    /// The same on any view: a writer decides again if rows changed that decide what callers may do.
    pub(crate) fn judge(&mut self, target: Target, input: &dyn Struct, view: &View) -> Result<()> {
        if self.policies.closed {
            return Err(self.closed());
        }
        let anonymous = self.caller.kind == CallerKind::Anonymous;
        let access = match (target.handler.access)(view, input) {
            // Whoever does not say who he is learns nothing of what is wrong with what he asks.
            Err(error) if anonymous && !error.is_receiver_fault() => return Err(self.unsigned()),
            access => access?,
        };
        let checks = match access {
            Access::Checks(checks) => checks,
            Access::Public | Access::PublicIn(_) | Access::Signed => {
                Decision::Public.as_str().clone_into(&mut self.record.decision);
                if let Access::PublicIn(scope) = access {
                    self.scope = scope;
                }
                if access != Access::Signed {
                    return Ok(());
                }
                Vec::new()
            }
        };
        if anonymous && checks.iter().all(|check| check.policy.is_none()) {
            return Err(self.unsigned());
        }
        self.note_checks(&checks);
        if self.cloud.settings.iam == IamMode::Off {
            return Ok(());
        }
        for check in &checks {
            self.put_check(target, view, check)?;
        }
        Ok(())
    }

    fn put_check(&mut self, target: Target, view: &View, check: &Check) -> Result<()> {
        let policies = Arc::clone(&self.policies);
        let ruling = Case::new(&self.cloud, view, (&self.caller, &policies), check)?.rule();
        self.note(check, &ruling);
        if ruling.decision.allowed {
            return Ok(());
        }
        if self.cloud.settings.iam == IamMode::Audit {
            self.record.decision = Decision::Audit.as_str().to_owned();
            return Ok(());
        }
        let denied = judge::denied(target.entry.service, ruling.message);
        // What answers plain HTTP has HTTP's own status, whatever its service's protocol.
        Err(if target.front.is_some() { denied.status(403) } else { denied })
    }

    /// What the record keeps of a decision: the last one, or the one that denied.
    fn note(&mut self, check: &Check, ruling: &Ruling) {
        if ruling.decision.allowed && self.record.decision == Decision::Audit.as_str() {
            return;
        }
        let decision = if ruling.decision.allowed { Decision::Allowed } else { Decision::Denied };
        decision.as_str().clone_into(&mut self.record.decision);
        let words = if ruling.closed { CLOSED.to_owned() } else { judge::words(ruling.decision.reason) };
        self.record.reason = [&*check.action, ": ", &words].concat();
        if let Some((policy, statement)) = &ruling.by {
            self.record.policy.clone_from(policy);
            self.record.statement = statement.to_string();
        }
        if let Some(proof) = &ruling.proof {
            self.record.proof = proof.clone();
        }
    }

    /// The API's own rate buckets, if the operator wants them.
    pub(crate) fn throttle(&mut self, target: Target) -> Result<()> {
        let Some(service) = target.entry.service.filter(|_| self.cloud.settings.throttle) else { return Ok(()) };
        let buckets = service.facts.throttle;
        let of = |name: &str| buckets.iter().find(|(bucket, ..)| *bucket == name);
        let Some((bucket, rate, burst)) = of(&target.operation.name).or_else(|| of("*")) else { return Ok(()) };
        let (account, prefix) = (self.scope.account, service.facts.prefix);
        let key = BucketKey { account, region: self.scope.region, service: prefix, operation: bucket };
        let rate = Rate { per_second: *rate, burst: *burst };
        if self.cloud.throttle.take(key, rate, self.cloud.clock.real()).is_ok() {
            return Ok(());
        }
        self.record.throttled_by = format!("{}:{bucket}", service.facts.prefix);
        Err(throttled())
    }
}
