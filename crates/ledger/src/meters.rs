use clock::Timestamp;
use ids::AccountId;
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHasher};
use service::{Distribution, Measured, Scope, Statistics};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

const MINUTE: i64 = 60_000_000;
const MAX_SERIES: usize = 20_000;
/// How many minutes of all series wait for their keeper at the most.
const MAX_MINUTES: usize = 200_000;

/// What a series of samples is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeriesName<'a> {
    /// Whose and where.
    pub scope: Scope,
    /// CloudWatch's namespace.
    pub namespace: &'a str,
    /// The metric's name.
    pub metric: &'a str,
    /// Names and values of its dimensions.
    pub dimensions: &'a [(&'a str, &'a str)],
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

/// Adds up samples to a statistic set a minute, until their keeper takes them.
#[derive(Default)]
pub struct Meters {
    table: Mutex<Table>,
    on_fresh: Mutex<Option<Box<dyn Fn() + Send>>>,
}

#[derive(Default)]
struct Table {
    /// By the hash of the name; names whose hashes meet share a list.
    series: FxHashMap<u64, Vec<Series>>,
    count: usize,
    minutes: usize,
    dropped: u64,
}

struct Series {
    scope: Scope,
    namespace: String,
    metric: String,
    dimensions: Vec<(String, String)>,
    unit: String,
    minutes: BTreeMap<i64, Minute>,
}

struct Minute {
    statistics: Statistics,
    values: Distribution,
}

fn key_of(name: &SeriesName<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    hasher.finish()
}

impl Series {
    fn new(name: &SeriesName<'_>) -> Series {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Series {
            scope: name.scope,
            namespace: name.namespace.to_owned(),
            metric: name.metric.to_owned(),
            dimensions: name.dimensions.iter().map(owned).collect(),
            unit: name.unit.to_owned(),
            minutes: BTreeMap::new(),
        }
    }

    fn is(&self, name: &SeriesName<'_>) -> bool {
        let same = |((a, b), (c, d)): (&(String, String), &(&str, &str))| a == c && b == d;
        self.metric == name.metric
            && self.scope == name.scope
            && self.namespace == name.namespace
            && self.unit == name.unit
            && self.dimensions.len() == name.dimensions.len()
            && self.dimensions.iter().zip(name.dimensions).all(same)
    }

    fn measured(&self, at: i64, minute: &Minute) -> Measured {
        Measured {
            scope: self.scope,
            namespace: self.namespace.clone(),
            metric: self.metric.clone(),
            dimensions: self.dimensions.clone(),
            unit: self.unit.clone(),
            minute: Timestamp(at.saturating_mul(MINUTE)),
            statistics: minute.statistics,
            values: minute.values.clone(),
        }
    }
}

impl Table {
    /// The series of a name; `None` when there is no room.
    fn series(&mut self, name: &SeriesName<'_>) -> Option<&mut Series> {
        let key = key_of(name);
        let known = self.series.get(&key).is_some_and(|list| list.iter().any(|series| series.is(name)));
        if !known {
            if self.count >= MAX_SERIES {
                self.forget(|series| series.minutes.is_empty());
            }
            if self.count >= MAX_SERIES {
                return None;
            }
            self.count += 1;
            self.series.entry(key).or_default().push(Series::new(name));
        }
        self.series.get_mut(&key)?.iter_mut().find(|series| series.is(name))
    }

    fn forget(&mut self, whom: impl Fn(&Series) -> bool) {
        self.series.retain(|_, list| {
            list.retain(|series| !whom(series));
            !list.is_empty()
        });
        self.count = self.series.values().map(Vec::len).sum();
        self.minutes = self.series.values().flatten().map(|series| series.minutes.len()).sum();
    }

    fn add(&mut self, name: &SeriesName<'_>, at: i64, statistics: Statistics, values: &[(f64, f64)]) -> bool {
        let full = self.minutes >= MAX_MINUTES;
        let Some(series) = self.series(name) else { return false };
        let new = !series.minutes.contains_key(&at);
        if new && full {
            return false;
        }
        let minute = series.minutes.entry(at);
        let mut merged = false;
        let minute = minute
            .and_modify(|minute| {
                merged = true;
                minute.statistics = minute.statistics.and(statistics);
            })
            .or_insert_with(|| Minute { statistics, values: Distribution::default() });
        values.iter().for_each(|(value, count)| minute.values.add(*value, *count));
        self.minutes += usize::from(!merged);
        true
    }
}

