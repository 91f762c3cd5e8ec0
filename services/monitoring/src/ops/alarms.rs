//! Metric alarms.

use crate::alarm::change::note;
use crate::alarm::verdict::Treatment;
use crate::alarm::{self, message};
use crate::api::*;
use crate::cell::Stat;
use crate::metric::{Metric as Named, shown as dimensions_shown};
use crate::query::{check_period, read};
use crate::state::{self, ALARMS, PARENTS, Query, Rule, STANDINGS, Standing, WATCHES};
use crate::{errors, peers, tags};
use serde_json::json;
use service::{Cx, KeyBuf, Nothing, Page, Result, Token, View};

/// The longest stretch that an alarm looks at, in seconds: with periods of an hour or more, a week.
const DAY_SECONDS: i64 = 86_400;
const WEEK_SECONDS: i64 = 7 * DAY_SECONDS;
const MOST_DESCRIBED: usize = 100;
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>
const MOST: usize = 5_000;

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>
pub fn put_metric_alarm(cx: &mut Cx, input: PutMetricAlarmInput) -> Result<Nothing> {
    let PutMetricAlarmInput {
        alarm_name: name,
        alarm_description: description,
        actions_enabled,
        ok_actions,
        alarm_actions,
        insufficient_data_actions,
        metric_name,
        namespace,
        statistic,
        extended_statistic,
        dimensions,
        period,
        unit,
        evaluation_periods,
        datapoints_to_alarm,
        threshold,
        comparison_operator,
        treat_missing_data,
        evaluate_low_sample_count_percentile: low_sample_count_percentile, // stored only
        metrics,
        tags,
        threshold_metric_id,
        evaluation_window,
        warm_up_configuration,
        evaluation_criteria,
        evaluation_interval,
        action_configuration,
    } = input;
    errors::refuse(
        "PutMetricAlarm",
        &[
            ("ThresholdMetricId (anomaly detection)", threshold_metric_id.is_some()),
            ("EvaluationWindow", evaluation_window.is_some()),
            ("WarmUpConfiguration", warm_up_configuration.is_some()),
            ("EvaluationCriteria", evaluation_criteria.is_some()),
            ("EvaluationInterval", evaluation_interval.is_some()),
            ("ActionConfiguration", action_configuration.is_some()),
        ],
    )?;
    let asked = Asked { metrics, metric_name, namespace, statistic, extended_statistic, dimensions, period, unit };
    let judged = Judged {
        evaluation_periods,
        datapoints_to_alarm,
        threshold,
        comparison_operator,
        treat_missing_data,
        low_sample_count_percentile,
    };
    let rule = asked.judged(judged)?;
    let made = state::Alarm {
        name,
        description,
        actions_enabled: actions_enabled.unwrap_or(true),
        ok_actions: ok_actions.unwrap_or_default(),
        alarm_actions: alarm_actions.unwrap_or_default(),
        insufficient_data_actions: insufficient_data_actions.unwrap_or_default(),
        configured_at: cx.now(),
        metric: Some(rule),
        ..state::Alarm::default()
    };
    keep(cx, made, tags.unwrap_or_default())
}

/// What an alarm is to look at: one metric, or a list of queries.
struct Asked {
    metrics: Option<Vec<MetricDataQuery>>,
    metric_name: Option<String>,
    namespace: Option<String>,
    statistic: Option<String>,
    extended_statistic: Option<String>,
    dimensions: Option<Vec<Dimension>>,
    period: Option<i64>,
    unit: Option<String>,
}

/// When an alarm is to go off.
struct Judged {
    evaluation_periods: Option<i64>,
    datapoints_to_alarm: Option<i64>,
    threshold: Option<f64>,
    comparison_operator: Option<String>,
    treat_missing_data: Option<String>,
    low_sample_count_percentile: Option<String>,
}

