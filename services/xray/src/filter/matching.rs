//! Holding a trace against an expression.
//!
//! By themselves, keywords ask about the trace as its client saw it: the response of its first segment. Within `service()` and
//! `edge()` they ask about one service, or one call.

use super::{Comparison, Expression, Flag, Literal, Number, Selector, Text};
use crate::entity::Entity;
use crate::trace::Trace;
use serde_json::Value as Json;

/// What an expression is held against.
#[derive(Clone, Copy)]
enum Subject<'a> {
    /// The whole.
    Trace,
    /// A segment.
    Segment(Entity<'a>),
}

struct Matcher<'a> {
    trace: &'a Trace,
    root: Option<Entity<'a>>,
}

/// Whether an expression holds for a trace.
pub fn matches(expression: &Expression, trace: &Trace) -> bool {
    Matcher { trace, root: trace.root() }.holds(expression, Subject::Trace)
}

impl<'a> Matcher<'a> {
    fn holds(&self, expression: &Expression, subject: Subject<'a>) -> bool {
        match expression {
            Expression::All(parts) => parts.iter().all(|part| self.holds(part, subject)),
            Expression::Any(parts) => parts.iter().any(|part| self.holds(part, subject)),
            Expression::Not(inner) => !self.holds(inner, subject),
            Expression::Flag(flag) => self.flag(*flag, subject),
            Expression::Number(number, comparison, value) => {
                self.number(*number, subject).is_some_and(|own| compared(own.partial_cmp(value), *comparison))
            }
            Expression::Text(text, comparison, value) => self.texts(*text, subject, *comparison, value),
            Expression::Annotation(key, wanted) => self.annotation(key, wanted.as_ref(), subject),
            Expression::Service(selector, body) => self.segments(subject).any(|segment| {
                selected(selector, segment)
                    && body.as_ref().is_none_or(|body| self.holds(body, Subject::Segment(segment)))
            }),
            Expression::Edge(from, to, body) => self.segments(subject).any(|segment| {
                let caller = self.caller(segment.text("parent_id"));
                caller.is_some_and(|caller| selected(from, caller) && selected(to, segment))
                    && body.as_ref().is_none_or(|body| self.holds(body, Subject::Segment(segment)))
            }),
        }
    }

    /// The segments that a subject is about.
    fn segments(&self, subject: Subject<'a>) -> Box<dyn Iterator<Item = Entity<'a>> + '_> {
        match subject {
            Subject::Trace => Box::new(self.trace.entities()),
            Subject::Segment(segment) => Box::new(std::iter::once(segment)),
        }
    }

    /// The segment in which an entity lies.
    fn caller(&self, id: &str) -> Option<Entity<'a>> {
        self.trace.entities().find(|segment| {
            let mut found = false;
            segment.walk(&mut |entity| found |= !id.is_empty() && entity.text("id") == id);
            found
        })
    }

    /// The segment whose response a subject is known by.
    fn response(&self, subject: Subject<'a>) -> Option<Entity<'a>> {
        match subject {
            Subject::Trace => self.root,
            Subject::Segment(segment) => Some(segment),
        }
    }

    fn flag(&self, flag: Flag, subject: Subject<'a>) -> bool {
        let Some(response) = self.response(subject) else { return false };
        let outcome = response.outcome();
        match flag {
            Flag::Ok => response.end().is_some() && !outcome.fault && !outcome.error && !outcome.throttle,
            Flag::Error => outcome.error,
            Flag::Throttle => match subject {
                // As `HasThrottle`: one of its segments.
                Subject::Trace => self.trace.entities().any(|segment| segment.outcome().throttle),
                Subject::Segment(_) => outcome.throttle,
            },
            Flag::Fault => outcome.fault,
            Flag::Partial => self.segments(subject).any(Entity::is_partial),
            Flag::Inferred => self.segments(subject).any(|segment| segment.is("inferred")),
            Flag::Root => match subject {
                Subject::Trace => self.root.is_some(),
                Subject::Segment(segment) => self.root.is_some_and(|root| std::ptr::eq(root.0, segment.0)),
            },
        }
    }

    fn number(&self, number: Number, subject: Subject<'a>) -> Option<f64> {
        let response = self.response(subject)?;
        match (number, subject) {
            (Number::ResponseTime, _) | (Number::Duration, Subject::Segment(_)) => response.seconds(),
            (Number::Duration, Subject::Trace) => Some(self.trace.seconds()),
            (Number::Status, _) => response.status().map(|status| status as f64),
        }
    }

    fn texts(&self, text: Text, subject: Subject<'a>, comparison: Comparison, wanted: &str) -> bool {
        let response = |path: &[&str]| {
            let own = self.response(subject).map(|response| response.text_at(path)).unwrap_or_default();
            !own.is_empty() && compared_text(own, comparison, wanted)
        };
        let any = |path: &[&str]| {
            self.segments(subject).any(|segment| {
                let own = segment.text_at(path);
                !own.is_empty() && compared_text(own, comparison, wanted)
            })
        };
        match text {
            Text::Url => response(&["http", "request", "url"]),
            Text::Method => response(&["http", "request", "method"]),
            Text::UserAgent => response(&["http", "request", "user_agent"]),
            Text::ClientIp => response(&["http", "request", "client_ip"]),
            Text::User => any(&["user"]),
            Text::Name => any(&["name"]),
            Text::Type => any(&["origin"]),
            Text::Message => self.messages(subject).iter().any(|own| compared_text(own, comparison, wanted)),
            Text::ResourceArn => any(&["resource_arn"]),
            Text::InstanceId => any(&["aws", "ec2", "instance_id"]),
            Text::AvailabilityZone => any(&["aws", "ec2", "availability_zone"]),
        }
    }

    /// The messages of all exceptions.
    fn messages(&self, subject: Subject<'a>) -> Vec<&'a str> {
        let mut messages = Vec::new();
        for segment in self.segments(subject) {
            segment.walk(&mut |entity| {
                let exceptions = entity.at(&["cause", "exceptions"]).and_then(Json::as_array);
                let of = |exception: &'a Json| exception.get("message").and_then(Json::as_str);
                messages.extend(exceptions.into_iter().flatten().filter_map(of));
            });
        }
        messages
    }

    fn annotation(&self, key: &str, wanted: Option<&(Comparison, Literal)>, subject: Subject<'a>) -> bool {
        let mut found = false;
        for segment in self.segments(subject) {
            segment.walk(&mut |entity| {
                found |= entity.at(&["annotations", key]).is_some_and(|own| match wanted {
                    None => true,
                    Some((comparison, literal)) => annotated(own, *comparison, literal),
                });
            });
        }
        found
    }
}

fn selected(selector: &Selector, segment: Entity<'_>) -> bool {
    let (name, kind) = segment.service();
    selector.name.as_ref().is_none_or(|wanted| wanted == name)
        && selector.kind.as_ref().is_none_or(|wanted| wanted == kind)
}

fn annotated(own: &Json, comparison: Comparison, literal: &Literal) -> bool {
    match (own, literal) {
        (Json::String(own), Literal::Text(wanted)) => compared_text(own, comparison, wanted),
        (Json::Number(own), Literal::Number(wanted)) => {
            compared(own.as_f64().and_then(|own| own.partial_cmp(wanted)), comparison)
        }
        (Json::Bool(own), Literal::Flag(wanted)) => compared(Some(own.cmp(wanted)), comparison),
        // Another kind is another value.
        _ => comparison == Comparison::NotEqual,
    }
}

fn compared(order: Option<std::cmp::Ordering>, comparison: Comparison) -> bool {
    let Some(order) = order else { return false };
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Contains | Comparison::BeginsWith | Comparison::EndsWith => false,
    }
}

