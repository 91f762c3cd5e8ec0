//! The book of issuers of tokens, as the operator writes in it: no request does, for on AWS the keys are fetched.

use crate::cloud::Cloud;
use service::{Cx, Door, Error, Issuer, Issuers, Result};
use std::sync::Arc;

impl Cloud {
    /// Gives the keys by which tokens of an issuer, a URL, are verified from now on: a JSON Web Key Set.
    pub fn set_issuer_keys(&self, url: &str, keys: &str) -> Result<()> {
        self.change_issuers(|book, cx| (book.set)(cx, url, keys))
    }

    /// Forgets the keys of an issuer, and tells whether there were any.
    pub fn remove_issuer(&self, url: &str) -> Result<bool> {
        self.change_issuers(|book, cx| (book.remove)(cx, url))
    }

    /// The issuers whose keys are known, and those of this cloud whose tokens others verify.
    pub fn list_issuers(&self) -> Result<Vec<Issuer>> {
        (self.book()?.list)(&self.backstage_view(self.own_scope()))
    }

    fn change_issuers<T>(&self, change: impl FnOnce(&Issuers, &mut Cx) -> Result<T>) -> Result<T> {
        let book = self.book()?;
        let (info, entropy) = (Arc::clone(&self.backstage), self.entropy.stream());
        let mut cx = Cx::begin(&self.store, self.own_scope(), self.clock.now(), info, entropy);
        let done = change(&book, &mut cx)?;
        let governs = cx.effects().governing.then(|| self.identities.change());
        cx.commit(&[])?;
        drop(governs);
        Ok(done)
    }

    fn book(&self) -> Result<Issuers> {
        Door::issuers(self).ok_or_else(|| Error::internal("no service of this cloud keeps the keys of issuers"))
    }
}
