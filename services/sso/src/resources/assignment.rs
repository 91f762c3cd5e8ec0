//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sso-assignment.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, exists, found, pick, text_at};
use service::{Duration, Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SSO::Assignment",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update: |_, _, _| Ok(()),
    delete,
    list: None,
};

/// What makes an assignment, and its physical id, in this order.
const ALL: [&str; 6] = ["InstanceArn", "TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId"];

fn id_of(properties: &Value) -> String {
    ALL.map(|name| text_at(properties, &[name]).unwrap_or_default()).join("|")
}

fn properties(id: &str) -> Value {
    Value::map(ALL.iter().zip(id.split('|')).map(|(name, value)| (*name, Value::from(value))))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let id = id_of(wanted);
    if is_there(hand, wanted)? {
        return Err(exists(TYPE.name, &id));
    }
    let asked = hand.call("CreateAccountAssignment", Value::map(pick(wanted, &ALL)))?;
    let names = ("DescribeAccountAssignmentCreationStatus", "AccountAssignmentCreation");
    finished(hand, wanted, &asked, names)?;
    Ok(Made::of(id))
}

/// Waits for the end of what was asked.
fn finished(hand: &mut Hand, about: &Value, asked: &Value, (operation, prefix): (&str, &str)) -> Result<()> {
    let status = format!("{prefix}Status");
    let request = text_at(asked, &[&status, "RequestId"]).unwrap_or_default();
    let instance = about.get("InstanceArn").cloned().unwrap_or_default();
    let input = Value::map([("InstanceArn".to_owned(), instance), (format!("{prefix}RequestId"), request.into())]);
    let shown = hand.look(operation, input)?;
    match text_at(&shown, &[&status, "Status"]) {
        Some("IN_PROGRESS") => Err(hand.again(Duration::from_secs(1))),
        Some("FAILED") => {
            let why = text_at(&shown, &[&status, "FailureReason"]).unwrap_or_default();
            Err(Error::new("GeneralServiceException", why.to_owned()).status(400))
        }
        _ => Ok(()),
    }
}

fn is_there(hand: &mut Hand, wanted: &Value) -> Result<bool> {
    let mut input = pick(wanted, &["InstanceArn", "PermissionSetArn"]);
    input.push(("AccountId".to_owned(), wanted.get("TargetId").cloned().unwrap_or_default()));
    let lists = ["NextToken", "NextToken", "AccountAssignments"];
    let Some(all) = found(hand.pages("ListAccountAssignments", Value::map(input), lists).map(Value::List), GONE)?
    else {
        return Ok(false);
    };
    let same = |one: &Value| ["PrincipalType", "PrincipalId"].iter().all(|name| one.get(name) == wanted.get(name));
    Ok(all.as_list().unwrap_or_default().iter().any(same))
}

fn read(hand: &mut Hand, assignment: &Resource<'_>) -> Result<Option<Value>> {
    let properties = properties(assignment.id);
    Ok(is_there(hand, &properties)?.then_some(properties))
}

fn delete(hand: &mut Hand, assignment: &Resource<'_>) -> Result<()> {
    let properties = properties(assignment.id);
    let Some(asked) = found(hand.call("DeleteAccountAssignment", properties.clone()), GONE)? else { return Ok(()) };
    let names = ("DescribeAccountAssignmentDeletionStatus", "AccountAssignmentDeletion");
    finished(hand, &properties, &asked, names)
}
