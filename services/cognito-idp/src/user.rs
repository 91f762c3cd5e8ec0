//! One user, and the names by which he is found.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases>

use crate::api::{AttributeType, UserType};
use crate::attributes::{is_email, is_phone_number};
use crate::client::Client;
use crate::errors;
use crate::lockout;
use crate::pool::Pool;
use crate::state::{ALIASES, AliasRow, MEMBERS, MEMBERSHIPS, USERS, UserRow, Verifier};
use service::{Cx, IndexMap, Result, Timestamp, View};

pub const UNCONFIRMED: &str = "UNCONFIRMED";
pub const CONFIRMED: &str = "CONFIRMED";
pub const RESET_REQUIRED: &str = "RESET_REQUIRED";
pub const FORCE_CHANGE_PASSWORD: &str = "FORCE_CHANGE_PASSWORD";

/// A user of a pool.
#[derive(Clone)]
pub struct User {
    /// The username as it is compared.
    pub key: String,
    /// What is kept.
    pub row: UserRow,
}

impl User {
    /// A user by his username, his `sub` or another name of his.
    pub fn look(view: &View, pool: &Pool, name: &str) -> Result<Option<User>> {
        let key = pool.fold(name);
        if let Some(user) = User::by_key(view, pool, &key)? {
            return Ok(Some(user));
        }
        let kinds = pool.username_attributes().iter().chain(pool.alias_attributes()).map(String::as_str);
        for kind in ["sub"].into_iter().chain(kinds) {
            let place = (pool.row.id.clone(), kind.to_owned(), folded(pool, kind, name));
            if let Some(alias) = view.get(&ALIASES, &place)? {
                return User::by_key(view, pool, &alias.username);
            }
        }
        Ok(None)
    }

    /// The same, for an administrator.
    pub fn find(view: &View, pool: &Pool, name: &str) -> Result<User> {
        User::look(view, pool, name)?.ok_or_else(errors::no_user)
    }

    /// A user by his username as it is compared.
    pub fn by_key(view: &View, pool: &Pool, key: &str) -> Result<Option<User>> {
        let row = view.get(&USERS, &(pool.row.id.clone(), key.to_owned()))?;
        Ok(row.map(|row| User { key: key.to_owned(), row }))
    }

    /// Writes what was changed, with the names by which he is found from now on.
    ///
    /// # Errors
    /// `AliasExistsException` if a name is somebody else's.
    pub fn save(&mut self, cx: &mut Cx, pool: &mut Pool) -> Result<()> {
        self.row.modified_at = cx.now();
        let before = User::by_key(cx, pool, &self.key)?;
        let (old, new) =
            (before.as_ref().map(|user| names(pool, &user.row)).unwrap_or_default(), names(pool, &self.row));
        for (kind, value) in old.iter().filter(|name| !new.contains(name)) {
            cx.delete(&ALIASES, &(pool.row.id.clone(), kind.clone(), value.clone()))?;
        }
        for (kind, value) in new.iter().filter(|name| !old.contains(name)) {
            let place = (pool.row.id.clone(), kind.clone(), value.clone());
            if cx.get(&ALIASES, &place)?.is_some_and(|alias| alias.username != self.key) {
                return Err(errors::alias_exists(kind));
            }
            cx.put(&ALIASES, &place, &AliasRow { username: self.key.clone() })?;
        }
        cx.put(&USERS, &(pool.row.id.clone(), self.key.clone()), &self.row)?;
        if before.is_none() {
            pool.row.users += 1;
            count(cx, pool)?;
        }
        Ok(())
    }

    /// Writes what is no change of his, such as a wrong password that he gave.
    pub fn note(&self, cx: &mut Cx, pool: &Pool) -> Result<()> {
        cx.put(&USERS, &(pool.row.id.clone(), self.key.clone()), &self.row)
    }

    /// Ends all that he has signed in to.
    pub fn sign_out(&mut self, cx: &Cx) {
        self.row.generation += 1;
        self.row.signed_out_at = Some(cx.now());
    }

