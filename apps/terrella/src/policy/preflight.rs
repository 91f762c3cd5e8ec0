//! `terrella policy preflight`: recorded calls, put to a proposed SCP or RCP.

use super::flags::Preflight;
use super::organisation::{self, Members};
use super::recorded::{self, Check, Recorded, Who};
use super::{compiled, read};
use crate::client::Failure;
use crate::verbs::print;
use policy::{
    Document, Level, Policies, PolicyKind, Reason, Request, ResourcePolicy, ResourcePolicyMode, Source, explain,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

/// What an organisation's roots, units and accounts have attached unless somebody takes it away, and what every other policy
/// is taken to say here, so that only the proposed one decides.
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const EVERYBODY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The services that RCPs govern.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>
const GOVERNED: [&str; 11] =
    ["s3", "sts", "kms", "sqs", "secretsmanager", "cognito-identity", "cognito-idp", "logs", "dynamodb", "ecr", "aoss"];

/// The proposed policy, and what it stands beside.
struct Proposal {
    name: String,
    document: Document,
    everything: Document,
    everybody: Document,
    kind: PolicyKind,
    /// Whether it would stand alone.
    alone: bool,
}

/// A call that the policy would deny, with others like it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Flip {
    principal: String,
    action: String,
    resource: String,
    /// The statement that denies it; `None` where none allows it.
    statement: Option<usize>,
    /// Condition keys that the policy asks for and the record has not: the outcome may rest on them.
    missing: Vec<String>,
}

#[derive(Debug, Default)]
struct Seen {
    count: u64,
    request: String,
}

impl Seen {
    fn add(&mut self, request: &str) {
        self.count += 1;
        request.clone_into(&mut self.request);
    }
}

/// What came of all recorded calls.
#[derive(Default)]
struct Outcome {
    flips: BTreeMap<Flip, Seen>,
    /// By who, and why.
    exempt: BTreeMap<(String, String), Seen>,
    /// By key.
    missing: BTreeMap<String, Seen>,
    replayed: u64,
    flipped: u64,
    /// Calls of principals or on resources that are not in the target.
    elsewhere: u64,
    omitted: u64,
}

