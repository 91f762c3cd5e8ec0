//! Parameters: what a caller gave and what is declared, put together.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use crate::template::Parameter;
use crate::{Error, Result, pseudo};
use regex::Regex;
use shape::{IndexMap, Value};

/// The longest value, in bytes.
const LONGEST: usize = 4096;

/// Types of parameters whose values name something in the account. That it is there is not checked.
const SPECIFIC: [&str; 10] = [
    "EC2::AvailabilityZone::Name",
    "EC2::Image::Id",
    "EC2::Instance::Id",
    "EC2::KeyPair::KeyName",
    "EC2::SecurityGroup::GroupName",
    "EC2::SecurityGroup::Id",
    "EC2::Subnet::Id",
    "EC2::VPC::Id",
    "EC2::Volume::Id",
    "Route53::HostedZone::Id",
];

/// What a caller gave for one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A value.
    Value(String),
    /// What the stack had before.
    Previous,
}

/// The texts of all parameters that are declared: those given, the stack's previous ones where that was asked for, and the
/// defaults. They hold the constraints that are declared, but for those on values that are stored elsewhere.
pub fn resolve(
    declared: &IndexMap<String, Parameter>,
    given: &IndexMap<String, Given>,
    previous: &IndexMap<String, String>,
) -> Result<IndexMap<String, String>> {
    let strangers: Vec<&str> = given.keys().filter(|n| !declared.contains_key(*n)).map(String::as_str).collect();
    if !strangers.is_empty() {
        let text = format!("Parameters: [{}] do not exist in the template", strangers.join(", "));
        return Err(Error::new(text));
    }
    let (mut texts, mut missing) = (IndexMap::new(), Vec::new());
    for (name, parameter) in declared {
        let text = match given.get(name) {
            Some(Given::Value(text)) => Some(text),
            Some(Given::Previous) => previous.get(name),
            None => parameter.default.as_ref(),
        };
        match text {
            Some(text) => drop(texts.insert(name.clone(), text.clone())),
            None => missing.push(name.as_str()),
        }
    }
    if !missing.is_empty() {
        return Err(Error::new(format!("Parameters: [{}] must have values", missing.join(", "))));
    }
    for (name, text) in &texts {
        if let Some(parameter) = declared.get(name) {
            check(name, parameter, text)?;
        }
    }
    Ok(texts)
}

/// Fails for a type that there is not.
pub(crate) fn check_kind(kind: &str) -> Result<()> {
    let plain = ["String", "Number", "List<Number>", "List<String>", "CommaDelimitedList"];
    let known = plain.contains(&kind) || item_of(kind).or(Some(kind)).is_some_and(is_specific) || is_stored_kind(kind);
    if known { Ok(()) } else { Err(Error::format(format!("Unrecognized parameter type: {kind}"))) }
}

fn is_specific(kind: &str) -> bool {
    pseudo::specific(kind).is_some_and(|kind| SPECIFIC.contains(&kind) || kind == "SSM::Parameter::Name")
}

/// The type of a list's items.
fn item_of(kind: &str) -> Option<&str> {
    kind.strip_prefix("List<")?.strip_suffix('>')
}

/// The type of the value that a parameter of this type names; `None` where the parameter's own text is its value.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
fn stored(kind: &str) -> Option<&str> {
    pseudo::specific(kind)?.strip_prefix("SSM::Parameter::Value<")?.strip_suffix('>')
}

fn is_stored_kind(kind: &str) -> bool {
    stored(kind).is_some_and(|kind| {
        ["String", "List<String>", "CommaDelimitedList"].contains(&kind)
            || item_of(kind).or(Some(kind)).is_some_and(is_specific)
    })
}

/// Whether a parameter's text names a value that is stored elsewhere.
pub fn is_stored(parameter: &Parameter) -> bool {
    stored(&parameter.kind).is_some()
}

/// The value of a parameter, whose text is `text`: a text, or a list of texts.
pub fn value(parameter: &Parameter, text: &str) -> Value {
    let kind = stored(&parameter.kind).unwrap_or(&parameter.kind);
    if kind == "CommaDelimitedList" || item_of(kind).is_some() {
        let items = text.split(',').map(|item| Value::from(item.trim()));
        return Value::List(if text.is_empty() { Vec::new() } else { items.collect() });
    }
    text.into()
}

fn check(name: &str, parameter: &Parameter, text: &str) -> Result<()> {
    if text.len() > LONGEST {
        return Err(Error::new(format!("Parameter '{name}' must contain at most {LONGEST} characters")));
    }
    match broken(name, parameter, text)? {
        None => Ok(()),
        Some(_) if parameter.constraint_description.is_some() => {
            let description = parameter.constraint_description.as_deref().unwrap_or_default();
            Err(Error::new(format!("Parameter '{name}' failed to satisfy constraint: {description}")))
        }
        Some(what) => Err(Error::new(format!("Parameter '{name}' must {what}"))),
    }
}

