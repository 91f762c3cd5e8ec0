//! Bodies too large for rows: received before a handler runs, named by rows, sent after it has answered.
//!
//! A body belongs to one row of a table that was declared [`crate::Table::naming_bodies`]: it goes with its row, in the
//! same commit, whoever takes the row away. A body that no committed row names goes when its request ends.

use crate::{Bytes, Cx, Error, Result, TableInfo, View};
use shape::{Node, Peek, Slot, Struct};
use std::ops::Range;
use std::sync::Arc;
use store::{BlobId, Blobs, Pin};

shape::shape! {
    /// A body as a row names it.
    pub struct StoredBody {
        /// Where the store has it.
        pub id: Bytes,
    }
}

impl StoredBody {
    /// The body's name for the store. An error in a row that is damaged.
    pub fn blob(&self) -> Result<BlobId> {
        BlobId::from_bytes(&self.id).ok_or_else(|| Error::internal("a row names a body that cannot be"))
    }

    /// Its length in bytes.
    pub fn length(&self) -> Result<u64> {
        Ok(self.blob()?.length())
    }

    fn of(id: BlobId) -> StoredBody {
        StoredBody { id: Bytes::copy_from_slice(&id.to_bytes()) }
    }
}

/// The bodies that a row names, wherever in it.
fn named(peek: Peek<'_>, found: &mut Vec<BlobId>) -> Result<()> {
    match peek {
        Peek::Struct(node) => match node.as_any().downcast_ref::<StoredBody>() {
            Some(body) if body.id.is_empty() => Ok(()),
            Some(body) => body.blob().map(|id| found.push(id)),
            None => (0..node.members().len()).filter_map(|at| node.member(at)).try_for_each(|m| named(m.peek(), found)),
        },
        Peek::List(list) => (0..list.len()).filter_map(|at| list.at(at)).try_for_each(|node| named(node.peek(), found)),
        Peek::Map(map) => {
            (0..map.len()).filter_map(|at| map.at(at)).try_for_each(|(_, node)| named(node.peek(), found))
        }
        _ => Ok(()),
    }
}

/// The bodies that a stored row of a table names. For the door, which sweeps and resets.
pub fn bodies_of(table: &TableInfo, row: &[u8]) -> Result<Vec<BlobId>> {
    let mut node = (table.row)();
    shape::unpack(row, &mut *node)?;
    let mut found = Vec::new();
    named(node.peek(), &mut found)?;
    Ok(found)
}

/// A body in an operation's input or output, where the model has a streaming blob.
///
/// In an input it has been received whole before the handler runs ([`Body::received`]); in an output it is sent after
/// the handler has answered ([`View::body`], or bytes).
#[derive(Debug, Clone, Default)]
pub struct Body {
    bytes: Bytes,
    received: Option<Arc<Received>>,
    parts: Vec<BodyPart>,
    partial: bool,
}

/// What a body is enciphered with: a key of its own, which no other body has.
#[derive(Clone, PartialEq, Eq)]
pub struct BodyKey([u8; 32]);

impl BodyKey {
    /// A new key, from the operating system's randomness.
    pub fn fresh() -> BodyKey {
        let mut bytes = [0; 32];
        clock::secret(&mut bytes);
        BodyKey(bytes)
    }

    /// A key that was kept; `None` if these are not the bytes of one.
    pub fn from_bytes(bytes: &[u8]) -> Option<BodyKey> {
        bytes.try_into().ok().map(BodyKey)
    }

    /// The bytes: a secret.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for BodyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BodyKey(..)")
    }
}

/// What has been received of a body: all of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Received {
    /// The body. It stays if the handler puts it into a row.
    pub stored: StoredBody,
    /// Its length in bytes.
    pub length: u64,
    /// The checksums that the plan asked for or expected, and those of the trailer.
    pub checksums: Vec<(Checksum, Bytes)>,
    /// The key of [`BodyPlan::cipher`], without which nobody reads the body.
    pub key: Option<BodyKey>,
}

impl Received {
    /// One of the checksums, if it was asked for.
    pub fn checksum(&self, kind: Checksum) -> Option<&Bytes> {
        self.checksums.iter().find(|(have, _)| *have == kind).map(|(_, value)| value)
    }
}

/// A part of a stored body, held until it has been sent.
#[derive(Debug, Clone)]
pub struct BodyPart {
    /// The body.
    pub pin: Arc<Pin>,
    /// Which of its bytes.
    pub range: Range<u64>,
    /// What it was enciphered with, if it was.
    pub key: Option<BodyKey>,
}

impl Body {
    /// A body that has been received. For the door.
    pub fn of_received(received: Received) -> Body {
        Body { received: Some(Arc::new(received)), ..Body::default() }
    }

    /// What was received. An error where no body was taken in, as in a call that another service makes.
    pub fn received(&self) -> Result<&Received> {
        self.received.as_deref().ok_or_else(|| Error::internal("this body was not received at the door"))
    }

