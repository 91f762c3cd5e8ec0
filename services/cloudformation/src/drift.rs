//! What stands otherwise than its template says, found out through each type's `read`.
//!
//! The drift of one resource is found within one request, which asks for what there is. That of a stack is a delivery of such a request for
//! each of its resources, as its caller.

use crate::state::{DETECTIONS, DRIFTS, Detection, DriftRow, RESOURCES, Resource as Row, STACKS, Stack};
use crate::{errors, ids, kinds, source};
use service::resource::{Answer, Errands, Hand, Resource, Turn};
use service::shape::shape;
use service::template::json;
use service::{As, Call, Cx, Delivery, Next, Result, Tell, Value, View};

/// How the tags of deliveries begin that look at a resource.
const TAG: &str = "drift ";

/// What a resource's drift is told as where nobody has looked, or where it has changed since.
pub const NOT_CHECKED: &str = "NOT_CHECKED";

shape! {
    /// A difference as it is kept.
    pub struct Difference {
        /// `PropertyPath`
        pub path: String,
        /// `ExpectedValue`
        pub expected: String,
        /// `ActualValue`
        pub actual: String,
        /// `DifferenceType`
        pub kind: String,
    }
}

/// Whether the drift of a type can be found: of what a user's own function makes, and of what is made of further resources, it cannot.
pub fn is_supported(kind: &str) -> bool {
    !kinds::is_custom(kind) && !kind.starts_with("AWS::CloudFormation::")
}

/// What there is of a resource.
///
/// # Errors
/// The first is none, as with all questions: it must be passed on.
pub fn look(cx: &mut Cx, row: &Row, id: &str, properties: &Value) -> Result<Option<Value>> {
    let Some((service, kind)) = kinds::find(cx, &row.kind) else {
        return Err(errors::validation(crate::words::unknown_type(&row.kind)));
    };
    let failed = |why: &str| errors::validation(format!("Failed to detect drift on resource [{}]: {why}", row.logical));
    let mut answers: Vec<Answer> = Vec::new();
    loop {
        let errands = Errands {
            service,
            scope: cx.scope(),
            name: String::new(),
            suffix: String::new(),
            token: String::new(),
            owner: Value::Null,
        };
        let mut hand = Hand::new(errands, answers.clone());
        match hand.run(|hand| (kind.read)(hand, &Resource { id, properties })) {
            Turn::Done(seen) => return Ok(seen),
            Turn::Ask(call, look) => match cx.ask(&As::caller(), &call) {
                // A fault of the cloud, and the question itself, are no answer.
                Err(error) if error.is_receiver_fault() => return Err(error),
                answer => answers.push(Answer { call, look, answer }),
            },
            Turn::Failed(error) => return Err(failed(error.message())),
            Turn::Again(_) | Turn::Hear(..) => return Err(failed("it is being changed.")),
        }
    }
}

/// What of a resource is otherwise than its template says.
pub fn judge(view: &View, row: &Row, (properties, seen): (&Value, Option<Value>)) -> Result<DriftRow> {
    let body = row.body.clone().unwrap_or_default();
    let mut drift = DriftRow {
        logical: row.logical.clone(),
        physical: body.id,
        kind: row.kind.clone(),
        at: view.now(),
        ..DriftRow::default()
    };
    let Some((_, kind)) = kinds::find(view, &row.kind) else { return Ok(drift) };
    let schema = kind.schema()?;
    let mut expected = schema.readable(&source::without_own_tags(properties.clone()));
    // A template that gives no tags says nothing of them.
    if let (Value::Map(members), Some(tags)) = (&mut expected, schema.tag_property()) {
        members.retain(|name, value| name != tags || !service::resource::tags(Some(value)).is_empty());
    }
    drift.expected = json::write(&expected);
    let Some(seen) = seen else {
        drift.status = "DELETED".to_owned();
        return Ok(drift);
    };
    let actual = schema.as_expected(&expected, &source::without_own_tags(seen));
    let text = |value: Option<&Value>| match value {
        None => "null".to_owned(),
        Some(value) => json::text(value).unwrap_or_else(|| json::write(value)),
    };
    let difference = |found: &service::template::Drift| Difference {
        path: found.path.clone(),
        expected: text(found.expected.as_ref()),
        actual: text(found.actual.as_ref()),
        kind: match (&found.expected, &found.actual) {
            (None, _) => "ADD",
            (_, None) => "REMOVE",
            _ => "NOT_EQUAL",
        }
        .to_owned(),
    };
    drift.differences = schema.drift(&expected, &actual).iter().map(difference).collect();
    drift.status = if drift.differences.is_empty() { "IN_SYNC" } else { "MODIFIED" }.to_owned();
    drift.actual = Some(json::write(&actual));
    Ok(drift)
}

