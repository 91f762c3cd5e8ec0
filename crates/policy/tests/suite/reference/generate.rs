//! Random worlds and questions, from a vocabulary small enough that things meet.

use serde_json::{Map, Value, json};

use super::rng::Rng;

/// The policies around a resource, as JSON.
#[derive(Clone, Default)]
pub struct World {
    pub identity: Vec<Value>,
    pub boundary: Option<Value>,
    pub session: Vec<Value>,
    pub resource: Option<Value>,
    /// `optional`, `trust` or `key`.
    pub mode: &'static str,
    pub scp: Vec<Vec<Value>>,
    pub rcp: Vec<Vec<Value>>,
    pub endpoint: Option<Value>,
    /// Grantee and action.
    pub grants: Vec<(&'static str, &'static str)>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let one = |v: &Option<Value>| v.iter().cloned().collect::<Vec<_>>();
        let (b, r, e) = (one(&self.boundary), one(&self.resource), one(&self.endpoint));
        let kinds = [
            ("identity", &self.identity),
            ("boundary", &b),
            ("session", &self.session),
            ("resource", &r),
            ("endpoint", &e),
        ];
        for (kind, documents) in kinds {
            documents.iter().try_for_each(|document| writeln!(f, "{kind}: {document}"))?;
        }
        for (kind, levels) in [("scp", &self.scp), ("rcp", &self.rcp)] {
            for (index, level) in levels.iter().enumerate() {
                level.iter().try_for_each(|document| writeln!(f, "{kind} {index}: {document}"))?;
            }
        }
        writeln!(f, "mode {}, grants {:?}", self.mode, self.grants)
    }
}

