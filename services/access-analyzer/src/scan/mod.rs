//! Looking at what is there: the findings that there should be, against those that there are.
//!
//! `policies.rs` gathers the policies of a region's resources, `external.rs` finds who outside may use them, `unused.rs` what has
//! not been used for long. All of it is read beside other requests; what changes is written alone.

mod external;
mod policies;
mod unused;

use crate::state::{ANALYZERS, AnalyzerRow, COURSES, Course, FINDINGS, FindingRow, RESOURCES, ResourceRow};
use crate::{filter, names, peers, timers};
use service::{Cx, Duration, IndexMap, Result, Timestamp, TrailEvent, TrailQuery, View};

/// How long a resolved finding is kept.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-view.html>
const KEPT: Duration = Duration::from_secs(90 * 86_400);
/// Records that are looked at for a change. If there are more, something is taken to have changed.
const LOOK_AT: usize = 5_000;

/// What was found.
pub struct Scan {
    /// The place in the ledger up to which it holds.
    place: i64,
    /// By analyzer; empty where nothing had changed.
    found: Vec<Found>,
    /// When access that is used now will have become unused.
    next: Option<Timestamp>,
}

/// What an analyzer found.
struct Found {
    analyzer: String,
    resources: Vec<Seen>,
    findings: Vec<FindingRow>,
}

/// A resource that was looked at.
struct Seen {
    arn: String,
    kind: &'static str,
}

/// Whether a resource is there whose policies are looked at.
pub fn there(view: &View, arn: &str) -> Result<bool> {
    Ok(policies::all(view)?.iter().any(|resource| resource.arn == arn))
}

/// Looks at all there is, if something has changed since it was looked at last.
pub fn prepare(view: &View) -> Result<Scan> {
    let course = view.get(&COURSES, "")?.unwrap_or_default();
    let place = i64::try_from(view.end_of_trail()?).unwrap_or(i64::MAX);
    let analyzers = names::here(view)?;
    let mut scan = Scan { place, found: Vec::new(), next: None };
    let ages: Vec<i64> = analyzers.iter().filter_map(|analyzer| analyzer.unused_access_age).collect();
    let changed = course.forced || has_changed(view, course.place)?;
    // Without a change access may have become unused all the same.
    if analyzers.is_empty() || (!changed && ages.is_empty()) {
        return Ok(scan);
    }
    let resources = if analyzers.len() > ages.len() { policies::all(view)? } else { Vec::new() };
    for analyzer in &analyzers {
        let found = match analyzer.unused_access_age {
            Some(days) => {
                let age = Duration::from_secs(u64::try_from(days).unwrap_or_default() * 86_400);
                let unused = unused::look(view, age)?;
                scan.next = unused.next;
                Found { analyzer: analyzer.name.clone(), resources: unused.seen, findings: unused.findings }
            }
            None => Found {
                analyzer: analyzer.name.clone(),
                resources: resources.iter().map(|r| Seen { arn: r.arn.clone(), kind: r.kind }).collect(),
                findings: resources.iter().flat_map(|resource| external::grants(view, resource)).collect(),
            },
        };
        scan.found.push(found);
    }
    Ok(scan)
}

/// Whether somebody changed something behind a place in the ledger.
fn has_changed(view: &View, place: i64) -> Result<bool> {
    let after = u64::try_from(place).unwrap_or_default();
    if after > view.end_of_trail()? {
        return Ok(true);
    }
    let query =
        TrailQuery { after: Some(after), newest_first: false, since: None, until: None, most: 1, look_at: LOOK_AT };
    let page = view.trail(&query, &|event: &TrailEvent| !event.read_only && !event.data)?;
    Ok(!page.events.is_empty() || page.more)
}

/// Writes what was found.
pub fn fire(cx: &mut Cx, scan: Scan) -> Result<()> {
    let Scan { place, found, next } = scan;
    cx.put(&COURSES, "", &Course { place, forced: false })?;
    for found in found {
        // It may have gone meanwhile.
        if let Some(analyzer) = cx.get(&ANALYZERS, &names::key(cx, &found.analyzer))? {
            settle(cx, analyzer, found)?;
        }
    }
    match next {
        Some(due) => cx.set_timer(timers::SCAN, due.max(cx.now())),
        None => Ok(()),
    }
}

