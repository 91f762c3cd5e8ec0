//! A template, read and checked as far as it can be without values.

use crate::references::{self, Reference};
use crate::{Error, Graph, Result, Rule, pseudo, read, rules, sections};
use shape::{IndexMap, Value};

/// A template.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template {
    /// `AWSTemplateFormatVersion`.
    pub version: Option<String>,
    /// `Description`.
    pub description: Option<String>,
    /// `Metadata`.
    pub metadata: Option<Value>,
    /// `Parameters`, by name.
    pub parameters: IndexMap<String, Parameter>,
    /// `Mappings`, by name: maps of maps.
    pub mappings: IndexMap<String, Value>,
    /// `Rules`, by name.
    pub rules: IndexMap<String, Rule>,
    /// `Conditions`, by name.
    pub conditions: IndexMap<String, Value>,
    /// `Transform`. What they would do is not known here.
    pub transforms: Vec<String>,
    /// `Resources`, by logical id.
    pub resources: IndexMap<String, Resource>,
    /// `Outputs`, by name.
    pub outputs: IndexMap<String, Output>,
}

/// A parameter as it is declared.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameter {
    /// `Type`.
    pub kind: String,
    /// `Default`, as text.
    pub default: Option<String>,
    /// `Description`.
    pub description: Option<String>,
    /// `NoEcho`.
    pub no_echo: bool,
    /// `AllowedValues`, as texts.
    pub allowed_values: Option<Vec<String>>,
    /// `AllowedPattern`.
    pub allowed_pattern: Option<String>,
    /// `ConstraintDescription`.
    pub constraint_description: Option<String>,
    /// `MinLength` and `MaxLength`.
    pub length: (Option<i64>, Option<i64>),
    /// `MinValue` and `MaxValue`.
    pub range: (Option<f64>, Option<f64>),
}

/// A resource as it is declared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resource {
    /// `Type`.
    pub kind: String,
    /// `Properties`, not evaluated.
    pub properties: Value,
    /// `DependsOn`.
    pub depends_on: Vec<String>,
    /// `Condition`.
    pub condition: Option<String>,
    /// `DeletionPolicy`.
    pub deletion_policy: DeletionPolicy,
    /// `UpdateReplacePolicy`.
    pub update_replace_policy: DeletionPolicy,
    /// `Metadata`.
    pub metadata: Option<Value>,
    /// `Description`.
    pub description: Option<String>,
}

/// What becomes of a resource that leaves its stack.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeletionPolicy {
    /// It is deleted.
    #[default]
    Delete,
    /// It stays.
    Retain,
    /// It stays, but for the rollback of its creation.
    RetainExceptOnCreate,
}

/// An output as it is declared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Output {
    /// `Value`, not evaluated.
    pub value: Value,
    /// `Description`.
    pub description: Option<String>,
    /// `Export`'s `Name`, not evaluated.
    pub export: Option<Value>,
    /// `Condition`.
    pub condition: Option<String>,
}

impl Template {
    /// Reads a template and checks its form, its references and that no resources depend on each other in a circle.
    pub fn parse(text: &str) -> Result<Template> {
        let document = read::read(text)?;
        check_nulls(&document, &mut Vec::new())?;
        let template = sections::read(&document)?;
        let twice = template.parameters.keys().find(|name| template.resources.contains_key(*name));
        if let Some(name) = twice {
            return Err(Error::format(format!("{name} is the name of a parameter and of a resource.")));
        }
        rules::check_form(&template.rules, &template.parameters)?;
        template.check_conditions()?;
        template.check_outputs()?;
        template.check_resources()?;
        Graph::of(&template, &mut |_| None)?;
        Ok(template)
    }

    fn check_conditions(&self) -> Result<()> {
        for (name, condition) in &self.conditions {
            let mut strangers = Vec::new();
            for reference in references::of(condition, &mut |_| None) {
                match reference {
                    Reference::Name(name) if self.is_parameter(&name) => {}
                    Reference::Name(name) | Reference::Attribute(name, _) => strangers.push(name),
                    Reference::Also(name) | Reference::Condition(name) => self.check_condition(&name)?,
                    Reference::Map(_) | Reference::Import(_) => {}
                }
            }
            if !strangers.is_empty() {
                let text = format!(
                    "Unresolved dependencies [{}]. Cannot reference resources in the Conditions block of the template",
                    strangers.join(", ")
                );
                return Err(Error::format(text));
            }
            self.check_circle(name, &mut Vec::new())?;
        }
        Ok(())
    }

