use super::FaultFacts;
use clock::{Duration, Timestamp};
use ids::{AccountId, Region};
use serde_json::{Map, Value, json};
use std::fmt;

/// A client gives up long before.
const MAX_LATENCY_MILLIS: u64 = 15 * 60 * 1000;
const MAX_TEXT: usize = 2048;
const MEMBERS: [&str; 13] = [
    "id",
    "service",
    "region",
    "zone",
    "account",
    "operation",
    "principal",
    "resource",
    "probability",
    "count",
    "latency",
    "error",
    "expires",
];

/// Which requests are struck, how often, and what happens to them. A condition that is `None` holds for all.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    /// Its id; empty for one that the book shall name.
    pub id: String,
    /// The service, by endpoint prefix.
    pub service: Option<String>,
    /// The region.
    pub region: Option<Region>,
    /// The zone in which the resource lies.
    pub zone: Option<String>,
    /// The account.
    pub account: Option<AccountId>,
    /// The operation's name, with `*` and `?`.
    pub operation: Option<String>,
    /// The caller's ARN or its role's, with `*` and `?`.
    pub principal: Option<String>,
    /// A resource's ARN, with `*` and `?`.
    pub resource: Option<String>,
    /// How likely a matching request is struck, from 0 to 1.
    pub probability: f64,
    /// How many requests are struck; `None` for all.
    pub count: Option<u64>,
    /// How long a request is held up.
    pub latency: Duration,
    /// How it fails.
    pub error: Option<FaultError>,
    /// When the rule ends, in virtual time.
    pub expires: Option<Timestamp>,
}

/// How a request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultError {
    /// The service's own throttling error.
    Throttling,
    /// An internal error, status 500.
    Internal,
    /// The service is unavailable, status 503.
    Unavailable,
    /// No answer ever comes.
    Timeout,
    /// The connection is reset.
    ConnectionReset,
    /// An error of one's own.
    Answer {
        /// The error's code.
        code: String,
        /// The HTTP status, 400 to 599.
        status: u16,
        /// The message.
        message: String,
    },
}

/// Why a rule is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The member that is wrong, such as `error.status`; empty when it is the whole.
    pub member: String,
    /// What is wrong with it.
    pub problem: String,
}

impl RuleError {
    pub(super) fn of(member: &str, problem: impl Into<String>) -> RuleError {
        RuleError { member: member.to_owned(), problem: problem.into() }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member.as_str() {
            "" => f.write_str(&self.problem),
            member => write!(f, "{member}: {}", self.problem),
        }
    }
}

impl std::error::Error for RuleError {}

impl FaultError {
    const NAMES: [(&str, FaultError); 5] = [
        ("throttling", FaultError::Throttling),
        ("500", FaultError::Internal),
        ("503", FaultError::Unavailable),
        ("timeout", FaultError::Timeout),
        ("connection reset", FaultError::ConnectionReset),
    ];

    fn parse(value: &Value) -> Result<FaultError, RuleError> {
        let names = || FaultError::NAMES.map(|(name, _)| name).join(", ");
        match value {
            Value::String(name) => FaultError::named(name),
            Value::Number(number) => FaultError::named(&number.to_string()),
            Value::Object(members) => return FaultError::answer(members),
            _ => None,
        }
        .ok_or_else(|| {
            RuleError::of("error", format!("must be one of {}, or an object with code, status and message", names()))
        })
    }

    fn named(text: &str) -> Option<FaultError> {
        FaultError::NAMES.into_iter().find(|(name, _)| *name == text).map(|(_, error)| error)
    }

    fn answer(members: &Map<String, Value>) -> Result<FaultError, RuleError> {
        if let Some(other) = members.keys().find(|name| !["code", "status", "message"].contains(&name.as_str())) {
            return Err(RuleError::of(&format!("error.{other}"), "is not known: there are code, status and message"));
        }
        let text = |name: &str, value: &Value| text(&format!("error.{name}"), value);
        let code = members.get("code").map(|value| text("code", value)).transpose()?;
        let code = code.ok_or_else(|| RuleError::of("error.code", "must be given"))?;
        if !code.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
            return Err(RuleError::of("error.code", "may have letters, digits, '.', '_' and '-' only"));
        }
        let status = members.get("status").unwrap_or(&Value::Null);
        let valid = status.as_u64().filter(|status| (400..=599).contains(status));
        let valid = valid.and_then(|status| u16::try_from(status).ok());
        let status = valid.ok_or_else(|| RuleError::of("error.status", format!("must be 400 to 599, not {status}")))?;
        let message = members.get("message").map(|value| text("message", value)).transpose()?;
        let message = message.unwrap_or_else(|| "A fault rule made this request fail.".to_owned());
        Ok(FaultError::Answer { code, status, message })
    }

    fn to_json(&self) -> Value {
        if let FaultError::Answer { code, status, message } = self {
            return json!({ "code": code, "status": status, "message": message });
        }
        FaultError::NAMES.into_iter().find(|(_, error)| error == self).map_or(Value::Null, |(name, _)| name.into())
    }
}

