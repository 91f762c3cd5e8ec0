//! Ranges of time that requests name.

use crate::errors;
use service::{Duration, Result, Timestamp, View};

/// The longest range of one request.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html>
const LONGEST: Duration = Duration::from_secs(6 * 3600);

/// A range, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Range {
    /// The range of a request, in the cloud's time.
    ///
    /// # Errors
    /// `InvalidRequestException`
    pub fn of(view: &View, start: Timestamp, end: Timestamp) -> Result<Range> {
        let (start, end) = (view.said(start), view.said(end));
        if start >= end {
            return Err(errors::invalid("The start time must be before the end time."));
        }
        if end.since(start) > LONGEST {
            return Err(errors::invalid("Time range cannot be longer than 6 hours."));
        }
        Ok(Range { start, end })
    }

    /// Whether a moment is in it, in seconds since 1970.
    pub fn holds(&self, seconds: f64) -> bool {
        self.start.secs_f64() <= seconds && seconds <= self.end.secs_f64()
    }
}
