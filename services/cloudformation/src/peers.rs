//! What CloudFormation calls besides the operations of resource types: stored values, secrets, zones and topics.

use crate::deploy::Site;
use crate::state::Event;
use service::shape::shape;
use service::template::{DynamicReference, json, resolve_dynamic};
use service::{As, Cx, Error, Result, Tell, Value, View, peer};

peer! {
    /// Reads stored values.
    "ssm".GetParameters {
        names: Vec<String> = "Names",
    } -> StoredValues {
        parameters: Option<Vec<StoredValue>> = "Parameters",
    }

    /// Reads a stored value.
    "ssm".GetParameter {
        name: String = "Name",
        with_decryption: Option<bool> = "WithDecryption",
    } -> OneStoredValue {
        parameter: Option<StoredValue> = "Parameter",
    }

    /// Reads a secret.
    "secretsmanager".GetSecretValue {
        secret_id: String = "SecretId",
        version_stage: Option<String> = "VersionStage",
        version_id: Option<String> = "VersionId",
    } -> Secret {
        secret_string: Option<String> = "SecretString",
    }

    /// Tells a topic of an event.
    "sns".Publish {
        topic_arn: String = "TopicArn",
        subject: String = "Subject",
        message: String = "Message",
    } -> Published {}
}

shape! {
    /// A stored value.
    pub struct StoredValue {
        /// Its name.
        pub name: Option<String> = "Name",
        /// Its value.
        pub value: Option<String> = "Value",
    }
}

/// The values that are stored under these names, in their order.
pub fn stored_values(cx: &mut Cx, names: &[String]) -> Result<Vec<String>> {
    let mut values = Vec::new();
    // Ten at a time is all that the operation takes.
    for names in names.chunks(10) {
        let found = cx.call(&As::caller(), &GetParameters { names: names.to_vec() })?.parameters.unwrap_or_default();
        for name in names {
            let value = found.iter().find(|stored| stored.name.as_ref() == Some(name)).and_then(|s| s.value.clone());
            values.push(value.ok_or_else(|| {
                let text = format!("Unable to fetch parameters [{name}] from parameter store for this account.");
                crate::errors::validation(text)
            })?);
        }
    }
    Ok(values)
}

/// Puts values and secrets in the place of dynamic references, or tells why not.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub fn resolve(cx: &mut Cx, by: &As, value: &mut Value) -> Result<(), String> {
    resolve_dynamic(value, &mut |reference| {
        dynamic(cx, by, reference).map_err(|error| {
            let (service, reference) = (&reference.service, &reference.reference);
            format!(
                "Could not resolve the dynamic reference {{{{resolve:{service}:{reference}}}}}: {}",
                error.message()
            )
        })
    })
}

fn dynamic(cx: &mut Cx, by: &As, reference: &DynamicReference) -> Result<String> {
    match reference.service.as_str() {
        "ssm" | "ssm-secure" => {
            let with_decryption = Some(reference.service == "ssm-secure");
            let found = cx.call(by, &GetParameter { name: reference.reference.clone(), with_decryption })?;
            found.parameter.and_then(|stored| stored.value).ok_or_else(|| Error::new("NotFound", "it has no value"))
        }
        "secretsmanager" => secret(cx, by, &reference.reference),
        other => Err(Error::new("NotFound", format!("{other} is no service of dynamic references"))),
    }
}

/// `secret-id:SecretString:json-key:version-stage:version-id`, where the id may be an ARN with its own colons.
fn secret(cx: &mut Cx, by: &As, reference: &str) -> Result<String> {
    let (id, rest) = match reference.split_once(":SecretString") {
        Some((id, rest)) => (id, rest.strip_prefix(':').unwrap_or(rest)),
        None => (reference, ""),
    };
    let mut rest = rest.splitn(3, ':').map(|part| (!part.is_empty()).then(|| part.to_owned()));
    let key = rest.next().flatten();
    let (version_stage, version_id) = (rest.next().flatten(), rest.next().flatten());
    let secret = cx.call(by, &GetSecretValue { secret_id: id.to_owned(), version_stage, version_id })?;
    let text = secret.secret_string.ok_or_else(|| Error::new("NotFound", "the secret is no text"))?;
    match key {
        None => Ok(text),
        Some(key) => {
            let value = json::read(&text).and_then(|json| json::text(json.get(&key)?));
            value.ok_or_else(|| Error::new("NotFound", format!("the secret has no key {key}")))
        }
    }
}

/// The names of a region's availability zones.
pub fn zones(view: &View, region: &str) -> Result<Vec<String>> {
    let filter = Value::map([("Name", "region-name".into()), ("Values", Value::List(vec![region.into()]))]);
    let input = Value::map([("Filters", Value::List(vec![filter]))]);
    let answer = view.peer("ec2", "DescribeAvailabilityZones", input)?;
    let zones = answer.get("AvailabilityZones").and_then(Value::as_list).unwrap_or_default();
    Ok(zones.iter().filter_map(|zone| zone.get("ZoneName")?.as_str().map(str::to_owned)).collect())
}

/// Sends an event to the stack's topics.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-add-tags.html>
pub fn notify(cx: &mut Cx, site: &Site, event: &Event) -> Result<()> {
    if site.stack.source.notification_arns.is_empty() {
        return Ok(());
    }
    let lines = [
        ("StackId", site.arn(cx).to_string()),
        ("Timestamp", event.at.iso8601()),
        ("EventId", event.id.clone()),
        ("LogicalResourceId", event.logical.clone()),
        ("Namespace", cx.account().to_string()),
        ("PhysicalResourceId", event.physical.clone()),
        ("ResourceProperties", event.properties.clone().unwrap_or_else(|| "null".to_owned())),
        ("ResourceStatus", event.status.clone()),
        ("ResourceStatusReason", event.reason.clone().unwrap_or_default()),
        ("ResourceType", event.kind.clone()),
        ("StackName", site.stack.name.clone()),
        ("ClientRequestToken", event.token.clone().unwrap_or_else(|| "null".to_owned())),
    ];
    let message: String = lines.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
    for topic in site.stack.source.notification_arns.clone() {
        let subject = "AWS CloudFormation Notification".to_owned();
        let notice = Publish { topic_arn: topic, subject, message: message.clone() };
        cx.after(&site.by(cx), &notice, Tell::Failures("notice".to_owned()))?;
    }
    Ok(())
}
