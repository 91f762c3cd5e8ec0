//! Cross-origin rules. What they are worth is said in `cors.rs` of the service.

use crate::address::Bucket;
use crate::api::*;
use crate::documents::{self, Kind};
use crate::{cors, errors};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>
const MOST_RULES: usize = 100;

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html>
pub fn get_bucket_cors(view: &View, input: GetBucketCorsRequest) -> Result<GetBucketCorsOutput> {
    let GetBucketCorsRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(view, &bucket, expected_bucket_owner.as_deref())?;
    let text = "The CORS configuration does not exist";
    let none = || errors::none_here("NoSuchCORSConfiguration", text, &bucket);
    let configuration = documents::of::<CORSConfiguration>(view, &found, Kind::Cors)?.ok_or_else(none)?;
    Ok(GetBucketCorsOutput { cors_rules: Some(configuration.cors_rules) })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>
pub fn put_bucket_cors(cx: &mut Cx, input: PutBucketCorsRequest) -> Result<Nothing> {
    let PutBucketCorsRequest {
        bucket,
        cors_configuration,
        content_md5: _,        // stored only: the door has checked it
        checksum_algorithm: _, // stored only: the door has checked it
        expected_bucket_owner,
    } = input;
    let found = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    let rules = &cors_configuration.cors_rules;
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(errors::malformed_xml());
    }
    rules.iter().try_for_each(check)?;
    cx.in_scope(found.scope, |cx| documents::put(cx, &bucket, Kind::Cors, &cors_configuration))?;
    Ok(Nothing {})
}

fn check(rule: &CORSRule) -> Result<()> {
    let CORSRule { allowed_headers, allowed_methods, allowed_origins, expose_headers, .. } = rule;
    if allowed_methods.is_empty() || allowed_origins.is_empty() {
        return Err(errors::malformed_xml());
    }
    if let Some(method) = allowed_methods.iter().find(|method| !cors::METHODS.contains(&method.as_str())) {
        let text = format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
        return Err(errors::invalid_request(text));
    }
    let many = |text: &&String| text.matches('*').count() > 1;
    if let Some(origin) = allowed_origins.iter().find(many) {
        let text = format!("AllowedOrigin \"{origin}\" can not have more than one wildcard.");
        return Err(errors::invalid_request(text));
    }
    if let Some(header) = allowed_headers.iter().flatten().find(many) {
        let text = format!("AllowedHeader \"{header}\" can not have more than one wildcard.");
        return Err(errors::invalid_request(text));
    }
    if let Some(header) = expose_headers.iter().flatten().find(|header| header.contains('*')) {
        let text = format!(
            "ExposeHeader \"{header}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
        );
        return Err(errors::invalid_request(text));
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html>
pub fn delete_bucket_cors(cx: &mut Cx, input: DeleteBucketCorsRequest) -> Result<Nothing> {
    let DeleteBucketCorsRequest { bucket, expected_bucket_owner } = input;
    let found = Bucket::open(cx, &bucket, expected_bucket_owner.as_deref())?;
    cx.in_scope(found.scope, |cx| documents::delete(cx, &bucket, Kind::Cors))?;
    Ok(Nothing {})
}
