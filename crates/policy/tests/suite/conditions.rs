//! Every operator, and its `IfExists`, `ForAllValues` and `ForAnyValue` forms on missing, empty and multi-valued keys.

use serde_json::{Value, json};

use crate::corpus;
use crate::reference::world::{Compiled, words};
use crate::reference::{Ask, World, decide};

/// A question by a user who is allowed everything that `condition` lets through.
pub fn check(page: &str, condition: Value, context: &Value, expect: bool) {
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    let world = World {
        identity: vec![json!({"Version": "2012-10-17", "Statement": statement})],
        mode: "optional",
        ..World::default()
    };
    let context = context.as_object().expect("an object").iter().map(|(key, value)| {
        let values = match value {
            Value::Array(list) => list.iter().map(|v| v.as_str().expect("text").to_owned()).collect(),
            one => vec![one.as_str().expect("text").to_owned()],
        };
        let key: &'static str = key.clone().leak();
        (key, values)
    });
    let ask = Ask {
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        resource_account: "111111111111",
        kind: "user",
        arn: "arn:aws:iam::111111111111:user/ann",
        account: "111111111111",
        issuer: "",
        id: "AIDAANN",
        context: context.collect(),
    };
    corpus::case(page, format!("{statement} {:?} {expect}", ask.context));
    let engine = Compiled::new(&world).evaluate(&ask);
    assert_eq!(engine.allowed, expect, "{page}\n{statement} on {:?}", ask.context);
    assert_eq!(words(&engine), decide(&world, &ask), "the reference, on {statement} and {:?}", ask.context);
}

fn table(page: &str, operator: &str, key: &str, rows: &[(Value, Value, bool)]) {
    for (wanted, had, expect) in rows {
        let context = if had.is_null() { json!({}) } else { json!({ key: had }) };
        check(page, json!({ operator: { key: wanted } }), &context, *expect);
    }
}

const OPERATORS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html";

#[test]
pub fn strings() {
    let table = |operator, rows: &[(Value, Value, bool)]| table(OPERATORS, operator, "aws:PrincipalTag/job", rows);
    table(
        "StringEquals",
        &[
            (json!("admin"), json!("admin"), true),
            (json!("admin"), json!("Admin"), false),
            (json!("adm*"), json!("admin"), false),
            (json!("adm*"), json!("adm*"), true),
            (json!(["a", "admin"]), json!("admin"), true),
            (json!(["a", "b"]), json!("admin"), false),
            (json!(""), json!(""), true),
            (json!("admin"), json!(null), false),
        ],
    );
    table(
        "StringNotEquals",
        &[
            (json!("admin"), json!("admin"), false),
            (json!("admin"), json!("Admin"), true),
            // Several values under a negated operator are a NOR.
            (json!(["a", "admin"]), json!("admin"), false),
            (json!(["a", "b"]), json!("admin"), true),
            (json!("admin"), json!(null), true),
        ],
    );
    table(
        "StringEqualsIgnoreCase",
        &[
            (json!("admin"), json!("ADMIN"), true),
            (json!("Élan"), json!("éLAN"), true),
            (json!("admin"), json!("root"), false),
            (json!("admin"), json!(null), false),
        ],
    );
    table(
        "StringNotEqualsIgnoreCase",
        &[
            (json!("admin"), json!("ADMIN"), false),
            (json!("admin"), json!("root"), true),
            (json!("admin"), json!(null), true),
        ],
    );
    table(
        "StringLike",
        &[
            (json!("adm*"), json!("admin"), true),
            (json!("adm?n"), json!("admin"), true),
            (json!("ADM*"), json!("admin"), false),
            (json!("*"), json!(""), true),
            (json!(["", "home/", "home/x/"]), json!("home/"), true),
            (json!(["", "home/", "home/x/"]), json!("home"), false),
            (json!("*"), json!(null), false),
        ],
    );
    table(
        "StringNotLike",
        &[
            (json!("adm*"), json!("admin"), false),
            (json!("adm*"), json!("root"), true),
            (json!("adm*"), json!(null), true),
        ],
    );
}

