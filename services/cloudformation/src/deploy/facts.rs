//! What a template's functions are told of a stack as it stands.

use crate::ids;
use crate::state::{EXPORTS, Resource, Stack};
use service::template::pseudo::Pseudo;
use service::template::{Error, Facts, Result, Template, parameters};
use service::{IndexMap, Value, View};
use std::cell::RefCell;

/// A stack as it stands.
pub struct Known<'a> {
    view: &'a View,
    stack: &'a Stack,
    rows: &'a IndexMap<String, Resource>,
    template: &'a Template,
    imported: RefCell<Vec<String>>,
}

impl<'a> Known<'a> {
    /// A stack with these resources, which `template` describes.
    pub fn of(
        view: &'a View,
        stack: &'a Stack,
        rows: &'a IndexMap<String, Resource>,
        template: &'a Template,
    ) -> Known<'a> {
        Known { view, stack, rows, template, imported: RefCell::default() }
    }

    /// The exports that were asked for, each once.
    pub fn imported(&self) -> Vec<String> {
        self.imported.borrow().clone()
    }
}

impl Facts for Known<'_> {
    fn parameter(&self, name: &str) -> Option<Value> {
        let declared = self.template.parameters.get(name)?;
        let texts =
            if parameters::is_stored(declared) { &self.stack.source.resolved } else { &self.stack.source.parameters };
        Some(parameters::value(declared, texts.get(name)?))
    }

    fn pseudo(&self, name: Pseudo) -> Value {
        let region = self.view.region();
        match name {
            Pseudo::AccountId => self.view.account().to_string().into(),
            Pseudo::NotificationArns => {
                Value::List(self.stack.source.notification_arns.iter().map(Value::from).collect())
            }
            Pseudo::NoValue => Value::Null,
            Pseudo::Partition => region.partition().as_str().into(),
            Pseudo::Region => region.as_str().into(),
            Pseudo::StackId => ids::stack_arn(self.view, &self.stack.name, &self.stack.uid).as_str().into(),
            Pseudo::StackName => (&self.stack.name).into(),
            Pseudo::UrlSuffix => region.partition().dns_suffix().into(),
        }
    }

    fn reference(&self, resource: &str) -> Result<Value> {
        let body = self.rows.get(resource).and_then(|row| row.body.as_ref());
        body.map(|body| (&body.id).into()).ok_or_else(|| not_there(resource))
    }

    fn attribute(&self, resource: &str, attribute: &str) -> Result<Value> {
        let row = self.rows.get(resource).ok_or_else(|| not_there(resource))?;
        let body = row.body.as_ref().ok_or_else(|| not_there(resource))?;
        let attributes = Value::decode(&body.attributes).unwrap_or_default();
        let found = attributes.get(attribute).cloned();
        found.ok_or_else(|| Error::new(format!("Attribute: {attribute} was not found for resource: {resource}")))
    }

    fn import(&self, export: &str) -> Result<Value> {
        let found = self.view.get(&EXPORTS, export).map_err(|error| Error::new(error.to_string()))?;
        let found = found.ok_or_else(|| Error::new(format!("No export named {export} found.")))?;
        let mut imported = self.imported.borrow_mut();
        if !imported.contains(&found.name) {
            imported.push(found.name);
        }
        Ok(found.value.into())
    }

    fn zones(&self, region: &str) -> Result<Vec<String>> {
        crate::peers::zones(self.view, region).map_err(|error| Error::new(error.message()))
    }
}

fn not_there(resource: &str) -> Error {
    Error::new(format!(
        "Template format error: Unresolved resource dependencies [{resource}] in the Resources block of the template"
    ))
}
