//! What a metric alarm makes of the datapoints that it sees. Pure.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html>

/// How many datapoints are looked at, and how many must break the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needs {
    /// M: how many must break it.
    pub breaching: usize,
    /// N: out of how many.
    pub periods: usize,
}

/// How many periods beyond N are looked at for datapoints that are missing.
pub const BEYOND: usize = 2;

/// What is made of datapoints that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    Missing,
    Ignore,
    Breaching,
    NotBreaching,
}

impl Treatment {
    /// Reads `TreatMissingData`.
    pub fn read(text: Option<&str>) -> Option<Treatment> {
        Some(match text {
            None | Some("missing") => Treatment::Missing,
            Some("ignore") => Treatment::Ignore,
            Some("breaching") => Treatment::Breaching,
            Some("notBreaching") => Treatment::NotBreaching,
            Some(_) => return None,
        })
    }
}

/// What an alarm comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    Alarm,
    Insufficient,
    /// It stays as it is.
    Same,
}

/// Judges datapoints, the oldest first, that break the threshold or not or are missing.
pub fn judge(points: &[Option<bool>], needs: Needs, missing: Treatment) -> Verdict {
    let there: Vec<bool> = points.iter().filter_map(|point| *point).collect();
    let alarm = |breaching: usize| if breaching >= needs.breaching { Verdict::Alarm } else { Verdict::Ok };
    if there.is_empty() {
        return match missing {
            Treatment::Missing => Verdict::Insufficient,
            Treatment::Ignore => Verdict::Same,
            Treatment::Breaching => Verdict::Alarm,
            Treatment::NotBreaching => Verdict::Ok,
        };
    }
    let latest = there.iter().rev().take(needs.periods);
    let breaching = latest.filter(|breaks| **breaks).count();
    let lacking = needs.periods.saturating_sub(there.len());
    match missing {
        _ if lacking == 0 => alarm(breaching),
        Treatment::Breaching => alarm(breaching + lacking),
        Treatment::NotBreaching => alarm(breaching),
        Treatment::Missing | Treatment::Ignore if breaching >= needs.breaching => Verdict::Alarm,
        Treatment::Missing | Treatment::Ignore if breaching < there.len() => Verdict::Ok,
        // All that is there breaks it, and it is less than is needed: whether that is enough depends on how old it is.
        Treatment::Ignore => Verdict::Same,
        Treatment::Missing => {
            let oldest =
                points.iter().rev().enumerate().filter(|(_, point)| point.is_some()).map(|(age, _)| age + 1).max();
            if oldest >= Some(needs.breaching) { Verdict::Alarm } else { Verdict::Same }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of AWS's page: datapoints, then what `missing`, `ignore`, `breaching` and `notBreaching` make of them.
    fn check(needs: (usize, usize), points: &str, expect: [Verdict; 4]) {
        let points: Vec<Option<bool>> = points
            .split(' ')
            .map(|point| match point {
                "X" => Some(true),
                "0" => Some(false),
                _ => None,
            })
            .collect();
        let needs = Needs { breaching: needs.0, periods: needs.1 };
        let kinds = [Treatment::Missing, Treatment::Ignore, Treatment::Breaching, Treatment::NotBreaching];
        assert_eq!(kinds.map(|missing| judge(&points, needs, missing)), expect, "{points:?}");
    }

    #[test]
    fn three_of_three() {
        use Verdict::{Alarm, Insufficient, Ok, Same};
        check((3, 3), "0 - X - X", [Ok; 4]);
        check((3, 3), "- - - - 0", [Ok; 4]);
        check((3, 3), "- - - - -", [Insufficient, Same, Alarm, Ok]);
        check((3, 3), "0 X X - X", [Alarm; 4]);
        check((3, 3), "- - X - -", [Alarm, Same, Alarm, Ok]);
    }

    #[test]
    fn two_of_three() {
        use Verdict::{Alarm, Insufficient, Ok, Same};
        check((2, 3), "0 - X - X", [Alarm; 4]);
        check((2, 3), "0 0 X 0 X", [Alarm; 4]);
        check((2, 3), "0 - X - -", [Ok, Ok, Alarm, Ok]);
        check((2, 3), "- - - - 0", [Ok, Ok, Alarm, Ok]);
        check((2, 3), "- - - X -", [Alarm, Same, Alarm, Ok]);
        check((2, 3), "- - - - -", [Insufficient, Same, Alarm, Ok]);
    }

    #[test]
    fn one_of_one() {
        use Verdict::{Alarm, Ok};
        check((1, 1), "0 0 X", [Alarm; 4]);
        check((1, 1), "X X 0", [Ok; 4]);
    }
}
