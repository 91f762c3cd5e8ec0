//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, text_at};
use service::template::json;
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Lambda::Permission",
    schemas: &super::SCHEMAS,
    refused: &["FunctionUrlAuthType", "InvokedViaFunctionUrl"],
    create,
    read,
    update,
    delete,
    list: None,
};

/// Properties that are conditions of the statement, each with where it stands there.
const CONDITIONS: [(&str, [&str; 2]); 4] = [
    ("EventSourceToken", ["StringEquals", "lambda:EventSourceToken"]),
    ("PrincipalOrgID", ["StringEquals", "aws:PrincipalOrgID"]),
    ("SourceAccount", ["StringEquals", "AWS:SourceAccount"]),
    ("SourceArn", ["ArnLike", "AWS:SourceArn"]),
];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let id = hand.generated(100);
    let mut input = pick(wanted, &["Action", "FunctionName", "Principal"]);
    input.extend(pick(wanted, &CONDITIONS.map(|(property, _)| property)));
    input.push(("StatementId".to_owned(), id.as_str().into()));
    hand.call("AddPermission", Value::map(input))?;
    Ok(Made::of(id))
}

fn read(hand: &mut Hand, permission: &Resource<'_>) -> Result<Option<Value>> {
    let Some(function) = permission.text("FunctionName") else { return Ok(None) };
    let answer = hand.look("GetPolicy", Value::map([("FunctionName", function.into())]));
    let Some(answer) = found(answer, GONE)? else { return Ok(None) };
    let policy = text_at(&answer, &["Policy"]).and_then(json::read).unwrap_or_default();
    let statements = policy.get("Statement").and_then(Value::as_list).unwrap_or_default();
    let own = statements.iter().find(|statement| text_at(statement, &["Sid"]) == Some(permission.id));
    let Some(statement) = own else { return Ok(None) };
    let mut out = pick(statement, &["Action"]);
    out.push(("FunctionName".to_owned(), function.into()));
    out.push(("Id".to_owned(), permission.id.into()));
    out.push(("Principal".to_owned(), principal(statement, permission.text("Principal")).into()));
    let condition = |path: &[&str]| text_at(statement, &["Condition"].iter().chain(path).copied().collect::<Vec<_>>());
    let conditions = CONDITIONS.map(|(property, path)| (property.to_owned(), condition(&path).into()));
    out.extend(conditions.into_iter().filter(|(_, value): &(String, Value)| !value.is_null()));
    Ok(Some(Value::map(out)))
}

/// The principal as templates have it. An account may stand there by its number, and stands in the policy as its root.
fn principal(statement: &Value, given: Option<&str>) -> Option<String> {
    let principal = statement.get("Principal")?;
    let text = principal.as_str().or_else(|| text_at(principal, &["Service"]));
    let text = text.or_else(|| text_at(principal, &["AWS"]))?;
    let same = given.filter(|given| text.ends_with(&format!("::{given}:root")));
    Some(same.unwrap_or(text).to_owned())
}

/// Whatever changes of a permission makes it another one.
fn update(_: &mut Hand, _: &Resource<'_>, _: &Value) -> Result<()> {
    Ok(())
}

fn delete(hand: &mut Hand, permission: &Resource<'_>) -> Result<()> {
    let function = permission.text("FunctionName").unwrap_or_default();
    let input = Value::map([("FunctionName", function.into()), ("StatementId", permission.id.into())]);
    found(hand.call("RemovePermission", input), GONE).map(drop)
}
