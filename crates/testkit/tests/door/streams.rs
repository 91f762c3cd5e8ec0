//! Bodies that come and go as streams, at the door itself.

use crate::support::{grant, lab, policy};
use crate::vault::{self, LONGEST};
use crate::{LOOPBACK, texts, user};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clock::{Clock, Timestamp};
use http::{HeaderValue, Method};
use pipeline::{Peer, Progress, Receiving, Settings};
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use store::{Disk, OsDisk, Store};
use testkit::{Keys, World};
use wire::sigv4::{AmzDate, ChunkChain, ChunkEncoder, ChunkFormat, PathStyle, SignPayload, Signer};
use wire::{Reply, Request};

const PEER: Peer = Peer { ip: LOOPBACK, secure: false };

/// A cloud with the vault, whose bodies can be counted.
fn world(dir: &Path) -> World {
    let store = Store::open(dir, store::Options::default()).unwrap();
    let clock = Clock::held(Timestamp::from_secs(1_767_225_600));
    World::over(store, clock, vault::directory(), Settings::default())
}

fn bodies(world: &World, dir: &Path) -> usize {
    world.cloud().store().sync().unwrap();
    let names = OsDisk.list(&dir.join("blobs")).unwrap();
    names.iter().filter(|name| name.ends_with(".body")).count()
}

