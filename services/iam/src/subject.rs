//! Whom a request is about that may leave the user's name out: whoever signed it.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html>

use crate::entity;
use crate::errors;
use crate::hooks::ACCESS_KEY;
use crate::state::{ACCOUNT_KEY, ACCOUNTS, AccessKeyRow, AccountRow, OWNERS, UserRow};
use service::{CallerKind, Cx, Result, View};

/// A user, or the account's root user.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A user, by name.
    User(String),
    /// The root user.
    Root,
}

impl Subject {
    /// Whom the request names, or else who makes it.
    pub fn of(view: &View, user_name: Option<&str>) -> Result<Subject> {
        let caller = view.caller();
        match (user_name, caller.kind) {
            (Some(name), _) => Ok(Subject::User(name.to_owned())),
            (None, CallerKind::User) => Ok(Subject::User(caller.name.clone())),
            (None, CallerKind::Root) => Ok(Subject::Root),
            (None, _) => Err(errors::validation("Must specify userName when calling with non-User credentials")),
        }
    }
}

/// Whoever has access keys, with the row that they stand in.
pub enum KeyHolder {
    /// A user.
    User(Box<UserRow>),
    /// The root user.
    Root(Box<AccountRow>),
}

impl KeyHolder {
    /// Reads the row of a subject.
    pub fn find(view: &View, user_name: Option<&str>) -> Result<KeyHolder> {
        Ok(match Subject::of(view, user_name)? {
            Subject::User(name) => KeyHolder::User(Box::new(entity::find(view, &name)?)),
            Subject::Root => KeyHolder::Root(Box::new(account(view)?)),
        })
    }

    /// The holder of an access key of this account.
    pub fn of_key(view: &View, access_key: &str) -> Result<Option<KeyHolder>> {
        let Some(owner) = view.get(&OWNERS, &(ACCESS_KEY.to_owned(), access_key.to_owned()))? else {
            return Ok(None);
        };
        Ok(Some(match owner.to.as_str() {
            "" => KeyHolder::Root(Box::new(account(view)?)),
            name => KeyHolder::User(Box::new(entity::find(view, name)?)),
        }))
    }

    /// The user's name; empty for the root user.
    pub fn name(&self) -> &str {
        match self {
            KeyHolder::User(user) => &user.core.name,
            KeyHolder::Root(_) => "",
        }
    }

    /// The keys.
    pub fn keys(&self) -> &[AccessKeyRow] {
        match self {
            KeyHolder::User(user) => &user.access_keys,
            KeyHolder::Root(account) => &account.access_keys,
        }
    }

    /// The keys, to change.
    pub fn keys_mut(&mut self) -> &mut Vec<AccessKeyRow> {
        match self {
            KeyHolder::User(user) => &mut user.access_keys,
            KeyHolder::Root(account) => &mut account.access_keys,
        }
    }

    /// Writes the row back.
    pub fn save(&self, cx: &mut Cx) -> Result<()> {
        match self {
            KeyHolder::User(user) => entity::save(cx, &**user),
            KeyHolder::Root(account) => cx.put(&ACCOUNTS, ACCOUNT_KEY, account),
        }
    }
}

/// What the account has once; all of it empty at first.
pub fn account(view: &View) -> Result<AccountRow> {
    Ok(view.get(&ACCOUNTS, ACCOUNT_KEY)?.unwrap_or_default())
}
