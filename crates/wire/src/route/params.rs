use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The parameters of a query string or of a form, in their order, percent-encoded as they came.
#[derive(Debug, Clone, Copy)]
pub struct Params<'a>(pub &'a str);

impl<'a> Params<'a> {
    /// The parameters of a body; none where it is no UTF-8.
    pub fn of_body(body: &'a [u8]) -> Params<'a> {
        Params(std::str::from_utf8(body).unwrap_or_default())
    }

    /// Name and value of each; the value of a parameter without `=` is empty.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.split('&').filter(|p| !p.is_empty()).map(|p| p.split_once('=').unwrap_or((p, "")))
    }

    /// The value of the first parameter called `name`, percent-encoded.
    pub fn raw(self, name: &str) -> Option<&'a str> {
        self.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The value of the first parameter called `name`, decoded as forms are; what is no UTF-8 is replaced.
    pub fn get(self, name: &str) -> Option<Cow<'a, str>> {
        let raw = self.raw(name)?;
        if raw.contains('+') {
            let spaced = raw.replace('+', " ");
            return Some(Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned()));
        }
        Some(percent_decode_str(raw).decode_utf8_lossy())
    }
}
