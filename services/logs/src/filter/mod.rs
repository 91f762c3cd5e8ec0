//! Filter patterns: which log events somebody wants, and what stands in them.
//!
//! There are three kinds: terms of plain text (`terms.rs`), conditions on JSON (`json.rs`), and on the columns of a line that
//! is separated by spaces (`columns.rs`). A pattern is compiled once and matched against any number of messages.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>

mod columns;
mod condition;
mod json;
mod scanner;
mod selector;
mod terms;

use columns::Columns;
use json::Conditions;
use service::IndexMap;
use service::pattern::Json;
use terms::Terms;

/// That a pattern cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid;

/// A pattern.
#[derive(Debug, Clone)]
pub struct Pattern(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Terms(Terms),
    Json(Conditions),
    Columns(Columns),
}

impl Pattern {
    /// Reads a pattern. An empty one is for every message.
    pub fn compile(text: &str) -> Result<Pattern, Invalid> {
        let text = text.trim();
        let kind = match text.as_bytes().first() {
            Some(b'{') => Kind::Json(Conditions::compile(text)?),
            Some(b'[') => Kind::Columns(Columns::compile(text)?),
            _ => Kind::Terms(Terms::compile(text)?),
        };
        Ok(Pattern(kind))
    }

    /// Whether a message is one of those that it is for.
    pub fn matches(&self, message: &str) -> bool {
        match &self.0 {
            Kind::Terms(terms) => terms.matches(message),
            Kind::Json(conditions) => Json::parse(message).is_ok_and(|json| conditions.hold(&json)),
            Kind::Columns(columns) => columns.matches(message),
        }
    }

    /// What the pattern finds in a message by its own names: the members that it asks about, or all columns.
    pub fn extracted(&self, message: &str) -> IndexMap<String, String> {
        match &self.0 {
            Kind::Terms(_) => IndexMap::default(),
            Kind::Json(conditions) => match Json::parse(message) {
                Ok(json) => conditions.extracted(&json),
                Err(_) => IndexMap::default(),
            },
            Kind::Columns(columns) => columns.extracted(message),
        }
    }

    /// What a reference such as `$.latency` or `$bytes` stands for in a message.
    pub fn referred(&self, message: &str, reference: &str) -> Option<String> {
        match &self.0 {
            Kind::Columns(columns) => columns.named(message, reference),
            Kind::Json(_) | Kind::Terms(_) => {
                let selector = selector::Selector::read(reference)?;
                let json = Json::parse(message).ok()?;
                selector.first(&json).filter(|found| found.is_scalar()).map(selector::plain)
            }
        }
    }

