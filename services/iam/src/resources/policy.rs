//! An inline policy of several groups, roles and users.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html>

use super::noun::{ALL, texts};
use service::resource::{Hand, Made, Resource, ResourceType, as_text};
use service::{IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::IAM::Policy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

fn name(properties: &Value) -> String {
    properties.get("PolicyName").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Puts the policy on all of its `Groups`, `Roles` and `Users`.
fn put(hand: &mut Hand, wanted: &Value) -> Result<()> {
    let document = wanted.get("PolicyDocument").map(as_text).unwrap_or_default();
    for noun in ALL {
        for holder in texts(wanted, noun.list) {
            noun.put(hand, &holder, (&name(wanted), &document))?;
        }
    }
    Ok(())
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let id = hand.generated(64);
    hand.born(&id);
    put(hand, wanted)?;
    Ok(Made::of(id))
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let (name, mut document) = (name(policy.properties), None);
    let mut out = IndexMap::from([("Id", policy.id.into()), ("PolicyName", name.as_str().into())]);
    for noun in ALL {
        let mut holders = Vec::new();
        for holder in texts(policy.properties, noun.list) {
            if let Some(found) = noun.document(hand, &holder, &name)? {
                document.get_or_insert(found);
                holders.push(holder.into());
            }
        }
        if !holders.is_empty() {
            out.insert(noun.list, Value::List(holders));
        }
    }
    Ok(document.map(|document| {
        out.insert("PolicyDocument", document);
        Value::map(out)
    }))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, wanted)?;
    let (before, after) = (name(policy.properties), name(wanted));
    for noun in ALL {
        let stay = texts(wanted, noun.list);
        for holder in texts(policy.properties, noun.list) {
            if before != after || !stay.contains(&holder) {
                noun.take(hand, &holder, &before)?;
            }
        }
    }
    Ok(())
}

fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    for noun in ALL {
        for holder in texts(policy.properties, noun.list) {
            noun.take(hand, &holder, &name(policy.properties))?;
        }
    }
    Ok(())
}
