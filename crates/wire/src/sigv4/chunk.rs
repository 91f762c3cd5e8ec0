//! The signatures of an `aws-chunked` body: each chunk's signature covers the one before it.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>

use super::encoding::{EMPTY_SHA256, Hex, sha256_hex};
use super::key::SigningKey;
use super::{AmzDate, PayloadHash, Scope};
use std::sync::Arc;

/// How an `aws-chunked` body is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkFormat {
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`.
    Signed,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`.
    SignedTrailer,
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
    UnsignedTrailer,
}

impl ChunkFormat {
    /// The format that a claim about the body announces, if it announces one.
    pub const fn of(payload: &PayloadHash<'_>) -> Option<Self> {
        match payload {
            PayloadHash::StreamingSigned => Some(Self::Signed),
            PayloadHash::StreamingSignedTrailer => Some(Self::SignedTrailer),
            PayloadHash::StreamingUnsignedTrailer => Some(Self::UnsignedTrailer),
            _ => None,
        }
    }

    /// Whether each chunk bears a signature.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Signed | Self::SignedTrailer)
    }
}

/// The chain of signatures of one body, in order. Each call advances it.
#[derive(Clone, Debug)]
pub struct ChunkChain {
    key: Arc<SigningKey>,
    /// `date LF scope LF`, common to every string to sign.
    context: Vec<u8>,
    previous: Vec<u8>,
}

impl ChunkChain {
    /// A chain that starts at the request's signature, `seed`.
    pub fn new(key: Arc<SigningKey>, date: AmzDate, scope: &Scope<'_>, seed: &[u8]) -> Self {
        let mut context = Vec::with_capacity(96);
        context.extend_from_slice(&date.basic());
        context.push(b'\n');
        scope.push(&mut context);
        context.push(b'\n');
        Self { key, context, previous: seed.to_vec() }
    }

    /// The string to sign of the next chunk, and its signature, given the SHA-256 of the chunk's data.
    pub(super) fn next_chunk(&mut self, data_sha256: &Hex) -> (Vec<u8>, Hex) {
        let mut text = self.head(b"AWS4-HMAC-SHA256-PAYLOAD\n");
        text.extend_from_slice(EMPTY_SHA256.as_bytes());
        text.push(b'\n');
        text.extend_from_slice(data_sha256);
        self.advance(text)
    }

    /// The string to sign of the trailer, and its signature, given `name:value LF` of every trailing header.
    pub(super) fn next_trailer(&mut self, canonical_trailers: &[u8]) -> (Vec<u8>, Hex) {
        let mut text = self.head(b"AWS4-HMAC-SHA256-TRAILER\n");
        text.extend_from_slice(&sha256_hex(canonical_trailers));
        self.advance(text)
    }

    fn head(&self, algorithm: &[u8]) -> Vec<u8> {
        let mut text = Vec::with_capacity(320);
        text.extend_from_slice(algorithm);
        text.extend_from_slice(&self.context);
        text.extend_from_slice(&self.previous);
        text.push(b'\n');
        text
    }

    fn advance(&mut self, text: Vec<u8>) -> (Vec<u8>, Hex) {
        let signature = self.key.sign(&text);
        self.previous.clear();
        self.previous.extend_from_slice(&signature);
        (text, signature)
    }
}

/// Writes an `aws-chunked` body.
#[derive(Debug)]
pub struct ChunkEncoder {
    format: ChunkFormat,
    chain: ChunkChain,
}

impl ChunkEncoder {
    /// An encoder whose chain starts at the signature of the request (an unsigned format does not use it).
    pub const fn new(format: ChunkFormat, chain: ChunkChain) -> Self {
        Self { format, chain }
    }

    /// Appends one chunk of data to `out`. No data, no chunk: the empty chunk is the last, which [`Self::finish`] writes.
    pub fn chunk(&mut self, data: &[u8], out: &mut Vec<u8>) {
        if !data.is_empty() {
            self.header(data, out);
            out.extend_from_slice(data);
            out.extend_from_slice(b"\r\n");
        }
    }

    /// Appends the last chunk and the trailing headers, whose names are in lower case. [`ChunkFormat::Signed`] has none.
    pub fn finish(mut self, trailers: &[(&str, &str)], out: &mut Vec<u8>) {
        self.header(b"", out);
        if self.format != ChunkFormat::Signed {
            for (name, value) in trailers {
                out.extend_from_slice(format!("{name}:{value}\r\n").as_bytes());
            }
        }
        if self.format == ChunkFormat::SignedTrailer {
            let mut sorted = trailers.to_vec();
            sorted.sort_unstable();
            let canonical: String = sorted.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
            out.extend_from_slice(b"x-amz-trailer-signature:");
            out.extend_from_slice(&self.chain.next_trailer(canonical.as_bytes()).1);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
    }

    fn header(&mut self, data: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{:x}", data.len()).as_bytes());
        if self.format.is_signed() {
            out.extend_from_slice(b";chunk-signature=");
            out.extend_from_slice(&self.chain.next_chunk(&sha256_hex(data)).1);
        }
        out.extend_from_slice(b"\r\n");
    }
}
