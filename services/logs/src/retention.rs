//! What log groups forget: events older than their retention.
//!
//! Readers never see what is older (`reading.rs`). Its rows go when a timer falls due that stands at the end of the day on
//! which the oldest of them expires, and only where there are any: AWS takes up to 72 hours.
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>

use crate::batch::{self, OVERHEAD_BYTES};
use crate::state::{CHUNKS, Chunk, GROUPS, Group, HOLDINGS, Holding, STREAMS, Stream};
use service::{Cx, Direction, Edge, Key, KeyBuf, Result, Timestamp, View};

/// For how many days events may be kept.
pub const DAYS: [i64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
const DAY_SECONDS: i64 = 86_400;
/// The most rows that go in one transaction.
const MOST_ROWS: usize = 2_000;

/// The name of the timer of a group.
pub fn timer(group: &str) -> String {
    format!("retention/{group}")
}

/// Has the events of a group fall due of which the oldest is of `first`, in milliseconds.
pub fn arm(cx: &mut Cx, group: &Group, holding: &mut Holding, first: i64) -> Result<()> {
    let Some(days) = group.retention_days else { return Ok(()) };
    let expires = first.div_euclid(1000).saturating_add(days.saturating_mul(DAY_SECONDS));
    let due = Timestamp::from_secs((expires.div_euclid(DAY_SECONDS) + 1).saturating_mul(DAY_SECONDS)).max(cx.now());
    if holding.sweep_at.is_none_or(|at| at > due) {
        cx.set_timer(&timer(&group.name), due)?;
        holding.sweep_at = Some(due);
    }
    Ok(())
}

/// Has a group go by its retention from now on.
pub fn changed(cx: &mut Cx, group: &Group) -> Result<()> {
    let mut holding = cx.get(&HOLDINGS, &group.id)?.unwrap_or_default();
    if holding.sweep_at.take().is_some() {
        cx.cancel_timer(&timer(&group.name))?;
    }
    if let Some(first) = oldest(cx, group)? {
        arm(cx, group, &mut holding, first)?;
    }
    cx.put(&HOLDINGS, &group.id, &holding)
}

fn oldest(view: &View, group: &Group) -> Result<Option<i64>> {
    let mut oldest = None;
    for stream in view.rows(&STREAMS, (group.id,)) {
        oldest = [oldest, stream?.first_millis].into_iter().flatten().min();
    }
    Ok(oldest)
}

/// Removes what has expired; the rest of it at once afterwards, if it is much.
pub fn sweep(cx: &mut Cx, name: &str) -> Result<()> {
    let Some(group) = cx.get(&GROUPS, name)? else { return Ok(()) };
    let mut holding = cx.get(&HOLDINGS, &group.id)?.unwrap_or_default();
    holding.sweep_at = None;
    let Some(days) = group.retention_days else { return cx.put(&HOLDINGS, &group.id, &holding) };
    // The second in which the border lies goes with the next sweep.
    let border = batch::oldest(cx.now().millis(), days).div_euclid(1000);
    let streams: Vec<Stream> = cx.rows(&STREAMS, (group.id,)).collect::<Result<_>>()?;
    let mut left = MOST_ROWS;
    for stream in streams {
        if stream.first_millis.is_none_or(|first| first.div_euclid(1000) >= border) {
            continue;
        }
        let gone = remove(cx, stream.id, Some(border), &mut left)?;
        holding.bytes = holding.bytes.saturating_sub(gone).max(0);
        begin_anew(cx, &group, stream)?;
        if left == 0 {
            break;
        }
    }
    if let Some(first) = oldest(cx, &group)? {
        arm(cx, &group, &mut holding, first)?;
    }
    cx.put(&HOLDINGS, &group.id, &holding)
}

/// Finds out where a stream begins after some of its events have gone.
fn begin_anew(cx: &mut Cx, group: &Group, mut stream: Stream) -> Result<()> {
    let first = cx.rows(&CHUNKS, (stream.id,)).next().transpose()?;
    stream.first_millis = first.and_then(|chunk| chunk.lines.iter().map(|line| line.millis).min());
    if stream.first_millis.is_none() {
        stream.last_millis = None;
    }
    cx.put(&STREAMS, &(group.id, stream.name.clone()), &stream)
}

/// Removes the events of a stream before a second, or all; as many rows as are `left`. Returns their bytes, as they are
/// counted.
pub fn remove(cx: &mut Cx, stream: i64, before: Option<i64>, left: &mut usize) -> Result<i64> {
    let mut low = KeyBuf::default();
    stream.write(&mut low);
    let high = match before {
        Some(second) => {
            let mut high = low.clone();
            second.write(&mut high);
            Edge::Before(high)
        }
        None => Edge::Behind(low.clone()),
    };
    let low = Edge::Before(low);
    let chunks: Vec<Chunk> = cx.range(&CHUNKS, (&low, &high), Direction::Forward).take(*left).collect::<Result<_>>()?;
    *left -= chunks.len();
    let mut bytes = 0;
    for chunk in chunks {
        bytes += chunk.lines.iter().map(|line| line.message.len() + OVERHEAD_BYTES).sum::<usize>();
        let second = chunk.lines.first().map_or(0, |line| line.millis.div_euclid(1000));
        cx.delete(&CHUNKS, &(stream, second, chunk.batch))?;
    }
    Ok(bytes as i64)
}
