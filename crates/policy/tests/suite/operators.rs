//! Every operator with each form that it has, on a key that is missing, empty, has one value and has several.

use serde_json::{Value, json};

use crate::conditions::check;

/// Whether the form holds, by what the request has: nothing, an empty text, a value that fits, one that does not, two that
/// fit, one of each, two that do not.
type Row = (&'static str, [bool; 7]);

/// "If the key is not present in the request context, the values do not match", and with several values one that matches
/// is enough.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
const POSITIVE: [Row; 6] = [
    ("", [false, false, true, false, true, true, false]),
    ("IfExists", [true, false, true, false, true, true, false]),
    // "or if the key values resolve to an empty dataset, such as an empty string"
    ("ForAllValues:", [true, true, true, false, true, false, false]),
    ("ForAnyValue:", [false, false, true, false, true, true, false]),
    ("ForAllValues:IfExists", [true, true, true, false, true, false, false]),
    ("ForAnyValue:IfExists", [true, false, true, false, true, true, false]),
];

/// A negated operator is true of a missing key, and of several values if none matches.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
const NEGATED: [Row; 6] = [
    ("", [true, true, false, true, false, false, true]),
    ("IfExists", [true, true, false, true, false, false, true]),
    ("ForAllValues:", [true, true, false, true, false, false, true]),
    // "returns false if there are no matching keys in the request context"
    ("ForAnyValue:", [false, false, false, true, false, true, true]),
    ("ForAllValues:IfExists", [true, true, false, true, false, false, true]),
    ("ForAnyValue:IfExists", [true, false, false, true, false, true, true]),
];

/// An operator, what a policy asks, two values that match it, two that do not.
type Operator = (&'static str, &'static str, [&'static str; 2], [&'static str; 2]);

const ASKS_FOR: [Operator; 18] = [
    ("StringEquals", "red", ["red", "red"], ["Red", "blue"]),
    ("StringEqualsIgnoreCase", "red", ["Red", "RED"], ["blue", "reds"]),
    ("StringLike", "r?d*", ["red", "rod/1"], ["rd", "Red"]),
    ("NumericEquals", "10", ["10", "10.0"], ["11", "ten"]),
    ("NumericLessThan", "10", ["9", "-1"], ["10", "11"]),
    ("NumericLessThanEquals", "10", ["10", "9"], ["10.5", "11"]),
    ("NumericGreaterThan", "10", ["11", "10.5"], ["10", "9"]),
    ("NumericGreaterThanEquals", "10", ["10", "11"], ["9", "-11"]),
    ("DateEquals", "2020-01-01T00:00:00Z", ["2020-01-01", "1577836800"], ["2020-01-02", "2021-01-01"]),
    ("DateLessThan", "2020-01-01T00:00:00Z", ["2019-12-31", "0"], ["2020-01-01", "2021-01-01"]),
    ("DateLessThanEquals", "2020-01-01T00:00:00Z", ["2020-01-01", "2019-12-31"], ["2020-01-02", "2021-01-01"]),
    ("DateGreaterThan", "2020-01-01T00:00:00Z", ["2020-01-02", "2021-01-01"], ["2020-01-01", "2019-12-31"]),
    ("DateGreaterThanEquals", "2020-01-01T00:00:00Z", ["2020-01-01", "2021-01-01"], ["2019-12-31", "0"]),
    ("Bool", "true", ["true", "TRUE"], ["false", "False"]),
    ("BinaryEquals", "QmluYXJ5", ["QmluYXJ5", "QmluYXJ5"], ["QQ==", "Qg=="]),
    ("IpAddress", "203.0.113.0/24", ["203.0.113.1", "203.0.113.255"], ["203.0.114.1", "::1"]),
    (
        "ArnEquals",
        "arn:aws:sns:*:123456789012:t*",
        ["arn:aws:sns:us-east-1:123456789012:t", "arn:aws:sns:eu-west-1:123456789012:t2"],
        ["arn:aws:sns:us-east-1:999999999999:t", "arn:aws:sqs:us-east-1:123456789012:t"],
    ),
    (
        "ArnLike",
        "arn:aws:sns:*:123456789012:t*",
        ["arn:aws:sns:us-east-1:123456789012:t", "arn:aws:sns:eu-west-1:123456789012:t2"],
        ["arn:aws:sns:us-east-1:123456789012:u", "arn:aws-cn:sns:us-east-1:123456789012:t"],
    ),
];

/// Each negates the one of [`ASKS_FOR`] that follows it.
const ASKS_AGAINST: [(&str, &str); 8] = [
    ("StringNotEquals", "StringEquals"),
    ("StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"),
    ("StringNotLike", "StringLike"),
    ("NumericNotEquals", "NumericEquals"),
    ("DateNotEquals", "DateEquals"),
    ("NotIpAddress", "IpAddress"),
    ("ArnNotEquals", "ArnEquals"),
    ("ArnNotLike", "ArnLike"),
];

const FORMS: usize = 6;
const KEYS: usize = 7;

/// How many cases this makes.
pub const CASES: usize = (ASKS_FOR.len() + ASKS_AGAINST.len()) * FORMS * KEYS;

const PAGES: [(&str, &str); 3] = [
    (
        "ForA",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    ),
    (
        "IfExists",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists",
    ),
    ("", "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"),
];

fn try_all((operator, wanted, [fits, fits_too], [not, nor]): Operator, forms: &[Row; FORMS]) {
    let keys: [Value; KEYS] = [
        json!({}),
        json!({"k:k": [""]}),
        json!({"k:k": [fits]}),
        json!({"k:k": [not]}),
        json!({"k:k": [fits, fits_too]}),
        json!({"k:k": [fits, nor]}),
        json!({"k:k": [not, nor]}),
    ];
    for (form, outcomes) in forms {
        let (before, after) = match form.strip_suffix("IfExists") {
            Some(before) => (before, "IfExists"),
            None => (*form, ""),
        };
        let written = format!("{before}{operator}{after}");
        let page = PAGES.iter().find(|(mark, _)| written.contains(mark)).map_or("", |(_, page)| page);
        for (context, expect) in keys.iter().zip(outcomes) {
            check(page, json!({ &written: {"k:k": wanted} }), context, *expect);
        }
    }
}

#[test]
pub fn every_form_of_every_operator() {
    for operator in ASKS_FOR {
        try_all(operator, &POSITIVE);
    }
    for (negated, positive) in ASKS_AGAINST {
        let found = ASKS_FOR.iter().find(|(name, ..)| *name == positive);
        let (_, wanted, fits, not) = found.expect("it negates one that is there");
        try_all((negated, wanted, *fits, *not), &NEGATED);
    }
}
