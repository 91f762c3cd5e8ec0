//! Damage: bits, bytes, pieces, numbers and words, in several steps.

use crate::Dice;

/// The longest input that mutation makes, in bytes.
const LONGEST: usize = 128 << 10;

/// Words of the language that is attacked, and other inputs to take pieces from.
pub struct Mutator<'a> {
    /// Inserted and put in the place of others.
    pub words: &'a [&'a [u8]],
    /// What pieces are taken from.
    pub others: &'a [Vec<u8>],
}

impl Mutator<'_> {
    /// Damages `bytes` a few times; one time in 16 not at all.
    pub fn mutate(&self, dice: &mut Dice, bytes: &mut Vec<u8>) {
        if dice.one_in(16) {
            return;
        }
        let most = 1 + dice.below(6);
        for _ in 0..1 + dice.below(most) {
            self.step(dice, bytes);
        }
        bytes.truncate(LONGEST);
    }

    fn step(&self, dice: &mut Dice, bytes: &mut Vec<u8>) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(12) {
            0 | 1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte =
                        *dice.pick(&[0, 1, 0x7f, 0x80, 0xff, b'"', b'{', b'[', b'%', b'&', b'<', b'\\', b'$', b'*']);
                }
            }
            3 => bytes.truncate(at),
            4 => {
                let end = (at + dice.below(32)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                let end = (at + dice.below(64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let times =
                    if dice.one_in(4) { 1 + dice.below(LONGEST / (piece.len() + 1)) } else { 1 + dice.below(3) };
                let room = LONGEST.saturating_sub(bytes.len());
                let more: Vec<u8> = piece.iter().copied().cycle().take((piece.len() * times).min(room)).collect();
                bytes.splice(at..at, more);
            }
            6 => self.splice(dice, bytes, at),
            7 => number(dice, bytes, at),
            8 => {
                let end = (at + dice.below(8)).min(bytes.len());
                let noise = dice.bytes(8);
                bytes.splice(at..end, noise);
            }
            _ => self.word(dice, bytes, at),
        }
    }

    fn splice(&self, dice: &mut Dice, bytes: &mut Vec<u8>, at: usize) {
        if self.others.is_empty() {
            return;
        }
        let other = dice.pick(self.others);
        let from = dice.below(other.len() + 1);
        let to = if dice.one_in(2) { other.len() } else { (from + dice.below(64)).min(other.len()) };
        let end = if dice.one_in(2) { bytes.len() } else { at };
        bytes.splice(at..end, other[from..to].iter().copied());
    }

    fn word(&self, dice: &mut Dice, bytes: &mut Vec<u8>, at: usize) {
        if self.words.is_empty() {
            return;
        }
        let word = *dice.pick(self.words);
        let end = if dice.one_in(2) { (at + word.len()).min(bytes.len()) } else { at };
        let times = if dice.one_in(12) { 1 + dice.below(LONGEST / (word.len() + 1)) } else { 1 };
        let room = LONGEST.saturating_sub(bytes.len());
        let more: Vec<u8> = word.iter().copied().cycle().take((word.len() * times).min(room)).collect();
        bytes.splice(at..end, more);
    }
}

/// Puts a number in the place of digits, or of four or eight bytes.
fn number(dice: &mut Dice, bytes: &mut Vec<u8>, at: usize) {
    let edge =
        *dice.pick(&[0u64, 1, 0x7f, 0x80, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, i64::MAX as u64, u64::MAX]);
    let edge = if dice.one_in(3) { edge.wrapping_add(dice.next() % 5).wrapping_sub(2) } else { edge };
    let digits = bytes.iter().skip(at).position(u8::is_ascii_digit).map(|n| at + n);
    if let Some(from) = digits.filter(|_| dice.one_in(2)) {
        let length = bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        bytes.splice(from..from + length, edge.to_string().into_bytes());
        return;
    }
    let width = *dice.pick(&[1, 2, 4, 8]);
    let raw =
        if dice.one_in(2) { edge.to_be_bytes()[8 - width..].to_vec() } else { edge.to_le_bytes()[..width].to_vec() };
    let end = (at + width).min(bytes.len());
    bytes.splice(at..end, raw);
}

/// Cuts bytes into pieces as a network might.
pub fn pieces<'b>(dice: &mut Dice, bytes: &'b [u8]) -> Vec<&'b [u8]> {
    let (mut rest, mut all) = (bytes, Vec::new());
    let usual = *dice.pick(&[1, 7, 64, 1024, usize::MAX >> 1]);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at((1 + dice.below(usual)).min(rest.len()));
        all.push(piece);
        rest = after;
    }
    all
}
