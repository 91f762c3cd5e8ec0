//! The analysis of what policies allow, against going through all requests of a small world.

use policy::analysis::{Answer, Doubt, Options, Stand, Who, Witness, difference, differences, overlap};
use policy::{Context, Document, Limits, Policies, Principal, Request, ResourcePolicy, Source, evaluate};
use serde_json::{Map, Value, json};

use crate::reference::rng::Rng;

fn document(text: &str) -> Document {
    Document::parse(text, Limits::default()).unwrap()
}

fn all() -> Document {
    document(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#)
}

struct World {
    stand: Stand,
    principals: Vec<Who>,
    keys: Vec<(&'static str, Vec<Option<Vec<&'static str>>>)>,
}

const ACTIONS: [&str; 4] = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage"];
const RESOURCES: [&str; 5] =
    ["arn:aws:s3:::b", "arn:aws:s3:::b/x", "arn:aws:s3:::b/ann/x", "arn:aws:sqs:us-east-1:111111111111:q", "*"];
const ACTION_PATTERNS: [&str; 8] =
    ["*", "s3:*", "S3:get*", "s3:?etObject", "s3:PutObject", "sqs:*", "*:*Object", "s3:ListBucket"];
const RESOURCE_PATTERNS: [&str; 8] = [
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/*x",
    "arn:aws:s3:::b/ann/*",
    "arn:*:sqs:*:*:?",
    "arn:aws:s3:::b/?",
];
const NAMES: [(&str, &str); 9] = [
    ("AWS", "*"),
    ("AWS", "111111111111"),
    ("AWS", "arn:aws:iam::111111111111:user/ann"),
    ("AWS", "arn:aws:iam::111111111111:role/r"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/r/s"),
    ("AWS", "222222222222"),
    ("AWS", "AIDAANN"),
    ("Service", "sns.amazonaws.com"),
    ("Federated", "accounts.google.com"),
];
const OPERATORS: [(&str, &str); 24] = [
    ("StringEquals", "k:s"),
    ("StringNotEquals", "k:s"),
    ("StringEqualsIgnoreCase", "k:s"),
    ("StringLike", "k:s"),
    ("StringNotLike", "k:s"),
    ("StringLikeIfExists", "k:s"),
    ("StringNotEqualsIfExists", "k:s"),
    ("Null", "k:s"),
    ("NumericEquals", "k:n"),
    ("NumericNotEquals", "k:n"),
    ("NumericLessThan", "k:n"),
    ("NumericGreaterThanEqualsIfExists", "k:n"),
    ("IpAddress", "aws:SourceIp"),
    ("NotIpAddress", "aws:SourceIp"),
    ("Bool", "aws:SecureTransport"),
    ("ForAllValues:StringLike", "k:m"),
    ("ForAnyValue:StringEquals", "k:m"),
    ("ForAllValues:StringNotEquals", "k:m"),
    ("ForAnyValue:StringNotLike", "k:m"),
    ("ArnLike", "aws:SourceArn"),
    ("ArnNotEquals", "aws:SourceArn"),
    ("DateLessThan", "aws:CurrentTime"),
    ("DateGreaterThanEquals", "aws:CurrentTime"),
    ("StringLike", "aws:PrincipalArn"),
];

fn values(key: &str) -> &'static [&'static str] {
    match key {
        "k:s" | "k:m" => &["a", "a*", "*b", "B", "?"],
        "k:n" => &["1", "2", "3"],
        "aws:SourceIp" => &["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"],
        "aws:SecureTransport" => &["true", "false"],
        "aws:SourceArn" => &["arn:aws:sns:*:*:t", "arn:aws:sns:*:1:*", "arn:aws:sns:us-east-1:1:t"],
        "aws:CurrentTime" => &["2020-01-01", "2021-01-01"],
        _ => &["*ann", "arn:aws:iam::111111111111:*", "*:role/*"],
    }
}

fn held(key: &str) -> Vec<Option<Vec<&'static str>>> {
    let some = |values: &[&'static str]| values.iter().map(|value| Some(vec![*value])).collect::<Vec<_>>();
    let mut all = vec![None];
    all.extend(match key {
        "k:s" => some(&["a", "ab", "b", "B", "c", ""]),
        "k:m" => {
            let mut all = some(&["a", "b", "B", "cc"]);
            all.extend([Some(vec!["a", "b"]), Some(vec!["a", "cc"]), Some(vec!["a", "B", "cc"])]);
            all
        }
        "k:n" => some(&["0", "1", "2", "2.5", "3", "4"]),
        "aws:SourceIp" => some(&["10.1.2.3", "10.2.2.3", "203.0.113.9", "2001:db8::1", "::1"]),
        "aws:SecureTransport" => some(&["true", "false"]),
        "aws:SourceArn" => {
            some(&["arn:aws:sns:us-east-1:1:t", "arn:aws:sns:us-east-1:2:t", "arn:aws:sns:x:1:u", "arn:a:b:::c"])
        }
        _ => some(&["2019-12-31T00:00:00Z", "2020-01-01", "2020-06-01", "2022-01-01"]),
    });
    all
}

impl World {
    fn new(stand: Stand) -> Self {
        let mut principals: Vec<Who> = vec![
            Principal::user("arn:aws:iam::111111111111:user/ann", "AIDAANN").into(),
            Principal::user("arn:aws:iam::222222222222:user/bob", "AIDABOB").into(),
            Principal::role_session(
                "arn:aws:sts::111111111111:assumed-role/r/s",
                "arn:aws:iam::111111111111:role/r",
                "AROAR:s",
            )
            .into(),
        ];
        if stand == Stand::Resource {
            principals.extend([
                Principal::root("arn:aws:iam::111111111111:root").into(),
                Principal::service("sns.amazonaws.com").into(),
                Principal::provider("accounts.google.com").into(),
                Principal::anonymous().into(),
            ]);
        }
        World { stand, principals, keys: Vec::new() }
    }

    fn statement(&self, rng: &mut Rng) -> Value {
        let mut statement = Map::new();
        statement.insert("Effect".into(), if rng.one_in(3) { "Deny" } else { "Allow" }.into());
        let list = |rng: &mut Rng, of: &[&str]| -> Value {
            let count = 1 + rng.below(2);
            (0..count).map(|_| Value::from(rng.pick(of))).collect()
        };
        let name = if rng.one_in(5) { "NotAction" } else { "Action" };
        statement.insert(name.into(), list(rng, &ACTION_PATTERNS));
        let name = if rng.one_in(5) { "NotResource" } else { "Resource" };
        statement.insert(name.into(), list(rng, &RESOURCE_PATTERNS));
        if self.stand == Stand::Resource {
            let (kind, value) = rng.pick(&NAMES);
            let name = if rng.one_in(6) { "NotPrincipal" } else { "Principal" };
            statement.insert(name.into(), json!({ kind: value }));
        }
        let mut conditions: Map<String, Value> = Map::new();
        for _ in 0..rng.below(3) {
            let (operator, key) = rng.pick(&OPERATORS);
            let value = if operator == "Null" { json!(rng.pick(&["true", "false"])) } else { list(rng, values(key)) };
            conditions.insert(operator.into(), json!({ key: value }));
        }
        if !conditions.is_empty() {
            statement.insert("Condition".into(), conditions.into());
        }
        statement.into()
    }

    fn policy(&self, rng: &mut Rng) -> Value {
        let count = 1 + rng.below(3);
        let statements: Vec<Value> = (0..count).map(|_| self.statement(rng)).collect();
        json!({ "Version": "2012-10-17", "Statement": statements })
    }

    /// The keys that these policies ask for, with what they may hold.
    fn look_at(&mut self, policies: [&Value; 2]) {
        let text = format!("{}{}", policies[0], policies[1]);
        let all = ["k:s", "k:m", "k:n", "aws:SourceIp", "aws:SecureTransport", "aws:SourceArn", "aws:CurrentTime"];
        self.keys =
            all.into_iter().filter(|key| text.contains(&format!("{key}\""))).map(|key| (key, held(key))).collect();
    }

    fn contexts(&self) -> Vec<Vec<(&'static str, Vec<&'static str>)>> {
        let mut all = vec![Vec::new()];
        for (key, held) in &self.keys {
            let mut next = Vec::new();
            for (context, held) in all.iter().flat_map(|context| held.iter().map(move |held| (context, held))) {
                let mut context: Vec<_> = Clone::clone(context);
                context.extend(held.clone().map(|values| (*key, values)));
                next.push(context);
            }
            all = next;
        }
        all
    }

    /// Whether some request is allowed by the first and (not) by the second.
    fn find(&self, first: &Document, second: &Document, both: bool) -> Option<String> {
        let contexts = self.contexts();
        for who in &self.principals {
            for (action, resource) in ACTIONS.iter().flat_map(|a| RESOURCES.iter().map(move |r| (a, r))) {
                for context in &contexts {
                    let ask = |document| allows(document, self.stand, who, (action, resource), context);
                    if ask(first) && ask(second) == both {
                        return Some(format!("{} {action} {resource} {context:?}", who.arn));
                    }
                }
            }
        }
        None
    }
}

fn allows(
    document: &Document,
    stand: Stand,
    who: &Who,
    (action, resource): (&str, &str),
    pairs: &[(&str, Vec<&str>)],
) -> bool {
    let principal = who.as_principal();
    let mut context = Context::new();
    principal.add_keys(&mut context);
    pairs.iter().for_each(|(key, values)| values.iter().for_each(|value| context.add(*key, *value)));
    let everything = all();
    let everything = [Source { name: "all", document: &everything }];
    let own = [Source { name: "own", document }];
    let mut policies = Policies { identity: &own, ..Policies::default() };
    let mut resource_account = principal.account;
    if stand == Stand::Resource {
        policies.identity = &everything;
        policies.resource = ResourcePolicy { policy: Some(own[0]), ..ResourcePolicy::default() };
        resource_account = "999999999999";
    }
    evaluate(&Request { action, resource, resource_account, principal: &principal, context: &context }, &policies)
        .allowed
}

fn witnessed(witness: &Witness, stand: Stand, first: &Document, second: &Document, both: bool) {
    let pairs: Vec<(&str, Vec<&str>)> =
        witness.context.iter().map(|(key, v)| (key.as_str(), v.iter().map(String::as_str).collect())).collect();
    let ask = |document| allows(document, stand, &witness.principal, (&witness.action, &witness.resource), &pairs);
    assert!(ask(first), "{witness:?}");
    assert_eq!(ask(second), both, "{witness:?}");
}

#[test]
fn what_is_found_is_true_and_what_is_not_is_nowhere() {
    let forms = |_: &str| RESOURCES.iter().map(|resource| (*resource).to_owned()).collect::<Vec<_>>();
    let mut rng = Rng(41);
    let mut counts = [0; 2];
    for round in 0..300 {
        let mut world = World::new(if round % 2 == 0 { Stand::Identity } else { Stand::Resource });
        let (first, second) = (world.policy(&mut rng), world.policy(&mut rng));
        world.look_at([&first, &second]);
        if world.contexts().len() > 80 {
            continue;
        }
        let (a, b) = (document(&first.to_string()), document(&second.to_string()));
        let principals = world.principals.clone();
        let options = Options {
            actions: &ACTIONS,
            closed: true,
            resources: Some(&forms),
            principals: Some(&principals),
            ..Options::new(world.stand)
        };
        for both in [false, true] {
            let answer = if both { overlap(&[&a], &[&b], &options) } else { difference(&[&a], &[&b], &options) };
            let found = world.find(&a, &b, both);
            match (&answer, found) {
                (Answer::Something(witness), _) => {
                    counts[0] += 1;
                    witnessed(witness, world.stand, &a, &b, both);
                }
                (Answer::Nothing, None) => counts[1] += 1,
                (answer, found) => panic!("{round} {both}: {answer:?} though {found:?}\n{first}\n{second}"),
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 60), "{counts:?}");
}

#[test]
fn anybody_and_anything_are_gone_through_as_well() {
    let mut rng = Rng(42);
    for round in 0..250 {
        let mut world = World::new(if round % 2 == 0 { Stand::Identity } else { Stand::Resource });
        let (first, second) = (world.policy(&mut rng), world.policy(&mut rng));
        world.look_at([&first, &second]);
        if world.contexts().len() > 80 {
            continue;
        }
        let (a, b) = (document(&first.to_string()), document(&second.to_string()));
        let options = Options::new(world.stand);
        match difference(&[&a], &[&b], &options) {
            Answer::Something(witness) => witnessed(&witness, world.stand, &a, &b, false),
            Answer::Nothing => assert_eq!(world.find(&a, &b, false), None, "{round}\n{first}\n{second}"),
            Answer::Undecided(doubts) => panic!("{round}: {doubts:?}\n{first}\n{second}"),
        }
        assert_eq!(difference(&[&a], &[&a], &options), Answer::Nothing, "{round}\n{first}");
        for witness in differences(&[&a], &[&b], &options, 20).found {
            witnessed(&witness, world.stand, &a, &b, false);
        }
    }
}

/// One statement each, without the braces.
fn check(stand: Stand, new: &str, old: &str, expect: &str) {
    let whole = |body: &str| document(&format!(r#"{{"Version":"2012-10-17","Statement":[{body}]}}"#));
    let (new_document, old_document) = (whole(new), whole(old));
    let said = match difference(&[&new_document], &[&old_document], &Options::new(stand)) {
        Answer::Nothing => "nothing".to_owned(),
        Answer::Undecided(doubts) => doubts.iter().map(Doubt::to_string).collect(),
        Answer::Something(w) => {
            witnessed(&w, stand, &new_document, &old_document, false);
            format!("{} {} {} {:?}", w.principal.arn, w.action, w.resource, w.context)
        }
    };
    assert!(said.contains(expect), "{new}\n{old}\n{said}, not {expect}");
}

#[test]
fn variables_are_followed() {
    let allow = |resource: &str| {
        format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/{resource}"}}"#)
    };
    let stand = Stand::Identity;
    check(stand, &allow("${aws:username}/*"), &allow("${aws:username}/*"), "nothing");
    check(stand, &allow("${aws:username}/x"), &allow("${aws:username}/*"), "nothing");
    check(stand, &allow("${aws:username}/*"), &allow("${aws:username}/x"), "arn:aws:s3:::b/");
    check(stand, &allow("${aws:username}/x"), &allow("${aws:username}/?*"), "depends on");
    check(stand, &allow("${aws:username}/*"), &allow("*"), "nothing");
    check(stand, &allow("*"), &allow("${aws:username}/*"), "arn:aws:s3:::b/");
    check(stand, &allow("${aws:PrincipalTag/team}/*"), &allow("red/*"), "aws:principaltag/team");
    check(stand, &allow("ann/*"), &allow("${aws:PrincipalTag/team}/*"), "arn:aws:s3:::b/ann/");
    let tagged = |value: &str| {
        format!(
            r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{{"StringEquals":{{"aws:ResourceTag/team":"{value}"}}}}}}"#
        )
    };
    check(stand, &tagged("${aws:PrincipalTag/team}"), &tagged("${aws:PrincipalTag/team}"), "nothing");
    check(stand, &tagged("${aws:PrincipalTag/team}"), &tagged("red"), "example");
}

#[test]
fn principals_and_their_keys_agree() {
    let allow = |rest: &str| format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*",{rest}}}"#);
    let stand = Stand::Resource;
    let everyone = allow(r#""Principal":"*""#);
    let account = allow(r#""Principal":{"AWS":"111122223333"}"#);
    let by_key = allow(r#""Principal":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#);
    let role = allow(r#""Principal":{"AWS":"arn:aws:iam::111122223333:role/r"}"#);
    let organization = allow(r#""Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#);
    check(stand, &account, &by_key, "nothing");
    check(stand, &by_key, &account, "nothing");
    check(stand, &role, &account, "nothing");
    check(stand, &account, &role, "arn:aws:iam::111122223333:");
    check(stand, &organization, &everyone, "nothing");
    check(stand, &everyone, &organization, "s3:GetObject");
    check(stand, &organization, &account, "o-1");
}

#[test]
fn hostile_policies_end_undecided() {
    let many: Vec<String> = (0..60).map(|n| format!(r#""arn:aws:s3:::*{n}*a*{n}*""#)).collect();
    let statement = format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":[{}]}}"#, many.join(","));
    check(Stand::Identity, &statement, &statement.replace("*a*", "*b*"), "");
    let narrow = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b"}"#;
    check(Stand::Identity, &statement, &statement, "too many");
    check(Stand::Identity, narrow, narrow, "nothing");
}
