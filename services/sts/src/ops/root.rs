//! Sessions of the root users of an organisation's accounts.

use crate::api::{AssumeRootRequest, AssumeRootResponse};
use crate::assumption::lasting;
use crate::root_tasks::{RootUser, Task};
use crate::{errors, session_token};
use service::{Caller, CallerKind, Cx, Result, Session};
use std::sync::Arc;

/// The longest such session, and the usual one.
const SECONDS: i64 = 900;

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html>
pub fn assume_root(cx: &mut Cx, input: AssumeRootRequest) -> Result<AssumeRootResponse> {
    let AssumeRootRequest { target_principal, task_policy_arn, duration_seconds, minimum_session_token_size } = input;
    let RootUser { account, arn } = RootUser::parse(cx, &target_principal)?;
    let policy = task_policy_arn.arn.unwrap_or_default();
    let task = Task::of(cx.scope().partition(), &policy)?;
    if !task.is_open(cx, account)? {
        return Err(errors::not_authorized(cx.caller(), "sts:AssumeRoot", arn));
    }
    let source_identity = cx.caller().session.as_ref().map(|session| session.source_identity.clone());
    let source_identity = source_identity.filter(|identity| !identity.is_empty());
    let session = Session {
        policy_arns: vec![task.policy.to_owned()],
        source_identity: source_identity.clone().unwrap_or_default(),
        context: vec![(Session::ASSUMED_ROOT.to_owned(), "true".to_owned())],
        ..Session::default()
    };
    let session = lasting(cx, duration_seconds.unwrap_or(SECONDS), session);
    let holder = Caller {
        kind: CallerKind::Root,
        account,
        arn,
        user_id: account.to_string(),
        session: Some(Arc::new(session)),
        ..Caller::anonymous()
    };
    let issued = session_token::issue(cx, &holder, minimum_session_token_size)?;
    Ok(AssumeRootResponse {
        credentials: Some(issued.credentials),
        source_identity,
        session_token_utilization: Some(issued.utilization),
        session_token_size: Some(issued.size),
    })
}
