//! The body of an `aws-chunked` upload, decoded as it arrives.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

use super::chunk::{ChunkChain, ChunkFormat};
use super::encoding::hex;
use super::error::{ChunkError, SignatureMismatch};
use super::key::same;
use aws_lc_rs::digest;

/// The longest head of a chunk, in bytes: 16 digits of size and a signature, with room for an unsigned extension.
const MAX_HEAD: usize = 256;
/// The longest line of a trailer, in bytes: the longest checksum is 88 characters.
const MAX_TRAILER: usize = 1024;
const MAX_TRAILERS: usize = 8;
/// "Only the last chunk is allowed to have a size less than 8192 bytes."
const MIN_CHUNK: u64 = 8192;
const BLANKS: [char; 2] = [' ', '\t'];
/// Empty lines that S3's own example has around the trailer's signature.
const MAX_EMPTY_LINES: u8 = 3;

/// Trailing headers, names in lower case, in the order received.
pub type Trailers = Vec<(String, String)>;

/// What a request announces of its `aws-chunked` body.
#[derive(Debug)]
pub struct ChunkPlan {
    /// The framing.
    pub format: ChunkFormat,
    /// The signatures to expect. `None` takes chunk signatures unread, for credentials whose secret is not known.
    pub chain: Option<ChunkChain>,
    /// `x-amz-decoded-content-length`: the bytes of all chunks together.
    pub decoded_length: u64,
    /// The names in `x-amz-trailer`, in lower case.
    pub trailers: Vec<String>,
    /// The access key ID, for the report of a wrong signature.
    pub access_key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Data { left: u64 },
    DataEnd,
    DataLineFeed,
    Trailer,
    Done,
    Failed,
}

/// Decodes a body piece by piece. It keeps one line at most, so that its memory is bounded.
///
/// A chunk's data is handed out before its signature, which follows from all of it, is known to be right: what was handed
/// out counts only once [`ChunkDecoder::finish`] has answered.
pub struct ChunkDecoder {
    plan: ChunkPlan,
    state: State,
    line: Vec<u8>,
    digest: digest::Context,
    signature: Vec<u8>,
    decoded: u64,
    chunks: u64,
    last_size: u64,
    trailers: Trailers,
    trailer_verified: bool,
    empty_lines: u8,
}

impl ChunkDecoder {
    /// A decoder at the start of a body.
    pub fn new(plan: ChunkPlan) -> Self {
        Self {
            plan,
            state: State::Head,
            line: Vec::new(),
            digest: digest::Context::new(&digest::SHA256),
            signature: Vec::new(),
            decoded: 0,
            chunks: 0,
            last_size: MIN_CHUNK,
            trailers: Trailers::new(),
            trailer_verified: false,
            empty_lines: 0,
        }
    }

