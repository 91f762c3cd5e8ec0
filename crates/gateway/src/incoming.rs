//! The body of a request, whole or piece by piece, at a pace that a client must keep.

use crate::limits::Limits;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::{Body, Frame, Incoming};
use pipeline::{Progress, Receiving};
use service::BodyFault;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use tokio::time::{Duration, Instant, timeout};

/// The status and text of a request that is not served.
pub(crate) type Refusal = (StatusCode, &'static str);

/// So much of a refused body is read and thrown away, for its client to hear why: one that still sends may not listen.
const DRAINED_BYTES: u64 = 1 << 20;
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// Reads a body no slower than its client may send.
struct Reader<'l> {
    body: Incoming,
    limits: &'l Limits,
    /// When it first had to be waited for.
    began: Option<Instant>,
    bytes: u64,
}

/// Why there is no next piece.
enum Broken {
    Slow,
    Off,
}

impl<'l> Reader<'l> {
    fn new(body: Incoming, limits: &'l Limits) -> Reader<'l> {
        Reader { body, limits, began: None, bytes: 0 }
    }

    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        while !self.body.is_end_stream() {
            // A small body has nearly always come with its head, and needs no clock then.
            let at_hand = poll_fn(|cx| Poll::Ready(Pin::new(&mut self.body).poll_frame(cx))).await;
            let frame = match at_hand {
                Poll::Ready(frame) => frame,
                Poll::Pending => Box::pin(self.wait()).await?,
            };
            let Some(frame) = frame else { break };
            let Ok(data) = frame.map_err(|_| Broken::Off)?.into_data() else { continue };
            self.bytes += data.len() as u64;
            return Ok(Some(data));
        }
        Ok(None)
    }

    async fn wait(&mut self) -> Result<Option<hyper::Result<Frame<Bytes>>>, Broken> {
        let began = *self.began.get_or_insert_with(Instant::now);
        // Now and then a byte is no reason to hold a connection for hours.
        let due = Duration::from_secs(self.bytes / u64::from(self.limits.body_rate.max(1)));
        if began.elapsed() > self.limits.body_pause.saturating_add(due) {
            return Err(Broken::Slow);
        }
        timeout(self.limits.body_pause, self.body.frame()).await.map_err(|_| Broken::Slow)
    }
}

/// Reads a body whole.
pub(crate) async fn collect(body: Incoming, limits: &Limits) -> Result<Bytes, Refusal> {
    const TOO_LARGE: Refusal = (StatusCode::PAYLOAD_TOO_LARGE, "the request's body is too large");
    const BROKEN: Refusal = (StatusCode::BAD_REQUEST, "the request's body broke off");
    const TOO_SLOW: Refusal = (StatusCode::REQUEST_TIMEOUT, "the request's body came too slowly");
    if body.size_hint().lower() > limits.body as u64 {
        return Err(TOO_LARGE);
    }
    let mut reader = Reader::new(body, limits);
    let mut whole: Option<Bytes> = None;
    let mut more = BytesMut::new();
    loop {
        let data = match reader.next().await {
            Ok(Some(data)) => data,
            Ok(None) => return Ok(whole.unwrap_or_else(|| more.freeze())),
            Err(Broken::Slow) => return Err(TOO_SLOW),
            Err(Broken::Off) => return Err(BROKEN),
        };
        if reader.bytes > limits.body as u64 {
            return Err(TOO_LARGE);
        }
        // Nearly every body is one frame, which is then taken as it is.
        match &whole {
            None if more.is_empty() => whole = Some(data),
            _ => {
                if let Some(first) = whole.take() {
                    more.extend_from_slice(&first);
                }
                more.extend_from_slice(&data);
            }
        }
    }
}

/// Feeds a body to a request that was let in by its head. Also whether all of it was read.
pub(crate) async fn receive(mut receiving: Receiving, body: Incoming, limits: &Limits) -> (Progress, bool) {
    let mut reader = Reader::new(body, limits);
    let error = loop {
        match reader.next().await {
            Ok(Some(data)) => {
                if let Err(error) = receiving.piece(&data) {
                    drain(reader.body).await;
                    break error;
                }
            }
            Ok(None) => return (receiving.finish(), true),
            Err(Broken::Slow) => break receiving.fault(&BodyFault::TooSlow),
            Err(Broken::Off) => break receiving.fault(&BodyFault::Incomplete),
        }
    };
    (receiving.refuse(error), false)
}

/// Reads what a client goes on sending, up to a bound.
pub(crate) async fn drain(mut body: Incoming) {
    let reading = async {
        let mut left = DRAINED_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, |data| data.len() as u64)) else { return };
            left = rest;
        }
    };
    // Whether it came to its end makes no difference.
    let _ = timeout(DRAIN_TIME, reading).await;
}
