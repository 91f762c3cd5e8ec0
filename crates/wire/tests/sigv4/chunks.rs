//! `aws-chunked` bodies.

use super::{date, presented, request, view};
use proptest::prelude::*;
use std::sync::Arc;
use wire::sigv4::{
    Body, ChunkChain, ChunkDecoder, ChunkEncoder, ChunkError, ChunkFormat, ChunkPlan, Instants, PathStyle, Rules,
    Scope, SigningKey, Trailers, verify,
};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const SEED: [u8; 64] = [b'0'; 64];
const CRC: &str = "x-amz-checksum-crc32c";

fn chain() -> ChunkChain {
    let scope = Scope { day: "20130524", region: "us-east-1", service: "s3" };
    ChunkChain::new(Arc::new(SigningKey::derive(SECRET, &scope)), date("20130524T000000Z"), &scope, &SEED)
}

fn plan(format: ChunkFormat, length: u64) -> ChunkPlan {
    let trailers = if format == ChunkFormat::Signed { Vec::new() } else { vec![CRC.to_owned()] };
    ChunkPlan {
        format,
        chain: Some(chain()),
        decoded_length: length,
        trailers,
        access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
    }
}

fn encode(format: ChunkFormat, chunks: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = ChunkEncoder::new(format, chain());
    for chunk in chunks {
        encoder.chunk(chunk, &mut out);
    }
    encoder.finish(&[(CRC, "sOO8/Q==")], &mut out);
    out
}

fn decode<'a>(plan: ChunkPlan, pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<(Vec<u8>, Trailers), ChunkError> {
    let mut decoder = ChunkDecoder::new(plan);
    let mut out = Vec::new();
    for mut piece in pieces {
        while let Some(data) = decoder.decode(&mut piece)? {
            out.extend_from_slice(data);
        }
        assert!(piece.is_empty());
    }
    decoder.finish().map(|trailers| (out, trailers))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html> and `.../sigv4-streaming-trailers.html`: the seed
/// signature in the header, then 64 KiB, 1 KiB and the empty chunk.
#[test]
fn documented_uploads() {
    let signed = (
        "Content-Length: 66824",
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        "\r\n",
    );
    let trailer = (
        "x-amz-trailer: x-amz-checksum-crc32c",
        "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        "x-amz-checksum-crc32c:sOO8/Q==\r\n\
         x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
    );
    for (header, names, payload, seed, signatures, end) in [signed, trailer] {
        let parts = request(&format!(
            "PUT /examplebucket/chunkObject.txt
             Host: s3.amazonaws.com
             x-amz-date: 20130524T000000Z
             x-amz-storage-class: REDUCED_REDUNDANCY
             Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={names},Signature={seed}
             x-amz-content-sha256: {payload}
             Content-Encoding: aws-chunked
             x-amz-decoded-content-length: 66560
             {header}"
        ));
        let request = view(&parts);
        let presented = presented(&request).unwrap();
        let instants = [date("20130524T000000Z")];
        let clock = Instants(&instants);
        let rules = Rules {
            style: PathStyle::S3,
            services: &["s3"],
            region: Some("us-east-1"),
            unsigned_payload: true,
            clock: &clock,
        };
        let key = Arc::new(SigningKey::derive(SECRET, &presented.scope()));
        let verified = verify(&presented, &request, &key, Body::Unread, &rules).unwrap();
        let format = ChunkFormat::of(verified.payload()).unwrap();
        let mut body = Vec::new();
        for (size, signature) in [65_536, 1024, 0].into_iter().zip(signatures) {
            body.extend_from_slice(format!("{size:x};chunk-signature={signature}\r\n").as_bytes());
            body.extend(std::iter::repeat_n(b'a', size));
            body.extend_from_slice(if size > 0 { b"\r\n" } else { b"" });
        }
        body.extend_from_slice(end.as_bytes());
        let plan = ChunkPlan { chain: Some(verified.chunk_chain(key)), ..plan(format, 66_560) };
        let (data, trailers) = decode(plan, [body.as_slice()]).unwrap();
        assert!(data.len() == 66_560 && data.iter().all(|b| *b == b'a'));
        assert_eq!(trailers.len(), usize::from(format == ChunkFormat::SignedTrailer));
    }
}

#[test]
fn every_split_decodes_to_the_same() {
    let big = vec![7; 8192];
    for format in [ChunkFormat::Signed, ChunkFormat::SignedTrailer, ChunkFormat::UnsignedTrailer] {
        let body = encode(format, &[&big, b"the end"]);
        let whole = decode(plan(format, 8199), [body.as_slice()]).unwrap();
        assert_eq!((whole.0.len(), whole.1.len()), (8199, usize::from(format != ChunkFormat::Signed)));
        let edges = (0..200).chain(8150..body.len() + 1);
        for at in edges.filter(|at| *at <= body.len()) {
            let (head, tail) = body.split_at(at);
            assert_eq!(decode(plan(format, 8199), [head, tail]).as_ref(), Ok(&whole), "{format:?} at {at}");
        }
        assert_eq!(decode(plan(format, 8199), body.chunks(1)), Ok(whole));
    }
}

/// No end of the body short of the last line's feed passes for the whole. The last empty line may be missing.
#[test]
fn a_body_that_ends_early_is_incomplete() {
    for format in [ChunkFormat::Signed, ChunkFormat::SignedTrailer, ChunkFormat::UnsignedTrailer] {
        let body = encode(format, &[b"data"]);
        for length in 0..body.len() - 2 {
            let outcome = decode(plan(format, 4), [&body[..length]]);
            assert!(outcome.is_err(), "{format:?} {length}: {outcome:?}");
        }
        assert!(decode(plan(format, 4), [&body[..body.len() - 2]]).is_ok(), "{format:?}");
    }
}

