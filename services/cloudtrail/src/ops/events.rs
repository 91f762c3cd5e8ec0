//! The event history: management events of the last 90 days, in the region in which they happened.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html>

use crate::api::*;
use crate::{about, errors, files};
use service::{Duration, Result, Timestamp, Token, TrailEvent, TrailPage, TrailQuery, View};

/// How long events are found.
const HISTORY: Duration = Duration::from_secs(90 * 86_400);
const MOST_RESULTS: i64 = 50;
/// Records that one call looks at. Where fewer than a page were found among them, the answer has a token all the same.
const LOOK_AT: usize = 50_000;

const KEYS: [&str; 8] =
    ["EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId"];

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>
pub fn lookup_events(view: &View, input: LookupEventsRequest) -> Result<LookupEventsResponse> {
    let LookupEventsRequest { lookup_attributes, start_time, end_time, event_category, max_results, next_token } =
        input;
    match event_category.as_deref() {
        None => {}
        Some("insight") => return Err(errors::not_implemented("LookupEvents of the category insight")),
        Some(other) => return Err(errors::event_category(other)),
    }
    let attribute = attribute(lookup_attributes.unwrap_or_default())?;
    let most = max_results.unwrap_or(MOST_RESULTS);
    if !(1..=MOST_RESULTS).contains(&most) {
        return Err(errors::max_results());
    }
    let (start, end) = (start_time.map(|time| view.said(time)), end_time.map(|time| view.said(time)));
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(errors::time_range());
    }
    let mark = mark(attribute.as_ref(), start_time, end_time);
    let oldest = view.now().before(HISTORY);
    let query = TrailQuery {
        after: next_token.map(|token| place(&token, &mark)).transpose()?,
        newest_first: true,
        since: Some(start.map_or(oldest, |start| start.max(oldest))),
        // The end is among them, to the second in which it lies.
        until: end.map(|end| Timestamp(end.whole_secs().0.saturating_add(1_000_000))),
        most: usize::try_from(most).unwrap_or_default(),
        look_at: LOOK_AT,
    };
    let here = view.region();
    let keep = |event: &TrailEvent| {
        !event.data && event.region == here.as_str() && attribute.as_ref().is_none_or(|wanted| has(event, wanted))
    };
    let TrailPage { events, last, more } = view.trail(&query, &keep)?;
    Ok(LookupEventsResponse {
        events: Some(events.into_iter().map(told).collect()),
        next_token: more.then(|| token(last, &mark)),
    })
}

/// The attribute that is looked for: AWS takes one.
fn attribute(mut attributes: Vec<LookupAttribute>) -> Result<Option<LookupAttribute>> {
    if attributes.len() > 1 {
        return Err(errors::lookup_attributes("You can specify only one lookup attribute."));
    }
    let Some(one) = attributes.pop() else { return Ok(None) };
    if !KEYS.contains(&one.attribute_key.as_str()) {
        return Err(errors::lookup_attributes(format!("{} is not a valid lookup attribute.", one.attribute_key)));
    }
    if one.attribute_value.is_empty() || one.attribute_value.chars().count() > 2000 {
        return Err(errors::lookup_attributes("An attribute value must have between 1 and 2000 characters."));
    }
    Ok(Some(one))
}

fn has(event: &TrailEvent, LookupAttribute { attribute_key, attribute_value }: &LookupAttribute) -> bool {
    let value = attribute_value.as_str();
    match attribute_key.as_str() {
        "EventId" => event.id == value,
        "EventName" => event.name == value,
        "ReadOnly" => flag(event.read_only) == value,
        "Username" => event.user_name.as_deref() == Some(value),
        "EventSource" => event.source == value,
        "AccessKeyId" => event.access_key == value,
        "ResourceName" => event.resources.iter().any(|arn| about::is_called(arn, value)),
        _ => event.resources.iter().filter_map(|arn| about::of(arn)?.kind).any(|kind| kind == value),
    }
}

fn flag(set: bool) -> &'static str {
    if set { "true" } else { "false" }
}

fn told((event, record): (TrailEvent, String)) -> Event {
    let resource = |about: about::About<'_>| Resource {
        resource_type: about.kind.map(str::to_owned),
        resource_name: Some(about.name.to_owned()),
    };
    Event {
        resources: Some(event.resources.iter().filter_map(|arn| about::of(arn)).map(resource).collect()),
        event_id: Some(event.id),
        event_name: Some(event.name),
        read_only: Some(flag(event.read_only).to_owned()),
        access_key_id: Some(event.access_key).filter(|key| !key.is_empty()),
        event_time: Some(event.time.whole_secs()),
        event_source: Some(event.source),
        username: event.user_name,
        cloud_trail_event: Some(record),
    }
}

/// What a token must have been made for: AWS takes it only with the parameters of the first request.
fn mark(attribute: Option<&LookupAttribute>, start: Option<Timestamp>, end: Option<Timestamp>) -> String {
    let (key, value) = attribute.map_or(("", ""), |one| (&one.attribute_key, &one.attribute_value));
    let time = |time: Option<Timestamp>| time.map(|time| time.0.to_string()).unwrap_or_default();
    files::unique(&[key, value, &time(start), &time(end)])
}

fn token(place: u64, mark: &str) -> String {
    Token::of([&place.to_be_bytes(), mark.as_bytes()].concat()).encode()
}

fn place(text: &str, mark: &str) -> Result<u64> {
    let token = Token::decode(text).ok_or_else(errors::next_token)?;
    let (place, of) = token.as_bytes().split_first_chunk::<8>().ok_or_else(errors::next_token)?;
    if of == mark.as_bytes() { Ok(u64::from_be_bytes(*place)) } else { Err(errors::next_token()) }
}
