//! Who outside the zone of trust may use a resource: for each whom its policy names, the question whether it lets him do something.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html>

use super::policies::Resource;
use crate::checks::{known_names, strange_context, strangers};
use crate::state::FindingRow;
use crate::zone::Zone;
use service::policy::analysis::{Answer, Options, Stand, Who, overlap};
use service::policy::{Document, Effect, Limits, Named, Principal, PrincipalKind};
use service::{IndexMap, View};

/// The principals of one policy about whom it is decided, besides everybody. Of more it is told what the policy names, as of all that cannot be decided.
const MOST_DECIDED: usize = 200;

/// Keys of which a finding tells, because they say to whom access is bound.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html>
const TOLD: [&str; 14] = [
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "kms:CallerAccount",
    "kms:ViaService",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "sts:ExternalId",
];

/// Somebody outside, and how a finding calls him.
struct Outsider {
    who: Vec<Who>,
    kind: &'static str,
    name: String,
    everyone: bool,
}

/// The findings of a resource of the view's account.
pub fn grants(view: &View, zone: &Zone, resource: &Resource) -> Vec<FindingRow> {
    let mut all = Vec::new();
    if !resource.ignores_list && !resource.public_by_list.is_empty() {
        let principal = ("AWS", "*");
        let mut row = row(view, resource, principal, "BUCKET_ACL");
        (row.action, row.is_public) = (resource.public_by_list.clone(), true);
        all.push(row);
    }
    // A policy that does not parse lets nobody in.
    let text = resource.policy.as_deref().filter(|text| !text.is_empty());
    let Some(policy) = text.and_then(|text| Document::parse(text, Limits::default()).ok()) else { return all };
    for (place, outsider) in outsiders(&policy, zone).into_iter().enumerate() {
        if outsider.everyone && resource.restricted {
            continue;
        }
        let asked = Asked { resource, policy: &policy, zone };
        let decided = place < MOST_DECIDED || outsider.everyone;
        let found = if decided { asked.may(&outsider) } else { Some((asked.named(), false)) };
        let Some((action, is_public)) = found else { continue };
        let mut row = row(view, resource, (outsider.kind, &outsider.name), "POLICY");
        row.condition = condition(&policy, &outsider);
        (row.action, row.is_public) = (action, is_public);
        all.push(row);
    }
    all
}

fn row(view: &View, resource: &Resource, (kind, name): (&str, &str), source: &str) -> FindingRow {
    FindingRow {
        key: format!("{source} {} {kind} {name}", resource.arn),
        kind: "ExternalAccess".to_owned(),
        resource: resource.arn.clone(),
        resource_type: resource.kind.to_owned(),
        owner: view.account().to_string(),
        principal: IndexMap::from_iter([(kind.to_owned(), name.to_owned())]),
        sources: vec![source.to_owned()],
        ..FindingRow::default()
    }
}

/// Whom the allowing statements name who is not of the zone. Services are AWS's, and not outside.
fn outsiders(policy: &Document, zone: &Zone) -> Vec<Outsider> {
    let mut all: Vec<Outsider> = Vec::new();
    let statements = policy.statements().iter().filter(|statement| statement.effect == Effect::Allow);
    for principals in statements.filter_map(|statement| statement.principals.as_ref()) {
        let everyone = principals.negated || principals.names.contains(&Named::Everyone);
        let named = if everyone { &[Named::Everyone][..] } else { &principals.names[..] };
        for outsider in named.iter().filter_map(|name| outsider(name, zone)) {
            if !all.iter().any(|own| (own.kind, &own.name) == (outsider.kind, &outsider.name)) {
                all.push(outsider);
            }
        }
    }
    all
}

