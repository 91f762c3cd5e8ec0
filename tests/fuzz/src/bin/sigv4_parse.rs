//! Signed requests and `aws-chunked` bodies, damaged, through the parser, the verification and the chunk decoder.

use fuzz::{Allocator, Case, Dice, Mutator, pieces};
use http::request::Parts;
use http::{HeaderValue, Uri};
use std::sync::Arc;
use wire::sigv4::{
    AmzDate, Body, ChunkChain, ChunkDecoder, ChunkEncoder, ChunkFormat, ChunkPlan, Credentials, Instants, PathStyle,
    RequestView, Rules, Scope, SignPayload, Signer, SigningKey, parse, verify,
};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const BODY: &[u8] = b"{\"QueueUrl\":\"http://localhost:4566/000000000000/q\"}";
const NOW: i64 = 1_440_938_160;

const WORDS: [&[u8]; 30] = [
    b"AWS4-HMAC-SHA256 ",
    b"AWS4-ECDSA-P256-SHA256 ",
    b"AWS ",
    b"Credential=",
    b"SignedHeaders=",
    b"Signature=",
    b", ",
    b",",
    b"=",
    b"/",
    b";",
    b"host;",
    b":authority",
    b"aws4_request",
    b"20150830",
    b"X-Amz-Algorithm=AWS4-HMAC-SHA256&",
    b"X-Amz-Expires=604800&",
    b"X-Amz-Expires=-1&",
    b"X-Amz-Signature=",
    b"X-Amz-Security-Token=t&",
    b"AWSAccessKeyId=a&Signature=b&",
    b"%2F",
    b"%",
    b"+",
    b"\r\n",
    b";chunk-signature=",
    b"x-amz-trailer-signature:",
    b"x-amz-checksum-crc32:AAAAAA==",
    b"ffffffffffffffff",
    b"0;chunk-signature=",
];

const FORMATS: [ChunkFormat; 3] = [ChunkFormat::Signed, ChunkFormat::SignedTrailer, ChunkFormat::UnsignedTrailer];
const TRAILER: (&str, &str) = ("x-amz-checksum-crc32", "sOO8/Q==");

fn main() {
    let mutator = Mutator { words: &WORDS, others: &[] };
    fuzz::fuzz("sigv4_parse", |dice, case| {
        if dice.one_in(2) { request(&mutator, dice, case) } else { chunks(&mutator, dice, case) }
    });
}

fn now() -> AmzDate {
    AmzDate::from_epoch(NOW)
}

fn signer(style: PathStyle) -> Signer<'static> {
    Signer {
        access_key: "AKIDEXAMPLE",
        secret: SECRET,
        session_token: Some("t+/="),
        region: "us-east-1",
        service: "sqs",
        style,
    }
}

fn request(mutator: &Mutator<'_>, dice: &mut Dice, case: &mut Case) {
    let style = *dice.pick(&[PathStyle::Other, PathStyle::S3]);
    let built =
        http::Request::builder().method("POST").uri("/a/b%20c//../d?x=1&y=%2F&x=").header("host", "localhost:4566");
    let Ok(built) = built.header("x-amz-target", "Svc.Op").header("content-type", "application/json").body(()) else {
        return;
    };
    let mut parts = built.into_parts().0;
    let presigned = dice.one_in(2);
    let signed = if presigned {
        signer(style).presign(&mut parts, 600, now()).is_ok()
    } else {
        signer(style).sign(&mut parts, SignPayload::Bytes(BODY), now()).is_ok()
    };
    case.expect(signed, || "the request cannot be signed".to_owned());
    let damaged = damage(mutator, dice, &mut parts);
    case.begins(&shown(&parts));
    let view = RequestView::new(&parts.method, &parts.uri, &parts.headers);
    let Ok(Credentials::Presented(presented)) = parse(&view) else { return };
    let instants = [now()];
    let clock = Instants(&instants);
    let rules = Rules { style, services: &["sqs"], region: Some("us-east-1"), unsigned_payload: false, clock: &clock };
    let key = SigningKey::derive(SECRET, &presented.scope());
    let body = if presigned { &b""[..] } else { BODY };
    let _ = verify(&presented, &view, &key, Body::Unread, &rules);
    let right = verify(&presented, &view, &key, Body::Bytes(body), &rules).is_ok();
    let other_body = verify(&presented, &view, &key, Body::Bytes(b"other"), &rules).is_ok();
    let wrong_key = SigningKey::derive("another secret", &presented.scope());
    let wrong = verify(&presented, &view, &wrong_key, Body::Bytes(body), &rules).is_ok();
    if right {
        case.went_well();
    }
    case.expect(right || damaged, || "an undamaged request is refused".to_owned());
    case.expect(!wrong, || "a wrong key verifies a request".to_owned());
    // A presigned request to S3 leaves its body unsigned.
    case.expect(!other_body || (presigned && style == PathStyle::S3), || "another body verifies".to_owned());
}

