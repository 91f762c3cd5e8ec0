//! The tables of Step Functions: the whole state on one screen.
//!
//! An execution is a row with a thread of states, and more of them while a Parallel or Map state runs; each step writes the rows
//! that it changes in the transaction that makes it, so a restart finds every execution where it was.

use service::shape::shape;
use service::{Change, Cx, IndexMap, Result, Table, TableInfo, Timestamp};

/// State machines by name. They hold tags.
pub static MACHINES: Table<str, Machine> = Table::<str, Machine>::new("states.machines").governing();
/// Revisions that executions, or versions, were made from, by (machine, revision).
pub static REVISIONS: Table<(String, String), Revision> = Table::new("states.revisions");
/// Versions by (machine, number).
pub static VERSIONS: Table<(String, u64), Version> = Table::new("states.versions");
/// Aliases by (machine, name).
pub static ALIASES: Table<(String, String), Alias> = Table::new("states.aliases");
/// Activities by name. They hold tags.
pub static ACTIVITIES: Table<str, Activity> = Table::<str, Activity>::new("states.activities").governing();
/// Tasks that wait for a worker, by (activity, when they were scheduled, token).
pub static OFFERS: Table<(String, Timestamp, String), Offer> = Table::new("states.offers");
/// Executions by (machine, name).
pub static EXECUTIONS: Table<(String, String), Execution> =
    Table::<(String, String), Execution>::new("states.executions").with_hook(listed);
/// What listings show, by (machine, how long before the end of time it began, name): the latest first.
pub static LISTED: Table<(String, u64, String), Listed> = Table::new("states.listed");
/// Threads by (machine, execution, number).
pub static THREADS: Table<(String, String, u64), Thread> = Table::new("states.threads");
/// History events by (machine, execution, id).
pub static EVENTS: Table<(String, String, u64), Event> = Table::new("states.events");
/// Threads that wait for the end of an execution, by (its machine, its name).
pub static WATCHERS: Table<(String, String), Watcher> = Table::new("states.watchers");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        MACHINES.info(),
        REVISIONS.info(),
        VERSIONS.info(),
        ALIASES.info(),
        ACTIVITIES.info(),
        OFFERS.info(),
        EXECUTIONS.info(),
        LISTED.info(),
        THREADS.info(),
        EVENTS.info(),
        WATCHERS.info(),
    ]
}

/// Where an execution stands in listings.
pub fn place(execution: &Execution) -> (String, u64, String) {
    let before_end = u64::MAX - u64::try_from(execution.started_at.0).unwrap_or(0);
    (execution.machine.clone(), before_end, execution.name.clone())
}

/// Listings follow what they show.
fn listed(cx: &mut Cx, change: Change<'_, Execution>) -> Result<()> {
    let shown = |execution: &Execution| Listed {
        name: execution.name.clone(),
        status: execution.status.clone(),
        started_at: execution.started_at,
        stopped_at: execution.stopped_at,
        version: execution.version,
        alias: execution.alias.clone(),
        redrive_count: execution.redrive_count,
        redriven_at: execution.redriven_at,
    };
    match (change.old, change.new) {
        (old, Some(new)) => {
            let now = shown(new);
            if old.map(shown).as_ref() == Some(&now) { Ok(()) } else { cx.put(&LISTED, &place(new), &now) }
        }
        (Some(old), None) => cx.delete(&LISTED, &place(old)).map(drop),
        (None, None) => Ok(()),
    }
}

