//! What AWS asks of a document before it stores it, by the kind of policy.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_policy-validator.html>

use crate::condition::{Condition, Test};
use crate::document::{Document, Effect, Limits, Statement, Targets, Version};
use crate::error::{Error, Fault};
use crate::principal::{Named, is_account};

/// Where a policy stands, which decides its elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A managed policy of an account (also when it serves as a permissions boundary).
    Managed,
    /// A policy embedded in a user, group or role.
    Inline,
    /// A policy that narrows a session.
    Session,
    /// The trust policy of a role.
    Trust,
    /// A policy of a resource, key policies among them.
    Resource,
    /// The policy of a VPC endpoint.
    Endpoint,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
}

/// Facts of services that the checks need and this crate does not know.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The partitions that an ARN may name; empty checks none.
    pub partitions: &'a [&'a str],
    /// Services whose ARNs have more rules.
    pub services: &'a [ServiceFacts<'a>],
    /// The only actions that a trust policy may hold; empty checks none.
    pub trust_actions: &'a [&'a str],
    /// What is answered to any other action in a trust policy.
    pub trust_text: &'a str,
}

/// What a service's ARNs look like.
#[derive(Debug, Clone, Copy)]
pub struct ServiceFacts<'a> {
    /// The service's part of the ARN.
    pub service: &'a str,
    /// If ARNs have no region: the answer to one that does; `{resource}` stands for the ARN.
    pub no_region: Option<&'a str>,
    /// Resources that may have a region all the same.
    pub regional: &'a [&'a str],
    /// How the resource part may begin; empty checks nothing.
    pub paths: &'a [&'a str],
    /// The answer to any other beginning; `{values}` stands for the list.
    pub bad_path: &'a str,
}

/// Reads a document and holds it against the rules of its kind.
///
/// # Errors
/// [`Error::message`] is what AWS answers. The checks run in AWS's order, so that a document with two faults is answered
/// with the same one.
pub fn check(text: &str, kind: Kind, facts: &Facts<'_>, limits: Limits) -> Result<Document, Error> {
    let (document, miscased) = Document::read(text, limits)?;
    if kind == Kind::Managed && document.version() != Some(Version::V2012) {
        return Err(Error::new(Fault::Version, "Version is missing or older"));
    }
    if let Some(fault) = miscased {
        return Err(fault);
    }
    let mut written: Vec<&Statement> = document.statements().iter().collect();
    written.sort_by_key(|statement| statement.index);
    let strict = matches!(kind, Kind::Managed | Kind::Inline | Kind::Session | Kind::Trust);
    let resource_fault = if strict {
        legacy_conditions(&written)?;
        resource_formats(&written, facts)?
    } else {
        None
    };
    unique_sids(&written)?;
    if let Some(statement) = written.iter().find(|statement| statement.actions.patterns.is_empty()) {
        return Err(Error::new(Fault::NoActions, place(statement)));
    }
    if let Some(fault) = resource_fault {
        return Err(fault);
    }
    for statement in &written {
        statement.actions.patterns.iter().try_for_each(|action| action_prefix(action.as_str(), statement))?;
    }
    written.iter().try_for_each(|statement| elements(statement, kind, facts))?;
    Ok(document)
}

/// The size that IAM counts against its quotas: characters that are not white space.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub fn size_without_whitespace(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn place(statement: &Statement) -> String {
    match &statement.sid {
        Some(sid) => format!("Statement[{}] ({sid})", statement.index),
        None => format!("Statement[{}]", statement.index),
    }
}

fn legacy_conditions(statements: &[&Statement]) -> Result<(), Error> {
    for statement in statements {
        for condition in statement.conditions.iter().filter(|c| matches!(c.operator().test, Test::Date(_))) {
            let bad =
                |c: &Condition| c.values().find(|v| !date_is_plausible(v.as_str())).map(|v| v.as_str().to_owned());
            if let Some(value) = bad(condition) {
                return Err(Error::new(Fault::LegacyParsing, format!("{}: {value} is no date", place(statement))));
            }
        }
    }
    Ok(())
}

