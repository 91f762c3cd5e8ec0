use super::{Exception, Pattern, Rules, Style};
use model::{Model, ShapeId};
use shape::{IndexMap, Peek, Value};
use std::fmt;

/// A member that breaks a constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The member as the style writes it: `tags.1.member.key`, or `/tags/0/key`.
    pub path: String,
    /// `Value`, `Value 'x'`, `Value null` or `Value with length 3`.
    pub subject: String,
    /// `Member must …`
    pub constraint: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { path, subject, constraint } = self;
        write!(f, "{subject} at '{path}' failed to satisfy constraint: {constraint}")
    }
}

/// The text of an error that tells of these violations.
pub fn message(style: Style, violations: &[Violation]) -> String {
    let plural = if violations.len() == 1 { "" } else { "s" };
    let stop = if style == Style::Smithy { '.' } else { ':' };
    let all: Vec<String> = violations.iter().map(Violation::to_string).collect();
    format!("{} validation error{plural} detected{stop} {}", violations.len(), all.join("; "))
}

/// The error's members beside the message: Smithy's field list, and nothing in the other styles.
/// <https://smithy.io/2.0/spec/constraint-traits.html>
pub fn members(style: Style, violations: &[Violation]) -> Value {
    if style != Style::Smithy {
        return Value::Null;
    }
    let field = |v: &Violation| {
        let entries = [("path", v.path.clone()), ("message", v.to_string())];
        Value::Map(entries.into_iter().map(|(name, text)| (name.to_owned(), Value::Str(text))).collect())
    };
    let list = Value::List(violations.iter().map(field).collect());
    Value::Map(IndexMap::from_iter([("fieldList".to_owned(), list)]))
}

/// What holds for one value: its shape's constraints and the service's exceptions.
pub(super) struct Constraints<'a> {
    min: Option<f64>,
    max: Option<f64>,
    pattern: Option<(&'a str, Option<&'a Pattern>)>,
    values: &'a [Box<str>],
    unique: bool,
}

impl<'a> Constraints<'a> {
    pub fn of(model: &'a Model, id: ShapeId, exception: Option<&'a Exception>, rules: &'a Rules) -> Constraints<'a> {
        let shape = model.shape(id);
        let closed = exception.and_then(|e| e.closed).unwrap_or(rules.closes_enums());
        let pattern = match exception.and_then(|e| e.pattern.as_deref()) {
            Some("") => None,
            Some(own) => Some((own, rules.own_pattern(own))),
            None => shape.pattern.as_deref().map(|text| (text, rules.pattern(model, id))),
        };
        Constraints {
            min: exception.and_then(|e| e.min).or(shape.min),
            max: exception.and_then(|e| e.max).or(shape.max),
            pattern,
            values: if closed { &shape.values } else { &[] },
            unique: shape.unique_items,
        }
    }

    /// Whether there is nothing to check: most members of most shapes.
    pub fn is_none(&self) -> bool {
        self.min.is_none() && self.max.is_none() && self.pattern.is_none() && self.values.is_empty() && !self.unique
    }

    /// Hands over the subject and text of each constraint that the value breaks.
    pub fn broken(&self, value: Peek<'_>, style: Style, report: &mut dyn FnMut(Option<usize>, String)) {
        let (size, is_length) = match value {
            Peek::Int(number) => (number as f64, false),
            Peek::Float(number) => (number, false),
            Peek::Str(text) => (text.chars().count() as f64, true),
            Peek::Blob(bytes) => (bytes.len() as f64, true),
            Peek::List(list) => (list.len() as f64, true),
            Peek::Map(map) => (map.len() as f64, true),
            _ => return,
        };
        let length = is_length.then_some(size as usize);
        let (low, high) = (self.min.is_some_and(|min| size < min), self.max.is_some_and(|max| size > max));
        match style {
            Style::Smithy if low || high => report(length, self.between(is_length)),
            Style::Smithy => {}
            _ => {
                let texts = [(high, self.at_most(is_length)), (low, self.at_least(is_length))];
                texts.into_iter().filter(|(broken, _)| *broken).for_each(|(_, text)| report(length, text));
            }
        }
        if let Peek::Str(text) = value {
            if let Some((pattern, Some(compiled))) = self.pattern
                && !compiled.fits(text)
            {
                report(None, of_pattern(pattern));
            }
            if !self.values.is_empty() && !self.values.iter().any(|v| **v == *text) {
                report(None, self.of_values());
            }
        }
        if self.unique
            && let Peek::List(list) = value
            && super::check::has_twins(list)
        {
            report(None, "Member must have unique values".to_owned());
        }
    }

    /// All constraints in brackets, as AWS lists them for the elements of lists and maps.
    pub fn listed(&self, is_length: bool) -> String {
        let mut all = Vec::new();
        all.extend(self.max.map(|_| self.at_most(is_length)));
        all.extend(self.min.map(|_| self.at_least(is_length)));
        all.extend(self.pattern.map(|(pattern, _)| of_pattern(pattern)));
        if !self.values.is_empty() {
            all.push(self.of_values());
        }
        format!("[{}]", all.join(", "))
    }

    fn at_most(&self, is_length: bool) -> String {
        let max = self.max.unwrap_or_default();
        format!("Member must have {} less than or equal to {max}", if is_length { "length" } else { "value" })
    }

    fn at_least(&self, is_length: bool) -> String {
        let min = self.min.unwrap_or_default();
        format!("Member must have {} greater than or equal to {min}", if is_length { "length" } else { "value" })
    }

    fn between(&self, is_length: bool) -> String {
        let have = if is_length { "have length" } else { "be" };
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("Member must {have} between {min} and {max}, inclusive"),
            (Some(min), None) => format!("Member must {have} greater than or equal to {min}"),
            (_, max) => format!("Member must {have} less than or equal to {}", max.unwrap_or_default()),
        }
    }

    fn of_values(&self) -> String {
        format!("Member must satisfy enum value set: [{}]", self.values.join(", "))
    }
}

fn of_pattern(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}
