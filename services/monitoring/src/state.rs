//! The tables of CloudWatch: the whole state on one screen.
//!
//! A series is what one metric with its dimensions has measured. Its points are rows by resolution and time: each second for
//! three hours where somebody measures so finely, each minute for fifteen days, then each five minutes, then each hour
//! (`points.rs`). What services measured within the last second may still be in memory (`View::measured`).

use service::shape::shape;
use service::{IndexMap, Table, TableInfo, Timestamp};

/// Series by (namespace, metric, dimensions in one text).
pub static SERIES: Table<(String, String, String), Series> = Table::new("monitoring.series");
/// Points by (series, resolution in seconds, when they begin).
pub static POINTS: Table<(i64, i64, Timestamp), Point> = Table::new("monitoring.points");
/// Alarms by name. They hold tags.
pub static ALARMS: Table<str, Alarm> = Table::<str, Alarm>::new("monitoring.alarms").governing();
/// How alarms stand, by their names.
pub static STANDINGS: Table<str, Standing> = Table::new("monitoring.standings");
/// Which alarms look at a series: (namespace, metric, dimensions, alarm).
pub static WATCHES: Table<(String, String, String, String), Watch> = Table::new("monitoring.watches");
/// Which composite alarms look at an alarm: (alarm, composite alarm).
pub static PARENTS: Table<(String, String), Watch> = Table::new("monitoring.parents");
/// What happened to alarms, by (when, number).
pub static HISTORY: Table<(Timestamp, i64), Item> = Table::new("monitoring.history");
/// Dashboards by name: they belong to no region. They hold tags.
pub static DASHBOARDS: Table<str, Dashboard> =
    Table::<str, Dashboard>::account_wide("monitoring.dashboards").governing();

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        SERIES.info(),
        POINTS.info(),
        ALARMS.info(),
        STANDINGS.info(),
        WATCHES.info(),
        PARENTS.info(),
        HISTORY.info(),
        DASHBOARDS.info(),
    ]
}

shape! {
    /// A series.
    pub struct Series {
        /// What its points go by.
        pub id: i64,
        /// The namespace.
        pub namespace: String,
        /// The metric's name.
        pub metric: String,
        /// Dimensions, in the order of their names.
        pub dimensions: IndexMap<String, String>,
        /// The time of its latest point.
        pub last_at: Timestamp,
        /// When its points were last looked through for old ones.
        pub swept_at: Timestamp,
    }

    /// What was measured in a stretch of time.
    pub struct Point {
        /// When it begins.
        pub at: Timestamp,
        /// By unit.
        pub cells: Vec<Cell>,
    }

    /// A statistic set with its values.
    pub struct Cell {
        /// CloudWatch's unit.
        pub unit: String,
        /// How many samples.
        pub count: f64,
        /// Their sum.
        pub sum: f64,
        /// The least.
        pub min: f64,
        /// The greatest.
        pub max: f64,
        /// The values, the least first; none where only the set is known.
        pub values: Vec<f64>,
        /// How often each value came.
        pub counts: Vec<f64>,
    }

    /// An alarm, as it was put.
    pub struct Alarm {
        /// Its name.
        pub name: String,
        /// The description.
        pub description: Option<String>,
        /// Whether it may act.
        pub actions_enabled: bool,
        /// What it does when it comes to `OK`.
        pub ok_actions: Vec<String>,
        /// What it does when it comes to `ALARM`.
        pub alarm_actions: Vec<String>,
        /// What it does when it comes to `INSUFFICIENT_DATA`.
        pub insufficient_data_actions: Vec<String>,
        /// When it was last put.
        pub configured_at: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// What a metric alarm looks at; none for a composite alarm.
        pub metric: Option<Rule>,
        /// The rule of a composite alarm.
        pub composite: Option<String>,
    }

    /// What a metric alarm looks at.
    pub struct Rule {
        /// One metric, or expressions.
        pub queries: Vec<Query>,
        /// Whether it was put by a metric and not by queries.
        pub simple: bool,
        /// The unit that a simple alarm names.
        pub unit: Option<String>,
        /// Seconds.
        pub period: i64,
        /// How many periods it looks at.
        pub evaluation_periods: i64,
        /// How many of them must break the threshold, if it was said.
        pub datapoints_to_alarm: Option<i64>,
        /// The threshold.
        pub threshold: f64,
        /// `GreaterThanThreshold` …
        pub comparison: String,
        /// `missing`, `ignore`, `breaching` or `notBreaching`, if it was said.
        pub treat_missing_data: Option<String>,
        /// Stored only.
        pub low_sample_count_percentile: Option<String>,
    }

    /// A metric's statistic, or an expression.
    pub struct Query {
        /// Its id.
        pub id: String,
        /// The namespace; empty for an expression.
        pub namespace: String,
        /// The metric's name.
        pub metric: String,
        /// Dimensions, in the order in which they were given.
        pub dimensions: IndexMap<String, String>,
        /// The statistic.
        pub stat: String,
        /// Only what has this unit.
        pub unit: Option<String>,
        /// Seconds.
        pub period: i64,
        /// The expression.
        pub expression: Option<String>,
        /// How it is called.
        pub label: Option<String>,
        /// Whether it is what the alarm looks at.
        pub returned: bool,
    }

    /// How an alarm stands.
    pub struct Standing {
        /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        pub state: String,
        /// Why.
        pub reason: String,
        /// The same as JSON.
        pub reason_data: Option<String>,
        /// When state or reason last changed.
        pub updated_at: Timestamp,
        /// When the state last changed.
        pub changed_at: Timestamp,
        /// Whether it has a timer: one that cannot change until something is measured has none.
        pub armed: bool,
    }

    /// That somebody looks.
    pub struct Watch {
        /// The alarm.
        pub alarm: String,
    }

    /// What happened to an alarm.
    pub struct Item {
        /// The alarm.
        pub alarm: String,
        /// `MetricAlarm` or `CompositeAlarm`.
        pub alarm_type: String,
        /// When.
        pub at: Timestamp,
        /// Which of those of this moment.
        pub number: i64,
        /// `ConfigurationUpdate`, `StateUpdate` or `Action`.
        pub item_type: String,
        /// In a sentence.
        pub summary: String,
        /// As JSON.
        pub data: String,
    }

    /// A dashboard.
    pub struct Dashboard {
        /// Its name.
        pub name: String,
        /// What it shows, as it was given.
        pub body: String,
        /// When it was last put.
        pub modified_at: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }
}
