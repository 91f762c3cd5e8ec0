//! Rust source seen as text: what of it is code, what comment, what string, and where its functions lie.
//!
//! This is no parser. It holds for source that rustfmt has laid out, which is all that the gates let in.

use std::ops::Range;

/// One Rust file.
pub(crate) struct Source {
    /// Its path from the root.
    pub path: String,
    /// The text as it is.
    pub text: String,
    /// The text with comments and the insides of strings blanked; each byte keeps its place.
    pub code: String,
    /// The text with comments blanked; strings stand.
    pub uncommented: String,
    /// Whether all of it is test code because a `#[cfg(test)] mod` elsewhere names it.
    pub test_module: bool,
    line_starts: Vec<usize>,
    tests: Vec<Range<usize>>,
}

/// A function with a body.
pub(crate) struct Function<'a> {
    pub name: &'a str,
    /// Whether `pub` without restriction stands before it.
    pub public: bool,
    /// Whether it begins at the start of a line: it is no method and in no inner module.
    pub top: bool,
    /// What stands between the parentheses.
    pub params: &'a str,
    /// What stands between the parameters and the body.
    pub returns: &'a str,
    /// Where it begins, at `fn`.
    pub at: usize,
    /// The body, braces included.
    pub body: Range<usize>,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Source {
        let (path, text) = (path.into(), text.into());
        let kinds = classify(text.as_bytes());
        let code = blank(&text, &kinds, |kind| kind == Part::Code);
        let uncommented = blank(&text, &kinds, |kind| kind != Part::Comment);
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        let line_starts = std::iter::once(0).chain(starts).collect();
        let mut source = Source { path, text, code, uncommented, test_module: false, line_starts, tests: Vec::new() };
        source.tests = source.test_ranges();
        source
    }

    /// The line, from 1, that holds the byte.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    /// `path:line` of a byte.
    pub(crate) fn at(&self, at: usize) -> String {
        format!("{}:{}", self.path, self.line(at))
    }

    /// The line as it stands, without its end.
    pub(crate) fn line_text(&self, line: usize) -> &str {
        self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
    }

    pub(crate) fn line_count(&self) -> usize {
        self.text.lines().count()
    }

    /// Whether the byte lies in test code: the file is one of tests, or the place is under `#[cfg(test)]`.
    pub(crate) fn is_test(&self, at: usize) -> bool {
        let folders = ["tests", "examples", "benches"];
        let beside = self.path.split('/').rev().skip(1).any(|folder| folders.contains(&folder));
        self.test_module || beside || self.tests.iter().any(|range| range.contains(&at))
    }

    /// The paths, one of which is that of each module declared by `#[cfg(test)] mod name;`.
    pub(crate) fn test_modules(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches(".rs");
        let root = ["/lib", "/mod", "/main"].iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
        let declared = self.tests.iter().filter_map(|range| self.code.get(range.clone())?.strip_suffix(';'));
        let names = declared.filter_map(|text| text.trim().rsplit_once("mod ")).map(|(_, name)| name.trim());
        names.flat_map(|name| [format!("{root}/{name}.rs"), format!("{root}/{name}/mod.rs")]).collect()
    }

    /// Where `word` stands in the code as a word of its own.
    pub(crate) fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        words_of(&self.code, word)
    }

    /// The functions with bodies, in their order.
    pub(crate) fn functions(&self) -> Vec<Function<'_>> {
        self.words("fn").filter_map(|at| self.function(at)).collect()
    }

    fn function(&self, at: usize) -> Option<Function<'_>> {
        let code = self.code.as_str();
        let name_at = at + 3;
        let rest = code.get(name_at..)?;
        let name = rest.get(..rest.find(|c: char| !c.is_alphanumeric() && c != '_')?)?;
        if name.is_empty() {
            return None;
        }
        let open = name_at + rest.find('(')?;
        let close = closing(code, open)?;
        let after = code.get(close..)?;
        let end = close + after.find(['{', ';'])?;
        if code.as_bytes().get(end) != Some(&b'{') {
            return None;
        }
        let body = end..closing(code, end)? + 1;
        let line_start = self.line_starts.get(self.line(at).saturating_sub(1)).copied().unwrap_or(0);
        let before = code.get(line_start..at)?;
        Some(Function {
            name,
            public: before.trim_start().starts_with("pub "),
            top: !before.starts_with(' '),
            params: code.get(open + 1..close)?,
            returns: code.get(close + 1..end)?.trim(),
            at,
            body,
        })
    }

    fn test_ranges(&self) -> Vec<Range<usize>> {
        let marks = self.code.match_indices("#[cfg(test)]").map(|(at, _)| at);
        let ranges = marks.filter_map(|at| {
            let end = at + self.code.get(at..)?.find(['{', ';'])?;
            let is_block = self.code.as_bytes().get(end) == Some(&b'{');
            Some(at..if is_block { closing(&self.code, end)? + 1 } else { end + 1 })
        });
        ranges.collect()
    }
}

/// Where `word` stands in `code` as a word of its own.
pub(crate) fn words_of<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = code.get(..*at).and_then(|t| t.chars().next_back());
        let after = code.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// The bracket that closes the one at `open`, in text without comments and strings.
