//! Many items at once, all or none.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html>
//!
//! Writers are one after the other here, so no transaction ever meets another: `TransactionConflict` does not occur.

use crate::address::{Address, Target};
use crate::api::*;
use crate::capacity::{Consistency, Spent, Way, charge};
use crate::errors;
use crate::expression::{self, Kind, Parameters};
use crate::item::Item;
use crate::keys;
use crate::reading::Shown;
use crate::state::{ITEMS, TOKENS, TokenRow};
use crate::timers;
use crate::writing::{self, Change, Conditions, Verdict, What};
use service::{Cx, Error, IndexMap, Result, Value, View};
use std::collections::BTreeSet;

/// "The aggregate size of the items in the transaction cannot exceed 4 MB."
const LARGEST: usize = 4 << 20;

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
pub fn transact_write_items(cx: &mut Cx, input: TransactWriteItemsInput) -> Result<TransactWriteItemsOutput> {
    let TransactWriteItemsInput {
        transact_items,
        return_consumed_capacity,
        return_item_collection_metrics,
        client_request_token,
    } = input;
    let asked = return_consumed_capacity.as_deref();
    let request = fingerprint(&format!("{transact_items:?}"));
    let token = client_request_token.filter(|token| !token.is_empty());
    let replayed = match &token {
        Some(token) => replayed(cx, token, &request)?,
        None => false,
    };
    let (changes, mut reasons) = read(cx, transact_items)?;
    if replayed {
        // "Subsequent calls return the number of read capacity units consumed in reading the item."
        return repeat(cx, &changes, asked);
    }
    check_twins(changes.iter().flatten())?;
    let mut verdicts = Vec::new();
    for (change, reason) in changes.iter().zip(&mut reasons) {
        let Some(change) = change else {
            verdicts.push(None);
            continue;
        };
        match change.judge(cx) {
            Ok(verdict) => verdicts.push(Some(verdict)),
            Err(error) => {
                *reason = Some(reason_of(cx, change, error)?);
                verdicts.push(None);
            }
        }
    }
    if reasons.iter().any(Option::is_some) {
        return Err(cancelled(reasons));
    }
    let all: Vec<(Change, Verdict)> =
        changes.into_iter().zip(verdicts).filter_map(|(change, verdict)| change.zip(verdict)).collect();
    let size: usize = all.iter().map(|(_, verdict)| verdict.new.as_ref().map_or(0, Item::size)).sum();
    if size > LARGEST {
        return Err(errors::validation(
            "Collection size of items in the transaction exceeds the limit of 4194304 bytes",
        ));
    }
    let spent = pay(cx, &all, Way::Write)?;
    let mut collections: IndexMap<String, Vec<ItemCollectionMetrics>> = IndexMap::new();
    for (change, verdict) in &all {
        change.write(cx, verdict)?;
        let item = verdict.new.as_ref().or(verdict.old.as_ref());
        let metrics = return_item_collection_metrics.as_deref();
        if let Some(measured) = writing::collection(cx, change, metrics, item)? {
            collections.entry(change.target.address.given.clone()).or_default().push(measured);
        }
    }
    if let Some(token) = token {
        cx.put(&TOKENS, token.as_str(), &TokenRow { token: token.clone(), request, at: cx.now() })?;
        timers::forget_token(cx, &token)?;
    }
    let metrics = return_item_collection_metrics.as_deref() == Some("SIZE");
    Ok(TransactWriteItemsOutput {
        consumed_capacity: shown(&spent, asked, Way::Write),
        item_collection_metrics: metrics.then_some(collections),
    })
}

/// Whether this very request was done already under its token.
fn replayed(cx: &Cx, token: &str, request: &str) -> Result<bool> {
    match cx.get(&TOKENS, token)? {
        None => Ok(false),
        Some(row) if cx.now() >= row.at.after(timers::TOKEN_LIFETIME) => Ok(false),
        Some(row) if row.request == request => Ok(true),
        Some(_) => {
            let text = "DynamoDB rejected the request because you retried a request with a different payload but with \
                        an idempotent token that was already used.";
            Err(Error::new("IdempotentParameterMismatchException", text))
        }
    }
}

fn repeat(cx: &Cx, changes: &[Option<Change>], asked: Option<&str>) -> Result<TransactWriteItemsOutput> {
    let mut spent: Vec<(Target, Spent)> = Vec::new();
    for change in changes.iter().flatten() {
        let size = change.current(cx)?.map_or(0, |item| item.size());
        add(&mut spent, &change.target, &Spent::on_table(Consistency::Transactional.units(size)));
    }
    for (target, spent) in &spent {
        charge(cx, target, Way::Read, spent)?;
    }
    Ok(TransactWriteItemsOutput { consumed_capacity: shown(&spent, asked, Way::Read), item_collection_metrics: None })
}

/// Two hashes of a text as one: equal for the same request, and for no other by chance.
fn fingerprint(text: &str) -> String {
    let hash =
        |seed: u64| text.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3).rotate_left(5));
    format!("{:016x}{:016x}-{}", hash(0xcbf2_9ce4_8422_2325), hash(0x9e37_79b9_7f4a_7c15), text.len())
}

