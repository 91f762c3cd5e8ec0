//! Whether transitions lead somewhere, and to every state.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html>

use crate::language::definition::{Block, Kind, State};
use crate::language::diagnostic::{NO_END, TRANSITION};
use crate::language::fields::Findings;
use std::collections::BTreeSet;

/// Checks a block and all within it.
pub fn check(block: &Block, at: &str, findings: &mut Findings) {
    let mut ways = vec![(block.start_at.as_str(), format!("{at}/StartAt"))];
    for (name, state) in &block.states {
        ways.extend(leaving(state, &format!("{at}/States/{name}")));
    }
    for (target, location) in &ways {
        if !block.states.contains_key(*target) {
            findings.add(TRANSITION, format!("Missing 'Next' target: {target}"), Some(location));
        }
    }
    if !block.states.values().any(ends) {
        findings.add(NO_END, "Workflow has no terminal state", None);
    } else {
        let reached = reached(block);
        for name in block.states.keys().filter(|name| !reached.contains(name.as_str())) {
            let location = format!("{at}/States/{name}");
            findings.add(TRANSITION, format!("State \"{name}\" is not reachable."), Some(&location));
        }
    }
    for (name, state) in &block.states {
        let at = format!("{at}/States/{name}");
        match &state.kind {
            Kind::Parallel(branches) => {
                for (i, branch) in branches.iter().enumerate() {
                    check(branch, &format!("{at}/Branches[{i}]"), findings);
                }
            }
            Kind::Map(map) => check(&map.processor, &format!("{at}/ItemProcessor"), findings),
            _ => {}
        }
    }
}

fn ends(state: &State) -> bool {
    match &state.kind {
        Kind::Succeed | Kind::Fail { .. } => true,
        Kind::Choice(..) => false,
        _ => state.next.is_none(),
    }
}

/// Where a state can go, with the place that says so.
fn leaving<'a>(state: &'a State, at: &str) -> Vec<(&'a str, String)> {
    let mut ways: Vec<(&str, String)> = Vec::new();
    ways.extend(state.next.as_deref().map(|next| (next, format!("{at}/Next"))));
    if let Kind::Choice(choices, default) = &state.kind {
        let choices = choices.iter().enumerate();
        ways.extend(choices.map(|(i, (_, next))| (next.as_str(), format!("{at}/Choices[{i}]/Next"))));
        ways.extend(default.as_deref().map(|next| (next, format!("{at}/Default"))));
    }
    let catchers = state.catch.iter().enumerate();
    ways.extend(catchers.map(|(i, catcher)| (catcher.next.as_str(), format!("{at}/Catch[{i}]/Next"))));
    ways
}

fn reached(block: &Block) -> BTreeSet<&str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![block.start_at.as_str()];
    while let Some(name) = next.pop() {
        let Some((name, state)) = block.states.get_key_value(name) else { continue };
        if reached.insert(name.as_str()) {
            next.extend(leaving(state, "").into_iter().map(|(target, _)| target));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use crate::language::diagnostic::Rejection;
    use crate::language::parse::read;
    use serde_json::{Value, json};

    fn check(states: Value, expect: &[&str]) {
        let text = json!({"StartAt": "A", "States": states}).to_string();
        let told: Vec<String> = match read(&text) {
            Ok(_) => Vec::new(),
            Err(Rejection::Wrong(wrong)) => wrong.iter().map(ToString::to_string).collect(),
            Err(Rejection::NotBuilt(what)) => vec![format!("not built: {what}")],
        };
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn definitions_are_checked() {
        let pass = json!({"Type": "Pass", "End": true});
        check(json!({"A": pass}), &[]);
        check(
            json!({"A": {"Type": "Pass", "Next": "C"}, "B": pass}),
            &[
                "MISSING_TRANSITION_TARGET: Missing 'Next' target: C at /States/A/Next",
                "MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B",
            ],
        );
        check(
            json!({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}),
            &["MISSING_END_STATE: Workflow has no terminal state"],
        );
        check(
            json!({"A": {"Type": "Pass", "End": true, "TimeoutSeconds": 3}}),
            &["SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/A"],
        );
        check(
            json!({"A": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "A", "States": {"A": pass}}]}}),
            &["DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A"],
        );
        check(
            json!({"A": {"Type": "Task", "Resource": "nothing", "End": true}}),
            &["SCHEMA_VALIDATION_FAILED: Value is not a valid resource ARN at /States/A/Resource"],
        );
        check(
            json!({"A": {"Type": "Pass", "End": true, "Parameters": {"x.$": "no"}}}),
            &["SCHEMA_VALIDATION_FAILED: The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic \
                function call at /States/A/Parameters"],
        );
        check(
            json!({"A": {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "B"}], "Default": "C"},
                "B": {"Type": "Succeed"}}),
            &["MISSING_TRANSITION_TARGET: Missing 'Next' target: C at /States/A/Default"],
        );
        check(
            json!({"A": {"Type": "Wait", "Seconds": 1, "Timestamp": "2026-01-01T00:00:00Z", "End": true}}),
            &["SCHEMA_VALIDATION_FAILED: There should only be one of the following fields: \
                [Seconds, SecondsPath, Timestamp, TimestampPath] at /States/A"],
        );
        check(
            json!({"A": {"Type": "Map", "End": true, "ItemsPath": "$.l", "MaxConcurrency": -1,
                "ItemProcessor": {"StartAt": "B", "States": {"B": pass}}}}),
            &["SCHEMA_VALIDATION_FAILED: Minimum value is 0 at /States/A/MaxConcurrency"],
        );
        check(
            json!({"A": {"Type": "Pass", "QueryLanguage": "JSONata", "End": true}}),
            &["not built: the QueryLanguage JSONata"],
        );
        check(
            json!({"A": {"Type": "Map", "End": true, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"},
                "StartAt": "B", "States": {"B": pass}}}}),
            &["not built: a Map state in Distributed mode"],
        );
        check(json!({}), &["SCHEMA_VALIDATION_FAILED: Minimum number of properties is 1 at /States"]);
    }
}