    fn check_circle<'t>(&'t self, name: &'t str, path: &mut Vec<&'t str>) -> Result<()> {
        if path.contains(&name) {
            return Err(Error::format(format!("Circular dependency between conditions: [{}]", path.join(", "))));
        }
        let Some((name, condition)) = self.conditions.get_key_value(name) else { return Ok(()) };
        path.push(name);
        for reference in references::of(condition, &mut |_| None) {
            if let Reference::Also(other) | Reference::Condition(other) = reference
                && let Some((other, _)) = self.conditions.get_key_value(&other)
            {
                self.check_circle(other, path)?;
            }
        }
        path.pop();
        Ok(())
    }

    fn check_condition(&self, name: &str) -> Result<()> {
        if self.conditions.contains_key(name) {
            return Ok(());
        }
        Err(Error::format(format!("Condition {name} is not defined.")))
    }

    fn check_resources(&self) -> Result<()> {
        let mut strangers = Vec::new();
        for resource in self.resources.values() {
            if let Some(condition) = &resource.condition {
                self.check_condition(condition)?;
            }
            strangers.extend(resource.depends_on.iter().filter(|name| !self.resources.contains_key(*name)).cloned());
            strangers.extend(self.strangers(&resource.properties)?);
        }
        unresolved(strangers, "Resources")
    }

    fn check_outputs(&self) -> Result<()> {
        let mut strangers = Vec::new();
        for output in self.outputs.values() {
            if let Some(condition) = &output.condition {
                self.check_condition(condition)?;
            }
            strangers.extend(self.strangers(&output.value)?);
            strangers.extend(output.export.as_ref().map_or(Ok(Vec::new()), |name| self.strangers(name))?);
        }
        unresolved(strangers, "Outputs")
    }

    /// The names in a value that nothing of this template goes by.
    fn strangers(&self, value: &Value) -> Result<Vec<String>> {
        let mut strangers = Vec::new();
        for reference in references::of(value, &mut |_| None) {
            match reference {
                Reference::Name(name) if !self.is_parameter(&name) && !self.resources.contains_key(&name) => {
                    strangers.push(name);
                }
                Reference::Attribute(name, _) if !self.resources.contains_key(&name) => {
                    let text = format!("instance of Fn::GetAtt references undefined resource {name}");
                    return Err(Error::template(text));
                }
                Reference::Condition(name) => self.check_condition(&name)?,
                _ => {}
            }
        }
        Ok(strangers)
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.parameters.contains_key(name) || pseudo::of(name).is_some()
    }

    /// The types of its resources, each once, in their order.
    pub fn resource_types(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = Vec::new();
        for resource in self.resources.values() {
            if !kinds.contains(&resource.kind.as_str()) {
                kinds.push(&resource.kind);
            }
        }
        kinds
    }
}

/// Nowhere in a template may be nothing. AWS calls a resource's properties by the word for its type in this text:
/// <https://github.com/aws-cloudformation/cfn-lint/issues/38>
fn check_nulls(value: &Value, path: &mut Vec<String>) -> Result<()> {
    match value {
        Value::Null => {
            let in_properties = path.len() > 3 && path.first().is_some_and(|section| section == "Resources");
            if let Some(member) = path.get_mut(2).filter(|member| in_properties && *member == "Properties") {
                "Type".clone_into(member);
            }
            let place = path.join("/");
            Err(Error::new(format!("[/{place}] 'null' values are not allowed in templates")))
        }
        Value::List(items) => items.iter().enumerate().try_for_each(|(at, item)| within(item, at.to_string(), path)),
        Value::Map(map) => map.iter().try_for_each(|(name, item)| within(item, name.clone(), path)),
        _ => Ok(()),
    }
}

fn within(value: &Value, name: String, path: &mut Vec<String>) -> Result<()> {
    path.push(name);
    check_nulls(value, path)?;
    path.pop();
    Ok(())
}

/// The error for names that nothing goes by, each once.
pub(crate) fn unresolved(mut names: Vec<String>, section: &str) -> Result<()> {
    names.sort();
    names.dedup();
    if names.is_empty() {
        return Ok(());
    }
    let names = names.join(", ");
    Err(Error::format(format!("Unresolved resource dependencies [{names}] in the {section} block of the template")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let got = Template::parse(text).map(|_| String::new()).unwrap_or_else(|error| error.to_string());
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn what_is_wrong_is_told_in_awss_words() {
        check("Resources: {A: {Type: T}}", "");
        check("{\"Resources\": ", "Template format error: JSON not well-formed. (line 1, column 14)");
        check("just text", "Template format error: unsupported structure.");
        check("Parameters: {}", "Template format error: At least one Resources member must be defined.");
        check("Resources: {A: {Type: T}}\nFoo: 1", "Invalid template property or properties [Foo]");
        let null = |place: &str| format!("[/{place}] 'null' values are not allowed in templates");
        check("Resources: {A: {Type: T, Properties: {x: {y: }}}}", &null("Resources/A/Type/x/y"));
        check("Resources: {A: {Type: T, Properties: }}", &null("Resources/A/Properties"));
        check("Resources: {A: {Type: T, DependsOn: [null]}}", &null("Resources/A/DependsOn/0"));
        check("Resources: {A: {Type: T}}\nOutputs:", &null("Outputs"));
        check(
            "{\"Resources\":{\"A\":{\"Type\":\"T\"}},\"Mappings\":{\"M\":{\"a\":{\"b\":null}}}}",
            &null("Mappings/M/a/b"),
        );
        check("Resources: {A-b: {Type: T}}", "Template format error: Resource name A-b is non alphanumeric.");
        check(
            "Resources: {A: {}}",
            "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
        );
        check("Resources: {A: {Type: T, Props: {}}}", "Invalid template resource property 'Props'");
        check(
            "Resources: {A: {Type: T, Properties: {x: !Ref B, y: !Sub '${C}'}, DependsOn: D}}",
            "Template format error: Unresolved resource dependencies [B, C, D] in the Resources block of the template",
        );
        check(
            "Resources: {A: {Type: T, Properties: {x: !GetAtt B.c}}}",
            "Template error: instance of Fn::GetAtt references undefined resource B",
        );
        check(
            "Resources: {A: {Type: T}}\nOutputs: {O: {Value: !Ref X}}",
            "Template format error: Unresolved resource dependencies [X] in the Outputs block of the template",
        );
        check("Resources: {A: {Type: T, Condition: C}}", "Template format error: Condition C is not defined.");
        check(
            "Conditions: {C: !Equals [!Ref A, x]}\nResources: {A: {Type: T}}",
            "Template format error: Unresolved dependencies [A]. Cannot reference resources in the Conditions block of \
             the template",
        );
        check(
            "Resources: {A: {Type: T, DependsOn: B}, B: {Type: T, Properties: {x: !Ref A}}, C: {Type: T}}",
            "Circular dependency between resources: [A, B]",
        );
        check("Resources: {A: {Type: T, DependsOn: A}}", "Circular dependency between resources: [A]");
    }
}
