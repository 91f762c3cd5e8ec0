//! Queries: statistics of metrics, and expressions over them.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html>

use crate::api;
use crate::cell::Stat;
use crate::errors;
use crate::math::{self, Names, Value};
use crate::metric::{Metric, shown};
use crate::points::{Span, find};
use crate::state::{Cell, Query};
use service::{IndexMap, Result, Timestamp, View};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The most queries of a request.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
const MOST: usize = 500;
/// The most datapoints that all queries of a request may come to, what they name among them.
const MOST_POINTS: usize = 2_000_000;
/// How often an expression may name another.
const DEEPEST: usize = 16;

/// Checks the queries of a request and brings them into the form in which they are kept.
pub fn read(parameter: &str, queries: Vec<api::MetricDataQuery>) -> Result<Vec<Query>> {
    if queries.len() > MOST {
        let text = format!("The collection {parameter} must not have a size greater than {MOST}.");
        return Err(errors::validation(text));
    }
    let mut read: Vec<Query> = Vec::new();
    for (query, number) in queries.into_iter().zip(1..) {
        let query = read_one(&format!("{parameter}.member.{number}"), query)?;
        if read.iter().any(|other| other.id == query.id) {
            return Err(errors::validation(format!("The values for parameter id in {parameter} are not unique.")));
        }
        read.push(query);
    }
    Ok(read)
}

fn read_one(parameter: &str, query: api::MetricDataQuery) -> Result<Query> {
    let api::MetricDataQuery { id, metric_stat, expression, label, return_data, period, account_id } = query;
    errors::refuse("a query", &[("AccountId", account_id.is_some())])?;
    let good =
        id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !good {
        let text = format!(
            "The value {id} for parameter {parameter}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
        );
        return Err(errors::validation(text));
    }
    let kept = Query { id, label, returned: return_data.unwrap_or(true), ..Query::default() };
    match (metric_stat, expression) {
        (Some(_), Some(_)) => {
            let text = format!(
                "The parameters {parameter}.Expression and {parameter}.MetricStat are mutually exclusive and you have specified both."
            );
            Err(errors::validation(text))
        }
        (None, None) => Err(errors::validation(format!("The parameter {parameter}.MetricStat is required.\n"))),
        (None, Some(expression)) => {
            math::parse(&expression)?;
            Ok(Query { expression: Some(expression), period: period.unwrap_or(60), ..kept })
        }
        (Some(api::MetricStat { metric, period, stat, unit }), None) => {
            let api::Metric { namespace, metric_name, dimensions } = metric;
            let (Some(namespace), Some(name)) = (namespace, metric_name) else {
                return Err(errors::validation(format!("The parameter {parameter}.MetricStat.Metric is incomplete.")));
            };
            Stat::read(&stat)?;
            check_period(period)?;
            let metric = Metric::given(&namespace, &name, dimensions)?;
            Ok(Query { namespace, metric: name, dimensions: metric.dimensions, stat, unit, period, ..kept })
        }
    }
}

/// Periods are 1, 5, 10, 20 or 30 seconds, or minutes.
pub fn check_period(period: i64) -> Result<()> {
    match matches!(period, 1 | 5 | 10 | 20 | 30) || (period > 0 && period % 60 == 0) {
        true => Ok(()),
        false => Err(errors::value(period, "Period")),
    }
}

impl Query {
    /// The metric that it is about.
    pub fn metric(&self) -> Metric {
        Metric::new(&self.namespace, &self.metric, self.dimensions.clone())
    }

    /// As the API has it.
    pub fn shown(&self) -> api::MetricDataQuery {
        let stat = || api::MetricStat {
            metric: api::Metric {
                namespace: Some(self.namespace.clone()),
                metric_name: Some(self.metric.clone()),
                dimensions: Some(shown(&self.dimensions)),
            },
            period: self.period,
            stat: self.stat.clone(),
            unit: self.unit.clone(),
        };
        api::MetricDataQuery {
            id: self.id.clone(),
            metric_stat: self.expression.is_none().then(stat),
            expression: self.expression.clone(),
            label: self.label.clone(),
            return_data: Some(self.returned),
            period: self.expression.as_ref().map(|_| self.period),
            account_id: None,
        }
    }
}

