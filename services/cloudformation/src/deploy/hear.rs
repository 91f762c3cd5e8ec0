//! What steps wait to hear that comes from outside, at a time that nobody knows: the end of a nested stack, the response of a custom
//! resource, signals.
//!
//! A name has three parts: `stack/<uid>/<name>`, `response/<secret>/`, `signals/<secret>/<count>`. The first two say what it is
//! about.

use crate::deploy::site::Site;
use crate::deploy::tag::Tag;
use crate::ids;
use crate::state::{AWAITED, Awaited, OPERATIONS, RESOURCES, SIGNALS, STACKS, Signal};
use crate::words;
use service::template::json;
use service::{Cx, Duration, LetterId, Result, Value, View};

/// Longer than anything takes: then no timer is set.
pub const FOREVER: Duration = Duration::from_secs(u32::MAX as u64);

/// The unique id of what no handle was sent: a response that came before anybody listened. No signal has it.
const EARLY: &str = "";

/// What a name is about, and its rest.
fn parts(name: &str) -> (String, String) {
    let at = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
    let (about, rest) = name.split_at(at);
    (about.to_owned(), rest.trim_start_matches('/').to_owned())
}

/// Has a step told what goes by a name, within this long; what is there already is answered at once.
pub fn listen(cx: &mut Cx, site: &mut Site, (tag, name): (&Tag, &str), within: Duration) -> Result<Option<Value>> {
    let (about, rest) = parts(name);
    if let Some(there) = already(cx, &about, &rest)? {
        return Ok(Some(there));
    }
    let letter = cx.expect(name, &tag.write())?;
    if within < FOREVER {
        cx.set_timer(&format!("hear/{name}"), cx.now().after(within))?;
    }
    cx.put(&AWAITED, &(about, rest), &Awaited { letter: letter.as_bytes().to_vec().into(), name: name.to_owned() })?;
    if let Some(step) = site.rows.get_mut(&tag.logical).and_then(|row| row.step.as_mut()) {
        step.hearing = Some(name.to_owned());
    }
    Ok(None)
}

/// What has come before anybody listened.
fn already(cx: &mut Cx, about: &str, rest: &str) -> Result<Option<Value>> {
    match about.split_once('/') {
        Some(("response", secret)) => {
            let key = (secret.to_owned(), EARLY.to_owned());
            let early = cx.get(&SIGNALS, &key)?;
            cx.delete(&SIGNALS, &key)?;
            Ok(early.and_then(|early| json::read(&early.data)))
        }
        Some(("stack", uid)) => {
            let stack = cx.get(&STACKS, &(rest.to_owned(), uid.to_owned()))?;
            let ended = stack.filter(|stack| !words::is_busy(&stack.status));
            Ok(ended.map(|stack| end_of(&stack.status, stack.status_reason.as_deref())))
        }
        Some(("signals", secret)) => {
            let signals = signals(cx, secret)?;
            Ok(is_enough(&signals, rest).then(|| told(&signals)))
        }
        _ => Ok(None),
    }
}

fn end_of(status: &str, reason: Option<&str>) -> Value {
    Value::map([("Status", status.into()), ("Reason", reason.into())])
}

/// Tells a step what it waits to hear. `false` where nobody does.
pub fn tell(cx: &mut Cx, name: &str, what: &Value) -> Result<bool> {
    let key = parts(name);
    let Some(awaited) = cx.get(&AWAITED, &key)? else { return Ok(false) };
    cx.delete(&AWAITED, &key)?;
    cx.cancel_timer(&format!("hear/{name}"))?;
    cx.arrive(&LetterId::from_bytes(&awaited.letter), what)?;
    Ok(true)
}

/// Keeps a response for the step that is about to listen. `false` where there is one already.
pub fn keep_early(cx: &mut Cx, secret: &str, said: &Value) -> Result<bool> {
    let key = (secret.to_owned(), EARLY.to_owned());
    if cx.has(&SIGNALS, &key)? {
        return Ok(false);
    }
    cx.put(&SIGNALS, &key, &Signal { data: json::write(said), ..Signal::default() })?;
    Ok(true)
}

/// Forgets a response that nobody came to listen to.
pub fn forget_early(cx: &mut Cx, secret: &str) -> Result<()> {
    cx.delete(&SIGNALS, &(secret.to_owned(), EARLY.to_owned())).map(drop)
}

/// A stack has come to an end: the one that it is nested in may wait for that.
pub fn ended(cx: &mut Cx, (name, uid): (&str, &str), (status, reason): (&str, Option<&str>)) -> Result<()> {
    tell(cx, &format!("stack/{uid}/{name}"), &end_of(status, reason)).map(drop)
}

