//! Whether an event holds what a pattern wants.

use crate::compile::{Field, Node};
use crate::test::Test;
use crate::{Json, Pattern};

impl Pattern {
    /// Whether an event matches.
    ///
    /// All that a pattern wants of the members of an array's objects must hold for one and the same object.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html>
    pub fn matches(&self, event: &Json<'_>) -> bool {
        let absent: Vec<bool> = self.absences.iter().map(|path| !is_there(event, path)).collect();
        node_matches(&self.root, Some(event), &absent)
    }
}

/// Whether anything that is no object stands at the end of a path.
fn is_there(value: &Json<'_>, path: &[Box<str>]) -> bool {
    match (value, path) {
        (Json::Array(items), path) => items.iter().any(|item| is_there(item, path)),
        (Json::Object(_), [first, rest @ ..]) => value.get(first).is_some_and(|value| is_there(value, rest)),
        (value, path) => path.is_empty() && value.is_scalar(),
    }
}

fn node_matches(node: &Node, value: Option<&Json<'_>>, absent: &[bool]) -> bool {
    match value {
        Some(Json::Array(items)) if items.iter().any(|item| !item.is_scalar()) => {
            items.iter().any(|item| node_matches(node, Some(item), absent))
        }
        value => {
            let field = |(name, field): &(Box<str>, Field)| {
                let value = value.and_then(|value| value.get(name));
                match field {
                    Field::Leaf(tests) => tests.iter().any(|test| leaf_matches(test, value, absent)),
                    Field::Branch(node) => node_matches(node, value, absent),
                }
            };
            let either = |group: &Vec<Node>| group.iter().any(|node| node_matches(node, value, absent));
            node.fields.iter().all(field) && node.either.iter().all(either)
        }
    }
}