/// One question.
#[derive(Debug, Clone)]
pub struct Ask {
    pub action: &'static str,
    pub resource: &'static str,
    pub resource_account: &'static str,
    pub kind: &'static str,
    pub arn: &'static str,
    pub account: &'static str,
    pub issuer: &'static str,
    pub id: &'static str,
    pub context: Vec<(&'static str, Vec<String>)>,
}

const ACTIONS: [&str; 5] = ["sqs:SendMessage", "sqs:ReceiveMessage", "s3:GetObject", "kms:Decrypt", "sts:AssumeRole"];
const ACTION_PATTERNS: [&str; 14] = [
    "*",
    "*",
    "*",
    "sqs:*",
    "SQS:send*",
    "s3:Get?bject",
    "s3:GetObject",
    "kms:Decrypt",
    "sts:AssumeRole",
    "*:*Message",
    "s?s:*",
    "sqs:*Mess*",
    "KMS:*",
    "sqs:SendMessage",
];
const RESOURCES: [&str; 6] = [
    "arn:aws:sqs:us-east-1:111111111111:q1",
    "arn:aws:sqs:us-east-1:222222222222:q2",
    "arn:aws:s3:::b/home/ann/x",
    "arn:aws:s3:::b/home/*/y",
    "*",
    "arn:aws:iam::111111111111:role/r1",
];
const RESOURCE_PATTERNS: [&str; 16] = [
    "*",
    "*",
    "*",
    "*",
    "arn:aws:sqs:us-east-1:111111111111:q1",
    "arn:aws:sqs:*:*:q?",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/home/${aws:username}/*",
    "arn:aws:s3:::b/home/${aws:PrincipalTag/team, 'ann'}/x",
    "arn:aws:s3:::b/home/${*}/y",
    "arn:*",
    "arn:aws:sqs:*",
    "arn:aws:iam::111111111111:role/r?",
    "arn:aws:s3:::b/home/${aws:TagKeys}/x",
    "arn:aws:s3:::${s3:prefix}/*",
    "arn:aws:s3:::b/*/${aws:userid,'x'}",
];
/// kind, arn, account, issuer, id
const PRINCIPALS: [[&str; 5]; 10] = [
    ["root", "arn:aws:iam::111111111111:root", "111111111111", "", "111111111111"],
    ["user", "arn:aws:iam::111111111111:user/ann", "111111111111", "", "AIDAANN"],
    ["user", "arn:aws:iam::222222222222:user/bob", "222222222222", "", "AIDABOB"],
    [
        "session",
        "arn:aws:sts::111111111111:assumed-role/r1/s",
        "111111111111",
        "arn:aws:iam::111111111111:role/r1",
        "AROAR1:s",
    ],
    [
        "session",
        "arn:aws:sts::222222222222:assumed-role/r2/s",
        "222222222222",
        "arn:aws:iam::222222222222:role/r2",
        "AROAR2:s",
    ],
    [
        "session",
        "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/s",
        "111111111111",
        "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
        "AROASLR:s",
    ],
    [
        "federated",
        "arn:aws:sts::111111111111:federated-user/ann",
        "111111111111",
        "arn:aws:iam::111111111111:user/ann",
        "111111111111:ann",
    ],
    ["provider", "accounts.google.com", "", "", ""],
    ["service", "sns.amazonaws.com", "", "", ""],
    ["anonymous", "", "", "", ""],
];
const NAMES: [(&str, &str); 20] = [
    ("AWS", "*"),
    ("AWS", "111111111111"),
    ("AWS", "arn:aws:iam::222222222222:root"),
    ("AWS", "arn:aws:iam::111111111111:root"),
    ("AWS", "arn:aws:iam::111111111111:user/ann"),
    ("AWS", "arn:aws:iam::222222222222:user/bob"),
    ("AWS", "arn:aws:iam::111111111111:role/r1"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/r1/s"),
    ("AWS", "arn:aws:iam::222222222222:role/r2"),
    ("AWS", "AROAR1"),
    ("AWS", "AIDAANN"),
    ("AWS", "AROAR2:s"),
    ("AWS", "arn:aws:sts::111111111111:federated-user/ann"),
    ("Service", "sns.amazonaws.com"),
    ("Service", "events.amazonaws.com"),
    ("Federated", "accounts.google.com"),
    ("Federated", "*"),
    ("AWS", "arn:aws-cn:iam::111111111111:root"),
    ("AWS", "arn:aws:sts::222222222222:assumed-role/r2/s"),
    ("AWS", "arn:aws:iam::111111111111:user/Ann"),
];
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];
const KEYS: [&str; 9] = [
    "aws:username",
    "aws:PrincipalTag/team",
    "aws:TagKeys",
    "s3:prefix",
    "s3:max-keys",
    "aws:CurrentTime",
    "aws:SecureTransport",
    "aws:SourceIp",
    "aws:SourceArn",
];
const TEXTS: [&str; 14] = [
    "ann",
    "Ann",
    "a*",
    "?nn",
    "*",
    "",
    "${aws:username}",
    "${aws:PrincipalTag/team, 'ann'}",
    "home/",
    "home/${aws:username}*",
    "${*}",
    "é?",
    "QUJD",
    "QUJDRA==",
];
const NUMBERS: [&str; 7] = ["10", "9", "10.0", "-1", "1e1", "ann", "11"];
const DATES: [&str; 9] = [
    "2024-02-29T12:00:00Z",
    "2024-02-29",
    "1709208000",
    "2024-02-29T13:00:00+01:00",
    "2023-02-29",
    "2025",
    "2025-01-01T00:00:00.5Z",
    "2024-02",
    "ann",
];
const ADDRESSES: [&str; 8] =
    ["10.0.0.1", "10.0.0.0/8", "10.0.1.1", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32", "::/0", "10.0.0.0/33"];
const ARNS: [&str; 8] = [
    "arn:aws:sns:us-east-1:111111111111:t1",
    "arn:aws:sns:*:111111111111:*",
    "arn:aws:sns:us-east-1:*:t?",
    "*",
    "arn:*",
    "arn:aws:iam::111111111111:user/${aws:username}",
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:sns:us-east-1:1:a:b",
];
const BOOLS: [&str; 5] = ["true", "false", "True", "ann", "${aws:SecureTransport}"];

/// Half of the values fit the operator; the rest are of any kind.
fn values(rng: &mut Rng, operator: &str) -> &'static str {
    let of = |operator: &str| -> &'static [&'static str] {
        match operator.split_at(operator.len().min(3)).0 {
            "Num" => &NUMBERS,
            "Dat" => &DATES,
            "Boo" | "Nul" => &BOOLS,
            "IpA" | "Not" => &ADDRESSES,
            "Arn" => &ARNS,
            _ => &TEXTS,
        }
    };
    let operator = if rng.one_in(3) { rng.pick(&OPERATORS) } else { operator };
    rng.pick(of(operator))
}

fn condition(rng: &mut Rng) -> Value {
    let mut operators = Map::new();
    for _ in 0..1 + rng.below(2) {
        let base = rng.pick(&OPERATORS);
        let set = rng.pick(&["", "", "", "ForAllValues:", "ForAnyValue:"]);
        let suffix = if base != "Null" && rng.one_in(4) { "IfExists" } else { "" };
        let mut name = format!("{set}{base}{suffix}");
        if rng.one_in(10) {
            name = name.to_lowercase();
        }
        let mut list: Vec<Value> = (0..1 + rng.below(2)).map(|_| json!(values(rng, base))).collect();
        let value = if list.len() == 1 { list.remove(0) } else { Value::Array(list) };
        let key = rng.pick(&KEYS);
        let key = if rng.one_in(10) { key.to_uppercase() } else { key.to_owned() };
        operators.insert(name, json!({ key: value }));
    }
    Value::Object(operators)
}

