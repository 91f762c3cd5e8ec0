//! What happened to alarms.

use crate::api::*;
use crate::errors;
use crate::state::{HISTORY, Item};
use service::{Direction, Edge, Key, KeyBuf, Result, Timestamp, Token, View};

const MOST: usize = 100;
const KEPT_SECONDS: i64 = 30 * 86_400;

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html>
pub fn describe_alarm_history(view: &View, input: DescribeAlarmHistoryInput) -> Result<DescribeAlarmHistoryOutput> {
    let DescribeAlarmHistoryInput {
        alarm_name,
        alarm_contributor_id,
        alarm_types,
        history_item_type,
        start_date,
        end_date,
        max_records,
        next_token,
        scan_by,
    } = input;
    errors::refuse("DescribeAlarmHistory", &[("AlarmContributorId", alarm_contributor_id.is_some())])?;
    let place = |token: &Token| {
        let (at, number) = token.as_bytes().split_at_checked(8)?;
        let number = i64::from_be_bytes(number.try_into().ok()?);
        Some((Timestamp(i64::from_be_bytes(at.try_into().ok()?)), number))
    };
    let after = next_token
        .map(|text| Token::decode(&text).as_ref().and_then(place).ok_or_else(errors::invalid_token))
        .transpose()?;
    let most = max_records.and_then(|count| usize::try_from(count).ok()).unwrap_or(MOST);
    let types = alarm_types.filter(|types| !types.is_empty()).unwrap_or_else(|| vec!["MetricAlarm".to_owned()]);
    let kept = Timestamp::from_secs(view.now().secs() - KEPT_SECONDS);
    let from = start_date.map_or(kept, |at| view.said(at).max(kept));
    let to = end_date.map_or(Timestamp::MAX, |at| view.said(at));
    let edge = |at: Timestamp| {
        let mut key = KeyBuf::default();
        (at,).write(&mut key);
        key
    };
    let ascending = scan_by.as_deref() == Some("TimestampAscending");
    let direction = if ascending { Direction::Forward } else { Direction::Reverse };
    let beyond = |item: &Item| {
        let here = (item.at, item.number);
        after.is_none_or(|after| if ascending { here > after } else { here < after })
    };
    let wanted = |item: &Item| {
        beyond(item)
            && alarm_name.as_ref().is_none_or(|name| *name == item.alarm)
            && types.contains(&item.alarm_type)
            && history_item_type.as_ref().is_none_or(|kind| *kind == item.item_type)
    };
    let mut items: Vec<Item> = Vec::new();
    let mut next = None;
    for item in view.range(&HISTORY, (&Edge::Before(edge(from)), &Edge::Behind(edge(to))), direction) {
        let item = item?;
        if !wanted(&item) {
            continue;
        }
        if items.len() == most {
            let last = items.last().map(|last| [last.at.0.to_be_bytes(), last.number.to_be_bytes()].concat());
            next = last.map(|bytes| Token::of(bytes).encode());
            break;
        }
        items.push(item);
    }
    Ok(DescribeAlarmHistoryOutput {
        alarm_history_items: Some(items.into_iter().map(shown).collect()),
        next_token: next,
    })
}

fn shown(item: Item) -> AlarmHistoryItem {
    AlarmHistoryItem {
        alarm_name: Some(item.alarm),
        alarm_type: Some(item.alarm_type),
        timestamp: Some(item.at),
        history_item_type: Some(item.item_type),
        history_summary: Some(item.summary),
        history_data: Some(item.data),
        ..AlarmHistoryItem::default()
    }
}
