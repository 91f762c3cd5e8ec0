//! Access key ids, which tell their account.
//!
//! Behind its four letters an id is 80 bits in base32: a one, the account in 40 bits, and 39 bits of chance. So the
//! account is known before any row is read, as AWS's own `sts:GetAccessKeyInfo` knows it.
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>,
//! <https://awsteele.com/blog/2020/09/26/aws-access-key-format.html>,
//! <https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489>

use crate::AccountId;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LETTERS: usize = 16;
const CHANCE_BITS: u32 = 39;

/// The id that begins with `prefix` (`AKIA`, `ASIA`), belongs to `account` and is told from its others by the lowest
/// 39 bits of `chance`.
pub fn encode(prefix: &str, account: AccountId, chance: u64) -> String {
    let chance = u128::from(chance) & ((1 << CHANCE_BITS) - 1);
    let bits = 1 << 79 | u128::from(account.number()) << CHANCE_BITS | chance;
    let letters = (0..LETTERS).rev().filter_map(|i| ALPHABET.get((bits >> (5 * i)) as usize & 31));
    prefix.chars().chain(letters.map(|letter| char::from(*letter))).collect()
}

/// The account of a key id; `None` for what is no id, and for ids from before 2019, which do not tell.
pub fn account_of(key_id: &str) -> Option<AccountId> {
    let letters = key_id.as_bytes().get(4..).filter(|letters| letters.len() == LETTERS)?;
    let mut bits = 0_u128;
    for letter in letters {
        let value = ALPHABET.iter().position(|known| known == letter)?;
        bits = bits << 5 | value as u128;
    }
    if bits >> 79 == 0 {
        return None;
    }
    AccountId::from_number((bits >> CHANCE_BITS) as u64 & ((1 << 40) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_ids_tell_their_accounts() {
        for (id, account) in [
            ("ASIAQNZGKIQY56JQ7WML", Some("029608264753")),
            ("ASIAY34FZKBOKMUTVV7A", Some("609629065308")),
            ("AKIAIOSFODNN7EXAMPLE", None),
            ("AKIA", None),
            ("AKIAQNZGKIQY56JQ7WM1", None),
            ("AKIAQNZGKIQY56JQ7WMLA", None),
            ("AKIAé", None),
            ("", None),
        ] {
            assert_eq!(account_of(id).map(|a| a.to_string()).as_deref(), account, "{id}");
        }
    }

    #[test]
    fn ids_lead_back_to_their_accounts() {
        for account in ["000000000000", "123456789012", "999999999999"] {
            let account: AccountId = account.parse().unwrap();
            for chance in [0, 1, u64::MAX] {
                let id = encode("AKIA", account, chance);
                assert_eq!((id.len(), account_of(&id)), (20, Some(account)), "{id}");
            }
            assert_ne!(encode("AKIA", account, 1), encode("AKIA", account, 2));
        }
    }
}
