//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-xray-group.html>

use service::resource::{Hand, Made, Resource, ResourceType, TagChange, found, tag_list, tags, text_at};
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::XRay::Group",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let input = Value::map([
        ("GroupName", wanted.get("GroupName").cloned().unwrap_or_default()),
        ("FilterExpression", wanted.get("FilterExpression").cloned().unwrap_or_default()),
        ("InsightsConfiguration", wanted.get("InsightsConfiguration").cloned().unwrap_or_default()),
        ("Tags", tag_list(&tags(wanted.get("Tags")))),
    ]);
    let made = hand.call("CreateGroup", input)?;
    Ok(Made::of(text_at(&made, &["Group", "GroupARN"]).unwrap_or_default()))
}

/// X-Ray has one error for all that is wrong: whether a group is there is seen by its tags, whose error says it.
fn read(hand: &mut Hand, group: &Resource<'_>) -> Result<Option<Value>> {
    let own = Value::map([("ResourceARN", group.id.into())]);
    let Some(tagged) = found(hand.look("ListTagsForResource", own), &["ResourceNotFoundException"])? else {
        return Ok(None);
    };
    let answer = hand.look("GetGroup", Value::map([("GroupARN", group.id.into())]))?;
    let Some(shown) = answer.get("Group") else { return Ok(None) };
    let members = ["GroupName", "GroupARN", "FilterExpression", "InsightsConfiguration"];
    let mut seen = service::resource::pick(shown, &members);
    seen.push(("Tags".to_owned(), tag_list(&tags(tagged.get("Tags")))));
    Ok(Some(Value::map(seen)))
}

fn update(hand: &mut Hand, group: &Resource<'_>, wanted: &Value) -> Result<()> {
    let input = Value::map([
        ("GroupARN", group.id.into()),
        // One that is left out goes.
        ("FilterExpression", wanted.get("FilterExpression").cloned().unwrap_or_else(|| "".into())),
        ("InsightsConfiguration", wanted.get("InsightsConfiguration").cloned().unwrap_or_default()),
    ]);
    hand.call("UpdateGroup", input)?;
    retag(hand, group, wanted)
}

/// Changes the tags of a group or a sampling rule.
pub fn retag(hand: &mut Hand, resource: &Resource<'_>, wanted: &Value) -> Result<()> {
    let change = TagChange::between(resource.properties.get("Tags"), wanted.get("Tags"));
    let arn = ("ResourceARN", Value::from(resource.id));
    if !change.set.is_empty() {
        hand.call("TagResource", Value::map([arn.clone(), ("Tags", tag_list(&change.set))]))?;
    }
    if !change.unset.is_empty() {
        hand.call("UntagResource", Value::map([arn, ("TagKeys", change.unset_list())]))?;
    }
    Ok(())
}

fn delete(hand: &mut Hand, group: &Resource<'_>) -> Result<()> {
    match read(hand, group)? {
        Some(_) => hand.call("DeleteGroup", Value::map([("GroupARN", group.id.into())])).map(drop),
        None => Ok(()),
    }
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let groups = hand.pages("GetGroups", Value::map::<&str>([]), ["NextToken", "NextToken", "Groups"])?;
    let own = groups.iter().filter_map(|group| text_at(group, &["GroupARN"]));
    // The default group is X-Ray's own.
    Ok(own.filter(|arn| !arn.ends_with(":group/Default")).map(str::to_owned).collect())
}
