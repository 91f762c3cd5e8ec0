//! What requests call keys: ids, ARNs, aliases and ARNs of aliases.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id>

use crate::errors;
use crate::key::Key;
use crate::state::{ALIASES, KEYS};
use service::{AccountId, Arn, ArnParts, Result, Scope, View};

/// What an operation takes for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forms {
    /// A key's id or ARN.
    Keys,
    /// An alias or its ARN too.
    Any,
}

/// A key that was asked for, whether it exists or not.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The key, if there is one.
    pub key: Option<Key>,
    /// The alias by which it was called.
    pub alias: Option<String>,
    /// Where it would lie.
    pub scope: Scope,
    /// What was asked for, as an ARN of a key or an alias.
    pub arn: String,
}

impl Asked {
    /// The key. `NotFoundException` if there is none.
    pub fn key(self) -> Result<Key> {
        self.key.ok_or_else(|| match self.alias {
            Some(_) => errors::no_such_alias(&self.arn),
            None => errors::no_such_key(&self.arn),
        })
    }
}

/// The key that `text` calls, in the request's region.
pub fn ask(view: &View, text: &str, forms: Forms) -> Result<Asked> {
    let (scope, resource) = match text.starts_with("arn:") {
        true => placed(view, text)?,
        false if text.starts_with("alias/") => (view.scope(), text.to_owned()),
        false => (view.scope(), format!("key/{text}")),
    };
    match resource.split_once('/') {
        Some(("alias", _)) if forms == Forms::Any => {
            let key = match view.get_in(scope, &ALIASES, resource.as_str())? {
                Some(alias) => find(view, scope, &alias.key)?,
                None => None,
            };
            Ok(Asked { key, arn: arn(scope, &resource), alias: Some(resource), scope })
        }
        Some(("key", id)) if is_key_id(id) => {
            Ok(Asked { key: find(view, scope, id)?, arn: arn(scope, &resource), alias: None, scope })
        }
        _ => Err(errors::invalid_key_id(text)),
    }
}

/// The key that `text` calls. `NotFoundException` if there is none.
pub fn key(view: &View, text: &str, forms: Forms) -> Result<Key> {
    ask(view, text, forms)?.key()
}

/// The key with that id in an account and region.
pub fn find(view: &View, scope: Scope, id: &str) -> Result<Option<Key>> {
    Ok(view.get_in(scope, &KEYS, id)?.map(|row| Key { scope, row }))
}

/// The ARN of `key/…` or `alias/…`.
pub fn arn(scope: Scope, resource: &str) -> String {
    Arn::new(scope.partition(), "kms", scope.region, Some(scope.account), resource).to_string()
}

/// Whether it is the name of an alias, or its ARN.
pub fn is_alias(text: &str) -> bool {
    text.starts_with("alias/") || (text.starts_with("arn:") && text.contains(":alias/"))
}

/// Whether it is a UUID, or the id of a multi-Region key.
pub fn is_key_id(text: &str) -> bool {
    let hex = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit());
    match text.strip_prefix("mrk-") {
        Some(rest) => hex(rest, 32),
        None => {
            let parts: Vec<&str> = text.split('-').collect();
            parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, length)| hex(part, length))
        }
    }
}

fn placed(view: &View, text: &str) -> Result<(Scope, String)> {
    let invalid = || errors::invalid_arn(text);
    let parts = ArnParts::parse(text).map_err(|_| invalid())?;
    let account: AccountId = parts.account.parse().map_err(|_| invalid())?;
    if parts.service != "kms" || parts.partition != view.scope().partition().as_str() {
        return Err(invalid());
    }
    if parts.region != view.region().as_str() {
        return Err(errors::invalid_arn_region(parts.region));
    }
    Ok((Scope::new(account, view.region()), parts.resource.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_ids_are_told_from_other_texts() {
        for (text, is) in [
            ("1234abcd-12ab-34cd-56ef-1234567890ab", true),
            ("mrk-1234abcd12ab34cd56ef1234567890ab", true),
            ("mrk-1234abcd-12ab-34cd-56ef-1234567890ab", false),
            ("1234abcd12ab34cd56ef1234567890ab", false),
            ("1234abcd-12ab-34cd-56ef-1234567890ag", false),
            ("unknown", false),
            ("", false),
        ] {
            assert_eq!(is_key_id(text), is, "{text}");
        }
    }
}
