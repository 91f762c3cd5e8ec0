//! The errors of S3, in AWS's words.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>

use service::{Error, Region};

/// An error whose status the model does not have.
fn told(status: u16, code: &'static str, text: impl Into<String>) -> Error {
    Error::new(code, text.into()).status(status)
}

pub fn access_denied() -> Error {
    told(403, "AccessDenied", "Access Denied")
}

pub fn no_such_bucket(name: &str) -> Error {
    told(404, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", name)
}

pub fn no_such_key(key: &str) -> Error {
    told(404, "NoSuchKey", "The specified key does not exist.").with("Key", key)
}

/// The current version is a delete marker.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html>
pub fn deleted(key: &str, version_id: &str) -> Error {
    no_such_key(key).with("x-amz-delete-marker", "true").with("x-amz-version-id", version_id)
}

/// A delete marker was asked for by its version id.
pub fn marker_not_allowed(method: &str, version_id: &str) -> Error {
    told(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with("Method", method)
        .with("ResourceType", "DeleteMarker")
        .with("allow", "DELETE")
        .with("x-amz-delete-marker", "true")
        .with("x-amz-version-id", version_id)
}

pub fn no_such_version(key: &str, version_id: &str) -> Error {
    told(404, "NoSuchVersion", "The specified version does not exist.").with("Key", key).with("VersionId", version_id)
}

pub fn no_such_upload(id: &str) -> Error {
    let text = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
                or completed.";
    told(404, "NoSuchUpload", text).with("UploadId", id)
}

pub fn invalid_bucket_name(name: &str) -> Error {
    told(400, "InvalidBucketName", "The specified bucket is not valid.").with("BucketName", name)
}

pub fn bucket_already_exists(name: &str) -> Error {
    let text = "The requested bucket name is not available. The bucket namespace is shared by all users of the system. \
                Please select a different name and try again.";
    told(409, "BucketAlreadyExists", text).with("BucketName", name)
}

pub fn bucket_already_owned(name: &str) -> Error {
    let text = "Your previous request to create the named bucket succeeded and you already own it.";
    told(409, "BucketAlreadyOwnedByYou", text).with("BucketName", name)
}

pub fn bucket_not_empty(name: &str, versions: bool) -> Error {
    let text = match versions {
        true => "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        false => "The bucket you tried to delete is not empty",
    };
    told(409, "BucketNotEmpty", text).with("BucketName", name)
}

/// The bucket lies in another region than the request is signed for.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingRouting.html>
pub fn permanent_redirect(name: &str, region: Region) -> Error {
    let text = "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all \
                future requests to this endpoint.";
    told(301, "PermanentRedirect", text)
        .with("Endpoint", format!("{name}.s3.{region}.amazonaws.com"))
        .with("Bucket", name)
        .with("x-amz-bucket-region", region.as_str())
}

pub fn wrong_location(text: String) -> Error {
    told(400, "IllegalLocationConstraintException", text)
}

pub fn invalid_location(name: &str) -> Error {
    told(400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
        .with("LocationConstraint", name)
}

pub fn invalid_argument(text: impl Into<String>, name: &str, value: impl Into<String>) -> Error {
    told(400, "InvalidArgument", text).with("ArgumentName", name).with("ArgumentValue", value.into())
}

pub fn invalid_request(text: impl Into<String>) -> Error {
    told(400, "InvalidRequest", text)
}

pub fn malformed_xml() -> Error {
    let text = "The XML you provided was not well-formed or did not validate against our published schema";
    told(400, "MalformedXML", text)
}

pub fn malformed_policy(text: impl Into<String>) -> Error {
    told(400, "MalformedPolicy", text)
}

/// A policy names somebody who is not there.
/// <https://github.com/cloud-custodian/cloud-custodian/issues/4948>
pub fn invalid_principal(kind: &str, value: &str) -> Error {
    malformed_policy("Invalid principal in policy").with("Detail", format!("\"{kind}\" : \"{value}\""))
}

/// Something that the bucket has none of, such as a policy.
pub fn none_here(code: &'static str, text: &'static str, bucket: &str) -> Error {
    told(404, code, text).with("BucketName", bucket)
}

pub fn precondition_failed(condition: &'static str) -> Error {
    told(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        .with("Condition", condition)
}

pub fn not_modified(etag: &str, modified: String) -> Error {
    told(304, "NotModified", "Not Modified").with("etag", format!("\"{etag}\"")).with("last-modified", modified)
}

pub fn invalid_range(given: &str, size: i64) -> Error {
    told(416, "InvalidRange", "The requested range is not satisfiable")
        .with("RangeRequested", given)
        .with("ActualObjectSize", size.to_string())
        .with("content-range", format!("bytes */{size}"))
}

pub fn invalid_part_number(given: i64, parts: usize) -> Error {
    told(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
        .with("ActualPartCount", parts.to_string())
        .with("PartNumberRequested", given.to_string())
}

pub fn key_too_long(key: &str) -> Error {
    told(400, "KeyTooLongError", "Your key is too long")
        .with("Size", key.len().to_string())
        .with("MaxSizeAllowed", crate::about::LONGEST_KEY.to_string())
}

pub fn metadata_too_large(size: usize) -> Error {
    told(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
        .with("Size", size.to_string())
        .with("MaxSizeAllowed", crate::about::LARGEST_METADATA.to_string())
}

pub fn invalid_tag(text: impl Into<String>) -> Error {
    told(400, "InvalidTag", text)
}

pub fn too_many_tags(most: usize) -> Error {
    let kind = if most > 10 { "Bucket" } else { "Object" };
    told(400, "BadRequest", format!("{kind} tags cannot be greater than {most}"))
}

pub fn invalid_digest() -> Error {
    told(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
}

pub fn invalid_storage_class() -> Error {
    told(400, "InvalidStorageClass", "The storage class you specified is not valid")
}

pub fn invalid_object_state(class: &str) -> Error {
    told(403, "InvalidObjectState", "The operation is not valid for the object's storage class")
        .with("StorageClass", class)
}

pub fn acls_not_supported() -> Error {
    told(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html>
pub fn acls_under_enforced_ownership() -> Error {
    let text = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    told(400, "InvalidBucketAclWithObjectOwnership", text)
}

pub fn entity_too_small(part: i64, size: i64, etag: &str) -> Error {
    told(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        .with("ProposedSize", size.to_string())
        .with("MinSizeAllowed", crate::parts::LEAST_BYTES.to_string())
        .with("PartNumber", part.to_string())
        .with("ETag", etag)
}

pub fn invalid_part(id: &str, number: i64, etag: &str) -> Error {
    let text = "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                specified entity tag may not match the part's entity tag.";
    told(400, "InvalidPart", text)
        .with("UploadId", id)
        .with("PartNumber", number.to_string())
        .with("ETag", etag.to_owned())
}

pub fn invalid_part_order(id: &str) -> Error {
    let text = "The list of parts was not in ascending order. Parts must be ordered by part number.";
    told(400, "InvalidPartOrder", text).with("UploadId", id)
}

pub fn bad_digest(text: impl Into<String>) -> Error {
    told(400, "BadDigest", text)
}

/// A preflight that the bucket's rules do not let through.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html>
pub fn cors_forbidden(why: &str, method: &str, kind: &str) -> Error {
    told(403, "AccessForbidden", format!("CORSResponse: {why}")).with("Method", method).with("ResourceType", kind)
}

/// A preflight that does not say enough.
pub fn bad_preflight(text: impl Into<String>) -> Error {
    told(400, "BadRequest", text)
}

/// A member that has no effect here.
pub fn refuse(member: &str) -> Error {
    let text = format!("A header or element you provided implies functionality that is not implemented: {member}");
    told(501, "NotImplemented", text)
}
