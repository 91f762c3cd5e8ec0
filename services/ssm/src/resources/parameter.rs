//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html>

use service::resource::{Hand, Made, Resource, ResourceType, TagChange, found, pick, tag_list, tag_map, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SSM::Parameter",
    schemas: &super::SCHEMAS,
    refused: &["Policies"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const GONE: &[&str] = &["ParameterNotFound", "InvalidResourceId"];
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>
const LONGEST_NAME: usize = 1011;

const SAME: [&str; 6] = ["AllowedPattern", "DataType", "Description", "Tier", "Type", "Value"];

fn of(name: &str) -> Value {
    Value::map([("Name", name.into())])
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "Name", LONGEST_NAME);
    let mut input = pick(wanted, &SAME);
    input.push(("Name".to_owned(), name.as_str().into()));
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    hand.call("PutParameter", Value::map(input))?;
    Ok(Made::of(name))
}

fn tagged(name: &str) -> [(&'static str, Value); 2] {
    [("ResourceType", "Parameter".into()), ("ResourceId", name.into())]
}

fn read(hand: &mut Hand, parameter: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("GetParameter", of(parameter.id)), GONE)? else { return Ok(None) };
    let seen = answer.get("Parameter").cloned().unwrap_or_default();
    let own = hand.look("ListTagsForResource", Value::map(tagged(parameter.id)))?;
    let mut out = pick(&seen, &["DataType", "Name", "Type", "Value"]);
    out.push(("Arn".to_owned(), text_at(&seen, &["ARN"]).into()));
    out.push(("Tags".to_owned(), tag_map(&tags(own.get("TagList")))));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, parameter: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = parameter.properties;
    if SAME.iter().any(|name| old.get(name) != wanted.get(name)) {
        let mut input = pick(wanted, &SAME);
        if wanted.get("Description").is_none() {
            input.push(("Description".to_owned(), "".into()));
        }
        input.push(("Name".to_owned(), parameter.id.into()));
        input.push(("Overwrite".to_owned(), true.into()));
        hand.call("PutParameter", Value::map(input))?;
    }
    let change = TagChange::between(old.get("Tags"), wanted.get("Tags"));
    if !change.set.is_empty() {
        let input = tagged(parameter.id).into_iter().chain([("Tags", tag_list(&change.set))]);
        hand.call("AddTagsToResource", Value::map(input))?;
    }
    if !change.unset.is_empty() {
        let input = tagged(parameter.id).into_iter().chain([("TagKeys", change.unset_list())]);
        hand.call("RemoveTagsFromResource", Value::map(input))?;
    }
    Ok(())
}

fn delete(hand: &mut Hand, parameter: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteParameter", of(parameter.id)), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let input = Value::map([("MaxResults", Value::Int(50))]);
    let all = hand.pages("DescribeParameters", input, ["NextToken", "NextToken", "Parameters"])?;
    Ok(all.iter().filter_map(|parameter| text_at(parameter, &["Name"]).map(str::to_owned)).collect())
}
