//! Aliases: names for one version, or for two that share the invocations.

use crate::address::{Address, LATEST};
use crate::api::*;
use crate::paging::page;
use crate::resolve::{self, is_number};
use crate::state::{ALIASES, Alias, INVOKE_CONFIGS, POLICIES};
use crate::{errors, polling, shown};
use service::{Cx, IndexMap, Nothing, Result, Token, View};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html>
pub fn create_alias(cx: &mut Cx, input: CreateAliasRequest) -> Result<AliasConfiguration> {
    let CreateAliasRequest { function_name, name, function_version, description, routing_config } = input;
    let address = Address::of(cx, &function_name, None)?.unqualified()?;
    address.own(cx)?;
    check_version(cx, &address, &function_version)?;
    let weights = weights(cx, &address, &function_version, routing_config)?;
    let key = (address.name.clone(), name.clone());
    if cx.has(&ALIASES, &key)? {
        let arn = address.qualified(Some(&name)).arn();
        return Err(errors::conflict(format!("Alias already exists: {arn}")));
    }
    let alias = Alias {
        function: address.name,
        name,
        version: function_version,
        description: description.unwrap_or_default(),
        weights,
        revision_id: cx.entropy().uuid(),
    };
    cx.put(&ALIASES, &key, &alias)?;
    Ok(shown::alias(cx.scope(), &alias))
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html>
pub fn get_alias(view: &View, input: GetAliasRequest) -> Result<AliasConfiguration> {
    let GetAliasRequest { function_name, name } = input;
    let address = Address::of(view, &function_name, None)?.unqualified()?;
    address.own(view)?;
    Ok(shown::alias(view.scope(), &resolve::alias(view, &address, &name)?))
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html>
pub fn update_alias(cx: &mut Cx, input: UpdateAliasRequest) -> Result<AliasConfiguration> {
    let UpdateAliasRequest { function_name, name, function_version, description, routing_config, revision_id } = input;
    let address = Address::of(cx, &function_name, None)?.unqualified()?;
    address.own(cx)?;
    let mut alias = resolve::alias(cx, &address, &name)?;
    if revision_id.is_some_and(|revision| revision != alias.revision_id) {
        return Err(errors::revision("GetFunction/GetAlias"));
    }
    if let Some(version) = function_version {
        check_version(cx, &address, &version)?;
        alias.version = version;
    }
    alias.description = description.unwrap_or(alias.description);
    if routing_config.is_some() {
        alias.weights = weights(cx, &address, &alias.version, routing_config)?;
    }
    alias.revision_id = cx.entropy().uuid();
    cx.put(&ALIASES, &(address.name.clone(), name), &alias)?;
    polling::refresh(cx, &address.name)?;
    Ok(shown::alias(cx.scope(), &alias))
}

/// An alias that is not there is deleted all the same.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html>
pub fn delete_alias(cx: &mut Cx, input: DeleteAliasRequest) -> Result<Nothing> {
    let DeleteAliasRequest { function_name, name } = input;
    let address = Address::of(cx, &function_name, None)?.unqualified()?;
    address.own(cx)?;
    let key = (address.name.clone(), name);
    cx.delete(&ALIASES, &key)?;
    cx.delete(&POLICIES, &key)?;
    cx.delete(&INVOKE_CONFIGS, &key)?;
    polling::refresh(cx, &address.name)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html>
pub fn list_aliases(view: &View, input: ListAliasesRequest) -> Result<ListAliasesResponse> {
    let ListAliasesRequest { function_name, function_version, marker, max_items } = input;
    let address = Address::of(view, &function_name, None)?.unqualified()?;
    address.own(view)?;
    let of_version = |alias: &Alias| {
        let wanted = function_version.as_ref();
        wanted.is_none_or(|version| alias.version == *version || alias.weights.contains_key(version))
    };
    let (aliases, next) = view.page(&ALIASES, (address.name.as_str(),), &page(marker, max_items)?, of_version)?;
    let shown = aliases.iter().map(|alias| shown::alias(view.scope(), alias)).collect();
    Ok(ListAliasesResponse { aliases: Some(shown), next_marker: next.as_ref().map(Token::encode) })
}

fn check_version(view: &View, address: &Address, version: &str) -> Result<()> {
    if version == LATEST || resolve::published(view, address, version)?.is_some() {
        return Ok(());
    }
    Err(errors::function_not_found(&address.qualified(Some(version)).arn()))
}

/// What of the invocations goes to a second version.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html>
fn weights(
    view: &View,
    address: &Address,
    version: &str,
    routing: Option<AliasRoutingConfiguration>,
) -> Result<IndexMap<String, f64>> {
    let weights = routing.and_then(|routing| routing.additional_version_weights).unwrap_or_default();
    if weights.is_empty() {
        return Ok(weights);
    }
    if weights.len() > 1 {
        return Err(errors::invalid("Number of items in AdditionalVersionWeights cannot be greater than 1"));
    }
    if version == LATEST {
        return Err(errors::invalid("$LATEST is not supported for an alias pointing to more than 1 version"));
    }
    for (second, weight) in &weights {
        if !is_number(second) {
            return Err(errors::invalid(format!(
                "Invalid function version {second}. Function version {second} is not supported for an alias pointing to more than 1 version."
            )));
        }
        if second == version {
            let text = format!(
                "Invalid function version {second}. Function version {second} is already included in routing configuration."
            );
            return Err(errors::invalid(text));
        }
        if !(0.0..=1.0).contains(weight) {
            let text = "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0]";
            return Err(errors::constraint(
                format!("{{{second}={weight}}}"),
                "routingConfig.additionalVersionWeights",
                text,
            ));
        }
        check_version(view, address, second)?;
    }
    Ok(weights)
}
