//! What an update would do, found out before anything is done.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html>

use crate::api::{Change, ResourceChange, ResourceChangeDetail, ResourceTargetDefinition};
use crate::deploy::Known;
use crate::state::{RESOURCES, Resource, Source, Stack};
use crate::{errors, kinds, source};
use service::template::pseudo::Pseudo;
use service::template::{
    Effect, Evaluator, Facts, Graph, PropertyChange, Reference, Result as Told, Template, json, references_of,
};
use service::{IndexMap, Result, Value, View};
use std::cell::RefCell;

/// What stands for a value that only the deployment will tell.
const LATER: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// A stack as it will be: of what is to be made nothing is known yet.
struct Foreseen<'a> {
    known: Known<'a>,
    unknown: RefCell<Vec<String>>,
}

impl Foreseen<'_> {
    fn is_unknown(&self, resource: &str) -> bool {
        self.unknown.borrow().iter().any(|name| name == resource)
    }
}

impl Facts for Foreseen<'_> {
    fn parameter(&self, name: &str) -> Option<Value> {
        self.known.parameter(name)
    }
    fn pseudo(&self, name: Pseudo) -> Value {
        self.known.pseudo(name)
    }
    fn reference(&self, resource: &str) -> Told<Value> {
        if self.is_unknown(resource) { Ok(LATER.into()) } else { self.known.reference(resource) }
    }
    fn attribute(&self, resource: &str, attribute: &str) -> Told<Value> {
        if self.is_unknown(resource) { Ok(LATER.into()) } else { self.known.attribute(resource, attribute) }
    }
    fn import(&self, export: &str) -> Told<Value> {
        self.known.import(export)
    }
    fn zones(&self, region: &str) -> Told<Vec<String>> {
        self.known.zones(region)
    }
}

/// A stack before and after.
struct Plan<'a> {
    view: &'a View,
    rows: &'a IndexMap<String, Resource>,
    /// The stack with its new source.
    after: &'a Stack,
    old: Template,
    new: &'a Template,
    /// The parameters that have another value than before.
    parameters: Vec<String>,
}

/// Whether an update would do anything at all.
pub fn any(view: &View, stack: &Stack, to: &Source) -> Result<bool> {
    let (changes, outputs) = of(view, stack, to)?;
    Ok(outputs || !changes.is_empty())
}

/// What changes of a stack's resources if it is made from `to`, and whether its outputs change.
pub fn of(view: &View, stack: &Stack, to: &Source) -> Result<(Vec<Change>, bool)> {
    let rows = view.rows(&RESOURCES, (stack.uid.clone(),));
    let rows: IndexMap<String, Resource> =
        rows.map(|row| row.map(|row| (row.logical.clone(), row))).collect::<Result<_>>()?;
    let rows: IndexMap<String, Resource> = rows.into_iter().filter(|(_, row)| row.body.is_some()).collect();
    let new = Template::parse(&to.template).map_err(errors::template)?;
    let after = Stack { source: to.clone(), ..stack.clone() };
    let differs = |name: &&String| to.parameters.get(*name) != stack.source.parameters.get(*name);
    let plan = Plan {
        view,
        rows: &rows,
        after: &after,
        old: Template::parse(&stack.source.template).unwrap_or_default(),
        new: &new,
        parameters: to.parameters.keys().filter(differs).cloned().collect(),
    };
    let known = Known::of(view, &after, &rows, &new);
    let foreseen = Foreseen { known, unknown: RefCell::default() };
    let evaluator = Evaluator::new(&new, &foreseen).map_err(errors::template)?;
    let graph = Graph::of(&new, &mut |name| evaluator.condition(name)).map_err(errors::template)?;
    let mut changes = Vec::new();
    for logical in in_order(&graph) {
        changes.extend(plan.change(&evaluator, &foreseen, logical)?);
    }
    let removed = rows.values().filter(|row| !graph.contains(&row.logical));
    changes.extend(removed.map(|row| change("Remove", row.logical.as_str(), &row.kind, Some(row))));
    let outputs = plan.outputs_differ(&evaluator)?;
    Ok((changes, outputs))
}

/// The resources of a graph, each after those that it needs.
fn in_order(graph: &Graph) -> Vec<&str> {
    let mut order: Vec<&str> = Vec::new();
    let mut left: Vec<&str> = graph.names().collect();
    while !left.is_empty() {
        let (free, rest): (Vec<&str>, Vec<&str>) =
            left.iter().partition(|name| graph.needs(name).iter().all(|need| order.contains(&need.as_str())));
        // A graph has no circle, so that something is always free.
        if free.is_empty() {
            break;
        }
        order.extend(free);
        left = rest;
    }
    order
}

/// Why a nested stack is looked into.
fn automatic() -> ResourceChangeDetail {
    ResourceChangeDetail {
        target: Some(ResourceTargetDefinition {
            attribute: Some("Properties".to_owned()),
            requires_recreation: Some("Never".to_owned()),
            ..ResourceTargetDefinition::default()
        }),
        evaluation: Some("Dynamic".to_owned()),
        change_source: Some("Automatic".to_owned()),
        causing_entity: None,
    }
}

fn change(action: &str, logical: &str, kind: &str, row: Option<&Resource>) -> Change {
    let resource = ResourceChange {
        action: Some(action.to_owned()),
        logical_resource_id: Some(logical.to_owned()),
        physical_resource_id: row.and_then(|row| row.body.as_ref()).map(|body| body.id.clone()),
        resource_type: Some(kind.to_owned()),
        scope: Some(Vec::new()),
        details: Some(Vec::new()),
        ..ResourceChange::default()
    };
    Change { type_: Some("Resource".to_owned()), resource_change: Some(resource), ..Change::default() }
}

