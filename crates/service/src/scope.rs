use ids::{AccountId, Partition, Region};

/// Whose and where: what leads the key of every row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Scope {
    /// The account that owns the rows.
    pub account: AccountId,
    /// The region they lie in; [`Region::GLOBAL`] for account-wide services.
    pub region: Region,
}

impl Scope {
    /// An account's rows in a region.
    pub fn new(account: AccountId, region: Region) -> Scope {
        Scope { account, region }
    }

    /// The partition of the region.
    pub fn partition(&self) -> Partition {
        self.region.partition()
    }
}