/// IAM stores dates that it will never match (a 31st of February), so this is wider than what conditions compare.
fn date_is_plausible(text: &str) -> bool {
    let within = |field: &str, low: i64, high: i64| field.parse().is_ok_and(|v: i64| (low..=high).contains(&v));
    let text = text.to_ascii_lowercase();
    if !text.contains(['t', '-']) {
        return within(&text, 0, i64::MAX);
    }
    let (date, time) = text.split_once('t').unwrap_or((&text, ""));
    let (sign, unsigned) = date.strip_prefix('-').map_or(("", date), |rest| ("-", rest));
    let fields: Vec<&str> = unsigned.split('-').collect();
    let year = fields.first().is_some_and(|y| within(&format!("{sign}{y}"), -292_275_054, 292_278_993));
    let month = fields.get(1).is_none_or(|m| within(m, 1, 12));
    let day = fields.get(2).is_none_or(|d| within(d, 1, 31));
    year && month && day && fields.len() < 4 && time_is_plausible(time)
}

fn time_is_plausible(time: &str) -> bool {
    let within = |field: &str, high: i64| field.parse().is_ok_and(|v: i64| (0..=high).contains(&v));
    let fields: Vec<&str> = time.splitn(3, ':').collect();
    let hours = fields.first().is_none_or(|h| h.is_empty() || within(h, 23));
    let minutes = fields.get(1).is_none_or(|m| within(m, 59));
    let seconds = fields.get(2).is_none_or(|rest| {
        let (seconds, zone) = match rest.split_once(['z', '+']) {
            Some((seconds, zone)) => (seconds, Some(zone)),
            None => (*rest, None),
        };
        let (whole, fraction) = seconds.split_once('.').map_or((seconds, None), |(w, f)| (w, Some(f)));
        let zone = match zone {
            None => true,
            Some("") => rest.ends_with('z'),
            Some(zone) => {
                let (hours, minutes) = zone.split_once(':').unwrap_or((zone, "00"));
                rest.contains('+') && hours.len() == 2 && within(hours, 23) && minutes.len() == 2 && within(minutes, 59)
            }
        };
        // A date has no colons, so those of a zone `+hh:mm` stay in the third field.
        within(whole, 59) && fraction.is_none_or(|f| within(f, 999_999_999)) && zone
    });
    hours && minutes && seconds
}

/// The first fault of a resource's format is kept and answered later than the others; a resource that the older reader
/// cannot cut into parts is answered at once.
fn resource_formats(statements: &[&Statement], facts: &Facts<'_>) -> Result<Option<Error>, Error> {
    let mut kept = None;
    for negated in [false, true] {
        for statement in statements {
            let Some(targets) = statement.resources.as_ref().filter(|targets| targets.negated == negated) else {
                continue;
            };
            let last = sorted(targets).into_iter().filter_map(|r| resource_format(r, facts)).next_back();
            if let Some(text) = last {
                kept = Some(Error::new(Fault::Text(text), place(statement)));
            }
            let cut = |r: &str| r == "*" || ((r.matches(':').count() >= 5 || !r.contains("::")) && third(r));
            if kept.is_none() && !targets.patterns.iter().all(|r| cut(r.as_str())) {
                return Err(Error::new(Fault::LegacyParsing, place(statement)));
            }
        }
    }
    Ok(kept)
}

/// AWS reads resources from the last to the first in the order of text; the fault it answers with is that of the least.
fn sorted(targets: &Targets) -> Vec<&str> {
    let mut all: Vec<&str> = targets.patterns.iter().map(|p| p.as_str()).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    all
}

fn third(resource: &str) -> bool {
    resource.split(':').nth(2).is_some_and(|part| !part.is_empty())
}

fn resource_format(resource: &str, facts: &Facts<'_>) -> Option<String> {
    if resource == "*" {
        return None;
    }
    let Some((_, rest)) = resource.split_once(':') else {
        return Some(format!("Resource {resource} must be in ARN format or \"*\"."));
    };
    let (partition, rest) = rest.split_once(':').map_or((rest, None), |(p, r)| (p, Some(r)));
    if partition != "*" && !facts.partitions.is_empty() && !facts.partitions.contains(&partition) {
        return Some(bad_partition(partition, rest.unwrap_or_default()));
    }
    let Some(rest) = rest else {
        return Some("Resource vendor must be fully qualified and cannot contain regexes.".into());
    };
    let (service, rest) = rest.split_once(':').unwrap_or((rest, ""));
    let known = facts.services.iter().find(|known| known.service == service)?;
    let path = rest.splitn(3, ':').nth(2).unwrap_or_default();
    let begins = |list: &[&str]| list.iter().any(|start| path.starts_with(start));
    if let Some(text) = known.no_region.filter(|_| !rest.starts_with(':') && !begins(known.regional)) {
        return Some(text.replace("{resource}", resource));
    }
    (!known.paths.is_empty() && !begins(known.paths))
        .then(|| known.bad_path.replace("{values}", &known.paths.join(", ")))
}

