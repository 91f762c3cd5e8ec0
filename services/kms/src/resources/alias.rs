//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::KMS::Alias",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const MEMBERS: [&str; 2] = ["AliasName", "TargetKeyId"];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    hand.call("CreateAlias", Value::map(pick(wanted, &MEMBERS)))?;
    Ok(Made::of(text_at(wanted, &["AliasName"]).unwrap_or_default()))
}

fn all(hand: &mut Hand) -> Result<Vec<Value>> {
    hand.pages("ListAliases", Value::map::<&str>([]), ["Marker", "NextMarker", "Aliases"])
}

fn read(hand: &mut Hand, alias: &Resource<'_>) -> Result<Option<Value>> {
    let found = all(hand)?.into_iter().find(|one| text_at(one, &["AliasName"]) == Some(alias.id));
    Ok(found.map(|found| Value::map(pick(&found, &MEMBERS))))
}

fn update(hand: &mut Hand, _alias: &Resource<'_>, wanted: &Value) -> Result<()> {
    hand.call("UpdateAlias", Value::map(pick(wanted, &MEMBERS))).map(drop)
}

fn delete(hand: &mut Hand, alias: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteAlias", Value::map([("AliasName", alias.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = all(hand)?;
    let names = all.iter().filter_map(|alias| alias.get("AliasName")?.as_str());
    Ok(names.filter(|name| !name.starts_with("alias/aws/")).map(str::to_owned).collect())
}
