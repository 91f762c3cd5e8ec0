//! Principals, as far as policies can tell them apart: one of each kind.

use std::collections::BTreeSet;

use super::texts::{Steps, each_kind, example, form};
use super::values::within_parts;
use super::{Doubt, Stand, TooMuchWork, Who};
use crate::condition::{Condition, Test};
use crate::context::Context;
use crate::document::{Effect, Statement};
use crate::pattern::Letter;
use crate::principal::{Named, Principal, PrincipalKind};

/// The keys that follow from the principal alone, in lower case.
const BOUND: [&str; 7] = [
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:userid",
    "aws:username",
];

/// Keys that only identities have, in lower case.
const OF_IDENTITIES: [&str; 3] = ["aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/"];

/// Keys that only services have, in lower case.
const OF_SERVICES: [&str; 1] = ["aws:principalservicenameslist"];

/// The partition of principals of which nothing says otherwise.
const USUAL: &str = "aws";

/// The most unique ids, and the most principals, that are tried.
const MOST_IDS: usize = 32;
const MOST_PRINCIPALS: usize = 20_000;

/// Whether a key, in lower case, follows from the principal.
pub(super) fn binds(key: &str) -> bool {
    BOUND.contains(&key)
}

/// Whether a request of this principal can have the key.
pub(super) fn may_have(who: &Who, key: &str) -> bool {
    let principal = who.as_principal();
    let identity = OF_IDENTITIES.iter().any(|own| key.starts_with(own));
    let service = OF_SERVICES.contains(&key);
    !(identity && !principal.has_account() || service && who.kind != PrincipalKind::Service)
}

/// Whether the statement may apply to this principal, by its names and by the conditions on the principal's own keys.
pub(super) fn admits(stand: Stand, statement: &Statement, who: &Who, context: &Context<'_>) -> bool {
    let principal = who.as_principal();
    let named = match (&statement.principals, stand) {
        (Some(principals), Stand::Resource) => match statement.effect {
            Effect::Allow => principals.allow(&principal).is_some(),
            Effect::Deny => principals.deny(&principal),
        },
        (None, Stand::Resource) => false,
        (_, Stand::Identity) => true,
    };
    named && statement.conditions.iter().filter(|c| is_bound(c)).all(|c| c.holds(context))
}

pub(super) fn is_bound(condition: &Condition) -> bool {
    let key = condition.key();
    BOUND.iter().any(|own| own.eq_ignore_ascii_case(key))
}

/// One principal of each kind that these statements tell apart.
pub(super) fn examples(
    stand: Stand,
    statements: &[&Statement],
    context: &Context<'_>,
    steps: &mut Steps,
) -> Result<(Vec<Who>, Vec<Doubt>), TooMuchWork> {
    let mut words = Words::default();
    for statement in statements {
        for name in statement.principals.iter().filter(|_| stand == Stand::Resource).flat_map(|p| &p.names) {
            words.add_name(name);
        }
        for condition in statement.conditions.iter().filter(|condition| is_bound(condition)) {
            words.add_condition(condition, context);
        }
    }
    let found = words.identities(stand, steps)?;
    let mut all = Vec::new();
    for who in found {
        steps.take(1)?;
        all.extend(words.with_ids(who));
        if all.len() > MOST_PRINCIPALS {
            return Err(TooMuchWork);
        }
    }
    if stand == Stand::Resource {
        all.extend(words.others());
    }
    Ok((all, words.doubts))
}

#[derive(Default)]
struct Words {
    /// Patterns of the ARNs of users and roles.
    arns: Vec<Vec<Letter>>,
    partitions: BTreeSet<String>,
    /// ARNs of role sessions and federated users that are named.
    sessions: BTreeSet<String>,
    ids: BTreeSet<String>,
    canonical: BTreeSet<String>,
    services: BTreeSet<String>,
    providers: BTreeSet<String>,
    doubts: Vec<Doubt>,
}

