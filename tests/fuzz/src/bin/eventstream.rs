//! Event streams, damaged, through the decoder of frames and that of events.

use bytes::Bytes;
use fuzz::models::{self, Api};
use fuzz::{Allocator, Case, Dice, Mutator, pieces};
use model::ShapeId;
use shape::{Node, Value};
use wire::eventstream::{Decoder, HeaderValue, Limits, Message, decode_event, encode_event};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

const WORDS: [&[u8]; 14] = [
    b":message-type",
    b":event-type",
    b":exception-type",
    b"event",
    b"exception",
    b"error",
    b"\x07\x00\x05",
    b"\x06\xff\xff",
    b"\x09",
    b"\x0a",
    b"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2H\xeb}\x98\xc8\xff",
    b"{}",
    b"\xa0",
    b"<a/>",
];

/// Bytes of a frame's prelude without its sum.
const LENGTHS: usize = 8;

fn main() {
    let apis = models::all();
    let mut unions: Vec<(&Api, ShapeId)> = Vec::new();
    for api in &apis {
        unions.extend(api.model.shapes().filter(|(_, shape)| shape.event_stream).map(|(id, _)| (api, id)));
    }
    let mutator = Mutator { words: &WORDS, others: &[] };
    fuzz::fuzz("eventstream", |dice, case| run(&mutator, &unions, dice, case));
}

fn run(mutator: &Mutator<'_>, unions: &[(&Api, ShapeId)], dice: &mut Dice, case: &mut Case) {
    let (api, union) = *dice.pick(unions);
    let protocol = api.model.metadata.protocols.first().copied().unwrap_or_default();
    let mut stream = Vec::new();
    for _ in 0..1 + dice.below(3) {
        let event = models::value(dice, &api.model, union, 0);
        let Ok(message) = encode_event(&api.model, protocol, union, event.peek()) else { return };
        let message = if dice.one_in(3) { noisy(dice, message) } else { message };
        let Ok(mut frame) = message.encode() else { continue };
        // Damage that the sums do not cover up reaches what lies behind them.
        if dice.one_in(2) {
            mutator.mutate(dice, &mut frame);
            resum(&mut frame, dice.one_in(2));
        }
        stream.extend_from_slice(&frame);
    }
    if dice.one_in(3) {
        mutator.mutate(dice, &mut stream);
    }
    let cuts = pieces(dice, &stream);
    case.begins(&stream);
    let limits = Limits { payload: 64 << 10 };
    let (messages, failed) = take(limits, &cuts);
    let at_once = take(limits, &[&stream]);
    case.expect(at_once == (messages.clone(), failed), || "pieces change what is read".to_owned());
    for message in &messages {
        case.went_well();
        let again = message.encode().map(|frame| take(limits, &[&frame]));
        case.expect(again == Ok((vec![message.clone()], false)), || format!("a message does not read back: {again:?}"));
        let _ = decode_event(&api.model, protocol, union, message, &mut Value::default());
    }
}

/// Adds a header of a random type.
fn noisy(dice: &mut Dice, message: Message) -> Message {
    let value = match dice.below(6) {
        0 => HeaderValue::Bool(true),
        1 => HeaderValue::Short(-1),
        2 => HeaderValue::Long(i64::MIN),
        3 => HeaderValue::Bytes(Bytes::from(dice.bytes(300))),
        4 => HeaderValue::Str("é".repeat(dice.below(40))),
        _ => HeaderValue::Uuid([7; 16]),
    };
    message.with("x", value)
}

/// Makes the sums right, and the length too if asked to.
fn resum(frame: &mut Vec<u8>, length: bool) {
    if frame.len() < LENGTHS + 8 {
        return;
    }
    let sum = |bytes: &[u8]| (crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, bytes) as u32).to_be_bytes();
    if length {
        let total = (frame.len() as u32).to_be_bytes();
        frame[..4].copy_from_slice(&total);
    }
    let prelude = sum(&frame[..LENGTHS]);
    frame[LENGTHS..LENGTHS + 4].copy_from_slice(&prelude);
    let end = frame.len() - 4;
    let whole = sum(&frame[..end]);
    frame[end..].copy_from_slice(&whole);
}

/// The messages of a stream, and whether it then failed.
fn take(limits: Limits, pieces: &[&[u8]]) -> (Vec<Message>, bool) {
    let (mut decoder, mut messages) = (Decoder::new(limits), Vec::new());
    for piece in pieces {
        decoder.push(piece);
        loop {
            match decoder.take() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(_) => return (messages, true),
            }
        }
    }
    (messages, false)
}
