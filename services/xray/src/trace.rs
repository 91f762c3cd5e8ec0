//! A trace, put together from its documents: subsegments that came by themselves lie in their parents, and what a subsegment
//! called that tells nothing of itself is inferred.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-inferredsegments>

use crate::entity::{Entity, rounded};
use crate::state::{DOCUMENTS, Document, TRACES, Trace as Row};
use serde_json::{Map, Value as Json, json};
use service::{Result, View};
use std::collections::{BTreeMap, BTreeSet};

/// How deep subsegments that came by themselves are put into one another.
const DEEPEST: usize = 100;
/// Services that hand on what they are given: they are seen though what they hand it to says where it comes from.
const BROKERS: [&str; 4] = ["Events", "EventBridge", "SNS", "SQS"];

/// Services whose names are written in more than one way.
const KNOWN: [&str; 7] = ["DynamoDB", "EventBridge", "Events", "Lambda", "S3", "SNS", "SQS"];

/// A trace.
#[derive(Debug)]
pub struct Trace {
    /// What is kept of it besides its documents.
    pub row: Row,
    /// Its segments, in the order of their beginnings, inferred ones behind those that they are inferred from.
    pub segments: Vec<Json>,
}

impl Trace {
    /// A trace by its id.
    pub fn find(view: &View, id: &str) -> Result<Option<Trace>> {
        let Some(row) = view.get(&TRACES, id)? else { return Ok(None) };
        let documents: Vec<Document> = view.rows(&DOCUMENTS, (id,)).collect::<Result<_>>()?;
        let documents = documents.iter().filter_map(|document| serde_json::from_str(&document.text).ok()).collect();
        Ok(Some(Trace { row, segments: assembled(documents) }))
    }

    /// Its segments.
    pub fn entities(&self) -> impl Iterator<Item = Entity<'_>> {
        self.segments.iter().map(Entity)
    }

    /// The segment with which it began: the first that none of the others caused.
    pub fn root(&self) -> Option<Entity<'_>> {
        let mut known = BTreeSet::new();
        for segment in self.entities() {
            segment.walk(&mut |entity| {
                known.insert(entity.text("id"));
            });
        }
        self.entities().find(|segment| !known.contains(segment.text("parent_id"))).or_else(|| self.entities().next())
    }

    /// How long it took from its beginning to its last end, in seconds.
    pub fn seconds(&self) -> f64 {
        rounded(self.row.end.secs_f64() - self.row.start.secs_f64())
    }
}

/// The segments of a trace's documents.
pub fn assembled(documents: Vec<Json>) -> Vec<Json> {
    let is_subsegment = |document: &Json| Entity(document).text("type") == "subsegment";
    let (subsegments, mut segments): (Vec<Json>, Vec<Json>) = documents.into_iter().partition(is_subsegment);
    let mut loose: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for subsegment in subsegments {
        let parent = Entity(&subsegment).text("parent_id").to_owned();
        loose.entry(parent).or_default().push(subsegment);
    }
    segments.iter_mut().for_each(|segment| adopt(segment, &mut loose, 0));
    // What has no parent here, or none yet, stands by itself; what belongs to it still comes to it.
    let children: BTreeSet<String> =
        loose.values().flatten().map(|child| Entity(child).text("id").to_owned()).collect();
    let tops: Vec<String> = loose.keys().filter(|parent| !children.contains(*parent)).cloned().collect();
    for parent in tops {
        for mut orphan in loose.remove(&parent).unwrap_or_default() {
            adopt(&mut orphan, &mut loose, 0);
            segments.push(orphan);
        }
    }
    segments.extend(std::mem::take(&mut loose).into_values().flatten());
    // Of those that began together, one that nobody called comes first.
    let order = |segment: &Json| (Entity(segment).start(), !Entity(segment).text("parent_id").is_empty());
    segments.sort_by(|a, b| {
        let (a, b) = (order(a), order(b));
        a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
    });
    let called = callers(&segments);
    let mut all = Vec::new();
    for segment in segments {
        let mut inferred = Vec::new();
        Entity(&segment).walk(&mut |entity| inferred.extend(inferred_from(entity, &segment, &called)));
        all.push(segment);
        all.extend(inferred);
    }
    all
}

/// Puts into an entity what came by itself and belongs to it.
fn adopt(entity: &mut Json, loose: &mut BTreeMap<String, Vec<Json>>, depth: usize) {
    if loose.is_empty() || depth > DEEPEST {
        return;
    }
    let own = loose.remove(Entity(entity).text("id")).unwrap_or_default();
    let Some(body) = entity.as_object_mut() else { return };
    if !own.is_empty() {
        let all = body.entry("subsegments").or_insert_with(|| json!([]));
        if let Json::Array(all) = all {
            all.extend(own.into_iter().map(within));
            all.sort_by(|a, b| Entity(a).start().total_cmp(&Entity(b).start()));
        }
    }
    if let Some(Json::Array(all)) = body.get_mut("subsegments") {
        all.iter_mut().for_each(|child| adopt(child, loose, depth + 1));
    }
}

/// A subsegment without what it has only as long as it is by itself.
fn within(mut subsegment: Json) -> Json {
    if let Json::Object(body) = &mut subsegment {
        ["type", "trace_id", "parent_id"].iter().for_each(|name| drop(body.shift_remove(*name)));
    }
    subsegment
}

