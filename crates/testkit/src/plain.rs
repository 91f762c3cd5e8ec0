//! Plain HTTP, and what the cloud has sent to people.

use crate::client::{Answer, Keys, sign};
use crate::world::World;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use serde_json::{Value as Json, json};
use service::{Region, Scope};
use wire::sigv4::PathStyle;
use wire::{Reply, Request};

impl World {
    /// Sends `GET host/path?query`, on the lines that follow headers, and after an empty line a body. It is signed only
    /// where a line says for which service (`sign: execute-api`).
    pub fn http(&mut self, keys: &Keys, text: &str) -> Result<Answer, String> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let (method, place) = lines.next().and_then(|line| line.split_once(' ')).ok_or("say METHOD host/path")?;
        let (host, rest) = place.trim().split_once('/').ok_or("the path is missing")?;
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
            let date = self.cloud().clock().real();
            sign(&mut request, keys, (service, PathStyle::Other), date)?;
        }
        Ok(plain(&self.exchange(request)?))
    }

    /// The newest mail or text message of the account to somebody, and the first code in it.
    pub fn newest_dispatch(&self, keys: &Keys, to: &str) -> Result<Answer, String> {
        let account = match keys.id.parse() {
            Ok(account) => account,
            Err(_) => self.cloud().settings().account,
        };
        let all = self.cloud().dispatches(Scope::new(account, Region::GLOBAL)).map_err(|e| e.to_string())?;
        let newest = all.into_iter().find(|dispatch| dispatch.to == to);
        let dispatch = newest.ok_or_else(|| format!("nothing was sent to {to}"))?;
        let mut output = json!({"Medium": dispatch.medium, "Subject": dispatch.subject, "Text": dispatch.text});
        if let Some(code) = code_in(&dispatch.text) {
            output["Code"] = json!(code);
        }
        Ok(Answer { status: 200, code: String::new(), message: String::new(), output, plain: true })
    }
}

/// The first run of six digits.
fn code_in(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6)
}

fn plain(reply: &Reply) -> Answer {
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let output = serde_json::from_str(&text).unwrap_or(Json::String(text));
    Answer { status: reply.status, code: String::new(), message: String::new(), output, plain: true }
}