/// Queries over a stretch of time.
pub struct Answers<'v> {
    view: &'v View,
    queries: &'v [Query],
    start: Timestamp,
    end: Timestamp,
    /// What was looked up already, by id.
    known: RefCell<BTreeMap<String, Value>>,
    depth: RefCell<usize>,
    points: RefCell<usize>,
}

impl<'v> Answers<'v> {
    pub fn new(view: &'v View, queries: &'v [Query], (start, end): (Timestamp, Timestamp)) -> Answers<'v> {
        Answers {
            view,
            queries,
            start,
            end,
            known: RefCell::default(),
            depth: RefCell::default(),
            points: RefCell::default(),
        }
    }

    /// The series that a query asks for, one or several.
    ///
    /// # Errors
    /// `ValidationError` where an expression is wrong, or comes to a number.
    pub fn series(&self, query: &Query) -> Result<Vec<math::Series>> {
        match self.value(query)? {
            Value::Series(series) => Ok(vec![series]),
            Value::Many(many) => Ok(many),
            Value::Number(_) | Value::Text(_) => {
                let text = query.expression.as_deref().unwrap_or_default();
                Err(errors::validation(format!("Error in expression '{text}': it does not return a time series")))
            }
        }
    }

    /// What was measured of a query's metric, in each period.
    pub fn cells(&self, query: &Query) -> Result<BTreeMap<i64, Cell>> {
        let span = Span { start: self.start, end: self.end, period: query.period };
        let found = find(self.view, &query.metric(), span, query.unit.as_deref())?;
        let together = |cells: Vec<Cell>| {
            let mut sum = Cell::default();
            cells.iter().for_each(|cell| sum.add(cell));
            sum
        };
        Ok(found.into_iter().map(|(at, cells)| (at, together(cells))).collect())
    }

    fn value(&self, query: &Query) -> Result<Value> {
        if let Some(known) = self.known.borrow().get(&query.id) {
            return Ok(known.clone());
        }
        let value = match &query.expression {
            None => {
                let stat = Stat::read(&query.stat)?;
                let cells = self.cells(query)?;
                let values = cells.into_iter().filter_map(|(at, cell)| Some((at, cell.statistic(stat)?))).collect();
                Value::Series(math::Series { period: query.period, values })
            }
            Some(expression) => {
                if *self.depth.borrow() > DEEPEST {
                    return Err(errors::validation("The expressions refer to each other in a circle."));
                }
                *self.depth.borrow_mut() += 1;
                let value = math::evaluate(&math::parse(expression)?, self);
                *self.depth.borrow_mut() -= 1;
                value?
            }
        };
        *self.points.borrow_mut() += match &value {
            Value::Series(series) => series.values.len(),
            Value::Many(many) => many.iter().map(|series| series.values.len()).sum(),
            Value::Number(_) | Value::Text(_) => 0,
        };
        if *self.points.borrow() > MOST_POINTS {
            return Err(errors::validation("The queries come to more datapoints than a request may have."));
        }
        self.known.borrow_mut().insert(query.id.clone(), value.clone());
        Ok(value)
    }
}

impl Names for Answers<'_> {
    fn named(&self, id: &str) -> Result<Option<Value>> {
        let query = self.queries.iter().find(|query| query.id == id);
        query.map(|query| self.value(query)).transpose()
    }

    fn metrics(&self) -> Result<Vec<(String, math::Series)>> {
        let metrics = self.queries.iter().filter(|query| query.expression.is_none());
        metrics
            .map(|query| match self.value(query)? {
                Value::Series(series) => Ok((query.id.clone(), series)),
                _ => Ok((query.id.clone(), math::Series::default())),
            })
            .collect()
    }

    fn grid(&self) -> (i64, i64) {
        (self.start.secs(), self.end.secs())
    }
}

/// Dimensions by name, for texts.
pub fn plain(dimensions: &IndexMap<String, String>) -> serde_json::Map<String, serde_json::Value> {
    dimensions.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
}
