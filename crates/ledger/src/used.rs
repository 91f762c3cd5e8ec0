//! When keys and principals were last used, as the ledger tells it.

use crate::ledger::{Core, Ledger};
use crate::uses::{KeyUse, ServiceUse, Use};
use ids::AccountId;

impl Ledger {
    /// When and where a long-term access key was last used since the start, or since [`Ledger::take_uses`] had to make room.
    pub fn last_used(&self, access_key: &str) -> Option<KeyUse> {
        self.core.uses.lock().key(access_key)
    }

    /// When the services were last called by the user or role `principal`, in the same sense.
    pub fn services_used(&self, principal: &str) -> Vec<ServiceUse> {
        self.core.uses.lock().services(principal)
    }

    /// When the services were last called by each principal of an account, in the same sense.
    pub fn services_used_in(&self, account: AccountId) -> Vec<ServiceUse> {
        self.core.uses.lock().services_in(account)
    }

    /// The uses that are new since they were last taken, for the owner to keep; nothing is lost if it takes them once
    /// a second.
    pub fn take_uses(&self) -> (Vec<KeyUse>, Vec<ServiceUse>) {
        self.core.uses.lock().take()
    }

    /// Gives back uses that could not be kept: the next [`Ledger::take_uses`] has them again.
    pub fn untake_uses(&self, keys: Vec<KeyUse>, services: Vec<ServiceUse>) {
        self.core.uses.lock().untake(keys, services);
    }

    /// Forgets the uses of one account, or all, because its state was emptied.
    pub fn forget_uses(&self, account: Option<AccountId>) {
        self.core.uses.lock().forget(account);
    }

    /// Calls `call` whenever there is a new use after none, from the thread of the record. It must return at once and
    /// not call the ledger.
    pub fn on_used(&self, call: impl Fn() + Send + 'static) {
        *self.core.on_used.lock() = Some(Box::new(call));
    }
}

impl Core {
    pub(crate) fn note_use(&self, one: &Use<'_>) {
        let first = self.uses.lock().note(one);
        if first && let Some(call) = &*self.on_used.lock() {
            call();
        }
    }
}
