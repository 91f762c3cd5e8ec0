//! Roots: an organisation has one.

use crate::api::*;
use crate::standing::{self, Reach};
use crate::{paging, shown};
use service::{Result, View};

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html>
pub fn list_roots(view: &View, input: ListRootsRequest) -> Result<ListRootsResponse> {
    let ListRootsRequest { next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let roots = vec![shown::root(view, &organization)];
    let mark = |root: &Root| root.id.clone().unwrap_or_default();
    let (roots, next_token) = paging::page(roots, (next_token, max_results), mark)?;
    Ok(ListRootsResponse { roots: Some(roots), next_token })
}
