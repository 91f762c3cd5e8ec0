use ids::{AccountId, Partition, Region};
use shape::shape;

/// Whose and where: what leads the key of every row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Scope {
    /// The account that owns the rows.
    pub account: AccountId,
    /// The region they lie in; [`Region::global`] for account-wide services. Its partition is that of the rows, too.
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

    /// Where the global services keep what an account has, in the partition of this scope.
    pub fn home_of(&self, account: AccountId) -> Scope {
        Scope { account, region: self.region.globally() }
    }
}

shape! {
    /// A scope as rows keep it, in a member of their own.
    pub struct Place {
        /// The account's number.
        pub account: i64,
        /// The region's code.
        pub region: String,
    }
}

impl Place {
    /// Where a scope is.
    pub fn of(scope: Scope) -> Place {
        // An account has twelve digits.
        let account = i64::try_from(scope.account.number()).unwrap_or_default();
        Place { account, region: scope.region.as_str().to_owned() }
    }

    /// The scope; `None` if a row is damaged.
    pub fn scope(&self) -> Option<Scope> {
        let account = u64::try_from(self.account).ok().and_then(AccountId::from_number)?;
        Some(Scope { account, region: Region::kept(&self.region)? })
    }
}
