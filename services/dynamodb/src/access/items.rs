//! Operations on items: the condition keys see which items, which attributes, and what is returned.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>

use super::{Keys, Named, Subject};
use crate::api::*;
use crate::value::Attributes;
use service::{Access, Check, Result, View};

/// What a read shows, as the condition key has it.
fn select(given: Option<&String>, specific: bool) -> Option<String> {
    let implied = if specific { "SPECIFIC_ATTRIBUTES" } else { "ALL_ATTRIBUTES" };
    Some(given.cloned().unwrap_or_else(|| implied.to_owned()))
}

pub fn batch_get_item(view: &View, input: &BatchGetItemInput) -> Result<Access> {
    let mut checks = Vec::new();
    for (name, wanted) in &input.request_items {
        let subject = Subject::of(view, name)?;
        let specific = wanted.projection_expression.is_some() || wanted.attributes_to_get.is_some();
        let named = Named {
            projection: wanted.projection_expression.as_ref(),
            names: wanted.expression_attribute_names.as_ref(),
            ..Named::default()
        };
        let mut keys = Keys {
            leading: subject.leading(&wanted.keys),
            select: select(None, specific),
            return_consumed_capacity: input.return_consumed_capacity.clone(),
            ..Keys::default()
        };
        keys = wanted.keys.iter().fold(keys, Keys::with).named(&named.attributes());
        keys = keys.named(wanted.attributes_to_get.iter().flatten());
        checks.push(keys.on(subject.check("dynamodb:BatchGetItem")));
    }
    Ok(Access::Checks(checks))
}

pub fn batch_write_item(view: &View, input: &BatchWriteItemInput) -> Result<Access> {
    let mut checks = Vec::new();
    for (name, requests) in &input.request_items {
        let subject = Subject::of(view, name)?;
        let items: Vec<&Attributes> = requests
            .iter()
            .filter_map(|request| {
                let put = request.put_request.as_ref().map(|put| &put.item);
                put.or(request.delete_request.as_ref().map(|delete| &delete.key))
            })
            .collect();
        let keys = Keys {
            leading: subject.leading(items.iter().copied()),
            return_consumed_capacity: input.return_consumed_capacity.clone(),
            ..Keys::default()
        };
        let keys = items.into_iter().fold(keys, Keys::with);
        checks.push(keys.on(subject.check("dynamodb:BatchWriteItem")));
    }
    Ok(Access::Checks(checks))
}

pub fn delete_item(view: &View, input: &DeleteItemInput) -> Result<Access> {
    let subject = Subject::of(view, &input.table_name)?;
    let named = Named {
        condition: input.condition_expression.as_ref(),
        names: input.expression_attribute_names.as_ref(),
        values: input.expression_attribute_values.as_ref(),
        ..Named::default()
    };
    let keys = Keys {
        leading: subject.leading([&input.key]),
        return_values: input.return_values.clone(),
        return_consumed_capacity: input.return_consumed_capacity.clone(),
        ..Keys::default()
    };
    let keys = keys.with(&input.key).named(&named.attributes()).named(input.expected.iter().flat_map(|map| map.keys()));
    Ok(Access::to(keys.on(subject.check("dynamodb:DeleteItem"))))
}

pub fn get_item(view: &View, input: &GetItemInput) -> Result<Access> {
    let subject = Subject::of(view, &input.table_name)?;
    let named = Named {
        projection: input.projection_expression.as_ref(),
        names: input.expression_attribute_names.as_ref(),
        ..Named::default()
    };
    let specific = input.projection_expression.is_some() || input.attributes_to_get.is_some();
    let keys = Keys {
        leading: subject.leading([&input.key]),
        select: select(None, specific),
        return_consumed_capacity: input.return_consumed_capacity.clone(),
        ..Keys::default()
    };
    let keys = keys.with(&input.key).named(&named.attributes()).named(input.attributes_to_get.iter().flatten());
    Ok(Access::to(keys.on(subject.check("dynamodb:GetItem"))))
}

pub fn put_item(view: &View, input: &PutItemInput) -> Result<Access> {
    let subject = Subject::of(view, &input.table_name)?;
    let named = Named {
        condition: input.condition_expression.as_ref(),
        names: input.expression_attribute_names.as_ref(),
        values: input.expression_attribute_values.as_ref(),
        ..Named::default()
    };
    let keys = Keys {
        leading: subject.leading([&input.item]),
        return_values: input.return_values.clone(),
        return_consumed_capacity: input.return_consumed_capacity.clone(),
        ..Keys::default()
    };
    let keys =
        keys.with(&input.item).named(&named.attributes()).named(input.expected.iter().flat_map(|map| map.keys()));
    Ok(Access::to(keys.on(subject.check("dynamodb:PutItem"))))
}

pub fn query(view: &View, input: &QueryInput) -> Result<Access> {
    let subject = Subject::of(view, &input.table_name)?;
    let named = Named {
        key_condition: input.key_condition_expression.as_ref(),
        filter: input.filter_expression.as_ref(),
        projection: input.projection_expression.as_ref(),
        names: input.expression_attribute_names.as_ref(),
        values: input.expression_attribute_values.as_ref(),
        ..Named::default()
    };
    let index = input.index_name.as_deref();
    let hash = subject.layout.as_ref().and_then(|layout| match index {
        None => Some(layout.hash.name.clone()),
        Some(index) => layout.indexes.iter().find(|known| known.name == index).map(|index| index.hash.name.clone()),
    });
    let older = hash.as_ref().and_then(|hash| {
        let values = input.key_conditions.as_ref()?.get(hash)?.attribute_value_list.as_ref()?;
        super::text(values.first()?)
    });
    let leading = hash.as_ref().and_then(|hash| named.leading(hash)).or(older);
    let specific = input.projection_expression.is_some() || input.attributes_to_get.is_some();
    let keys = Keys {
        leading: leading.into_iter().collect(),
        select: select(input.select.as_ref(), specific),
        return_consumed_capacity: input.return_consumed_capacity.clone(),
        ..Keys::default()
    };
    let keys = keys
        .named(&named.attributes())
        .named(input.attributes_to_get.iter().flatten())
        .named(input.key_conditions.iter().chain(&input.query_filter).flat_map(|map| map.keys()));
    Ok(Access::to(keys.on(subject.check_index("dynamodb:Query", index))))
}