fn text(member: &str, value: &Value) -> Result<String, RuleError> {
    match value.as_str() {
        Some("") => Err(RuleError::of(member, "must not be empty")),
        Some(text) if text.len() > MAX_TEXT => Err(RuleError::of(member, format!("is longer than {MAX_TEXT} bytes"))),
        Some(text) => Ok(text.to_owned()),
        None => Err(RuleError::of(member, format!("must be a text, not {}", brief(value)))),
    }
}

/// A value as an error shows it.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    if text.len() <= 40 { text } else { text.chars().take(40).collect::<String>() + "…" }
}

/// The members of a rule's JSON.
struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    /// A member that is given and not null.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Result<Option<String>, RuleError> {
        self.get(name).map(|value| text(name, value)).transpose()
    }

    fn id<T: std::str::FromStr<Err = ids::Malformed>>(&self, name: &str) -> Result<Option<T>, RuleError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let parsed =
            text.parse().map_err(|error: ids::Malformed| RuleError::of(name, format!("{error}, not {text}")))?;
        Ok(Some(parsed))
    }

    fn whole(&self, name: &str, range: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, RuleError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_u64().filter(|number| range.contains(number));
        let (least, most) = (range.start(), range.end());
        let problem = || format!("must be a whole number from {least} to {most}, not {}", brief(value));
        number.map(Some).ok_or_else(|| RuleError::of(name, problem()))
    }

    fn probability(&self) -> Result<f64, RuleError> {
        let Some(value) = self.get("probability") else { return Ok(1.0) };
        let number = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
        let problem = || format!("must be a number from 0 to 1, not {}", brief(value));
        number.ok_or_else(|| RuleError::of("probability", problem()))
    }

    fn expires(&self) -> Result<Option<Timestamp>, RuleError> {
        let Some(text) = self.text("expires")? else { return Ok(None) };
        let problem = || format!("must be a moment such as 2026-11-22T06:35:00Z, in virtual time, not {text}");
        Timestamp::parse_iso8601(&text).map(Some).ok_or_else(|| RuleError::of("expires", problem()))
    }
}

impl FaultRule {
    /// Reads a rule:
    ///
    /// ```json
    /// { "service": "sqs", "operation": "Send*", "region": "eu-west-1", "probability": 0.5, "count": 3,
    ///   "latency": 250, "error": "throttling", "expires": "2026-11-22T06:35:00Z" }
    /// ```
    ///
    /// Further members are `id`, `zone`, `account`, `principal` and `resource`. `latency` is in milliseconds. `error`
    /// is `throttling`, `500`, `503`, `timeout`, `connection reset`, or an object with `code`, `status` and
    /// `message`. A rule has a latency or an error, or both.
    pub fn parse(value: &Value) -> Result<FaultRule, RuleError> {
        let members = value.as_object();
        let members = members.ok_or_else(|| RuleError::of("", format!("a rule is an object, not {}", brief(value))))?;
        if let Some(other) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(RuleError::of(&brief_name(other), format!("is not known: there are {}", MEMBERS.join(", "))));
        }
        let members = Members(members);
        let rule = FaultRule {
            id: members.text("id")?.unwrap_or_default(),
            service: members.text("service")?,
            region: members.id("region")?,
            zone: members.text("zone")?,
            account: members.id("account")?,
            operation: members.text("operation")?,
            principal: members.text("principal")?,
            resource: members.text("resource")?,
            probability: members.probability()?,
            count: members.whole("count", 1..=1_000_000_000)?,
            latency: Duration::from_millis(members.whole("latency", 0..=MAX_LATENCY_MILLIS)?.unwrap_or(0)),
            error: members.get("error").map(FaultError::parse).transpose()?,
            expires: members.expires()?,
        };
        if !rule.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) || rule.id.len() > 128 {
            let problem = "may have 128 letters, digits, '.', '_' and '-' at most";
            return Err(RuleError::of("id", problem));
        }
        if rule.latency.is_zero() && rule.error.is_none() {
            return Err(RuleError::of("", "a rule must have an error or a latency above 0"));
        }
        Ok(rule)
    }

    /// The rule as JSON: what [`FaultRule::parse`] reads.
    pub fn to_json(&self) -> Value {
        let mut out = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                out.insert(name.to_owned(), value);
            }
        };
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        set("id", (!self.id.is_empty()).then(|| self.id.as_str().into()));
        set("service", text(&self.service));
        set("region", self.region.map(|region| region.as_str().into()));
        set("zone", text(&self.zone));
        set("account", self.account.map(|account| account.to_string().into()));
        set("operation", text(&self.operation));
        set("principal", text(&self.principal));
        set("resource", text(&self.resource));
        set("probability", (self.probability < 1.0).then(|| self.probability.into()));
        set("count", self.count.map(Value::from));
        let millis = u64::try_from(self.latency.as_millis()).unwrap_or(u64::MAX);
        set("latency", (millis > 0).then(|| millis.into()));
        set("error", self.error.as_ref().map(FaultError::to_json));
        set("expires", self.expires.map(|at| at.iso8601().into()));
        Value::Object(out)
    }

    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }

    pub(super) fn matches(&self, facts: &FaultFacts<'_>) -> bool {
        let is = |wanted: &Option<String>, had: &str| wanted.as_deref().is_none_or(|wanted| wanted == had);
        let fits = |pattern: &Option<String>, texts: &[&str]| {
            pattern.as_deref().is_none_or(|pattern| texts.iter().any(|text| glob(pattern, text)))
        };
        is(&self.service, facts.service)
            && self.region.is_none_or(|region| region == facts.region)
            && self.zone.as_deref().is_none_or(|zone| facts.zone == Some(zone))
            && self.account.is_none_or(|account| account == facts.account)
            && fits(&self.operation, &[facts.operation])
            && fits(&self.principal, facts.principals)
            && fits(&self.resource, facts.resources)
    }
}

