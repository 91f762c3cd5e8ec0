//! The ids of new accounts: drawn, as on AWS, or chosen before by the operator.

use crate::state::{PEOPLE, RESERVED, ReservedRow};
use service::{AccountId, AccountIds, Cx, Error, ReservedId, Result, View};

/// The operator's book of chosen ids.
pub const BOOK: AccountIds = AccountIds { reserve, reserved };

/// More than any estate names.
const MOST: usize = 1000;

fn reserve(cx: &mut Cx, id: AccountId, email: Option<&str>) -> Result<()> {
    let account = id.to_string();
    let email = email.map(str::to_lowercase);
    if cx.has(&PEOPLE, account.as_str())? {
        return Err(refused(format!("account {account} is there already")));
    }
    let rows = all(cx)?;
    if rows.len() >= MOST {
        return Err(refused(format!("{MOST} ids are reserved already")));
    }
    let same = |row: &&ReservedRow| row.account == account || (email.is_some() && row.email == email);
    // Reserving an id or an address anew takes the earlier reservation's place.
    for row in rows.iter().filter(same) {
        cx.delete(&RESERVED, &number(row))?;
    }
    let number = rows.last().map_or(1, |row| row.number + 1);
    cx.put(&RESERVED, &(number as u64), &ReservedRow { account, email, number })
}

fn refused(text: String) -> Error {
    Error::new("InvalidInputException", text).status(400)
}

fn reserved(view: &View) -> Result<Vec<ReservedId>> {
    let known =
        all(view)?.into_iter().filter_map(|row| Some(ReservedId { id: row.account.parse().ok()?, email: row.email }));
    Ok(known.collect())
}

fn all(view: &View) -> Result<Vec<ReservedRow>> {
    view.rows(&RESERVED, ()).collect()
}

fn number(row: &ReservedRow) -> u64 {
    u64::try_from(row.number).unwrap_or_default()
}

/// The id of the account that is created with this address: the one that was chosen for it, the next one chosen for no
/// address, or one by chance.
pub fn next(cx: &mut Cx, email: &str) -> Result<AccountId> {
    let email = email.to_lowercase();
    let rows = all(cx)?;
    let own = rows.iter().find(|row| row.email.as_deref() == Some(email.as_str()));
    for row in own.into_iter().chain(rows.iter().filter(|row| row.email.is_none())) {
        cx.delete(&RESERVED, &number(row))?;
        // One that joined some organisation since is taken.
        let free = !cx.has(&PEOPLE, row.account.as_str())?;
        if let Some(id) = row.account.parse().ok().filter(|_| free) {
            return Ok(id);
        }
    }
    loop {
        let drawn = AccountId::from_number(100_000_000_000 + cx.entropy().u64() % 900_000_000_000);
        let taken = |id: &AccountId| rows.iter().any(|row| row.account == id.to_string());
        if let Some(id) = drawn.filter(|id| !taken(id))
            && !cx.has(&PEOPLE, id.to_string().as_str())?
        {
            return Ok(id);
        }
    }
}