#[test]
pub fn numbers() {
    let table = |operator, rows: &[(Value, Value, bool)]| table(OPERATORS, operator, "s3:max-keys", rows);
    table(
        "NumericEquals",
        &[
            (json!("10"), json!("10"), true),
            (json!("10"), json!("10.0"), true),
            (json!(10), json!("10"), true),
            (json!("10"), json!("ten"), false),
            (json!("ten"), json!("ten"), false),
            (json!("10"), json!(null), false),
        ],
    );
    table(
        "NumericNotEquals",
        &[(json!("10"), json!("10"), false), (json!("10"), json!("11"), true), (json!("10"), json!(null), true)],
    );
    table("NumericLessThan", &[(json!("10"), json!("9"), true), (json!("10"), json!("10"), false)]);
    table(
        "NumericLessThanEquals",
        &[(json!("10"), json!("10"), true), (json!("10"), json!("11"), false), (json!(["1", "10"]), json!("5"), true)],
    );
    table("NumericGreaterThan", &[(json!("10"), json!("11"), true), (json!("10"), json!("10"), false)]);
    table(
        "NumericGreaterThanEquals",
        &[
            (json!("10"), json!("10"), true),
            (json!("10"), json!("9.99"), false),
            (json!("-5"), json!("-4"), true),
            (json!("10"), json!(null), false),
        ],
    );
}

#[test]
pub fn dates() {
    let table = |operator, rows: &[(Value, Value, bool)]| table(OPERATORS, operator, "aws:CurrentTime", rows);
    let noon = "2020-01-01T12:00:00Z";
    table(
        "DateEquals",
        &[
            (json!(noon), json!(noon), true),
            (json!(noon), json!("1577880000"), true),
            (json!(noon), json!("2020-01-01T13:00:00+01:00"), true),
            (json!("2020-01-01"), json!("2020-01-01T00:00:00Z"), true),
            (json!("2020"), json!("2020"), true),
            (json!(noon), json!("noon"), false),
            (json!(noon), json!(null), false),
        ],
    );
    table("DateNotEquals", &[(json!(noon), json!(noon), false), (json!(noon), json!(null), true)]);
    table("DateLessThan", &[(json!(noon), json!("2020-01-01T11:59:59Z"), true), (json!(noon), json!(noon), false)]);
    table("DateLessThanEquals", &[(json!(noon), json!(noon), true), (json!(noon), json!("2021-01-01"), false)]);
    table(
        "DateGreaterThan",
        &[
            (json!("2020-01-01T00:00:01Z"), json!(noon), true),
            (json!("2020-01-01T00:00:01Z"), json!("2020-01-01T00:00:01Z"), false),
            (json!("2020-01-01T00:00:01Z"), json!(null), false),
        ],
    );
    table(
        "DateGreaterThanEquals",
        &[
            (json!("2020-01-01T00:00:01Z"), json!("2020-01-01T00:00:01Z"), true),
            (json!("2020-02-30"), json!("2020-03-01"), false),
        ],
    );
}

