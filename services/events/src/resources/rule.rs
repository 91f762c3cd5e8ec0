//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, found, pick, tag_list, tags, text_at};
use service::{ArnParts, Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Events::Rule",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// The bus's name, whether it was given as such or as an ARN.
fn bus(properties: &Value) -> Option<&str> {
    let given = text_at(properties, &["EventBusName"])?;
    Some(given.rsplit_once("event-bus/").map_or(given, |(_, name)| name))
}

/// A rule's id is its name; that of a rule on another bus than the default one begins with the bus's.
fn names<'a>(rule: &Resource<'a>) -> (&'a str, &'a str) {
    rule.id.split_once('|').unwrap_or(("default", rule.id))
}

fn put(hand: &mut Hand, (bus, name): (&str, &str), wanted: &Value) -> Result<String> {
    let mut input = pick(wanted, &["Description", "RoleArn", "ScheduleExpression", "State"]);
    input.push(("Name".to_owned(), name.into()));
    input.push(("EventBusName".to_owned(), bus.into()));
    input.push(("EventPattern".to_owned(), wanted.get("EventPattern").map(as_text).into()));
    let answer = hand.call("PutRule", Value::map(input))?;
    Ok(text_at(&answer, &["RuleArn"]).unwrap_or_default().to_owned())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let (bus, name) = (bus(wanted).unwrap_or("default"), hand.name(wanted, "Name", 64));
    // A rule of that name would be changed where none can be made.
    let there = hand.look("DescribeRule", Value::map([("Name", name.as_str().into()), ("EventBusName", bus.into())]));
    if found(there, GONE)?.is_some() {
        return Err(Error::new("ResourceAlreadyExistsException", format!("{name} already exists on event bus {bus}")));
    }
    let arn = put(hand, (bus, &name), wanted)?;
    let id = if bus == "default" { name.clone() } else { format!("{bus}|{name}") };
    hand.born(&id);
    let change = TagChange::between(None, wanted.get("Tags"));
    change.write(hand, ("TagResource", "UntagResource"), ("ResourceARN", &arn))?;
    put_targets(hand, (bus, &name), targets(wanted))?;
    Ok(Made::of(id))
}

fn targets(properties: &Value) -> Vec<Value> {
    properties.get("Targets").and_then(Value::as_list).unwrap_or_default().to_vec()
}

/// Five at a time is as many as a rule has.
fn put_targets(hand: &mut Hand, (bus, name): (&str, &str), targets: Vec<Value>) -> Result<()> {
    if targets.is_empty() {
        return Ok(());
    }
    let input = [("Rule", name.into()), ("EventBusName", bus.into()), ("Targets", Value::List(targets))];
    let answer = hand.call("PutTargets", Value::map(input))?;
    let failed = answer.get("FailedEntries").and_then(Value::as_list).unwrap_or_default();
    match failed.first() {
        None => Ok(()),
        Some(failed) => {
            let text = |name: &str| text_at(failed, &[name]).unwrap_or_default().to_owned();
            Err(Error::new(text("ErrorCode"), text("ErrorMessage")))
        }
    }
}

fn remove_targets(hand: &mut Hand, (bus, name): (&str, &str), ids: Vec<Value>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let input = [("Rule", name.into()), ("EventBusName", bus.into()), ("Ids", Value::List(ids))];
    found(hand.call("RemoveTargets", Value::map(input)), GONE).map(drop)
}

fn ids(targets: &[Value]) -> Vec<Value> {
    targets.iter().filter_map(|target| target.get("Id").cloned()).collect()
}

fn read(hand: &mut Hand, rule: &Resource<'_>) -> Result<Option<Value>> {
    let (bus, name) = names(rule);
    let answer = hand.look("DescribeRule", Value::map([("Name", name.into()), ("EventBusName", bus.into())]));
    let Some(seen) = found(answer, GONE)? else { return Ok(None) };
    let arn = text_at(&seen, &["Arn"]).unwrap_or_default().to_owned();
    let mut out = pick(
        &seen,
        &["Name", "Arn", "Description", "EventBusName", "EventPattern", "RoleArn", "ScheduleExpression", "State"],
    );
    out.push(("RuleName".to_owned(), name.into()));
    let input = Value::map([("Rule", name.into()), ("EventBusName", bus.into())]);
    let targets = hand.pages("ListTargetsByRule", input, ["NextToken", "NextToken", "Targets"])?;
    if !targets.is_empty() {
        out.push(("Targets".to_owned(), Value::List(targets)));
    }
    let own = hand.look("ListTagsForResource", Value::map([("ResourceARN", arn.into())]))?;
    out.push(("Tags".to_owned(), tag_list(&tags(own.get("Tags")))));
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, rule: &Resource<'_>, wanted: &Value) -> Result<()> {
    let (bus, name) = names(rule);
    if self::bus(rule.properties) != self::bus(wanted) {
        let text = "The event bus of a rule cannot be changed: give the rule another name too.";
        return Err(Error::new("ValidationException", text));
    }
    let arn = put(hand, (bus, name), wanted)?;
    let (before, after) = (targets(rule.properties), targets(wanted));
    let stay = ids(&after);
    remove_targets(hand, (bus, name), ids(&before).into_iter().filter(|id| !stay.contains(id)).collect())?;
    put_targets(hand, (bus, name), after.into_iter().filter(|target| !before.contains(target)).collect())?;
    let change = TagChange::between(rule.properties.get("Tags"), wanted.get("Tags"));
    change.write(hand, ("TagResource", "UntagResource"), ("ResourceARN", &arn))
}

fn delete(hand: &mut Hand, rule: &Resource<'_>) -> Result<()> {
    let (bus, name) = names(rule);
    remove_targets(hand, (bus, name), ids(&targets(rule.properties)))?;
    let input = Value::map([("Name", name.into()), ("EventBusName", bus.into())]);
    found(hand.call("DeleteRule", input), GONE).map(drop)
}

/// The rules of the default bus.
fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let rules = hand.pages("ListRules", Value::map::<&str>([]), ["NextToken", "NextToken", "Rules"])?;
    let name = |rule: &Value| {
        let arn = ArnParts::parse(text_at(rule, &["Arn"])?).ok()?;
        Some(arn.resource.strip_prefix("rule/")?.to_owned())
    };
    Ok(rules.iter().filter_map(name).collect())
}
