//! What tables and indexes may be declared as.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html>

use crate::address::check_name;
use crate::api;
use crate::errors;
use crate::keys::KeySchema;
use crate::state::{Capacity, Index, KeyPart};
use service::Result;
use std::collections::BTreeSet;

const MOST_LOCAL: usize = 5;
const MOST_GLOBAL: usize = 20;
/// Attributes that the indexes of one table may name to be included.
const MOST_INCLUDED: usize = 100;

/// The attributes of a request that keys can be made of.
pub struct Definitions(pub Vec<KeyPart>);

impl Definitions {
    /// Checks that none is there twice.
    pub fn of(list: Vec<api::AttributeDefinition>) -> Result<Definitions> {
        let part = |definition: api::AttributeDefinition| {
            let api::AttributeDefinition { attribute_name, attribute_type } = definition;
            KeyPart { name: attribute_name, kind: attribute_type }
        };
        let parts: Vec<KeyPart> = list.into_iter().map(part).collect();
        let names: BTreeSet<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        if names.len() < parts.len() {
            return Err(errors::invalid("Duplicate AttributeName in AttributeDefinitions"));
        }
        Ok(Definitions(parts))
    }

    fn get(&self, name: &str) -> Option<&KeyPart> {
        self.0.iter().find(|part| part.name == name)
    }

    fn names(&self) -> String {
        self.0.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The key schema of a table (`index` is `None`) or an index.
    pub fn schema(&self, list: &[api::KeySchemaElement], index: Option<&str>) -> Result<KeySchema> {
        let several = |kind: &str| list.iter().filter(|element| element.key_type == kind).count() > 1;
        if index.is_some() && (several("HASH") || (several("RANGE") && list.len() > 2)) {
            return Err(errors::refuse("an index with several attributes in its partition or sort key"));
        }
        let hash = list.first().filter(|element| element.key_type == "HASH");
        let hash = hash.ok_or_else(|| {
            errors::validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        })?;
        let range = list.get(1);
        if range.is_some_and(|element| element.key_type != "RANGE") {
            return Err(errors::validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
        }
        if list.len() > 2 {
            return Err(errors::validation("Invalid KeySchema: Too many key schema elements"));
        }
        if range.is_some_and(|range| range.attribute_name == hash.attribute_name) {
            return Err(errors::validation(
                "Both the Hash Key and the Range Key element in the KeySchema have the same name",
            ));
        }
        let wanted: Vec<&str> = list.iter().map(|element| element.attribute_name.as_str()).collect();
        let mut parts = Vec::new();
        for name in &wanted {
            let part = self.get(name).ok_or_else(|| match index {
                None if self.0.len() >= wanted.len() => {
                    errors::validation("Invalid KeySchema: Some index key attribute have no definition")
                }
                _ => errors::invalid(format!(
                    "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], \
                     AttributeDefinitions: [{}]",
                    wanted.join(", "),
                    self.names()
                )),
            })?;
            parts.push(part.clone());
        }
        let mut parts = parts.into_iter();
        Ok(KeySchema { hash: parts.next().unwrap_or_default(), range: parts.next() })
    }

    /// Checks that each is a part of some key.
    pub fn check_used(&self, table: &KeySchema, indexes: &[Index]) -> Result<()> {
        let mut used: Vec<&str> = table.names();
        for index in indexes {
            used.extend(std::iter::once(&index.hash).chain(&index.range).map(|part| part.name.as_str()));
        }
        let mut seen = BTreeSet::new();
        used.retain(|name| seen.insert(*name));
        if self.0.iter().all(|part| used.contains(&part.name.as_str())) {
            return Ok(());
        }
        if indexes.is_empty() {
            return Err(errors::invalid(
                "Number of attributes in KeySchema does not exactly match number of attributes defined in \
                 AttributeDefinitions",
            ));
        }
        let text = "Some AttributeDefinitions are not used. AttributeDefinitions: ";
        Err(errors::invalid(format!("{text}[{}], keys used: [{}]", self.names(), used.join(", "))))
    }
}

/// Capacity as it was given, checked.
pub fn capacity(given: api::ProvisionedThroughput) -> Capacity {
    let api::ProvisionedThroughput { read_capacity_units, write_capacity_units } = given;
    Capacity { read: read_capacity_units, write: write_capacity_units }
}

/// The most that is let through on demand; -1 takes a limit away.
pub fn on_demand(given: Option<api::OnDemandThroughput>) -> Option<Capacity> {
    let api::OnDemandThroughput { max_read_request_units, max_write_request_units } = given?;
    Some(Capacity { read: max_read_request_units.unwrap_or(-1), write: max_write_request_units.unwrap_or(-1) })
}

/// `WarmThroughput` as it was given.
pub fn warm(given: Option<api::WarmThroughput>) -> Option<Capacity> {
    let api::WarmThroughput { read_units_per_second, write_units_per_second } = given?;
    Some(Capacity { read: read_units_per_second.unwrap_or(12_000), write: write_units_per_second.unwrap_or(4_000) })
}

/// The capacity that a billing mode asks for.
pub fn billing(mode: &str, given: Option<api::ProvisionedThroughput>) -> Result<Option<Capacity>> {
    match (mode, given) {
        ("PAY_PER_REQUEST", None) => Ok(None),
        ("PAY_PER_REQUEST", Some(_)) => Err(errors::invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        )),
        (_, Some(given)) => Ok(Some(capacity(given))),
        (_, None) => Err(errors::invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        )),
    }
}

