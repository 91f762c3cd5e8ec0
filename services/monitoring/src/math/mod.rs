//! Metric math: expressions over metrics.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html>

mod evaluate;
mod functions;
mod lexer;
mod parser;

pub use evaluate::{Names, Value, evaluate};
pub use parser::parse;

use service::Error;
use std::collections::BTreeMap;

/// A time series: values by their moments, in seconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Seconds between two values.
    pub period: i64,
    pub values: BTreeMap<i64, f64>,
}

impl Series {
    /// The same moments with other values; what is not finite is no value.
    pub fn map(&self, of: impl Fn(f64) -> f64) -> Series {
        let values = self.values.iter().map(|(at, value)| (*at, of(*value)));
        Series { period: self.period, values: values.filter(|(_, value)| value.is_finite()).collect() }
    }
}

/// What is wrong with an expression.
fn invalid(text: &str, why: impl std::fmt::Display) -> Error {
    crate::errors::validation(format!("Error in expression '{text}': {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::Result;

    struct Two;

    impl Names for Two {
        fn named(&self, id: &str) -> Result<Option<Value>> {
            let series = |values: &[(i64, f64)]| Series { period: 60, values: values.iter().copied().collect() };
            Ok(match id {
                "m1" => Some(Value::Series(series(&[(0, 10.0), (60, 20.0), (180, 60.0)]))),
                "m2" => Some(Value::Series(series(&[(0, 1.0), (60, 0.0), (120, 4.0)]))),
                _ => None,
            })
        }
        fn metrics(&self) -> Result<Vec<(String, Series)>> {
            ["m1", "m2"]
                .iter()
                .map(|id| match self.named(id)? {
                    Some(Value::Series(series)) => Ok(((*id).to_owned(), series)),
                    _ => Ok(((*id).to_owned(), Series::default())),
                })
                .collect()
        }
        fn grid(&self) -> (i64, i64) {
            (0, 240)
        }
    }

    fn check(text: &str, expect: &[(i64, f64)]) {
        let value = parse(text).and_then(|parsed| evaluate(&parsed, &Two)).unwrap_or_else(|e| panic!("{text}: {e}"));
        match value {
            Value::Series(series) => {
                assert_eq!(series.values.into_iter().collect::<Vec<_>>(), expect, "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn operators() {
        check("m1 + m2", &[(0, 11.0), (60, 20.0)]);
        check("m1 - 5 * 2", &[(0, 0.0), (60, 10.0), (180, 50.0)]);
        check("(m1 - 5) * 2", &[(0, 10.0), (60, 30.0), (180, 110.0)]);
        check("m1 / m2", &[(0, 10.0)]);
        check("-m2 ^ 2", &[(0, -1.0), (60, -0.0), (120, -16.0)]);
        check("m1 > 15", &[(0, 0.0), (60, 1.0), (180, 1.0)]);
        check("m1 >= 10 AND m2 == 0", &[(0, 0.0), (60, 1.0)]);
        check("m2 != 1 || m2 < 2", &[(0, 1.0), (60, 1.0), (120, 1.0)]);
    }

    #[test]
    fn functions() {
        check("SUM([m1, m2])", &[(0, 11.0), (60, 20.0), (120, 4.0), (180, 60.0)]);
        check("AVG(METRICS())", &[(0, 5.5), (60, 10.0), (120, 4.0), (180, 60.0)]);
        check("MAX(METRICS(\"m1\"))", &[(0, 10.0), (60, 20.0), (180, 60.0)]);
        check("m2 - MIN(m2) + MAX(m2) + SUM(m2) * 0", &[(0, 5.0), (60, 4.0), (120, 8.0)]);
        check("m2 / AVG(m2)", &[(0, 0.6), (60, 0.0), (120, 2.4)]);
        check("RATE(m1)", &[(60, 10.0 / 60.0), (180, 40.0 / 120.0)]);
        check("DIFF(m1)", &[(60, 10.0), (180, 40.0)]);
        check("FILL(m1, 0)", &[(0, 10.0), (60, 20.0), (120, 0.0), (180, 60.0)]);
        check("FILL(m1, REPEAT)", &[(0, 10.0), (60, 20.0), (120, 20.0), (180, 60.0)]);
        check("FILL(m1, LINEAR)", &[(0, 10.0), (60, 20.0), (120, 40.0), (180, 60.0)]);
        check("IF(m1 > 15, m1, 0)", &[(0, 0.0), (60, 20.0), (180, 60.0)]);
        check("IF(m1 > 15, 1)", &[(60, 1.0), (180, 1.0)]);
        check("ABS(m2 - 2)", &[(0, 1.0), (60, 2.0), (120, 2.0)]);
        check("m1 * 0 + PERIOD(m1)", &[(0, 60.0), (60, 60.0), (180, 60.0)]);
        check("RUNNING_SUM(m2)", &[(0, 1.0), (60, 1.0), (120, 5.0)]);
        check("CEIL(m1 / 8) + FLOOR(m1 / 8)", &[(0, 3.0), (60, 5.0), (180, 15.0)]);
        check("TIME_SERIES(7)", &[(0, 7.0), (60, 7.0), (120, 7.0), (180, 7.0)]);
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let code = |text: &str| {
            let value = parse(text).and_then(|parsed| evaluate(&parsed, &Two));
            value.map_err(|error| error.code().to_owned())
        };
        for text in
            ["", "m1 +", "(m1", "m1 m2", "m3", "SUM()", "SUM(m1, m2)", "IF(m1)", "1 $ 2", "\"a", "[m1", "FILL(m1, X)"]
        {
            assert_eq!(code(text), Err("ValidationException".to_owned()), "{text}");
        }
        for text in [
            "ANOMALY_DETECTION_BAND(m1)",
            "SEARCH('{AWS/SQS}', 'Sum')",
            "SELECT AVG(x) FROM y",
            "SORT(METRICS(), AVG, DESC)",
        ] {
            assert_eq!(code(text), Err("NotImplemented".to_owned()), "{text}");
        }
        assert!(code(&"(".repeat(2000)).is_err());
    }
}
