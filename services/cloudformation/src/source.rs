//! What a stack is to be made from: a request's template and parameters, read and checked before anything is begun.

use crate::deploy::Known;
use crate::state::{IMPORTS, Import, Source, Stack};
use crate::{api, capabilities, errors, ids, kinds, peers};
use service::resource::{self, ResourceType, tag_list, tag_map};
use service::template::parameters::{self, Given};
use service::template::{LONGEST_BODY, Reference, Template, references_of};
use service::{Cx, IndexMap, Result, TagRules, Value, View};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-add-tags.html>
const TAGS: TagRules = TagRules {
    most: 50,
    invalid: |text| errors::validation(text),
    too_many: |_| errors::validation("Number of tags, at most 50 are allowed, is exceeded."),
};

/// How the keys of the tags begin that CloudFormation adds for itself.
pub const OWN_TAGS: &str = "aws:cloudformation:";

/// The members of a request that say what a stack is to be made from.
#[derive(Default)]
pub struct Wish {
    /// `TemplateBody`
    pub body: Option<String>,
    /// `TemplateURL`
    pub url: Option<String>,
    /// `UsePreviousTemplate`
    pub use_previous: bool,
    /// `Parameters`
    pub parameters: Vec<api::Parameter>,
    /// `Capabilities`
    pub capabilities: Vec<String>,
    /// `Tags`; `None` keeps those that there are.
    pub tags: Option<Vec<api::Tag>>,
    /// `NotificationARNs`; `None` keeps those that there are.
    pub notification_arns: Option<Vec<String>>,
    /// `RoleARN`; `None` keeps the one that there is.
    pub role_arn: Option<String>,
}

/// The text of a request's template.
///
/// # Errors
/// The first is none where the template lies in a bucket, as with all questions: it must be passed on.
pub fn text(cx: &mut Cx, body: Option<String>, url: Option<String>, previous: Option<&str>) -> Result<String> {
    match (body, url, previous) {
        (Some(body), None, None) if body.len() > LONGEST_BODY => {
            let text = format!(
                "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length \
                 less than or equal to {LONGEST_BODY}"
            );
            Err(errors::validation(text))
        }
        (Some(body), None, None) => Ok(body),
        (None, Some(url), None) => peers::template(cx, &url),
        (None, None, Some(previous)) => Ok(previous.to_owned()),
        _ => Err(errors::validation("Either Template URL or Template Body must be specified.")),
    }
}

/// A template whose functions, types and attributes are all known here, but for types behind conditions.
pub fn read(view: &View, text: &str) -> Result<Template> {
    let template = Template::parse(text).map_err(errors::template)?;
    if let Some(transform) = template.transforms.first() {
        return Err(errors::validation(format!("The transform {transform} is not implemented.")));
    }
    check_types(view, &template)?;
    check_attributes(view, &template)?;
    Ok(template)
}

/// The types of a template that no service of this cloud declares.
pub fn unknown_types(view: &View, template: &Template) -> Vec<String> {
    let kinds = template.resource_types().into_iter();
    kinds.filter(|kind| kinds::find(view, kind).is_none()).map(str::to_owned).collect()
}

/// Each type must be known, but for those behind conditions: what may never be made fails by name where it is.
pub fn check_types(view: &View, template: &Template) -> Result<()> {
    let needed = |kind: &String| template.resources.values().any(|r| r.kind == *kind && r.condition.is_none());
    let unknown: Vec<String> = unknown_types(view, template).into_iter().filter(needed).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(errors::validation(format!("Template format error: Unrecognized resource types: [{}]", unknown.join(", "))))
}

/// `Fn::GetAtt` gives what the type's schema says, and nothing else.
fn check_attributes(view: &View, template: &Template) -> Result<()> {
    let properties = template.resources.values().map(|resource| &resource.properties);
    for value in properties.chain(template.outputs.values().map(|output| &output.value)) {
        for reference in references_of(value, &mut |_| None) {
            let Reference::Attribute(logical, attribute) = reference else { continue };
            let kind = template.resources.get(&logical).map(|resource| resource.kind.as_str()).unwrap_or_default();
            let Some((_, known)) = kinds::find(view, kind) else { continue };
            if !kinds::has_attribute(kind, known.schema()?, &attribute) {
                let text = format!(
                    "Template error: resource {logical} does not support attribute type {attribute} in Fn::GetAtt"
                );
                return Err(errors::validation(text));
            }
        }
    }
    Ok(())
}

/// What a request wants a stack to be made from, checked.
pub fn of(cx: &mut Cx, wish: Wish, previous: Option<&Source>) -> Result<(Source, Template)> {
    let before = previous.filter(|_| wish.use_previous).map(|source| source.template.as_str());
    let text = text(cx, wish.body, wish.url, before)?;
    let template = read(cx, &text)?;
    let given = given(wish.parameters)?;
    let none = IndexMap::new();
    let known = previous.map_or(&none, |source| &source.parameters);
    let parameters = parameters::resolve(&template.parameters, &given, known).map_err(errors::template)?;
    let tags = match wish.tags {
        Some(tags) => checked_tags(tags)?,
        None => previous.map(|source| source.tags.clone()).unwrap_or_default(),
    };
    let notification_arns = wish
        .notification_arns
        .unwrap_or_else(|| previous.map(|source| source.notification_arns.clone()).unwrap_or_default());
    capabilities::check(&template, &wish.capabilities)?;
    let role_arn = wish.role_arn.or_else(|| previous.and_then(|source| source.role_arn.clone()));
    let resolved = stored(cx, &template, &parameters)?;
    let capabilities = wish.capabilities;
    let source = Source { template: text, parameters, resolved, tags, capabilities, notification_arns, role_arn };
    check_rules(cx, &source, &template)?;
    Ok((source, template))
}

