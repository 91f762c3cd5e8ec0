//! The password of an account's root user. Nobody signs in with one here, so that none is kept: what counts is whether there is one,
//! which an organisation's administrator can end and let begin again.
//!
//! An account that an organisation creates gets a password which nobody is told, unless the organisation manages the root
//! credentials of its members by then. Accounts that nobody created, as all that are merely used here, have none.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html>

use crate::api::LoginProfile;
use crate::peers;
use crate::state::{ACCOUNT_KEY, ACCOUNTS, AccountRow, PeriodRow, RootPasswordRow};
use crate::subject::{Subject, account};
use crate::{errors, passwords};
use service::{Cx, Result, Session, Timestamp, View};

/// The user's name in replies and errors.
const ROOT: &str = "root";
/// How many spans of management are remembered: enough for whoever changes his mind, and a bound for who does it without end.
const MOST_PERIODS: usize = 100;

/// Whether a request means the root user's password: it names no user, and an administrator who has assumed the root user makes it.
///
/// # Errors
/// `ValidationError` for a root user who is nobody's but his own: "you must use an AssumeRoot session to omit the user name".
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html>
pub fn is_meant(view: &View, user_name: Option<&str>) -> Result<bool> {
    if Subject::of(view, user_name)? != Subject::Root {
        return Ok(false);
    }
    match view.caller().session.as_deref().is_some_and(Session::is_assumed_root) {
        true => Ok(true),
        false => Err(errors::validation("Must specify userName when calling with non-User credentials")),
    }
}

/// The password of the view's account; `None` where its root user has none.
pub fn find(view: &View) -> Result<Option<LoginProfile>> {
    let shown = |created, reset_required| LoginProfile {
        user_name: ROOT.to_owned(),
        create_date: created,
        password_reset_required: Some(reset_required),
    };
    match account(view)?.root_password {
        Some(row) => Ok(row.created.map(|created| shown(created, row.reset_required))),
        None => Ok(born_with(view)?.map(|created| shown(created, false))),
    }
}

/// When the account was created, if it was with a password.
fn born_with(view: &View) -> Result<Option<Timestamp>> {
    let Some(organization) = peers::organization(view)? else { return Ok(None) };
    let Some(created) = peers::created(view, &organization)? else { return Ok(None) };
    let home = view.scope().home_of(organization.management);
    let managed = view.get_in(home, &ACCOUNTS, ACCOUNT_KEY)?.and_then(|row| row.root_managed).unwrap_or_default();
    let within = |period: &PeriodRow| period.from <= created && period.until.is_none_or(|until| created < until);
    Ok(Some(created).filter(|_| !managed.iter().any(within)))
}

/// Lets the root user have a password: whoever reads the mails to his address can choose one.
///
/// # Errors
/// `ValidationError` where one is given, `EntityAlreadyExists` where there is one.
pub fn create(cx: &mut Cx, password: Option<&str>, reset_required: bool) -> Result<LoginProfile> {
    if password.is_some() {
        return Err(errors::validation("Password must be omitted when calling with an AssumeRoot session."));
    }
    if find(cx)?.is_some() {
        return Err(errors::already(format!("Login Profile for user {ROOT} already exists.")));
    }
    let now = cx.now().whole_secs();
    keep(cx, RootPasswordRow { created: Some(now), reset_required })?;
    get(cx)
}

/// The password.
///
/// # Errors
/// `NoSuchEntity` where there is none.
pub fn get(view: &View) -> Result<LoginProfile> {
    find(view)?.ok_or_else(|| passwords::none_of(ROOT))
}

/// Ends the password.
///
/// # Errors
/// `NoSuchEntity` where there is none.
pub fn delete(cx: &mut Cx) -> Result<()> {
    get(cx)?;
    keep(cx, RootPasswordRow { created: None, reset_required: false })
}

fn keep(cx: &mut Cx, password: RootPasswordRow) -> Result<()> {
    let row = AccountRow { root_password: Some(password), ..account(cx)? };
    cx.put(&ACCOUNTS, ACCOUNT_KEY, &row)
}

/// Notes in a management account's row that it manages the root credentials of its members from now on, or no more.
pub fn manage(row: &mut AccountRow, now: Timestamp, enabled: bool) {
    let periods = row.root_managed.get_or_insert_with(Vec::new);
    let open = periods.last().is_some_and(|period| period.until.is_none());
    match periods.last_mut() {
        Some(last) if open && !enabled => last.until = Some(now),
        _ if enabled && !open => periods.push(PeriodRow { from: now, until: None }),
        _ => {}
    }
    let surplus = periods.len().saturating_sub(MOST_PERIODS);
    periods.drain(..surplus);
}
