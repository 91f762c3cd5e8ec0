//! The limit that Terrella is compared with: hyper alone. It reads each request's body and answers fixed bytes.
//!
//! `bare BYTES` listens on a free port of 127.0.0.1, prints its address, and answers everything with so many bytes.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::error::Error;
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let bytes = std::env::args().nth(1).ok_or("usage: bare BYTES")?.parse()?;
    let body = Bytes::from(vec![b'x'; bytes]);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream, body.clone()));
    }
}

async fn serve(stream: TcpStream, body: Bytes) {
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request: Request<Incoming>| {
        let body = body.clone();
        async move {
            request.into_body().collect().await?;
            let mut response = Response::new(Full::new(body));
            let kind = hyper::header::HeaderValue::from_static("application/x-amz-json-1.0");
            response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
            Ok::<_, hyper::Error>(response)
        }
    });
    // A client that goes away is no error here.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}
