//! What users and roles may do by their policies and have not done for long: whole services, and actions of services that they do
//! use. Of actions only those that CloudTrail logs as management events are told, as AWS tracks no others.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html#access-analyzer-unused-access>

use super::identities::{Held, Identity};
use crate::facts;
use crate::names::caller_of;
use crate::state::{UnusedActionRow, UnusedServiceRow};
use service::policy::{Document, Effect, Limits, Statement, Targets};
use service::{Duration, LastUse, Result, Timestamp, TrailEvent, TrailQuery, View};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How much of the trail is looked at, a page at a time, and how many pages.
const PAGE: usize = 10_000;
const PAGES: usize = 20;

/// When who did what last: actions in small letters, by who and action.
#[derive(Default)]
pub struct Uses {
    last: BTreeMap<(String, String), Timestamp>,
    /// From when on every use is among them.
    since: Option<Timestamp>,
}

impl Uses {
    /// What the trail remembers of the account's calls.
    pub fn of(view: &View) -> Result<Uses> {
        let found = RefCell::new(BTreeMap::new());
        let oldest = RefCell::new(view.now());
        let keep = |event: &TrailEvent| {
            *oldest.borrow_mut() = event.time;
            if !event.data {
                let who = crate::names::identity_in(&event.caller);
                for action in &event.actions {
                    let last = (who.to_owned(), action.to_ascii_lowercase());
                    found.borrow_mut().entry(last).or_insert(event.time);
                }
            }
            // What is wanted was noted: no records need be written for it.
            false
        };
        let mut after = None;
        let mut whole = false;
        for _ in 0..PAGES {
            let query = TrailQuery { after, newest_first: true, since: None, until: None, most: PAGE, look_at: PAGE };
            let page = view.trail(&query, &keep)?;
            whole = !page.more;
            if whole {
                break;
            }
            after = Some(page.last);
        }
        let since = (!whole).then(|| oldest.into_inner());
        Ok(Uses { last: found.into_inner(), since })
    }

    /// When an identity last asked for an action.
    fn last(&self, who: &str, action: &str) -> Option<Timestamp> {
        self.last.get(&(who.to_owned(), action.to_ascii_lowercase())).copied()
    }
}

/// What is unused of an identity, and when something more may be.
#[derive(Default)]
pub struct Unused {
    pub services: Vec<UnusedServiceRow>,
    pub next: Option<Timestamp>,
}

/// Looks at an identity, which used services at these moments last. One that is as young as the age, or that nobody has used for so long at all, has no unused permissions: it is
/// told of otherwise.
pub fn look(view: &View, (identity, used): (&Identity, &[LastUse]), age: Duration, uses: &Uses) -> Result<Unused> {
    let now = view.now();
    let mut unused = Unused::default();
    let ripe = identity.made.map_or(now, |made| made.after(age));
    if ripe > now {
        unused.next = Some(ripe);
        return Ok(unused);
    }
    let recent = |at: Timestamp| at.after(age) > now;
    if !used.iter().any(|one| recent(one.at)) {
        return Ok(unused);
    }
    let granted = Granted::by(&identity.policies);
    let who = caller_of(&identity.arn);
    for namespace in facts::prefixes().filter(|namespace| granted.anything_of(namespace)) {
        let last = used.iter().filter(|one| one.service == namespace).map(|one| one.at).max();
        let Some(at) = last.filter(|at| recent(*at)) else {
            let row = UnusedServiceRow { namespace: namespace.to_owned(), last_accessed: last, actions: Vec::new() };
            unused.services.push(row);
            continue;
        };
        unused.wait_for(at.after(age));
        // Beyond what the trail remembers nothing is known to be unused.
        if uses.since.is_some_and(|since| since.after(age) > now) {
            continue;
        }
        let mut actions = Vec::new();
        for action in granted.logged(view, namespace)? {
            match uses.last(&who, &action) {
                Some(at) if recent(at) => unused.wait_for(at.after(age)),
                last_accessed => actions.push(UnusedActionRow { action, last_accessed }),
            }
        }
        if !actions.is_empty() {
            let row = UnusedServiceRow { namespace: namespace.to_owned(), last_accessed: last, actions };
            unused.services.push(row);
        }
    }
    Ok(unused)
}