    /// Takes bytes off the front of `input` and answers the next run of decoded data, or `None` when `input` is used up.
    ///
    /// # Errors
    /// The first fault found; every later call fails too.
    pub fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<&'a [u8]>, ChunkError> {
        let result = self.step(input);
        if result.is_err() {
            self.state = State::Failed;
        }
        result
    }

    /// Ends the body and answers its trailing headers.
    ///
    /// # Errors
    /// The body is not complete, or a trailer that was announced has not come.
    pub fn finish(mut self) -> Result<Trailers, ChunkError> {
        let ended = match self.state {
            State::Done => true,
            State::Trailer => self.line.is_empty() && self.may_end(),
            _ => false,
        };
        if !ended {
            return Err(ChunkError::IncompleteBody);
        }
        let announced = std::mem::take(&mut self.plan.trailers);
        if self.plan.format == ChunkFormat::Signed || announced.iter().all(|a| self.trailers.iter().any(|t| t.0 == *a))
        {
            Ok(self.trailers)
        } else {
            Err(ChunkError::MalformedTrailer)
        }
    }

    fn step<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<&'a [u8]>, ChunkError> {
        loop {
            match self.state {
                State::Failed => return Err(ChunkError::IncompleteBody),
                State::Data { left: 0 } => {
                    self.end_chunk()?;
                    self.state = State::DataEnd;
                }
                _ if input.is_empty() => return Ok(None),
                State::Data { left } => return Ok(Some(self.take_data(left, input))),
                State::DataEnd => {
                    expect(input, b'\r')?;
                    self.state = State::DataLineFeed;
                }
                State::DataLineFeed => {
                    expect(input, b'\n')?;
                    self.state = State::Head;
                }
                State::Head => {
                    if self.take_line(input, MAX_HEAD, &ChunkError::IncompleteBody)? {
                        self.head()?;
                    }
                }
                State::Trailer => {
                    if self.take_line(input, MAX_TRAILER, &ChunkError::MalformedTrailer)? {
                        self.trailer()?;
                    }
                }
                State::Done => {
                    self.take_line(input, 2, &ChunkError::MalformedTrailer)?;
                    if !matches!(self.line.as_slice(), b"" | b"\r") {
                        return Err(ChunkError::MalformedTrailer);
                    }
                    self.empty_line()?;
                }
            }
        }
    }

    fn take_data<'a>(&mut self, left: u64, input: &mut &'a [u8]) -> &'a [u8] {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        let (data, rest) = input.split_at(length);
        *input = rest;
        if self.plan.format.is_signed() && self.plan.chain.is_some() {
            self.digest.update(data);
        }
        self.state = State::Data { left: left - length as u64 };
        data
    }

    /// Moves bytes into `line` up to a line feed, which is left out. Answers whether the line is whole.
    fn take_line(&mut self, input: &mut &[u8], longest: usize, fault: &ChunkError) -> Result<bool, ChunkError> {
        let end = input.iter().take(longest + 1).position(|b| *b == b'\n');
        let (taken, rest) = input.split_at(end.unwrap_or(input.len()));
        if self.line.len() + taken.len() > longest {
            return Err(fault.clone());
        }
        self.line.extend_from_slice(taken);
        *input = rest.get(1..).unwrap_or_default();
        Ok(end.is_some())
    }

    /// Reads `size[;chunk-signature=...] CR`.
    fn head(&mut self) -> Result<(), ChunkError> {
        let line = std::mem::take(&mut self.line);
        let head = line.strip_suffix(b"\r").ok_or(ChunkError::IncompleteBody)?;
        let (size, extension) = match head.iter().position(|b| *b == b';') {
            Some(at) => (head.get(..at).unwrap_or_default(), head.get(at + 1..).unwrap_or_default()),
            None => (head, &[][..]),
        };
        let size = hexadecimal(size).ok_or(ChunkError::IncompleteBody)?;
        if self.plan.format.is_signed() {
            let signature = extension.strip_prefix(b"chunk-signature=").ok_or(ChunkError::IncompleteBody)?;
            self.signature.clear();
            self.signature.extend_from_slice(signature);
        }
        self.chunks += 1;
        if size == 0 {
            self.end_chunk()?;
            self.state = State::Trailer;
            return if self.decoded == self.plan.decoded_length { Ok(()) } else { Err(ChunkError::IncompleteBody) };
        }
        if self.last_size < MIN_CHUNK {
            return Err(ChunkError::InvalidChunkSize { chunk: self.chunks, size: self.last_size });
        }
        self.last_size = size;
        self.decoded = self.decoded.checked_add(size).ok_or(ChunkError::IncompleteBody)?;
        if self.decoded > self.plan.decoded_length {
            return Err(ChunkError::IncompleteBody);
        }
        self.state = State::Data { left: size };
        Ok(())
    }

    /// Compares the signature of the chunk whose data has just been read.
    fn end_chunk(&mut self) -> Result<(), ChunkError> {
        if !self.plan.format.is_signed() {
            return Ok(());
        }
        let Some(chain) = &mut self.plan.chain else { return Ok(()) };
        let digest = std::mem::replace(&mut self.digest, digest::Context::new(&digest::SHA256));
        let (string_to_sign, signature) = chain.next_chunk(&hex(digest.finish().as_ref()));
        if same(&signature, &self.signature) { Ok(()) } else { Err(self.mismatch(&string_to_sign)) }
    }

    /// Reads a line of the trailer.
    fn trailer(&mut self) -> Result<(), ChunkError> {
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        if line.is_empty() {
            if self.may_end() {
                self.state = State::Done;
            }
            return self.empty_line();
        }
        let text = std::str::from_utf8(line).map_err(|_| ChunkError::MalformedTrailer)?;
        let (name, value) = text.split_once(':').ok_or(ChunkError::MalformedTrailer)?;
        let (name, value) = (name.trim_matches(BLANKS).to_ascii_lowercase(), value.trim_matches(BLANKS));
        if self.plan.format == ChunkFormat::Signed || self.trailer_verified {
            return Err(ChunkError::MalformedTrailer);
        }
        if self.plan.format == ChunkFormat::SignedTrailer && name == "x-amz-trailer-signature" {
            self.signature = value.as_bytes().to_vec();
            return self.end_trailer();
        }
        let unknown = !self.plan.trailers.contains(&name) || self.trailers.iter().any(|t| t.0 == name);
        if unknown || self.trailers.len() == MAX_TRAILERS {
            return Err(ChunkError::MalformedTrailer);
        }
        self.trailers.push((name, value.to_owned()));
        Ok(())
    }

    /// Compares the signature of the trailer.
    fn end_trailer(&mut self) -> Result<(), ChunkError> {
        self.trailer_verified = true;
        let Some(chain) = &mut self.plan.chain else { return Ok(()) };
        let mut sorted: Vec<_> = self.trailers.iter().collect();
        sorted.sort_unstable();
        let canonical: String = sorted.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let (string_to_sign, signature) = chain.next_trailer(canonical.as_bytes());
        if same(&signature, &self.signature) { Ok(()) } else { Err(self.mismatch(&string_to_sign)) }
    }

    /// Whether the body is whole as it stands, its last empty line aside.
    fn may_end(&self) -> bool {
        self.plan.format != ChunkFormat::SignedTrailer || self.trailer_verified
    }

    fn empty_line(&mut self) -> Result<(), ChunkError> {
        self.empty_lines += 1;
        if self.empty_lines > MAX_EMPTY_LINES { Err(ChunkError::MalformedTrailer) } else { Ok(()) }
    }

    fn mismatch(&self, string_to_sign: &[u8]) -> ChunkError {
        ChunkError::Signature(Box::new(SignatureMismatch {
            access_key: self.plan.access_key.clone(),
            signature_provided: String::from_utf8_lossy(&self.signature).into_owned(),
            string_to_sign: String::from_utf8_lossy(string_to_sign).into_owned(),
            canonical_request: String::new(),
        }))
    }
}

fn expect(input: &mut &[u8], byte: u8) -> Result<(), ChunkError> {
    match input.split_first() {
        Some((first, rest)) if *first == byte => {
            *input = rest;
            Ok(())
        }
        _ => Err(ChunkError::IncompleteBody),
    }
}

/// Reads 1 to 16 hexadecimal digits and nothing else (no sign, which `from_str_radix` would take).
fn hexadecimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 16 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

impl std::fmt::Debug for ChunkDecoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkDecoder").field("state", &self.state).field("decoded", &self.decoded).finish()
    }
}
