//! Another state in the place of the present one, while clients go on asking.

use crate::cloud::Cloud;
use ledger::{Decision, PrincipalKind, Record};
use service::{Error, Result};
use std::net::IpAddr;
use std::path::Path;

impl Cloud {
    /// Loads a saved state. A request sees the old state or the new one whole: what is cached of callers is forgotten,
    /// those who wait look again, time is what had been wound in the loaded state, and what is due there fires.
    ///
    /// # Errors
    /// A file that cannot be read whole, in words for the operator. Nothing is changed then.
    pub fn load(&self, from: &Path, operator: IpAddr, progress: store::Progress<'_>) -> Result<()> {
        let record = self.operator_record("LoadSnapshot", operator, from);
        let attachment = ledger::encode(&record);
        // From before the first who can see it until after the last who did not.
        let change = self.identities.change();
        let loaded = self.store.replace(from, &attachment, progress);
        drop(change);
        let seq = loaded.map_err(|error| Error::new("InvalidSnapshot", error.to_string()).status(400))?;
        self.clock.rewind(Cloud::winds_of(&self.store)?);
        self.ledger.committed(seq.0, &record, &attachment);
        self.waiters.wake_all();
        self.timers_were_changed();
        Ok(())
    }

    /// The record of what the operator does beside AWS's API.
    fn operator_record(&self, operation: &str, operator: IpAddr, path: &Path) -> Record {
        let id = self.entropy.stream().u128();
        Record {
            id: id.to_be_bytes().to_vec().into(),
            time: self.clock.now(),
            real_time: self.clock.real(),
            account: self.settings.account.number() as i64,
            caller_account: self.settings.account.number() as i64,
            service: "terrella".to_owned(),
            operation: operation.to_owned(),
            caller: "operator".to_owned(),
            principal: "operator".to_owned(),
            caller_kind: PrincipalKind::Root.as_str().to_owned(),
            source_ip: operator.to_string(),
            resources: vec![path.display().to_string()],
            decision: Decision::Public.as_str().to_owned(),
            status: 200,
            ..Record::default()
        }
    }
}
