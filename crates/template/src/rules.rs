//! Rules: what a template asserts of its parameters before anything is made.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>

use crate::pseudo::{self, Pseudo};
use crate::template::Parameter;
use crate::{Error, Facts, Result, Template, json};
use shape::{IndexMap, Value};

/// Functions over all parameters of a type, or over what is known of the things that they name: that lies in other services.
const REFUSED: [&str; 3] = ["Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll"];
/// How deep functions may stand in each other.
const DEEPEST: usize = 16;

/// A rule as it is declared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rule {
    /// `RuleCondition`: where it does not hold, the rule asserts nothing.
    pub condition: Option<Value>,
    /// `Assertions`.
    pub assertions: Vec<Assertion>,
}

/// What must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assertion {
    /// `Assert`.
    pub assert: Value,
    /// `AssertDescription`.
    pub description: Option<String>,
}

/// Reads a rule.
pub(crate) fn read(name: &str, value: &Value) -> Result<Rule> {
    let wrong = |what: &str| Error::format(format!("[/Rules/{name}] {what}"));
    let given = value.as_map().ok_or_else(|| wrong("Any Rules member must be an object."))?;
    let mut rule = Rule::default();
    for (member, value) in given {
        match member.as_str() {
            "RuleCondition" => rule.condition = Some(value.clone()),
            "Assertions" => {
                let items = value.as_list().ok_or_else(|| wrong("'Assertions' must be a list."))?;
                rule.assertions = items.iter().map(|item| assertion(name, item)).collect::<Result<_>>()?;
            }
            other => return Err(wrong(&format!("'{other}' is no member of a rule."))),
        }
    }
    if rule.assertions.is_empty() {
        return Err(wrong("Every Rules member must contain Assertions."));
    }
    Ok(rule)
}

fn assertion(rule: &str, value: &Value) -> Result<Assertion> {
    let wrong = |what: &str| Error::format(format!("[/Rules/{rule}/Assertions] {what}"));
    let mut assertion = Assertion::default();
    for (member, value) in value.as_map().ok_or_else(|| wrong("Any member must be an object."))? {
        match member.as_str() {
            "Assert" => assertion.assert = value.clone(),
            "AssertDescription" => {
                let text = value.as_str().ok_or_else(|| wrong("'AssertDescription' must be a string."))?;
                assertion.description = Some(text.to_owned());
            }
            other => return Err(wrong(&format!("'{other}' is no member of an assertion."))),
        }
    }
    if assertion.assert.is_null() {
        return Err(wrong("Every member must contain an Assert."));
    }
    Ok(assertion)
}

/// Fails for rules whose form is wrong: they are held to their functions, and to names of parameters.
pub(crate) fn check_form(rules: &IndexMap<String, Rule>, parameters: &IndexMap<String, Parameter>) -> Result<()> {
    for rule in rules.values() {
        let all = rule.condition.iter().chain(rule.assertions.iter().map(|assertion| &assertion.assert));
        for function in all {
            check_function(function, parameters, 0)?;
        }
    }
    Ok(())
}

/// The function and the arguments that a rule's value is.
fn function(value: &Value) -> Option<(&str, &[Value])> {
    let (name, argument) = value.as_map().filter(|map| map.len() == 1)?.get_index(0)?;
    Some((name, argument.as_list().unwrap_or_default()))
}

fn check_function(value: &Value, parameters: &IndexMap<String, Parameter>, depth: usize) -> Result<()> {
    let Some((name, arguments)) = function(value).filter(|_| depth <= DEEPEST) else {
        return Err(Error::format("Every condition and assertion of a rule must be a function of rules."));
    };
    match (name, arguments.len()) {
        ("Fn::And" | "Fn::Or", 2..=10) | ("Fn::Not", 1) => {
            arguments.iter().try_for_each(|inner| check_function(inner, parameters, depth + 1))
        }
        ("Fn::Equals" | "Fn::Contains" | "Fn::EachMemberEquals" | "Fn::EachMemberIn", 2) => {
            arguments.iter().try_for_each(|operand| check_operand(operand, parameters))
        }
        ("Fn::And" | "Fn::Or", _) => Err(Error::template(format!(
            "every {name} object requires a list of at least 2 and at most 10 boolean parameters."
        ))),
        ("Fn::Not", _) => Err(Error::template("every Fn::Not object requires one boolean parameter.")),
        ("Fn::Equals" | "Fn::Contains" | "Fn::EachMemberEquals" | "Fn::EachMemberIn", _) => {
            Err(Error::template(format!("every {name} object requires a list of 2 parameters.")))
        }
        (name, _) => Err(no_function(name)),
    }
}

