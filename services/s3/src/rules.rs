//! The rules of a lifecycle configuration: what they apply to, and when they act.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html>

use crate::api::{
    BucketLifecycleConfiguration, LifecycleExpiration, LifecycleRule, LifecycleRuleAndOperator, LifecycleRuleFilter,
    Tag,
};
use crate::errors;
use crate::state::ObjectRow;
use service::{Duration, Error, Result, Timestamp};

/// The most rules of a configuration.
const MOST_RULES: usize = 1000;
/// The most newer versions that a rule can keep.
pub const MOST_NEWER: usize = 101;

const DAY: u64 = 86_400;

/// What is done with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It goes, or gets a delete marker before it.
    Expire,
    /// It gets this storage class.
    Move(String),
}

/// A version as rules see it.
pub struct Subject<'r> {
    /// Its row.
    pub row: &'r ObjectRow,
    /// How many noncurrent versions are newer, as far as they count.
    pub newer: usize,
    /// Whether it is the key's only version.
    pub alone: bool,
}

/// The midnight that ends the day in which so many days are over.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days>
fn midnight_after(from: Timestamp, days: i64) -> Timestamp {
    let due = from.after(Duration::from_secs(DAY * days.max(0).unsigned_abs())).secs();
    let day = DAY as i64;
    let midnight = due.div_euclid(day) * day;
    Timestamp::from_secs(if midnight < due { midnight + day } else { midnight })
}

/// Whether a rule looks at how many newer versions there are.
pub fn counts_versions(rule: &LifecycleRule) -> bool {
    rule.noncurrent_version_expiration.as_ref().is_some_and(|e| e.newer_noncurrent_versions.is_some())
        || rule.noncurrent_version_transitions.iter().flatten().any(|t| t.newer_noncurrent_versions.is_some())
}

/// Whether a rule applies to an object.
fn applies(rule: &LifecycleRule, row: &ObjectRow) -> bool {
    let tagged = |tag: &Tag| row.tags.get(&tag.key) == Some(&tag.value);
    let begins = |prefix: &Option<String>| prefix.as_ref().is_none_or(|prefix| row.key.starts_with(prefix.as_str()));
    let sized = |greater: Option<i64>, less: Option<i64>| {
        greater.is_none_or(|greater| row.size > greater) && less.is_none_or(|less| row.size < less)
    };
    if !begins(&rule.prefix) {
        return false;
    }
    let Some(LifecycleRuleFilter { prefix, tag, object_size_greater_than, object_size_less_than, and }) = &rule.filter
    else {
        return true;
    };
    let all = and.as_ref().is_none_or(|and| {
        let LifecycleRuleAndOperator { prefix, tags, object_size_greater_than, object_size_less_than } = and;
        begins(prefix) && tags.iter().flatten().all(tagged) && sized(*object_size_greater_than, *object_size_less_than)
    });
    begins(prefix) && tag.as_ref().is_none_or(tagged) && sized(*object_size_greater_than, *object_size_less_than) && all
}

/// When a rule ends the life of a current version that is no delete marker.
fn expiry(rule: &LifecycleRule, row: &ObjectRow) -> Option<Timestamp> {
    let LifecycleExpiration { date, days, .. } = rule.expiration.as_ref()?;
    date.or_else(|| days.map(|days| midnight_after(row.modified, days)))
}

/// When the current version will go, and by which rule: the earliest.
pub fn expires<'r>(rules: &'r [LifecycleRule], row: &ObjectRow) -> Option<(Timestamp, &'r LifecycleRule)> {
    let applying = rules.iter().filter(|rule| rule.status == "Enabled" && applies(rule, row));
    applying.filter_map(|rule| Some((expiry(rule, row)?, rule))).min_by_key(|(at, _)| *at)
}

