//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html>

use super::settings;
use service::resource::{Hand, Made, Resource, ResourceType, found, text_at};
use service::{Error, Region, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::S3::Bucket",
    schemas: &super::SCHEMAS,
    refused: &[
        "AbacStatus",
        "AccelerateConfiguration",
        "AnalyticsConfigurations",
        "BucketNamePrefix",
        "IntelligentTieringConfigurations",
        "InventoryConfigurations",
        "LoggingConfiguration",
        "MetadataConfiguration",
        "MetadataTableConfiguration",
        "MetricsConfigurations",
        "ObjectLockConfiguration",
        "ReplicationConfiguration",
        "WebsiteConfiguration",
    ],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

pub const GONE: &[&str] = &["NoSuchBucket"];

/// Where a bucket's location goes unsaid.
const HOME: &str = "us-east-1";
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
const LONGEST_NAME: usize = 63;

/// The lists that a template can name, as requests call them.
const CANNED: [(&str, &str); 8] = [
    ("AuthenticatedRead", "authenticated-read"),
    ("AwsExecRead", "aws-exec-read"),
    ("BucketOwnerFullControl", "bucket-owner-full-control"),
    ("BucketOwnerRead", "bucket-owner-read"),
    ("LogDeliveryWrite", "log-delivery-write"),
    ("Private", "private"),
    ("PublicRead", "public-read"),
    ("PublicReadWrite", "public-read-write"),
];

fn of(name: &str) -> Value {
    Value::map([("Bucket", name.into())])
}

fn canned(properties: &Value) -> Option<&'static str> {
    let given = text_at(properties, &["AccessControl"])?;
    CANNED.iter().find(|(name, _)| *name == given).map(|(_, acl)| *acl)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = match text_at(wanted, &["BucketName"]) {
        Some(name) => name.to_owned(),
        None => hand.generated(LONGEST_NAME).to_lowercase(),
    };
    // In us-east-1 an owner can make his bucket once more: it would be taken for a new one, and deleted with the stack.
    if found(hand.look("HeadBucket", of(&name)), GONE)?.is_some() {
        return Err(Error::new("BucketAlreadyExists", format!("{name} already exists")));
    }
    let location = hand.region();
    let configuration = Value::map([
        ("LocationConstraint", Some(location.as_str()).filter(|region| *region != HOME).into()),
        ("Tags", settings::tags(wanted)),
    ]);
    let input = Value::map([
        ("Bucket", name.as_str().into()),
        ("ACL", canned(wanted).into()),
        ("BucketNamespace", text_at(wanted, &["BucketNamespace"]).into()),
        ("CreateBucketConfiguration", configuration),
        ("ObjectLockEnabledForBucket", wanted.get("ObjectLockEnabled").cloned().into()),
        ("ObjectOwnership", settings::ownership(wanted).into()),
    ]);
    hand.call("CreateBucket", input)?;
    hand.born(&name);
    // Ownership and tags came with the bucket.
    let given = settings::WITH_THE_BUCKET.iter().filter_map(|name| Some((*name, wanted.get(name)?.clone())));
    settings::write(hand, &name, (&Value::map(given), wanted))?;
    Ok(Made::of(name))
}

fn read(hand: &mut Hand, bucket: &Resource<'_>) -> Result<Option<Value>> {
    let name = bucket.id;
    let Some(head) = found(hand.look("HeadBucket", of(name)), GONE)? else { return Ok(None) };
    let region = hand.region();
    let domain = region.partition().dns_suffix();
    let mut out = vec![
        ("BucketName", name.into()),
        ("Arn", text_at(&head, &["BucketArn"]).into()),
        ("DomainName", format!("{name}.s3.{domain}").into()),
        ("DualStackDomainName", format!("{name}.s3.dualstack.{region}.{domain}").into()),
        ("RegionalDomainName", format!("{name}.s3.{region}.{domain}").into()),
        ("WebsiteURL", format!("http://{name}.{}.{domain}", website(region)).into()),
    ];
    out.extend(settings::seen(hand, name)?);
    Ok(Some(Value::map(out)))
}

/// The first regions have a hyphen in the names of their website endpoints, the later ones a dot.
/// <https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints>
fn website(region: Region) -> String {
    let first = [
        "us-east-1",
        "us-west-1",
        "us-west-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-northeast-1",
        "eu-west-1",
        "sa-east-1",
        "us-gov-west-1",
    ];
    let mark = if first.contains(&region.as_str()) { '-' } else { '.' };
    format!("s3-website{mark}{region}")
}

fn update(hand: &mut Hand, bucket: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = bucket.properties;
    let locks = |properties: &Value| properties.get("ObjectLockEnabled").and_then(Value::as_bool) == Some(true);
    if locks(wanted) && !locks(old) {
        return Err(crate::errors::refuse("ObjectLockEnabled"));
    }
    settings::write(hand, bucket.id, (old, wanted))?;
    match canned(wanted) {
        Some(acl) if canned(old) != Some(acl) => {
            let input = Value::map([("Bucket", bucket.id.into()), ("ACL", acl.into())]);
            hand.call("PutBucketAcl", input).map(drop)
        }
        _ => Ok(()),
    }
}

/// One that is not empty stays, and so does its stack.
fn delete(hand: &mut Hand, bucket: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteBucket", of(bucket.id)), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let input = Value::map([("BucketRegion", hand.region().as_str().into())]);
    let all = hand.pages("ListBuckets", input, ["ContinuationToken", "ContinuationToken", "Buckets"])?;
    Ok(all.iter().filter_map(|bucket| bucket.get("Name")?.as_str().map(str::to_owned)).collect())
}