/// What a value breaks of what was declared of it.
fn broken(name: &str, parameter: &Parameter, text: &str) -> Result<Option<String>> {
    let numbers: Vec<&str> = match parameter.kind.as_str() {
        "Number" => vec![text],
        "List<Number>" => text.split(',').map(str::trim).collect(),
        _ => Vec::new(),
    };
    let items: Vec<&str> = match value(parameter, text) {
        Value::List(_) => text.split(',').map(str::trim).collect(),
        _ => vec![text],
    };
    if let Some(allowed) = &parameter.allowed_values
        && items.iter().any(|item| !allowed.iter().any(|value| value == item))
    {
        return Ok(Some("be one of AllowedValues".to_owned()));
    }
    for number in numbers {
        let Ok(number) = number.parse::<f64>() else { return Ok(Some("be a number".to_owned())) };
        if let Some(least) = parameter.range.0.filter(|least| number < *least) {
            return Ok(Some(format!("be a number not less than {least}")));
        }
        if let Some(most) = parameter.range.1.filter(|most| number > *most) {
            return Ok(Some(format!("be a number not greater than {most}")));
        }
    }
    let length = text.chars().count() as i64;
    if let Some(least) = parameter.length.0.filter(|least| length < *least) {
        return Ok(Some(format!("contain at least {least} characters")));
    }
    if let Some(most) = parameter.length.1.filter(|most| length > *most) {
        return Ok(Some(format!("contain at most {most} characters")));
    }
    let Some(pattern) = parameter.allowed_pattern.as_deref() else { return Ok(None) };
    let whole = Regex::new(&format!("^(?:{pattern})$")).map_err(|_| {
        let text = format!(
            "The AllowedPattern of the parameter {name} cannot be read: lookaround and back references \
                            are not implemented."
        );
        Error::new(text)
    })?;
    let fits = items.iter().all(|item| whole.is_match(item));
    Ok((!fits).then(|| format!("match pattern {pattern}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;

    const DECLARED: &str = "
Parameters:
  Name: {Type: String, AllowedPattern: '[a-z]+', MinLength: 2, MaxLength: 4}
  Size: {Type: Number, Default: 3, MinValue: 1, MaxValue: 9}
  Kind: {Type: String, Default: a, AllowedValues: [a, b]}
  Word: {Type: String, Default: ok, AllowedPattern: 'ok|fine', ConstraintDescription: be fine.}
  Nets: {Type: 'List<AWS::EC2::Subnet::Id>', Default: 'x, y'}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}
Resources: {A: {Type: T}}";

    fn check(given: &[(&str, &str)], expect: &str) {
        let template = Template::parse(DECLARED).unwrap();
        let given = given.iter().map(|(n, v)| ((*n).to_owned(), Given::Value((*v).to_owned()))).collect();
        let got = match resolve(&template.parameters, &given, &IndexMap::new()) {
            Ok(texts) => texts.values().cloned().collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expect, "{given:?}");
    }

    #[test]
    fn constraints_are_told_in_awss_words() {
        check(&[("Name", "abc")], "abc 3 a ok x, y /image");
        check(&[], "Parameters: [Name] must have values");
        check(&[("Other", ""), ("More", "")], "Parameters: [Other, More] do not exist in the template");
        check(&[("Name", "a")], "Parameter 'Name' must contain at least 2 characters");
        check(&[("Name", "abcde")], "Parameter 'Name' must contain at most 4 characters");
        check(&[("Name", "ab1")], "Parameter 'Name' must match pattern [a-z]+");
        check(&[("Name", "ab"), ("Size", "ten")], "Parameter 'Size' must be a number");
        check(&[("Name", "ab"), ("Size", "0")], "Parameter 'Size' must be a number not less than 1");
        check(&[("Name", "ab"), ("Size", "10")], "Parameter 'Size' must be a number not greater than 9");
        check(&[("Name", "ab"), ("Kind", "c")], "Parameter 'Kind' must be one of AllowedValues");
        check(&[("Name", "ab"), ("Word", "bad")], "Parameter 'Word' failed to satisfy constraint: be fine.");
    }

    #[test]
    fn lists_are_cut_and_stored_values_known() {
        let template = Template::parse(DECLARED).unwrap();
        let of = |name: &str| template.parameters.get(name).unwrap();
        assert_eq!(value(of("Nets"), "x, y"), Value::List(vec!["x".into(), "y".into()]));
        assert_eq!((is_stored(of("Image")), is_stored(of("Nets"))), (true, false));
        assert!(check_kind("List<Foo>").is_err());
    }
}
