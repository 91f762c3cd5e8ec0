//! All that CloudWatch calls: topics, functions and the event bus, for its alarms.

use crate::alarm::change::note;
use crate::alarm::message;
use crate::errors;
use crate::state::{ALARMS, Alarm, Standing};
use serde_json::{Value as Json, json};
use service::shape::shape;
use service::{
    ArnParts, As, Bytes, Cx, Delivery, Duration, Error, Next, Region, Result, Scope, Tell, Value, View, peer,
};

peer! {
    /// Publishes a message to a topic.
    "sns".Publish {
        topic_arn: Option<String> = "TopicArn",
        subject: Option<String> = "Subject",
        message: String = "Message",
    } -> Published {}

    /// Invokes a function.
    "lambda".Invoke {
        function_name: String = "FunctionName",
        invocation_type: Option<String> = "InvocationType",
        payload: Option<Bytes> = "Payload",
    } -> Invoked {}

    /// Puts an event onto the default bus.
    "events".PutEvents {
        entries: Vec<EventEntry> = "Entries",
    } -> EventsPut {}
}

shape! {
    /// An event.
    pub struct EventEntry {
        /// Who it is from.
        pub source: Option<String> = "Source",
        /// What it is about.
        pub resources: Option<Vec<String>> = "Resources",
        /// What happened.
        pub detail_type: Option<String> = "DetailType",
        /// The same as JSON.
        pub detail: Option<String> = "Detail",
    }
}

/// For how long an action is tried again that may still succeed, in seconds.
const LONGEST_SECONDS: u64 = 3_600;
const RETRY_SECONDS: u64 = 60;

/// Checks that an action is one that can be done here.
pub fn check(view: &View, parameter: &str, action: &str) -> Result<()> {
    let invalid = || errors::validation(format!("Invalid arn syntax: {action} (parameter {parameter})"));
    let parts = ArnParts::parse(action).map_err(|_| invalid())?;
    if parts.service != "automate" && parts.region != view.region().as_str() {
        let text = format!("Invalid region {} specified. Only {} is supported.", parts.region, view.region());
        return Err(errors::validation(text));
    }
    match parts.service {
        "sns" | "lambda" => Ok(()),
        other => Err(errors::not_implemented(&format!("an alarm action of {other}"))),
    }
}

fn by(cx: &Cx, alarm: &str, target: &str) -> Result<As> {
    let by = As::service(&message::arn(cx, alarm).parse().map_err(Error::internal)?);
    let parts = ArnParts::parse(target).ok();
    let scope = parts.and_then(|parts| Some(Scope::new(parts.account.parse().ok()?, Region::new(parts.region)?)));
    Ok(match scope {
        Some(scope) if scope != cx.scope() => by.within(scope),
        _ => by,
    })
}

/// Does one action of an alarm.
pub fn act(cx: &mut Cx, alarm: &Alarm, action: &str, (old, new): (&Standing, &Standing)) -> Result<()> {
    let by = by(cx, &alarm.name, action)?;
    let tell = Tell::outcome(&(&alarm.name, action, &new.state))?;
    match ArnParts::parse(action).map(|parts| parts.service) {
        Ok("sns") => {
            let call = Publish {
                topic_arn: Some(action.to_owned()),
                subject: Some(message::subject(cx, alarm, new)),
                message: message::notification(cx, alarm, (old, new)),
            };
            cx.after(&by, &call, tell)
        }
        Ok("lambda") => {
            let call = Invoke {
                function_name: action.to_owned(),
                invocation_type: Some("Event".to_owned()),
                payload: Some(message::invocation(cx, alarm, (old, new)).into()),
            };
            cx.after(&by, &call, tell)
        }
        _ => Ok(()),
    }
}

/// Tells EventBridge of a change, if it is here.
pub fn tell(cx: &mut Cx, alarm: &Alarm, detail: Json) -> Result<()> {
    if !cx.offers("events", "PutEvents") {
        return Ok(());
    }
    let arn = message::arn(cx, &alarm.name);
    let entry = EventEntry {
        source: Some("aws.cloudwatch".to_owned()),
        resources: Some(vec![arn.clone()]),
        detail_type: Some("CloudWatch Alarm State Change".to_owned()),
        detail: Some(detail.to_string()),
    };
    let by = As::service(&arn.parse().map_err(Error::internal)?);
    cx.after(&by, &PutEvents { entries: vec![entry] }, Tell::Failures(String::new()))
}

/// Is told how an action ended, and writes it into the alarm's history.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    if delivery.tag.is_empty() {
        return Ok(Next::Done);
    }
    let (name, action, state): (String, String, String) = delivery.told()?;
    if let Err(error) = result {
        let again = error.is_receiver_fault() || error.code().contains("Throttl") || error.code().contains("TooMany");
        if again && cx.now().since(delivery.since) < Duration::from_secs(LONGEST_SECONDS) {
            return Ok(Next::RetryAt(cx.now().after(Duration::from_secs(RETRY_SECONDS))));
        }
    }
    let Some(alarm) = cx.get(&ALARMS, name.as_str())? else { return Ok(Next::Done) };
    let (summary, outcome, error) = match result {
        Ok(_) => (format!("Successfully executed action {action}"), "Succeeded", None),
        Err(error) => {
            let text = format!("Failed to execute action {action}. Received error: \"{}\"", error.message());
            (text, "Failed", Some(error.message().to_owned()))
        }
    };
    let data = json!({
        "actionState": outcome, "stateUpdateTimestamp": cx.now().millis(), "notificationResource": action, "publishedMessage": null,
        "error": error, "newState": state,
    });
    note(cx, &alarm, ("Action", summary, data.to_string()))?;
    Ok(Next::Done)
}