fn compared_text(own: &str, comparison: Comparison, wanted: &str) -> bool {
    match comparison {
        Comparison::Contains => own.contains(wanted),
        Comparison::BeginsWith => own.starts_with(wanted),
        Comparison::EndsWith => own.ends_with(wanted),
        comparison => compared(Some(own.cmp(wanted)), comparison),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::parse;
    use crate::trace::assembled;
    use serde_json::json;

    fn trace() -> Trace {
        let row = crate::state::Trace {
            start: service::Timestamp::from_secs(10),
            end: service::Timestamp::from_secs(14),
            ..crate::state::Trace::default()
        };
        let http = json!({"request": {"url": "http://api/v2/x", "method": "GET"}, "response": {"status": 200}});
        let call = json!({"id": "s", "name": "DynamoDB", "namespace": "aws", "start_time": 11.0, "end_time": 12.0,
                          "throttle": true, "aws": {"table_name": "orders"}, "annotations": {"tier": "gold", "n": 3}});
        let segments = assembled(vec![
            json!({"id": "a", "name": "api", "start_time": 10.0, "end_time": 13.0, "http": http}),
            json!({"id": "b", "name": "worker", "origin": "AWS::Lambda::Function", "parent_id": "a", "start_time": 10.5,
                   "end_time": 14.0, "fault": true, "user": "ann", "subsegments": [call],
                   "cause": {"exceptions": [{"message": "no such order"}]}}),
        ]);
        Trace { row, segments }
    }

    #[test]
    fn expressions_hold_or_do_not() {
        let trace = trace();
        for (text, expect) in [
            ("ok", true),
            ("fault", false),
            ("throttle", true),
            ("service() { fault }", true),
            (r#"service("api") { fault }"#, false),
            (r#"service("worker") { fault AND responsetime > 3 }"#, true),
            (r#"service(id(type: "AWS::DynamoDB::Table"))"#, true),
            (r#"edge("api", "worker") { fault }"#, true),
            (r#"edge("worker", "orders")"#, true),
            (r#"edge("worker", "api")"#, false),
            ("responsetime = 3 duration = 4 !partial", true),
            ("duration < 4 OR http.status = 200", true),
            (r#"http.url BEGINSWITH "http://api/" AND http.url CONTAINS "/v2/""#, true),
            (r#"http.method = "POST""#, false),
            (r#"annotation.tier = "gold" AND annotation[n] >= 3"#, true),
            (r#"annotation.tier != "gold""#, false),
            ("annotation.none", false),
            (r#"user = "ann""#, true),
            (r#"message CONTAINS "order""#, true),
            (r#"!service("gone")"#, true),
            (r#"service("orders") { inferred }"#, true),
            (r#"service("worker") { root }"#, false),
        ] {
            assert_eq!(matches(&parse(text).unwrap(), &trace), expect, "{text}");
        }
    }
}
