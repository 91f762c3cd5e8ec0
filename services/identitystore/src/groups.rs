//! Groups: their names, and who is in them.

use crate::api::{Group, GroupMembership, MemberId};
use crate::errors;
use crate::state::{GROUPS, LinkRow, MEMBER_OF, MEMBERS, MEMBERSHIPS, UNIQUE};
use crate::users::{count, id};
use service::{Arn, Cx, Region, Result, View};

/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html>
const MOST_GROUPS: i64 = 100_000;
const NAME: &str = "displayname";

/// A group's ARN.
pub fn arn(view: &View, id: &str) -> String {
    Arn::new(view.scope().partition(), "identitystore", Region::GLOBAL, None, format_args!("group/{id}")).to_string()
}

/// A membership's ARN.
pub fn membership_arn(view: &View, id: &str) -> String {
    let resource = format_args!("membership/{id}");
    Arn::new(view.scope().partition(), "identitystore", Region::GLOBAL, None, resource).to_string()
}

/// The group of that id.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn find(view: &View, store: &str, given: &str) -> Result<Group> {
    let key = (store.to_owned(), id(given).to_owned());
    view.get(&GROUPS, &key)?.ok_or_else(|| errors::not_found("GROUP", id(given)))
}

/// The id of the group of that name.
pub fn by_name(view: &View, store: &str, name: &str) -> Result<Option<String>> {
    Ok(view.get(&UNIQUE, &name_key(store, name))?.map(|row| row.id))
}

/// Groups and users may have the same names.
fn name_key(store: &str, name: &str) -> (String, (String, String)) {
    (store.to_owned(), (NAME.to_owned(), name.to_lowercase()))
}

/// Keeps a group in place of what there was before.
///
/// # Errors
/// `ConflictException` where another has the name, `ServiceQuotaExceededException`.
pub fn save(cx: &mut Cx, store: &str, group: &Group, before: Option<&Group>) -> Result<()> {
    if let Some(name) = before.and_then(|before| before.display_name.as_deref()) {
        cx.delete(&UNIQUE, &name_key(store, name))?;
    }
    let name = group.display_name.as_deref().unwrap_or_default();
    if by_name(cx, store, name)?.is_some() {
        return Err(errors::duplicate("GroupDisplayName"));
    }
    cx.put(&UNIQUE, &name_key(store, name), &LinkRow { id: group.group_id.clone() })?;
    if before.is_none() {
        count(cx, store, "groups", (1, MOST_GROUPS))?;
    }
    cx.put(&GROUPS, &(store.to_owned(), group.group_id.clone()), group)
}

/// Deletes a group; those who were in it stay.
pub fn remove(cx: &mut Cx, store: &str, group: &Group) -> Result<()> {
    cx.delete(&UNIQUE, &name_key(store, group.display_name.as_deref().unwrap_or_default()))?;
    let of = (store.to_owned(), (group.group_id.clone(),));
    let members: Vec<LinkRow> = cx.rows(&MEMBERS, of).collect::<Result<_>>()?;
    for LinkRow { id } in members {
        if let Some(membership) = cx.get(&MEMBERSHIPS, &(store.to_owned(), id))? {
            leave(cx, store, &membership)?;
        }
    }
    count(cx, store, "groups", (-1, MOST_GROUPS))?;
    cx.delete(&GROUPS, &(store.to_owned(), group.group_id.clone()))?;
    Ok(())
}

/// The user that a request means.
pub fn member(member: &MemberId) -> &str {
    member.user_id.as_deref().map(id).unwrap_or_default()
}

/// The membership of a user in a group.
pub fn membership(view: &View, store: &str, group: &str, user: &str) -> Result<Option<GroupMembership>> {
    let key = (store.to_owned(), (id(group).to_owned(), id(user).to_owned()));
    let Some(link) = view.get(&MEMBERS, &key)? else { return Ok(None) };
    view.get(&MEMBERSHIPS, &(store.to_owned(), link.id))
}

/// Puts somebody into a group.
pub fn join(cx: &mut Cx, store: &str, membership: &GroupMembership) -> Result<()> {
    let (group, user) = ends(membership);
    let link = LinkRow { id: membership.membership_id.clone() };
    cx.put(&MEMBERS, &(store.to_owned(), (group.clone(), user.clone())), &link)?;
    cx.put(&MEMBER_OF, &(store.to_owned(), (user, group)), &link)?;
    cx.put(&MEMBERSHIPS, &(store.to_owned(), link.id.clone()), membership)
}

/// Takes somebody out of a group.
pub fn leave(cx: &mut Cx, store: &str, membership: &GroupMembership) -> Result<()> {
    let (group, user) = ends(membership);
    cx.delete(&MEMBERS, &(store.to_owned(), (group.clone(), user.clone())))?;
    cx.delete(&MEMBER_OF, &(store.to_owned(), (user, group)))?;
    cx.delete(&MEMBERSHIPS, &(store.to_owned(), membership.membership_id.clone()))?;
    Ok(())
}

fn ends(membership: &GroupMembership) -> (String, String) {
    let user = membership.member_id.as_ref().and_then(|member| member.user_id.clone());
    (membership.group_id.clone().unwrap_or_default(), user.unwrap_or_default())
}
