//! What becomes of objects and uploads in time.
//!
//! [`DUES`] has a row for each version and upload that a rule will act on, at the moment when it will; a bucket's timer
//! stands at the first of them. What falls due is judged anew by the rules as they are then, so that a row that has lost
//! its reason does no harm.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html>

use crate::address::Bucket;
use crate::api::{BucketLifecycleConfiguration, LifecycleRule};
use crate::documents::{self, Kind};
use crate::listing::Encoding;
use crate::notify::{self, Event};
use crate::parts;
use crate::rules::{self, Action, Subject};
use crate::state::{BUCKETS, DUES, DueRow, NONCURRENT, OBJECTS, ObjectRow, UPLOADS, UploadRow};
use crate::versions::{self, Deleted};
use service::{Change, Cx, Direction, Edge, Key, KeyBuf, Result, Timer, Timestamp, View};

/// What one firing acts on: other requests wait meanwhile.
const AT_ONCE: usize = 200;

/// A row of [`OBJECTS`] has changed.
pub fn current_changed(cx: &mut Cx, change: Change<'_, ObjectRow>) -> Result<()> {
    let Some(row) = change.new else { return Ok(()) };
    let Some(rules) = rules_of(cx, &row.bucket)? else { return Ok(()) };
    plan_version(cx, &rules, row)
}

/// A row of [`NONCURRENT`] has changed.
pub fn noncurrent_changed(cx: &mut Cx, change: Change<'_, ObjectRow>) -> Result<()> {
    let Some(row) = change.new.or(change.old) else { return Ok(()) };
    let Some(rules) = rules_of(cx, &row.bucket)? else { return Ok(()) };
    let place = (row.bucket.clone(), row.key.clone());
    if change.new.is_none() {
        // A delete marker may be all that is left of the key.
        let Some(marker) = cx.get(&OBJECTS, &place)?.filter(|row| row.marker) else { return Ok(()) };
        return plan_version(cx, &rules, &marker);
    }
    plan_version(cx, &rules, row)?;
    if !rules.iter().any(rules::counts_versions) {
        return Ok(());
    }
    let older = cx.rows(&NONCURRENT, (row.bucket.as_str(), row.key.as_str())).take(AT_ONCE);
    for older in older.collect::<Result<Vec<_>>>()? {
        plan_version(cx, &rules, &older)?;
    }
    Ok(())
}

/// A row of [`UPLOADS`] has changed.
pub fn upload_changed(cx: &mut Cx, change: Change<'_, UploadRow>) -> Result<()> {
    let Some(row) = change.new else { return Ok(()) };
    let Some(rules) = rules_of(cx, &row.bucket)? else { return Ok(()) };
    plan_upload(cx, &rules, row)
}

/// The enabled rules of a bucket in the present scope, if it has any.
fn rules_of(view: &View, bucket: &str) -> Result<Option<Vec<LifecycleRule>>> {
    if !view.get(&BUCKETS, bucket)?.is_some_and(|row| row.has_lifecycle) {
        return Ok(None);
    }
    let found = documents::read::<BucketLifecycleConfiguration>(view, bucket, Kind::Lifecycle)?;
    let enabled = |rules: Vec<LifecycleRule>| rules.into_iter().filter(|rule| rule.status == "Enabled").collect();
    Ok(found.map(|configuration| enabled(configuration.rules)))
}

fn plan_version(cx: &mut Cx, rules: &[LifecycleRule], row: &ObjectRow) -> Result<()> {
    let subject = subject(cx, row)?;
    match rules::next(rules, &subject) {
        Some((at, _)) => note(cx, row, at),
        None => Ok(()),
    }
}

fn note(cx: &mut Cx, row: &ObjectRow, at: Timestamp) -> Result<()> {
    put_due(cx, &row.bucket, DueRow { at, key: row.key.clone(), what: format!("v/{}", row.number) })
}

