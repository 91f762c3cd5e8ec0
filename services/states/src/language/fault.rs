//! Why a state fails.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html>

/// All errors but those that nobody can handle.
pub const ALL: &str = "States.ALL";
/// Something that cannot be processed, such as a path that finds nothing. It cannot be caught.
pub const RUNTIME: &str = "States.Runtime";
/// Data beyond the quota. It cannot be caught.
pub const DATA_LIMIT: &str = "States.DataLimitExceeded";
/// A task took too long.
pub const TIMEOUT: &str = "States.Timeout";
/// A task gave no sign of life.
pub const HEARTBEAT: &str = "States.HeartbeatTimeout";
/// A task failed.
pub const TASK_FAILED: &str = "States.TaskFailed";
/// No rule of a choice held.
pub const NO_CHOICE: &str = "States.NoChoiceMatched";
/// An intrinsic function failed.
pub const INTRINSIC: &str = "States.IntrinsicFailure";
/// A result could not be put where `ResultPath` points.
pub const RESULT_PATH: &str = "States.ResultPathMatchFailure";
/// More items of a map failed than may.
pub const TOLERATED: &str = "States.ExceedToleratedFailureThreshold";

/// An error's name, with its cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The error's name, such as `States.Timeout`; a function's own, for a task.
    pub error: Option<String>,
    /// What is said of it.
    pub cause: Option<String>,
    /// Whether the cause is to name the state: it does so for what the language itself finds wrong.
    pub names_state: bool,
}

impl Fault {
    /// An error of this name.
    pub fn new(error: &str, cause: impl Into<String>) -> Fault {
        Fault { error: Some(error.to_owned()), cause: Some(cause.into()), names_state: false }
    }

    /// An error that the language found, in words that name the state.
    pub fn of_state(error: &str, cause: impl Into<String>) -> Fault {
        Fault { names_state: true, ..Fault::new(error, cause) }
    }

    /// `States.Runtime`.
    pub fn runtime(cause: impl Into<String>) -> Fault {
        Fault::of_state(RUNTIME, cause)
    }

    /// `States.IntrinsicFailure`.
    pub fn intrinsic(cause: impl Into<String>) -> Fault {
        Fault::of_state(INTRINSIC, cause)
    }

    /// The same, in the words of a state that was entered at the event `id`.
    pub fn at(mut self, state: &str, id: i64) -> Fault {
        if std::mem::take(&mut self.names_state) {
            let cause = self.cause.unwrap_or_default();
            self.cause = Some(format!(
                "An error occurred while executing the state '{state}' (entered at the event id #{id}). {cause}"
            ));
        }
        self
    }

    /// The error's name; empty where a task failed without one.
    pub fn name(&self) -> &str {
        self.error.as_deref().unwrap_or_default()
    }

    /// Whether this error is among `names` of a retrier or catcher.
    ///
    /// "States.ALL ... can't catch the States.DataLimitExceeded terminal error and Runtime error types", and
    /// "States.TaskFailed ... acts as a wildcard that matches any known error name except for States.Timeout".
    pub fn is_among(&self, names: &[String]) -> bool {
        let own = self.name();
        if own == RUNTIME {
            return false;
        }
        names.iter().any(|name| match name.as_str() {
            ALL => own != DATA_LIMIT,
            TASK_FAILED => own == TASK_FAILED || ![TIMEOUT, HEARTBEAT, DATA_LIMIT].contains(&own),
            TIMEOUT => own == TIMEOUT || own == HEARTBEAT,
            name => name == own,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_what_they_should() {
        let check = |own: &str, name: &str, expect: bool| {
            assert_eq!(Fault::new(own, "").is_among(&[name.to_owned()]), expect, "{own} among {name}");
        };
        check("Own", "Own", true);
        check("Own", "Other", false);
        check("Own", ALL, true);
        check("Own", TASK_FAILED, true);
        check(TIMEOUT, ALL, true);
        check(TIMEOUT, TASK_FAILED, false);
        check(HEARTBEAT, TIMEOUT, true);
        check(HEARTBEAT, HEARTBEAT, true);
        check(TIMEOUT, HEARTBEAT, false);
        check(RUNTIME, ALL, false);
        check(RUNTIME, RUNTIME, false);
        check(DATA_LIMIT, ALL, false);
        check(DATA_LIMIT, DATA_LIMIT, true);
    }
}