    /// Whether a reference can stand for anything: what it must look like depends on the kind of the pattern.
    pub fn may_refer(&self, reference: &str) -> bool {
        match &self.0 {
            Kind::Columns(columns) => columns.has(reference),
            Kind::Json(_) => selector::Selector::read(reference).is_some(),
            Kind::Terms(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pattern with messages that it is for, and some that it is not for.
    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        let compiled = Pattern::compile(pattern).unwrap_or_else(|_| panic!("{pattern}"));
        yes.iter().for_each(|message| assert!(compiled.matches(message), "{pattern} is for {message}"));
        no.iter().for_each(|message| assert!(!compiled.matches(message), "{pattern} is not for {message}"));
    }

    #[test]
    fn terms_are_words_phrases_and_expressions() {
        check("", &["", "anything"], &[]);
        check("ERROR", &["[ERROR 400] BAD REQUEST", "ERROR"], &["error", "WARN"]);
        check("ERROR ARGUMENTS", &["[ERROR 419] MISSING ARGUMENTS"], &["[ERROR 420] INVALID"]);
        check("?ERROR ?WARN", &["ERROR", "a WARN b"], &["INFO"]);
        check("ERROR -ARGUMENTS", &["[ERROR 400] BAD"], &["[ERROR 419] MISSING ARGUMENTS", "BAD"]);
        check("\"INTERNAL SERVER ERROR\"", &["[ERROR 500] INTERNAL SERVER ERROR"], &["INTERNAL ERROR SERVER"]);
        check("-\"a b\"", &["a c"], &["x a b y"]);
        check("%AUTHORIZED%", &["[ERROR 401] UNAUTHORIZED REQUEST"], &["authorized"]);
        check("%^10\\.10\\.0\\.[0-9]+$%", &["10.10.0.77"], &["10.10.0.x", "1010.0.77"]);
        check("\"say \\\"hi\\\"\"", &["I say \"hi\""], &["say hi"]);
    }

    #[test]
    fn optional_terms_beside_others_count_for_nothing() {
        check("?ERROR ?ARGUMENTS REQUEST", &["REQUEST", "ERROR REQUEST"], &["ERROR ARGUMENTS"]);
    }

    const EVENT: &str = r#"{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "cluster.name": "c", "ok": true,
        "latency": 12.5, "user": {"id": 1, "email": "John.Stiles@example.com"}, "code": "404"}"#;

    #[test]
    fn conditions_ask_about_members() {
        let check = |pattern: &str, expect: bool| {
            let compiled = Pattern::compile(pattern).unwrap_or_else(|_| panic!("{pattern}"));
            assert_eq!(compiled.matches(EVENT), expect, "{pattern}");
        };
        for (pattern, expect) in [
            (r#"{ $.eventType = "UpdateTrail" }"#, true),
            (r#"{ $.eventType = UpdateTrail }"#, true),
            (r#"{ $.eventType = "updatetrail" }"#, false),
            (r#"{$.eventType="Update*"}"#, true),
            (r#"{ $.sourceIPAddress != 123.123.* }"#, true),
            (r#"{ $.sourceIPAddress = 111.111.* }"#, true),
            (r#"{ $.arrayKey[0] = "value" }"#, true),
            (r#"{ $.arrayKey[1] = "value" }"#, false),
            (r#"{ $.arrayKey[*] = "another*" }"#, true),
            (r#"{ $.objectList[1].id = 2 }"#, true),
            (r#"{ $.SomeObject IS NULL }"#, true),
            (r#"{ $.SomeOtherObject NOT EXISTS }"#, true),
            (r#"{ $.eventType NOT EXISTS }"#, false),
            (r#"{ $.ok IS TRUE }"#, true),
            (r#"{ $.ok IS FALSE }"#, false),
            (r#"{ $.latency > 12 && $.latency <= 1.25e1 }"#, true),
            (r#"{ $.latency < 12 }"#, false),
            (r#"{ $.latency = 12.50 }"#, true),
            (r#"{ ($.user.id = 1) && ($.user.email = "John.*") }"#, true),
            (r#"{ $.user.id = 2 || $.ok IS TRUE && $.latency = 1 }"#, false),
            (r#"{ ($.user.id = 2 || $.ok IS TRUE) && $.latency > 1 }"#, true),
            (r#"{ $.['cluster.name'] = "c" }"#, true),
            (r#"{ $.missing != "x" }"#, false),
            (r#"{ $.user.email = %John\.[A-Z]% }"#, true),
            (r#"{ $.code = 404 }"#, true),
        ] {
            check(pattern, expect);
        }
        assert!(!Pattern::compile("{ $.a = 1 }").unwrap().matches("no json"));
    }

    #[test]
    fn columns_stand_for_words_in_their_order() {
        let line = "127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";
        let named = "[ip, server, username, timestamp, request = *html*, status_code = 4*, bytes]";
        check(named, &[line], &["127.0.0.1 404"]);
        check(
            "[ip, server, username, timestamp, request, status_code = 404 || status_code = 410, bytes]",
            &[line],
            &[],
        );
        check("[..., status_code, bytes > 1000]", &[line], &[]);
        check("[..., status_code, bytes > 2000]", &[], &[line]);
        check("[ip = %127\\.0\\.0\\.[1-9]%, ...]", &[line], &["128.0.0.1 x"]);
        check("[w1 = ERROR, w2]", &["ERROR here"], &["WARN here", "ERROR is here"]);
        check("[w1 != ERROR && w1 != WARN, w2]", &["INFO here"], &["WARN here"]);
        let compiled = Pattern::compile(named).unwrap();
        let found = compiled.extracted(line);
        assert_eq!(found.get("$request").map(String::as_str), Some("GET /index.html HTTP/1.0"));
        assert_eq!(found.get("$timestamp").map(String::as_str), Some("10/Oct/2000:13:25:15 -0700"));
        assert_eq!(compiled.referred(line, "$bytes").as_deref(), Some("1534"));
        assert!(compiled.may_refer("$bytes") && !compiled.may_refer("$other"));
    }

    #[test]
    fn what_is_asked_about_is_found() {
        let compiled = Pattern::compile("{ $.user.id = 1 && $.latency > 1 }").unwrap();
        let found: Vec<_> = compiled.extracted(EVENT).into_iter().collect();
        assert_eq!(found, [("$.user.id".into(), "1".into()), ("$.latency".into(), "12.5".into())]);
        assert_eq!(compiled.referred(EVENT, "$.objectList[0].name").as_deref(), Some("a"));
        assert_eq!(compiled.referred(EVENT, "$.user"), None);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "{ }",
            "{ $.a }",
            "{ $.a = }",
            "{ $.a = 1",
            "{ a = 1 }",
            "{ $.a ~ 1 }",
            "{ $.a = 1 } x",
            "{ $.a = 1 && }",
            "[a",
            "[a, ..., b, ...]",
            "[]",
            "\"open",
            "%(a)%",
            "%a",
            "{ ($.a = 1 }",
            "[a = ]",
            "{ $.a IS MAYBE }",
            "%[%",
            "?",
            "-",
            "{ $.a[x] = 1 }",
            "{ $.a > \"x\" }",
        ] {
            assert!(Pattern::compile(text).is_err(), "{text}");
        }
        let deep = format!("{{ {}$.a = 1{} }}", "(".repeat(400), ")".repeat(400));
        assert!(Pattern::compile(&deep).is_err());
    }
}
