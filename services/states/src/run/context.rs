//! The context object.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html>

use crate::run::{Run, json};
use crate::state::Thread;
use serde_json::{Value as Json, json};
use service::Result;

impl Run<'_> {
    /// What `$$` is for a thread; nothing where the definition never asks.
    pub(super) fn context(&self, thread: &Thread) -> Result<Json> {
        if !self.definition.reads_context {
            return Ok(Json::Null);
        }
        let mut context = json!({
            "Execution": {
                "Id": self.arn(),
                "Input": json(&self.execution.input)?,
                "Name": self.execution.name,
                "RoleArn": self.revision.role_arn,
                "StartTime": self.execution.started_at.iso8601(),
                "RedriveCount": self.execution.redrive_count,
            },
            "StateMachine": {"Id": self.machine_arn().to_string(), "Name": self.execution.machine},
            "State": {
                "Name": thread.state,
                "EnteredTime": thread.entered_at.iso8601(),
                "RetryCount": thread.retry_count,
            },
        });
        if let (Some(item), Some(map)) = (self.item(thread)?, context.as_object_mut()) {
            map.insert("Map".to_owned(), json!({"Item": item}));
        }
        Ok(context)
    }

    /// The item of the iteration within which a thread is.
    fn item(&self, thread: &Thread) -> Result<Option<Json>> {
        let mut at = thread.clone();
        loop {
            if !at.item.is_empty() {
                return json(&at.item).map(Some);
            }
            let Some(parent) = at.parent else { return Ok(None) };
            match self.find(parent)? {
                Some(parent) => at = parent,
                None => return Ok(None),
            }
        }
    }
}
