//! Rows as the API shows them.

use crate::api::*;
use crate::standing::{self, Organization};
use crate::state::{AccountRow, CreationRow, HandshakeRow, PolicyRow, UnitRow};
use crate::{directory, kinds, tree};
use service::{Result, View};

pub fn organization(view: &View, organization: &Organization) -> Result<crate::api::Organization> {
    let management = organization.management.to_string();
    let email = directory::person(view, &management)?.email;
    let scp = || PolicyTypeSummary { type_: Some(kinds::SCP.to_owned()), status: Some("ENABLED".to_owned()) };
    Ok(crate::api::Organization {
        id: Some(organization.row.id.clone()),
        arn: Some(organization.own_arn(view)),
        feature_set: Some(organization.row.feature_set.clone()),
        master_account_arn: Some(organization.arn(view, "account", &management)),
        master_account_id: Some(management),
        master_account_email: Some(email),
        // Deprecated, and never other than this: ListRoots says what is enabled.
        available_policy_types: Some(organization.has_all_features().then(scp).into_iter().collect()),
    })
}

pub fn root(view: &View, organization: &Organization) -> Root {
    let enabled = organization.row.enabled.iter();
    let summary = |kind: &String| PolicyTypeSummary { type_: Some(kind.clone()), status: Some("ENABLED".to_owned()) };
    Root {
        id: Some(organization.row.root.clone()),
        arn: Some(organization.arn(view, "root", &organization.row.root)),
        name: Some("Root".to_owned()),
        policy_types: Some(enabled.map(summary).collect()),
    }
}

pub fn unit(view: &View, organization: &Organization, unit: &UnitRow) -> Result<OrganizationalUnit> {
    Ok(OrganizationalUnit {
        id: Some(unit.id.clone()),
        arn: Some(organization.arn(view, "ou", &unit.id)),
        name: Some(unit.name.clone()),
        path: Some(tree::path(view, organization, &unit.id)?),
    })
}

pub fn account(view: &View, organization: &Organization, row: &AccountRow) -> Result<Account> {
    let person = directory::person(view, &row.id)?;
    let path = tree::path(view, organization, &row.parent)?;
    Ok(Account {
        arn: Some(organization.arn(view, "account", &row.id)),
        email: Some(person.email),
        name: Some(person.name),
        status: Some(row.status.clone()),
        state: Some(row.status.clone()),
        paths: Some(vec![format!("{path}{}/", row.id)]),
        joined_method: Some(row.method.clone()),
        joined_timestamp: Some(row.joined),
        id: Some(row.id.clone()),
    })
}

/// The ARN of a policy; AWS's own ones belong to `aws`.
pub fn policy_arn(view: &View, organization: &Organization, policy: &PolicyRow) -> String {
    let kind = policy.kind.to_ascii_lowercase();
    match kinds::managed(&policy.id) {
        Some(_) => standing::arn(view, "aws", &format!("policy/{kind}/{}", policy.id)),
        None => organization.arn(view, "policy", &format!("{kind}/{}", policy.id)),
    }
}

pub fn policy_summary(view: &View, organization: &Organization, policy: &PolicyRow) -> PolicySummary {
    PolicySummary {
        id: Some(policy.id.clone()),
        arn: Some(policy_arn(view, organization, policy)),
        name: Some(policy.name.clone()),
        description: Some(policy.description.clone()),
        type_: Some(policy.kind.clone()),
        aws_managed: Some(kinds::managed(&policy.id).is_some()),
    }
}

pub fn policy(view: &View, organization: &Organization, row: &PolicyRow) -> Policy {
    let policy_summary = Some(policy_summary(view, organization, row));
    Policy { policy_summary, content: Some(row.content.clone()) }
}

pub fn creation(row: &CreationRow) -> CreateAccountStatus {
    CreateAccountStatus {
        id: Some(row.id.clone()),
        account_name: Some(row.name.clone()),
        state: Some(row.state.clone()),
        requested_timestamp: Some(row.requested),
        completed_timestamp: Some(row.requested),
        account_id: row.account.clone(),
        gov_cloud_account_id: None,
        failure_reason: row.failure.clone(),
    }
}

/// A handshake with its parties and what it is about.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Handshake.html>
pub fn handshake(view: &View, organization: &Organization, row: &HandshakeRow) -> Result<Handshake> {
    let party = |id: &str, kind: &str| HandshakeParty { id: id.to_owned(), type_: kind.to_owned() };
    let own = party(&organization.row.id, "ORGANIZATION");
    let asked = row.named.as_deref().zip(row.party.as_deref()).map(|(id, kind)| party(id, kind));
    let action = row.action.to_ascii_lowercase();
    Ok(Handshake {
        id: Some(row.id.clone()),
        arn: Some(organization.arn(view, "handshake", &format!("{action}/{}", row.id))),
        parties: Some([own].into_iter().chain(asked).collect()),
        state: Some(row.state.clone()),
        requested_timestamp: Some(row.requested),
        expiration_timestamp: Some(row.expires),
        action: Some(row.action.clone()),
        resources: Some(resources(view, organization, row)?),
    })
}

fn resources(view: &View, organization: &Organization, row: &HandshakeRow) -> Result<Vec<HandshakeResource>> {
    let resource = |kind: &str, value: &str| HandshakeResource {
        value: Some(value.to_owned()),
        type_: Some(kind.to_owned()),
        resources: None,
    };
    let management = directory::person(view, &organization.management.to_string())?;
    let mut own = resource("ORGANIZATION", &organization.row.id);
    own.resources = Some(vec![
        resource("MASTER_EMAIL", &management.email),
        resource("MASTER_NAME", &management.name),
        resource("ORGANIZATION_FEATURE_SET", &organization.row.feature_set),
    ]);
    let asked = row.named.as_deref().zip(row.party.as_deref()).map(|(id, kind)| resource(kind, id));
    let notes = row.notes.as_deref().map(|notes| resource("NOTES", notes));
    let parent = row.parent.as_deref().map(|parent| resource("PARENT_HANDSHAKE", parent));
    Ok([own].into_iter().chain(asked).chain(notes).chain(parent).collect())
}
