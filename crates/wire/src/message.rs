use bytes::Bytes;
use http::header::AsHeaderName;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// One HTTP request, whole: what a codec reads.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path as it came, percent-encoded; never empty.
    pub path: String,
    /// The query string as it came, without `?`; empty where there is none.
    pub query: String,
    /// The host, with its port: the `Host` header, or HTTP/2's `:authority`.
    pub host: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, its transfer and `aws-chunked` codings taken off.
    pub body: Bytes,
}

impl Request {
    /// The header's text; `None` where it is absent or no text.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// One HTTP reply.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers, but for those that the connection itself sets.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// Sets a header whose text may come from a user; what no header can hold is left out.
    pub fn set(&mut self, name: HeaderName, text: &str) {
        if let Ok(value) = HeaderValue::from_str(text) {
            self.headers.insert(name, value);
        }
    }
}
