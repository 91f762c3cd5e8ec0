//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

mod items;
mod tables;

pub use items::*;
pub use tables::*;

use crate::address::{Address, arn, scope_of};
use crate::expression::condition::Condition;
use crate::expression::projection::Projection;
use crate::expression::{self, Kind, Parameters};
use crate::state::{LAYOUTS, Layout, RIGHTS, Rights};
use crate::value::{AttributeValue, Attributes};
use service::{Check, IndexMap, PolicyRole, Result, Scope, View};
use std::collections::BTreeSet;

/// A table as a check sees it, whether it is there or not.
struct Subject {
    address: Address,
    rights: Option<Rights>,
    layout: Option<Layout>,
}

impl Subject {
    fn of(view: &View, name: &str) -> Result<Subject> {
        let address = Address::of(view, name)?;
        let rights = address.rights(view)?;
        let layout = match &rights {
            Some(rights) => view.get_in(address.scope, &LAYOUTS, &rights.space)?,
            None => None,
        };
        Ok(Subject { address, rights, layout })
    }

    fn check(&self, action: &'static str) -> Check {
        decorated(Check::new(action, self.address.arn()), self.address.scope, self.rights.as_ref(), &self.address.name)
    }

    /// A check on one of its indexes: the table's policy and tags hold for it.
    fn check_index(&self, action: &'static str, index: Option<&str>) -> Check {
        let Some(index) = index else { return self.check(action) };
        let resource = format!("{}/index/{index}", self.address.arn());
        decorated(Check::new(action, resource), self.address.scope, self.rights.as_ref(), &self.address.name)
    }

    /// The partition keys of these items or keys.
    fn leading<'a>(&self, items: impl IntoIterator<Item = &'a Attributes>) -> Vec<String> {
        let Some(layout) = &self.layout else { return Vec::new() };
        items.into_iter().filter_map(|item| text(item.get(&layout.hash.name)?)).collect()
    }
}

fn text(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => Some(text.clone()),
        AttributeValue::B(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

fn decorated(check: Check, scope: Scope, rights: Option<&Rights>, name: &str) -> Check {
    let check = check.owned_by(scope.account);
    let Some(rights) = rights else { return check };
    let check = check.resource_tags(rights.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    match &rights.policy {
        Some(text) => check.with_policy(format!("policy of {name}"), text.clone(), PolicyRole::Optional),
        None => check,
    }
}

/// A check on a table or stream by its ARN.
fn on_resource(view: &View, action: &'static str, given: &str) -> Result<Check> {
    let Some((scope, resource)) = scope_of(given) else { return Ok(Check::new(action, given)) };
    let rights = view.get_in(scope, &RIGHTS, resource.as_str())?;
    Ok(decorated(Check::new(action, arn(scope, &resource)), scope, rights.as_ref(), &resource))
}

/// The condition keys of a request on items, those that it has.
#[derive(Default)]
struct Keys {
    leading: Vec<String>,
    attributes: BTreeSet<String>,
    select: Option<String>,
    return_values: Option<String>,
    return_consumed_capacity: Option<String>,
    enclosing: Option<&'static str>,
}

impl Keys {
    fn on(self, check: Check) -> Check {
        let Keys { leading, attributes, select, return_values, return_consumed_capacity, enclosing } = self;
        let mut check = check;
        if !leading.is_empty() {
            check = check.keys("dynamodb:LeadingKeys", leading);
        }
        if !attributes.is_empty() {
            check = check.keys("dynamodb:Attributes", attributes);
        }
        let single = [
            ("dynamodb:Select", select),
            ("dynamodb:ReturnValues", return_values),
            ("dynamodb:ReturnConsumedCapacity", return_consumed_capacity),
            ("dynamodb:EnclosingOperation", enclosing.map(str::to_owned)),
        ];
        single.into_iter().fold(check, |check, (name, value)| match value {
            Some(value) => check.key(name, value),
            None => check,
        })
    }

    /// Adds the attributes of an item or key.
    fn with(mut self, attributes: &Attributes) -> Keys {
        self.attributes.extend(attributes.keys().cloned());
        self
    }

    /// Adds names.
    fn named<'a>(mut self, names: impl IntoIterator<Item = &'a String>) -> Keys {
        self.attributes.extend(names.into_iter().cloned());
        self
    }
}

/// The attributes that expressions name. One that cannot be read names none: its handler refuses it.
#[derive(Default)]
struct Named<'a> {
    condition: Option<&'a String>,
    key_condition: Option<&'a String>,
    filter: Option<&'a String>,
    update: Option<&'a String>,
    projection: Option<&'a String>,
    names: Option<&'a IndexMap<String, String>>,
    values: Option<&'a Attributes>,
}

impl Named<'_> {
    fn attributes(&self) -> Vec<String> {
        let mut all = Vec::new();
        let given = [(Kind::Condition, true)];
        let none = self.condition.or(self.key_condition).or(self.filter).or(self.update).or(self.projection).is_none();
        if none {
            return all;
        }
        let Ok(parameters) = Parameters::of(self.names.cloned(), self.values.cloned(), &given, true) else {
            return all;
        };
        let conditions =
            [(Kind::Condition, self.condition), (Kind::KeyCondition, self.key_condition), (Kind::Filter, self.filter)];
        for (kind, text) in conditions {
            let read = text.and_then(|text| expression::condition(kind, text, &parameters).ok());
            if let Some(condition) = read {
                gather(&condition, &mut all);
            }
        }
        if let Some(update) = self.update.and_then(|text| expression::update(text, &parameters).ok()) {
            all.extend(update.paths().map(|path| path.first().to_owned()));
        }
        if let Some(shown) = self.projection.and_then(|text| Projection::parse(text, &parameters).ok()) {
            all.extend(shown.attributes().into_iter().map(str::to_owned));
        }
        all
    }

    /// The partition key that a key condition looks for.
    fn leading(&self, hash: &str) -> Option<String> {
        let given = [(Kind::KeyCondition, true)];
        let parameters = Parameters::of(self.names.cloned(), self.values.cloned(), &given, true).ok()?;
        let condition = expression::condition(Kind::KeyCondition, self.key_condition?, &parameters).ok()?;
        equal(&condition, hash)
    }
}

fn gather(condition: &Condition, all: &mut Vec<String>) {
    condition.attributes(&mut |name| all.push(name.to_owned()));
}

fn equal(condition: &Condition, hash: &str) -> Option<String> {
    use crate::expression::condition::{Comparator, Operand};
    match condition {
        Condition::And(a, b) => equal(a, hash).or_else(|| equal(b, hash)),
        Condition::Compare(a, Comparator::Equal, b) => match (a, b) {
            (Operand::Path(path), Operand::Value(value)) | (Operand::Value(value), Operand::Path(path))
                if path.only() == Some(hash) =>
            {
                text(&value.coded().tree())
            }
            _ => None,
        },
        _ => None,
    }
}
