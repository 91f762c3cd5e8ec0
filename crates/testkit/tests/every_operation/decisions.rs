//! Who may call an operation.

use crate::case::Case;
use crate::support::policy;
use service::{Access, Caller, Check};
use testkit::{Answer, Keys};

/// Nobody may, but where anybody may or a resource's own policy decides.
pub fn unauthenticated(case: &mut Case) -> Result<(), String> {
    let access = case.access()?;
    let by_resource = matches!(&access, Access::Checks(checks) if checks.iter().any(|c| c.policy.is_some()));
    let answer = case.call(&Keys::nobody());
    // Whoever signs plainly has a word of its own for it.
    let word = if case.service.facts.wire.plain_signing { "AccessDenied" } else { "MissingAuthenticationToken" };
    match access {
        Access::Public | Access::PublicIn(_) if is_refusal(&answer) => {
            Err(format!("anybody may call it, and nobody is told {}", answer.code))
        }
        Access::Public | Access::PublicIn(_) => Ok(()),
        _ if by_resource && answer.ok() => Ok(()),
        _ if is_refusal(&answer) && (by_resource || answer.code.starts_with(word)) => Ok(()),
        _ => Err(format!("nobody is told {}", told(&answer))),
    }
}

/// Whoever has no policies may do nothing, and is told so in AWS's words.
pub fn implicit_deny(case: &mut Case) -> Result<(), String> {
    let checks = case.checks()?;
    let (keys, caller) = case.user(&[], &[]);
    let answer = case.call(&keys);
    match checks.as_deref() {
        None if is_refusal(&answer) => Err(format!("the policies are not asked, and it answers {}", told(&answer))),
        None => Ok(()),
        Some(checks) => denied(case, &answer, (&caller, checks.iter().next()), "because no "),
    }
}

/// Whoever is allowed each action on its very resource gets through, and succeeds.
pub fn exact_allow(case: &mut Case) -> Result<(), String> {
    let checks = case.checks()?.unwrap_or_default();
    let (keys, _) = case.user(&statements("Allow", &pairs(&checks)), &[]);
    let answer = case.call(&keys);
    if answer.ok() { Ok(()) } else { Err(format!("with all that it asks for: {}", told(&answer))) }
}

/// Whoever is allowed one of the actions on a sibling only is denied.
pub fn sibling(case: &mut Case) -> Result<(), String> {
    let checks = case.checks()?.unwrap_or_default();
    for (i, check) in checks.iter().enumerate() {
        let sibling = match check.resource.as_str() {
            "*" => format!("arn:aws:{}:::sibling", case.service.facts.arn_service),
            arn => format!("{arn}-sibling"),
        };
        let mut allowed = pairs(&checks);
        allowed[i].1 = &sibling;
        let (keys, caller) = case.user(&[policy("Allow", &allowed)], &[]);
        let answer = case.call(&keys);
        denied(case, &answer, (&caller, Some(check)), "because no ")?;
    }
    Ok(())
}

/// Whoever is allowed all of the actions but one is denied that one.
pub fn dependents(case: &mut Case) -> Result<(), String> {
    let checks = case.checks()?.unwrap_or_default();
    for (i, check) in checks.iter().enumerate() {
        let mut allowed = pairs(&checks);
        allowed.remove(i);
        let (keys, caller) = case.user(&statements("Allow", &allowed), &[]);
        let answer = case.call(&keys);
        denied(case, &answer, (&caller, Some(check)), "because no ")?;
    }
    Ok(())
}

/// Whoever may do everything may not do what his organisation denies.
pub fn service_control(case: &mut Case) -> Result<(), String> {
    let checks = case.checks()?.unwrap_or_default();
    let all = policy("Allow", &[("*", "*")]);
    for check in &checks {
        let first = checks.iter().find(|c| c.action == check.action);
        let denial = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},
            {{"Effect":"Deny","Action":"{}","Resource":"*"}}]}}"#,
            check.action
        );
        let (keys, caller) = case.user(std::slice::from_ref(&all), &[denial]);
        let answer = case.call(&keys);
        denied(case, &answer, (&caller, first), "with an explicit deny in a service control policy")?;
    }
    Ok(())
}

fn pairs(checks: &[Check]) -> Vec<(&str, &str)> {
    checks.iter().map(|check| (&*check.action, check.resource.as_str())).collect()
}

/// The policy, or none where there is nothing to say.
fn statements(effect: &str, of: &[(&str, &str)]) -> Vec<String> {
    if of.is_empty() { Vec::new() } else { vec![policy(effect, of)] }
}

/// Whether an answer says that the caller may not, or is not known.
pub fn is_refusal(answer: &Answer) -> bool {
    let codes = ["AccessDenied", "AuthorizationError", "MissingAuthenticationToken"];
    codes.iter().any(|code| answer.code.contains(code))
}

pub fn told(answer: &Answer) -> String {
    format!("{} {} {}", answer.status, answer.code, answer.message)
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
fn denied(case: &Case, answer: &Answer, (caller, check): (&Caller, Option<&Check>), why: &str) -> Result<(), String> {
    let Some(Check { action, resource, .. }) = check else { return Err("it asks the policies nothing".to_owned()) };
    let text = format!("User: {} is not authorized to perform: {action} on resource: {resource} {why}", caller.arn);
    let code = case.service.facts.access_denied;
    // REST services answer 403 whatever the code.
    let rest = case.model().metadata.protocols.contains(&model::Protocol::RestJson);
    let status = if code == "AccessDeniedException" && !rest { 400 } else { 403 };
    if answer.message.starts_with(&text) && (answer.code.as_str(), answer.status) == (code, status) {
        return Ok(());
    }
    Err(format!("expected {status} {code} {text}..., got {}", told(answer)))
}
