//! The examples of S3's own documentation, all of one bucket at one time.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use super::{request, verified};
use wire::sigv4::{AuthError, PathStyle};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const NOW: &str = "20130524T000000Z";

fn examples() -> Vec<(&'static str, http::request::Parts, &'static [u8])> {
    let get_object = "GET /test.txt
        Host: examplebucket.s3.amazonaws.com
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41
        Range: bytes=0-9
        x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        x-amz-date: 20130524T000000Z";
    let put_object = "PUT /test$file.text
        Host: examplebucket.s3.amazonaws.com
        Date: Fri, 24 May 2013 00:00:00 GMT
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd
        x-amz-date: 20130524T000000Z
        x-amz-storage-class: REDUCED_REDUNDANCY
        x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    let get_lifecycle = "GET /?lifecycle
        Host: examplebucket.s3.amazonaws.com
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543
        x-amz-date: 20130524T000000Z
        x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let list_objects = "GET /?max-keys=2&prefix=J
        Host: examplebucket.s3.amazonaws.com
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7
        x-amz-date: 20130524T000000Z
        x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let presigned = "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404
        Host: examplebucket.s3.amazonaws.com";
    vec![
        ("GET Object", request(get_object), b""),
        ("PUT Object", request(put_object), b"Welcome to Amazon S3."),
        ("GET Bucket Lifecycle", request(get_lifecycle), b""),
        ("Get Bucket (List Objects)", request(list_objects), b""),
        ("presigned GET", request(presigned), b""),
    ]
}

#[test]
fn documented_signatures_are_right() {
    for (name, parts, body) in examples() {
        assert_eq!(verified(&parts, body, PathStyle::S3, SECRET, NOW), Ok(()), "{name}");
        let wrong = verified(&parts, body, PathStyle::S3, "another", NOW);
        assert!(matches!(wrong, Err(AuthError::SignatureMismatch(_))), "{name}: {wrong:?}");
    }
}

#[test]
fn a_presigned_request_lives_for_its_expires() {
    let (_, parts, _) = examples().pop().unwrap();
    for (now, code) in [
        ("20130523T234400Z", Some("Request is not valid yet")),
        ("20130523T234500Z", None),
        ("20130524T235959Z", None),
        ("20130525T000000Z", None),
        ("20130525T000001Z", Some("Request has expired")),
    ] {
        let outcome = verified(&parts, b"", PathStyle::S3, SECRET, now);
        assert_eq!(outcome.err().map(|e| e.for_s3().message), code.map(str::to_owned), "{now}");
    }
}
