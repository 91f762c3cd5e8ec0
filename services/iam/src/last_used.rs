//! When access keys and roles were last used: what the door remembers, as IAM tells it.

use crate::api;
use crate::entity::{self, Kind};
use crate::state::{AccessKeyRow, RoleRow};
use service::{Duration, LastUse, Result, Timestamp, View};

const NONE: &str = "N/A";

/// Uses of a role that are longer ago are not told.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html>
const TRACKED: Duration = Duration::from_secs(400 * 86_400);

/// A key's last use; a key that was never used says `N/A`.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html>
pub fn of_key(view: &View, key: &AccessKeyRow) -> Result<api::AccessKeyLastUsed> {
    Ok(match view.key_last_used(&key.id)? {
        None => api::AccessKeyLastUsed { last_used_date: None, service_name: NONE.to_owned(), region: NONE.to_owned() },
        Some(last) => api::AccessKeyLastUsed {
            last_used_date: Some(last.at.whole_secs()),
            region: region(view, &last),
            service_name: last.service,
        },
    })
}

/// A role's last use, empty where it was not used for long. One of the same name that was deleted was another role.
pub fn of_role(view: &View, role: &RoleRow) -> Result<api::RoleLastUsed> {
    let uses = view.services_last_used(&entity::arn(view, Kind::Role, &role.core))?;
    let tracked = |last: &LastUse| is_tracked(view, role.core.created, last.at);
    let last = uses.into_iter().filter(tracked).max_by_key(|last| last.at);
    Ok(match last {
        None => api::RoleLastUsed::default(),
        Some(last) => {
            api::RoleLastUsed { last_used_date: Some(last.at.whole_secs()), region: Some(region(view, &last)) }
        }
    })
}

/// Whether a use counts of somebody who was made then.
pub fn is_tracked(view: &View, created: Timestamp, at: Timestamp) -> bool {
    at >= created && is_recent(view, at)
}

/// Whether a use is not too long ago to be told.
pub fn is_recent(view: &View, at: Timestamp) -> bool {
    view.now().since(at) <= TRACKED
}

/// Services that have no region are called where AWS keeps them.
fn region(view: &View, last: &LastUse) -> String {
    last.region.clone().unwrap_or_else(|| view.scope().partition().home_region().to_owned())
}
