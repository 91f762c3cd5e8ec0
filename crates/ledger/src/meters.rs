use clock::Timestamp;
use ids::{AccountId, Region};
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHasher};
use shape::shape;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

const MINUTE: i64 = 60_000_000;
/// A series keeps this many minutes in memory: what graphs and alarms look back on most. Older ones are the owner's rows.
const MAX_MINUTES: usize = 180;
const MAX_SERIES: usize = 20_000;

shape! {
    /// What was measured in one minute since it was last taken: added to what the owner has kept of that minute.
    pub struct MinuteRow {
        /// The account, as a number.
        pub account: i64,
        /// The region; empty for a service without one.
        pub region: String,
        /// CloudWatch's namespace.
        pub namespace: String,
        /// The metric's name.
        pub metric: String,
        /// The dimension's name; empty for none.
        pub dimension: String,
        /// The dimension's value.
        pub dimension_value: String,
        /// CloudWatch's unit.
        pub unit: String,
        /// When the minute began.
        pub minute: Timestamp,
        /// CloudWatch's `SampleCount`.
        pub count: f64,
        /// CloudWatch's `Sum`.
        pub sum: f64,
        /// CloudWatch's `Minimum`.
        pub min: f64,
        /// CloudWatch's `Maximum`.
        pub max: f64,
    }
}

/// A statistic set.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_StatisticSet.html>
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// How many samples.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

/// What a series of samples is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeriesName<'a> {
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub region: Region,
    /// CloudWatch's namespace.
    pub namespace: &'a str,
    /// The metric's name.
    pub metric: &'a str,
    /// The dimension's name and value; two empty texts for none.
    pub dimension: (&'a str, &'a str),
    /// CloudWatch's unit, such as `Count`.
    pub unit: &'a str,
}

/// One sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample<'a> {
    /// What it is about.
    pub series: SeriesName<'a>,
    /// Its value. What is not finite is dropped.
    pub value: f64,
    /// When, in virtual time.
    pub at: Timestamp,
}

/// Adds up samples to a statistic set a minute.
#[derive(Default)]
pub struct Meters(Mutex<Table>);

#[derive(Default)]
struct Table {
    /// By the hash of the name; names whose hashes meet share a list.
    series: FxHashMap<u64, Vec<Series>>,
    count: usize,
    fresh: bool,
    dropped: u64,
}

struct Series {
    account: AccountId,
    region: Region,
    namespace: String,
    metric: String,
    dimension: (String, String),
    unit: String,
    minutes: BTreeMap<i64, Minute>,
}

#[derive(Default)]
struct Minute {
    total: Option<Statistics>,
    /// What has not been taken yet.
    fresh: Option<Statistics>,
}

impl Statistics {
    fn of(value: f64) -> Statistics {
        Statistics { count: 1.0, sum: value, min: value, max: value }
    }