impl Meters {
    /// Adds a sample.
    pub fn meter(&self, sample: &Sample<'_>) {
        if !sample.value.is_finite() {
            return;
        }
        let mut table = self.table.lock();
        let first = table.minutes == 0;
        let at = sample.at.0.div_euclid(MINUTE);
        if !table.add(&sample.series, at, Statistics::of(sample.value, 1.0), &[(sample.value, 1.0)]) {
            table.dropped += 1;
            return;
        }
        drop(table);
        if first && let Some(call) = &*self.on_fresh.lock() {
            call();
        }
    }

    /// Calls `call` whenever there is something to take after nothing. It must return at once.
    pub fn on_fresh(&self, call: impl Fn() + Send + 'static) {
        *self.on_fresh.lock() = Some(Box::new(call));
    }

    /// What was measured since it was last taken, in the order of scopes, series and minutes. The keeper adds it to what it has.
    pub fn take(&self) -> Vec<Measured> {
        let mut table = self.table.lock();
        if table.minutes == 0 {
            return Vec::new();
        }
        let mut taken = Vec::with_capacity(table.minutes);
        for series in table.series.values_mut().flatten() {
            let minutes = std::mem::take(&mut series.minutes);
            taken.extend(minutes.iter().map(|(at, minute)| series.measured(*at, minute)));
        }
        table.minutes = 0;
        drop(table);
        sort(&mut taken);
        taken
    }

    /// Puts back what was taken and could not be kept.
    pub fn put_back(&self, taken: Vec<Measured>) {
        let mut table = self.table.lock();
        for one in &taken {
            let dimensions: Vec<(&str, &str)> =
                one.dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let name = SeriesName {
                scope: one.scope,
                namespace: &one.namespace,
                metric: &one.metric,
                dimensions: &dimensions,
                unit: &one.unit,
            };
            let at = one.minute.0.div_euclid(MINUTE);
            if !table.add(&name, at, one.statistics, one.values.pairs()) {
                table.dropped += 1;
            }
        }
    }

    /// What was measured in a scope and is not taken yet: of the namespaces and metrics that `wants` wants.
    pub fn fresh(&self, scope: Scope, wants: &dyn Fn(&str, &str) -> bool) -> Vec<Measured> {
        let table = self.table.lock();
        let own = |series: &&Series| {
            !series.minutes.is_empty() && series.scope == scope && wants(&series.namespace, &series.metric)
        };
        let series = table.series.values().flatten().filter(own);
        let mut found: Vec<Measured> =
            series.flat_map(|series| series.minutes.iter().map(|(at, minute)| series.measured(*at, minute))).collect();
        drop(table);
        sort(&mut found);
        found
    }

    /// Forgets what was not taken: of one account, or all.
    pub fn clear(&self, account: Option<AccountId>) {
        self.table.lock().forget(|series| account.is_none_or(|account| series.scope.account == account));
    }

    /// How many series there are.
    pub fn series_count(&self) -> usize {
        self.table.lock().count
    }

    /// How many samples found no room.
    pub fn dropped(&self) -> u64 {
        self.table.lock().dropped
    }
}