impl Unused {
    fn wait_for(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}

/// What policies allow, as far as actions are concerned: neither resources nor conditions count, and of what denies only what denies
/// always.
struct Granted {
    documents: Vec<Document>,
}

impl Granted {
    fn by(policies: &[Held]) -> Granted {
        // The longest of AWS's own has more than an account may write.
        let limits = Limits { bytes: 1 << 20, ..Limits::default() };
        Granted { documents: policies.iter().filter_map(|held| Document::parse(&held.text, limits).ok()).collect() }
    }

    fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.documents.iter().flat_map(Document::statements)
    }

    /// Whether some action of a service is allowed.
    fn anything_of(&self, namespace: &str) -> bool {
        let may = self.statements().any(|own| own.effect == Effect::Allow && may_name(&own.actions, namespace));
        let known = facts::service(namespace);
        may && known.is_some_and(|service| service.actions.values().any(|action| self.allows(namespace, &action.name)))
    }

    /// The actions of a service that are allowed, and logged where they are used.
    fn logged(&self, view: &View, namespace: &str) -> Result<Vec<String>> {
        let Some(service) = facts::service(namespace) else { return Ok(Vec::new()) };
        let mut logged: Vec<&str> = view.logged_operations(namespace)?;
        logged.sort_unstable();
        logged.dedup();
        let known = logged.iter().filter_map(|name| service.actions.get(&name.to_ascii_lowercase()));
        let allowed = known.filter(|action| self.allows(namespace, &action.name));
        Ok(allowed.map(|action| format!("{namespace}:{}", action.name)).collect())
    }

    fn allows(&self, namespace: &str, name: &str) -> bool {
        let action = format!("{namespace}:{name}");
        let covers =
            |own: &Targets| own.patterns.iter().any(|pattern| facts::covers(pattern.as_str(), &action)) != own.negated;
        self.statements().any(|own| own.effect == Effect::Allow && covers(&own.actions))
            && !self.statements().any(|own| denies_always(own) && covers(&own.actions))
    }
}

fn denies_always(own: &Statement) -> bool {
    let everything = |targets: &Targets| !targets.negated && targets.patterns.iter().any(|one| one.as_str() == "*");
    own.effect == Effect::Deny && own.conditions.is_empty() && own.resources.as_ref().is_some_and(everything)
}

/// Whether actions may name some of a service, by what stands before the colon.
fn may_name(actions: &Targets, namespace: &str) -> bool {
    let service = |pattern: &str| pattern.split(':').next().unwrap_or_default().to_ascii_lowercase();
    actions.negated || actions.patterns.iter().any(|pattern| facts::covers(&service(pattern.as_str()), namespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(texts: &[&str]) -> Granted {
        let held = |text: &&str| Held {
            id: String::new(),
            text: format!(r#"{{"Version":"2012-10-17","Statement":[{text}]}}"#),
            updated: None,
            of_group: false,
        };
        Granted::by(&texts.iter().map(held).collect::<Vec<_>>())
    }

    #[test]
    fn what_policies_allow_at_all() {
        let all = granted(&[
            r#"{"Effect":"Allow","Action":["sqs:*","s3:Get*"],"Resource":"arn:aws:s3:::b/*"}"#,
            r#"{"Effect":"Deny","Action":["sqs:Delete*","dynamodb:*"],"Resource":"*"}"#,
            r#"{"Effect":"Deny","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:*:*:q"}"#,
            r#"{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}"#,
        ]);
        for (namespace, expect) in [("sqs", true), ("s3", true), ("dynamodb", false), ("kms", false)] {
            assert_eq!(all.anything_of(namespace), expect, "{namespace}");
        }
        for (name, expect) in [("SendMessage", true), ("DeleteQueue", false), ("CreateQueue", true)] {
            assert_eq!(all.allows("sqs", name), expect, "{name}");
        }
        let but = granted(&[r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#]);
        assert!(but.anything_of("sqs") && !but.anything_of("iam"));
    }
}