fn brief_name(name: &str) -> String {
    name.chars().take(40).collect()
}

/// Whether `text` fits a pattern in which `*` stands for any text and `?` for one character. Its time is bounded by
/// the product of the lengths: only the last star is ever tried again.
fn glob(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    let mut star: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let mut rest = text.clone();
        match (pattern.next(), rest.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                star = Some((pattern.clone(), text.clone()));
                continue;
            }
            (Some('?'), Some(_)) => text = rest,
            (Some(wanted), Some(had)) if wanted == had => text = rest,
            _ => {
                let Some((after, from)) = &mut star else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (after.clone(), from.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text, expect) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "ab", true),
            ("a", "a", true),
            ("a", "b", false),
            ("a", "ab", false),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("*c", "abcd", false),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcdef", false),
            ("*b*", "abc", true),
            ("*ab", "aab", true),
            ("*ab?", "abaabx", true),
            ("?", "", false),
            ("?", "é", true),
            ("??", "é", false),
            ("a?c", "abc", true),
            ("A", "a", false),
        ] {
            assert_eq!(glob(pattern, text), expect, "{pattern} {text}");
        }
        let (pattern, text) = ("a*".repeat(500) + "b", "a".repeat(2_000));
        assert!(!glob(&pattern, &text));
    }

    #[test]
    fn a_rule_reads_back_as_it_was_written() {
        for rule in [
            json!({ "error": "throttling" }),
            json!({ "id": "x.1", "service": "queue", "region": "eu-west-1", "zone": "eu-west-1a",
                "account": "123456789012", "operation": "Send*", "principal": "arn:*", "resource": "arn:aws:s3:::b/*",
                "probability": 0.25, "count": 3, "latency": 250, "error": "connection reset",
                "expires": "2026-11-22T06:35:00Z" }),
            json!({ "latency": 1, "error": { "code": "Busy", "status": 503, "message": "later" } }),
        ] {
            let parsed = FaultRule::parse(&rule).unwrap();
            assert_eq!(parsed.to_json(), rule);
            assert_eq!(FaultRule::parse(&parsed.to_json()), Ok(parsed));
        }
        assert_eq!(FaultRule::parse(&json!({ "error": 500 })).unwrap().error, Some(FaultError::Internal));
        assert_eq!(FaultRule::parse(&json!({ "error": "500", "zone": null })).unwrap().zone, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let check = |rule: Value, expect: &str| {
            let error = FaultRule::parse(&rule).unwrap_err().to_string();
            assert!(error.starts_with(expect), "{rule}: {error}");
        };
        check(json!([]), "a rule is an object, not []");
        check(json!({}), "a rule must have an error or a latency above 0");
        check(json!({ "latency": 0 }), "a rule must have an error or a latency above 0");
        check(json!({ "servce": "queue", "error": "500" }), "servce: is not known: there are id, service, ");
        check(json!({ "service": 5 }), "service: must be a text, not 5");
        check(json!({ "service": "" }), "service: must not be empty");
        check(json!({ "operation": "x".repeat(3000) }), "operation: is longer than 2048 bytes");
        check(json!({ "region": "EU" }), "region: expected a region code such as us-east-1, not EU");
        check(json!({ "account": "12" }), "account: expected an account id of 12 digits, not 12");
        check(json!({ "probability": 2 }), "probability: must be a number from 0 to 1, not 2");
        check(json!({ "probability": "often" }), "probability: must be a number from 0 to 1, not \"often\"");
        check(json!({ "count": 0 }), "count: must be a whole number from 1 to 1000000000, not 0");
        check(json!({ "latency": -1 }), "latency: must be a whole number from 0 to 900000, not -1");
        check(json!({ "expires": "tomorrow" }), "expires: must be a moment such as 2026-11-22T06:35:00Z");
        check(
            json!({ "error": "404" }),
            "error: must be one of throttling, 500, 503, timeout, connection reset, or an",
        );
        check(json!({ "error": { "status": 500 } }), "error.code: must be given");
        check(json!({ "error": { "code": "A B", "status": 500 } }), "error.code: may have letters");
        check(json!({ "error": { "code": "A", "status": 200 } }), "error.status: must be 400 to 599, not 200");
        check(json!({ "error": { "code": "A", "status": 500, "x": 1 } }), "error.x: is not known");
        check(json!({ "error": "500", "id": "a b" }), "id: may have 128 letters");
    }
}