impl Words {
    fn add_name(&mut self, name: &Named) {
        match name {
            Named::Everyone => {}
            Named::Account(account) => self.arns.push(form(&format!("arn:*:iam::{account}:~"))),
            Named::Root { partition, account } => {
                self.partitions.insert(partition.to_string());
                self.arns.push(form(&format!("arn:{partition}:iam::{account}:~")));
            }
            Named::Arn(arn) => {
                let parts: Vec<&str> = arn.splitn(6, ':').collect();
                self.partitions.extend(parts.get(1).map(|partition| (*partition).to_owned()));
                let name: Vec<&str> = parts.get(5).map(|name| name.split('/').collect()).unwrap_or_default();
                match (parts.as_slice(), name.as_slice()) {
                    (["arn", partition, _, _, account, _], ["assumed-role", role, _]) => {
                        self.sessions.insert(arn.to_string());
                        self.arns.push(exactly(&format!("arn:{partition}:iam::{account}:role/{role}")));
                    }
                    (["arn", _, _, _, account, _], ["federated-user", _]) => {
                        self.sessions.insert(arn.to_string());
                        self.arns.push(form(&format!("arn:*:iam::{account}:~")));
                    }
                    _ => self.arns.push(exactly(arn)),
                }
            }
            Named::Id(id) => {
                self.ids.insert(id.to_string());
            }
            Named::Service(service) => {
                self.services.insert(service.to_string());
            }
            Named::Federated(provider) => {
                self.providers.insert(provider.to_string());
            }
            Named::CanonicalUser(id) => {
                self.canonical.insert(id.to_string());
            }
        }
    }

    fn add_condition(&mut self, condition: &Condition, context: &Context<'_>) {
        let test = condition.operator().test;
        let key = condition.key().to_ascii_lowercase();
        if test == Test::Null {
            return;
        }
        for pattern in condition.values() {
            let Some(letters) = pattern.letters(Some(context)) else { continue };
            let about = |before: &str| form(before).into_iter().chain(letters.clone()).collect::<Vec<_>>();
            match key.as_str() {
                "aws:principalarn" => {
                    self.partitions.extend(pattern.as_str().split(':').nth(1).map(str::to_owned));
                    match test {
                        Test::Arn => self.arns.extend(within_parts(letters)),
                        _ => self.arns.push(letters),
                    }
                }
                "aws:principalaccount" => {
                    let mut word = about("arn:*:iam::");
                    word.extend(form(":~"));
                    self.arns.push(word);
                }
                "aws:username" => self.arns.extend([about("arn:*:iam::*:user/"), about("arn:*:iam::*:user/~/")]),
                "aws:userid" => {
                    if letters.iter().any(|letter| !matches!(letter, Letter::Exactly(_))) {
                        self.doubts.push(Doubt::Principal(condition.key().to_owned()));
                    }
                    self.ids.insert(example(&letters));
                }
                "aws:principalservicename" => {
                    self.services.insert(example(&letters));
                }
                _ => {}
            }
        }
    }

