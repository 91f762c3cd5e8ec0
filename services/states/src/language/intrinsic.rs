//! Intrinsic functions: `States.Format('{} of {}', $.name, States.ArrayLength($.list))`.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html>

use crate::language::fault::Fault;
use crate::language::functions;
use crate::language::path::Path;
use crate::language::scope::Scope;
use serde_json::Value;

/// "You can nest up to 10 intrinsic functions".
const DEEPEST: usize = 10;

/// What stands in a payload template for a value: a path or a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A path into the input or the context object.
    Path(Path),
    /// A literal argument.
    Literal(Value),
    /// A call of an intrinsic function.
    Call(Function, Vec<Expression>),
}

/// An intrinsic function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Format,
    StringToJson,
    JsonToString,
    Array,
    ArrayPartition,
    ArrayContains,
    ArrayRange,
    ArrayGetItem,
    ArrayLength,
    ArrayUnique,
    Base64Encode,
    Base64Decode,
    Hash,
    JsonMerge,
    MathRandom,
    MathAdd,
    StringSplit,
    Uuid,
}

/// Name, function, the fewest and the most arguments.
const FUNCTIONS: [(&str, Function, usize, usize); 18] = [
    ("Format", Function::Format, 1, usize::MAX),
    ("StringToJson", Function::StringToJson, 1, 1),
    ("JsonToString", Function::JsonToString, 1, 1),
    ("Array", Function::Array, 0, usize::MAX),
    ("ArrayPartition", Function::ArrayPartition, 2, 2),
    ("ArrayContains", Function::ArrayContains, 2, 2),
    ("ArrayRange", Function::ArrayRange, 3, 3),
    ("ArrayGetItem", Function::ArrayGetItem, 2, 2),
    ("ArrayLength", Function::ArrayLength, 1, 1),
    ("ArrayUnique", Function::ArrayUnique, 1, 1),
    ("Base64Encode", Function::Base64Encode, 1, 1),
    ("Base64Decode", Function::Base64Decode, 1, 1),
    ("Hash", Function::Hash, 2, 2),
    ("JsonMerge", Function::JsonMerge, 3, 3),
    ("MathRandom", Function::MathRandom, 2, 3),
    ("MathAdd", Function::MathAdd, 2, 2),
    ("StringSplit", Function::StringSplit, 2, 2),
    ("UUID", Function::Uuid, 0, 0),
];

impl Function {
    /// Its name behind `States.`.
    pub fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|(_, function, ..)| *function == self).map_or("", |(name, ..)| name)
    }
}

impl Expression {
    /// A path or a call from its text; `None` if it is neither.
    pub fn read(text: &str) -> Option<Expression> {
        if text.starts_with('$') {
            return Path::read(text).map(Expression::Path);
        }
        let mut reader = Reader { rest: text };
        let call = reader.call(0)?;
        reader.rest.trim().is_empty().then_some(call)
    }

    /// Its value. `field` is the name under which it stands, for the error's text.
    pub fn value(&self, scope: &mut Scope<'_>, field: &str) -> Result<Value, Fault> {
        match self {
            Expression::Literal(value) => Ok(value.clone()),
            Expression::Path(path) => scope.find(path, field),
            Expression::Call(function, arguments) => {
                let values = arguments.iter().map(|argument| argument.value(scope, field));
                let values: Vec<Value> = values.collect::<Result<_, _>>()?;
                functions::call(*function, values, scope.chance)
            }
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn takes(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_start();
        rest.strip_prefix(sign).map(|after| self.rest = after).is_some()
    }

    fn call(&mut self, depth: usize) -> Option<Expression> {
        if depth > DEEPEST {
            return None;
        }
        let rest = self.rest.trim_start().strip_prefix("States.")?;
        let (name, after) = rest.split_at(rest.find('(')?);
        let (_, function, least, most) = *FUNCTIONS.iter().find(|(known, ..)| *known == name.trim())?;
        self.rest = after.get(1..)?;
        let mut arguments = Vec::new();
        if !self.takes(')') {
            loop {
                arguments.push(self.argument(depth)?);
                if self.takes(')') {
                    break;
                }
                if !self.takes(',') {
                    return None;
                }
            }
        }
        // The template of `Format` keeps its escapes: it is read once more, for its braces.
        let plain = arguments.iter_mut().skip(usize::from(function == Function::Format));
        for argument in plain {
            if let Expression::Literal(Value::String(text)) = argument {
                *text = unescaped(text);
            }
        }
        (least..=most).contains(&arguments.len()).then_some(Expression::Call(function, arguments))
    }

    fn argument(&mut self, depth: usize) -> Option<Expression> {
        let rest = self.rest.trim_start();
        match rest.chars().next()? {
            '\'' => {
                self.rest = rest.get(1..)?;
                self.text().map(|text| Expression::Literal(Value::String(text)))
            }
            '$' => {
                let end = argument_end(rest);
                let (path, after) = rest.split_at(end);
                self.rest = after;
                Path::read(path.trim_end()).map(Expression::Path)
            }
            'S' => self.call(depth + 1),
            _ => {
                let (literal, after) = rest.split_at(argument_end(rest));
                self.rest = after;
                let literal: Value = serde_json::from_str(literal.trim()).ok()?;
                let plain = literal.is_number() || literal.is_boolean() || literal.is_null();
                plain.then_some(Expression::Literal(literal))
            }
        }
    }

    /// A text up to its closing quote. `\{` and `\}` stay as they are: the template of `Format` reads them.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '\'' => {
                    self.rest = self.rest.get(i + 1..)?;
                    return Some(text);
                }
                '\\' => match chars.next()?.1 {
                    c @ ('{' | '}' | '\\') => text.extend(['\\', c]),
                    '\'' => text.push('\''),
                    _ => return None,
                },
                c => text.push(c),
            }
        }
        None
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    out
}

/// Where an argument ends that is no text: at a comma or a parenthesis outside of brackets and quotes.
fn argument_end(text: &str) -> usize {
    let (mut depth, mut quote) = (0_usize, None);
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, ')') if depth > 0 => depth -= 1,
            (None, ',' | ')') if depth == 0 => return i,
            _ => {}
        }
    }
    text.len()
}