/// The same in every run, whatever the order of the hashes.
fn sort(measured: &mut [Measured]) {
    measured.sort_by_cached_key(|m| {
        let scope = (m.scope.account, m.scope.region.as_str().to_owned());
        let name = (m.namespace.clone(), m.metric.clone(), m.dimensions.clone(), m.unit.clone());
        (scope, name, m.minute)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Region;

    const QUEUE: &[(&str, &str)] = &[("QueueName", "a")];

    fn scope() -> Scope {
        Scope::new(AccountId::DEFAULT, Region::new("eu-west-1").unwrap())
    }

    fn series() -> SeriesName<'static> {
        SeriesName {
            scope: scope(),
            namespace: "Example/Queues",
            metric: "NumberOfMessagesSent",
            dimensions: QUEUE,
            unit: "Count",
        }
    }

    fn sample(meters: &Meters, queue: &str, secs: i64, value: f64) {
        let dimensions = [("QueueName", queue)];
        let series = SeriesName { dimensions: &dimensions, ..series() };
        meters.meter(&Sample { series, value, at: Timestamp::from_secs(secs) });
    }

    fn brief(measured: &[Measured]) -> Vec<(String, i64, f64, f64)> {
        let one = |m: &Measured| (m.dimensions[0].1.clone(), m.minute.secs(), m.statistics.count, m.statistics.sum);
        measured.iter().map(one).collect()
    }

    #[test]
    fn samples_add_up_by_the_minute_and_are_taken_once() {
        let meters = Meters::default();
        for (queue, secs, value) in [("a", 59, 3.0), ("a", 0, -1.0), ("a", 60, 5.0), ("b", 1, 7.0), ("b", 2, f64::NAN)]
        {
            sample(&meters, queue, secs, value);
        }
        let expected = [("a".to_owned(), 0, 2.0, 2.0), ("a".to_owned(), 60, 1.0, 5.0), ("b".to_owned(), 0, 1.0, 7.0)];
        assert_eq!(brief(&meters.fresh(scope(), &|_, _| true)), expected);
        assert!(meters.fresh(scope(), &|_, metric| metric == "Other").is_empty());
        let taken = meters.take();
        assert_eq!(brief(&taken), expected);
        assert_eq!(taken[0].values.pairs(), [(-1.0, 1.0), (3.0, 1.0)]);
        assert!(meters.take().is_empty());
        sample(&meters, "a", 30, 10.0);
        meters.put_back(taken);
        assert_eq!(brief(&meters.take())[0], ("a".to_owned(), 0, 3.0, 12.0));
    }

    #[test]
    fn series_and_minutes_are_bounded() {
        let meters = Meters::default();
        for n in 0..=MAX_SERIES {
            sample(&meters, &n.to_string(), 0, 1.0);
        }
        assert_eq!((meters.series_count(), meters.dropped()), (MAX_SERIES, 1));
        meters.take();
        sample(&meters, "late", 0, 1.0);
        assert_eq!((meters.series_count(), meters.dropped()), (1, 1));
        for minute in 0..=MAX_MINUTES as i64 {
            sample(&meters, "long", minute * 60, 1.0);
        }
        assert_eq!((meters.take().len(), meters.dropped()), (MAX_MINUTES, 3));
    }

    #[test]
    fn scopes_dimensions_and_units_are_series_of_their_own() {
        let meters = Meters::default();
        let base = series();
        let others = [
            base,
            SeriesName { scope: Scope::new(AccountId::from_number(1).unwrap(), scope().region), ..base },
            SeriesName { scope: Scope::new(AccountId::DEFAULT, Region::new("eu-west-2").unwrap()), ..base },
            SeriesName { unit: "Bytes", ..base },
            SeriesName { namespace: "Other", ..base },
            SeriesName { dimensions: &[], ..base },
            SeriesName { dimensions: &[("QueueName", "a"), ("Also", "b")], ..base },
        ];
        for series in others {
            meters.meter(&Sample { series, value: 1.0, at: Timestamp::EPOCH });
        }
        assert_eq!(meters.take().len(), others.len());
        meters.meter(&Sample { series: base, value: 1.0, at: Timestamp::EPOCH });
        meters.clear(Some(AccountId::DEFAULT));
        assert_eq!((meters.take().len(), meters.series_count()), (0, 1));
    }

    #[test]
    fn the_keeper_hears_of_the_first_sample_after_nothing() {
        let meters = Meters::default();
        let heard = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
        let count = std::sync::Arc::clone(&heard);
        meters.on_fresh(move || {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        });
        sample(&meters, "a", 0, 1.0);
        sample(&meters, "a", 0, 1.0);
        meters.take();
        sample(&meters, "a", 0, 1.0);
        assert_eq!(heard.load(std::sync::atomic::Ordering::Relaxed), 2);
    }
}
