//! Aliases of state machines.

use crate::address::{self, Address};
use crate::api::*;
use crate::errors;
use crate::paging::page;
use crate::state::{ALIASES, Alias, MACHINES, VERSIONS};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const MOST: usize = 100;

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html>
pub fn create_state_machine_alias(
    cx: &mut Cx,
    input: CreateStateMachineAliasInput,
) -> Result<CreateStateMachineAliasOutput> {
    let CreateStateMachineAliasInput { description, name, routing_configuration } = input;
    address::check_name(&name)?;
    // A number would be taken for a version.
    if name.bytes().all(|b| b.is_ascii_digit())
        || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    {
        return Err(errors::invalid_name(&name));
    }
    let (machine, routes) = routes(cx, &routing_configuration)?;
    let arn = address::qualified_arn(cx, &machine, &name);
    let key = (machine, name.clone());
    if let Some(old) = cx.get(&ALIASES, &key)? {
        if old.routes == routes && old.description == description {
            return Ok(CreateStateMachineAliasOutput { state_machine_alias_arn: arn, creation_date: old.created_at });
        }
        let text = "Failed to create alias because an alias with the same name and a different routing configuration already exists.";
        return Err(errors::conflict(text));
    }
    if cx.rows(&ALIASES, (key.0.as_str(),)).count() >= MOST {
        return Err(errors::quota("The maximum number of state machine aliases has been reached."));
    }
    let (created_at, updated_at) = (cx.now(), cx.now());
    cx.put(&ALIASES, &key, &Alias { name, description, routes, created_at, updated_at })?;
    Ok(CreateStateMachineAliasOutput { state_machine_alias_arn: arn, creation_date: created_at })
}

/// The machine, and numbers of versions with their weights in turn.
fn routes(view: &View, items: &[RoutingConfigurationListItem]) -> Result<(String, Vec<i64>)> {
    let wrong = |text: &str| errors::validation(text.to_owned(), "INVALID_ROUTING_CONFIGURATION");
    if items.is_empty() || items.len() > 2 {
        return Err(wrong("Routing configuration must have one or two versions."));
    }
    let (mut machine, mut routes) = (None, Vec::new());
    for RoutingConfigurationListItem { state_machine_version_arn, weight } in items {
        let address = Address::of_kind(view, state_machine_version_arn, "stateMachine")?;
        let number = address.rest.as_deref().and_then(|rest| rest.parse::<i64>().ok());
        let number = number.ok_or_else(|| errors::invalid_arn(state_machine_version_arn))?;
        if !view.has(&VERSIONS, &(address.name.clone(), number.unsigned_abs()))? {
            return Err(errors::resource_missing(state_machine_version_arn));
        }
        if *machine.get_or_insert_with(|| address.name.clone()) != address.name {
            return Err(wrong("Routing configuration must contain versions of one state machine."));
        }
        if routes.chunks(2).any(|pair| pair.first() == Some(&number)) {
            return Err(wrong("Routing configuration must contain distinct state machine version ARNs."));
        }
        routes.extend([number, *weight]);
    }
    if routes.chunks(2).filter_map(|pair| pair.get(1)).sum::<i64>() != 100 {
        return Err(wrong("Sum of routing configuration weights must equal 100"));
    }
    Ok((machine.unwrap_or_default(), routes))
}

fn find(view: &View, arn: &str) -> Result<(String, Alias)> {
    let address = Address::of_kind(view, arn, "stateMachine")?;
    let name = address.rest.ok_or_else(|| errors::invalid_arn(arn))?;
    let alias = view.get(&ALIASES, &(address.name.clone(), name))?;
    Ok((address.name, alias.ok_or_else(|| errors::resource_missing(arn))?))
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html>
pub fn update_state_machine_alias(
    cx: &mut Cx,
    input: UpdateStateMachineAliasInput,
) -> Result<UpdateStateMachineAliasOutput> {
    let UpdateStateMachineAliasInput { state_machine_alias_arn, description, routing_configuration } = input;
    let (machine, mut alias) = find(cx, &state_machine_alias_arn)?;
    if description.is_none() && routing_configuration.is_none() {
        let text = "Either the description or the routing configuration must be specified.";
        return Err(errors::validation(text, "MISSING_REQUIRED_PARAMETER"));
    }
    if let Some(items) = routing_configuration {
        let (other, routes) = routes(cx, &items)?;
        if other != machine {
            let text = "Routing configuration must contain versions of the alias's state machine.";
            return Err(errors::validation(text, "INVALID_ROUTING_CONFIGURATION"));
        }
        alias.routes = routes;
    }
    alias.description = description.or(alias.description);
    alias.updated_at = cx.now();
    cx.put(&ALIASES, &(machine, alias.name.clone()), &alias)?;
    Ok(UpdateStateMachineAliasOutput { update_date: alias.updated_at })
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineAlias.html>
pub fn describe_state_machine_alias(
    view: &View,
    input: DescribeStateMachineAliasInput,
) -> Result<DescribeStateMachineAliasOutput> {
    let DescribeStateMachineAliasInput { state_machine_alias_arn } = input;
    let (machine, alias) = find(view, &state_machine_alias_arn)?;
    let item = |pair: &[i64]| {
        Some(RoutingConfigurationListItem {
            state_machine_version_arn: address::qualified_arn(view, &machine, pair.first()?),
            weight: *pair.get(1)?,
        })
    };
    Ok(DescribeStateMachineAliasOutput {
        state_machine_alias_arn: Some(state_machine_alias_arn),
        name: Some(alias.name),
        description: alias.description,
        routing_configuration: Some(alias.routes.chunks(2).filter_map(item).collect()),
        creation_date: Some(alias.created_at),
        update_date: Some(alias.updated_at),
    })
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineAlias.html>
pub fn delete_state_machine_alias(
    cx: &mut Cx,
    input: DeleteStateMachineAliasInput,
) -> Result<DeleteStateMachineAliasOutput> {
    let DeleteStateMachineAliasInput { state_machine_alias_arn } = input;
    let (machine, alias) = find(cx, &state_machine_alias_arn)?;
    cx.delete(&ALIASES, &(machine, alias.name))?;
    Ok(DeleteStateMachineAliasOutput {})
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineAliases.html>
pub fn list_state_machine_aliases(
    view: &View,
    input: ListStateMachineAliasesInput,
) -> Result<ListStateMachineAliasesOutput> {
    let ListStateMachineAliasesInput { state_machine_arn, next_token, max_results } = input;
    let address = Address::of_kind(view, &state_machine_arn, "stateMachine")?;
    if !view.has(&MACHINES, &address.name)? {
        return Err(errors::machine_missing(&state_machine_arn));
    }
    // With a version's ARN, the aliases that lead to it.
    let number = address.rest.as_deref().map(|rest| rest.parse::<i64>());
    let number = number.transpose().map_err(|_| errors::invalid_arn(&state_machine_arn))?;
    let leads = |alias: &Alias| number.is_none() || alias.routes.chunks(2).any(|pair| pair.first() == number.as_ref());
    let page = page(next_token, max_results)?;
    let (aliases, next) = view.page(&ALIASES, (address.name.as_str(),), &page, leads)?;
    let shown = |alias: Alias| StateMachineAliasListItem {
        state_machine_alias_arn: address::qualified_arn(view, &address.name, &alias.name),
        creation_date: alias.created_at,
    };
    Ok(ListStateMachineAliasesOutput {
        state_machine_aliases: aliases.into_iter().map(shown).collect(),
        next_token: next.map(|token| token.encode()),
    })
}
