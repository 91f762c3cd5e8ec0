//! A line of a flowchart, read from left to right.

use crate::model::{Shape, Stroke};

/// What is left of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan<'t> {
    pub(crate) rest: &'t str,
}

/// A link, with the text that stands in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Link {
    pub(crate) stroke: Stroke,
    pub(crate) label: String,
    /// At its end, and at its beginning.
    pub(crate) heads: (bool, bool),
}

/// The brackets of shapes, the longer before the shorter that they begin with.
const SHAPES: &[(&str, &str, Shape)] = &[
    ("(((", ")))", Shape::Circle),
    ("([", "])", Shape::Stadium),
    ("((", "))", Shape::Circle),
    ("(", ")", Shape::Rounded),
    ("[[", "]]", Shape::Rectangle),
    ("[(", ")]", Shape::Cylinder),
    ("[/", "/]", Shape::Rectangle),
    ("[/", "\\]", Shape::Rectangle),
    ("[\\", "\\]", Shape::Rectangle),
    ("[\\", "/]", Shape::Rectangle),
    ("[", "]", Shape::Rectangle),
    ("{{", "}}", Shape::Hexagon),
    ("{", "}", Shape::Rhombus),
    (">", "]", Shape::Rectangle),
];

impl<'t> Scan<'t> {
    pub(crate) fn new(rest: &'t str) -> Scan<'t> {
        Scan { rest }
    }

    /// Whether nothing is left but space.
    pub(crate) fn is_done(&mut self) -> bool {
        self.space();
        self.rest.is_empty()
    }

    /// Skips space. Sources are full of non-breaking spaces, which Rust counts among it too.
    pub(crate) fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a text that stands here.
    pub(crate) fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes a node's id: letters, digits and `_`, and single `-` and `.` between them.
    pub(crate) fn id(&mut self) -> Option<&'t str> {
        let plain = |c: char| c.is_alphanumeric() || c == '_';
        let mut end = 0;
        for (at, c) in self.rest.char_indices() {
            let next = self.rest.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
            let joins = matches!(c, '-' | '.' | '/' | ':') && at > 0 && next.is_some_and(plain);
            if !plain(c) && !joins {
                break;
            }
            end = at + c.len_utf8();
        }
        let (id, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!id.is_empty()).then_some(id)
    }

    /// Takes a node's shape with its text; `None` where there is none, an error where it does not end.
    pub(crate) fn shape(&mut self) -> Result<Option<(Shape, String)>, String> {
        if self.take("@{") {
            return self.described().map(Some);
        }
        let mut opened = None;
        for (open, close, shape) in SHAPES {
            let Some(inner) = self.rest.strip_prefix(open) else { continue };
            opened.get_or_insert(*close);
            if let Some((text, rest)) = enclosed(inner, close) {
                self.rest = rest;
                return Ok(Some((*shape, text)));
            }
        }
        match opened {
            None => Ok(None),
            Some(close) => Err(format!("a text in brackets is not closed by '{close}'")),
        }
    }

