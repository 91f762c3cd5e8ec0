//! Generating a policy from what a principal did: the role that the request gives reads the log files of trails, and IAM's report of
//! the services that were used. The ledger then tells which IAM actions stand behind the events that were found.
//!
//! `steps.rs` goes from one call to the next, `answers.rs` hears what came of each, `files.rs` reads log files, `activity.rs` finds
//! the actions, `written.rs` writes the policy.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html>

mod activity;
mod answers;
mod files;
mod steps;
mod written;

pub use activity::{Activity, find};
pub use answers::ANSWERS;
pub use steps::{Step, advance};
pub use written::{Detail, policy};

use crate::state::{GENERATIONS, GenerationRow, READINGS, ReadingRow};
use service::{Cx, Duration, Result, Timestamp, View};

/// How long a policy can be had: seven days, after which AWS asks for another generation.
pub const KEPT: Duration = Duration::from_secs(7 * 86_400);

/// How long after the request the reading begins. AWS takes minutes.
const DELAY: Duration = Duration::from_secs(10);

/// Whether a generation is not over.
pub fn is_open(row: &GenerationRow) -> bool {
    row.status == "IN_PROGRESS"
}

/// Whether it is over for so long that nobody can have it any more.
pub fn is_gone(row: &GenerationRow, now: Timestamp) -> bool {
    row.completed_on.is_some_and(|at| at < now.before(KEPT))
}

/// The name of a generation's timer.
fn timer(id: &str) -> String {
    format!("generation/{id}")
}

/// Keeps a new generation, which begins soon.
pub fn begin(cx: &mut Cx, row: &GenerationRow) -> Result<()> {
    cx.put(&GENERATIONS, row.id.as_str(), row)?;
    let reading = ReadingRow { step: Step::Trail.word().to_owned(), ..ReadingRow::default() };
    cx.put(&READINGS, row.id.as_str(), &reading)?;
    cx.set_timer(&timer(&row.id), cx.now().after(DELAY))
}

/// Goes on at once, as a beginning of its own.
fn go_on(cx: &mut Cx, id: &str, reading: &ReadingRow) -> Result<()> {
    cx.put(&READINGS, id, reading)?;
    cx.set_timer(&timer(id), cx.now())
}

/// Ends a generation with this status.
pub fn end(cx: &mut Cx, row: GenerationRow, status: &str) -> Result<()> {
    cx.delete(&READINGS, row.id.as_str())?;
    cx.cancel_timer(&timer(&row.id))?;
    let row = GenerationRow { status: status.to_owned(), completed_on: Some(cx.now()), ..row };
    cx.put(&GENERATIONS, row.id.as_str(), &row)
}

/// Ends it for a reason that AWS has a code for.
fn fail(cx: &mut Cx, row: GenerationRow, (code, message): (&str, String)) -> Result<()> {
    let row = GenerationRow { error_code: Some(code.to_owned()), error_message: Some(message), ..row };
    end(cx, row, "FAILED")
}

/// A generation that is not over, and how far it has come.
fn open(view: &View, id: &str) -> Result<Option<(GenerationRow, ReadingRow)>> {
    let row = view.get(&GENERATIONS, id)?.filter(is_open);
    Ok(row.zip(view.get(&READINGS, id)?))
}