    /// Gives him a password.
    pub fn set_password(&mut self, password: Verifier, status: &str, until: Option<Timestamp>) {
        self.row.password = Some(password);
        self.row.temporary_until = until;
        status.clone_into(&mut self.row.status);
        lockout::succeeded(&mut self.row);
    }

    /// Takes a user out of the pool, with his names and memberships.
    pub fn delete(self, cx: &mut Cx, pool: &mut Pool) -> Result<()> {
        for (kind, value) in names(pool, &self.row) {
            cx.delete(&ALIASES, &(pool.row.id.clone(), kind, value))?;
        }
        let groups: Vec<_> = cx.rows(&MEMBERSHIPS, (pool.id(), self.key.as_str())).collect::<Result<_>>()?;
        for member in groups {
            cx.delete(&MEMBERS, &(pool.row.id.clone(), member.group.clone(), self.key.clone()))?;
            cx.delete(&MEMBERSHIPS, &(pool.row.id.clone(), self.key.clone(), member.group))?;
        }
        cx.delete(&USERS, &(pool.row.id.clone(), self.key.clone()))?;
        pool.row.users -= 1;
        count(cx, pool)
    }

    /// Sets attributes; an empty value takes one away. What was verified of an address is not of another.
    pub fn set(&mut self, attributes: IndexMap<String, String>) {
        for (name, value) in &attributes {
            let flag = format!("{name}_verified");
            if ["email", "phone_number"].contains(&name.as_str())
                && self.row.attributes.get(name) != Some(value)
                && !attributes.contains_key(&flag)
                && self.row.attributes.contains_key(&flag)
            {
                self.row.attributes.insert(flag, "false".to_owned());
            }
        }
        for (name, value) in attributes {
            if value.is_empty() {
                self.row.attributes.shift_remove(&name);
            } else {
                self.row.attributes.insert(name, value);
            }
        }
    }

    /// Whether an address or number is verified.
    pub fn verified(&self, attribute: &str) -> bool {
        is_verified(&self.row, attribute)
    }

    /// All attributes, `sub` among them.
    pub fn attributes(&self) -> Vec<AttributeType> {
        let own = self.row.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all = own.chain([("sub", self.row.sub.as_str())]);
        all.map(|(name, value)| AttributeType { name: name.to_owned(), value: Some(value.to_owned()) }).collect()
    }

    /// Those that a client may read.
    pub fn readable(&self, client: &Client) -> Vec<AttributeType> {
        self.attributes().into_iter().filter(|attribute| client.may_read(&attribute.name)).collect()
    }

    /// As listings show him.
    pub fn shown(&self) -> UserType {
        UserType {
            username: Some(self.row.username.clone()),
            attributes: Some(self.attributes()),
            user_create_date: Some(self.row.created_at),
            user_last_modified_date: Some(self.row.modified_at),
            enabled: Some(self.row.enabled),
            user_status: Some(self.row.status.clone()),
            mfa_options: None,
        }
    }

    /// `PreferredMfaSetting` and `UserMFASettingList`.
    pub fn factors(&self) -> (Option<String>, Option<Vec<String>>) {
        let row = &self.row;
        let all = [
            (row.sms_enabled, row.sms_preferred, "SMS_MFA"),
            (row.totp_enabled, row.totp_preferred, "SOFTWARE_TOKEN_MFA"),
        ];
        let enabled: Vec<String> = all.iter().filter(|f| f.0).map(|f| f.2.to_owned()).collect();
        let preferred = all.iter().find(|f| f.0 && f.1).map(|f| f.2.to_owned());
        (preferred, (!enabled.is_empty()).then_some(enabled))
    }
}

/// How many users there are is no change of the pool's settings.
fn count(cx: &mut Cx, pool: &Pool) -> Result<()> {
    cx.put(&crate::state::POOLS, pool.id(), &pool.row)
}