#[test]
pub fn booleans_bytes_and_null() {
    let table = |operator, rows: &[(Value, Value, bool)]| table(OPERATORS, operator, "aws:SecureTransport", rows);
    table(
        "Bool",
        &[
            (json!("true"), json!("true"), true),
            (json!(true), json!("true"), true),
            (json!("True"), json!("true"), true),
            (json!("false"), json!("true"), false),
            (json!("yes"), json!("yes"), false),
            (json!(["true", "false"]), json!("false"), true),
            (json!("false"), json!(null), false),
        ],
    );
    table(
        "BinaryEquals",
        &[
            (json!("QmluYXJ5"), json!("QmluYXJ5"), true),
            (json!("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), json!("QmluYXJ5VmFsdWVJbkJhc2U2NA"), true),
            (json!("QmluYXJ5"), json!("qmluyxj5"), false),
            (json!("QmluYXJ5"), json!(null), false),
        ],
    );
    table(
        "Null",
        &[
            (json!("true"), json!(null), true),
            (json!("false"), json!(null), false),
            (json!("true"), json!("x"), false),
            (json!("false"), json!("x"), true),
            (json!(true), json!(null), true),
            (json!(["true", "false"]), json!("x"), true),
            // "the key exists and its value is not null": an empty string is a null data set.
            (json!("false"), json!(""), false),
        ],
    );
}

#[test]
pub fn addresses() {
    let table = |operator, rows: &[(Value, Value, bool)]| table(OPERATORS, operator, "aws:SourceIp", rows);
    let both = json!(["203.0.113.0/24", "2001:DB8:1234:5678::/64"]);
    table(
        "IpAddress",
        &[
            (json!("203.0.113.0/24"), json!("203.0.113.255"), true),
            (json!("203.0.113.0/24"), json!("203.0.114.0"), false),
            (json!("203.0.113.7"), json!("203.0.113.7"), true),
            (json!("203.0.113.7"), json!("203.0.113.8"), false),
            (both.clone(), json!("203.0.113.9"), true),
            (both.clone(), json!("2001:db8:1234:5678::1"), true),
            (both.clone(), json!("2001:db8:1234:5679::1"), false),
            (json!("0.0.0.0/0"), json!("::1"), false),
            (json!("203.0.113.0/24"), json!("host"), false),
            (json!("203.0.113.0/24"), json!(null), false),
        ],
    );
    table(
        "NotIpAddress",
        &[
            (both.clone(), json!("203.0.113.9"), false),
            (both, json!("198.51.100.1"), true),
            (json!("203.0.113.0/24"), json!(null), true),
        ],
    );
}

#[test]
pub fn arns() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN";
    let long = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt";
    let pattern = "arn:aws:someservice:*:111122223333:finance/*";
    let topic = "arn:aws:sns:us-east-1:123456789012:t";
    for operator in ["ArnEquals", "ArnLike"] {
        table(
            page,
            operator,
            "aws:SourceArn",
            &[
                (json!(topic), json!(topic), true),
                (json!("arn:aws:sns:*:123456789012:*"), json!(topic), true),
                (json!("arn:aws:sns:us-east-?:*:t"), json!(topic), true),
                (json!("arn:aws:SNS:us-east-1:123456789012:t"), json!(topic), false),
                (json!(pattern), json!(long), false),
                (json!("arn:aws:sns:*"), json!(topic), false),
                (json!(topic), json!("not an arn"), false),
                (json!(topic), json!(null), false),
            ],
        );
    }
    for operator in ["ArnNotEquals", "ArnNotLike"] {
        table(
            page,
            operator,
            "aws:SourceArn",
            &[
                (json!("arn:aws:sns:*:123456789012:*"), json!(topic), false),
                (json!(pattern), json!(long), true),
                (json!(topic), json!(null), true),
            ],
        );
    }
    // A string operator crosses the colons that an ARN operator respects.
    table(page, "StringLike", "aws:SourceArn", &[(json!(pattern), json!(long), true)]);
}

#[test]
pub fn if_exists() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists";
    let positive = [
        ("StringEqualsIfExists", "a", "b"),
        ("StringEqualsIgnoreCaseIfExists", "a", "b"),
        ("StringLikeIfExists", "t1.*", "m3.x"),
        ("NumericEqualsIfExists", "1", "2"),
        ("NumericLessThanIfExists", "1", "2"),
        ("NumericGreaterThanEqualsIfExists", "3", "2"),
        ("DateLessThanIfExists", "2020-01-01", "2021-01-01"),
        ("DateGreaterThanEqualsIfExists", "2022-01-01", "2021-01-01"),
        ("BoolIfExists", "true", "false"),
        ("BinaryEqualsIfExists", "QQ==", "Qg=="),
        ("IpAddressIfExists", "10.0.0.0/8", "11.0.0.1"),
        ("ArnLikeIfExists", "arn:aws:sns:*:*:*", "arn:aws:sqs:a:b:c"),
    ];
    for (operator, wanted, other) in positive {
        table(page, operator, "k:k", &[(json!(wanted), json!(null), true), (json!(wanted), json!(other), false)]);
    }
    let negated = [
        ("StringNotEqualsIfExists", "a"),
        ("StringNotLikeIfExists", "a"),
        ("NumericNotEqualsIfExists", "1"),
        ("NotIpAddressIfExists", "10.0.0.1"),
        ("ArnNotEqualsIfExists", "arn:aws:sns:a:b:c"),
    ];
    for (operator, wanted) in negated {
        table(page, operator, "k:k", &[(json!(wanted), json!(null), true), (json!(wanted), json!(wanted), false)]);
    }
    table(
        page,
        "ForAnyValue:StringEqualsIfExists",
        "aws:TagKeys",
        &[(json!("a"), json!(null), true), (json!("a"), json!(["b"]), false), (json!("a"), json!(["b", "a"]), true)],
    );
    table(
        page,
        "ForAllValues:StringEqualsIfExists",
        "aws:TagKeys",
        &[(json!("a"), json!(null), true), (json!("a"), json!(["b", "a"]), false)],
    );
}

