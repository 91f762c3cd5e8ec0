//! What is tried again, and what is caught.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html>

use crate::language::fault::Fault;
use crate::language::path::Path;
use crate::language::scope::Chance;
use service::Duration;

/// A retrier.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrier {
    /// Which errors.
    pub errors: Vec<String>,
    /// The wait before the first attempt, in seconds.
    pub interval_seconds: i64,
    /// How often at the most.
    pub max_attempts: i64,
    /// By how much the wait grows.
    pub backoff_rate: f64,
    /// The longest wait, in seconds.
    pub max_delay_seconds: Option<i64>,
    /// Whether each wait is drawn between nothing and its full length.
    pub full_jitter: bool,
}

/// A catcher.
#[derive(Debug, Clone, PartialEq)]
pub struct Catcher {
    /// Which errors.
    pub errors: Vec<String>,
    /// Where it goes.
    pub next: String,
    /// Where in the input the error is put; `None` where it is thrown away.
    pub result_path: Option<Path>,
}

/// The longest wait, whatever the rate: a year. An execution lasts no longer.
const LONGEST_SECONDS: f64 = 31_536_000.0;

impl Retrier {
    /// How long to wait before an attempt, the first of which is 0.
    fn delay(&self, attempt: i64, chance: &mut dyn Chance) -> Duration {
        let growth = self.backoff_rate.powf(attempt as f64);
        let longest = self.max_delay_seconds.map_or(LONGEST_SECONDS, |most| most as f64);
        let seconds = (self.interval_seconds as f64 * growth).min(longest).min(LONGEST_SECONDS);
        let millis = (seconds * 1000.0) as u64;
        Duration::from_millis(if self.full_jitter { chance.below(millis.saturating_add(1)) } else { millis })
    }
}

/// Whether an error is tried again, and after how long. `counts` says how often each retrier was used since the state was entered.
pub fn retried(
    retriers: &[Retrier],
    counts: &mut Vec<i64>,
    fault: &Fault,
    chance: &mut dyn Chance,
) -> Option<Duration> {
    counts.resize(retriers.len(), 0);
    let (retrier, count) = retriers.iter().zip(counts).find(|(retrier, _)| fault.is_among(&retrier.errors))?;
    if *count >= retrier.max_attempts {
        return None;
    }
    let delay = retrier.delay(*count, chance);
    *count += 1;
    Some(delay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Unlikely;

    fn retrier(errors: &[&str]) -> Retrier {
        Retrier {
            errors: errors.iter().map(|e| (*e).to_owned()).collect(),
            interval_seconds: 2,
            max_attempts: 3,
            backoff_rate: 2.0,
            max_delay_seconds: None,
            full_jitter: false,
        }
    }

    fn waits(retriers: &[Retrier], errors: &[&str]) -> Vec<Option<u64>> {
        let mut counts = Vec::new();
        let waits = errors.iter().map(|e| retried(retriers, &mut counts, &Fault::new(e, ""), &mut Unlikely));
        waits.map(|wait| wait.map(|wait| wait.as_secs())).collect()
    }

    #[test]
    fn waits_grow_and_attempts_end() {
        assert_eq!(waits(&[retrier(&["A"])], &["A"; 4]), [Some(2), Some(4), Some(8), None]);
        let capped = Retrier { max_delay_seconds: Some(5), max_attempts: 4, ..retrier(&["A"]) };
        assert_eq!(waits(&[capped], &["A"; 5]), [Some(2), Some(4), Some(5), Some(5), None]);
        let never = Retrier { max_attempts: 0, ..retrier(&["A"]) };
        assert_eq!(waits(&[never], &["A"]), [None]);
    }

    #[test]
    fn each_retrier_counts_for_itself() {
        let retriers = [Retrier { max_attempts: 1, ..retrier(&["A"]) }, retrier(&["States.ALL"])];
        // The first that names an error decides, and when it is used up no other is asked.
        assert_eq!(waits(&retriers, &["A", "B", "A", "B"]), [Some(2), Some(2), None, Some(4)]);
    }

    #[test]
    fn full_jitter_is_drawn() {
        let drawn = Retrier { full_jitter: true, ..retrier(&["A"]) };
        assert_eq!(waits(&[drawn], &["A"]), [Some(0)]);
    }

    #[test]
    fn a_wait_never_overflows() {
        let steep = Retrier { backoff_rate: 1e300, max_attempts: 99_999_999, ..retrier(&["A"]) };
        assert_eq!(waits(&[steep], &["A", "A", "A"]), [Some(2), Some(31_536_000), Some(31_536_000)]);
    }
}