    /// The parts to send, in order; none where the bytes are here.
    pub fn parts(&self) -> &[BodyPart] {
        &self.parts
    }

    /// Whether it is only a range of what there is: the reply is 206 then.
    /// <https://www.rfc-editor.org/rfc/rfc9110#name-206-partial-content>
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// How many bytes are to be sent.
    pub fn length(&self) -> u64 {
        let parts: u64 = self.parts.iter().map(|part| part.range.end.saturating_sub(part.range.start)).sum();
        parts + self.bytes.len() as u64
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        Body { bytes, ..Body::default() }
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Body) -> bool {
        let parts = |body: &Body| body.parts.iter().map(|part| (part.pin.id(), part.range.clone())).collect::<Vec<_>>();
        (&self.bytes, &self.received, self.partial) == (&other.bytes, &other.received, other.partial)
            && parts(self) == parts(other)
    }
}

impl Node for Body {
    fn peek(&self) -> Peek<'_> {
        if self.bytes.is_empty() { Peek::Absent } else { Peek::Blob(&self.bytes) }
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Blob(&mut self.bytes)
    }
}

/// How a body is to be received. What [`crate::Intake::plan`] answers, once the caller has been let in and before any of
/// the body is read.
#[derive(Debug, Clone)]
pub struct BodyPlan {
    /// The most bytes that are taken.
    pub limit: u64,
    /// Checksums to compute for the handler.
    pub compute: Vec<Checksum>,
    /// What checksums must be. Those of a trailer are checked without being named here.
    pub expect: Vec<(Checksum, Bytes)>,
    /// What it is enciphered with as it comes. Checksums are of what came.
    pub cipher: Option<BodyKey>,
    /// The error of a body that cannot be taken.
    pub refuse: fn(&BodyFault) -> Error,
}

impl BodyPlan {
    /// A body of up to so many bytes.
    pub fn up_to(limit: u64) -> BodyPlan {
        BodyPlan { limit, compute: Vec::new(), expect: Vec::new(), cipher: None, refuse: BodyFault::usual }
    }
}

/// Checksums that clients give along with a body.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checksum {
    /// CRC-32 of ISO HDLC.
    Crc32,
    /// CRC-32C.
    Crc32c,
    /// CRC-64 of NVMe.
    Crc64Nvme,
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl Checksum {
    /// All of them.
    pub const ALL: [Checksum; 6] =
        [Checksum::Crc32, Checksum::Crc32c, Checksum::Crc64Nvme, Checksum::Md5, Checksum::Sha1, Checksum::Sha256];

    /// As AWS's texts name it.
    pub fn name(self) -> &'static str {
        match self {
            Checksum::Crc32 => "CRC32",
            Checksum::Crc32c => "CRC32C",
            Checksum::Crc64Nvme => "CRC64NVME",
            Checksum::Md5 => "Content-MD5",
            Checksum::Sha1 => "SHA1",
            Checksum::Sha256 => "SHA256",
        }
    }

    /// The checksum that a header or trailer such as `x-amz-checksum-crc32` carries; its name in lower case.
    pub fn of_header(name: &str) -> Option<Checksum> {
        let kind = name.strip_prefix("x-amz-checksum-")?;
        Checksum::ALL
            .into_iter()
            .find(|checksum| *checksum != Checksum::Md5 && checksum.name().eq_ignore_ascii_case(kind))
    }
}

/// Why a body cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyFault {
    /// It is longer than the plan's limit.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
        /// What was announced, or had come, in bytes.
        length: u64,
    },
    /// A checksum is not what was expected.
    Checksum(Checksum),
    /// It ended before its announced length.
    Incomplete,
    /// It came too slowly.
    TooSlow,
}

impl BodyFault {
    /// The errors that AWS answers with.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>
    pub fn usual(&self) -> Error {
        match self {
            BodyFault::TooLarge { limit, length } => {
                Error::new("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                    .status(400)
                    .with("MaxSizeAllowed", limit.to_string())
                    .with("ProposedSize", length.to_string())
            }
            BodyFault::Checksum(kind) => {
                let text = format!("The {} you specified did not match what we received.", kind.name());
                Error::new("BadDigest", text).status(400)
            }
            BodyFault::Incomplete => {
                let text = "You did not provide the number of bytes specified by the Content-Length HTTP header";
                Error::new("IncompleteBody", text).status(400)
            }
            BodyFault::TooSlow => {
                let text =
                    "Your socket connection to the server was not read from or written to within the timeout period.";
                Error::new("RequestTimeout", text).status(400)
            }
        }
    }
}

impl View {
    /// Stored bodies, one after the other, as the answer's body; with a range, those of its bytes that there are. They are
    /// held until they have been sent.
    pub fn body(&self, stored: &[StoredBody], range: Option<Range<u64>>) -> Result<Body> {
        self.deciphered(stored.iter().map(|body| (body, 0..u64::MAX, None)), range)
    }

