//! One change of one item, as every operation that writes has it: what is to be done, whether its condition holds, what
//! it costs, and the writing itself.

use crate::address::Target;
use crate::api;
use crate::capacity::{Spent, Way, charge, write_units};
use crate::changes;
use crate::errors;
use crate::expression::condition::Condition;
use crate::expression::update::Update;
use crate::expression::{Kind, Parameters};
use crate::item::Item;
use crate::keys::{self, Parts};
use crate::state::{ITEMS, StoredItem};
use crate::value::{self, Attributes};
use service::shape::Node;
use service::{Cx, Direction, Error, IndexMap, KeyBuf, Result, Value, View};

/// "The maximum item size in DynamoDB is 400 KB, which includes both attribute name binary length (UTF-8 length) and
/// attribute value lengths."
const LARGEST: usize = 400 << 10;

/// What is to be done to an item.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// It is replaced.
    Put(Item),
    /// It is taken away.
    Delete,
    /// It is changed, or made from its key.
    Update(Update, Attributes),
    /// Nothing; only its condition counts.
    Check,
}

/// A change that was found well formed.
#[derive(Debug, Clone)]
pub struct Change {
    /// The table.
    pub target: Target,
    /// The item's key attributes.
    pub parts: Parts,
    /// What is to be done.
    pub what: What,
    /// What must hold.
    pub condition: Option<Condition>,
    /// Whether a failure of the condition shows the item.
    pub shows_item: bool,
}

/// What a change comes to, before it is written.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The item as it was.
    pub old: Option<Item>,
    /// The item as it will be.
    pub new: Option<Item>,
    /// What it costs.
    pub spent: Spent,
}

impl Change {
    /// Where the item lies.
    pub fn key(&self) -> KeyBuf {
        keys::item(self.target.layout.space, &self.parts)
    }

    /// The item as it is.
    pub fn current(&self, view: &View) -> Result<Option<Item>> {
        let stored = view.get_in(self.target.address.scope, &ITEMS, &self.key())?;
        Ok(stored.map(|stored| Item(stored.item)))
    }

    /// Whether the condition holds for an item.
    fn holds(&self, old: Option<&Item>) -> bool {
        let nothing = Item::of(&Attributes::new());
        self.condition.as_ref().is_none_or(|condition| condition.holds(old.unwrap_or(&nothing)))
    }

    /// Decides on a change: its condition, what it makes of the item, and what that costs.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException`, and AWS's for items that cannot be.
    pub fn judge(&self, view: &View) -> Result<Verdict> {
        let old = self.current(view)?;
        if !self.holds(old.as_ref()) {
            let item = old.as_ref().filter(|_| self.shows_item).map(|item| Value::of(item.peek()));
            return Err(errors::condition_failed(item));
        }
        let layout = &self.target.layout;
        let new = match &self.what {
            What::Put(item) => Some(item.clone()),
            What::Delete => None,
            What::Check => old.clone(),
            What::Update(update, key) => {
                let before = old.as_ref().map_or_else(|| key.clone(), Item::attributes);
                let after = update.apply(&before)?;
                check_updated(&after)?;
                keys::check_index_keys(layout, &after).map_err(updated_key)?;
                if value::size(&after) > LARGEST {
                    return Err(errors::updated_item_too_large());
                }
                Some(Item::of(&after))
            }
        };
        let spent = match self.what {
            What::Check => Spent::on_table(write_units(old.as_ref().map_or(0, Item::size))),
            _ => changes::cost(layout, old.as_ref(), new.as_ref()),
        };
        Ok(Verdict { old, new, spent })
    }

    /// Writes what was decided. All that hangs on it follows.
    pub fn write(&self, cx: &mut Cx, verdict: &Verdict) -> Result<()> {
        let key = self.key();
        let space = self.target.layout.space;
        cx.in_scope(self.target.address.scope, |cx| match (&self.what, &verdict.new) {
            (What::Check, _) => Ok(()),
            (_, Some(item)) => {
                let stored = StoredItem { space, size: item.size() as i64, item: item.0.clone() };
                cx.put(&ITEMS, &key, &stored)
            }
            (_, None) => cx.delete(&ITEMS, &key).map(drop),
        })
    }

    /// Decides, charges and writes, as the operations on one item do. A condition that fails has its price too.
    pub fn run(&self, cx: &mut Cx) -> Result<Verdict> {
        let table = ("TableName", self.target.layout.table.as_str());
        match self.judge(cx) {
            Ok(verdict) => {
                charge(cx, &self.target, Way::Write, &verdict.spent)?;
                self.write(cx, &verdict)?;
                Ok(verdict)
            }
            Err(error) => {
                if error.code() == "ConditionalCheckFailedException" {
                    let size = self.current(cx)?.map_or(0, |item| item.size());
                    charge(cx, &self.target, Way::Write, &Spent::on_table(write_units(size)))?;
                    cx.count("ConditionalCheckFailedRequests", table, 1.0, "Count");
                }
                Err(error)
            }
        }
    }
}

fn check_updated(after: &Attributes) -> Result<()> {
    // Values were checked as they came in; only how deep they nest can have changed.
    let mut copy = after.clone();
    value::check(&mut copy)
}

/// What an update makes of an index's key is told in other words than what is put there.
fn updated_key(error: Error) -> Error {
    if error.message().contains("Type mismatch for Index Key") {
        return errors::invalid(
            error.message().trim_start_matches("One or more parameter values were invalid: ").to_owned(),
        );
    }
    if error.message().contains("A value specified for a secondary index key is not supported") {
        let text = "One or more parameter values are not valid. The update expression attempted to update a secondary \
                    index key to a value that is not supported. The AttributeValue for a key attribute cannot contain \
                    an empty string value.";
        return errors::validation(text);
    }
    error
}

