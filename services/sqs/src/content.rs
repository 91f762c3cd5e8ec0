//! What a message may hold, how large it counts, and the digests by which clients check it.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>

use crate::api::{MessageAttributeValue, MessageSystemAttributeValue};
use crate::errors;
use crate::state::Attribute;
use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest, Md5};
use service::{Bytes, IndexMap, Result};

/// The largest message and the largest batch, in bytes.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>
pub const LARGEST: usize = 1_048_576;

/// The most message attributes.
const MOST_ATTRIBUTES: usize = 10;

/// Checks a body: it is there, and has characters of XML 1.0 alone.
/// <https://www.w3.org/TR/REC-xml/#charsets>
pub fn check_body(body: &str) -> Result<()> {
    if body.is_empty() {
        return Err(errors::missing_parameter("MessageBody"));
    }
    check_text(body)
}

fn check_text(text: &str) -> Result<()> {
    // Most texts are plain ASCII: bytes are looked at first, characters where bytes do not decide.
    let plain = |b: u8| matches!(b, b'\t' | b'\n' | b'\r' | 0x20..=0x7f);
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    // Without a short cut, so that many bytes are looked at at once.
    let good = text.bytes().fold(true, |all, b| all & plain(b)) || text.chars().all(allowed);
    if good { Ok(()) } else { Err(errors::invalid_contents()) }
}

/// Checks a message group or deduplication id: 1 to 128 letters, digits and punctuation marks.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
pub fn check_fifo_id(parameter: &str, id: &str) -> Result<()> {
    if (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    let reason = format!("{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
    Err(errors::invalid_value(id, parameter, &reason))
}

/// Checks message attributes and gives them the form in which they are kept.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>
pub fn attributes(given: IndexMap<String, MessageAttributeValue>) -> Result<IndexMap<String, Attribute>> {
    if given.len() > MOST_ATTRIBUTES {
        return Err(errors::invalid_parameter(format!(
            "Number of message attributes [{}] exceeds the allowed maximum [{MOST_ATTRIBUTES}].",
            given.len()
        )));
    }
    given
        .into_iter()
        .map(|(name, value)| {
            check_attribute_name(&name)?;
            let MessageAttributeValue { string_value, binary_value, string_list_values, binary_list_values, data_type } =
                value;
            // "Not implemented. Reserved for future use": API_MessageAttributeValue.html
            if string_list_values.is_some_and(|l| !l.is_empty()) || binary_list_values.is_some_and(|l| !l.is_empty()) {
                return Err(errors::unsupported(
                    "Message attribute list values in SendMessage operation are not supported.",
                ));
            }
            let attribute = attribute(&name, data_type, string_value, binary_value)?;
            Ok((name, attribute))
        })
        .collect()
}

fn check_attribute_name(name: &str) -> Result<()> {
    let text = if name.is_empty() {
        "The request must contain non-empty message attribute name.".to_owned()
    } else if name.len() > 256 {
        "Message (user) attribute names must be shorter than 256 Bytes".to_owned()
    } else if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)) {
        format!(
            "The message attribute name '{name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), \
             hyphen (-), and period (.) characters."
        )
    } else if is_reserved(name) || name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. \
         These strings are reserved for internal use. Additionally, they cannot start or end with '.'."
            .to_owned()
    } else {
        return Ok(());
    };
    Err(errors::invalid_parameter(text))
}

fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("aws.") || name.starts_with("amazon.")
}

fn attribute(name: &str, data_type: String, string: Option<String>, binary: Option<Bytes>) -> Result<Attribute> {
    let refuse = |text: String| Err(errors::invalid_parameter(text));
    if data_type.is_empty() {
        return refuse(format!("The message attribute '{name}' must contain non-empty message attribute type."));
    }
    let kind = data_type.split('.').next().unwrap_or_default();
    // AWS's text of today: https://github.com/grafana/k6-jslib-aws/pull/65
    if !matches!(kind, "String" | "Number" | "Binary") || data_type.len() > 256 {
        return refuse(format!(
            "The type of message (user) attribute '{name}' is invalid. You must use only the following supported type \
             prefixes: Binary, Number, String."
        ));
    }
    let empty =
        || refuse(format!("Message (user) attribute '{name}' must contain a non-empty value of type '{kind}'."));
    if kind == "Binary" {
        return match binary {
            Some(bytes) if !bytes.is_empty() && string.is_none() => {
                Ok(Attribute { data_type, string: None, binary: Some(bytes) })
            }
            _ => empty(),
        };
    }
    match string {
        Some(text) if !text.is_empty() && binary.is_none() => {
            check_text(&text)?;
            if kind == "Number" && !is_number(&text) {
                return refuse(format!("Can't cast the value of message (user) attribute '{name}' to a number."));
            }
            Ok(Attribute { data_type, string: Some(text), binary: None })
        }
        _ => empty(),
    }
}

