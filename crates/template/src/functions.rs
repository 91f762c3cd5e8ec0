//! Functions whose arguments say all: what they come to does not depend on the stack.

use crate::{Error, Result, cidr, json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use shape::{IndexMap, Value};

/// Functions of a transform that would have to be asked for, and of macros.
const REFUSED: [&str; 5] = ["Fn::Transform", "Fn::ForEach", "Fn::Length", "Fn::ToJsonString", "Fn::GetStackOutput"];

pub(crate) fn apply(name: &str, argument: &Value, mappings: &IndexMap<String, Value>) -> Result<Value> {
    match name {
        "Fn::Join" => join(argument),
        "Fn::Select" => select(argument),
        "Fn::Split" => split(argument),
        "Fn::Base64" => {
            let text = json::text(argument);
            let text =
                text.ok_or_else(|| Error::template("every Fn::Base64 object must have a String-typed value."))?;
            Ok(STANDARD.encode(text).into())
        }
        "Fn::FindInMap" => find_in_map(argument, mappings),
        "Fn::Cidr" => cidr::of(argument),
        name if REFUSED.contains(&name) => Err(Error::template(format!("{name} is not implemented"))),
        name => Err(Error::template(format!("{name} is not a function that is known here"))),
    }
}

fn join(argument: &Value) -> Result<Value> {
    let malformed = || {
        Error::template(
            "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings \
                         to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
        )
    };
    let [Value::Str(delimiter), Value::List(items)] = argument.as_list().unwrap_or_default() else {
        return Err(malformed());
    };
    let texts: Option<Vec<String>> = items.iter().map(json::text).collect();
    Ok(texts.ok_or_else(malformed)?.join(delimiter).into())
}

fn select(argument: &Value) -> Result<Value> {
    let malformed =
        || Error::template("Fn::Select requires a list argument with two elements: an integer index and a list");
    let [index, Value::List(items)] = argument.as_list().unwrap_or_default() else { return Err(malformed()) };
    let index: usize = json::text(index).and_then(|text| text.parse().ok()).ok_or_else(malformed)?;
    let nothing = || Error::template(format!("Fn::Select cannot select nonexistent value at index {index}"));
    items.get(index).cloned().ok_or_else(nothing)
}

fn split(argument: &Value) -> Result<Value> {
    let [Value::Str(delimiter), source] = argument.as_list().unwrap_or_default() else {
        let text = "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split \
                    or a function that returns a string to be split.";
        return Err(Error::template(text));
    };
    let text = json::text(source).filter(|_| !delimiter.is_empty());
    let text = text.ok_or_else(|| Error::template("Fn::Split needs a delimiter and a string to be split."))?;
    Ok(Value::List(text.split(delimiter.as_str()).map(Value::from).collect()))
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-findinmap.html>
fn find_in_map(argument: &Value, mappings: &IndexMap<String, Value>) -> Result<Value> {
    let items = argument.as_list().unwrap_or_default();
    let keys: Vec<String> = items.iter().take(3).filter_map(json::text).collect();
    let ([map, row, column], 3) = (keys.as_slice(), items.len()) else {
        let text = "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for \
                    return value";
        return Err(Error::template(text));
    };
    let found = mappings.get(map).and_then(|rows| rows.get(row)?.get(column));
    let nothing = || Error::template(format!("Unable to get mapping for {map}::{row}::{column}"));
    found.cloned().ok_or_else(nothing)
}