    /// Users, roles' sessions and root users.
    fn identities(&self, stand: Stand, steps: &mut Steps) -> Result<Vec<Who>, TooMuchWork> {
        let mut partitions: Vec<&str> = self.partitions.iter().map(String::as_str).collect();
        partitions
            .retain(|partition| !partition.is_empty() && partition.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        if !partitions.contains(&USUAL) {
            partitions.insert(0, USUAL);
        }
        let mut shapes = Vec::new();
        for partition in &partitions {
            shapes.push(form(&format!("arn:{partition}:iam::############:user/?~")));
            shapes.push(form(&format!("arn:{partition}:iam::############:role/?~")));
            if stand == Stand::Resource {
                shapes.push(form(&format!("arn:{partition}:iam::############:root")));
            }
        }
        let somebody = ["user", "role"].map(|kind| format!("arn:{USUAL}:iam::111111111111:{kind}/example"));
        let mut arns: Vec<String> = somebody.into();
        // Named ARNs first, and examples of the others: they read better than the shortest of their kind.
        arns.extend(self.arns.iter().map(|word| example(word)).flat_map(|arn| {
            let arn = arn.replacen("arn:example:", &format!("arn:{USUAL}:"), 1);
            match arn.split_once(":example") {
                Some((head, "")) => vec![format!("{head}:user/example"), format!("{head}:role/example")],
                _ => vec![arn],
            }
        }));
        each_kind(&self.arns, &shapes, steps, &mut |text| {
            arns.push(text.to_owned());
            true
        })?;
        Ok(arns.iter().flat_map(|arn| self.of_arn(arn, stand)).collect())
    }

    /// The principals that go by an ARN of IAM: a role's sessions for a role.
    fn of_arn(&self, arn: &str, stand: Stand) -> Vec<Who> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, _, "", account, name] = parts.as_slice() else { return Vec::new() };
        if !crate::principal::is_account(account) {
            return Vec::new();
        }
        let sts = format!("arn:{partition}:sts::{account}:");
        match name.split_once('/') {
            None if *name == "root" && stand == Stand::Resource => vec![Principal::root(arn).into()],
            Some(("user", rest)) if !rest.is_empty() => {
                let mut all = vec![Who::from(Principal::user(arn, "AIDAEXAMPLE"))];
                let federated = format!("{sts}federated-user/");
                let sessions = self.sessions.iter().filter(|session| session.starts_with(&federated));
                all.extend(sessions.map(|session| {
                    let id = format!("{account}:{}", session.rsplit('/').next().unwrap_or_default());
                    Principal::federated_user(session, arn, &id).into()
                }));
                all
            }
            Some(("role", rest)) if !rest.is_empty() => {
                let role = rest.rsplit('/').next().unwrap_or_default();
                let own = format!("{sts}assumed-role/{role}/");
                let sessions = self.sessions.iter().filter(|session| session.starts_with(&own));
                let who = |session: &String| {
                    let id = format!("AROAEXAMPLE:{}", session.strip_prefix(&own).unwrap_or_default());
                    Who::from(Principal::role_session(session, arn, &id))
                };
                [format!("{own}example")].iter().chain(sessions).map(who).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        }
    }

    /// The principal, also by each unique id and canonical id that it may have.
    fn with_ids(&self, who: Who) -> Vec<Who> {
        let mut all = vec![who.clone()];
        for id in self.ids.iter().take(MOST_IDS) {
            let mut named = who.clone();
            match (who.kind, id.split_once(':')) {
                (PrincipalKind::User, None) if !id.starts_with("AROA") => named.id.clone_from(id),
                (PrincipalKind::RoleSession, None) if !id.starts_with("AIDA") => {
                    let session = who.id.split_once(':').map_or("example", |(_, session)| session);
                    named.id = format!("{id}:{session}");
                }
                (PrincipalKind::RoleSession, Some((_, session))) if !session.is_empty() => {
                    let head = who.arn.rsplit_once('/').map_or("", |(head, _)| head);
                    named.arn = format!("{head}/{session}");
                    named.id.clone_from(id);
                }
                _ => continue,
            }
            all.push(named);
        }
        let canonical = self.canonical.iter().take(MOST_IDS);
        let with: Vec<Who> =
            canonical.flat_map(|id| all.iter().map(move |who| Who { canonical: id.clone(), ..who.clone() })).collect();
        all.extend(with);
        all
    }

    /// Services, providers, nobody.
    fn others(&self) -> Vec<Who> {
        let services = self.services.iter().filter(|name| *name != "*").map(String::as_str);
        let services = services.chain(["example.amazonaws.com"]).map(|name| Principal::service(name).into());
        let providers = self.providers.iter().filter(|name| *name != "*").map(String::as_str);
        let providers = providers.chain(["example.com"]).map(|name| Principal::provider(name).into());
        services.chain(providers).chain([Principal::anonymous().into()]).collect()
    }
}

fn exactly(text: &str) -> Vec<Letter> {
    text.chars().map(Letter::Exactly).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_principal() {
        assert!(binds("aws:principalarn") && !binds("aws:sourceip"));
        let service = Who::from(Principal::service("sns.amazonaws.com"));
        assert!(!may_have(&service, "aws:principalorgid"));
        assert!(may_have(&service, "aws:sourcearn"));
    }
}
