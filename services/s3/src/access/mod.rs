//! What each operation asks of the policies.
//!
//! Objects are asked for by `s3:GetObject` and its like where no version is named, by `s3:GetObjectVersion` where one is.
//! Whoever may not list a bucket is not told which keys it lacks.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>

mod buckets;
mod objects;

pub use buckets::*;
pub use objects::*;

use crate::address::Bucket;
use crate::exposure;
use service::{Check, PolicyRole, View};

/// A check on a bucket or on something in it, with the bucket's policy and what every condition may ask.
fn on(view: &View, bucket: &Bucket, (action, resource): (&'static str, String)) -> Check {
    let check = Check::new(action, resource)
        .owned_by(bucket.scope.account)
        .key("s3:ResourceAccount", bucket.scope.account.to_string())
        .key("s3:signatureversion", "AWS4-HMAC-SHA256");
    match exposure::policy_for(bucket, view.caller()) {
        Some(text) => check.with_policy(format!("policy of bucket {}", bucket.row.name), text, PolicyRole::Optional),
        None => check,
    }
}

fn on_bucket(view: &View, bucket: &Bucket, action: &'static str) -> Check {
    on(view, bucket, (action, bucket.arn().to_string()))
}

fn on_object(view: &View, bucket: &Bucket, (action, key): (&'static str, &str)) -> Check {
    on(view, bucket, (action, bucket.object_arn(key)))
}

/// A condition key that has a value only if its header was sent.
trait Sent {
    fn sent(self, name: &'static str, value: Option<&str>) -> Check;
}

impl Sent for Check {
    fn sent(self, name: &'static str, value: Option<&str>) -> Check {
        match value {
            Some(value) => self.key(name, value),
            None => self,
        }
    }
}
