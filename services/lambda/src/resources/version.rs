//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Lambda::Version",
    schemas: &super::SCHEMAS,
    refused: &["FunctionScalingConfig", "ProvisionedConcurrencyConfig", "RuntimePolicy"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let function = Value::map(pick(wanted, &["FunctionName"]));
    let before = hand.pages("ListVersionsByFunction", function, ["Marker", "NextMarker", "Versions"])?;
    let input = pick(wanted, &["FunctionName", "CodeSha256", "Description"]);
    let made = hand.call("PublishVersion", Value::map(input))?;
    let number = text_at(&made, &["Version"]).unwrap_or_default();
    // PublishVersion answers with the version that there is where nothing has changed, and that one is somebody else's.
    if before.iter().any(|version| text_at(version, &["Version"]) == Some(number)) {
        let text = format!(
            "A version for this Lambda function exists ( {number} ). Modify the function to create a new version."
        );
        return Err(Error::new("AlreadyExists", text).status(400));
    }
    Ok(Made::of(text_at(&made, &["FunctionArn"]).unwrap_or_default()))
}

fn read(hand: &mut Hand, version: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("GetFunctionConfiguration", Value::map([("FunctionName", version.id.into())]));
    let Some(seen) = found(answer, GONE)? else { return Ok(None) };
    let mut out = pick(&seen, &["CodeSha256", "Description", "FunctionArn", "Version"]);
    // The function goes by whichever of its names the template has.
    let name = version.text("FunctionName").or_else(|| text_at(&seen, &["FunctionName"]));
    out.push(("FunctionName".to_owned(), name.into()));
    Ok(Some(Value::map(out)))
}

/// A version never changes.
fn update(_: &mut Hand, _: &Resource<'_>, _: &Value) -> Result<()> {
    Ok(())
}

fn delete(hand: &mut Hand, version: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteFunction", Value::map([("FunctionName", version.id.into())])), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = Value::map([("FunctionVersion", "ALL".into())]);
    let all = hand.pages("ListFunctions", all, ["Marker", "NextMarker", "Functions"])?;
    let published = all.iter().filter(|version| text_at(version, &["Version"]) != Some(crate::address::LATEST));
    Ok(published.filter_map(|version| version.get("FunctionArn")?.as_str().map(str::to_owned)).collect())
}
