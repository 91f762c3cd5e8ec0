//! What is known of accounts as such, whether or not they are in an organisation: names and addresses.

use crate::state::{ADDRESSES, AddressRow, PEOPLE, PersonRow};
use service::{AccountId, Cx, Result, View};

/// What is known of an account. One that nobody created has no name and no address: on AWS its owner gave them when he signed up.
pub fn person(view: &View, account: &str) -> Result<PersonRow> {
    let known = view.get(&PEOPLE, account)?;
    Ok(known.unwrap_or_else(|| PersonRow {
        name: account.to_owned(),
        email: format!("{account}@{NOBODYS_HOST}"),
        closed: None,
    }))
}

/// Where accounts have their addresses that nobody gave one (RFC 2606).
const NOBODYS_HOST: &str = "example.com";

/// Notes the name and address of an account, unless something is known of it.
pub fn note(cx: &mut Cx, account: &str, person: PersonRow) -> Result<()> {
    if cx.has(&PEOPLE, account)? {
        return Ok(());
    }
    cx.put(&ADDRESSES, person.email.to_lowercase().as_str(), &AddressRow { account: account.to_owned() })?;
    cx.put(&PEOPLE, account, &person)
}

/// Notes that an account is closed, from now on. It stays so when it has left its organisation.
pub fn close(cx: &mut Cx, account: &str) -> Result<()> {
    let closed = Some(cx.now());
    let person = PersonRow { closed, ..person(cx, account)? };
    cx.put(&PEOPLE, account, &person)
}

/// The account that goes by an address.
pub fn by_email(view: &View, email: &str) -> Result<Option<String>> {
    let found = view.get(&ADDRESSES, email.to_lowercase().as_str())?;
    let unnamed = || {
        let (name, host) = email.split_once('@')?;
        (host == NOBODYS_HOST && name.parse::<AccountId>().is_ok()).then(|| name.to_owned())
    };
    Ok(found.map(|row| row.account).or_else(unnamed))
}
