//! Requests of product providers for temporary delegation.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html>

use crate::api::{
    AcceptDelegationRequestRequest, AssociateDelegationRequestRequest, CreateDelegationRequestRequest,
    CreateDelegationRequestResponse, DelegationPermission, DelegationRequest, GetDelegationRequestRequest,
    GetDelegationRequestResponse, ListDelegationRequestsRequest, ListDelegationRequestsResponse, PolicyParameter,
    RejectDelegationRequestRequest, SendDelegationTokenRequest, UpdateDelegationRequestRequest,
};
use crate::delegation::{
    self, ACCEPTED, ASSIGNED, FINALIZED, PENDING, Parameters, REJECTED, Template, UNASSIGNED, demanded, find_template,
};
use crate::state::{DELEGATION_WORKFLOWS, DelegationRow, OWNED_DELEGATIONS, OwnedRow, ParameterRow};
use crate::{errors, paging, peers};
use service::{ArnParts, CallerKind, Cx, Error, Nothing, Result, StoredCaller, View};

/// Seconds of the longest session that a root user may approve.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html>
const LONGEST_BY_ROOT: i64 = 4 * 3600;

/// For accounts whose templates are registered. `ConsoleDeepLink` leads to AWS's console, and is not told.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateDelegationRequest.html>
pub fn create_delegation_request(
    cx: &mut Cx,
    input: CreateDelegationRequestRequest,
) -> Result<CreateDelegationRequestResponse> {
    let CreateDelegationRequestRequest {
        owner_account_id,
        description,
        permissions,
        request_message,
        requestor_workflow_id,
        redirect_url,
        notification_channel,
        session_duration,
        only_send_by_owner,
    } = input;
    let requestor = cx.account().to_string();
    let DelegationPermission { policy_template_arn, parameters } = permissions;
    let arn = policy_template_arn.unwrap_or_default();
    let template = template_of(cx, &requestor, &arn)?;
    let topic = ArnParts::parse(&notification_channel).ok().filter(|parts| parts.service == "sns");
    if !topic.is_some_and(|topic| template.is_of(topic.account)) {
        let why = "The notification channel must be the ARN of an SNS topic in one of your registered accounts.";
        return Err(errors::invalid_input(why));
    }
    let parameters: Vec<ParameterRow> = parameters.unwrap_or_default().into_iter().map(kept).collect();
    let given = parameters.iter().map(|one| (one.name.as_str(), one.kind.as_deref(), one.values.as_slice()));
    let partition = cx.scope().partition();
    let policy = delegation::rendered(partition, &template.policy.to_string(), &Parameters::of(given)?)?;
    let boundaries = demanded(&policy)?;
    let workflow = (requestor.clone(), requestor_workflow_id.clone());
    if cx.get(&DELEGATION_WORKFLOWS, &workflow)?.is_some() {
        let why = format!("A delegation request with the workflow id {requestor_workflow_id} already exists.");
        return Err(errors::already(why));
    }
    let (id, now) = (cx.entropy().uuid(), cx.now().whole_secs());
    let row = DelegationRow {
        id: id.clone(),
        requestor,
        requestor_name: template.requestor_name,
        owner_account: owner_account_id,
        owner: None,
        approver: None,
        description,
        message: request_message,
        template: arn,
        parameters,
        policy,
        boundaries,
        workflow: requestor_workflow_id,
        redirect_url,
        channel: notification_channel,
        session_seconds: session_duration,
        only_by_owner: only_send_by_owner,
        state: UNASSIGNED.to_owned(),
        created: now,
        updated: now,
        expires: delegation::end_of(UNASSIGNED, now),
        notes: None,
        rejection: None,
        token: None,
    };
    cx.put(&DELEGATION_WORKFLOWS, &workflow, &OwnedRow { id: id.clone() })?;
    delegation::begin(cx, &row)?;
    Ok(CreateDelegationRequestResponse { console_deep_link: None, delegation_request_id: Some(id) })
}

/// The template, if it is registered for the account that asks.
fn template_of(view: &View, requestor: &str, arn: &str) -> Result<Template> {
    if !delegation::is_provider(view, requestor)? {
        return Err(errors::denied(format!("Account {requestor} is not registered for temporary delegation.")));
    }
    let template = find_template(view, arn)?.filter(|template| template.is_of(requestor));
    let unknown = || errors::invalid_input(format!("The policy template {arn} is not registered for this account."));
    template.ok_or_else(unknown)
}

