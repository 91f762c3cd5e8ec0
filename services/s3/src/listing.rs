//! Listings: keys in the order of their bytes, those with a delimiter behind the prefix rolled into one entry.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html>

use crate::address::Bucket;
use crate::errors;
use service::{Direction, Edge, Key, KeyBuf, Result, Row, Table, View};

/// The most entries of a page.
pub const LARGEST_PAGE: i64 = 1000;

/// What is listed.
#[derive(Debug, Clone, Default)]
pub struct Query<'a> {
    /// What keys begin with.
    pub prefix: &'a str,
    /// What ends a common prefix.
    pub delimiter: Option<&'a str>,
    /// The entry behind which it begins, a key or a common prefix.
    pub after: Option<&'a str>,
    /// The most entries.
    pub limit: usize,
}

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry<R> {
    /// A row.
    Row(R),
    /// A common prefix.
    Prefix(String),
}

/// A page.
#[derive(Debug, Clone)]
pub struct Listed<R> {
    /// Its entries, in order.
    pub entries: Vec<Entry<R>>,
    /// The key or common prefix of the last, if more follow.
    pub next: Option<String>,
}

/// Checks the number of entries that a request wants.
pub fn limit(given: Option<i64>, name: &str) -> Result<usize> {
    let limit = given.unwrap_or(LARGEST_PAGE);
    if !(0..=i64::from(i32::MAX)).contains(&limit) {
        let text = format!("Argument {name} must be an integer between 0 and 2147483647");
        return Err(errors::invalid_argument(text, name, limit.to_string()));
    }
    Ok(usize::try_from(limit.min(LARGEST_PAGE)).unwrap_or_default())
}

impl Query<'_> {
    /// The common prefix that a key is rolled into.
    fn rolled<'k>(&self, key: &'k str) -> Option<&'k str> {
        let delimiter = self.delimiter.filter(|delimiter| !delimiter.is_empty())?;
        let at = key.get(self.prefix.len()..)?.find(delimiter)?;
        key.get(..self.prefix.len() + at + delimiter.len())
    }

    /// Where the listing begins.
    fn start(&self, bucket: &str) -> Edge {
        match self.after.filter(|after| *after >= self.prefix) {
            None => Edge::Before(beginning(bucket, self.prefix)),
            // All that a common prefix stands for has been listed with it.
            Some(after) if self.rolled(after) == Some(after) => Edge::Behind(beginning(bucket, after)),
            Some(after) => {
                let mut key = KeyBuf::default();
                (bucket, after).write(&mut key);
                Edge::Behind(key)
            }
        }
    }

    /// One page of a table whose keys begin with (bucket, key), without the rows that `keep` does not keep.
    pub fn page<K: Key + ?Sized, R: Row>(
        &self,
        (view, bucket): (&View, &Bucket),
        table: &Table<K, R>,
        key_of: fn(&R) -> &str,
        keep: impl Fn(&R) -> bool,
    ) -> Result<Listed<R>> {
        if self.after.is_some_and(|after| after > self.prefix && !after.starts_with(self.prefix)) {
            return Ok(Listed { entries: Vec::new(), next: None });
        }
        let view = view.elsewhere(bucket.scope)?;
        let name = bucket.row.name.as_str();
        let end = Edge::Behind(beginning(name, self.prefix));
        let mut start = self.start(name);
        let (mut entries, mut last) = (Vec::new(), None);
        'seek: loop {
            for row in view.range(table, (&start, &end), Direction::Forward) {
                let row = row?;
                if !keep(&row) {
                    continue;
                }
                if entries.len() >= self.limit {
                    return Ok(Listed { entries, next: last.filter(|_| self.limit > 0) });
                }
                let key = key_of(&row);
                let Some(prefix) = self.rolled(key) else {
                    last = Some(key.to_owned());
                    entries.push(Entry::Row(row));
                    continue;
                };
                last = Some(prefix.to_owned());
                entries.push(Entry::Prefix(prefix.to_owned()));
                start = Edge::Behind(beginning(name, prefix));
                continue 'seek;
            }
            return Ok(Listed { entries, next: None });
        }
    }
}

/// What begins every key of the bucket that begins so.
fn beginning(bucket: &str, prefix: &str) -> KeyBuf {
    let mut key = KeyBuf::default();
    (bucket, prefix).write(&mut key);
    key.unended()
}

/// Keys as listings have them: `encoding-type=url` encodes what XML cannot hold.
#[derive(Debug, Clone, Copy)]
pub struct Encoding(bool);

impl Encoding {
    /// As keys stand in events.
    pub fn for_events() -> Encoding {
        Encoding(true)
    }

    /// As the request wants it.
    pub fn read(given: Option<&str>) -> Result<Encoding> {
        match given {
            None => Ok(Encoding(false)),
            Some("url") => Ok(Encoding(true)),
            Some(other) => {
                Err(errors::invalid_argument("Invalid Encoding Method specified in Request", "encoding-type", other))
            }
        }
    }

    /// `EncodingType` of the answer.
    pub fn told(self) -> Option<String> {
        self.0.then(|| "url".to_owned())
    }

    /// A text of the listing.
    pub fn write(self, text: &str) -> String {
        if !self.0 {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => {
                    out.push(char::from(byte))
                }
                b' ' => out.push('+'),
                byte => out.push_str(&format!("%{byte:02X}")),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_rolled_behind_the_prefix() {
        let rolled = |prefix: &str, delimiter: &str, key: &str| {
            let query = Query { prefix, delimiter: Some(delimiter), ..Query::default() };
            query.rolled(key).map(str::to_owned)
        };
        assert_eq!(rolled("", "/", "a/b/c").as_deref(), Some("a/"));
        assert_eq!(rolled("a/", "/", "a/b/c").as_deref(), Some("a/b/"));
        assert_eq!(rolled("a/", "/", "a/b"), None);
        assert_eq!(rolled("", "--", "x--y").as_deref(), Some("x--"));
        assert_eq!(rolled("", "", "a/b"), None);
    }

    #[test]
    fn texts_are_encoded_as_s3_does() {
        let written = Encoding(true).write("a b/ü+&*~\u{1}");
        assert_eq!(written, "a+b/%C3%BC%2B%26*%7E%01");
        assert_eq!(Encoding(false).write("a b"), "a b");
        assert!(Encoding::read(Some("base64")).is_err());
    }
}
