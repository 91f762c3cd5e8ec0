//! Who there is to sign in: instances, and the users of their stores.

use service::resource::found;
use service::{Result, Scope, Value, View};
use sso::{place, portal};

/// An instance, with its store.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Where it lies.
    pub scope: Scope,
    /// Its id.
    pub id: String,
    /// The id of its identity store.
    pub store: String,
}

/// A user.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// His id.
    pub id: String,
    /// His name.
    pub name: String,
    /// His mail address; empty where he has none.
    pub email: String,
}

/// The instance that goes by an id, or whose store does.
pub fn instance(view: &View, id: &str) -> Result<Option<Instance>> {
    let Some((scope, id)) = place::find(view, id)? else { return Ok(None) };
    let store = portal::store_of(&view.elsewhere(scope)?, &id)?;
    Ok(store.map(|store| Instance { scope, id, store }))
}

/// The user of that name, as the identity store tells.
pub fn user(view: &View, instance: &Instance, name: &str) -> Result<Option<User>> {
    if name.is_empty() {
        return Ok(None);
    }
    let attribute = Value::map([("AttributePath", "userName".into()), ("AttributeValue", name.into())]);
    let identifier = Value::map([("UniqueAttribute", attribute)]);
    let store = ("IdentityStoreId", Value::from(instance.store.as_str()));
    let input = Value::map([store.clone(), ("AlternateIdentifier", identifier)]);
    let Some(id) = look(view, instance, "GetUserId", input)? else { return Ok(None) };
    let id = id.get("UserId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let input = Value::map([store, ("UserId", Value::from(id.as_str()))]);
    let Some(user) = look(view, instance, "DescribeUser", input)? else { return Ok(None) };
    if user.get("UserStatus").and_then(Value::as_str) == Some("DISABLED") {
        return Ok(None);
    }
    let mails = user.get("Emails").and_then(Value::as_list).unwrap_or_default();
    let email = mails.iter().find_map(|mail| mail.get("Value")?.as_str()).unwrap_or_default();
    let name = user.get("UserName").and_then(Value::as_str).unwrap_or_default();
    Ok(Some(User { id, name: name.to_owned(), email: email.to_owned() }))
}

fn look(view: &View, instance: &Instance, operation: &str, input: Value) -> Result<Option<Value>> {
    found(view.peer_in(instance.scope, "identitystore", operation, input), &["ResourceNotFoundException"])
}
