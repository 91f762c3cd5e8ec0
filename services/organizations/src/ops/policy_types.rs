//! Which types of policy are in use.

use super::attachments;
use crate::api::*;
use crate::ids::{self, Named};
use crate::standing::{self, Organization, Reach};
use crate::state::{UNITS, UnitRow};
use crate::{errors, kinds, shown, tree};
use service::{Cx, Result};

fn check(organization: &Organization, (root, kind): (&str, &str)) -> Result<()> {
    ids::check(root, &[Named::Root]).map_err(|_| errors::invalid("INVALID_PATTERN"))?;
    kinds::kind(kind)?;
    if organization.row.root == root { Ok(()) } else { Err(errors::no_root()) }
}

/// AWS's own policy of the type, if there is one, is attached to everything.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html>
pub fn enable_policy_type(cx: &mut Cx, input: EnablePolicyTypeRequest) -> Result<EnablePolicyTypeResponse> {
    let EnablePolicyTypeRequest { root_id, policy_type } = input;
    let mut organization = standing::open(cx, Reach::Delegates)?;
    check(&organization, (&root_id, &policy_type))?;
    if !organization.has_all_features() {
        return Err(errors::type_not_available());
    }
    if organization.row.enabled.contains(&policy_type) {
        return Err(errors::type_already_enabled());
    }
    let units: Vec<UnitRow> = cx.rows_in(organization.scope(), &UNITS, ()).collect::<Result<_>>()?;
    let accounts = tree::accounts(cx, &organization)?;
    let below = units.into_iter().map(|unit| unit.id).chain(accounts.into_iter().map(|account| account.id));
    for target in [root_id].into_iter().chain(below) {
        attachments::attach_managed(cx, &mut organization, (&policy_type, &target))?;
    }
    organization.row.enabled.push(policy_type);
    organization.save(cx)?;
    Ok(EnablePolicyTypeResponse { root: Some(shown::root(cx, &organization)) })
}

/// Its policies are detached from everything, and stay.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html>
pub fn disable_policy_type(cx: &mut Cx, input: DisablePolicyTypeRequest) -> Result<DisablePolicyTypeResponse> {
    let DisablePolicyTypeRequest { root_id, policy_type } = input;
    let mut organization = standing::open(cx, Reach::Delegates)?;
    check(&organization, (&root_id, &policy_type))?;
    if !organization.row.enabled.contains(&policy_type) {
        return Err(errors::type_not_enabled());
    }
    organization.row.enabled.retain(|enabled| *enabled != policy_type);
    attachments::detach_all(cx, &organization, &policy_type)?;
    organization.save(cx)?;
    Ok(DisablePolicyTypeResponse { root: Some(shown::root(cx, &organization)) })
}
