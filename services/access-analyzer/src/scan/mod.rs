//! Looking at what is there: the findings that there should be, against those that there are.
//!
//! `policies.rs` gathers the policies of a region's resources, `external.rs` finds who outside may use them; `unused.rs` finds what
//! has not been used for long, of `identities.rs`, and `permissions.rs` what they might do and do not. All of it is read beside other requests; what changes is written alone.

pub mod external;
pub mod identities;
mod permissions;
pub mod policies;
mod unused;

use crate::state::{
    ANALYZERS, AnalyzerRow, COURSES, Course, FINDINGS, FindingRow, RECOMMENDATIONS, RESOURCES, ResourceRow,
};
use crate::zone::{Zone, is_organizational};
use crate::{filter, names, peers, timers};
use service::{Cx, Duration, Result, Scope, Timestamp, TrailEvent, TrailQuery, View};
use std::collections::{BTreeMap, BTreeSet};

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
    /// The account that owns it.
    owner: String,
}

/// Whether a resource is there whose policies are looked at.
pub fn there(view: &View, arn: &str) -> Result<bool> {
    Ok(policies::find(view, arn)?.is_some())
}

/// Looks at all there is, if something has changed since it was looked at last.
pub fn prepare(view: &View) -> Result<Scan> {
    let course = view.get(&COURSES, "")?.unwrap_or_default();
    let place = i64::try_from(view.end_of_trail()?).unwrap_or(i64::MAX);
    let analyzers = names::here(view)?;
    let mut scan = Scan { place, found: Vec::new(), next: None };
    // What happens in other accounts is not looked for: the timer stands because something did.
    let known = |analyzer: &AnalyzerRow| analyzer.unused_access_age.is_none() && !is_organizational(&analyzer.kind);
    let changed = course.forced || !analyzers.iter().all(known) || has_changed(view, course.place)?;
    if analyzers.is_empty() || !changed {
        return Ok(scan);
    }
    for analyzer in &analyzers {
        // One that is disabled keeps what it has.
        let Some(zone) = Zone::of(view, analyzer)? else { continue };
        let mut found = Found { analyzer: analyzer.name.clone(), resources: Vec::new(), findings: Vec::new() };
        for account in &zone.accounts {
            let there = view.elsewhere(Scope::new(*account, view.region()))?;
            let next = look(&there, analyzer, &zone, &mut found)?;
            scan.next = scan.next.into_iter().chain(next).min();
        }
        scan.found.push(found);
    }
    Ok(scan)
}

/// Looks at an account of an analyzer's zone, and tells when something of it will have become unused.
fn look(there: &View, analyzer: &AnalyzerRow, zone: &Zone, found: &mut Found) -> Result<Option<Timestamp>> {
    if let Some(days) = analyzer.unused_access_age {
        let age = Duration::from_secs(u64::try_from(days).unwrap_or_default() * 86_400);
        let unused = unused::look(there, analyzer, age)?;
        found.resources.extend(unused.seen);
        found.findings.extend(unused.findings);
        return Ok(unused.next);
    }
    let owner = there.account().to_string();
    for resource in policies::all(there)? {
        found.findings.extend(external::grants(there, zone, &resource));
        found.resources.push(Seen { arn: resource.arn, kind: resource.kind, owner: owner.clone() });
    }
    Ok(None)
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
    let mut standing: BTreeMap<String, FindingRow> = BTreeMap::new();
    for row in rows {
        if is_gone(&row, now) {
            let key = (analyzer.name.clone(), row.id.clone());
            cx.delete(&FINDINGS, &key)?;
            cx.delete(&RECOMMENDATIONS, &key)?;
        } else {
            standing.insert(row.key.clone(), row);
        }
    }
    for wanted in found.findings {
        let before = standing.remove(&wanted.key);
        keep(cx, &analyzer, (before, wanted))?;
    }
    for (_, mut gone) in standing.into_iter().filter(|(_, row)| row.status != "RESOLVED") {
        gone.status = "RESOLVED".to_owned();
        (gone.updated_at, gone.analyzed_at) = (now, now);
        put(cx, &analyzer, &gone, true)?;
    }
    Ok(())
}

