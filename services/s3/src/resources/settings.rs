//! What a bucket has beside its name, each written, taken away and read by operations of its own.

use super::forms::{each, renamed, renamed_back};
use super::{lifecycle, notifications};
use service::resource::{Hand, found, tag_list, text_at};
use service::{Result, Value, resource};

type Members = Vec<(&'static str, Value)>;

/// A property and its operations.
struct Setting {
    property: &'static str,
    /// What writes it, and the members for that.
    put: &'static str,
    write: fn(&Value) -> Result<Members>,
    without: Without,
    /// What reads it, the error that says that there is none, and the property as it is.
    get: &'static str,
    none: &'static [&'static str],
    read: fn(&Value) -> Value,
}

/// What becomes of a setting that a template no longer names.
enum Without {
    /// It is deleted by this operation.
    Deleted(&'static str),
    /// It is written anew, as this.
    Put(fn() -> Members),
}

/// Those that a bucket gets as it is made.
pub const WITH_THE_BUCKET: [&str; 2] = ["OwnershipControls", "Tags"];

/// Those who are told come last, since they may refuse.
static ALL: [Setting; 8] = [
    Setting {
        property: "VersioningConfiguration",
        put: "PutBucketVersioning",
        write: |value| Ok(vec![("VersioningConfiguration", value.clone())]),
        without: Without::Put(|| vec![("VersioningConfiguration", Value::map([("Status", "Suspended".into())]))]),
        get: "GetBucketVersioning",
        none: &[],
        read: |answer| text_at(answer, &["Status"]).map(|status| Value::map([("Status", status.into())])).into(),
    },
    Setting {
        property: "BucketEncryption",
        put: "PutBucketEncryption",
        write: |value| Ok(vec![("ServerSideEncryptionConfiguration", Value::map([("Rules", encryption(value))]))]),
        without: Without::Deleted("DeleteBucketEncryption"),
        get: "GetBucketEncryption",
        none: &["ServerSideEncryptionConfigurationNotFoundError"],
        read: encryption_seen,
    },
    Setting {
        property: "PublicAccessBlockConfiguration",
        put: "PutPublicAccessBlock",
        write: |value| Ok(vec![("PublicAccessBlockConfiguration", value.clone())]),
        without: Without::Deleted("DeletePublicAccessBlock"),
        get: "GetPublicAccessBlock",
        none: &["NoSuchPublicAccessBlockConfiguration"],
        read: |answer| answer.get("PublicAccessBlockConfiguration").cloned().into(),
    },
    Setting {
        property: "OwnershipControls",
        put: "PutBucketOwnershipControls",
        write: |value| Ok(vec![("OwnershipControls", value.clone())]),
        without: Without::Deleted("DeleteBucketOwnershipControls"),
        get: "GetBucketOwnershipControls",
        none: &["OwnershipControlsNotFoundError"],
        read: |answer| answer.get("OwnershipControls").cloned().into(),
    },
    Setting {
        property: "CorsConfiguration",
        put: "PutBucketCors",
        write: |value| {
            let rules = each(value.get("CorsRules"), |rule| renamed(rule, &CORS));
            Ok(vec![("CORSConfiguration", Value::map([("CORSRules", rules)]))])
        },
        without: Without::Deleted("DeleteBucketCors"),
        get: "GetBucketCors",
        none: &["NoSuchCORSConfiguration"],
        read: |answer| Value::map([("CorsRules", each(answer.get("CORSRules"), |rule| renamed_back(rule, &CORS)))]),
    },
    Setting {
        property: "LifecycleConfiguration",
        put: "PutBucketLifecycleConfiguration",
        write: lifecycle::write,
        without: Without::Deleted("DeleteBucketLifecycle"),
        get: "GetBucketLifecycleConfiguration",
        none: &["NoSuchLifecycleConfiguration"],
        read: lifecycle::read,
    },
    Setting {
        property: "Tags",
        put: "PutBucketTagging",
        write: |value| Ok(vec![("Tagging", Value::map([("TagSet", tag_list(&resource::tags(Some(value))))]))]),
        without: Without::Deleted("DeleteBucketTagging"),
        get: "GetBucketTagging",
        none: &["NoSuchTagSet"],
        read: |answer| tag_list(&resource::tags(answer.get("TagSet"))),
    },
    Setting {
        property: "NotificationConfiguration",
        put: "PutBucketNotificationConfiguration",
        write: |value| Ok(vec![("NotificationConfiguration", notifications::wanted(value))]),
        without: Without::Put(|| vec![("NotificationConfiguration", Value::map::<&str>([]))]),
        get: "GetBucketNotificationConfiguration",
        none: &[],
        read: notifications::seen,
    },
];

/// The members of a rule for other origins, as a template and as a request has them.
const CORS: [(&str, &str); 6] = [
    ("Id", "ID"),
    ("AllowedHeaders", "AllowedHeaders"),
    ("AllowedMethods", "AllowedMethods"),
    ("AllowedOrigins", "AllowedOrigins"),
    ("ExposedHeaders", "ExposeHeaders"),
    ("MaxAge", "MaxAgeSeconds"),
];

const BY_DEFAULT: (&str, &str) = ("ServerSideEncryptionByDefault", "ApplyServerSideEncryptionByDefault");

fn encryption(value: &Value) -> Value {
    let names =
        [BY_DEFAULT, ("BucketKeyEnabled", "BucketKeyEnabled"), ("BlockedEncryptionTypes", "BlockedEncryptionTypes")];
    each(value.get("ServerSideEncryptionConfiguration"), |rule| renamed(rule, &names))
}

fn encryption_seen(answer: &Value) -> Value {
    let rules = answer.get("ServerSideEncryptionConfiguration").and_then(|all| all.get("Rules"));
    let rules = each(rules, |rule| renamed_back(rule, &[BY_DEFAULT, ("BucketKeyEnabled", "BucketKeyEnabled")]));
    Value::map([("ServerSideEncryptionConfiguration", rules)])
}

/// `ObjectOwnership` of the one rule that there can be.
pub fn ownership(properties: &Value) -> Option<&str> {
    let rules = properties.get("OwnershipControls")?.get("Rules")?.as_list()?;
    text_at(rules.first()?, &["ObjectOwnership"])
}

/// `Tags` as requests take them; null where there are none.
pub fn tags(properties: &Value) -> Value {
    properties.get("Tags").map(|tags| tag_list(&resource::tags(Some(tags)))).into()
}

/// Writes what differs.
pub fn write(hand: &mut Hand, bucket: &str, (old, new): (&Value, &Value)) -> Result<()> {
    for setting in &ALL {
        let (before, now) = (old.get(setting.property), new.get(setting.property));
        if before == now {
            continue;
        }
        let (operation, members) = match (now, &setting.without) {
            (Some(now), _) => (setting.put, (setting.write)(now)?),
            (None, Without::Put(members)) => (setting.put, members()),
            (None, Without::Deleted(operation)) => (*operation, Vec::new()),
        };
        hand.call(operation, Value::map([("Bucket", bucket.into())].into_iter().chain(members)))?;
    }
    Ok(())
}

/// All that there is.
pub fn seen(hand: &mut Hand, bucket: &str) -> Result<Members> {
    let mut out = Vec::new();
    for setting in &ALL {
        let answer = hand.look(setting.get, Value::map([("Bucket", bucket.into())]));
        if let Some(answer) = found(answer, setting.none)? {
            out.push((setting.property, (setting.read)(&answer)));
        }
    }
    Ok(out)
}
