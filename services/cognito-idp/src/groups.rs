//! Groups of a pool, and who is in them.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html>

use crate::api::GroupType;
use crate::errors;
use crate::pool::Pool;
use crate::state::{GROUPS, GroupRow, MEMBERSHIPS};
use service::{Result, View};

/// A group of a pool.
pub fn find(view: &View, pool: &Pool, name: &str) -> Result<GroupRow> {
    let row = view.get(&GROUPS, &(pool.row.id.clone(), name.to_owned()))?;
    row.ok_or_else(errors::no_group)
}

/// The groups in which somebody is, by precedence and then by name.
pub fn of_user(view: &View, pool: &Pool, user: &str) -> Result<Vec<GroupRow>> {
    let mut groups = Vec::new();
    for member in view.rows(&MEMBERSHIPS, (pool.id(), user)) {
        groups.extend(view.get(&GROUPS, &(pool.row.id.clone(), member?.group))?);
    }
    groups.sort_by_key(|group| group.precedence.unwrap_or(i64::MAX));
    Ok(groups)
}

/// The role of the group that goes before all others: none if two of the same rank have different ones.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html>
pub fn preferred_role(groups: &[GroupRow]) -> Option<&str> {
    let rank = groups.iter().filter_map(|group| group.precedence).min();
    let mut first = groups.iter().filter(|group| group.precedence == rank).filter_map(|g| g.role_arn.as_deref());
    let role = first.next()?;
    first.all(|other| other == role).then_some(role)
}

/// As answers show a group.
pub fn shown(pool: &Pool, row: GroupRow) -> GroupType {
    GroupType {
        group_name: Some(row.name),
        user_pool_id: Some(pool.row.id.clone()),
        description: row.description,
        role_arn: row.role_arn,
        precedence: row.precedence,
        last_modified_date: Some(row.modified_at),
        creation_date: Some(row.created_at),
    }
}