fn add(list: &mut Vec<(Target, Spent)>, target: &Target, spent: &Spent) {
    match list.iter_mut().find(|(other, _)| other.address == target.address) {
        Some((_, sum)) => sum.add(spent),
        None => list.push((target.clone(), spent.clone())),
    }
}

fn shown(spent: &[(Target, Spent)], asked: Option<&str>, way: Way) -> Option<Vec<ConsumedCapacity>> {
    let all = spent.iter().filter_map(|(target, spent)| spent.shown(&target.address, asked, Some(way)));
    asked.filter(|asked| *asked != "NONE").map(|_| all.collect())
}

/// Takes the price of a transaction, which is twice that of its parts.
fn pay(cx: &Cx, all: &[(Change, Verdict)], way: Way) -> Result<Vec<(Target, Spent)>> {
    let mut sums = Vec::new();
    for (change, verdict) in all {
        add(&mut sums, &change.target, &verdict.spent.clone().doubled());
    }
    for (target, spent) in &sums {
        if let Err(error) = charge(cx, target, way, spent) {
            let code = match error.code() {
                "ThrottlingException" => "ThrottlingError",
                _ => "ProvisionedThroughputExceeded",
            };
            let reason = |change: &Change| {
                (change.target.address == target.address).then(|| Reason {
                    code: code.to_owned(),
                    message: error.message().to_owned(),
                    item: None,
                })
            };
            return Err(cancelled(all.iter().map(|(change, _)| reason(change)).collect()));
        }
    }
    Ok(sums)
}

/// Why one part of a transaction could not be done.
struct Reason {
    code: String,
    message: String,
    item: Option<Value>,
}

/// What an error of one part is among the reasons; what is no fault of a part fails the whole.
fn reason_of(cx: &Cx, change: &Change, error: Error) -> Result<Reason> {
    let code = match error.code() {
        "ConditionalCheckFailedException" => {
            let table = ("TableName", change.target.layout.table.as_str());
            cx.count("ConditionalCheckFailedRequests", table, 1.0, "Count");
            "ConditionalCheckFailed"
        }
        "ValidationException" => "ValidationError",
        _ => return Err(error),
    };
    let item = error.members().and_then(|members| members.get("Item")).cloned();
    Ok(Reason { code: code.to_owned(), message: error.message().to_owned(), item })
}

fn cancelled(reasons: Vec<Option<Reason>>) -> Error {
    let codes: Vec<&str> =
        reasons.iter().map(|reason| reason.as_ref().map_or("None", |reason| reason.code.as_str())).collect();
    let text =
        format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes.join(", "));
    let reason = |reason: Option<Reason>| {
        let mut map: IndexMap<String, Value> = IndexMap::new();
        match reason {
            None => drop(map.insert("Code".to_owned(), "None".into())),
            Some(Reason { code, message, item }) => {
                if let Some(item) = item {
                    map.insert("Item".to_owned(), item);
                }
                map.insert("Code".to_owned(), code.into());
                map.insert("Message".to_owned(), message.into());
            }
        }
        Value::Map(map)
    };
    let reasons = Value::List(reasons.into_iter().map(reason).collect());
    Error::new("TransactionCanceledException", text).with("CancellationReasons", reasons)
}

fn check_twins<'c>(changes: impl Iterator<Item = &'c Change>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for change in changes {
        if !seen.insert((change.target.address.arn(), change.parts.clone())) {
            return Err(errors::validation("Transaction request cannot include multiple operations on one item"));
        }
    }
    Ok(())
}

type Read = (Vec<Option<Change>>, Vec<Option<Reason>>);

/// Reads the parts of a transaction. What does not fit its table's schema becomes a reason; any other fault fails all.
fn read(cx: &Cx, items: Vec<TransactWriteItem>) -> Result<Read> {
    let (mut changes, mut reasons) = (Vec::new(), Vec::new());
    let drafts = items.into_iter().map(draft).collect::<Result<Vec<Draft>>>()?;
    for draft in drafts {
        let target = Address::of(cx, &draft.table)?.target(cx)?;
        match draft.change(target) {
            Ok(change) => {
                changes.push(Some(change));
                reasons.push(None);
            }
            Err(error) if error.message().starts_with("One or more parameter values are not valid") => {
                return Err(error);
            }
            Err(error) => {
                let message = error.message().to_owned();
                changes.push(None);
                reasons.push(Some(Reason { code: "ValidationError".to_owned(), message, item: None }));
            }
        }
    }
    Ok((changes, reasons))
}

/// A part whose expressions were read, before its table is looked at.
struct Draft {
    table: String,
    what: Drafted,
    condition: Option<expression::condition::Condition>,
    shows_item: bool,
}

enum Drafted {
    Put(crate::value::Attributes),
    Delete(crate::value::Attributes),
    Check(crate::value::Attributes),
    Update(crate::value::Attributes, expression::update::Update),
}