fn request(method: Method, path: &str, headers: &[(&'static str, &str)]) -> Request {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        host: "localhost:4566".to_owned(),
        headers: http::HeaderMap::new(),
        body: bytes::Bytes::new(),
    };
    for (name, value) in [("host", "localhost:4566")].iter().chain(headers) {
        request.headers.insert(*name, HeaderValue::from_str(value).unwrap());
    }
    request
}

/// Signs a head, and answers with the chain of its chunks.
fn signed(world: &World, mut request: Request, keys: &Keys, payload: SignPayload<'_>) -> (Request, ChunkChain) {
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let uri = format!("http://localhost:4566{}{query}", request.path);
    let mut http = http::Request::builder().method(request.method.clone()).uri(uri).body(()).unwrap();
    http.headers_mut().clone_from(&request.headers);
    let (mut parts, ()) = http.into_parts();
    let signer = Signer {
        access_key: &keys.id,
        secret: &keys.secret,
        session_token: None,
        region: "us-east-1",
        service: "vault",
        style: PathStyle::Other,
    };
    let date = AmzDate::from_epoch(world.cloud().clock().real().secs());
    let chain = signer.sign(&mut parts, payload, date).unwrap();
    request.headers = parts.headers;
    (request, chain)
}

fn head(world: &World, keys: &Keys, name: &str, headers: &[(&'static str, &str)]) -> Request {
    let request = request(Method::PUT, &format!("/things/{name}"), headers);
    signed(world, request, keys, SignPayload::Word("UNSIGNED-PAYLOAD")).0
}

fn begun(world: &World, head: Request) -> Receiving {
    assert!(world.cloud().takes_stream(&head));
    match world.cloud().begin(head, PEER) {
        Progress::Receiving(receiving) => receiving,
        other => panic!("{:?}", reply(other)),
    }
}

/// The reply with its whole body, which may not be held in large pieces.
fn reply(progress: Progress) -> Reply {
    match progress {
        Progress::Done(reply) => reply,
        Progress::Sending(mut reply, mut download) => {
            let (length, mut whole) = (download.left(), Vec::new());
            while let Some(piece) = download.piece() {
                let piece = piece.unwrap();
                assert!(!piece.is_empty() && piece.len() <= 64 << 10);
                whole.extend_from_slice(&piece);
            }
            assert_eq!((whole.len() as u64, download.left()), (length, 0));
            reply.body = whole.into();
            reply
        }
        _ => panic!("it is not answered"),
    }
}

/// Gives a body in pieces, and answers what comes of it.
fn fed(mut receiving: Receiving, body: &[u8], piece: usize) -> Progress {
    for piece in body.chunks(piece) {
        if let Err(error) = receiving.piece(piece) {
            return receiving.refuse(error);
        }
    }
    receiving.finish()
}

fn put(world: &World, name: &str, body: &[u8]) -> Reply {
    let head = head(world, &Keys::bootstrap(), name, &[("content-length", &body.len().to_string())]);
    reply(fed(begun(world, head), body, 64 << 10))
}

fn ask(world: &World, method: Method, path: &str) -> Reply {
    let (request, _) =
        signed(world, request(method, path, &[]), &Keys::bootstrap(), SignPayload::Word("UNSIGNED-PAYLOAD"));
    reply(world.cloud().handle(request, PEER))
}

fn code(reply: &Reply) -> String {
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let header = reply.headers.get("x-amzn-errortype").map(|v| v.to_str().unwrap().to_owned());
    format!("{} {}", reply.status, header.unwrap_or(text))
}

#[test]
fn a_body_comes_and_goes_in_pieces_and_belongs_to_its_row() {
    let dir = tempfile::tempdir().unwrap();
    let world = world(dir.path());
    let large: Vec<u8> = (0..500_000_u32).map(|n| (n / 7) as u8).collect();
    for (name, body) in [("large", &large[..]), ("small", b"small"), ("empty", b"")] {
        let answer = put(&world, name, body);
        assert_eq!(answer.status, 200, "{}", code(&answer));
        let got = ask(&world, Method::GET, &format!("/things/{name}"));
        assert!(got.status == 200 && got.body == body, "{name}: {}", got.body.len());
    }
    assert_eq!(bodies(&world, dir.path()), 1);
    // A second part: the thing is both, one after the other.
    put(&world, "large", b"more");
    for (from, to) in [(0, 10), (499_995, 500_002), (100_000, 300_000), (499_999, 9_000_000)] {
        let got = ask(&world, Method::GET, &format!("/things/large?from={from}&to={to}"));
        let want = [&large[..], b"more"].concat();
        assert!(got.status == 206 && got.body == want[from..want.len().min(to)], "{from}..{to}");
    }
    assert_eq!(ask(&world, Method::POST, "/things/large/copy/other").status, 200);
    assert_eq!(bodies(&world, dir.path()), 2);
    assert_eq!(ask(&world, Method::DELETE, "/things/large").status, 200);
    assert_eq!(bodies(&world, dir.path()), 1);
    assert_eq!(ask(&world, Method::GET, "/things/other").body.len(), 500_004);
    assert_eq!(code(&ask(&world, Method::GET, "/things/large")), "404 NoSuchThing");
    world.cloud().reset(Some(ids::AccountId::DEFAULT)).unwrap();
    assert_eq!(bodies(&world, dir.path()), 0, "bodies go with their account");
}

#[test]
fn another_service_gets_a_body_in_one_piece() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = world(dir.path());
    for (name, length) in [("large", 500_000), ("small", 5)] {
        assert_eq!(put(&world, name, &vec![7; length]).status, 200);
        let input = json!({"Name": name, "Service": "vault", "Operation": "GetThing",
            "Input": format!("{{\"Name\": \"{name}\"}}")});
        let told = texts(&world.call(&Keys::bootstrap(), "lab", "AskPeer", &input));
        assert!(told.iter().any(|text| text.contains(&format!("Body={length} bytes"))), "{told:?}");
    }
}

#[test]
fn who_may_not_is_told_before_his_body_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = world(dir.path());
    let some = policy("Allow", &[("vault:PutThing", "arn:aws:vault:us-east-1:000000000000:thing/mine")]);
    let (keys, _) =
        grant(&mut world, &json!({"AccessKey": "AKIAVAULT", "Account": "000000000000", "Policies": [some]}));
    let answer = |head: Request| reply(world.cloud().begin(head, PEER));
    assert_eq!(code(&answer(head(&world, &keys, "yours", &[]))), "403 AccessDenied");
    let wrong = Keys::of(&keys.id, "another secret");
    assert!(code(&answer(head(&world, &wrong, "mine", &[]))).contains("InvalidSignatureException"));
    let long = (LONGEST + 1).to_string();
    assert_eq!(code(&answer(head(&world, &keys, "mine", &[("content-length", &long)]))), "400 EntityTooLarge");
    let bad = head(&world, &keys, "mine", &[("content-md5", "!")]);
    assert_eq!(code(&answer(bad)), "400 InvalidDigest");
    let unsigned = request(Method::PUT, "/things/mine", &[("host", "vault.us-east-1.amazonaws.com")]);
    let unsigned = Request { host: "vault.us-east-1.amazonaws.com".to_owned(), ..unsigned };
    assert!(world.cloud().takes_stream(&unsigned));
    assert_eq!(answer(unsigned).status, 403);
    let mine = fed(begun(&world, head(&world, &keys, "mine", &[])), b"a body", 2);
    assert_eq!(reply(mine).status, 200);
}

#[test]
fn what_is_not_kept_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let world = world(dir.path());
    let body = vec![5; 200_000];
    let before = world.records(100).len();
    // The client hangs up in the middle.
    let mut receiving = begun(&world, head(&world, &Keys::bootstrap(), "a", &[]));
    receiving.piece(&body).unwrap();
    assert_eq!(bodies(&world, dir.path()), 1);
    drop(receiving);
    assert_eq!(bodies(&world, dir.path()), 0);
    assert_eq!(code(&put(&world, "refused", &body)), "409 Refused");
    assert_eq!(put(&world, "nothing", &body).status, 200);
    let short = head(&world, &Keys::bootstrap(), "a", &[("content-length", "300000")]);
    assert_eq!(code(&reply(fed(begun(&world, short), &body, 1_000))), "400 IncompleteBody");
    let endless = begun(&world, head(&world, &Keys::bootstrap(), "a", &[]));
    assert_eq!(code(&reply(fed(endless, &vec![1; LONGEST as usize + 1], 60_000))), "400 EntityTooLarge");
    assert_eq!(bodies(&world, dir.path()), 0);
    assert_eq!(code(&ask(&world, Method::GET, "/things/a")), "404 NoSuchThing");
    assert_eq!(world.records(100).len(), before + 5, "all but the one that hung up");
}

