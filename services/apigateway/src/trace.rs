//! The trace that a request belongs to.
//!
//! Here is all that API Gateway knows of X-Ray: a stage that traces decides whether a request is sampled, is a segment of its own
//! between its client and what it calls. `Visit::end` (visit.rs) knows how the request ended: there the segment is to be sent.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>

use service::{Cx, HttpRequest};

/// A trace, and the segment that this request is of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    /// `1-5759e988-bd862e3fe1be46a994272793`
    pub root: String,
    /// The segment that called, if a client named one.
    pub parent: Option<String>,
    /// This request's own segment; none where the stage does not trace.
    pub segment: Option<String>,
    /// Whether it is sampled, as far as anybody said.
    pub sampled: Option<bool>,
}

impl Trace {
    /// The trace of a request: its client's, or a new one. Where a stage traces, what its client did not decide is sampled.
    pub fn of(cx: &mut Cx, request: &HttpRequest, traces: bool) -> Trace {
        let given = request.header("x-amzn-trace-id").unwrap_or_default();
        let part = |name: &str| {
            let found = given.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            found.map(str::to_owned)
        };
        let (seconds, chance) = (cx.request().arrived.secs(), cx.entropy().u128() >> 32);
        let own = cx.entropy().u64();
        let root = part("Root").filter(|root| is_root(root));
        let sampled = part("Sampled").and_then(|sampled| match sampled.as_str() {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        });
        let is_new = root.is_none();
        Trace {
            root: root.unwrap_or_else(|| format!("1-{seconds:08x}-{chance:024x}")),
            parent: part("Parent").filter(|parent| !is_new && is_segment(parent)),
            segment: traces.then(|| format!("{own:016x}")),
            sampled: if traces { Some(sampled.unwrap_or(true)) } else { sampled },
        }
    }

    /// The header `X-Amzn-Trace-Id` for what is called next.
    pub fn header(&self) -> String {
        let parent = self.segment.as_ref().or(self.parent.as_ref());
        let parent = parent.map(|parent| format!(";Parent={parent}")).unwrap_or_default();
        let sampled = self.sampled.map(|sampled| format!(";Sampled={}", u8::from(sampled))).unwrap_or_default();
        format!("Root={}{parent}{sampled}", self.root)
    }
}

fn is_root(root: &str) -> bool {
    let mut parts = root.split('-');
    let hex = |part: Option<&str>, length: usize| {
        part.is_some_and(|part| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    parts.next() == Some("1") && hex(parts.next(), 8) && hex(parts.next(), 24) && parts.next().is_none()
}

fn is_segment(segment: &str) -> bool {
    segment.len() == 16 && segment.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_who_calls() {
        let root = "1-5759e988-bd862e3fe1be46a994272793".to_owned();
        let bare = Trace { root: root.clone(), ..Trace::default() };
        assert_eq!(bare.header(), format!("Root={root}"));
        let passed = Trace { parent: Some("53995c3f42cd8ad8".to_owned()), sampled: Some(false), ..bare };
        assert_eq!(passed.header(), format!("Root={root};Parent=53995c3f42cd8ad8;Sampled=0"));
        let traced = Trace { segment: Some("0123456789abcdef".to_owned()), sampled: Some(true), ..passed };
        assert_eq!(traced.header(), format!("Root={root};Parent=0123456789abcdef;Sampled=1"));
        assert!(is_root(&root) && !is_root("1-5759e988") && !is_segment("x"));
    }
}
