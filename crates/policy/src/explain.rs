//! The proof of a decision: what every policy said, which statements nearly matched, which keys were asked for.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use crate::condition::Condition;
use crate::decision::{Decision, PolicyKind};
use crate::document::{Effect, Statement};
use crate::evaluate::{Case, Said, decide, kinds};
use crate::request::{Policies, Request, Source};

/// A decision and its proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The same as [`crate::evaluate`] gives.
    pub decision: Decision,
    /// Why.
    pub proof: Proof,
}

/// All that bore on a decision. It owns its text, so that it can be kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proof {
    /// What the policies of each kind said, in the order in which they are asked.
    pub verdicts: Vec<(PolicyKind, Verdict)>,
    /// The statements whose action matches, in all policies that apply, and what became of them.
    pub statements: Vec<StatementProof>,
    /// The context keys that those statements ask for.
    pub keys: Vec<KeyProof>,
}

/// What the policies of one kind said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They do not bind this principal, or there are none and none is needed.
    NotApplicable,
    /// They allow.
    Allow,
    /// They deny.
    ExplicitDeny,
    /// They say nothing.
    ImplicitDeny,
}

/// A statement whose action matches.
#[derive(Debug, Clone, PartialEq)]
pub struct StatementProof {
    /// The kind of the policy.
    pub kind: PolicyKind,
    /// The root, OU or account where an SCP or RCP is attached; else empty.
    pub target: String,
    /// The policy's ARN or name.
    pub policy: String,
    /// The place in the document, from 0.
    pub statement: usize,
    /// The statement's id.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Why it does not apply; empty if it does.
    pub misses: Vec<Miss>,
}

/// Why a statement does not apply.
#[derive(Debug, Clone, PartialEq)]
pub enum Miss {
    /// It does not name the principal.
    Principal,
    /// It does not name the resource.
    Resource,
    /// A condition does not hold.
    Condition(ConditionProof),
}

/// A condition that does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionProof {
    /// The operator as written.
    pub operator: String,
    /// The context key as written.
    pub key: String,
    /// The policy's values, variables filled where the request can.
    pub wanted: Vec<String>,
    /// The request's values; `None` if it has no such key.
    pub had: Option<Vec<String>>,
}

/// A context key that a statement asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProof {
    /// The key, in lower case.
    pub key: String,
    /// The request's values; `None` if it has no such key.
    pub values: Option<Vec<String>>,
}

/// Decides a request as [`crate::evaluate`] does, and proves it. It asks every policy, so it is slower.
pub fn explain(request: &Request<'_>, policies: &Policies<'_>) -> Explanation {
    let case = Case::new(request);
    let order = kinds(policies);
    let said = order.map(|kind| case.ask(kind, policies));
    let verdicts = order.into_iter().zip(said.map(Verdict::of)).collect();
    let mut statements = Vec::new();
    let mut keys = BTreeMap::new();
    for (kind, said) in order.into_iter().zip(said) {
        // SCPs do not speak to a service; a proof that cited them would mislead.
        if said == Said::NotApplicable {
            continue;
        }
        for (target, source) in sources(kind, policies) {
            let matching = source.document.statements().iter().filter(|s| case.action_matches(s));
            for statement in matching {
                statements.push(examine(&case, kind, (target, source.name), statement));
                asked(&case, statement, &mut keys);
            }
        }
    }
    statements.sort_by_key(|s: &StatementProof| s.kind);
    let keys = keys.into_iter().map(|(key, values)| KeyProof { key, values }).collect();
    let decision = decide(request, policies, &said);
    Explanation { decision, proof: Proof { verdicts, statements, keys } }
}

fn sources<'a>(kind: PolicyKind, policies: &Policies<'a>) -> Vec<(&'a str, Source<'a>)> {
    let plain = |sources: &[Source<'a>]| sources.iter().map(|source| ("", *source)).collect();
    let levels = |levels: &'a [crate::Level<'a>]| {
        levels.iter().flat_map(|level| level.policies.iter().map(|source| (level.target, *source))).collect()
    };
    match kind {
        PolicyKind::ResourceControl => levels(policies.rcp),
        PolicyKind::ServiceControl => levels(policies.scp),
        PolicyKind::Endpoint => plain(policies.endpoint.as_slice()),
        PolicyKind::Resource | PolicyKind::RoleTrust => plain(policies.resource.policy.as_slice()),
        PolicyKind::Grant => Vec::new(),
        PolicyKind::Identity => plain(policies.identity),
        PolicyKind::Boundary => plain(policies.boundary.as_slice()),
        PolicyKind::Session => plain(policies.session),
    }
}

fn examine(case: &Case<'_>, kind: PolicyKind, (target, policy): (&str, &str), statement: &Statement) -> StatementProof {
    let mut misses = Vec::new();
    if case.naming(kind, statement).is_none() {
        misses.push(Miss::Principal);
    }
    if !case.resource_matches(statement) {
        misses.push(Miss::Resource);
    }
    let failed = statement.conditions.iter().filter(|condition| !condition.holds(case.request.context));
    misses.extend(failed.map(|condition| Miss::Condition(condition_proof(case, condition))));
    StatementProof {
        kind,
        target: target.to_owned(),
        policy: policy.to_owned(),
        statement: statement.index,
        sid: statement.sid.as_deref().map(str::to_owned),
        effect: statement.effect,
        misses,
    }
}