/// Up to 38 digits, and a magnitude between 10^-128 and 10^126.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html>
fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()),
        None => (text, Some(0)),
    };
    let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = whole.bytes().chain(fraction.bytes());
    let Some(exponent) = exponent else { return false };
    if digits.len() > 256 || all.clone().count() == 0 || !all.clone().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let significant = format!("{whole}{fraction}");
    let significant = significant.trim_matches('0');
    let magnitude = i64::from(exponent) + whole.trim_start_matches('0').len() as i64;
    significant.is_empty() || (significant.len() <= 38 && (-128..=127).contains(&magnitude))
}

/// Checks the message system attributes of a send, of which there is one, and gives its value.
pub fn trace_header(given: IndexMap<String, MessageSystemAttributeValue>) -> Result<Option<String>> {
    let mut found = None;
    for (name, value) in given {
        if name != "AWSTraceHeader" {
            return Err(errors::invalid_parameter(format!("Message system attribute name '{name}' is invalid.")));
        }
        found = match value {
            MessageSystemAttributeValue {
                string_value: Some(text),
                binary_value: None,
                string_list_values: None,
                binary_list_values: None,
                data_type,
            } if data_type == "String" && !text.is_empty() => Some(text),
            _ => {
                let text = "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.";
                return Err(errors::invalid_parameter(text));
            }
        };
    }
    Ok(found)
}

/// What counts towards the limits: the body, and names, types and values of the attributes. The trace header does not.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>
pub fn size(body: &str, attributes: Option<&IndexMap<String, MessageAttributeValue>>) -> usize {
    let of = |(name, given): (&String, &MessageAttributeValue)| {
        let value =
            given.string_value.as_ref().map_or(0, String::len) + given.binary_value.as_ref().map_or(0, Bytes::len);
        name.len() + given.data_type.len() + value
    };
    body.len() + attributes.into_iter().flatten().map(of).sum::<usize>()
}

fn value(attribute: &Attribute) -> &[u8] {
    match (&attribute.string, &attribute.binary) {
        (Some(text), _) => text.as_bytes(),
        (None, Some(bytes)) => bytes,
        (None, None) => &[],
    }
}

/// The MD5 of a body.
pub fn md5_of_body(body: &str) -> String {
    hex(&Md5::digest(body.as_bytes()))
}

/// The MD5 of message attributes in the order of their names; `None` when there are none.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation>
pub fn md5_of_attributes<'a>(attributes: impl IntoIterator<Item = (&'a str, &'a Attribute)>) -> Option<String> {
    let mut sorted: Vec<_> = attributes.into_iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    if sorted.is_empty() {
        return None;
    }
    let mut md5 = Md5::new();
    for (name, attribute) in sorted {
        digest_part(&mut md5, name.as_bytes());
        digest_part(&mut md5, attribute.data_type.as_bytes());
        md5.update([if attribute.binary.is_some() { 2 } else { 1 }]);
        digest_part(&mut md5, value(attribute));
    }
    Some(hex(&md5.finalize()))
}

fn digest_part(md5: &mut Md5, part: &[u8]) {
    md5.update((part.len() as u32).to_be_bytes());
    md5.update(part);
}

/// The MD5 of message system attributes, which is that of the trace header.
pub fn md5_of_trace_header(header: &str) -> Option<String> {
    let attribute = Attribute { data_type: "String".to_owned(), string: Some(header.to_owned()), binary: None };
    md5_of_attributes([("AWSTraceHeader", &attribute)])
}

/// The deduplication id of a body, where none is given.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html>
pub fn content_id(body: &str) -> String {
    hex(digest(&SHA256, body.as_bytes()).as_ref())
}

