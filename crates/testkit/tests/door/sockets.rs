//! Streams over real connections.

use crate::vault::{HELD, directory};
use clock::Clock;
use clock::EntropySource;
use gateway::{Authority, Limits, Operator, Server, Tls};
use ledger::Ledger;
use pipeline::{Cloud, Parts, Settings};
use service::{AccountId, Caller, Cx, DoorRef, Region, RequestId, RequestInfo, Scope};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;
use store::{Disk, OsDisk, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn serve(dir: &Path, limits: Limits, before: fn(&Cloud)) -> (Arc<Cloud>, Server) {
    let cloud = Cloud::new(Parts {
        store: Store::open(dir, store::Options::default()).unwrap(),
        clock: Clock::system(Vec::new()),
        entropy: EntropySource::seeded(1),
        directory: directory(),
        ledger: Ledger::memory(100),
        settings: Settings::default(),
        engines: Vec::new(),
    });
    before(&cloud);
    let address = "127.0.0.1:0".parse().unwrap();
    let tls = Tls::new(Authority::generate);
    let server = gateway::serve(Arc::clone(&cloud), address, Operator::default(), limits, tls).await.unwrap();
    (cloud, server)
}

/// The head of a request by the root, or by nobody.
fn head(method: &str, path: &str, key: &str, more: &str) -> String {
    let scope = "20260101/us-east-1/vault/aws4_request";
    let signature = "0".repeat(64);
    let authorization = match key {
        "" => String::new(),
        key => format!(
            "authorization: AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}\r\n"
        ),
    };
    format!(
        "{method} {path} HTTP/1.1\r\nhost: vault.us-east-1.amazonaws.com\r\nx-amz-date: 20260101T000000Z\r\n\
         x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n{authorization}{more}\r\n"
    )
}

/// Reads up to the end of a head.
async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    // A connection that is reset after its reply is no worse than one that is closed.
    let _ = stream.read_to_end(&mut all).await;
    String::from_utf8_lossy(&all).into_owned()
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test);
}

/// Has a timer of the vault fall due at once.
fn ring(cloud: &Cloud) {
    let now = cloud.clock().now();
    let info = RequestInfo {
        id: RequestId(1),
        service: "vault",
        operation: "Timer",
        caller: Arc::new(Caller::anonymous()),
        arrived: now,
        base_url: "".into(),
        source_ip: "".into(),
        user_agent: "".into(),
        secure: false,
        via: None,
        trace: None,
        door: DoorRef(None),
    };
    let scope = Scope::new(AccountId::DEFAULT, Region::GLOBAL);
    let mut cx = Cx::begin(cloud.store(), scope, now, Arc::new(info), EntropySource::seeded(2).stream());
    cx.set_timer("hold", now).unwrap();
    cx.commit(&[]).unwrap();
}

#[test]
fn a_timer_that_takes_long_holds_up_no_connection() {
    let (answered, wait) = channel();
    let (tell, told) = channel();
    *HELD.lock().unwrap() = Some((wait, tell));
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(async {
        let dir = tempfile::tempdir().unwrap();
        let (cloud, server) = serve(dir.path(), Limits::default(), ring).await;
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let health = "GET /_terrella/health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
        stream.write_all(health.as_bytes()).await.unwrap();
        assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200"));
        answered.send(()).unwrap();
        assert!(told.recv().unwrap(), "the answer came when the timer had given up");
        drop((stream, cloud));
        server.stopper().stop();
        server.join().await;
    });
}

#[test]
fn a_client_is_told_to_go_on_only_if_it_may() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let (_cloud, server) = serve(dir.path(), Limits::default(), |_| ()).await;
        let expect = "expect: 100-continue\r\ncontent-length: 300000\r\n";
        let mut denied = TcpStream::connect(server.address()).await.unwrap();
        denied.write_all(head("PUT", "/things/a", "", expect).as_bytes()).await.unwrap();
        let answer = rest(&mut denied).await;
        assert!(answer.starts_with("HTTP/1.1 403") && !answer.contains("100 Continue"), "{answer}");

        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(head("PUT", "/things/a", "test", expect).as_bytes()).await.unwrap();
        assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 100 Continue"));
        let body = vec![b'x'; 300_000];
        stream.write_all(&body).await.unwrap();
        let answer = read_head(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("close"), "{answer}");

        for (query, status, want) in [("", 200, 300_000), ("?from=10&to=200010", 206, 200_000)] {
            let mut stream = TcpStream::connect(server.address()).await.unwrap();
            let get = head("GET", &format!("/things/a{query}"), "test", "connection: close\r\n");
            stream.write_all(get.as_bytes()).await.unwrap();
            let answer = read_head(&mut stream).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
            assert!(answer.contains(&format!("content-length: {want}")), "{answer}");
            assert_eq!(rest(&mut stream).await.len(), want);
        }
        server.stopper().stop();
        drop(stream);
        server.join().await;
    });
}

