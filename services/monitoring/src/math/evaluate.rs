use super::functions::call;
use super::parser::{Expression, Node};
use super::{Series, invalid};
use service::Result;

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    Text(String),
    Series(Series),
    /// Several series, by the ids of what they come from where they have one.
    Many(Vec<Series>),
}

/// What expressions may name.
pub trait Names {
    /// What goes by an id, which may be another expression's.
    fn named(&self, id: &str) -> Result<Option<Value>>;
    /// The metrics themselves, with their ids.
    fn metrics(&self) -> Result<Vec<(String, Series)>>;
    /// The stretch of time that is looked at, in seconds.
    fn grid(&self) -> (i64, i64);
}

/// Evaluates an expression.
///
/// # Errors
/// `ValidationError`; `NotImplemented` for functions that are not built.
pub fn evaluate(expression: &Expression, names: &dyn Names) -> Result<Value> {
    Work { text: &expression.text, names }.node(&expression.node)
}

pub(super) struct Work<'e> {
    pub text: &'e str,
    pub names: &'e dyn Names,
}

impl Work<'_> {
    pub fn node(&self, node: &Node) -> Result<Value> {
        match node {
            Node::Number(number) => Ok(Value::Number(*number)),
            Node::Text(text) => Ok(Value::Text(text.clone())),
            Node::Name(id) => {
                self.names.named(id)?.ok_or_else(|| invalid(self.text, format_args!("'{id}' is no id of a query")))
            }
            Node::List(nodes) => {
                let mut all = Vec::new();
                for node in nodes {
                    match self.node(node)? {
                        Value::Series(series) => all.push(series),
                        Value::Many(many) => all.extend(many),
                        _ => return Err(invalid(self.text, "An array holds time series alone")),
                    }
                }
                Ok(Value::Many(all))
            }
            Node::Negative(node) => self.apply(&Value::Number(0.0), &self.node(node)?, &|a, b| match a {
                0.0 => -b,
                _ => a - b,
            }),
            Node::Operation(operator, left, right) => {
                self.apply(&self.node(left)?, &self.node(right)?, &operation(operator))
            }
            Node::Call(name, arguments) => call(self, name, arguments),
        }
    }

    /// An operation on two values: at the moments that both have.
    pub fn apply(&self, left: &Value, right: &Value, of: &dyn Fn(f64, f64) -> f64) -> Result<Value> {
        Ok(match (left, right) {
            (Value::Number(a), Value::Number(b)) => Value::Number(of(*a, *b)),
            (Value::Series(a), Value::Number(b)) => Value::Series(a.map(|a| of(a, *b))),
            (Value::Number(a), Value::Series(b)) => Value::Series(b.map(|b| of(*a, b))),
            (Value::Series(a), Value::Series(b)) => Value::Series(both(a, b, of)),
            (Value::Many(many), other) => Value::Many(self.each(many, |one| self.apply(&one, other, of))?),
            (other, Value::Many(many)) => Value::Many(self.each(many, |one| self.apply(other, &one, of))?),
            _ => return Err(invalid(self.text, "A text stands where a number or a time series is wanted")),
        })
    }

    fn each(&self, many: &[Series], of: impl Fn(Value) -> Result<Value>) -> Result<Vec<Series>> {
        let one = |series: &Series| match of(Value::Series(series.clone()))? {
            Value::Series(series) => Ok(series),
            _ => Err(invalid(self.text, "Arrays cannot be put together")),
        };
        many.iter().map(one).collect()
    }
}

fn both(a: &Series, b: &Series, of: &dyn Fn(f64, f64) -> f64) -> Series {
    let pairs = a.values.iter().filter_map(|(at, left)| Some((*at, of(*left, *b.values.get(at)?))));
    Series { period: a.period.max(b.period), values: pairs.filter(|(_, value)| value.is_finite()).collect() }
}

fn operation(operator: &str) -> impl Fn(f64, f64) -> f64 + use<> {
    let truth = |holds: bool| if holds { 1.0 } else { 0.0 };
    let operator = operator.to_owned();
    move |a, b| match operator.as_str() {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "^" => a.powf(b),
        "<" => truth(a < b),
        ">" => truth(a > b),
        "<=" => truth(a <= b),
        ">=" => truth(a >= b),
        "==" => truth(a == b),
        "!=" => truth(a != b),
        "&&" | "AND" => truth(a != 0.0 && b != 0.0),
        _ => truth(a != 0.0 || b != 0.0),
    }
}
