use crate::format;
use std::fmt;
use std::time::Duration;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Timestamp = Timestamp(0);
    /// Later than anything.
    pub const MAX: Timestamp = Timestamp(i64::MAX);

    /// From whole seconds since 1970.
    pub const fn from_secs(secs: i64) -> Timestamp {
        Timestamp(secs.saturating_mul(1_000_000))
    }

    /// From milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Timestamp {
        Timestamp(millis.saturating_mul(1_000))
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole milliseconds since 1970, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Seconds since 1970 with their fraction, as the JSON protocols write it.
    pub fn secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// From seconds with a fraction, to the microsecond; `None` for what no calendar holds.
    pub fn from_secs_f64(secs: f64) -> Option<Timestamp> {
        let micros = secs * 1e6;
        (micros.is_finite() && micros.abs() < 9e18).then(|| Timestamp(micros.round() as i64))
    }

    /// The moment with its fraction of a second cut off, as most services store it.
    pub const fn whole_secs(self) -> Timestamp {
        Timestamp::from_secs(self.secs())
    }

    /// This much later; stops at the end of time.
    pub fn after(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This much earlier; stops at the beginning of time.
    pub fn before(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero when it is not.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// `Jul 18, 2014 4:07:39 PM`, as CloudTrail's events have dates of services.
    pub fn us_english(self) -> String {
        format::us_english(self)
    }

    /// `2026-11-22T06:35:00Z`, with milliseconds when there are any.
    pub fn iso8601(self) -> String {
        format::iso8601(self)
    }

    /// `20261122T063500Z`, as in signatures.
    pub fn basic(self) -> String {
        format::basic(self)
    }

    /// `Sun, 22 Nov 2026 06:35:00 GMT`, as in HTTP headers.
    pub fn http_date(self) -> String {
        format::http_date(self)
    }

    /// Reads ISO 8601 / RFC 3339 with `Z` or a numeric offset, with or without a fraction; a bare date is its midnight.
    pub fn parse_iso8601(text: &str) -> Option<Timestamp> {
        format::parse_iso8601(text)
    }

    /// Reads the signature form `20261122T063500Z`.
    pub fn parse_basic(text: &str) -> Option<Timestamp> {
        format::parse_basic(text)
    }

    /// Reads an HTTP date (IMF-fixdate, with or without a fraction of a second).
    pub fn parse_http_date(text: &str) -> Option<Timestamp> {
        format::parse_http_date(text)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso8601())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