impl Asked {
    /// The rule of an alarm, checked.
    fn judged(self, by: Judged) -> Result<Rule> {
        let unit = self.unit.clone();
        let (queries, simple) = self.queries()?;
        let rule = Rule {
            simple,
            unit,
            period: queries.iter().find(|query| query.returned).map_or(60, |query| query.period),
            queries,
            evaluation_periods: by.evaluation_periods.ok_or_else(|| required("EvaluationPeriods"))?,
            datapoints_to_alarm: by.datapoints_to_alarm,
            threshold: by.threshold.ok_or_else(|| required("Threshold"))?,
            comparison: by.comparison_operator.ok_or_else(|| required("ComparisonOperator"))?,
            treat_missing_data: by.treat_missing_data,
            low_sample_count_percentile: by.low_sample_count_percentile,
        };
        check(&rule)?;
        Ok(rule)
    }

    /// Its queries, and whether it was one metric.
    fn queries(self) -> Result<(Vec<Query>, bool)> {
        let named = self.metric_name.is_some() || self.namespace.is_some();
        match self.metrics.filter(|metrics| !metrics.is_empty()) {
            Some(_) if named || self.statistic.is_some() || self.period.is_some() => {
                let text = "The parameters Metrics and MetricName, Namespace, Statistic or Period are mutually exclusive and you have specified both.";
                Err(errors::validation(text))
            }
            Some(metrics) => Ok((several(metrics)?, false)),
            None => {
                let stat = stat(self.statistic, self.extended_statistic)?;
                let metric = (self.namespace, self.metric_name);
                Ok((vec![single(metric, self.dimensions, (self.period, stat, self.unit))?], true))
            }
        }
    }
}

fn required(name: &str) -> service::Error {
    errors::validation(format!("The parameter {name} is required."))
}

fn stat(statistic: Option<String>, extended: Option<String>) -> Result<String> {
    match (statistic, extended) {
        (Some(_), Some(_)) => {
            Err(errors::validation("Only one of the parameters Statistic and ExtendedStatistic may be specified."))
        }
        (Some(statistic), None) => Ok(statistic),
        (None, Some(extended)) => {
            Stat::percentile(&extended).map_err(|error| match error.code() {
                "NotImplemented" => error,
                _ => errors::invalid(format!("The value {extended} for parameter ExtendedStatistic is not supported.")),
            })?;
            Ok(extended)
        }
        (None, None) => Err(errors::validation("Exactly one of Statistic and ExtendedStatistic must be specified.")),
    }
}

type Measure = (Option<i64>, String, Option<String>);

fn single(
    (namespace, metric): (Option<String>, Option<String>),
    dimensions: Option<Vec<Dimension>>,
    (period, stat, unit): Measure,
) -> Result<Query> {
    let namespace = namespace.ok_or_else(|| required("Namespace"))?;
    let metric = metric.ok_or_else(|| required("MetricName"))?;
    let period = period.ok_or_else(|| required("Period"))?;
    check_period(period)?;
    let dimensions = dimensions.unwrap_or_default();
    Named::given(&namespace, &metric, Some(dimensions.clone()))?;
    // They are shown in the order in which they were given.
    let dimensions = dimensions.into_iter().map(|one| (one.name, one.value)).collect();
    Ok(Query {
        id: "m1".to_owned(),
        namespace,
        metric,
        dimensions,
        stat,
        unit,
        period,
        returned: true,
        ..Query::default()
    })
}

fn several(metrics: Vec<MetricDataQuery>) -> Result<Vec<Query>> {
    let mut queries = read("Metrics", metrics)?;
    if queries.iter().filter(|query| query.returned).count() != 1 {
        return Err(errors::validation("Exactly one element of the metrics list should return data."));
    }
    // An expression goes by the longest period of its metrics.
    let longest = queries.iter().filter(|query| query.expression.is_none()).map(|query| query.period).max();
    for query in queries.iter_mut().filter(|query| query.expression.is_some()) {
        query.period = longest.unwrap_or(query.period);
    }
    Ok(queries)
}

