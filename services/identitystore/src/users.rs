//! Users: what each must have, and what no two may have.

use crate::api::User;
use crate::errors;
use crate::state::{COUNTS, CountRow, LinkRow, MEMBER_OF, MEMBERS, MEMBERSHIPS, UNIQUE, USERS};
use service::{Arn, Cx, Region, Result, View};

/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html>
const MOST_USERS: i64 = 100_000;
/// Names that nobody may have.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html>
const RESERVED: [&str; 2] = ["administrator", "awsadministrators"];

/// The id that is meant, where an ARN may stand for it.
pub fn id(given: &str) -> &str {
    given.rsplit('/').next().unwrap_or(given)
}

/// A user's ARN, which names neither account nor region.
pub fn arn(view: &View, id: &str) -> String {
    Arn::new(view.scope().partition(), "identitystore", Region::GLOBAL, None, format_args!("user/{id}")).to_string()
}

/// The user of that id.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn find(view: &View, store: &str, given: &str) -> Result<User> {
    let key = (store.to_owned(), id(given).to_owned());
    view.get(&USERS, &key)?.ok_or_else(|| errors::not_found("USER", id(given)))
}

/// What a user must have.
///
/// # Errors
/// `ValidationException`, which names all that is missing.
pub fn check(user: &User) -> Result<()> {
    let Some(name) = user.user_name.as_deref().filter(|name| !name.is_empty()) else {
        return Err(errors::validation("userName is a required attribute"));
    };
    if RESERVED.contains(&name.to_lowercase().as_str()) {
        return Err(errors::validation(format!("The user name {name} is reserved")));
    }
    let missing = |text: Option<&str>| text.is_none_or(str::is_empty);
    let mut lacks = Vec::new();
    if missing(user.display_name.as_deref()) {
        lacks.push("displayname");
    }
    let name = user.name.as_ref();
    let given = missing(name.and_then(|name| name.given_name.as_deref()));
    let family = missing(name.and_then(|name| name.family_name.as_deref()));
    match (given, family) {
        (true, true) => lacks.push("name"),
        (true, false) => lacks.push("givenname"),
        (false, true) => lacks.push("familyname"),
        (false, false) => {}
    }
    if lacks.is_empty() {
        return Ok(());
    }
    let texts: Vec<String> = lacks.iter().map(|name| format!("{name}: The attribute {name} is required")).collect();
    Err(errors::validation(texts.join(", ")))
}

/// What of a user nobody else in the store may have: attribute, the name that errors call it, and its value as it is compared.
fn unique(user: &User) -> Vec<(&'static str, &'static str, String)> {
    let names = user.user_name.iter().map(|name| ("username", "UserName", name.to_lowercase()));
    let mails = user.emails.iter().flatten().filter_map(|mail| mail.value.as_deref());
    names.chain(mails.map(|mail| ("emails.value", "Email", mail.to_lowercase()))).collect()
}

/// The id of the user with a unique attribute.
///
/// # Errors
/// `ValidationException` for an attribute that is not unique.
pub fn by_unique(view: &View, store: &str, path: &str, value: &str) -> Result<Option<String>> {
    let path = path.to_ascii_lowercase();
    let key = (store.to_owned(), (path, value.to_lowercase()));
    Ok(view.get(&UNIQUE, &key)?.map(|row| row.id))
}

/// Keeps a user in place of what there was before.
///
/// # Errors
/// `ConflictException` where another has what only one may have, `ServiceQuotaExceededException`.
pub fn save(cx: &mut Cx, store: &str, user: &User, before: Option<&User>) -> Result<()> {
    let old = before.map(unique).unwrap_or_default();
    let new = unique(user);
    for (attribute, _, value) in &old {
        cx.delete(&UNIQUE, &(store.to_owned(), ((*attribute).to_owned(), value.clone())))?;
    }
    for (attribute, called, value) in new {
        let key = (store.to_owned(), (attribute.to_owned(), value));
        if cx.get(&UNIQUE, &key)?.is_some_and(|other| other.id != user.user_id) {
            return Err(errors::duplicate(called));
        }
        cx.put(&UNIQUE, &key, &LinkRow { id: user.user_id.clone() })?;
    }
    if before.is_none() {
        count(cx, store, "users", (1, MOST_USERS))?;
    }
    cx.put(&USERS, &(store.to_owned(), user.user_id.clone()), user)
}

/// Deletes a user with all that he is in.
pub fn remove(cx: &mut Cx, store: &str, user: &User) -> Result<()> {
    for (attribute, _, value) in unique(user) {
        cx.delete(&UNIQUE, &(store.to_owned(), (attribute.to_owned(), value)))?;
    }
    let of = (store.to_owned(), (user.user_id.clone(),));
    let groups: Vec<LinkRow> = cx.rows(&MEMBER_OF, of).collect::<Result<_>>()?;
    for LinkRow { id } in groups {
        let membership = cx.get(&MEMBERSHIPS, &(store.to_owned(), id.clone()))?;
        if let Some(group) = membership.and_then(|membership| membership.group_id) {
            cx.delete(&MEMBERS, &(store.to_owned(), (group.clone(), user.user_id.clone())))?;
            cx.delete(&MEMBER_OF, &(store.to_owned(), (user.user_id.clone(), group)))?;
        }
        cx.delete(&MEMBERSHIPS, &(store.to_owned(), id))?;
    }
    count(cx, store, "users", (-1, MOST_USERS))?;
    cx.delete(&USERS, &(store.to_owned(), user.user_id.clone()))?;
    Ok(())
}

/// Counts what a store has, by so many more, up to a quota.
///
/// # Errors
/// `ServiceQuotaExceededException`
pub fn count(cx: &mut Cx, store: &str, what: &str, (more, most): (i64, i64)) -> Result<()> {
    let key = (store.to_owned(), what.to_owned());
    let count = cx.get(&COUNTS, &key)?.unwrap_or_default().count.saturating_add(more);
    if more > 0 && count > most {
        return Err(errors::quota(format!("The quota of {most} {what} in an identity store is reached")));
    }
    cx.put(&COUNTS, &key, &CountRow { count })
}