/// Whether a finding was resolved so long ago that nobody sees it any more. Its row goes with the next look.
pub fn is_gone(row: &FindingRow, now: Timestamp) -> bool {
    row.status == "RESOLVED" && row.updated_at < now.before(KEPT)
}

/// Keeps a finding that there should be, in place of the one that there was.
fn keep(cx: &mut Cx, analyzer: &AnalyzerRow, (before, wanted): (Option<FindingRow>, FindingRow)) -> Result<()> {
    let now = cx.now();
    let Some(before) = before else {
        let id = cx.entropy().uuid();
        let row = FindingRow { id, created_at: now, analyzed_at: now, updated_at: now, ..wanted };
        let row = begun(cx, analyzer, row);
        return put(cx, analyzer, &row, true);
    };
    let same = (&before.action, &before.condition, before.is_public, &before.sources, before.last_accessed)
        == (&wanted.action, &wanted.condition, wanted.is_public, &wanted.sources, wanted.last_accessed)
        && before.unused == wanted.unused;
    let back = before.status == "RESOLVED";
    let row = FindingRow {
        id: before.id,
        status: before.status,
        created_at: before.created_at,
        analyzed_at: now,
        updated_at: if same && !back { before.updated_at } else { now },
        ..wanted
    };
    let row = if back { begun(cx, analyzer, row) } else { row };
    put(cx, analyzer, &row, !same || back)
}

/// A finding as it begins, new or once more: active, unless a rule archives it.
pub fn begun(view: &View, analyzer: &AnalyzerRow, row: FindingRow) -> FindingRow {
    let active = FindingRow { status: "ACTIVE".to_owned(), ..row };
    match analyzer.rules.iter().any(|rule| filter::keeps(view, &rule.filter, &active)) {
        true => FindingRow { status: "ARCHIVED".to_owned(), ..active },
        false => active,
    }
}

fn put(cx: &mut Cx, analyzer: &AnalyzerRow, row: &FindingRow, tell: bool) -> Result<()> {
    let key = (analyzer.name.clone(), row.id.clone());
    cx.put(&FINDINGS, &key, row)?;
    if tell { peers::tell(cx, analyzer, row) } else { Ok(()) }
}

fn keep_resources(cx: &mut Cx, analyzer: &AnalyzerRow, found: &Found) -> Result<()> {
    let now = cx.now();
    let mut before: BTreeMap<String, Timestamp> = BTreeMap::new();
    for row in cx.rows(&RESOURCES, analyzer.name.as_str()) {
        let ResourceRow { arn, created_at, .. } = row?;
        before.insert(arn, created_at);
    }
    let mut by_resource: BTreeMap<&str, Vec<&FindingRow>> = BTreeMap::new();
    for finding in &found.findings {
        by_resource.entry(&finding.resource).or_default().push(finding);
    }
    for Seen { arn, kind, owner } in &found.resources {
        let own = by_resource.get(arn.as_str()).map(Vec::as_slice).unwrap_or_default();
        let actions: BTreeSet<&String> = own.iter().flat_map(|finding| &finding.action).collect();
        let row = ResourceRow {
            arn: arn.clone(),
            kind: (*kind).to_owned(),
            owner: owner.clone(),
            created_at: before.remove(arn).unwrap_or(now),
            analyzed_at: now,
            is_public: own.iter().any(|finding| finding.is_public),
            actions: actions.into_iter().cloned().collect(),
        };
        let key = (analyzer.name.clone(), arn.clone());
        cx.put(&RESOURCES, &key, &row)?;
    }
    for gone in before.into_keys() {
        cx.delete(&RESOURCES, &(analyzer.name.clone(), gone))?;
    }
    Ok(())
}