/// Replays and tells; 1 if a call would be denied.
pub fn run(flags: &Preflight) -> Result<ExitCode, Failure> {
    let proposal = Proposal::of(flags)?;
    let members = organisation::members(flags)?;
    let mut outcome = Outcome::default();
    let parameters = [("since", flags.since.as_ref()), ("until", flags.until.as_ref())];
    recorded::each(&flags.operator, &parameters, |call| outcome.add(&proposal, &members, call))?;
    let value = told(&proposal, &members, &outcome);
    print(flags.operator.json, &value, |_| text(&proposal, &outcome));
    Ok(if outcome.flipped > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Proposal {
    fn of(flags: &Preflight) -> Result<Proposal, Failure> {
        let (path, kind) = match (&flags.scp, &flags.rcp) {
            (Some(path), _) => (path, PolicyKind::ServiceControl),
            (None, Some(path)) => (path, PolicyKind::ResourceControl),
            (None, None) => return Err(Failure("name the policy with --scp or --rcp".to_owned())),
        };
        Proposal::new(&path.display().to_string(), &read(path)?, kind, flags.instead)
    }

    fn new(name: &str, text: &str, kind: PolicyKind, alone: bool) -> Result<Proposal, Failure> {
        Ok(Proposal {
            name: name.to_owned(),
            document: compiled(name, text)?,
            everything: compiled("FullAWSAccess", EVERYTHING)?,
            everybody: compiled("everybody", EVERYBODY)?,
            kind,
            alone,
        })
    }

    fn word(&self) -> &'static str {
        if self.kind == PolicyKind::ServiceControl { "SCP" } else { "RCP" }
    }

    /// Whose account decides whether the policy binds a check.
    fn account<'c>(&self, who: &'c Who, check: &'c Check) -> &'c str {
        if self.kind == PolicyKind::ServiceControl { &who.account } else { &check.owner }
    }

    /// Why no policy of this kind binds a check though its account is below the target.
    fn exempts(&self, members: &Members, who: &Who, check: &Check) -> Option<String> {
        let account = self.account(who, check);
        let service = check.action.split(':').next().unwrap_or_default();
        let management = members.management.as_deref() == Some(account);
        match self.kind {
            _ if management => Some(format!("no {} binds the management account", self.word())),
            _ if who.principal().is_service_linked() => Some(format!("no {} binds service-linked roles", self.word())),
            PolicyKind::ResourceControl if !GOVERNED.contains(&service) => Some(format!("no RCP governs {service}")),
            _ => None,
        }
    }

    /// What would become of the check: the denial, if it is one, and the keys that the policy asks for in vain.
    fn judge(&self, who: &Who, check: &Check) -> (Option<Flip>, Vec<String>) {
        let (principal, context) = (who.principal(), check.keys());
        let proposed = Source { name: &self.name, document: &self.document };
        let everything = Source { name: "FullAWSAccess", document: &self.everything };
        let both = [proposed, everything];
        let level = [Level { target: "", policies: if self.alone { &both[..1] } else { &both } }];
        let (scp, rcp) = match self.kind {
            PolicyKind::ServiceControl => (&level[..], &[][..]),
            _ => (&[][..], &level[..]),
        };
        let identity = [everything];
        let policy = Some(Source { name: "everybody", document: &self.everybody });
        let policies = Policies {
            identity: &identity,
            session: if who.kind == "federated-user" { &identity } else { &[] },
            resource: ResourcePolicy { policy, mode: ResourcePolicyMode::Optional },
            scp,
            rcp,
            ..Policies::default()
        };
        let request = Request {
            action: &check.action,
            resource: &check.resource,
            resource_account: &check.owner,
            principal: &principal,
            context: &context,
        };
        let explained = explain(&request, &policies);
        let missing: Vec<String> = explained.proof.missing_keys().map(str::to_owned).collect();
        let statement = match explained.decision.reason {
            Reason::ExplicitDeny(kind) if kind == self.kind => explained.decision.decided_by.map(|at| at.statement),
            Reason::ImplicitDeny(kind) if kind == self.kind => None,
            _ => return (None, missing),
        };
        let flip = Flip {
            principal: who.identity().to_owned(),
            action: check.action.clone(),
            resource: check.resource.clone(),
            statement,
            missing: missing.clone(),
        };
        (Some(flip), missing)
    }
}

impl Outcome {
    fn add(&mut self, proposal: &Proposal, members: &Members, call: Recorded) {
        if call.omitted {
            self.omitted += 1;
            return;
        }
        let Some(who) = call.principal.as_ref().filter(|_| call.was_allowed() || call.was_audited()) else { return };
        let bound = |check: &&Check| members.accounts.contains(proposal.account(who, check));
        let checks: Vec<&Check> = call.checks.iter().filter(bound).collect();
        if checks.is_empty() {
            self.elsewhere += 1;
            return;
        }
        let mut missing = BTreeSet::new();
        let (mut replayed, mut flipped) = (false, false);
        for check in checks {
            if let Some(why) = proposal.exempts(members, who, check) {
                self.exempt.entry((who.identity().to_owned(), why)).or_default().add(&call.request_id);
                continue;
            }
            replayed = true;
            let (flip, lacks) = proposal.judge(who, check);
            missing.extend(lacks);
            if let Some(flip) = flip {
                flipped = true;
                self.flips.entry(flip).or_default().add(&call.request_id);
            }
        }
        self.replayed += u64::from(replayed);
        self.flipped += u64::from(flipped);
        missing.into_iter().for_each(|key| self.missing.entry(key).or_default().add(&call.request_id));
    }
}

fn told(proposal: &Proposal, members: &Members, outcome: &Outcome) -> Value {
    let seen = |seen: &Seen, mut row: Value| {
        row["count"] = json!(seen.count);
        row["requestId"] = json!(seen.request);
        row
    };
    let flips = outcome.flips.iter().map(|(flip, times)| {
        let row = json!({
            "principal": flip.principal,
            "action": flip.action,
            "resource": flip.resource,
            "reason": if flip.statement.is_some() { "explicit deny" } else { "not allowed" },
            "statement": flip.statement,
            "sid": sid(proposal, flip.statement),
            "missingKeys": flip.missing,
        });
        seen(times, row)
    });
    let exempt =
        outcome.exempt.iter().map(|((who, why), times)| seen(times, json!({"principal": who, "because": why})));
    let missing = outcome.missing.iter().map(|(key, times)| seen(times, json!({ "key": key })));
    json!({
        "policy": proposal.name,
        "kind": proposal.word(),
        "accounts": members.accounts,
        "managementAccount": members.management,
        "replayed": outcome.replayed,
        "wouldBeDenied": outcome.flipped,
        "elsewhere": outcome.elsewhere,
        "omitted": outcome.omitted,
        "flips": flips.collect::<Vec<_>>(),
        "exempt": exempt.collect::<Vec<_>>(),
        "missingKeys": missing.collect::<Vec<_>>(),
    })
}

fn sid(proposal: &Proposal, statement: Option<usize>) -> Option<&str> {
    let found = proposal.document.statements().iter().find(|s| Some(s.index) == statement)?;
    found.sid.as_deref().filter(|sid| !sid.is_empty())
}

fn text(proposal: &Proposal, outcome: &Outcome) -> String {
    let mut lines = Vec::new();
    for (flip, seen) in &outcome.flips {
        let by = match (flip.statement, sid(proposal, flip.statement)) {
            (Some(at), Some(sid)) => format!("statement {at} ({sid}) denies it"),
            (Some(at), None) => format!("statement {at} denies it"),
            (None, _) => "no statement allows it".to_owned(),
        };
        let lacks = match flip.missing.as_slice() {
            [] => String::new(),
            keys => format!("; the request had no {}", keys.join(", ")),
        };
        lines.push(format!(
            "denied  {}x {} on {} by {}: {by}{lacks}; request {}",
            seen.count, flip.action, flip.resource, flip.principal, seen.request
        ));
    }
    for ((who, why), seen) in &outcome.exempt {
        lines.push(format!("exempt  {}x {who}: {why}", seen.count));
    }
    for (key, seen) in &outcome.missing {
        lines.push(format!("missing {}x {key}: the policy asks for it, and the request had none", seen.count));
    }
    if outcome.omitted > 0 {
        lines.push(format!(
            "{} calls are left out: their records were too large to keep what they asked",
            outcome.omitted
        ));
    }
    if outcome.replayed == 0 {
        lines.push("no recorded call comes under it: `terrella log` lists what there is".to_owned());
    }
    lines.push(format!(
        "{} of {} calls would be denied by {}; {} calls come from elsewhere",
        outcome.flipped, outcome.replayed, proposal.name, outcome.elsewhere
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_QUEUES: &str = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"NoQueues","Effect":"Deny","Action":"sqs:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}]}"#;

    fn call(account: &str, role: &str, action: &str, region: Option<&str>) -> Recorded {
        let issuer = format!("arn:aws:iam::{account}:role/{role}");
        let context = region.map(|region| ("aws:RequestedRegion".to_owned(), vec![region.to_owned()]));
        Recorded {
            request_id: "r".to_owned(),
            decision: "allowed".to_owned(),
            omitted: false,
            principal: Some(Who {
                kind: "role".to_owned(),
                arn: format!("arn:aws:sts::{account}:assumed-role/{role}/s"),
                account: account.to_owned(),
                id: "AROA:s".to_owned(),
                issuer,
            }),
            checks: vec![Check {
                action: action.to_owned(),
                resource: "*".to_owned(),
                owner: account.to_owned(),
                context: context.into_iter().collect(),
            }],
        }
    }

    fn outcome(proposal: &Proposal, calls: Vec<Recorded>) -> Outcome {
        let accounts = ["111122223333", "444455556666"].map(str::to_owned).into();
        let members = Members { accounts, management: Some("444455556666".to_owned()) };
        let mut outcome = Outcome::default();
        calls.into_iter().for_each(|call| outcome.add(proposal, &members, call));
        outcome
    }

    #[test]
    fn who_is_bound_and_what_flips() {
        let scp = Proposal::new("p", NO_QUEUES, PolicyKind::ServiceControl, false).unwrap();
        let linked = "aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
        let outcome = outcome(
            &scp,
            vec![
                call("111122223333", "app", "sqs:SendMessage", Some("us-east-1")),
                call("111122223333", "app", "sqs:SendMessage", Some("eu-west-1")),
                call("111122223333", "app", "s3:GetObject", Some("us-east-1")),
                call("111122223333", "app", "sqs:SendMessage", None),
                call("111122223333", linked, "sqs:SendMessage", None),
                call("444455556666", "app", "sqs:SendMessage", None),
                call("777788889999", "app", "sqs:SendMessage", None),
            ],
        );
        assert_eq!((outcome.replayed, outcome.flipped, outcome.elsewhere), (4, 2, 1));
        let flips: Vec<_> = outcome.flips.keys().map(|flip| (flip.statement, flip.missing.clone())).collect();
        assert_eq!(flips, [(Some(0), vec![]), (Some(0), vec!["aws:requestedregion".to_owned()])]);
        let why: Vec<_> = outcome.exempt.keys().map(|(_, why)| why.as_str()).collect();
        assert_eq!(why, ["no SCP binds service-linked roles", "no SCP binds the management account"]);
        assert_eq!(outcome.missing["aws:requestedregion"].count, 1);
    }

    #[test]
    fn alone_it_must_allow() {
        let list = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        let calls = || vec![call("111122223333", "app", "sqs:SendMessage", None)];
        for (alone, expect) in [(false, 0), (true, 1)] {
            let scp = Proposal::new("p", list, PolicyKind::ServiceControl, alone).unwrap();
            assert_eq!(outcome(&scp, calls()).flipped, expect, "{alone}");
        }
    }

    #[test]
    fn an_rcp_binds_by_the_resource_s_account_and_some_services() {
        let deny = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}"#;
        let rcp = Proposal::new("p", deny, PolicyKind::ResourceControl, false).unwrap();
        let mut across = call("777788889999", "app", "sqs:SendMessage", None);
        across.checks[0].owner = "111122223333".to_owned();
        let outcome = outcome(&rcp, vec![across, call("111122223333", "app", "iam:GetUser", None)]);
        assert_eq!((outcome.replayed, outcome.flipped), (1, 1));
        assert_eq!(outcome.exempt.keys().next().map(|(_, why)| why.as_str()), Some("no RCP governs iam"));
    }
}
