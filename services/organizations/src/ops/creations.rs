//! Requests to create accounts.

use crate::api::*;
use crate::founding::{self, USUAL_ROLE};
use crate::standing::{self, Organization, Reach};
use crate::state::{AccountRow, CREATIONS, CreationRow, MEMBERS, MemberRow, PersonRow};
use crate::{account_ids, directory, errors, ids, paging, shown, tags, tree};
use service::{Cx, IndexMap, Result, View};

/// What AWS raises the quota to at the most: nobody can ask for more here.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
pub const MOST_ACCOUNTS: usize = 10_000;

/// The account is there at once; its roles are made as soon as this has committed.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html>
pub fn create_account(cx: &mut Cx, input: CreateAccountRequest) -> Result<CreateAccountResponse> {
    let CreateAccountRequest {
        email,
        account_name,
        role_name,
        iam_user_access_to_billing: _, // stored only: there is no bill for anybody to look at
        tags: given,
    } = input;
    let mut organization = standing::open(cx, Reach::Management)?;
    ids::check_email(&email)?;
    ids::check_account_name(&account_name)?;
    let role = role_name.unwrap_or_else(|| USUAL_ROLE.to_owned());
    ids::check_role_name(&role)?;
    let tags = tags::first(cx, given)?;
    if tree::accounts(cx, &organization)?.len() >= MOST_ACCOUNTS {
        return Err(errors::constraint("ACCOUNT_NUMBER_LIMIT_EXCEEDED"));
    }
    let taken = directory::by_email(cx, &email)?.is_some();
    let number = organization.number();
    let mut creation = CreationRow {
        id: format!("car-{}", ids::draw(cx, 32)),
        name: account_name.clone(),
        state: if taken { "FAILED" } else { "SUCCEEDED" }.to_owned(),
        requested: cx.now(),
        account: None,
        failure: taken.then(|| "EMAIL_ALREADY_EXISTS".to_owned()),
        role: role.clone(),
        number,
    };
    if !taken {
        let account = account_ids::next(cx, &email)?;
        creation.account = Some(account.to_string());
        directory::note(cx, &account.to_string(), PersonRow { name: account_name, email, closed: None })?;
        join(cx, &mut organization, &Joining { account: &account.to_string(), method: "CREATED", tags })?;
        founding::begin(cx, &organization, account, &role)?;
    }
    organization.save(cx)?;
    cx.in_scope(organization.scope(), |cx| cx.put(&CREATIONS, creation.id.as_str(), &creation))?;
    Ok(CreateAccountResponse { create_account_status: Some(shown::creation(&creation)) })
}

/// An account that joins an organisation.
pub struct Joining<'a> {
    /// Twelve digits.
    pub account: &'a str,
    /// `CREATED` or `INVITED`.
    pub method: &'static str,
    /// Its tags.
    pub tags: IndexMap<String, String>,
}

/// Puts an account into the root, with AWS's policies of the enabled types. The organisation's row is to be written.
pub(crate) fn join(cx: &mut Cx, organization: &mut Organization, joining: &Joining<'_>) -> Result<()> {
    let row = AccountRow {
        id: joining.account.to_owned(),
        parent: organization.row.root.clone(),
        status: "ACTIVE".to_owned(),
        method: joining.method.to_owned(),
        joined: cx.now(),
        number: organization.number(),
        tags: joining.tags.clone(),
        administers: IndexMap::new(),
    };
    super::accounts::save(cx, organization, &row)?;
    for kind in organization.row.enabled.clone() {
        super::attachments::attach_managed(cx, organization, (&kind, joining.account))?;
    }
    let member =
        MemberRow { organization: organization.row.id.clone(), management: organization.management.to_string() };
    cx.put(&MEMBERS, joining.account, &member)
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html>
pub fn describe_create_account_status(
    view: &View,
    input: DescribeCreateAccountStatusRequest,
) -> Result<DescribeCreateAccountStatusResponse> {
    let DescribeCreateAccountStatusRequest { create_account_request_id: id } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    ids::check_prefixed(&id, "car-")?;
    let creation = view.get_in(organization.scope(), &CREATIONS, id.as_str())?.ok_or_else(errors::no_creation)?;
    Ok(DescribeCreateAccountStatusResponse { create_account_status: Some(shown::creation(&creation)) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html>
pub fn list_create_account_status(
    view: &View,
    input: ListCreateAccountStatusRequest,
) -> Result<ListCreateAccountStatusResponse> {
    let ListCreateAccountStatusRequest { states, next_token, max_results } = input;
    let organization = standing::open(view, Reach::Administrators)?;
    let states = states.unwrap_or_default();
    if states.iter().any(|state| !["IN_PROGRESS", "SUCCEEDED", "FAILED"].contains(&state.as_str())) {
        return Err(errors::invalid("INVALID_ENUM"));
    }
    let rows = view.rows_in(organization.scope(), &CREATIONS, ());
    let mut rows: Vec<CreationRow> = rows.collect::<Result<_>>()?;
    rows.retain(|row| states.is_empty() || states.contains(&row.state));
    rows.sort_by_key(|row| row.number);
    let (rows, next_token) = paging::page(rows, (next_token, max_results), |row| paging::numbered(row.number))?;
    let statuses = rows.iter().map(shown::creation).collect();
    Ok(ListCreateAccountStatusResponse { create_account_statuses: Some(statuses), next_token })
}
