//! Plain HTTP, as a script writes it.

use crate::client::{Answer, Client, Keys};
use bytes::Bytes;
use clock::Timestamp;
use http::{HeaderName, HeaderValue, Method, header};
use serde_json::Value as Json;
use wire::{Reply, Request};

impl Client {
    /// The request that `GET host/path?query` stands for, on the lines that follow headers, and after an empty line a body. A
    /// scheme before the host says nothing. It is signed only where a line says for which service (`sign: execute-api`).
    ///
    /// # Errors
    /// What of it cannot be read.
    pub fn plain(&self, keys: &Keys, text: &str, date: Timestamp) -> Result<Request, String> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let (method, place) = lines.next().and_then(|line| line.split_once(' ')).ok_or("say METHOD host/path")?;
        let place = place.trim();
        let place = place.split_once("://").map_or(place, |(_, place)| place);
        let (host, rest) = place.split_once('/').ok_or("the path is missing")?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut request = Request {
            method: Method::from_bytes(method.as_bytes()).map_err(|e| e.to_string())?,
            path: format!("/{path}"),
            query: query.to_owned(),
            host: host.to_owned(),
            body: Bytes::from(body.to_owned()),
            ..Request::default()
        };
        let mut service = None;
        for line in lines {
            let (name, value) = line.split_once(':').ok_or_else(|| format!("`{line}` is no header"))?;
            if name == "sign" {
                service = Some(value.trim());
                continue;
            }
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|e| e.to_string())?;
            request.headers.append(name, HeaderValue::from_str(value.trim()).map_err(|e| e.to_string())?);
        }
        request.headers.insert(header::HOST, HeaderValue::from_str(host).map_err(|e| e.to_string())?);
        if let Some(service) = service {
            self.sign(&mut request, keys, service, date)?;
        }
        Ok(request)
    }
}

/// The first run of six digits: the code of a mail or text message.
pub fn code_in(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6)
}

/// A reply to plain HTTP: its body as JSON where it is, as a text otherwise.
pub fn plain_answer(reply: &Reply) -> Answer {
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let output = serde_json::from_str(&text).unwrap_or(Json::String(text));
    Answer { status: reply.status, output, plain: true, headers: reply.headers.clone(), ..Answer::default() }
}
