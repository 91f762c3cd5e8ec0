//! What happens later: groups forget, and what was deleted goes row by row.

use crate::retention;
use crate::state::{GRAVES, Grave, STREAMS, Stream};
use service::{Cx, Result, Timer};

/// The most rows that go in one transaction.
const MOST_ROWS: usize = 2_000;

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    match timer.name.split_once('/') {
        Some(("retention", group)) => retention::sweep(cx, group),
        _ => sweep(cx),
    }
}

/// Has the rows of a group or stream go that is deleted.
pub fn bury(cx: &mut Cx, grave: &Grave) -> Result<()> {
    cx.put(&GRAVES, &grave.id, grave)?;
    let now = cx.now();
    cx.set_timer("graves", now)
}

fn sweep(cx: &mut Cx) -> Result<()> {
    let graves: Vec<Grave> = cx.rows(&GRAVES, ()).take(MOST_ROWS).collect::<Result<_>>()?;
    let mut left = MOST_ROWS;
    for grave in graves {
        if left == 0 {
            break;
        }
        match grave.group {
            true => open_group(cx, &grave, &mut left)?,
            false => {
                retention::remove(cx, grave.id, None, &mut left)?;
                if left > 0 {
                    cx.delete(&GRAVES, &grave.id)?;
                }
            }
        }
    }
    if cx.rows(&GRAVES, ()).next().is_some() {
        let now = cx.now();
        cx.set_timer("graves", now)?;
    }
    Ok(())
}

/// The streams of a group that is deleted get graves of their own.
fn open_group(cx: &mut Cx, grave: &Grave, left: &mut usize) -> Result<()> {
    let streams: Vec<Stream> = cx.rows(&STREAMS, (grave.id,)).take(*left).collect::<Result<_>>()?;
    *left -= streams.len();
    for stream in streams {
        cx.delete(&STREAMS, &(grave.id, stream.name))?;
        cx.put(&GRAVES, &stream.id, &Grave { id: stream.id, group: false })?;
    }
    if *left > 0 {
        cx.delete(&GRAVES, &grave.id)?;
    }
    Ok(())
}
