//! Bodies that are sent from the store.

use crate::checksums::Checksums;
use crate::cipher;
use crate::flow::{Flow, Progress, Target};
use crate::strike::Broken;
use http::header;
use service::{Body, BodyPart, Bytes, Checksum, Error, Value};
use shape::{Slot, Struct};
use std::collections::VecDeque;
use wire::Reply;

/// How much of a body is held in memory at once, in bytes. A shorter body is answered whole.
const PIECE_BYTES: u64 = 64 << 10;

/// The longest body that another service is given, in bytes: it is held in memory, which a client's is not.
const MOST_FOR_PEERS: u64 = 64 << 20;

/// A body on its way to a client. It is held in the store until this is dropped.
pub struct Download {
    parts: VecDeque<BodyPart>,
    left: u64,
}

impl Download {
    fn of(body: &Body) -> Download {
        Download { parts: body.parts().iter().cloned().collect(), left: body.length() }
    }

    /// How many bytes are still to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next piece, 64 KiB at most; `None` at the end. After an error there is nothing more, and the client must be
    /// left with less than it was promised.
    pub fn piece(&mut self) -> Option<Result<Bytes, store::Error>> {
        let part = self.parts.front_mut()?;
        let end = part.range.end.min(part.range.start.saturating_add(PIECE_BYTES));
        let piece = part.pin.get(part.range.start..end);
        let piece = match &part.key {
            Some(key) => piece.and_then(|bytes| cipher::plain(key, part.range.start, &bytes)),
            None => piece,
        };
        part.range.start = end;
        if part.range.is_empty() {
            self.parts.pop_front();
        }
        match &piece {
            Ok(bytes) => self.left = self.left.saturating_sub(bytes.len() as u64),
            Err(_) => self.parts.clear(),
        }
        Some(piece)
    }
}

/// The bytes that stand in the store for a member of an output, and the member's name.
pub(crate) fn stored(target: Target, output: &dyn Struct) -> Result<Option<(&'static str, Bytes)>, Error> {
    let Some(body) = target.handler.gives.and_then(|gives| gives(output)) else { return Ok(None) };
    if body.parts().is_empty() {
        return Ok(None);
    }
    let mut download = Download::of(body);
    if download.left() > MOST_FOR_PEERS {
        let text = format!("A body of {} bytes is too long to be handed to another service.", download.left());
        return Err(Error::new("EntityTooLarge", text).status(400));
    }
    let mut whole = Vec::with_capacity(usize::try_from(download.left()).unwrap_or_default());
    while let Some(piece) = download.piece() {
        whole.extend_from_slice(&piece.map_err(|_| Error::stale())?);
    }
    let shape = target.operation.output.map(|id| target.entry.model.get().shape(id));
    let member = shape.and_then(|shape| shape.members.get(shape.payload?));
    Ok(member.map(|member| (&*member.name, Bytes::from(whole))))
}

/// Checksums of a body, which is read for it.
pub(crate) fn checksums(body: &Body, kinds: &[Checksum]) -> Result<Vec<(Checksum, Bytes)>, Error> {
    let mut checksums = Checksums::default();
    kinds.iter().for_each(|kind| checksums.add(*kind));
    let mut download = Download::of(body);
    while let Some(piece) = download.piece() {
        checksums.update(&piece.map_err(|_| Error::stale())?);
    }
    Ok(checksums.finish())
}

/// An output as another service is given it: with the body of it that stands in the store.
pub(crate) fn given(target: Target, output: &dyn Struct) -> Result<Value, Error> {
    let mut value = Value::of(output.peek());
    if let Some((name, bytes)) = stored(target, output)?
        && let Value::Map(map) = &mut value
    {
        map.insert(name.to_owned(), Value::Blob(bytes));
    }
    Ok(value)
}

/// The same, put into the output itself.
pub(crate) fn gather(target: Target, output: &mut dyn Struct) -> Result<(), Error> {
    let Some((name, whole)) = stored(target, output)? else { return Ok(()) };
    let at = output.members().iter().position(|member| *member == name);
    if let Some(node) = at.and_then(|at| output.member_mut(at))
        && let Slot::Blob(bytes) = node.slot()
    {
        *bytes = whole;
    }
    Ok(())
}

impl Flow {
    /// The answer with the body that the output names, if it names one.
    pub(crate) fn send(&self, target: Target, output: &dyn Struct, mut reply: Reply) -> Progress {
        let Some(body) = target.handler.gives.and_then(|gives| gives(output)) else { return Progress::Done(reply) };
        let mut download = Download::of(body);
        if body.parts().is_empty() {
            return Progress::Done(reply);
        }
        if download.left() > PIECE_BYTES {
            return Progress::Sending(reply, download);
        }
        let mut whole = Vec::with_capacity(usize::try_from(download.left()).unwrap_or_default());
        while let Some(piece) = download.piece() {
            match piece {
                Ok(bytes) => whole.extend_from_slice(&bytes),
                Err(_) => return Progress::Broken(Broken::Reset),
            }
        }
        reply.body = whole.into();
        Progress::Done(reply)
    }

    /// A part of what there is has a status of its own.
    pub(crate) fn mark_partial(target: Target, output: &dyn Struct, reply: &mut Reply) {
        let partial = target.handler.gives.and_then(|gives| gives(output)).is_some_and(Body::is_partial);
        // A head says so of the body that it stands for.
        let ranged = reply.headers.contains_key(header::CONTENT_RANGE);
        if (partial || ranged) && reply.status == 200 {
            reply.status = 206;
        }
    }
}
