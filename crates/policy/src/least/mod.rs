//! The least policy that covers what is needed, proven by the engine that judges: with any one statement removed something that
//! is needed fails. What is needed, such as recorded calls, is the caller's to say.

mod patterns;
mod statements;

pub use patterns::patterns;
pub use statements::{Need, Statement, document, literal, statements};

use crate::{Context, Document, Limits, Policies, Principal, PrincipalKind, Request, Source, evaluate};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A policy that is the least, and what shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Least<'n> {
    /// Its statements.
    pub statements: Vec<Statement>,
    /// For each of them what fails without it.
    pub lacking: Vec<&'n Need>,
}

/// Why what was written is not the least policy: a fault of this module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unproven {
    /// What was written is no policy: why.
    Unreadable(String),
    /// It would not allow this.
    Denies(Need),
    /// Nothing needs the statement of this id.
    Idle(String),
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unproven::Unreadable(why) => write!(f, "what was written is no policy: {why}"),
            Unproven::Denies(Need { action, resource }) => {
                write!(f, "the policy would not allow {action} on {resource}")
            }
            Unproven::Idle(sid) => write!(f, "nothing needs the statement {sid}"),
        }
    }
}

/// The least policy by which a principal may do all that he needs. Where it is `generalised`, one pattern stands for resources
/// whose names differ only in parts that chance made.
///
/// # Errors
/// [`Unproven`], where the proof fails.
pub fn least<'n>(principal: &Principal<'_>, needs: &[&'n Need], generalised: bool) -> Result<Least<'n>, Unproven> {
    let statements = needed(principal, needs, written(needs, generalised))?;
    let lacking = prove(principal, needs, &statements)?;
    Ok(Least { statements, lacking })
}

/// The statements for what was recorded, and for nothing else unless it is generalised.
fn written(needs: &[&Need], generalised: bool) -> Vec<Statement> {
    let mut wide = BTreeMap::new();
    if generalised {
        // A pattern may only stand for resources of the same actions.
        let mut by_action: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for need in needs.iter().filter(|need| need.resource != "*") {
            by_action.entry(&need.action).or_default().insert(need.resource.clone());
        }
        for (action, resources) in by_action {
            wide.insert(action, patterns(&resources));
        }
    }
    let resource = |need: &Need| {
        let pattern = wide.get(need.action.as_str()).and_then(|known| known.get(&need.resource)).cloned();
        pattern.unwrap_or_else(|| literal(&need.resource))
    };
    statements(needs.iter().map(|need| (need.action.clone(), resource(need))))
}

/// Leaves out each statement whose needs others cover: patterns may overlap.
fn needed(
    principal: &Principal<'_>,
    needs: &[&Need],
    mut statements: Vec<Statement>,
) -> Result<Vec<Statement>, Unproven> {
    let mut at = 0;
    while statements.len() > 1 && at < statements.len() {
        let mut rest = statements.clone();
        rest.remove(at);
        let document = compile(&rest)?;
        match needs.iter().all(|need| passes(principal, need, &document)) {
            true => statements = rest,
            false => at += 1,
        }
    }
    Ok(statements)
}

/// Makes sure that all that is needed passes, and finds for each statement what fails without it.
fn prove<'n>(
    principal: &Principal<'_>,
    needs: &[&'n Need],
    statements: &[Statement],
) -> Result<Vec<&'n Need>, Unproven> {
    let whole = compile(statements)?;
    if let Some(need) = needs.iter().find(|need| !passes(principal, need, &whole)) {
        return Err(Unproven::Denies((*need).clone()));
    }
    let mut lacking = Vec::with_capacity(statements.len());
    for at in 0..statements.len() {
        let mut rest = statements.to_vec();
        let left = rest.remove(at);
        let first = match rest.is_empty() {
            true => needs.first(),
            false => {
                let document = compile(&rest)?;
                needs.iter().find(|need| !passes(principal, need, &document))
            }
        };
        lacking.push(*first.ok_or(Unproven::Idle(left.sid))?);
    }
    Ok(lacking)
}

fn compile(statements: &[Statement]) -> Result<Document, Unproven> {
    let document = Document::parse(&document(statements).to_string(), Limits::default());
    document.map_err(|e| Unproven::Unreadable(e.detail().to_string()))
}

/// Whether the policy alone lets the principal do it: what other accounts and keys must allow on their side is theirs.
fn passes(principal: &Principal<'_>, need: &Need, document: &Document) -> bool {
    let context = Context::new();
    let request = Request {
        action: &need.action,
        resource: &need.resource,
        resource_account: principal.account,
        principal,
        context: &context,
    };
    let identity = [Source { name: "least", document }];
    // A federated user has what both the user's policies and the session's allow.
    let session = if principal.kind == PrincipalKind::FederatedUser { &identity[..] } else { &[] };
    evaluate(&request, &Policies { identity: &identity, session, ..Policies::default() }).allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who() -> Principal<'static> {
        Principal::role_session(
            "arn:aws:sts::111122223333:assumed-role/app/i-1",
            "arn:aws:iam::111122223333:role/app",
            "AROAAPP:i-1",
        )
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
        let why = prove(&who(), &[&one], &statements).unwrap_err();
        assert_eq!(why, Unproven::Idle("More".into()));
        let why = prove(&who(), &[&one, &need("iam:GetUser", "u")], &statements).unwrap_err();
        assert_eq!(why, Unproven::Denies(need("iam:GetUser", "u")));
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
