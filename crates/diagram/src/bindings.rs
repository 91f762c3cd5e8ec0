//! What the boxes of a diagram stand for.

use indexmap::IndexMap;
use serde::Deserialize;
use std::fmt;

/// A file of bindings:
///
/// ```toml
/// [nodes]
/// Orders = ["arn:aws:lambda:*:*:function:orders"]     # what it is called where it is asked
/// Table = ["arn:aws:dynamodb:*:*:table/orders*"]
///
/// [callers]
/// Orders = ["arn:aws:sts::*:assumed-role/orders/*"]   # and where it asks
///
/// [[beyond]]                                          # what flows rightly though nobody drew it
/// from = "Orders"
/// to = "Table"
/// why = "orders are kept there"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bindings {
    /// By node: patterns of the ARNs of what it stands for, with `*` and `?`.
    #[serde(default)]
    pub nodes: IndexMap<String, Vec<String>>,
    /// By node: patterns of whom the ledger names as caller when it asks, besides those of `nodes`.
    #[serde(default)]
    pub callers: IndexMap<String, Vec<String>>,
    /// What flows rightly though nobody drew it.
    #[serde(default)]
    pub beyond: Vec<Beyond>,
}

/// A flow that the drawing leaves out, on purpose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beyond {
    /// The box that asks.
    pub from: String,
    /// The box that is asked.
    pub to: String,
    /// Why it is right.
    pub why: String,
}

/// Why a file is no file of bindings.
#[derive(Debug, Clone, PartialEq)]
pub struct BindingError(pub String);

impl fmt::Display for BindingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BindingError {}

impl Bindings {
    /// Reads a file of bindings.
    ///
    /// # Errors
    /// What TOML says is wrong with it.
    pub fn parse(text: &str) -> Result<Bindings, BindingError> {
        toml::from_str(text).map_err(|error| BindingError(error.to_string()))
    }

    /// The nodes that are named here, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let more = self.callers.keys().filter(|name| !self.nodes.contains_key(*name));
        self.nodes.keys().chain(more).map(String::as_str)
    }

    /// Why a flow that nobody drew is right, if somebody has said so.
    pub(crate) fn why(&self, from: &str, to: &str) -> Option<&str> {
        self.beyond.iter().find(|known| known.from == from && known.to == to).map(|known| known.why.as_str())
    }

    /// Whether a node may be the one that is asked.
    pub(crate) fn is_target(&self, node: &str, arn: &str) -> bool {
        matches(&self.nodes, node, arn)
    }

    /// Whether a node may be the one that asks, by any of its names.
    pub(crate) fn is_caller(&self, node: &str, names: &[String]) -> bool {
        names.iter().any(|name| matches(&self.nodes, node, name) || matches(&self.callers, node, name))
    }
}

fn matches(by_node: &IndexMap<String, Vec<String>>, node: &str, name: &str) -> bool {
    by_node.get(node).into_iter().flatten().any(|pattern| glob(pattern, name))
}

/// Whether a pattern with `*` and `?` matches a whole text.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last star stood, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some(b'*'), _) => {
                star = Some((p, t));
                p += 1;
            }
            (Some(a), Some(b)) if *a == b'?' || a == b => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|b| *b == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, text, expect) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c*e", "abcde", true),
            ("a*c*f", "abcde", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("**", "", true),
            ("", "a", false),
            ("arn:aws:sqs:*:*:orders*", "arn:aws:sqs:eu-west-1:123456789012:orders-dlq", true),
        ] {
            assert_eq!(glob(pattern, text), expect, "{pattern} {text}");
        }
        let long = "a".repeat(5000);
        assert!(!glob(&"a*".repeat(40).replace("a*a*a*", "*a*b"), &long));
    }

    #[test]
    fn a_file_is_read_and_what_is_unknown_is_refused() {
        let bindings = Bindings::parse("[nodes]\nA = [\"x\"]\n[callers]\nB = [\"y*\"]\nA = [\"z\"]\n").unwrap();
        assert_eq!(bindings.names().collect::<Vec<_>>(), ["A", "B"]);
        assert!(bindings.is_target("A", "x") && !bindings.is_target("A", "z"));
        assert!(bindings.is_caller("A", &["q".into(), "z".into()]) && bindings.is_caller("B", &["yy".into()]));
        for text in ["[node]\n", "nodes = 3", "[nodes]\nA = 3", "[[beyond]]\nfrom = \"A\"\nto = \"B\""] {
            assert!(Bindings::parse(text).is_err(), "{text}");
        }
    }
}
