//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html>

use service::resource::{Hand, Made, Resource, ResourceType, as_text, found, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::S3::BucketPolicy",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: None,
};

const GONE: &[&str] = &["NoSuchBucket", "NoSuchBucketPolicy"];

fn of(bucket: &str) -> Value {
    Value::map([("Bucket", bucket.into())])
}

fn put(hand: &mut Hand, bucket: &str, wanted: &Value) -> Result<()> {
    let policy = wanted.get("PolicyDocument").map(as_text);
    hand.call("PutBucketPolicy", Value::map([("Bucket", bucket.into()), ("Policy", policy.into())])).map(drop)
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let bucket = text_at(wanted, &["Bucket"]).unwrap_or_default();
    // A bucket has one policy: that of another template, or of somebody's hand, is not written over.
    if found(hand.look("GetBucketPolicy", of(bucket)), &["NoSuchBucketPolicy"])?.is_some() {
        let text = format!("The bucket policy already exists on bucket {bucket}.");
        return Err(Error::new("PolicyAlreadyExists", text));
    }
    put(hand, bucket, wanted)?;
    Ok(Made::of(bucket))
}

fn read(hand: &mut Hand, policy: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("GetBucketPolicy", of(policy.id)), GONE)? else { return Ok(None) };
    let document = text_at(&answer, &["Policy"]).into();
    Ok(Some(Value::map([("Bucket", policy.id.into()), ("PolicyDocument", document)])))
}

fn update(hand: &mut Hand, policy: &Resource<'_>, wanted: &Value) -> Result<()> {
    put(hand, policy.id, wanted)
}

fn delete(hand: &mut Hand, policy: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteBucketPolicy", of(policy.id)), GONE).map(drop)
}
