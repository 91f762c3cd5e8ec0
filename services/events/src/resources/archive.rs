//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, as_text, found, pick, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Events::Archive",
    schemas: &super::SCHEMAS,
    refused: &["KmsKeyIdentifier"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn write(hand: &mut Hand, operation: &str, name: &str, wanted: &Value) -> Result<()> {
    let mut input = pick(wanted, &["Description", "RetentionDays"]);
    input.push(("ArchiveName".to_owned(), name.into()));
    input.push(("EventPattern".to_owned(), wanted.get("EventPattern").map(as_text).into()));
    if operation == "CreateArchive" {
        input.push(("EventSourceArn".to_owned(), text_at(wanted, &["SourceArn"]).into()));
    }
    hand.call(operation, Value::map(input)).map(drop)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "ArchiveName", 48);
    write(hand, "CreateArchive", &name, wanted)?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, archive: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("DescribeArchive", Value::map([("ArchiveName", archive.id.into())]));
    let Some(seen) = found(answer, GONE)? else { return Ok(None) };
    let mut out = pick(&seen, &["ArchiveName", "Description", "EventPattern", "RetentionDays"]);
    out.push(("SourceArn".to_owned(), text_at(&seen, &["EventSourceArn"]).into()));
    out.push(("Arn".to_owned(), text_at(&seen, &["ArchiveArn"]).into()));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, archive: &Resource<'_>, wanted: &Value) -> Result<()> {
    write(hand, "UpdateArchive", archive.id, wanted)
}

fn delete(hand: &mut Hand, archive: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteArchive", Value::map([("ArchiveName", archive.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("ListArchives", Value::map::<&str>([]), ["NextToken", "NextToken", "Archives"])?;
    Ok(all.iter().filter_map(|archive| archive.get("ArchiveName")?.as_str().map(str::to_owned)).collect())
}
