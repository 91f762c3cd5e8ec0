//! Segments and subsegments, as they are looked at.

use serde_json::Value as Json;

/// A segment or subsegment.
#[derive(Debug, Clone, Copy)]
pub struct Entity<'a>(pub &'a Json);

/// What became of a request, in the way that X-Ray counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// 500 and above.
    pub fault: bool,
    /// 400 to 499.
    pub error: bool,
    /// 429.
    pub throttle: bool,
}

impl<'a> Entity<'a> {
    /// A member that is a text; empty where it is none.
    pub fn text(self, name: &str) -> &'a str {
        self.0.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    /// A member deeper down.
    pub fn at(self, path: &[&str]) -> Option<&'a Json> {
        path.iter().try_fold(self.0, |value, name| value.get(name))
    }

    /// A text deeper down; empty where there is none.
    pub fn text_at(self, path: &[&str]) -> &'a str {
        self.at(path).and_then(Json::as_str).unwrap_or_default()
    }

    /// A flag that is set.
    pub fn is(self, name: &str) -> bool {
        self.0.get(name).and_then(Json::as_bool) == Some(true)
    }

    /// When it began, in seconds since 1970.
    pub fn start(self) -> f64 {
        self.0.get("start_time").and_then(Json::as_f64).unwrap_or_default()
    }

    /// When it ended; none while it goes on.
    pub fn end(self) -> Option<f64> {
        self.0.get("end_time").and_then(Json::as_f64)
    }

    /// How long it took, in seconds; none while it goes on.
    pub fn seconds(self) -> Option<f64> {
        self.end().map(|end| rounded(end - self.start()))
    }

    /// The status of its response.
    pub fn status(self) -> Option<i64> {
        let status = self.at(&["http", "response", "status"])?;
        status.as_i64().or_else(|| status.as_str()?.parse().ok())
    }

    /// What became of it: what it says, and what its status means.
    pub fn outcome(self) -> Outcome {
        let status = self.status().unwrap_or_default();
        let throttle = self.is("throttle") || status == 429;
        Outcome {
            fault: self.is("fault") || (500..600).contains(&status),
            error: throttle || self.is("error") || (400..500).contains(&status),
            throttle,
        }
    }

    /// Its subsegments.
    pub fn children(self) -> impl Iterator<Item = Entity<'a>> {
        self.0.get("subsegments").and_then(Json::as_array).into_iter().flatten().map(Entity)
    }

    /// Calls `visit` with it and all within it.
    pub fn walk(self, visit: &mut dyn FnMut(Entity<'a>)) {
        visit(self);
        self.children().for_each(|child| child.walk(visit));
    }

    /// Name and type of the service that it is of.
    pub fn service(self) -> (&'a str, &'a str) {
        (self.text("name"), self.text("origin"))
    }

    /// Whether it, or something within it, goes on.
    pub fn is_partial(self) -> bool {
        self.end().is_none() || self.children().any(Entity::is_partial)
    }
}

/// Seconds to the microsecond: what is left of subtracting is no part of a duration.
pub fn rounded(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}