/// Begins to look at resources of a stack, and gives the id by which that goes.
pub fn begin(cx: &mut Cx, stack: &mut Stack, wanted: &[String]) -> Result<String> {
    let id = cx.entropy().uuid();
    let rows = cx.rows(&RESOURCES, (stack.uid.clone(),)).collect::<Result<Vec<Row>>>()?;
    let is_wanted = |row: &&Row| {
        row.body.is_some() && is_supported(&row.kind) && (wanted.is_empty() || wanted.contains(&row.logical))
    };
    let all: Vec<&Row> = rows.iter().filter(is_wanted).collect();
    let detection = Detection {
        id: id.clone(),
        name: stack.name.clone(),
        uid: stack.uid.clone(),
        status: "DETECTION_IN_PROGRESS".to_owned(),
        pending: all.len() as i64,
        at: cx.now(),
        ..Detection::default()
    };
    let arn = ids::stack_arn(cx, &stack.name, &stack.uid).to_string();
    for row in &all {
        let input = Value::map([("StackName", arn.as_str().into()), ("LogicalResourceId", Value::from(&row.logical))]);
        let (service, operation) = (crate::api::FACTS.prefix.to_owned(), "DetectStackResourceDrift".to_owned());
        let call = Call { service, operation, input };
        cx.after(&As::caller(), &call, Tell::Outcome(format!("{TAG}{id} {}", row.logical)))?;
    }
    if let Some(before) = stack.detection.replace(id.clone()) {
        cx.delete(&DETECTIONS, before.as_str())?;
    }
    cx.put(&STACKS, &(stack.name.clone(), stack.uid.clone()), stack)?;
    end_if_done(cx, detection)?;
    Ok(id)
}

/// Is told what came of looking at a resource. `None` for the deliveries of others.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Option<Next>> {
    let Some((id, logical)) = delivery.tag.strip_prefix(TAG).and_then(|tag| tag.split_once(' ')) else {
        return Ok(None);
    };
    let Some(mut detection) = cx.get(&DETECTIONS, id)? else { return Ok(Some(Next::Done)) };
    detection.pending -= 1;
    if let Err(error) = result {
        detection.failed.push(format!("{logical}: {}", error.message()));
    }
    end_if_done(cx, detection)?;
    Ok(Some(Next::Done))
}

/// Keeps how far a detection is. When nothing is left to be looked at, the stack has drifted or not.
fn end_if_done(cx: &mut Cx, mut detection: Detection) -> Result<()> {
    if detection.pending <= 0 {
        let rows = cx.rows(&DRIFTS, (detection.uid.clone(),)).collect::<Result<Vec<_>>>()?;
        let drifted = rows.iter().filter(|row| row.status != "IN_SYNC").count();
        detection.drifted = Some(drifted as i64);
        let is_whole = detection.failed.is_empty();
        detection.drift = Some(match (drifted, is_whole) {
            (0, true) => "IN_SYNC".to_owned(),
            (0, false) => "UNKNOWN".to_owned(),
            _ => "DRIFTED".to_owned(),
        });
        detection.status = if is_whole { "DETECTION_COMPLETE" } else { "DETECTION_FAILED" }.to_owned();
        let key = (detection.name.clone(), detection.uid.clone());
        if let Some(mut stack) = cx.get(&STACKS, &key)? {
            (stack.drift, stack.drift_at) = (detection.drift.clone(), Some(cx.now()));
            cx.put(&STACKS, &key, &stack)?;
        }
    }
    cx.put(&DETECTIONS, detection.id.clone().as_str(), &detection)
}

/// What was found of a resource, unless it has changed since.
pub fn known(view: &View, stack: &Stack, row: &Row) -> Result<Option<DriftRow>> {
    let drift = view.get(&DRIFTS, &(stack.uid.clone(), row.logical.clone()))?;
    let id = row.body.as_ref().map(|body| body.id.as_str());
    Ok(drift.filter(|drift| drift.at >= row.updated_at && id == Some(drift.physical.as_str())))
}

/// Forgets all that was found of a stack.
pub fn forget(cx: &mut Cx, stack: &mut Stack) -> Result<()> {
    let rows = cx.rows(&DRIFTS, (stack.uid.clone(),)).collect::<Result<Vec<_>>>()?;
    for row in rows {
        cx.delete(&DRIFTS, &(stack.uid.clone(), row.logical))?;
    }
    if let Some(id) = stack.detection.take() {
        cx.delete(&DETECTIONS, id.as_str())?;
    }
    (stack.drift, stack.drift_at) = (None, None);
    Ok(())
}