fn plan_upload(cx: &mut Cx, rules: &[LifecycleRule], row: &UploadRow) -> Result<()> {
    match rules::abort_at(rules, &row.key, row.initiated) {
        Some((at, _)) => put_due(cx, &row.bucket, DueRow { at, key: row.key.clone(), what: format!("u/{}", row.id) }),
        None => Ok(()),
    }
}

fn put_due(cx: &mut Cx, bucket: &str, due: DueRow) -> Result<()> {
    cx.put(&DUES, &(bucket.to_owned(), due.at, due.key.clone(), due.what.clone()), &due)?;
    set_timer(cx, bucket)
}

/// Sets the bucket's timer to what falls due first.
fn set_timer(cx: &mut Cx, bucket: &str) -> Result<()> {
    let first = cx.rows(&DUES, (bucket,)).next().transpose()?;
    match first {
        Some(due) => cx.set_timer(&format!("due/{bucket}"), due.at.max(cx.now())),
        None => cx.cancel_timer(&format!("due/{bucket}")),
    }
}

/// What the rules know of a version.
fn subject<'r>(view: &View, row: &'r ObjectRow) -> Result<Subject<'r>> {
    let mut newer = 0;
    let older = |row: &ObjectRow| (row.bucket.clone(), row.key.clone());
    let alone = match row.noncurrent_since {
        None => view.rows(&NONCURRENT, older(row)).next().transpose()?.is_none(),
        Some(_) => {
            for other in view.rows(&NONCURRENT, older(row)).take(rules::MOST_NEWER) {
                if other?.number <= row.number {
                    break;
                }
                newer += 1;
            }
            false
        }
    };
    Ok(Subject { row, newer, alone })
}

/// Has every version and upload of a bucket looked at by its new rules.
pub fn look_again(cx: &mut Cx, bucket: &str) -> Result<()> {
    if let Some(rules) = rules_of(cx, bucket)? {
        for upload in cx.rows(&UPLOADS, (bucket,)).collect::<Result<Vec<_>>>()? {
            plan_upload(cx, &rules, &upload)?;
        }
    }
    cx.set_timer(&format!("walk/{bucket}/"), cx.now())
}

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    match timer.name.splitn(3, '/').collect::<Vec<_>>().as_slice() {
        ["due", bucket] => act(cx, bucket),
        ["walk", bucket, from] => walk(cx, bucket, from),
        _ => Ok(()),
    }
}

/// Plans some of a bucket's versions, from behind a key on.
fn walk(cx: &mut Cx, bucket: &str, from: &str) -> Result<()> {
    let Some(rules) = rules_of(cx, bucket)? else { return Ok(()) };
    let mut start = KeyBuf::default();
    let mut end = KeyBuf::default();
    (bucket,).write(&mut end);
    let start = if from.is_empty() {
        Edge::Before(end.clone())
    } else {
        (bucket, from).write(&mut start);
        Edge::Behind(start)
    };
    let rows = cx.range(&OBJECTS, (&start, &Edge::Behind(end)), Direction::Forward).take(AT_ONCE);
    let rows = rows.collect::<Result<Vec<ObjectRow>>>()?;
    for row in &rows {
        plan_version(cx, &rules, row)?;
        for older in cx.rows(&NONCURRENT, (bucket, row.key.as_str())).collect::<Result<Vec<_>>>()? {
            plan_version(cx, &rules, &older)?;
        }
    }
    match rows.last() {
        Some(last) if rows.len() == AT_ONCE => cx.set_timer(&format!("walk/{bucket}/{}", last.key), cx.now()),
        _ => Ok(()),
    }
}

/// Does what has fallen due in a bucket.
fn act(cx: &mut Cx, name: &str) -> Result<()> {
    let now = cx.now();
    let due = cx.rows(&DUES, (name,)).take(AT_ONCE).collect::<Result<Vec<DueRow>>>()?;
    let bucket = Bucket::find(cx, name)?.filter(|bucket| bucket.scope == cx.scope());
    let rules = rules_of(cx, name)?;
    for row in due.into_iter().filter(|row| row.at <= now || bucket.is_none()) {
        cx.delete(&DUES, &(name.to_owned(), row.at, row.key.clone(), row.what.clone()))?;
        if let (Some(bucket), Some(rules)) = (&bucket, &rules) {
            act_on(cx, bucket, rules, &row)?;
        }
    }
    set_timer(cx, name)
}

