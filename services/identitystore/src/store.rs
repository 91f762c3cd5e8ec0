//! Which identity stores there are.
//!
//! A store comes with an instance of IAM Identity Center, which on AWS the console makes for an organisation; its id then stands in
//! people's templates. So where an account has no store in a region, the first request that writes into one, by whatever id, makes it,
//! and the instance that is enabled later has that store.

use crate::errors;
use crate::peers;
use crate::state::{STORES, StoreRow};
use service::{Arn, Cx, Region, Result, View};

/// The id of a store in either form: as it is, or as an ARN.
pub fn id(given: &str) -> &str {
    given.rsplit('/').next().unwrap_or(given)
}

/// A store's ARN.
pub fn arn(view: &View, id: &str) -> String {
    let resource = format_args!("identitystore/{id}");
    Arn::new(view.scope().partition(), "identitystore", Region::GLOBAL, Some(view.account()), resource).to_string()
}

/// The ids of all stores of this account and region.
pub fn all(view: &View) -> Result<Vec<String>> {
    let mut ids = peers::stores_of_instances(view)?;
    for row in view.rows(&STORES, ()) {
        let id = row?.id;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.sort();
    Ok(ids)
}

/// The id of a store that can be read.
///
/// # Errors
/// `ResourceNotFoundException` where the account has another.
pub fn known(view: &View, given: &str) -> Result<String> {
    let id = id(given);
    let all = all(view)?;
    if all.is_empty() || all.iter().any(|known| known == id) {
        return Ok(id.to_owned());
    }
    Err(errors::not_found("IDENTITY_STORE", id))
}

/// The same for what writes: a first store is made by being named.
pub fn written(cx: &mut Cx, given: &str) -> Result<String> {
    let id = known(cx, given)?;
    if all(cx)?.is_empty() {
        let created = cx.now().whole_secs();
        cx.put(&STORES, id.as_str(), &StoreRow { id: id.clone(), created })?;
    }
    Ok(id)
}