fn kept(parameter: PolicyParameter) -> ParameterRow {
    let PolicyParameter { name, values, type_ } = parameter;
    ParameterRow { name: name.unwrap_or_default(), kind: type_, values: values.unwrap_or_default() }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AssociateDelegationRequest.html>
pub fn associate_delegation_request(cx: &mut Cx, input: AssociateDelegationRequestRequest) -> Result<Nothing> {
    let AssociateDelegationRequestRequest { delegation_request_id } = input;
    let mut row = delegation::find(cx, &delegation_request_id)?;
    delegation::expect(&row, &[UNASSIGNED])?;
    row.owner = Some(cx.caller().arn.clone());
    row.owner_account = Some(cx.account().to_string());
    delegation::enter(cx, &mut row, ASSIGNED)?;
    Ok(Nothing {})
}

/// The check of permissions is done at once.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetDelegationRequest.html>
pub fn get_delegation_request(view: &View, input: GetDelegationRequestRequest) -> Result<GetDelegationRequestResponse> {
    let GetDelegationRequestRequest { delegation_request_id, delegation_permission_check } = input;
    let row = delegation::find(view, &delegation_request_id)?;
    let result = match delegation_permission_check {
        Some(true) => Some(delegation::check(view, view.caller(), &row.policy)?.to_owned()),
        Some(false) | None => None,
    };
    Ok(GetDelegationRequestResponse {
        delegation_request: Some(shown(row)),
        permission_check_status: result.is_some().then(|| "COMPLETE".to_owned()),
        permission_check_result: result,
    })
}

/// Those of the account that have an owner.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListDelegationRequests.html>
pub fn list_delegation_requests(
    view: &View,
    input: ListDelegationRequestsRequest,
) -> Result<ListDelegationRequestsResponse> {
    let ListDelegationRequestsRequest { owner_id, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let mut rows = Vec::new();
    for owned in view.rows(&OWNED_DELEGATIONS, ()) {
        let row = delegation::find(view, &owned?.id)?;
        if owner_id.is_none() || row.owner == owner_id {
            rows.push(row);
        }
    }
    let (rows, next) = paging::cut(rows, &page, |row| row.id.clone());
    let (is_truncated, marker) = paging::end(next);
    let delegation_requests = Some(rows.into_iter().map(shown).collect());
    Ok(ListDelegationRequestsResponse { delegation_requests, marker, is_truncated })
}

fn shown(row: DelegationRow) -> DelegationRequest {
    let parameter =
        |ParameterRow { name, kind, values }| PolicyParameter { name: Some(name), values: Some(values), type_: kind };
    let parameters: Vec<PolicyParameter> = row.parameters.into_iter().map(parameter).collect();
    DelegationRequest {
        delegation_request_id: Some(row.id),
        owner_account_id: row.owner_account,
        description: Some(row.description),
        request_message: row.message,
        permissions: Some(DelegationPermission {
            policy_template_arn: Some(row.template),
            parameters: Some(parameters).filter(|all| !all.is_empty()),
        }),
        permission_policy: Some(row.policy),
        role_permission_restriction_arns: Some(row.boundaries).filter(|all| !all.is_empty()),
        owner_id: row.owner,
        approver_id: row.approver.map(|approver| approver.arn),
        state: Some(row.state),
        expiration_time: Some(row.expires),
        requestor_id: Some(row.requestor),
        requestor_name: Some(row.requestor_name),
        create_date: Some(row.created),
        session_duration: Some(row.session_seconds),
        redirect_url: row.redirect_url,
        notes: row.notes,
        rejection_reason: row.rejection,
        only_send_by_owner: row.only_by_owner,
        updated_time: Some(row.updated),
    }
}

/// Forwards the request to whoever may accept it.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateDelegationRequest.html>
pub fn update_delegation_request(cx: &mut Cx, input: UpdateDelegationRequestRequest) -> Result<Nothing> {
    let UpdateDelegationRequestRequest { delegation_request_id, notes } = input;
    let mut row = delegation::find(cx, &delegation_request_id)?;
    delegation::expect(&row, &[ASSIGNED, PENDING])?;
    row.notes = notes.or(row.notes);
    match row.state.as_str() {
        PENDING => delegation::save(cx, &mut row)?,
        _ => delegation::enter(cx, &mut row, PENDING)?,
    }
    Ok(Nothing {})
}

/// The provider's sessions will be the caller's, as he is now.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcceptDelegationRequest.html>
pub fn accept_delegation_request(cx: &mut Cx, input: AcceptDelegationRequestRequest) -> Result<Nothing> {
    let AcceptDelegationRequestRequest { delegation_request_id } = input;
    let mut row = delegation::find(cx, &delegation_request_id)?;
    delegation::expect(&row, &[ASSIGNED, PENDING])?;
    let caller = cx.caller();
    if caller.kind == CallerKind::Root && row.session_seconds > LONGEST_BY_ROOT {
        return Err(errors::denied("Root users can only approve delegation requests of 4 hours or less."));
    }
    if caller.session.as_deref().is_some_and(|held| !held.policies.is_empty() || !held.policy_arns.is_empty()) {
        // Session policies add up, so that the request's own would widen such a session and not narrow it.
        return Err(errors::denied("A session with session policies cannot approve a delegation request."));
    }
    row.approver = Some(StoredCaller::from(caller));
    delegation::enter(cx, &mut row, ACCEPTED)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RejectDelegationRequest.html>
pub fn reject_delegation_request(cx: &mut Cx, input: RejectDelegationRequestRequest) -> Result<Nothing> {
    let RejectDelegationRequestRequest { delegation_request_id, notes } = input;
    let mut row = delegation::find(cx, &delegation_request_id)?;
    delegation::expect(&row, &[ASSIGNED, PENDING, ACCEPTED])?;
    row.rejection = notes;
    delegation::enter(cx, &mut row, REJECTED)?;
    Ok(Nothing {})
}

/// From now on the provider's time runs.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SendDelegationToken.html>
pub fn send_delegation_token(cx: &mut Cx, input: SendDelegationTokenRequest) -> Result<Nothing> {
    let SendDelegationTokenRequest { delegation_request_id } = input;
    let mut row = delegation::find(cx, &delegation_request_id)?;
    delegation::expect(&row, &[ACCEPTED])?;
    if row.only_by_owner == Some(true) && row.owner.as_deref() != Some(cx.caller().arn.as_str()) {
        return Err(errors::denied("Only the owner of this delegation request can send its token."));
    }
    let token = delegation::send(cx, &mut row)?;
    delegation::enter(cx, &mut row, FINALIZED)?;
    let ends = row.token.as_ref().map(|token| token.ends).ok_or_else(|| Error::internal("a token without an end"))?;
    peers::send_token(cx, &row, (&token, ends))?;
    Ok(Nothing {})
}
