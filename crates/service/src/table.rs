use crate::{Cx, Error, Key, KeyBuf, Result, Scope};
use ids::{AccountId, Partition};
use shape::Struct;
use std::marker::PhantomData;

/// What stands in the place of the account in keys of rows that belong to none.
const NO_ACCOUNT: u64 = u64::MAX;

/// What leads the keys of rows that belong to no region: the account's number, with the partition in the byte that no number
/// reaches. In the partition `aws` it is the number alone.
fn lead(number: u64, partition: Partition) -> u64 {
    number ^ ((partition.index() as u64) << 56)
}

/// How the keys of an account's rows begin in a partition, whatever their table: for who empties accounts.
pub fn account_prefix(account: AccountId, partition: Partition) -> [u8; 8] {
    lead(account.number(), partition).to_be_bytes()
}

/// A row: a struct made by [`shape::shape!`], stored in the form of [`shape::pack`].
pub trait Row: Struct + Default + Clone + 'static {
    /// The row's bytes.
    fn pack(&self) -> Vec<u8>
    where
        Self: Sized,
    {
        shape::pack(self)
    }

    /// A row from its bytes.
    fn unpack(bytes: &[u8]) -> Result<Self, Error>
    where
        Self: Sized,
    {
        let mut row = Self::default();
        shape::unpack(bytes, &mut row)?;
        Ok(row)
    }
}

impl<T: Struct + Default + Clone + 'static> Row for T {}

/// How much of the scope leads a table's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// Account and region.
    Regional,
    /// The account and the partition: the rows of a global service.
    AccountWide,
    /// The partition: names that no two accounts of it may share. No account's reset touches them.
    PartitionWide,
    /// Nothing: the rows belong to the cloud as a whole, as names that no two accounts may share. No account's reset touches them.
    Worldwide,
}

/// What a hook sees of one change of a row.
pub struct Change<'a, R> {
    /// The row as it was; `None` when it is new.
    pub old: Option<&'a R>,
    /// The row as it is; `None` when it is deleted.
    pub new: Option<&'a R>,
}

type Hook<R> = fn(&mut Cx, Change<'_, R>) -> Result<()>;

/// A table of rows of type `R` under keys of type `K`, declared in a service's `state.rs`.
///
/// The name is `<service>.<rows>` and never changes once released: stored rows are found by it.
pub struct Table<K: ?Sized, R> {
    info: TableInfo,
    hook: Option<Hook<R>>,
    marker: PhantomData<fn(&K) -> R>,
}

/// A table without its types.
#[derive(Debug, Clone, Copy)]
pub struct TableInfo {
    /// `<service>.<rows>`.
    pub name: &'static str,
    /// How much of the scope leads its keys.
    pub breadth: Breadth,
    /// Whether its rows decide what callers may do: a change makes the door decide anew.
    pub governing: bool,
    /// Whether its rows name bodies ([`crate::StoredBody`]), which go with them.
    pub bodies: bool,
    /// An empty row, for reading rows whose type is not known.
    pub row: fn() -> Box<dyn Struct>,
}

impl<K: Key + ?Sized, R: Row> Table<K, R> {
    /// A table whose rows belong to an account and a region.
    pub const fn new(name: &'static str) -> Self {
        Table::with(name, Breadth::Regional)
    }

    const fn with(name: &'static str, breadth: Breadth) -> Self {
        let row: fn() -> Box<dyn Struct> = || Box::new(R::default());
        let info = TableInfo { name, breadth, governing: false, bodies: false, row };
        Table { info, hook: None, marker: PhantomData }
    }

    /// A table whose rows belong to an account as a whole, in a partition.
    pub const fn account_wide(name: &'static str) -> Self {
        Table::with(name, Breadth::AccountWide)
    }

    /// A table whose rows belong to no account, and to one partition: the same from each of its scopes.
    pub const fn partition_wide(name: &'static str) -> Self {
        Table::with(name, Breadth::PartitionWide)
    }

    /// A table whose rows belong to no account: the same from every scope. What such a row says of an account may have gone with
    /// it.
    pub const fn worldwide(name: &'static str) -> Self {
        Table::with(name, Breadth::Worldwide)
    }

    /// Marks rows that decide what callers may do (policies, resource policies, tags).
    pub const fn governing(mut self) -> Self {
        self.info.governing = true;
        self
    }

    /// Marks rows that name bodies, wherever in the row a [`crate::StoredBody`] stands: a body goes with the row that
    /// names it, so a row that is to have another's takes a copy ([`Cx::copy_body`]).
    pub const fn naming_bodies(mut self) -> Self {
        self.info.bodies = true;
        self
    }

    /// Hangs a side effect on the table: it runs in the same transaction at every change, so that no operation can forget it.
    pub const fn with_hook(mut self, hook: Hook<R>) -> Self {
        self.hook = Some(hook);
        self
    }

    /// What the table is, without its types.
    pub const fn info(&self) -> TableInfo {
        self.info
    }

    pub(crate) fn hook(&self) -> Option<Hook<R>> {
        self.hook
    }

    pub(crate) fn key(&self, scope: Scope, key: &(impl Key + ?Sized)) -> KeyBuf {
        let mut out = self.info.prefix(scope);
        key.write(&mut out);
        out
    }
}

impl TableInfo {
    /// What leads the keys of all rows of `scope`.
    pub fn prefix(&self, scope: Scope) -> KeyBuf {
        let mut out = KeyBuf::default();
        match self.breadth {
            Breadth::Regional => {
                out.account(scope.account);
                out.region(scope.region);
            }
            Breadth::AccountWide => out.number(lead(scope.account.number(), scope.partition())),
            Breadth::PartitionWide => out.number(lead(NO_ACCOUNT, scope.partition())),
            Breadth::Worldwide => out.number(NO_ACCOUNT),
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Region;
    use std::collections::BTreeSet;

    #[test]
    fn rows_lie_apart_by_account_and_partition() {
        let accounts = [0, 1, 999_999_999_999].map(|number| AccountId::from_number(number).unwrap());
        let prefix = |breadth, account, partition| {
            let info = TableInfo { breadth, ..crate::cx::TIMERS };
            info.prefix(Scope::new(account, Region::global(partition))).as_bytes().to_vec()
        };
        let mut seen = BTreeSet::new();
        for partition in Partition::ALL {
            for account in accounts {
                let own = prefix(Breadth::AccountWide, account, partition);
                assert_eq!(own, account_prefix(account, partition));
                assert!(seen.insert(own), "{account} in {partition}");
                assert_eq!(prefix(Breadth::Worldwide, account, partition), NO_ACCOUNT.to_be_bytes());
            }
            let [one, other, ..] = accounts;
            let shared = prefix(Breadth::PartitionWide, one, partition);
            assert_eq!(shared, prefix(Breadth::PartitionWide, other, partition));
            assert!(seen.insert(shared), "{partition}");
        }
        // As states were written that knew of no other partition.
        let [_, one, ..] = accounts;
        assert_eq!(account_prefix(one, Partition::Standard), 1_u64.to_be_bytes());
        assert_eq!(prefix(Breadth::PartitionWide, one, Partition::Standard), NO_ACCOUNT.to_be_bytes());
    }
}