#[test]
fn checksums_of_headers_and_the_claimed_hash_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = world(dir.path());
    let keys = user(&mut world, "AKIACHECKS");
    let md5 = BASE64_STANDARD
        .encode([0x09, 0x8f, 0x6b, 0xcd, 0x46, 0x21, 0xd3, 0x73, 0xca, 0xde, 0x4e, 0x83, 0x26, 0x27, 0xb4, 0xf6]);
    for (body, expect) in [("test", "200"), ("tost", "400 BadDigest")] {
        let head = head(&world, &keys, "a", &[("content-md5", &md5)]);
        let answer = reply(fed(begun(&world, head), body.as_bytes(), 1));
        assert!(code(&answer).starts_with(expect), "{}", code(&answer));
    }
    let sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    for (body, expect) in [("test", "200"), ("tost", "403 InvalidSignatureException")] {
        let request = request(Method::PUT, "/things/a", &[("x-amz-content-sha256", sha)]);
        let (head, _) = signed(&world, request, &keys, SignPayload::Word(sha));
        let answer = reply(fed(begun(&world, head), body.as_bytes(), 3));
        assert!(code(&answer).starts_with(expect), "{}", code(&answer));
    }
}

/// An upload in chunks, with a trailer.
fn chunked(world: &World, keys: &Keys, format: ChunkFormat, body: &[u8], trailer: (&str, &str)) -> (Request, Vec<u8>) {
    let word = match format {
        ChunkFormat::Signed => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        ChunkFormat::SignedTrailer => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        ChunkFormat::UnsignedTrailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    };
    let length = body.len().to_string();
    let mut headers = vec![("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", &length[..])];
    if format != ChunkFormat::Signed {
        headers.push(("x-amz-trailer", trailer.0));
    }
    let (head, chain) = signed(world, request(Method::PUT, "/things/a", &headers), keys, SignPayload::Word(word));
    let (mut encoder, mut out) = (ChunkEncoder::new(format, chain), Vec::new());
    body.chunks(70_000).for_each(|chunk| encoder.chunk(chunk, &mut out));
    let trailers = if format == ChunkFormat::Signed { &[][..] } else { &[trailer][..] };
    encoder.finish(trailers, &mut out);
    (head, out)
}

