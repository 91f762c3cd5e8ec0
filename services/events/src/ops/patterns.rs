//! Trying patterns out.

use crate::api::*;
use crate::{bus, errors};
use service::pattern::Json;
use service::{Error, Result, View};

/// What an event must have at its top.
const REQUIRED: [&str; 6] = ["id", "account", "source", "time", "region", "detail-type"];

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html>
pub fn test_event_pattern(_view: &View, input: TestEventPatternRequest) -> Result<TestEventPatternResponse> {
    let TestEventPatternRequest { event_pattern, event } = input;
    let pattern = bus::compiled(&event_pattern)?;
    let json = Json::parse(&event);
    let json =
        json.map_err(|_| errors::validation("Parameter Event is not valid. Reason: Event is not valid JSON."))?;
    if let Some(missing) = REQUIRED.iter().find(|name| json.get(name).is_none()) {
        let text = format!("Parameter Event is not valid. Reason: {missing} is a required argument.");
        return Err(Error::new("ValidationException", text).status(400));
    }
    Ok(TestEventPatternResponse { result: Some(pattern.matches(&json)) })
}
