//! The language: what expressions are, and what they mean for an item.

use super::projection::Projection;
use super::{Kind, Parameters, condition, update};
use crate::item::Item;
use crate::value::{AttributeValue as Value, Attributes};
use service::{IndexMap, Result};

fn n(number: &str) -> Value {
    Value::N(number.to_owned())
}

fn s(text: &str) -> Value {
    Value::S(text.to_owned())
}

fn map(entries: &[(&str, Value)]) -> Attributes {
    entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// What the expressions of these tests can name: attributes and values of many types.
fn parameters() -> Parameters {
    let names: IndexMap<String, String> =
        [("#n".to_owned(), "a.b".to_owned()), ("#s".to_owned(), "status".to_owned())].into();
    let values = map(&[
        (":one", n("1")),
        (":two", n("2")),
        (":ten", n("10")),
        (":a", s("a")),
        (":ab", s("ab")),
        (":t", Value::Bool(true)),
        (":l", Value::L(vec![n("1"), s("x")])),
        (":ss", Value::Ss(vec!["x".into(), "y".into()])),
        (":type", s("NS")),
        (":none", Value::Null(true)),
    ]);
    Parameters::of(Some(names), Some(values), &[(Kind::Condition, true)], true).unwrap()
}

fn item() -> Attributes {
    map(&[
        ("pk", s("abc")),
        ("n", n("5")),
        ("a.b", s("dotted")),
        ("status", s("x")),
        ("l", Value::L(vec![n("1"), Value::M(map(&[("k", s("deep"))])), s("x")])),
        ("m", Value::M(map(&[("x", n("1")), ("y", Value::L(vec![s("p"), s("q")]))]))),
        ("ss", Value::Ss(vec!["y".into(), "x".into()])),
        ("ns", Value::Ns(vec!["1".into(), "2".into()])),
        ("t", Value::Bool(true)),
        ("z", Value::Null(true)),
        ("b", Value::B(service::Bytes::from_static(b"\x01\x02\x03"))),
    ])
}

#[test]
fn conditions_hold_or_not() {
    let check = |text: &str, expect: bool| {
        let condition = condition(Kind::Condition, text, &parameters()).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(condition.holds(&Item::of(&item())), expect, "{text}");
    };
    for (text, expect) in [
        ("n = :one", false),
        ("n <> :one", true),
        ("n > :one AND n < :ten", true),
        ("n between :one and :ten", true),
        ("n BETWEEN :ten AND :ten", false),
        ("n IN (:one, :two, :ten)", false),
        ("pk in (:a, pk2, :ab)", false),
        ("gone = :one", false),
        ("gone <> :one", true),
        ("NOT gone = :one", true),
        ("gone < :one", false),
        ("n = :a", false),
        ("n < :a", false),
        ("attribute_exists(m.x)", true),
        ("attribute_exists(m.y[1]) AND attribute_not_exists(m.y[2])", true),
        ("attribute_exists(l[1].k)", true),
        ("attribute_exists(m[0])", false),
        ("#n <> :a", true),
        ("attribute_type(ns, :type)", true),
        ("attribute_type(ss, :type)", false),
        ("begins_with(pk, :ab)", true),
        ("begins_with(n, :ab)", false),
        ("contains(pk, :ab)", true),
        ("contains(ss, #s)", true),
        ("contains(l, :one)", true),
        ("contains(ns, :ten)", false),
        ("size(pk) > :two", true),
        ("size(l) = size(pk)", true),
        ("size(b) <= :two", false),
        ("size(n) > :one", false),
        ("ss = :ss", true),
        ("t = :t", true),
        ("z = :none", true),
        ("l = :l", false),
        ("n = :one OR t = :t AND pk = :a", false),
        ("(n = :one OR t = :t) AND begins_with(pk, :a)", true),
        ("NOT n = :one AND NOT (t = :t AND z = :one)", true),
        ("not not t = :t", true),
        ("(size(pk)) > :two", true),
        ("n > (size(ss))", true),
    ] {
        check(text, expect);
    }
}

#[test]
fn what_is_no_condition_is_told_so() {
    let check = |text: &str, expect: &str| {
        let error = condition(Kind::Filter, text, &parameters()).map(drop).expect_err(text);
        assert_eq!(error.message(), format!("Invalid FilterExpression: {expect}"), "{text}");
    };
    for (text, expect) in [
        ("", "The expression can not be empty;"),
        ("a-b", "Syntax error; token: \"-\", near: \"a-b\""),
        ("n", "Syntax error; token: \"<EOF>\", near: \"n\""),
        ("n = :one AND", "Syntax error; token: \"<EOF>\", near: \"AND\""),
        ("(n = :one", "Syntax error; token: \"<EOF>\", near: \":one\""),
        ("n = :one)", "Syntax error; token: \")\", near: \":one)\""),
        ("n = :one n = :two", "Syntax error; token: \"n\", near: \":one n =\""),
        ("_id = :one", "Syntax error; token: \"_\", near: \"_id\""),
        ("n = 5", "Syntax error; token: \"5\", near: \"= 5\""),
        ("n = :one; n = :two", "Syntax error; token: \";\", near: \":one; n\""),
        ("l[x] = :one", "Syntax error; token: \"x\", near: \"[x]\""),
        ("((n = :one))", "The expression has redundant parentheses;"),
        ("frobnicate(n)", "Invalid function name; function: frobnicate"),
        ("if_not_exists(n, :one)", "The function is not allowed in a condition expression; function: if_not_exists"),
        (
            "contains(n, contains(n, :a))",
            "The function is not allowed to be used this way in an expression; function: contains",
        ),
        (
            "attribute_exists(n, pk)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of \
             operands: 2",
        ),
        (
            "attribute_exists(:a)",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        ("n < :t", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"),
        (
            "size(:one) = :one",
            "Incorrect operand type for operator or function; operator or function: size, operand type: N",
        ),
        (
            "n BETWEEN :one AND :a",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: \
             AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}",
        ),
        (
            "contains(pk, pk)",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: \
             contains, first operand: [pk]",
        ),
        ("name = :one", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("#x = :one", "An expression attribute name used in the document path is not defined; attribute name: #x"),
        ("n = :x", "An expression attribute value used in expression is not defined; attribute value: :x"),
    ] {
        check(text, expect);
    }
    let deep = format!("{}n = :one", "NOT ".repeat(301));
    check(&deep, "The expression contains too many operators; operator count: 302");
    let long = format!("n = :one{}", " ".repeat(4089));
    check(&long, "Expression size has exceeded the maximum allowed size; expression size: 4097");
    // Brackets alone do not use up the stack of whoever reads them.
    assert!(condition(Kind::Filter, &"(".repeat(4096), &parameters()).is_err());
    assert!(
        condition(Kind::Filter, &format!("{}n = :one{}", "(".repeat(2000), ")".repeat(2000)), &parameters()).is_err()
    );
}

fn updated(text: &str) -> Result<Attributes> {
    update(text, &parameters())?.apply(&item())
}

#[test]
fn updates_change_what_they_say() {
    let check = |text: &str, path: &str, expect: Option<Value>| {
        let after = updated(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let shown = Projection::parse(path, &parameters()).unwrap().show(&Item::of(&after)).attributes();
        assert_eq!(shown.into_values().next(), expect, "{text}");
    };
    let list = |values: &[Value]| Some(Value::L(values.to_vec()));
    check("SET n = n + :one", "n", Some(n("6")));
    check("set n = :ten - n", "n", Some(n("5")));
    check("SET x = (n + :one)", "x", Some(n("6")));
    check("SET x = if_not_exists(x, :one) + :two", "x", Some(n("3")));
    check("SET x = if_not_exists(n, :one)", "x", Some(n("5")));
    check("SET n = :two, x = n", "x", Some(n("5")));
    check("SET l = list_append(:l, l)", "l[0], l[1], l[2]", list(&[n("1"), s("x"), n("1")]));
    check("SET l[0] = :a, l[7] = :ab, l[9] = :one", "l[0], l[3], l[4]", list(&[s("a"), s("ab"), n("1")]));
    check("REMOVE l[0], l[2]", "l", list(&[Value::M(map(&[("k", s("deep"))]))]));
    check("REMOVE l[17], gone, m.nil", "n", Some(n("5")));
    check("SET m.z = :one REMOVE m.x", "m.z, m.x", Some(Value::M(map(&[("z", n("1"))]))));
    check("ADD n :ten", "n", Some(n("15")));
    check("ADD fresh :ten", "fresh", Some(n("10")));
    check("ADD ss :ss", "ss", Some(Value::Ss(vec!["y".into(), "x".into()])));
    check("DELETE ss :ss", "ss", None);
    check("DELETE gone :ss", "gone", None);
    check("SET #n = :one", "#n", Some(n("1")));
}

#[test]
fn what_is_no_update_is_told_so() {
    let check = |text: &str, expect: &str| {
        let error = updated(text).map(drop).expect_err(text);
        assert_eq!(error.message(), expect, "{text}");
    };
    let invalid = |text: &str| format!("Invalid UpdateExpression: {text}");
    for (text, expect) in [
        ("", "The expression can not be empty;"),
        ("  ", "Syntax error; token: \"<EOF>\", near: \"\""),
        ("INVALID SYNTAX HERE", "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\""),
        ("SET x :one", "Syntax error; token: \":one\", near: \"x :one\""),
        ("SET x = :one + :one + :one", "Syntax error; token: \"+\", near: \":one + :one\""),
        ("SET x = :one SET y = :one", "The \"SET\" section can only be used once in an update expression;"),
        ("ADD x n", "Syntax error; token: \"n\", near: \"x n\""),
        (
            "SET m.x = :one REMOVE m",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, x], \
             path two: [m]",
        ),
        (
            "SET m.x = :one, m[1] = :one",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], \
             path two: [m, [1]]",
        ),
        ("DELETE n :one", "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"),
        ("ADD n :l", "Incorrect operand type for operator or function; operator: ADD, operand type: LIST"),
        (
            "SET x = list_append(l, :one)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: N",
        ),
        ("SET x = size(l)", "The function is not allowed in an update expression; function: size"),
    ] {
        check(text, &invalid(expect));
    }
    check("SET x = gone", "The provided expression refers to an attribute that does not exist in the item");
    check("SET x = pk + :one", "An operand in the update expression has an incorrect data type");
    check("ADD pk :one", "An operand in the update expression has an incorrect data type");
    check("DELETE ns :ss", "An operand in the update expression has an incorrect data type");
    check("SET gone.x = :one", "The document path provided in the update expression is invalid for update");
    check("SET m[0] = :one", "The document path provided in the update expression is invalid for update");
    check("REMOVE gone.x", "The document path provided in the update expression is invalid for update");
}

#[test]
fn projections_show_parts() {
    let check = |text: &str, expect: &[(&str, Value)]| {
        let shown = Projection::parse(text, &parameters()).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(shown.show(&Item::of(&item())).attributes(), map(expect), "{text}");
    };
    check("pk, gone", &[("pk", s("abc"))]);
    check("#n", &[("a.b", s("dotted"))]);
    check("m.y[1], m.x", &[("m", Value::M(map(&[("x", n("1")), ("y", Value::L(vec![s("q")]))])))]);
    check("l[2], l[0]", &[("l", Value::L(vec![n("1"), s("x")]))]);
    check("m.nil, l[9], pk.x", &[]);
    for text in ["pk,", "pk pk", "m.y, m", "size(pk)"] {
        assert!(Projection::parse(text, &parameters()).is_err(), "{text}");
    }
}

#[test]
fn parameters_must_be_needed_and_used() {
    let check = |names: Option<&[&str]>, values: Option<&[&str]>, any: bool, expect: &str| {
        let names = names.map(|keys| keys.iter().map(|key| ((*key).to_owned(), "x".to_owned())).collect());
        let values = values.map(|keys| keys.iter().map(|key| ((*key).to_owned(), s("x"))).collect());
        let read = Parameters::of(names, values, &[(Kind::Filter, any)], any).and_then(|p| p.all_used());
        assert_eq!(read.err().map(|e| e.message().to_owned()).unwrap_or_default(), expect);
    };
    check(Some(&["#a"]), None, false, "ExpressionAttributeNames can only be specified when using expressions");
    check(
        None,
        Some(&[":a"]),
        false,
        "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null",
    );
    check(Some(&[]), None, true, "ExpressionAttributeNames must not be empty");
    check(None, Some(&[]), true, "ExpressionAttributeValues must not be empty");
    check(Some(&["a"]), None, true, "ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"");
    check(None, Some(&[":a-b"]), true, "ExpressionAttributeValues contains invalid key: Syntax error; key: \":a-b\"");
    check(
        Some(&["#a", "#b"]),
        None,
        true,
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}",
    );
    check(None, None, false, "");
}
