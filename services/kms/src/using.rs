//! What every cryptographic operation asks of a key before it is used.

use crate::errors;
use crate::grants;
use crate::key::Key;
use crate::names::{self, Forms};
use crate::spec::Spec;
use service::{Result, View};

/// How a key is to be used.
pub struct Use<'a> {
    /// The usage that the operation needs.
    pub usage: &'static str,
    /// The operation's name.
    pub operation: &'static str,
    /// The algorithm.
    pub algorithm: &'a str,
}

impl Use<'_> {
    /// The key that is called so, if it can be used so, in AWS's order: there, enabled, meant for it, of its algorithms.
    pub fn open(&self, view: &View, key_id: &str, tokens: Option<&Vec<String>>) -> Result<(Key, &'static Spec)> {
        grants::check_tokens(tokens)?;
        self.check(names::key(view, key_id, Forms::Any)?)
    }

    /// The same of a key that was found.
    pub fn check(&self, key: Key) -> Result<(Key, &'static Spec)> {
        key.check_enabled()?;
        let spec = key.check_usage(self.usage, self.operation, self.algorithm)?;
        Ok((key, spec))
    }
}

/// Ends a dry run: it has come as far as it can.
pub fn end_dry_run(dry_run: Option<bool>) -> Result<()> {
    if dry_run == Some(true) { Err(errors::dry_run()) } else { Ok(()) }
}
