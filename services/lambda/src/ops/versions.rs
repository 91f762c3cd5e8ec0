//! Published versions.

use super::functions::publish_as_next;
use crate::address::Address;
use crate::api::*;
use crate::errors::{self, refuse};
use crate::paging::page;
use crate::shown;
use crate::state::VERSIONS;
use service::{Cx, Result, Token, View};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html>
pub fn publish_version(cx: &mut Cx, input: PublishVersionRequest) -> Result<FunctionConfiguration> {
    let PublishVersionRequest { function_name, code_sha256, description, revision_id, publish_to } = input;
    errors::unless([(publish_to.is_some(), refuse("PublishTo"))])?;
    let address = Address::of(cx, &function_name, None)?.unqualified()?;
    let mut function = address.own(cx)?;
    if revision_id.is_some_and(|revision| revision != function.latest.revision_id) {
        return Err(errors::revision("GetFunction/GetAlias"));
    }
    let (wanted, there) = (code_sha256.filter(|sha| !sha.is_empty()), &function.latest.code_sha256);
    if let Some(wanted) = wanted.filter(|wanted| wanted != there) {
        let text = format!(
            "CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({there}). Please try again with \
             the CodeSHA256 in $LATEST."
        );
        return Err(errors::invalid(text));
    }
    publish_as_next(cx, &mut function, description)
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html>
pub fn list_versions_by_function(
    view: &View,
    input: ListVersionsByFunctionRequest,
) -> Result<ListVersionsByFunctionResponse> {
    let ListVersionsByFunctionRequest { function_name, marker, max_items } = input;
    let address = Address::of(view, &function_name, None)?;
    let function = address.own(view)?;
    let is_first = marker.as_deref().is_none_or(str::is_empty);
    let mut page = page(marker, max_items)?;
    // `$LATEST` leads the first page.
    let mut shown: Vec<FunctionConfiguration> =
        is_first.then(|| shown::latest(view.scope(), &function, true)).into_iter().collect();
    page.limit -= shown.len();
    let (versions, next) = view.page(&VERSIONS, (function.name.as_str(),), &page, |_| true)?;
    shown.extend(versions.iter().map(|version| shown::version(view.scope(), version)));
    Ok(ListVersionsByFunctionResponse { versions: Some(shown), next_marker: next.as_ref().map(Token::encode) })
}