#[test]
fn who_hangs_up_or_dawdles_leaves_nothing() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let limits = Limits { body_pause: Duration::from_millis(100), ..Limits::default() };
        let (cloud, server) = serve(dir.path(), limits, |_| ()).await;
        let length = "content-length: 300000\r\n";
        let mut gone = TcpStream::connect(server.address()).await.unwrap();
        gone.write_all(head("PUT", "/things/a", "test", length).as_bytes()).await.unwrap();
        gone.write_all(&[1; 150_000]).await.unwrap();
        drop(gone);
        let mut slow = TcpStream::connect(server.address()).await.unwrap();
        slow.write_all(head("PUT", "/things/a", "test", length).as_bytes()).await.unwrap();
        slow.write_all(&[1; 150_000]).await.unwrap();
        let answer = rest(&mut slow).await;
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("RequestTimeout"), "{answer}");
        server.stopper().stop();
        drop(slow);
        server.join().await;
        let left = OsDisk.list(&dir.path().join("blobs")).unwrap();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(cloud.store().stats().overlay_rows, 0);
    });
}

/// One request to the operator's API over a connection of its own: the status, and what was answered.
async fn ask(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!("{method} {path} HTTP/1.1\r\n{lines}content-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, answer)
}

#[test]
fn the_operator_is_no_web_page_of_elsewhere() {
    const PATHS: [(&str, &str); 6] = [
        ("POST", "/_terrella/reset"),
        ("POST", "/_localstack/state/reset"),
        ("GET", "/_terrella/log"),
        ("GET", "/_terrella/info"),
        ("GET", "/_localstack/health"),
        ("DELETE", "/_terrella/faults"),
    ];
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let (_cloud, server) = serve(dir.path(), Limits::default(), |_| ()).await;
        for (host, origin, let_in) in [
            ("127.0.0.1:4566", "", true),
            ("[::1]:4566", "", true),
            ("localhost:4566", "", true),
            ("terrella.localhost", "", true),
            ("localhost.localstack.cloud:4566", "", true),
            ("localhost:4566", "http://localhost:3000", true),
            ("127.0.0.1:4566", "http://127.0.0.1:4566", true),
            ("rebound.evil.example:4566", "", false),
            ("rebound.evil.example:4566", "http://rebound.evil.example:4566", false),
            ("localhost:4566", "http://evil.example", false),
            ("localhost:4566", "http://localhost.evil.example", false),
            ("localhost:4566", "null", false),
        ] {
            for (method, path) in PATHS {
                let headers = [("host", host), ("origin", origin)];
                let (status, answer) =
                    ask(&server, method, path, headers.split_at(if origin.is_empty() { 1 } else { 2 }).0).await;
                assert_eq!(status != 403, let_in, "{method} {path} at {host} from '{origin}': {answer}");
            }
        }
        for (method, path) in PATHS {
            let headers = [("host", "localhost:4566"), ("sec-fetch-site", "cross-site")];
            let (status, answer) = ask(&server, method, path, &headers).await;
            assert_eq!(status != 403, method == "GET", "{method} {path}: {answer}");
        }
        server.stopper().stop();
        server.join().await;
    });
}

#[test]
fn a_wind_is_answered_when_stamps_tell_that_it_is_over() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let (cloud, server) = serve(dir.path(), Limits::default(), |_| ()).await;
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let body = r#"{"by": "2h"}"#;
        let head = "POST /_terrella/wind HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
        let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 200"));
        let clock = cloud.clock();
        let (stamp, wind) = (clock.real().whole_secs(), clock.winds().pop().unwrap());
        assert_eq!(clock.meant(stamp), stamp.after(wind.by));
        server.stopper().stop();
        server.join().await;
    });
}
