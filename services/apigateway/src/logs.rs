//! What API Gateway writes to CloudWatch Logs, as the role that the account's settings name.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>

use crate::errors;
use crate::event::unescaped;
use crate::ops::account;
use crate::peers::{CreateLogGroup, CreateLogStream, LogEvent, PutLogEvents};
use crate::rest_api::arn;
use aws_lc_rs::digest::{SHA256, digest};
use service::{
    AccountId, Arn, ArnParts, As, Caller, CallerKind, Check, Cx, Delivery, Next, PolicyRole, Result, Tell, Value, View,
};

/// The principal as which roles are assumed.
const PRINCIPAL: &str = "apigateway.amazonaws.com";

/// How often a line is sent whose stream is not there yet.
const MOST_ATTEMPTS: u32 = 3;
/// The words by which a delivery is known again.
const TAG: &str = "log";

/// What the groups of execution logs begin with: API Gateway makes them.
pub const EXECUTION: &str = "API-Gateway-Execution-Logs_";

/// Lines on their way to a log group.
pub struct Lines<'a> {
    /// The group's name.
    pub group: &'a str,
    /// What they say.
    pub texts: Vec<String>,
}

/// Writes lines of a stage, as the account's role. Without one nothing is written.
pub fn write(cx: &mut Cx, (api, stage): (&str, &str), lines: Lines<'_>) -> Result<()> {
    let Some(role) = account::read(cx)?.cloudwatch_role_arn else { return Ok(()) };
    if !cx.offers("logs", "PutLogEvents") || lines.texts.is_empty() {
        return Ok(());
    }
    let source: Arn = arn(cx, &format!("/restapis/{api}/stages/{stage}")).parse().map_err(service::Error::internal)?;
    let timestamp = cx.now().millis();
    let texts = lines.texts.into_iter().filter(|text| !text.is_empty());
    let lines = PutLogEvents {
        log_group_name: lines.group.to_owned(),
        log_stream_name: stream(api, stage),
        log_events: texts.map(|message| LogEvent { timestamp, message }).collect(),
    };
    cx.after(&As::role(&role, "BackplaneAssumeRoleSession", &source), &lines, Tell::Failures(TAG.to_owned()))
}

/// The stream of a stage: AWS's have names of 32 such digits.
fn stream(api: &str, stage: &str) -> String {
    let sum = digest(&SHA256, format!("{api}/{stage}").as_bytes());
    sum.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Is told that lines were not taken: their stream is made, and they are sent again.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    let Err(error) = result else { return Ok(Next::Done) };
    let text = |name: &str| delivery.call.input.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let missing = error.code() == "ResourceNotFoundException";
    if delivery.call.operation != "PutLogEvents" || !missing || delivery.attempts >= MOST_ATTEMPTS {
        return Ok(Next::Done);
    }
    let (log_group_name, log_stream_name) = (text("logGroupName"), text("logStreamName"));
    if log_group_name.starts_with(EXECUTION) {
        let group = CreateLogGroup { log_group_name: log_group_name.clone() };
        cx.after(&delivery.by, &group, Tell::Failures(TAG.to_owned()))?;
    }
    cx.after(&delivery.by, &CreateLogStream { log_group_name, log_stream_name }, Tell::Failures(TAG.to_owned()))?;
    Ok(Next::RetryAt(cx.now()))
}

/// API Gateway makes sure that it may assume a role before it takes it.
///
/// # Errors
/// `BadRequestException`
pub fn check_role(view: &View, role: &str) -> Result<()> {
    let denied = || {
        let text = "The role ARN does not have required permissions configured. Please grant trust permission for API \
                    Gateway and add the required role policy.";
        errors::bad_request(text)
    };
    let parts = ArnParts::parse(role).map_err(|_| errors::bad_request("Invalid ARN specified in the request"))?;
    let account: AccountId = parts.account.parse().map_err(|_| denied())?;
    let name = parts.resource.rsplit('/').next().unwrap_or_default();
    let input = Value::map([("RoleName", name.into())]);
    let found = view.peer_in(view.scope().home_of(account), "iam", "GetRole", input).map_err(|_| denied())?;
    let text = |name: &str| found.get("Role").and_then(|role| role.get(name)?.as_str()).unwrap_or_default();
    if text("Arn") != role {
        return Err(denied());
    }
    let check = Check::new("sts:AssumeRole", role).owned_by(account).with_policy(
        format!("trust policy of role {name}"),
        unescaped(text("AssumeRolePolicyDocument")),
        PolicyRole::Trust,
    );
    let check = check.key("aws:SourceAccount", view.account().to_string());
    let principal = PRINCIPAL.to_owned();
    let caller =
        Caller { kind: CallerKind::Service, account, arn: principal.clone(), name: principal, ..Caller::anonymous() };
    view.may(&caller, &check).map_err(|_| denied())
}