/// The entities that segments name as their callers.
fn callers(segments: &[Json]) -> BTreeSet<String> {
    segments.iter().map(|segment| Entity(segment).text("parent_id").to_owned()).collect()
}

/// The segment of what a subsegment called, if that told nothing of itself.
fn inferred_from(entity: Entity<'_>, segment: &Json, called: &BTreeSet<String>) -> Option<Json> {
    let namespace = entity.text("namespace");
    let id = entity.text("id");
    let is_broker = BROKERS.iter().any(|broker| broker.eq_ignore_ascii_case(entity.text("name")));
    if !matches!(namespace, "aws" | "remote") || (called.contains(id) && !is_broker) {
        return None;
    }
    let (name, origin) = inferred_service(entity);
    let mut body = Map::new();
    body.insert("id".to_owned(), json!(derived(id)));
    body.insert("name".to_owned(), json!(name));
    body.insert("start_time".to_owned(), entity.at(&["start_time"])?.clone());
    body.insert("trace_id".to_owned(), json!(Entity(segment).text("trace_id")));
    for member in ["end_time", "in_progress", "error", "fault", "throttle", "http", "aws"] {
        if let Some(value) = entity.at(&[member]) {
            body.insert(member.to_owned(), value.clone());
        }
    }
    body.insert("parent_id".to_owned(), json!(id));
    body.insert("origin".to_owned(), json!(origin));
    body.insert("inferred".to_owned(), json!(true));
    Some(Json::Object(body))
}

/// Name and type of what a subsegment called.
fn inferred_service(entity: Entity<'_>) -> (String, String) {
    let name = entity.text("name");
    if entity.text("namespace") == "remote" {
        let kind = if entity.at(&["sql"]).is_some() { "Database::SQL" } else { "remote" };
        return (name.to_owned(), kind.to_owned());
    }
    let aws = |member: &str| entity.text_at(&["aws", member]);
    // Libraries write the names of services in their own ways.
    let known = KNOWN.iter().copied().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or(name);
    match known {
        "DynamoDB" if !aws("table_name").is_empty() => {
            (aws("table_name").to_owned(), "AWS::DynamoDB::Table".to_owned())
        }
        "SQS" if !aws("queue_url").is_empty() => (aws("queue_url").to_owned(), "AWS::SQS::Queue".to_owned()),
        known => (known.to_owned(), format!("AWS::{known}")),
    }
}

/// An id that is the same whenever it is made of the same one: FNV-1a.
pub fn derived(id: &str) -> String {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(id: &str, start: f64, more: Json) -> Json {
        let mut body = json!({"id": id, "name": id, "start_time": start, "end_time": start + 1.0, "trace_id": "t"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    #[test]
    fn subsegments_find_their_parents_in_any_order() {
        let all = assembled(vec![
            document("c", 3.0, json!({"type": "subsegment", "parent_id": "b"})),
            document("b", 2.0, json!({"type": "subsegment", "parent_id": "a"})),
            document("lost", 9.0, json!({"type": "subsegment", "parent_id": "nowhere"})),
            document("a", 1.0, json!({"subsegments": [{"id": "z", "name": "z", "start_time": 5.0, "end_time": 6.0}]})),
        ]);
        let ids: Vec<&str> = all.iter().map(|segment| Entity(segment).text("id")).collect();
        assert_eq!(ids, ["a", "lost"]);
        let first: Vec<&str> = Entity(&all[0]).children().map(|child| child.text("id")).collect();
        assert_eq!(first, ["b", "z"]);
        assert_eq!(all[0]["subsegments"][0]["subsegments"][0]["id"], json!("c"));
        assert_eq!(all[0]["subsegments"][0].get("parent_id"), None);
    }

    #[test]
    fn what_two_subsegments_owe_each_other_is_kept() {
        let all = assembled(vec![
            document("a", 1.0, json!({"type": "subsegment", "parent_id": "b"})),
            document("b", 2.0, json!({"type": "subsegment", "parent_id": "a"})),
        ]);
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn what_tells_nothing_of_itself_is_inferred() {
        let call = |id: &str, name: &str, aws: Json| json!({"id": id, "name": name, "namespace": "aws", "start_time": 1.0, "end_time": 2.0, "aws": aws});
        let calls = json!([
            call("s1", "dynamodb", json!({"table_name": "orders", "operation": "PutItem"})),
            call("s2", "Lambda", json!({})),
            call("s3", "Events", json!({})),
        ]);
        let all = assembled(vec![
            document("a", 1.0, json!({"subsegments": calls})),
            document("f", 2.0, json!({"parent_id": "s2", "origin": "AWS::Lambda"})),
            document("g", 3.0, json!({"parent_id": "s3", "origin": "AWS::Lambda"})),
        ]);
        let seen: Vec<(&str, &str)> = all.iter().map(|segment| Entity(segment).service()).collect();
        let orders = ("orders", "AWS::DynamoDB::Table");
        assert_eq!(seen, [("a", ""), orders, ("Events", "AWS::Events"), ("f", "AWS::Lambda"), ("g", "AWS::Lambda")]);
    }
}
