//! How data goes through a state: what it is given, and what goes on from it.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html>

use crate::language::definition::{Number, State, Text};
use crate::language::fault::{DATA_LIMIT, Fault, RESULT_PATH, RUNTIME};
use crate::language::path::Path;
use crate::language::retry::Catcher;
use crate::language::scope::Scope;
use serde_json::{Map, Value, json};

/// "256 KiB of data as a UTF-8 encoded string."
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
pub const LARGEST_BYTES: usize = 262_144;

/// The state's input as `InputPath` shows it.
pub fn seen(state: &State, scope: &Scope<'_>) -> Result<Value, Fault> {
    shown(state.input_path.as_ref(), scope, "InputPath")
}

/// What the state is given: its input through `InputPath` and `Parameters`.
pub fn given(state: &State, scope: &mut Scope<'_>) -> Result<Value, Fault> {
    let seen = seen(state, scope)?;
    match &state.parameters {
        Some(template) => {
            template.value(&mut Scope { input: &seen, context: scope.context, chance: &mut *scope.chance })
        }
        None => Ok(seen),
    }
}

/// What goes on from a state with a result: through `ResultSelector`, `ResultPath` and `OutputPath`.
pub fn passed_on(state: &State, result: Value, scope: &mut Scope<'_>) -> Result<Value, Fault> {
    let (input, context) = (scope.input, scope.context);
    let result = match &state.result_selector {
        Some(template) => template.value(&mut Scope { input: &result, context, chance: &mut *scope.chance })?,
        None => result,
    };
    let joined = joined(state.result_path.as_ref(), input, result)?;
    put_out(state, &Scope { input: &joined, context, chance: &mut *scope.chance })
}

/// What goes on from a state without a result of its own: its input through `OutputPath`.
pub fn put_out(state: &State, scope: &Scope<'_>) -> Result<Value, Fault> {
    shown(state.output_path.as_ref(), scope, "OutputPath")
}

/// What goes on from a state whose error was caught.
pub fn caught(catcher: &Catcher, fault: &Fault, input: &Value) -> Result<Value, Fault> {
    let mut error = Map::new();
    error.insert("Error".to_owned(), json!(fault.name()));
    if let Some(cause) = &fault.cause {
        error.insert("Cause".to_owned(), json!(cause));
    }
    joined(catcher.result_path.as_ref(), input, Value::Object(error))
}

fn shown(path: Option<&Path>, scope: &Scope<'_>, field: &str) -> Result<Value, Fault> {
    match path {
        None => Ok(Value::Object(Map::new())),
        Some(path) => scope.find(path, field),
    }
}

fn joined(path: Option<&Path>, input: &Value, result: Value) -> Result<Value, Fault> {
    let Some(path) = path else { return Ok(input.clone()) };
    path.put(input.clone(), result).ok_or_else(|| {
        let text = format!("Unable to apply ReferencePath {} to input {input}", path.text());
        Fault::of_state(RESULT_PATH, text)
    })
}

/// Data that may go on: not more than the quota.
pub fn bounded(state: &str, value: &Value) -> Result<String, Fault> {
    let text = value.to_string();
    if text.len() <= LARGEST_BYTES {
        return Ok(text);
    }
    let cause = format!(
        "The state/task '{state}' returned a result with a size exceeding the maximum number of bytes service limit."
    );
    Err(Fault::new(DATA_LIMIT, cause))
}

impl Number {
    /// The number, which must lie between `least` and `most`.
    pub fn value(&self, scope: &Scope<'_>, field: &str, (least, most): (f64, f64)) -> Result<f64, Fault> {
        let number = match self {
            Number::Constant(number) => return Ok(*number),
            Number::Path(path) => {
                let found = scope.find(path, field)?;
                let number = found.as_f64().filter(|number| number.fract() == 0.0 || field.contains("Percentage"));
                number.ok_or_else(|| {
                    Fault::runtime(format!("The {field} parameter does not reference a valid integer value: {found}"))
                })?
            }
        };
        if (least..=most).contains(&number) {
            return Ok(number);
        }
        Err(Fault::of_state(
            RUNTIME,
            format!("The {field} parameter must be between {least} and {most}, and is {number}"),
        ))
    }
}

impl Text {
    /// The text.
    pub fn value(&self, scope: &mut Scope<'_>, field: &str) -> Result<String, Fault> {
        let value = match self {
            Text::Constant(text) => return Ok(text.clone()),
            Text::Expression(expression) => expression.value(scope, field)?,
        };
        match value {
            Value::String(text) => Ok(text),
            other => Err(Fault::runtime(format!("The {field} field's value must be a string, and is {other}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Unlikely, parse};

    /// A Pass state with these fields over this input.
    fn passed(fields: Value, input: Value) -> Result<Value, String> {
        let mut state = fields;
        state["Type"] = json!("Pass");
        state["End"] = json!(true);
        let text = json!({"StartAt": "A", "States": {"A": state}}).to_string();
        let Ok(definition) = parse::read(&text) else { panic!("{text}") };
        let state = definition.top.states.get("A").unwrap();
        let context = json!({"State": {"Name": "A"}});
        let mut scope = Scope { input: &input, context: &context, chance: &mut Unlikely };
        given(state, &mut scope)
            .and_then(|given| passed_on(state, given, &mut scope))
            .map_err(|fault| fault.name().to_owned())
    }

    #[test]
    fn data_goes_through_a_state() {
        let input = json!({"a": {"b": 1}, "c": [1, 2]});
        let check = |fields: Value, expect: Result<Value, &str>| {
            assert_eq!(passed(fields.clone(), input.clone()), expect.map_err(str::to_owned), "{fields}");
        };
        check(json!({}), Ok(input.clone()));
        check(json!({"InputPath": "$.a"}), Ok(json!({"b": 1})));
        check(json!({"InputPath": null}), Ok(json!({})));
        check(json!({"InputPath": "$.a", "ResultPath": "$.r"}), Ok(json!({"a": {"b": 1}, "c": [1, 2], "r": {"b": 1}})));
        check(json!({"ResultPath": null}), Ok(input.clone()));
        check(json!({"OutputPath": "$.c[1]"}), Ok(json!(2)));
        check(json!({"OutputPath": null}), Ok(json!({})));
        check(
            json!({"Parameters": {"x.$": "$.a.b", "y": {"z.$": "$$.State.Name"}, "l": [{"v.$": "$.c"}]}}),
            Ok(json!({"x": 1, "y": {"z": "A"}, "l": [{"v": [1, 2]}]})),
        );
        check(json!({"InputPath": "$$.State"}), Ok(json!({"Name": "A"})));
        check(json!({"InputPath": "$.no"}), Err("States.Runtime"));
        check(json!({"Parameters": {"x.$": "$.no"}}), Err("States.Runtime"));
        check(json!({"ResultPath": "$.a.b.c"}), Err("States.ResultPathMatchFailure"));
    }

    #[test]
    fn data_is_bounded() {
        assert!(bounded("A", &json!("x".repeat(LARGEST_BYTES - 2))).is_ok());
        assert_eq!(bounded("A", &json!("x".repeat(LARGEST_BYTES - 1))).unwrap_err().name(), DATA_LIMIT);
    }
}
