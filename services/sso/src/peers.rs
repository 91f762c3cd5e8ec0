//! All that Identity Center asks of others: IAM's roles and providers, the identity store's users and groups.

use service::resource::found;
use service::{AccountId, IndexMap, Result, Value, View};

/// What IAM answers of what is not there.
const NO_ENTITY: &[&str] = &["NoSuchEntityException"];
/// What the identity store answers of it.
const GONE: &[&str] = &["ResourceNotFoundException"];

/// A reading operation of IAM in an account; `None` for what is not there.
pub fn iam(view: &View, account: AccountId, operation: &str, input: &[(&str, &str)]) -> Result<Option<Value>> {
    let input = Value::map(input.iter().map(|(name, value)| (*name, Value::from(*value))));
    found(view.peer_in(view.scope().home_of(account), "iam", operation, input), NO_ENTITY)
}

/// A user of a store in this view's scope, as the identity store describes him.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeUser.html>
pub fn user(view: &View, store: &str, id: &str) -> Result<Option<Value>> {
    directory(view, "DescribeUser", &[("IdentityStoreId", store), ("UserId", id)])
}

/// A group of a store.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroup.html>
pub fn group(view: &View, store: &str, id: &str) -> Result<Option<Value>> {
    directory(view, "DescribeGroup", &[("IdentityStoreId", store), ("GroupId", id)])
}

/// The ids of the groups that a user is in.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMembershipsForMember.html>
pub fn groups_of(view: &View, store: &str, user: &str) -> Result<Vec<String>> {
    let (mut groups, mut next) = (Vec::new(), None);
    loop {
        let member = Value::map([("UserId", user.into())]);
        let mut input =
            IndexMap::from_iter([("IdentityStoreId".to_owned(), Value::from(store)), ("MemberId".to_owned(), member)]);
        if let Some(next) = next.take() {
            input.insert("NextToken".to_owned(), next);
        }
        let page = view.peer("identitystore", "ListGroupMembershipsForMember", Value::Map(input))?;
        let memberships = page.get("GroupMemberships").and_then(Value::as_list).unwrap_or_default();
        groups.extend(memberships.iter().filter_map(|one| one.get("GroupId")?.as_str().map(str::to_owned)));
        match page.get("NextToken") {
            Some(token @ Value::Str(_)) => next = Some(token.clone()),
            _ => return Ok(groups),
        }
    }
}

/// The id of a store that people wrote into before Identity Center was enabled.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListIdentityStores.html>
pub fn named_store(view: &View) -> Result<Option<String>> {
    if !view.offers("identitystore", "ListIdentityStores") {
        return Ok(None);
    }
    let found = view.peer("identitystore", "ListIdentityStores", Value::Map(IndexMap::new()))?;
    let first = found.get("IdentityStores").and_then(Value::as_list).and_then(|stores| stores.first());
    Ok(first.and_then(|store| store.get("IdentityStoreId")?.as_str().map(str::to_owned)))
}

fn directory(view: &View, operation: &str, input: &[(&str, &str)]) -> Result<Option<Value>> {
    if !view.offers("identitystore", operation) {
        return Ok(None);
    }
    let input = Value::map(input.iter().map(|(name, value)| (*name, Value::from(*value))));
    found(view.peer("identitystore", operation, input), GONE)
}
