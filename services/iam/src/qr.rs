//! QR codes as PNG images, which authenticator apps read.

use qrcode::{Color, QrCode};

/// Pixels to a module, and modules of margin.
const SCALE: usize = 4;
const MARGIN: usize = 4;

/// A QR code of a short text; `None` if the text is too long for one.
pub fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let side = (width + 2 * MARGIN) * SCALE;
    let dark = |x: usize, y: usize| {
        let (x, y) = ((x / SCALE).checked_sub(MARGIN), (y / SCALE).checked_sub(MARGIN));
        let (Some(x), Some(y)) = (x.filter(|x| *x < width), y) else { return false };
        colors.get(y * width + x) == Some(&Color::Dark)
    };
    // One bit a pixel, each line behind a byte for its filter: none.
    let mut lines = Vec::with_capacity(side * (side / 8 + 2));
    for y in 0..side {
        lines.push(0);
        for start in (0..side).step_by(8) {
            let bit = |byte: u8, i: usize| byte << 1 | u8::from(start + i < side && !dark(start + i, y));
            lines.push((0..8).fold(0, bit));
        }
    }
    Some(encode(u32::try_from(side).ok()?, &lines))
}

/// <https://www.w3.org/TR/png-3/#5DataRep>
fn encode(side: u32, lines: &[u8]) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend_from_slice(&side.to_be_bytes());
    header.extend_from_slice(&side.to_be_bytes());
    header.extend_from_slice(&[1, 0, 0, 0, 0]); // one bit, grey
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &stored(lines));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).unwrap_or(0);
    out.extend_from_slice(&length.to_be_bytes());
    let body = [&kind[..], content].concat();
    out.extend_from_slice(&body);
    out.extend_from_slice(&crc32(&body).to_be_bytes());
}

/// zlib's form without compression: a code has a few kilobytes.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let count = bytes.chunks(0xffff).count();
    for (i, block) in bytes.chunks(0xffff).enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(0);
        out.push(u8::from(i + 1 == count));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend_from_slice(&(b << 16 | a).to_be_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_their_standards_have_them() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(stored(b"Wikipedia").split_off(16), 0x11e6_0398_u32.to_be_bytes());
    }

    #[test]
    fn an_image_has_the_modules_of_its_code() {
        let image = png("otpauth://totp/name@123456789012?secret=MZXW6YTB").unwrap();
        assert_eq!(image.get(..8), Some(&b"\x89PNG\r\n\x1a\n"[..]));
        let side = u32::from_be_bytes(image[16..20].try_into().unwrap()) as usize;
        assert_eq!(side % SCALE, 0);
        let line = side / 8 + usize::from(!side.is_multiple_of(8)) + 1;
        // Behind the signature (8), the header's chunk (25), this chunk's head (8) and zlib's and the block's (7).
        let first = 48 + line * MARGIN * SCALE;
        let dark = image[first + 1..first + line].iter().map(|byte| byte.count_zeros()).sum::<u32>();
        assert!(dark as usize >= 14 * SCALE, "the first line of modules has the corners of two finders: {dark}");
        assert!(
            image[48 + 1..48 + line].iter().all(|byte| *byte == 0xff || *byte & 0xf0 == 0xf0),
            "the margin is white"
        );
        assert_eq!(png(&"x".repeat(8000)), None);
    }
}
