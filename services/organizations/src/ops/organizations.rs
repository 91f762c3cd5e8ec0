//! Organisations.

use crate::api::*;
use crate::founding::MANAGEMENT_NAME;
use crate::standing::{self, Reach};
use crate::state::{
    ACCOUNTS, ATTACHMENTS, AccountRow, CREATIONS, HANDSHAKE_HOMES, HANDSHAKES, HandshakeRow, MEMBERS, MemberRow,
    ORGANIZATION, ORGANIZATIONS, OrganizationRow, POLICIES, PersonRow, UNITS,
};
use crate::{directory, errors, ids, peers, shown, timers, tree};
use service::{Cx, IndexMap, Nothing, Result, View};

/// The caller's account becomes the management account. No type of policy is enabled in the root yet, whatever the page says:
/// as AWS was seen to do, and as Terraform needs it.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html>
/// <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1901>
pub fn create_organization(cx: &mut Cx, input: CreateOrganizationRequest) -> Result<CreateOrganizationResponse> {
    let CreateOrganizationRequest { feature_set } = input;
    let feature_set = feature_set.unwrap_or_else(|| "ALL".to_owned());
    if !["ALL", "CONSOLIDATED_BILLING"].contains(&feature_set.as_str()) {
        return Err(errors::invalid("INVALID_ENUM"));
    }
    if standing::of(cx, cx.account())?.is_some() {
        return Err(errors::already_in_organization());
    }
    if feature_set == "ALL" {
        peers::make_linked_role(cx)?;
    }
    let account = cx.account().to_string();
    let (id, root) = (format!("o-{}", ids::draw(cx, 10)), format!("r-{}", ids::draw(cx, 4)));
    let row =
        OrganizationRow { id: id.clone(), feature_set, root: root.clone(), next: 1, ..OrganizationRow::default() };
    let organization = standing::Organization { row, management: cx.account(), partition: cx.scope().partition() };
    organization.save(cx)?;
    let email = directory::person(cx, &account)?.email;
    directory::note(cx, &account, PersonRow { name: MANAGEMENT_NAME.to_owned(), email, closed: None })?;
    let own = AccountRow {
        id: account.clone(),
        parent: root,
        status: "ACTIVE".to_owned(),
        method: "INVITED".to_owned(),
        joined: cx.now(),
        number: 1,
        tags: IndexMap::new(),
        administers: IndexMap::new(),
    };
    cx.put(&ACCOUNTS, account.as_str(), &own)?;
    let member = MemberRow { organization: id, management: account.clone() };
    cx.put(&MEMBERS, account.as_str(), &member)?;
    Ok(CreateOrganizationResponse { organization: Some(shown::organization(cx, &organization)?) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html>
pub fn describe_organization(view: &View, _: Nothing) -> Result<DescribeOrganizationResponse> {
    let organization = standing::open(view, Reach::Members)?;
    Ok(DescribeOrganizationResponse { organization: Some(shown::organization(view, &organization)?) })
}

/// OUs and policies go with it.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganization.html>
pub fn delete_organization(cx: &mut Cx, _: Nothing) -> Result<Nothing> {
    let organization = standing::open(cx, Reach::Management)?;
    if tree::accounts(cx, &organization)?.len() > 1 {
        return Err(errors::organization_not_empty());
    }
    let handshakes: Vec<HandshakeRow> = cx.rows(&HANDSHAKES, ()).collect::<Result<_>>()?;
    for handshake in handshakes {
        timers::keep(cx, &organization, &handshake.id)?;
        cx.delete(&HANDSHAKE_HOMES, handshake.id.as_str()).map(drop)?;
    }
    cx.delete_all(&HANDSHAKES, ())?;
    cx.delete_all(&ATTACHMENTS, ())?;
    cx.delete_all(&POLICIES, ())?;
    cx.delete_all(&UNITS, ())?;
    cx.delete_all(&CREATIONS, ())?;
    cx.delete_all(&ACCOUNTS, ())?;
    cx.delete(&ORGANIZATIONS, ORGANIZATION)?;
    let account = cx.account().to_string();
    cx.delete(&MEMBERS, account.as_str())?;
    Ok(Nothing {})
}
