//! Policy documents: the grammar, read into a form that evaluates quickly.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use crate::condition::{Condition, Operator};
use crate::context::Context;
use crate::error::{Error, Fault};
use crate::json::{self, Json};
use crate::pattern::{Pattern, Syntax};
use crate::principal::{Named, Principals};

/// Bounds that keep a hostile document from costing more than it is worth.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Arrays and objects within each other. A valid document needs 6.
    pub depth: usize,
    /// Statements.
    pub statements: usize,
}

impl Default for Limits {
    /// The longest `policyDocumentType` of AWS's API models, and what fits into it.
    fn default() -> Self {
        Self { bytes: 131_072, depth: 16, statements: 2_000 }
    }
}

/// The version of the policy language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// `2008-10-17`, also meant where the element is missing: no policy variables.
    #[default]
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// What a statement does to the requests it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Grants.
    Allow,
    /// Refuses, whatever grants.
    Deny,
}

/// A compiled policy document.
#[derive(Debug, Clone)]
pub struct Document {
    version: Option<Version>,
    id: Option<Box<str>>,
    statements: Box<[Statement]>,
    denies: usize,
    reads_context: bool,
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its place in the document, from 0.
    pub index: usize,
    /// The statement's id, if it has one.
    pub sid: Option<Box<str>>,
    /// Allow or Deny.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`; `None` in policies that belong to an identity.
    pub principals: Option<Principals>,
    /// `Action` or `NotAction`, matched without regard to case.
    pub actions: Targets,
    /// `Resource` or `NotResource`; `None` where the policy's kind has none (role trust policies).
    pub resources: Option<Targets>,
    /// The lines of the `Condition` element.
    pub conditions: Box<[Condition]>,
}

impl Statement {
    fn reads_context(&self) -> bool {
        let mut patterns = self.resources.iter().chain([&self.actions]).flat_map(|targets| &targets.patterns);
        !self.conditions.is_empty() || patterns.any(|pattern| pattern.variables().next().is_some())
    }
}

/// An element and its `Not` twin.
#[derive(Debug, Clone)]
pub struct Targets {
    /// True for `NotAction` and `NotResource`.
    pub negated: bool,
    /// The values, in order.
    pub patterns: Box<[Pattern]>,
}

impl Targets {
    pub(crate) fn cover(&self, text: &[u8], context: &Context<'_>) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches_bytes(text, context)) != self.negated
    }
}

impl Document {
    /// Reads the text of a policy of any kind: the grammar alone. [`crate::valid::check`] adds the rules of a kind.
    ///
    /// # Errors
    /// Text beyond the limits, that is not JSON, has a key twice, or is not of the grammar.
    pub fn parse(text: &str, limits: Limits) -> Result<Self, Error> {
        match Self::read(text, limits)? {
            (document, None) => Ok(document),
            (_, Some(fault)) => Err(fault),
        }
    }

