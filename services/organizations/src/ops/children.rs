//! What lies below and above what.

use crate::api::*;
use crate::ids::{self, Named};
use crate::standing::{self, Reach};
use crate::{errors, paging, tree};
use service::{Result, View};

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html>
pub fn list_children(view: &View, input: ListChildrenRequest) -> Result<ListChildrenResponse> {
    let ListChildrenRequest { parent_id, child_type, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let child = |(number, id): (i64, String)| (number, Child { id: Some(id), type_: Some(child_type.clone()) });
    tree::check_parent(view, &organization, &parent_id, errors::no_parent)?;
    let children: Vec<(i64, String)> = match child_type.as_str() {
        "ACCOUNT" => {
            let accounts = tree::accounts_in(view, &organization, &parent_id)?;
            accounts.into_iter().map(|account| (account.number, account.id)).collect()
        }
        "ORGANIZATIONAL_UNIT" => {
            let units = tree::units_in(view, &organization, &parent_id)?;
            units.into_iter().map(|unit| (unit.number, unit.id)).collect()
        }
        _ => return Err(errors::invalid("INVALID_ENUM")),
    };
    let mark = |(number, _): &(i64, String)| paging::numbered(*number);
    let (children, next_token) = paging::page(children, (next_token, max_results), mark)?;
    let children = children.into_iter().map(child).map(|(_, child)| child).collect();
    Ok(ListChildrenResponse { children: Some(children), next_token })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html>
pub fn list_parents(view: &View, input: ListParentsRequest) -> Result<ListParentsResponse> {
    let ListParentsRequest { child_id, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    ids::check(&child_id, &[Named::Account, Named::Unit])?;
    let parent = match tree::find(view, &organization, &child_id)? {
        Some(tree::Node::Unit(unit)) => unit.parent,
        Some(tree::Node::Account(account)) => account.parent,
        _ => return Err(errors::no_child()),
    };
    let kind = if parent == organization.row.root { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
    let parents = vec![Parent { id: Some(parent), type_: Some(kind.to_owned()) }];
    let mark = |parent: &Parent| parent.id.clone().unwrap_or_default();
    let (parents, next_token) = paging::page(parents, (next_token, max_results), mark)?;
    Ok(ListParentsResponse { parents: Some(parents), next_token })
}
