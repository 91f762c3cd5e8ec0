//! Single items are written and read.

use crate::address::Address;
use crate::api::*;
use crate::capacity::{Consistency, Spent, Way, charge};
use crate::errors;
use crate::expression::legacy;
use crate::expression::projection::Projection;
use crate::expression::update::Update;
use crate::expression::{self, Kind, Parameters};
use crate::item::Item;
use crate::keys;
use crate::reading::Shown;
use crate::state::ITEMS;
use crate::writing::{self, Change, Conditions, Verdict, What, detected};
use service::{Cx, IndexMap, Result, View};

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html>
pub fn put_item(cx: &mut Cx, input: PutItemInput) -> Result<PutItemOutput> {
    let PutItemInput {
        table_name,
        item,
        expected,
        return_values,
        return_consumed_capacity,
        return_item_collection_metrics,
        conditional_operator: operator,
        condition_expression: expression,
        expression_attribute_names: names,
        expression_attribute_values: values,
        return_values_on_condition_check_failure,
    } = input;
    check_return_values(return_values.as_deref())?;
    let condition = Conditions { expression, names, values, expected, operator }.read().map_err(detected)?;
    let target = Address::of(cx, &table_name)?.target(cx)?;
    let (parts, item) = writing::put(&target, item).map_err(detected)?;
    let shows_item = return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
    let change = Change { target, parts, what: What::Put(item), condition, shows_item };
    let verdict = change.run(cx)?;
    let asked = return_item_collection_metrics.as_deref();
    Ok(PutItemOutput {
        consumed_capacity: verdict.spent.shown(&change.target.address, return_consumed_capacity.as_deref(), None),
        item_collection_metrics: writing::collection(cx, &change, asked, verdict.new.as_ref())?,
        attributes: verdict.old.filter(|_| return_values.as_deref() == Some("ALL_OLD")),
    })
}