/// The template's rules, which speak of nothing but parameters and of where the stack is.
fn check_rules(view: &View, source: &Source, template: &Template) -> Result<()> {
    let stack = Stack { source: source.clone(), ..Stack::default() };
    let none = IndexMap::new();
    template.check_rules(&Known::of(view, &stack, &none, template)).map_err(errors::template)
}

fn given(parameters: Vec<api::Parameter>) -> Result<IndexMap<String, Given>> {
    let mut given = IndexMap::new();
    for parameter in parameters {
        let api::Parameter { parameter_key, parameter_value, use_previous_value, resolved_value: _ } = parameter;
        let name = parameter_key.unwrap_or_default();
        let value = match (parameter_value, use_previous_value) {
            (None, Some(true)) => Given::Previous,
            (Some(_), Some(true)) => {
                let text = format!(
                    "Invalid input for parameter key {name}. Cannot specify usePreviousValue as true and \
                                    also specify a value"
                );
                return Err(errors::validation(text));
            }
            (value, _) => Given::Value(value.unwrap_or_default()),
        };
        if given.insert(name.clone(), value).is_some() {
            return Err(errors::validation(format!("Parameter '{name}' is specified more than once")));
        }
    }
    Ok(given)
}

/// The values of parameters that name a stored one.
fn stored(cx: &mut Cx, template: &Template, texts: &IndexMap<String, String>) -> Result<IndexMap<String, String>> {
    let is_stored = |name: &&String| template.parameters.get(*name).is_some_and(parameters::is_stored);
    let names: Vec<String> = texts.keys().filter(is_stored).cloned().collect();
    if names.is_empty() {
        return Ok(IndexMap::new());
    }
    let keys: Vec<String> = names.iter().filter_map(|name| texts.get(name).cloned()).collect();
    let values = peers::stored_values(cx, &keys)?;
    Ok(names.into_iter().zip(values).collect())
}

fn checked_tags(tags: Vec<api::Tag>) -> Result<IndexMap<String, String>> {
    TAGS.check(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())))?;
    TAGS.check_count(tags.len())?;
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// A resource's properties in the form that its type has, with the stack's tags among its own; or what is wrong with them.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html>
pub fn properties(
    view: &View,
    stack: &Stack,
    (logical, kind): (&str, &ResourceType),
    properties: Value,
) -> Result<Value, String> {
    let wrong = |wrong: String| format!("Properties validation failed for resource {logical} with message:\n{wrong}");
    if kinds::is_custom(kind.name) {
        return kinds::check_custom(&properties).map(|()| properties).map_err(wrong);
    }
    let schema = kind.schema().map_err(|error| error.to_string())?;
    let checked = schema.check(&properties).map_err(wrong)?;
    let (Some(name), Value::Map(mut members)) = (schema.tag_property(), checked.clone()) else { return Ok(checked) };
    let mut tags = stack.source.tags.clone();
    tags.extend(resource::tags(members.get(name)));
    let own = [
        ("stack-name", stack.name.clone()),
        ("logical-id", logical.to_owned()),
        ("stack-id", ids::stack_arn(view, &stack.name, &stack.uid).to_string()),
    ];
    tags.extend(own.map(|(key, value)| (format!("{OWN_TAGS}{key}"), value)));
    let value = if schema.is_list(name) { tag_list(&tags) } else { tag_map(&tags) };
    members.insert(name.to_owned(), value);
    Ok(Value::Map(members))
}

/// What a template says of a resource: the tags that CloudFormation adds for itself are not shown.
pub fn without_own_tags(properties: Value) -> Value {
    let is_own = |tag: &Value| tag.get("Key").and_then(Value::as_str).is_some_and(|key| key.starts_with(OWN_TAGS));
    match properties {
        Value::Map(members) => Value::map(members.into_iter().map(|(name, value)| {
            let value = match value {
                Value::List(items) => Value::List(items.into_iter().filter(|item| !is_own(item)).collect()),
                Value::Map(mut map) => {
                    map.retain(|key, _| !key.starts_with(OWN_TAGS));
                    Value::Map(map)
                }
                other => other,
            };
            (name, value)
        })),
        other => other,
    }
}

/// Notes that a stack imports an export.
pub fn note_import(cx: &mut Cx, stack: &mut Stack, export: &str) -> Result<()> {
    if !stack.imports.iter().any(|known| known == export) {
        stack.imports.push(export.to_owned());
    }
    cx.put(&IMPORTS, &(export.to_owned(), stack.name.clone()), &Import { stack: stack.name.clone() })
}

/// A stack imports nothing any more.
pub fn forget_imports(cx: &mut Cx, stack: &mut Stack) -> Result<()> {
    for export in std::mem::take(&mut stack.imports) {
        cx.delete(&IMPORTS, &(export, stack.name.clone()))?;
    }
    Ok(())
}
