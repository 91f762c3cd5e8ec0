//! The sections of a template and their members.

use crate::template::{DeletionPolicy, Output, Parameter, Resource, Template};
use crate::{Error, Result, json, parameters, rules};
use shape::{IndexMap, Value};

/// What a template may hold at the most.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MOST: [(&str, usize); 4] = [("Parameters", 200), ("Mappings", 200), ("Resources", 500), ("Outputs", 200)];

/// Sections that AWS has and that have no effect that could be given here.
const REFUSED: [&str; 1] = ["Hooks"];

type Section = IndexMap<String, Value>;

pub(crate) fn read(value: &Value) -> Result<Template> {
    let Some(map) = value.as_map() else { return Err(Error::format("unsupported structure.")) };
    let mut template = Template::default();
    let mut strangers = Vec::new();
    for (name, value) in map {
        match name.as_str() {
            "AWSTemplateFormatVersion" => template.version = Some(version(value)?),
            "Description" => template.description = Some(description(value)?),
            "Metadata" => template.metadata = Some(value.clone()),
            "Transform" => template.transforms = transforms(value)?,
            "Parameters" => template.parameters = each(name, value, parameter)?,
            "Mappings" => template.mappings = each(name, value, mapping)?,
            "Rules" => template.rules = each(name, value, rules::read)?,
            "Conditions" => template.conditions = each(name, value, |_, value| Ok(value.clone()))?,
            "Resources" => template.resources = each(name, value, resource)?,
            "Outputs" => template.outputs = each(name, value, output)?,
            name if REFUSED.contains(&name) => {
                return Err(Error::new(format!("The section {name} of templates is not implemented.")));
            }
            _ => strangers.push(name.as_str()),
        }
    }
    if !strangers.is_empty() {
        return Err(Error::new(format!("Invalid template property or properties [{}]", strangers.join(", "))));
    }
    if template.resources.is_empty() {
        return Err(Error::format("At least one Resources member must be defined."));
    }
    Ok(template)
}

fn version(value: &Value) -> Result<String> {
    match json::text(value).as_deref() {
        Some("2010-09-09") => Ok("2010-09-09".to_owned()),
        _ => Err(Error::format("unsupported value for AWSTemplateFormatVersion.")),
    }
}

fn description(value: &Value) -> Result<String> {
    let text = value.as_str().ok_or_else(|| Error::format("Template description must be a string."))?;
    if text.len() > 1024 {
        return Err(Error::format("'Description' length is greater than 1024."));
    }
    Ok(text.to_owned())
}

fn transforms(value: &Value) -> Result<Vec<String>> {
    let one = |value: &Value| match value {
        Value::Str(name) => Some(name.clone()),
        Value::Map(map) => map.get("Name").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    let names = match value {
        Value::List(items) => items.iter().map(one).collect(),
        value => one(value).map(|name| vec![name]),
    };
    names.ok_or_else(|| Error::format("Transform must be a string or a list of strings."))
}

/// A section's members, each read by `read`.
fn each<T>(
    section: &str,
    value: &Value,
    mut read: impl FnMut(&str, &Value) -> Result<T>,
) -> Result<IndexMap<String, T>> {
    let members = match value {
        Value::Null => return Ok(IndexMap::new()),
        Value::Map(members) => members,
        _ => return Err(Error::format(format!("{section} must be an object."))),
    };
    let most = MOST.iter().find(|(name, _)| *name == section).map_or(usize::MAX, |(_, most)| *most);
    if members.len() > most {
        let (noun, count) = (section.to_ascii_lowercase(), members.len());
        let text = format!("Number of {noun}, {count}, is greater than maximum allowed, {most}");
        return Err(Error::format(text));
    }
    let singular = section.strip_suffix('s').unwrap_or(section);
    let mut out = IndexMap::new();
    for (name, value) in members {
        if section != "Conditions" && (name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric())) {
            // Mappings are named as freely as conditions but for their first character; AWS checks these three.
            if section != "Mappings" {
                return Err(Error::format(format!("{singular} name {name} is non alphanumeric.")));
            }
        }
        out.insert(name.clone(), read(name, value)?);
    }
    Ok(out)
}

fn members<'v>(section: &str, name: &str, value: &'v Value) -> Result<&'v Section> {
    value.as_map().ok_or_else(|| Error::format(format!("[/{section}/{name}] Any {section} member must be an object.")))
}

fn mapping(name: &str, value: &Value) -> Result<Value> {
    let rows = members("Mappings", name, value)?;
    if rows.values().any(|row| row.as_map().is_none()) {
        return Err(Error::format("Every Mappings member must be a map"));
    }
    Ok(value.clone())
}

fn text_of(members: &Section, name: &str, place: &str) -> Result<Option<String>> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            json::text(value).map(Some).ok_or_else(|| Error::format(format!("[{place}] '{name}' must be a string.")))
        }
    }
}