fn check(rule: &Rule) -> Result<()> {
    if Treatment::read(rule.treat_missing_data.as_deref()).is_none() {
        let option = rule.treat_missing_data.as_deref().unwrap_or_default();
        return Err(errors::validation(format!(
            "Option {option} is not supported. Supported options for parameter TreatMissingData are breaching, notBreaching, \
             ignore, and missing."
        )));
    }
    if rule.comparison.contains("Upper") || rule.comparison.contains("Lower") {
        return Err(errors::not_implemented(&format!("the comparison {} (anomaly detection)", rule.comparison)));
    }
    if let Some(low) = &rule.low_sample_count_percentile
        && !matches!(low.as_str(), "evaluate" | "ignore")
    {
        return Err(errors::validation(format!(
            "Option {low} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore."
        )));
    }
    if rule.datapoints_to_alarm.is_some_and(|count| count > rule.evaluation_periods) {
        let text = "The value for DatapointsToAlarm must be less than or equal to the value for EvaluationPeriods.";
        return Err(errors::validation(text));
    }
    let (limit, words) = if rule.period >= 3_600 { (WEEK_SECONDS, "seven days") } else { (DAY_SECONDS, "a day") };
    if rule.evaluation_periods.saturating_mul(rule.period) > limit {
        return Err(errors::validation(format!(
            "Metrics cannot be checked across more than {words} (EvaluationPeriods * Period must be <= {limit})."
        )));
    }
    Ok(())
}

/// Keeps an alarm, new or changed. A new one stands at `INSUFFICIENT_DATA`, a changed one where it stood.
pub(crate) fn keep(cx: &mut Cx, mut made: state::Alarm, given: Vec<Tag>) -> Result<Nothing> {
    for (parameter, actions) in [
        ("OKActions", &made.ok_actions),
        ("AlarmActions", &made.alarm_actions),
        ("InsufficientDataActions", &made.insufficient_data_actions),
    ] {
        actions.iter().try_for_each(|action| peers::check(cx, parameter, action))?;
    }
    let old = cx.get(&ALARMS, made.name.as_str())?;
    let summary = match &old {
        Some(old) if old.composite.is_some() != made.composite.is_some() => {
            return Err(errors::validation("An alarm of another type has that name."));
        }
        Some(old) => {
            made.tags = old.tags.clone();
            alarm::watch(cx, old, false)?;
            format!("Alarm \"{}\" updated", made.name)
        }
        None if cx.rows(&ALARMS, ()).nth(MOST - 1).is_some() => {
            return Err(errors::limit_exceeded("The maximum number of alarms has been reached."));
        }
        None => {
            tags::add(cx.request(), &mut made.tags, given)?;
            format!("Alarm \"{}\" created", made.name)
        }
    };
    cx.put(&ALARMS, made.name.as_str(), &made)?;
    alarm::watch(cx, &made, true)?;
    let now = cx.now();
    let mut standing = cx.get(&STANDINGS, made.name.as_str())?.unwrap_or_else(|| Standing {
        state: "INSUFFICIENT_DATA".to_owned(),
        reason: "Unchecked: Initial alarm creation".to_owned(),
        updated_at: now,
        changed_at: now,
        ..Standing::default()
    });
    if let Some(rule) = &made.metric {
        alarm::arm(cx, &made.name, rule.period, &mut standing)?;
    }
    cx.put(&STANDINGS, made.name.as_str(), &standing)?;
    let kind = if old.is_some() { "Update" } else { "Create" };
    let data = json!({ "version": "1.0", "type": kind, "alarmName": made.name }).to_string();
    note(cx, &made, ("ConfigurationUpdate", summary, data))?;
    Ok(Nothing {})
}