/// AWS completes the ARN with stars before it names it.
fn bad_partition(partition: &str, rest: &str) -> String {
    let mut parts: Vec<&str> = rest.splitn(4, ':').collect();
    if rest.is_empty() {
        parts = vec!["*"];
    }
    parts.resize(4, "*");
    format!("Partition \"{partition}\" is not valid for resource \"arn:{partition}:{}\".", parts.join(":"))
}

fn unique_sids(statements: &[&Statement]) -> Result<(), Error> {
    let mut sids: Vec<&str> =
        statements.iter().filter_map(|s| s.sid.as_deref()).filter(|sid| !sid.is_empty()).collect();
    sids.sort_unstable();
    match sids.iter().zip(sids.iter().skip(1)).find(|(a, b)| a == b) {
        Some((sid, _)) => Err(Error::new(Fault::DuplicateSid, format!("{sid} stands twice"))),
        None => Ok(()),
    }
}

fn action_prefix(action: &str, statement: &Statement) -> Result<(), Error> {
    let mut parts = action.split(':');
    let vendor = parts.next().unwrap_or_default();
    let fault = match (parts.next(), parts.next()) {
        _ if action == "*" => return Ok(()),
        (None, _) => Fault::NoVendor,
        (Some(_), Some(_)) => Fault::Colons,
        _ if vendor == "*" || vendor.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') => {
            return Ok(());
        }
        _ => Fault::Vendor(vendor.to_owned()),
    };
    Err(Error::new(fault, format!("{}: {action}", place(statement))))
}

fn elements(statement: &Statement, kind: Kind, facts: &Facts<'_>) -> Result<(), Error> {
    let fail = |fault: Fault| Err(Error::new(fault, place(statement)));
    if kind == Kind::Trust {
        let known = |action: &str| facts.trust_actions.iter().any(|known| known.eq_ignore_ascii_case(action));
        let all_known = statement.actions.patterns.iter().all(|a| known(a.as_str())) && !statement.actions.negated;
        if !facts.trust_actions.is_empty() && !all_known {
            return fail(Fault::Text(facts.trust_text.to_owned()));
        }
        if statement.resources.is_some() {
            return fail(Fault::ProhibitedField("Resource"));
        }
    } else if statement.resources.as_ref().is_none_or(|targets| targets.patterns.is_empty()) {
        return fail(Fault::NoResources);
    }
    match (kind, &statement.principals) {
        (Kind::Trust | Kind::Resource | Kind::Endpoint | Kind::ResourceControl, None) => {
            fail(Fault::MissingField("Principal"))
        }
        (Kind::Managed | Kind::Inline | Kind::Session | Kind::ServiceControl, Some(_)) => {
            fail(Fault::PrincipalNotTaken)
        }
        (Kind::ResourceControl, Some(p)) if p.negated || *p.names != [Named::Everyone] => {
            fail(Fault::ProhibitedField("Principal"))
        }
        (Kind::Trust | Kind::Resource, Some(principals)) => match principals.names.iter().find_map(impossible) {
            // A deleted identity's id stays in a stored Deny and harms nobody; a grant to it could never be meant.
            Some(fault) if statement.effect == Effect::Allow => fail(fault),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// A principal that can name nobody: part of an ARN as a wildcard, or an ARN of the wrong shape.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn impossible(name: &Named) -> Option<Fault> {
    let invalid = |value: &str| Some(Fault::InvalidPrincipal("AWS", value.to_owned()));
    let shaped = |arn: &str| arn.split(':').count() >= 6 && arn.split(':').nth(4).is_some_and(is_account);
    match name {
        Named::Arn(arn) if arn.contains(['*', '?']) || !shaped(arn) => invalid(arn),
        Named::Id(id) if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric()) => invalid(id),
        _ => None,
    }
}