fn list(rng: &mut Rng, from: &[&str]) -> Value {
    match rng.below(3) {
        0 => json!([rng.pick(from), rng.pick(from)]),
        _ => json!(rng.pick(from)),
    }
}

fn principal(rng: &mut Rng) -> Value {
    if rng.one_in(3) {
        return json!("*");
    }
    let mut map = Map::new();
    for _ in 0..1 + rng.below(3) {
        let (kind, name) = rng.pick(&NAMES);
        let names = map.entry(kind).or_insert_with(|| json!([]));
        names.as_array_mut().expect("a list").push(json!(name));
    }
    Value::Object(map)
}

pub fn statement(rng: &mut Rng, named: bool, effect: &str) -> Value {
    let mut s = Map::new();
    s.insert("Effect".into(), json!(effect));
    let action = if rng.one_in(8) { "NotAction" } else { "Action" };
    s.insert(action.into(), list(rng, &ACTION_PATTERNS));
    let resource = if rng.one_in(6) { "NotResource" } else { "Resource" };
    s.insert(resource.into(), list(rng, &RESOURCE_PATTERNS));
    if named {
        let element = if rng.one_in(6) { "NotPrincipal" } else { "Principal" };
        s.insert(element.into(), principal(rng));
    }
    if rng.one_in(3) {
        s.insert("Condition".into(), condition(rng));
    }
    Value::Object(s)
}

pub fn document(rng: &mut Rng, named: bool) -> Value {
    let statements: Vec<Value> = (0..1 + rng.below(3))
        .map(|_| {
            let effect = if rng.one_in(16) { "Deny" } else { "Allow" };
            statement(rng, named, effect)
        })
        .collect();
    let version = if rng.one_in(6) { "2008-10-17" } else { "2012-10-17" };
    json!({"Version": version, "Statement": statements})
}

fn some(rng: &mut Rng, one_in: usize, named: bool) -> Option<Value> {
    rng.one_in(one_in).then(|| document(rng, named))
}

fn levels(rng: &mut Rng) -> Vec<Vec<Value>> {
    let full = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    (0..1 + rng.below(2))
        .map(|_| if rng.one_in(3) { vec![document(rng, false)] } else { vec![full.clone(), document(rng, false)] })
        .collect()
}

pub fn world(rng: &mut Rng) -> World {
    World {
        identity: (0..rng.below(4)).map(|_| document(rng, false)).collect(),
        boundary: some(rng, 6, false),
        session: some(rng, 6, false).into_iter().collect(),
        resource: some(rng, 2, true).or_else(|| some(rng, 2, true)),
        mode: rng.pick(&["optional", "optional", "optional", "trust", "key"]),
        scp: if rng.one_in(5) { levels(rng) } else { vec![] },
        rcp: if rng.one_in(6) { levels(rng) } else { vec![] },
        endpoint: some(rng, 7, true),
        grants: if rng.one_in(6) { vec![(rng.pick(&NAMES).1, rng.pick(&ACTIONS))] } else { vec![] },
    }
}

pub fn ask(rng: &mut Rng) -> Ask {
    let [kind, arn, account, issuer, id] = rng.pick(&PRINCIPALS);
    let mut context: Vec<(&'static str, Vec<String>)> = vec![];
    for key in KEYS {
        let base = match key {
            "s3:max-keys" => "NumericEquals",
            "aws:CurrentTime" => "DateEquals",
            "aws:SecureTransport" => "Bool",
            "aws:SourceIp" => "IpAddress",
            "aws:SourceArn" => "ArnEquals",
            _ => "StringEquals",
        };
        let count = [0, 1, 1, 1, 1, 2][rng.below(6)];
        let values: Vec<String> = (0..count).map(|_| values(rng, base).to_owned()).collect();
        if !values.is_empty() {
            context.push((key, values));
        }
    }
    Ask {
        action: rng.pick(&ACTIONS),
        resource: rng.pick(&RESOURCES),
        resource_account: if rng.one_in(4) { "222222222222" } else { "111111111111" },
        kind,
        arn,
        account,
        issuer,
        id,
        context,
    }
}
