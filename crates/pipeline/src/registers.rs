//! What operators register with services: no request does, for on AWS it is done outside of any API.

use crate::cloud::Cloud;
use service::{Cx, Register, Registered, Result};
use std::sync::Arc;

impl Cloud {
    /// Registers a document, JSON, by a name; an earlier one is replaced. `None` where this cloud has no such register.
    pub fn register(&self, register: &str, name: &str, document: &str) -> Result<Option<()>> {
        self.change_register(register, |register, cx| (register.set)(cx, name, document))
    }

    /// Takes one away, and tells whether it was there. `None` where this cloud has no such register.
    pub fn unregister(&self, register: &str, name: &str) -> Result<Option<bool>> {
        self.change_register(register, |register, cx| (register.remove)(cx, name))
    }

    /// All that is registered. `None` where this cloud has no such register.
    pub fn registered(&self, register: &str) -> Result<Option<Vec<Registered>>> {
        let Some((_, register)) = self.find_register(register) else { return Ok(None) };
        (register.list)(&self.backstage_view(self.own_scope())).map(Some)
    }

    /// The names of all registers.
    pub fn registers(&self) -> Vec<&'static str> {
        self.directory.services().flat_map(|service| service.registers).map(|register| register.name).collect()
    }

    fn change_register<T>(
        &self,
        register: &str,
        change: impl FnOnce(&Register, &mut Cx) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some((service, register)) = self.find_register(register) else { return Ok(None) };
        let info = service::RequestInfo { service, ..(*self.backstage).clone() };
        let (now, entropy) = (self.clock.now(), self.entropy.stream());
        let mut cx = Cx::begin(&self.store, self.own_scope(), now, Arc::new(info), entropy);
        let done = change(register, &mut cx)?;
        let governs = cx.effects().governing.then(|| self.identities.change());
        cx.commit(&[])?;
        drop(governs);
        Ok(Some(done))
    }

    fn find_register(&self, name: &str) -> Option<(&'static str, &'static Register)> {
        let all = self
            .directory
            .services()
            .flat_map(|service| service.registers.iter().map(|one| (service.facts.prefix, one)));
        all.into_iter().find(|(_, register)| register.name == name)
    }
}
