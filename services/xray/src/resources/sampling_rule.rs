//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-xray-samplingrule.html>

use super::group::retag;
use service::resource::{Hand, Made, Resource, ResourceType, found, tag_list, tags, text_at};
use service::{IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::XRay::SamplingRule",
    schemas: &super::SCHEMAS,
    // Older ways of saying what `SamplingRule` says.
    refused: &["RuleName", "SamplingRuleRecord", "SamplingRuleUpdate"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// The rule as templates have it, with what they may leave out.
fn rule(hand: &Hand, wanted: &Value) -> IndexMap<String, Value> {
    let rule = wanted.get("SamplingRule").and_then(Value::as_map);
    let mut rule: IndexMap<String, Value> =
        rule.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect();
    rule.entry("RuleName".to_owned()).or_insert_with(|| hand.generated(32).into());
    rule.entry("Version".to_owned()).or_insert(Value::Int(1));
    rule.shift_remove("RuleARN");
    rule
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let rule = rule(hand, wanted);
    let input = Value::map([("SamplingRule", Value::map(rule)), ("Tags", tag_list(&tags(wanted.get("Tags"))))]);
    let made = hand.call("CreateSamplingRule", input)?;
    Ok(Made::of(text_at(&made, &["SamplingRuleRecord", "SamplingRule", "RuleARN"]).unwrap_or_default()))
}

fn records(hand: &mut Hand) -> Result<Vec<Value>> {
    let names = ["NextToken", "NextToken", "SamplingRuleRecords"];
    hand.pages("GetSamplingRules", Value::map::<&str>([]), names)
}

fn read(hand: &mut Hand, resource: &Resource<'_>) -> Result<Option<Value>> {
    let own = Value::map([("ResourceARN", resource.id.into())]);
    let Some(tagged) = found(hand.look("ListTagsForResource", own), &["ResourceNotFoundException"])? else {
        return Ok(None);
    };
    let records = records(hand)?;
    let rules = records.iter().filter_map(|record| record.get("SamplingRule"));
    let found = rules.into_iter().find(|rule| text_at(rule, &["RuleARN"]) == Some(resource.id));
    let Some(rule) = found else { return Ok(None) };
    Ok(Some(Value::map([
        ("RuleARN", resource.id.into()),
        ("SamplingRule", rule.clone()),
        ("Tags", tag_list(&tags(tagged.get("Tags")))),
    ])))
}

fn update(hand: &mut Hand, resource: &Resource<'_>, wanted: &Value) -> Result<()> {
    let mut rule = rule(hand, wanted);
    rule.shift_remove("Version");
    rule.shift_remove("RuleName");
    rule.insert("RuleARN".to_owned(), resource.id.into());
    // Attributes that are left out go.
    rule.entry("Attributes".to_owned()).or_insert_with(|| Value::map::<&str>([]));
    hand.call("UpdateSamplingRule", Value::map([("SamplingRuleUpdate", Value::map(rule))]))?;
    retag(hand, resource, wanted)
}

fn delete(hand: &mut Hand, resource: &Resource<'_>) -> Result<()> {
    match read(hand, resource)? {
        Some(_) => hand.call("DeleteSamplingRule", Value::map([("RuleARN", resource.id.into())])).map(drop),
        None => Ok(()),
    }
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let records = records(hand)?;
    let arns = records.iter().filter_map(|record| text_at(record, &["SamplingRule", "RuleARN"]));
    Ok(arns.filter(|arn| !arn.ends_with("/Default")).map(str::to_owned).collect())
}
