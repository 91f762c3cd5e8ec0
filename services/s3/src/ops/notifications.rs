//! Who is told of a bucket's events.

use super::buckets::change;
use crate::address::Bucket;
use crate::api::*;
use crate::documents::{self, Kind};
use crate::peers::{self, Invoke, Publish, SendMessage};
use crate::{errors, notify};
use service::{Cx, Error, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html>
const MOST: usize = 100;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html>
pub fn get_bucket_notification_configuration(
    view: &View,
    input: GetBucketNotificationConfigurationRequest,
) -> Result<NotificationConfiguration> {
    let GetBucketNotificationConfigurationRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    Ok(documents::of(view, &found, Kind::Notification)?.unwrap_or_default())
}

/// A destination, of whichever kind.
struct Destination<'a> {
    arn: &'a str,
    service: &'static str,
    events: &'a [String],
    filter: Option<&'a NotificationConfigurationFilter>,
}

/// Queues and topics are sent a test event, functions are asked whether they may be called, before anything is kept.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html>
pub fn put_bucket_notification_configuration(
    cx: &mut Cx,
    input: PutBucketNotificationConfigurationRequest,
) -> Result<Nothing> {
    let PutBucketNotificationConfigurationRequest {
        bucket: name,
        mut notification_configuration,
        expected_bucket_owner,
        skip_destination_validation,
    } = input;
    let bucket = Bucket::open(cx, &name, expected_bucket_owner.as_deref())?;
    let configuration = &mut notification_configuration;
    name_all(cx, configuration);
    let destinations = destinations(configuration);
    check(&bucket, &destinations)?;
    let validates = skip_destination_validation != Some(true);
    // Whoever asks writes nothing before its last answer, so that functions come first.
    for function in destinations.iter().filter(|to| to.service == "lambda" && validates) {
        cx.in_scope(bucket.scope, |cx| try_function(cx, &bucket, function.arn))?;
    }
    for to in destinations.iter().filter(|to| to.service != "lambda" && validates) {
        cx.in_scope(bucket.scope, |cx| try_out(cx, &bucket, to))?;
    }
    let any = !destinations.is_empty() || notification_configuration.event_bridge_configuration.is_some();
    cx.in_scope(bucket.scope, |cx| documents::put(cx, &name, Kind::Notification, &notification_configuration))?;
    change(cx, (&name, None), |row| {
        row.has_notifications = any;
        Ok(())
    })
}

/// Gives an id to each configuration that has none.
fn name_all(cx: &mut Cx, configuration: &mut NotificationConfiguration) {
    let NotificationConfiguration {
        topic_configurations,
        queue_configurations,
        lambda_function_configurations,
        event_bridge_configuration: _, // has none
    } = configuration;
    let topics = topic_configurations.iter_mut().flatten().map(|one| &mut one.id);
    let queues = queue_configurations.iter_mut().flatten().map(|one| &mut one.id);
    let functions = lambda_function_configurations.iter_mut().flatten().map(|one| &mut one.id);
    for id in topics.chain(queues).chain(functions) {
        id.get_or_insert_with(|| cx.entropy().uuid());
    }
}

fn destinations(configuration: &NotificationConfiguration) -> Vec<Destination<'_>> {
    let topics = configuration.topic_configurations.iter().flatten().map(|one| Destination {
        arn: &one.topic_arn,
        service: "sns",
        events: &one.events,
        filter: one.filter.as_ref(),
    });
    let queues = configuration.queue_configurations.iter().flatten().map(|one| Destination {
        arn: &one.queue_arn,
        service: "sqs",
        events: &one.events,
        filter: one.filter.as_ref(),
    });
    let functions = configuration.lambda_function_configurations.iter().flatten().map(|one| Destination {
        arn: &one.lambda_function_arn,
        service: "lambda",
        events: &one.events,
        filter: one.filter.as_ref(),
    });
    topics.chain(queues).chain(functions).collect()
}

