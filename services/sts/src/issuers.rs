//! The book of issuers, by URL: those outside, whose tokens are verified here, and the accounts of this cloud whose users' tokens
//! others verify.
//!
//! On AWS the keys of an issuer are fetched from it. This crate reaches no network: they are those that were given, by the operator
//! (`terrella issuer set`) or by a service of this cloud that is itself an issuer.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html#manage-oidc-provider-prerequisites>

use crate::errors;
use crate::keys::Key;
use crate::outbound::SigningKeys;
use crate::state::{ISSUER_KEYS, IssuerKeys, OUTBOUND_ISSUERS};
use serde_json::Value as Json;
use service::{Cx, Issuer, Result, View};

/// AWS takes 100 RSA and 100 EC keys.
const MOST_KEYS: usize = 200;
/// Bytes of a key set.
const LARGEST: usize = 262_144;
const LONGEST_ISSUER: usize = 255;

/// Gives the key set of an issuer; an earlier one is replaced.
///
/// # Errors
/// `ValidationError` if it is none.
pub fn set(cx: &mut Cx, issuer: &str, document: &str) -> Result<()> {
    let name = named(issuer)?;
    let keys = serde_json::from_str::<Json>(document).ok().filter(|_| document.len() <= LARGEST);
    let keys = keys.as_ref().and_then(|set| set.get("keys")?.as_array()).filter(|keys| keys.len() <= MOST_KEYS);
    let keys = keys.ok_or_else(|| errors::validation("A JSON Web Key Set has a list of at most 200 keys."))?;
    if keys.iter().filter_map(Key::read).next().is_none() {
        return Err(errors::validation("No key of the set can verify: kty must be RSA or EC, and use, if set, sig."));
    }
    let row = IssuerKeys { document: document.to_owned(), issuer: Some(format!("https://{name}")) };
    cx.put(&ISSUER_KEYS, name, &row)
}

/// Forgets the keys of an issuer, and tells whether there were any.
pub fn remove(cx: &mut Cx, issuer: &str) -> Result<bool> {
    let name = named(issuer)?;
    cx.delete(&ISSUER_KEYS, name)
}

/// All issuers, those outside first.
pub fn list(view: &View) -> Result<Vec<Issuer>> {
    let mut all = Vec::new();
    for row in view.rows(&ISSUER_KEYS, ()) {
        let IssuerKeys { document, issuer } = row?;
        all.extend(issuer.map(|url| Issuer { url, keys: document, outbound: false }));
    }
    if let Some(keys) = SigningKeys::known(view)? {
        for row in view.rows(&OUTBOUND_ISSUERS, ()) {
            all.push(Issuer { url: row?.issuer, keys: keys.key_set()?, outbound: true });
        }
    }
    Ok(all)
}

fn named(issuer: &str) -> Result<&str> {
    let name = name_of(issuer).filter(|name| name.len() <= LONGEST_ISSUER);
    name.ok_or_else(|| errors::validation("An issuer is an https:// URL of at most 255 characters."))
}

/// An issuer without its scheme, as IAM names its provider; `None` where it is no `https://` URL.
pub fn name_of(issuer: &str) -> Option<&str> {
    let name = issuer.strip_prefix("https://")?.trim_end_matches('/');
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_named_without_their_scheme() {
        for (issuer, name) in [
            ("https://oidc.example.com/id/1", Some("oidc.example.com/id/1")),
            ("https://oidc.example.com/", Some("oidc.example.com")),
            ("http://oidc.example.com", None),
            ("https://", None),
            ("", None),
        ] {
            assert_eq!(name_of(issuer), name, "{issuer}");
        }
    }
}
