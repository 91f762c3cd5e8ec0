use super::java::translate;
use regex::{Regex, RegexBuilder};
use std::fmt;
use std::ops::RangeInclusive;

/// Bytes that one compiled pattern may take.
const LARGEST: usize = 10 << 20;

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

/// A pattern of a model, compiled. Matching takes time linear in the text.
#[derive(Debug)]
pub struct Pattern {
    /// A text fits where any of them does.
    alternatives: Vec<Alternative>,
}

#[derive(Debug)]
struct Alternative {
    /// Look-around at either end: whether it must match.
    conditions: Vec<(bool, Regex)>,
    /// How many characters the text may have, where counting is left to us.
    count: Option<RangeInclusive<usize>>,
    body: Regex,
}

impl Pattern {
    /// Compiles a pattern in Java's dialect. `anchored`: it must fit the whole text, as with Java's `matches`.
    ///
    /// # Errors
    /// Back-references, and look-around inside, which cannot be matched in linear time; and what is no pattern.
    pub fn new(java: &str, anchored: bool) -> Result<Pattern, PatternError> {
        if anchored && let Some((unit, count)) = repeated(java) {
            let body = compile(&format!("{unit}*"), true)?;
            return Ok(Pattern {
                alternatives: vec![Alternative { conditions: Vec::new(), count: Some(count), body }],
            });
        }
        let error = match compile(java, anchored) {
            Ok(body) => {
                return Ok(Pattern { alternatives: vec![Alternative { conditions: Vec::new(), count: None, body }] });
            }
            Err(error) => error,
        };
        if !error.0.starts_with("look-") {
            return Err(error);
        }
        let parts = split(unwrapped(java)).into_iter();
        let alternatives = parts.map(|part| Alternative::new(part, anchored)).collect::<Result<_, _>>();
        Ok(Pattern { alternatives: alternatives? })
    }

    /// Whether the text fits.
    pub fn fits(&self, text: &str) -> bool {
        self.alternatives.iter().any(|alternative| {
            alternative.count.as_ref().is_none_or(|count| count.contains(&text.chars().count()))
                && alternative.body.is_match(text)
                && alternative.conditions.iter().all(|(wanted, c)| c.is_match(text) == *wanted)
        })
    }
}

impl Alternative {
    /// Takes look-around off both ends. At an end that is fixed, it is a condition on the whole text.
    fn new(part: &str, anchored: bool) -> Result<Alternative, PatternError> {
        let mut conditions = Vec::new();
        let mut rest = part;
        let mut start_fixed = anchored;
        loop {
            if let Some(more) = rest.strip_prefix('^') {
                start_fixed = true;
                rest = more;
            } else if start_fixed && let Some((wanted, inside, more)) = leading_look(rest) {
                conditions.push((wanted, look(&format!("\\A(?:{})", inner(inside)?))?));
                rest = more;
            } else {
                break;
            }
        }
        let mut end_fixed = anchored;
        loop {
            if let Some(more) = rest.strip_suffix('$').filter(|more| !more.ends_with('\\')) {
                end_fixed = true;
                rest = more;
            } else if end_fixed && let Some((wanted, inside, more)) = trailing_look(rest) {
                conditions.push((wanted, look(&format!("(?:{})\\z", inner(inside)?))?));
                rest = more;
            } else {
                break;
            }
        }
        let start = if start_fixed { "\\A" } else { "" };
        let end = if end_fixed { "\\z" } else { "" };
        let body = look(&format!("{start}(?:{}){end}", inner(rest)?))?;
        Ok(Alternative { conditions, count: None, body })
    }
}

fn inner(java: &str) -> Result<String, PatternError> {
    translate(java).map_err(|reason| PatternError(reason.to_owned()))
}

fn compile(java: &str, anchored: bool) -> Result<Regex, PatternError> {
    let translated = inner(java)?;
    look(&if anchored { format!("\\A(?:{translated})\\z") } else { translated })
}

fn look(pattern: &str) -> Result<Regex, PatternError> {
    let built = RegexBuilder::new(pattern).size_limit(LARGEST).build();
    built.map_err(|error| PatternError(error.to_string().lines().last().unwrap_or_default().trim().to_owned()))
}

/// One class or dot, counted: `[a-z]{1,1024}`. Written out, a large count takes megabytes.
fn repeated(java: &str) -> Option<(&str, RangeInclusive<usize>)> {
    let bare = java.strip_prefix('^').unwrap_or(java);
    let (unit, count) = bare.strip_suffix('$').unwrap_or(bare).strip_suffix('}')?.rsplit_once('{')?;
    let (low, high) = count.split_once(',')?;
    let single = unit == "." || unit.starts_with('[') && marks(unit).eq([(unit.len() - 1, ']', 0)]);
    single.then_some((unit, low.parse().ok()?..=high.parse().ok()?))
}

/// The inside of a group around the whole pattern.
fn unwrapped(java: &str) -> &str {
    let inside = java.strip_prefix('(').filter(|inside| !inside.starts_with('?'));
    inside.filter(|inside| closing(inside) == Some(inside.len() - 1)).and_then(|i| i.strip_suffix(')')).unwrap_or(java)
}

