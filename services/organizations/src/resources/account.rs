//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-account.html>

use super::{GONE, change_tags, tags_of};
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, tag_list, tags, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Organizations::Account",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

fn of(id: &str) -> Value {
    Value::map([("AccountId", id.into())])
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &["AccountName", "Email", "RoleName"]);
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    let made = hand.call("CreateAccount", Value::map(input))?;
    let status = |name: &str| text_at(&made, &["CreateAccountStatus", name]).map(str::to_owned);
    let Some(id) = status("AccountId") else {
        let why = status("FailureReason").unwrap_or_default();
        return Err(Error::new("NotStabilized", format!("The account was not created: {why}.")));
    };
    hand.born(&id);
    go(hand, &id, wanted)?;
    Ok(Made::of(id))
}

fn parent(hand: &mut Hand, id: &str) -> Result<String> {
    let parents = hand.look("ListParents", Value::map([("ChildId", id.into())]))?;
    let parent = parents.get("Parents").and_then(Value::as_list).and_then(<[Value]>::first);
    Ok(parent.and_then(|parent| text_at(parent, &["Id"])).unwrap_or_default().to_owned())
}

/// Moves an account to the one parent that is wanted, if it is elsewhere.
fn go(hand: &mut Hand, id: &str, wanted: &Value) -> Result<()> {
    let wanted = wanted.get("ParentIds").and_then(Value::as_list).unwrap_or_default();
    let Some(to) = wanted.first().and_then(Value::as_str) else { return Ok(()) };
    if wanted.len() > 1 {
        return Err(Error::new("InvalidRequest", "Only one ParentId is allowed in ParentIds."));
    }
    let from = parent(hand, id)?;
    if from == to {
        return Ok(());
    }
    let input = Value::map([
        ("AccountId", Value::from(id)),
        ("SourceParentId", from.into()),
        ("DestinationParentId", to.into()),
    ]);
    hand.call("MoveAccount", input).map(drop)
}

fn read(hand: &mut Hand, account: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = found(hand.look("DescribeAccount", of(account.id)), GONE)? else { return Ok(None) };
    let seen = seen.get("Account").cloned().unwrap_or_default();
    // One that was closed is gone for its stack.
    if text_at(&seen, &["Status"]) == Some("SUSPENDED") {
        return Ok(None);
    }
    let mut out = pick(&seen, &["Arn", "Email", "Status", "State", "JoinedMethod", "Paths"]);
    out.push(("AccountId".to_owned(), account.id.into()));
    out.push(("AccountName".to_owned(), text_at(&seen, &["Name"]).into()));
    if let Some(Value::Time(joined)) = seen.get("JoinedTimestamp") {
        out.push(("JoinedTimestamp".to_owned(), joined.iso8601().into()));
    }
    out.push(("ParentIds".to_owned(), Value::List(vec![parent(hand, account.id)?.into()])));
    out.push(("Tags".to_owned(), tags_of(hand, account.id)?));
    Ok(Some(Value::map(out)))
}

/// Its name, address and role are what they were made.
fn update(hand: &mut Hand, account: &Resource<'_>, wanted: &Value) -> Result<()> {
    if let Some(fixed) = ["AccountName", "Email"].iter().find(|name| account.properties.get(name) != wanted.get(name)) {
        return Err(Error::new("InvalidRequest", format!("Cannot update {fixed} of an account.")));
    }
    if account.properties.get("ParentIds") != wanted.get("ParentIds") {
        go(hand, account.id, wanted)?;
    }
    change_tags(hand, account.id, (account.properties, wanted))
}

/// The account is closed.
fn delete(hand: &mut Hand, account: &Resource<'_>) -> Result<()> {
    let gone = [GONE, &["AccountAlreadyClosedException"]].concat();
    found(hand.call("CloseAccount", of(account.id)), &gone).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all = hand.pages("ListAccounts", Value::map::<&str>([]), ["NextToken", "NextToken", "Accounts"]);
    let Some(all) = found(all.map(Value::List), GONE)? else { return Ok(Vec::new()) };
    let created = |account: &&Value| {
        text_at(account, &["JoinedMethod"]) == Some("CREATED") && text_at(account, &["Status"]) == Some("ACTIVE")
    };
    let all = all.as_list().unwrap_or_default().iter().filter(created);
    Ok(all.filter_map(|account| text_at(account, &["Id"]).map(str::to_owned)).collect())
}
