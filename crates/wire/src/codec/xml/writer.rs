use crate::codec::scan::plain;

/// Writes XML; element names come from the model and need no escapes.
pub(in crate::codec) struct Writer(Vec<u8>);

/// Most replies are no longer.
const USUAL_BYTES: usize = 768;

impl Default for Writer {
    fn default() -> Writer {
        Writer(Vec::with_capacity(USUAL_BYTES))
    }
}

impl Writer {
    pub(in crate::codec) fn declaration(&mut self) {
        self.0.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    /// Opens an element; `attributes` are written already, with a space before each.
    pub(in crate::codec) fn open(&mut self, name: &str, attributes: &str) {
        self.0.push(b'<');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(attributes.as_bytes());
        self.0.push(b'>');
    }

    pub(in crate::codec) fn close(&mut self, name: &str) {
        self.0.extend_from_slice(b"</");
        self.0.extend_from_slice(name.as_bytes());
        self.0.push(b'>');
    }

    pub(in crate::codec) fn text(&mut self, text: &str) {
        escape(&mut self.0, text);
    }

    pub(in crate::codec) fn text_element(&mut self, name: &str, text: &str) {
        self.open(name, "");
        self.text(text);
        self.close(name);
    }

    pub(in crate::codec) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Writes text or an attribute's value. Line ends are written as references: as they are, readers would change them.
fn escape(out: &mut Vec<u8>, text: &str) {
    // Control characters, what XML marks with, and the first bytes of the characters above ASCII that need care.
    let special =
        |b: u8| (b < 0x20) | [b'&', b'<', b'>', b'"', 0xc2, 0xe2, 0xef].iter().fold(false, |any, c| any | (b == *c));
    let mut rest = text;
    loop {
        let (clean, more) = rest.split_at(plain(rest.as_bytes(), special));
        out.extend_from_slice(clean.as_bytes());
        let mut more = more.chars();
        let Some(c) = more.next() else { break };
        rest = more.as_str();
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\r' => out.extend_from_slice(b"&#xD;"),
            '\u{85}' => out.extend_from_slice(b"&#x85;"),
            '\u{2028}' => out.extend_from_slice(b"&#x2028;"),
            // XML 1.0 has no way to write these.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.extend_from_slice("\u{fffd}".as_bytes());
            }
            _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// An attribute with the space before it.
pub(super) fn attribute(name: &str, value: &str) -> String {
    let mut out = Vec::with_capacity(name.len() + value.len() + 4);
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    escape(&mut out, value);
    out.push(b'"');
    String::from_utf8(out).unwrap_or_default()
}
