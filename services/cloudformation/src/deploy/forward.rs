//! Resources are made and changed, each as soon as what it needs is there.

use crate::deploy::facts::Known;
use crate::deploy::site::Site;
use crate::deploy::{backward, finish, hear, step};
use crate::state::{Body, Resource, Step};
use crate::{errors, kinds, secure, source, words};
use service::template::{DeletionPolicy, Effect, Evaluator, Graph, Schema, Template};
use service::{Cx, Result, Value};

/// Something that can begin: a resource, what it needs, and its properties, or why they cannot be told.
struct Ready {
    logical: String,
    needs: Vec<String>,
    properties: Result<Value, String>,
}

/// Begins what can be begun, and tells whether anything has changed.
pub fn advance(cx: &mut Cx, site: &mut Site) -> Result<bool> {
    if site.op.reason.is_some() || !site.op.failed.is_empty() {
        cancel(cx, site)?;
        return if site.is_busy() { Ok(false) } else { backward::begin(cx, site).map(|()| true) };
    }
    let template = Template::parse(&site.stack.source.template).map_err(errors::template)?;
    let (ready, imports, left) = ready(cx, site, &template)?;
    for name in imports {
        source::note_import(cx, &mut site.stack, &name)?;
    }
    if ready.is_empty() {
        return if left { Ok(false) } else { finish::deployed(cx, site, &template).map(|()| true) };
    }
    for ready in ready {
        start(cx, site, &template, ready)?;
    }
    Ok(true)
}

/// What can begin, what is imported by it, and whether anything is still to come.
fn ready(cx: &Cx, site: &Site, template: &Template) -> Result<(Vec<Ready>, Vec<String>, bool)> {
    let known = Known::of(cx, &site.stack, &site.rows, template);
    let evaluator = Evaluator::new(template, &known).map_err(errors::template)?;
    let graph = Graph::of(template, &mut |name| evaluator.condition(name)).map_err(errors::template)?;
    let is_done = |name: &str| site.rows.get(name).is_some_and(|row| row.done);
    let (mut found, mut left) = (Vec::new(), false);
    for logical in graph.names().filter(|name| !is_done(name)) {
        left = true;
        let under_way = site.rows.get(logical).is_some_and(|row| row.step.is_some());
        if under_way || !graph.needs(logical).iter().all(|need| is_done(need)) {
            continue;
        }
        let Some(resource) = template.resources.get(logical) else { continue };
        let properties = evaluator.value(&resource.properties);
        let properties = properties.map(Option::unwrap_or_default).map_err(|error| error.message().to_owned());
        found.push(Ready { logical: logical.to_owned(), needs: graph.needs(logical).to_vec(), properties });
    }
    Ok((found, known.imported(), left))
}

fn start(cx: &mut Cx, site: &mut Site, template: &Template, ready: Ready) -> Result<()> {
    let logical = ready.logical.as_str();
    let Some(declared) = template.resources.get(logical) else { return Ok(()) };
    let row = site.rows.entry(logical.to_owned()).or_insert_with(|| Resource {
        logical: logical.to_owned(),
        kind: declared.kind.clone(),
        ..Resource::default()
    });
    row.description = declared.description.clone();
    row.metadata = declared.metadata.as_ref().map(service::template::json::write);
    let present = row.body.clone();
    let mut wanted = Body {
        properties: Value::Null.encode().into(),
        attributes: Value::Null.encode().into(),
        needs: ready.needs,
        deletion_policy: policy(declared.deletion_policy).to_owned(),
        update_replace_policy: policy(declared.update_replace_policy).to_owned(),
        ..Body::default()
    };
    let checked = ready.properties.and_then(|properties| {
        let (_, kind) = kinds::find(cx, &declared.kind).ok_or_else(|| words::unknown_type(&declared.kind))?;
        let schema = kind.schema().map_err(|error| error.to_string())?;
        secure::check(&declared.kind, &properties)?;
        let properties = source::properties(cx, &site.stack, (logical, kind), properties)?;
        let refused = kind.refused.iter().find(|name| properties.get(name).is_some());
        match refused {
            Some(name) => Err(words::refused_property(kind.name, name)),
            None => Ok((schema, properties)),
        }
    });
    let (schema, properties) = match checked {
        Ok(checked) => checked,
        Err(reason) => {
            let (status, failed) = words::of_change(present.is_some());
            site.resource_event(cx, (logical, present.as_ref()), status, None)?;
            return fail(cx, site, (logical, present.as_ref()), (failed, &reason));
        }
    };
    wanted.properties = properties.encode().into();
    match present {
        None => {
            site.resource_event(cx, (logical, Some(&wanted)), "CREATE_IN_PROGRESS", None)?;
            step::begin(cx, site, logical, ("create", wanted))
        }
        Some(present) => change(cx, site, (logical, schema), (present, wanted)),
    }
}

