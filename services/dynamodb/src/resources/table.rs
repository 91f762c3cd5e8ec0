//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>

use super::{GONE, indexes, settings};
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, found, pick, tag_list, tags, text_at};
use service::{Duration, Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::DynamoDB::Table",
    schemas: &super::SCHEMAS,
    refused: &[
        "ContributorInsightsSpecification",
        "ImportSourceSpecification",
        "KinesisStreamSpecification",
        "VectorIndexes",
    ],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties that operations have under the same names, and in the same form.
const SAME: [&str; 6] = [
    "AttributeDefinitions",
    "KeySchema",
    "LocalSecondaryIndexes",
    "GlobalSecondaryIndexes",
    "OnDemandThroughput",
    "WarmThroughput",
];
/// How long it takes until a table is looked at again that is being made or changed.
const MOMENT: Duration = Duration::from_secs(1);

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    indexes::refuse_insights(wanted)?;
    let name = hand.name(wanted, "TableName", 255);
    let mut input = pick(wanted, &SAME);
    input.extend(pick(wanted, &["BillingMode", "ProvisionedThroughput", "TableClass", "DeletionProtectionEnabled"]));
    input.push(("TableName".to_owned(), name.as_str().into()));
    input.push(("StreamSpecification".to_owned(), settings::stream(wanted)?));
    input.push(("SSESpecification".to_owned(), settings::encryption(wanted)));
    input.push(("ResourcePolicy".to_owned(), settings::policy(wanted).into()));
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    hand.call("CreateTable", Value::map(input))?;
    hand.born(&name);
    active(hand, &name)?;
    settings::write(hand, &name, (&Value::Null, wanted))?;
    Ok(Made::of(name))
}

/// The table, once nothing is being made or changed of it.
fn active(hand: &mut Hand, name: &str) -> Result<Value> {
    let answer = hand.look("DescribeTable", Value::map([("TableName", name.into())]))?;
    let table = answer.get("Table").cloned().unwrap_or_default();
    let indexes = table.get("GlobalSecondaryIndexes").and_then(Value::as_list).unwrap_or_default();
    let stands = |status: Option<&str>| status == Some("ACTIVE");
    if stands(text_at(&table, &["TableStatus"])) && indexes.iter().all(|index| stands(text_at(index, &["IndexStatus"])))
    {
        return Ok(table);
    }
    Err(hand.again(MOMENT))
}

fn read(hand: &mut Hand, table: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("DescribeTable", Value::map([("TableName", table.id.into())]));
    let Some(answer) = found(answer, GONE)? else { return Ok(None) };
    let seen = answer.get("Table").cloned().unwrap_or_default();
    let arn = text_at(&seen, &["TableArn"]).unwrap_or_default().to_owned();
    let mut out = pick(
        &seen,
        &["TableName", "AttributeDefinitions", "KeySchema", "DeletionProtectionEnabled", "OnDemandThroughput"],
    );
    let own_tags = hand.pages(
        "ListTagsOfResource",
        Value::map([("ResourceArn", arn.as_str().into())]),
        ["NextToken", "NextToken", "Tags"],
    )?;
    let mode = text_at(&seen, &["BillingModeSummary", "BillingMode"]).unwrap_or("PROVISIONED");
    if mode == "PROVISIONED" {
        let throughput = seen.get("ProvisionedThroughput").cloned().unwrap_or_default();
        let units = pick(&throughput, &["ReadCapacityUnits", "WriteCapacityUnits"]);
        out.push(("ProvisionedThroughput".to_owned(), Value::map(units)));
    }
    out.extend(indexes::seen(&seen, mode == "PROVISIONED"));
    out.push(("Arn".to_owned(), arn.as_str().into()));
    out.push(("BillingMode".to_owned(), mode.into()));
    out.push(("TableClass".to_owned(), text_at(&seen, &["TableClassSummary", "TableClass"]).into()));
    out.push(("Tags".to_owned(), tag_list(&tags(Some(&Value::List(own_tags))))));
    out.extend(settings::seen(hand, &seen, &arn)?);
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, table: &Resource<'_>, wanted: &Value) -> Result<()> {
    indexes::refuse_insights(wanted)?;
    let old = table.properties;
    let differs = |name: &str| old.get(name) != wanted.get(name);
    if differs("LocalSecondaryIndexes") {
        let text = "Local secondary indexes are made with their table and stay as they are.";
        return Err(Error::new("ValidationException", text));
    }
    let mut input = Vec::new();
    if differs("BillingMode") || differs("ProvisionedThroughput") {
        let mode = wanted.get("BillingMode").and_then(Value::as_str).unwrap_or("PROVISIONED");
        input.push(("BillingMode".to_owned(), mode.into()));
        input.extend(pick(wanted, &["ProvisionedThroughput"]));
    }
    for name in ["TableClass", "DeletionProtectionEnabled", "OnDemandThroughput", "WarmThroughput"] {
        if differs(name) {
            let default = match name {
                "TableClass" => "STANDARD".into(),
                "DeletionProtectionEnabled" => false.into(),
                _ => Value::Null,
            };
            input.push((name.to_owned(), wanted.get(name).cloned().unwrap_or(default)));
        }
    }
    if differs("SSESpecification") {
        let off = Value::map([("Enabled", false.into())]);
        let encryption = settings::encryption(wanted);
        input.push(("SSESpecification".to_owned(), if encryption.is_null() { off } else { encryption }));
    }
    change(hand, table.id, input)?;
    // A stream that becomes another is switched off first.
    if differs("StreamSpecification") {
        if old.get("StreamSpecification").is_some() {
            let off = Value::map([("StreamEnabled", false.into())]);
            change(hand, table.id, vec![("StreamSpecification".to_owned(), off)])?;
        }
        let stream = settings::stream(wanted)?;
        if !stream.is_null() {
            change(hand, table.id, vec![("StreamSpecification".to_owned(), stream)])?;
        }
    }
    // One index is made or deleted at a time.
    for step in indexes::changes(old, wanted) {
        let mut input = pick(wanted, &["AttributeDefinitions"]);
        input.push(("GlobalSecondaryIndexUpdates".to_owned(), Value::List(vec![step])));
        change(hand, table.id, input)?;
    }
    settings::write(hand, table.id, (old, wanted))?;
    let tags = TagChange::between(old.get("Tags"), wanted.get("Tags"));
    let arn = hand.arn("dynamodb", format!("table/{}", table.id));
    tags.write(hand, ("TagResource", "UntagResource"), ("ResourceArn", arn.as_str()))
}

/// Makes a change, and waits until the table stands again.
fn change(hand: &mut Hand, name: &str, mut input: Vec<(String, Value)>) -> Result<()> {
    if input.is_empty() {
        return Ok(());
    }
    input.push(("TableName".to_owned(), name.into()));
    hand.call("UpdateTable", Value::map(input))?;
    active(hand, name).map(drop)
}

fn delete(hand: &mut Hand, table: &Resource<'_>) -> Result<()> {
    let input = || Value::map([("TableName", table.id.into())]);
    if found(hand.call("DeleteTable", input()), GONE)?.is_none() {
        return Ok(());
    }
    match found(hand.look("DescribeTable", input()), GONE)? {
        None => Ok(()),
        Some(_) => Err(hand.again(MOMENT)),
    }
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let names = hand.pages(
        "ListTables",
        Value::map::<&str>([]),
        ["ExclusiveStartTableName", "LastEvaluatedTableName", "TableNames"],
    )?;
    Ok(names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
