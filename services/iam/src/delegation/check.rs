//! Whether a caller has the rights that a delegation request asks for.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetDelegationRequest.html>

use serde_json::Value;
use service::policy::analysis::{Answer, Options, Stand, Who, difference};
use service::policy::{Document, Limits, Principal};
use service::{Caller, CallerKind, NamedPolicy, Result, View};

/// Characters of the longest policy that may bind a caller: AWS's own are longer than an account may write.
const LONGEST: usize = 1 << 20;

/// `ALLOWED`, `DENIED`, or `UNSURE` where the policies ask for what cannot be known beforehand.
pub fn check(view: &View, caller: &Caller, policy: &str) -> Result<&'static str> {
    let limits = Limits { bytes: LONGEST, ..Limits::default() };
    let Ok(wanted) = Document::parse(policy, limits) else { return Ok("UNSURE") };
    let who = [who(caller)];
    let options = Options { principals: Some(&who), ..Options::new(Stand::Identity) };
    let answer = |texts: &mut dyn Iterator<Item = String>| {
        let documents = texts.map(|text| Document::parse(&text, limits)).collect::<std::result::Result<Vec<_>, _>>();
        let Ok(documents) = documents else { return Answer::Undecided(Vec::new()) };
        difference(&[&wanted], &documents.iter().collect::<Vec<_>>(), &options)
    };
    let mut sure = true;
    for bound in bounds(view, caller)? {
        if answer(&mut bound.iter().map(|policy| policy.text.to_string())) == Answer::Nothing {
            continue;
        }
        // What is missing even where no condition holds anything back is missing for certain.
        match answer(&mut bound.iter().map(|policy| unconditional(&policy.text))) {
            Answer::Something(_) => return Ok("DENIED"),
            Answer::Nothing | Answer::Undecided(_) => sure = false,
        }
    }
    Ok(if sure { "ALLOWED" } else { "UNSURE" })
}

/// The policy as it would be at its most generous: whatever is allowed under a condition is allowed, and what is denied under one
/// is not denied.
fn unconditional(policy: &str) -> String {
    let Ok(mut document) = serde_json::from_str::<Value>(policy) else { return policy.to_owned() };
    let statements = match document.get_mut("Statement").map(Value::take) {
        Some(Value::Array(all)) => all,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let generous = |mut statement: Value| {
        let condition = statement.as_object_mut().and_then(|members| members.shift_remove("Condition"));
        let denies = statement.get("Effect").and_then(Value::as_str) == Some("Deny");
        (condition.is_none() || !denies).then_some(statement)
    };
    let statements: Vec<Value> = statements.into_iter().filter_map(generous).collect();
    if let Some(members) = document.as_object_mut() {
        members.insert("Statement".to_owned(), Value::Array(statements));
    }
    document.to_string()
}

/// The sets of policies that must each allow what the caller may do.
fn bounds(view: &View, caller: &Caller) -> Result<Vec<Vec<NamedPolicy>>> {
    let mut all = Vec::new();
    let mut identity = Vec::new();
    for told in view.bound_by(caller)? {
        identity.extend(told.identity);
        all.extend(told.boundary.map(|boundary| vec![boundary]));
        all.extend(Some(told.session).filter(|session| !session.is_empty()));
        all.extend(told.service_control);
    }
    if caller.kind != CallerKind::Root {
        all.push(identity);
    }
    Ok(all)
}

fn who(caller: &Caller) -> Who {
    let issuer = caller.principal_arn();
    match caller.kind {
        CallerKind::Root => Principal::root(&caller.arn).into(),
        CallerKind::AssumedRole => Principal::role_session(&caller.arn, issuer, &caller.user_id).into(),
        _ => Principal::user(&caller.arn, &caller.user_id).into(),
    }
}