/// The number of a message group's line: groups are told apart by a hash, so that keys are short whatever the ids.
pub fn line_of(group: &str) -> i64 {
    let hash = digest(&SHA256, group.as_bytes());
    hash.as_ref().first_chunk().map_or(0, |chunk| i64::from_be_bytes(*chunk))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' - 10 + value });
    let mut text = String::with_capacity(bytes.len() * 2);
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).for_each(|value| text.push(digit(value)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(data_type: &str, value: &str) -> MessageAttributeValue {
        MessageAttributeValue {
            data_type: data_type.into(),
            string_value: Some(value.into()),
            ..MessageAttributeValue::default()
        }
    }

    fn md5(given: &[(&str, MessageAttributeValue)]) -> Result<Option<String>> {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let kept = attributes(given)?;
        Ok(md5_of_attributes(kept.iter().map(|(name, attribute)| (name.as_str(), attribute))))
    }

    #[test]
    fn digests_are_those_of_aws() {
        // From moto's tests, whose values come from AWS.
        assert_eq!(md5_of_body("derp"), "58fd9edd83341c29f1aebba81c31e257");
        let check = |given: &[(&str, MessageAttributeValue)], expect: &str| {
            assert_eq!(md5(given), Ok(Some(expect.to_owned())), "{given:?}");
        };
        check(&[("timestamp", string("Number", "1493147359900"))], "235c5c510d26fb653d073faed50ae77c");
        check(&[("timestamp", string("Number.java.lang.Long", "1493147359900"))], "2e2e4876d8e0bd6b8c2c8f556831c349");
        check(&[("somevalue", string("String.custom", "somevalue"))], "9e05cca738e70ff6c6041e82d5e77ef1");
        let binary = MessageAttributeValue {
            data_type: "Binary".into(),
            binary_value: Some(Bytes::from_static(b"kekchebukek")),
            ..MessageAttributeValue::default()
        };
        check(
            &[
                ("id", string("String", "453ae55e-f03b-21a6-a4b1-70c2e2e8fe71")),
                ("mybin", binary),
                ("timestamp", string("Number.java.lang.Long", "1603134247654")),
                ("contentType", string("String", "application/json")),
            ],
            "049075255ebc53fb95f7f9f3cedf3c50",
        );
        assert_eq!(md5(&[]), Ok(None));
        assert_eq!(content_id("first"), "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e",);
    }

    #[test]
    fn attributes_are_checked() {
        let check = |name: &str, value: MessageAttributeValue, expect: Result<(), &str>| {
            let found = md5(&[(name, value)]);
            let found = found.as_ref().map(|_| ()).map_err(|e| e.message().to_owned());
            match expect {
                Ok(()) => assert_eq!(found, Ok(()), "{name}"),
                Err(part) => assert!(found.as_ref().is_err_and(|text| text.contains(part)), "{name}: {found:?}"),
            }
        };
        check("a.b-c_D9", string("String", "x"), Ok(()));
        check("n", string("Number", "-1.5e10"), Ok(()));
        check("", string("String", "x"), Err("non-empty message attribute name"));
        check(
            "öther_encodings",
            string("String", "x"),
            Err("The message attribute name 'öther_encodings' is invalid."),
        );
        check("aws.x", string("String", "x"), Err("reserved for internal use"));
        check(".x", string("String", "x"), Err("start or end with '.'"));
        check("x", string("", "x"), Err("must contain non-empty message attribute type"));
        check("x", string("InvalidNumber", "1"), Err("prefixes: Binary, Number, String."));
        check("piyo", string("String", ""), Err("'piyo' must contain a non-empty value of type 'String'."));
        check("x", string("Binary", "x"), Err("must contain a non-empty value of type 'Binary'."));
        check("x", string("Number", "12a"), Err("Can't cast the value"));
        check("x", string("String", "\u{1}"), Err("Invalid characters found"));
        let eleven: Vec<String> = (0..11).map(|i| format!("n{i}")).collect();
        let eleven: Vec<_> = eleven.iter().map(|name| (name.as_str(), string("String", "x"))).collect();
        assert!(md5(&eleven).is_err_and(|e| e.message().contains("[11] exceeds the allowed maximum [10]")));
        assert!(md5(&eleven[1..]).is_ok());
    }

    #[test]
    fn numbers_have_38_digits_and_bounds() {
        for good in
            ["0", "-0.0", "1", "+1", "1.", ".5", "1e126", "1E-100", &"9".repeat(38), &format!("{}000", "9".repeat(38))]
        {
            assert!(is_number(good), "{good}");
        }
        for bad in ["", ".", "-", "1e", "1e999", "1e-200", "0x10", "1,5", " 1", "1 ", "NaN", &"9".repeat(39)] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    #[test]
    fn bodies_are_checked() {
        for good in ["x", "\t\n\r", "Héllo!😀", "\u{d7ff}\u{e000}\u{fffd}\u{10ffff}"] {
            assert_eq!(check_body(good), Ok(()), "{good:?}");
        }
        for bad in ["\u{0}", "a\u{8}", "\u{b}", "\u{1f}é", "\u{fffe}", "\u{ffff}"] {
            assert_eq!(
                check_body(bad).map_err(|e| e.code().to_owned()),
                Err("InvalidMessageContents".into()),
                "{bad:?}"
            );
        }
        assert_eq!(check_body("").map_err(|e| e.code().to_owned()), Err("MissingParameter".into()));
    }

    #[test]
    fn ids_of_fifo_queues_are_checked() {
        for good in ["a", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", &"x".repeat(128)] {
            assert_eq!(check_fifo_id("MessageGroupId", good), Ok(()), "{good}");
        }
        for bad in ["", " ", "a b", "é", &"x".repeat(129)] {
            assert!(check_fifo_id("MessageGroupId", bad).is_err(), "{bad}");
        }
    }
}
