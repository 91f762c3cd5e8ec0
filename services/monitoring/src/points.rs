//! Keeping points, and finding them again.
//!
//! What may be seen depends on how old it is and how coarsely one looks: each second for three hours, each minute for
//! fifteen days, each five minutes for sixty-three, each hour for 455. Rows are brought to the coarser form when something is
//! added to their series and a day has gone by since that was last done; nothing else would show it.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention>

use crate::metric::Metric;
use crate::state::{Cell, POINTS, Point, SERIES, Series};
use service::{Cx, Direction, Edge, Key, KeyBuf, Measured, Result, Timestamp, View};
use std::collections::BTreeMap;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// The resolutions in seconds, with the age in seconds until which they are kept.
const KEPT: [(i64, i64); 4] = [(1, 3 * HOUR), (60, 15 * DAY), (300, 63 * DAY), (HOUR, 455 * DAY)];
/// The most rows that are made coarser at once.
const MOST_ROWS: usize = 2_000;

/// Adds what was measured at a moment; `fine` where its second counts.
pub fn add(cx: &mut Cx, metric: &Metric, (at, fine): (Timestamp, bool), cell: &Cell) -> Result<()> {
    let key = metric.key();
    let now = cx.now();
    let mut series = match cx.get(&SERIES, &key)? {
        Some(series) => series,
        None => Series {
            id: metric.number(),
            namespace: metric.namespace.clone(),
            metric: metric.name.clone(),
            dimensions: metric.dimensions.clone(),
            last_at: Timestamp(i64::MIN),
            swept_at: now,
        },
    };
    let idle = now.secs() - series.swept_at.secs();
    if idle >= if fine { HOUR } else { DAY } {
        if age(cx, series.id)? {
            series.swept_at = now;
        }
        cx.put(&SERIES, &key, &series)?;
    }
    if series.last_at.secs().div_euclid(60) < at.secs().div_euclid(60) {
        series.last_at = at;
        cx.put(&SERIES, &key, &series)?;
    }
    for resolution in [1, 60].into_iter().filter(|resolution| fine || *resolution == 60) {
        merge(cx, series.id, resolution, at, cell)?;
    }
    Ok(())
}

fn begin(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_secs(at.secs().div_euclid(seconds) * seconds)
}

fn merge(cx: &mut Cx, series: i64, resolution: i64, at: Timestamp, cell: &Cell) -> Result<()> {
    let at = begin(at, resolution);
    let key = (series, resolution, at);
    let mut point = cx.get(&POINTS, &key)?.unwrap_or_else(|| Point { at, cells: Vec::new() });
    match point.cells.iter_mut().find(|had| had.unit == cell.unit) {
        Some(had) => had.add(cell),
        None => point.cells.push(cell.clone()),
    }
    cx.put(&POINTS, &key, &point)
}

/// Makes coarser what is old, and tells whether all of it is done.
fn age(cx: &mut Cx, series: i64) -> Result<bool> {
    let now = cx.now().secs();
    let mut left = MOST_ROWS;
    for (at, (resolution, kept)) in KEPT.into_iter().enumerate() {
        let limit = Timestamp::from_secs(now - kept);
        let rows: Vec<Point> =
            range(cx, series, resolution, (Timestamp(i64::MIN), limit)).take(left).collect::<Result<_>>()?;
        left -= rows.len();
        for row in rows {
            cx.delete(&POINTS, &(series, resolution, row.at))?;
            // Each second is in its minute already.
            let coarser = KEPT.get(at + 1).filter(|_| resolution > 1);
            for cell in coarser.is_some().then_some(&row.cells).into_iter().flatten() {
                merge(cx, series, coarser.map_or(resolution, |(coarser, _)| *coarser), row.at, cell)?;
            }
        }
    }
    Ok(left > 0)
}

fn range<'v>(
    view: &'v View,
    series: i64,
    resolution: i64,
    (from, to): (Timestamp, Timestamp),
) -> Box<dyn Iterator<Item = Result<Point>> + 'v> {
    let key = |at: Timestamp| {
        let mut key = KeyBuf::default();
        (series, resolution, at).write(&mut key);
        Edge::Before(key)
    };
    view.range(&POINTS, (&key(from), &key(to)), Direction::Forward)
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The first moment.
    pub start: Timestamp,
    /// The first moment that is not within.
    pub end: Timestamp,
    /// Seconds.
    pub period: i64,
}

impl Span {
    /// The beginning of the period in which a moment lies: periods count from the start.
    fn period_of(&self, at: Timestamp) -> i64 {
        let start = self.start.secs();
        start + (at.secs() - start).div_euclid(self.period) * self.period
    }

    fn has(&self, at: Timestamp) -> bool {
        at >= self.start && at < self.end
    }
}

/// What was measured of a metric, by periods (when they begin, in seconds) and by units; of one unit if it is named.
pub fn find(view: &View, metric: &Metric, span: Span, unit: Option<&str>) -> Result<BTreeMap<i64, Vec<Cell>>> {
    let mut found: BTreeMap<i64, Vec<Cell>> = BTreeMap::new();
    let mut take = |at: Timestamp, cell: &Cell| {
        if !span.has(at) || unit.is_some_and(|unit| unit != cell.unit) {
            return;
        }
        let cells = found.entry(span.period_of(at)).or_default();
        match cells.iter_mut().find(|had| had.unit == cell.unit) {
            Some(had) => had.add(cell),
            None => cells.push(cell.clone()),
        }
    };
    if let Some(series) = view.get(&SERIES, &metric.key())? {
        let now = view.now().secs();
        for (resolution, kept) in KEPT {
            // What is finer than a minute is looked at in its seconds; all else in its minutes and what comes after them.
            if (span.period < 60) != (resolution == 1) {
                continue;
            }
            let kept =
                KEPT.iter().filter(|(other, _)| span.period % other == 0).map(|(_, kept)| *kept).max().unwrap_or(kept);
            let oldest = Timestamp::from_secs(now - kept);
            for point in range(view, series.id, resolution, (span.start.max(oldest), span.end)) {
                let point = point?;
                point.cells.iter().for_each(|cell| take(point.at, cell));
            }
        }
    }
    if span.period >= 60 {
        let of_it = |one: &Measured| is(metric, one);
        let fresh = view.measured(&|namespace, name| namespace == metric.namespace && name == metric.name);
        fresh.iter().filter(|one| of_it(one)).for_each(|one| take(one.minute, &Cell::measured(one)));
        if let Some(cell) = gauge(view, metric)?.filter(|_| span.has(view.now())) {
            take(view.now(), &cell);
        }
    }
    Ok(found)
}

/// What a service's gauge shows now. It counts for the present period when somebody asks, and is kept when an alarm does.
pub fn gauge(view: &View, metric: &Metric) -> Result<Option<Cell>> {
    let dimensions: Vec<(String, String)> =
        metric.dimensions.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let shown = view.gauge((&metric.namespace, &metric.name), &dimensions)?;
    Ok(shown.map(|(value, unit)| Cell::of(unit, &[(value, 1.0)])))
}

fn is(metric: &Metric, one: &Measured) -> bool {
    one.dimensions.len() == metric.dimensions.len()
        && one.dimensions.iter().all(|(name, value)| metric.dimensions.get(name) == Some(value))
}

/// The metric that a service measured.
pub fn metric_of(one: &Measured) -> Metric {
    Metric::new(&one.namespace, &one.metric, one.dimensions.iter().cloned())
}