fn act_on(cx: &mut Cx, bucket: &Bucket, rules: &[LifecycleRule], due: &DueRow) -> Result<()> {
    let name = bucket.row.name.clone();
    if let Some(id) = due.what.strip_prefix("u/") {
        let Some(upload) = cx.get(&UPLOADS, &(name, due.key.clone(), id.to_owned()))? else { return Ok(()) };
        return match rules::abort_at(rules, &upload.key, upload.initiated) {
            Some((at, _)) if at <= cx.now() => parts::forget(cx, bucket, &upload),
            _ => plan_upload(cx, rules, &upload),
        };
    }
    let number = due.what.strip_prefix("v/").and_then(|number| number.parse::<i64>().ok()).unwrap_or_default();
    let current = cx.get(&OBJECTS, &(name.clone(), due.key.clone()))?.filter(|row| row.number == number);
    let found = match current {
        Some(row) => Some(row),
        None => cx.get(&NONCURRENT, &(name, due.key.clone(), -number))?,
    };
    let Some(row) = found else { return Ok(()) };
    let subject = subject(cx, &row)?;
    match rules::next(rules, &subject) {
        Some((at, action)) if at <= cx.now() => done(cx, bucket, &row, action),
        Some((at, _)) => note(cx, &row, at),
        None => Ok(()),
    }
}

fn done(cx: &mut Cx, bucket: &Bucket, row: &ObjectRow, action: Action) -> Result<()> {
    let (name, changed) = match action {
        Action::Expire if row.noncurrent_since.is_none() && !row.marker => {
            match versions::delete(cx, bucket, &row.key)? {
                Deleted::Nothing => return Ok(()),
                Deleted::Version(row) => ("LifecycleExpiration:Delete", *row),
                Deleted::Marked(row) => ("LifecycleExpiration:DeleteMarkerCreated", *row),
            }
        }
        Action::Expire => match versions::delete_version(cx, bucket, &row.key, &row.version_id)? {
            Deleted::Version(row) => ("LifecycleExpiration:Delete", *row),
            Deleted::Nothing | Deleted::Marked(_) => return Ok(()),
        },
        Action::Move(class) => {
            let row = ObjectRow { storage_class: class, ..row.clone() };
            versions::amend(cx, bucket, &row)?;
            ("LifecycleTransition", row)
        }
    };
    notify::tell(cx, bucket, &Event { name, row: &changed })
}

/// `x-amz-expiration`: when the current version of a key will go, and by which rule.
pub fn expiration(view: &View, bucket: &Bucket, row: &ObjectRow) -> Result<Option<String>> {
    if !bucket.row.has_lifecycle || row.noncurrent_since.is_some() {
        return Ok(None);
    }
    let Some(rules) = rules_of(&view.elsewhere(bucket.scope)?, &bucket.row.name)? else { return Ok(None) };
    Ok(rules::expires(&rules, row).map(|(at, rule)| {
        let id = rule.id.as_deref().unwrap_or_default();
        format!("expiry-date=\"{}\", rule-id=\"{}\"", at.http_date(), Encoding::for_events().write(id))
    }))
}

/// When an upload will be given up, and by which rule.
pub fn abortion(view: &View, bucket: &Bucket, upload: &UploadRow) -> Result<Option<(Timestamp, Option<String>)>> {
    if !bucket.row.has_lifecycle {
        return Ok(None);
    }
    let rules = rules_of(&view.elsewhere(bucket.scope)?, &bucket.row.name)?.unwrap_or_default();
    Ok(rules::abort_at(&rules, &upload.key, upload.initiated).map(|(at, rule)| (at, rule.id.clone())))
}
