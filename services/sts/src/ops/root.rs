//! Sessions of the root users of an organisation's accounts.

use crate::access;
use crate::api::{AssumeRootRequest, AssumeRootResponse};
use crate::errors;
use service::{Result, View};

/// Only the management account of an organisation and its delegated administrator may assume the root users of its accounts, once
/// the organisation has enabled root sessions. No account here is in an organisation, so that all are denied it.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html>
pub fn assume_root(view: &View, input: AssumeRootRequest) -> Result<AssumeRootResponse> {
    let AssumeRootRequest { target_principal, task_policy_arn, duration_seconds, minimum_session_token_size } = input;
    // They shape the session, which nobody is given.
    drop((task_policy_arn, duration_seconds, minimum_session_token_size));
    let target = access::root_arn(view, &target_principal)?;
    Err(errors::not_authorized(view.caller(), "sts:AssumeRoot", target))
}
