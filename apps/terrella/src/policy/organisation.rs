//! Which accounts a policy would bind that is attached to a root, an organisational unit or an account.

use super::flags::Preflight;
use crate::client::Failure;
use crate::estate::Session;
use script::Keys;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How deep organisational units may lie within each other, with room to spare.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const DEEPEST: usize = 10;
/// The most pages of one listing.
const MOST_PAGES: usize = 1_000;

/// The accounts below a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Members {
    pub accounts: BTreeSet<String>,
    /// The management account of their organisation: no SCP and no RCP binds it.
    pub management: Option<String>,
}

/// The accounts that the flags mean.
pub fn members(flags: &Preflight) -> Result<Members, Failure> {
    let listed = flags.account.iter().map(ToString::to_string);
    let mut members = Members { accounts: listed.collect(), management: flags.management.map(|id| id.to_string()) };
    let Some(target) = &flags.target else { return Ok(members) };
    let mut session = Session::new(&flags.operator, "us-east-1")?;
    if let Some(management) = &members.management {
        session.keys = Keys::of(management, "any");
    }
    let is_account = target.len() == 12 && target.bytes().all(|byte| byte.is_ascii_digit());
    let codes = ["AWSOrganizationsNotInUseException", "NotImplemented"];
    let organisation = session.call_or(("organizations", "DescribeOrganization"), &json!({}), &codes)?;
    let management = organisation.as_ref().and_then(|found| found["Organization"]["MasterAccountId"].as_str());
    match management {
        Some(management) => {
            session.keys = Keys::of(management, "any");
            members.management = Some(management.to_owned());
        }
        None if is_account => {}
        None => {
            return Err(Failure(format!(
                "there is no organisation to ask for {target}: create one, say whose with --management, or name the accounts \
                 with --account"
            )));
        }
    }
    match target.split_once('-') {
        None if is_account => members.accounts.extend([target.clone()]),
        Some(("r", _)) => members.accounts.extend(listing(&session, "ListAccounts", &json!({}), "Accounts")?),
        Some(("ou", _)) => below(&session, target, &mut members.accounts, DEEPEST)?,
        _ => {
            return Err(Failure(format!(
                "'{target}' is nothing that a policy can be attached to: name a root (r-…), an organisational unit (ou-…) or an \
                 account's id"
            )));
        }
    }
    if members.accounts.is_empty() {
        return Err(Failure(format!("there is no account under {target}")));
    }
    Ok(members)
}

fn below(session: &Session, unit: &str, accounts: &mut BTreeSet<String>, deeper: usize) -> Result<(), Failure> {
    let parent = json!({ "ParentId": unit });
    accounts.extend(listing(session, "ListAccountsForParent", &parent, "Accounts")?);
    let units = listing(session, "ListOrganizationalUnitsForParent", &parent, "OrganizationalUnits")?;
    if deeper == 0 && !units.is_empty() {
        return Err(Failure(format!("the organisational units under {unit} lie too deep")));
    }
    units.iter().try_for_each(|unit| below(session, unit, accounts, deeper.saturating_sub(1)))
}

/// The ids in all pages of a listing.
fn listing(session: &Session, operation: &str, input: &Value, member: &str) -> Result<Vec<String>, Failure> {
    let (mut ids, mut input) = (Vec::new(), input.clone());
    for _ in 0..MOST_PAGES {
        let page = session.call("organizations", operation, &input)?;
        let rows = page[member].as_array().into_iter().flatten();
        ids.extend(rows.filter_map(|row| row["Id"].as_str()).map(str::to_owned));
        match page["NextToken"].as_str() {
            Some(token) => input["NextToken"] = json!(token),
            None => return Ok(ids),
        }
    }
    Err(Failure(format!("organizations {operation} goes on for more than {MOST_PAGES} pages")))
}
