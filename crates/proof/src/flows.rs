//! The arrows of a diagram, held against what the ledger saw.

use crate::ground::Ground;
use crate::rows::Row;
use diagram::{Arrow, Bindings, Diagram, Evidence, Flow, judge};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a flow may take until it is recorded, in tries and the pause between them.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

/// A diagram, what its boxes stand for, and which row each arrow is.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    diagram: Diagram,
    bindings: Bindings,
    arrows: BTreeMap<String, usize>,
}

impl Drawing {
    /// A diagram whose arrows are the rows with `E`, in their order.
    ///
    /// # Errors
    /// That there are more or fewer arrows than such rows.
    pub fn new(diagram: Diagram, bindings: Bindings, rows: &[Row]) -> Result<Drawing, String> {
        let ids: Vec<&str> = rows.iter().map(|row| &*row.id).filter(|id| id.starts_with('E')).collect();
        if ids.len() != diagram.arrows.len() {
            return Err(format!(
                "the diagram has {} arrows and the list {} rows of arrows (E…): they are the same, in the same order",
                diagram.arrows.len(),
                ids.len()
            ));
        }
        let arrows = ids.iter().enumerate().map(|(at, id)| ((*id).to_owned(), at)).collect();
        Ok(Drawing { diagram, bindings, arrows })
    }

    /// The arrow of a row.
    pub fn arrow(&self, id: &str) -> Option<&Arrow> {
        self.diagram.arrows.get(*self.arrows.get(id)?)
    }

    /// Whether a row's arrow is live in the ledger since a moment of the cloud's time; waits a little for it.
    pub(crate) fn live(&self, ground: &mut dyn Ground, id: &str, since: &str) -> Result<String, String> {
        let (Some(at), Some(arrow)) = (self.arrows.get(id), self.arrow(id)) else {
            return Err(format!("{id} is no arrow of the diagram"));
        };
        for tried in 1..=TRIES {
            let answer =
                ground.operator("GET", &format!("/_terrella/flows?since={}", since.replace('+', "%2B")), None)?;
            let flows: Vec<Flow> = answer["flows"].as_array().into_iter().flatten().map(flow_of).collect();
            let judged = judge(&self.diagram, &self.bindings, &flows);
            if let Some(evidence) = judged.arrows.into_iter().nth(*at).flatten() {
                return Ok(told(arrow, &evidence));
            }
            if tried < TRIES {
                ground.pause(PAUSE);
            }
        }
        Err(format!(
            "the ledger shows nothing that went from {} to {} since {since}; bindings.toml says what the boxes stand for, \
             `terrella diagram` what flowed",
            arrow.from, arrow.to
        ))
    }
}

fn told(arrow: &Arrow, evidence: &Evidence) -> String {
    let operations: Vec<&str> = evidence.operations.iter().map(String::as_str).collect();
    format!("flow {} -> {}: {}x {} ({})", arrow.from, arrow.to, evidence.count, operations.join(", "), evidence.request)
}

/// A flow as the operator's API tells it.
pub fn flow_of(row: &Json) -> Flow {
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    Flow {
        from: row["from"].as_array().into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect(),
        to: text("to"),
        operation: text("operation"),
        count: row["count"].as_u64().unwrap_or(0),
        failed: row["failed"].as_u64().unwrap_or(0),
        request: text("requestId"),
    }
}
