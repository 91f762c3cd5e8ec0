//! An event as it lies on a bus.
//! <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>

use service::pattern::Json;
use service::{Error, Result, Scope, Timestamp};
use std::borrow::Cow;
use std::cell::OnceCell;

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

/// An event on its way, with its text once somebody has needed it: most that services tell of are waited for by nobody.
pub struct Event<'a> {
    json: Json<'a>,
    text: OnceCell<String>,
}

impl<'a> Event<'a> {
    /// The event that this document is.
    pub fn of(json: Json<'a>) -> Event<'a> {
        Event { json, text: OnceCell::new() }
    }

    /// The event, read.
    pub fn json(&self) -> &Json<'a> {
        &self.json
    }

    /// The event, written.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| self.json.to_string())
    }
}

impl<'a> Parts<'a> {
    /// The event.
    pub fn event(self) -> Event<'a> {
        let own = |text: String| Json::String(Cow::Owned(text));
        let text = |text: &'a str| Json::String(Cow::Borrowed(text));
        let entries = [
            ("version", text("0")),
            ("id", text(self.id)),
            ("detail-type", text(self.detail_type)),
            ("source", text(self.source)),
            ("account", own(self.scope.account.to_string())),
            ("time", own(self.time.whole_secs().iso8601())),
            ("region", own(self.scope.region.to_string())),
            ("resources", Json::Array(self.resources.iter().map(|arn| text(arn)).collect())),
            ("detail", self.detail),
        ];
        Event::of(Json::Object(entries.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect()))
    }
}

/// The event of an archive with the name of the replay that sends it again.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html>
pub fn replayed<'a>(event: &'a str, replay: &'a str) -> Result<Event<'a>> {
    let mut json = Json::parse(event).map_err(Error::internal)?;
    if let Json::Object(entries) = &mut json {
        entries.push((Cow::Borrowed("replay-name"), Json::String(Cow::Borrowed(replay))));
    }
    Ok(Event::of(json))
}

/// A text at the top of an event.
pub fn text_of<'e>(event: &'e Json<'_>, name: &str) -> &'e str {
    event.get(name).and_then(Json::as_str).unwrap_or_default()
}