/// When an upload is given up, and by which rule.
pub fn abort_at<'r>(
    rules: &'r [LifecycleRule],
    key: &str,
    initiated: Timestamp,
) -> Option<(Timestamp, &'r LifecycleRule)> {
    let named = ObjectRow { key: key.to_owned(), ..ObjectRow::default() };
    let applying = rules.iter().filter(|rule| rule.status == "Enabled" && applies(rule, &named));
    let due = |rule: &LifecycleRule| {
        let days = rule.abort_incomplete_multipart_upload.as_ref()?.days_after_initiation?;
        Some(midnight_after(initiated, days))
    };
    applying.filter_map(|rule| Some((due(rule)?, rule))).min_by_key(|(at, _)| *at)
}

/// What the rules do next with a version, and when. Of several at once, the end of its life counts most.
pub fn next(rules: &[LifecycleRule], subject: &Subject<'_>) -> Option<(Timestamp, Action)> {
    let row = subject.row;
    let mut all: Vec<(Timestamp, Action)> = Vec::new();
    for rule in rules.iter().filter(|rule| applies(rule, row)) {
        match (row.noncurrent_since, row.marker) {
            (Some(since), _) => noncurrent(rule, subject, since, &mut all),
            (None, true) => all.extend(marker(rule, subject)),
            (None, false) => current(rule, row, &mut all),
        }
    }
    let expires = all.iter().filter(|(_, action)| *action == Action::Expire).map(|(at, _)| *at).min();
    // Objects only ever move to a colder class.
    let moves = all.into_iter().filter(|(_, action)| match action {
        Action::Move(class) => coldness(class) > coldness(&row.storage_class),
        Action::Expire => false,
    });
    let first = moves.min_by(|a, b| a.0.cmp(&b.0).then_with(|| cold(&b.1).cmp(&cold(&a.1))));
    match (expires, first) {
        (Some(at), Some((sooner, action))) if sooner < at => Some((sooner, action)),
        (Some(at), _) => Some((at, Action::Expire)),
        (None, first) => first,
    }
}

fn cold(action: &Action) -> usize {
    match action {
        Action::Move(class) => coldness(class),
        Action::Expire => 0,
    }
}

/// The waterfall of storage classes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html>
fn coldness(class: &str) -> usize {
    let order = [
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "INTELLIGENT_TIERING",
        "ONEZONE_IA",
        "GLACIER_IR",
        "GLACIER",
        "DEEP_ARCHIVE",
    ];
    order.iter().position(|one| *one == class).unwrap_or_default()
}

fn current(rule: &LifecycleRule, row: &ObjectRow, all: &mut Vec<(Timestamp, Action)>) {
    all.extend(expiry(rule, row).map(|at| (at, Action::Expire)));
    for transition in rule.transitions.iter().flatten() {
        let at = transition.date.or_else(|| transition.days.map(|days| midnight_after(row.modified, days)));
        all.extend(at.map(|at| (at, Action::Move(transition.storage_class.clone().unwrap_or_default()))));
    }
}

/// A delete marker goes when nothing is left behind it.
fn marker(rule: &LifecycleRule, subject: &Subject<'_>) -> Option<(Timestamp, Action)> {
    let LifecycleExpiration { date, days, expired_object_delete_marker } = rule.expiration.as_ref()?;
    if !subject.alone {
        return None;
    }
    let at = match (expired_object_delete_marker, date, days) {
        (Some(true), _, _) => midnight_after(subject.row.modified, 0),
        (_, Some(date), _) => *date,
        (_, _, Some(days)) => midnight_after(subject.row.modified, *days),
        _ => return None,
    };
    Some((at, Action::Expire))
}

fn noncurrent(rule: &LifecycleRule, subject: &Subject<'_>, since: Timestamp, all: &mut Vec<(Timestamp, Action)>) {
    let enough = |keep: Option<i64>| keep.is_none_or(|keep| subject.newer as i64 >= keep);
    if let Some(expiration) = &rule.noncurrent_version_expiration
        && enough(expiration.newer_noncurrent_versions)
    {
        all.extend(expiration.noncurrent_days.map(|days| (midnight_after(since, days), Action::Expire)));
    }
    if subject.row.marker {
        return;
    }
    for transition in rule.noncurrent_version_transitions.iter().flatten() {
        if enough(transition.newer_noncurrent_versions) {
            let class = transition.storage_class.clone().unwrap_or_default();
            all.extend(transition.noncurrent_days.map(|days| (midnight_after(since, days), Action::Move(class))));
        }
    }
}

