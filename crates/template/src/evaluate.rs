//! The evaluation of conditions and of values.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use crate::pseudo::{self, Pseudo};
use crate::substitute::{Piece, pieces};
use crate::{DEEPEST, Error, Result, Template, functions, json, references};
use shape::{IndexMap, Value};

/// What an evaluation needs to know that no template says.
pub trait Facts {
    /// The value of a declared parameter: a text, or a list of texts.
    fn parameter(&self, name: &str) -> Option<Value>;
    /// The value of a pseudo parameter other than `NoValue`.
    fn pseudo(&self, name: Pseudo) -> Value;
    /// What `Ref` of a resource gives.
    fn reference(&self, resource: &str) -> Result<Value>;
    /// What `Fn::GetAtt` gives.
    fn attribute(&self, resource: &str, attribute: &str) -> Result<Value>;
    /// The value that is exported under a name.
    fn import(&self, export: &str) -> Result<Value>;
    /// The names of a region's availability zones.
    fn zones(&self, region: &str) -> Result<Vec<String>>;
}

/// Evaluates values of one template over one set of facts.
pub struct Evaluator<'a> {
    template: &'a Template,
    facts: &'a dyn Facts,
    conditions: IndexMap<String, bool>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator whose conditions are decided.
    pub fn new(template: &'a Template, facts: &'a dyn Facts) -> Result<Evaluator<'a>> {
        let mut evaluator = Evaluator { template, facts, conditions: IndexMap::new() };
        for name in template.conditions.keys() {
            evaluator.decide(name, 0)?;
        }
        Ok(evaluator)
    }

    /// Whether a condition holds; `None` where there is none of that name.
    pub fn condition(&self, name: &str) -> Option<bool> {
        self.conditions.get(name).copied()
    }

    /// Whether what carries this condition is there.
    pub fn holds(&self, condition: Option<&str>) -> bool {
        condition.is_none_or(|name| self.condition(name) == Some(true))
    }

    /// A value with all its functions evaluated; `None` where it comes to `NoValue`.
    pub fn value(&self, value: &Value) -> Result<Option<Value>> {
        Ok(match value {
            Value::List(items) => {
                let items: Vec<Option<Value>> = items.iter().map(|item| self.value(item)).collect::<Result<_>>()?;
                Some(Value::List(items.into_iter().flatten().collect()))
            }
            Value::Map(map) => {
                if let Some((name, argument)) = function(map) {
                    return self.function(name, argument);
                }
                let mut out = IndexMap::new();
                for (name, value) in map {
                    if let Some(value) = self.value(value)? {
                        out.insert(name.clone(), value);
                    }
                }
                Some(Value::Map(out))
            }
            Value::Null => None,
            value => Some(value.clone()),
        })
    }

    /// A value that must come to a text.
    pub fn text(&self, value: &Value) -> Result<Option<String>> {
        Ok(self.value(value)?.as_ref().and_then(json::text))
    }

    fn function(&self, name: &str, argument: &Value) -> Result<Option<Value>> {
        match name {
            "Ref" => self.reference(argument),
            "Fn::GetAtt" => self.attribute(argument).map(Some),
            "Fn::If" => self.choose(argument),
            "Fn::Sub" => self.substitute(argument).map(Some),
            "Fn::ImportValue" => {
                let name = self.text(argument)?.ok_or_else(|| {
                    Error::template(
                        "the attribute in Fn::ImportValue must not depend on any resources, imported \
                                     values, or Fn::GetAZs",
                    )
                })?;
                self.facts.import(&name).map(Some)
            }
            "Fn::GetAZs" => {
                let region = self.text(argument)?.filter(|region| !region.is_empty());
                let own = || json::text(&self.facts.pseudo(Pseudo::Region)).unwrap_or_default();
                let zones = self.facts.zones(&region.unwrap_or_else(own))?;
                Ok(Some(Value::List(zones.into_iter().map(Value::Str).collect())))
            }
            "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => {
                Err(Error::template(format!("{name} is a function of conditions, and cannot stand here")))
            }
            name => {
                let argument = self.value(argument)?.unwrap_or_default();
                functions::apply(name, &argument, &self.template.mappings).map(Some)
            }
        }
    }

    fn reference(&self, argument: &Value) -> Result<Option<Value>> {
        let Value::Str(name) = argument else {
            return Err(Error::format("All Ref objects must be strings"));
        };
        match pseudo::of(name) {
            Some(Pseudo::NoValue) => return Ok(None),
            Some(pseudo) => return Ok(Some(self.facts.pseudo(pseudo))),
            None => {}
        }
        match self.facts.parameter(name) {
            Some(value) => Ok(Some(value)),
            None => self.facts.reference(name).map(Some),
        }
    }

    fn attribute(&self, argument: &Value) -> Result<Value> {
        // The attribute's name may be a function, the resource's may not.
        let (resource, attribute) = match argument {
            Value::List(items) if matches!(items.as_slice(), [Value::Str(_), Value::Map(_)]) => {
                let resource = items.first().and_then(Value::as_str).map(str::to_owned);
                resource.zip(items.get(1).map(|value| self.text(value)).transpose()?.flatten())
            }
            argument => references::attribute(argument),
        }
        .ok_or_else(|| {
            let text =
                "Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute";
            Error::template(text)
        })?;
        self.facts.attribute(&resource, &attribute)
    }

    fn choose(&self, argument: &Value) -> Result<Option<Value>> {
        let malformed = || Error::template("Fn::If requires a list argument with the first element being a condition");
        let [condition, yes, no] = argument.as_list().unwrap_or_default() else { return Err(malformed()) };
        let name = condition.as_str().ok_or_else(malformed)?;
        let holds = self.condition(name).ok_or_else(|| Error::format(format!("Condition {name} is not defined.")))?;
        self.value(if holds { yes } else { no })
    }

    fn substitute(&self, argument: &Value) -> Result<Value> {
        let malformed = || {
            Error::template(
                "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string \
                             as first argument, and an optional second argument to specify a mapping of values to replace \
                             in the string",
            )
        };
        let (text, variables) = match argument {
            Value::Str(text) => (text.as_str(), None),
            Value::List(items) => match items.as_slice() {
                [Value::Str(text), Value::Map(variables)] => (text.as_str(), Some(variables)),
                _ => return Err(malformed()),
            },
            _ => return Err(malformed()),
        };
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Literal(name) => {
                    out.push_str("${");
                    out.push_str(name);
                    out.push('}');
                }
                Piece::Variable(name) => {
                    let value = match variables.and_then(|variables| variables.get(name)) {
                        Some(value) => self.value(value)?,
                        None => self.variable(name)?,
                    };
                    let text = value.as_ref().and_then(json::text);
                    let not_text =
                        || Error::template(format!("Fn::Sub expression does not resolve to a string: {name}"));
                    out.push_str(&text.ok_or_else(not_text)?);
                }
            }
        }
        Ok(Value::Str(out))
    }

    fn variable(&self, name: &str) -> Result<Option<Value>> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_.:".contains(c);
        if name.is_empty() || !name.chars().all(allowed) {
            return Err(Error::template(
                "variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and \
                 colons",
            ));
        }
        match name.split_once('.') {
            Some((resource, attribute)) => self.facts.attribute(resource, attribute).map(Some),
            None => self.reference(&Value::from(name)),
        }
    }

    /// Decides a condition and those that it rests on.
    fn decide(&mut self, name: &str, depth: usize) -> Result<bool> {
        if let Some(known) = self.conditions.get(name) {
            return Ok(*known);
        }
        let condition = self.template.conditions.get(name);
        let condition = condition.ok_or_else(|| Error::format(format!("Condition {name} is not defined.")))?.clone();
        let holds = self.truth(&condition, depth)?;
        self.conditions.insert(name.to_owned(), holds);
        Ok(holds)
    }

    fn truth(&mut self, condition: &Value, depth: usize) -> Result<bool> {
        if depth > DEEPEST {
            return Err(Error::format("conditions are nested too deeply."));
        }
        let also = |map: &'_ IndexMap<String, Value>| map.len() == 1 && map.contains_key("Condition");
        let found = match condition.as_map() {
            Some(map) if also(map) => map.get_index(0).map(|(name, argument)| (name.as_str(), argument)),
            map => map.and_then(function),
        };
        let Some((name, argument)) = found else {
            return match json::text(condition).as_deref() {
                Some("true") => Ok(true),
                Some("false") => Ok(false),
                _ => Err(Error::format("Every Conditions member must be a function of conditions.")),
            };
        };
        let items = argument.as_list().unwrap_or_default();
        match name {
            "Condition" => {
                let name =
                    argument.as_str().ok_or_else(|| Error::format("Every Condition member must be a string."))?;
                self.decide(name, depth + 1)
            }
            "Fn::Equals" => {
                let [left, right] = items else {
                    return Err(Error::template("every Fn::Equals object requires a list of 2 string parameters."));
                };
                Ok(self.comparable(left)? == self.comparable(right)?)
            }
            "Fn::Not" => {
                let [only] = items else {
                    return Err(Error::template("every Fn::Not object requires one boolean parameter."));
                };
                Ok(!self.truth(only, depth + 1)?)
            }
            "Fn::And" | "Fn::Or" => {
                if !(2..=10).contains(&items.len()) {
                    let text =
                        format!("every {name} object requires a list of at least 2 and at most 10 boolean parameters.");
                    return Err(Error::template(text));
                }
                let wanted = name == "Fn::Or";
                for item in items {
                    if self.truth(item, depth + 1)? == wanted {
                        return Ok(wanted);
                    }
                }
                Ok(!wanted)
            }
            other => Err(Error::template(format!("{other} is no function of conditions"))),
        }
    }

    /// Scalars are compared as texts: a parameter is one, whatever it looks like.
    fn comparable(&self, value: &Value) -> Result<Value> {
        let value = self.value(value)?.unwrap_or_default();
        Ok(json::text(&value).map_or(value, Value::Str))
    }
}

