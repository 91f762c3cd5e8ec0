//! Requests that nobody makes: what would become of them.

use crate::api::{
    EvaluationResult, SimulateCustomPolicyRequest, SimulatePolicyResponse, SimulatePrincipalPolicyRequest,
};
use crate::holder::Holder;
use crate::simulation::{
    Given, Simulation, Sources, Who, check_actions, check_caller, check_handling, check_resources, exclude, no_user,
    owner,
};
use crate::{entity, errors, paging};
use service::{AccountId, ArnParts, Page, Result, Token, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>
pub fn simulate_custom_policy(view: &View, input: SimulateCustomPolicyRequest) -> Result<SimulatePolicyResponse> {
    let SimulateCustomPolicyRequest {
        policy_input_list,
        permissions_boundary_policy_input_list,
        ordered_organization_policy_input_list,
        action_names,
        resource_arns,
        resource_policy,
        resource_owner,
        caller_arn,
        context_entries,
        resource_handling_option,
        max_items,
        marker,
    } = input;
    let mut sources = Sources::default();
    sources.add_given(view.scope().partition(), &policy_input_list)?;
    sources.set_boundary(view.scope().partition(), &permissions_boundary_policy_input_list.unwrap_or_default())?;
    sources.set_levels(view.scope().partition(), &ordered_organization_policy_input_list.unwrap_or_default())?;
    let asked = Asked {
        actions: action_names,
        resources: check_resources(resource_arns)?,
        handling: resource_handling_option,
        page: paging::asked(marker, max_items)?,
    };
    let who = caller_arn.map(|arn| caller(view, arn)).transpose()?;
    let policy = ResourceSide { policy: resource_policy, owner: resource_owner };
    let somebody = Who::Somebody(view.scope());
    simulate(view, (sources, who.unwrap_or(somebody)), (Given::default(), context_entries), policy, asked)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>
pub fn simulate_principal_policy(view: &View, input: SimulatePrincipalPolicyRequest) -> Result<SimulatePolicyResponse> {
    let SimulatePrincipalPolicyRequest {
        policy_source_arn,
        policy_input_list,
        permissions_boundary_policy_input_list,
        policy_exclusion_list,
        action_names,
        resource_arns,
        resource_policy,
        resource_owner,
        caller_arn,
        context_entries,
        resource_handling_option,
        max_items,
        marker,
    } = input;
    let own = view.account();
    let elsewhere = ArnParts::parse(&policy_source_arn).ok().map(|parts| parts.account.to_owned());
    if let Some(account) = elsewhere.filter(|account| account.parse::<AccountId>().is_ok_and(|account| account != own))
    {
        return Err(errors::invalid_input(format!(
            "Invalid Policy Source Arn: caller's account {own} does not have access to policies in account {account}"
        )));
    }
    let holder = Holder::find(view, &policy_source_arn)?;
    let mut sources = Sources::of_holder(view, &holder, &exclude(policy_exclusion_list)?)?;
    sources.add_given(view.scope().partition(), &policy_input_list.unwrap_or_default())?;
    sources.set_boundary(view.scope().partition(), &permissions_boundary_policy_input_list.unwrap_or_default())?;
    let asked = Asked {
        actions: action_names,
        resources: check_resources(resource_arns)?,
        handling: resource_handling_option,
        page: paging::asked(marker, max_items)?,
    };
    let who = match caller_arn {
        Some(arn) => caller(view, arn)?,
        None => who_is(view, &holder, policy_source_arn),
    };
    let given = Given::of_tags(&holder.core().tags);
    let policy = ResourceSide { policy: resource_policy, owner: resource_owner };
    simulate(view, (sources, who), (given, context_entries), policy, asked)
}

/// What a request asks of the simulator.
struct Asked {
    actions: Vec<String>,
    resources: Vec<String>,
    handling: Option<String>,
    page: Page,
}

/// What it says of the resources.
struct ResourceSide {
    policy: Option<String>,
    owner: Option<String>,
}

fn simulate(
    view: &View,
    (mut sources, who): (Sources, Who),
    (mut given, entries): (Given, Option<Vec<crate::api::ContextEntry>>),
    side: ResourceSide,
    asked: Asked,
) -> Result<SimulatePolicyResponse> {
    check_actions(&asked.actions)?;
    check_handling(asked.handling.as_deref(), &asked.resources)?;
    if let Some(policy) = &side.policy {
        // A resource's policy must have somebody to name.
        if !matches!(who, Who::User(..)) {
            return Err(no_user());
        }
        sources.set_resource(policy)?;
    }
    given.add(entries)?;
    sources.number();
    let owner = side.owner.as_deref().map(owner).transpose()?;
    let simulation = Simulation { sources, who, owner, given, now: view.now() };
    let (evaluation_results, next) = results(&simulation, &asked)?;
    let (is_truncated, marker) = paging::end(next);
    Ok(SimulatePolicyResponse { evaluation_results: Some(evaluation_results), is_truncated, marker })
}

/// A page of the results: each action on each resource. Only what is on the page is simulated.
fn results(simulation: &Simulation, asked: &Asked) -> Result<(Vec<EvaluationResult>, Option<Token>)> {
    let resources = asked.resources.len().max(1);
    let pair = |at: usize| Some((asked.actions.get(at / resources)?, asked.resources.get(at % resources)?));
    let start = match &asked.page.after {
        None => 0,
        Some(token) => std::str::from_utf8(token.as_bytes())
            .ok()
            .and_then(|text| text.parse::<usize>().ok())
            .ok_or_else(|| errors::validation("Invalid Marker."))?,
    };
    let end = start.saturating_add(asked.page.limit);
    let more = asked.actions.len().saturating_mul(resources) > end;
    let page = (start..end).map_while(pair).map(|(action, resource)| simulation.run(action, resource));
    Ok((page.collect(), more.then(|| Token::of(end.to_string()))))
}

/// The user whom a request names as the caller; one of another account need not exist here.
fn caller(view: &View, arn: String) -> Result<Who> {
    check_caller(&arn)?;
    let name = arn.rsplit('/').next().unwrap_or_default();
    let account = ArnParts::parse(&arn).ok().and_then(|parts| parts.account.parse::<AccountId>().ok());
    let row = match account {
        Some(account) => entity::find_in::<crate::state::UserRow>(view, account, name)?,
        None => None,
    };
    Ok(Who::User(arn, row.map(|row| row.core.id).unwrap_or_default()))
}

fn who_is(view: &View, holder: &Holder, arn: String) -> Who {
    match holder {
        Holder::User(user) => Who::User(arn, user.core.id.clone()),
        Holder::Role(role) => {
            let session = view.arn("sts", format_args!("assumed-role/{}/PolicySimulation", role.core.name));
            Who::Role(arn, session.to_string())
        }
        Holder::Group(_) => Who::Somebody(view.scope()),
    }
}
