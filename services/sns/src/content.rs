//! What a message may hold.
//! <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

use crate::api::MessageAttributeValue;
use crate::{errors, filter};
use serde_json::Value as Json;
use service::{Bytes, IndexMap, Result};

/// The largest message and the largest batch, in bytes.
pub const LARGEST: usize = 262_144;

/// A message attribute, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// `String`, `String.Array`, `Number` or `Binary`, and maybe a label.
    pub data_type: String,
    /// For all but binaries.
    pub text: Option<String>,
    /// For binaries.
    pub binary: Option<Bytes>,
}

/// A message as it was given, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// What subscribers get who have nothing of their own.
    pub message: String,
    /// What the subscribers of a protocol get.
    pub by_protocol: IndexMap<String, String>,
    /// The subject.
    pub subject: Option<String>,
    /// Message attributes.
    pub attributes: IndexMap<String, Attribute>,
}

impl Content {
    /// Checks a message.
    pub fn of(
        message: String,
        subject: Option<String>,
        structure: Option<&str>,
        attributes: Option<IndexMap<String, MessageAttributeValue>>,
    ) -> Result<Content> {
        if message.is_empty() {
            return Err(errors::invalid("Empty message"));
        }
        check_subject(subject.as_deref())?;
        let attributes = attributes.unwrap_or_default();
        let attributes: IndexMap<String, Attribute> = attributes
            .into_iter()
            .map(|(name, given)| Ok((name.clone(), attribute(&name, given)?)))
            .collect::<Result<_>>()?;
        let content = match structure {
            None | Some("") => Content { message, by_protocol: IndexMap::default(), subject, attributes },
            Some("json") => {
                let (message, by_protocol) = structured(&message)?;
                Content { message, by_protocol, subject, attributes }
            }
            Some(_) => return Err(errors::invalid("Invalid Message Structure parameter")),
        };
        if content.bytes() > LARGEST {
            return Err(errors::invalid("Message too long"));
        }
        Ok(content)
    }

    /// How large it counts, in bytes.
    pub fn bytes(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, attribute)| {
            let value =
                attribute.text.as_ref().map_or(0, String::len) + attribute.binary.as_ref().map_or(0, Bytes::len);
            name.len() + attribute.data_type.len() + value
        });
        self.message.len() + self.by_protocol.values().map(String::len).sum::<usize>() + attributes.sum::<usize>()
    }

    /// The attributes as filter policies see them.
    pub fn filtered_by(&self) -> IndexMap<String, filter::Attribute<'_>> {
        let all = self.attributes.iter().map(|(name, Attribute { data_type, text, binary: _ })| {
            (name.clone(), filter::Attribute { data_type, text: text.as_deref() })
        });
        all.collect()
    }

    /// What the subscribers of a protocol get.
    pub fn for_protocol(&self, protocol: &str) -> &str {
        self.by_protocol.get(protocol).unwrap_or(&self.message)
    }
}

fn check_subject(subject: Option<&str>) -> Result<()> {
    let Some(subject) = subject else { return Ok(()) };
    let begins = subject.chars().next().is_some_and(|c| !c.is_control() && !c.is_whitespace());
    if subject.chars().count() > 100 || !begins || subject.chars().any(char::is_control) {
        return Err(errors::invalid("Subject"));
    }
    Ok(())
}

fn structured(message: &str) -> Result<(String, IndexMap<String, String>)> {
    let failed = || errors::invalid("Message Structure - JSON message body failed to parse");
    let Json::Object(map) = serde_json::from_str(message).map_err(|_| failed())? else { return Err(failed()) };
    // AWS passes over members that are no texts.
    let mut texts: IndexMap<String, String> =
        map.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))).collect();
    let default = texts.shift_remove("default");
    let default =
        default.ok_or_else(|| errors::invalid("Message Structure - No default entry in JSON message body"))?;
    Ok((default, texts))
}

/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
fn attribute(name: &str, given: MessageAttributeValue) -> Result<Attribute> {
    let MessageAttributeValue { data_type, string_value, binary_value } = given;
    let named = name.len() <= 256
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
        && !(name.starts_with('.') || name.ends_with('.') || name.contains(".."));
    if !named {
        return Err(errors::invalid(format_args!(
            "The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
        )));
    }
    if data_type.is_empty() {
        return Err(errors::invalid(format_args!(
            "The message attribute '{name}' must contain non-empty message attribute type."
        )));
    }
    let kind = data_type.split('.').next().unwrap_or_default().to_owned();
    let empty = || {
        errors::invalid(format_args!(
            "The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{data_type}'."
        ))
    };
    let text = string_value.filter(|text| !text.is_empty());
    let binary = binary_value.filter(|bytes| !bytes.is_empty());
    match kind.as_str() {
        "String" => text.as_ref().ok_or_else(empty).map(drop)?,
        "Number" => {
            let text = text.as_ref().ok_or_else(empty)?;
            if !text.parse::<f64>().is_ok_and(f64::is_finite) {
                return Err(errors::invalid(format_args!(
                    "Could not cast message attribute '{name}' value to number."
                )));
            }
        }
        "Binary" => binary.as_ref().ok_or_else(empty).map(drop)?,
        _ => {
            return Err(errors::invalid(format_args!(
                "The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
            )));
        }
    }
    Ok(Attribute { data_type, text: text.filter(|_| kind != "Binary"), binary: binary.filter(|_| kind == "Binary") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_checked() {
        let check = |message: &str, subject: Option<&str>, structure: Option<&str>, expect: Result<(), &str>| {
            let found = Content::of(message.to_owned(), subject.map(str::to_owned), structure, None);
            let found = found.as_ref().map(|_| ()).map_err(|error| error.message());
            assert_eq!(found, expect.as_ref().copied().map_err(|text| *text), "{message:.40}");
        };
        check("hello", Some("hi"), None, Ok(()));
        check("", None, None, Err("Invalid parameter: Empty message"));
        check("x", Some(""), None, Err("Invalid parameter: Subject"));
        check("x", Some("a\nb"), None, Err("Invalid parameter: Subject"));
        check("x", Some(&"a".repeat(101)), None, Err("Invalid parameter: Subject"));
        check(&"x".repeat(LARGEST + 1), None, None, Err("Invalid parameter: Message too long"));
        check("x", None, Some("json"), Err("Invalid parameter: Message Structure - JSON message body failed to parse"));
        check(
            r#"{"sqs": "a"}"#,
            None,
            Some("json"),
            Err("Invalid parameter: Message Structure - No default entry in JSON message body"),
        );
        let content = Content::of(r#"{"default": "d", "sqs": "s"}"#.to_owned(), None, Some("json"), None).unwrap();
        assert_eq!((content.for_protocol("sqs"), content.for_protocol("lambda")), ("s", "d"));
    }

    #[test]
    fn attributes_are_checked() {
        let check = |name: &str, data_type: &str, text: &str, good: bool| {
            let text = Some(text.to_owned());
            let value =
                MessageAttributeValue { data_type: data_type.to_owned(), string_value: text, binary_value: None };
            assert_eq!(attribute(name, value).is_ok(), good, "{name} {data_type}");
        };
        check("a.b", "String", "x", true);
        check("a", "Number", "-1.5e3", true);
        check("a", "String.Array", "[]", true);
        check("a", "Number", "x", false);
        check("a", "String", "", false);
        check("a", "Binary", "x", false);
        check("a", "Date", "x", false);
        check("a", "", "x", false);
        check("a b", "String", "x", false);
        check(".a", "String", "x", false);
    }
}
