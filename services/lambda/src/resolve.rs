//! What a qualifier stands for: `$LATEST`, a published version, or an alias of one or two.

use crate::address::{Address, LATEST};
use crate::errors;
use crate::state::{ALIASES, Alias, Config, Function, VERSIONS, Version};
use service::{Entropy, Result, View};

/// The code and configuration that are meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The function.
    pub function: Function,
    /// `$LATEST` or a number.
    pub version: String,
    /// Code and configuration.
    pub config: Config,
}

impl Resolved {
    /// What an address means. Of an alias with weights it is the version that it names first.
    ///
    /// # Errors
    /// `ResourceNotFoundException`
    pub fn of(view: &View, address: &Address) -> Result<Resolved> {
        Resolved::found(view, address, |alias| alias.version.clone())
    }

    /// What an invocation runs: of an alias with weights, by chance.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html>
    pub fn drawn(view: &View, address: &Address, chance: &mut Entropy) -> Result<Resolved> {
        Resolved::found(view, address, |alias| {
            // A millionth is finer than any weight that a client can give a meaning to.
            let mut drawn = chance.below(1_000_000) as f64 / 1e6;
            for (version, weight) in &alias.weights {
                if drawn < *weight {
                    return version.clone();
                }
                drawn -= weight;
            }
            alias.version.clone()
        })
    }

    fn found(view: &View, address: &Address, choose: impl FnOnce(&Alias) -> String) -> Result<Resolved> {
        let function = address.function(view)?;
        let version = match address.qualifier.as_deref() {
            None | Some(LATEST) => LATEST.to_owned(),
            Some(number) if is_number(number) => number.to_owned(),
            Some(name) => {
                let key = (address.name.clone(), name.to_owned());
                let alias = view.get_in(address.scope, &ALIASES, &key)?;
                choose(&alias.ok_or_else(|| errors::function_not_found(&address.arn()))?)
            }
        };
        if version == LATEST {
            let config = function.latest.clone();
            return Ok(Resolved { function, version, config });
        }
        let published = published(view, address, &version)?;
        let config = published.ok_or_else(|| errors::function_not_found(&address.arn()))?.config;
        Ok(Resolved { function, version, config })
    }
}

/// Whether a qualifier is the number of a version.
pub fn is_number(qualifier: &str) -> bool {
    !qualifier.is_empty() && qualifier.bytes().all(|b| b.is_ascii_digit())
}

/// A published version, if there is one.
pub fn published(view: &View, address: &Address, number: &str) -> Result<Option<Version>> {
    match number.parse::<u64>() {
        Ok(number) => view.get_in(address.scope, &VERSIONS, &(address.name.clone(), number)),
        Err(_) => Ok(None),
    }
}

/// The alias that an address names.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn alias(view: &View, address: &Address, name: &str) -> Result<Alias> {
    let key = (address.name.clone(), name.to_owned());
    let found = view.get_in(address.scope, &ALIASES, &key)?;
    found.ok_or_else(|| errors::alias_not_found(&address.qualified(Some(name)).arn()))
}
