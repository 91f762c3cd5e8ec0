//! The access keys that everybody knows, `test` and account ids. Any secret does, so it counts from where they are used.

use crate::flow::Flow;
use crate::settings::Bootstrap;
use ids::AccountId;
use ledger::Refusal;
use wire::browser::{Reach, Stranger, is_plain_read, stranger};

/// The access key that everybody knows.
const WELL_KNOWN: &str = "test";

/// Why such a key is nobody's here, and what it is about.
pub(crate) type Barred = (Refusal, String);

impl Flow {
    /// The account whose root a key stands for, if it is one of these and may be used for this request.
    pub(crate) fn well_known(&self, key: &str) -> Option<Result<AccountId, Barred>> {
        let account = match key {
            WELL_KNOWN => self.cloud.settings.account,
            key => key.parse().ok()?,
        };
        Some(self.is_from_home().map(|()| account))
    }

    /// Whether the request comes from the user, and not from a stranger or his web page.
    fn is_from_home(&self) -> Result<(), Barred> {
        let reach = match self.cloud.settings.bootstrap {
            Bootstrap::Everywhere => Reach::Network,
            Bootstrap::Loopback if self.peer.ip.to_canonical().is_loopback() => Reach::ThisMachine,
            Bootstrap::Loopback => return Err((Refusal::FromElsewhere, self.peer.ip.to_canonical().to_string())),
        };
        match stranger(&self.request, reach) {
            None => Ok(()),
            Some(Stranger::Host(host)) => Err((Refusal::StrangeHost, host.to_owned())),
            Some(Stranger::Page(origin)) if self.is_named_by_service(origin) => Ok(()),
            Some(Stranger::Page(origin)) => Err((Refusal::StrangePage, origin.to_owned())),
            // Such as an image in a page that keeps to itself where it is from.
            Some(Stranger::Unnamed) if self.is_plain_read() => Ok(()),
            Some(Stranger::Unnamed) => Err((Refusal::StrangePage, String::new())),
        }
    }

    /// Whether the operation is a `GET` of its model too. The Query protocol takes what changes things by `GET` as well.
    fn is_plain_read(&self) -> bool {
        let modelled = self.target.map_or("", |target| &*target.operation.http.method);
        is_plain_read(&self.request.method) && ["GET", "HEAD"].contains(&modelled)
    }
}