fn leaf_matches(test: &Test, value: Option<&Json<'_>>, absent: &[bool]) -> bool {
    match (test, value) {
        (Test::Absent(which), _) => absent.get(*which).copied().unwrap_or_default(),
        (_, None | Some(Json::Object(_))) => false,
        (test, Some(Json::Array(items))) => items.iter().any(|item| leaf_matches(test, Some(item), absent)),
        (test, Some(value)) => test.holds(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Numbers};

    fn check(pattern: &str, event: &str, expect: bool) {
        let compiled = Pattern::compile(pattern, Limits::RULE).unwrap_or_else(|e| panic!("{pattern}: {e}"));
        assert_eq!(compiled.matches(&Json::parse(event).unwrap()), expect, "{pattern} on {event}");
    }

    #[test]
    fn every_operator_matches_as_aws_says() {
        let detail = |text: &str| format!(r#"{{"detail": {{"x": {text}}}}}"#);
        let table: &[(&str, &[&str], &[&str])] = &[
            (
                r#"["a", 1, null, true]"#,
                &[r#""a""#, "1", "null", "true", r#"["z", "a"]"#],
                &[r#""A""#, "1.0", "false", "{}", "[]"],
            ),
            (r#"[""]"#, &[r#""""#], &["null"]),
            ("[300]", &["300"], &["300.0", "3.0e2", r#""300""#]),
            (r#"[{"prefix": "ab"}]"#, &[r#""abc""#, r#""ab""#], &[r#""Abc""#, "1"]),
            (r#"[{"prefix": {"equals-ignore-case": "AB"}}]"#, &[r#""abc""#], &[r#""a""#]),
            (r#"[{"suffix": ".png"}]"#, &[r#""x.png""#], &[r#""x.PNG""#]),
            (r#"[{"suffix": {"equals-ignore-case": ".PNG"}}]"#, &[r#""x.Png""#], &[r#""png""#]),
            (r#"[{"equals-ignore-case": "AbC"}]"#, &[r#""aBc""#], &[r#""ab""#]),
            (r#"[{"anything-but": "a"}]"#, &[r#""b""#, "1", "null", r#"["a", "b"]"#], &[r#""a""#, r#"["a"]"#, "{}"]),
            (r#"[{"anything-but": ["a", "b"]}]"#, &[r#""c""#], &[r#""a""#, r#""b""#]),
            (r#"[{"anything-but": [1, 2]}]"#, &["3", r#""1""#], &["1", "2.0"]),
            (r#"[{"anything-but": {"prefix": ["a", "b"]}}]"#, &[r#""ca""#, "1"], &[r#""ab""#, r#""b""#]),
            (r#"[{"anything-but": {"suffix": "a"}}]"#, &[r#""ab""#], &[r#""ba""#]),
            (r#"[{"anything-but": {"wildcard": ["*/lib/*", "x*"]}}]"#, &[r#""lib""#], &[r#""/lib/a""#, r#""xy""#]),
            (r#"[{"anything-but": {"equals-ignore-case": ["A", "b"]}}]"#, &[r#""c""#], &[r#""a""#, r#""B""#]),
            (r#"[{"numeric": [">", 0, "<=", 5]}]"#, &["5", "0.1", "5.0e0"], &["0", "5.1", r#""3""#]),
            (r#"[{"numeric": ["=", 301.8]}]"#, &["3.018e2"], &["301.81"]),
            (r#"[{"numeric": ["<", -1]}]"#, &["-2"], &["-1"]),
            (r#"[{"exists": true}]"#, &["1", "null", r#"["a"]"#], &["{}", r#"{"y": 1}"#, "[]"]),
            (r#"[{"exists": false}]"#, &[r#"{"y": 1}"#, "[]"], &["1", "null"]),
            (r#"[{"cidr": "10.0.0.0/24"}]"#, &[r#""10.0.0.9""#], &[r#""10.0.1.9""#]),
            (r#"[{"wildcard": "*lib*"}]"#, &[r#""/lib/""#], &[r#""bin""#]),
        ];
        for (tests, yes, no) in table {
            yes.iter().for_each(|value| check(&detail(tests), &detail(value), true));
            no.iter().for_each(|value| check(&detail(tests), &detail(value), false));
        }
    }

    #[test]
    fn objects_arrays_and_alternatives_match() {
        let people = r#"{"p": [{"first": "Ann", "last": "Doe"}, {"first": "Jane", "last": "Roe"}]}"#;
        check(r#"{"p": {"first": ["Jane"], "last": ["Roe"]}}"#, people, true);
        check(r#"{"p": {"first": ["Ann"], "last": ["Roe"]}}"#, people, false);
        check(r#"{"p": {"first": ["Ann"]}, "q": [{"exists": false}]}"#, people, true);
        check(r#"{"p": {"age": [{"exists": false}]}}"#, people, true);
        check(r#"{"p": {"age": [{"exists": false}]}}"#, r#"{"p": [{"age": 1}, {"x": 2}]}"#, false);
        check(r#"{"a": {"b": {"c": [{"exists": false}]}}}"#, r#"{"a": 1}"#, true);
        check(r#"{"a": {"b": [1]}}"#, r#"{"a": [[{"b": 1}]]}"#, true);
        let or = r#"{"s": ["x"], "$or": [{"a": [1]}, {"b": [2], "c": [3]}]}"#;
        check(or, r#"{"s": "x", "a": 1}"#, true);
        check(or, r#"{"s": "x", "b": 2, "c": 3}"#, true);
        check(or, r#"{"s": "x", "b": 2}"#, false);
        check(or, r#"{"s": "y", "a": 1}"#, false);
        // A list that cannot be alternatives is a field of that name.
        check(r#"{"$or": [{"prefix": "a"}, {"suffix": "b"}]}"#, r#"{"$or": "ax"}"#, true);
        check(r#"{"$or": ["a"]}"#, r#"{"$or": "a"}"#, true);
    }

    #[test]
    fn faults_are_told_as_aws_tells_them() {
        let check = |pattern: &str, expect: &str| {
            let found = Pattern::compile(pattern, Limits::RULE).map_err(|error| error.located(pattern));
            let at = found.as_ref().err().is_some_and(|found| found.starts_with(expect));
            assert!(at, "{pattern}: {found:?}");
        };
        check(
            r#"{"source": "x"}"#,
            "\"source\" must be an object or an array\n at [Source: (String)\"{\"source\": \"x\"}\"; line: 1, column: 13]",
        );
        // https://github.com/cloud-custodian/cloud-custodian/issues/6507
        check(
            r#"{"source": ["aws.health"], "detail": {}}"#,
            "Empty objects are not allowed\n at [Source: (String)\"{\"source\": [\"aws.health\"], \"detail\": {}}\"; line: 1, column: 40]",
        );
        for (pattern, expect) in [
            ("[]", "Filter is not an object"),
            ("{}", "Empty objects are not allowed"),
            (r#"{"a": []}"#, "Empty arrays are not allowed"),
            (r#"{"a": [[1]]}"#, "Match value must be String, number, true, false, or null"),
            (r#"{"a": [{}]}"#, "Match expression name not found"),
            (r#"{"a": [{"sufix": "x"}]}"#, "Unrecognized match type sufix"),
            (r#"{"a": [{"suffix": ["x"]}]}"#, "suffix match pattern must be a string"),
            (r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#, "Only one key allowed in match expression"),
            (r#"{"a": [{"numeric": "x"}]}"#, "Value of numeric must be an array."),
            (r#"{"a": [{"numeric": []}]}"#, "Invalid member in numeric match: ]"),
            (r#"{"a": [{"numeric": ["!", 1]}]}"#, "Unrecognized numeric range operator: !"),
            (r#"{"a": [{"numeric": ["=", "1"]}]}"#, "Value of equals must be numeric"),
            (r#"{"a": [{"numeric": ["<", 1, ">", 0]}]}"#, "Too many elements in numeric expression"),
            (r#"{"a": [{"numeric": [">", 1, ">", 2]}]}"#, "Bad numeric range operator: >"),
            (r#"{"a": [{"numeric": [">", 1, "<", 1]}]}"#, "Bottom must be less than top"),
            (r#"{"a": [{"numeric": [">", 1, "<", 2, 3]}]}"#, "Too many terms in numeric range expression"),
            (
                r#"{"a": [{"anything-but": null}]}"#,
                "Value of anything-but must be an array or single string/number value.",
            ),
            (
                r#"{"a": [{"anything-but": [1, "x"]}]}"#,
                "Inside anything but list, either all values are number or string",
            ),
            (r#"{"a": [{"anything-but": [null]}]}"#, "Inside anything but list, start|null|boolean is not supported."),
            (r#"{"a": [{"anything-but": {"numeric": 1}}]}"#, "Unsupported anything-but pattern: numeric"),
            (r#"{"a": [{"exists": "yes"}]}"#, "exists match pattern must be either true or false."),
            (r#"{"a": [{"cidr": "10.0.0.0"}]}"#, "Malformed CIDR, one '/' required"),
            (r#"{"a": [{"wildcard": "a**b"}]}"#, "Consecutive wildcard characters at pos 2"),
            (r#"{"a": [1"#, "Unexpected end-of-input"),
            ("this is not json", "Unrecognized token 'this': was expecting"),
        ] {
            check(pattern, expect);
        }
    }

    #[test]
    fn limits_hold() {
        let limits =
            Limits { numbers: Numbers::ByValue, nested: false, most_keys: 5, most_combinations: 150, ..Limits::RULE };
        let fault = |pattern: &str, limits| Pattern::compile(pattern, limits).map(|_| ()).map_err(|e| e.reason);
        assert_eq!(fault(r#"{"a": [300], "$or": [{"b": [1]}, {"c": [2]}]}"#, limits), Ok(()));
        assert!(fault(r#"{"a": {"b": [1]}}"#, limits).is_err_and(|e| e.contains("does not support nested")));
        let six: Vec<String> = (0..6).map(|i| format!("\"k{i}\": [1]")).collect();
        assert!(fault(&format!("{{{}}}", six.join(",")), limits).is_err_and(|e| e.contains("more than 5 keys")));
        let list: Vec<String> = (0..13).map(|i| i.to_string()).collect();
        let wide = format!(r#"{{"a": [{0}], "b": [{0}]}}"#, list.join(","));
        assert_eq!(fault(&wide, limits), Err("Filter policy is too complex".to_owned()));
        let by_value = Pattern::compile(r#"{"a": [300]}"#, limits).unwrap();
        assert!(by_value.matches(&Json::parse(r#"{"a": 3.0e2}"#).unwrap()));
        let two = r#"[{"a": [1]}, {"b": [1]}]"#;
        let ten = (0..10).map(|i| format!("\"x{i}\": {{\"$or\": {two}}}")).collect::<Vec<_>>().join(",");
        assert_eq!(fault(&format!("{{{ten}}}"), Limits::RULE), Err("Filter policy is too complex".to_owned()));
        let deep = format!("{}{}", r#"{"a":"#.repeat(5000), "[1]");
        assert!(fault(&deep, Limits::RULE).is_err());
    }
}
