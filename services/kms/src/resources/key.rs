//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, as_text, found, pick, tag_list, tags, text_at};
use service::{Error, IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::KMS::Key",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties that a key keeps for its life.
const FIXED: [&str; 4] = ["KeySpec", "KeyUsage", "MultiRegion", "Origin"];

fn id(key: &str) -> (String, Value) {
    ("KeyId".to_owned(), key.into())
}

fn policy(wanted: &Value) -> Option<String> {
    wanted.get("KeyPolicy").map(as_text)
}

/// Tags as KMS takes them.
fn kms_tags(tags: &IndexMap<String, String>) -> Value {
    let tag = |(key, value): (&String, &String)| Value::map([("TagKey", key.into()), ("TagValue", value.into())]);
    Value::List(tags.iter().map(tag).collect())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &FIXED);
    input.extend(pick(wanted, &["Description", "BypassPolicyLockoutSafetyCheck"]));
    input.push(("Policy".to_owned(), policy(wanted).into()));
    input.push(("Tags".to_owned(), kms_tags(&tags(wanted.get("Tags")))));
    let made = hand.call("CreateKey", Value::map(input))?;
    let key = text_at(&made, &["KeyMetadata", "KeyId"]).unwrap_or_default().to_owned();
    hand.born(&key);
    rotate(hand, &key, (&Value::Null, wanted))?;
    if wanted.get("Enabled").and_then(Value::as_bool) == Some(false) {
        hand.call("DisableKey", Value::map([id(&key)]))?;
    }
    Ok(Made::of(key))
}

/// Writes what differs of the rotation.
fn rotate(hand: &mut Hand, key: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let state = |properties: &Value| {
        let on = properties.get("EnableKeyRotation").and_then(Value::as_bool) == Some(true);
        (on, properties.get("RotationPeriodInDays").cloned().filter(|_| on))
    };
    let (before, (on, days)) = (state(old), state(new));
    if before == (on, days.clone()) {
        return Ok(());
    }
    if on {
        let input = [id(key), ("RotationPeriodInDays".to_owned(), days.unwrap_or_default())];
        hand.call("EnableKeyRotation", Value::map(input)).map(drop)
    } else {
        hand.call("DisableKeyRotation", Value::map([id(key)])).map(drop)
    }
}

fn read(hand: &mut Hand, key: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("DescribeKey", Value::map([id(key.id)])), GONE)? else { return Ok(None) };
    let seen = answer.get("KeyMetadata").cloned().unwrap_or_default();
    // What only waits for its deletion is there no more.
    if text_at(&seen, &["KeyState"]).is_some_and(|state| state.starts_with("Pending") && state.ends_with("Deletion")) {
        return Ok(None);
    }
    let mut out = pick(&seen, &FIXED);
    out.extend(pick(&seen, &["KeyId", "Arn", "Description", "Enabled"]));
    let text = hand.look("GetKeyPolicy", Value::map([id(key.id)]))?;
    out.push(("KeyPolicy".to_owned(), text_at(&text, &["Policy"]).into()));
    let own = hand.pages("ListResourceTags", Value::map([id(key.id)]), ["Marker", "NextMarker", "Tags"])?;
    out.push(("Tags".to_owned(), tag_list(&tags(Some(&Value::List(own))))));
    let rotates =
        text_at(&seen, &["KeySpec"]) == Some("SYMMETRIC_DEFAULT") && text_at(&seen, &["Origin"]) == Some("AWS_KMS");
    if rotates {
        let rotation = hand.look("GetKeyRotationStatus", Value::map([id(key.id)]))?;
        out.push(("EnableKeyRotation".to_owned(), rotation.get("KeyRotationEnabled").cloned().unwrap_or_default()));
        out.extend(pick(&rotation, &["RotationPeriodInDays"]));
    }
    Ok(Some(Value::map(out)))
}

fn update(hand: &mut Hand, key: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = key.properties;
    let differs = |name: &str| old.get(name) != wanted.get(name);
    if let Some(name) = FIXED.iter().find(|name| differs(name)) {
        let text = format!("You cannot change the {name} of a KMS key after it was made.");
        return Err(Error::new("ValidationException", text));
    }
    if differs("Description") {
        let description = wanted.get("Description").cloned().unwrap_or_else(|| "".into());
        hand.call("UpdateKeyDescription", Value::map([id(key.id), ("Description".to_owned(), description)]))?;
    }
    if let Some(text) = policy(wanted).filter(|_| differs("KeyPolicy")) {
        let mut input = pick(wanted, &["BypassPolicyLockoutSafetyCheck"]);
        input.extend([id(key.id), ("PolicyName".to_owned(), "default".into()), ("Policy".to_owned(), text.into())]);
        hand.call("PutKeyPolicy", Value::map(input))?;
    }
    let is_on = |properties: &Value| properties.get("Enabled").and_then(Value::as_bool) != Some(false);
    // A key that is off cannot be told how to rotate.
    if is_on(wanted) && !is_on(old) {
        hand.call("EnableKey", Value::map([id(key.id)]))?;
    }
    rotate(hand, key.id, (old, wanted))?;
    if !is_on(wanted) && is_on(old) {
        hand.call("DisableKey", Value::map([id(key.id)]))?;
    }
    let change = TagChange::between(old.get("Tags"), wanted.get("Tags"));
    if !change.set.is_empty() {
        hand.call("TagResource", Value::map([id(key.id), ("Tags".to_owned(), kms_tags(&change.set))]))?;
    }
    if !change.unset.is_empty() {
        hand.call("UntagResource", Value::map([id(key.id), ("TagKeys".to_owned(), change.unset_list())]))?;
    }
    Ok(())
}

fn delete(hand: &mut Hand, key: &Resource<'_>) -> Result<()> {
    let mut input = pick(key.properties, &["PendingWindowInDays"]);
    input.push(id(key.id));
    let deleted = hand.call("ScheduleKeyDeletion", Value::map(input));
    // One that waits for its deletion already is in no state for it.
    found(deleted, &["NotFoundException", "KMSInvalidStateException"]).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let keys = hand.pages("ListKeys", Value::map::<&str>([]), ["Marker", "NextMarker", "Keys"])?;
    let mut made = Vec::new();
    for id in keys.iter().filter_map(|key| key.get("KeyId")?.as_str()) {
        let key = hand.look("DescribeKey", Value::map([("KeyId", id.into())]))?;
        let is = |member: &str, value: &str| text_at(&key, &["KeyMetadata", member]) == Some(value);
        // One that only waits for its end has been deleted already.
        if is("KeyManager", "CUSTOMER") && !is("KeyState", "PendingDeletion") {
            made.push(id.to_owned());
        }
    }
    Ok(made)
}
