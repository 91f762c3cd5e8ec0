//! The few operations of DynamoDB that are needed, and items as plain JSON.

use super::{AwsError, Call, Service};
use crate::session::Session;
use serde_json::{Map, Value, json};

const SERVICE: Service = Service { name: "DynamoDB", prefix: "dynamodb" };
/// What a condition that does not hold is called.
const CONDITION: &str = "ConditionalCheckFailedException";

/// A table as a session sees it.
pub struct Table<'a> {
    session: &'a Session<'a>,
    name: &'a str,
}

/// What became of a write under a condition.
#[derive(Debug, PartialEq)]
pub enum Written {
    /// It was made. The item as it is now, where an update asked for it.
    Done(Value),
    /// The condition did not hold for this item; `null` where there is none.
    Refused(Value),
}

/// A change of one item.
pub struct Update<'a> {
    pub key: Value,
    pub expression: &'a str,
    pub condition: &'a str,
    pub names: Value,
    pub values: Value,
}

impl<'a> Table<'a> {
    /// The table that a setting names.
    pub fn new(session: &'a Session<'a>, name: &'a str) -> Table<'a> {
        Table { session, name }
    }

    /// An item as it is now, or `null`.
    pub fn get(&self, key: &Value) -> Result<Value, AwsError> {
        let reply = self.ask("GetItem", json!({"Key": attributes(key), "ConsistentRead": true}))?;
        Ok(plain(reply.get("Item").unwrap_or(&Value::Null)))
    }

    /// Writes an item unless one with its key is there.
    pub fn put_new(&self, key: &str, item: &Value) -> Result<Written, AwsError> {
        let input = json!({
            "Item": attributes(item),
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": key},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        written(self.ask("PutItem", input))
    }

    /// Changes an item if a condition holds for it.
    pub fn update(&self, update: &Update<'_>) -> Result<Written, AwsError> {
        let mut input = json!({
            "Key": attributes(&update.key),
            "UpdateExpression": update.expression,
            "ConditionExpression": update.condition,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        named(&mut input, &update.names, &update.values);
        written(self.ask("UpdateItem", input))
    }

    /// One page of a query, and the key where the next one starts. `query` has the operation's own members.
    pub fn query(&self, mut query: Value, names: &Value, values: &Value) -> Result<(Value, Option<Value>), AwsError> {
        named(&mut query, names, values);
        let mut page = self.ask("Query", query)?;
        let next = page.get("LastEvaluatedKey").map(plain);
        if let Some(Value::Array(items)) = page.get_mut("Items") {
            *items = items.iter().map(plain).collect();
        }
        Ok((page, next))
    }

    fn ask(&self, operation: &'static str, mut input: Value) -> Result<Value, AwsError> {
        input["TableName"] = self.name.into();
        let call = Call {
            service: &SERVICE,
            operation,
            method: "POST",
            path: "/".to_owned(),
            bucket: None,
            headers: vec![
                ("content-type", "application/x-amz-json-1.0".to_owned()),
                ("x-amz-target", format!("DynamoDB_20120810.{operation}")),
            ],
            body: input.to_string().into_bytes(),
            resource: Some(("table_name", self.name.to_owned())),
        };
        Ok(self.session.call(&call)?.json())
    }
}

fn named(input: &mut Value, names: &Value, values: &Value) {
    if names.as_object().is_some_and(|names| !names.is_empty()) {
        input["ExpressionAttributeNames"] = names.clone();
    }
    if values.as_object().is_some_and(|values| !values.is_empty()) {
        input["ExpressionAttributeValues"] = attributes(values);
    }
}

fn written(reply: Result<Value, AwsError>) -> Result<Written, AwsError> {
    match reply {
        Ok(reply) => Ok(Written::Done(plain(reply.get("Attributes").unwrap_or(&Value::Null)))),
        Err(error) if error.code == CONDITION => {
            Ok(Written::Refused(plain(error.body.get("Item").unwrap_or(&Value::Null))))
        }
        Err(error) => Err(error),
    }
}

/// An object's members as DynamoDB writes them. Members that are `null` are left out.
pub fn attributes(object: &Value) -> Value {
    let members = object.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    Value::Object(members.map(|(name, value)| (name.clone(), attribute(value))).collect())
}

fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(value) => json!({"BOOL": value}),
        Value::Number(number) => json!({"N": number.to_string()}),
        Value::String(text) => json!({"S": text}),
        Value::Array(values) => json!({"L": values.iter().map(attribute).collect::<Vec<_>>()}),
        Value::Object(_) => json!({"M": attributes(value)}),
    }
}

/// An item as plain JSON; `null` for what is none. Numbers here are whole: all others stay texts.
pub fn plain(item: &Value) -> Value {
    let Some(members) = item.as_object() else { return Value::Null };
    Value::Object(members.iter().map(|(name, value)| (name.clone(), plain_value(value))).collect::<Map<_, _>>())
}

fn plain_value(value: &Value) -> Value {
    let Some((kind, value)) = value.as_object().and_then(|object| object.iter().next()) else { return Value::Null };
    match (kind.as_str(), value) {
        ("N", Value::String(text)) => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        ("M", map) => plain(map),
        ("L", Value::Array(values)) => values.iter().map(plain_value).collect(),
        ("NULL", _) => Value::Null,
        (_, other) => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back_as_they_were_written() {
        let item = json!({"a": "x", "n": 12, "t": true, "l": [{"q": 3}, "y"], "m": {"z": "1.5"}});
        let written = attributes(&item);
        assert_eq!(written["n"], json!({"N": "12"}));
        assert_eq!(written["l"], json!({"L": [{"M": {"q": {"N": "3"}}}, {"S": "y"}]}));
        assert_eq!(plain(&written), item);
        assert_eq!(attributes(&json!({"a": null})), json!({}));
        assert_eq!(plain(&Value::Null), Value::Null);
        assert_eq!(plain(&json!({"n": {"N": "1.5"}, "odd": 3})), json!({"n": "1.5", "odd": null}));
    }
}