#[test]
pub fn set_operators() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html";
    let table = |operator, rows: &[(Value, Value, bool)]| table(page, operator, "aws:TagKeys", rows);
    table(
        "ForAllValues:StringNotLike",
        &[
            (json!("key1*"), json!(["key1:legal"]), false),
            (json!("key1*"), json!(["key1:hr", "key1:personnel"]), false),
            (json!("key1*"), json!(["key2:audit"]), true),
            (json!("key1*"), json!(null), true),
            (json!(["key1*", "key2*"]), json!(["key1:legal"]), false),
            (json!(["key1*", "key2*"]), json!(["key1:hr", "key1:personnel"]), false),
            (json!(["key1*", "key2*"]), json!(["key1:hr", "key2:audit"]), false),
            (json!(["key1*", "key2*"]), json!(["key3:legal"]), true),
            (json!(["key1*", "key2*"]), json!(null), true),
            (json!(["key1*"]), json!(["key2:a", "key1:b"]), false),
        ],
    );
    table(
        "ForAnyValue:StringEquals",
        &[
            (json!("webserver"), json!(["webserver"]), true),
            (json!("webserver"), json!(["environment", "webserver", "test"]), true),
            (json!("webserver"), json!(["environment", "test"]), false),
            (json!("webserver"), json!(null), false),
            (json!(["environment", "webserver"]), json!(["test", "environment"]), true),
        ],
    );
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html";
    let table = |operator, rows: &[(Value, Value, bool)]| super::conditions::table(page, operator, "aws:TagKeys", rows);
    let attributes = json!(["PostDateTime", "Message", "Tags"]);
    table(
        "ForAllValues:StringEquals",
        &[
            (attributes.clone(), json!(["PostDateTime", "Message"]), true),
            (attributes.clone(), json!(["PostDateTime", "UserName"]), false),
            (attributes.clone(), json!(["ID"]), false),
            (attributes.clone(), json!(null), true),
            (attributes.clone(), json!([""]), true),
        ],
    );
    table(
        "ForAnyValue:StringLike",
        &[
            (json!(["ID", "Post*"]), json!(["UserName", "Message", "PostDateTime"]), true),
            (json!(["ID", "Post*"]), json!(["UserName"]), false),
            (json!(["*"]), json!([""]), false),
            (json!(["*"]), json!(null), false),
        ],
    );
    table(
        "ForAnyValue:StringNotEquals",
        &[
            (json!("a"), json!(["a", "b"]), true),
            (json!("a"), json!(["a"]), false),
            (json!(["a", "b"]), json!(["a", "b"]), false),
            (json!("a"), json!(null), false),
        ],
    );
    table(
        "ForAllValues:NumericLessThan",
        &[(json!("10"), json!(["1", "2"]), true), (json!("10"), json!(["1", "20"]), false)],
    );
    table(
        "ForAnyValue:IpAddress",
        &[
            (json!("10.0.0.0/8"), json!(["11.0.0.1", "10.0.0.1"]), true),
            (json!("10.0.0.0/8"), json!(["11.0.0.1"]), false),
        ],
    );
    table(
        "ForAllValues:ArnLike",
        &[
            (json!("arn:aws:sns:*:*:*"), json!(["arn:aws:sns:a:b:c", "arn:aws:sqs:a:b:c"]), false),
            (json!("arn:aws:sns:*:*:*"), json!(["arn:aws:sns:a:b:c"]), true),
        ],
    );
    table(
        "ForAllValues:Bool",
        &[(json!("true"), json!(["true", "true"]), true), (json!("true"), json!(["true", "false"]), false)],
    );
    table(
        "ForAllValues:DateGreaterThan",
        &[(json!("2020-01-01"), json!(["2021-01-01", "2019-01-01"]), false), (json!("2020-01-01"), json!(null), true)],
    );
    // Several values under an operator without a set operator: one match is enough, and its negation refuses that.
    table("StringEquals", &[(json!("a"), json!(["b", "a"]), true), (json!("a"), json!(["b", "c"]), false)]);
    table("StringNotEquals", &[(json!("a"), json!(["b", "a"]), false), (json!("a"), json!(["b", "c"]), true)]);
}

