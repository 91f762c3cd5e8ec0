//! The global secondary indexes of a table's template.

use service::resource::pick;
use service::{Error, Result, Value};

/// What is measured of keys is not measured here.
pub fn refuse_insights(wanted: &Value) -> Result<()> {
    let indexes = list(wanted);
    if indexes.iter().any(|index| index.get("ContributorInsightsSpecification").is_some()) {
        let text = "The property ContributorInsightsSpecification of an index is not implemented.";
        return Err(Error::new("ValidationException", text));
    }
    Ok(())
}

fn list(properties: &Value) -> &[Value] {
    properties.get("GlobalSecondaryIndexes").and_then(Value::as_list).unwrap_or_default()
}

fn named<'v>(indexes: &'v [Value], name: &Value) -> Option<&'v Value> {
    indexes.iter().find(|index| index.get("IndexName") == Some(name))
}

/// The updates that turn the indexes of one template into those of another: deletions, then changes, then new ones. An
/// index whose key or projection changes becomes another one.
pub fn changes(old: &Value, new: &Value) -> Vec<Value> {
    let (old, new) = (list(old), list(new));
    let name = |index: &Value| index.get("IndexName").cloned().unwrap_or_default();
    let shape = |index: &Value| (index.get("KeySchema").cloned(), index.get("Projection").cloned());
    let stays = |index: &&Value| named(new, &name(index)).is_some_and(|now| shape(now) == shape(index));
    let step = |verb: &str, members: Vec<(String, Value)>| Value::map([(verb, Value::map(members))]);
    let mut steps: Vec<Value> =
        old.iter().filter(|index| !stays(index)).map(|index| step("Delete", pick(index, &["IndexName"]))).collect();
    for index in new {
        match named(old, &name(index)).filter(stays) {
            None => {
                let members = [
                    "IndexName",
                    "KeySchema",
                    "Projection",
                    "ProvisionedThroughput",
                    "OnDemandThroughput",
                    "WarmThroughput",
                ];
                steps.push(step("Create", pick(index, &members)));
            }
            Some(before) if before != index => {
                let members = ["IndexName", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput"];
                steps.push(step("Update", pick(index, &members)));
            }
            Some(_) => {}
        }
    }
    steps
}

/// The indexes of a described table as its template has them.
pub fn seen(table: &Value, provisioned: bool) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let Some(indexes) = table.get(kind).and_then(Value::as_list) else { continue };
        let index = |index: &Value| {
            let mut members = pick(index, &["IndexName", "KeySchema", "Projection", "OnDemandThroughput"]);
            let throughput = index.get("ProvisionedThroughput").filter(|_| provisioned);
            let units = throughput.map(|units| Value::map(pick(units, &["ReadCapacityUnits", "WriteCapacityUnits"])));
            members.push(("ProvisionedThroughput".to_owned(), units.into()));
            Value::map(members)
        };
        out.push((kind.to_owned(), Value::List(indexes.iter().map(index).collect())));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::template::json;

    #[test]
    fn an_index_is_changed_made_or_deleted() {
        let read = |text: &str| json::read(&format!(r#"{{"GlobalSecondaryIndexes":{text}}}"#)).unwrap();
        let old = read(
            r#"[{"IndexName":"a","KeySchema":1},{"IndexName":"b","KeySchema":1},{"IndexName":"c","KeySchema":1}]"#,
        );
        let new = read(
            r#"[{"IndexName":"a","KeySchema":1},{"IndexName":"b","KeySchema":2},{"IndexName":"c","KeySchema":1,"ProvisionedThroughput":5}]"#,
        );
        let steps: Vec<String> = changes(&old, &new).iter().map(json::write).collect();
        assert_eq!(
            steps,
            [
                r#"{"Delete":{"IndexName":"b"}}"#,
                r#"{"Create":{"IndexName":"b","KeySchema":2}}"#,
                r#"{"Update":{"IndexName":"c","ProvisionedThroughput":5}}"#
            ]
        );
    }
}
