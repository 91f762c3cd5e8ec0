//! What browsers send: forms, queries and cookies, all of them bounded.

use percent_encoding::percent_decode_str;
use service::{HttpRequest, IndexMap};

/// Larger forms are none of ours.
const LARGEST: usize = 16 << 10;
const MOST_FIELDS: usize = 40;

/// The fields of a form or query; of two of a name the first counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields(IndexMap<String, String>);

impl Fields {
    /// Those of a request's query.
    pub fn of_query(request: &HttpRequest) -> Fields {
        Fields::read(&request.query)
    }

    /// Those of a request's body.
    pub fn of_body(request: &HttpRequest) -> Fields {
        Fields::read(std::str::from_utf8(&request.body).unwrap_or_default())
    }

    fn read(text: &str) -> Fields {
        let mut fields = IndexMap::new();
        if text.len() > LARGEST {
            return Fields(fields);
        }
        for pair in text.split('&').filter(|pair| !pair.is_empty()).take(MOST_FIELDS) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            fields.entry(decoded(name)).or_insert_with(|| decoded(value));
        }
        Fields(fields)
    }

    /// A field; empty where it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// A cookie of a request; empty where there is none.
pub fn cookie<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    let all = request.header("cookie").unwrap_or_default();
    let found = all.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(own, _)| *own == name);
    found.map(|(_, value)| value).unwrap_or_default()
}

/// A text as a query carries it.
pub fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_bounded() {
        let fields = Fields::read("a=1&b=x%20y+z&a=2&c&%26=%3D");
        for (name, expect) in [("a", "1"), ("b", "x y z"), ("c", ""), ("&", "="), ("d", "")] {
            assert_eq!(fields.get(name), expect, "{name}");
        }
        assert_eq!(Fields::read(&format!("a={}", "x".repeat(LARGEST))), Fields::default());
    }

    #[test]
    fn cookies_by_name() {
        let header = service::HttpHeader { name: "Cookie".into(), value: "a=1; terrella_sso=abc; b=2".into() };
        let request = HttpRequest { headers: vec![header], ..HttpRequest::default() };
        assert_eq!((cookie(&request, "terrella_sso"), cookie(&request, "c")), ("abc", ""));
    }
}
