//! Pages of listings.

use crate::errors;
use service::{Page, Result, Token};

/// So many stand on a page where nothing is said, and at most.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html>
const USUAL: i64 = 100;

/// Where a page begins and how much it holds; the model bounds what a client may ask for.
pub fn page(limit: Option<i64>, token: Option<&str>) -> Result<Page> {
    let decode = |text| Token::decode(text).ok_or_else(|| errors::validation("The NextToken is not valid."));
    let limit = usize::try_from(limit.unwrap_or(USUAL)).unwrap_or_default().max(1);
    Ok(Page { after: token.map(decode).transpose()?, limit })
}