fn signals(view: &View, secret: &str) -> Result<Vec<Signal>> {
    view.rows(&SIGNALS, (secret.to_owned(),)).collect()
}

/// Whether so many signals have come, or one that says that something failed.
fn is_enough(signals: &[Signal], count: &str) -> bool {
    count.parse().is_ok_and(|count: usize| signals.len() >= count) || signals.iter().any(|s| s.status != "SUCCESS")
}

fn told(signals: &[Signal]) -> Value {
    let signal = |signal: &Signal| {
        Value::map([
            ("UniqueId", Value::from(&signal.id)),
            ("Status", (&signal.status).into()),
            ("Reason", (&signal.reason).into()),
            ("Data", (&signal.data).into()),
        ])
    };
    Value::List(signals.iter().map(signal).collect())
}

/// Keeps a signal, and tells those for whom it is the last. A second one of the same unique id counts no more.
pub fn signal(cx: &mut Cx, secret: &str, signal: Signal) -> Result<()> {
    let key = (secret.to_owned(), signal.id.clone());
    if !cx.has(&SIGNALS, &key)? {
        cx.put(&SIGNALS, &key, &signal)?;
    }
    let all = signals(cx, secret)?;
    let awaited = cx.rows(&AWAITED, (format!("signals/{secret}"),));
    let names: Vec<String> = awaited.map(|awaited| awaited.map(|awaited| awaited.name)).collect::<Result<_>>()?;
    for name in names.iter().filter(|name| is_enough(&all, &parts(name).1)) {
        tell(cx, name, &told(&all))?;
    }
    Ok(())
}

/// Forgets what was put to a handle.
pub fn forget_signals(cx: &mut Cx, secret: &str) -> Result<()> {
    for signal in signals(cx, secret)? {
        cx.delete(&SIGNALS, &(secret.to_owned(), signal.id))?;
    }
    Ok(())
}

/// What a step waits to hear did not come in time. Of signals it is told those that came.
pub fn time_is_up(cx: &mut Cx, name: &str) -> Result<()> {
    let (about, _) = parts(name);
    let what = match about.strip_prefix("signals/") {
        Some(secret) => told(&signals(cx, secret)?),
        None => Value::Null,
    };
    tell(cx, name, &what).map(drop)
}

/// The steps of a stack wait no more: its operation has failed, or is cancelled. That of a nested stack is cancelled too, and its end is
/// awaited.
pub fn give_up(cx: &mut Cx, uid: &str) -> Result<()> {
    let rows = cx.rows(&RESOURCES, (uid.to_owned(),)).collect::<Result<Vec<_>>>()?;
    for name in rows.into_iter().filter_map(|row| row.step?.hearing) {
        give_up_on(cx, &name)?;
    }
    Ok(())
}

/// The same of one name.
pub fn give_up_on(cx: &mut Cx, name: &str) -> Result<()> {
    let (about, _) = parts(name);
    let Some(child) = about.strip_prefix("stack/") else { return time_is_up(cx, name) };
    if let Some(mut op) = cx.get(&OPERATIONS, child)?.filter(|op| op.phase == "deploy" && op.reason.is_none()) {
        op.reason = Some("Resource creation cancelled".to_owned());
        cx.put(&OPERATIONS, child, &op)?;
        give_up(cx, child)?;
    }
    Ok(())
}

/// Notes in what stack a stack is nested.
pub fn adopt(cx: &mut Cx, site: &Site, child: &str) -> Result<()> {
    let Some(mut stack) = ids::find(cx, child)? else { return Ok(()) };
    let own = site.arn(cx).to_string();
    stack.root = Some(site.stack.root.clone().unwrap_or_else(|| own.clone()));
    stack.parent = Some(own);
    cx.put(&STACKS, &(stack.name.clone(), stack.uid.clone()), &stack)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_two_parts() {
        let check = |name: &str, about: &str, rest: &str| {
            assert_eq!(parts(name), (about.to_owned(), rest.to_owned()), "{name}");
        };
        check("stack/u/s", "stack/u", "s");
        check("response/x/", "response/x", "");
        check("response/x", "response/x", "");
        check("signals/x/3", "signals/x", "3");
    }

    #[test]
    fn signals_are_counted_until_one_fails() {
        let of = |status: &str| Signal { status: status.to_owned(), ..Signal::default() };
        assert!(!is_enough(&[of("SUCCESS")], "2"));
        assert!(is_enough(&[of("SUCCESS"), of("SUCCESS")], "2"));
        assert!(is_enough(&[of("FAILURE")], "2"));
    }
}
