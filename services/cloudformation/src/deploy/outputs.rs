//! Outputs and exports.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html>

use crate::deploy::facts::Known;
use crate::deploy::site::Site;
use crate::errors;
use crate::state::{EXPORTS, Export, IMPORTS, Stack, StoredOutput};
use service::template::{Evaluator, Template, json};
use service::{Cx, Result, View};

/// A stack's outputs, or why there can be none.
pub fn of(cx: &Cx, site: &Site, template: &Template) -> Result<Result<Vec<StoredOutput>, String>> {
    let known = Known::of(cx, &site.stack, &site.rows, template);
    let evaluator = Evaluator::new(template, &known).map_err(errors::template)?;
    let mut outputs = Vec::new();
    for (key, output) in template.outputs.iter().filter(|(_, o)| evaluator.holds(o.condition.as_deref())) {
        let value = match evaluator.value(&output.value) {
            Ok(value) => value.as_ref().and_then(json::text),
            Err(error) => return Ok(Err(error.message().to_owned())),
        };
        let Some(value) = value else {
            return Ok(Err(format!(
                "Template format error: Output {key} is malformed. The Value field of every Outputs member must evaluate to \
                 a String."
            )));
        };
        let export = match output.export.as_ref().map(|name| evaluator.text(name)).transpose() {
            Ok(export) => export.flatten(),
            Err(error) => return Ok(Err(error.message().to_owned())),
        };
        outputs.push(StoredOutput { key: key.clone(), value, description: output.description.clone(), export });
    }
    Ok(conflict(cx, &site.stack, &outputs)?.map_or(Ok(outputs), Err))
}

/// Why these outputs cannot be exported.
fn conflict(view: &View, stack: &Stack, outputs: &[StoredOutput]) -> Result<Option<String>> {
    for output in outputs {
        let Some(name) = &output.export else { continue };
        let Some(export) = view.get(&EXPORTS, name.as_str())? else { continue };
        if export.uid != stack.uid {
            return Ok(Some(format!("Export with name {name} is already exported by stack {}", export.stack)));
        }
    }
    for old in stack.outputs.iter() {
        let Some(name) = &old.export else { continue };
        let now = outputs.iter().find(|output| output.export.as_ref() == Some(name));
        if now.is_some_and(|now| now.value == old.value) {
            continue;
        }
        if let Some(user) = importers(view, name)?.first() {
            let verb = if now.is_some() { "updated" } else { "deleted" };
            return Ok(Some(format!("Export {name} cannot be {verb} as it is in use by {user}")));
        }
    }
    Ok(None)
}

/// The names of the stacks that import an export.
pub fn importers(view: &View, export: &str) -> Result<Vec<String>> {
    view.rows(&IMPORTS, (export.to_owned(),)).map(|import| import.map(|import| import.stack)).collect()
}

/// Puts a stack's exports in the place of those that it had.
pub fn export(cx: &mut Cx, stack: &Stack, outputs: &[StoredOutput]) -> Result<()> {
    withdraw(cx, stack)?;
    for output in outputs {
        let Some(name) = output.export.clone() else { continue };
        let (stack, uid) = (stack.name.clone(), stack.uid.clone());
        cx.put(&EXPORTS, name.as_str(), &Export { value: output.value.clone(), stack, uid, name: name.clone() })?;
    }
    Ok(())
}

/// Takes back what a stack exported.
pub fn withdraw(cx: &mut Cx, stack: &Stack) -> Result<()> {
    for name in stack.outputs.iter().filter_map(|output| output.export.as_deref()) {
        cx.delete(&EXPORTS, name)?;
    }
    Ok(())
}
