//! How buses and rules are called: names and ARNs.

use crate::errors;
use crate::state::{BUSES, Bus, RULES, Rule};
use service::{AccountId, Arn, ArnParts, Region, Result, Scope, View};

/// The bus that is always there.
pub const DEFAULT: &str = "default";

/// Whose a bus is, where it is and what it is called; it may not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct BusAddress {
    /// The owner's account, and the region.
    pub scope: Scope,
    /// The name.
    pub name: String,
}

impl BusAddress {
    /// The bus that a request names: by its name, its ARN, or not at all for the default bus.
    pub fn of(view: &View, text: Option<&str>) -> BusAddress {
        let text = text.unwrap_or(DEFAULT);
        BusAddress::of_arn(text).unwrap_or_else(|| BusAddress { scope: view.scope(), name: text.to_owned() })
    }

    /// The bus that an ARN names; `None` where it is no ARN of a bus.
    pub fn of_arn(arn: &str) -> Option<BusAddress> {
        let parts = ArnParts::parse(arn).ok()?;
        let scope = scope_of(&parts)?;
        let name = parts.resource.strip_prefix("event-bus/")?;
        (parts.service == "events" && !name.is_empty()).then(|| BusAddress { scope, name: name.to_owned() })
    }

    /// The bus, if there is one.
    pub fn find(&self, view: &View) -> Result<Option<Bus>> {
        let row = view.get_in(self.scope, &BUSES, &self.name)?;
        Ok(row.or_else(|| (self.name == DEFAULT).then(|| Bus { name: DEFAULT.to_owned(), ..Bus::default() })))
    }

    /// A bus of one's own.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where there is none, or it is another account's.
    pub fn bus(&self, view: &View) -> Result<Bus> {
        let found = if self.scope == view.scope() { self.find(view)? } else { None };
        found.ok_or_else(|| errors::bus_not_found(&self.name))
    }

    /// The bus's ARN.
    pub fn arn(&self) -> Arn {
        arn(self.scope, format!("event-bus/{}", self.name))
    }

    /// The ARN of one of the bus's rules.
    pub fn rule_arn(&self, rule: &str) -> Arn {
        match self.name.as_str() {
            DEFAULT => arn(self.scope, format!("rule/{rule}")),
            bus => arn(self.scope, format!("rule/{bus}/{rule}")),
        }
    }
}

/// The account and region of an ARN.
pub fn scope_of(parts: &ArnParts<'_>) -> Option<Scope> {
    let account: AccountId = parts.account.parse().ok()?;
    let region = Region::new(parts.region)?;
    (parts.partition == region.partition().as_str()).then(|| Scope::new(account, region))
}

/// An ARN of EventBridge.
pub fn arn(scope: Scope, resource: String) -> Arn {
    Arn::new(scope.partition(), "events", scope.region, Some(scope.account), resource)
}

/// A rule of one's own bus.
///
/// # Errors
/// `ResourceNotFoundException` where there is no such bus or rule.
pub fn rule(view: &View, bus: Option<&str>, name: &str) -> Result<(BusAddress, Rule)> {
    let address = BusAddress::of(view, bus);
    address.bus(view)?;
    match view.get(&RULES, &(address.name.clone(), name.to_owned()))? {
        Some(rule) => Ok((address, rule)),
        None => Err(errors::rule_not_found(name, &address.name)),
    }
}

/// The name of an archive in its ARN, if it is one of the view's scope.
pub fn archive_name<'a>(view: &View, arn: &'a str) -> Option<&'a str> {
    let parts = ArnParts::parse(arn).ok()?;
    let own = parts.service == "events" && scope_of(&parts) == Some(view.scope());
    parts.resource.strip_prefix("archive/").filter(|_| own)
}
