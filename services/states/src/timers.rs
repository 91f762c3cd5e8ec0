//! What happens later: waits end, states are tried again, tasks and executions take too long, and what is over is forgotten.

use crate::run::Run;
use crate::state::{EVENTS, EXECUTIONS, Execution, THREADS};
use service::{Cx, Result, Timer};

/// How many rows of a forgotten execution go in one transaction.
const MOST_FORGOTTEN: usize = 1000;

/// The timer of a thread.
pub fn thread(execution: &Execution, number: i64) -> String {
    thread_of((&execution.machine, &execution.name), number)
}

/// The timer of a thread of an execution, by its machine and name. No name has a slash.
pub fn thread_of((machine, execution): (&str, &str), number: i64) -> String {
    format!("thread/{machine}/{execution}/{number}")
}

/// The timer by which an execution ends at the latest.
pub fn expiry(execution: &Execution) -> String {
    format!("expiry/{}/{}", execution.machine, execution.name)
}

/// The timer by which an execution is forgotten.
pub fn forgetting(execution: &Execution) -> String {
    format!("forget/{}/{}", execution.machine, execution.name)
}

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    let mut parts = timer.name.splitn(4, '/');
    let kind = parts.next().unwrap_or_default();
    let (Some(machine), Some(name)) = (parts.next(), parts.next()) else { return Ok(()) };
    if kind == "forget" {
        return forget(cx, (machine, name), &timer.name);
    }
    let Some(mut run) = Run::resume(cx, machine, name)? else { return Ok(()) };
    match (kind, parts.next().and_then(|number| number.parse().ok())) {
        ("thread", Some(number)) => run.fire(number)?,
        ("expiry", _) => run.time_out()?,
        _ => return Ok(()),
    }
    run.go().map(drop)
}

/// Removes an execution, its history piece by piece.
pub fn forget(cx: &mut Cx, (machine, name): (&str, &str), timer: &str) -> Result<()> {
    let prefix = (machine, name);
    let events: Vec<i64> = cx
        .rows(&EVENTS, prefix)
        .take(MOST_FORGOTTEN)
        .map(|event| event.map(|event| event.id))
        .collect::<Result<_>>()?;
    for id in &events {
        let id = u64::try_from(*id).unwrap_or(0);
        cx.delete(&EVENTS, &(machine.to_owned(), name.to_owned(), id))?;
    }
    if events.len() == MOST_FORGOTTEN {
        let now = cx.now();
        return cx.set_timer(timer, now);
    }
    let threads: Vec<i64> =
        cx.rows(&THREADS, prefix).map(|thread| thread.map(|thread| thread.number)).collect::<Result<_>>()?;
    for number in threads {
        cx.cancel_timer(&thread_of(prefix, number))?;
        let number = u64::try_from(number).unwrap_or(0);
        cx.delete(&THREADS, &(machine.to_owned(), name.to_owned(), number))?;
    }
    cx.delete(&EXECUTIONS, &(machine.to_owned(), name.to_owned())).map(drop)
}