impl Draft {
    fn change(self, target: Target) -> Result<Change> {
        let layout = &target.layout;
        let (parts, what) = match self.what {
            Drafted::Put(item) => {
                let (parts, item) = writing::put(&target, item)?;
                (parts, What::Put(item))
            }
            Drafted::Delete(mut key) => (keys::check_key(layout, &mut key)?, What::Delete),
            Drafted::Check(mut key) => (keys::check_key(layout, &mut key)?, What::Check),
            Drafted::Update(mut key, update) => {
                let parts = keys::check_key(layout, &mut key)?;
                writing::check_update(&target, &update)?;
                (parts, What::Update(update, key))
            }
        };
        Ok(Change { parts, what, condition: self.condition, shows_item: self.shows_item, target })
    }
}

fn draft(item: TransactWriteItem) -> Result<Draft> {
    let TransactWriteItem { condition_check, put, delete, update } = item;
    let shows = |wanted: Option<String>| wanted.as_deref() == Some("ALL_OLD");
    let read = |expression, names, values| Conditions { expression, names, values, ..Conditions::default() }.read();
    match (condition_check, put, delete, update) {
        (Some(check), None, None, None) => {
            let ConditionCheck {
                key,
                table_name: table,
                condition_expression,
                expression_attribute_names: names,
                expression_attribute_values: values,
                return_values_on_condition_check_failure: shown,
            } = check;
            let condition = read(Some(condition_expression), names, values)?;
            Ok(Draft { table, what: Drafted::Check(key), condition, shows_item: shows(shown) })
        }
        (None, Some(put), None, None) => {
            let Put {
                item,
                table_name: table,
                condition_expression,
                expression_attribute_names: names,
                expression_attribute_values: values,
                return_values_on_condition_check_failure: shown,
            } = put;
            let condition = read(condition_expression, names, values)?;
            Ok(Draft { table, what: Drafted::Put(item), condition, shows_item: shows(shown) })
        }
        (None, None, Some(delete), None) => {
            let Delete {
                key,
                table_name: table,
                condition_expression,
                expression_attribute_names: names,
                expression_attribute_values: values,
                return_values_on_condition_check_failure: shown,
            } = delete;
            let condition = read(condition_expression, names, values)?;
            Ok(Draft { table, what: Drafted::Delete(key), condition, shows_item: shows(shown) })
        }
        (None, None, None, Some(update)) => draft_update(update),
        _ => Err(errors::validation("TransactItems can only contain one of Check, Put, Update or Delete")),
    }
}

fn draft_update(update: crate::api::Update) -> Result<Draft> {
    let crate::api::Update {
        key,
        update_expression,
        table_name: table,
        condition_expression,
        expression_attribute_names: names,
        expression_attribute_values: values,
        return_values_on_condition_check_failure: shown,
    } = update;
    let parameters = Parameters::of(
        names,
        values,
        &[(Kind::Update, true), (Kind::Condition, condition_expression.is_some())],
        true,
    )?;
    let update = expression::update(&update_expression, &parameters)?;
    let condition =
        condition_expression.map(|text| expression::condition(Kind::Condition, &text, &parameters)).transpose()?;
    parameters.all_used()?;
    let shows_item = shown.as_deref() == Some("ALL_OLD");
    Ok(Draft { table, what: Drafted::Update(key, update), condition, shows_item })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html>
pub fn transact_get_items(view: &View, input: TransactGetItemsInput) -> Result<TransactGetItemsOutput> {
    let TransactGetItemsInput { transact_items, return_consumed_capacity } = input;
    let mut responses = Vec::new();
    let mut spent: Vec<(Target, Spent)> = Vec::new();
    let mut reasons: Vec<Option<Reason>> = Vec::new();
    let mut seen = BTreeSet::new();
    for TransactGetItem { get } in transact_items {
        let Get { mut key, table_name, projection_expression: expression, expression_attribute_names: names } = get;
        let projection = Shown { expression, attributes: None, names }.read()?;
        let target = Address::of(view, &table_name)?.target(view)?;
        let parts = match keys::check_key(&target.layout, &mut key) {
            Ok(parts) => parts,
            Err(error) => {
                let message = error.message().to_owned();
                reasons.push(Some(Reason { code: "ValidationError".to_owned(), message, item: None }));
                continue;
            }
        };
        reasons.push(None);
        if !seen.insert((target.address.arn(), parts.clone())) {
            return Err(errors::validation("Transaction request cannot include multiple operations on one item"));
        }
        let at = keys::item(target.layout.space, &parts);
        let item = view.get_in(target.address.scope, &ITEMS, &at)?.map(|stored| Item(stored.item));
        let size = item.as_ref().map_or(0, Item::size);
        add(&mut spent, &target, &Spent::on_table(Consistency::Transactional.units(size)));
        let item = item.map(|item| projection.as_ref().map_or_else(|| item.clone(), |shown| shown.show(&item)));
        responses.push(ItemResponse { item });
    }
    if reasons.iter().any(Option::is_some) {
        return Err(cancelled(reasons));
    }
    for (target, spent) in &spent {
        charge(view, target, Way::Read, spent)?;
    }
    Ok(TransactGetItemsOutput {
        consumed_capacity: shown(&spent, return_consumed_capacity.as_deref(), Way::Read),
        responses: Some(responses),
    })
}