/// The function that a map with one member is.
fn function(map: &IndexMap<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = map.get_index(0)?;
    (map.len() == 1 && (name == "Ref" || name.starts_with("Fn::"))).then_some((name.as_str(), argument))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Facts for Known {
        fn parameter(&self, name: &str) -> Option<Value> {
            match name {
                "Env" => Some("prod".into()),
                "Nets" => Some(Value::List(vec!["a".into(), "b".into()])),
                _ => None,
            }
        }
        fn pseudo(&self, _: Pseudo) -> Value {
            "us-east-1".into()
        }
        fn reference(&self, resource: &str) -> Result<Value> {
            Ok(format!("id-of-{resource}").into())
        }
        fn attribute(&self, resource: &str, attribute: &str) -> Result<Value> {
            Ok(format!("{resource}/{attribute}").into())
        }
        fn import(&self, export: &str) -> Result<Value> {
            Ok(format!("imported {export}").into())
        }
        fn zones(&self, region: &str) -> Result<Vec<String>> {
            Ok(vec![format!("{region}a"), format!("{region}b")])
        }
    }

    const HEAD: &str = "
Parameters: {Env: {Type: String}, Nets: {Type: CommaDelimitedList}}
Mappings: {M: {prod: {size: 3, list: [x, y]}}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Test: !Not [!Condition Prod]
  Any: !Or [!Condition Test, !And [!Condition Prod, !Equals [1, '1']]]
Resources: {A: {Type: T}, B: {Type: T, Properties: {x: ";

    fn check(text: &str, expect: &str) {
        let template = Template::parse(&format!("{HEAD}{text}}}}}}}"));
        let value = template.and_then(|template| {
            let value = template.resources.get("B").unwrap().properties.clone();
            Evaluator::new(&template, &Known)?.value(&value)
        });
        let got = match value {
            Ok(value) => json::write(value.unwrap().get("x").unwrap_or(&Value::Null)),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn functions_are_evaluated() {
        check("!Ref Env", r#""prod""#);
        check("!GetAtt A.Arn", r#""A/Arn""#);
        check("!Sub '${Env}-${A}-${A.Arn}-${!x}-${AWS::Region}'", r#""prod-id-of-A-A/Arn-${x}-us-east-1""#);
        check("!Sub ['${v} ${Env}', {v: !Join ['+', !Ref Nets]}]", r#""a+b prod""#);
        check("!If [Prod, [1, !Ref 'AWS::NoValue', 2], no]", "[1,2]");
        check("!If [Test, y, !Ref 'AWS::NoValue']", "null");
        check("!If [Any, any, none]", r#""any""#);
        check("!FindInMap [M, !Ref Env, size]", "3");
        check("!Select [1, !GetAZs '']", r#""us-east-1b""#);
        check("!ImportValue the-export", r#""imported the-export""#);
        check("!Base64 {'Fn::Sub': '${Env}!'}", r#""cHJvZCE=""#);
        check(
            "{Statement: {Condition: {StringEquals: {a: !Ref Env}}}}",
            r#"{"Statement":{"Condition":{"StringEquals":{"a":"prod"}}}}"#,
        );
    }

    #[test]
    fn what_cannot_be_evaluated_is_told_in_awss_words() {
        check("!FindInMap [M, test, size]", "Template error: Unable to get mapping for M::test::size");
        check("!Select [7, !Ref Nets]", "Template error: Fn::Select cannot select nonexistent value at index 7");
        check(
            "!Sub '${A-b}'",
            "Template format error: Unresolved resource dependencies [A-b] in the Resources block of the template",
        );
        check("!Frobnicate x", "Template error: Fn::Frobnicate is not a function that is known here");
        check("!If [Nope, 1, 2]", "Template format error: Condition Nope is not defined.");
    }
}
