//! Objects.

use super::{Call, Service};
use crate::text::encode;

const SERVICE: Service = Service { name: "S3", prefix: "s3" };

/// Writes an object. How it is enciphered, its bucket says.
pub fn put(bucket: &str, key: &str, content_type: &str, body: Vec<u8>) -> Call {
    Call {
        service: &SERVICE,
        operation: "PutObject",
        method: "PUT",
        path: format!("/{}", encode(key, true)),
        bucket: Some(bucket.to_owned()),
        headers: vec![("content-type", content_type.to_owned())],
        body,
        resource: Some(("bucket_name", bucket.to_owned())),
    }
}
