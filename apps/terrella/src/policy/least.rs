//! `terrella policy least`: the least policy that recorded calls need, proven by the engine that would judge them.

use super::flags::Least;
use super::recorded::{self, Recorded, Who};
use crate::client::Failure;
use crate::verbs::print;
use policy::least::{self, Need, Statement, document};
use policy::valid::size_without_whitespace;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The longest managed policy, white space apart.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MOST_CHARACTERS: usize = 6_144;

/// What was recorded of the principal.
#[derive(Default)]
struct Calls {
    /// How often each need was recorded, and the newest request that had it.
    needs: BTreeMap<Need, (u64, String)>,
    who: Option<Who>,
    allowed: u64,
    denied: u64,
    /// Went through only because denials are recorded and not answered.
    audited: u64,
    /// Too large a record lost what it put.
    omitted: u64,
}

impl Calls {
    fn add(&mut self, call: Recorded, audited: bool) {
        if call.omitted {
            self.omitted += 1;
            return;
        }
        match () {
            () if call.was_audited() && !audited => self.audited += 1,
            () if !(call.was_allowed() || call.was_audited()) => self.denied += u64::from(call.decision == "denied"),
            () if call.checks.is_empty() => {}
            () => {
                self.allowed += 1;
                for check in call.checks {
                    let need = Need { action: check.action, resource: check.resource };
                    let seen = self.needs.entry(need).or_default();
                    *seen = (seen.0 + 1, call.request_id.clone());
                }
                self.who = call.principal;
            }
        }
    }
}

/// Writes the policy and what proves it.
pub fn run(flags: &Least) -> Result<(), Failure> {
    let mut calls = Calls::default();
    let parameters =
        [("principal", Some(&flags.principal)), ("since", flags.since.as_ref()), ("until", flags.until.as_ref())];
    recorded::each(&flags.operator, &parameters, |call| calls.add(call, flags.audited))?;
    let Some(who) = calls.who.clone() else { return Err(nothing(flags, &calls)) };
    if matches!(who.kind.as_str(), "root" | "service" | "anonymous") {
        return Err(Failure(format!(
            "{} is bound by no identity policy: name a user, a role or a session, as `terrella log` shows them",
            who.arn
        )));
    }
    let needs: Vec<&Need> = calls.needs.keys().collect();
    let found = least::least(&who.principal(), &needs, flags.generalise);
    let least::Least { statements, lacking } = found.map_err(|e| Failure(format!("{e}: please report this")))?;
    let policy = document(&statements);
    let value = told(&calls, &who, &policy, (&statements, &lacking));
    if !flags.operator.json {
        eprintln!("{}", summary(&calls, &statements, &policy));
    }
    print(flags.operator.json, &value, |_| format!("{policy:#}"));
    Ok(())
}

fn nothing(flags: &Least, calls: &Calls) -> Failure {
    let what = match calls {
        Calls { audited: 1.., .. } => "only calls that the policies deny (--iam audit): take them with --audited",
        Calls { denied: 1.., .. } => "only denied calls: `terrella log --outcome denied` shows them",
        Calls { omitted: 1.., .. } => "only calls whose records were too large to keep what they asked",
        _ => "no call that puts anything to the policies: `terrella log --principal …` shows what there is",
    };
    Failure(format!("the ledger has of {} {what}", flags.principal))
}

fn told(calls: &Calls, who: &Who, policy: &Value, (statements, lacking): (&[Statement], &[&Need])) -> Value {
    let need = |need: &Need| json!({"action": need.action, "resource": need.resource});
    let rows = calls.needs.iter().map(|(one, (count, request))| {
        let mut row = need(one);
        row["count"] = json!(count);
        row["requestId"] = json!(request);
        row
    });
    let without = statements.iter().zip(lacking);
    let without = without.map(|(statement, lack)| json!({"without": statement.sid, "fails": need(lack)}));
    json!({
        "principal": who.identity(),
        "policy": policy,
        "calls": calls.allowed,
        "needs": rows.collect::<Vec<_>>(),
        "proof": {"allNeedsPass": true, "statements": without.collect::<Vec<_>>()},
        "leftOut": {"denied": calls.denied, "audited": calls.audited, "omitted": calls.omitted},
        "characters": size_without_whitespace(&policy.to_string()),
    })
}

fn summary(calls: &Calls, statements: &[Statement], policy: &Value) -> String {
    let mut lines = vec![format!(
        "{} calls need {} actions on resources: each passes under this policy, and without any of its {} statements one fails",
        calls.allowed,
        calls.needs.len(),
        statements.len()
    )];
    let size = size_without_whitespace(&policy.to_string());
    if size > MOST_CHARACTERS {
        lines.push(format!(
            "it has {size} characters, and a managed policy may have {MOST_CHARACTERS}: try --generalise, or split it"
        ));
    }
    for (count, what) in [
        (calls.denied, "denied calls are not in it"),
        (calls.audited, "calls that the policies deny (--iam audit) are not in it: take them with --audited"),
        (calls.omitted, "calls are not in it, for their records were too large to keep what they asked"),
    ] {
        if count > 0 {
            lines.push(format!("{count} {what}"));
        }
    }
    lines.join("\n")
}
