//! Request bodies that an SDK has compressed.
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html>

use crate::flow::Flow;
use flate2::read::MultiGzDecoder;
use http::header::CONTENT_ENCODING;
use service::{Error, Result};
use std::io::Read;

/// The most that a body may come to, in bytes: as much as one that is not compressed.
const MOST_BYTES: u64 = 16 << 20;

impl Flow {
    /// Takes the gzip coding off the body, unless the operation takes it as it is. The signature covers what came.
    pub(crate) fn inflate(&mut self) -> Result<()> {
        let coding = self.request.header(CONTENT_ENCODING).unwrap_or_default();
        let compressed = coding.trim().eq_ignore_ascii_case("gzip");
        if !compressed || self.request.body.is_empty() || self.cloud.asks_for_stream(&self.request) {
            return Ok(());
        }
        let body = inflated(&self.request.body)?;
        self.compressed = Some(std::mem::replace(&mut self.request.body, body.into()));
        Ok(())
    }
}

fn inflated(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(MOST_BYTES + 1).read_to_end(&mut body);
    match read {
        Ok(length) if length as u64 <= MOST_BYTES => Ok(body),
        Ok(_) => {
            let text = format!("The decompressed request body is longer than {MOST_BYTES} bytes.");
            Err(Error::new("RequestEntityTooLarge", text).status(413))
        }
        Err(_) => Err(Error::new("SerializationException", "The request body is not valid gzip.").status(400)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bodies_are_inflated_up_to_a_bound() {
        assert_eq!(inflated(&deflated(b"Action=ListQueues")).unwrap(), b"Action=ListQueues");
        let most = vec![0; MOST_BYTES as usize];
        assert_eq!(inflated(&deflated(&most)).unwrap().len(), most.len());
        let bomb = [deflated(&most), deflated(&most)].concat();
        assert!(bomb.len() < 1 << 20);
        assert_eq!(inflated(&bomb).unwrap_err().own_status(), Some(413));
        for junk in [b"Action=ListQueues".to_vec(), deflated(b"cut")[..15].to_vec()] {
            assert_eq!(inflated(&junk).unwrap_err().code(), "SerializationException");
        }
    }
}