#[test]
fn wrong_bodies() {
    use ChunkError::{IncompleteBody, MalformedTrailer};
    let unsigned = ChunkFormat::UnsignedTrailer;
    let ok = "x-amz-checksum-crc32c:AA==\r\n\r\n";
    let check = |body: &str, length: u64| decode(plan(unsigned, length), [body.as_bytes()]).map(|(data, _)| data.len());
    assert_eq!(check(&format!("4\r\nabcd\r\n0\r\n{ok}"), 4), Ok(4));
    assert_eq!(check(&format!("4;x=y\r\nabcd\r\n0\r\n{ok}\r\n"), 4), Ok(4));
    for (body, length, fault) in [
        (format!("4\nabcd\r\n0\r\n{ok}"), 4, IncompleteBody),
        (format!("+4\r\nabcd\r\n0\r\n{ok}"), 4, IncompleteBody),
        (format!("\r\nabcd\r\n0\r\n{ok}"), 4, IncompleteBody),
        (format!("g\r\nabcd\r\n0\r\n{ok}"), 4, IncompleteBody),
        (format!("4\r\nabcdX\r\n0\r\n{ok}"), 4, IncompleteBody),
        (format!("4\r\nabcd\r\n0\r\n{ok}"), 5, IncompleteBody),
        (format!("4\r\nabcd\r\n0\r\n{ok}"), 3, IncompleteBody),
        (format!("ffffffffffffffff\r\nabcd\r\n0\r\n{ok}"), 4, IncompleteBody),
        (format!("00000000000000004\r\nabcd\r\n0\r\n{ok}"), 4, IncompleteBody),
        (format!("{}\r\n", "0".repeat(300)), 0, IncompleteBody),
        ("4\r\nabcd\r\n0\r\n\r\n".to_owned(), 4, MalformedTrailer),
        ("0\r\nx-amz-checksum-sha1:AA==\r\n\r\n".to_owned(), 0, MalformedTrailer),
        ("0\r\nx-amz-checksum-crc32c AA==\r\n\r\n".to_owned(), 0, MalformedTrailer),
        ("0\r\nx-amz-checksum-crc32c:A\r\nx-amz-checksum-crc32c:B\r\n\r\n".to_owned(), 0, MalformedTrailer),
        (format!("0\r\nx-amz-checksum-crc32c:{}\r\n\r\n", "A".repeat(2000)), 0, MalformedTrailer),
        (format!("0\r\n{ok}more"), 0, MalformedTrailer),
        (format!("0\r\n{ok}\r\n\r\n\r\n\r\n"), 0, MalformedTrailer),
    ] {
        assert_eq!(check(&body, length), Err(fault), "{body:?}");
    }
    let small = ChunkError::InvalidChunkSize { chunk: 2, size: 4 };
    assert_eq!(check(&format!("4\r\nabcd\r\n4\r\nabcd\r\n0\r\n{ok}"), 8), Err(small));
}

#[test]
fn a_change_of_any_bit_of_a_signed_body_is_found() {
    for format in [ChunkFormat::Signed, ChunkFormat::SignedTrailer] {
        let body = encode(format, &[b"some data"]);
        let whole = decode(plan(format, 9), [body.as_slice()]).unwrap();
        for bit in 0..(body.len() - 2) * 8 {
            let mut changed = body.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let outcome = decode(plan(format, 9), [changed.as_slice()]);
            // A trailer's name may be written in either case, and blanks may follow its value.
            let plain = |body: &[u8]| String::from_utf8_lossy(body).to_lowercase().replace('\t', "\r");
            let alike = outcome.as_ref() == Ok(&whole) && plain(&body) == plain(&changed);
            assert!(outcome.is_err() || alike, "{format:?} bit {bit}: {outcome:?}");
        }
    }
}

#[test]
fn without_a_chain_the_signatures_go_unread_but_not_the_framing() {
    let body = encode(ChunkFormat::SignedTrailer, &[b"some data"]);
    let blind = |length| ChunkPlan { chain: None, ..plan(ChunkFormat::SignedTrailer, length) };
    let text = String::from_utf8(body.clone()).unwrap().replace("some data", "other dat");
    assert!(decode(blind(9), [text.as_bytes()]).is_ok());
    assert!(decode(plan(ChunkFormat::SignedTrailer, 9), [text.as_bytes()]).is_err());
    assert_eq!(decode(blind(8), [body.as_slice()]), Err(ChunkError::IncompleteBody));
}

proptest! {
    #[test]
    fn arbitrary_bodies_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300), step in 1_usize..40) {
        for format in [ChunkFormat::Signed, ChunkFormat::SignedTrailer, ChunkFormat::UnsignedTrailer] {
            let _ = decode(plan(format, 100), body.chunks(step));
        }
    }

    #[test]
    fn near_bodies_never_panic_and_split_alike(
        body in "([0-9a-f]{1,3}(;chunk-signature=[0-9a-f]{0,4})?\r\n[a-c]{0,6}\r?\n?){0,3}(0\r\n)?(x-amz-checksum-crc32c:AA==\r?\n){0,2}(\r\n)*",
        step in 1_usize..9,
    ) {
        for format in [ChunkFormat::Signed, ChunkFormat::SignedTrailer, ChunkFormat::UnsignedTrailer] {
            let blind = || ChunkPlan { chain: None, ..plan(format, 6) };
            let whole = decode(blind(), [body.as_bytes()]);
            prop_assert_eq!(decode(blind(), body.as_bytes().chunks(step)), whole);
        }
    }
}