    /// Reads a document as AWS's first reader does, which takes an effect in any case. The second is the fault that its
    /// second reader finds in that, which other faults come before.
    pub(crate) fn read(text: &str, limits: Limits) -> Result<(Self, Option<Error>), Error> {
        if text.len() > limits.bytes {
            return Err(Error::new(Fault::TooLong, format!("{} bytes, of {} allowed", text.len(), limits.bytes)));
        }
        let Json::Object(pairs) = json::read(text, limits.depth).map_err(Error::syntax)? else {
            return Err(Error::syntax("a policy is a JSON object"));
        };
        let mut document =
            Self { version: None, id: None, statements: Box::default(), denies: 0, reads_context: false };
        let mut statements = None;
        for (key, value) in pairs {
            match (key.as_str(), value) {
                ("Version", value) => document.version = Some(version(&value)?),
                ("Id", Json::String(id)) => document.id = Some(id.into()),
                ("Statement", value) => statements = Some(value),
                // IAM takes this misplaced element, and gives it no meaning.
                ("Conditions", _) => {}
                (key, _) => return Err(Error::syntax(format!("{key} has no place or no such value in a policy"))),
            }
        }
        let list = match statements {
            Some(Json::Array(list)) => list,
            Some(one @ Json::Object(_)) => vec![one],
            _ => return Err(Error::syntax("Statement is missing, or is neither an object nor a list")),
        };
        if list.is_empty() {
            return Err(Error::syntax("Statement is empty"));
        }
        if list.len() > limits.statements {
            return Err(Error::new(Fault::TooManyStatements, format!("{} statements", list.len())));
        }
        let variables = document.version == Some(Version::V2012);
        let mut miscased = None;
        let statements: Result<Vec<Statement>, Error> = list
            .into_iter()
            .enumerate()
            .map(|(index, value)| statement(index, value, variables, &mut miscased))
            .collect();
        let mut statements = statements?;
        // Denies first: one that applies ends the evaluation. The sort is stable, and `index` keeps the written place.
        statements.sort_by_key(|statement| statement.effect == Effect::Allow);
        document.denies = statements.iter().take_while(|statement| statement.effect == Effect::Deny).count();
        document.reads_context = statements.iter().any(Statement::reads_context);
        document.statements = statements.into();
        Ok((document, miscased))
    }

    /// The `Version` element, if there is one.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// The `Id` element.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The statements, those that deny before those that allow; [`Statement::index`] is the written place.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether a decision may depend on the request's context: one that does not need not gather any.
    pub fn reads_context(&self) -> bool {
        self.reads_context
    }

    pub(crate) fn denies(&self) -> &[Statement] {
        self.statements.get(..self.denies).unwrap_or_default()
    }

    pub(crate) fn allows(&self) -> &[Statement] {
        self.statements.get(self.denies..).unwrap_or_default()
    }
}

fn version(value: &Json) -> Result<Version, Error> {
    match value {
        Json::String(text) if text == "2008-10-17" => Ok(Version::V2008),
        Json::String(text) if text == "2012-10-17" => Ok(Version::V2012),
        _ => Err(Error::syntax("Version is neither 2008-10-17 nor 2012-10-17")),
    }
}

fn statement(index: usize, value: Json, variables: bool, miscased: &mut Option<Error>) -> Result<Statement, Error> {
    let at = |what: &str| Error::syntax(format!("Statement[{index}]: {what}"));
    let Json::Object(pairs) = value else { return Err(at("a statement is an object")) };
    let mut sid = None;
    let (mut effect, mut principals, mut actions, mut resources) = (None, None, None, None);
    let mut conditions = Box::default();
    for (key, value) in pairs {
        match key.as_str() {
            "Sid" => match value {
                Json::String(text) => sid = Some(text.into_boxed_str()),
                _ => return Err(at("Sid is not a string")),
            },
            "Effect" => {
                let Json::String(text) = &value else { return Err(at("Effect is not a string")) };
                effect = Some(self::effect(text).ok_or_else(|| at("Effect is neither Allow nor Deny"))?);
                if !matches!(text.as_str(), "Allow" | "Deny") {
                    let detail = format!("Statement[{index}]: Effect is {text}");
                    miscased.get_or_insert_with(|| Error::new(Fault::LegacyParsing, detail));
                }
            }
            "Principal" | "NotPrincipal" if principals.is_some() => {
                return Err(at("Principal and NotPrincipal exclude each other"));
            }
            "Principal" | "NotPrincipal" => {
                let names = names(value).map_err(|what| at(&what))?;
                principals = Some(Principals { negated: key == "NotPrincipal", names });
            }
            "Action" | "NotAction" if actions.is_some() => {
                return Err(at("Action and NotAction exclude each other"));
            }
            "Action" | "NotAction" => {
                let syntax = Syntax { wildcards: true, variables: false, fold: true };
                let patterns = patterns(value, syntax).ok_or_else(|| at(&format!("{key} is not a list of strings")))?;
                actions = Some(Targets { negated: key == "NotAction", patterns });
            }
            "Resource" | "NotResource" if resources.is_some() => {
                return Err(at("Resource and NotResource exclude each other"));
            }
            "Resource" | "NotResource" => {
                let syntax = Syntax { wildcards: true, variables, fold: false };
                let patterns = patterns(value, syntax).ok_or_else(|| at(&format!("{key} is not a list of strings")))?;
                resources = Some(Targets { negated: key == "NotResource", patterns });
            }
            "Condition" => conditions = self::conditions(value, variables).map_err(|what| at(&what))?,
            other => return Err(at(&format!("{other} is not an element of a statement"))),
        }
    }
    let effect = effect.ok_or_else(|| at("Effect is missing"))?;
    let actions = actions.unwrap_or(Targets { negated: false, patterns: Box::default() });
    Ok(Statement { index, sid, effect, principals, actions, resources, conditions })
}