/// A resource is there already: it is left as it is, changed, or replaced.
fn change(
    cx: &mut Cx,
    site: &mut Site,
    (logical, schema): (&str, &Schema),
    (present, mut wanted): (Body, Body),
) -> Result<()> {
    let (old, new) = (Value::decode(&present.properties)?, Value::decode(&wanted.properties)?);
    let changes = schema.changes(&old, &new);
    let kind = site.rows.get(logical).map(|row| row.kind.clone()).unwrap_or_default();
    if kinds::is_custom(&kind) && old.get("ServiceToken") != new.get("ServiceToken") {
        site.resource_event(cx, (logical, Some(&present)), "UPDATE_IN_PROGRESS", None)?;
        return fail(cx, site, (logical, Some(&present)), ("UPDATE_FAILED", words::OTHER_TOKEN));
    }
    // What lies where a nested stack's template does may have changed, though the place has not.
    if changes.is_empty() && kind != kinds::STACK {
        // What it needs, and what becomes of it later, may have changed all the same.
        (wanted.id, wanted.attributes) = (present.id, present.attributes);
        if let Some(row) = site.rows.get_mut(logical) {
            (row.body, row.done) = (Some(wanted), true);
        }
        return Ok(());
    }
    if changes.iter().all(|change| change.effect == Effect::Update) {
        (wanted.id, wanted.attributes) = (present.id, present.attributes);
        site.resource_event(cx, (logical, Some(&wanted)), "UPDATE_IN_PROGRESS", None)?;
        return step::begin(cx, site, logical, ("update", wanted));
    }
    if let Some(name) = kept_name(schema, &old, &new) {
        let reason = words::custom_named(name);
        site.resource_event(cx, (logical, Some(&present)), "UPDATE_IN_PROGRESS", None)?;
        return fail(cx, site, (logical, Some(&present)), ("UPDATE_FAILED", &reason));
    }
    site.resource_event(cx, (logical, Some(&present)), "UPDATE_IN_PROGRESS", Some(words::REPLACED))?;
    step::begin(cx, site, logical, ("create", wanted))
}

/// The name that a resource has of its template, where its successor would have just the same one.
fn kept_name<'v>(schema: &Schema, old: &Value, new: &'v Value) -> Option<&'v str> {
    let stays = |name: &String| new.get(name).filter(|now| !schema.is_read_only(name) && old.get(name) == Some(*now));
    let names: Option<Vec<&Value>> = schema.identifier().iter().map(stays).collect();
    names?.last()?.as_str()
}

/// A resource was made, or could not be.
pub fn created(cx: &mut Cx, site: &mut Site, (logical, step): (&str, Step), end: Result<(), String>) -> Result<()> {
    let Some(row) = site.rows.get_mut(logical) else { return Ok(()) };
    let replaces = row.body.is_some();
    // What is there is there, finished or not: it has to be deleted if the operation fails.
    if !step.body.id.is_empty() {
        row.former = row.body.take();
        row.body = Some(step.body.clone());
        row.change = if replaces { "replaced" } else { "created" }.to_owned();
    }
    row.done = true;
    if step.cancelled {
        return Ok(());
    }
    match end {
        Ok(()) => {
            let status = if replaces { "UPDATE_COMPLETE" } else { "CREATE_COMPLETE" };
            site.resource_event(cx, (logical, Some(&step.body)), status, None)
        }
        Err(reason) => fail(cx, site, (logical, Some(&step.body)), (words::of_change(replaces).1, &reason)),
    }
}

/// A resource was changed, or could not be.
pub fn updated(cx: &mut Cx, site: &mut Site, (logical, step): (&str, Step), end: Result<(), String>) -> Result<()> {
    let Some(row) = site.rows.get_mut(logical) else { return Ok(()) };
    row.done = true;
    // Where the first call already failed there is nothing to be changed back.
    let has_written = step.answers.iter().any(|answer| !answer.look && answer.output.is_some());
    if end.is_ok() || has_written {
        let is_other = row.body.as_ref().is_some_and(|body| body.id != step.body.id);
        row.former = row.body.replace(step.body.clone());
        row.change = if is_other { "replaced" } else { "updated" }.to_owned();
    }
    if step.cancelled {
        return Ok(());
    }
    match end {
        Ok(()) => site.resource_event(cx, (logical, Some(&step.body)), "UPDATE_COMPLETE", None),
        Err(reason) => fail(cx, site, (logical, Some(&step.body)), ("UPDATE_FAILED", &reason)),
    }
}

/// A resource has failed.
fn fail(
    cx: &mut Cx,
    site: &mut Site,
    (logical, body): (&str, Option<&Body>),
    (status, reason): (&str, &str),
) -> Result<()> {
    let verb = if status == "CREATE_FAILED" { "create" } else { "update" };
    site.op.failed.insert(logical.to_owned(), verb.to_owned());
    if let Some(row) = site.rows.get_mut(logical) {
        row.done = true;
    }
    site.resource_event(cx, (logical, body), status, Some(reason))
}

/// The operation has failed: of what is still under way only the end is awaited.
pub fn cancel(cx: &mut Cx, site: &mut Site) -> Result<()> {
    let under_way = site.rows.values_mut().filter_map(|row| {
        let replaces = row.body.is_some();
        let step = row.step.as_mut().filter(|step| !step.cancelled)?;
        step.cancelled = true;
        Some((row.logical.clone(), step.body.clone(), replaces, step.hearing.clone()))
    });
    for (logical, body, replaces, hearing) in under_way.collect::<Vec<_>>() {
        if let Some(name) = hearing {
            hear::give_up_on(cx, &name)?;
        }
        let (reason, status) = match replaces {
            false => ("Resource creation cancelled", "CREATE_FAILED"),
            true => ("Resource update cancelled", "UPDATE_FAILED"),
        };
        site.op.failed.insert(logical.clone(), if replaces { "update" } else { "create" }.to_owned());
        site.resource_event(cx, (&logical, Some(&body)), status, Some(reason))?;
    }
    Ok(())
}

fn policy(policy: DeletionPolicy) -> &'static str {
    match policy {
        DeletionPolicy::Delete => "Delete",
        DeletionPolicy::Retain => "Retain",
        DeletionPolicy::RetainExceptOnCreate => "RetainExceptOnCreate",
    }
}
