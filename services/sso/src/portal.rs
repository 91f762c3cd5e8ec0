//! What the access portal shows a user and gives him: accounts, roles, and their credentials.

use crate::assertion::{self, Claim};
use crate::session::Session;
use crate::state::{INSTANCES, InstanceRow, KEYS, ROLES, SetRow};
use crate::{assignment, control_attributes, iso_duration, organization, peers, permission_set, role};
use service::{AccountId, Error, Result, Value, View};
use std::collections::{BTreeMap, BTreeSet};

/// A user who has signed in, as the portal sees him.
pub struct Visitor {
    view: View,
    instance: InstanceRow,
    user: Value,
    id: String,
}

/// An account in which a user has something.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its owner's mail address; empty where nobody knows.
    pub email: String,
}

/// What STS takes for a role's credentials.
#[derive(Debug, Clone, PartialEq)]
pub struct Voucher {
    /// The role's ARN.
    pub role: String,
    /// The provider's ARN.
    pub provider: String,
    /// The response, in base64.
    pub response: String,
    /// For how long, in seconds.
    pub seconds: i64,
}

impl Visitor {
    /// The user of a session; `None` where he or the instance has gone.
    pub fn of(view: &View, session: &Session) -> Result<Option<Visitor>> {
        let view = view.elsewhere(session.scope)?;
        let Some(instance) = view.get(&INSTANCES, session.instance.as_str())? else { return Ok(None) };
        let user = peers::user(&view, &instance.store, &session.user)?;
        let user = user.filter(|user| user.get("UserStatus").and_then(Value::as_str) != Some("DISABLED"));
        Ok(user.map(|user| Visitor { view, instance, user, id: session.user.clone() }))
    }

    /// His name.
    pub fn name(&self) -> &str {
        self.user.get("UserName").and_then(Value::as_str).unwrap_or_default()
    }

    /// The ids of his permission sets, by account.
    fn sets(&self) -> Result<BTreeMap<String, BTreeSet<String>>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let groups = peers::groups_of(&self.view, &self.instance.store, &self.id)?;
        let own = [("USER", self.id.as_str())];
        for principal in own.into_iter().chain(groups.iter().map(|id| ("GROUP", id.as_str()))) {
            for row in assignment::of_principal(&self.view, &self.instance.id, principal)? {
                all.entry(row.account).or_default().insert(row.set);
            }
        }
        Ok(all)
    }

    /// The accounts in which he has something, by their ids.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        let shown = |id: String| {
            let known = organization::account(&self.view, self.view.account(), &id)?.unwrap_or_default();
            let name = if known.name.is_empty() { id.clone() } else { known.name };
            Ok(Account { id, name, email: known.email })
        };
        self.sets()?.into_keys().map(shown).collect()
    }

    /// The names of his permission sets in an account; `None` where he has nothing there.
    pub fn roles(&self, account: &str) -> Result<Option<Vec<String>>> {
        let Some(ids) = self.sets()?.remove(account) else { return Ok(None) };
        let name = |id: &String| Ok(permission_set::by_id(&self.view, &self.instance.id, id)?.name);
        let mut names: Vec<String> = ids.iter().map(name).collect::<Result<_>>()?;
        names.sort();
        Ok(Some(names))
    }

    fn set(&self, account: &str, name: &str) -> Result<Option<SetRow>> {
        for id in self.sets()?.remove(account).unwrap_or_default() {
            let set = permission_set::by_id(&self.view, &self.instance.id, &id)?;
            if set.name == name {
                return Ok(Some(set));
            }
        }
        Ok(None)
    }

    /// What lets him be a role; `None` where it is not his to be. `id` is the assertion's.
    pub fn voucher(&self, (account, name): (&str, &str), id: &str) -> Result<Option<Voucher>> {
        let Some(set) = self.set(account, name)? else { return Ok(None) };
        let row = self.view.get(&ROLES, &(self.instance.id.clone(), (set.id.clone(), account.to_owned())))?;
        let (Some(row), Ok(account)) = (row, account.parse::<AccountId>()) else { return Ok(None) };
        let key = self.view.get(&KEYS, self.instance.id.as_str())?;
        let key = key.ok_or_else(|| Error::internal("an instance has no key"))?;
        let role = role::arn(&self.view, account, &row.role);
        let provider = role::provider_arn(&self.view, account, &key.provider);
        let seconds = iso_duration::seconds(&set.session_duration)?;
        let tags = control_attributes::tags(&self.instance, &self.user);
        let claim = Claim { id, user: self.name(), role: &role, provider: &provider, seconds, tags: &tags };
        let response = assertion::response(&self.view, &key, &claim)?;
        Ok(Some(Voucher { role, provider, response, seconds }))
    }
}

/// The id of the identity store of an instance in this view's scope.
pub fn store_of(view: &View, instance: &str) -> Result<Option<String>> {
    Ok(view.get(&INSTANCES, instance)?.map(|row| row.store))
}
