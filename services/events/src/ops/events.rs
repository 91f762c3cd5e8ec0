//! Putting events onto buses.

use crate::address::BusAddress;
use crate::api::*;
use crate::event::{Event, Parts, text_of};
use crate::{bus, errors};
use service::pattern::Json;
use service::{CallerKind, Cx, Result, TraceHeader, View};

/// The most that the entries of a request may be together, in bytes.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html>
const LARGEST: usize = 262_144;

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>
pub fn put_events(cx: &mut Cx, input: PutEventsRequest) -> Result<PutEventsResponse> {
    let PutEventsRequest { entries, endpoint_id } = input;
    if endpoint_id.is_some() {
        return Err(errors::not_implemented("PutEvents with EndpointId"));
    }
    if entries.iter().map(size).sum::<usize>() > LARGEST {
        return Err(errors::validation("Total size of the entries in the request is over the limit."));
    }
    let mut answers = Vec::new();
    let mut failed = 0;
    for entry in entries {
        answers.push(match take(cx, entry)? {
            Ok(id) => PutEventsResultEntry { event_id: Some(id), ..PutEventsResultEntry::default() },
            Err((code, message)) => {
                failed += 1;
                PutEventsResultEntry { event_id: None, error_code: Some(code.to_owned()), error_message: Some(message) }
            }
        });
    }
    Ok(PutEventsResponse { failed_entry_count: Some(failed), entries: Some(answers) })
}

/// What an entry counts.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size>
fn size(entry: &PutEventsRequestEntry) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let resources = entry.resources.iter().flatten().map(String::len).sum::<usize>();
    let time = if entry.time.is_some() { 14 } else { 0 };
    time + text(&entry.source) + text(&entry.detail_type) + text(&entry.detail) + resources
}

/// Whether a rule hands the entry over from another bus: its detail is then the whole event, which keeps its id, its time
/// and its account. Nobody but EventBridge comes by that way.
pub(crate) fn is_handed_over(view: &View) -> bool {
    view.request().via.as_ref().is_some_and(|via| via.principal == "events.amazonaws.com" && !via.source.is_empty())
}

type Refused = (&'static str, String);

/// Takes one entry; the outer error fails the request.
fn take(cx: &mut Cx, entry: PutEventsRequestEntry) -> Result<Result<String, Refused>> {
    let PutEventsRequestEntry { time, source, resources, detail_type, detail, event_bus_name, trace_header } = entry;
    let given = |name: &str, text: Option<String>| {
        let text = text.filter(|text| !text.is_empty());
        let why = || format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
        text.ok_or_else(|| ("InvalidArgument", why()))
    };
    let checked = (|| {
        let parts = (given("Source", source)?, given("DetailType", detail_type)?, given("Detail", detail)?);
        // Only services have sources of AWS's.
        let service = cx.caller().kind == CallerKind::Service || is_handed_over(cx);
        if parts.0.starts_with("aws.") && !service {
            return Err(("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
        }
        Ok(parts)
    })();
    let (source, detail_type, detail) = match checked {
        Ok(parts) => parts,
        Err(refused) => return Ok(Err(refused)),
    };
    let detail = match Json::parse(&detail) {
        Ok(json @ Json::Object(_)) => json,
        _ => return Ok(Err(("MalformedDetail", "Detail is malformed.".to_owned()))),
    };
    let address = BusAddress::of(cx, event_bus_name.as_deref());
    let (new_id, resources) = (cx.entropy().uuid(), resources.unwrap_or_default());
    let (id, event) = if is_handed_over(cx) {
        (text_of(&detail, "id").to_owned(), Event::of(detail))
    } else {
        let (scope, time) = (cx.scope(), time.unwrap_or(cx.now()));
        let (id, detail_type, source) = (new_id.as_str(), detail_type.as_str(), source.as_str());
        let parts = Parts { id, detail_type, source, scope, time, resources: &resources, detail };
        (new_id.clone(), parts.event())
    };
    let trace = trace_header.as_deref().filter(|text| TraceHeader::parse(text).is_some());
    // AWS takes events for a bus that does not exist, and nothing comes of them.
    if address.scope.region == cx.region() && address.find(cx)?.is_some() {
        cx.in_scope(address.scope, |cx| bus::carry(cx, &address.name, &event, (&[], trace)))?;
    }
    Ok(Ok(id))
}