/// Names that are none are passed over.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html>
pub fn delete_alarms(cx: &mut Cx, input: DeleteAlarmsInput) -> Result<Nothing> {
    let DeleteAlarmsInput { alarm_names } = input;
    let rows = alarm_names.iter().map(|name| cx.get(&ALARMS, name.as_str())).collect::<Result<Vec<_>>>()?;
    let rows: Vec<state::Alarm> = rows.into_iter().flatten().collect();
    if rows.iter().filter(|row| row.composite.is_some()).count() > 1 {
        return Err(errors::validation("Only one composite alarm can be deleted at a time."));
    }
    for row in rows {
        alarm::watch(cx, &row, false)?;
        if let Some(rule) = &row.composite {
            for child in alarm::rule::named(rule)? {
                cx.delete(&PARENTS, &(child, row.name.clone()))?;
            }
        }
        note(cx, &row, ("ConfigurationUpdate", format!("Alarm \"{}\" deleted", row.name), "{}".to_owned()))?;
        cx.delete(&ALARMS, row.name.as_str())?;
        cx.delete(&STANDINGS, row.name.as_str())?;
        cx.cancel_timer(&alarm::timer(&row.name))?;
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html>
pub fn describe_alarms(view: &View, input: DescribeAlarmsInput) -> Result<DescribeAlarmsOutput> {
    let DescribeAlarmsInput {
        alarm_names,
        alarm_name_prefix: prefix,
        alarm_types,
        children_of_alarm_name: parent,
        parents_of_alarm_name: child,
        state_value,
        action_prefix,
        max_records,
        next_token,
    } = input;
    let names = alarm_names.filter(|names| !names.is_empty());
    if names.is_some() && prefix.is_some() {
        return Err(errors::validation("AlarmNamePrefix and AlarmNames are mutually exclusive."));
    }
    let related = match (parent, child) {
        (Some(_), Some(_)) => {
            return Err(errors::validation("ChildrenOfAlarmName and ParentsOfAlarmName are mutually exclusive."));
        }
        (Some(parent), None) => {
            let rule = view.get(&ALARMS, parent.as_str())?.and_then(|row| row.composite);
            Some(rule.map(|rule| alarm::rule::named(&rule)).transpose()?.unwrap_or_default())
        }
        (None, Some(child)) => {
            let parents = view.rows(&PARENTS, (child,)).map(|watch| Ok(watch?.alarm));
            Some(parents.collect::<Result<Vec<_>>>()?)
        }
        (None, None) => None,
    };
    // Who names no types gets metric alarms alone, unless he asks for relations.
    let types = alarm_types.filter(|types| !types.is_empty());
    let wants = |kind: &str| match &types {
        Some(types) => types.iter().any(|wanted| wanted == kind),
        None => kind == "MetricAlarm" || related.is_some(),
    };
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(errors::invalid_token)).transpose()?;
    let limit = max_records.and_then(|count| usize::try_from(count).ok()).unwrap_or(MOST_DESCRIBED);
    let mut start = KeyBuf::default();
    start.text(prefix.as_deref().unwrap_or_default());
    let (rows, next) = view.page(&ALARMS, start.unended(), &Page { after, limit }, |row| {
        let acts = |prefix: &String| {
            let mut all = row.ok_actions.iter().chain(&row.alarm_actions).chain(&row.insufficient_data_actions);
            all.any(|action| action.starts_with(prefix.as_str()))
        };
        let stands = |wanted: &String| {
            let standing = view.get(&STANDINGS, row.name.as_str());
            standing.is_ok_and(|standing| standing.is_some_and(|standing| standing.state == *wanted))
        };
        names.as_ref().is_none_or(|names| names.contains(&row.name))
            && related.as_ref().is_none_or(|related| related.contains(&row.name))
            && wants(if row.composite.is_some() { "CompositeAlarm" } else { "MetricAlarm" })
            && action_prefix.as_ref().is_none_or(acts)
            && state_value.as_ref().is_none_or(stands)
    })?;
    let (composite, metric): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.composite.is_some());
    Ok(DescribeAlarmsOutput {
        composite_alarms: Some(
            composite.into_iter().map(|row| super::composites::shown(view, row)).collect::<Result<_>>()?,
        ),
        metric_alarms: Some(metric.into_iter().map(|row| shown(view, row)).collect::<Result<_>>()?),
        log_alarms: Some(Vec::new()),
        next_token: next.map(|token| token.encode()),
    })
}

