//! Many items at once, each by itself.

use crate::address::{Address, Target};
use crate::api::*;
use crate::capacity::{Consistency, Spent, Way, charge};
use crate::errors;
use crate::item::Item;
use crate::keys::{self, Parts};
use crate::reading::Shown;
use crate::state::ITEMS;
use crate::writing::{self, Change, What};
use service::{Cx, Error, IndexMap, Result, View};
use std::collections::BTreeSet;

/// "A single operation can retrieve up to 16 MB of data, which can contain as many as 100 items."
const LARGEST_READ: usize = 16 << 20;
const MOST_READ: usize = 100;
const MOST_WRITTEN: usize = 25;

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>
pub fn batch_get_item(view: &View, input: BatchGetItemInput) -> Result<BatchGetItemOutput> {
    let BatchGetItemInput { request_items, return_consumed_capacity } = input;
    if request_items.values().map(|wanted| wanted.keys.len()).sum::<usize>() > MOST_READ {
        return Err(errors::validation("Too many items requested for the BatchGetItem call"));
    }
    let asked = return_consumed_capacity.as_deref();
    let mut read = Read { left: LARGEST_READ, throttled: None, any: false };
    let mut responses = IndexMap::new();
    let mut unprocessed = IndexMap::new();
    let mut capacities = Vec::new();
    // All is checked before anything is read.
    let mut tables = Vec::new();
    for (name, wanted) in request_items {
        tables.push((name.clone(), Wanted::check(view, &name, wanted)?));
    }
    for (name, wanted) in tables {
        let (items, rest, spent) = wanted.read(view, &mut read)?;
        capacities.extend(spent.shown(&wanted.target.address, asked, None));
        responses.insert(name.clone(), items);
        if !rest.keys.is_empty() {
            unprocessed.insert(name, rest);
        }
    }
    match read.throttled {
        Some(error) if !read.any => Err(error),
        _ => Ok(BatchGetItemOutput {
            responses: Some(responses),
            unprocessed_keys: Some(unprocessed),
            consumed_capacity: asked.filter(|asked| *asked != "NONE").map(|_| capacities),
        }),
    }
}

/// How far a batch has been read.
struct Read {
    left: usize,
    throttled: Option<Error>,
    any: bool,
}

/// What a batch wants of one table.
struct Wanted {
    target: Target,
    given: KeysAndAttributes,
    parts: Vec<Parts>,
    consistency: Consistency,
    projection: Option<crate::expression::projection::Projection>,
}

impl Wanted {
    fn check(view: &View, name: &str, mut given: KeysAndAttributes) -> Result<Wanted> {
        let KeysAndAttributes {
            keys,
            attributes_to_get,
            consistent_read,
            projection_expression,
            expression_attribute_names,
        } = &mut given;
        let projection = Shown {
            expression: projection_expression.clone(),
            attributes: attributes_to_get.clone(),
            names: expression_attribute_names.clone(),
        };
        let projection = projection.read()?;
        let consistency = Consistency::of(*consistent_read);
        let target = Address::of(view, name)?.target(view)?;
        let parts: Vec<Parts> =
            keys.iter_mut().map(|key| keys::check_key(&target.layout, key)).collect::<Result<_>>()?;
        check_twins(parts.iter().map(|parts| (target.address.arn(), parts)))?;
        Ok(Wanted { target, parts, consistency, projection, given })
    }

    /// The items that are there, what was left over, and the cost.
    fn read(&self, view: &View, read: &mut Read) -> Result<(Vec<Item>, KeysAndAttributes, Spent)> {
        let mut items = Vec::new();
        let mut rest = KeysAndAttributes { keys: Vec::new(), ..self.given.clone() };
        let mut spent = Spent::default();
        for (key, parts) in self.given.keys.iter().zip(&self.parts) {
            let at = keys::item(self.target.layout.space, parts);
            let stored = view.get_in(self.target.address.scope, &ITEMS, &at)?;
            let size = stored.as_ref().map_or(0, |stored| usize::try_from(stored.size).unwrap_or_default());
            let units = Spent::on_table(self.consistency.units(size));
            let refused = match read.left.checked_sub(size) {
                None => true,
                Some(left) => match charge(view, &self.target, Way::Read, &units) {
                    Ok(()) => {
                        read.left = left;
                        read.any = true;
                        false
                    }
                    Err(error) => {
                        read.throttled.get_or_insert(error);
                        true
                    }
                },
            };
            if refused {
                rest.keys.push(key.clone());
                continue;
            }
            spent.add(&units);
            if let Some(stored) = stored {
                let item = Item(stored.item);
                items.push(self.projection.as_ref().map_or_else(|| item.clone(), |shown| shown.show(&item)));
            }
        }
        Ok((items, rest, spent))
    }
}