    /// `@{ shape: …, label: "…" }`
    fn described(&mut self) -> Result<(Shape, String), String> {
        let (inner, rest) = enclosed(self.rest, "}").ok_or("'@{' is not closed by '}'")?;
        self.rest = rest;
        let mut found = (Shape::Rectangle, String::new());
        for pair in inner.split(',') {
            let Some((name, value)) = pair.split_once(':') else { continue };
            let value = value.trim().trim_matches('"');
            match name.trim() {
                "label" => found.1 = value.to_owned(),
                "shape" => {
                    found.0 = match value {
                        "cyl" | "db" | "cylinder" | "database" => Shape::Cylinder,
                        "rounded" | "event" => Shape::Rounded,
                        "stadium" | "terminal" | "pill" => Shape::Stadium,
                        "circle" | "circ" => Shape::Circle,
                        "diamond" | "diam" | "decision" => Shape::Rhombus,
                        "hex" | "hexagon" => Shape::Hexagon,
                        _ => Shape::Rectangle,
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// Takes a link: `-->`, `-. text .->`, `==>|text|` and their kin; `None` where none stands here.
    pub(crate) fn link(&mut self) -> Result<Option<Link>, String> {
        self.space();
        let mut ahead = *self;
        // A link may have an id of its own: `e1@-->`.
        if let Some(rest) = ahead.id().and_then(|_| ahead.rest.strip_prefix('@'))
            && rest.starts_with(['-', '=', '~', '<'])
        {
            self.rest = rest;
        }
        let Some((stroke, back, closed, length)) = opening(self.rest) else { return Ok(None) };
        self.rest = self.rest.get(length..).unwrap_or_default();
        let mut link = Link { stroke, label: String::new(), heads: (closed.unwrap_or(false), back) };
        if closed.is_none() {
            let (text, head, rest) =
                closing(self.rest, stroke).ok_or("the text of a link is not followed by its end")?;
            link.label = unquoted(text);
            link.heads.0 = head;
            self.rest = rest;
        }
        self.space();
        if self.take("|") {
            let (text, rest) = enclosed(self.rest, "|").ok_or("the text of a link is not closed by '|'")?;
            link.label = text;
            self.rest = rest;
        }
        Ok(Some(link))
    }
}

/// What opens a link: its stroke, whether it has a head at its beginning, whether one at its end (`None` where a text comes
/// first), and its length.
fn opening(text: &str) -> Option<(Stroke, bool, Option<bool>, usize)> {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let run = |from: usize, of: u8| bytes.iter().skip(from).take_while(|b| **b == of).count();
    let back = matches!(at(0), b'<' | b'x' | b'o') && matches!(at(1), b'-' | b'=');
    let start = usize::from(back);
    // A tail of `x` or `o` is a head only where no word goes on behind it.
    let head = |i: usize| at(i) == b'>' || (matches!(at(i), b'x' | b'o') && !at(i + 1).is_ascii_alphanumeric());
    match at(start) {
        b'~' if run(0, b'~') >= 3 => Some((Stroke::Invisible, false, Some(false), run(0, b'~'))),
        b'-' if run(start + 1, b'.') > 0 => {
            let dots = start + 1 + run(start + 1, b'.');
            match at(dots) {
                b'-' if head(dots + 1) => Some((Stroke::Dotted, back, Some(true), dots + 2)),
                b'-' => Some((Stroke::Dotted, back, Some(false), dots + 1)),
                _ => Some((Stroke::Dotted, back, None, dots)),
            }
        }
        line @ (b'-' | b'=') => {
            let stroke = if line == b'-' { Stroke::Solid } else { Stroke::Thick };
            let end = start + run(start, line);
            match end - start {
                0 | 1 => None,
                _ if head(end) => Some((stroke, back, Some(true), end + 1)),
                2 => Some((stroke, back, None, end)),
                _ => Some((stroke, back, Some(false), end)),
            }
        }
        _ => None,
    }
}

/// The text before a link's end, whether that has a head, and what follows.
fn closing(text: &str, stroke: Stroke) -> Option<(&str, bool, &str)> {
    let ends: &[&str] = match stroke {
        Stroke::Solid | Stroke::Invisible => &["--"],
        Stroke::Thick => &["=="],
        Stroke::Dotted => &[".-"],
    };
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        quoted ^= c == '"';
        let rest = text.get(at..)?;
        if quoted || !ends.iter().any(|end| rest.starts_with(end)) {
            continue;
        }
        let behind = rest.trim_start_matches(['.', '-', '=']);
        let behind_head = behind.strip_prefix(['>', 'x', 'o']);
        let line = rest.len() - behind.len();
        let headed =
            behind.starts_with('>') || (behind_head.is_some_and(|b| !b.starts_with(char::is_alphanumeric)) && line > 1);
        let after = if headed { behind_head.unwrap_or_default() } else { behind };
        return Some((text.get(..at)?, headed, after));
    }
    None
}

/// The text up to what closes it, which may stand in quotes; and what follows.
fn enclosed<'t>(text: &'t str, close: &str) -> Option<(String, &'t str)> {
    let inner = text.trim_start();
    if let Some(inner) = inner.strip_prefix('"') {
        let (label, rest) = inner.split_once('"')?;
        return Some((unquoted(label), rest.trim_start().strip_prefix(close)?));
    }
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        quoted ^= c == '"';
        if !quoted && let Some(rest) = text.get(at..)?.strip_prefix(close) {
            return Some((unquoted(text.get(..at)?), rest));
        }
    }
    None
}

/// A text as it is meant to be read: without its quotes, the marks of Markdown and its breaks of lines.
pub(crate) fn unquoted(text: &str) -> String {
    let text = text.trim().trim_matches('"').trim_matches('`');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = tag.find('>').filter(|_| tag.starts_with(['<'])) else {
            rest = tag;
            break;
        };
        let name = tag.get(1..end).unwrap_or_default().trim_matches('/').trim();
        match name.eq_ignore_ascii_case("br") {
            true => out.push('\n'),
            // Other marks only dress a text up.
            false if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {}
            false => out.push_str(tag.get(..=end).unwrap_or_default()),
        }
        rest = tag.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    let plain = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("#quot;", "\""),
        ("&quot;", "\""),
        ("&nbsp;", " "),
        ("\\n", "\n"),
    ];
    for (written, meant) in plain {
        if out.contains(written) {
            out = out.replace(written, meant);
        }
    }
    out.trim().to_owned()
}