/// Checks a configuration, and gives ids to rules that have none.
pub fn checked(
    mut configuration: BucketLifecycleConfiguration,
    mut new_id: impl FnMut() -> String,
) -> Result<BucketLifecycleConfiguration> {
    let rules = &mut configuration.rules;
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(errors::malformed_xml());
    }
    for rule in rules.iter_mut() {
        check(rule)?;
        if rule.id.as_deref().unwrap_or_default().is_empty() {
            rule.id = Some(new_id());
        }
    }
    let mut ids: Vec<&str> = rules.iter().filter_map(|rule| rule.id.as_deref()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair.first() == pair.last()) {
        let text = "Rule ID must be unique. Found same ID for more than one rule";
        return Err(invalid(text));
    }
    Ok(configuration)
}

fn invalid(text: &str) -> Error {
    errors::invalid_argument(text, "LifecycleConfiguration", "")
}

fn check(rule: &LifecycleRule) -> Result<()> {
    let LifecycleRule { id, prefix, filter, status, expiration, .. } = rule;
    if !matches!(status.as_str(), "Enabled" | "Disabled") || (prefix.is_some() && filter.is_some()) {
        return Err(errors::malformed_xml());
    }
    if id.as_ref().is_some_and(|id| id.chars().count() > 255) {
        return Err(invalid("ID length should not exceed allowed limit of 255"));
    }
    if let Some(LifecycleRuleFilter { prefix, tag, object_size_greater_than, object_size_less_than, and }) = filter {
        let given = [
            prefix.is_some(),
            tag.is_some(),
            object_size_greater_than.is_some(),
            object_size_less_than.is_some(),
            and.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() > 1 {
            return Err(errors::malformed_xml());
        }
    } else if prefix.is_none() {
        return Err(errors::malformed_xml());
    }
    if let Some(LifecycleExpiration { date, days, expired_object_delete_marker }) = expiration {
        let given = [date.is_some(), days.is_some(), expired_object_delete_marker.is_some()];
        if given.into_iter().filter(|given| *given).count() != 1 {
            return Err(errors::malformed_xml());
        }
        if days.is_some_and(|days| days < 1) {
            return Err(invalid("'Days' for Expiration action must be a positive integer"));
        }
        check_date(*date)?;
    }
    check_actions(rule)
}

fn check_date(date: Option<Timestamp>) -> Result<()> {
    match date {
        Some(date) if date.secs().rem_euclid(DAY as i64) != 0 => Err(invalid("'Date' must be at midnight GMT")),
        _ => Ok(()),
    }
}

fn check_actions(rule: &LifecycleRule) -> Result<()> {
    for transition in rule.transitions.iter().flatten() {
        if transition.date.is_some() == transition.days.is_some() || transition.storage_class.is_none() {
            return Err(errors::malformed_xml());
        }
        if transition.days.is_some_and(|days| days < 0) {
            return Err(invalid("'Days' in Transition action must be nonnegative"));
        }
        let early = matches!(transition.storage_class.as_deref(), Some("STANDARD_IA" | "ONEZONE_IA"));
        if early && transition.days.is_some_and(|days| days < 30) {
            let class = transition.storage_class.as_deref().unwrap_or_default();
            let text =
                format!("'Days' in Transition action must be greater than or equal to 30 for storageClass '{class}'");
            return Err(invalid(&text));
        }
        check_date(transition.date)?;
    }
    for transition in rule.noncurrent_version_transitions.iter().flatten() {
        if transition.noncurrent_days.is_none() || transition.storage_class.is_none() {
            return Err(errors::malformed_xml());
        }
    }
    let days = rule.noncurrent_version_expiration.iter().map(|e| e.noncurrent_days);
    if days.into_iter().any(|days| days.is_none_or(|days| days < 1)) {
        return Err(invalid("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"));
    }
    if let Some(abort) = &rule.abort_incomplete_multipart_upload
        && abort.days_after_initiation.is_none_or(|days| days < 1)
    {
        let text = "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer";
        return Err(invalid(text));
    }
    let nothing = rule.expiration.is_none()
        && rule.transitions.is_none()
        && rule.noncurrent_version_expiration.is_none()
        && rule.noncurrent_version_transitions.is_none()
        && rule.abort_incomplete_multipart_upload.is_none();
    if nothing {
        return Err(errors::invalid_request("At least one action needs to be specified in a rule."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{NoncurrentVersionExpiration, Transition};

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso8601(text).unwrap()
    }

    fn rule() -> LifecycleRule {
        LifecycleRule { status: "Enabled".to_owned(), prefix: Some(String::new()), ..LifecycleRule::default() }
    }

    fn days(days: i64) -> Option<LifecycleExpiration> {
        Some(LifecycleExpiration { days: Some(days), ..LifecycleExpiration::default() })
    }

    #[test]
    fn days_end_at_midnight() {
        // AWS's own example: 1/15/2014 10:30 AM UTC and 3 days are 1/19/2014 00:00 UTC.
        assert_eq!(midnight_after(at("2014-01-15T10:30:00Z"), 3), at("2014-01-19T00:00:00Z"));
        assert_eq!(midnight_after(at("2014-01-15T00:00:00Z"), 3), at("2014-01-18T00:00:00Z"));
    }

    #[test]
    fn what_comes_first() {
        let row = ObjectRow {
            key: "logs/a".to_owned(),
            size: 10,
            storage_class: "STANDARD".to_owned(),
            modified: at("2026-01-01T12:00:00Z"),
            ..ObjectRow::default()
        };
        let cool = Transition { days: Some(1), storage_class: Some("GLACIER".to_owned()), ..Transition::default() };
        let both = LifecycleRule { expiration: days(5), transitions: Some(vec![cool]), ..rule() };
        let rules = [both];
        let subject = Subject { row: &row, newer: 0, alone: true };
        assert_eq!(next(&rules, &subject), Some((at("2026-01-03T00:00:00Z"), Action::Move("GLACIER".to_owned()))));
        let row = ObjectRow { storage_class: "GLACIER".to_owned(), ..row };
        let subject = Subject { row: &row, newer: 0, alone: true };
        assert_eq!(next(&rules, &subject), Some((at("2026-01-07T00:00:00Z"), Action::Expire)));
        let marker = ObjectRow { marker: true, ..row.clone() };
        assert_eq!(next(&rules, &Subject { row: &marker, newer: 0, alone: false }), None);
        assert!(next(&rules, &Subject { row: &marker, newer: 0, alone: true }).is_some());
        let other = [LifecycleRule { prefix: Some("data/".to_owned()), expiration: days(1), ..rule() }];
        assert_eq!(next(&other, &subject), None);
    }

    #[test]
    fn newer_versions_are_counted() {
        let row = ObjectRow { noncurrent_since: Some(at("2026-01-01T00:00:00Z")), ..ObjectRow::default() };
        let expiration = NoncurrentVersionExpiration { noncurrent_days: Some(2), newer_noncurrent_versions: Some(2) };
        let rules = [LifecycleRule { noncurrent_version_expiration: Some(expiration), ..rule() }];
        assert_eq!(next(&rules, &Subject { row: &row, newer: 1, alone: false }), None);
        assert_eq!(
            next(&rules, &Subject { row: &row, newer: 2, alone: false }),
            Some((at("2026-01-03T00:00:00Z"), Action::Expire))
        );
    }
}
