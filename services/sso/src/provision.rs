//! How permission sets become roles in accounts.
//!
//! An operation goes on call by call. Each is a delivery to IAM in the account that is meant; when it has ended, what is there is
//! compared with what should be ([`crate::role`]) and the next call follows, until there is no difference. So it goes on wherever it
//! was stopped, and two operations on one role end as one.
//!
//! In the instance's own account the calls are its caller's, who needs the rights; in members the service-linked role
//! `AWSServiceRoleForSSO` makes them, which is made first.
//! <https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html>

use crate::instance;
use crate::operation::{self, CREATE, DELETE, FAILED, SUCCEEDED};
use crate::role::Target;
use crate::state::{AssignmentRow, KEYS, KeyRow, OperationRow, ROLES, ROLES_OF, RoleRow, SetRow};
use crate::{assignment, peers, permission_set};
use service::{AccountId, Arn, As, Call, Cx, Delivery, Error, Next, Region, Result, Tell, Value, View};

/// More calls than a role with all that it can have takes, for each account.
const MOST_CALLS: i64 = 200;
const LINKED_ROLE: &str = "AWSServiceRoleForSSO";
const PRINCIPAL: &str = "sso.amazonaws.com";
/// Whoever else was quicker has done what was to be done.
const DONE_ALREADY: &[&str] = &["EntityAlreadyExistsException", "NoSuchEntityException", "InvalidInputException"];

/// Begins an operation that has been kept.
pub fn begin(cx: &mut Cx, row: OperationRow) -> Result<OperationRow> {
    advance(cx, row)
}

/// The key of an instance, or the one that was made for it.
pub fn key(cx: &mut Cx, instance: &str, made: Option<KeyRow>) -> Result<()> {
    if cx.has(&KEYS, instance)? {
        return Ok(());
    }
    let key = made.ok_or_else(|| Error::internal("an instance's key was not made"))?;
    cx.put(&KEYS, instance, &key)
}

/// The role that a set is in an account; a new one is named.
pub fn role(cx: &mut Cx, set: &SetRow, account: &str) -> Result<RoleRow> {
    let key = (set.instance.clone(), (set.id.clone(), account.to_owned()));
    if let Some(row) = cx.get(&ROLES, &key)? {
        return Ok(row);
    }
    let role = format!("AWSReservedSSO_{}_{}", set.name, instance::digits(cx, 16));
    let row = RoleRow { account: account.to_owned(), set: set.id.clone(), role, revision: None };
    save_role(cx, &set.instance, &row)?;
    Ok(row)
}

fn save_role(cx: &mut Cx, instance: &str, row: &RoleRow) -> Result<()> {
    cx.put(&ROLES, &(instance.to_owned(), (row.set.clone(), row.account.clone())), row)?;
    cx.put(&ROLES_OF, &(instance.to_owned(), (row.account.clone(), row.set.clone())), row)
}

fn forget_role(cx: &mut Cx, instance: &str, row: &RoleRow) -> Result<()> {
    cx.delete(&ROLES, &(instance.to_owned(), (row.set.clone(), row.account.clone())))?;
    cx.delete(&ROLES_OF, &(instance.to_owned(), (row.account.clone(), row.set.clone())))?;
    Ok(())
}

/// Makes the next call of an operation, or ends it.
fn advance(cx: &mut Cx, mut row: OperationRow) -> Result<OperationRow> {
    loop {
        let Some(account) = row.accounts.first().cloned() else { return end(cx, row) };
        let id: AccountId = account.parse().map_err(|_| Error::internal("a target is no account"))?;
        if let Some((by, call)) = next_call(cx, &row, id)? {
            row.calls += 1;
            if row.calls > MOST_CALLS.saturating_mul(row.accounts.len().try_into().unwrap_or(1)) {
                return fail(cx, row, "The role changes as fast as it is provisioned.".to_owned());
            }
            let tag = format!("{} {} {}", row.instance, row.kind, row.id);
            cx.after(&by, &call, Tell::Outcome(tag))?;
            operation::save(cx, &row)?;
            return Ok(row);
        }
        settle(cx, &row, &account)?;
        row.accounts.remove(0);
    }
}

/// What an account's part of an operation leaves behind.
fn settle(cx: &mut Cx, row: &OperationRow, account: &str) -> Result<()> {
    let key = (row.instance.clone(), (row.set.clone(), account.to_owned()));
    let Some(mut role) = cx.get(&ROLES, &key)? else { return Ok(()) };
    if goes(cx, row, account)? {
        return forget_role(cx, &row.instance, &role);
    }
    role.revision = Some(permission_set::by_id(cx, &row.instance, &row.set)?.revision);
    save_role(cx, &row.instance, &role)
}

