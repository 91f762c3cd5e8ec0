//! What users and roles last accessed: the report of `GenerateServiceLastAccessedDetails`, made from what the ledger remembers.
//!
//! Attempts count, whether or not they were allowed; uses longer ago than 400 days do not.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>

use crate::entity::{self, Kind};
use crate::granting::Granted;
use crate::holder::Holder;
use crate::hooks::USE_POLICY;
use crate::state::{
    ATTACHMENTS, AccessReportRow, AccessRow, AccessorRow, ActionAccessRow, Core, GroupRow, MEMBERS, RoleRow,
    ServiceAccessRow, UserRow,
};
use crate::{last_used, policies, services_known};
use service::{ArnParts, Result, TrailEvent, TrailQuery, View};
use std::collections::BTreeMap;

/// How much of the trail is looked at, a page at a time, and how many pages.
const PAGE: usize = 10_000;
const PAGES: usize = 20;

/// Users and roles by ARN, each with its row's beginnings.
type Accessors = BTreeMap<String, (Kind, Core)>;

/// Makes the report of a user, group, role or managed policy.
///
/// # Errors
/// `InvalidInput` for an ARN of anything else; `NoSuchEntity` where there is nothing of that ARN.
pub fn make(view: &View, arn: String, granularity: String) -> Result<AccessReportRow> {
    let (granted, accessors) = subject(view, &arn)?;
    let mut services: BTreeMap<&str, ServiceAccessRow> = services_known::all()
        .iter()
        .filter(|(namespace, _)| granted.iter().any(|policy| policy.covers(namespace)))
        .map(|(namespace, _)| {
            (*namespace, ServiceAccessRow { namespace: (*namespace).to_owned(), ..ServiceAccessRow::default() })
        })
        .collect();
    for (entity, (_, core)) in &accessors {
        for last in view.services_last_used(entity)? {
            let Some(row) = services.get_mut(last.service.as_str()) else { continue };
            if last_used::is_tracked(view, core.created, last.at) {
                row.uses.push(AccessRow { arn: entity.clone(), at: last.at.whole_secs(), region: last.region });
            }
        }
    }
    if granularity == "ACTION_LEVEL" {
        for ((namespace, name), row) in actions(view, &accessors)? {
            if let Some(service) = services.get_mut(namespace.as_str()) {
                service.actions.push(ActionAccessRow { name, ..row });
            }
        }
    }
    let mut services: Vec<ServiceAccessRow> = services.into_values().collect();
    for service in &mut services {
        service.uses.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.arn.cmp(&b.arn)));
    }
    let entities = accessors.into_iter().map(accessor).collect();
    Ok(AccessReportRow { arn, granularity, created: view.now().whole_secs(), entities, services })
}

fn accessor((arn, (kind, core)): (String, (Kind, Core))) -> AccessorRow {
    AccessorRow { arn, name: core.name, kind: word_of(kind).to_owned(), id: core.id, path: core.path }
}

/// How reports and listings of policies call a kind of identity.
pub fn word_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Role => "ROLE",
        Kind::Group => "GROUP",
        _ => "USER",
    }
}

/// The policies that count, and the users and roles that could have used them.
fn subject(view: &View, arn: &str) -> Result<(Vec<Granted>, Accessors)> {
    let mut accessors = Accessors::new();
    if ArnParts::parse(arn).is_ok_and(|parts| parts.service == "iam" && parts.resource.starts_with("policy/")) {
        let policy = policies::get(view, arn)?;
        for row in view.rows(&ATTACHMENTS, (arn, USE_POLICY)) {
            let row = row?;
            match row.kind.as_str() {
                "user" => add(view, &mut accessors, entity::find::<UserRow>(view, &row.name)?.core, Kind::User),
                "role" => add(view, &mut accessors, entity::find::<RoleRow>(view, &row.name)?.core, Kind::Role),
                _ => add_members(view, &mut accessors, &row.name)?,
            }
        }
        return Ok((vec![Granted::by(&policy.document()?)], accessors));
    }
    let holder = Holder::find(view, arn)?;
    let granted = holder.policies(view)?.iter().map(|held| Granted::by(&held.text)).collect();
    match &holder {
        Holder::Group(group) => add_members(view, &mut accessors, &group.core.name)?,
        Holder::User(_) | Holder::Role(_) => add(view, &mut accessors, holder.core().clone(), holder.kind()),
    }
    Ok((granted, accessors))
}

fn add(view: &View, accessors: &mut Accessors, core: Core, kind: Kind) {
    accessors.insert(entity::arn(view, kind, &core), (kind, core));
}

fn add_members(view: &View, accessors: &mut Accessors, group: &str) -> Result<()> {
    let group: GroupRow = entity::find(view, group)?;
    for link in view.rows(&MEMBERS, (entity::key(&group.core.name),)) {
        let user: UserRow = entity::find(view, &link?.to)?;
        add(view, accessors, user.core, Kind::User);
    }
    Ok(())
}

/// The last use of each action that CloudTrail has as a management event, by namespace and name: those AWS tracks.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-action-last-accessed.html>
fn actions(view: &View, accessors: &Accessors) -> Result<BTreeMap<(String, String), ActionAccessRow>> {
    let mut found: BTreeMap<(String, String), ActionAccessRow> = BTreeMap::new();
    let keep = |event: &TrailEvent| !event.data && accessor_of(accessors, &event.caller).is_some();
    let mut after = None;
    for _ in 0..PAGES {
        let query = TrailQuery { after, newest_first: true, since: None, until: None, most: PAGE, look_at: PAGE };
        let page = view.trail(&query, &keep)?;
        for (event, _) in page.events {
            let Some((arn, core)) = accessor_of(accessors, &event.caller) else { continue };
            if !last_used::is_tracked(view, core.created, event.time) {
                continue;
            }
            let row = ActionAccessRow {
                name: String::new(),
                arn: arn.to_owned(),
                at: event.time.whole_secs(),
                region: event.region,
            };
            found.entry((namespace_of(&event.source), event.name)).or_insert(row);
        }
        if !page.more {
            break;
        }
        after = Some(page.last);
    }
    Ok(found)
}

/// The user who calls, or the role whose session does.
fn accessor_of<'a>(accessors: &'a Accessors, caller: &str) -> Option<(&'a str, &'a Core)> {
    if let Some((arn, (_, core))) = accessors.get_key_value(caller) {
        return Some((arn, core));
    }
    let (account, session) = caller.split_once(":assumed-role/")?;
    let role = session.split('/').next()?;
    let own = |(arn, (kind, core)): &(&'a String, &'a (Kind, Core))| {
        *kind == Kind::Role && core.name == role && ArnParts::parse(arn).is_ok_and(|a| account.ends_with(a.account))
    };
    accessors.iter().find(own).map(|(arn, (_, core))| (arn.as_str(), core))
}

/// The namespace of the actions behind an event source; few services have another.
fn namespace_of(source: &str) -> String {
    let service = source.split('.').next().unwrap_or_default();
    match service {
        "monitoring" => "cloudwatch",
        "tagging" => "tag",
        "email" => "ses",
        other => other,
    }
    .to_owned()
}
