//! The history of an execution.

use crate::address::Address;
use crate::api::*;
use crate::modelled::{Blobs, Modelled};
use crate::paging::page;
use crate::state::{EVENTS, Event};
use crate::{api, errors, history};
use service::shape::fill;
use service::{Direction, Edge, Error, IndexMap, Key, KeyBuf, Result, Token, Value, View};

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html>
pub fn get_execution_history(view: &View, input: GetExecutionHistoryInput) -> Result<GetExecutionHistoryOutput> {
    let GetExecutionHistoryInput { execution_arn, max_results, reverse_order, next_token, include_execution_data } =
        input;
    let execution = Address::execution(view, &execution_arn)?;
    let page = page(next_token.clone(), max_results)?;
    let after = page.after.as_ref().map(Token::as_bytes).map(|bytes| bytes.try_into().map(u64::from_be_bytes));
    let after = after.transpose().map_err(|_| errors::invalid_token(next_token.as_deref().unwrap_or_default()))?;
    let own = key(&(execution.machine.as_str(), execution.name.as_str()));
    let reverse = reverse_order.unwrap_or(false);
    let edge = |id: u64| key(&(execution.machine.as_str(), execution.name.as_str(), id));
    let (from, to, direction) = match (after, reverse) {
        (None, _) => (Edge::Before(own.clone()), Edge::Behind(own), direction(reverse)),
        (Some(id), false) => (Edge::Behind(edge(id)), Edge::Behind(own), Direction::Forward),
        (Some(id), true) => (Edge::Before(own), Edge::Before(edge(id)), Direction::Reverse),
    };
    let mut events = view.range(&EVENTS, (&from, &to), direction);
    let shown: Vec<Event> = events.by_ref().take(page.limit).collect::<Result<_>>()?;
    let next = shown.last().map(|event| event.id.unsigned_abs()).filter(|_| events.next().is_some());
    let data = include_execution_data.unwrap_or(true);
    Ok(GetExecutionHistoryOutput {
        events: shown.into_iter().map(|event| told(event, data)).collect::<Result<_>>()?,
        next_token: next.map(|id| Token::of(id.to_be_bytes()).encode()),
    })
}

fn direction(reverse: bool) -> Direction {
    if reverse { Direction::Reverse } else { Direction::Forward }
}

fn key(of: &impl Key) -> KeyBuf {
    let mut key = KeyBuf::default();
    of.write(&mut key);
    key
}

/// An event as it is shown, by the model: its details stand under a member of their own.
fn told(event: Event, data: bool) -> Result<HistoryEvent> {
    let mut members: IndexMap<String, Value> = IndexMap::new();
    members.insert("timestamp".to_owned(), Value::Time(event.at));
    members.insert("type".to_owned(), Value::Str(event.kind.clone()));
    members.insert("id".to_owned(), Value::Int(event.id));
    members.insert("previousEventId".to_owned(), Value::Int(event.previous));
    if let (Some(name), Some(details)) = (history::details_of(&event.kind), history::details(&event, data)) {
        let model = api::MODEL.get();
        let shape = model.shape_named("HistoryEvent").and_then(|(_, shape)| Some(shape.member(name)?.1.shape));
        let json = Modelled { model, blobs: Blobs::Base64, json_for_text: false };
        let read = shape.map(|shape| json.value(shape, &details)).transpose().map_err(Error::internal)?;
        members.extend(read.map(|value| (name.to_owned(), value)));
    }
    let mut shown = HistoryEvent::default();
    fill(&mut shown, &Value::Map(members)).map_err(Error::internal)?;
    Ok(shown)
}