fn no_function(name: &str) -> Error {
    match REFUSED.contains(&name) {
        true => Error::template(format!("{name} is not implemented")),
        false => Error::template(format!("{name} is no function of rules")),
    }
}

/// An operand is a text, a list of texts, or a parameter's value.
fn check_operand(value: &Value, parameters: &IndexMap<String, Parameter>) -> Result<()> {
    match value {
        Value::List(items) => items.iter().try_for_each(|item| match item {
            Value::List(_) => Err(Error::format("lists of lists cannot stand in rules.")),
            item => check_operand(item, parameters),
        }),
        Value::Map(map) => match map.get_index(0).map(|(name, argument)| (name.as_str(), argument)) {
            Some(("Ref", Value::Str(name))) if parameters.contains_key(name) => Ok(()),
            Some(("Ref", Value::Str(name))) => match pseudo::of(name) {
                Some(Pseudo::AccountId | Pseudo::Partition | Pseudo::Region | Pseudo::UrlSuffix) => Ok(()),
                Some(_) => Err(Error::format(format!("{name} cannot stand in the Rules block of the template"))),
                None => Err(Error::format(format!(
                    "Unresolved dependencies [{name}]. Cannot reference resources in the Rules block of the template"
                ))),
            },
            Some((name, _)) => Err(no_function(name)),
            None => Err(Error::format("an object cannot stand in a rule.")),
        },
        _ => Ok(()),
    }
}

impl Template {
    /// Holds the values of the parameters to the template's rules.
    ///
    /// # Errors
    /// The first assertion that does not hold. The text around its description is ours: AWS's pages do not quote theirs.
    pub fn check_rules(&self, facts: &dyn Facts) -> Result<()> {
        for (name, rule) in &self.rules {
            if rule.condition.as_ref().is_some_and(|condition| !holds(condition, facts)) {
                continue;
            }
            if let Some(broken) = rule.assertions.iter().find(|assertion| !holds(&assertion.assert, facts)) {
                let why = broken.description.as_deref().unwrap_or("the assertion does not hold");
                return Err(Error::new(format!("The rule {name} is not satisfied: {why}")));
            }
        }
        Ok(())
    }
}

/// Whether a function holds whose form has been checked.
fn holds(value: &Value, facts: &dyn Facts) -> bool {
    let Some((name, arguments)) = function(value) else { return false };
    let operand = |at: usize| arguments.get(at).map(|value| texts(value, facts)).unwrap_or_default();
    match name {
        "Fn::And" => arguments.iter().all(|inner| holds(inner, facts)),
        "Fn::Or" => arguments.iter().any(|inner| holds(inner, facts)),
        "Fn::Not" => arguments.first().is_some_and(|inner| !holds(inner, facts)),
        "Fn::Equals" => operand(0) == operand(1),
        "Fn::Contains" => operand(1).first().is_some_and(|text| operand(0).contains(text)),
        "Fn::EachMemberEquals" => {
            let wanted = operand(1);
            operand(0).iter().all(|text| wanted.first() == Some(text))
        }
        "Fn::EachMemberIn" => {
            let allowed = operand(1);
            operand(0).iter().all(|text| allowed.contains(text))
        }
        _ => false,
    }
}