/// Whether the role is to go: nobody has it any more.
fn goes(view: &View, row: &OperationRow, account: &str) -> Result<bool> {
    Ok(row.kind == DELETE && !assignment::any(view, &row.instance, account, &row.set)?)
}

fn next_call(cx: &mut Cx, row: &OperationRow, account: AccountId) -> Result<Option<(As, Call)>> {
    let text = account.to_string();
    let key = (row.instance.clone(), (row.set.clone(), text.clone()));
    let Some(role) = cx.get(&ROLES, &key)? else { return Ok(None) };
    let signing = cx.get(&KEYS, row.instance.as_str())?;
    let signing = signing.ok_or_else(|| Error::internal("an instance has no key"))?;
    let set = permission_set::by_id(cx, &row.instance, &row.set)?;
    let source = instance::arn(cx, &row.instance);
    let target = Target { account, set: &set, row: &role, key: &signing };
    let call = if goes(cx, row, &text)? { target.next_removal(cx)? } else { target.next_step(cx)? };
    let Some(call) = call else { return Ok(None) };
    if account == cx.account() {
        return Ok(Some((As::caller(), call)));
    }
    let place = cx.scope().home_of(account);
    if peers::iam(cx, account, "GetRole", &[("RoleName", LINKED_ROLE)])?.is_none() {
        let input = Value::map([("AWSServiceName", PRINCIPAL.into())]);
        let make = Call { service: "iam".to_owned(), operation: "CreateServiceLinkedRole".to_owned(), input };
        return Ok(Some((As::service(&source).within(place), make)));
    }
    let resource = format_args!("role/aws-service-role/{PRINCIPAL}/{LINKED_ROLE}");
    let linked = Arn::new(cx.scope().partition(), "iam", Region::GLOBAL, Some(account), resource).to_string();
    Ok(Some((As::role(&linked, "sso", &source), call)))
}

/// Hears how a call to IAM ended.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    let mut words = delivery.tag.splitn(3, ' ');
    let (Some(instance), Some(kind), Some(id)) = (words.next(), words.next(), words.next()) else {
        return Ok(Next::Done);
    };
    let Ok(row) = operation::find(cx, (instance, kind, id)) else { return Ok(Next::Done) };
    match result {
        Err(error) if !DONE_ALREADY.contains(&error.code()) => drop(fail(cx, row, reason(error))?),
        _ => drop(advance(cx, row)?),
    }
    Ok(Next::Done)
}

/// As AWS tells it.
fn reason(error: &Error) -> String {
    match error.code() {
        "AccessDenied" | "AccessDeniedException" => format!(
            "Received a 403 status error: Access denied by IAM. Please check your policy, or wait for role propagation to \
             complete. IAM Error: {}",
            error.message()
        ),
        code => format!("Received a {} status error: {code}: {}", error.own_status().unwrap_or(400), error.message()),
    }
}

fn fail(cx: &mut Cx, mut row: OperationRow, reason: String) -> Result<OperationRow> {
    row.status = FAILED.to_owned();
    row.reason = Some(reason);
    operation::save(cx, &row)?;
    for account in &row.accounts {
        // A role that was only named is none.
        let key = (row.instance.clone(), (row.set.clone(), account.clone()));
        let named = cx.get(&ROLES, &key)?.filter(|role| role.revision.is_none());
        if let Some(role) = named.filter(|_| row.kind == CREATE) {
            let id: AccountId = account.parse().map_err(|_| Error::internal("a target is no account"))?;
            if peers::iam(cx, id, "GetRole", &[("RoleName", &role.role)])?.is_none() {
                forget_role(cx, &row.instance, &role)?;
            }
        }
    }
    Ok(row)
}

fn end(cx: &mut Cx, mut row: OperationRow) -> Result<OperationRow> {
    row.status = SUCCEEDED.to_owned();
    if row.kind == CREATE {
        let assigned = AssignmentRow {
            account: row.target.clone(),
            set: row.set.clone(),
            principal_type: row.principal_type.clone(),
            principal: row.principal.clone(),
        };
        assignment::put(cx, &row.instance, &assigned)?;
    }
    operation::save(cx, &row)?;
    Ok(row)
}
