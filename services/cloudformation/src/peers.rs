//! What CloudFormation calls besides the operations of resource types: stored values, secrets, zones and topics.

use crate::deploy::Site;
use crate::errors;
use crate::location::Location;
use crate::state::Event;
use service::shape::shape;
use service::template::{LONGEST_FILE, json, resolve_dynamic};
use service::{As, Bytes, Cx, Error, Result, Scope, Tell, Value, View, peer};

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

    /// Reads a template.
    "s3".GetObject {
        bucket: String = "Bucket",
        key: String = "Key",
        version_id: Option<String> = "VersionId",
    } -> Object {
        body: Option<Bytes> = "Body",
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
        /// `String`, `StringList` or `SecureString`.
        pub kind: Option<String> = "Type",
    }
}

/// A template that lies in a bucket, read with the rights of who asks.
///
/// # Errors
/// `ValidationError`, with S3's own words where it refuses. The first error is none, as with all questions: it must be passed on.
pub fn template(cx: &mut Cx, url: &str) -> Result<String> {
    let unsupported = || errors::validation("TemplateURL must be a supported URL.");
    let Location { bucket, key, version, region } = Location::read(url).ok_or_else(unsupported)?;
    let by = match region {
        Some(region) => As::caller().within(Scope::new(cx.account(), region)),
        None => As::caller(),
    };
    let object = cx.ask(&by, &GetObject { bucket, key, version_id: version }).map_err(|error| {
        // A fault of the cloud, and the question itself, are not S3's refusal.
        if error.is_receiver_fault() || error.code() == "NotImplemented" {
            return error;
        }
        errors::validation(format!(
            "S3 error: {}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
            error.message()
        ))
    })?;
    let body = object.body.unwrap_or_default();
    if body.len() > LONGEST_FILE {
        return Err(errors::validation(format!("Template may not exceed {LONGEST_FILE} bytes in size.")));
    }
    String::from_utf8(body.to_vec()).map_err(|_| errors::validation("Template format error: unsupported structure."))
}

/// The code of a secret without the wanted key, which only stands here.
const NO_KEY: &str = "NoKey";

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
                errors::validation(text)
            })?);
        }
    }
    Ok(values)
}

/// Puts values and secrets in the place of dynamic references, or tells why not.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub fn resolve(cx: &mut Cx, by: &As, value: &mut Value) -> Result<(), String> {
    let id = cx.request().id;
    resolve_dynamic(value, &mut |reference| match reference.service.as_str() {
        "ssm" => stored(cx, by, (&reference.reference, false)),
        "ssm-secure" => stored(cx, by, (&reference.reference, true)),
        "secretsmanager" => secret(cx, by, &reference.reference).map_err(|error| match error.code() {
            NO_KEY => error.message().to_owned(),
            // The words of the client with which CloudFormation asks.
            code => format!(
                "{} (Service: AWSSecretsManager; Status Code: {}; Error Code: {code}; Request ID: {id}; Proxy: null)",
                error.message(),
                error.own_status().unwrap_or(400),
            ),
        }),
        other => Err(format!("Dynamic references of {other} are not supported.")),
    })
}

/// A value of the parameter store: `name` or `name:version`.
fn stored(cx: &mut Cx, by: &As, (name, is_secure): (&str, bool)) -> Result<String, String> {
    let found = cx.call(by, &GetParameter { name: name.to_owned(), with_decryption: Some(is_secure) });
    let found = found.map_err(|error| match error.code().contains("NotFound") {
        true => format!("Parameters: [{name}] cannot be found."),
        false => error.message().to_owned(),
    })?;
    let stored = found.parameter.unwrap_or_default();
    match (stored.kind.as_deref() == Some("SecureString"), is_secure) {
        (true, false) => Err(format!("Non-secure ssm prefix was used for secure parameter: {name}")),
        (false, true) => Err(format!("Secure ssm prefix was used for non-secure parameter: {name}")),
        _ => Ok(stored.value.unwrap_or_default()),
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
    let no_key = || Error::new(NO_KEY, "Could not find a value associated with JSONKey in SecretString");
    let text = secret.secret_string.ok_or_else(no_key)?;
    match key {
        None => Ok(text),
        Some(key) => {
            let value = json::read(&text).and_then(|json| json::text(json.get(&key)?));
            value.ok_or_else(no_key)
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
