//! What the signer signs, the verifier accepts.

use super::{SECRET, date, request, verified, view};
use wire::sigv4::{PathStyle, SignError, SignPayload, Signer};

const NOW: &str = "20150830T123600Z";

fn signer(style: PathStyle, session_token: Option<&'static str>) -> Signer<'static> {
    let service = if style == PathStyle::S3 { "s3" } else { "sqs" };
    Signer { access_key: "AKIDEXAMPLE", secret: SECRET, session_token, region: "us-east-1", service, style }
}

const REQUESTS: [&str; 5] = [
    "POST /\nhost: localhost:4566\ncontent-type: application/x-amz-json-1.0\nx-amz-target: AmazonSQS.SendMessage",
    "GET http://sqs.us-east-1.amazonaws.com/?b=2&a=%2F\nuser-agent: x",
    "PUT /bucket/a%20b//c/../%C3%A9?acl\nhost: localhost\nx-amz-acl: private\nx-amz-meta-k:  a   b ",
    "GET /a/./b/../c%2Fd?x=1&x=0\nhost: localhost\nmy: 1\nmy: 2",
    "DELETE http://localhost:4566\nexpect: 100-continue",
];

#[test]
fn by_header_and_by_query() {
    for text in REQUESTS {
        for (style, token) in [
            (PathStyle::Other, None),
            (PathStyle::Other, Some("a/+=token")),
            (PathStyle::S3, None),
            (PathStyle::S3, Some("a/+=token")),
        ] {
            let signer = signer(style, token);
            let mut parts = request(text);
            signer.sign(&mut parts, SignPayload::Bytes(b"body"), date(NOW)).unwrap();
            assert_eq!(verified(&parts, b"body", style, SECRET, NOW), Ok(()), "{text}");
            assert!(verified(&parts, b"another", style, SECRET, NOW).is_err(), "{text}");
            let mut parts = request(text);
            signer.presign(&mut parts, 60, date(NOW)).unwrap();
            assert_eq!(verified(&parts, b"", style, SECRET, "20150830T123700Z"), Ok(()), "{text}");
            assert!(verified(&parts, b"", style, SECRET, "20150830T123701Z").is_err(), "{text}");
            assert_eq!(super::presented(&view(&parts)).unwrap().session_token.as_deref(), token);
        }
    }
}

/// AWS's suite, `get-vanilla`, to the letter.
#[test]
fn the_header_is_as_aws_writes_it() {
    let mut parts = request("GET /\nhost: example.amazonaws.com");
    let signer = Signer { service: "service", ..signer(PathStyle::Other, None) };
    signer.sign(&mut parts, SignPayload::Bytes(b""), date(NOW)).unwrap();
    let expect = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                  SignedHeaders=host;x-amz-date, \
                  Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
    assert_eq!(parts.headers["authorization"], expect);
}

#[test]
fn what_cannot_be_signed() {
    let signer = signer(PathStyle::Other, None);
    let now = date(NOW);
    assert_eq!(signer.presign(&mut request("GET /"), 60, now), Err(SignError::NoHost));
    let unfit = Signer { session_token: Some("line\nfeed"), ..signer };
    let outcome = unfit.sign(&mut request("GET /\nhost: h"), SignPayload::Bytes(b""), now);
    assert_eq!(outcome.err(), Some(SignError::InvalidCredentials));
}