#[test]
fn chunks_and_trailers_are_verified_as_they_come() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = world(dir.path());
    let keys = user(&mut world, "AKIACHUNKS");
    let body = vec![b'1'; 200_000];
    for format in [ChunkFormat::Signed, ChunkFormat::SignedTrailer, ChunkFormat::UnsignedTrailer] {
        for keys in [&keys, &Keys::bootstrap()] {
            let crc = BASE64_STANDARD.encode(crc_of(&body));
            let (head, coded) = chunked(&world, keys, format, &body, ("x-amz-checksum-crc32", &crc));
            let answer = reply(fed(begun(&world, head), &coded, 50_000));
            assert_eq!(answer.status, 200, "{format:?}: {}", code(&answer));
            assert_eq!(ask(&world, Method::GET, "/things/a").body, body);
            // The same, whole.
            let (mut request, coded) = chunked(&world, keys, format, &body, ("x-amz-checksum-crc32", &crc));
            request.body = coded.into();
            assert_eq!(reply(world.cloud().handle(request, PEER)).status, 200, "{format:?}");
            assert_eq!(ask(&world, Method::DELETE, "/things/a").status, 200);
        }
        let (head, mut coded) = chunked(&world, &keys, format, &body, ("x-amz-checksum-crc32", "AAAAAA=="));
        if format == ChunkFormat::Signed {
            coded[100_000] ^= 1;
        }
        let answer = reply(fed(begun(&world, head), &coded, 10_000));
        let expect = if format == ChunkFormat::Signed { "SignatureDoesNotMatch" } else { "BadDigest" };
        assert!(code(&answer).contains(expect) || code(&answer).contains("InvalidSignature"), "{}", code(&answer));
        let (head, coded) = chunked(&world, &keys, format, &body, ("x-amz-checksum-crc32", "AAAAAA=="));
        let answer = reply(fed(begun(&world, head), &coded[..150_000], 10_000));
        // Which of the two depends on the protocol's way of naming a bad chunk.
        let named = ["IncompleteBody", "InvalidSignatureException"].iter().any(|name| code(&answer).contains(name));
        assert!(answer.status >= 400 && named, "{}", code(&answer));
    }
    assert_eq!(bodies(&world, dir.path()), 0);
}

/// CRC-32, bit by bit.
fn crc_of(body: &[u8]) -> [u8; 4] {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    };
    (!body.iter().fold(!0, step)).to_be_bytes()
}

#[test]
fn a_request_that_waits_keeps_its_body() {
    let dir = tempfile::tempdir().unwrap();
    let world = world(dir.path());
    let head = head(&world, &Keys::bootstrap(), "wait", &[]);
    let Progress::Waiting(parked) = fed(begun(&world, head), &[7; 100_000], 9_999) else { panic!("it does not wait") };
    assert_eq!(bodies(&world, dir.path()), 1);
    world.cloud().wind(Duration::from_secs(1)).unwrap();
    assert_eq!(reply(parked.resume()).status, 200);
    assert_eq!(ask(&world, Method::GET, "/things/wait").body, vec![7; 100_000]);
    // One that is given up takes its body with it.
    let second = head_of(&world);
    let Progress::Waiting(parked) = fed(begun(&world, second), &[7; 100_000], 9_999) else {
        panic!("it does not wait")
    };
    drop(parked);
    assert_eq!(bodies(&world, dir.path()), 1);
}

fn head_of(world: &World) -> Request {
    head(world, &Keys::bootstrap(), "wait", &[])
}

#[test]
fn compressed_inputs_are_read_and_streams_are_left_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = world(dir.path());
    let keys = user(&mut world, "AKIAGZIP");
    // gzip of {"Text":"hello"}, without compression.
    let plain = br#"{"Text":"hello"}"#;
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    gzip.extend_from_slice(&(plain.len() as u16).to_le_bytes());
    gzip.extend_from_slice(&(!(plain.len() as u16)).to_le_bytes());
    gzip.extend_from_slice(plain);
    gzip.extend_from_slice(&u32::from_be_bytes(crc_of(plain)).to_le_bytes());
    gzip.extend_from_slice(&(plain.len() as u32).to_le_bytes());
    for (body, expect) in [(gzip.clone(), "200"), (plain.to_vec(), "400 SerializationException")] {
        let mut note = request(Method::POST, "/notes", &[("content-encoding", "gzip")]);
        note.body = body.clone().into();
        let (note, _) = signed(&world, note, &keys, SignPayload::Bytes(&body));
        let answer = reply(world.cloud().handle(note, PEER));
        assert!(code(&answer).starts_with(expect), "{}", code(&answer));
    }
    let head = head(&world, &keys, "a", &[("content-encoding", "gzip")]);
    assert_eq!(reply(fed(begun(&world, head), &gzip, 100)).status, 200);
    assert_eq!(ask(&world, Method::GET, "/things/a").body, gzip);
    assert_eq!(lab::SECRET, keys.secret);
}

