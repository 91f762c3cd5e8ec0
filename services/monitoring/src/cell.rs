//! A statistic set with its values, and the statistics that are made of it.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>

use crate::errors;
use crate::state::Cell;
use service::{Distribution, Measured, Result};

impl Cell {
    /// A value that came `count` times.
    pub fn of(unit: &str, pairs: &[(f64, f64)]) -> Cell {
        let spread = Distribution::of(pairs.iter().copied());
        let pairs = spread.pairs();
        Cell {
            unit: unit.to_owned(),
            count: pairs.iter().map(|(_, count)| count).sum(),
            sum: pairs.iter().map(|(value, count)| value * count).sum(),
            min: pairs.first().map_or(0.0, |(value, _)| *value),
            max: pairs.last().map_or(0.0, |(value, _)| *value),
            values: pairs.iter().map(|(value, _)| *value).collect(),
            counts: pairs.iter().map(|(_, count)| *count).collect(),
        }
    }

    /// What a service measured.
    pub fn measured(one: &Measured) -> Cell {
        let set = one.statistics;
        let pairs = one.values.pairs();
        Cell {
            unit: one.unit.clone(),
            count: set.count,
            sum: set.sum,
            min: set.min,
            max: set.max,
            values: pairs.iter().map(|(value, _)| *value).collect(),
            counts: pairs.iter().map(|(_, count)| *count).collect(),
        }
    }

    /// Whether only the set is known, so that there are no percentiles.
    fn is_set_alone(&self) -> bool {
        self.values.is_empty() && self.count > 0.0
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.values.iter().copied().zip(self.counts.iter().copied())
    }

    /// Adds what was measured of the same.
    pub fn add(&mut self, other: &Cell) {
        if self.count == 0.0 {
            let unit = std::mem::take(&mut self.unit);
            *self = Cell { unit, ..other.clone() };
            return;
        }
        let alone = self.is_set_alone() || other.is_set_alone();
        let spread = match alone {
            true => Distribution::default(),
            false => Distribution::of(self.pairs().chain(other.pairs())),
        };
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        (self.values, self.counts) = spread.pairs().iter().copied().unzip();
    }

    /// A statistic of it; `None` where it cannot be told.
    pub fn statistic(&self, stat: Stat) -> Option<f64> {
        match stat {
            Stat::SampleCount => Some(self.count),
            Stat::Sum => Some(self.sum),
            Stat::Average => (self.count > 0.0).then(|| self.sum / self.count),
            Stat::Minimum => Some(self.min),
            Stat::Maximum => Some(self.max),
            Stat::Percentile(_) if self.min == self.max => Some(self.min),
            Stat::Percentile(percent) => {
                let rank = (percent / 100.0 * self.count).ceil().max(1.0);
                let mut before = 0.0;
                self.pairs()
                    .find(|(_, count)| {
                        before += count;
                        before >= rank
                    })
                    .map(|(value, _)| value)
            }
        }
    }
}

/// A statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stat {
    SampleCount,
    Sum,
    Average,
    Minimum,
    Maximum,
    /// From 0 to 100.
    Percentile(f64),
}

impl Stat {
    /// Reads a statistic.
    ///
    /// # Errors
    /// `ValidationError` for what is none, `NotImplemented` for trimmed and winsorised means and the like.
    pub fn read(text: &str) -> Result<Stat> {
        Ok(match text {
            "SampleCount" => Stat::SampleCount,
            "Sum" => Stat::Sum,
            "Average" => Stat::Average,
            "Minimum" => Stat::Minimum,
            "Maximum" => Stat::Maximum,
            other => Stat::percentile(other)?,
        })
    }

    /// Reads an extended statistic.
    ///
    /// # Errors
    /// As [`Stat::read`].
    pub fn percentile(text: &str) -> Result<Stat> {
        let percent = text.strip_prefix('p').and_then(|number| number.parse().ok());
        if let Some(percent) = percent.filter(|percent| (0.0..=100.0).contains(percent)) {
            return Ok(Stat::Percentile(percent));
        }
        let others = ["tm", "wm", "tc", "ts", "pr", "TM", "WM", "TC", "TS", "PR", "IQM", "iqm"];
        match others.iter().any(|other| text.starts_with(other)) {
            true => Err(errors::not_implemented(&format!("the statistic {text}"))),
            false => Err(errors::validation(format!("The value {text} for parameter Stat is not supported."))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_made_of_values() {
        let mut cell = Cell::of("Count", &[(1.0, 1.0), (3.0, 2.0)]);
        cell.add(&Cell::of("Count", &[(5.0, 1.0)]));
        let check =
            |stat: &str, expect: f64| assert_eq!(cell.statistic(Stat::read(stat).unwrap()), Some(expect), "{stat}");
        for (stat, expect) in [
            ("SampleCount", 4.0),
            ("Sum", 12.0),
            ("Average", 3.0),
            ("Minimum", 1.0),
            ("Maximum", 5.0),
            ("p0", 1.0),
            ("p25", 1.0),
            ("p50", 3.0),
            ("p99.9", 5.0),
        ] {
            check(stat, expect);
        }
    }

    #[test]
    fn a_set_alone_has_no_percentiles() {
        let set = Cell { count: 3.0, sum: 6.0, min: 1.0, max: 3.0, ..Cell::default() };
        assert_eq!(set.statistic(Stat::Percentile(50.0)), None);
        let mut both = Cell::of("", &[(2.0, 1.0)]);
        both.add(&set);
        assert_eq!((both.count, both.statistic(Stat::Percentile(50.0))), (4.0, None));
        let same = Cell { count: 3.0, sum: 6.0, min: 2.0, max: 2.0, ..Cell::default() };
        assert_eq!(same.statistic(Stat::Percentile(50.0)), Some(2.0));
    }

    #[test]
    fn what_is_no_statistic_is_refused() {
        for (text, code) in [
            ("p101", "ValidationException"),
            ("99", "ValidationException"),
            ("tm90", "NotImplemented"),
            ("sum", "ValidationException"),
        ] {
            assert_eq!(Stat::read(text).map_err(|error| error.code().to_owned()), Err(code.to_owned()), "{text}");
        }
    }
}
