//! Devices that ask to be let in.

use crate::state::{DEVICES, DeviceRow, USER_CODES};
use service::{Cx, Result, View};

/// Letters and digits that nobody takes for others; no vowels, so that no words come about.
const LETTERS: &str = "BCDFGHJKLMNPQRSTVWXZ";

/// A code for a person to type.
pub fn user_code(cx: &mut Cx) -> String {
    let mut part = || cx.entropy().text(LETTERS, 4);
    format!("{}-{}", part(), part())
}

/// The device of a user code that still waits, and what it is kept under. Case and the hyphen do not matter.
pub fn waiting(view: &View, code: &str) -> Result<Option<(String, DeviceRow)>> {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).take(9).collect();
    let letters = letters.to_ascii_uppercase();
    let Some((first, second)) = letters.split_at_checked(4).filter(|(_, second)| second.len() == 4) else {
        return Ok(None);
    };
    let Some(link) = view.get(&USER_CODES, format!("{first}-{second}").as_str())? else { return Ok(None) };
    let row = view.get(&DEVICES, link.key.as_str())?;
    let row = row.filter(|row| row.until > view.now() && row.user.is_empty() && !row.refused);
    Ok(row.map(|row| (link.key, row)))
}
