//! `terrella policy least`: the least policy that recorded calls need, proven by the engine that would judge them.

use super::compiled;
use super::flags::Least;
use super::grouping::{Need, Statement, document, literal, statements};
use super::recorded::{self, Recorded, Who};
use super::{generalise, grouping};
use crate::client::Failure;
use crate::verbs::print;
use policy::valid::size_without_whitespace;
use policy::{Context, Document, Policies, Request, Source, evaluate};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

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
    let statements = needed(&who, &needs, written(&needs, flags.generalise))?;
    let lacking = prove(&who, &needs, &statements)?;
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

/// The statements for what was recorded, and for nothing else unless it is generalised.
fn written(needs: &[&Need], generalised: bool) -> Vec<Statement> {
    let mut patterns = BTreeMap::new();
    if generalised {
        // A pattern may only stand for resources of the same actions.
        let mut by_action: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for need in needs.iter().filter(|need| need.resource != "*") {
            by_action.entry(&need.action).or_default().insert(need.resource.clone());
        }
        for (action, resources) in by_action {
            patterns.insert(action, generalise::patterns(&resources));
        }
    }
    let resource = |need: &Need| {
        let pattern = patterns.get(need.action.as_str()).and_then(|known| known.get(&need.resource)).cloned();
        pattern.unwrap_or_else(|| literal(&need.resource))
    };
    statements(needs.iter().map(|need| (need.action.clone(), resource(need))))
}

/// Leaves out each statement whose needs others cover: patterns may overlap.
fn needed(who: &Who, needs: &[&Need], mut statements: Vec<Statement>) -> Result<Vec<Statement>, Failure> {
    let mut at = 0;
    while statements.len() > 1 && at < statements.len() {
        let mut rest = statements.clone();
        rest.remove(at);
        let document = compile(&rest)?;
        match needs.iter().all(|need| passes(who, need, &document)) {
            true => statements = rest,
            false => at += 1,
        }
    }
    Ok(statements)
}

/// Makes sure that every recorded check passes, and finds for each statement one that fails without it.
fn prove<'n>(who: &Who, needs: &[&'n Need], statements: &[Statement]) -> Result<Vec<&'n Need>, Failure> {
    let whole = compile(statements)?;
    if let Some(need) = needs.iter().find(|need| !passes(who, need, &whole)) {
        return Err(Failure(format!(
            "the policy would not allow {} on {}, which was recorded: please report this",
            need.action, need.resource
        )));
    }
    let mut lacking = Vec::with_capacity(statements.len());
    for at in 0..statements.len() {
        let mut rest = statements.to_vec();
        let left = rest.remove(at);
        let first = match rest.is_empty() {
            true => needs.first(),
            false => {
                let document = compile(&rest)?;
                needs.iter().find(|need| !passes(who, need, &document))
            }
        };
        let first = first.ok_or_else(|| {
            Failure(format!("nothing that was recorded needs the statement {}: please report this", left.sid))
        })?;
        lacking.push(*first);
    }
    Ok(lacking)
}

fn compile(statements: &[Statement]) -> Result<Document, Failure> {
    compiled("what was written", &grouping::document(statements).to_string())
}

/// Whether the policy alone lets the principal do it: what other accounts and keys must allow on their side is theirs.
fn passes(who: &Who, need: &Need, document: &Document) -> bool {
    let principal = who.principal();
    let context = Context::new();
    let request = Request {
        action: &need.action,
        resource: &need.resource,
        resource_account: principal.account,
        principal: &principal,
        context: &context,
    };
    let identity = [Source { name: "least", document }];
    // A federated user has what both the user's policies and the session's allow.
    let session = if who.kind == "federated-user" { &identity[..] } else { &[] };
    evaluate(&request, &Policies { identity: &identity, session, ..Policies::default() }).allowed
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

#[cfg(test)]
mod tests {
    use super::*;

    fn who() -> Who {
        let text = |text: &str| text.to_owned();
        Who {
            kind: text("role"),
            arn: text("arn:aws:sts::111122223333:assumed-role/app/i-1"),
            account: text("111122223333"),
            id: text("AROAAPP:i-1"),
            issuer: text("arn:aws:iam::111122223333:role/app"),
        }
    }

    fn need(action: &str, resource: &str) -> Need {
        Need { action: action.to_owned(), resource: resource.to_owned() }
    }

    #[test]
    fn what_is_written_is_exactly_what_is_needed() {
        let needs = [
            need("sqs:SendMessage", "arn:aws:sqs:r:111122223333:a"),
            need("sqs:SendMessage", "arn:aws:sqs:r:111122223333:b"),
            need("sqs:ReceiveMessage", "arn:aws:sqs:r:111122223333:a"),
            need("s3:GetObject", "arn:aws:s3:::bucket/a*b"),
            need("sqs:ListQueues", "*"),
        ];
        let needs: Vec<&Need> = needs.iter().collect();
        let statements = written(&needs, false);
        assert_eq!(prove(&who(), &needs, &statements).unwrap().len(), statements.len());
        let whole = compile(&statements).unwrap();
        for (action, resource) in [
            ("sqs:ReceiveMessage", "arn:aws:sqs:r:111122223333:b"),
            ("s3:GetObject", "arn:aws:s3:::bucket/axb"),
            ("sqs:DeleteMessage", "arn:aws:sqs:r:111122223333:a"),
        ] {
            assert!(!passes(&who(), &need(action, resource), &whole), "{action} {resource}");
        }
    }

    #[test]
    fn a_statement_that_nothing_needs_is_found_out() {
        let one = need("sqs:SendMessage", "q");
        let mut statements = written(&[&one], false);
        statements.push(Statement { sid: "More".into(), actions: vec!["s3:*".into()], resources: vec!["*".into()] });
        let Failure(why) = prove(&who(), &[&one], &statements).unwrap_err();
        assert!(why.contains("needs the statement More"), "{why}");
        let Failure(why) = prove(&who(), &[&one, &need("iam:GetUser", "u")], &statements).unwrap_err();
        assert!(why.contains("would not allow iam:GetUser"), "{why}");
    }

    #[test]
    fn patterns_are_written_for_the_actions_that_have_them() {
        let [a, b] = ["arn:aws:s3:::b/1795330800123", "arn:aws:s3:::b/1795330800999"];
        let needs = [need("s3:GetObject", a), need("s3:GetObject", b), need("s3:PutObject", a)];
        let needs: Vec<&Need> = needs.iter().collect();
        let statements = written(&needs, true);
        assert_eq!(prove(&who(), &needs, &statements).unwrap().len(), 2);
        let resources: Vec<_> = statements.iter().map(|s| s.resources.join(",")).collect();
        assert_eq!(resources, ["arn:aws:s3:::b/*", a]);
    }
}
