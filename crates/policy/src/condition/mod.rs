//! Conditions: one operator, one key, the values it is compared with.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

mod operator;
mod value;

pub use operator::{Operator, SetOperator, Test};
pub(crate) use value::{Network, Number, moment};

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;

use crate::context::Context;
use crate::pattern::{ArnPattern, Pattern, Syntax};

/// One line of a `Condition` element: it holds or it does not. All lines of a statement must hold.
#[derive(Debug, Clone)]
pub struct Condition {
    operator: Operator,
    written: Box<str>,
    key: Box<str>,
    folded: Box<str>,
    values: Values,
}

/// The policy's values, read once into the type that the operator compares. A value that is not of that type is `None`
/// and equals nothing.
#[derive(Debug, Clone)]
enum Values {
    Text(Box<[Pattern]>),
    Numbers(Box<[(Pattern, Option<Number>)]>),
    Moments(Box<[(Pattern, Option<i128>)]>),
    Networks(Box<[(Pattern, Option<Network>)]>),
    Arns(Box<[ArnPattern]>),
}

impl Condition {
    /// Compiles one key of one operator. `variables` is true in documents of version 2012-10-17.
    pub(crate) fn compile(operator: Operator, written: &str, key: &str, raw: &[String], variables: bool) -> Self {
        let plain = |text: &str| Pattern::compile(text, Syntax { wildcards: false, variables: false, fold: false });
        let values = match operator.test {
            Test::Numeric(_) => Values::Numbers(raw.iter().map(|v| (plain(v), Number::parse(v))).collect()),
            Test::Date(_) => Values::Moments(raw.iter().map(|v| (plain(v), moment(v))).collect()),
            Test::IpAddress => Values::Networks(raw.iter().map(|v| (plain(v), Network::parse(v))).collect()),
            Test::Arn => Values::Arns(raw.iter().map(|v| ArnPattern::compile(v, variables)).collect()),
            Test::Binary | Test::Null => Values::Text(raw.iter().map(|v| plain(v)).collect()),
            Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike | Test::Bool => {
                let syntax = Syntax { wildcards: operator.test == Test::StringLike, variables, fold: false };
                Values::Text(raw.iter().map(|v| Pattern::compile(v, syntax)).collect())
            }
        };
        let folded = key.to_ascii_lowercase().into();
        Self { operator, written: written.into(), key: key.into(), folded, values }
    }

    /// The operator, taken apart.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The operator as the policy writes it, such as `ForAnyValue:StringLikeIfExists`.
    pub fn operator_name(&self) -> &str {
        &self.written
    }

    /// The context key as the policy writes it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The policy's values.
    pub fn values(&self) -> impl Iterator<Item = &Pattern> {
        let all: Vec<&Pattern> = match &self.values {
            Values::Text(v) => v.iter().collect(),
            Values::Numbers(v) => v.iter().map(|(raw, _)| raw).collect(),
            Values::Moments(v) => v.iter().map(|(raw, _)| raw).collect(),
            Values::Networks(v) => v.iter().map(|(raw, _)| raw).collect(),
            Values::Arns(v) => v.iter().map(ArnPattern::whole).collect(),
        };
        all.into_iter()
    }

    /// True if the condition is met by the request.
    ///
    /// A missing key fails a plain operator and meets a negated one, `IfExists` and `ForAllValues`; it fails
    /// `ForAnyValue`. Several values under a plain operator: one match is enough, and a negated operator denies that.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    pub fn holds(&self, context: &Context<'_>) -> bool {
        let found = context.get(&self.folded);
        let operator = self.operator;
        if let (Test::Null, Values::Text(wanted)) = (operator.test, &self.values) {
            let word = if found.as_deref().is_none_or(is_null) { "true" } else { "false" };
            return wanted.iter().any(|wanted| wanted.as_str().eq_ignore_ascii_case(word));
        }
        let Some(had) = found else {
            return operator.if_exists
                || match operator.set {
                    Some(SetOperator::ForAllValues) => true,
                    Some(SetOperator::ForAnyValue) => false,
                    None => operator.negated,
                };
        };
        let each = |value: &Cow<'_, str>| self.meets(value, context) != operator.negated;
        match operator.set {
            Some(SetOperator::ForAllValues) => is_null(&had) || had.iter().all(each),
            Some(SetOperator::ForAnyValue) => !is_null(&had) && had.iter().any(each),
            None if operator.negated => had.iter().all(each),
            None => had.iter().any(each),
        }
    }

    /// True if one value of the request equals (is less than, lies in, ...) at least one value of the policy.
    fn meets(&self, had: &str, context: &Context<'_>) -> bool {
        match (&self.values, self.operator.test) {
            (Values::Text(wanted), test) => wanted.iter().any(|wanted| text_meets(test, wanted, had, context)),
            (Values::Arns(wanted), _) => wanted.iter().any(|wanted| wanted.matches(had, context)),
            (Values::Numbers(wanted), Test::Numeric(order)) => Number::parse(had).is_some_and(|had| {
                wanted
                    .iter()
                    .any(|(_, wanted)| wanted.and_then(|wanted| had.compare(wanted)).is_some_and(|o| order.has(o)))
            }),
            (Values::Moments(wanted), Test::Date(order)) => moment(had).is_some_and(|had| {
                wanted.iter().any(|(_, wanted)| wanted.is_some_and(|wanted| order.has(had.cmp(&wanted))))
            }),
            (Values::Networks(wanted), _) => had
                .trim()
                .parse::<IpAddr>()
                .is_ok_and(|had| wanted.iter().any(|(_, wanted)| wanted.is_some_and(|wanted| wanted.contains(had)))),
            (Values::Numbers(_) | Values::Moments(_), _) => false,
        }
    }
}

/// AWS counts a key whose values "resolve to an empty data set, such as an empty string" as null.
fn is_null(values: &[Cow<'_, str>]) -> bool {
    values.iter().all(|value| value.is_empty())
}

/// Whether date operators can read `text`: a date and time of ISO 8601, or seconds since 1970.
pub fn is_moment(text: &str) -> bool {
    moment(text).is_some()
}

fn text_meets(test: Test, wanted: &Pattern, had: &str, context: &Context<'_>) -> bool {
    match test {
        Test::StringEqualsIgnoreCase => wanted.filled(context).is_some_and(|wanted| same_but_case(&wanted, had)),
        Test::Bool => wanted.filled(context).is_some_and(|wanted| {
            had.eq_ignore_ascii_case(&wanted) && ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(had))
        }),
        // Both sides are base64 text; only the padding may differ between two spellings of the same bytes.
        Test::Binary => wanted.as_str().trim_end_matches('=') == had.trim_end_matches('='),
        _ => wanted.matches(had, context),
    }
}

fn same_but_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

/// Which orders of (request, policy) an operator accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Equal.
    Equals,
    /// Less than.
    LessThan,
    /// Less than or equal.
    LessThanEquals,
    /// Greater than.
    GreaterThan,
    /// Greater than or equal.
    GreaterThanEquals,
}

impl Order {
    fn has(self, order: Ordering) -> bool {
        match self {
            Self::Equals => order.is_eq(),
            Self::LessThan => order.is_lt(),
            Self::LessThanEquals => order.is_le(),
            Self::GreaterThan => order.is_gt(),
            Self::GreaterThanEquals => order.is_ge(),
        }
    }
}