fn outsider(name: &Named, zone: &Zone) -> Option<Outsider> {
    let user = |account: &str| -> Who {
        let arn = format!("arn:aws:iam::{account}:user/example");
        Principal::user(&arn, "AIDAEXAMPLE").into()
    };
    let of = |who: Vec<Who>, kind, name: &str| Some(Outsider { who, kind, name: name.to_owned(), everyone: false });
    match name {
        Named::Everyone => {
            Some(Outsider { who: strangers().into(), kind: "AWS", name: "*".to_owned(), everyone: true })
        }
        Named::Account(other) if !zone.has(other) => of(vec![user(other)], "AWS", other),
        Named::Root { partition, account } if !zone.has(account) => {
            let arn = format!("arn:{partition}:iam::{account}:user/example");
            of(vec![Principal::user(&arn, "AIDAEXAMPLE").into()], "AWS", account)
        }
        Named::Arn(arn) => {
            let who = who(arn)?;
            if zone.has(&who.account) {
                return None;
            }
            of(vec![who], "AWS", arn)
        }
        Named::CanonicalUser(id) => {
            let who = Who { canonical: id.to_string(), ..user("999999999999") };
            of(vec![who], "CanonicalUser", id)
        }
        Named::Federated(provider) if ArnOf(provider).account().is_none_or(|own| !zone.has(own)) => {
            of(vec![Principal::provider(provider).into()], "Federated", provider)
        }
        _ => None,
    }
}

/// An ARN, if it is one.
struct ArnOf<'a>(&'a str);

impl ArnOf<'_> {
    fn account(&self) -> Option<&str> {
        self.0.strip_prefix("arn:")?.split(':').nth(3)
    }
}

/// The principal that goes by an ARN; of a role one of its sessions.
fn who(arn: &str) -> Option<Who> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, _, account, name] = parts.as_slice() else { return None };
    let last = name.rsplit('/').next().unwrap_or_default();
    Some(match (*service, name.split('/').next().unwrap_or_default()) {
        ("iam", "role") => {
            let session = format!("arn:{partition}:sts::{account}:assumed-role/{last}/example");
            Principal::role_session(&session, arn, "AROAEXAMPLE:example").into()
        }
        ("sts", "assumed-role") => {
            let role = name.split('/').nth(1).unwrap_or_default();
            let role = format!("arn:{partition}:iam::{account}:role/{role}");
            let id = format!("AROAEXAMPLE:{last}");
            Principal::role_session(arn, &role, &id).into()
        }
        ("sts", _) => {
            let user = format!("arn:{partition}:iam::{account}:user/{last}");
            Principal::federated_user(arn, &user, "AIDAEXAMPLE").into()
        }
        _ => Principal::user(arn, "AIDAEXAMPLE").into(),
    })
}

/// The question whether somebody may do something.
struct Asked<'a> {
    resource: &'a Resource,
    policy: &'a Document,
    zone: &'a Zone,
}

type Pins = Vec<(String, Option<String>)>;