pub fn scan(view: &View, input: &ScanInput) -> Result<Access> {
    let subject = Subject::of(view, &input.table_name)?;
    let named = Named {
        filter: input.filter_expression.as_ref(),
        projection: input.projection_expression.as_ref(),
        names: input.expression_attribute_names.as_ref(),
        values: input.expression_attribute_values.as_ref(),
        ..Named::default()
    };
    let specific = input.projection_expression.is_some() || input.attributes_to_get.is_some();
    let keys = Keys {
        select: select(input.select.as_ref(), specific),
        return_consumed_capacity: input.return_consumed_capacity.clone(),
        ..Keys::default()
    };
    let keys = keys
        .named(&named.attributes())
        .named(input.attributes_to_get.iter().flatten())
        .named(input.scan_filter.iter().flat_map(|map| map.keys()));
    Ok(Access::to(keys.on(subject.check_index("dynamodb:Scan", input.index_name.as_deref()))))
}

/// Each part by its own action, on its own table.
pub fn transact_get_items(view: &View, input: &TransactGetItemsInput) -> Result<Access> {
    let check = |item: &TransactGetItem| -> Result<Check> {
        let get = &item.get;
        let subject = Subject::of(view, &get.table_name)?;
        let named = Named {
            projection: get.projection_expression.as_ref(),
            names: get.expression_attribute_names.as_ref(),
            ..Named::default()
        };
        let keys = Keys {
            leading: subject.leading([&get.key]),
            select: select(None, get.projection_expression.is_some()),
            return_consumed_capacity: input.return_consumed_capacity.clone(),
            enclosing: Some("TransactGetItems"),
            ..Keys::default()
        };
        Ok(keys.with(&get.key).named(&named.attributes()).on(subject.check("dynamodb:GetItem")))
    };
    input.transact_items.iter().map(check).collect::<Result<_>>().map(Access::Checks)
}

/// Each part by its own action, on its own table.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html>
pub fn transact_write_items(view: &View, input: &TransactWriteItemsInput) -> Result<Access> {
    let mut checks = Vec::new();
    for item in &input.transact_items {
        let TransactWriteItem { condition_check, put, delete, update } = item;
        let parts = [
            condition_check.as_ref().map(|check| {
                let named = Named {
                    condition: Some(&check.condition_expression),
                    names: check.expression_attribute_names.as_ref(),
                    values: check.expression_attribute_values.as_ref(),
                    ..Named::default()
                };
                ("dynamodb:ConditionCheckItem", &check.table_name, &check.key, named)
            }),
            put.as_ref().map(|put| {
                let named = Named {
                    condition: put.condition_expression.as_ref(),
                    names: put.expression_attribute_names.as_ref(),
                    values: put.expression_attribute_values.as_ref(),
                    ..Named::default()
                };
                ("dynamodb:PutItem", &put.table_name, &put.item, named)
            }),
            delete.as_ref().map(|delete| {
                let named = Named {
                    condition: delete.condition_expression.as_ref(),
                    names: delete.expression_attribute_names.as_ref(),
                    values: delete.expression_attribute_values.as_ref(),
                    ..Named::default()
                };
                ("dynamodb:DeleteItem", &delete.table_name, &delete.key, named)
            }),
            update.as_ref().map(|update| {
                let named = Named {
                    condition: update.condition_expression.as_ref(),
                    update: Some(&update.update_expression),
                    names: update.expression_attribute_names.as_ref(),
                    values: update.expression_attribute_values.as_ref(),
                    ..Named::default()
                };
                ("dynamodb:UpdateItem", &update.table_name, &update.key, named)
            }),
        ];
        for (action, table, key, named) in parts.into_iter().flatten() {
            let subject = Subject::of(view, table)?;
            let keys = Keys {
                leading: subject.leading([key]),
                return_consumed_capacity: input.return_consumed_capacity.clone(),
                enclosing: Some("TransactWriteItems"),
                ..Keys::default()
            };
            checks.push(keys.with(key).named(&named.attributes()).on(subject.check(action)));
        }
    }
    Ok(Access::Checks(checks))
}

pub fn update_item(view: &View, input: &UpdateItemInput) -> Result<Access> {
    let subject = Subject::of(view, &input.table_name)?;
    let named = Named {
        condition: input.condition_expression.as_ref(),
        update: input.update_expression.as_ref(),
        names: input.expression_attribute_names.as_ref(),
        values: input.expression_attribute_values.as_ref(),
        ..Named::default()
    };
    let keys = Keys {
        leading: subject.leading([&input.key]),
        return_values: input.return_values.clone(),
        return_consumed_capacity: input.return_consumed_capacity.clone(),
        ..Keys::default()
    };
    let older = input.attribute_updates.iter().flat_map(|map| map.keys());
    let keys = keys
        .with(&input.key)
        .named(&named.attributes())
        .named(older)
        .named(input.expected.iter().flat_map(|map| map.keys()));
    Ok(Access::to(keys.on(subject.check("dynamodb:UpdateItem"))))
}
