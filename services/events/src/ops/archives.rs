//! Archives.

use crate::address::BusAddress;
use crate::api::*;
use crate::paging::page;
use crate::state::{self, ARCHIVES};
use crate::{archive, bus, errors, timers};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
const MOST: usize = 1000;

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html>
pub fn create_archive(cx: &mut Cx, input: CreateArchiveRequest) -> Result<CreateArchiveResponse> {
    let CreateArchiveRequest {
        archive_name: name,
        event_source_arn: source_arn,
        description,
        event_pattern,
        retention_days,
        kms_key_identifier, // stored only
    } = input;
    let address = BusAddress::of_arn(&source_arn);
    let address = address.ok_or_else(|| {
        errors::validation("Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.")
    })?;
    address.bus(cx)?;
    if cx.has(&ARCHIVES, name.as_str())? {
        return Err(errors::exists(format!("Archive {name} already exists.")));
    }
    if cx.rows(&ARCHIVES, ()).count() >= MOST {
        return Err(errors::limit_exceeded());
    }
    check(event_pattern.as_deref())?;
    let archive = state::Archive {
        name,
        source_arn,
        description,
        event_pattern,
        retention_days: retention_days.unwrap_or_default(),
        kms_key_identifier,
        created_at: cx.now(),
        count: 0,
        bytes: 0,
    };
    cx.put(&ARCHIVES, archive.name.as_str(), &archive)?;
    Ok(CreateArchiveResponse {
        archive_arn: Some(archive.arn(cx).to_string()),
        state: Some("ENABLED".to_owned()),
        state_reason: None,
        creation_time: Some(archive.created_at),
    })
}

fn check(pattern: Option<&str>) -> Result<()> {
    pattern.map_or(Ok(()), |text| bus::compiled(text).map(drop))
}

fn find(view: &View, name: &str) -> Result<state::Archive> {
    view.get(&ARCHIVES, name)?.ok_or_else(|| errors::not_found(format!("Archive {name} does not exist.")))
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateArchive.html>
pub fn update_archive(cx: &mut Cx, input: UpdateArchiveRequest) -> Result<UpdateArchiveResponse> {
    let UpdateArchiveRequest {
        archive_name,
        description,
        event_pattern,
        retention_days,
        kms_key_identifier, // stored only
    } = input;
    let mut archive = find(cx, &archive_name)?;
    check(event_pattern.as_deref())?;
    archive.description = description.or(archive.description);
    archive.event_pattern = event_pattern.or(archive.event_pattern);
    archive.retention_days = retention_days.unwrap_or(archive.retention_days);
    archive.kms_key_identifier = kms_key_identifier.or(archive.kms_key_identifier);
    cx.put(&ARCHIVES, archive.name.as_str(), &archive)?;
    archive::retention_changed(cx, &archive)?;
    Ok(UpdateArchiveResponse {
        archive_arn: Some(archive.arn(cx).to_string()),
        state: Some("ENABLED".to_owned()),
        state_reason: None,
        creation_time: Some(archive.created_at),
    })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteArchive.html>
pub fn delete_archive(cx: &mut Cx, input: DeleteArchiveRequest) -> Result<DeleteArchiveResponse> {
    let DeleteArchiveRequest { archive_name } = input;
    let archive = find(cx, &archive_name)?;
    cx.delete(&ARCHIVES, archive.name.as_str())?;
    timers::forget(cx, &archive.name, cx.now())?;
    Ok(DeleteArchiveResponse {})
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeArchive.html>
pub fn describe_archive(view: &View, input: DescribeArchiveRequest) -> Result<DescribeArchiveResponse> {
    let DescribeArchiveRequest { archive_name } = input;
    let archive = find(view, &archive_name)?;
    Ok(DescribeArchiveResponse {
        archive_arn: Some(archive.arn(view).to_string()),
        archive_name: Some(archive.name),
        event_source_arn: Some(archive.source_arn),
        description: archive.description,
        event_pattern: archive.event_pattern,
        state: Some("ENABLED".to_owned()),
        state_reason: None,
        kms_key_identifier: archive.kms_key_identifier,
        retention_days: Some(archive.retention_days),
        size_bytes: Some(archive.bytes),
        event_count: Some(archive.count),
        creation_time: Some(archive.created_at),
    })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListArchives.html>
pub fn list_archives(view: &View, input: ListArchivesRequest) -> Result<ListArchivesResponse> {
    let ListArchivesRequest { name_prefix, event_source_arn, state, next_token, limit } = input;
    if [name_prefix.is_some(), event_source_arn.is_some(), state.is_some()].iter().filter(|given| **given).count() > 1 {
        return Err(errors::validation(
            "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.",
        ));
    }
    let page = page(next_token, limit)?;
    let wanted = |archive: &state::Archive| {
        name_prefix.as_ref().is_none_or(|prefix| archive.name.starts_with(prefix))
            && event_source_arn.as_ref().is_none_or(|arn| archive.source_arn == *arn)
            && state.as_ref().is_none_or(|state| state == "ENABLED")
    };
    let (rows, next) = view.page(&ARCHIVES, (), &page, wanted)?;
    let shown = |archive: state::Archive| Archive {
        archive_name: Some(archive.name),
        event_source_arn: Some(archive.source_arn),
        state: Some("ENABLED".to_owned()),
        state_reason: None,
        retention_days: Some(archive.retention_days),
        size_bytes: Some(archive.bytes),
        event_count: Some(archive.count),
        creation_time: Some(archive.created_at),
    };
    Ok(ListArchivesResponse {
        archives: Some(rows.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