impl Asked<'_> {
    /// What an outsider may do, and whether anybody may.
    fn may(&self, outsider: &Outsider) -> Option<(Vec<String>, bool)> {
        if !outsider.everyone {
            let actions = self.actions(&outsider.who, &[]);
            return (!actions.is_empty()).then_some((actions, false));
        }
        let mut public = Vec::new();
        for present in [true, false] {
            public.extend(self.actions(&outsider.who, &strange_context(self.policy, present)));
        }
        public.sort();
        public.dedup();
        if !public.is_empty() {
            return Some((public, true));
        }
        // Bound to somebody known: is he of the zone?
        let own = self.bound_to_the_zone();
        let mut who = outsider.who.clone();
        who.extend(self.named_by_conditions());
        let actions = self.actions(&who, &own);
        (!actions.is_empty()).then_some((actions, false))
    }

    /// Keys all of whose values are of the zone: a stranger has others.
    fn bound_to_the_zone(&self) -> Pins {
        let conditions = || self.policy.statements().iter().flat_map(|statement| &statement.conditions);
        let mut pins = strange_context(self.policy, true);
        pins.retain(|(key, _)| {
            let own = conditions().filter(|condition| condition.key().eq_ignore_ascii_case(key));
            let mut values = own.flat_map(|condition| condition.values());
            values.all(|value| self.zone.owns(value.as_str()))
        });
        pins
    }

    /// Principals outside whom conditions on the principal's ARN or account name.
    fn named_by_conditions(&self) -> Vec<Who> {
        let conditions = self.policy.statements().iter().flat_map(|statement| &statement.conditions);
        let mut all = Vec::new();
        for condition in conditions {
            for value in condition.values().map(|value| value.as_str().replace('*', "example")) {
                match condition.key().to_ascii_lowercase().as_str() {
                    "aws:principalarn" => all.extend(who(&value)),
                    "aws:principalaccount" => all.extend(who(&format!("arn:aws:iam::{value}:user/example"))),
                    _ => {}
                }
            }
        }
        all.retain(|who| !self.zone.has(&who.account) && who.kind != PrincipalKind::Root);
        all
    }

    /// The actions that one of these may do where a request says so of its context.
    fn actions(&self, who: &[Who], pins: &[(String, Option<String>)]) -> Vec<String> {
        let pins: Vec<(&str, Option<Vec<String>>)> =
            pins.iter().map(|(key, value)| (key.as_str(), value.clone().map(|value| vec![value]))).collect();
        let may = |action: &String| {
            let one = [action.as_str()];
            let options = Options {
                actions: &one,
                closed: true,
                principals: Some(who),
                context: &pins,
                ..Options::new(Stand::Resource)
            };
            // What cannot be decided is told rather than kept silent about.
            !matches!(overlap(&[self.policy], &[self.policy], &options), Answer::Nothing)
        };
        let mut named = self.named();
        named.retain(may);
        named
    }

    /// The actions that some allowing statement names.
    fn named(&self) -> Vec<String> {
        let allowing = || self.policy.statements().iter().filter(|statement| statement.effect == Effect::Allow);
        let mut known = known_names(self.resource.prefix);
        known.retain(|action| {
            let folded = action.to_ascii_lowercase();
            allowing().any(|statement| {
                let listed = statement.actions.patterns.iter().any(|p| crate::facts::covers(p.as_str(), &folded));
                listed != statement.actions.negated
            })
        });
        known
    }
}

/// The conditions of the statements that name somebody, of the keys that say to whom access is bound.
fn condition(policy: &Document, outsider: &Outsider) -> IndexMap<String, String> {
    let names = |names: &[Named]| {
        names.iter().any(|name| match name {
            Named::Everyone => outsider.everyone,
            Named::Account(own)
            | Named::Root { account: own, .. }
            | Named::Arn(own)
            | Named::CanonicalUser(own)
            | Named::Federated(own) => **own == *outsider.name,
            Named::Id(_) | Named::Service(_) => false,
        })
    };
    let statements = policy.statements().iter().filter(|statement| {
        statement.effect == Effect::Allow && statement.principals.as_ref().is_some_and(|own| names(&own.names))
    });
    let mut all: IndexMap<String, String> = IndexMap::new();
    for condition in statements.flat_map(|statement| &statement.conditions) {
        let Some(key) = TOLD.iter().find(|key| key.eq_ignore_ascii_case(condition.key())) else { continue };
        let values: Vec<&str> = condition.values().map(|value| value.as_str()).collect();
        all.insert((*key).to_owned(), values.join(","));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nobody_is_hidden_behind_others() {
        let accounts: Vec<String> = (0..500).map(|number| format!("222222{number:06}")).collect();
        let statements = json!([
            {"Effect": "Allow", "Principal": {"AWS": accounts}, "Action": "sqs:SendMessage", "Resource": "*"},
            {"Effect": "Deny", "Principal": {"AWS": "333333333333"}, "Action": "*", "Resource": "*"},
            {"Effect": "Allow", "Principal": "*", "Action": "sqs:ReceiveMessage", "Resource": "*"},
        ]);
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let policy = Document::parse(&text, Limits::default()).unwrap();
        let zone = Zone { accounts: vec!["222222000007".parse().unwrap()], organization: None };
        let all = outsiders(&policy, &zone);
        assert_eq!(all.len(), 500);
        assert!(all.last().is_some_and(|last| last.everyone));
        let resource = Resource::new("arn:aws:sqs:us-east-1:222222000007:q", ("AWS::SQS::Queue", "sqs"), Some(text));
        let asked = Asked { resource: &resource, policy: &policy, zone: &zone };
        assert_eq!(asked.named(), ["sqs:ReceiveMessage", "sqs:SendMessage"]);
    }
}
