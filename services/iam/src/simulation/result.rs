//! How a simulation's answer tells a decision and its proof.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html>

use super::Simulation;
use super::policies::{IAM_POLICY, RESOURCE_POLICY};
use crate::api::{
    EvaluationResult, OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail, Position, ResourceSpecificResult,
    Statement,
};
use service::IndexMap;
use service::policy::{self, Effect, Explanation, PolicyKind, Reason, Request, StatementProof, Verdict};

/// The result for one action on one resource. What concerns a resource that was named stands in a part of its own, too.
pub fn of(simulation: &Simulation, request: &Request<'_>, explained: &Explanation) -> EvaluationResult {
    let named = request.resource != "*";
    let decision = word_of(explained.decision.reason).to_owned();
    let matched = matched(simulation, explained);
    let missing = missing(simulation, explained);
    let details = details(request, explained);
    let boundary = boundary(simulation, explained);
    let specific = named.then(|| ResourceSpecificResult {
        eval_resource_name: request.resource.to_owned(),
        eval_resource_decision: decision.clone(),
        matched_statements: Some(matched.clone()),
        missing_context_values: Some(missing.clone()),
        eval_decision_details: details.clone(),
        permissions_boundary_decision_detail: boundary.clone(),
    });
    EvaluationResult {
        eval_action_name: request.action.to_owned(),
        eval_resource_name: Some(request.resource.to_owned()),
        eval_decision: decision,
        matched_statements: Some(matched),
        missing_context_values: Some(if named { Vec::new() } else { missing }),
        organizations_decision_detail: organizations(simulation, explained),
        permissions_boundary_decision_detail: boundary,
        eval_decision_details: details,
        resource_specific_results: specific.map(|specific| vec![specific]),
    }
}

fn word_of(reason: Reason) -> &'static str {
    match reason {
        Reason::Allowed(_) | Reason::Root => "allowed",
        Reason::ExplicitDeny(_) => "explicitDeny",
        Reason::ImplicitDeny(_) => "implicitDeny",
    }
}

fn word_of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allowed",
        Verdict::ExplicitDeny => "explicitDeny",
        Verdict::ImplicitDeny | Verdict::NotApplicable => "implicitDeny",
    }
}

fn verdict(explained: &Explanation, wanted: &[PolicyKind]) -> Verdict {
    let found = explained.proof.verdicts.iter().find(|(kind, _)| wanted.contains(kind));
    found.map_or(Verdict::NotApplicable, |(_, verdict)| *verdict)
}

const RESOURCE: [PolicyKind; 2] = [PolicyKind::Resource, PolicyKind::RoleTrust];

/// The statements that determine the result. Where one of a kind of policy denies, those of that kind that allow do not count.
/// What an organisation denies is told by [`organizations`] alone, and an implicit denial has no statement.
fn matched(simulation: &Simulation, explained: &Explanation) -> Vec<Statement> {
    let boundary_denies = match explained.decision.reason {
        Reason::ImplicitDeny(_) | Reason::ExplicitDeny(PolicyKind::ServiceControl) => return Vec::new(),
        Reason::ExplicitDeny(PolicyKind::Boundary) => true,
        _ => false,
    };
    let applying: Vec<&StatementProof> = explained.proof.statements.iter().filter(|proof| proof.applies()).collect();
    let denies = |kind: PolicyKind| applying.iter().any(|proof| proof.kind == kind && proof.effect == Effect::Deny);
    let counts = |proof: &&&StatementProof| {
        let kind = match proof.kind {
            PolicyKind::Boundary => boundary_denies,
            kind => kind == PolicyKind::Identity || RESOURCE.contains(&kind),
        };
        kind && (proof.effect == Effect::Deny || !denies(proof.kind))
    };
    applying.iter().filter(counts).filter_map(|proof| statement(simulation, proof)).collect()
}

fn statement(simulation: &Simulation, proof: &StatementProof) -> Option<Statement> {
    let policy = simulation.sources.find(&proof.policy)?;
    let span = policy.span(proof.statement);
    Some(Statement {
        source_policy_id: Some(policy.id.clone()),
        source_policy_type: Some(policy.kind.to_owned()),
        start_position: span.map(|span| position(span.start)),
        end_position: span.map(|span| position(span.end)),
    })
}

fn position(at: policy::Position) -> Position {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Position { line: Some(number(at.line)), column: Some(number(at.column)) }
}

/// The keys that the policies ask for and nobody gave, as the policies write them.
fn missing(simulation: &Simulation, explained: &Explanation) -> Vec<String> {
    explained.proof.missing_keys().map(|key| simulation.sources.written(key).to_owned()).collect()
}

/// Empty within an account, absent where no resource is named or an organisation denies.
fn details(request: &Request<'_>, explained: &Explanation) -> Option<IndexMap<String, String>> {
    let organization = verdict(explained, &[PolicyKind::ServiceControl]);
    if request.resource == "*" || matches!(organization, Verdict::ExplicitDeny | Verdict::ImplicitDeny) {
        return None;
    }
    if request.principal.account == request.resource_account {
        return Some(IndexMap::new());
    }
    let kinds = [(IAM_POLICY, &[PolicyKind::Identity][..]), (RESOURCE_POLICY, &RESOURCE)];
    let told =
        |(name, kinds): (&str, &[PolicyKind])| (name.to_owned(), word_of_verdict(verdict(explained, kinds)).to_owned());
    Some(kinds.into_iter().map(told).collect())
}

fn organizations(simulation: &Simulation, explained: &Explanation) -> Option<OrganizationsDecisionDetail> {
    let verdict = verdict(explained, &[PolicyKind::ServiceControl]);
    (!simulation.sources.service_control.is_empty()).then_some(OrganizationsDecisionDetail {
        allowed_by_organizations: Some(matches!(verdict, Verdict::Allow | Verdict::NotApplicable)),
    })
}

fn boundary(simulation: &Simulation, explained: &Explanation) -> Option<PermissionsBoundaryDecisionDetail> {
    let verdict = verdict(explained, &[PolicyKind::Boundary]);
    simulation
        .sources
        .boundary
        .as_ref()
        .map(|_| PermissionsBoundaryDecisionDetail { allowed_by_permissions_boundary: Some(verdict == Verdict::Allow) })
}