fn check_twins<'k>(keys: impl Iterator<Item = (String, &'k Parts)>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err(errors::validation("Provided list of item keys contains duplicates"));
        }
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>
pub fn batch_write_item(cx: &mut Cx, input: BatchWriteItemInput) -> Result<BatchWriteItemOutput> {
    let BatchWriteItemInput { request_items, return_consumed_capacity, return_item_collection_metrics } = input;
    if request_items.values().map(Vec::len).sum::<usize>() > MOST_WRITTEN {
        return Err(errors::validation("Too many items requested for the BatchWriteItem call"));
    }
    let (asked, metrics) = (return_consumed_capacity.as_deref(), return_item_collection_metrics.as_deref());
    let mut tables = Vec::new();
    for (name, requests) in request_items {
        let target = Address::of(cx, &name)?.target(cx)?;
        let changes = requests.into_iter().map(|request| change(&target, request)).collect::<Result<Vec<_>>>()?;
        check_twins(changes.iter().map(|(_, change)| (target.address.arn(), &change.parts)))?;
        tables.push((name, changes));
    }
    let mut output = BatchWriteItemOutput::default();
    let (mut unprocessed, mut collections, mut capacities) = (IndexMap::new(), IndexMap::new(), Vec::new());
    let (mut throttled, mut any) = (None, false);
    for (name, changes) in tables {
        let (mut spent, mut rest, mut measured) = (Spent::default(), Vec::new(), Vec::new());
        let address = changes.first().map(|(_, change)| change.target.address.clone());
        for (request, change) in changes {
            let verdict = change.judge(cx)?;
            match charge(cx, &change.target, Way::Write, &verdict.spent) {
                Ok(()) => {
                    any = true;
                    change.write(cx, &verdict)?;
                    spent.add(&verdict.spent);
                    let item = verdict.new.as_ref().or(verdict.old.as_ref());
                    measured.extend(writing::collection(cx, &change, metrics, item)?);
                }
                Err(error) => {
                    throttled.get_or_insert(error);
                    rest.push(request);
                }
            }
        }
        if let Some(address) = &address {
            capacities.extend(spent.shown(address, asked, None));
        }
        if !rest.is_empty() {
            unprocessed.insert(name.clone(), rest);
        }
        if !measured.is_empty() {
            collections.insert(name, measured);
        }
    }
    if let Some(error) = throttled.filter(|_| !any) {
        return Err(error);
    }
    output.unprocessed_items = Some(unprocessed);
    output.item_collection_metrics = (metrics == Some("SIZE")).then_some(collections);
    output.consumed_capacity = asked.filter(|asked| *asked != "NONE").map(|_| capacities);
    Ok(output)
}

/// A request of a batch, and the change that it asks for.
fn change(target: &Target, request: WriteRequest) -> Result<(WriteRequest, Change)> {
    let given = request.clone();
    let WriteRequest { put_request, delete_request } = request;
    let (parts, what) = match (put_request, delete_request) {
        (Some(PutRequest { item }), None) => {
            let (parts, item) = writing::put(target, item)?;
            (parts, What::Put(item))
        }
        (None, Some(DeleteRequest { mut key })) => (keys::check_key(&target.layout, &mut key)?, What::Delete),
        (Some(_), Some(_)) => {
            let text = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the \
                        supported datatypes";
            return Err(errors::validation(text));
        }
        (None, None) => {
            let text = "Supplied WriteRequest is empty, must contain exactly one of PutRequest and DeleteRequest";
            return Err(errors::validation(text));
        }
    };
    Ok((given, Change { target: target.clone(), parts, what, condition: None, shows_item: false }))
}