#[test]
pub fn operators_keys_and_lines_together() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html";
    let two = json!({"StringEquals": {"a:a": "1", "b:b": "2"}, "Bool": {"c:c": "true"}});
    check(page, two.clone(), &json!({"a:a": "1", "b:b": "2", "c:c": "true"}), true);
    check(page, two.clone(), &json!({"a:a": "1", "b:b": "3", "c:c": "true"}), false);
    check(page, two, &json!({"a:a": "1", "b:b": "2", "c:c": "false"}), false);
    // Names of keys and operators have no case.
    check(page, json!({"stringequals": {"AWS:SourceIP": "x"}}), &json!({"aws:sourceip": "x"}), true);
    check(
        page,
        json!({"FORANYVALUE:stringLIKEifexists": {"AWS:TagKeys": "x*"}}),
        &json!({"aws:tagkeys": ["xy"]}),
        true,
    );
    // A missing key is told from an empty one by Null beside ForAllValues.
    let guarded = json!({"Null": {"aws:TagKeys": "false"}, "ForAllValues:StringLike": {"aws:TagKeys": ["key1*"]}});
    check(page, guarded.clone(), &json!({}), false);
    check(page, guarded.clone(), &json!({"aws:TagKeys": ["key1:a"]}), true);
    check(page, guarded, &json!({"aws:TagKeys": ["key1:a", "b"]}), false);
}

#[test]
pub fn variables_in_conditions() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html";
    let ann = |had: &str| json!({"aws:username": "ann", "aws:PrincipalTag/team": "red", "k:k": had});
    for (operator, wanted, had, expect) in [
        ("StringEquals", "${aws:username}", "ann", true),
        ("StringEquals", "${aws:username}", "bob", false),
        ("StringEquals", "${aws:PrincipalTag/team}", "red", true),
        ("StringEquals", "${aws:userid, 'anonymous'}", "anonymous", true),
        ("StringEquals", "${aws:userid}", "", false),
        ("StringNotEquals", "${aws:PrincipalTag/team}", "red", false),
        ("StringNotEquals", "${aws:PrincipalTag/team}", "blue", true),
        ("StringLike", "home/${aws:username}/*", "home/ann/x", true),
        ("StringLike", "${*}x", "*x", true),
        ("StringLike", "${*}x", "ax", false),
        ("StringEqualsIgnoreCase", "${aws:username}", "ANN", true),
        ("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/ann", true),
        ("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/bob", false),
        // Numbers and dates take no variables.
        ("NumericEquals", "${k:k}", "1", false),
    ] {
        check(page, json!({ operator: {"k:k": wanted} }), &ann(had), expect);
    }
}
