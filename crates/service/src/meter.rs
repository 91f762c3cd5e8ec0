use crate::Scope;
use clock::Timestamp;
use smallvec::SmallVec;
use std::borrow::Cow;

/// One sample of a metric, on its way to what keeps metrics.
#[derive(Debug, Clone, PartialEq)]
pub struct Meter {
    /// Whose and where: the owner of what was measured.
    pub scope: Scope,
    /// The service that measured, by prefix.
    pub service: &'static str,
    /// CloudWatch's namespace; `None` for the one in which the service measures.
    pub namespace: Option<String>,
    /// `NumberOfMessagesSent`.
    pub metric: Cow<'static, str>,
    /// Dimensions, such as `("QueueName", "orders")`.
    pub dimensions: SmallVec<[(Cow<'static, str>, String); 1]>,
    /// The value.
    pub value: f64,
    /// CloudWatch's unit, such as `Count` or `Bytes`.
    pub unit: Cow<'static, str>,
    /// When, in virtual time; `None` for the moment of the commit.
    pub at: Option<Timestamp>,
}

/// A sample with any number of dimensions, in any namespace: see [`crate::Cx::sample`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample<'a> {
    /// CloudWatch's namespace; `None` for the one in which the service measures.
    pub namespace: Option<&'a str>,
    /// The metric's name.
    pub metric: &'a str,
    /// Names and values.
    pub dimensions: &'a [(&'a str, &'a str)],
    /// The value.
    pub value: f64,
    /// CloudWatch's unit, such as `Count`.
    pub unit: &'a str,
    /// When, in virtual time; `None` for now.
    pub at: Option<Timestamp>,
}

impl Sample<'_> {
    pub(crate) fn meter(&self, scope: Scope, service: &'static str) -> Meter {
        let owned = |(name, value): &(&str, &str)| (Cow::Owned((*name).to_owned()), (*value).to_owned());
        Meter {
            scope,
            service,
            namespace: self.namespace.map(str::to_owned),
            metric: Cow::Owned(self.metric.to_owned()),
            dimensions: self.dimensions.iter().map(owned).collect(),
            value: self.value,
            unit: Cow::Owned(self.unit.to_owned()),
            at: self.at,
        }
    }
}

/// What was measured of one series within one minute, until its keeper took it.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Whose and where.
    pub scope: Scope,
    /// CloudWatch's namespace.
    pub namespace: String,
    /// The metric's name.
    pub metric: String,
    /// Names and values of its dimensions.
    pub dimensions: Vec<(String, String)>,
    /// CloudWatch's unit.
    pub unit: String,
    /// When the minute began.
    pub minute: Timestamp,
    /// How many there were, and between what.
    pub statistics: Statistics,
    /// How often each value came.
    pub values: Distribution,
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

impl Statistics {
    /// A value that came `count` times.
    pub fn of(value: f64, count: f64) -> Statistics {
        Statistics { count, sum: value * count, min: value, max: value }
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

/// How often values came, as percentiles need it. Up to [`Distribution::EXACT`] different values are kept as they are;
/// beyond, each goes for the middle of a bucket as wide as a twentieth of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distribution(Vec<(f64, f64)>);

impl Distribution {
    /// How many different values are told apart exactly.
    pub const EXACT: usize = 128;

    /// Of values and their counts, in any order.
    pub fn of(pairs: impl IntoIterator<Item = (f64, f64)>) -> Distribution {
        let mut made = Distribution::default();
        pairs.into_iter().for_each(|(value, count)| made.add(value, count));
        made
    }

    /// Adds a value that came `count` times.
    pub fn add(&mut self, value: f64, count: f64) {
        let place = |list: &[(f64, f64)], value: f64| list.binary_search_by(|(had, _)| had.total_cmp(&value));
        match place(&self.0, value) {
            Ok(at) => {
                if let Some(pair) = self.0.get_mut(at) {
                    pair.1 += count;
                }
            }
            Err(at) if self.0.len() < Distribution::EXACT => self.0.insert(at, (value, count)),
            Err(_) => {
                let middle = bucket(value);
                match place(&self.0, middle) {
                    Ok(at) => {
                        if let Some(pair) = self.0.get_mut(at) {
                            pair.1 += count;
                        }
                    }
                    Err(at) => self.0.insert(at, (middle, count)),
                }
            }
        }
    }

    /// Values with their counts, the least first.
    pub fn pairs(&self) -> &[(f64, f64)] {
        &self.0
    }
}

/// The middle of the bucket in which a value lies.
fn bucket(value: f64) -> f64 {
    const WIDTH: f64 = 1.05;
    if value == 0.0 {
        return 0.0;
    }
    let step = (value.abs().ln() / WIDTH.ln()).floor();
    value.signum() * WIDTH.powf(step + 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_exact_until_there_are_too_many() {
        let few = Distribution::of([(2.0, 1.0), (1.0, 1.0), (2.0, 3.0)]);
        assert_eq!(few.pairs(), [(1.0, 1.0), (2.0, 4.0)]);
        let many = Distribution::of((0..100_000).map(|n| (f64::from(n), 1.0)));
        assert!(many.pairs().len() < 600, "{}", many.pairs().len());
        assert_eq!(many.pairs().iter().map(|(_, count)| count).sum::<f64>(), 100_000.0);
        let median = many.pairs().iter().scan(0.0, |sum, (value, count)| {
            *sum += count;
            Some((*value, *sum))
        });
        let median = median.into_iter().find(|(_, sum)| *sum >= 50_000.0).unwrap().0;
        assert!((median - 50_000.0).abs() < 2_600.0, "{median}");
    }

    #[test]
    fn sets_add_up() {
        let sum = Statistics::of(3.0, 2.0).and(Statistics::of(-1.0, 1.0));
        assert_eq!(sum, Statistics { count: 3.0, sum: 5.0, min: -1.0, max: 3.0 });
    }
}
