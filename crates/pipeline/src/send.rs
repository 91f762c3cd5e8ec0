//! Bodies that are sent from the store.

use crate::flow::{Flow, Progress, Target};
use crate::strike::Broken;
use service::{Body, BodyPart, Bytes, Error, Result, Value};
use shape::Struct;
use std::collections::VecDeque;
use wire::Reply;

/// How much of a body is held in memory at once, in bytes. A shorter body is answered whole.
const PIECE_BYTES: u64 = 64 << 10;

/// The longest body that another service is given, in bytes.
const MOST_GIVEN_BYTES: u64 = 64 << 20;

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
    pub fn piece(&mut self) -> Option<std::result::Result<Bytes, store::Error>> {
        let part = self.parts.front_mut()?;
        let end = part.range.end.min(part.range.start.saturating_add(PIECE_BYTES));
        let piece = part.pin.get(part.range.start..end);
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

    /// The answer for another service, which gets a body in one piece.
    ///
    /// # Errors
    /// `EntityTooLarge` where the body is longer than any service takes.
    pub(crate) fn given(target: Target, output: &dyn Struct) -> Result<Value> {
        let mut value = Value::of(output.peek());
        let body = target.handler.gives.and_then(|gives| gives(output)).filter(|body| !body.parts().is_empty());
        let Some(body) = body else { return Ok(value) };
        if body.length() > MOST_GIVEN_BYTES {
            let text = format!("The body has {} bytes, and services take {MOST_GIVEN_BYTES} at the most.", body.length());
            return Err(Error::new("EntityTooLarge", text).status(400));
        }
        let (mut download, mut whole) = (Download::of(body), Vec::new());
        while let Some(piece) = download.piece() {
            whole.extend_from_slice(&piece.map_err(Error::internal)?);
        }
        let shape = target.operation.output.map(|shape| target.entry.model.get().shape(shape));
        let member = shape.and_then(|shape| shape.members.get(shape.payload?));
        if let (Some(member), Value::Map(members)) = (member, &mut value) {
            members.insert(member.name.to_string(), Value::Blob(whole.into()));
        }
        Ok(value)
    }

    /// A part of what there is has a status of its own.
    pub(crate) fn mark_partial(target: Target, output: &dyn Struct, reply: &mut Reply) {
        let partial = target.handler.gives.and_then(|gives| gives(output)).is_some_and(Body::is_partial);
        if partial && reply.status == 200 {
            reply.status = 206;
        }
    }
}
