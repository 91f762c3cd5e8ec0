//! One datum of PutMetricData, checked.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>

use crate::api::{self, MetricDatum, StatisticSet};
use crate::errors;
use crate::state::Cell;
use service::{Duration, Result, Timestamp, View};

const TWO_WEEKS: Duration = Duration::from_secs(14 * 86_400);
const TWO_HOURS: Duration = Duration::from_secs(2 * 3_600);
/// The most values of a datum.
const MOST_VALUES: usize = 150;

/// A datum.
#[derive(Debug)]
pub struct Datum {
    pub name: String,
    pub dimensions: Option<Vec<api::Dimension>>,
    pub at: Timestamp,
    /// Whether its second counts.
    pub fine: bool,
    pub cell: Cell,
}

/// Checks the datum of a number in its request.
pub fn read(view: &View, datum: MetricDatum, number: usize) -> Result<Datum> {
    let MetricDatum {
        metric_name,
        dimensions,
        timestamp,
        value,
        statistic_values,
        values,
        counts,
        unit,
        storage_resolution,
    } = datum;
    let parameter = format!("MetricData.member.{number}");
    let fine = match storage_resolution {
        None | Some(60) => false,
        Some(1) => true,
        Some(other) => return Err(errors::value(other, &format!("{parameter}.StorageResolution"))),
    };
    let at = timestamp.map_or(view.now(), |at| view.said(at));
    if at < view.now().before(TWO_WEEKS) {
        let text = format!("The parameter {parameter}.Timestamp must specify a time within the past two weeks.");
        return Err(errors::invalid(text));
    }
    if at > view.now().after(TWO_HOURS) {
        let text =
            format!("The parameter {parameter}.Timestamp must specify a time no more than two hours in the future.");
        return Err(errors::invalid(text));
    }
    let values = values.filter(|values| !values.is_empty());
    exclude(&parameter, (value.is_some(), values.is_some(), statistic_values.is_some()))?;
    let unit = unit.unwrap_or_else(|| "None".to_owned());
    let cell = match (value, values, statistic_values) {
        (Some(value), ..) => {
            check(value, &format!("{parameter}.Value"))?;
            Cell::of(&unit, &[(value, 1.0)])
        }
        (_, Some(values), _) => Cell::of(&unit, &pairs(&parameter, values, counts)?),
        (.., Some(set)) => cell_of(&parameter, unit, &set)?,
        _ => {
            let text = format!(
                "At least one of the parameters {parameter}.Value, {parameter}.Values and {parameter}.StatisticValues must be specified."
            );
            return Err(errors::missing(text));
        }
    };
    Ok(Datum { name: metric_name, dimensions, at, fine, cell })
}

fn exclude(parameter: &str, (value, values, set): (bool, bool, bool)) -> Result<()> {
    let both = |a: &str, b: &str| {
        format!(
            "The parameters {parameter}.{a} and {parameter}.{b} are mutually exclusive and you have specified both."
        )
    };
    match (value, values, set) {
        (true, true, _) => Err(errors::invalid(both("Value", "Values"))),
        (true, _, true) => Err(errors::combination(both("Value", "StatisticValues"))),
        (_, true, true) => Err(errors::combination(both("Values", "StatisticValues"))),
        _ => Ok(()),
    }
}

fn pairs(parameter: &str, values: Vec<f64>, counts: Option<Vec<f64>>) -> Result<Vec<(f64, f64)>> {
    if values.len() > MOST_VALUES {
        let text = format!("The collection {parameter}.Values must not have a size greater than {MOST_VALUES}.");
        return Err(errors::invalid(text));
    }
    let counts = counts.filter(|counts| !counts.is_empty()).unwrap_or_else(|| vec![1.0; values.len()]);
    if counts.len() != values.len() {
        let text = format!("The parameters {parameter}.Values and {parameter}.Counts must be of the same size.");
        return Err(errors::invalid(text));
    }
    for (value, number) in values.iter().zip(1..) {
        check(*value, &format!("{parameter}.Values.member.{number}"))?;
    }
    for (count, number) in counts.iter().zip(1..) {
        check(*count, &format!("{parameter}.Counts.member.{number}"))?;
        if *count < 0.0 {
            return Err(errors::value(count, &format!("{parameter}.Counts.member.{number}")));
        }
    }
    Ok(values.into_iter().zip(counts).collect())
}

fn cell_of(parameter: &str, unit: String, set: &StatisticSet) -> Result<Cell> {
    let StatisticSet { sample_count, sum, minimum, maximum } = set;
    for (name, value) in [("SampleCount", sample_count), ("Sum", sum), ("Minimum", minimum), ("Maximum", maximum)] {
        check(*value, &format!("{parameter}.StatisticValues.{name}"))?;
    }
    if *sample_count <= 0.0 || minimum > maximum {
        let name = if minimum > maximum { "Minimum" } else { "SampleCount" };
        let value = if minimum > maximum { minimum } else { sample_count };
        return Err(errors::value(value, &format!("{parameter}.StatisticValues.{name}")));
    }
    // A single sample is known though it comes as a set.
    let single = *sample_count == 1.0 || minimum == maximum;
    let (values, counts) = if single { (vec![*minimum], vec![*sample_count]) } else { (Vec::new(), Vec::new()) };
    Ok(Cell { unit, count: *sample_count, sum: *sum, min: *minimum, max: *maximum, values, counts })
}

/// Values lie between -2^360 and 2^360.
fn check(value: f64, parameter: &str) -> Result<()> {
    if value.is_finite() && value.abs() <= 2_f64.powi(360) {
        return Ok(());
    }
    let text = if value.is_nan() { "NaN".to_owned() } else { value.to_string() };
    Err(errors::value(text, parameter))
}