/// An operand's texts: one, or those of a list.
fn texts(value: &Value, facts: &dyn Facts) -> Vec<String> {
    match value {
        Value::List(items) => items.iter().flat_map(|item| texts(item, facts)).collect(),
        Value::Map(map) => {
            let name = map.get("Ref").and_then(Value::as_str).unwrap_or_default();
            let value = match pseudo::of(name) {
                Some(pseudo) => facts.pseudo(pseudo),
                None => facts.parameter(name).unwrap_or_default(),
            };
            match value {
                Value::List(items) => items.iter().filter_map(json::text).collect(),
                scalar => json::text(&scalar).into_iter().collect(),
            }
        }
        scalar => json::text(scalar).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Facts for Known {
        fn parameter(&self, name: &str) -> Option<Value> {
            match name {
                "Size" => Some("small".into()),
                "Zones" => Some(Value::List(vec!["a".into(), "b".into()])),
                _ => None,
            }
        }
        fn pseudo(&self, _: Pseudo) -> Value {
            "eu-west-1".into()
        }
        fn reference(&self, _: &str) -> Result<Value> {
            Ok(Value::Null)
        }
        fn attribute(&self, _: &str, _: &str) -> Result<Value> {
            Ok(Value::Null)
        }
        fn import(&self, _: &str) -> Result<Value> {
            Ok(Value::Null)
        }
        fn zones(&self, _: &str) -> Result<Vec<String>> {
            Ok(Vec::new())
        }
    }

    fn check(rule: &str, expect: &str) {
        let text = format!(
            "Parameters: {{Size: {{Type: String}}, Zones: {{Type: CommaDelimitedList}}}}\nResources: {{A: {{Type: T}}}}\n\
             Rules: {{R: {rule}}}"
        );
        let got = Template::parse(&text).and_then(|template| template.check_rules(&Known));
        assert_eq!(got.map(|()| String::new()).unwrap_or_else(|error| error.to_string()), expect, "{rule}");
    }

    #[test]
    fn assertions_hold_or_are_told() {
        let broken = "The rule R is not satisfied: so it is";
        let assert = |function: &str, expect: &str| {
            check(&format!("{{Assertions: [{{Assert: {function}, AssertDescription: so it is}}]}}"), expect);
        };
        assert("{'Fn::Equals': [!Ref Size, small]}", "");
        assert("{'Fn::Equals': [!Ref Size, large]}", broken);
        assert("{'Fn::Not': [{'Fn::Equals': [!Ref Size, large]}]}", "");
        assert("{'Fn::Contains': [[small, large], !Ref Size]}", "");
        assert("{'Fn::Not': [{'Fn::Contains': [[small], !Ref Size]}]}", broken);
        assert("{'Fn::EachMemberIn': [!Ref Zones, [a, b, c]]}", "");
        assert("{'Fn::EachMemberIn': [!Ref Zones, [a]]}", broken);
        assert("{'Fn::EachMemberEquals': [[a, a], a]}", "");
        assert("{'Fn::EachMemberEquals': [!Ref Zones, a]}", broken);
        assert("{'Fn::And': [{'Fn::Equals': [1, '1']}, {'Fn::Equals': [!Ref 'AWS::Region', eu-west-1]}]}", "");
        assert("{'Fn::Or': [{'Fn::Equals': [a, b]}, {'Fn::Equals': [b, c]}]}", broken);
        let rule = |region: &str| {
            format!(
                "{{RuleCondition: {{'Fn::Equals': [!Ref 'AWS::Region', {region}]}}, \
                 Assertions: [{{Assert: {{'Fn::Equals': [a, b]}}}}]}}"
            )
        };
        check(&rule("us-east-1"), "");
        check(&rule("eu-west-1"), "The rule R is not satisfied: the assertion does not hold");
    }

    #[test]
    fn rules_of_another_form_are_refused() {
        let format = |text: &str| format!("Template format error: {text}");
        check("{}", &format("[/Rules/R] Every Rules member must contain Assertions."));
        check("{Assertions: [{}]}", &format("[/Rules/R/Assertions] Every member must contain an Assert."));
        check(
            "{Assertions: [{Assert: yes}]}",
            &format("Every condition and assertion of a rule must be a function of rules."),
        );
        check("{Assert: []}", &format("[/Rules/R] 'Assert' is no member of a rule."));
        let assert = |function: &str, expect: &str| check(&format!("{{Assertions: [{{Assert: {function}}}]}}"), expect);
        assert("{'Fn::Equals': [a]}", "Template error: every Fn::Equals object requires a list of 2 parameters.");
        assert("{'Fn::ValueOf': [Size, x]}", "Template error: Fn::ValueOf is not implemented");
        assert("{'Fn::Equals': [!Sub a, a]}", "Template error: Fn::Sub is no function of rules");
        assert(
            "{'Fn::Equals': [!Ref A, a]}",
            &format("Unresolved dependencies [A]. Cannot reference resources in the Rules block of the template"),
        );
    }
}
