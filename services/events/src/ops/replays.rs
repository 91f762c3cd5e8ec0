//! Replays.

use crate::address::{self, BusAddress};
use crate::api::*;
use crate::paging::page;
use crate::state::{self, ARCHIVES, REPLAYS};
use crate::{errors, timers};
use service::{Arn, Cx, Error, Result, View};

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
const MOST_ACTIVE: usize = 10;

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html>
pub fn start_replay(cx: &mut Cx, input: StartReplayRequest) -> Result<StartReplayResponse> {
    let StartReplayRequest {
        replay_name: name,
        description,
        event_source_arn: source_arn,
        event_start_time: from,
        event_end_time: to,
        destination,
    } = input;
    let ReplayDestination { arn: destination, filter_arns } = destination;
    let refuse = |parameter: &str, reason: String| {
        errors::validation(format!("Parameter {parameter} is not valid. Reason: {reason}"))
    };
    let address = BusAddress::of_arn(&destination)
        .ok_or_else(|| refuse("Destination.Arn", "Must contain an event bus ARN.".to_owned()))?;
    address.bus(cx)?;
    let archive = address::archive_name(cx, &source_arn).unwrap_or(&source_arn);
    let Some(archive) = cx.get(&ARCHIVES, archive)? else {
        return Err(refuse("EventSourceArn", format!("Archive {archive} does not exist.")));
    };
    if archive.source_arn != destination {
        return Err(refuse("Destination.Arn", "Cross event bus replay is not permitted.".to_owned()));
    }
    if from >= to {
        return Err(refuse("EventEndTime", "EventStartTime must be before EventEndTime.".to_owned()));
    }
    if cx.has(&REPLAYS, name.as_str())? {
        return Err(errors::exists(format!("Replay {name} already exists.")));
    }
    let active = cx.rows(&REPLAYS, ()).filter(|row| row.as_ref().is_ok_and(|replay| replay.ended_at.is_none()));
    if active.count() >= MOST_ACTIVE {
        return Err(errors::limit_exceeded());
    }
    let replay = state::Replay {
        name,
        description,
        archive: archive.name,
        state: "STARTING".to_owned(),
        destination,
        filters: filter_arns.unwrap_or_default(),
        from,
        to,
        started_at: cx.now(),
        ..state::Replay::default()
    };
    cx.put(&REPLAYS, replay.name.as_str(), &replay)?;
    timers::replay(cx, &replay.name)?;
    Ok(StartReplayResponse {
        replay_arn: Some(arn(cx, &replay.name).to_string()),
        state: Some(replay.state),
        state_reason: None,
        replay_start_time: Some(replay.started_at),
    })
}

fn arn(view: &View, name: &str) -> Arn {
    address::arn(view.scope(), format!("replay/{name}"))
}

fn find(view: &View, name: &str) -> Result<state::Replay> {
    view.get(&REPLAYS, name)?.ok_or_else(|| errors::not_found(format!("Replay {name} does not exist.")))
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CancelReplay.html>
pub fn cancel_replay(cx: &mut Cx, input: CancelReplayRequest) -> Result<CancelReplayResponse> {
    let CancelReplayRequest { replay_name } = input;
    let mut replay = find(cx, &replay_name)?;
    if !matches!(replay.state.as_str(), "STARTING" | "RUNNING") {
        let text = format!("Replay {replay_name} is not in a valid state for this operation.");
        return Err(Error::new("IllegalStatusException", text));
    }
    replay.state = "CANCELLING".to_owned();
    cx.put(&REPLAYS, replay_name.as_str(), &replay)?;
    Ok(CancelReplayResponse {
        replay_arn: Some(arn(cx, &replay_name).to_string()),
        state: Some(replay.state),
        state_reason: None,
    })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeReplay.html>
pub fn describe_replay(view: &View, input: DescribeReplayRequest) -> Result<DescribeReplayResponse> {
    let DescribeReplayRequest { replay_name } = input;
    let replay = find(view, &replay_name)?;
    Ok(DescribeReplayResponse {
        replay_arn: Some(arn(view, &replay.name).to_string()),
        replay_name: Some(replay.name),
        description: replay.description,
        state: Some(replay.state),
        state_reason: replay.reason,
        event_source_arn: Some(archive_arn(view, &replay.archive)),
        destination: Some(ReplayDestination {
            arn: replay.destination,
            filter_arns: (!replay.filters.is_empty()).then_some(replay.filters),
        }),
        event_start_time: Some(replay.from),
        event_end_time: Some(replay.to),
        event_last_replayed_time: replay.last_at,
        replay_start_time: Some(replay.started_at),
        replay_end_time: replay.ended_at,
    })
}

fn archive_arn(view: &View, name: &str) -> String {
    address::arn(view.scope(), format!("archive/{name}")).to_string()
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListReplays.html>
pub fn list_replays(view: &View, input: ListReplaysRequest) -> Result<ListReplaysResponse> {
    let ListReplaysRequest { name_prefix, state, event_source_arn, next_token, limit } = input;
    if [name_prefix.is_some(), event_source_arn.is_some(), state.is_some()].iter().filter(|given| **given).count() > 1 {
        return Err(errors::validation(
            "At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or NamePrefix.",
        ));
    }
    let page = page(next_token, limit)?;
    let wanted = |replay: &state::Replay| {
        name_prefix.as_ref().is_none_or(|prefix| replay.name.starts_with(prefix))
            && event_source_arn.as_ref().is_none_or(|arn| archive_arn(view, &replay.archive) == *arn)
            && state.as_ref().is_none_or(|state| replay.state == *state)
    };
    let (rows, next) = view.page(&REPLAYS, (), &page, wanted)?;
    let shown = |replay: state::Replay| Replay {
        event_source_arn: Some(archive_arn(view, &replay.archive)),
        replay_name: Some(replay.name),
        state: Some(replay.state),
        state_reason: replay.reason,
        event_start_time: Some(replay.from),
        event_end_time: Some(replay.to),
        event_last_replayed_time: replay.last_at,
        replay_start_time: Some(replay.started_at),
        replay_end_time: replay.ended_at,
    };
    Ok(ListReplaysResponse {
        replays: Some(rows.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