pub(crate) fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The parts of a list at its commas, those inside brackets left alone. `->` closes nothing.
pub(crate) fn split_commas(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from, mut last) = (Vec::new(), 0_i32, 0, ' ');
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if last != '-' && last != '=' => depth -= 1,
            ',' if depth == 0 => {
                parts.extend(list.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
        last = c;
    }
    parts.extend(list.get(from..));
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Text,
}

fn blank(text: &str, kinds: &[Part], keep: impl Fn(Part) -> bool) -> String {
    let bytes = text.bytes().zip(kinds).map(|(b, kind)| if keep(*kind) || b == b'\n' { b } else { b' ' });
    String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
}

/// What each byte is. Quotes count as code, so that an empty string still shows.
fn classify(text: &[u8]) -> Vec<Part> {
    let mut kinds = vec![Part::Code; text.len()];
    let byte = |i: usize| text.get(i).copied().unwrap_or(0);
    let quoted = |at: usize, end: usize| (end, Part::Text, at + 1..end.saturating_sub(1));
    let mut at = 0;
    while at < text.len() {
        let (end, part, inside) = match (byte(at), byte(at + 1)) {
            (b'/', b'/') => (line_end(text, at), Part::Comment, at..line_end(text, at)),
            (b'/', b'*') => (block_end(text, at), Part::Comment, at..block_end(text, at)),
            (b'"', _) => quoted(at, string_end(text, at)),
            (b'r', b'"' | b'#') if !is_word_byte(text, at) => raw(text, at),
            (b'b', b'r') if !is_word_byte(text, at) && matches!(byte(at + 2), b'"' | b'#') => raw(text, at + 1),
            (b'\'', b'\\') => quoted(at, char_end(text, at)),
            (b'\'', _) if byte(at + 2) == b'\'' => quoted(at, at + 3),
            (b'\'', first) if first >= 0x80 => quoted(at, char_end(text, at)),
            _ => (at + 1, Part::Code, at..at),
        };
        if let Some(range) = kinds.get_mut(inside) {
            range.fill(part);
        }
        at = end;
    }
    kinds
}

fn is_word_byte(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| text.get(i));
    before.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

fn line_end(text: &[u8], at: usize) -> usize {
    text.iter().skip(at).position(|b| *b == b'\n').map_or(text.len(), |n| at + n)
}

fn block_end(text: &[u8], at: usize) -> usize {
    let (mut depth, mut i) = (0_usize, at);
    while i < text.len() {
        match text.get(i..i + 2) {
            Some(b"/*") => (depth, i) = (depth + 1, i + 2),
            Some(b"*/") => (depth, i) = (depth.saturating_sub(1), i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    text.len()
}

fn string_end(text: &[u8], at: usize) -> usize {
    let mut i = at + 1;
    while let Some(b) = text.get(i) {
        match b {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    text.len()
}

/// A raw string whose `r` stands at `at`: its end, and its inside.
fn raw(text: &[u8], at: usize) -> (usize, Part, Range<usize>) {
    let hashes = text.iter().skip(at + 1).take_while(|b| **b == b'#').count();
    if text.get(at + 1 + hashes) != Some(&b'"') {
        return (at + 1, Part::Code, at..at); // `r#type` is a name
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let from = at + 2 + hashes;
    let found = text.get(from..).and_then(|rest| rest.windows(close.len()).position(|w| w == close));
    let end = found.map_or(text.len(), |n| from + n);
    ((end + close.len()).min(text.len()), Part::Text, from..end)
}

fn char_end(text: &[u8], at: usize) -> usize {
    let mut i = at + 1;
    while let Some(b) = text.get(i) {
        match b {
            b'\\' => i += 2,
            b'\'' => return i + 1,
            b'\n' => return at + 1,
            _ => i += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_told_from_code() {
        for (text, code) in [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("x\"y", 'z', '\'')"#, r#"f("    ", ' ', '  ')"#),
            ("<'a> &'a str", "<'a> &'a str"),
            ("r#\"a\"b\"# r#type br\"x\"", "r#\"   \"# r#type br\" \""),
        ] {
            let source = Source::new("a.rs", text);
            assert_eq!(source.code, code);
        }
    }

    #[test]
    fn test_modules_are_named() {
        let text = "mod a;\n#[cfg(test)]\nmod properties;\n#[cfg(test)]\nmod tests {}\n";
        let found = Source::new("x/src/lib.rs", text).test_modules();
        assert_eq!(found, ["x/src/properties.rs", "x/src/properties/mod.rs"]);
        assert!(Source::new("x/examples/a.rs", "fn f() {}").is_test(0));
    }

    #[test]
    fn functions_are_found_with_their_parts() {
        let text = "pub fn a(cx: &mut Cx, input: In) -> Result<Outcome<Out>> {\n    { \"}\" }\n}\n\nimpl X {\n    fn b() {}\n}\n\
            #[cfg(test)]\nmod tests {\n    fn c() {}\n}\n";
        let source = Source::new("a.rs", text);
        let found = source.functions();
        let seen: Vec<_> = found.iter().map(|f| (f.name, f.public, f.top, source.is_test(f.at))).collect();
        assert_eq!(seen, [("a", true, true, false), ("b", false, false, false), ("c", false, false, true)]);
        let a = found.first().unwrap();
        assert_eq!(split_commas(a.params), ["cx: &mut Cx", "input: In"]);
        assert_eq!(a.returns, "-> Result<Outcome<Out>>");
        assert_eq!(source.line(a.body.end), 3);
    }
}
