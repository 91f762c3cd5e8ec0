//! Payload templates: JSON whose members named `x.$` are made from paths and functions.
//! <https://states-language.net/#payload-template>

use crate::language::fault::Fault;
use crate::language::intrinsic::Expression;
use crate::language::scope::Scope;
use serde_json::{Map, Value};

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub enum Template {
    /// As it stands.
    Constant(Value),
    /// An object: names with what they are made from.
    Object(Vec<(String, Part)>),
    /// A list.
    List(Vec<Template>),
}

/// What a member of an object is made from.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A template.
    Template(Template),
    /// A path or a function.
    Expression(Expression),
}

/// What is wrong with a template: where, and in which words.
pub struct Flaw {
    /// The path of the member, below the template.
    pub location: String,
    /// The text.
    pub text: String,
}

impl Template {
    /// A template from its JSON.
    pub fn read(json: &Value) -> Result<Template, Flaw> {
        match json {
            Value::Object(map) => {
                let mut members = Vec::with_capacity(map.len());
                for (name, value) in map {
                    members.push(member(name, value)?);
                }
                let constant = members.iter().all(|(_, part)| matches!(part, Part::Template(Template::Constant(_))));
                Ok(if constant { Template::Constant(json.clone()) } else { Template::Object(members) })
            }
            Value::Array(list) => {
                let items: Vec<Template> = list
                    .iter()
                    .enumerate()
                    .map(|(i, item)| {
                        let within = |flaw: Flaw| Flaw { location: format!("[{i}]{}", flaw.location), ..flaw };
                        Template::read(item).map_err(within)
                    })
                    .collect::<Result<_, _>>()?;
                let constant = items.iter().all(|item| matches!(item, Template::Constant(_)));
                Ok(if constant { Template::Constant(json.clone()) } else { Template::List(items) })
            }
            other => Ok(Template::Constant(other.clone())),
        }
    }

    /// What it makes.
    pub fn value(&self, scope: &mut Scope<'_>) -> Result<Value, Fault> {
        match self {
            Template::Constant(value) => Ok(value.clone()),
            Template::List(items) => items.iter().map(|item| item.value(scope)).collect(),
            Template::Object(members) => {
                let mut map = Map::with_capacity(members.len());
                for (name, part) in members {
                    let value = match part {
                        Part::Template(template) => template.value(scope)?,
                        Part::Expression(expression) => expression.value(scope, &format!("{name}.$"))?,
                    };
                    map.insert(name.clone(), value);
                }
                Ok(Value::Object(map))
            }
        }
    }
}

fn member(name: &str, value: &Value) -> Result<(String, Part), Flaw> {
    let within = |flaw: Flaw| Flaw { location: format!("/{name}{}", flaw.location), ..flaw };
    let Some(bare) = name.strip_suffix(".$") else {
        return Ok((name.to_owned(), Part::Template(Template::read(value).map_err(within)?)));
    };
    let expression = value.as_str().and_then(Expression::read).ok_or_else(|| Flaw {
        location: String::new(),
        text: format!("The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"),
    })?;
    Ok((bare.to_owned(), Part::Expression(expression)))
}