fn parameter(name: &str, value: &Value) -> Result<Parameter> {
    let given = members("Parameters", name, value)?;
    let place = format!("/Parameters/{name}");
    let number = |member: &str| -> Result<Option<f64>> {
        let text = text_of(given, member, &place)?;
        text.map(|text| text.parse().map_err(|_| Error::format(format!("[{place}/{member}] must be a number."))))
            .transpose()
    };
    let mut parameter = Parameter::default();
    for (member, value) in given {
        match member.as_str() {
            "Type" => parameter.kind = json::text(value).unwrap_or_default(),
            "Default" => parameter.default = text_of(given, member, &place)?,
            "Description" => parameter.description = text_of(given, member, &place)?,
            "NoEcho" => parameter.no_echo = text_of(given, member, &place)?.as_deref() == Some("true"),
            "AllowedPattern" => parameter.allowed_pattern = text_of(given, member, &place)?,
            "ConstraintDescription" => parameter.constraint_description = text_of(given, member, &place)?,
            "MinLength" => parameter.length.0 = number(member)?.map(|number| number as i64),
            "MaxLength" => parameter.length.1 = number(member)?.map(|number| number as i64),
            "MinValue" => parameter.range.0 = number(member)?,
            "MaxValue" => parameter.range.1 = number(member)?,
            "AllowedValues" => {
                let items = value.as_list().map(|items| items.iter().filter_map(json::text).collect());
                let text = || Error::format(format!("[{place}/AllowedValues] must be a list."));
                parameter.allowed_values = Some(items.ok_or_else(text)?);
            }
            other => return Err(Error::new(format!("Invalid template parameter property '{other}'"))),
        }
    }
    if parameter.kind.is_empty() {
        return Err(Error::format("Every Parameters object must contain a Type member."));
    }
    parameters::check_kind(&parameter.kind)?;
    Ok(parameter)
}

fn resource(name: &str, value: &Value) -> Result<Resource> {
    let given = members("Resources", name, value)?;
    let place = format!("/Resources/{name}");
    let mut resource = Resource::default();
    for (member, value) in given {
        match member.as_str() {
            "Type" => resource.kind = value.as_str().unwrap_or_default().to_owned(),
            "Properties" => resource.properties = properties(&place, value)?,
            "DependsOn" => resource.depends_on = depends_on(&place, value)?,
            "Condition" => resource.condition = text_of(given, member, &place)?,
            "Metadata" => resource.metadata = Some(value.clone()),
            "Description" => resource.description = text_of(given, member, &place)?,
            "DeletionPolicy" => resource.deletion_policy = policy(name, member, value)?,
            "UpdateReplacePolicy" => resource.update_replace_policy = policy(name, member, value)?,
            "CreationPolicy" | "UpdatePolicy" => {
                let text = format!("The attribute {member} of resources is not implemented: it stands at {name}.");
                return Err(Error::new(text));
            }
            other => return Err(Error::new(format!("Invalid template resource property '{other}'"))),
        }
    }
    if resource.kind.is_empty() {
        return Err(Error::format(format!("[{place}] Every Resources object must contain a Type member.")));
    }
    Ok(resource)
}

fn properties(place: &str, value: &Value) -> Result<Value> {
    match value {
        Value::Map(_) | Value::Null => Ok(value.clone()),
        _ => Err(Error::format(format!("[{place}/Properties] Properties must be an object."))),
    }
}

fn depends_on(place: &str, value: &Value) -> Result<Vec<String>> {
    let names: Option<Vec<String>> = match value {
        Value::Null => Some(Vec::new()),
        Value::Str(name) => Some(vec![name.clone()]),
        Value::List(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    names.ok_or_else(|| Error::format(format!("[{place}/DependsOn] must be a string or a list of strings.")))
}

fn policy(resource: &str, member: &str, value: &Value) -> Result<DeletionPolicy> {
    match (value.as_str().unwrap_or_default(), member) {
        ("Delete", _) => Ok(DeletionPolicy::Delete),
        ("Retain", _) => Ok(DeletionPolicy::Retain),
        ("RetainExceptOnCreate", "DeletionPolicy") => Ok(DeletionPolicy::RetainExceptOnCreate),
        ("Snapshot", _) => Err(Error::new(format!("{member} Snapshot is not implemented: it stands at {resource}."))),
        (other, _) => Err(Error::format(format!("Unrecognized {member} {other} for Template Resource {resource}"))),
    }
}

fn output(name: &str, value: &Value) -> Result<Output> {
    let given = members("Outputs", name, value)?;
    let place = format!("/Outputs/{name}");
    let mut output = Output::default();
    for (member, value) in given {
        match member.as_str() {
            "Value" => output.value = value.clone(),
            "Description" => output.description = text_of(given, member, &place)?,
            "Condition" => output.condition = text_of(given, member, &place)?,
            "Export" => {
                let missing = || Error::format(format!("[{place}/Export] 'Name' must be given."));
                output.export = Some(value.get("Name").cloned().ok_or_else(missing)?);
            }
            other => return Err(Error::new(format!("Invalid template output property '{other}'"))),
        }
    }
    if output.value.is_null() {
        return Err(Error::format("Every Outputs member must contain a Value object"));
    }
    Ok(output)
}