fn condition_proof(case: &Case<'_>, condition: &Condition) -> ConditionProof {
    let filled = |value: &crate::Pattern| {
        value.filled(case.request.context).map_or_else(|| value.as_str().to_owned(), |text| text.into_owned())
    };
    ConditionProof {
        operator: condition.operator_name().to_owned(),
        key: condition.key().to_owned(),
        wanted: condition.values().map(filled).collect(),
        had: values(case, condition.key()),
    }
}

fn values(case: &Case<'_>, key: &str) -> Option<Vec<String>> {
    case.request.context.get(key).map(|values| values.iter().map(|value| value.to_string()).collect())
}

fn asked(case: &Case<'_>, statement: &Statement, keys: &mut BTreeMap<String, Option<Vec<String>>>) {
    let mut note = |key: &str| {
        keys.entry(key.to_ascii_lowercase()).or_insert_with(|| values(case, key));
    };
    let resources = statement.resources.iter().flat_map(|targets| targets.patterns.iter());
    resources.flat_map(|pattern| pattern.variables()).for_each(&mut note);
    for condition in &statement.conditions {
        note(condition.key());
        condition.values().flat_map(|value| value.variables()).for_each(&mut note);
    }
}

impl Verdict {
    fn of(said: Said) -> Self {
        match said {
            Said::NotApplicable => Self::NotApplicable,
            Said::Deny(_) => Self::ExplicitDeny,
            Said::Allow(..) => Self::Allow,
            Said::Nothing => Self::ImplicitDeny,
        }
    }

    /// The word in a proof.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotApplicable => "not applicable",
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit deny",
            Self::ImplicitDeny => "implicit deny",
        }
    }
}

impl StatementProof {
    /// True if the statement took part in the decision.
    pub fn applies(&self) -> bool {
        self.misses.is_empty()
    }
}

impl Proof {
    /// The keys that statements asked for and the request does not have.
    pub fn missing_keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(|key| key.values.is_none()).map(|key| key.key.as_str())
    }

    /// The proof as JSON, for `--json` and the ledger.
    pub fn to_json(&self) -> Value {
        let miss = |miss: &Miss| match miss {
            Miss::Principal => json!({"element": "Principal"}),
            Miss::Resource => json!({"element": "Resource"}),
            Miss::Condition(c) => json!({
                "element": "Condition", "operator": c.operator, "key": c.key, "wanted": c.wanted, "had": c.had,
            }),
        };
        let statement = |s: &StatementProof| {
            json!({
                "kind": s.kind.name(), "target": s.target, "policy": s.policy, "statement": s.statement, "sid": s.sid,
                "effect": if s.effect == Effect::Allow { "Allow" } else { "Deny" },
                "applies": s.applies(), "misses": s.misses.iter().map(miss).collect::<Vec<_>>(),
            })
        };
        let verdict = |(kind, verdict): &(PolicyKind, Verdict)| json!({"kind": kind.name(), "verdict": verdict.name()});
        json!({
            "verdicts": self.verdicts.iter().map(verdict).collect::<Vec<_>>(),
            "statements": self.statements.iter().map(statement).collect::<Vec<_>>(),
            "keys": self.keys.iter().map(|k| json!({"key": k.key, "values": k.values})).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, verdict) in self.verdicts.iter().filter(|(_, verdict)| *verdict != Verdict::NotApplicable) {
            writeln!(f, "{}: {}", kind.name(), verdict.name())?;
            for statement in self.statements.iter().filter(|statement| statement.kind == *kind) {
                writeln!(f, "  {statement}")?;
            }
        }
        let missing: Vec<&str> = self.missing_keys().collect();
        if missing.is_empty() { Ok(()) } else { writeln!(f, "keys not in the request: {}", missing.join(", ")) }
    }
}

impl fmt::Display for StatementProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let effect = if self.effect == Effect::Allow { "Allow" } else { "Deny" };
        write!(f, "{effect} in {} statement {}", self.policy, self.statement)?;
        if let Some(sid) = self.sid.as_deref().filter(|sid| !sid.is_empty()) {
            write!(f, " ({sid})")?;
        }
        if !self.target.is_empty() {
            write!(f, " at {}", self.target)?;
        }
        if self.applies() {
            return f.write_str(": applies");
        }
        f.write_str(": does not apply:")?;
        for (index, miss) in self.misses.iter().enumerate() {
            f.write_str(if index == 0 { " " } else { "; " })?;
            match miss {
                Miss::Principal => f.write_str("another principal")?,
                Miss::Resource => f.write_str("another resource")?,
                Miss::Condition(c) => match &c.had {
                    Some(had) => write!(f, "{} {} wants {:?}, had {had:?}", c.operator, c.key, c.wanted)?,
                    None => write!(f, "{} {} wants {:?}, the request has no such key", c.operator, c.key, c.wanted)?,
                },
            }
        }
        Ok(())
    }
}
