//! Stores.

use crate::api::{
    DescribeIdentityStoreRequest, DescribeIdentityStoreResponse, IdentityStore, ListIdentityStoresRequest,
    ListIdentityStoresResponse,
};
use crate::{paging, store};
use service::{Result, Token, View};

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeIdentityStore.html>
pub fn describe_identity_store(
    view: &View,
    input: DescribeIdentityStoreRequest,
) -> Result<DescribeIdentityStoreResponse> {
    let DescribeIdentityStoreRequest { identity_store_id } = input;
    let id = store::known(view, &identity_store_id)?;
    Ok(DescribeIdentityStoreResponse {
        identity_store_arn: store::arn(view, &id),
        identity_store_id: id,
        network_configuration: None,
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListIdentityStores.html>
pub fn list_identity_stores(view: &View, input: ListIdentityStoresRequest) -> Result<ListIdentityStoresResponse> {
    let ListIdentityStoresRequest { max_results, next_token } = input;
    let page = paging::page(max_results, next_token.as_deref())?;
    let after = page.after.as_ref().map(|token| String::from_utf8_lossy(token.as_bytes()).into_owned());
    let mut ids = store::all(view)?;
    ids.retain(|id| after.as_ref().is_none_or(|after| id > after));
    let more = ids.len() > page.limit;
    ids.truncate(page.limit);
    let next = ids.last().filter(|_| more).map(|id| Token::of(id.as_bytes()).encode());
    let shown = |id: String| IdentityStore { identity_store_arn: store::arn(view, &id), identity_store_id: id };
    Ok(ListIdentityStoresResponse { identity_stores: ids.into_iter().map(shown).collect(), next_token: next })
}
