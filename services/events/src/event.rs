//! An event as it lies on a bus.
//! <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>

use service::pattern::Json;
use service::{Scope, Timestamp};
use std::borrow::Cow;

/// What an event is made of.
pub struct Parts<'a> {
    /// Its id.
    pub id: &'a str,
    /// `detail-type`
    pub detail_type: &'a str,
    /// Where it comes from.
    pub source: &'a str,
    /// Whose it is, and where.
    pub scope: Scope,
    /// When it happened.
    pub time: Timestamp,
    /// The ARNs that it is about.
    pub resources: &'a [String],
    /// What happened: an object.
    pub detail: Json<'a>,
}

impl Parts<'_> {
    /// The event as JSON.
    pub fn write(self) -> String {
        let text = |text: &str| Json::String(Cow::Owned(text.to_owned()));
        let entries = [
            ("version", text("0")),
            ("id", text(self.id)),
            ("detail-type", text(self.detail_type)),
            ("source", text(self.source)),
            ("account", text(&self.scope.account.to_string())),
            ("time", text(&self.time.whole_secs().iso8601())),
            ("region", text(self.scope.region.as_str())),
            ("resources", Json::Array(self.resources.iter().map(|arn| text(arn)).collect())),
            ("detail", self.detail),
        ];
        Json::Object(entries.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect()).to_string()
    }
}

/// The event with the name of the replay that sends it again.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html>
pub fn replayed(event: &str, replay: &str) -> String {
    match Json::parse(event) {
        Ok(Json::Object(mut entries)) => {
            entries.push((Cow::Borrowed("replay-name"), Json::String(Cow::Borrowed(replay))));
            Json::Object(entries).to_string()
        }
        _ => event.to_owned(),
    }
}

/// A text at the top of an event.
pub fn text_of<'e>(event: &'e Json<'_>, name: &str) -> &'e str {
    event.get(name).and_then(Json::as_str).unwrap_or_default()
}