    /// [`View::body`] of some bytes of each body, which was enciphered with this key.
    pub fn deciphered<'b>(
        &self,
        stored: impl IntoIterator<Item = (&'b StoredBody, Range<u64>, Option<BodyKey>)>,
        range: Option<Range<u64>>,
    ) -> Result<Body> {
        let (mut parts, mut start) = (Vec::new(), 0_u64);
        for (body, own, key) in stored {
            let id = body.blob()?;
            let (first, last) = (own.start.min(id.length()), own.end.min(id.length()));
            let end = start.saturating_add(last.saturating_sub(first));
            let wanted = range.clone().unwrap_or(0..u64::MAX);
            let (from, to) = (wanted.start.max(start), wanted.end.min(end));
            if from < to {
                // A reader's row may have gone since its snapshot was taken, and its body with it.
                let pin = self.store.blobs().pin(id).map_err(|_| Error::stale())?;
                parts.push(BodyPart { pin: Arc::new(pin), range: first + (from - start)..first + (to - start), key });
            }
            start = end;
        }
        Ok(Body { parts, partial: range.is_some(), ..Body::default() })
    }

    /// Checksums of a body, read piece by piece: for an answer that names those of bytes which are there already.
    pub fn checksums(&self, body: &Body, kinds: &[Checksum]) -> Result<Vec<(Checksum, Bytes)>> {
        self.door()?.checksums(body, kinds)
    }

    /// The bytes of a stored body that is known to be small.
    pub fn body_bytes(&self, stored: &StoredBody) -> Result<Bytes> {
        self.store.blobs().get(stored.blob()?, 0..u64::MAX).map_err(|_| Error::stale())
    }
}

impl Cx {
    /// A body with the same bytes, for another row.
    pub fn copy_body(&mut self, stored: &StoredBody) -> Result<StoredBody> {
        let copy = self.view.store.blobs().copy(stored.blob()?)?;
        Ok(self.made(copy))
    }

    /// Keeps bytes as a body, for a row that this transaction puts.
    pub fn keep_body(&mut self, bytes: &[u8]) -> Result<StoredBody> {
        let id = self.view.store.blobs().put(bytes)?;
        Ok(self.made(id))
    }

    fn made(&mut self, id: BlobId) -> StoredBody {
        self.made.ids.push(id);
        StoredBody::of(id)
    }

    /// Counts what a change of a row means for the bodies that it named and names.
    pub(crate) fn count_bodies(&mut self, old: Option<&dyn Struct>, new: Option<&dyn Struct>) -> Result<()> {
        for (row, by) in [(old, -1), (new, 1)] {
            let Some(row) = row else { continue };
            let mut ids = Vec::new();
            named(row.peek(), &mut ids)?;
            ids.into_iter().for_each(|id| *self.effects.bodies.entry(id).or_default() += by);
        }
        Ok(())
    }
}

/// Bodies that a transaction has made. Those that it does not put into a row go.
pub(crate) struct Made {
    pub(crate) blobs: Blobs,
    pub(crate) ids: Vec<BlobId>,
}

impl Drop for Made {
    fn drop(&mut self) {
        self.ids.iter().for_each(|id| self.blobs.discard(*id));
    }
}

/// A member of an output that is sent as a body.
#[doc(hidden)]
pub trait Sent {
    fn sent(&self) -> Option<&Body>;
}

impl Sent for Body {
    fn sent(&self) -> Option<&Body> {
        Some(self)
    }
}

impl Sent for Option<Body> {
    fn sent(&self) -> Option<&Body> {
        self.as_ref()
    }
}

/// A body that has been received, until a committed row names it. For the door.
pub struct Upload {
    store: store::Store,
    pin: Option<Pin>,
    kept: bool,
}

impl Upload {
    /// Takes charge of a body that nobody else knows.
    pub fn new(store: &store::Store, pin: Pin) -> Upload {
        Upload { store: store.clone(), pin: Some(pin), kept: false }
    }

    /// How a row names it.
    pub fn stored(&self) -> StoredBody {
        self.pin.as_ref().map(|pin| StoredBody::of(pin.id())).unwrap_or_default()
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.pin.as_ref().map_or(0, |pin| pin.id().length())
    }

    /// A transaction has committed: if it put the body into a row, it stays.
    pub fn committed(&mut self, effects: &crate::Effects) {
        let id = self.pin.as_ref().map(Pin::id);
        self.kept |= id.is_some_and(|id| effects.bodies.get(&id).is_some_and(|count| *count > 0));
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(pin) = self.pin.take() else { return };
        let id = pin.id();
        drop(pin);
        if !self.kept {
            self.store.blobs().discard(id);
        }
    }
}
