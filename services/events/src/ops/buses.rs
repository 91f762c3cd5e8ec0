//! Event buses.

use crate::address::{BusAddress, DEFAULT};
use crate::api::*;
use crate::paging::page;
use crate::state::{BUSES, Bus, RULES};
use crate::{errors, tags};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
const MOST: usize = 100;

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html>
pub fn create_event_bus(cx: &mut Cx, input: CreateEventBusRequest) -> Result<CreateEventBusResponse> {
    let CreateEventBusRequest {
        name,
        event_source_name,
        description,
        // stored only
        kms_key_identifier,
        // stored only
        dead_letter_config,
        // stored only
        log_config,
        tags,
    } = input;
    if event_source_name.is_some() {
        return Err(errors::not_implemented("CreateEventBus with EventSourceName"));
    }
    if name.contains('/') {
        return Err(errors::validation("Event bus name must not contain '/'."));
    }
    if name == DEFAULT || cx.has(&BUSES, name.as_str())? {
        return Err(errors::exists(format!("Event bus {name} already exists.")));
    }
    if cx.rows(&BUSES, ()).count() >= MOST {
        return Err(errors::limit_exceeded());
    }
    let mut bus = Bus { created_at: cx.now(), tags: tags::checked(cx, tags.unwrap_or_default())?, ..Bus::default() };
    bus.name = name;
    settings(&mut bus, description, kms_key_identifier, (dead_letter_config, log_config));
    put(cx, &mut bus)?;
    let (dead_letter_config, log_config) = (dead_letters(&bus), log(&bus));
    Ok(CreateEventBusResponse {
        event_bus_arn: Some(BusAddress::of(cx, Some(&bus.name)).arn().to_string()),
        description: bus.description,
        kms_key_identifier: bus.kms_key_identifier,
        dead_letter_config,
        log_config,
    })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html>
pub fn update_event_bus(cx: &mut Cx, input: UpdateEventBusRequest) -> Result<UpdateEventBusResponse> {
    let UpdateEventBusRequest {
        name,
        // stored only
        kms_key_identifier,
        description,
        // stored only
        dead_letter_config,
        // stored only
        log_config,
    } = input;
    let address = BusAddress::of(cx, name.as_deref());
    let mut bus = address.bus(cx)?;
    settings(&mut bus, description, kms_key_identifier, (dead_letter_config, log_config));
    put(cx, &mut bus)?;
    let (dead_letter_config, log_config) = (dead_letters(&bus), log(&bus));
    Ok(UpdateEventBusResponse {
        arn: Some(address.arn().to_string()),
        name: Some(bus.name),
        kms_key_identifier: bus.kms_key_identifier,
        description: bus.description,
        dead_letter_config,
        log_config,
    })
}

/// Keeps a bus that has changed.
pub(crate) fn put(cx: &mut Cx, bus: &mut Bus) -> Result<()> {
    bus.modified_at = cx.now();
    cx.put(&BUSES, bus.name.as_str(), bus)
}

type Stored = (Option<DeadLetterConfig>, Option<LogConfig>);

fn settings(bus: &mut Bus, description: Option<String>, key: Option<String>, (letters, log): Stored) {
    bus.description = description.or(bus.description.take());
    bus.kms_key_identifier = key.or(bus.kms_key_identifier.take());
    if let Some(config) = letters {
        bus.dead_letter_arn = config.arn;
    }
    if let Some(config) = log {
        (bus.log_detail, bus.log_level) = (config.include_detail, config.level);
    }
}

fn dead_letters(bus: &Bus) -> Option<DeadLetterConfig> {
    bus.dead_letter_arn.clone().map(|arn| DeadLetterConfig { arn: Some(arn) })
}

fn log(bus: &Bus) -> Option<LogConfig> {
    let config = LogConfig { include_detail: bus.log_detail.clone(), level: bus.log_level.clone() };
    (config.include_detail.is_some() || config.level.is_some()).then_some(config)
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html>
pub fn delete_event_bus(cx: &mut Cx, input: DeleteEventBusRequest) -> Result<Nothing> {
    let DeleteEventBusRequest { name } = input;
    if name == DEFAULT {
        return Err(errors::validation("Cannot delete event bus default."));
    }
    if cx.rows(&RULES, (name.as_str(),)).next().is_some() {
        return Err(errors::validation(format!("Event bus {name} can't be deleted since it has rules.")));
    }
    cx.delete(&BUSES, name.as_str())?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html>
pub fn describe_event_bus(view: &View, input: DescribeEventBusRequest) -> Result<DescribeEventBusResponse> {
    let DescribeEventBusRequest { name } = input;
    let address = BusAddress::of(view, name.as_deref());
    let bus = address.bus(view)?;
    let (dead_letter_config, log_config) = (dead_letters(&bus), log(&bus));
    let made = |at: service::Timestamp| (at != service::Timestamp::EPOCH).then_some(at);
    Ok(DescribeEventBusResponse {
        name: Some(bus.name),
        arn: Some(address.arn().to_string()),
        description: bus.description,
        kms_key_identifier: bus.kms_key_identifier,
        dead_letter_config,
        policy: bus.policy,
        log_config,
        creation_time: made(bus.created_at),
        last_modified_time: made(bus.modified_at),
        managed_by: None,
    })
}

/// The default bus comes first in the order of names where it has no row, and is shown on the first page.
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListEventBuses.html>
pub fn list_event_buses(view: &View, input: ListEventBusesRequest) -> Result<ListEventBusesResponse> {
    let ListEventBusesRequest { name_prefix, next_token, limit } = input;
    let prefix = name_prefix.unwrap_or_default();
    let mut page = page(next_token, limit)?;
    let mut buses = Vec::new();
    let virtual_default =
        page.after.is_none() && DEFAULT.starts_with(&prefix) && !view.has(&BUSES, DEFAULT)? && page.limit > 0;
    if virtual_default {
        buses.push(BusAddress::of(view, None).bus(view)?);
        page.limit -= 1;
    }
    let (rows, next) = view.page(&BUSES, (), &page, |bus| bus.name.starts_with(&prefix))?;
    // A page of one that the default bus fills goes on from the beginning of the rows.
    let next = if page.limit == 0 && next.is_some() { Some(service::Token::of([])) } else { next };
    buses.extend(rows);
    Ok(ListEventBusesResponse {
        event_buses: Some(buses.into_iter().map(|bus| shown(view, bus)).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

fn shown(view: &View, bus: Bus) -> EventBus {
    let made = |at: service::Timestamp| (at != service::Timestamp::EPOCH).then_some(at);
    EventBus {
        arn: Some(BusAddress::of(view, Some(&bus.name)).arn().to_string()),
        name: Some(bus.name),
        description: bus.description,
        policy: bus.policy,
        creation_time: made(bus.created_at),
        last_modified_time: made(bus.modified_at),
        managed_by: None,
    }
}
