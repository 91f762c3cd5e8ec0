//! Organizational units.

use crate::api::*;
use crate::standing::{self, Organization, Reach};
use crate::state::{ATTACHMENTS, AttachmentRow, UNITS, UnitRow};
use crate::{errors, ids, paging, shown, tags, tree};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const MOST: usize = 2000;

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html>
pub fn create_organizational_unit(
    cx: &mut Cx,
    input: CreateOrganizationalUnitRequest,
) -> Result<CreateOrganizationalUnitResponse> {
    let CreateOrganizationalUnitRequest { parent_id, name, tags: given } = input;
    let mut organization = standing::open(cx, Reach::Management)?;
    ids::check_length(&name, 1, 128)?;
    tree::check_parent(cx, &organization, &parent_id, errors::no_parent)?;
    // The root stands first in the path.
    if tree::down_to(cx, &organization, &parent_id)?.len() > tree::DEEPEST {
        return Err(errors::constraint("OU_DEPTH_LIMIT_EXCEEDED"));
    }
    let count = cx.rows_in(organization.scope(), &UNITS, ()).count();
    if count >= MOST {
        return Err(errors::constraint("OU_NUMBER_LIMIT_EXCEEDED"));
    }
    check_name(cx, &organization, (&parent_id, &name))?;
    let root = organization.row.root.trim_start_matches("r-").to_owned();
    let id = format!("ou-{root}-{}", ids::draw(cx, 8));
    let tags = tags::first(cx, given)?;
    let unit = UnitRow { id: id.clone(), name, parent: parent_id, number: organization.number(), tags };
    save(cx, &organization, &unit)?;
    for kind in organization.row.enabled.clone() {
        super::attachments::attach_managed(cx, &mut organization, (&kind, &id))?;
    }
    organization.save(cx)?;
    Ok(CreateOrganizationalUnitResponse { organizational_unit: Some(shown::unit(cx, &organization, &unit)?) })
}

fn save(cx: &mut Cx, organization: &Organization, unit: &UnitRow) -> Result<()> {
    cx.in_scope(organization.scope(), |cx| cx.put(&UNITS, unit.id.as_str(), unit))
}

fn check_name(view: &View, organization: &Organization, (parent, name): (&str, &str)) -> Result<()> {
    let taken = tree::units_in(view, organization, parent)?.iter().any(|unit| unit.name == name);
    if taken { Err(errors::duplicate_unit()) } else { Ok(()) }
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html>
pub fn update_organizational_unit(
    cx: &mut Cx,
    input: UpdateOrganizationalUnitRequest,
) -> Result<UpdateOrganizationalUnitResponse> {
    let UpdateOrganizationalUnitRequest { organizational_unit_id, name } = input;
    let organization = standing::open(cx, Reach::Management)?;
    let mut unit = tree::unit(cx, &organization, &organizational_unit_id)?;
    if let Some(name) = name {
        ids::check_length(&name, 1, 128)?;
        check_name(cx, &organization, (&unit.parent, &name))?;
        unit.name = name;
        save(cx, &organization, &unit)?;
    }
    Ok(UpdateOrganizationalUnitResponse { organizational_unit: Some(shown::unit(cx, &organization, &unit)?) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html>
pub fn delete_organizational_unit(cx: &mut Cx, input: DeleteOrganizationalUnitRequest) -> Result<Nothing> {
    let DeleteOrganizationalUnitRequest { organizational_unit_id: id } = input;
    let organization = standing::open(cx, Reach::Management)?;
    tree::unit(cx, &organization, &id)?;
    let full =
        !tree::units_in(cx, &organization, &id)?.is_empty() || !tree::accounts_in(cx, &organization, &id)?.is_empty();
    if full {
        return Err(errors::unit_not_empty());
    }
    cx.in_scope(organization.scope(), |cx| {
        let attached: Vec<AttachmentRow> = cx.rows(&ATTACHMENTS, (id.as_str(),)).collect::<Result<_>>()?;
        for row in attached {
            cx.delete(&ATTACHMENTS, &(row.target, row.policy))?;
        }
        cx.delete(&UNITS, id.as_str())
    })?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html>
pub fn describe_organizational_unit(
    view: &View,
    input: DescribeOrganizationalUnitRequest,
) -> Result<DescribeOrganizationalUnitResponse> {
    let DescribeOrganizationalUnitRequest { organizational_unit_id } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let unit = tree::unit(view, &organization, &organizational_unit_id)?;
    Ok(DescribeOrganizationalUnitResponse { organizational_unit: Some(shown::unit(view, &organization, &unit)?) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html>
pub fn list_organizational_units_for_parent(
    view: &View,
    input: ListOrganizationalUnitsForParentRequest,
) -> Result<ListOrganizationalUnitsForParentResponse> {
    let ListOrganizationalUnitsForParentRequest { parent_id, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    tree::check_parent(view, &organization, &parent_id, errors::no_parent)?;
    let units = tree::units_in(view, &organization, &parent_id)?;
    let (units, next_token) = paging::page(units, (next_token, max_results), |unit| paging::numbered(unit.number))?;
    let units = units.iter().map(|unit| shown::unit(view, &organization, unit)).collect::<Result<_>>()?;
    Ok(ListOrganizationalUnitsForParentResponse { organizational_units: Some(units), next_token })
}