#[test]
fn a_saved_state_is_loaded_while_the_cloud_runs() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = world(&dir.path().join("state"));
    let saved = dir.path().join("saved");
    let all = policy("Allow", &[("*", "*")]);
    let (early, _) =
        grant(&mut world, &json!({"AccessKey": "AKIAEARLY", "Account": "000000000000", "Policies": [all]}));
    put(&world, "a", &[1; 100_000]);
    world.cloud().wind(Duration::from_secs(500)).unwrap();
    world.call(&Keys::bootstrap(), "lab", "Ring", &json!({"Name": "bell", "Number": 60}));
    world.cloud().store().save(&saved, &mut |_, _| ()).unwrap();
    let then = world.cloud().clock().now();

    let late = user(&mut world, "AKIALATE");
    put(&world, "a", &[2; 100_000]);
    put(&world, "b", &[3; 100_000]);
    world.cloud().wind(Duration::from_secs(500)).unwrap();
    let waits = match world.begin(&Keys::bootstrap(), "lab", "Take", &json!({"Name": "x", "Number": 9_000})) {
        testkit::Call::Waiting(ticket) => ticket,
        testkit::Call::Done(answer) => panic!("{answer:?}"),
    };
    // An upload that is under way lands in the new state.
    let mut under_way = begun(&world, head(&world, &Keys::bootstrap(), "c", &[]));
    under_way.piece(&[4; 100_000]).unwrap();
    assert!(world.call(&late, "lab", "WhoAmI", &json!({})).ok());

    world.cloud().load(&saved, LOOPBACK, &mut |_, _| ()).unwrap();
    assert_eq!(world.cloud().clock().now(), then);
    assert_eq!(reply(under_way.finish()).status, 200);
    assert_eq!(ask(&world, Method::GET, "/things/a").body, vec![1; 100_000]);
    assert_eq!(ask(&world, Method::GET, "/things/b").status, 404);
    assert_eq!(ask(&world, Method::GET, "/things/c").body, vec![4; 100_000]);
    assert_eq!(world.call(&late, "lab", "WhoAmI", &json!({})).code, "UnrecognizedClientException");
    assert!(world.call(&early, "lab", "WhoAmI", &json!({})).ok());
    assert!(world.records(20).iter().any(|record| record.operation == "LoadSnapshot" && record.status == 200));
    // What was set to ring does, and who waited still does.
    world.advance(Duration::from_secs(100)).unwrap();
    let listed = world.call(&early, "lab", "List", &json!({}));
    assert!(listed.output["Texts"].to_string().contains("bell at"), "{listed:?}");
    assert!(world.take(waits).is_none());
    assert!(world.cloud().load(&dir.path().join("none"), LOOPBACK, &mut |_, _| ()).is_err());
    assert_eq!(bodies(&world, &dir.path().join("state")), 2);
    assert_eq!(world.cloud().sweep_bodies().unwrap(), 0);
}

/// Opens the state anew as after a power cut: in another run of the kernel, and without the files that it took.
fn after_power_cut(world: World, dir: &Path, taken: &[&Path]) -> World {
    drop(world);
    for path in [&[Path::new("boot")], taken].concat() {
        OsDisk.remove(&dir.join(path)).unwrap();
    }
    self::world(dir)
}

#[test]
fn a_row_whose_body_was_lost_to_a_power_cut_goes_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let world = world(dir.path());
    put(&world, "kept", &[1; 100_000]);
    world.cloud().store().sync().unwrap();
    let before = OsDisk.list(&dir.path().join("blobs")).unwrap();
    put(&world, "lost", &[2; 100_000]);
    let lost = OsDisk.list(&dir.path().join("blobs")).unwrap().into_iter().find(|name| !before.contains(name));
    let world = after_power_cut(world, dir.path(), &[&Path::new("blobs").join(lost.unwrap())]);
    assert!(world.cloud().store().open_report().torn.is_some());
    assert_eq!(ask(&world, Method::GET, "/things/kept").body, vec![1; 100_000]);
    assert_eq!(ask(&world, Method::GET, "/things/lost").status, 404);

    // Deleted, or gone with its account, a body is not missed.
    assert_eq!(ask(&world, Method::DELETE, "/things/kept").status, 200);
    put(&world, "other", &[3; 100_000]);
    world.cloud().reset(Some(ids::AccountId::DEFAULT)).unwrap();
    assert_eq!(bodies(&world, dir.path()), 0);
    let seq = world.cloud().store().snapshot().seq();
    let world = after_power_cut(world, dir.path(), &[Path::new("log/synced")]);
    let store = world.cloud().store();
    assert_eq!((store.open_report().torn.clone(), store.snapshot().seq()), (None, seq));
}
