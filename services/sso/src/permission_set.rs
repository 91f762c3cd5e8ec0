//! Permission sets.

use crate::api::PermissionSet;
use crate::errors;
use crate::instance;
use crate::state::{InstanceRow, LinkRow, SET_NAMES, SETS, SetRow};
use service::{Arn, Cx, Region, Result, View};

/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html>
pub const MOST_SETS: usize = 2000;

/// A set's ARN.
pub fn arn(view: &View, set: &SetRow) -> String {
    arn_of(view, &set.instance, &set.id)
}

/// The ARN of a set by its ids.
pub fn arn_of(view: &View, instance: &str, set: &str) -> String {
    let resource = format_args!("permissionSet/{instance}/{set}");
    Arn::new(view.scope().partition(), "sso", Region::GLOBAL, None, resource).to_string()
}

/// The id in a set's ARN.
pub fn id_in(arn: &str) -> &str {
    arn.split('/').nth(2).unwrap_or_default()
}

/// The set that an ARN names, in this instance.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn find(view: &View, instance: &InstanceRow, arn: &str) -> Result<SetRow> {
    let id = id_in(arn);
    if instance::id_in(arn) != instance.id {
        return Err(errors::no_set(id));
    }
    by_id(view, &instance.id, id)
}

/// The set of that id.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn by_id(view: &View, instance: &str, id: &str) -> Result<SetRow> {
    view.get(&SETS, &(instance.to_owned(), id.to_owned()))?.ok_or_else(|| errors::no_set(id))
}

/// Keeps a set that is new.
///
/// # Errors
/// `ConflictException` where another has its name.
pub fn create(cx: &mut Cx, set: &SetRow) -> Result<()> {
    let name = (set.instance.clone(), set.name.clone());
    if cx.has(&SET_NAMES, &name)? {
        return Err(errors::conflict(format!("Permission set with name {} already exists.", set.name)));
    }
    cx.put(&SET_NAMES, &name, &LinkRow { id: set.id.clone() })?;
    cx.put(&SETS, &(set.instance.clone(), set.id.clone()), set)
}

/// Keeps a change of what the set's roles are: they follow when it is provisioned again.
/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html>
pub fn change(cx: &mut Cx, mut set: SetRow) -> Result<()> {
    set.revision = set.revision.saturating_add(1);
    save(cx, &set)
}

/// Keeps a set in which nothing changed that its roles are.
pub fn save(cx: &mut Cx, set: &SetRow) -> Result<()> {
    cx.put(&SETS, &(set.instance.clone(), set.id.clone()), set)
}

/// Forgets a set.
pub fn remove(cx: &mut Cx, set: &SetRow) -> Result<()> {
    cx.delete(&SET_NAMES, &(set.instance.clone(), set.name.clone()))?;
    cx.delete(&SETS, &(set.instance.clone(), set.id.clone()))?;
    Ok(())
}

/// As the API shows it.
pub fn shown(view: &View, set: SetRow) -> PermissionSet {
    PermissionSet {
        permission_set_arn: Some(arn(view, &set)),
        name: Some(set.name),
        description: set.description,
        created_date: Some(set.created),
        session_duration: Some(set.session_duration),
        relay_state: set.relay_state,
    }
}
