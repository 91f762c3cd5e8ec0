//! The definition of a state machine as its template gives it: a document, a text, or a place in a bucket, with its
//! substitutions.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html>

use service::resource::{Hand, as_text, text_at};
use service::template::{json, read_document};
use service::{Error, Result, Value};

/// The longest definition, in bytes.
/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const LONGEST: usize = 1 << 20;

/// Properties that say what the definition is.
pub const PROPERTIES: [&str; 4] = ["Definition", "DefinitionString", "DefinitionS3Location", "DefinitionSubstitutions"];

/// The definition as text.
pub fn text(hand: &mut Hand, wanted: &Value) -> Result<String> {
    let invalid = |text: String| Error::new("ValidationException", text);
    let given = ["Definition", "DefinitionString", "DefinitionS3Location"].map(|name| wanted.get(name));
    let text = match given {
        [Some(document), None, None] => json::write(document),
        [None, Some(text), None] => as_text(text),
        [None, None, Some(place)] => fetched(hand, place)?,
        _ => {
            let text = "Exactly one of Definition, DefinitionString and DefinitionS3Location must be specified.";
            return Err(invalid(text.to_owned()));
        }
    };
    let text = substituted(&text, wanted.get("DefinitionSubstitutions"));
    // What lies in a bucket may be YAML.
    if wanted.get("DefinitionS3Location").is_none() || text.trim_start().starts_with('{') {
        return Ok(text);
    }
    let document = read_document(&text).map_err(|error| invalid(error.message().to_owned()))?;
    Ok(json::write(&document))
}

fn fetched(hand: &mut Hand, place: &Value) -> Result<String> {
    let member = |name: &str| Value::from(text_at(place, &[name]));
    let input = [("Bucket", member("Bucket")), ("Key", member("Key")), ("VersionId", member("Version"))];
    let input = input.into_iter().filter(|(_, value)| !value.is_null());
    let object = hand.look_at("s3", "GetObject", Value::map(input))?;
    let bytes = match object.get("Body") {
        Some(Value::Blob(bytes)) => bytes.clone(),
        _ => return Err(Error::new("ValidationException", "The definition's object is empty.")),
    };
    if bytes.len() > LONGEST {
        return Err(Error::new("ValidationException", "The definition's object is larger than 1 MB."));
    }
    String::from_utf8(bytes.to_vec())
        .map_err(|_| Error::new("ValidationException", "The definition's object is no text in UTF-8."))
}

/// Puts values in the place of their names: `${Name}`.
fn substituted(text: &str, substitutions: Option<&Value>) -> String {
    let all = substitutions.and_then(Value::as_map).into_iter().flatten();
    all.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${{{name}}}"), &as_text(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_substituted() {
        let check = |text: &str, expect: &str| {
            let values = Value::map([("Queue", "https://q".into()), ("Seconds", Value::Int(5))]);
            assert_eq!(substituted(text, Some(&values)), expect, "{text}");
        };
        check(r#"{"QueueUrl":"${Queue}","Seconds":${Seconds}}"#, r#"{"QueueUrl":"https://q","Seconds":5}"#);
        check("${Queue}${Queue} ${Other}", "https://qhttps://q ${Other}");
    }
}
