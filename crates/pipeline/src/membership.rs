//! The organisations of accounts, as decisions need them: compiled once, and known until a row changes that decides.

use crate::cloud::Cloud;
use crate::identity::{Epoch, Named};
use ids::AccountId;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use service::{ControlLevel, Cx, Door, Error, Membership, ReservedId, Result, Scope};
use std::sync::Arc;

/// How many accounts are remembered at most; beyond it all are forgotten and read again.
const MOST: usize = 4096;

/// The place of an account in an organisation, its guardrails compiled.
pub(crate) struct Member {
    pub(crate) organization: String,
    pub(crate) path: String,
    /// Service control policies by the id of the level, from the root to the account.
    pub(crate) service_control: Box<Levels>,
    /// Resource control policies, in the same order.
    resource_control: Box<Levels>,
    resource_controlled: &'static [&'static str],
}

/// The policies of one kind, by the id of the level.
pub(crate) type Levels = [(String, Vec<Named>)];

/// What was read of accounts, those in no organisation included.
pub(crate) type Members = RwLock<FxHashMap<AccountId, (Epoch, Place)>>;

/// What authorities know of an account.
#[derive(Clone, Default)]
pub(crate) struct Place {
    /// The organisation that it is in.
    pub(crate) member: Option<Arc<Member>>,
    /// Whether it was closed.
    pub(crate) closed: bool,
}

impl Member {
    /// The resource control policies that bind an action on a resource of this account.
    pub(crate) fn resource_control(&self, action: &str) -> &Levels {
        let bound = || {
            let prefix = action.split_once(':').map_or(action, |(prefix, _)| prefix);
            self.resource_controlled.iter().any(|known| known.eq_ignore_ascii_case(prefix))
        };
        if self.resource_control.is_empty() || !bound() { &[] } else { &self.resource_control }
    }
}

/// Whether any policy of these levels looks at the context of a request.
pub(crate) fn read_context(levels: &Levels) -> bool {
    levels.iter().flat_map(|(_, policies)| policies).any(|policy| policy.document.reads_context())
}

impl Cloud {
    /// The place of an account in an organisation, from memory if that still holds there; `None` where it is in none. `home` is where
    /// the account keeps what it has as a whole.
    pub(crate) fn member(&self, home: Scope) -> Result<Option<Arc<Member>>> {
        Ok(self.place(home)?.member)
    }

    /// The same with whether it was closed.
    pub(crate) fn place(&self, home: Scope) -> Result<Place> {
        let (account, known) = (home.account, &self.identities.of(home.partition()).members);
        if let Some((epoch, place)) = known.read().get(&account)
            && self.identities.holds(*epoch)
        {
            return Ok(place.clone());
        }
        let epoch = self.identities.epoch();
        let view = self.backstage_view(home);
        let member = self.membership(&view, account)?.map(|found| self.compiled(found)).transpose()?.map(Arc::new);
        let mut closed = false;
        for authority in self.directory.authorities() {
            closed |= (authority.closed)(&view, account)?;
        }
        let place = Place { member, closed };
        let mut members = known.write();
        if members.len() >= MOST {
            members.clear();
        }
        members.insert(account, (epoch, place.clone()));
        Ok(place)
    }

    fn compiled(&self, membership: Membership) -> Result<Member> {
        let Membership {
            organization,
            path,
            management: _,
            closed: _,
            service_control,
            resource_control,
            resource_controlled,
        } = membership;
        let levels = |levels: Vec<ControlLevel>| {
            let level = |level: ControlLevel| {
                let policies = level.policies.into_iter().map(|policy| self.named(policy));
                Ok((level.target, policies.collect::<Result<Vec<_>>>()?))
            };
            levels.into_iter().map(level).collect::<Result<Box<Levels>>>()
        };
        Ok(Member {
            organization,
            path,
            service_control: levels(service_control)?,
            resource_control: levels(resource_control)?,
            resource_controlled,
        })
    }

    /// Gives an id that the operator chose to the account that will be created with this address, or to the next one.
    pub fn reserve_account_id(&self, id: AccountId, email: Option<&str>) -> Result<()> {
        let book = self.directory.authorities().find_map(|authority| authority.account_ids);
        let book = book.ok_or_else(|| Error::internal("no service of this cloud creates accounts"))?;
        let (info, entropy) = (Arc::clone(&self.backstage), self.entropy.stream());
        let mut cx = Cx::begin(&self.store, self.own_scope(), self.clock.now(), info, entropy);
        (book.reserve)(&mut cx, id, email)?;
        cx.commit(&[])?;
        Ok(())
    }

    /// The ids that the operator chose and no account has yet, with the addresses for which they wait.
    pub fn reserved_account_ids(&self) -> Result<Vec<ReservedId>> {
        let Some(book) = self.directory.authorities().find_map(|authority| authority.account_ids) else {
            return Ok(Vec::new());
        };
        (book.reserved)(&self.backstage_view(self.own_scope()))
    }

    /// Where the cloud's own account keeps what it has as a whole: in the partition of the cloud's own region.
    pub(crate) fn own_scope(&self) -> Scope {
        Scope::new(self.settings.account, self.settings.region.globally())
    }
}
