//! Trails started and stopped, and how their deliveries went.

use crate::api::*;
use crate::state::{COURSES, Course};
use crate::{address, delivery, told};
use service::{Cx, Error, Result, Timestamp, View};

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html>
pub fn start_logging(cx: &mut Cx, input: StartLoggingRequest) -> Result<StartLoggingResponse> {
    let StartLoggingRequest { name } = input;
    let trail = address::open(cx, &name)?;
    let key = address::key(&trail);
    let course = address::course(cx, &key)?;
    if course.logging {
        return Ok(StartLoggingResponse {});
    }
    // This very call is the first that is delivered: its record comes behind the place.
    let place = i64::try_from(cx.end_of_trail()?).map_err(Error::internal)?;
    let started = Course { logging: true, place, started_at: Some(cx.now()), ..course };
    cx.put(&COURSES, &key, &started)?;
    told::begin(cx, &trail)?;
    Ok(StartLoggingResponse {})
}

/// What happened until now is delivered at once.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html>
pub fn stop_logging(cx: &mut Cx, input: StopLoggingRequest) -> Result<StopLoggingResponse> {
    let StopLoggingRequest { name } = input;
    let trail = address::open(cx, &name)?;
    let key = address::key(&trail);
    let course = address::course(cx, &key)?;
    if course.logging {
        let stopped = Course { logging: false, stopped_at: Some(cx.now()), ..course };
        cx.put(&COURSES, &key, &stopped)?;
        delivery::set_timer(cx, &trail.name, cx.now())?;
    }
    Ok(StopLoggingResponse {})
}

/// Times stand there as numbers, and as texts that are empty for what did not happen.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html>
pub fn get_trail_status(view: &View, input: GetTrailStatusRequest) -> Result<GetTrailStatusResponse> {
    let GetTrailStatusRequest { name } = input;
    let trail = address::find(view, &name)?;
    let Course { logging, place: _, streams: _, started_at, stopped_at, files, notices, lines, digests } =
        address::course(view, &address::key(&trail))?;
    Ok(GetTrailStatusResponse {
        is_logging: Some(logging),
        latest_delivery_error: files.error,
        latest_notification_error: notices.error,
        latest_delivery_time: files.done_at,
        latest_notification_time: notices.done_at,
        start_logging_time: started_at,
        stop_logging_time: stopped_at,
        latest_cloud_watch_logs_delivery_error: lines.error,
        latest_cloud_watch_logs_delivery_time: lines.done_at,
        latest_digest_delivery_time: digests.done_at,
        latest_digest_delivery_error: digests.error,
        latest_delivery_attempt_time: text(files.tried_at),
        latest_notification_attempt_time: text(notices.tried_at),
        latest_notification_attempt_succeeded: text(notices.done_at),
        latest_delivery_attempt_succeeded: text(files.done_at),
        time_logging_started: text(started_at),
        time_logging_stopped: text(stopped_at),
    })
}

fn text(moment: Option<Timestamp>) -> Option<String> {
    Some(moment.map(|moment| moment.whole_secs().iso8601()).unwrap_or_default())
}