/// `(?=…)` or `(?!…)` at the beginning, and what follows.
fn leading_look(text: &str) -> Option<(bool, &str, &str)> {
    let (wanted, body) = match text.strip_prefix("(?=") {
        Some(body) => (true, body),
        None => (false, text.strip_prefix("(?!")?),
    };
    let close = closing(body)?;
    let rest = body.get(close + 1..)?;
    // A quantifier would make the condition optional.
    if rest.starts_with(['*', '+', '?', '{']) {
        return None;
    }
    Some((wanted, body.get(..close)?, rest))
}

/// `(?<=…)` or `(?<!…)` at the end, and what precedes.
fn trailing_look(text: &str) -> Option<(bool, &str, &str)> {
    let open = text.rfind("(?<")?;
    let (wanted, body) = match text.get(open + 3..)?.split_at_checked(1)? {
        ("=", body) => (true, body),
        ("!", body) => (false, body),
        _ => return None,
    };
    let close = closing(body)?;
    (close + 1 == body.len()).then_some((wanted, body.get(..close)?, text.get(..open)?))
}

/// Where the parenthesis closes that is open at the beginning.
fn closing(text: &str) -> Option<usize> {
    marks(text).find(|&(_, c, depth)| c == ')' && depth == -1).map(|(at, ..)| at)
}

/// The top-level alternatives.
fn split(java: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, ..) in marks(java).filter(|&(_, c, depth)| c == '|' && depth == 0) {
        parts.extend(java.get(from..at));
        from = at + 1;
    }
    parts.extend(java.get(from..));
    parts
}

/// The characters outside classes and escapes, with the depth of parentheses after each.
fn marks(text: &str) -> impl Iterator<Item = (usize, char, i32)> {
    let (mut depth, mut class, mut escaped) = (0, 0u32, false);
    text.char_indices().filter_map(move |(at, c)| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match c {
            '\\' => escaped = true,
            '[' => class += 1,
            ']' => class = class.saturating_sub(1),
            '(' if class == 0 => depth += 1,
            ')' if class == 0 => depth -= 1,
            _ => {}
        }
        (class == 0 && !escaped).then_some((at, c, depth))
    })
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn java_s_dialect() {
        for (pattern, fits, not) in [
            (r"[a-zA-Z0-9_.-]+", "a-b.c", "a b"),
            (r"[\w+=,.@-]{1,64}", "me@x", "mé"),
            (r"\d{12}", "123456789012", "１２３４５６７８９０１２"),
            (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "Größe 7", "#"),
            (r"[\p{L}\p{N}\p{Z}-_]*", "a-b_c", "a.b"),
            (r"^(?!aws:)[a-zA-Z+-=._:/]+$", "bws:x", "aws:x"),
            (r"[^\n\r]*", "one line", "two\nlines"),
            (r".*", "one line", "two\u{2028}lines"),
            (r"\S", "x", "\u{b}"),
            (r"[\s\S]*", "\n", "-"),
            (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "𝄞 é", "\u{1}"),
            (r"\p{Print}++", "ok", "é"),
            (r"(?>ab|a)c", "abc", "b"),
            (r"[a-z&&[^b]]+", "ac", "ab"),
            (r"^.{1,100000}$", "x", ""),
            (r"[a-z\]]{2,3}", "a]", "a]a]"),
            (r"((?!^\d+$)^[0-9a-zA-Z-_]+$)", "a1", "12"),
            (r"[!~]~", "~~", "a~"),
            (r"\Qa.b\E+", "a.bb", "axb"),
            (r"x{a}", "x{a}", "xa"),
            (r"(?=.{3,5}$)[a-z](-?[a-z])*", "a-b", "ab"),
            (r"[a-z-]+(?<!-s3alias)(?<!-x)", "bucket", "b-s3alias"),
            (r"^a(?<!\.)$|^(?!b)[bc]$", "c", "b"),
            (r"[^[]", "a", "["),
        ] {
            if pattern == r"[^[]" {
                assert!(Pattern::new(pattern, true).is_err());
                continue;
            }
            let compiled = Pattern::new(pattern, true).unwrap_or_else(|e| panic!("{pattern}: {e}"));
            assert!(compiled.fits(fits), "{pattern} fits {fits}");
            assert!(!compiled.fits(not) || not == "-", "{pattern} does not fit {not}");
        }
    }

    #[test]
    fn a_part_is_enough_where_nothing_anchors() {
        assert!(Pattern::new("[a-m]+", false).unwrap().fits("xax"));
        assert!(!Pattern::new("^[a-m]+$", false).unwrap().fits("xax"));
        assert!(!Pattern::new("[a-m]+", true).unwrap().fits("xax"));
        assert!(Pattern::new("(?!a)b", false).is_err(), "look-ahead at any place");
    }

    #[test]
    fn what_has_no_counterpart_is_told() {
        for (pattern, reason) in
            [(r"(a)\1", "back-reference"), (r"a(?!b)c", "look-ahead"), (r"a(?<!b)c", "look-behind"), ("(", "unclosed")]
        {
            let error = Pattern::new(pattern, true).unwrap_err().to_string();
            assert!(error.contains(reason), "{pattern}: {error}");
        }
    }
}