fn check_return_values(wanted: Option<&str>) -> Result<()> {
    match wanted {
        None | Some("NONE" | "ALL_OLD") => Ok(()),
        Some(_) => Err(errors::validation("Return values set to invalid value")),
    }
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html>
pub fn delete_item(cx: &mut Cx, input: DeleteItemInput) -> Result<DeleteItemOutput> {
    let DeleteItemInput {
        table_name,
        mut key,
        expected,
        conditional_operator: operator,
        return_values,
        return_consumed_capacity,
        return_item_collection_metrics,
        condition_expression: expression,
        expression_attribute_names: names,
        expression_attribute_values: values,
        return_values_on_condition_check_failure,
    } = input;
    check_return_values(return_values.as_deref())?;
    let condition = Conditions { expression, names, values, expected, operator }.read().map_err(detected)?;
    let target = Address::of(cx, &table_name)?.target(cx)?;
    let parts = keys::check_key(&target.layout, &mut key)?;
    let shows_item = return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
    let change = Change { target, parts, what: What::Delete, condition, shows_item };
    let verdict = change.run(cx)?;
    let asked = return_item_collection_metrics.as_deref();
    Ok(DeleteItemOutput {
        consumed_capacity: verdict.spent.shown(&change.target.address, return_consumed_capacity.as_deref(), None),
        item_collection_metrics: writing::collection(cx, &change, asked, verdict.old.as_ref())?,
        attributes: verdict.old.filter(|_| return_values.as_deref() == Some("ALL_OLD")),
    })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html>
pub fn update_item(cx: &mut Cx, input: UpdateItemInput) -> Result<UpdateItemOutput> {
    let UpdateItemInput {
        table_name,
        mut key,
        attribute_updates,
        expected,
        conditional_operator: operator,
        return_values,
        return_consumed_capacity,
        return_item_collection_metrics,
        update_expression,
        condition_expression: expression,
        expression_attribute_names: names,
        expression_attribute_values: values,
        return_values_on_condition_check_failure,
    } = input;
    let wanted = return_values.as_deref().unwrap_or("NONE");
    let conditions = Conditions { expression, names, values, expected, operator };
    let older = attribute_updates.is_some();
    let (update, condition) = read_update(attribute_updates, update_expression, conditions).map_err(detected)?;
    let target = Address::of(cx, &table_name)?.target(cx)?;
    let parts = keys::check_key(&target.layout, &mut key)?;
    writing::check_update(&target, &update)?;
    let shows_item = return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
    let only_removes = older && update.set.is_empty() && update.add.is_empty();
    let what = What::Update(update.clone(), key.clone());
    let mut change = Change { target, parts, what, condition, shows_item };
    if only_removes && change.current(cx)?.is_none() {
        // "DELETE - Nothing happens; there is no attribute to delete."
        change.what = What::Delete;
    }
    let verdict = change.run(cx)?;
    let asked = return_item_collection_metrics.as_deref();
    let item = verdict.new.as_ref().or(verdict.old.as_ref());
    Ok(UpdateItemOutput {
        consumed_capacity: verdict.spent.shown(&change.target.address, return_consumed_capacity.as_deref(), None),
        item_collection_metrics: writing::collection(cx, &change, asked, item)?,
        attributes: returned(wanted, &update, verdict),
    })
}

/// Reads what an update is to do, by whichever parameters say it.
fn read_update(
    older: Option<IndexMap<String, AttributeValueUpdate>>,
    text: Option<String>,
    conditions: Conditions,
) -> Result<(Update, Option<expression::condition::Condition>)> {
    legacy::check_mixture(
        &[
            ("AttributeUpdates", older.is_some()),
            ("Expected", conditions.expected.is_some()),
            ("ConditionalOperator", conditions.operator.is_some()),
        ],
        &[("UpdateExpression", text.is_some()), ("ConditionExpression", conditions.expression.is_some())],
    )?;
    let Conditions { expression, names, values, expected, operator } = conditions;
    let given = [(Kind::Update, text.is_some()), (Kind::Condition, expression.is_some())];
    let parameters = Parameters::of(names, values, &given, text.is_some() || expression.is_some())?;
    let update = match (text, older) {
        (Some(text), _) => expression::update(&text, &parameters)?,
        (None, Some(older)) => legacy::update(older)?,
        (None, None) => Update::default(),
    };
    let condition = match expression {
        Some(text) => Some(expression::condition(Kind::Condition, &text, &parameters)?),
        None => writing::older(expected, operator)?,
    };
    parameters.all_used()?;
    Ok((update, condition))
}

/// What an update returns. Nothing at all is left out.
fn returned(wanted: &str, update: &Update, verdict: Verdict) -> Option<Item> {
    let Verdict { old, new, spent: _ } = verdict;
    let changed = |item: Option<Item>| {
        let shown = Projection::of(update.paths().cloned()).show(&item?);
        shown.entries().next().is_some().then_some(shown)
    };
    match wanted {
        "ALL_OLD" => old,
        "ALL_NEW" => new,
        "UPDATED_OLD" => changed(old),
        "UPDATED_NEW" => changed(new),
        _ => None,
    }
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html>
pub fn get_item(view: &View, input: GetItemInput) -> Result<GetItemOutput> {
    let GetItemInput {
        table_name,
        mut key,
        attributes_to_get: attributes,
        consistent_read,
        return_consumed_capacity,
        projection_expression: expression,
        expression_attribute_names: names,
    } = input;
    let projection = Shown { expression, attributes, names }.read()?;
    let target = Address::of(view, &table_name)?.target(view)?;
    let parts = keys::check_key(&target.layout, &mut key)?;
    let stored = view.get_in(target.address.scope, &ITEMS, &keys::item(target.layout.space, &parts))?;
    let size = stored.as_ref().map_or(0, |stored| usize::try_from(stored.size).unwrap_or_default());
    let spent = Spent::on_table(Consistency::of(consistent_read).units(size));
    charge(view, &target, Way::Read, &spent)?;
    let item = stored.map(|stored| Item(stored.item));
    Ok(GetItemOutput {
        consumed_capacity: spent.shown(&target.address, return_consumed_capacity.as_deref(), None),
        item: item.map(|item| projection.as_ref().map_or(item.clone(), |projection| projection.show(&item))),
    })
}
