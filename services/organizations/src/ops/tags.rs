//! Tags of roots, OUs, accounts, policies and the resource policy.

use super::{accounts, policies};
use crate::api::*;
use crate::ids::{self, Named};
use crate::standing::{self, Organization, Reach};
use crate::state::{AccountRow, PolicyRow, UNITS, UnitRow};
use crate::{errors, kinds, membership, paging, tags, tree};
use service::{Cx, IndexMap, Nothing, Result, View};

/// What can have tags.
enum Taggable {
    Root,
    Unit(UnitRow),
    Account(AccountRow),
    Policy(PolicyRow),
    ResourcePolicy,
}

fn find(view: &View, organization: &Organization, id: &str) -> Result<Taggable> {
    let kind = ids::kind_of(id).ok_or_else(|| errors::invalid("INVALID_PATTERN"))?;
    let found = match kind {
        Named::Policy => membership::policy(view, organization, id)?.map(Taggable::Policy),
        Named::ResourcePolicy => {
            let own = organization.row.delegation.as_ref().is_some_and(|policy| policy.id == id);
            own.then_some(Taggable::ResourcePolicy)
        }
        Named::Root | Named::Unit | Named::Account => tree::find(view, organization, id)?.map(|node| match node {
            tree::Node::Root => Taggable::Root,
            tree::Node::Unit(unit) => Taggable::Unit(unit),
            tree::Node::Account(account) => Taggable::Account(account),
        }),
    };
    found.ok_or_else(errors::no_target)
}

fn of(organization: &Organization, taggable: &Taggable) -> IndexMap<String, String> {
    match taggable {
        Taggable::Root => organization.row.root_tags.clone(),
        Taggable::Unit(unit) => unit.tags.clone(),
        Taggable::Account(account) => account.tags.clone(),
        Taggable::Policy(policy) => policy.tags.clone(),
        Taggable::ResourcePolicy => {
            organization.row.delegation.as_ref().map(|policy| policy.tags.clone()).unwrap_or_default()
        }
    }
}

fn save(
    cx: &mut Cx,
    mut organization: Organization,
    (taggable, tags): (Taggable, IndexMap<String, String>),
) -> Result<()> {
    match taggable {
        Taggable::Root => {
            organization.row.root_tags = tags;
            organization.save(cx)
        }
        Taggable::Unit(mut unit) => {
            unit.tags = tags;
            cx.in_scope(organization.scope(), |cx| cx.put(&UNITS, unit.id.as_str(), &unit))
        }
        Taggable::Account(mut account) => {
            account.tags = tags;
            accounts::save(cx, &organization, &account)
        }
        Taggable::Policy(policy) if kinds::managed(&policy.id).is_some() => Err(errors::invalid("IMMUTABLE_POLICY")),
        Taggable::Policy(mut policy) => {
            policy.tags = tags;
            policies::save(cx, &organization, &policy)
        }
        Taggable::ResourcePolicy => {
            if let Some(policy) = &mut organization.row.delegation {
                policy.tags = tags;
            }
            organization.save(cx)
        }
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<Nothing> {
    let TagResourceRequest { resource_id, tags: given } = input;
    let organization = standing::open(cx, Reach::Delegates)?;
    let taggable = find(cx, &organization, &resource_id)?;
    let mut all = of(&organization, &taggable);
    tags::add(cx, &mut all, given)?;
    save(cx, organization, (taggable, all))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<Nothing> {
    let UntagResourceRequest { resource_id, tag_keys } = input;
    let organization = standing::open(cx, Reach::Delegates)?;
    let taggable = find(cx, &organization, &resource_id)?;
    let mut all = of(&organization, &taggable);
    all.retain(|key, _| !tag_keys.contains(key));
    save(cx, organization, (taggable, all))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse> {
    let ListTagsForResourceRequest { resource_id, next_token } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let taggable = find(view, &organization, &resource_id)?;
    let mut all: Vec<(String, String)> = of(&organization, &taggable).into_iter().collect();
    all.sort_unstable();
    let (all, next_token) = paging::page(all, (next_token, None), |(key, _)| key.clone())?;
    let tags = all.into_iter().map(|(key, value)| Tag { key, value }).collect();
    Ok(ListTagsForResourceResponse { tags: Some(tags), next_token })
}