/// An index's projection.
pub fn projection(given: api::Projection, index: &mut Index) -> Result<()> {
    let api::Projection { projection_type, non_key_attributes } = given;
    let kind = projection_type.ok_or_else(|| errors::invalid("Unknown ProjectionType: null"))?;
    match (kind.as_str(), &non_key_attributes) {
        ("INCLUDE", None) => {
            return Err(errors::invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"));
        }
        ("ALL" | "KEYS_ONLY", Some(_)) => {
            let text = format!("ProjectionType is {kind}, but NonKeyAttributes is specified");
            return Err(errors::invalid(text));
        }
        _ => {}
    }
    index.projection = kind;
    index.include = non_key_attributes.unwrap_or_default();
    Ok(())
}

/// Local indexes, checked against their table's key. Their spaces are still to be given.
pub fn local_indexes(
    given: Vec<api::LocalSecondaryIndex>,
    definitions: &Definitions,
    table: &KeySchema,
) -> Result<Vec<Index>> {
    if given.is_empty() {
        return Err(errors::invalid("List of LocalSecondaryIndexes is empty"));
    }
    if table.range.is_none() {
        let text = "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex";
        return Err(errors::invalid(text));
    }
    if given.len() > MOST_LOCAL {
        let text = format!("Number of LocalSecondaryIndexes exceeds per-table limit of {MOST_LOCAL}");
        return Err(errors::invalid(text));
    }
    let one = |given: api::LocalSecondaryIndex| {
        let api::LocalSecondaryIndex { index_name: name, key_schema, projection: shown } = given;
        check_name("IndexName", &name)?;
        let schema = definitions.schema(&key_schema, Some(&name))?;
        if schema.hash.name != table.hash.name {
            let (own, of_table) = (&schema.hash.name, &table.hash.name);
            return Err(errors::invalid(format!(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. index \
                 hash key: {own}, table hash key: {of_table}"
            )));
        }
        if schema.range.is_none() {
            let text = format!("Index KeySchema does not have a range key for index: {name}");
            return Err(errors::invalid(text));
        }
        let KeySchema { hash, range } = schema;
        let mut index = Index { name, hash, range, ..Index::default() };
        projection(shown, &mut index)?;
        Ok(index)
    };
    given.into_iter().map(one).collect()
}

/// A global index, checked. Its space is still to be given.
pub fn global_index(given: api::GlobalSecondaryIndex, definitions: &Definitions, billing_mode: &str) -> Result<Index> {
    let api::GlobalSecondaryIndex {
        index_name: name,
        key_schema,
        projection: shown,
        provisioned_throughput,
        on_demand_throughput,
        warm_throughput,
    } = given;
    check_name("IndexName", &name)?;
    let KeySchema { hash, range } = definitions.schema(&key_schema, Some(&name))?;
    let capacity = match (billing_mode, provisioned_throughput) {
        ("PAY_PER_REQUEST", Some(_)) => {
            return Err(errors::invalid(format!(
                "ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
            )));
        }
        ("PAY_PER_REQUEST", None) => None,
        (_, None) => {
            return Err(errors::invalid(format!("ProvisionedThroughput is not specified for index: {name}")));
        }
        (_, Some(given)) => Some(self::capacity(given)),
    };
    let mut index = Index { name, global: true, hash, range, capacity, ..Index::default() };
    index.on_demand = on_demand(on_demand_throughput);
    index.warm = warm(warm_throughput);
    projection(shown, &mut index)?;
    Ok(index)
}

/// Checks what holds for all indexes of a table together.
pub fn check_indexes(indexes: &[Index]) -> Result<()> {
    let mut names = BTreeSet::new();
    if let Some(twin) = indexes.iter().find(|index| !names.insert(index.name.as_str())) {
        return Err(errors::invalid(format!("Duplicate index name: {}", twin.name)));
    }
    if indexes.iter().filter(|index| index.global).count() > MOST_GLOBAL {
        let text = format!("GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}");
        return Err(errors::invalid(text));
    }
    let included = indexes.iter().map(|index| index.include.len()).sum::<usize>();
    if included > MOST_INCLUDED {
        let text = "Number of NonKeyAttributes across all indexes exceeds the per-table limit of ";
        return Err(errors::invalid(format!("{text}{MOST_INCLUDED}")));
    }
    Ok(())
}
