use crate::Malformed;
use std::fmt;
use std::str::FromStr;

/// A 12-digit AWS account id.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

impl AccountId {
    /// The account of a fresh cloud, as LocalStack's users know it.
    pub const DEFAULT: AccountId = AccountId(0);

    /// The account whose twelve digits spell `number`; `None` above 999999999999.
    pub const fn from_number(number: u64) -> Option<AccountId> {
        if number < 1_000_000_000_000 { Some(AccountId(number)) } else { None }
    }

    /// The twelve digits as a number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut text, mut rest) = ([b'0'; 12], self.0);
        for place in text.iter_mut().rev() {
            *place += (rest % 10) as u8;
            rest /= 10;
        }
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AccountId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<AccountId, Malformed> {
        const EXPECTED: Malformed = Malformed { expected: "an account id of 12 digits" };
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(EXPECTED);
        }
        text.parse().ok().and_then(AccountId::from_number).ok_or(EXPECTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_and_nothing_else() {
        for text in ["000000000000", "123456789012", "999999999999"] {
            assert_eq!(text.parse::<AccountId>().map(|id| id.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "12345678901", "1234567890123", "12345678901a", "+12345678901", "１２３４"] {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
    }
}
