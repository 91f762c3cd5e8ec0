//! How machines, executions and activities are called: names and ARNs.

use crate::errors;
use crate::state::{ACTIVITIES, Activity, EXECUTIONS, Execution, MACHINES, Machine, REVISIONS, Revision};
use service::{AccountId, Arn, ArnParts, Region, Result, Scope, View};

/// What an ARN of Step Functions names; it may not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Whose and where.
    pub scope: Scope,
    /// `stateMachine`, `execution` or `activity`.
    pub kind: String,
    /// The machine's or activity's name.
    pub name: String,
    /// The execution's name, or the version or alias of a machine.
    pub rest: Option<String>,
}

impl Address {
    /// Reads an ARN of one of the view's own resources.
    ///
    /// # Errors
    /// `InvalidArn` if it is none.
    pub fn read(view: &View, arn: &str) -> Result<Address> {
        let address = Address::of(arn).ok_or_else(|| errors::invalid_arn(arn))?;
        if address.scope == view.scope() { Ok(address) } else { Err(errors::invalid_arn(arn)) }
    }

    /// What an ARN names, if it is one of Step Functions.
    pub fn of(arn: &str) -> Option<Address> {
        let parts = ArnParts::parse(arn).ok()?;
        let account: AccountId = parts.account.parse().ok()?;
        let region = Region::new(parts.region)?;
        if parts.service != "states" || parts.partition != region.partition().as_str() {
            return None;
        }
        let mut pieces = parts.resource.splitn(3, ':');
        let (kind, name, rest) = (pieces.next()?, pieces.next()?, pieces.next());
        if name.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.contains(':')) {
            return None;
        }
        let (kind, name) = (kind.to_owned(), name.to_owned());
        Some(Address { scope: Scope::new(account, region), kind, name, rest: rest.map(str::to_owned) })
    }

    /// The same, if it is of one kind.
    pub fn of_kind(view: &View, arn: &str, kind: &str) -> Result<Address> {
        let address = Address::read(view, arn)?;
        if address.kind == kind { Ok(address) } else { Err(errors::other_resource(&address.kind)) }
    }

    /// A machine without a version or alias.
    pub fn machine(view: &View, arn: &str) -> Result<(String, Machine)> {
        let address = Address::of_kind(view, arn, "stateMachine")?;
        if address.rest.is_some() {
            return Err(errors::invalid_arn(arn));
        }
        let machine = view.get(&MACHINES, &address.name)?.ok_or_else(|| errors::machine_missing(arn))?;
        Ok((address.name, machine))
    }

    /// An execution.
    pub fn execution(view: &View, arn: &str) -> Result<Execution> {
        let address = Address::of_kind(view, arn, "execution")?;
        let name = address.rest.ok_or_else(|| errors::invalid_arn(arn))?;
        view.get(&EXECUTIONS, &(address.name, name))?.ok_or_else(|| errors::execution_missing(arn))
    }

    /// An activity.
    pub fn activity(view: &View, arn: &str) -> Result<Activity> {
        let address = Address::of_kind(view, arn, "activity")?;
        view.get(&ACTIVITIES, &address.name)?.ok_or_else(|| errors::activity_missing(arn))
    }
}

/// A machine's ARN.
pub fn machine_arn(view: &View, name: &str) -> Arn {
    view.arn("states", format!("stateMachine:{name}"))
}

/// The ARN of a machine's version or alias.
pub fn qualified_arn(view: &View, name: &str, qualifier: impl std::fmt::Display) -> String {
    view.arn("states", format!("stateMachine:{name}:{qualifier}")).to_string()
}

/// An execution's ARN.
pub fn execution_arn(view: &View, machine: &str, name: &str) -> String {
    view.arn("states", format!("execution:{machine}:{name}")).to_string()
}

/// An activity's ARN.
pub fn activity_arn(view: &View, name: &str) -> String {
    view.arn("states", format!("activity:{name}")).to_string()
}

/// A revision of a machine: what it is now, or what a row keeps.
pub fn revision(view: &View, machine: &str, id: &str) -> Result<Option<Revision>> {
    match view.get(&MACHINES, machine)? {
        Some(machine) if machine.now.id == id => Ok(Some(machine.now)),
        _ => view.get(&REVISIONS, &(machine.to_owned(), id.to_owned())),
    }
}

/// A name of a machine, an execution or an activity.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html>
pub fn check_name(name: &str) -> Result<()> {
    let bad = |c: char| {
        c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c) || ('\u{fff0}'..).contains(&c)
    };
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(bad) {
        return Err(errors::invalid_name(name));
    }
    Ok(())
}
