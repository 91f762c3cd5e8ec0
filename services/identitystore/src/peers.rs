//! All that the identity store asks of others: which instances of Identity Center there are.

use service::{IndexMap, Result, Value, View};

/// The ids of the stores that instances of this account and region have.
/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html>
pub fn stores_of_instances(view: &View) -> Result<Vec<String>> {
    if !view.offers("sso", "ListInstances") {
        return Ok(Vec::new());
    }
    let found = view.peer("sso", "ListInstances", Value::Map(IndexMap::new()))?;
    let instances = found.get("Instances").and_then(Value::as_list).unwrap_or_default();
    let ids = instances.iter().filter_map(|instance| instance.get("IdentityStoreId")?.as_str().map(str::to_owned));
    Ok(ids.collect())
}