fn shown(view: &View, row: state::Alarm) -> Result<MetricAlarm> {
    let standing = view.get(&STANDINGS, row.name.as_str())?.unwrap_or_default();
    let rule = row.metric.unwrap_or_default();
    let simple = rule.queries.first().filter(|_| rule.simple);
    let plain = |stat: &str| matches!(stat, "SampleCount" | "Average" | "Sum" | "Minimum" | "Maximum");
    Ok(MetricAlarm {
        alarm_arn: Some(message::arn(view, &row.name)),
        alarm_name: Some(row.name),
        alarm_description: row.description,
        alarm_configuration_updated_timestamp: Some(row.configured_at),
        actions_enabled: Some(row.actions_enabled),
        ok_actions: Some(row.ok_actions),
        alarm_actions: Some(row.alarm_actions),
        insufficient_data_actions: Some(row.insufficient_data_actions),
        state_value: Some(standing.state),
        state_reason: Some(standing.reason),
        state_reason_data: standing.reason_data,
        state_updated_timestamp: Some(standing.updated_at),
        state_transitioned_timestamp: Some(standing.changed_at),
        metric_name: simple.map(|query| query.metric.clone()),
        namespace: simple.map(|query| query.namespace.clone()),
        statistic: simple.map(|query| query.stat.clone()).filter(|stat| plain(stat)),
        extended_statistic: simple.map(|query| query.stat.clone()).filter(|stat| !plain(stat)),
        dimensions: Some(simple.map(|query| dimensions_shown(&query.dimensions)).unwrap_or_default()),
        period: simple.map(|query| query.period),
        unit: rule.unit.clone(),
        evaluation_periods: Some(rule.evaluation_periods),
        datapoints_to_alarm: rule.datapoints_to_alarm,
        threshold: Some(rule.threshold),
        comparison_operator: Some(rule.comparison.clone()),
        treat_missing_data: rule.treat_missing_data.clone(),
        evaluate_low_sample_count_percentile: rule.low_sample_count_percentile.clone(),
        metrics: (!rule.simple).then(|| rule.queries.iter().map(Query::shown).collect()),
        ..MetricAlarm::default()
    })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmsForMetric.html>
pub fn describe_alarms_for_metric(
    view: &View,
    input: DescribeAlarmsForMetricInput,
) -> Result<DescribeAlarmsForMetricOutput> {
    let DescribeAlarmsForMetricInput {
        metric_name,
        namespace,
        statistic,
        extended_statistic,
        dimensions,
        period,
        unit,
    } = input;
    let metric = Named::given(&namespace, &metric_name, dimensions)?;
    let mut found = Vec::new();
    for watch in view.rows(&WATCHES, metric.key()) {
        let Some(row) = view.get(&ALARMS, watch?.alarm.as_str())? else { continue };
        let query = row.metric.as_ref().and_then(|rule| rule.queries.iter().find(|query| query.metric() == metric));
        let fits = query.is_some_and(|query| {
            let stat = statistic.as_ref().or(extended_statistic.as_ref());
            stat.is_none_or(|stat| *stat == query.stat)
                && period.is_none_or(|period| period == query.period)
                && unit.as_ref().is_none_or(|unit| query.unit.as_ref() == Some(unit))
        });
        if fits {
            found.push(shown(view, row)?);
        }
    }
    Ok(DescribeAlarmsForMetricOutput { metric_alarms: Some(found) })
}
