//! Trails made, changed and deleted.

use crate::api::*;
use crate::state::{COURSES, Course, TRAILS, TrailRow};
use crate::{address, digests, errors, names, peers, tags, told, trying};
use service::{Cx, IndexMap, Result, View};

/// Trails that a region has at most, those of all regions included.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>
const MOST_TRAILS: usize = 5;

/// What is said of a trail that was just made or changed: all but its home and its selectors.
macro_rules! settled {
    ($answer:ident, $trail:expr) => {{
        let trail = $trail;
        $answer {
            name: trail.name,
            s3_bucket_name: trail.s3_bucket_name,
            s3_key_prefix: trail.s3_key_prefix,
            sns_topic_name: trail.sns_topic_name,
            sns_topic_arn: trail.sns_topic_arn,
            include_global_service_events: trail.include_global_service_events,
            is_multi_region_trail: trail.is_multi_region_trail,
            trail_arn: trail.trail_arn,
            log_file_validation_enabled: trail.log_file_validation_enabled,
            cloud_watch_logs_log_group_arn: trail.cloud_watch_logs_log_group_arn,
            cloud_watch_logs_role_arn: trail.cloud_watch_logs_role_arn,
            kms_key_id: trail.kms_key_id,
            is_organization_trail: trail.is_organization_trail,
            recursive_logging: trail.recursive_logging,
        }
    }};
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html>
pub fn create_trail(cx: &mut Cx, input: CreateTrailRequest) -> Result<CreateTrailResponse> {
    let CreateTrailRequest {
        name,
        s3_bucket_name,
        s3_key_prefix,
        sns_topic_name,
        include_global_service_events,
        is_multi_region_trail,
        enable_log_file_validation,
        cloud_watch_logs_log_group_arn,
        cloud_watch_logs_role_arn,
        kms_key_id,
        is_organization_trail,
        tags_list,
        recursive_logging,
    } = input;
    names::check_trail(&name)?;
    refuse_organization(is_organization_trail)?;
    let mut own = IndexMap::new();
    tags::add(cx.request(), &mut own, tags_list.unwrap_or_default())?;
    let home_region = cx.region().as_str().to_owned();
    let mut trail = TrailRow {
        name,
        home_region,
        created_at: cx.now(),
        include_global_service_events: true,
        recursive_logging: true,
        tags: own,
        ..TrailRow::default()
    };
    let key = address::key(&trail);
    if cx.has(&TRAILS, &key)? {
        return Err(errors::trail_exists(&trail.name, cx.account()));
    }
    let wish = Wish {
        s3_bucket_name: Some(s3_bucket_name),
        s3_key_prefix,
        sns_topic_name,
        include_global_service_events,
        is_multi_region_trail,
        enable_log_file_validation,
        cloud_watch_logs_log_group_arn,
        cloud_watch_logs_role_arn,
        kms_key_id,
        recursive_logging,
    };
    wish.apply(cx, &mut trail)?;
    check_count(cx, &trail)?;
    trying::bucket(cx, &trail)?;
    trying::topic(cx, &trail)?;
    trying::log_group(cx, &trail)?;
    cx.put(&TRAILS, &key, &trail)?;
    cx.put(&COURSES, &key, &Course { streams: streams(cx, &trail), ..Course::default() })?;
    Ok(settled!(CreateTrailResponse, answer(cx, trail)))
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html>
pub fn update_trail(cx: &mut Cx, input: UpdateTrailRequest) -> Result<UpdateTrailResponse> {
    let UpdateTrailRequest {
        name,
        s3_bucket_name,
        s3_key_prefix,
        sns_topic_name,
        include_global_service_events,
        is_multi_region_trail,
        enable_log_file_validation,
        cloud_watch_logs_log_group_arn,
        cloud_watch_logs_role_arn,
        kms_key_id,
        is_organization_trail,
        recursive_logging,
    } = input;
    refuse_organization(is_organization_trail)?;
    let before = address::open(cx, &name)?;
    let mut trail = before.clone();
    let wish = Wish {
        s3_bucket_name,
        s3_key_prefix,
        sns_topic_name,
        include_global_service_events,
        is_multi_region_trail,
        enable_log_file_validation,
        cloud_watch_logs_log_group_arn,
        cloud_watch_logs_role_arn,
        kms_key_id,
        recursive_logging,
    };
    wish.apply(cx, &mut trail)?;
    if trail.is_multi_region_trail && !before.is_multi_region_trail {
        check_count(cx, &trail)?;
    }
    let bucket =
        |trail: &TrailRow| (trail.s3_bucket_name.clone(), trail.s3_key_prefix.clone(), trail.kms_key_id.clone());
    let group =
        |trail: &TrailRow| (trail.cloud_watch_logs_log_group_arn.clone(), trail.cloud_watch_logs_role_arn.clone());
    if bucket(&trail) != bucket(&before) {
        trying::bucket(cx, &trail)?;
    }
    if trail.sns_topic_arn != before.sns_topic_arn {
        trying::topic(cx, &trail)?;
    }
    if group(&trail) != group(&before) {
        trying::log_group(cx, &trail)?;
        let streams = streams(cx, &trail);
        address::change_course(cx, &address::key(&trail), |course| course.streams = streams)?;
    }
    follow(cx, &before, &trail)?;
    cx.put(&TRAILS, &address::key(&trail), &trail)?;
    Ok(settled!(UpdateTrailResponse, answer(cx, trail)))
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html>
pub fn delete_trail(cx: &mut Cx, input: DeleteTrailRequest) -> Result<DeleteTrailResponse> {
    let DeleteTrailRequest { name } = input;
    let trail = address::open(cx, &name)?;
    let key = address::key(&trail);
    told::forget(cx, &key)?;
    cx.delete(&COURSES, &key)?;
    cx.delete(&TRAILS, &key)?;
    Ok(DeleteTrailResponse {})
}

/// What a request says of a trail: `None` leaves it as it is, an empty text takes it away.
struct Wish {
    s3_bucket_name: Option<String>,
    s3_key_prefix: Option<String>,
    sns_topic_name: Option<String>,
    include_global_service_events: Option<bool>,
    is_multi_region_trail: Option<bool>,
    enable_log_file_validation: Option<bool>,
    cloud_watch_logs_log_group_arn: Option<String>,
    cloud_watch_logs_role_arn: Option<String>,
    kms_key_id: Option<String>,
    recursive_logging: Option<bool>,
}

impl Wish {
    fn apply(self, view: &View, trail: &mut TrailRow) -> Result<()> {
        let set = |place: &mut bool, wish: Option<bool>| *place = wish.unwrap_or(*place);
        set(&mut trail.include_global_service_events, self.include_global_service_events);
        set(&mut trail.is_multi_region_trail, self.is_multi_region_trail);
        set(&mut trail.log_file_validation_enabled, self.enable_log_file_validation);
        set(&mut trail.recursive_logging, self.recursive_logging);
        if trail.is_multi_region_trail && !trail.include_global_service_events {
            return Err(errors::combination("Multi-Region trail must include global service events."));
        }
        if let Some(bucket) = self.s3_bucket_name {
            names::check_bucket(&bucket)?;
            let region = peers::bucket_region(view, &bucket)?.ok_or_else(|| errors::no_such_bucket(&bucket))?;
            (trail.s3_bucket_name, trail.bucket_region) = (bucket, region);
        }
        let given = |place: &mut Option<String>, wish: Option<String>| {
            if let Some(text) = wish {
                *place = Some(text).filter(|text| !text.is_empty());
            }
        };
        given(&mut trail.s3_key_prefix, self.s3_key_prefix);
        trail.s3_key_prefix.as_deref().map_or(Ok(()), names::check_prefix)?;
        given(&mut trail.sns_topic_name, self.sns_topic_name);
        trail.sns_topic_arn = trail.sns_topic_name.as_deref().map(|name| names::topic_arn(view, name)).transpose()?;
        given(&mut trail.cloud_watch_logs_log_group_arn, self.cloud_watch_logs_log_group_arn);
        given(&mut trail.cloud_watch_logs_role_arn, self.cloud_watch_logs_role_arn);
        match self.kms_key_id.as_deref() {
            None => {}
            Some("") => trail.kms_key_id = None,
            Some(key) => {
                let (arn, enabled) = peers::kms_key(view, key)?.ok_or_else(|| errors::kms_key_not_found(key))?;
                if !enabled {
                    return Err(errors::kms_key_disabled(key));
                }
                trail.kms_key_id = Some(arn);
            }
        }
        Ok(())
    }
}

/// Without an organisation there are no trails of one.
fn refuse_organization(wanted: Option<bool>) -> Result<()> {
    if wanted == Some(true) { Err(errors::no_organization()) } else { Ok(()) }
}

fn check_count(view: &View, trail: &TrailRow) -> Result<()> {
    let others: Vec<TrailRow> = address::all(view)?.into_iter().filter(|one| one.name != trail.name).collect();
    let crowded = |region: &str| others.iter().filter(|one| address::is_seen(one, region)).count() >= MOST_TRAILS;
    let regions = others.iter().map(|one| one.home_region.as_str()).filter(|_| trail.is_multi_region_trail);
    match [trail.home_region.as_str()].into_iter().chain(regions).find(|region| crowded(region)) {
        Some(region) => Err(errors::too_many_trails(MOST_TRAILS, region)),
        None => Ok(()),
    }
}

/// The log streams that trying a trail's log group has made.
fn streams(view: &View, trail: &TrailRow) -> Vec<String> {
    let stream = || crate::files::stream(view, &trail.home_region);
    trail.cloud_watch_logs_log_group_arn.iter().map(|_| stream()).collect()
}

/// Validation that is switched on begins a chain, and ends one where it is switched off.
fn follow(cx: &mut Cx, before: &TrailRow, after: &TrailRow) -> Result<()> {
    let logging = address::course(cx, &address::key(after))?.logging;
    match (before.log_file_validation_enabled, after.log_file_validation_enabled) {
        (false, true) if logging => digests::set_timer(cx, &after.name, cx.now().after(digests::INTERVAL)),
        (true, false) => digests::forget(cx, &address::key(after)),
        _ => Ok(()),
    }
}

/// A trail as answers have it.
pub(super) fn answer(view: &View, trail: TrailRow) -> Trail {
    let arn = address::arn(view, &trail).to_string();
    let custom = !trail.event_selectors.is_empty() || !trail.advanced_event_selectors.is_empty();
    Trail {
        name: Some(trail.name),
        s3_bucket_name: Some(trail.s3_bucket_name),
        s3_key_prefix: trail.s3_key_prefix,
        sns_topic_name: trail.sns_topic_name,
        sns_topic_arn: trail.sns_topic_arn,
        include_global_service_events: Some(trail.include_global_service_events),
        is_multi_region_trail: Some(trail.is_multi_region_trail),
        home_region: Some(trail.home_region),
        trail_arn: Some(arn),
        log_file_validation_enabled: Some(trail.log_file_validation_enabled),
        cloud_watch_logs_log_group_arn: trail.cloud_watch_logs_log_group_arn,
        cloud_watch_logs_role_arn: trail.cloud_watch_logs_role_arn,
        kms_key_id: trail.kms_key_id,
        has_custom_event_selectors: Some(custom),
        has_insight_selectors: Some(false),
        is_organization_trail: Some(false),
        recursive_logging: Some(trail.recursive_logging),
    }
}