/// Checks an item that is put, and encodes it.
pub fn put(target: &Target, mut attributes: Attributes) -> Result<(Parts, Item)> {
    value::check(&mut attributes)?;
    let parts = keys::check_item(&target.layout, &attributes)?;
    keys::check_index_keys(&target.layout, &attributes)?;
    if value::size(&attributes) > LARGEST {
        return Err(errors::item_too_large());
    }
    Ok((parts, Item::of(&attributes)))
}

/// Checks that an update leaves the key alone.
pub fn check_update(target: &Target, update: &Update) -> Result<()> {
    let keys: Vec<&str> =
        std::iter::once(&target.layout.hash).chain(&target.layout.range).map(|part| part.name.as_str()).collect();
    match update.paths().find(|path| keys.contains(&path.first())) {
        None => Ok(()),
        Some(path) => {
            let key = path.first();
            Err(errors::invalid(format!("Cannot update attribute {key}. This attribute is part of the key")))
        }
    }
}

/// What a write was given to decide by: newer parameters, or older ones.
#[derive(Debug, Default)]
pub struct Conditions {
    /// `ConditionExpression`
    pub expression: Option<String>,
    /// `ExpressionAttributeNames`
    pub names: Option<IndexMap<String, String>>,
    /// `ExpressionAttributeValues`
    pub values: Option<Attributes>,
    /// `Expected`
    pub expected: Option<IndexMap<String, api::ExpectedAttributeValue>>,
    /// `ConditionalOperator`
    pub operator: Option<String>,
}

impl Conditions {
    /// Reads them for an operation whose only expression is its condition.
    pub fn read(self) -> Result<Option<Condition>> {
        use crate::expression::legacy;
        let Conditions { expression, names, values, expected, operator } = self;
        legacy::check_mixture(
            &[("Expected", expected.is_some()), ("ConditionalOperator", operator.is_some())],
            &[("ConditionExpression", expression.is_some())],
        )?;
        let given = expression.is_some();
        let parameters = Parameters::of(names, values, &[(Kind::Condition, given)], given)?;
        let condition = match expression {
            Some(text) => Some(crate::expression::condition(Kind::Condition, &text, &parameters)?),
            None => older(expected, operator)?,
        };
        parameters.all_used()?;
        Ok(condition)
    }
}

/// Reads `Expected` and `ConditionalOperator`.
pub fn older(
    expected: Option<IndexMap<String, api::ExpectedAttributeValue>>,
    operator: Option<String>,
) -> Result<Option<Condition>> {
    use crate::expression::legacy;
    let Some(expected) = expected else {
        return match operator {
            Some(_) => Err(errors::validation("ConditionalOperator cannot be used without Filter or Expected")),
            None => Ok(None),
        };
    };
    if operator.is_some() && expected.len() < 2 {
        let text = "ConditionalOperator can only be used when Filter or Expected has two or more elements";
        return Err(errors::validation(text));
    }
    Ok(legacy::join(legacy::expected(expected)?, operator.as_deref()))
}

/// A fault of a request that writes one item, in the words that AWS's checker of such requests has. A fault of form, and
/// a name or value that nothing stands for, is told without them.
pub fn detected(error: Error) -> Error {
    let text = error.message();
    // Of a set that stands among the values of an expression it is told as of any other.
    if let Some((_, set)) = text.split_once("ExpressionAttributeValues contains invalid value: ")
        && let Some((set, _)) = set.split_once(" may not be empty")
    {
        return errors::detected(errors::validation(format!("{set} may not be empty")));
    }
    let told = ["unused in expressions", "Two document paths", "section can only be used once", "can not be empty"];
    let sets = ["must not be empty", "set  may not be empty", "sets should not be empty", "redundant parentheses"];
    let new = error.code() == "ValidationException"
        && told.iter().chain(&sets).any(|part| text.contains(part))
        && !text.starts_with("1 validation error");
    if new { errors::detected(error) } else { error }
}

/// How large an item's collection is, in gigabytes from and to, for a table with local indexes that was asked for it.
pub fn collection(
    view: &View,
    change: &Change,
    asked: Option<&str>,
    item: Option<&Item>,
) -> Result<Option<api::ItemCollectionMetrics>> {
    let target = &change.target;
    let layout = &target.layout;
    if asked != Some("SIZE") || layout.indexes.iter().all(|index| index.global) {
        return Ok(None);
    }
    let Some(item) = item else { return Ok(None) };
    let key = layout.hash.name.clone();
    let value = item.get(&key).map(|value| value.tree()).unwrap_or_default();
    let partition = keys::partition(layout.space, &change.parts.hash);
    let (from, to) = (service::Edge::Before(partition.clone()), service::Edge::Behind(partition));
    let elsewhere = (target.address.scope != view.scope()).then(|| view.elsewhere(target.address.scope)).transpose()?;
    let rows = elsewhere.as_ref().unwrap_or(view).range(&ITEMS, (&from, &to), Direction::Forward);
    let bytes = rows.map(|row| row.map(|row| row.size)).sum::<Result<i64>>()?;
    let gigabytes = (bytes >> 30) as f64;
    Ok(Some(api::ItemCollectionMetrics {
        item_collection_key: Some([(key, value)].into()),
        size_estimate_range_gb: Some(vec![gigabytes, gigabytes + 1.0]),
    }))
}