fn settle(cx: &mut Cx, mut analyzer: AnalyzerRow, found: Found) -> Result<()> {
    let now = cx.now();
    if let Some(last) = found.resources.last() {
        (analyzer.last_resource, analyzer.last_resource_at) = (Some(last.arn.clone()), Some(now));
        let key = names::key(cx, &analyzer.name);
        cx.put(&ANALYZERS, &key, &analyzer)?;
    }
    keep_resources(cx, &analyzer, &found)?;
    let rows: Vec<FindingRow> = cx.rows(&FINDINGS, analyzer.name.as_str()).collect::<Result<_>>()?;
    let mut standing: IndexMap<String, FindingRow> = IndexMap::new();
    for row in rows {
        if row.status == "RESOLVED" && row.updated_at < now.before(KEPT) {
            let key = (analyzer.name.clone(), row.id.clone());
            cx.delete(&FINDINGS, &key)?;
        } else {
            standing.insert(row.key.clone(), row);
        }
    }
    for wanted in found.findings {
        let before = standing.shift_remove(&wanted.key);
        keep(cx, &analyzer, (before, wanted))?;
    }
    for (_, mut gone) in standing.into_iter().filter(|(_, row)| row.status != "RESOLVED") {
        gone.status = "RESOLVED".to_owned();
        (gone.updated_at, gone.analyzed_at) = (now, now);
        put(cx, &analyzer, &gone, true)?;
    }
    Ok(())
}

/// Keeps a finding that there should be, in place of the one that there was.
fn keep(cx: &mut Cx, analyzer: &AnalyzerRow, (before, wanted): (Option<FindingRow>, FindingRow)) -> Result<()> {
    let now = cx.now();
    let archived = analyzer.rules.iter().any(|rule| filter::keeps(&rule.filter, &wanted));
    let fresh = || if archived { "ARCHIVED" } else { "ACTIVE" }.to_owned();
    let Some(before) = before else {
        let id = cx.entropy().uuid();
        let row = FindingRow { id, status: fresh(), created_at: now, analyzed_at: now, updated_at: now, ..wanted };
        return put(cx, analyzer, &row, true);
    };
    let same = (&before.action, &before.condition, before.is_public, &before.sources, before.last_accessed)
        == (&wanted.action, &wanted.condition, wanted.is_public, &wanted.sources, wanted.last_accessed);
    let back = before.status == "RESOLVED";
    let row = FindingRow {
        id: before.id,
        status: if back { fresh() } else { before.status },
        created_at: before.created_at,
        analyzed_at: now,
        updated_at: if same && !back { before.updated_at } else { now },
        ..wanted
    };
    put(cx, analyzer, &row, !same || back)
}

fn put(cx: &mut Cx, analyzer: &AnalyzerRow, row: &FindingRow, tell: bool) -> Result<()> {
    let key = (analyzer.name.clone(), row.id.clone());
    cx.put(&FINDINGS, &key, row)?;
    if tell { peers::tell(cx, analyzer, row) } else { Ok(()) }
}

fn keep_resources(cx: &mut Cx, analyzer: &AnalyzerRow, found: &Found) -> Result<()> {
    let (now, owner) = (cx.now(), cx.account().to_string());
    let before: Vec<ResourceRow> = cx.rows(&RESOURCES, analyzer.name.as_str()).collect::<Result<_>>()?;
    let gone = |row: &&ResourceRow| !found.resources.iter().any(|seen| seen.arn == row.arn);
    for row in before.iter().filter(gone) {
        let key = (analyzer.name.clone(), row.arn.clone());
        cx.delete(&RESOURCES, &key)?;
    }
    for Seen { arn, kind } in &found.resources {
        let own: Vec<&FindingRow> = found.findings.iter().filter(|finding| finding.resource == *arn).collect();
        let mut actions: Vec<String> = own.iter().flat_map(|finding| finding.action.clone()).collect();
        actions.sort();
        actions.dedup();
        let first = before.iter().find(|row| row.arn == *arn).map_or(now, |row| row.created_at);
        let row = ResourceRow {
            arn: arn.clone(),
            kind: (*kind).to_owned(),
            owner: owner.clone(),
            created_at: first,
            analyzed_at: now,
            is_public: own.iter().any(|finding| finding.is_public),
            actions,
        };
        let key = (analyzer.name.clone(), arn.clone());
        cx.put(&RESOURCES, &key, &row)?;
    }
    Ok(())
}
