//! The rules of composite alarms.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>

use crate::errors;
use service::{ArnParts, Result};

/// How deep a rule may nest.
const DEEPEST: usize = 32;
/// The most alarms that a rule names.
const MOST: usize = 100;

/// How alarms stand.
pub trait Verdicts {
    /// The state of an alarm; `None` where there is none of the name.
    fn state(&self, alarm: &str) -> Result<Option<String>>;
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Is(&'static str, String),
    Truth(bool),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// Whether a rule holds now.
pub fn holds(rule: &str, verdicts: &dyn Verdicts) -> Result<bool> {
    parse(rule)?.holds(verdicts)
}

/// The names of the alarms in a rule.
///
/// # Errors
/// `ValidationError` for what is no rule.
pub fn named(rule: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    parse(rule)?.names(&mut names);
    names.sort();
    names.dedup();
    match names.len() {
        count if count > MOST => Err(invalid(format!("it names more than {MOST} alarms"))),
        _ => Ok(names),
    }
}

impl Node {
    fn holds(&self, verdicts: &dyn Verdicts) -> Result<bool> {
        Ok(match self {
            Node::Truth(truth) => *truth,
            Node::Is(state, alarm) => verdicts.state(alarm)?.as_deref() == Some(*state),
            Node::Not(node) => !node.holds(verdicts)?,
            Node::All(nodes) => {
                let all: Vec<bool> = nodes.iter().map(|node| node.holds(verdicts)).collect::<Result<_>>()?;
                all.into_iter().all(|holds| holds)
            }
            Node::Any(nodes) => {
                let all: Vec<bool> = nodes.iter().map(|node| node.holds(verdicts)).collect::<Result<_>>()?;
                all.into_iter().any(|holds| holds)
            }
        })
    }

    fn names(&self, into: &mut Vec<String>) {
        match self {
            Node::Truth(_) => {}
            Node::Is(_, alarm) => into.push(alarm.clone()),
            Node::Not(node) => node.names(into),
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| node.names(into)),
        }
    }
}

fn invalid(why: impl std::fmt::Display) -> service::Error {
    errors::validation(format!("Error in AlarmRule: {why}"))
}

struct Parser<'r> {
    rest: &'r str,
    depth: usize,
}

fn parse(rule: &str) -> Result<Node> {
    let mut parser = Parser { rest: rule, depth: 0 };
    let node = parser.any()?;
    match parser.rest.trim() {
        "" => Ok(node),
        rest => Err(invalid(format_args!("Unsupported text '{rest}'"))),
    }
}

impl Parser<'_> {
    fn take(&mut self, sign: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self, word: &str) -> bool {
        self.rest = self.rest.trim_start();
        let after = self.rest.strip_prefix(word);
        let Some(after) = after.filter(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
        else {
            return false;
        };
        self.rest = after;
        true
    }

    fn any(&mut self) -> Result<Node> {
        let mut nodes = vec![self.all()?];
        while self.word("OR") {
            nodes.push(self.all()?);
        }
        Ok(Node::Any(nodes))
    }

    fn all(&mut self) -> Result<Node> {
        let mut nodes = vec![self.one()?];
        while self.word("AND") {
            nodes.push(self.one()?);
        }
        Ok(Node::All(nodes))
    }

    fn one(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(invalid("it nests too deeply"));
        }
        let node = match () {
            () if self.word("NOT") => Node::Not(Box::new(self.one()?)),
            () if self.word("TRUE") => Node::Truth(true),
            () if self.word("FALSE") => Node::Truth(false),
            () if self.take("(") => {
                let node = self.any()?;
                self.close()?;
                node
            }
            () => {
                let state = ["ALARM", "OK", "INSUFFICIENT_DATA"].into_iter().find(|state| self.word(state));
                let state = state.ok_or_else(|| invalid(format_args!("Unsupported text '{}'", self.rest)))?;
                if !self.take("(") {
                    return Err(invalid(format_args!("'(' is missing behind {state}")));
                }
                let alarm = self.alarm()?;
                self.close()?;
                Node::Is(state, alarm)
            }
        };
        self.depth -= 1;
        Ok(node)
    }

    fn close(&mut self) -> Result<()> {
        if self.take(")") { Ok(()) } else { Err(invalid("')' is missing")) }
    }

    /// A name, with or without quotation marks, or an ARN.
    fn alarm(&mut self) -> Result<String> {
        let text = match self.take("\"") {
            true => {
                let (text, rest) = self.rest.split_once('"').ok_or_else(|| invalid("a quotation mark is missing"))?;
                self.rest = rest;
                text
            }
            false => {
                let end = self.rest.find(')').ok_or_else(|| invalid("')' is missing"))?;
                let (text, rest) = self.rest.split_at_checked(end).unwrap_or_default();
                self.rest = rest;
                text.trim()
            }
        };
        let name = match ArnParts::parse(text) {
            Ok(parts) => parts.resource.strip_prefix("alarm:").unwrap_or(parts.resource),
            Err(_) => text,
        };
        if name.is_empty() { Err(invalid("an alarm has no name")) } else { Ok(name.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Verdicts for Known {
        fn state(&self, alarm: &str) -> Result<Option<String>> {
            let state = match alarm {
                "a" => Some("ALARM"),
                "b (x)" => Some("OK"),
                "c" => Some("INSUFFICIENT_DATA"),
                _ => None,
            };
            Ok(state.map(str::to_owned))
        }
    }

    #[test]
    fn rules_hold_or_not() {
        let check = |rule: &str, expect: bool| assert_eq!(holds(rule, &Known), Ok(expect), "{rule}");
        check("ALARM(a)", true);
        check("ALARM(\"a\") AND OK(\"b (x)\")", true);
        check("ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a)", true);
        check("NOT ALARM(a)", false);
        check("NOT (ALARM(a) AND ALARM(c)) AND INSUFFICIENT_DATA(c)", true);
        check("OK(a) OR ALARM(c) OR TRUE", true);
        check("FALSE OR OK(a) AND TRUE", false);
        assert_eq!(named("ALARM(a) OR OK(c) AND ALARM(a)"), Ok(vec!["a".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for rule in ["", "ALARM", "ALARM()", "ALARM(a", "alarm(a)", "ALARM(a) ALARM(c)", "NOT", "TRUEISH", "(TRUE"] {
            assert!(named(rule).is_err(), "{rule}");
        }
        assert!(named(&"(".repeat(5000)).is_err());
    }
}
