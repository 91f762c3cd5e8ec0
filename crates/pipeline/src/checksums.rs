//! Checksums of a body, computed as it comes.

use aws_lc_rs::digest;
use crc_fast::{CrcAlgorithm, Digest as Crc};
use md5::{Digest as _, Md5};
use service::{Bytes, Checksum};

/// Computes some checksums of the same bytes.
#[derive(Default)]
pub(crate) struct Checksums(Vec<(Checksum, State)>);

enum State {
    Crc(Box<Crc>, usize),
    Sha(digest::Context),
    Md5(Md5),
}

impl Checksums {
    /// Adds one, unless it is among them.
    pub(crate) fn add(&mut self, kind: Checksum) {
        if self.0.iter().any(|(have, _)| *have == kind) {
            return;
        }
        let state = match kind {
            Checksum::Crc32 => State::Crc(Box::new(Crc::new(CrcAlgorithm::Crc32IsoHdlc)), 4),
            Checksum::Crc32c => State::Crc(Box::new(Crc::new(CrcAlgorithm::Crc32Iscsi)), 4),
            Checksum::Crc64Nvme => State::Crc(Box::new(Crc::new(CrcAlgorithm::Crc64Nvme)), 8),
            Checksum::Md5 => State::Md5(Md5::new()),
            Checksum::Sha1 => State::Sha(digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
            Checksum::Sha256 => State::Sha(digest::Context::new(&digest::SHA256)),
        };
        self.0.push((kind, state));
    }

    /// Takes the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        for (_, state) in &mut self.0 {
            match state {
                State::Crc(crc, _) => crc.update(bytes),
                State::Sha(sha) => sha.update(bytes),
                State::Md5(md5) => md5.update(bytes),
            }
        }
    }

    /// What they come to, the most significant byte first.
    pub(crate) fn finish(self) -> Vec<(Checksum, Bytes)> {
        let value = |state| match state {
            State::Crc(crc, width) => {
                let all = crc.finalize().to_be_bytes();
                Bytes::copy_from_slice(all.get(all.len() - width..).unwrap_or_default())
            }
            State::Sha(sha) => Bytes::copy_from_slice(sha.finish().as_ref()),
            State::Md5(md5) => Bytes::copy_from_slice(&md5.finalize()),
        };
        self.0.into_iter().map(|(kind, state)| (kind, value(state))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;

    #[test]
    fn checksums_are_those_that_clients_send() {
        // The check values of the algorithms' catalogues, of the digits 1 to 9.
        for (kind, want) in [
            (Checksum::Crc32, "y/Q5Jg=="),
            (Checksum::Crc32c, "4waSgw=="),
            (Checksum::Crc64Nvme, "rosUhgp5mIg="),
            (Checksum::Md5, "JfnnlDI7RTiF9RgfG2JNCw=="),
            (Checksum::Sha1, "98O8HYCOBHMq32eZZczDTKeuNEE="),
            (Checksum::Sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
        ] {
            let mut checksums = Checksums::default();
            checksums.add(kind);
            checksums.add(kind);
            [b"1234".as_slice(), b"", b"56789"].into_iter().for_each(|piece| checksums.update(piece));
            let found = checksums.finish();
            assert_eq!(found.len(), 1);
            assert_eq!(BASE64_STANDARD.encode(&found[0].1), want, "{kind:?}");
        }
    }
}