/// Damages one header or the target; false where nothing came of it.
fn damage(mutator: &Mutator<'_>, dice: &mut Dice, parts: &mut Parts) -> bool {
    let target = parts.uri.to_string();
    if dice.one_in(2) {
        let mut bytes = target.clone().into_bytes();
        mutator.mutate(dice, &mut bytes);
        let Ok(uri) = Uri::try_from(bytes.as_slice()) else { return false };
        parts.uri = uri;
        return parts.uri.to_string() != target;
    }
    let names: Vec<_> = parts.headers.keys().cloned().collect();
    let name = dice.pick(&names).clone();
    let old = parts.headers.get(&name).map(|v| v.as_bytes().to_vec()).unwrap_or_default();
    let mut bytes = old.clone();
    mutator.mutate(dice, &mut bytes);
    let Ok(value) = HeaderValue::from_bytes(&bytes) else { return false };
    parts.headers.insert(name, value);
    bytes != old
}

fn shown(parts: &Parts) -> Vec<u8> {
    let mut text = format!("{} {}\n", parts.method, parts.uri).into_bytes();
    for (name, value) in &parts.headers {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.push(b'\n');
    }
    text
}

fn chain() -> ChunkChain {
    let scope = Scope { day: "20150830", region: "us-east-1", service: "s3" };
    ChunkChain::new(Arc::new(SigningKey::derive(SECRET, &scope)), now(), &scope, b"seed")
}

fn chunks(mutator: &Mutator<'_>, dice: &mut Dice, case: &mut Case) {
    let format = *dice.pick(&FORMATS);
    let (mut encoder, mut body, mut data) = (ChunkEncoder::new(format, chain()), Vec::new(), Vec::new());
    for _ in 0..dice.below(3) {
        let chunk = vec![dice.next() as u8; 8_192 + dice.below(100)];
        encoder.chunk(&chunk, &mut body);
        data.extend_from_slice(&chunk);
    }
    let last = dice.bytes(200);
    encoder.chunk(&last, &mut body);
    data.extend_from_slice(&last);
    encoder.finish(&[TRAILER], &mut body);
    let undamaged = body.clone();
    mutator.mutate(dice, &mut body);
    let cuts = pieces(dice, &body);
    case.begins(&body);
    let trailers = if format == ChunkFormat::Signed { Vec::new() } else { vec![TRAILER.0.to_owned()] };
    let chain = format.is_signed().then(chain);
    let plan =
        ChunkPlan { format, chain, decoded_length: data.len() as u64, trailers, access_key: "AKIDEXAMPLE".to_owned() };
    let (decoded, whole) = decode(plan, &cuts);
    case.expect(decoded <= data.len(), || format!("more is decoded than announced: {decoded} of {}", data.len()));
    case.expect(whole.is_some() || body != undamaged, || format!("an undamaged body is refused: {format:?}"));
    if let Some(whole) = whole {
        case.went_well();
        case.expect(!format.is_signed() || whole == data, || {
            format!("other data passes for what was signed: {format:?}")
        });
    }
}

/// How many bytes were handed out; and all of them, if the body was taken.
fn decode(plan: ChunkPlan, pieces: &[&[u8]]) -> (usize, Option<Vec<u8>>) {
    let (mut decoder, mut out) = (ChunkDecoder::new(plan), Vec::new());
    for piece in pieces {
        let mut rest = *piece;
        loop {
            match decoder.decode(&mut rest) {
                Ok(Some(data)) => out.extend_from_slice(data),
                Ok(None) => break,
                Err(_) => return (out.len(), None),
            }
        }
    }
    (out.len(), decoder.finish().is_ok().then_some(out))
}
