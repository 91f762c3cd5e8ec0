//! Traces, as far as requests carry them.
//!
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>

use crate::{Cx, Limit};
use std::fmt;

/// The longest header that is read, in bytes.
const LONGEST: usize = 1024;

/// The header `X-Amzn-Trace-Id`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TraceHeader {
    /// The trace, such as `1-5759e988-bd862e3fe1be46a994272793`.
    pub root: String,
    /// The segment or subsegment of the caller.
    pub parent: Option<String>,
    /// Whether the trace is recorded; `None` where nobody has decided.
    pub sampled: Option<bool>,
}

impl TraceHeader {
    /// Reads a header; `None` where it names no trace in the form of `1-<seconds>-<chance>`.
    pub fn parse(text: &str) -> Option<TraceHeader> {
        if text.len() > LONGEST {
            return None;
        }
        let mut header = TraceHeader::default();
        for (name, value) in text.split(';').filter_map(|pair| pair.trim().split_once('=')) {
            match name {
                "Root" => value.clone_into(&mut header.root),
                "Parent" => header.parent = Some(value.to_owned()).filter(|parent| is_hex(parent, 16)),
                "Sampled" => header.sampled = ["0", "1"].iter().position(|flag| *flag == value).map(|flag| flag == 1),
                _ => {}
            }
        }
        let mut parts = header.root.split('-');
        let good = parts.next() == Some("1")
            && parts.next().is_some_and(|part| is_hex(part, 8))
            && parts.next().is_some_and(|part| is_hex(part, 24))
            && parts.next().is_none();
        good.then_some(header)
    }

    /// The header of what a segment or subsegment of the trace calls.
    pub fn below(&self, segment: &str) -> TraceHeader {
        TraceHeader { parent: Some(segment.to_owned()), ..self.clone() }
    }

    /// Whether the trace is recorded.
    pub fn is_sampled(&self) -> bool {
        self.sampled == Some(true)
    }
}

fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| b.is_ascii_hexdigit())
}

impl fmt::Display for TraceHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Root={}", self.root)?;
        if let Some(parent) = &self.parent {
            write!(f, ";Parent={parent}")?;
        }
        match self.sampled {
            Some(sampled) => write!(f, ";Sampled={}", u8::from(sampled)),
            None => Ok(()),
        }
    }
}

/// How many of the requests are recorded that come without a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampling {
    /// The rule's name: requests by one rule share its reservoir.
    pub rule: String,
    /// So many in each second.
    pub reservoir: f64,
    /// And this part of all further ones, from 0 to 1.
    pub rate: f64,
}

impl Cx {
    /// The trace to which this request belongs, if it came with one.
    pub fn trace(&self) -> Option<TraceHeader> {
        TraceHeader::parse(self.request().trace.as_deref()?)
    }

    /// A new trace, of which nobody has decided whether it is recorded.
    pub fn new_trace(&mut self) -> TraceHeader {
        let seconds = self.request().arrived.secs();
        let chance = self.entropy().u128() >> 32;
        TraceHeader { root: format!("1-{seconds:08x}-{chance:024x}"), parent: None, sampled: None }
    }

    /// A new id of a segment or subsegment.
    pub fn new_segment(&mut self) -> String {
        format!("{:016x}", self.entropy().u64())
    }

    /// Decides whether a trace is recorded, if nobody has; the decision holds however often the handler runs.
    pub fn sampled(&mut self, header: TraceHeader, sampling: impl FnOnce(&mut Cx) -> Sampling) -> TraceHeader {
        if header.sampled.is_some() {
            return header;
        }
        // Drawn in every run, so that what is drawn after it is the same in all.
        let chance = self.entropy().u64() as f64 / u64::MAX as f64;
        let decided = self.decide("sampled", |cx| {
            let Sampling { rule, reservoir, rate } = sampling(cx);
            let limit = Limit { per_second: reservoir, most: reservoir };
            let drawn = reservoir >= 1.0 && cx.draw(&format!("sampling {rule}"), limit, 1.0);
            drawn || chance < rate
        });
        TraceHeader { sampled: Some(decided), ..header }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_and_written() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(TraceHeader::parse(text).map(|header| header.to_string()).as_deref(), expect, "{text}");
        };
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        check(root, Some(root));
        let whole = format!("{root};Parent=53995c3f42cd8ad8;Sampled=1");
        check(&whole, Some(&whole));
        check(&format!("Self=1-67891234-x; Sampled=0;{root};Lineage=a:1"), Some(&format!("{root};Sampled=0")));
        check(&format!("{root};Parent=x;Sampled=?"), Some(root));
        check("Root=1-5759e988", None);
        check("", None);
        check(&"x".repeat(2000), None);
    }
}