    /// Both sets together.
    pub fn and(self, other: Statistics) -> Statistics {
        Statistics {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

fn add(place: &mut Option<Statistics>, more: Statistics) {
    *place = Some(place.map_or(more, |had| had.and(more)));
}

fn minute_of(at: Timestamp) -> i64 {
    at.0.div_euclid(MINUTE)
}

impl SeriesName<'_> {
    fn key(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

impl Series {
    fn new(name: &SeriesName<'_>) -> Series {
        Series {
            account: name.account,
            region: name.region,
            namespace: name.namespace.to_owned(),
            metric: name.metric.to_owned(),
            dimension: (name.dimension.0.to_owned(), name.dimension.1.to_owned()),
            unit: name.unit.to_owned(),
            minutes: BTreeMap::new(),
        }
    }

    fn name(&self) -> SeriesName<'_> {
        SeriesName {
            account: self.account,
            region: self.region,
            namespace: &self.namespace,
            metric: &self.metric,
            dimension: (&self.dimension.0, &self.dimension.1),
            unit: &self.unit,
        }
    }

    fn row(&self, minute: i64, set: Statistics) -> MinuteRow {
        MinuteRow {
            account: self.account.number() as i64,
            region: self.region.as_str().to_owned(),
            namespace: self.namespace.clone(),
            metric: self.metric.clone(),
            dimension: self.dimension.0.clone(),
            dimension_value: self.dimension.1.clone(),
            unit: self.unit.clone(),
            minute: Timestamp(minute.saturating_mul(MINUTE)),
            count: set.count,
            sum: set.sum,
            min: set.min,
            max: set.max,
        }
    }

    fn is_idle(&self, since: i64) -> bool {
        self.minutes.iter().all(|(minute, cell)| *minute < since && cell.fresh.is_none())
    }
}

impl Table {
    /// The minute of a series; `None` when there is no room.
    fn minute(&mut self, name: &SeriesName<'_>, minute: i64) -> Option<&mut Minute> {
        let key = name.key();
        let known = self.series.get(&key).is_some_and(|list| list.iter().any(|s| s.name() == *name));
        if !known {
            if self.count >= MAX_SERIES {
                self.forget_idle(minute.saturating_sub(MAX_MINUTES as i64));
            }
            if self.count >= MAX_SERIES {
                self.dropped += 1;
                return None;
            }
            self.count += 1;
            self.series.entry(key).or_default().push(Series::new(name));
        }
        let series = self.series.get_mut(&key)?.iter_mut().find(|s| s.name() == *name)?;
        if series.minutes.len() >= MAX_MINUTES && !series.minutes.contains_key(&minute) {
            let (_, oldest) = series.minutes.pop_first()?;
            // Only an owner that takes nothing for three hours of samples loses any.
            self.dropped += u64::from(oldest.fresh.is_some());
        }
        Some(series.minutes.entry(minute).or_default())
    }

    fn forget_idle(&mut self, since: i64) {
        self.series.retain(|_, list| {
            list.retain(|series| !series.is_idle(since));
            !list.is_empty()
        });
        self.count = self.series.values().map(Vec::len).sum();
    }
}

impl Meters {
    /// Adds a sample.
    pub fn meter(&self, sample: &Sample<'_>) {
        if !sample.value.is_finite() {
            return;
        }
        let mut table = self.0.lock();
        table.fresh = true;
        if let Some(minute) = table.minute(&sample.series, minute_of(sample.at)) {
            let set = Statistics::of(sample.value);
            add(&mut minute.total, set);
            add(&mut minute.fresh, set);
        }
    }

    /// Whether [`Meters::take_minutes`] has something to give: the owner takes once a second at most.
    pub fn has_fresh(&self) -> bool {
        self.0.lock().fresh
    }

    /// What was measured since it was last taken, in the order of series and minutes. The owner adds it to its rows.
    pub fn take_minutes(&self) -> Vec<MinuteRow> {
        let mut table = self.0.lock();
        if !std::mem::take(&mut table.fresh) {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for series in table.series.values_mut().flatten() {
            let taken: Vec<(i64, Statistics)> =
                series.minutes.iter_mut().filter_map(|(at, cell)| Some((*at, cell.fresh.take()?))).collect();
            rows.extend(taken.into_iter().map(|(at, set)| series.row(at, set)));
        }
        drop(table);
        let order = |r: &MinuteRow| (r.account, r.region.clone(), r.namespace.clone(), r.metric.clone());
        let rest = |r: &MinuteRow| (r.dimension.clone(), r.dimension_value.clone(), r.unit.clone(), r.minute);
        rows.sort_by_cached_key(|row| (order(row), rest(row)));
        rows
    }

    /// Puts back what the owner has kept, at the start.
    pub fn restore(&self, rows: &[MinuteRow]) {
        let mut table = self.0.lock();
        for row in rows {
            let account = u64::try_from(row.account).ok().and_then(AccountId::from_number);
            let region = if row.region.is_empty() { Some(Region::GLOBAL) } else { Region::new(&row.region) };
            let (Some(account), Some(region)) = (account, region) else { continue };
            let (namespace, metric, unit) = (&row.namespace, &row.metric, &row.unit);
            let dimension = (row.dimension.as_str(), row.dimension_value.as_str());
            let name = SeriesName { account, region, namespace, metric, dimension, unit };
            if let Some(minute) = table.minute(&name, minute_of(row.minute)) {
                let set = Statistics { count: row.count, sum: row.sum, min: row.min, max: row.max };
                add(&mut minute.total, set);
            }
        }
    }

    /// The minutes of a series in `from..to`, oldest first, as far as they are in memory: the last 180 with samples.
    pub fn read(&self, name: &SeriesName<'_>, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Statistics)> {
        let table = self.0.lock();
        let list = table.series.get(&name.key());
        let Some(series) = list.and_then(|list| list.iter().find(|s| s.name() == *name)) else { return Vec::new() };
        let minutes = series.minutes.iter().map(|(at, cell)| (Timestamp(at.saturating_mul(MINUTE)), cell.total));
        minutes.filter(|(at, _)| *at >= from && *at < to).filter_map(|(at, set)| Some((at, set?))).collect()
    }

    /// How many series there are.
    pub fn series_count(&self) -> usize {
        self.0.lock().count
    }

    /// How many samples of new series, and minutes that nobody took, found no room.
    pub fn dropped(&self) -> u64 {
        self.0.lock().dropped
    }
}

impl MinuteRow {
    /// Adds what was measured later in the same minute.
    pub fn add(&mut self, later: &MinuteRow) {
        self.count += later.count;
        self.sum += later.sum;
        self.min = self.min.min(later.min);
        self.max = self.max.max(later.max);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(queue: &str) -> SeriesName<'_> {
        SeriesName {
            account: AccountId::DEFAULT,
            region: Region::new("eu-west-1").unwrap(),
            namespace: "Example/Queues",
            metric: "NumberOfMessagesSent",
            dimension: ("QueueName", queue),
            unit: "Count",
        }
    }

    fn sample(meters: &Meters, queue: &str, secs: i64, value: f64) {
        meters.meter(&Sample { series: series(queue), value, at: Timestamp::from_secs(secs) });
    }

    fn sets(meters: &Meters, queue: &str) -> Vec<(i64, f64, f64, f64, f64)> {
        let minutes = meters.read(&series(queue), Timestamp::EPOCH, Timestamp::MAX);
        minutes.into_iter().map(|(at, s)| (at.secs(), s.count, s.sum, s.min, s.max)).collect()
    }

    #[test]
    fn samples_add_up_by_the_minute_and_are_taken_once() {
        let meters = Meters::default();
        for (queue, secs, value) in [("a", 59, 3.0), ("a", 0, -1.0), ("a", 60, 5.0), ("b", 1, 7.0), ("b", 2, f64::NAN)]
        {
            sample(&meters, queue, secs, value);
        }
        assert_eq!(sets(&meters, "a"), [(0, 2.0, 2.0, -1.0, 3.0), (60, 1.0, 5.0, 5.0, 5.0)]);
        let rows = meters.take_minutes();
        let brief: Vec<_> = rows.iter().map(|r| (r.dimension_value.as_str(), r.minute.secs(), r.sum)).collect();
        assert_eq!(brief, [("a", 0, 2.0), ("a", 60, 5.0), ("b", 0, 7.0)]);
        assert!(!meters.has_fresh() && meters.take_minutes().is_empty());
        sample(&meters, "a", 30, 10.0);
        let more = meters.take_minutes();
        assert_eq!((more.len(), more[0].sum, more[0].count), (1, 10.0, 1.0));
        let mut kept = rows[0].clone();
        kept.add(&more[0]);
        assert_eq!((kept.count, kept.sum, kept.min, kept.max), (3.0, 12.0, -1.0, 10.0));
        assert_eq!(sets(&meters, "a")[0], (0, 3.0, 12.0, -1.0, 10.0));
    }

    #[test]
    fn what_was_kept_counts_after_a_restart_and_is_not_taken_again() {
        let before = Meters::default();
        sample(&before, "a", 5, 2.0);
        let rows = before.take_minutes();
        let after = Meters::default();
        after.restore(&rows);
        sample(&after, "a", 6, 4.0);
        assert_eq!(sets(&after, "a"), [(0, 2.0, 6.0, 2.0, 4.0)]);
        assert_eq!(after.take_minutes()[0].sum, 4.0);
    }

    #[test]
    fn series_and_minutes_are_bounded() {
        let meters = Meters::default();
        for n in 0..=MAX_SERIES {
            sample(&meters, &n.to_string(), 0, 1.0);
        }
        assert_eq!((meters.series_count(), meters.dropped()), (MAX_SERIES, 1));
        meters.take_minutes();
        let later = 60 * (MAX_MINUTES as i64 + 1);
        sample(&meters, "late", later, 1.0);
        assert_eq!((meters.series_count(), meters.dropped(), sets(&meters, "late").len()), (1, 1, 1));
        for minute in 0..300 {
            sample(&meters, "long", later + minute * 60, 1.0);
            meters.take_minutes();
        }
        assert_eq!((sets(&meters, "long").len(), meters.dropped()), (MAX_MINUTES, 1));
    }

    #[test]
    fn scopes_and_units_are_series_of_their_own() {
        let meters = Meters::default();
        let base = series("a");
        let others = [
            base,
            SeriesName { account: AccountId::from_number(1).unwrap(), ..base },
            SeriesName { region: Region::new("eu-west-2").unwrap(), ..base },
            SeriesName { unit: "Bytes", ..base },
            SeriesName { namespace: "Other", ..base },
        ];
        for (n, series) in others.into_iter().enumerate() {
            meters.meter(&Sample { series, value: n as f64, at: Timestamp::EPOCH });
        }
        for (n, series) in others.into_iter().enumerate() {
            let found = meters.read(&series, Timestamp::EPOCH, Timestamp::MAX);
            assert_eq!((found.len(), found[0].1.sum), (1, n as f64));
        }
    }
}