fn check(bucket: &Bucket, destinations: &[Destination<'_>]) -> Result<()> {
    if destinations.len() > MOST {
        return Err(errors::malformed_xml());
    }
    for to in destinations {
        if to.events.is_empty() {
            return Err(errors::malformed_xml());
        }
        let known = |event: &String| event.strip_prefix("s3:").is_some_and(|event| notify::EVENTS.contains(&event));
        if let Some(event) = to.events.iter().find(|event| !known(event)) {
            return Err(errors::invalid_argument(
                "The event is not supported for notifications",
                "Event",
                event.as_str(),
            ));
        }
        check_filter(to.filter)?;
        let scope = peers::scope_of(to.arn).filter(|_| to.arn.split(':').nth(2) == Some(to.service));
        let Some(scope) = scope else {
            return Err(errors::invalid_argument("The ARN is not well formed", "ARN", to.arn));
        };
        if scope.region != bucket.scope.region {
            let text = "The notification destination service region is not valid for the bucket location constraint";
            return Err(errors::invalid_argument(text, "ARN", to.arn));
        }
        if to.service == "sqs" && to.arn.ends_with(".fifo") {
            return Err(errors::invalid_argument(
                "FIFO SQS queues are not supported as notification destinations",
                "Queue",
                to.arn,
            ));
        }
    }
    check_overlaps(destinations)
}

fn check_filter(filter: Option<&NotificationConfigurationFilter>) -> Result<()> {
    let rules = filter.and_then(|filter| filter.key.as_ref()).and_then(|key| key.filter_rules.as_ref());
    let mut seen = [false; 2];
    for FilterRule { name, .. } in rules.into_iter().flatten() {
        let name = name.as_deref().unwrap_or_default().to_ascii_lowercase();
        let at = usize::from(name == "suffix");
        if !matches!(name.as_str(), "prefix" | "suffix") {
            return Err(errors::invalid_argument(
                "filter rule name must be either prefix or suffix",
                "FilterRule.Name",
                name,
            ));
        }
        if seen.get(at) == Some(&true) {
            let text = format!("Cannot specify more than one {name} rule in a filter.");
            return Err(errors::invalid_argument(text, "FilterRule.Name", name));
        }
        seen.get_mut(at).into_iter().for_each(|seen| *seen = true);
    }
    Ok(())
}

/// No event of a key may have two destinations among the three kinds.
fn check_overlaps(destinations: &[Destination<'_>]) -> Result<()> {
    let value = |to: &Destination<'_>, name: &str| {
        let rules = to.filter.and_then(|filter| filter.key.as_ref()).and_then(|key| key.filter_rules.as_ref());
        let rule =
            rules.into_iter().flatten().find(|rule| rule.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name)));
        rule.and_then(|rule| rule.value.clone()).unwrap_or_default()
    };
    let kinds = |a: &str, b: &str| {
        let start = |event: &str| event.trim_end_matches('*').to_owned();
        a == b || (a.ends_with('*') && b.starts_with(&start(a))) || (b.ends_with('*') && a.starts_with(&start(b)))
    };
    let meet = |one: &Destination<'_>, other: &Destination<'_>| {
        let (p, q) = (value(one, "prefix"), value(other, "prefix"));
        let (s, t) = (value(one, "suffix"), value(other, "suffix"));
        let keys = (p.starts_with(&q) || q.starts_with(&p)) && (s.ends_with(&t) || t.ends_with(&s));
        keys && one.events.iter().any(|a| other.events.iter().any(|b| kinds(a, b)))
    };
    let mut pairs = destinations
        .iter()
        .enumerate()
        .flat_map(|(at, one)| destinations.iter().skip(at + 1).map(move |other| (one, other)));
    if pairs.any(|(one, other)| meet(one, other)) {
        let text = "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes \
                    are overlapping for the same event type.";
        return Err(errors::invalid_argument(text, "NotificationConfiguration", ""));
    }
    Ok(())
}

fn unable(arn: &str, why: &Error) -> Error {
    if why.is_receiver_fault() {
        return why.clone();
    }
    errors::invalid_argument("Unable to validate the following destination configurations", arn, why.message())
}

/// Sends a test event. A queue or topic of another account is sent it once this has committed.
fn try_out(cx: &mut Cx, bucket: &Bucket, to: &Destination<'_>) -> Result<()> {
    let (test, arn) = (notify::test_event(cx, bucket), bucket.arn());
    let here = peers::scope_of(to.arn) == Some(bucket.scope);
    let by = peers::for_bucket(&arn, to.arn);
    if to.service == "sqs" {
        let message = SendMessage { queue_url: peers::queue_url(cx, to.arn)?, message_body: test };
        return match here {
            true => cx.call(&by, &message).map(drop).map_err(|error| unable(to.arn, &error)),
            false => peers::deliver(cx, &arn, to.arn, &message),
        };
    }
    let subject = Some("Amazon S3 Notification".to_owned());
    let message = Publish { topic_arn: Some(to.arn.to_owned()), message: test, subject };
    match here {
        true => cx.call(&by, &message).map(drop).map_err(|error| unable(to.arn, &error)),
        false => peers::deliver(cx, &arn, to.arn, &message),
    }
}

/// Asks whether the function would be invoked.
fn try_function(cx: &mut Cx, bucket: &Bucket, function: &str) -> Result<()> {
    let invoke =
        Invoke { function_name: function.to_owned(), invocation_type: Some("DryRun".to_owned()), payload: None };
    cx.ask(&peers::for_bucket(&bucket.arn(), function), &invoke).map(drop).map_err(|error| unable(function, &error))
}