fn effect(text: &str) -> Option<Effect> {
    match text {
        _ if text.eq_ignore_ascii_case("Allow") => Some(Effect::Allow),
        _ if text.eq_ignore_ascii_case("Deny") => Some(Effect::Deny),
        _ => None,
    }
}

/// A string or a list of strings. IAM skips `null` inside the list.
fn patterns(value: Json, syntax: Syntax) -> Option<Box<[Pattern]>> {
    let compile = |text: &str| Pattern::compile(text, syntax);
    match value {
        Json::String(text) => Some(Box::new([compile(&text)])),
        Json::Array(list) => list
            .iter()
            .filter(|item| **item != Json::Null)
            .map(|item| if let Json::String(text) = item { Some(compile(text)) } else { None })
            .collect(),
        _ => None,
    }
}

fn names(value: Json) -> Result<Box<[Named]>, String> {
    let pairs = match value {
        Json::String(text) if text == "*" => return Ok(Box::new([Named::Everyone])),
        Json::Object(pairs) => pairs,
        _ => return Err("a principal is \"*\" or an object".into()),
    };
    let mut names = Vec::new();
    for (kind, value) in pairs {
        let list = match value {
            Json::Array(list) => list,
            one => vec![one],
        };
        for item in list {
            let Json::String(text) = item else { return Err(format!("a principal of {kind} is not a string")) };
            names.push(match kind.as_str() {
                "AWS" => Named::aws(&text),
                "Service" => Named::Service(text.into()),
                "Federated" => Named::Federated(text.into()),
                "CanonicalUser" => Named::CanonicalUser(text.into()),
                _ => return Err(format!("{kind} is not a kind of principal")),
            });
        }
    }
    Ok(names.into())
}

fn conditions(value: Json, variables: bool) -> Result<Box<[Condition]>, String> {
    let Json::Object(operators) = value else { return Err("Condition is not an object".into()) };
    let mut conditions = Vec::new();
    for (written, keys) in operators {
        let Json::Object(keys) = keys else { return Err(format!("{written} is not an object")) };
        if keys.is_empty() {
            // IAM reads past an operator without keys, known or not.
            continue;
        }
        let operator = Operator::parse(&written).ok_or_else(|| format!("{written} is not a condition operator"))?;
        for (key, value) in keys {
            let values = scalars(value).ok_or_else(|| format!("the values of {key} are neither scalar nor a list"))?;
            conditions.push(Condition::compile(operator, &written, &key, &values, variables));
        }
    }
    Ok(conditions.into())
}

/// Quotation marks are optional around numbers and booleans, which mean their text.
fn scalars(value: Json) -> Option<Vec<String>> {
    let scalar = |value: Json| match value {
        Json::String(text) | Json::Number(text) => Some(text),
        Json::Bool(value) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    };
    match value {
        Json::Array(list) => list.into_iter().map(scalar).collect(),
        one => scalar(one).map(|one| vec![one]),
    }
}