impl Plan<'_> {
    fn change(&self, evaluator: &Evaluator<'_>, foreseen: &Foreseen<'_>, logical: &str) -> Result<Option<Change>> {
        let Some(declared) = self.new.resources.get(logical) else { return Ok(None) };
        let Some((row, body)) = self.rows.get(logical).and_then(|row| Some((row, row.body.as_ref()?))) else {
            foreseen.unknown.borrow_mut().push(logical.to_owned());
            return Ok(Some(change("Add", logical, &declared.kind, None)));
        };
        let Some((_, kind)) = kinds::find(self.view, &declared.kind) else { return Ok(None) };
        let schema = kind.schema()?;
        let wanted = evaluator.value(&declared.properties).map_err(errors::template)?.unwrap_or_default();
        let present = Value::decode(&body.properties)?;
        // What is wrong with the new properties is told when they are written.
        let Ok(wanted) = source::properties(self.view, self.after, (logical, kind), wanted) else {
            return Ok(Some(change("Modify", logical, &declared.kind, Some(row))));
        };
        let changes = schema.changes(&present, &wanted);
        let effect = match changes.iter().map(|change| change.effect).max() {
            Some(effect) => effect,
            // What lies where a nested stack's template does may have changed, though the place has not.
            None if declared.kind == kinds::STACK => {
                foreseen.unknown.borrow_mut().push(logical.to_owned());
                let mut out = change("Modify", logical, &declared.kind, Some(row));
                if let Some(resource) = &mut out.resource_change {
                    resource.replacement = Some("False".to_owned());
                    resource.details = Some(vec![automatic()]);
                    resource.scope = Some(vec!["Properties".to_owned()]);
                }
                return Ok(Some(out));
            }
            None => return Ok(None),
        };
        let later = |change: &&PropertyChange| wanted.get(&change.name).is_some_and(|v| json::write(v).contains(LATER));
        let replacing = |change: &&PropertyChange| change.effect == Effect::Replace;
        let replacement = match effect {
            Effect::Update => "False",
            Effect::MayReplace => "Conditional",
            // Whether the value comes out otherwise than before is not known.
            Effect::Replace if changes.iter().filter(replacing).all(|change| later(&change)) => "Conditional",
            Effect::Replace => "True",
        };
        if replacement != "False" {
            foreseen.unknown.borrow_mut().push(logical.to_owned());
        }
        let mut out = change("Modify", logical, &declared.kind, Some(row));
        let is_tags = |name: &str| schema.tag_property() == Some(name);
        if let Some(resource) = &mut out.resource_change {
            let mut scope: Vec<String> =
                changes.iter().map(|c| if is_tags(&c.name) { "Tags" } else { "Properties" }.to_owned()).collect();
            scope.sort();
            scope.dedup();
            resource.replacement = Some(replacement.to_owned());
            resource.scope = Some(scope);
            let details = changes.iter().map(|change| self.detail(logical, change, is_tags(&change.name)));
            resource.details = Some(details.collect());
        }
        Ok(Some(out))
    }

    /// Why a property changes.
    fn detail(&self, logical: &str, change: &PropertyChange, is_tags: bool) -> ResourceChangeDetail {
        let of =
            |template: &Template| template.resources.get(logical).and_then(|r| r.properties.get(&change.name)).cloned();
        let (old, new) = (of(&self.old), of(self.new));
        let references = new.as_ref().map(|value| references_of(value, &mut |_| None)).unwrap_or_default();
        let cause = references.into_iter().find_map(|reference| match reference {
            Reference::Name(name) if self.parameters.contains(&name) => Some(("ParameterReference", name)),
            Reference::Name(name) if self.new.resources.contains_key(&name) => Some(("ResourceReference", name)),
            Reference::Attribute(name, attribute) => Some(("ResourceAttribute", format!("{name}.{attribute}"))),
            _ => None,
        });
        let (source, entity) = match cause {
            Some((source, entity)) if old == new => (source, Some(entity)),
            _ => ("DirectModification", None),
        };
        let recreation = match change.effect {
            Effect::Update => "Never",
            Effect::MayReplace => "Conditionally",
            Effect::Replace => "Always",
        };
        let is_static = ["DirectModification", "ParameterReference"].contains(&source);
        ResourceChangeDetail {
            target: Some(ResourceTargetDefinition {
                attribute: Some(if is_tags { "Tags" } else { "Properties" }.to_owned()),
                name: (!is_tags).then(|| change.name.clone()),
                requires_recreation: Some(recreation.to_owned()),
                ..ResourceTargetDefinition::default()
            }),
            evaluation: Some(if is_static { "Static" } else { "Dynamic" }.to_owned()),
            change_source: Some(source.to_owned()),
            causing_entity: entity,
        }
    }

    fn outputs_differ(&self, evaluator: &Evaluator<'_>) -> Result<bool> {
        let mut now = Vec::new();
        for (key, output) in self.new.outputs.iter().filter(|(_, o)| evaluator.holds(o.condition.as_deref())) {
            let value = evaluator.text(&output.value).map_err(errors::template)?.unwrap_or_default();
            let export = output.export.as_ref().map(|name| evaluator.text(name)).transpose();
            let export = export.map_err(errors::template)?.flatten();
            now.push((key.clone(), value, output.description.clone(), export));
        }
        let before: Vec<_> = self
            .after
            .outputs
            .iter()
            .map(|o| (o.key.clone(), o.value.clone(), o.description.clone(), o.export.clone()))
            .collect();
        Ok(now != before)
    }
}