fn is_verified(row: &UserRow, attribute: &str) -> bool {
    row.attributes.get(&format!("{attribute}_verified")).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// The other names by which somebody is found.
fn names(pool: &Pool, row: &UserRow) -> Vec<(String, String)> {
    let attribute = |kind: &String| {
        let value = row.attributes.get(kind)?;
        Some((kind.clone(), folded(pool, kind, value)))
    };
    let usernames = pool.username_attributes().iter().filter_map(attribute);
    let aliases = pool.alias_attributes().iter().filter(|kind| *kind == "preferred_username" || is_verified(row, kind));
    let sub = ("sub".to_owned(), row.sub.clone());
    [sub].into_iter().chain(usernames).chain(aliases.filter_map(attribute)).collect()
}

fn folded(pool: &Pool, kind: &str, value: &str) -> String {
    if kind == "sub" { value.to_owned() } else { pool.fold(value) }
}

/// What somebody who signs up calls himself: the username, and the attribute that it is.
pub struct Naming {
    /// The username.
    pub username: String,
    /// The attribute that the given name is, in a pool where attributes are usernames.
    pub attribute: Option<(String, String)>,
}

/// What a new user is called who gave this name. In a pool where attributes are usernames, it is his `sub`.
pub fn naming(pool: &Pool, given: &str, sub: &str) -> Result<Naming> {
    let kinds = pool.username_attributes();
    if kinds.is_empty() {
        for (kind, fits, form) in
            [("email", is_email(given), "email"), ("phone_number", is_phone_number(given), "phone number")]
        {
            if fits && pool.alias_attributes().iter().any(|alias| alias == kind) {
                let text =
                    format!("Username cannot be of {form} format, since user pool is configured for {form} alias.");
                return Err(errors::invalid(text));
            }
        }
        return Ok(Naming { username: given.to_owned(), attribute: None });
    }
    let fits = |kind: &&String| match kind.as_str() {
        "email" => is_email(given),
        _ => is_phone_number(given),
    };
    match kinds.iter().find(fits) {
        Some(kind) => Ok(Naming { username: sub.to_owned(), attribute: Some((kind.clone(), given.to_owned())) }),
        None if kinds.len() > 1 => Err(errors::invalid("Username should be either an email or a phone number.")),
        None if kinds.iter().any(|kind| kind == "email") => Err(errors::invalid("Username should be an email.")),
        None => Err(errors::invalid("Username should be a phone number.")),
    }
}

/// The names of a new user that are somebody else's already.
pub fn taken(view: &View, pool: &Pool, row: &UserRow) -> Result<Option<String>> {
    for (kind, value) in names(pool, row) {
        if view.has(&ALIASES, &(pool.row.id.clone(), kind.clone(), value))? {
            return Ok(Some(kind));
        }
    }
    Ok(None)
}

/// Takes the names of a user from those who have them, for an alias that is forced.
pub fn force(cx: &mut Cx, pool: &mut Pool, user: &User) -> Result<()> {
    for (kind, value) in names(pool, &user.row) {
        let place = (pool.row.id.clone(), kind.clone(), value);
        let Some(alias) = cx.get(&ALIASES, &place)?.filter(|alias| alias.username != user.key) else { continue };
        if let Some(mut other) = User::by_key(cx, pool, &alias.username)? {
            other.row.attributes.insert(format!("{kind}_verified"), "false".to_owned());
            other.save(cx, pool)?;
        }
    }
    Ok(())
}

/// The name of a user that is somebody else's.
pub fn taken_by_another(view: &View, pool: &Pool, user: &User) -> Result<Option<String>> {
    for (kind, value) in names(pool, &user.row) {
        let alias = view.get(&ALIASES, &(pool.row.id.clone(), kind.clone(), value))?;
        if alias.is_some_and(|alias| alias.username != user.key) {
            return Ok(Some(kind));
        }
    }
    Ok(None)
}