shape! {
    /// A state machine.
    pub struct Machine {
        /// Its name.
        pub name: String,
        /// `STANDARD`.
        pub kind: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// What it is now.
        pub now: Revision,
        /// The number of its last version.
        pub last_version: i64,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// What can change of a state machine.
    pub struct Revision {
        /// Its id; `INITIAL` for the first.
        pub id: String,
        /// The definition.
        pub definition: String,
        /// As whom executions call others.
        pub role_arn: String,
        /// When it was made.
        pub updated_at: Timestamp,
        /// `ALL`, `ERROR`, `FATAL` or `OFF`.
        pub log_level: String,
        /// Whether logs show inputs and outputs.
        pub log_data: bool,
        /// The log groups, ARNs.
        pub log_groups: Vec<String>,
        /// Whether executions are traced.
        pub tracing: bool,
        /// Whether a row of its own keeps it.
        pub kept: bool,
    }

    /// A version of a state machine.
    pub struct Version {
        /// Its number.
        pub number: i64,
        /// The revision, by id.
        pub revision: String,
        /// Its description.
        pub description: Option<String>,
        /// When it was made.
        pub created_at: Timestamp,
    }

    /// An alias of a state machine.
    pub struct Alias {
        /// Its name.
        pub name: String,
        /// Its description.
        pub description: Option<String>,
        /// The numbers of versions, with their weights in turn.
        pub routes: Vec<i64>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was last changed.
        pub updated_at: Timestamp,
    }

    /// An activity.
    pub struct Activity {
        /// Its name.
        pub name: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A task that waits for a worker.
    pub struct Offer {
        /// Its token.
        pub token: String,
        /// When it was scheduled.
        pub at: Timestamp,
        /// Its input.
        pub input: String,
    }

    /// An execution.
    pub struct Execution {
        /// Its state machine.
        pub machine: String,
        /// Its name.
        pub name: String,
        /// The revision that it follows, by id.
        pub revision: String,
        /// The version that was asked for.
        pub version: Option<i64>,
        /// The alias that was asked for.
        pub alias: Option<String>,
        /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
        pub status: String,
        /// When it began.
        pub started_at: Timestamp,
        /// When it ended.
        pub stopped_at: Option<Timestamp>,
        /// Its input.
        pub input: String,
        /// Its output.
        pub output: Option<String>,
        /// The error that ended it.
        pub error: Option<String>,
        /// The error's cause.
        pub cause: Option<String>,
        /// The header of the trace to which it belongs.
        pub trace_header: Option<String>,
        /// The id of its last event.
        pub last_event: i64,
        /// How many threads it ever had.
        pub threads: i64,
        /// How often it was redriven.
        pub redrive_count: i64,
        /// When it was redriven last.
        pub redriven_at: Option<Timestamp>,
        /// The log stream, once there is one.
        pub log_stream: Option<String>,
        /// Whether a timer stands that ends it.
        pub expires: bool,
    }

    /// An execution as listings show it.
    pub struct Listed {
        /// Its name.
        pub name: String,
        /// Its status.
        pub status: String,
        /// When it began.
        pub started_at: Timestamp,
        /// When it ended.
        pub stopped_at: Option<Timestamp>,
        /// The version that was asked for.
        pub version: Option<i64>,
        /// The alias that was asked for.
        pub alias: Option<String>,
        /// How often it was redriven.
        pub redrive_count: i64,
        /// When it was redriven last.
        pub redriven_at: Option<Timestamp>,
    }

    /// A thread of states: the execution's own, a branch, or an iteration.
    pub struct Thread {
        /// Its number; the execution's own has 0.
        pub number: i64,
        /// The thread whose branch or iteration it is.
        pub parent: Option<i64>,
        /// Which branch or iteration.
        pub index: i64,
        /// Where its block stands in the definition.
        pub place: Vec<String>,
        /// `ready`, `task`, `wait`, `retry`, `children` or `done`.
        pub phase: String,
        /// Its state.
        pub state: String,
        /// The state's input, JSON; the thread's output, once it is done.
        pub data: String,
        /// When the state was entered.
        pub entered_at: Timestamp,
        /// The event of the entering.
        pub entered_event: i64,
        /// The last event of this thread.
        pub last_event: i64,
        /// How often the state was tried again.
        pub retry_count: i64,
        /// How often each of its retriers was used.
        pub retries: Vec<i64>,
        /// What tells this attempt of a task from others.
        pub attempt: i64,
        /// When a wait is over, or a state is tried again.
        pub due: Option<Timestamp>,
        /// When a task has taken too long.
        pub deadline: Option<Timestamp>,
        /// When a task has given no sign of life for too long.
        pub silent_at: Option<Timestamp>,
        /// How long a task may give none, in seconds.
        pub heartbeat_seconds: Option<i64>,
        /// The execution that a task started and waits for, an ARN.
        pub child: Option<String>,
        /// The items of a map, JSON.
        pub items: String,
        /// How many branches or iterations there are.
        pub total: i64,
        /// How many of them have begun.
        pub begun: i64,
        /// How many of them have ended.
        pub ended: i64,
        /// How many of them have failed.
        pub failed: i64,
        /// The item of an iteration, JSON; empty elsewhere.
        pub item: String,
    }

    /// An event of an execution's history.
    pub struct Event {
        /// Its id.
        pub id: i64,
        /// The event before it in its thread.
        pub previous: i64,
        /// Its type.
        pub kind: String,
        /// When it happened.
        pub at: Timestamp,
        /// Its details, JSON by the model's names; empty where it has none.
        pub details: String,
    }

    /// A thread that waits for the end of another execution.
    pub struct Watcher {
        /// Its machine.
        pub machine: String,
        /// Its execution.
        pub execution: String,
        /// Its number.
        pub thread: i64,
        /// The attempt that waits.
        pub attempt: i64,
    }
}
