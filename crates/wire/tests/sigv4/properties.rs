//! What holds of every request.

use super::{SECRET, date, presented, request, verified, view};
use http::request::Parts;
use proptest::prelude::*;
use wire::sigv4::{AmzDate, PathStyle, SignPayload, Signer, parse};

const NOW: &str = "20150830T123600Z";
const BODY: &[u8] = b"{\"QueueUrl\":\"http://localhost:4566/000000000000/q\",\"MessageBody\":\"hello\"}";

fn signed(style: PathStyle, presigned: bool) -> Parts {
    let mut parts = request(
        "POST /a/b%20c?x=1&y=%2F\nhost: localhost:4566\ncontent-type: application/x-amz-json-1.0\nx-amz-target: Svc.Op",
    );
    let signer = Signer {
        access_key: "AKIDEXAMPLE",
        secret: SECRET,
        session_token: None,
        region: "us-east-1",
        service: "sqs",
        style,
    };
    if presigned {
        signer.presign(&mut parts, 600, date(NOW)).unwrap();
    } else {
        signer.sign(&mut parts, SignPayload::Bytes(BODY), date(NOW)).unwrap();
    }
    parts
}

/// A header does not sign its access key ID: that the secret is the right one's shows that.
fn right(parts: &Parts, body: &[u8], style: PathStyle) -> bool {
    let key = |parts: &Parts| presented(&view(parts)).map(|p| p.access_key == "AKIDEXAMPLE");
    verified(parts, body, style, SECRET, NOW).is_ok() && key(parts) == Ok(true)
}

/// Every request that differs by one bit in a part that is signed, as far as HTTP can carry it.
#[test]
fn a_change_of_any_signed_bit_is_found() {
    for (style, presigned) in
        [(PathStyle::Other, false), (PathStyle::S3, false), (PathStyle::Other, true), (PathStyle::S3, true)]
    {
        let parts = signed(style, presigned);
        let body = if presigned { b"".as_slice() } else { BODY };
        assert!(right(&parts, body, style));
        let mut tried = 0;
        for bit in 0..body.len() * 8 {
            let mut changed = body.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!right(&parts, &changed, style));
            tried += 1;
        }
        for (name, value) in &parts.headers {
            for bit in 0..value.len() * 8 {
                let mut changed = value.as_bytes().to_vec();
                changed[bit / 8] ^= 1 << (bit % 8);
                let Ok(value) = http::HeaderValue::from_bytes(&changed) else { continue };
                let mut other = parts.clone();
                other.headers.insert(name.clone(), value);
                let authorization = name == "authorization" && same_authorization(&parts.headers[name], &changed);
                assert!(authorization || !right(&other, body, style), "{name} bit {bit}");
                tried += 1;
            }
        }
        let target = parts.uri.to_string();
        for bit in 0..target.len() * 8 {
            let mut changed = target.clone().into_bytes();
            changed[bit / 8] ^= 1 << (bit % 8);
            let Ok(uri) = http::Uri::try_from(changed.as_slice()) else { continue };
            let mut other = parts.clone();
            let fragment = changed.contains(&b'#');
            other.uri = uri;
            let alike = fragment || same_escapes(&target, &changed);
            assert!(alike || !right(&other, body, style), "{} bit {bit}", other.uri);
            tried += 1;
        }
        assert!(tried > 1000, "{tried}");
        for method in ["GET", "PUT", "post"] {
            let mut other = parts.clone();
            other.method = method.parse().unwrap();
            assert!(!right(&other, body, style));
        }
    }
}

/// The header says the same with another separator (a space is `0x20`, a comma `0x2c`), or another case of a signed name.
fn same_authorization(before: &http::HeaderValue, after: &[u8]) -> bool {
    let normal = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).replace([',', '\t'], " ");
        let (head, tail) = text.split_once("SignedHeaders=").unwrap_or((&text, ""));
        let (names, tail) = tail.split_once(" Signature").unwrap_or((tail, ""));
        format!("{head}{}{tail}", names.to_ascii_lowercase()).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    normal(before.as_bytes()) == normal(after)
}

/// The target says the same with the digits of an escape in the other case, or a signed header's name in the other case.
fn same_escapes(before: &str, after: &[u8]) -> bool {
    before.as_bytes().eq_ignore_ascii_case(after)
}

/// Cases of letters count where they say something.
#[test]
fn the_case_of_letters_counts() {
    for style in [PathStyle::Other, PathStyle::S3] {
        let parts = signed(style, true);
        for (from, to) in
            [("/a/", "/A/"), ("x=1", "X=1"), ("us-east-1", "us-east-I"), ("AKIDEX", "AKIDeX"), ("sqs", "sQs")]
        {
            let mut other = parts.clone();
            other.uri = parts.uri.to_string().replace(from, to).parse().unwrap();
            assert_ne!(other.uri, parts.uri);
            assert!(!right(&other, b"", style), "{from}");
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_credentials_never_panic(
        authorization in proptest::collection::vec(any::<u8>(), 0..120),
        field in "(AWS4-HMAC-SHA256|AWS4|AWS)?[ ,]?(Credential=[a/0-9]{0,12})?[ ,](SignedHeaders=[a-z;:A-Z-]{0,12})?,(Signature=[0-9a-f]{0,9})?",
        query in "((X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256)|a|)=?[A-Z0-9a-z%+=/-]{0,20}&){0,9}",
        path in "[/a-z.%0-9é+]{0,30}",
        moment in any::<i64>(),
    ) {
        for value in [authorization.as_slice(), field.as_bytes()] {
            let (Ok(value), Ok(uri)) =
                (http::HeaderValue::from_bytes(value), http::Uri::try_from(format!("/{path}?{query}"))) else { continue };
            let mut parts = request("GET /\nhost: h\nx-amz-date: 20150830T123600Z");
            parts.uri = uri;
            let _ = parse(&view(&parts));
            prop_assert!(!right(&parts, b"", PathStyle::Other));
            parts.headers.insert("authorization", value);
            prop_assert!(!right(&parts, b"", PathStyle::S3));
        }
        let date = AmzDate::from_epoch(moment);
        prop_assert_eq!(AmzDate::parse(&date.to_string()), Some(date));
    }

    #[test]
    fn what_is_signed_is_verified(
        path in "(/[a-zA-Z0-9._~-]{0,5}|/\\.\\.|/\\.|/%[2-7][0-9A-F]){0,6}",
        query in "([a-zA-Z0-9_~.-]{1,4}(=([a-z]|%[2-7][0-9A-F]|\\+){0,4})?&?){0,5}",
        value in "[ -~]{0,20}",
        s3 in any::<bool>(),
    ) {
        let style = if s3 { PathStyle::S3 } else { PathStyle::Other };
        let mut parts = request("GET /\nhost: h");
        parts.uri = format!("/{path}?{query}").parse().unwrap();
        parts.headers.insert("x-amz-meta-a", value.parse().unwrap());
        let signer = Signer {
            access_key: "A", secret: SECRET, session_token: Some("t+/="), region: "r", service: "s", style,
        };
        let mut by_query = parts.clone();
        signer.sign(&mut parts, SignPayload::Bytes(b""), date(NOW)).unwrap();
        prop_assert_eq!(verified(&parts, b"", style, SECRET, NOW), Ok(()));
        signer.presign(&mut by_query, 60, date(NOW)).unwrap();
        prop_assert_eq!(verified(&by_query, b"", style, SECRET, NOW), Ok(()));
    }
}
